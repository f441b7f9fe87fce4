package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// parsed is what a trainer reads out of a line of the BUTTON format.
type parsed struct {
	Opening  string // of the system prompt, before the protocol
	Tools    []json.RawMessage
	Parallel bool
	Turns    []parsedTurn
}

// parsedTurn is a user message, or an assistant message with its results.
type parsedTurn struct {
	User    string
	Thought string
	Calls   []parsedCall
	Final   *string
}

type parsedCall struct {
	Name      string
	Arguments any
	Results   any
}

// parse reads a line back by what the format's description says, and by nothing
// that the encoder knows beyond it.
func parse(line []byte) (*parsed, error) {
	var document struct {
		Messages []map[string]string
	}
	if err := strictly(line, &document); err != nil {
		return nil, err
	}
	p := &parsed{}
	for i := 0; i < len(document.Messages); i++ {
		message := document.Messages[i]
		if len(message) != 2 {
			return nil, fmt.Errorf("message %d has members beyond role and content: %v", i, message)
		}
		content := message["content"]
		switch role := message["role"]; {
		case role == "system" && i == 0:
			if err := p.system(content); err != nil {
				return nil, err
			}
		case role == "user" && i > 0:
			p.Turns = append(p.Turns, parsedTurn{User: content})
		case role == "assistant" && i > 0:
			turn, err := parseAssistant(content)
			if err != nil {
				return nil, fmt.Errorf("message %d: %w", i, err)
			}
			if turn.Final == nil {
				i++
				if i == len(document.Messages) || document.Messages[i]["role"] != "tool" {
					return nil, fmt.Errorf("message %d: no results follow the calls", i)
				}
				if err := turn.results(document.Messages[i]["content"]); err != nil {
					return nil, fmt.Errorf("message %d: %w", i, err)
				}
			}
			p.Turns = append(p.Turns, *turn)
		default:
			return nil, fmt.Errorf("message %d: role %q does not belong here", i, role)
		}
	}
	return p, nil
}

func (p *parsed) system(content string) error {
	before, rest, found := strings.Cut(content, "<tool>")
	list, after, closed := strings.Cut(rest, "</tool>")
	if !found || !closed {
		return fmt.Errorf("the system prompt has no <tool>...</tool>")
	}
	p.Opening = before
	p.Parallel = strings.Contains(after, "may stand in one turn")
	if p.Parallel == strings.Contains(after, "one call at a time") {
		return fmt.Errorf("the system prompt must hold one of the two sentences on parallel calls: %q", after)
	}
	return strictly([]byte(list), &p.Tools)
}

func parseAssistant(content string) (*parsedTurn, error) {
	if thought, rest, found := strings.Cut(content, "<final>"); found {
		final, tail, closed := strings.Cut(rest, "</final>")
		if !closed || tail != "" {
			return nil, fmt.Errorf("<final> is not closed at the end: %q", content)
		}
		return &parsedTurn{Thought: strings.TrimSuffix(thought, "\n"), Final: &final}, nil
	}
	thought, rest, found := strings.Cut(content, "<call>")
	list, tail, closed := strings.Cut(rest, "</call>")
	if !found || !closed || tail != "" {
		return nil, fmt.Errorf("neither calls nor a final answer: %q", content)
	}
	turn := &parsedTurn{Thought: strings.TrimSuffix(thought, "\n")}
	return turn, strictly([]byte(list), &turn.Calls)
}

// results joins results to calls by position, and checks what they repeat.
func (t *parsedTurn) results(content string) error {
	var results []parsedCall
	if err := strictly([]byte(content), &results); err != nil {
		return err
	}
	if len(results) != len(t.Calls) {
		return fmt.Errorf("%d results for %d calls", len(results), len(t.Calls))
	}
	for i, result := range results {
		call := &t.Calls[i]
		if result.Name != call.Name || fmt.Sprint(result.Arguments) != fmt.Sprint(call.Arguments) {
			return fmt.Errorf("result %d is of %s %v, the call is %s %v", i, result.Name, result.Arguments, call.Name, call.Arguments)
		}
		call.Results = result.Results
	}
	return nil
}

// strictly decodes one JSON value with the text of its numbers kept.
func strictly(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	decoder.UseNumber()
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%w in %.200s", err, data)
	}
	if decoder.More() {
		return fmt.Errorf("text behind the JSON value")
	}
	return nil
}
