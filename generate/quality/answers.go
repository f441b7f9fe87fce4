package quality

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// answer proves what the answers say: every stated value by its source, the
// rest of the text by having nothing to prove, and every goal by being answered.
func (c *check) answer() error {
	c.stated = make([]statedValue, len(c.plan.Answers))
	for i := range c.plan.Answers {
		c.stated[i] = c.state(&c.plan.Answers[i])
	}
	for _, turn := range c.turns {
		if turn.answer >= 0 {
			c.unsourced(turn.answer)
		}
	}
	for i := range c.plan.Goals {
		if goal := &c.plan.Goals[i]; goal.Turn >= 0 && goal.Turn < len(c.turns) {
			c.answered(i, goal)
		}
	}
	return nil
}

// statedValue is what a span of an answer is found to state; ok is false if its
// source yields nothing.
type statedValue struct {
	value world.Value
	kind  *world.Type
	from  *call  // the first one, nil for a value that several could state
	path  string // "" if it does not matter
	ok    bool
}

func (c *check) state(stated *button.AnswerValue) statedValue {
	kind := c.index.types[stated.Type]
	text := c.spanText(stated.Turn, stated.Span)
	if kind == nil || text == "" {
		return statedValue{} // reported by structure
	}
	if problem := surplus(&stated.Source); problem != "" {
		c.report("source", stated.Turn, text, "%s", problem)
	}
	calls, known := c.callsOf(stated.Source.Calls)
	if !known || calls[len(calls)-1].message > stated.Turn {
		c.report("source", stated.Turn, text, "the source names calls that are not there, or not yet")
		return statedValue{}
	}
	value, source, err := c.yields(calls, &stated.Source)
	if err != nil {
		c.report("source", stated.Turn, text, "%v", err)
		return statedValue{}
	}
	found := statedValue{value, source, calls[0], stated.Source.Path, true}
	switch {
	case source != kind:
		c.report("type", stated.Turn, text, "stated as %s, its source is a %s", kind.Name, source.Name)
	case kind.Base == world.Bool:
		if !c.saysTruth(stated, calls[0], value == true) {
			c.report("bool", stated.Turn, text, "the clause does not say that %s is %v", clip(stated.Source.Path), value)
		}
	case !c.reads(kind, text, value):
		c.report("value", stated.Turn, text, "its source yields %s", kind.Show(value, c.today, c.world))
	}
	if !c.asked(stated, &found) {
		c.report("unasked", stated.Turn, text, "no goal, choice or condition has a use for %s of %s", clip(stated.Source.Path), calls[0].Name)
	}
	return found
}

// yields evaluates the source of a stated value.
func (c *check) yields(calls []*call, source *button.Source) (world.Value, *world.Type, error) {
	if source.From == button.FromCall {
		if len(calls) != 1 {
			return nil, nil, errOneCall
		}
		return argumentAt(calls[0], source.Path)
	}
	if source.From != button.FromResult {
		return nil, nil, errNoSource
	}
	return evaluate(calls, source.Path, source.Transform)
}

// argumentAt takes an argument, or one value of a list: "day", "extras[0]".
func argumentAt(made *call, path string) (world.Value, *world.Type, error) {
	name, rest, isMember := strings.Cut(path, "[")
	param := made.function.Param(name)
	value, given := made.arguments[name]
	if param == nil || !given {
		return nil, nil, errNoArgument
	}
	list, many := value.([]world.Value)
	if many != isMember {
		return nil, nil, errNoArgument
	}
	if !many {
		return value, param.Type, nil
	}
	i, err := strconv.Atoi(strings.TrimSuffix(rest, "]"))
	if err != nil || i < 0 || i >= len(list) || rest != strconv.Itoa(i)+"]" {
		return nil, nil, errNoArgument
	}
	return list[i], param.Type, nil
}

// reads reports whether a text shows a value as answers write it: with a capital
// where it begins a sentence, a count perhaps without its unit. Where a model has
// reworded the text, any words will do that read as the value.
func (c *check) reads(kind *world.Type, text string, value world.Value) bool {
	shown := kind.Show(value, c.today, c.world)
	if text == shown || sameButCapital(text, shown) {
		return true
	}
	if n, ok := value.(int64); ok && kind.Base == world.Count && text == strconv.FormatInt(n, 10) {
		return true
	}
	if kind.Base == world.Text || c.record.Mode == button.ModeConstructed {
		return false
	}
	read, ok := kind.Read(text, c.today, c.start.Start)
	return ok && read == value
}

