package quality

import (
	"errors"
	"slices"
	"strconv"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// states reports whether a message states a value, taken from its call and path
// where it has them.
func (c *check) states(message int, want *statedValue) bool {
	for i := range c.stated {
		one := &c.stated[i]
		if c.plan.Answers[i].Turn == message && one.ok && one.kind == want.kind && one.value == want.value &&
			(want.from == nil || one.from == want.from) && (want.path == "" || one.path == want.path) {
			return true
		}
	}
	return false
}

// asked reports whether a stated result is one that the plan has a use for: what
// a goal or a condition asks for, what decides a choice or names the chosen, what
// confirms a write.
func (c *check) asked(stated *button.AnswerValue, found *statedValue) bool {
	if stated.Source.From != button.FromResult || found.from.node == nil {
		return true
	}
	function, field := found.from.function, lastField(stated.Source.Path)
	if function.Writes() && function.reported[field] || function.labelled[field] {
		return true
	}
	decides := func(t *button.Transform) bool { return t != nil && t.By == field }
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		if goal.Condition != nil && goal.Condition.Node == found.from.node.ID &&
			(fieldOf(goal.Condition.Output) == field || decides(goal.Condition.Transform) || function.tell[fieldOf(goal.Condition.Output)].slots[field]) {
			return true
		}
		if slices.Contains(goal.Nodes, found.from.node.ID) &&
			(goal.Field == field || decides(goal.Transform) || function.tell[goal.Field].slots[field] || goal.Kind == goalList && function.listed[field]) {
			return true
		}
	}
	return slices.ContainsFunc(c.plan.Edges, func(e button.PlanEdge) bool {
		return e.From == found.from.node.ID && e.Kind == button.EdgeData &&
			(decides(e.Transform) || e.Transform != nil && e.Transform.Op == button.OpSum && e.Output == field)
	})
}

// answered computes what a goal asks for, compares it with the values that the
// goal records, and wants each of them in the answer.
func (c *check) answered(i int, goal *button.PlanGoal) {
	answer := c.turns[goal.Turn].answer
	wanted, err := c.wanted(goal)
	if err != nil {
		c.report("goal", answer, goal.Field, "goal %d: %v", i+1, err)
		return
	}
	if len(wanted) != len(goal.Values) {
		c.report("goal", answer, goal.Field, "goal %d records %d values, the results give %d", i+1, len(goal.Values), len(wanted))
	}
	for k, want := range wanted {
		encoded := want.kind.Encode(want.value)
		if k < len(goal.Values) && (goal.Values[k].Type != want.kind.Name || string(goal.Values[k].Value) != string(encoded)) {
			c.report("goal", answer, compact(goal.Values[k].Value), "goal %d records another value than the results give, %s", i+1, compact(encoded))
		}
		if !c.states(answer, &want) {
			c.report("unanswered", answer, goal.Field, "the answer does not say %s, which goal %d asks for", want.kind.Show(want.value, c.today, c.world), i+1)
		}
	}
}

// wanted lists the values that answer a goal.
func (c *check) wanted(goal *button.PlanGoal) (all []statedValue, failure error) {
	calls, known := c.callsOfNodes(goal.Nodes)
	if !known && len(goal.Nodes) > 0 {
		return nil, errNoNode
	}
	add := func(from *call, path string) func(world.Value, *world.Type, error) {
		return func(value world.Value, kind *world.Type, err error) {
			all = append(all, statedValue{value: value, kind: kind, from: from, path: path})
			if err == nil && kind == nil {
				err = errNoSource
			}
			failure = errors.Join(failure, err)
		}
	}
	switch goal.Kind {
	case goalTotal:
		add(nil, goal.Field)(evaluate(calls, goal.Field, goal.Transform))
	case goalCompare:
		add(nil, "")(evaluate(calls, compared(calls), goal.Transform))
	default:
		for _, from := range calls {
			switch goal.Kind {
			case goalField, goalEach:
				add(from, goal.Field)(at(from, goal.Field))
			case goalItem:
				add(from, "")(evaluate(calls, from.function.List+"[]."+goal.Field, goal.Transform))
			case goalList:
				labels(from, add)
			case goalWrite:
				minted(from, add)
			}
		}
	}
	if failure != nil {
		return nil, failure
	}
	return all, nil
}

// adder makes the function that takes a value of a call at a path.
type adder = func(from *call, path string) func(world.Value, *world.Type, error)

// labels adds what names each item of a list.
func labels(from *call, add adder) {
	for i, item := range from.outcome.Items {
		for _, field := range from.function.Items {
			if from.function.labelled[field.Path] {
				add(from, from.function.List+"["+strconv.Itoa(i)+"]."+field.Path)(present(item, field))
			}
		}
	}
}

// minted adds the new codes of a write that its world's words confirm.
func minted(from *call, add adder) {
	for _, field := range from.function.Fields {
		if _, given := from.arguments[field.Path]; field.Type.Base == world.Code && !given && from.function.reported[field.Path] {
			add(from, field.Path)(present(from.outcome.Fields, field))
		}
	}
}

// compared is the parameter in which the calls of a comparison differ.
func compared(calls []*call) string {
	if len(calls) < 2 {
		return ""
	}
	for _, path := range calls[0].function.Fan {
		if !sameValue(calls[0].arguments[path], calls[1].arguments[path]) {
			return path
		}
	}
	return ""
}
