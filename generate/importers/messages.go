package importers

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// readMessages reads the form of OpenAI and of the trainers that follow it:
// "messages" with roles, "tools" as a list or as text, arguments as objects or as
// texts; further TRL's "prompt" with "completion", OpenAI's preferences ("input",
// "preferred_output"), the former "functions" with "function_call", and ms-swift's
// turns of role "tool_call" and "tool_response".
func readMessages(d *draft, members button.Members) error {
	if input := members.Get("input"); members.Get("preferred_output") != nil && len(input) > 0 {
		inner, err := button.ParseMembers(input)
		if err != nil {
			return fmt.Errorf("input: %w", err)
		}
		members = append(inner, without(members, "input")...)
	}
	var messages []json.RawMessage
	for _, name := range []string{"messages", "prompt", "completion", "preferred_output"} {
		value := members.Get(name)
		if value == nil {
			continue
		}
		list, ok := listOf(value)
		if !ok {
			return fmt.Errorf("%s: want a list of messages, have %.40s", name, value)
		}
		messages = append(messages, list...)
	}
	if messages == nil {
		return fmt.Errorf("it has no messages: its members are %s", namesOf(members))
	}
	for _, member := range members {
		switch {
		case member.Name == "tools", member.Name == "functions":
			d.tools(member.Value)
		case member.Name == "messages", member.Name == "prompt", member.Name == "completion", member.Name == "preferred_output":
		case member.Name == "parallel_tool_calls" && (string(member.Value) == "true" || string(member.Value) == "false"):
			d.record.ParallelToolCalls = string(member.Value) == "true"
		default:
			d.rest(member)
		}
	}
	for i, value := range messages {
		inner, err := button.ParseMembers(value)
		if err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
		d.message(inner)
	}
	return nil
}

// rest takes a member that every format may have: an id that serves as the record's
// own, or one that is kept.
func (d *draft) rest(member button.Member) {
	if text, isText := textOf(member.Value); member.Name == "id" && isText && usableID(text) {
		d.record.ID = text
		return
	}
	d.keep(member)
}

// usableID reports whether an id can be the record's: letters, digits and
// underscores.
func usableID(id string) bool {
	for i := range len(id) {
		c := id[i]
		if !('0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || c == '_') {
			return false
		}
	}
	return id != "" && len(id) <= 64
}

func namesOf(members button.Members) string {
	names := make([]string, 0, len(members))
	for _, member := range members {
		names = append(names, fmt.Sprintf("%.30q", member.Name))
		if len(names) == 12 {
			names = append(names, "...")
			break
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// message adds one message.
func (d *draft) message(members button.Members) {
	var m button.Message
	var calls []button.Call
	for _, member := range members {
		text, isText := textOf(member.Value)
		switch {
		case member.Name == "role" && isText:
			m.Role = roleOf(text)
		case member.Name == "content":
			d.content(&m, member.Value)
		case isText && (member.Name == "reasoning_content" || (member.Name == "thinking" || member.Name == "reasoning") && m.Reasoning == ""):
			m.Reasoning = text
		case member.Name == "tool_call_id" && isText:
			m.ToolCallID = text
		case member.Name == "name" && isText:
			m.Name = text
		case member.Name == "tool_calls" && string(member.Value) != "null", member.Name == "function_call" && string(member.Value) != "null":
			more, unread := d.calls(member.Value)
			calls, m.Extra = append(calls, more...), append(m.Extra, unread...)
		case member.Name == "tool_calls", member.Name == "function_call": // null
		case member.Name == "train" || member.Name == "weight":
			d.train(&m, member)
		default:
			m.Extra = append(m.Extra, member)
		}
	}
	if m.Role == button.RoleTool && m.Name == "" && m.ToolCallID == "" && d.unanswered() == 0 && isCall(m.Content) {
		m.Role = roleCall // LLaMA-Factory's messages have calls in turns of "function"
	}
	switch m.Role {
	case button.RoleTool:
		d.result(m.ToolCallID, m.Name, m.Content, m.Extra)
	case roleCall:
		d.callTurn(m)
	default:
		if m.Role == "" {
			d.fault(FaultRole, d.next(), "", "the message has no role")
		}
		m.ToolCalls = calls
		d.add(m)
	}
}

// roleCall is the role of a turn that is nothing but a call, where there is such.
const roleCall = "tool_call"

// roleOf is the role behind a foreign name for it; other names stay.
func roleOf(name string) string {
	switch strings.ToLower(name) {
	case "system", "systems", "developer":
		return button.RoleSystem
	case "user", "human":
		return button.RoleUser
	case "assistant", "gpt", "model", "chatgpt":
		return button.RoleAssistant
	case "tool", "observation", "function", "tool_response", "function_response", "function response", "ipython":
		return button.RoleTool
	case "function_call", "tool_call":
		return roleCall
	}
	return name
}

// isCall reports whether a text is a call as JSON, or a list of them.
func isCall(content string) bool {
	_, text := splitThought(content)
	value := json.RawMessage(strings.TrimSpace(text))
	list, isList := listOf(value)
	if !isList {
		list = []json.RawMessage{value}
	}
	for _, one := range list {
		members, err := button.ParseMembers(one)
		if err != nil || members.Get("name") == nil || members.Get("arguments") == nil {
			return false
		}
	}
	return len(list) > 0
}

// callTurn adds the calls of a turn that holds nothing else, to the assistant's turn
// before it if there is one. What cannot be read stays as the assistant's words.
func (d *draft) callTurn(m button.Message) {
	thought, text := splitThought(m.Content)
	calls, ok := d.callText(text)
	switch {
	case !ok:
		m.Role = button.RoleAssistant
		d.add(m)
	case d.extends() && thought == "" && len(m.Extra) == 0:
		d.mergeCalls(calls)
	default:
		d.add(button.Message{Role: button.RoleAssistant, Reasoning: thought, ToolCalls: calls, Train: m.Train, Extra: m.Extra})
	}
}

// content reads a text, or the text parts of a list; other parts are kept as they
// are under "content_parts".
func (d *draft) content(m *button.Message, value json.RawMessage) {
	text, isText := textOf(value)
	if isText {
		m.Content = text
		return
	}
	list, isList := listOf(value)
	var texts []string
	whole := isList
	for _, part := range list {
		var one struct {
			Type string          `json:"type"`
			Text json.RawMessage `json:"text"`
		}
		if json.Unmarshal(part, &one) != nil || one.Text == nil {
			whole = false
			continue
		}
		if text, isText := textOf(one.Text); isText {
			texts = append(texts, text)
		} else {
			whole = false
		}
	}
	switch {
	case isList && len(texts) > 0 || whole:
		m.Content = strings.Join(texts, "\n")
	default:
		m.Content = string(value) // an object as the result of a tool, most often
	}
	if !whole {
		if m.Role != button.RoleTool {
			d.fault(FaultContent, d.next(), string(value), "the content is no text")
		}
		if isList {
			m.Extra = append(m.Extra, button.Member{Name: "content_parts", Value: value})
		}
	}
}

// train reads the flags of Axolotl ("train") and OpenAI ("weight").
func (d *draft) train(m *button.Message, member button.Member) {
	var on bool
	switch string(member.Value) {
	case "true", "1", "1.0":
		on = true
	case "false", "0", "0.0":
	case "null":
		return
	default:
		m.Extra = append(m.Extra, member)
		return
	}
	m.Train = &on
}
