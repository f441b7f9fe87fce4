package export

import (
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
)

// OpenAI's chat fine-tuning files: one object a line with messages, tools and
// parallel_tool_calls. Arguments are strings that hold JSON. A message's weight of
// 0 takes it out of the loss.
func openaiFormat() Format {
	return Format{
		Name: "openai", PlainOnly: true, For: "OpenAI's fine-tuning service and services that take its files",
		Thoughts: []Thought{ThoughtNone, ThoughtText, ThoughtInline}, Masks: MasksTurn,
		Lost: []Part{PartID, PartResultNames, PartToolExtras, PartExtras, partFlagWithoutTools},
		encode: func(e *Exporter, r *button.Record) (Example, error) {
			w := object{}
			w.name("messages")
			w.out = appendList(w.out, r.Messages, e.appendOpenAIMessage)
			e.appendOpenAITools(&w, r)
			return Example{Line: w.end()}, nil
		},
		decode: func(e *Exporter, example Example) (*button.Record, error) { return e.readOpenAI(example.Line) },
		beside: openaiBeside,
	}
}

// partFlagWithoutTools: the service refuses the switch where there are no tools.
var partFlagWithoutTools = Part{"parallel_tool_calls without tools", "parallel_tool_calls of a record without tools", func(r *button.Record) {
	if len(r.Tools) == 0 {
		r.ParallelToolCalls = false
	}
}}

func (e *Exporter) appendOpenAITools(w *object, r *button.Record) {
	if len(r.Tools) == 0 {
		return
	}
	w.name("tools")
	w.out = appendList(w.out, r.Tools, appendTool)
	w.boolean("parallel_tool_calls", r.ParallelToolCalls)
}

func appendTool(out []byte, tool *button.Tool) []byte { return tool.AppendJSON(out) }

func (e *Exporter) appendOpenAIMessage(out []byte, m *button.Message) []byte {
	w := object{out: out}
	w.text("role", m.Role)
	if m.Role == button.RoleTool {
		w.text("tool_call_id", m.ToolCallID)
	}
	w.text("content", e.inline(m))
	if len(m.ToolCalls) > 0 {
		w.name("tool_calls")
		w.out = appendList(w.out, m.ToolCalls, appendStringCall)
	}
	if m.Train != nil && !*m.Train {
		w.raw("weight", []byte("0"))
	}
	return w.end()
}

// appendStringCall writes a call whose arguments are a string.
func appendStringCall(out []byte, call *button.Call) []byte {
	w := object{out: out}
	w.text("id", call.ID)
	w.text("type", "function")
	w.name("function")
	inner := object{out: w.out}
	inner.text("name", call.Name)
	inner.text("arguments", string(arguments(call)))
	w.out = inner.end()
	return w.end()
}

func appendObjectCall(out []byte, call *button.Call) []byte { return call.AppendJSON(out) }

func (e *Exporter) readOpenAI(line []byte) (*button.Record, error) {
	all, err := members(line, "messages", "tools", "parallel_tool_calls")
	if err != nil {
		return nil, err
	}
	r := &button.Record{}
	if r.Messages, err = e.readMessages(all.Get("messages"), openaiDialect); err != nil {
		return nil, err
	}
	return r, e.readOpenAITools(r, all)
}

func (e *Exporter) readOpenAITools(r *button.Record, all button.Members) (err error) {
	if tools := all.Get("tools"); tools != nil {
		if r.Tools, err = e.tools.list(tools); err != nil {
			return fmt.Errorf("tools: %w", err)
		}
		return json.Unmarshal(all.Get("parallel_tool_calls"), &r.ParallelToolCalls)
	}
	return nil
}

// dialect says how messages in OpenAI's manner differ between formats.
type dialect struct {
	stringArguments bool
	names           bool // results carry their function's name
	reasoning       bool // thoughts may stand in reasoning_content
	weight, train   bool // how masks are said
}

