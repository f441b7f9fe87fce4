package runstore_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/crashfs"
	"github.com/buttonbench/button/internal/runstore"
)

var manifest = runstore.Manifest{Tool: "button test", Config: json.RawMessage(`{"bench":"gta","seed":1}`)}

func row(task string, repeat int, outcome string) json.RawMessage {
	return fmt.Appendf(nil, `{"task":%q,"repeat":%d,"outcome":%q,"text":"…<&"}`, task, repeat, outcome)
}

func open(t testing.TB, fsys runstore.FS, dir string) *runstore.Run {
	t.Helper()
	run, warnings, err := runstore.OpenRun(fsys, dir, manifest, runstore.ResumeSame)
	check(t, err)
	if len(warnings) > 0 {
		t.Fatalf("warnings: %v", warnings)
	}
	return run
}

// lines gives the winning rows of a run folder.
func lines(t testing.TB, fsys runstore.FS, dir string) []string {
	t.Helper()
	reader, _, err := runstore.ReadRun(fsys, dir)
	check(t, err)
	defer reader.Close()
	list := []string{}
	for row, err := range reader.Rows() {
		check(t, err)
		list = append(list, string(row.Data))
	}
	return list
}

func wantLines(t testing.TB, fsys runstore.FS, dir string, want ...json.RawMessage) {
	t.Helper()
	texts := []string{}
	for _, line := range want {
		texts = append(texts, string(line))
	}
	if diff := cmp.Diff(texts, lines(t, fsys, dir)); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

func TestRunIsResumed(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		dir = filepath.Join(dir, "runs", "one")
		run := open(t, fsys, dir)
		if _, _, err := runstore.OpenRun(fsys, dir, manifest, runstore.ResumeSame); !errors.As(err, new(*runstore.LockedError)) {
			t.Errorf("second opening: %v", err)
		}
		check(t, run.Append(row("b", 0, "pass")))
		check(t, run.Append(row("a", 1, "no_verdict")))
		check(t, run.Append(row("a", 0, "fail")))
		check(t, run.Append(row("a", 10, "pass")))
		check(t, run.Append(row("a", 2, "pass")))
		wantLines(t, fsys, dir, row("a", 0, "fail"), row("a", 1, "no_verdict"), row("a", 2, "pass"), row("a", 10, "pass"), row("b", 0, "pass"))
		check(t, run.Close())
		wantIs(t, run.Close(), fs.ErrClosed)
		wantIs(t, run.Append(row("c", 0, "pass")), fs.ErrClosed)
		wantNames(t, fsys, dir, "manifest.json", "rows.jsonl")

		run = open(t, fsys, dir)
		for key, want := range map[runstore.Key]bool{{"a", 0}: true, {"a", 1}: false, {"b", 0}: true, {"b", 1}: false} {
			if run.Decided(key) != want {
				t.Errorf("%v decided: %v", key, !want)
			}
		}
		check(t, run.Append(row("a", 1, "no_verdict")))
		check(t, run.Append(row("a", 1, "pass")))
		for _, outcome := range []string{"pass", "fail", "no_verdict"} {
			wantIs(t, run.Append(row("a", 1, outcome)), runstore.ErrDecided)
			wantIs(t, run.Append(row("b", 0, outcome)), runstore.ErrDecided)
		}
		if diff := cmp.Diff(map[string]int{"pass": 4, "fail": 1}, run.Counts()); diff != "" {
			t.Error(diff)
		}
		var own []string
		for row, err := range run.Rows() {
			check(t, err)
			own = append(own, string(row.Data))
		}
		if diff := cmp.Diff(lines(t, fsys, dir), own); diff != "" {
			t.Error(diff)
		}
		check(t, run.Close())
		wantLines(t, fsys, dir, row("a", 0, "fail"), row("a", 1, "pass"), row("a", 2, "pass"), row("a", 10, "pass"), row("b", 0, "pass"))
		if n := strings.Count(readFile(t, fsys, filepath.Join(dir, "rows.jsonl")), "\n"); n != 7 {
			t.Errorf("%d lines", n)
		}
	})
}

