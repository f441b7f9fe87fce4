package quality

import (
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

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
