package simulated

import (
	"encoding/json"
	"slices"

	"github.com/buttonbench/button/internal/grounding"
)

// sourcesOf grounds every leaf of a call's arguments; the second list has those
// that come from nowhere.
func (c *conversation) sourcesOf(call ToolCall) (sources []grounded, strays []leaf) {
	function := c.box.function(call.Name)
	if function == nil {
		return nil, nil
	}
	g := c.grounds(function)
	for _, at := range leaves(call.Arguments) {
		if found, ok := g.find(at); ok {
			sources = append(sources, grounded{at.path, found})
		} else {
			strays = append(strays, at)
		}
	}
	return sources, strays
}

// tasksOf lists the tasks that a call may do: those whose function it calls with
// the facts that they take. Tasks still to be done come first, those that other
// calls of the turn do last.
func (c *conversation) tasksOf(call ToolCall, taken map[int]bool) []int {
	var tasks []int
	for _, mapping := range c.box.Mapping {
		if mapping.Function == call.Name && c.misplaced(call, mapping) == nil {
			tasks = append(tasks, mapping.Task)
		}
	}
	weight := func(task int) int {
		switch {
		case taken[task]:
			return 2
		case !slices.Contains(c.open, task):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(tasks, func(a, b int) int { return weight(a) - weight(b) })
	return tasks
}

// misplaced finds an argument that does not have the fact that a task puts there.
func (c *conversation) misplaced(call ToolCall, mapping Mapping) *leaf {
	parts := leaves(call.Arguments)
	for _, argument := range mapping.Arguments {
		fact := c.script.factFor(mapping.Task, argument)
		if fact < 0 {
			continue
		}
		for i := range parts {
			if parts[i].path == argument.Param && !c.means(c.facts[fact], parts[i].value) {
				return &parts[i]
			}
		}
	}
	return nil
}

// means reports whether a fact and an argument are the same value, in whatever form.
func (c *conversation) means(fact Fact, argument json.RawMessage) bool {
	return same(fact.Value, argument) || c.reader.Says(grounding.Flatten(fact.Value), argument) || c.reader.Says(grounding.Flatten(argument), fact.Value)
}
