package quality

import (
	"bytes"
	"math/bits"

	"github.com/buttonbench/button"
)

// callSet is a set of positions in check.calls.
type callSet uint64

func (s callSet) has(i int) bool { return i >= 0 && s&(1<<i) != 0 }

func (s callSet) size() int { return bits.OnesCount64(uint64(s)) }

// set turns node ids into positions; unknown ones are left out.
func (c *check) set(ids []string) callSet {
	var set callSet
	for _, id := range ids {
		if i := c.callByNode(id); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// uses returns, for each call, all the calls that rest on it through data and
// condition edges.
func (c *check) uses() []callSet {
	if c.reach != nil || len(c.calls) == 0 {
		return c.reach
	}
	next := make([]callSet, len(c.calls))
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		from, to := c.callByNode(edge.From), c.callByNode(edge.To)
		if from >= 0 && to >= 0 && edge.Kind != button.EdgeOrder {
			next[from] |= 1 << to
		}
	}
	for changed := true; changed; {
		changed = false
		for i := range next {
			all := next[i]
			for k := range next {
				if next[i].has(k) {
					all |= next[k]
				}
			}
			if all != next[i] {
				next[i], changed = all, true
			}
		}
	}
	c.reach = next
	return next
}

// goalCalls are the calls that a goal reads itself.
func (c *check) goalCalls(goal *button.PlanGoal) callSet {
	set := c.set(goal.Nodes)
	if goal.Condition != nil {
		if i := c.callByNode(goal.Condition.Node); i >= 0 {
			set |= 1 << i
		}
	}
	return set
}

// serves reports whether a goal rests on a call.
func (c *check) serves(i int, goal *button.PlanGoal) bool {
	return c.goalCalls(goal)&(c.uses()[i]|1<<i) != 0
}

// minimality wants every call to serve a goal, none twice and none in vain.
func (c *check) minimality() error {
	for i := range c.calls {
		made := &c.calls[i]
		served := false
		for g := range c.plan.Goals {
			served = served || c.serves(i, &c.plan.Goals[g])
		}
		if !served {
			c.report("idle", made.message, made.Name, "no goal needs this call")
		}
		if made.outcome.Failure != nil {
			c.report("failed", made.message, made.outcome.Failure.Code, "%s failed, and nothing comes of it", made.Name)
		}
		for k := range i {
			if c.calls[k].Name == made.Name && bytes.Equal(c.calls[k].Arguments, made.Arguments) && !made.function.Writes() {
				c.report("twice", made.message, made.Name, "the same call was made before")
				break
			}
		}
	}
	return nil
}