func TestAppendRefuses(t *testing.T) {
	fsys := crashfs.New()
	run := open(t, fsys, "/r")
	for _, bad := range []string{``, `{`, `[]`, `7`, `{"repeat":0,"outcome":"pass"}`, `{"task":"","repeat":0,"outcome":"pass"}`,
		`{"task":"a","outcome":"pass"}`, `{"task":"a","repeat":-1,"outcome":"pass"}`, `{"task":"a","repeat":0}`,
		`{"task":"a","repeat":0,"outcome":"pass"} {}`, `{"task":3,"repeat":0,"outcome":"pass"}`} {
		if err := run.Append(json.RawMessage(bad)); err == nil {
			t.Errorf("took %s", bad)
		}
	}
	check(t, run.Append(json.RawMessage("{\"task\":\"a\",\n\"repeat\":0,\n\"outcome\":\"pass\"}\n")))
	check(t, run.Close())
	wantLines(t, fsys, "/r", json.RawMessage(`{"task":"a", "repeat":0, "outcome":"pass"} `))
}

// Of many goroutines with the same key one decides it.
func TestAppendDecidesOnce(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		run := open(t, fsys, dir)
		const writers, keys = 16, 40
		var taken [keys]int
		var mu sync.Mutex
		var all sync.WaitGroup
		for writer := range writers {
			all.Go(func() {
				for i := range keys {
					err := run.Append(row(fmt.Sprintf("task-%d", i), writer%2, "pass"))
					if err != nil && !errors.Is(err, runstore.ErrDecided) {
						t.Error(err)
					}
					if err == nil {
						mu.Lock()
						taken[i]++
						mu.Unlock()
					}
					run.Decided(runstore.Key{Task: "task-1"})
				}
			})
		}
		all.Wait()
		check(t, run.Close())
		for i, n := range taken {
			if n != 2 {
				t.Errorf("key %d was decided %d times", i, n)
			}
		}
		if n := len(lines(t, fsys, dir)); n != 2*keys {
			t.Errorf("%d rows", n)
		}
	})
}

func TestChangedConfiguration(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		run := open(t, fsys, dir)
		check(t, run.Append(row("a", 0, "pass")))
		check(t, run.Close())

		changed := runstore.Manifest{Tool: "button next", Config: json.RawMessage(`{"seed":2, "bench":"gta", "top_p":1.0}`)}
		_, _, err := runstore.OpenRun(fsys, dir, changed, runstore.ResumeSame)
		var refused *runstore.ConfigError
		if !errors.As(err, &refused) {
			t.Fatalf("got %v", err)
		}
		want := []runstore.Change{{Path: "seed", Was: "1", Now: "2"}, {Path: "top_p", Now: "1.0"}}
		if diff := cmp.Diff(want, refused.Changes); diff != "" {
			t.Error(diff)
		}
		open(t, fsys, dir).Close() // the refusal let go of the lock and changed nothing

		run, _, err = runstore.OpenRun(fsys, dir, changed, runstore.ResumeAlways)
		check(t, err)
		check(t, run.Append(row("b", 0, "pass")))
		m := must(runstore.ReadManifest(fsys, dir))(t)
		if m.Tool != "button next" || len(m.Earlier) != 1 || !strings.Contains(string(m.Earlier[0]), "1") {
			t.Errorf("manifest is %+v", m)
		}
		check(t, run.Close())
		wantLines(t, fsys, dir, row("a", 0, "pass"), row("b", 0, "pass"))

		for range 2 {
			run, _, err = runstore.OpenRun(fsys, dir, manifest, runstore.ResumeNever)
			check(t, err)
			check(t, run.Append(row("c", 0, "pass")))
			check(t, run.Close())
			wantLines(t, fsys, dir, row("c", 0, "pass"))
		}
		wantNames(t, fsys, dir, "manifest.json", "manifest.json.1", "manifest.json.2",
			"rows.jsonl", "rows.jsonl.1", "rows.jsonl.2")
		if old := readFile(t, fsys, filepath.Join(dir, "rows.jsonl.1")); strings.Count(old, "\n") != 2 {
			t.Errorf("set aside: %s", old)
		}
	})
}

// A run that has no rows yet may be begun again in any way.
func TestEmptyRunTakesNewConfiguration(t *testing.T) {
	fsys := crashfs.New()
	check(t, open(t, fsys, "/r").Close())
	changed := runstore.Manifest{Config: json.RawMessage(`{"seed":2}`)}
	run, _, err := runstore.OpenRun(fsys, "/r", changed, runstore.ResumeSame)
	check(t, err)
	check(t, run.Close())
	if m := must(runstore.ReadManifest(fsys, "/r"))(t); len(m.Earlier) > 0 {
		t.Errorf("manifest is %+v", m)
	}
}

