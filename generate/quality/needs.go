package quality

import (
	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// need is something of the plan that the user has to say.
type need struct {
	kind    string
	nodes   callSet // the calls that it is said for
	message int     // it must be said before this message
	words   []phrase
	// bound, of a type, is what the words of a bound must read as.
	bound     *button.GoalCondition
	boundType *world.Type
	what      string
	met       bool
	// choice is the transform behind a superlative.
	choice *button.Transform
}

// differs reports whether two superlatives over the same calls, which are said in
// one phrase, filter what they choose from in different ways.
func (n *need) differs(other *need) bool {
	return n.choice != nil && other.choice != nil && n.nodes == other.nodes && n.choice.Op == other.choice.Op && n.choice.By == other.choice.By &&
		!sameSelection(n.choice, other.choice)
}

// needs lists what the plan's transforms and conditions make the user say.
func (c *check) needs() []need {
	var needs []need
	for i := range c.plan.Edges {
		edge := &c.plan.Edges[i]
		to := c.callByNode(edge.To)
		if edge.Kind != button.EdgeData || edge.Transform == nil || to < 0 {
			continue
		}
		switch edge.Transform.Op {
		case button.OpWinnerMin, button.OpWinnerMax:
			needs = c.needPick(needs, edge.Transform, c.sources(edge), c.calls[to].message)
		default:
			needs = c.needSelection(needs, edge.Transform, c.set([]string{edge.From}), c.calls[to].message)
		}
	}
	for i := range c.plan.Goals {
		needs = c.goalNeeds(needs, &c.plan.Goals[i])
	}
	return needs
}

// sources are all the calls that feed the parameter which an edge feeds.
func (c *check) sources(edge *button.PlanEdge) callSet {
	var set callSet
	for i := range c.plan.Edges {
		other := &c.plan.Edges[i]
		if other.Kind == button.EdgeData && other.To == edge.To && other.Parameter == edge.Parameter {
			if from := c.callByNode(other.From); from >= 0 {
				set |= 1 << from
			}
		}
	}
	return set
}

func (c *check) goalNeeds(needs []need, goal *button.PlanGoal) []need {
	if goal.Turn < 0 || goal.Turn >= len(c.turns) {
		return needs
	}
	until := c.turns[goal.Turn].request + 1
	nodes := c.set(goal.Nodes)
	if t := goal.Transform; t != nil {
		switch goal.Kind {
		case goalItem:
			needs = c.needSelection(needs, t, nodes, until)
		case goalCompare:
			needs = c.needPick(needs, t, nodes, until)
		case goalTotal:
			needs = append(needs, need{kind: button.MentionPick, nodes: nodes, message: until, words: c.index.sums, what: "that a sum is wanted"})
		}
	}
	if goal.Condition != nil {
		needs = c.conditionNeeds(needs, goal.Condition, until)
	}
	return needs
}

// needSelection is a superlative, if there is one, and each filter.
func (c *check) needSelection(needs []need, t *button.Transform, list callSet, until int) []need {
	if t.By != "" {
		needs = c.needPick(needs, t, list, until)
	}
	for _, filter := range t.Where {
		words := c.wordsOf(list).filter[filter.Field]
		one := need{kind: button.MentionFilter, nodes: list, message: until, words: words.fails, what: "the filter by " + filter.Field}
		if string(filter.Value) == "true" {
			one.words = words.holds
		}
		needs = append(needs, one)
	}
	return needs
}

func (c *check) needPick(needs []need, t *button.Transform, nodes callSet, until int) []need {
	words := c.wordsOf(nodes).picks[t.By]
	one := need{kind: button.MentionPick, nodes: nodes, message: until, words: words.min, what: "the choice by " + t.By, choice: t}
	if t.Op == button.OpMax || t.Op == button.OpWinnerMax {
		one.words = words.max
	}
	return append(needs, one)
}

// wordsOf is the function of the first of some calls.
func (c *check) wordsOf(nodes callSet) *functionIndex {
	for i := range c.calls {
		if nodes.has(i) {
			return c.calls[i].function
		}
	}
	return c.verifier.nothing
}

// conditionNeeds are the condition in words and, within it, its bound. They are
// said for the call that decides and for all that wait for it.
func (c *check) conditionNeeds(needs []need, condition *button.GoalCondition, until int) []need {
	decider := c.set([]string{condition.Node})
	nodes := decider
	for i := range c.plan.Edges {
		if edge := &c.plan.Edges[i]; edge.Kind == button.EdgeCondition && edge.From == condition.Node {
			nodes |= c.set([]string{edge.To})
		}
	}
	words := c.wordsOf(decider).tell[fieldOf(condition.Output)]
	one := need{kind: button.MentionCondition, nodes: nodes, message: until, words: words.text, what: "the condition on " + condition.Output}
	switch condition.Op {
	case "holds":
		one.words = words.holds
	case "fails":
		one.words = words.fails
	default:
		needs = append(needs, need{kind: button.MentionBound, nodes: nodes, message: until, bound: condition, boundType: c.wordsOf(decider).typeAt(condition.Output), what: "the bound on " + condition.Output})
	}
	needs = append(needs, one)
	if condition.Transform != nil {
		needs = c.needSelection(needs, condition.Transform, decider, until)
	}
	return needs
}
