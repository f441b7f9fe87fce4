package quality

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// check is the verification of one record. Structure fills it; the families
// after it read it and add violations.
type check struct {
	verifier *Verifier
	record   *button.Record
	plan     *button.Plan
	index    *worldIndex
	world    *world.World
	start    *startState
	today    string
	turns    []turn
	calls    []call // in the order of the messages
	simulated

	empty world.Outcome // of a call without a result that can be read

	family     string
	violations []Violation
	ended      bool // what follows would have nothing to stand on

	// Calls that begin a wave whose order matters, or a line whose order does not.
	clashes, idleLines []int
	reach              []callSet     // what uses() has made
	texts              []string      // normalised message texts, made when first needed
	values             []userValue   // what the user supplies
	stated             []statedValue // what the answers state, as plan.Answers
	told               []resultText  // string values that results tell
}

// turn is one user turn: the messages from a request to its answer.
type turn struct{ request, answer int }

// call is one call with all that belongs to it.
type call struct {
	*button.Call
	message, result int // indexes into messages; result is -1 without one
	turn            int
	step            int // counts the turn's messages with calls
	function        *functionIndex
	node            *button.PlanNode
	invented        invented               // of a simulated record
	arguments       map[string]world.Value // nil if they cannot be decoded
	outcome         *world.Outcome         // as recorded; never nil
}

// report adds a violation of the running family. A message that is not there
// makes it one of the record.
func (c *check) report(detail string, message int, span, format string, values ...any) {
	if message < 0 || message >= len(c.record.Messages) {
		message = -1
	}
	c.violations = append(c.violations, Violation{Rule: c.family + "." + detail, Message: message, Text: fmt.Sprintf(format, values...), Span: clip(span)})
}

// longestSpan bounds the offending text that a violation quotes.
const longestSpan = 200

func clip(text string) string {
	if len(text) <= longestSpan {
		return text
	}
	cut := longestSpan
	for cut > 0 && text[cut]&0xC0 == 0x80 {
		cut--
	}
	return text[:cut] + "..."
}

// callByID returns the position of the call with an id, or -1.
func (c *check) callByID(id string) int {
	return slices.IndexFunc(c.calls, func(one call) bool { return one.ID == id })
}

// callByNode returns the position of the call that carries out a plan node, or -1.
func (c *check) callByNode(id string) int {
	return slices.IndexFunc(c.calls, func(one call) bool { return one.node != nil && one.node.ID == id })
}

// callsOf returns the calls with the given ids; false if one is unknown.
func (c *check) callsOf(ids []string) ([]*call, bool) {
	calls := make([]*call, 0, len(ids))
	for _, id := range ids {
		i := c.callByID(id)
		if i < 0 {
			return nil, false
		}
		calls = append(calls, &c.calls[i])
	}
	return calls, len(calls) > 0
}

// callsOfNodes returns the calls of the given plan nodes; false if one is unknown.
func (c *check) callsOfNodes(ids []string) ([]*call, bool) {
	calls := make([]*call, 0, len(ids))
	for _, id := range ids {
		i := c.callByNode(id)
		if i < 0 {
			return nil, false
		}
		calls = append(calls, &c.calls[i])
	}
	return calls, len(calls) > 0
}

// turnOf returns the user turn that a request's message index stands for, or -1.
func (c *check) turnOf(message int) int {
	return slices.IndexFunc(c.turns, func(t turn) bool { return t.request == message })
}

// spanText returns the text of a span that structure has found sound.
func (c *check) spanText(message int, span button.Span) string {
	if !c.sound(message, span) {
		return ""
	}
	return c.record.Messages[message].Content[span[0]:span[1]]
}

// normal returns a message's normalised content.
func (c *check) normal(message int) string {
	if c.texts == nil {
		c.texts = make([]string, len(c.record.Messages))
	}
	if c.texts[message] == "" {
		c.texts[message] = normalise(c.record.Messages[message].Content)
	}
	return c.texts[message]
}

// compact names a JSON value in messages.
func compact(raw json.RawMessage) string { return clip(string(raw)) }

// sameValue compares two values in canonical form.
func sameValue(a, b world.Value) bool {
	if list, ok := a.([]world.Value); ok {
		other, ok := b.([]world.Value)
		return ok && slices.EqualFunc(list, other, sameValue)
	}
	if _, ok := b.([]world.Value); ok {
		return false
	}
	return a == b
}

// scan finds the values that stand in a message's content.
func (c *check) scan(message int) []world.Found {
	return c.start.scanner.Scan(c.record.Messages[message].Content, c.today)
}
