package quality

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// text returns a message's content as it is read for values; of a result the names
// and leaves.
func (c *check) text(message int) *grounding.Text {
	if c.read[message] == nil {
		content := c.record.Messages[message].Content
		if c.record.Messages[message].Role == button.RoleTool {
			content = grounding.Flatten([]byte(content))
		}
		c.read[message] = c.reader.Read(content)
	}
	return c.read[message]
}

// known reports whether a literal was said or returned before a message, or is an
// argument of a call up to it.
func (c *check) known(literal *grounding.Literal, message int) bool {
	for i := range message {
		if c.text(i).Holds(*literal) {
			return true
		}
	}
	for i := range c.calls {
		if c.calls[i].message <= message && c.calls[i].invented.said.Holds(*literal) {
			return true
		}
	}
	if literal.Kind == grounding.Name || literal.Kind == grounding.Quoted {
		return c.toolText().Holds(*literal)
	}
	return literal.Kind == grounding.Date && c.reader.Read(c.today).Holds(*literal)
}

// toolText is all that the tools say of themselves.
func (c *check) toolText() *grounding.Text {
	if c.toolWords == nil {
		var all strings.Builder
		for i := range c.record.Tools {
			tool := &c.record.Tools[i]
			all.WriteString(tool.Name + "\n" + tool.Description + "\n" + grounding.Flatten(tool.Parameters) + "\n")
		}
		c.toolWords = c.reader.Read(all.String())
	}
	return c.toolWords
}

// literalsOf lists the literals of a text, up to a bound for the whole record.
func (c *check) literalsOf(text *grounding.Text, message int) []grounding.Literal {
	found := text.Literals()
	if c.literals+len(found) > mostLiterals {
		if c.literals <= mostLiterals {
			c.report("size", message, "", "thoughts and answers state more than %d values", mostLiterals)
		}
		c.literals = mostLiterals + 1
		return nil
	}
	c.literals += len(found)
	return found
}

// simulatedThoughts wants every value in a thought, and in text beside calls, to be
// known by then.
func (c *check) simulatedThoughts() error {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		text := message.Reasoning
		if len(message.ToolCalls) > 0 {
			text += "\n" + message.Content
		}
		if message.Role != button.RoleAssistant || strings.TrimSpace(text) == "" {
			continue
		}
		for _, literal := range c.literalsOf(c.reader.Read(text), i) {
			if literal.Spelled || c.known(&literal, i) || literal.Kind == grounding.Number && c.follows(&literal, i) {
				continue
			}
			c.report("unknown", i, literal.Text, "nobody has said this %s before", literal.Kind)
		}
	}
	return nil
}

// simulatedAnswer proves what the answers say: every stated value by its source,
// the rest by having been mentioned or by following from results.
func (c *check) simulatedAnswer() error {
	for i := range c.plan.Answers {
		c.inventedStated(&c.plan.Answers[i])
	}
	for _, turn := range c.turns {
		if turn.answer < 0 {
			continue
		}
		for _, literal := range c.literalsOf(c.text(turn.answer), turn.answer) {
			c.unproven(&literal, turn.answer)
		}
	}
	return nil
}

func (c *check) inventedStated(stated *button.AnswerValue) {
	text := c.spanText(stated.Turn, stated.Span)
	if text == "" {
		return // reported by structure
	}
	if literals := c.reader.Literals(text); len(literals) == 0 || string(literals[0].Kind) != stated.Type {
		c.report("type", stated.Turn, text, "the words are no %s", clip(stated.Type))
	}
	value, words, err := c.inventedYield(stated)
	switch {
	case err != nil:
		c.report("source", stated.Turn, text, "%v", err)
	case words != "":
		if !c.sayTheSame(text, words) {
			c.report("value", stated.Turn, text, "the user said %q", clip(words))
		}
	case scalarText(value) == "":
		c.report("source", stated.Turn, text, "the source yields %s, which no words state", compact(encode(value)))
	case !c.reader.Is(text, encode(value)):
		c.report("value", stated.Turn, text, "its source yields %s", compact(encode(value)))
	default:
		c.currency(stated, text)
	}
}

// currency compares the currency that a stated price names with the one that stands
// beside the price in its result.
func (c *check) currency(stated *button.AnswerValue, text string) {
	said := c.reader.Read(text).Currencies()
	source := &stated.Source
	if len(said) != 1 || source.From != button.FromResult || source.Transform != nil {
		return
	}
	calls, _ := c.callsOf(source.Calls)
	beside := source.Path[:strings.LastIndexByte(source.Path, '.')+1] + "currency"
	have, err := one(calls[0].invented.result, beside)
	if code, ok := have.(string); err == nil && ok && len(code) == len(said[0]) && !strings.EqualFold(code, said[0]) {
		c.report("currency", stated.Turn, text, "the result is in %s", code)
	}
}

// sayTheSame reports whether two texts hold the same literals.
func (c *check) sayTheSame(a, b string) bool {
	one, other := c.reader.Read(a), c.reader.Read(b)
	holds := func(text *grounding.Text) func(grounding.Literal) bool {
		return func(literal grounding.Literal) bool { return !text.Holds(literal) }
	}
	return len(one.Literals()) > 0 && !slices.ContainsFunc(one.Literals(), holds(other)) && !slices.ContainsFunc(other.Literals(), holds(one))
}

// unproven reports a literal of an answer that nothing vouches for.
func (c *check) unproven(literal *grounding.Literal, message int) {
	if !stateable(literal) {
		if !c.known(literal, message) && !(literal.Spelled && c.few(literal, message)) {
			c.report("unknown", message, literal.Text, "nothing said or returned before has this %s", literal.Kind)
		}
		return
	}
	content := c.record.Messages[message].Content
	if slices.ContainsFunc(c.plan.Answers, func(a button.AnswerValue) bool {
		return a.Turn == message && a.Span[0] <= literal.Span[0] && tight(content, literal.Span)[1] <= a.Span[1]
	}) {
		return
	}
	if source, ok := c.sourceOf(literal, message); ok {
		where := "the user's words"
		if len(source.Calls) > 0 {
			where = source.Path + " of call " + source.Calls[0]
		}
		c.report("unsourced", message, literal.Text, "no source is given, though it could be %s", clip(where))
		return
	}
	if !c.known(literal, message) && !(literal.Kind == grounding.Number && c.follows(literal, message)) {
		c.report("unknown", message, literal.Text, "nothing said or returned before has this %s", literal.Kind)
	}
}
