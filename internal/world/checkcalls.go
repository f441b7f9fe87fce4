package world

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// How much Check tries. A state is walked through by calls of all functions in
// random order, so that later calls meet the effects of earlier ones.
const (
	checkStarts  = 12
	checkRounds  = 10 // calls of every function in one state
	strangeOneIn = 8  // one value in so many is well formed but unknown
)

// trial is what Check learns of one function.
type trial struct {
	f              *Function
	done, failures int
	faults         int
	codes          map[string]bool // declared errors met
	bools          map[string][2]bool
	ties, ranked   map[string]int
	short, lists   int
	strange        map[string][2]int // parameter -> calls with an unknown value, and those answered
}

func (c *checker) calls() {
	trials := map[string]*trial{}
	for _, f := range c.world.Functions {
		trials[f.Name] = &trial{f: f, codes: map[string]bool{}, bools: map[string][2]bool{}, ties: map[string]int{}, ranked: map[string]int{}, strange: map[string][2]int{}}
	}
	var starts []*Start
	for seed := range uint64(checkStarts) {
		if c.ctx.Err() != nil {
			return
		}
		start, err := c.world.Start(seed + 1)
		if err != nil {
			c.fault(err, fmt.Sprintf("seed %d", seed+1))
			return
		}
		if again, err := c.world.Start(seed + 1); err != nil || again.Hash() != start.Hash() {
			c.errorf(nil, "make() gives different states for the same seed %d", seed+1)
		}
		starts = append(starts, start)
		walk := &walk{checker: c, trials: trials, start: start, random: button.NewRandom(button.Seed(seed, "check", 0)), pool: map[string][]Value{}}
		walk.run()
		walk.commute()
	}
	c.names(starts)
	for _, f := range c.world.Functions {
		c.judge(trials[f.Name])
	}
	c.reportOrder()
}

// walk calls functions on one state.
type walk struct {
	*checker
	trials map[string]*trial
	start  *Start
	random *rand.Rand
	pool   map[string][]Value // values seen in results, by type name
}

func (w *walk) run() {
	state := w.start.Fork()
	for range checkRounds {
		for _, i := range w.random.Perm(len(w.world.Functions)) {
			if w.ctx.Err() != nil {
				return
			}
			f := w.world.Functions[i]
			if arguments, strange, ok := w.arguments(f, strangeOneIn); ok {
				w.call(state, f, arguments, strange)
			}
		}
	}
}

// arguments draws arguments: literals, values that results gave, and now and
// then (one in oneIn; never for 0) a well-formed value that nothing knows;
// strange names the parameter that got one.
func (w *walk) arguments(f *Function, oneIn int) (arguments map[string]Value, strange string, ok bool) {
	arguments = map[string]Value{}
	left := map[string]bool{} // optional parameters and objects left out, by first step
	for _, param := range f.Params {
		head, _, _ := strings.Cut(param.Path, ".")
		if !param.Required {
			if _, decided := left[head]; !decided {
				left[head] = w.random.IntN(2) == 0
			}
			if left[head] {
				continue
			}
		}
		value, found := w.value(param.Type)
		if oneIn > 0 && w.random.IntN(oneIn) == 0 && strange == "" {
			if unknown, ok := w.unknown(param.Type); ok {
				value, found, strange = unknown, true, param.Path
			}
		}
		if !found {
			return nil, "", false
		}
		if param.Many {
			value = w.several(param.Type, value)
		}
		arguments[param.Path] = value
	}
	return arguments, strange, true
}

func (w *walk) several(t *Type, first Value) []Value {
	list := []Value{first}
	for range w.random.IntN(3) {
		if more, ok := w.value(t); ok && !slices.Contains(list, more) {
			list = append(list, more)
		}
	}
	return list
}