func TestForeignFoldersAreLeftAlone(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		for name, content := range map[string]string{
			"notes.txt":     "mine",
			"rows.jsonl":    string(row("a", 0, "pass")) + "\n",
			"manifest.json": `{"name":"an extension of a browser"}`,
		} {
			folder := filepath.Join(dir, "of-"+name)
			check(t, fsys.Mkdir(folder))
			writeFile(t, fsys, filepath.Join(folder, name), content)
			if _, _, err := runstore.OpenRun(fsys, folder, manifest, runstore.ResumeAlways); err == nil {
				t.Errorf("took a folder with %s", name)
			}
			wantNames(t, fsys, folder, name)
		}
		file := filepath.Join(dir, "file")
		writeFile(t, fsys, file, "")
		if _, _, err := runstore.OpenRun(fsys, file, manifest, runstore.ResumeSame); err == nil {
			t.Error("took a file for a folder")
		}
	})
}

func TestDamagedJournalIsMended(t *testing.T) {
	a, b, c := row("a", 0, "pass"), row("b", 0, "fail"), row("c", 0, "pass")
	tests := []struct {
		name     string
		content  string
		want     []json.RawMessage
		warnings []string
		damaged  string
	}{
		{name: "empty"},
		{name: "whole", content: fmt.Sprintf("%s\n%s\n", a, b), want: []json.RawMessage{a, b}},
		{name: "torn", content: fmt.Sprintf("%s\n%s", a, b[:20]), want: []json.RawMessage{a},
			warnings: []string{"rows.jsonl:2: the last line was torn and has been cut (20 bytes)"}},
		{name: "torn first", content: "{", warnings: []string{"rows.jsonl:1: the last line was torn and has been cut (1 bytes)"}},
		{name: "zeros at the end", content: fmt.Sprintf("%s\n%s", a, make([]byte, 5000)), want: []json.RawMessage{a},
			warnings: []string{"rows.jsonl:2: the last line was torn and has been cut (5000 bytes)"}},
		{name: "newline missing", content: fmt.Sprintf("%s\n%s", a, b), want: []json.RawMessage{a, b}},
		{name: "zeros inside", content: fmt.Sprintf("%s\n%s\x00\x00\x00\n%s\n", a, b[:20], c), want: []json.RawMessage{a, c},
			warnings: []string{"rows.jsonl:2: not a row, moved to rows.damaged (24 bytes: invalid character '\\x00' after object key)"},
			damaged:  string(b[:20]) + "\x00\x00\x00\n"},
		{name: "two stretches and torn", content: fmt.Sprintf("?\n%s\n\n{}\n%s\n[", a, c), want: []json.RawMessage{a, c},
			warnings: []string{"rows.jsonl:1: not a row", `rows.jsonl:4: not a row, moved to rows.damaged (3 bytes: no "task")`,
				"rows.jsonl:6: the last line was torn"},
			damaged: "?\n{}\n"},
		{name: "later row wins", content: fmt.Sprintf("%s\n%s\n%s\n", row("a", 0, "no_verdict"), b, a), want: []json.RawMessage{a, b}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
				check(t, open(t, fsys, dir).Close())
				writeFile(t, fsys, filepath.Join(dir, "rows.jsonl"), test.content)

				wantLines(t, fsys, dir, test.want...) // reading alone mends nothing
				if got := readFile(t, fsys, filepath.Join(dir, "rows.jsonl")); got != test.content {
					t.Errorf("reading changed the journal to %s", got)
				}
				run, warnings, err := runstore.OpenRun(fsys, dir, manifest, runstore.ResumeSame)
				check(t, err)
				wantWarnings(t, warnings, test.warnings)
				wantLines(t, fsys, dir, test.want...)
				check(t, run.Append(row("new", 0, "pass")))
				var last string
				for row, err := range run.Rows() {
					check(t, err)
					last = string(row.Data)
				}
				if last != string(row("new", 0, "pass")) {
					t.Errorf("the new row reads %q", last)
				}
				check(t, run.Close())
				wantLines(t, fsys, dir, append(slices.Clone(test.want), row("new", 0, "pass"))...)
				check(t, open(t, fsys, dir).Close())

				damaged := filepath.Join(dir, "rows.damaged")
				if _, err := fsys.Stat(damaged); (err == nil) != (test.damaged != "") {
					t.Errorf("rows.damaged: %v", err)
				} else if err == nil && readFile(t, fsys, damaged) != test.damaged {
					t.Errorf("rows.damaged holds %q", readFile(t, fsys, damaged))
				}
			})
		})
	}
}

