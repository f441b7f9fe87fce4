//go:build unix

package toolsource_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/buttonbench/button/internal/toolsource"
)

// TestNothingIsLeft: a server that ignores the end of its input and being asked
// is gone afterwards, with its child.
func TestNothingIsLeft(t *testing.T) {
	t.Parallel()
	_, err := toolsource.Open(context.Background(), played(t, "deaf"), toolsource.Options{Timeout: 1500 * time.Millisecond})
	if err == nil {
		t.Fatal("opened")
	}
	_, words, found := strings.Cut(err.Error(), "pids ")
	if !found {
		t.Fatal(err)
	}
	for _, word := range strings.Fields(words) {
		pid, err := strconv.Atoi(word)
		if err != nil {
			t.Fatal(err)
		}
		if err := gone(pid); err != nil {
			t.Error(err)
		}
	}
}

// gone waits until a process has ended; the child of an ended process is reaped
// by the system a moment later.
func gone(pid int) error {
	for range 200 {
		if syscall.Kill(pid, 0) == syscall.ESRCH {
			return nil
		}
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid)); err == nil && strings.Contains(string(state), ") Z ") {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("process %d is still there", pid)
}