// value is a literal or a value that a result gave.
func (w *walk) value(t *Type) (Value, bool) {
	seen := w.pool[t.Name]
	if len(seen) > 0 && w.random.IntN(2) == 0 {
		return seen[w.random.IntN(len(seen))], true
	}
	if value, ok := t.Draw(w.random, w.start); ok {
		return value, true
	}
	if len(seen) > 0 {
		return seen[w.random.IntN(len(seen))], true
	}
	if t.Base == Text {
		return "a few words", true
	}
	return nil, false
}

// unknown is a value of the right form that no table holds. A code that neither
// a table nor a function supplies may be anything, so none is unknown.
func (w *walk) unknown(t *Type) (Value, bool) {
	switch {
	case t.Base == Code && (t.Table != "" || w.given(t, nil)):
		code := drawCode(w.random, t.Pattern)
		return code, !w.start.codes[code] && !slices.Contains(t.known(w.start), code)
	case t.Base == Named && t.Table != "":
		return "Nowhere Particular", true
	}
	return nil, false
}

// call makes one call twice, on two copies, and keeps the first on the state.
func (w *walk) call(state *State, f *Function, arguments map[string]Value, strange string) {
	trial := w.trials[f.Name]
	encoded := f.EncodeArguments(arguments)
	doing := fmt.Sprintf("seed %d, arguments %s", w.start.Seed, clipBytes(encoded))
	at := steps("functions", f.Name)
	w.checkArguments(f, arguments, encoded)
	twin := state.Clone()
	before := state.Hash()
	outcome, err := state.Call(f, arguments)
	if err != nil {
		trial.faults++
		w.fault(err, doing)
		return
	}
	again, err := twin.Call(f, arguments)
	if err != nil || !bytes.Equal(again.JSON, outcome.JSON) || twin.Hash() != state.Hash() {
		w.errorf(at, "%s: the same call on the same state came out differently (%s)", f.Name, doing)
	}
	if !f.Writes() && state.Hash() != before {
		w.errorf(at, "%s: a read changed the state (%s)", f.Name, doing)
	}
	if strange != "" {
		counts := trial.strange[strange]
		trial.strange[strange] = [2]int{counts[0] + 1, counts[1] + count(outcome.Failure == nil)}
	}
	if outcome.Failure != nil {
		trial.codes[outcome.Failure.Code] = true
		trial.failures += count(strange == "")
		return
	}
	if strange != "" {
		return
	}
	trial.done++
	violations, err := f.resultViolations(outcome.JSON)
	if err != nil {
		w.errorf(at, "%v", err)
	}
	for _, violation := range violations {
		w.errorf(at, "%s: the result breaks its schema: %s (%s)", f.Name, violation, doing)
	}
	w.learn(trial, outcome, doing)
}

// checkArguments holds encoding, decoding and schema against one another.
func (w *walk) checkArguments(f *Function, arguments map[string]Value, encoded []byte) {
	at := steps("functions", f.Name)
	violations, err := f.argumentViolations(encoded)
	if err != nil {
		w.errorf(at, "%v", err)
	}
	for _, violation := range violations {
		w.warn(at, "%s: a value that results give breaks the schema of the arguments: %s", f.Name, violation)
	}
	decoded, err := f.DecodeArguments(encoded)
	if err != nil || !bytes.Equal(f.EncodeArguments(decoded), encoded) {
		w.errorf(at, "%s: arguments %s do not survive encoding: %v", f.Name, clipBytes(encoded), err)
	}
}

var codeLike = regexp.MustCompile(`[a-z0-9]_[a-z0-9]|\b[a-z]+[A-Z][a-z]`)