func wantWarnings(t *testing.T, got []runstore.Warning, want []string) {
	t.Helper()
	ok := len(got) == len(want)
	for i := range got {
		ok = ok && strings.Contains(got[i].String(), want[i])
	}
	if !ok {
		t.Errorf("warnings are %q, want %q", got, want)
	}
}

// When the disk is full the run stops, and everything acknowledged is intact.
func TestFullDisk(t *testing.T) {
	for _, broken := range []string{"write", "sync"} {
		t.Run(broken, func(t *testing.T) {
			fsys := crashfs.New()
			run := open(t, fsys, "/r")
			check(t, run.Append(row("a", 0, "pass")))
			fsys.Inject(func(_ int, operation, _ string) error {
				if operation == broken {
					return syscall.ENOSPC
				}
				return nil
			})
			wantIs(t, run.Append(row("b", 0, "pass")), syscall.ENOSPC)
			fsys.Inject(nil) // too late: what lies behind the error is not known
			wantIs(t, run.Append(row("c", 0, "pass")), syscall.ENOSPC)
			if run.Decided(runstore.Key{Task: "b"}) {
				t.Error("a row that failed counts as decided")
			}
			wantIs(t, run.Close(), syscall.ENOSPC)
			run, _, err := runstore.OpenRun(fsys, "/r", manifest, runstore.ResumeSame)
			check(t, err)
			if !run.Decided(runstore.Key{Task: "a"}) || run.Decided(runstore.Key{Task: "c"}) {
				t.Error("wrong rows after the disk was full")
			}
			check(t, run.Close())
			wantNames(t, fsys, "/r", "manifest.json", "rows.jsonl")
		})
	}
}

func TestReadRunRefuses(t *testing.T) {
	onEach(t, func(t *testing.T, fsys runstore.FS, dir string) {
		_, _, err := runstore.ReadRun(fsys, filepath.Join(dir, "none"))
		wantIs(t, err, fs.ErrNotExist)
		for _, content := range []string{``, `{}`, `[]`, `{"format":2,"kind":"run"}`, `{"format":1,"kind":"dataset"}`} {
			writeFile(t, fsys, filepath.Join(dir, "manifest.json"), content)
			if _, _, err := runstore.ReadRun(fsys, dir); err == nil {
				t.Errorf("took %s", content)
			}
		}
		writeFile(t, fsys, filepath.Join(dir, "manifest.json"), `{"format":1,"kind":"run","config":{}}`)
		wantLines(t, fsys, dir)
	})
}

// Whatever lies in the journal, it is mended once, without losing a row.
func FuzzMend(f *testing.F) {
	whole := string(row("a", 0, "pass")) + "\n"
	f.Add([]byte(whole + whole[:10]))
	f.Add([]byte("\x00\n{}\n" + whole + "\r\n\n[" + whole))
	f.Add([]byte(whole[:len(whole)-1]))
	f.Fuzz(func(t *testing.T, content []byte) {
		fsys := crashfs.New()
		check(t, open(t, fsys, "/r").Close())
		writeFile(t, fsys, "/r/rows.jsonl", string(content))
		before := lines(t, fsys, "/r")
		run, _, err := runstore.OpenRun(fsys, "/r", manifest, runstore.ResumeSame)
		check(t, err)
		check(t, run.Close())
		run = open(t, fsys, "/r") // without a warning
		if !bytes.Contains(content, []byte("new")) {
			check(t, run.Append(row("new", 0, "pass")))
			before = append(before, string(row("new", 0, "pass")))
		}
		check(t, run.Close())
		after := lines(t, fsys, "/r")
		slices.Sort(before)
		slices.Sort(after)
		if diff := cmp.Diff(before, after); diff != "" {
			t.Error(diff)
		}
	})
}
