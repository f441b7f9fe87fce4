package quality

import (
	"github.com/buttonbench/button"
)

// simulatedMinimality wants no call twice, and none whose result nobody uses.
func (c *check) simulatedMinimality() error {
	used := c.usedResults()
	for i := range c.calls {
		made := &c.calls[i]
		for k := i - 1; k >= 0; k-- {
			before := &c.calls[k]
			if !before.sameCall(made) {
				continue
			}
			corrected := made.changes() && before.turn != made.turn
			if !before.invented.failed && !corrected && (made.changes() || !c.wroteBetween(k, i)) {
				c.report("twice", made.message, made.Name, "the same call was made before")
			}
			break
		}
		if !used[i] && !made.changes() && !made.invented.failed && made.result >= 0 && !c.toldIn(made) {
			c.report("idle", made.message, made.Name, "no later call and no answer uses the result")
		}
	}
	return nil
}

// usedResults marks the calls that an argument, an edge or a stated value rests on.
func (c *check) usedResults() []bool {
	used := make([]bool, len(c.calls))
	mark := func(ids []string) {
		for _, id := range ids {
			if i := c.callByID(id); i >= 0 {
				used[i] = true
			}
		}
	}
	for _, source := range c.record.Provenance {
		if source.From == button.FromResult {
			mark(source.Calls)
		}
	}
	for i := range c.plan.Answers {
		if source := &c.plan.Answers[i].Source; source.From == button.FromResult {
			mark(source.Calls)
		}
	}
	for i := range c.plan.Edges {
		if k := c.callByNode(c.plan.Edges[i].From); k >= 0 && c.plan.Edges[i].Kind == button.EdgeCondition {
			used[k] = true
		}
	}
	return used
}

// toldIn reports whether a later answer says something of a result beyond the call's
// own arguments, or the result has nothing that can be told by a value: yes, no, or
// an empty list.
func (c *check) toldIn(made *call) bool {
	telling := false
	for k := range made.invented.leaves {
		part := &made.invented.leaves[k]
		if scalarText(part.value) == "" || made.invented.said.Says(part.raw) {
			continue
		}
		telling = true
		for _, turn := range c.turns {
			if turn.answer > made.result && c.text(turn.answer).Says(part.raw) {
				return true
			}
		}
	}
	return !telling
}
