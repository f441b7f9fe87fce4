package quality

import (
	"slices"

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

// coverage compares what the plan needs with what the user is said to mention,
// in both directions.
func (c *check) coverage() error {
	needs := c.needs()
	for i := range c.plan.Mentions {
		mention := &c.plan.Mentions[i]
		if !c.sound(mention.Turn, mention.Span) || c.turnOf(mention.Turn) < 0 {
			continue
		}
		if mention.Kind == button.MentionLiteral {
			c.literal(mention)
			continue
		}
		c.meet(needs, mention)
	}
	for i := range needs {
		for k := range i {
			if needs[i].differs(&needs[k]) {
				c.report("selection", needs[i].message-1, "", "%s stands for two different selections", needs[i].what)
			}
		}
		if !needs[i].met {
			c.report(needs[i].kind, needs[i].message-1, "", "the user does not say in time, or in other words, %s", needs[i].what)
		}
	}
	return nil
}

// meet finds the need that a mention is for.
func (c *check) meet(needs []need, mention *button.Mention) {
	text := normalise(c.spanText(mention.Turn, mention.Span))
	nodes, wrong := c.set(mention.Nodes), false
	met := false
	for i := range needs {
		one := &needs[i]
		if one.kind != mention.Kind || one.nodes != nodes || mention.Turn >= one.message {
			continue
		}
		if one.bound != nil && !c.readsBound(one, mention) || one.bound == nil && !anyIn(one.words, text, true) {
			wrong = true
			continue
		}
		one.met, met = true, true
	}
	switch {
	case met || nodes == 0 && c.unusedSelection(mention, text):
	case wrong:
		c.report("words", mention.Turn, text, "these are not words of the world for this %s", mention.Kind)
	default:
		c.report("idle_mention", mention.Turn, text, "the plan has no use for this %s", mention.Kind)
	}
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
	return c.index.nothing
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

// readsBound reports whether a mention says a condition's comparison and bound.
func (c *check) readsBound(one *need, mention *button.Mention) bool {
	if one.boundType == nil || mention.Type != one.boundType.Name {
		return false
	}
	bound, err := one.boundType.Decode(one.bound.Bound)
	if err != nil {
		return false // reported by conditions
	}
	op, value, ok := one.boundType.ReadBound(c.spanText(mention.Turn, mention.Span), c.today, c.start.Start)
	return ok && op == one.bound.Op && value == bound
}

// literal wants a mention to be read as a value that exactly its nodes take from
// the user, or, without nodes, that a write needs which its condition forbade.
func (c *check) literal(mention *button.Mention) {
	kind := c.index.types[mention.Type]
	if kind == nil {
		return
	}
	text := c.spanText(mention.Turn, mention.Span)
	value, ok := kind.Read(text, c.today, c.start.Start)
	if !ok {
		c.report("unreadable", mention.Turn, text, "the literal does not read as a value of type %s", kind.Name)
		return
	}
	if !c.drawn(kind, value) {
		c.report("nobodys", mention.Turn, text, "no row of %s has this %s", kind.Table, kind.Name)
	}
	var takers callSet
	for i := range c.values {
		if used := &c.values[i]; used.kind == kind && used.value == value {
			takers |= c.set([]string{used.node})
		}
	}
	switch nodes := c.set(mention.Nodes); {
	case nodes != takers:
		c.report("literal", mention.Turn, text, "the literal serves %d nodes, %d take its value from the user", nodes.size(), takers.size())
	case nodes == 0 && !slices.ContainsFunc(c.forbidden(mention.Turn), func(write *functionIndex) bool { return write.serves[kind.Name] }):
		c.report("idle_mention", mention.Turn, text, "nothing takes this literal")
	}
}

// forbidden lists the writes asked for by a message that their conditions forbade.
func (c *check) forbidden(message int) []*functionIndex {
	var writes []*functionIndex
	for i := range c.plan.Goals {
		goal := &c.plan.Goals[i]
		function := c.index.functions[goal.Function]
		if goal.Condition != nil && !goal.Condition.Open && function != nil && goal.Turn >= 0 && goal.Turn < len(c.turns) && message <= c.turns[goal.Turn].request {
			writes = append(writes, function)
		}
	}
	return writes
}

// unusedSelection reports whether a selection without calls is one that a
// forbidden write would have needed.
func (c *check) unusedSelection(mention *button.Mention, text string) bool {
	for _, write := range c.forbidden(mention.Turn) {
		for name := range write.suppliers {
			if c.index.functions[name].selects(mention.Kind, text) {
				return true
			}
		}
	}
	return false
}

// selects reports whether a text is one of the function's words for a choice or
// for a filter.
func (f *functionIndex) selects(kind, text string) bool {
	for _, words := range f.picks {
		if kind == button.MentionPick && (anyIn(words.min, text, true) || anyIn(words.max, text, true)) {
			return true
		}
	}
	for _, words := range f.filter {
		if kind == button.MentionFilter && (anyIn(words.holds, text, true) || anyIn(words.fails, text, true)) {
			return true
		}
	}
	return false
}

// drawn reports whether a literal can be one: a code of a table must stand in it.
func (c *check) drawn(kind *world.Type, value world.Value) bool {
	if kind.Base != world.Code || kind.Table == "" {
		return true
	}
	return slices.ContainsFunc(c.start.Rows(kind.Table), func(row map[string]world.Value) bool { return row[kind.Column] == value })
}