func sameButCapital(text, shown string) bool {
	if len(text) != len(shown) {
		return false
	}
	first, size := utf8.DecodeRuneInString(shown)
	return len(text) >= size && text[size:] == shown[size:] && strings.EqualFold(text[:size], string(first))
}

// saysTruth compares a clause with the world's words for yes and for no. Words
// that fit both ("there is {x}" and "there is no {x}") are of the more telling one.
func (c *check) saysTruth(stated *button.AnswerValue, from *call, truth bool) bool {
	words := from.function.tell[lastField(stated.Source.Path)]
	right, wrong := words.holds, words.fails
	if !truth {
		right, wrong = wrong, right
	}
	clause := normalise(c.blanked(stated))
	said := mostFixed(right, clause)
	return said >= 0 && said > mostFixed(wrong, clause)
}

// blanked is a clause with the values that it states replaced by a letter.
func (c *check) blanked(clause *button.AnswerValue) string {
	content := c.record.Messages[clause.Turn].Content
	var out strings.Builder
	done := clause.Span[0]
	for i := range c.plan.Answers {
		inner := &c.plan.Answers[i]
		if inner.Turn == clause.Turn && inner.Span != clause.Span && inner.Span[0] >= done && inner.Span[0] < inner.Span[1] && inner.Span[1] <= clause.Span[1] {
			out.WriteString(content[done:inner.Span[0]])
			out.WriteByte('x')
			done = inner.Span[1]
		}
	}
	out.WriteString(content[done:clause.Span[1]])
	return out.String()
}

// lastField is the field that a path with or without an item leads to.
func lastField(path string) string {
	if open := strings.Index(path, "]."); open >= 0 {
		return path[open+2:]
	}
	return path
}

// unsourced looks for numbers, names and codes outside the stated values.
func (c *check) unsourced(message int) {
	content := c.record.Messages[message].Content
	covered := func(begin, end int) bool {
		return slices.ContainsFunc(c.plan.Answers, func(a button.AnswerValue) bool {
			kind := c.index.types[a.Type]
			return a.Turn == message && kind != nil && kind.Base != world.Bool && a.Span[0] <= begin && end <= a.Span[1]
		})
	}
	for i := range len(content) {
		if '0' <= content[i] && content[i] <= '9' && !covered(i, i+1) {
			c.report("number", message, around(content, i), "a number that no source is given for")
			break
		}
	}
	for _, found := range c.scan(message) {
		if !c.overlapsAnswer(message, found.Span) {
			c.report("name", message, content[found.Span[0]:found.Span[1]], "a %s that no source is given for", found.Type.Name)
		}
	}
	for i := range c.told {
		text := c.told[i].text
		for at := wordAt(content, text, 0); at >= 0; at = wordAt(content, text, at+1) {
			if !c.overlapsAnswer(message, button.Span{at, at + len(text)}) {
				c.report("name", message, text, "a result of %s that no source is given for", c.told[i].call.Name)
				break
			}
		}
	}
}

// overlapsAnswer reports whether a span shares bytes with a stated value.
func (c *check) overlapsAnswer(message int, span button.Span) bool {
	return slices.ContainsFunc(c.plan.Answers, func(a button.AnswerValue) bool {
		kind := c.index.types[a.Type]
		return a.Turn == message && kind != nil && kind.Base != world.Bool && a.Span[0] < span[1] && span[0] < a.Span[1]
	})
}

// around returns the word at a place of a text, "" outside of it.
func around(text string, i int) string {
	if i < 0 || i >= len(text) {
		return ""
	}
	begin, end := i, i+1
	for begin > 0 && text[begin-1] != ' ' {
		begin--
	}
	for end < len(text) && text[end] != ' ' {
		end++
	}
	return text[begin:end]
}

var (
	errOneCall    = errors.New("an argument of one call is wanted")
	errNoSource   = errors.New("the source yields nothing")
	errNoArgument = errors.New("the call has no such argument")
	errNoNode     = errors.New("a node is not there")
)
