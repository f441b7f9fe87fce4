package teach

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/schema"
)

// The rules that hold for every stage's reply.
const (
	RuleTruncated = "truncated"    // cut off: never mended by closing brackets
	RuleFiltered  = "filtered"     // withheld by the provider
	RuleEmpty     = "empty"        // no text at all
	RuleProse     = "prose_around" // text beside the object
	RuleJSON      = "bad_json"     // no JSON object
	RuleSchema    = "schema"       // not of the form asked for
)

// mostReplyBytes bounds a reply; honest ones have a few kilobytes.
const mostReplyBytes = 1 << 20

// read turns a reply into a value, or says what is wrong with it.
func read[T any](reply *llm.Reply, form *schema.Schema, check func(*T) []Violation) (*T, []Violation) {
	object, violation := extract(reply)
	if violation != nil {
		return nil, []Violation{*violation}
	}
	faults, err := form.Validate(object)
	if err != nil {
		return nil, []Violation{{Rule: RuleJSON, Text: err.Error(), Span: clip(string(object))}}
	}
	if len(faults) > 0 {
		var violations []Violation
		for _, fault := range faults {
			violations = append(violations, Violation{Rule: RuleSchema, Text: fault.String()})
		}
		return nil, violations
	}
	value := new(T)
	decoder := json.NewDecoder(bytes.NewReader(object))
	decoder.UseNumber()
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(value); err != nil {
		return nil, []Violation{{Rule: RuleSchema, Text: err.Error()}}
	}
	if check == nil {
		return value, nil
	}
	return value, check(value)
}

// cutOff tells of a reply that did not come to its end.
func cutOff(reply *llm.Reply) *Violation {
	switch reply.FinishReason {
	case llm.FinishLength:
		return &Violation{Rule: RuleTruncated, Text: "the reply was cut off before its end", Span: tail(strings.TrimSpace(reply.Content))}
	case llm.FinishFiltered:
		return &Violation{Rule: RuleFiltered, Text: "the reply was withheld by the provider's filter"}
	}
	return nil
}

// extract finds the one JSON object that a reply must be. A code fence around it
// is taken off: it is a habit of models, and nothing is guessed by it.
func extract(reply *llm.Reply) ([]byte, *Violation) {
	if cut := cutOff(reply); cut != nil {
		return nil, cut
	}
	text := strings.TrimSpace(reply.Content)
	switch {
	case text == "":
		return nil, &Violation{Rule: RuleEmpty, Text: "the reply holds no text"}
	case len(text) > mostReplyBytes:
		return nil, &Violation{Rule: RuleJSON, Text: fmt.Sprintf("the reply has %d bytes", len(text))}
	}
	if inside, fenced := strings.CutPrefix(text, "```"); fenced {
		if _, after, found := strings.Cut(inside, "\n"); found && strings.HasSuffix(after, "```") {
			text = strings.TrimSpace(strings.TrimSuffix(after, "```"))
		}
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	var object json.RawMessage
	start := strings.IndexByte(text, '{')
	switch {
	case start < 0:
		return nil, &Violation{Rule: RuleJSON, Text: "the reply holds no JSON object", Span: clip(text)}
	case start > 0:
		return nil, &Violation{Rule: RuleProse, Text: "text stands before the JSON object", Span: clip(text[:start])}
	}
	if err := decoder.Decode(&object); err != nil {
		return nil, &Violation{Rule: RuleJSON, Text: "the reply is no JSON: " + err.Error(), Span: clip(text)}
	}
	if rest := strings.TrimSpace(text[decoder.InputOffset():]); rest != "" {
		return nil, &Violation{Rule: RuleProse, Text: "text stands after the JSON object", Span: clip(rest)}
	}
	return object, nil
}

// complaint is what goes back to the teacher: the rules broken and where, nothing
// else, so that the next reply is not steered elsewhere.
func complaint(violations []Violation) string {
	return grievances("That reply cannot be used:\n", violations) +
		"Send the whole JSON object again with this put right, and nothing but the object."
}

// grievances lists violations, the first few in full.
func grievances(opening string, violations []Violation) string {
	const most = 8
	var out strings.Builder
	out.WriteString(opening)
	for i, v := range violations {
		if i == most {
			fmt.Fprintf(&out, "- and %d more\n", len(violations)-most)
			break
		}
		fmt.Fprintf(&out, "- %s: %s", v.Rule, v.Text)
		if v.Span != "" {
			fmt.Fprintf(&out, " [at: %s]", v.Span)
		}
		out.WriteByte('\n')
	}
	return out.String()
}

// longestSpan bounds the offending text that a violation quotes.
const longestSpan = 200

func clip(text string) string {
	if len(text) <= longestSpan {
		return text
	}
	return strings.ToValidUTF8(text[:longestSpan], "") + "..."
}

func tail(text string) string {
	if len(text) <= longestSpan {
		return text
	}
	return "..." + strings.ToValidUTF8(text[len(text)-longestSpan:], "")
}
