package export

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// ms-swift: every call is a message of its own with the role tool_call, every
// result one with the role tool_response. Calls in a row stand side by side; what
// the assistant says before them is a message before them. A message's loss says
// whether it is trained on.
func swiftFormat() Format {
	return Format{
		Name: "ms-swift", PlainOnly: true, For: "ms-swift, any agent template",
		Thoughts: []Thought{ThoughtInline, ThoughtText, ThoughtNone}, Masks: MasksTurn,
		Lost:   []Part{PartCallIDs, PartParallelFlag, PartToolExtras, PartExtras},
		encode: encodeSwift, decode: decodeSwift, beside: swiftBeside,
	}
}

func encodeSwift(e *Exporter, r *button.Record) (Example, error) {
	w := object{}
	w.text("id", r.ID)
	w.text("tools", toolList(r))
	w.name("messages")
	w.out = append(w.out, '[')
	first := true
	add := func(role, name, content string, train *bool) {
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		m := object{out: w.out}
		m.text("role", role)
		if name != "" {
			m.text("name", name)
		}
		m.text("content", content)
		if train != nil && !*train {
			m.boolean("loss", false)
		}
		w.out = m.end()
	}
	for i := range r.Messages {
		m := &r.Messages[i]
		content := e.inline(m)
		switch {
		case m.Role == button.RoleTool:
			add("tool_response", m.Name, m.Content, nil)
			continue
		case len(m.ToolCalls) == 0 || content != "":
			add(m.Role, "", content, m.Train)
		}
		for k := range m.ToolCalls {
			add("tool_call", "", string(appendNameAndArguments(nil, &m.ToolCalls[k])), m.Train)
		}
	}
	w.out = append(w.out, ']')
	return Example{Line: w.end()}, nil
}

func decodeSwift(e *Exporter, example Example) (*button.Record, error) {
	all, err := members(example.Line, "id", "tools", "messages")
	if err != nil {
		return nil, err
	}
	list, err := elements(all.Get("messages"))
	if err != nil {
		return nil, err
	}
	r := &button.Record{}
	s := swiftReader{exporter: e, record: r}
	for i, element := range list {
		if err := s.read(element); err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
	}
	return r, e.readIDAndTools(r, all)
}

// swiftReader joins what belongs to one message again.
type swiftReader struct {
	exporter *Exporter
	record   *button.Record
	calls    int
	open     []button.Call // calls that wait for a result
}

func (s *swiftReader) read(raw []byte) error {
	all, err := members(raw, "role", "name", "content", "loss")
	if err != nil {
		return err
	}
	var role, content string
	if err := texts(all, map[string]*string{"role": &role, "content": &content}); err != nil {
		return err
	}
	train := string(all.Get("loss")) != "false"
	r := s.record
	switch role {
	case "tool_response":
		if len(s.open) == 0 {
			return fmt.Errorf("a result without a call")
		}
		m := button.Message{Role: button.RoleTool, ToolCallID: s.open[0].ID, Content: content}
		if name := all.Get("name"); name != nil {
			if m.Name, err = text(name); err != nil {
				return err
			}
		}
		r.Messages, s.open = append(r.Messages, m), s.open[1:]
	case "tool_call":
		call, err := readNameAndArguments([]byte(content))
		if err != nil {
			return err
		}
		call.ID = numberedID(s.calls)
		s.calls++
		if last := len(r.Messages) - 1; last < 0 || r.Messages[last].Role != button.RoleAssistant {
			r.Messages = append(r.Messages, button.Message{Role: button.RoleAssistant, Train: &train})
		}
		m := &r.Messages[len(r.Messages)-1]
		if *m.Train != train {
			return fmt.Errorf("the loss of a turn's parts differs")
		}
		m.ToolCalls, s.open = append(m.ToolCalls, call), append(slices.Clip(s.open), call)
	case button.RoleAssistant:
		m := button.Message{Role: role, Train: &train}
		m.Reasoning, m.Content = s.exporter.outline(content)
		r.Messages = append(r.Messages, m)
	case button.RoleSystem, button.RoleUser:
		r.Messages = append(r.Messages, button.Message{Role: role, Content: content})
	default:
		return fmt.Errorf("an unknown role %q", role)
	}
	return nil
}
