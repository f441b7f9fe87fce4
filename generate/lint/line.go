package lint

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// form is what a JSON value is.
type form string

const (
	absent    form = "absent"
	isNull    form = "null"
	isString  form = "a string"
	isObject  form = "an object"
	isList    form = "a list"
	isNumber  form = "a number"
	isBoolean form = "a boolean"
)

func formOf(raw json.RawMessage) form {
	if len(raw) == 0 {
		return absent
	}
	switch raw[0] {
	case 'n':
		return isNull
	case '"':
		return isString
	case '{':
		return isObject
	case '[':
		return isList
	case 't', 'f':
		return isBoolean
	}
	return isNumber
}

// line is one line, whatever its shape, as the rules look at it.
type line struct {
	shape    Shape
	id       string
	messages []message
	toolsRaw json.RawMessage
	tools    []tool
	toolsErr string // why the tools cannot be read
	text     string // of rendered text
	inText   bool   // the tools stand in the system prompt
	members  button.Members
}

// message is one turn.
type message struct {
	index   int // in the line's own list
	role    string
	content string
	form    form // of the content
	thought string
	calls   []call
	badCall string // why calls that should be there cannot be read
	answers string // the call that a result answers
	name    string
	trained bool
	results int // results that one message holds; 0 for one
	// marked says that the content holds calls or results between marks, so that marks
	// of the format in it are no accident; rest is the content without them.
	marked bool
	rest   string
	// functionRole says that the calls came under a role of their own.
	functionRole bool
}

func (m *message) result() bool { return m.role == button.RoleTool }

// call is one call.
type call struct {
	id, name  string
	arguments json.RawMessage // an object where they could be read
	form      form            // as the line has them
}

// tool is one function.
type tool struct {
	name, description string
	parameters        json.RawMessage
	raw               json.RawMessage // the function itself
}

// readLine recognises a line's shape and reads it.
func readLine(data []byte) (*line, error) {
	all, err := button.ParseMembers(data)
	if err != nil {
		return nil, err
	}
	l := &line{members: all}
	_ = json.Unmarshal(all.Get("id"), &l.id)
	l.toolsRaw = all.Get("tools")
	switch {
	case all.Get("input") != nil && all.Get("preferred_output") != nil:
		return l, l.readPreference(all)
	case all.Get("conversations") != nil:
		return l, l.readShareGPT(all)
	case all.Get("query") != nil && all.Get("answers") != nil:
		return l, l.readXLAM(all)
	case all.Get("text") != nil && all.Get("messages") == nil:
		l.shape = Text
		return l, json.Unmarshal(all.Get("text"), &l.text)
	case all.Get("messages") != nil || all.Get("prompt") != nil:
		return l, l.readChat(all)
	}
	var names []string
	for _, m := range all {
		names = append(names, m.Name)
	}
	return nil, fmt.Errorf("no known shape: members %s", strings.Join(names, ", "))
}

