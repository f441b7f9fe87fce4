package runstore_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

// promise is what callers of a run have been told, and what they have tried.
type promise struct {
	mu    sync.Mutex
	acked map[runstore.Key]int      // how many tries of the key were over at the last acknowledged one
	tried map[runstore.Key][]string // rows, oldest first
}

func newPromise() *promise {
	return &promise{acked: make(map[runstore.Key]int), tried: make(map[runstore.Key][]string)}
}

// append makes one try. Goroutines use keys of their own.
func (p *promise) append(run *runstore.Run, key runstore.Key, outcome string, size int) error {
	p.mu.Lock()
	text := fmt.Sprintf(`{"task":%q,"repeat":%d,"outcome":%q,"try":%d,"text":%q}`,
		key.Task, key.Repeat, outcome, len(p.tried[key]), strings.Repeat("x", size))
	p.tried[key] = append(p.tried[key], text)
	n := len(p.tried[key])
	p.mu.Unlock()
	err := run.Append(json.RawMessage(text))
	p.mu.Lock()
	defer p.mu.Unlock()
	if errors.Is(err, runstore.ErrDecided) {
		p.tried[key] = p.tried[key][:n-1]
	}
	if err == nil {
		p.acked[key] = n
	}
	return err
}

// kept checks that a run holds everything acknowledged and nothing that was
// never tried, whole.
func (p *promise) kept(run *runstore.Run) error {
	found := make(map[runstore.Key]bool)
	for row, err := range run.Rows() {
		if err != nil {
			return err
		}
		found[row.Key] = true
		tries := p.tried[row.Key]
		if since := max(p.acked[row.Key]-1, 0); !contains(tries[since:], string(row.Data)) {
			return fmt.Errorf("found %s, tried %v, acknowledged %d", row.Data, tries, p.acked[row.Key])
		}
		if run.Decided(row.Key) == strings.Contains(string(row.Data), runstore.NoVerdict) {
			return fmt.Errorf("decided is wrong for %s", row.Data)
		}
	}
	for key := range p.acked {
		if !found[key] {
			return fmt.Errorf("%v is lost", key)
		}
	}
	return nil
}

func contains(list []string, text string) bool {
	for _, each := range list {
		if each == text {
			return true
		}
	}
	return false
}

func openAny(fsys runstore.FS) (*runstore.Run, error) {
	run, warnings, err := runstore.OpenRun(fsys, "/runs/r", manifest, runstore.ResumeSame)
	for _, warning := range warnings {
		if !strings.Contains(warning.Text, "torn") && !strings.Contains(warning.Text, "not a row") {
			return nil, fmt.Errorf("warning %v", warning)
		}
	}
	return run, err
}

// A run is used, killed and cut off from power again and again, at any step.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fsys := crashfs.New()
		promise := newPromise()
		for life := range rapid.IntRange(1, 5).Draw(rt, "lives") {
			fsys.StopAt(fsys.Steps() + rapid.IntRange(0, 40).Draw(rt, "stop after"))
			run, err := openAny(fsys)
			if err != nil && !errors.Is(err, crashfs.ErrStopped) {
				rt.Fatalf("life %d: %v", life, err)
			}
			if err == nil {
				useRun(rt, run, promise)
			}
			switch rapid.IntRange(0, 2).Draw(rt, "end") {
			case 0:
				fsys.Kill()
			case 1: // the process is killed, later the power fails
				fsys.Kill()
				fsys = fsys.Crash(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "left") })
			case 2:
				fsys = fsys.Crash(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "left") })
			}
		}
		run, err := openAny(fsys)
		if err != nil {
			rt.Fatal(err)
		}
		if err := promise.kept(run); err != nil {
			rt.Fatal(err)
		}
		rows := run.Counts()
		// What a run has been opened with is durable.
		fsys = fsys.Crash(func(int) int { return 0 })
		run, err = openAny(fsys)
		if err != nil {
			rt.Fatal(err)
		}
		if got := run.Counts(); fmt.Sprint(got) != fmt.Sprint(rows) {
			rt.Fatalf("%v rows were found first, %v after a cut in power", rows, got)
		}
		if err := run.Close(); err != nil {
			rt.Fatal(err)
		}
	})
}

