package quality

import (
	"bytes"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// order proves that no call comes too early, and none later than it must.
func (c *check) order() error {
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		from, to := c.callByNode(edge.From), c.callByNode(edge.To)
		if from < 0 || to < 0 || from == to {
			continue
		}
		before, after := &c.calls[from], &c.calls[to]
		if before.message >= after.message || !earlier(before.node, after.node) {
			c.report("early", after.message, edge.From+" -> "+edge.To, "%s comes no later than %s, which it depends on", after.Name, before.Name)
		}
	}
	for i := range c.calls {
		c.punctual(i)
	}
	for _, i := range c.clashes {
		c.report("commute", c.calls[i].message, c.calls[i].Name, "the calls of this wave give other results in the reverse order")
	}
	return nil
}

func earlier(a, b *button.PlanNode) bool {
	return a.Turn < b.Turn || a.Turn == b.Turn && a.Wave < b.Wave
}

// punctual wants a call in the first turn that has a use for it and, there, in
// the first wave after everything it depends on.
func (c *check) punctual(i int) {
	made := &c.calls[i]
	if made.node == nil {
		return
	}
	first := -1
	for g := range c.plan.Goals {
		if goal := &c.plan.Goals[g]; c.serves(i, goal) && (first < 0 || goal.Turn < first) {
			first = goal.Turn
		}
	}
	if first >= 0 && first != made.node.Turn {
		c.report("turn", made.message, made.Name, "turn %d is the first that needs this call, it stands in turn %d", first, made.node.Turn)
	}
	wave := 0
	for e := range c.plan.Edges {
		edge := &c.plan.Edges[e]
		if edge.To != made.node.ID {
			continue
		}
		if from := c.callByNode(edge.From); from >= 0 && c.calls[from].node.Turn == made.node.Turn {
			wave = max(wave, c.calls[from].node.Wave+1)
		}
	}
	if made.node.Wave > wave {
		c.report("late", made.message, made.Name, "nothing keeps this call from wave %d, it stands in wave %d", wave, made.node.Wave)
	}
}

// commute reports whether the calls that must not care about their order do
// not: those of a wave that begins at call i. It runs them backwards on a copy of
// the state. Calls that only read cannot disturb one another: the runtime keeps
// them from changing anything.
func (c *check) commute(state *world.State, i int) bool {
	wave := c.waveAt(i)
	writes := false
	for k := range wave {
		if wave[k].arguments == nil || wave[k].result < 0 {
			return true // reported already
		}
		writes = writes || wave[k].function.Writes()
	}
	if len(wave) < 2 || !writes {
		return true
	}
	forwards, backwards := state.Clone(), state.Clone()
	results := make([][]byte, len(wave))
	for k := range wave {
		outcome, err := forwards.Call(wave[k].function.Function, wave[k].arguments)
		if err != nil {
			return true // replay meets the same error
		}
		results[k] = outcome.JSON
	}
	for k := len(wave) - 1; k >= 0; k-- {
		outcome, err := backwards.Call(wave[k].function.Function, wave[k].arguments)
		if err != nil || !bytes.Equal(outcome.JSON, results[k]) {
			return false
		}
	}
	return forwards.Hash() == backwards.Hash()
}

// waveAt returns the calls of the plan's wave that begins at call i, nil if none
// begins there.
func (c *check) waveAt(i int) []call {
	if c.calls[i].node == nil || i > 0 && c.sameWave(i-1, i) {
		return nil
	}
	end := i + 1
	for end < len(c.calls) && c.sameWave(i, end) {
		end++
	}
	return c.calls[i:end]
}

func (c *check) sameWave(i, k int) bool {
	a, b := c.calls[i].node, c.calls[k].node
	return a != nil && b != nil && a.Turn == b.Turn && a.Wave == b.Wave
}
