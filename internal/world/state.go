package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/buttonbench/button"
	"go.starlark.net/starlark"
)

// State is a Start that calls can change. One goroutine at a time may use it.
type State struct {
	start  *Start
	tables map[string]*table // shared with the Start or a clone until the first write
	owned  bool
	calls  map[string]int  // successful writes so far, by function and arguments
	minted map[string]bool // codes that they minted
}

// Outcome is what a call gave.
type Outcome struct {
	// JSON is exactly what the tool message holds.
	JSON json.RawMessage
	// Fields are the fields beside the list, leaf path -> value.
	Fields map[string]Value
	// Items are the list's items, leaf path -> value.
	Items []map[string]Value
	// Failure is a declared error, or a refused call; then the call had no effect,
	// Fields and Items are nil and JSON is {"error":code,"message":text}.
	Failure *Failure
}

// Failure is an error that a caller can meet.
type Failure struct{ Code, Message string }

// The codes of calls that never reached the world's behaviour.
const (
	InvalidArguments = "invalid_arguments"
	UnknownFunction  = "unknown_function"
)

// Start returns the state's beginning.
func (s *State) Start() *Start { return s.start }

// Hash identifies the content of the ledger tables as Start.Hash does.
func (s *State) Hash() string { return hashTables(s.start, s.tables) }

// Rows returns the rows of a table as they are now; callers must not change them.
func (s *State) Rows(table string) []map[string]Value {
	if made := s.tables[table]; made != nil {
		return made.values()
	}
	return nil
}

// Clone returns an independent copy.
func (s *State) Clone() *State {
	return &State{start: s.start, tables: maps.Clone(s.tables), owned: true, calls: maps.Clone(s.calls), minted: maps.Clone(s.minted)}
}

// Call runs a function with arguments by leaf path. A declared error comes as
// an Outcome with a Failure; an error means that the world misbehaves, or that
// the arguments do not fit the function, and leaves the state as it was.
func (s *State) Call(f *Function, arguments map[string]Value) (*Outcome, error) {
	value, err := f.argumentValue(arguments)
	if err != nil {
		return nil, fmt.Errorf("call %s: %w", f.Name, err)
	}
	engine := f.World.engine
	db := &ledger{tables: s.tables, order: s.start.order, fixed: f.World.Fixed, writes: f.Writes()}
	key := f.Name + string(f.EncodeArguments(arguments))
	codes := &minter{seed: s.start.Seed, base: fmt.Appendf(nil, "%s#%d", key, s.calls[key]), taken: s.codeTaken}
	here := &scope{
		function: f.Name, seed: s.start.Seed, today: s.start.today,
		mint: codes.mint, db: db, steps: callSteps, budget: callBudget,
	}
	function := engine.functions[f.Name]
	returned, err := engine.run(here, function, db, value)
	var stop *stopped
	if errors.As(err, &stop) {
		return f.failure(here, function, stop)
	}
	if err != nil {
		return nil, err
	}
	outcome, err := f.outcome(returned)
	if err != nil {
		return nil, engine.fault(here, function, err.Error())
	}
	if f.Writes() {
		if err := s.commit(db, key, codes.minted); err != nil {
			return nil, engine.fault(here, function, err.Error())
		}
	}
	return outcome, nil
}

// codeTaken reports whether a code exists already. Codes of the start and of
// this state's writes count; a clash between two writes of one state is the
// one case in which their order shows, and the hash then tells.
func (s *State) codeTaken(code string) bool { return s.start.codes[code] || s.minted[code] }

// failure turns stop() into an outcome.
func (f *Function) failure(here *scope, function *starlark.Function, stop *stopped) (*Outcome, error) {
	if _, declared := f.Fails[stop.code]; !declared {
		return nil, f.World.engine.fault(here, function, fmt.Sprintf("stop: code %q is not declared in fails", clip(stop.code)))
	}
	if len(stop.message) > maxTextBytes {
		return nil, f.World.engine.fault(here, function, "stop: the message is too long")
	}
	return failed(stop.code, stop.message), nil
}

func failed(code, message string) *Outcome {
	out := button.AppendString([]byte(`{"error":`), code)
	out = button.AppendString(append(out, `,"message":`...), message)
	return &Outcome{JSON: append(out, '}'), Failure: &Failure{code, message}}
}

// commit makes the effect of a write permanent.
func (s *State) commit(db *ledger, key string, minted []string) error {
	changed := make(map[string]*table, len(db.copies))
	for _, name := range sortedKeys(db.copies) {
		table, err := newTable(name, db.copies[name])
		if err != nil {
			return err
		}
		changed[name] = table
	}
	if !s.owned {
		s.tables, s.owned = maps.Clone(s.tables), true
	}
	maps.Copy(s.tables, changed)
	if s.calls == nil {
		s.calls, s.minted = map[string]int{}, map[string]bool{}
	}
	s.calls[key]++
	for _, code := range minted {
		s.minted[code] = true
	}
	return nil
}

// maxReported is the number of violations that a refused call is told.
const maxReported = 5

// CallJSON runs a function as a model calls it. Arguments that do not fit the
// schema, and unknown functions, give an Outcome with a Failure and leave the
// state untouched. The error is as for Call.
func (s *State) CallJSON(name string, arguments json.RawMessage) (*Outcome, error) {
	f := s.start.World.Function(name)
	if f == nil {
		return failed(UnknownFunction, fmt.Sprintf("there is no function %q", clip(name))), nil
	}
	violations, err := f.argumentViolations(arguments)
	if err != nil {
		return nil, err
	}
	if len(violations) > 0 {
		texts := make([]string, min(len(violations), maxReported))
		for i := range texts {
			texts[i] = violations[i].String()
		}
		return failed(InvalidArguments, strings.Join(texts, "; ")), nil
	}
	values, err := f.DecodeArguments(arguments)
	if err != nil {
		return failed(InvalidArguments, err.Error()), nil
	}
	return s.Call(f, values)
}
