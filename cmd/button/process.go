package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/work"
)

// The exit codes.
const (
	exitDone        = 0
	exitFailed      = 1
	exitUsage       = 2
	exitNoVerdict   = 3 // finished, but too many samples have no verdict
	exitGate        = 4 // a verification or comparison said no
	exitInterrupted = 130
)

// process is everything that belongs to the running program and not to a verb.
type process struct {
	args               []string
	stdin              io.Reader
	stdout, stderr     io.Writer
	env                func(string) string
	terminal, progress func() bool // is stdout, is stderr a terminal
	width              func() int
	// watch begins to deliver signals instead of dying of them; release ends it.
	watch func() (signals <-chan os.Signal, release func())

	// Flags that every verb has.
	json, quiet bool
	colourMode  string
}

// failure is an error with an exit code and, perhaps, a hint.
type failure struct {
	code int
	err  error
	hint string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(format string, values ...any) error {
	return &failure{code: exitUsage, err: fmt.Errorf(format, values...)}
}

func hinted(code int, err error, hint string) error { return &failure{code, err, hint} }

// firstError remembers the first error of a writer: output that got lost must
// not end with exit code 0.
type firstError struct {
	io.Writer
	err error
}

func (w *firstError) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if w.err == nil {
		w.err = err
	}
	return n, err
}

// run parses the command line, runs the verb and turns its error into a message
// and an exit code.
func (p *process) run(ctx context.Context) int {
	out := &firstError{Writer: p.stdout}
	p.stdout = out
	root := p.rootCommand()
	root.SetArgs(p.args)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	if out.err != nil && (err == nil || errors.Is(err, out.err)) {
		err = fmt.Errorf("writing the output: %w", out.err)
	}
	if err == nil {
		return exitDone
	}
	code, message, hint := explain(err)
	// A flag that does not parse stops the parser before it may have seen --json.
	if p.json || slices.Contains(p.args, "--json") {
		line, _ := json.Marshal(map[string]any{"error": message, "hint": hint, "exit_code": code})
		fmt.Fprintf(p.stdout, "%s\n", line)
		return code
	}
	fmt.Fprintf(p.stderr, "button: %s\n", message)
	if hint != "" {
		fmt.Fprintf(p.stderr, "hint: %s\n", hint)
	}
	return code
}

func explain(err error) (code int, message, hint string) {
	message = strings.TrimSpace(err.Error())
	var known *failure
	var fatal *eval.FatalError
	switch {
	case errors.As(err, &known):
		return known.code, message, known.hint
	case errors.As(err, &fatal):
		return exitFailed, message, fatal.Hint
	case wasInterrupted(err):
		return exitInterrupted, "interrupted", ""
	}
	return exitFailed, message, ""
}

func wasInterrupted(err error) bool {
	return errors.Is(err, work.ErrDrained) || errors.Is(err, work.ErrInterrupted) || errors.Is(err, context.Canceled)
}

// ifInterrupted says what an interruption means for this verb; other errors pass.
func ifInterrupted(err error, hint, format string, values ...any) error {
	if !wasInterrupted(err) {
		return err
	}
	return hinted(exitInterrupted, fmt.Errorf("interrupted: "+format, values...), hint)
}

// twoStage makes the first signal drain what is under way and the second stop it.
func (p *process) twoStage(ctx context.Context) (_ context.Context, drain <-chan struct{}, stop func()) {
	signals, release := p.watch()
	ctx, drain, end := work.TwoStage(ctx, signals)
	return ctx, drain, func() { end(); release() }
}

// untilSignal makes the first signal cancel the context. It is for verbs that
// have something to clean up, but nothing worth finishing.
func (p *process) untilSignal(ctx context.Context) (context.Context, func()) {
	ctx, drain, stop := p.twoStage(ctx)
	ctx, cancel := context.WithCancelCause(ctx)
	go func() {
		select {
		case <-drain:
			cancel(work.ErrInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { cancel(nil); stop() }
}