// useRun appends some rows from several goroutines.
func useRun(rt *rapid.T, run *runstore.Run, promise *promise) {
	type try struct {
		outcome string
		size    int
	}
	var all sync.WaitGroup
	for writer := range rapid.IntRange(1, 4).Draw(rt, "writers") {
		tries := make(map[runstore.Key][]try)
		for i := range rapid.IntRange(0, 6).Draw(rt, "rows") {
			key := runstore.Key{Task: fmt.Sprintf("task-%d-%d", writer, i%4), Repeat: i % 2}
			tries[key] = append(tries[key], try{
				rapid.SampledFrom([]string{"pass", "fail", runstore.NoVerdict}).Draw(rt, "outcome"),
				rapid.IntRange(0, 100).Draw(rt, "size"),
			})
		}
		all.Go(func() {
			for key, list := range tries {
				for _, try := range list {
					err := promise.append(run, key, try.outcome, try.size)
					if err != nil && !errors.Is(err, crashfs.ErrStopped) && !errors.Is(err, runstore.ErrDecided) {
						panic(err)
					}
				}
			}
		})
	}
	all.Wait()
	if rapid.Bool().Draw(rt, "close") {
		_ = run.Close()
	}
}

// everyCrash runs a script up to each of its steps and lets the power fail
// there in many ways.
func everyCrash(t *testing.T, script func(fsys *crashfs.FS) error, examine func(fsys *crashfs.FS, step int) error) {
	t.Helper()
	whole := crashfs.New()
	check(t, script(whole))
	steps := whole.Steps()
	random := rand.New(rand.NewPCG(1, 2))
	for step := range steps + 1 {
		fsys := crashfs.New()
		fsys.StopAt(step)
		if err := script(fsys); (err == nil) != (step == steps) {
			t.Fatalf("stopped at step %d of %d: error %v", step, steps, err)
		}
		fates := []func(int) int{
			func(int) int { return 0 },
			func(n int) int { return n - 1 },
		}
		for range 20 {
			fates = append(fates, random.IntN)
		}
		for i, fate := range fates {
			if err := examine(fsys.Crash(fate), step); err != nil {
				t.Fatalf("power cut before step %d, fate %d: %v", step, i, err)
			}
		}
		fsys.Kill()
		if err := examine(fsys, step); err != nil {
			t.Fatalf("killed before step %d: %v", step, err)
		}
	}
	t.Logf("%d steps", steps)
}

// From the first step to the last of a run with a retry, a mended journal and
// a new beginning: at each the power may fail.
func TestPowerCutAtEveryStep(t *testing.T) {
	var promises *promise
	script := func(fsys *crashfs.FS) error {
		promises = newPromise()
		for life := range 3 {
			run, err := openAny(fsys)
			if err != nil {
				return err
			}
			for i, outcome := range []string{"pass", runstore.NoVerdict, "fail"} {
				key := runstore.Key{Task: fmt.Sprint("task-", i, "-", life*(i+1)%2)}
				err := promises.append(run, key, outcome, 20*i)
				if err != nil && !errors.Is(err, runstore.ErrDecided) {
					return err
				}
			}
			if err := run.Close(); err != nil {
				return err
			}
			if err := tear(fsys, life); err != nil {
				return err
			}
		}
		return nil
	}
	everyCrash(t, script, func(fsys *crashfs.FS, _ int) error {
		run, err := openAny(fsys)
		if err != nil {
			return err
		}
		if err := errors.Join(promises.kept(run), run.Close()); err != nil {
			return err
		}
		entries, err := fsys.ReadDir("/runs/r")
		for _, entry := range entries {
			if strings.HasPrefix(entry.Name(), ".") {
				err = fmt.Errorf("%s is left behind", entry.Name())
			}
		}
		return err
	})
}