// readChat reads messages with roles: canonical, OpenAI's, ms-swift's or with calls
// in their text.
func (l *line) readChat(all button.Members) error {
	raw, err := elements(all.Get("messages"))
	if all.Get("messages") == nil {
		var more []json.RawMessage
		if raw, err = elements(all.Get("prompt")); err == nil {
			more, err = elements(all.Get("completion"))
			raw = append(raw, more...)
		}
	}
	if err != nil {
		return fmt.Errorf("messages: %w", err)
	}
	l.shape = Chat
	if formOf(all.Get("parallel_tool_calls")) == isBoolean && l.id != "" && formOf(l.toolsRaw) == isList {
		l.shape = Canonical
	}
	l.readTools(l.toolsRaw)
	for i, data := range raw {
		if err := l.readMessage(i, data); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	if l.shape == Chat && l.toolsRaw == nil && l.marksInText() {
		l.shape = Marked
	}
	return nil
}

func elements(raw json.RawMessage) ([]json.RawMessage, error) {
	if formOf(raw) != isList {
		return nil, fmt.Errorf("want a list, have %s", formOf(raw))
	}
	var out []json.RawMessage
	err := json.Unmarshal(raw, &out)
	return out, err
}

// readMessage reads a message of the chat shapes. ms-swift's own roles become calls
// and results.
func (l *line) readMessage(i int, data json.RawMessage) error {
	all, err := button.ParseMembers(data)
	if err != nil {
		return err
	}
	m := message{index: i, trained: true, form: formOf(all.Get("content"))}
	if m.form == isString {
		_ = json.Unmarshal(all.Get("content"), &m.content)
	}
	for name, into := range map[string]*string{"role": &m.role, "tool_call_id": &m.answers, "name": &m.name} {
		_ = json.Unmarshal(all.Get(name), into)
	}
	for _, name := range []string{"reasoning_content", "reasoning", "thinking"} {
		if m.thought == "" {
			_ = json.Unmarshal(all.Get(name), &m.thought)
		}
	}
	if train := all.Get("train"); string(train) == "false" || string(all.Get("weight")) == "0" || string(all.Get("loss")) == "false" {
		m.trained = false
	}
	switch m.role {
	case "tool_call":
		l.shape = Swift
		l.swiftCall(m)
		return nil
	case "tool_response":
		l.shape = Swift
		m.role = button.RoleTool
	case "function": // LLaMA-Factory's role for calls; OpenAI's old one for results
		before := m
		if m.readFunctionCall(); m.badCall != "" {
			m = before
		} else {
			m.role, m.functionRole = button.RoleAssistant, true
			l.messages = append(l.messages, m)
			return nil
		}
	}
	if calls := all.Get("tool_calls"); formOf(calls) != absent && formOf(calls) != isNull {
		m.readCalls(calls)
	}
	if old := all.Get("function_call"); formOf(old) == isObject {
		m.badCall = "function_call is the deprecated form of tool_calls"
	}
	m.rest = m.content
	l.messages = append(l.messages, m)
	return nil
}

// swiftCall joins a call to the assistant's turn that it belongs to: the text before
// it, or the call before it.
func (l *line) swiftCall(m message) {
	one, err := readPlainCall(json.RawMessage(m.content))
	last := len(l.messages) - 1
	if last < 0 || l.messages[last].role != button.RoleAssistant {
		m.role = button.RoleAssistant
		m.content, m.form = "", isString
		l.messages = append(l.messages, m)
		last++
	}
	at := &l.messages[last]
	if err != nil {
		at.badCall = err.Error()
		return
	}
	at.calls = append(at.calls, one)
}

// readPlainCall reads {"name", "arguments"}.
func readPlainCall(raw json.RawMessage) (call, error) {
	var plain struct {
		Name      string          `json:"name"`
		Arguments json.RawMessage `json:"arguments"`
	}
	if err := json.Unmarshal(raw, &plain); err != nil || plain.Name == "" {
		return call{}, fmt.Errorf("want a JSON object with name and arguments, have %.60s", raw)
	}
	return newCall("", plain.Name, plain.Arguments), nil
}

// newCall notes the form of arguments and reads them, also out of a string.
func newCall(id, name string, arguments json.RawMessage) call {
	c := call{id: id, name: name, form: formOf(arguments)}
	switch c.form {
	case isObject:
		c.arguments = arguments
	case isString:
		var inner string
		if json.Unmarshal(arguments, &inner) == nil && formOf(json.RawMessage(strings.TrimSpace(inner))) == isObject && json.Valid([]byte(inner)) {
			c.arguments = json.RawMessage(strings.TrimSpace(inner))
		}
	}
	return c
}

func (m *message) readCalls(raw json.RawMessage) {
	list, err := elements(raw)
	if err != nil {
		m.badCall = "tool_calls: " + err.Error()
		return
	}
	for i, element := range list {
		var one struct {
			ID       string          `json:"id"`
			Function json.RawMessage `json:"function"`
		}
		var function struct {
			Name      string          `json:"name"`
			Arguments json.RawMessage `json:"arguments"`
		}
		if json.Unmarshal(element, &one) != nil || json.Unmarshal(one.Function, &function) != nil || function.Name == "" {
			m.badCall = fmt.Sprintf("tool_calls[%d] is no call with function.name: %.60s", i, element)
			return
		}
		m.calls = append(m.calls, newCall(one.ID, function.Name, function.Arguments))
	}
}

// readTools reads a list of tools, wrapped or plain, or a string that holds one.
func (l *line) readTools(raw json.RawMessage) {
	if formOf(raw) == isString {
		var inner string
		_ = json.Unmarshal(raw, &inner)
		if strings.TrimSpace(inner) == "" {
			return // the rule on tools looks at the raw value
		}
		raw = json.RawMessage(inner)
	}
	if formOf(raw) == absent || formOf(raw) == isNull {
		return
	}
	var list []json.RawMessage
	if err := json.Unmarshal(raw, &list); err != nil {
		l.toolsErr = fmt.Sprintf("the tools are no JSON list: %.60s", raw)
		return
	}
	for i, element := range list {
		if formOf(bytes.TrimSpace(element)) == isString { // a list of strings that hold JSON
			var inner string
			_ = json.Unmarshal(element, &inner)
			element = json.RawMessage(inner)
		}
		var wrapped struct {
			Function json.RawMessage `json:"function"`
		}
		if json.Unmarshal(element, &wrapped) == nil && formOf(wrapped.Function) == isObject {
			element = wrapped.Function
		}
		var one struct {
			Name        string          `json:"name"`
			Description string          `json:"description"`
			Parameters  json.RawMessage `json:"parameters"`
		}
		if err := json.Unmarshal(element, &one); err != nil {
			l.toolsErr = fmt.Sprintf("tool %d is no function: %.60s", i, element)
			return
		}
		l.tools = append(l.tools, tool{one.Name, one.Description, one.Parameters, element})
	}
}

// record is the line as a record, as far as a record can hold it.
func (l *line) record() *button.Record {
	r := &button.Record{ID: l.id, ParallelToolCalls: true}
	for _, t := range l.tools {
		if l.inText {
			break
		}
		r.Tools = append(r.Tools, button.Tool{Name: t.name, Description: t.description, Parameters: t.parameters})
	}
	for _, m := range l.messages {
		out := button.Message{Role: m.role, Content: m.content, Reasoning: m.thought, ToolCallID: m.answers, Name: m.name}
		for _, c := range m.calls {
			if !m.marked {
				out.ToolCalls = append(out.ToolCalls, button.Call{ID: c.id, Name: c.name, Arguments: c.arguments})
			}
		}
		r.Messages = append(r.Messages, out)
	}
	if l.shape == Text {
		r.Messages = append(r.Messages, button.Message{Role: button.RoleUser, Content: l.text})
	}
	return r
}
