package quality

import (
	"slices"

	"github.com/buttonbench/button"
)

// writes compares the writes carried out with those asked for.
func (c *check) writes() error {
	for i := range c.calls {
		made := &c.calls[i]
		if !made.function.Writes() || made.node == nil {
			continue
		}
		goals := 0
		for g := range c.plan.Goals {
			goal := &c.plan.Goals[g]
			if goal.Kind == goalWrite && goal.Turn == made.turn && slices.Contains(goal.Nodes, made.node.ID) {
				goals++
			}
		}
		if goals != 1 {
			c.report("unasked", made.message, made.Name, "%d goals of this turn ask for this write, want one", goals)
		}
	}
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		function := c.index.functions[goal.Function]
		if goal.Kind != goalWrite || function == nil || goal.Turn < 0 || goal.Turn >= len(c.turns) {
			continue
		}
		request, answer := c.turns[goal.Turn].request, c.turns[goal.Turn].answer
		if !anyIn(function.orders, c.normal(request), false) {
			c.report("words", request, function.Name, "the request does not ask for %s in the world's words", function.Name)
		}
		if answer >= 0 && len(goal.Nodes) > 0 && !anyIn(function.done, c.normal(answer), false) {
			c.report("unreported", answer, function.Name, "the answer does not say that %s was carried out", function.Name)
		}
		if len(goal.Nodes) > 1 {
			c.mapped(i, goal)
		}
	}
	return nil
}

// mapped wants the writes of one goal to be carried out once for each item that a
// selection keeps.
func (c *check) mapped(i int, goal *button.PlanGoal) {
	var first *button.Transform
	var list *call
	indexes := map[int]bool{}
	for e := range c.plan.Edges {
		edge := &c.plan.Edges[e]
		if edge.Transform == nil || edge.Transform.Op != button.OpEach || !slices.Contains(goal.Nodes, edge.To) {
			continue
		}
		from := c.callByNode(edge.From)
		if from < 0 || first != nil && (!sameSelection(first, edge.Transform) || list != &c.calls[from]) {
			c.report("map", -1, edge.From, "the writes of goal %d go over several lists", i+1)
			return
		}
		first, list = edge.Transform, &c.calls[from]
		indexes[edge.Transform.Index] = true
	}
	if first == nil {
		c.report("map", -1, goal.Function, "goal %d has several writes and no list behind them", i+1)
		return
	}
	left, err := matching(list, first.Where)
	if err != nil {
		c.report("map", list.message, list.Name, "%v", err)
	} else if len(left) != len(goal.Nodes) || len(indexes) != len(left) {
		c.report("map", list.message, list.Name, "goal %d has %d writes for %d selected items", i+1, len(goal.Nodes), len(left))
	}
}
