package quality

import (
	"slices"

	"github.com/buttonbench/button"
)

// changes reports whether a call of a simulated record writes.
func (made *call) changes() bool { return made.node != nil && made.node.Effect == button.EffectWrite }

// simulatedOrder proves that no call comes too early, and that condition edges lead
// from failures to what was tried again, and from all that was tried again unchanged.
func (c *check) simulatedOrder() error {
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		from, to := c.callByNode(edge.From), c.callByNode(edge.To)
		if edge.Kind == button.EdgeOrder {
			c.report("unproven", -1, edge.From+" -> "+edge.To, "nothing in a simulated record shows that two calls do not commute")
		}
		if edge.Kind == button.EdgeCondition && from >= 0 && to >= 0 && (!c.calls[from].invented.failed || c.calls[from].Name != c.calls[to].Name) {
			c.report("condition", c.calls[to].message, edge.From+" -> "+edge.To, "a call is made on a condition only where an earlier one of its function failed")
		}
	}
	c.serialWaves()
	for i := range c.calls {
		for k := i - 1; k >= 0; k-- {
			before, again := &c.calls[k], &c.calls[i]
			if !before.sameCall(again) {
				continue
			}
			if before.invented.failed && before.node != nil && again.node != nil && !c.hasEdge(before.node.ID, again.node.ID, button.EdgeCondition) {
				c.report("retry", again.message, again.Name, "the call is made again because it failed, but no condition edge says so")
			}
			break
		}
	}
	return c.dependencies()
}

// serialWaves wants, where a message has one call only, a new wave for each call that
// needs one of the wave before, and for no other.
func (c *check) serialWaves() {
	for i := 1; i < len(c.calls) && !c.record.ParallelToolCalls; i++ {
		before, after := c.calls[i-1].node, c.calls[i].node
		if before == nil || after == nil || before.Turn != after.Turn {
			continue
		}
		needs := slices.ContainsFunc(c.plan.Edges, func(e button.PlanEdge) bool {
			from := c.plan.Node(e.From)
			return e.To == after.ID && from != nil && from.Turn == before.Turn && from.Wave == before.Wave
		})
		if needs != (after.Wave > before.Wave) {
			c.report("wave", c.calls[i].message, after.ID, "node %s is of wave %d behind one of wave %d, and the edges say otherwise", after.ID, after.Wave, before.Wave)
		}
	}
}

// simulatedSchema checks arguments and results against what the functions declare.
func (c *check) simulatedSchema() error {
	for i := range c.calls {
		made := &c.calls[i]
		declared := c.declared[made.Name]
		if declared == nil {
			continue
		}
		if declared.parameters != nil {
			if err := c.against(declared.parameters, "arguments", made.message, made.Arguments); err != nil {
				return err
			}
		}
		c.undeclared(made, declared)
		switch {
		case made.result < 0:
		case made.invented.failed:
			if declared.errors != nil && !declared.errors[made.invented.code] {
				c.report("error", made.result, made.invented.code, "%s declares no such error", made.Name)
			}
		case declared.responses != nil:
			if err := c.against(declared.responses, "result", made.result, []byte(c.record.Messages[made.result].Content)); err != nil {
				return err
			}
		}
	}
	return nil
}

// undeclared reports arguments that are no parameters, which JSON Schema lets pass
// where an object is not closed.
func (c *check) undeclared(made *call, declared *declaredTool) {
	arguments, _ := made.invented.arguments.(map[string]any)
	parameters, _ := declared.defaults.(map[string]any)
	properties, _ := parameters["properties"].(map[string]any)
	for _, name := range sortedNames(arguments) {
		if _, known := properties[name]; !known {
			c.report("parameter", made.message, name, "%s has no such parameter", made.Name)
		}
	}
}
