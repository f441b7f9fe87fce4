package export

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

func buttonFormat() Format {
	return Format{
		Name: "button", For: "readers of the data that the BUTTON paper released",
		Thoughts: []Thought{ThoughtText, ThoughtNone}, Masks: MasksNone,
		Lost: []Part{PartID, PartCallIDs, PartResultNames, PartMasks, PartBeside, PartSpacing, PartEmptyPlace},
		encode: func(_ *Exporter, r *button.Record) (Example, error) {
			line, err := encodeButton(r)
			if err != nil {
				err = unfit(-1, "the BUTTON format has no place for a part of it", "%v", err)
			}
			return Example{Line: line}, err
		},
		decode: func(_ *Exporter, example Example) (*button.Record, error) { return readButton(example.Line) },
		beside: buttonBeside,
	}
}

// readButton reads a line of the released format back, with ids that count.
func readButton(line []byte) (*button.Record, error) {
	all, err := members(line, "messages")
	if err != nil {
		return nil, err
	}
	turns, err := readTurns(all.Get("messages"), "role", "content")
	if err != nil {
		return nil, err
	}
	r := &button.Record{}
	calls, open := 0, []button.Call(nil)
	for i, t := range turns {
		switch t.from {
		case button.RoleSystem:
			err = readButtonSystem(r, t.value)
		case button.RoleUser:
			r.Messages = append(r.Messages, button.Message{Role: t.from, Content: t.value})
		case button.RoleAssistant:
			var m button.Message
			m, err = readButtonTurn(t.value, &calls)
			open, r.Messages = m.ToolCalls, append(r.Messages, m)
		case button.RoleTool:
			err = readButtonResults(r, open, t.value)
		default:
			err = fmt.Errorf("an unknown role %q", t.from)
		}
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
	}
	return r, nil
}

func readButtonSystem(r *button.Record, value string) error {
	before, rest, found := strings.Cut(value, buttonOpening+"\n\n<tool>\n")
	list, rule, closed := strings.Cut(rest, "\n</tool>\n\n"+buttonProtocol+"\n")
	if !found || !closed || rule != buttonParallel && rule != buttonSerial {
		return fmt.Errorf("the system message is not of the expected layout")
	}
	if before = strings.TrimSuffix(before, "\n\n"); before != "" {
		r.Messages = append(r.Messages, button.Message{Role: button.RoleSystem, Content: before})
	}
	r.ParallelToolCalls = rule == buttonParallel
	tools, err := elements([]byte(list))
	if err != nil {
		return err
	}
	for _, raw := range tools {
		var tool button.Tool
		if err := json.Unmarshal([]byte(`{"type":"function","function":`+string(raw)+`}`), &tool); err != nil {
			return fmt.Errorf("tools: %w", err)
		}
		r.Tools = append(r.Tools, tool)
	}
	return nil
}

func readButtonTurn(value string, count *int) (button.Message, error) {
	m := button.Message{Role: button.RoleAssistant}
	// The first mark counts: the other one may stand in an argument.
	call, final := strings.Index(value, "<call>"), strings.Index(value, "<final>")
	if thought, rest, found := strings.Cut(value, "<final>"); found && (call < 0 || final < call) {
		m.Reasoning, m.Content = strings.TrimSuffix(thought, "\n"), strings.TrimSuffix(rest, "</final>")
		return m, nil
	}
	thought, rest, found := strings.Cut(value, "<call>")
	if !found {
		return m, fmt.Errorf("neither calls nor a final answer")
	}
	m.Reasoning = strings.TrimSuffix(thought, "\n")
	list, err := elements([]byte(strings.TrimSuffix(rest, "</call>")))
	if err != nil {
		return m, err
	}
	for _, raw := range list {
		call, err := readNameAndArguments(raw)
		if err != nil {
			return m, err
		}
		call.ID = numberedID(*count)
		*count++
		m.ToolCalls = append(m.ToolCalls, call)
	}
	return m, nil
}

// readButtonResults joins results to calls by position. A result that is a string
// is a text, an object stands as it is.
func readButtonResults(r *button.Record, open []button.Call, value string) error {
	list, err := elements([]byte(value))
	if err != nil {
		return err
	}
	if len(list) != len(open) {
		return fmt.Errorf("%d results for %d calls", len(list), len(open))
	}
	for i, raw := range list {
		all, err := members(raw, "name", "arguments", "results")
		if err != nil {
			return err
		}
		result := string(all.Get("results"))
		if strings.HasPrefix(result, `"`) {
			if result, err = text(all.Get("results")); err != nil {
				return err
			}
		}
		r.Messages = append(r.Messages, button.Message{Role: button.RoleTool, ToolCallID: open[i].ID, Name: open[i].Name, Content: result})
	}
	return nil
}