// What is taken out of a journal is kept, wherever the mending is cut off.
func TestPowerCutWhileMending(t *testing.T) {
	const foreign = "what is this?\n"
	script := func(fsys *crashfs.FS) error {
		if err := errors.Join(fsys.Mkdir("/runs"), fsys.SyncDir("/")); err != nil {
			return err
		}
		run, err := openAny(fsys)
		if err != nil {
			return err
		}
		file, err := fsys.Append("/runs/r/rows.jsonl")
		if err != nil {
			return err
		}
		if _, err = io.WriteString(file, foreign+string(row("a", 0, "pass"))+"\n"); err != nil {
			return err
		}
		if err := errors.Join(file.Sync(), file.Close(), run.Close()); err != nil {
			return err
		}
		if err := fsys.Mkdir("/marker"); err != nil {
			return err
		}
		if err := fsys.SyncDir("/"); err != nil {
			return err
		}
		if run, err = openAny(fsys); err != nil {
			return err
		}
		return run.Close()
	}
	everyCrash(t, script, func(fsys *crashfs.FS, _ int) error {
		if _, err := fsys.Stat("/marker"); err != nil {
			return nil
		}
		for _, name := range []string{"rows.jsonl", "rows.damaged"} {
			if strings.Contains(content(fsys, "/runs/r/"+name), foreign) {
				return nil
			}
		}
		return errors.New("the foreign line is lost")
	})
}

// content gives the text of a file, nothing when it is not there.
func content(fsys runstore.FS, name string) string {
	file, err := fsys.Open(name)
	if err != nil {
		return ""
	}
	defer file.Close()
	text, _ := io.ReadAll(file)
	return string(text)
}

// tear adds damage of several kinds to the journal.
func tear(fsys *crashfs.FS, kind int) error {
	file, err := fsys.Append("/runs/r/rows.jsonl")
	if err != nil {
		return err
	}
	_, err = file.Write([]byte([]string{`{"task":"torn`, "\x00\x00\n", "what?\n{}\n{"}[kind]))
	return errors.Join(err, file.Sync(), file.Close())
}

// A new beginning keeps the rows, wherever it is cut off.
func TestPowerCutWhileSettingAside(t *testing.T) {
	begun := false // the first row is acknowledged
	script := func(fsys *crashfs.FS) error {
		begun = false
		run, err := openAny(fsys)
		if err != nil {
			return err
		}
		if err := run.Append(row("a", 0, "pass")); err != nil {
			return err
		}
		begun = true
		if err := run.Close(); err != nil {
			return err
		}
		run, _, err = runstore.OpenRun(fsys, "/runs/r", runstore.Manifest{Config: json.RawMessage(`{"seed":2}`)}, runstore.ResumeNever)
		if err != nil {
			return err
		}
		return run.Close()
	}
	everyCrash(t, script, func(fsys *crashfs.FS, _ int) error {
		if !begun {
			return nil
		}
		line := string(row("a", 0, "pass")) + "\n"
		now, aside := content(fsys, "/runs/r/rows.jsonl") == line, content(fsys, "/runs/r/rows.jsonl.1") == line
		if now == aside {
			return fmt.Errorf("the row is found: %v, and set aside: %v", now, aside)
		}
		m, err := runstore.ReadManifest(fsys, "/runs/r")
		if changes, _ := runstore.Diff(m.Config, manifest.Config); now && len(changes) > 0 {
			return fmt.Errorf("the row is under a manifest that is not its own")
		}
		return err
	})
}

