package buttonbench

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/world"
)

// The names of the faults found in the end that was reached.
const (
	faultWrongState   = "wrong_final_state"
	faultMissingValue = "missing_value"
	faultNoAnswer     = "no_answer"
	faultEnded        = "ended_early"
)

// Verdict implements eval.Episode.
func (e *episode) Verdict() eval.Verdict {
	plan := e.task.record.Plan
	match := eval.Compare(plan, e.made)
	v := eval.Verdict{Faults: match.Faults, Calls: e.calls}
	for i := range v.Calls {
		if node := match.Node[i]; node >= 0 {
			v.Calls[i].Node = plan.Nodes[node].ID
		}
	}
	sameState := e.sameState()
	if !sameState {
		v.Faults = append(v.Faults, eval.Fault{Kind: faultWrongState, Detail: "the final state is not the reference's"})
	}
	missing := e.missing(match)
	v.Faults = append(v.Faults, missing...)
	if e.ending != "" {
		v.Faults = append(v.Faults, eval.Fault{Kind: faultEnded, Detail: e.ending})
	}
	answered := len(missing) == 0
	v.Pass = sameState && answered && e.ending == "" && e.broken == nil
	if v.Pass {
		// The end was reached by another route: what differs on the way is no
		// fault of a task that passed, only its extra calls are counted.
		v.Faults = nil
	}
	v.Scores = e.scores(match, v.Pass, sameState, answered)
	return v
}

// sameState reports whether the task's world ended as in the reference and no
// other world was changed.
func (e *episode) sameState() bool {
	if e.state.Hash() != e.task.record.Meta.StateAfter {
		return false
	}
	for owner, state := range e.foreign {
		if state.Hash() != e.task.foreign[owner].Hash() {
			return false
		}
	}
	return true
}

// missing lists the goals that the model did not serve: a value that its answers
// do not state, or, for goals without a value to look for (yes or no, a write
// that a condition forbade), a call that was never made.
func (e *episode) missing(match *eval.Match) []eval.Fault {
	var faults []eval.Fault
	plan := e.task.record.Plan
	reached := map[string]bool{}
	for i, node := range plan.Nodes {
		reached[node.ID] = match.Reached[i]
	}
	for _, goal := range plan.Goals {
		if goal.Turn >= len(e.answers) {
			faults = append(faults, eval.Fault{Kind: faultNoAnswer, Detail: fmt.Sprintf("user turn %d has no answer", goal.Turn+1)})
			continue
		}
		// An answer may come a turn early or late: what counts is that it was given.
		text := strings.Join(e.answers, "\n")
		checkable := false
		for _, value := range goal.Values {
			kind := e.task.world.Types[value.Type]
			if kind == nil || kind.Base == world.Bool {
				continue
			}
			checkable = true
			if !e.states(text, kind, value) {
				faults = append(faults, eval.Fault{Kind: faultMissingValue, Detail: fmt.Sprintf("%s of %s: %s", goal.Field, goal.Function, value.Value)})
			}
		}
		if checkable {
			continue
		}
		needed := goal.Nodes
		if goal.Condition != nil {
			needed = append([]string{goal.Condition.Node}, needed...)
		}
		for _, node := range needed {
			if !reached[node] {
				faults = append(faults, eval.Fault{Kind: eval.FaultMissingCall, Node: node, Detail: "without it " + goal.Function + " cannot be answered"})
			}
		}
	}
	return faults
}

// states reports whether a text states a value in any of the ways in which it can
// be said.
func (e *episode) states(text string, kind *world.Type, value button.GoalValue) bool {
	want, err := kind.Decode(value.Value)
	if err != nil {
		return false
	}
	if plain, ok := want.(string); ok && strings.Contains(strings.ToLower(text), strings.ToLower(plain)) {
		return true
	}
	if strings.Contains(text, kind.Show(want, e.task.start.Today, e.task.world)) {
		return true
	}
	for _, found := range world.Scan(text, []*world.Type{kind}, e.task.start.Today, e.task.start) {
		if found.Value == want {
			return true
		}
	}
	return plainNumber(text, kind, want)
}

// plainNumber accepts the bare number of an amount: "14.5" for EUR 14.50.
func plainNumber(text string, kind *world.Type, want world.Value) bool {
	if !kind.Numeric() {
		return false
	}
	number := strings.Trim(string(kind.Encode(want)), `"`)
	whole, fraction, _ := strings.Cut(number, ".")
	for _, field := range strings.FieldsFunc(text, func(r rune) bool { return !(r >= '0' && r <= '9' || r == '.' || r == ',') }) {
		field = strings.TrimRight(strings.ReplaceAll(field, ",", ""), ".")
		w, f, _ := strings.Cut(field, ".")
		if w == whole && strings.TrimRight(f, "0") == strings.TrimRight(fraction, "0") {
			return true
		}
	}
	return false
}

func (e *episode) scores(match *eval.Match, pass, sameState, answered bool) map[string]eval.Score {
	plan := e.task.record.Plan
	reached := 0
	for _, ok := range match.Reached {
		if ok {
			reached++
		}
	}
	nodes, depth := len(plan.Nodes), plan.Depth()
	scores := map[string]eval.Score{
		"success":     {Num: one(pass), Den: 1},
		"progress":    {Num: float64(reached) / float64(max(1, nodes)), Den: 1},
		"function_f1": {Num: 2 * float64(match.SameFunction), Den: float64(len(e.made) + nodes)},
		"extra_calls": {Num: float64(match.Extra), Den: 1},
		"turns":       {Num: float64(e.waves), Den: 1},
		"depth":       {Num: float64(depth), Den: 1},
		"final_state": {Num: one(sameState), Den: 1},
		"answer":      {Num: one(answered), Den: 1},
	}
	if match.Leaves > 0 {
		scores["argument_accuracy"] = eval.Score{Num: float64(match.LeavesEqual), Den: float64(match.Leaves)}
	}
	if len(e.made) > 0 {
		valid := 0
		for _, made := range e.made {
			if made.Problem == "" {
				valid++
			}
		}
		scores["schema_validity"] = eval.Score{Num: float64(valid), Den: float64(len(e.made))}
	}
	if saveable := nodes - depth; saveable > 0 {
		saved := min(max(0, len(e.made)-e.waves), saveable)
		scores["parallel_use"] = eval.Score{Num: float64(saved), Den: float64(saveable)}
	}
	return scores
}

func one(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
