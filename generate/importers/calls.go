package importers

import (
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// unreadArguments is the member of a call that holds arguments which cannot be read.
const unreadArguments = "unreadable_arguments"

// calls reads a list of calls, or one, of the message to come. What is no call is
// returned.
func (d *draft) calls(value json.RawMessage) (calls []button.Call, unread button.Members) {
	list, isList := listOf(value)
	if !isList {
		list = []json.RawMessage{value}
	}
	for _, one := range list {
		call, ok := d.call(one)
		if !ok {
			d.fault(FaultUnreadableCall, d.next(), string(one), "this is no call: want an object with a name, or with a function that has one")
			unread = append(unread, button.Member{Name: "unreadable_calls", Value: one})
			continue
		}
		calls = append(calls, call)
	}
	return calls, unread
}

// call reads one call, in OpenAI's wrapping or bare.
func (d *draft) call(value json.RawMessage) (button.Call, bool) {
	members, err := button.ParseMembers(value)
	if err != nil {
		return button.Call{}, false
	}
	var call button.Call
	wrapped := false
	if function := members.Get("function"); len(function) > 0 && function[0] == '{' {
		wrapped = true
		for _, member := range members {
			text, isText := textOf(member.Value)
			switch {
			case member.Name == "function", member.Name == "type" && text == "function":
			case member.Name == "id" && isText:
				call.ID = text
			default:
				call.Extra = append(call.Extra, member)
			}
		}
		if members, err = button.ParseMembers(function); err != nil {
			return call, false
		}
	}
	var arguments json.RawMessage
	for _, member := range members {
		text, isText := textOf(member.Value)
		switch {
		case member.Name == "name" && isText:
			call.Name = text
		case member.Name == "arguments", member.Name == "parameters" && members.Get("arguments") == nil:
			arguments = member.Value
		case member.Name == "id" && isText && !wrapped:
			call.ID = text
		case member.Name == "type" && text == "function" && !wrapped:
		default:
			call.FunctionExtra = append(call.FunctionExtra, member)
		}
	}
	if call.Name == "" {
		return call, false
	}
	d.arguments(&call, arguments)
	return call, true
}

// arguments gives a call its arguments: an object, or a text that holds one. Others
// are mended if that can be, and else kept beside.
func (d *draft) arguments(call *button.Call, value json.RawMessage) {
	text := string(value)
	if inner, isText := textOf(value); isText {
		text = inner
	}
	if members, err := button.ParseMembers([]byte(text)); err == nil {
		call.Arguments = members.AppendJSON(nil)
		return
	}
	call.Arguments = json.RawMessage("{}")
	if strings.TrimSpace(text) == "" {
		d.fault(FaultRepairedCall, d.next(), call.Name, "the call has no arguments, not even {}")
		return
	}
	if loose, repairs, ok := readLoose(text); ok {
		if inner, isText := textOf(loose); isText {
			if members, err := button.ParseMembers([]byte(inner)); err == nil {
				loose, repairs = members.AppendJSON(nil), append(repairs, "arguments encoded twice")
			}
		}
		if loose[0] == '{' {
			if len(repairs) == 0 {
				repairs = []string{"written as Python prints them"}
			}
			call.Arguments = loose
			d.fault(FaultRepairedCall, d.next(), text, "the arguments of %s were mended: %s", call.Name, strings.Join(repairs, ", "))
			return
		}
	}
	d.fault(FaultUnreadableCall, d.next(), text, "the arguments of %s cannot be read as an object", call.Name)
	call.FunctionExtra = append(call.FunctionExtra, button.Member{Name: unreadArguments, Value: button.AppendString(nil, text)})
}

// callText reads a text that is one call or a list of them, as JSON. False if there
// is none in it; the fault is noted.
func (d *draft) callText(text string) ([]button.Call, bool) {
	trimmed := strings.TrimSpace(text)
	if json.Valid([]byte(trimmed)) && trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		calls, unread := d.calls(json.RawMessage(trimmed))
		if len(unread) == 0 {
			return calls, len(calls) > 0
		}
		return nil, false
	}
	result := toolcall.Parse("<call>"+text+"</call>", d.names(), "button")
	if len(result.Calls) == 0 {
		d.fault(FaultUnreadableCall, d.next(), text, "no call can be read here")
		return nil, false
	}
	return d.read(result)
}

// names are the tools without their schemas: by these calls would be mended to fit,
// and a fault would be gone.
func (d *draft) names() []button.Tool {
	names := make([]button.Tool, len(d.record.Tools))
	for i := range names {
		names[i].Name = d.record.Tools[i].Name
	}
	return names
}

// read takes the calls out of what a dialect made of a text. False if there is none;
// a text that tried to call is a fault.
func (d *draft) read(result toolcall.Result) ([]button.Call, bool) {
	for i := range result.Calls {
		if repairs := result.Calls[i].Repairs; len(repairs) > 0 {
			d.fault(FaultRepairedCall, d.next(), string(result.Calls[i].Arguments), "the call of %s was mended: %s", result.Calls[i].Name, strings.Join(repairs, ", "))
		}
	}
	if result.Outcome == toolcall.Malformed || result.Detail != "" {
		d.fault(FaultUnreadableCall, d.next(), result.Content, "%s", result.Detail)
	}
	calls := make([]button.Call, len(result.Calls))
	for i, call := range result.Calls {
		calls[i] = button.Call{ID: call.ID, Name: call.Name, Arguments: call.Arguments}
	}
	return calls, len(calls) > 0
}

// say adds an assistant's text in which a dialect writes calls.
func (d *draft) say(text, dialect string, extra button.Members) {
	result := toolcall.Parse(text, d.names(), dialect)
	calls, found := d.read(result)
	message := button.Message{Role: button.RoleAssistant, Content: text, Extra: extra}
	if found {
		message.Content, message.Reasoning, message.ToolCalls = result.Content, result.Reasoning, calls
	} else if result.Outcome == toolcall.NotACall && result.Dialect != "" {
		message.Content, message.Reasoning = result.Content, result.Reasoning // an answer between marks
	}
	d.add(message)
}
