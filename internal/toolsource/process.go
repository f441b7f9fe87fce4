package toolsource

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// How long a server may take to end after its input was closed, and after it was
// asked to.
const (
	gracePeriod = time.Second
	askedPeriod = 500 * time.Millisecond
)

// process is a started server.
type process struct {
	cmd    *exec.Cmd
	input  *os.File // to its standard input
	output *os.File // from its standard output
	errors tail     // its standard error
	ended  chan struct{}
	end    sync.Once
}

// start starts a program in a process group of its own, so that what it starts
// in turn can be ended with it.
func start(words []string) (*process, error) {
	p := &process{cmd: exec.Command(words[0], words[1:]...), ended: make(chan struct{})}
	childInput, input, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	output, childOutput, err := os.Pipe()
	if err != nil {
		return nil, errors.Join(err, childInput.Close(), input.Close())
	}
	p.input, p.output = input, output
	p.cmd.Stdin, p.cmd.Stdout, p.cmd.Stderr = childInput, childOutput, &p.errors
	p.cmd.WaitDelay = askedPeriod // for its standard error, which others may hold open
	ownGroup(p.cmd)
	err = p.cmd.Start()
	childInput.Close()
	childOutput.Close()
	if err != nil {
		input.Close()
		output.Close()
		return nil, err
	}
	go func() {
		_ = p.cmd.Wait() // how it ended is in ProcessState
		close(p.ended)
	}()
	return p, nil
}

// stop ends the process and its group and waits for it: first by the end of its
// input, then by asking, then by force.
func (p *process) stop() {
	p.end.Do(func() {
		p.input.Close()
		if !p.endsWithin(gracePeriod) {
			signalGroup(p.cmd, false)
			p.endsWithin(askedPeriod)
		}
		signalGroup(p.cmd, true) // whatever is left of the group
		p.output.Close()
	})
	<-p.ended
}

func (p *process) endsWithin(patience time.Duration) bool {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-p.ended:
		return true
	case <-timer.C:
		return false
	}
}

// explain adds to an error what is known of the process: its last words and,
// where it broke off, how it ended.
func (p *process) explain(err error, brokeOff bool) error {
	how := ""
	if brokeOff && p.endsWithin(askedPeriod) {
		how = "; it ended with " + p.cmd.ProcessState.String()
	}
	if words := p.errors.String(); words != "" {
		how += "; its last words: " + words
	}
	return fmt.Errorf("%w%s", err, how)
}

// tail keeps the end of what is written to it.
type tail struct {
	mu   sync.Mutex
	kept []byte
}

const (
	tailBytes = 4 << 10
	tailLines = 4
	tailShown = 600 // bytes
)

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.kept = append(t.kept, p[max(0, len(p)-tailBytes):]...)
	if surplus := len(t.kept) - tailBytes; surplus > 0 {
		t.kept = bytes.Clone(t.kept[surplus:])
	}
	return len(p), nil
}

var _ io.Writer = (*tail)(nil)

// String is the last lines, on one line.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := strings.FieldsFunc(plain(string(t.kept)), func(r rune) bool { return r == '\n' })
	text := strings.Join(lines[max(0, len(lines)-tailLines):], " / ")
	return strings.ToValidUTF8(text[max(0, len(text)-tailShown):], "")
}
