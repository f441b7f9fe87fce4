package quality

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// AnswerSources finds what the answers of a simulated record state, and where it
// comes from: numbers in digits, dates, times, codes, addresses. Of several places
// with the same value it takes the latest result, then the latest call, then the
// user's latest words. A value that stands nowhere is left out. The record needs
// only messages and tools, and Meta.Today for dates.
func AnswerSources(record *button.Record) []button.AnswerValue {
	c := reader(record)
	var found []button.AnswerValue
	for _, turn := range c.turns {
		if turn.answer < 0 {
			continue
		}
		for _, literal := range c.text(turn.answer).Literals() {
			if source, ok := c.sourceOf(&literal, turn.answer); ok {
				found = append(found, button.AnswerValue{Turn: turn.answer, Span: tight(record.Messages[turn.answer].Content, literal.Span), Type: string(literal.Kind), Source: source})
			}
		}
	}
	return found
}

// tight is a span without the stop that an abbreviation ends with.
func tight(content string, span grounding.Span) button.Span {
	return button.Span{span[0], span[0] + len(strings.TrimRight(content[span[0]:span[1]], "."))}
}

// stateable reports whether a literal of an answer must have a source where there is
// one: names are proven by having been mentioned, counts in words by being few.
func stateable(literal *grounding.Literal) bool {
	return literal.Kind != grounding.Name && literal.Kind != grounding.Quoted && !literal.Spelled
}

// sourceOf finds a place before a message that yields a literal.
func (c *check) sourceOf(literal *grounding.Literal, message int) (button.Source, bool) {
	if !stateable(literal) {
		return button.Source{}, false
	}
	for i := len(c.calls) - 1; i >= 0; i-- {
		made := &c.calls[i]
		if made.result < 0 || made.result > message {
			continue
		}
		for k := range made.invented.leaves {
			part := &made.invented.leaves[k]
			if op, ok := c.yieldsLiteral(literal, part); ok {
				source := button.Source{From: button.FromResult, Calls: []string{made.ID}, Path: part.path}
				if op != "" {
					source.Transform = &button.Transform{Op: op}
				}
				return source, true
			}
		}
	}
	for i := len(c.calls) - 1; i >= 0; i-- {
		made := &c.calls[i]
		if made.message > message {
			continue
		}
		for k := range made.invented.given {
			part := &made.invented.given[k]
			if op, ok := c.yieldsLiteral(literal, part); ok && op == "" {
				return button.Source{From: button.FromCall, Calls: []string{made.ID}, Path: part.path}, true
			}
		}
	}
	return c.sourceInWords(literal, message)
}

// yieldsLiteral reports whether a leaf, or the date or time of one that is a
// date-time, is what a literal says.
func (c *check) yieldsLiteral(literal *grounding.Literal, part *leaf) (op string, ok bool) {
	if scalarText(part.value) == "" {
		return "", false
	}
	if part.text == nil {
		part.text = c.reader.Read(scalarText(part.value))
	}
	if !part.text.Holds(*literal) {
		return "", false
	}
	if c.reader.Is(literal.Text, part.raw) && c.reader.Means(literal.Text, part.raw) { // not the currency of a price
		return "", true
	}
	text, _ := part.value.(string)
	date, clock, isMoment := splitMoment(text)
	switch {
	case isMoment && literal.Kind == grounding.Date && c.reader.Says(literal.Text, encode(date)):
		return button.OpDate, true
	case isMoment && literal.Kind == grounding.Time && c.reader.Says(literal.Text, encode(clock)):
		return button.OpTime, true
	}
	return "", false
}

// sourceInWords finds the user's latest words that hold the literal.
func (c *check) sourceInWords(literal *grounding.Literal, message int) (button.Source, bool) {
	for i := message - 1; i >= 0; i-- {
		if c.record.Messages[i].Role != button.RoleUser {
			continue
		}
		for _, place := range c.text(i).Places(*literal) {
			span := tight(c.record.Messages[i].Content, place)
			if words := c.spanText(i, span); !loose(c.record.Messages[i].Content, span) && c.sayTheSame(words, literal.Text) {
				return button.Source{From: button.FromUser, Turn: i, Span: &span, Type: string(literal.Kind)}, true
			}
			break // the other places are no better
		}
	}
	return button.Source{}, false
}

// inventedYield evaluates the source of a stated value: the JSON value, or, for the
// user's words, the words.
func (c *check) inventedYield(stated *button.AnswerValue) (value any, words string, err error) {
	source := &stated.Source
	if problem := surplus(source); problem != "" {
		return nil, "", fmt.Errorf("%s", problem)
	}
	if source.From == button.FromUser {
		if c.turnOf(source.Turn) < 0 || source.Turn > stated.Turn || !c.sound(source.Turn, *source.Span) || loose(c.record.Messages[source.Turn].Content, *source.Span) {
			return nil, "", fmt.Errorf("the source is no words of the user before the answer")
		}
		return nil, c.spanText(source.Turn, *source.Span), nil
	}
	calls, known := c.callsOf(source.Calls)
	if !known || slices.ContainsFunc(calls, func(from *call) bool { return from.message > stated.Turn }) {
		return nil, "", fmt.Errorf("the source names calls that are not there, or not yet")
	}
	switch source.From {
	case button.FromCall:
		if len(calls) != 1 {
			return nil, "", errOneCall
		}
		value, err = one(calls[0].invented.arguments, source.Path)
	case button.FromResult:
		value, err = evaluateJSON(calls, source.Path, source.Transform)
	default:
		err = errNoSource
	}
	return value, "", err
}
