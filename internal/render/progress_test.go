package render

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// handClock is moved by the test.
type handClock struct {
	mutex sync.Mutex
	now   time.Time
}

func (c *handClock) read() time.Time {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.now
}

func (c *handClock) move(d time.Duration) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.now = c.now.Add(d)
}

func TestProgressInFile(t *testing.T) {
	clock := &handClock{now: time.Unix(1000, 0)}
	var out bytes.Buffer
	p := NewProgress(&out, ProgressConfig{Label: "evaluating", Total: 500, Done: 100, Clock: clock.read})
	for done := 100; done <= 500; done++ {
		p.Set(done, "2 without verdict")
		clock.move(50 * time.Millisecond)
	}
	p.Close()
	p.Close()
	p.Set(500, "late")
	want := strings.Join([]string{
		"evaluating  150/500   30%  20/s  18 s left  2 without verdict",
		"evaluating  200/500   40%  20/s  15 s left  2 without verdict",
		"evaluating  250/500   50%  20/s  12 s left  2 without verdict",
		"evaluating  300/500   60%  20/s  10 s left  2 without verdict",
		"evaluating  350/500   70%  20/s  7.5 s left  2 without verdict",
		"evaluating  400/500   80%  20/s  5.0 s left  2 without verdict",
		"evaluating  450/500   90%  20/s  2.5 s left  2 without verdict",
		"evaluating  500/500  100%  20/s  in 20 s  2 without verdict",
	}, "\n") + "\n"
	if got := out.String(); got != want {
		t.Errorf("got:\n%swant:\n%s", got, want)
	}
}

// However often and fast it is told, a file gets few lines and a terminal few redraws.
func TestProgressNeverFloods(t *testing.T) {
	for _, terminal := range []bool{false, true} {
		clock := &handClock{now: time.Unix(1000, 0)}
		var out bytes.Buffer
		p := NewProgress(&out, ProgressConfig{Label: "x", Total: 0, Terminal: terminal, Clock: clock.read})
		for i := range 100_000 { // 100 seconds
			p.Set(i, "")
			clock.move(time.Millisecond)
		}
		p.Close()
		writes, most := strings.Count(out.String(), "\n"), 5
		if terminal {
			writes, most = strings.Count(out.String(), "\r"), 1002
		}
		if writes == 0 || writes > most {
			t.Errorf("terminal %v: %d writes, want at most %d", terminal, writes, most)
		}
	}
}

func TestProgressOnTerminal(t *testing.T) {
	clock := &handClock{now: time.Unix(1000, 0)}
	var out bytes.Buffer
	p := NewProgress(&out, ProgressConfig{Label: "a\x1b[2Jb", Total: 10, Terminal: true, Clock: clock.read})
	p.Set(1, strings.Repeat("note", 50))
	clock.move(time.Second)
	p.Set(4, "note\nline")
	p.Close()
	for _, line := range strings.Split(strings.TrimSuffix(out.String(), "\n"), "\r\x1b[K")[1:] {
		if displayWidth(line) > 79 || strings.ContainsAny(line, "\x1b\n") {
			t.Errorf("line %q", line)
		}
	}
	if !strings.HasSuffix(out.String(), "4.0/s  in 1.0 s  note\\nline\n") {
		t.Errorf("ends with %q", out.String())
	}
}

func TestProgressFromManyGoroutines(t *testing.T) {
	clock := &handClock{now: time.Unix(1000, 0)}
	var out bytes.Buffer
	p := NewProgress(&out, ProgressConfig{Label: "x", Total: 800, Clock: clock.read})
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for i := range 100 {
				p.Set(i, "")
				clock.move(time.Millisecond)
			}
		})
	}
	group.Wait()
	p.Close()
	if !strings.Contains(out.String(), "/800") {
		t.Error("no line at the end")
	}
}