// learn keeps a result's values for later calls and notes what is odd.
func (w *walk) learn(trial *trial, outcome *Outcome, doing string) {
	f := trial.f
	note := func(field *Field, value Value) {
		if text, ok := value.(string); ok && field.Type.Base == Text {
			at := steps("functions", f.Name, "gives")
			if strings.TrimSpace(text) == "" {
				w.warn(at, "%s: %s: an empty text (%s)", f.Name, field.Path, doing)
			}
			if codeLike.MatchString(text) {
				w.warn(at, "%s: %s: %q reads like a code name", f.Name, field.Path, clip(text))
			}
		}
		if held, ok := value.(bool); ok {
			both := trial.bools[field.Path]
			both[count(held)] = true
			trial.bools[field.Path] = both
		}
		w.remember(field.Type, value)
	}
	for _, field := range f.Fields {
		note(field, outcome.Fields[field.Path])
	}
	for _, item := range outcome.Items {
		for _, field := range f.Items {
			note(field, item[field.Path])
		}
	}
	if f.List != "" {
		trial.lists++
		trial.short += count(len(outcome.Items) < 2)
		w.ties(trial, outcome.Items)
	}
}

// maxPool bounds the values kept of one type.
const maxPool = 200

func (w *walk) remember(t *Type, value Value) {
	if len(w.pool[t.Name]) < maxPool {
		w.pool[t.Name] = append(w.pool[t.Name], value)
	}
	if text, ok := value.(string); ok && t.Base == DateTime && t.World == nil {
		w.pool[Date] = append(w.pool[Date], text[:10])
		w.pool[Time] = append(w.pool[Time], text[11:])
	}
}

// ties counts how often the smallest or largest value is not one item's alone.
func (w *walk) ties(trial *trial, items []map[string]Value) {
	if len(items) < 2 {
		return
	}
	for field, pick := range trial.f.Say.Pick {
		values := make([]Value, len(items))
		for i, item := range items {
			values[i] = item[field]
		}
		slices.SortFunc(values, Compare)
		last := len(values) - 1
		trial.ranked[field]++
		if len(pick.Min) > 0 && values[0] == values[1] || len(pick.Max) > 0 && values[last] == values[last-1] {
			trial.ties[field]++
		}
	}
}

// judge words what the calls of one function showed.
func (c *checker) judge(trial *trial) {
	f, at := trial.f, steps("functions", trial.f.Name)
	tried := trial.done + trial.failures
	switch {
	case trial.done == 0 && trial.faults == 0:
		c.errorf(at, "%s: no sampled call succeeded (%d failed): can its arguments ever be found?", f.Name, trial.failures)
	case tried > 0 && trial.failures*10 > tried*7:
		c.warn(at, "%s: %d of %d sampled calls failed", f.Name, trial.failures, tried)
	}
	for _, code := range sortedKeys(f.Fails) {
		if !trial.codes[code] {
			c.warn(append(at, "fails", code), "%s: the error %s never came up", f.Name, code)
		}
	}
	for _, path := range sortedKeys(trial.strange) {
		if counts := trial.strange[path]; counts[1]*2 > counts[0] {
			c.warn(at, "%s: answers although {%s} does not exist (%d of %d calls); stop() with a declared error", f.Name, path, counts[1], counts[0])
		}
	}
	for _, path := range sortedKeys(trial.bools) {
		if both := trial.bools[path]; tried >= 20 && both[0] != both[1] {
			c.warn(append(at, "gives"), "%s: %s is always %t", f.Name, path, both[1])
		}
	}
	if trial.lists >= 10 && trial.short*3 > trial.lists {
		c.warn(at, "%s: %d of %d lists have fewer than two items", f.Name, trial.short, trial.lists)
	}
	for _, field := range sortedKeys(trial.ranked) {
		if ties, ranked := trial.ties[field], trial.ranked[field]; ranked >= 10 && ties*4 > ranked {
			c.warn(append(at, "say", "pick", field), "%s: %s: the first place is shared in %d of %d lists; make values finer", f.Name, field, ties, ranked)
		}
	}
}

func clipBytes(text []byte) string {
	const limit = 300
	if len(text) <= limit {
		return string(text)
	}
	return string(text[:limit]) + "..."
}
