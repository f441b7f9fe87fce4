package quality

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// fieldOf is the field at the end of an output path: "trains[].fare" gives "fare".
func fieldOf(output string) string {
	if _, field, isItem := strings.Cut(output, "[]."); isItem {
		return field
	}
	return output
}

// conditions computes every condition again.
func (c *check) conditions() error {
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		if goal.Condition == nil || goal.Turn < 0 || goal.Turn >= len(c.turns) {
			continue
		}
		decider := c.callByNode(goal.Condition.Node)
		if decider < 0 {
			c.report("node", -1, goal.Condition.Node, "the condition of goal %d looks at a node that is not there", i+1)
			continue
		}
		c.condition(goal, &c.calls[decider])
	}
	c.gates()
	return nil
}

func (c *check) condition(goal *button.PlanGoal, decider *call) {
	condition := goal.Condition
	field := fieldOf(condition.Output)
	if !slices.Contains(decider.function.Gate[field][condition.Op], goal.Function) {
		c.report("gate", decider.message, field, "the world does not let %s depend on %s %s of %s", goal.Function, field, clip(condition.Op), decider.Name)
	}
	value, kind, err := evaluate([]*call{decider}, condition.Output, condition.Transform)
	if err != nil {
		c.report("value", decider.message, condition.Output, "%v", err)
		return
	}
	open, ok := c.holds(goal, decider, value, kind)
	if !ok {
		return
	}
	if open != condition.Open {
		c.report("open", decider.message, condition.Output, "the value is %v, so open is %v, not %v", value, open, condition.Open)
	}
	answer := c.turns[goal.Turn].answer
	if decider.node.Turn == goal.Turn && !c.states(answer, &statedValue{value: value, kind: kind, from: decider}) {
		c.report("untold", answer, condition.Output, "the answer does not say the value that decided")
	}
}

// holds applies the condition's comparison; false if it makes no sense.
func (c *check) holds(goal *button.PlanGoal, decider *call, value world.Value, kind *world.Type) (open, ok bool) {
	condition := goal.Condition
	switch condition.Op {
	case "holds", "fails":
		truth, isBool := value.(bool)
		if !isBool || condition.Bound != nil {
			c.report("bound", decider.message, condition.Output, "%s needs a yes or no and has no bound", condition.Op)
			return false, false
		}
		return truth == (condition.Op == "holds"), true
	case "at_most", "at_least":
		bound, err := kind.Decode(condition.Bound)
		if err != nil {
			c.report("bound", decider.message, compact(condition.Bound), "%v", err)
			return false, false
		}
		holds, _ := compare(condition.Op, value, bound)
		return holds, true
	}
	c.report("op", decider.message, condition.Op, "an unknown comparison")
	return false, false
}

// gates compares condition edges with the open conditions: each leads to the
// write or to what serves the write.
func (c *check) gates() {
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		if goal.Condition == nil {
			continue
		}
		for _, node := range goal.Nodes {
			if !c.hasEdge(goal.Condition.Node, node, button.EdgeCondition) {
				c.report("edge", -1, node, "no condition edge leads to the write of goal %d", i+1)
			}
		}
	}
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		to := c.callByNode(edge.To)
		if edge.Kind != button.EdgeCondition || to < 0 {
			continue
		}
		if !slices.ContainsFunc(c.plan.Goals, func(goal button.PlanGoal) bool {
			return goal.Condition != nil && goal.Condition.Open && goal.Condition.Node == edge.From && c.set(goal.Nodes)&(c.uses()[to]|1<<to) != 0
		}) {
			c.report("edge", -1, edge.From+" -> "+edge.To, "no condition of a goal is behind this edge")
		}
	}
}

func (c *check) hasEdge(from, to, kind string) bool {
	return slices.ContainsFunc(c.plan.Edges, func(e button.PlanEdge) bool { return e.From == from && e.To == to && e.Kind == kind })
}
