package buttonbench

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/world"
)

// The names of the faults found in the end that was reached.
const (
	faultWrongState   = "wrong_final_state"
	faultMissingValue = "missing_value"
	faultGuessed      = "guessed"
	faultNoAnswer     = "no_answer"
	faultEnded        = "ended_early"
)

// Verdict implements eval.Episode. A task is passed if the final state is the
// reference's, the answers state every value that was asked for, and the model's
// own calls told it what it says: a right guess is none.
//
// Some answers pass that should not: the wrong one of yes and no, values that are
// stated of each other's things, a comparison whose answer names all without
// saying which wins, a list of everything that could be asked for. And some fail
// that are right: names cut short, times without their half of the day ("half past
// two"), free texts in words of the model's own, and a condition that the model
// derived from fields of other names.
func (e *episode) Verdict() eval.Verdict {
	plan := e.task.record.Plan
	made := make([]eval.Made, len(e.calls))
	for i := range e.calls {
		made[i] = e.calls[i].made
	}
	match := eval.Compare(plan, made)
	v := eval.Verdict{Faults: match.Faults, Calls: e.callRecords(match), Broken: e.broken}
	sameState := e.sameState()
	if !sameState {
		v.Faults = append(v.Faults, eval.Fault{Kind: faultWrongState, Detail: "the final state is not the reference's"})
	}
	known := newEvidence(e.task, e.calls, match, newSpeech(e.asked(), "", e.task.start))
	missing := append(e.missing(known), known.guessedWrites()...)
	v.Faults = append(v.Faults, missing...)
	if e.ending != "" {
		v.Faults = append(v.Faults, eval.Fault{Kind: faultEnded, Detail: e.ending})
	}
	answered := len(missing) == 0
	v.Pass = sameState && answered && e.ending == ""
	if v.Pass {
		v.Faults = ofAnyRoute(v.Faults, match)
	}
	v.Scores = e.scores(match, v.Pass, sameState, answered)
	return v
}

// ofAnyRoute keeps of a passed task's faults those that are faults on whatever
// route the end was reached: calls that were refused, and calls beyond a plan that
// was carried out in full. What else differs from the reference is another route.
func ofAnyRoute(faults []eval.Fault, match *eval.Match) []eval.Fault {
	whole := !slices.Contains(match.Reached, false)
	return slices.DeleteFunc(faults, func(fault eval.Fault) bool {
		switch fault.Kind {
		case eval.FaultMalformed, eval.FaultInvalid, eval.FaultInvalidType, eval.FaultUnknown:
			return false
		}
		return fault.Kind != eval.FaultExtraCall || !whole
	})
}

func (e *episode) callRecords(match *eval.Match) []eval.CallRecord {
	var records []eval.CallRecord
	for i, call := range e.calls {
		record := eval.CallRecord{Name: call.made.Name, Arguments: call.written, Result: call.result, Turn: call.made.Turn}
		if node := match.Node[i]; node >= 0 {
			record.Node = e.task.record.Plan.Nodes[node].ID
		}
		records = append(records, record)
	}
	return records
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

// missing lists what the goals lack: a value that no answer states, one that no
// call told, or, for goals without a value to look for (yes or no, a write), a
// call that was never made.
func (e *episode) missing(known *evidence) []eval.Fault {
	var faults []eval.Fault
	plan := e.task.record.Plan
	// An answer may come a turn early or late, or beside a call: what counts is that
	// it was given. Only a comparison must be in an answer: to say before a call what
	// will be compared names the winner too.
	asked := e.asked()
	said, answered := newSpeech(strings.Join(e.said, "\n"), asked, e.task.start), newSpeech(strings.Join(e.answers, "\n"), asked, e.task.start)
	for i := range plan.Goals {
		goal := &plan.Goals[i]
		if goal.Turn >= e.turn {
			faults = append(faults, eval.Fault{Kind: faultNoAnswer, Detail: fmt.Sprintf("user turn %d has no answer", goal.Turn+1)})
			continue
		}
		checkable := false
		for _, value := range goal.Values {
			kind := typeOf(e.task.world, value.Type)
			if kind.Base == world.Bool {
				continue
			}
			checkable = true
			where := said
			if goal.Kind == goalCompare {
				where = answered
			}
			if !where.states(kind, value.Value) {
				faults = append(faults, eval.Fault{Kind: faultMissingValue, Detail: fmt.Sprintf("%s of %s: %s", goal.Field, goal.Function, value.Value)})
			}
		}
		faults = append(faults, known.lacks(goal, checkable)...)
	}
	return faults
}

// asked is all that the user said.
func (e *episode) asked() string {
	var texts []string
	for _, message := range e.task.users {
		texts = append(texts, message.Content)
	}
	return strings.Join(texts, "\n")
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
		"function_f1": {Num: 2 * float64(match.SameFunction), Den: float64(len(e.calls) + nodes)},
		"extra_calls": {Num: float64(match.Extra), Den: 1},
		"turns":       {Num: float64(e.waves), Den: 1},
		"depth":       {Num: float64(depth), Den: 1},
		"final_state": {Num: one(sameState), Den: 1},
		"answer":      {Num: one(answered), Den: 1},
	}
	if match.Leaves > 0 {
		scores["argument_accuracy"] = eval.Score{Num: float64(match.LeavesEqual), Den: float64(match.Leaves)}
	}
	if len(e.calls) > 0 {
		valid := 0
		for _, call := range e.calls {
			if call.made.Problem == "" {
				valid++
			}
		}
		scores["schema_validity"] = eval.Score{Num: float64(valid), Den: float64(len(e.calls))}
	}
	if saveable := nodes - depth; saveable > 0 {
		saved := min(max(0, len(e.calls)-e.waves), saveable)
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