// A dataset is there as a whole, the former or the new one, wherever making it
// is cut off; making it again works.
func TestPowerCutAtEveryStepOfADataset(t *testing.T) {
	var done int // committed versions
	script := func(fsys *crashfs.FS) error {
		done = 0
		for version := range 3 {
			if err := makeDataset(fsys, version+1); err != nil {
				return err
			}
			done = version + 1
		}
		return nil
	}
	everyCrash(t, script, func(fsys *crashfs.FS, step int) error {
		seen, err := datasetVersion(fsys)
		if err != nil {
			return err
		}
		// Between its two renames a replacement leaves a gap, which the next
		// one closes.
		former, err := fsys.Stat("/data/.d.old")
		if gap := seen == 0 && err == nil && former.IsDir(); !gap && seen != done && seen != done+1 {
			return fmt.Errorf("version %d is there, %d are committed", seen, done)
		}
		if err := makeDataset(fsys, 9); err != nil {
			return err
		}
		if seen, err = datasetVersion(fsys); seen != 9 {
			return fmt.Errorf("version %d after version 9 was made, error %v", seen, err)
		}
		if seen, err = datasetVersion(fsys.Crash(func(int) int { return 0 })); seen != 9 {
			return fmt.Errorf("version %d after a cut in power, error %v", seen, err)
		}
		entries, err := fsys.ReadDir("/data")
		if len(entries) != 1 {
			return fmt.Errorf("left behind: %v, error %v", entries, err)
		}
		return nil
	})
}

func makeDataset(fsys runstore.FS, version int) error {
	dataset, err := runstore.CreateDataset(fsys, "/data/d", true)
	if err != nil {
		return err
	}
	defer dataset.Abort()
	for _, name := range []string{"records.jsonl", "journal/stages/one.jsonl"} {
		stream, err := dataset.Create(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(stream, "{\"version\":%d}\n", version)
		if err := stream.Close(); err != nil {
			return err
		}
	}
	return dataset.Commit(runstore.Manifest{Config: fmt.Appendf(nil, `%d`, version)})
}

// datasetVersion reads the version that is there, 0 when none is, and checks
// that it is whole.
func datasetVersion(fsys runstore.FS) (int, error) {
	if _, err := fsys.Stat("/data/d"); err != nil {
		return 0, nil
	}
	m, err := runstore.ReadManifest(fsys, "/data/d")
	if err != nil {
		return 0, err
	}
	if err := runstore.CheckFiles(fsys, "/data/d", m); err != nil {
		return 0, err
	}
	var version int
	err = json.Unmarshal(m.Config, &version)
	if err == nil && len(m.Files) != 2 {
		err = fmt.Errorf("files are %v", m.Files)
	}
	return version, err
}

// Datasets are made, and making them is killed or cut off from power, again and
// again; now and then a user removes one. Never is a part of one in its place,
// and without the user one that was complete stays until another is.
func TestDatasetsAreWholeOrAbsent(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		fsys := crashfs.New()
		complete := false
		for version := range rapid.IntRange(1, 6).Draw(rt, "lives") {
			fsys.StopAt(fsys.Steps() + rapid.IntRange(0, 70).Draw(rt, "stop after"))
			err := makeDataset(fsys, version+1)
			if err != nil && !errors.Is(err, crashfs.ErrStopped) {
				rt.Fatal(err)
			}
			complete = complete || err == nil
			fsys.Kill()
			if rapid.Bool().Draw(rt, "power cut") {
				fsys = fsys.Crash(func(n int) int { return rapid.IntRange(0, n-1).Draw(rt, "left") })
			}
			seen, err := datasetVersion(fsys)
			if err != nil {
				rt.Fatal(err)
			}
			if _, err := fsys.Stat("/data/.d.old"); complete && seen == 0 && err != nil {
				rt.Fatal("a complete dataset is lost")
			}
			if seen > 0 && rapid.IntRange(0, 3).Draw(rt, "user") == 3 {
				complete = false
				if err := errors.Join(fsys.RemoveAll("/data/d"), fsys.SyncDir("/data")); err != nil {
					rt.Fatal(err)
				}
			}
		}
		if err := makeDataset(fsys, 9); err != nil {
			rt.Fatal(err)
		}
		if seen, err := datasetVersion(fsys); seen != 9 {
			rt.Fatalf("version %d, error %v", seen, err)
		}
	})
}
