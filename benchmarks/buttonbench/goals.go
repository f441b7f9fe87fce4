package buttonbench

import (
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
)

// lacks lists the calls without which a goal is not served: those that tell its
// values, and the one on which its condition depends, before the write.
func (e *evidence) lacks(goal *button.PlanGoal, checkable bool) []eval.Fault {
	var faults []eval.Fault
	guessed := func(node *button.PlanNode, format string, values ...any) {
		faults = append(faults, eval.Fault{Kind: faultGuessed, Node: node.ID, Detail: fmt.Sprintf(format, values...)})
	}
	var nodes []*button.PlanNode
	for _, id := range goal.Nodes {
		if node := e.task.record.Plan.Node(id); node != nil {
			nodes = append(nodes, node)
		}
	}
	switch {
	case goal.Kind == goalCompare, goal.Kind == goalTotal:
		for _, node := range nodes {
			if e.part(node, goal.Field) == never {
				guessed(node, "no call told the %s that %s returns", goal.Field, node.Function)
			}
		}
	case checkable:
		for i, value := range goal.Values {
			from := nodes
			if len(goal.Values) == len(nodes) {
				from = nodes[i : i+1]
			}
			if len(from) > 0 && e.told(value.Value, from) == never {
				guessed(from[0], "no call returned %s", value.Value)
			}
		}
	default:
		for _, node := range nodes {
			// The final state tells whether a write was made.
			if node.Effect != button.EffectWrite && e.done(node) == never {
				faults = append(faults, eval.Fault{Kind: eval.FaultMissingCall, Node: node.ID, Detail: "without it " + goal.Function + " cannot be answered"})
			}
		}
	}
	if goal.Condition != nil {
		faults = append(faults, e.unchecked(goal, nodes)...)
	}
	return faults
}

// unchecked finds a condition that was never looked at, or only after the write
// that depends on it.
func (e *evidence) unchecked(goal *button.PlanGoal, nodes []*button.PlanNode) []eval.Fault {
	checked := e.checked(goal.Condition)
	if checked == never {
		return []eval.Fault{{Kind: eval.FaultMissingCall, Node: goal.Condition.Node, Detail: "the condition was never looked at"}}
	}
	for _, node := range nodes {
		for c := range e.calls {
			if call := &e.calls[c]; call.made.Turn <= checked && e.agrees(call, node) {
				return []eval.Fault{{Kind: faultGuessed, Node: node.ID, Detail: node.Function + " was called before its condition was known"}}
			}
		}
	}
	return nil
}

// The kinds of goal whose value follows from the results of several calls.
const (
	goalCompare = "compare"
	goalTotal   = "total"
)

// guessedWrites lists the plan's writes that were only made with arguments that
// the model could not know.
func (e *evidence) guessedWrites() []eval.Fault {
	var faults []eval.Fault
	for i := range e.task.record.Plan.Nodes {
		node := &e.task.record.Plan.Nodes[i]
		if _, reached := e.by[node.ID]; reached || node.Effect != button.EffectWrite {
			continue
		}
		made, known := false, false
		for c := range e.calls {
			if e.agrees(&e.calls[c], node) {
				made, known = true, known || e.sound[c]
			}
		}
		if made && !known {
			faults = append(faults, eval.Fault{Kind: faultGuessed, Node: node.ID, Detail: node.Function + " was called with arguments that no result had told"})
		}
	}
	return faults
}