var (
	openaiDialect  = dialect{stringArguments: true, weight: true}
	trlDialect     = dialect{names: true, reasoning: true}
	axolotlDialect = dialect{stringArguments: true, names: true, reasoning: true, train: true}
)

// appendMessage writes a message in a dialect other than OpenAI's own.
func (e *Exporter) appendMessage(d dialect) func(out []byte, m *button.Message) []byte {
	return func(out []byte, m *button.Message) []byte {
		w := object{out: out}
		w.text("role", m.Role)
		if m.Role == button.RoleTool {
			w.text("tool_call_id", m.ToolCallID)
			if m.Name != "" {
				w.text("name", m.Name)
			}
		}
		w.text("content", e.inline(m))
		if e.Options.Thought == ThoughtField && m.Reasoning != "" {
			w.text("reasoning_content", m.Reasoning)
		}
		if len(m.ToolCalls) > 0 {
			w.name("tool_calls")
			if d.stringArguments {
				w.out = appendList(w.out, m.ToolCalls, appendStringCall)
			} else {
				w.out = appendList(w.out, m.ToolCalls, appendObjectCall)
			}
		}
		if d.train && m.Role == button.RoleAssistant {
			w.boolean("train", *m.Train)
		}
		return w.end()
	}
}

func (e *Exporter) readMessages(raw []byte, d dialect) ([]button.Message, error) {
	list, err := elements(raw)
	if err != nil {
		return nil, fmt.Errorf("messages: %w", err)
	}
	var out []button.Message
	for i, element := range list {
		message, err := e.readMessage(element, d)
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", i, err)
		}
		out = append(out, message)
	}
	return out, nil
}

func (e *Exporter) readMessage(raw []byte, d dialect) (m button.Message, err error) {
	names := []string{"role", "content", "tool_calls", "tool_call_id"}
	for name, has := range map[string]bool{"name": d.names, "reasoning_content": d.reasoning, "weight": d.weight, "train": d.train} {
		if has {
			names = append(names, name)
		}
	}
	all, err := members(raw, names...)
	if err != nil {
		return m, err
	}
	if err := texts(all, map[string]*string{"role": &m.Role, "content": &m.Content}); err != nil {
		return m, err
	}
	for name, into := range map[string]*string{"tool_call_id": &m.ToolCallID, "name": &m.Name, "reasoning_content": &m.Reasoning} {
		if value := all.Get(name); value != nil {
			if *into, err = text(value); err != nil {
				return m, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	if m.Role == button.RoleAssistant {
		train := string(all.Get("weight")) != "0" && string(all.Get("train")) != "false"
		m.Train = &train
		if e.Options.Thought == ThoughtInline {
			m.Reasoning, m.Content = e.outline(m.Content)
		}
	}
	if calls := all.Get("tool_calls"); calls != nil {
		m.ToolCalls, err = readCalls(calls, d.stringArguments)
	}
	return m, err
}

func readCalls(raw []byte, stringArguments bool) ([]button.Call, error) {
	list, err := elements(raw)
	if err != nil {
		return nil, err
	}
	var calls []button.Call
	for _, element := range list {
		all, err := members(element, "id", "type", "function")
		if err != nil {
			return nil, err
		}
		function, err := members(all.Get("function"), "name", "arguments")
		if err != nil {
			return nil, err
		}
		call := button.Call{Arguments: function.Get("arguments")}
		if err := texts(all, map[string]*string{"id": &call.ID}); err != nil {
			return nil, err
		}
		if err := texts(function, map[string]*string{"name": &call.Name}); err != nil {
			return nil, err
		}
		if stringArguments {
			inner, err := text(call.Arguments)
			if err != nil {
				return nil, fmt.Errorf("arguments: %w", err)
			}
			call.Arguments = json.RawMessage(inner)
		}
		if _, err := button.ParseMembers(call.Arguments); err != nil {
			return nil, fmt.Errorf("arguments of %s: %w", call.Name, err)
		}
		calls = append(calls, call)
	}
	return calls, nil
}
