package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/scriptedteacher"
)

// TestGenerateKilled kills the making of a simulated dataset at random moments and
// goes on until it is done. Every dataset must end with the bytes of one that
// nobody disturbed, and what a kill costs is at most the answers that were on their
// way: all others are paid for once. BUTTON_KILLS and BUTTON_KILL_SEED are as for
// TestKilled.
func TestGenerateKilled(t *testing.T) {
	t.Parallel()
	kills, seed := number(t, "BUTTON_KILLS", 6), number(t, "BUTTON_KILL_SEED", 1)
	w := newWorkshop(t)
	random := button.NewRandom(uint64(seed))
	w.make("undisturbed")
	wanted := w.files("undisturbed")
	ideal := w.begin()
	died, datasets, extra := 0, 0, 0
	for died < kills {
		out := fmt.Sprintf("set%d", datasets)
		datasets++
		for range 1 + random.IntN(5) {
			if died == kills || !w.killed(out, random.IntN(ideal), time.Duration(random.Int64N(int64(5*time.Millisecond)))) {
				break
			}
			died++
		}
		if _, err := os.Stat(filepath.Join(w.dir, out)); err != nil { // it had no time to end by itself
			w.make(out)
		}
		if difference := cmp.Diff(wanted, w.files(out)); difference != "" {
			t.Fatalf("dataset %d differs from an undisturbed one (-want +got):\n%s", datasets, difference)
		}
		w.mutex.Lock()
		for _, times := range w.answered {
			extra += times - 1
		}
		w.mutex.Unlock()
		w.begin()
		os.RemoveAll(filepath.Join(w.dir, out))
	}
	if extra > kills*makers {
		t.Errorf("%d answers were paid for again after %d kills with %d in flight", extra, kills, makers)
	}
	t.Logf("%d kills over %d datasets of %d requests: all bytes equal; %.2f answers a kill were paid for again", died, datasets, ideal, float64(extra)/float64(died))
}

// makers is how many records are in the making at a time.
const makers = 4

// workshop is a folder, a scripted teacher that counts, and the program under test.
type workshop struct {
	t                *testing.T
	dir, program, at string

	mutex    sync.Mutex
	answered map[[sha256.Size]byte]int // requests of this dataset that got a whole answer
	arrivals chan struct{}
}

func newWorkshop(t *testing.T) *workshop {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := &workshop{t: t, dir: t.TempDir(), answered: map[[sha256.Size]byte]int{}, arrivals: make(chan struct{}, 1<<16)}
	w.program = filepath.Join(w.dir, "button")
	if err := os.Symlink(self, w.program); err != nil {
		t.Fatal(err)
	}
	teacher, err := scriptedteacher.New(scriptedteacher.Options{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.counting(teacher))
	t.Cleanup(server.Close)
	w.at = server.URL + "/v1"
	return w
}

func (w *workshop) counting(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		select {
		case w.arrivals <- struct{}{}:
		default:
		}
		next.ServeHTTP(rw, r)
		if len(body) > 0 && r.Context().Err() == nil {
			w.mutex.Lock()
			w.answered[sha256.Sum256(body)]++
			w.mutex.Unlock()
		}
	})
}

// begin makes ready for another dataset and returns how many answers the last took.
func (w *workshop) begin() (answers int) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, times := range w.answered {
		answers += times
	}
	w.answered = map[[sha256.Size]byte]int{}
	return answers
}

func (w *workshop) making(out string) *exec.Cmd {
	cmd := exec.Command(w.program, "generate", "--mode", "simulated", "--teacher", scriptedteacher.Model, "--base-url", w.at, "-n", "12",
		"--out", out, "--cache-dir", "answers-of-"+out, "-c", strconv.Itoa(makers), "-q")
	cmd.Dir = w.dir
	cmd.Env = append(os.Environ(), "GORACE=atexit_sleep_ms=0")
	return cmd
}

func (w *workshop) make(out string) {
	w.t.Helper()
	if told, err := w.making(out).CombinedOutput(); err != nil {
		w.t.Fatalf("%v\n%s", err, told)
	}
}

// killed makes a dataset until a number of requests has arrived and a time has
// passed, and kills it; false where it had ended by itself.
func (w *workshop) killed(out string, requests int, wait time.Duration) bool {
	for len(w.arrivals) > 0 {
		<-w.arrivals
	}
	cmd := w.making(out)
	if err := cmd.Start(); err != nil {
		w.t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for range requests {
		select {
		case <-w.arrivals:
		case err := <-ended:
			if err != nil {
				w.t.Fatal(err)
			}
			return false
		}
	}
	<-time.After(wait)
	cmd.Process.Kill()
	return <-ended != nil
}

// files are a dataset's files by name.
func (w *workshop) files(out string) map[string]string {
	w.t.Helper()
	files := map[string]string{}
	for _, name := range []string{"records.jsonl", "rejects.jsonl", "card.md", "manifest.json"} {
		data, err := os.ReadFile(filepath.Join(w.dir, out, name))
		if err != nil {
			w.t.Fatal(err)
		}
		files[name] = string(data)
	}
	return files
}
