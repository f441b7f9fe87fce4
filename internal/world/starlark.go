package world

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"go.starlark.net/resolve"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// Bounds on the behaviour of a world.
const (
	maxSourceBytes = 128 << 10 // of world.star
	loadSteps      = 1_000_000 // Starlark steps to evaluate the constants
	makeSteps      = 2_000_000 // Starlark steps of make()
	callSteps      = 200_000   // Starlark steps of one call
	loadBudget     = 16 << 20  // bytes that operators may allocate, see guard
	makeBudget     = 64 << 20
	callBudget     = 4 << 20
)

const makeName = "make"

// engine is the compiled behaviour of a world. Its globals are frozen, so any
// number of goroutines may run it.
type engine struct {
	file      string
	functions map[string]*starlark.Function
}

// Fault is an error of a world: its behaviour broke a rule at a place of
// world.star. Line is 0 where no place is known.
type Fault struct {
	File         string
	Line, Column int
	Function     string
	Text         string
}

func (f *Fault) Error() string {
	if f.Line == 0 {
		return fmt.Sprintf("%s: %s: %s", f.File, f.Function, f.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Function, f.Text)
}

// stopped is raised by stop(code, message): a declared error.
type stopped struct{ code, message string }

func (s *stopped) Error() string { return fmt.Sprintf("stopped with %s: %s", s.code, s.message) }

// scope is what the helpers know about the run they stand in.
type scope struct {
	function string
	seed     uint64
	today    int        // days since 1970-01-01
	random   *rand.Rand // nil outside make()
	// mint makes a code of a pattern; nil while the file's constants are evaluated.
	mint   func(pattern string) (string, error)
	db     *ledger // nil outside a call
	steps  uint64
	budget int
}

const scopeKey = "scope"

func scopeOf(thread *starlark.Thread) *scope { return thread.Local(scopeKey).(*scope) }

// compile parses and evaluates world.star once.
func compile(file string, source []byte, predeclared starlark.StringDict) (e *engine, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			e, err = nil, &Fault{File: file, Function: "world.star", Text: fmt.Sprintf("cannot be compiled: %v", cause)}
		}
	}()
	if len(source) > maxSourceBytes {
		return nil, &Fault{File: file, Function: "world.star", Text: fmt.Sprintf("%d bytes are more than the allowed %d", len(source), maxSourceBytes)}
	}
	options := &syntax.FileOptions{Set: true}
	parsed, err := options.Parse(file, source, 0)
	if err != nil {
		return nil, sourceFault(file, err)
	}
	if err := guard(file, parsed); err != nil {
		return nil, err
	}
	program, err := starlark.FileProgram(parsed, predeclared.Has)
	if err != nil {
		return nil, sourceFault(file, err)
	}
	here := &scope{function: "world.star", steps: loadSteps, budget: loadBudget}
	globals, err := program.Init(newThread(here), predeclared)
	if err != nil {
		return nil, runFault(file, here, err)
	}
	globals.Freeze()
	e = &engine{file: file, functions: map[string]*starlark.Function{}}
	for name, value := range globals {
		if function, ok := value.(*starlark.Function); ok {
			e.functions[name] = function
		}
	}
	return e, nil
}

func newThread(here *scope) *starlark.Thread {
	thread := &starlark.Thread{Name: here.function}
	thread.SetLocal(scopeKey, here)
	thread.SetMaxExecutionSteps(here.steps)
	return thread
}

// run calls a function of the world. The error is a *stopped or a *Fault.
func (e *engine) run(here *scope, function *starlark.Function, arguments ...starlark.Value) (value starlark.Value, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			value, err = nil, e.fault(here, function, fmt.Sprintf("the interpreter gave up: %v", cause))
		}
	}()
	value, err = starlark.Call(newThread(here), function, arguments, nil)
	if err == nil {
		return value, nil
	}
	var stop *stopped
	if errors.As(err, &stop) {
		return nil, stop
	}
	return nil, runFault(e.file, here, err)
}

// fault places an error at the head of a function.
func (e *engine) fault(here *scope, function *starlark.Function, text string) *Fault {
	position := function.Position()
	return &Fault{File: e.file, Line: int(position.Line), Column: int(position.Col), Function: here.function, Text: text}
}

// sourceFault places an error of the parser or resolver.
func sourceFault(file string, err error) error {
	fault := &Fault{File: file, Function: "world.star"}
	var parsing syntax.Error
	place := func(position syntax.Position, text string) error {
		fault.Line, fault.Column, fault.Text = int(position.Line), int(position.Col), text
		return fault
	}
	if errors.As(err, &parsing) {
		return place(parsing.Pos, parsing.Msg)
	}
	if position, text, ok := resolveError(err); ok {
		return place(position, text)
	}
	fault.Text = err.Error()
	return fault
}

// runFault places an error of a run at the innermost line of the world's file.
func runFault(file string, here *scope, err error) error {
	fault := &Fault{File: file, Function: here.function, Text: err.Error()}
	var evaluation *starlark.EvalError
	if errors.As(err, &evaluation) {
		fault.Text = evaluation.Msg
		for i := range evaluation.CallStack {
			frame := evaluation.CallStack.At(i)
			if frame.Pos.Filename() == file {
				fault.Line, fault.Column = int(frame.Pos.Line), int(frame.Pos.Col)
				break
			}
		}
	}
	switch {
	case strings.Contains(fault.Text, "too many steps"):
		fault.Text = fmt.Sprintf("took more than %d steps: a loop runs away, or the tables are far too large", here.steps)
	case strings.Contains(fault.Text, "frozen"):
		fault.Text += ": a read must not change a table, and nothing may change a fixed table or a constant"
	}
	return fault
}

// resolveError unpacks the first error of the resolver.
func resolveError(err error) (syntax.Position, string, bool) {
	if list, ok := err.(resolve.ErrorList); ok && len(list) > 0 {
		return list[0].Pos, list[0].Msg, true
	}
	return syntax.Position{}, "", false
}
