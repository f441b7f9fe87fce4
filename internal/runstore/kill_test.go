//go:build unix

package runstore_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button/internal/runstore"
)

// childFolder names the run folder to a child process of TestKilledProcess.
const childFolder = "RUNSTORE_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		os.Exit(appendUntilKilled(dir))
	}
	os.Exit(m.Run())
}

// appendUntilKilled appends rows from many goroutines and prints the key of
// each as soon as it is acknowledged.
func appendUntilKilled(dir string) int {
	run, _, err := runstore.OpenRun(runstore.OS{}, dir, manifest, runstore.ResumeSame)
	if err != nil {
		fmt.Println("opening:", err)
		return 1
	}
	fmt.Println("open")
	var all sync.WaitGroup
	var output sync.Mutex
	first := run.Counts()["pass"]
	for writer := range 16 {
		all.Go(func() {
			for i := 0; ; i++ {
				key := runstore.Key{Task: fmt.Sprintf("%d-%d-%d", first, writer, i)}
				if run.Append(largeRow(key)) != nil {
					return
				}
				output.Lock()
				fmt.Println(key.Task)
				output.Unlock()
			}
		})
	}
	all.Wait()
	return 1
}

// largeRow is a row that crosses the borders of disk blocks.
func largeRow(key runstore.Key) json.RawMessage {
	return fmt.Appendf(nil, `{"task":%q,"repeat":%d,"outcome":"pass","text":"%s"}`,
		key.Task, key.Repeat, strings.Repeat(key.Task+" ", 300))
}

// A process is killed while it appends, several times over; in between another
// tries to join it. Everything it has acknowledged is there, whole.
func TestKilledProcess(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "run")
	acked := make(map[string]bool)
	random := rand.New(rand.NewPCG(3, 4))
	for round := range 6 {
		child := exec.Command(must(os.Executable())(t))
		child.Env = append(os.Environ(), childFolder+"="+dir)
		output := bufio.NewScanner(must(child.StdoutPipe())(t))
		check(t, child.Start())
		if !output.Scan() || output.Text() != "open" {
			t.Fatalf("round %d: the child said %q", round, output.Text())
		}
		_, _, err := runstore.OpenRun(runstore.OS{}, dir, manifest, runstore.ResumeSame)
		var locked *runstore.LockedError
		if !errors.As(err, &locked) || !strings.HasPrefix(locked.Owner, "process "+strconv.Itoa(child.Process.Pid)+" on ") {
			t.Errorf("round %d: a second process got %v", round, err)
		}
		for range 1 + random.IntN(400) {
			if !output.Scan() {
				t.Fatalf("round %d: the child ended by itself", round)
			}
			acked[output.Text()] = true
		}
		check(t, child.Process.Kill())
		for output.Scan() {
			// A line is whole: the child wrote it with one call.
			acked[output.Text()] = true
		}
		_ = child.Wait()

		run, warnings, err := runstore.OpenRun(runstore.OS{}, dir, manifest, runstore.ResumeSame)
		check(t, err)
		for _, warning := range warnings {
			if !strings.Contains(warning.Text, "torn") {
				t.Errorf("warning %v", warning)
			}
		}
		found := make(map[string]bool)
		for row, err := range run.Rows() {
			check(t, err)
			found[row.Task] = true
			if string(row.Data) != string(largeRow(row.Key)) {
				t.Errorf("round %d: row %s is damaged", round, row.Task)
			}
		}
		for task := range acked {
			if !found[task] {
				t.Errorf("round %d: row %s is lost", round, task)
			}
		}
		check(t, run.Close())
		t.Logf("round %d: %d rows acknowledged, %d found", round, len(acked), len(found))
	}
}
