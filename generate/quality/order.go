package quality

import (
	"bytes"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// order proves that no call comes too early, and none later than it must.
func (c *check) order() error {
	if err := c.dependencies(); err != nil {
		return err
	}
	for i := range c.calls {
		c.punctual(i)
	}
	for _, i := range c.idleLines {
		c.report("needless", c.calls[i].message, c.calls[i].Name, "order edges keep calls apart that give the same results in any order")
	}
	for _, i := range c.clashes {
		c.report("commute", c.calls[i].message, c.calls[i].Name, "the calls of this wave give other results in the reverse order")
	}
	return nil
}

// dependencies proves that no call comes too early.
func (c *check) dependencies() error {
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

// disorder looks at the calls that begin at call i and must not, or must, care
// about their order: a wave's, and those that order edges line up. It runs them
// forwards and backwards on copies of the state. Calls that only read cannot
// disturb one another: the runtime keeps them from changing anything.
func (c *check) disorder(state *world.State, i int) {
	if wave := c.waveAt(i); len(wave) > 1 && writing(wave) && !commute(state, wave) {
		c.clashes = append(c.clashes, i)
	}
	if line := c.lineAt(i); len(line) > 1 && (!writing(line) || commute(state, line)) {
		c.idleLines = append(c.idleLines, i)
	}
}

func writing(calls []call) bool {
	return slices.ContainsFunc(calls, func(one call) bool { return one.function.Writes() })
}

// commute reports whether calls give the same results, and leave the same state,
// in both orders.
func commute(state *world.State, calls []call) bool {
	forwards, backwards := state.Clone(), state.Clone()
	results := make([][]byte, len(calls))
	for k := range calls {
		if calls[k].arguments == nil || calls[k].result < 0 {
			return true // reported already
		}
		outcome, err := forwards.Call(calls[k].function.Function, calls[k].arguments)
		if err != nil {
			return true // replay meets the same error
		}
		results[k] = outcome.JSON
	}
	for k := len(calls) - 1; k >= 0; k-- {
		outcome, err := backwards.Call(calls[k].function.Function, calls[k].arguments)
		if err != nil || !bytes.Equal(outcome.JSON, results[k]) {
			return false
		}
	}
	return forwards.Hash() == backwards.Hash()
}

// lineAt returns the calls that order edges line up from call i on, nil if no
// line begins there.
func (c *check) lineAt(i int) []call {
	follows := func(k int) bool {
		a, b := c.calls[k-1].node, c.calls[k].node
		return a != nil && b != nil && a.Turn == b.Turn && c.hasEdge(a.ID, b.ID, button.EdgeOrder)
	}
	if i > 0 && follows(i) {
		return nil
	}
	end := i + 1
	for end < len(c.calls) && follows(end) {
		end++
	}
	return c.calls[i:end]
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
