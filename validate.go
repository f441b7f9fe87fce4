package button

import (
	"encoding/json"
	"fmt"
)

// Problem is one breach of the record's structure.
type Problem struct {
	Message int // index into messages, -1 for the record itself
	Rule    string
	Text    string
}

func (p Problem) Error() string {
	if p.Message < 0 {
		return fmt.Sprintf("%s: %s", p.Rule, p.Text)
	}
	return fmt.Sprintf("message %d: %s: %s", p.Message, p.Rule, p.Text)
}

// Validate checks the structure that every record shares, whatever its mode:
// roles in a possible order, unique well-formed call ids, arguments and
// parameters that are objects, one tool message for each call directly behind the
// calling turn and in the calls' order, calls only of listed tools, no parallel
// calls where they are switched off, and an answer at the end of every turn.
func (r *Record) Validate() []Problem {
	v := validation{record: r, tools: map[string]bool{}, ids: map[string]bool{}}
	v.checkTools()
	if len(r.Messages) == 0 {
		v.report(-1, "messages", "the record has no messages")
		return v.problems
	}
	for i := range r.Messages {
		v.checkMessage(i, &r.Messages[i])
		v.previous = r.Messages[i].Role
	}
	v.checkEnd(len(r.Messages)-1, &r.Messages[len(r.Messages)-1])
	return v.problems
}

// validation is the state of one pass over a record.
type validation struct {
	record   *Record
	tools    map[string]bool // names on the list
	ids      map[string]bool // call ids so far
	open     []Call          // calls of the last assistant turn that still wait for a result
	previous string          // role of the message before
	problems []Problem
}

func (v *validation) report(message int, rule, format string, values ...any) {
	v.problems = append(v.problems, Problem{message, rule, fmt.Sprintf(format, values...)})
}

func (v *validation) checkTools() {
	for i, tool := range v.record.Tools {
		switch {
		case tool.Name == "":
			v.report(-1, "tool_name", "tool %d has no name", i)
		case v.tools[tool.Name]:
			v.report(-1, "tool_name", "tool %q is listed twice", tool.Name)
		}
		v.tools[tool.Name] = true
		if tool.Parameters != nil && !isObject(tool.Parameters) {
			v.report(-1, "parameters", "the parameters of tool %q are not a JSON object", tool.Name)
		}
	}
}

func (v *validation) checkMessage(i int, message *Message) {
	if message.Role != RoleTool {
		v.checkAnswered(i)
	}
	switch message.Role {
	case RoleSystem:
		if i != 0 {
			v.report(i, "role_order", "a system message may only come first")
		}
	case RoleUser:
		switch v.previous {
		case RoleUser:
			v.report(i, "role_order", "two user messages in a row")
		case RoleTool:
			v.report(i, "role_order", "a user message behind a result: the turn before has no answer")
		}
	case RoleAssistant:
		v.checkAssistant(i, message)
	case RoleTool:
		v.checkResult(i, message)
	default:
		v.report(i, "role", "unknown role %q", message.Role)
	}
	if message.Role != RoleAssistant && len(message.ToolCalls) > 0 {
		v.report(i, "role", "a %s message with tool calls", message.Role)
	}
	if message.Role != RoleTool && message.ToolCallID != "" {
		v.report(i, "role", "a %s message with a tool_call_id", message.Role)
	}
}

// checkAnswered reports a call that still waits where its result can no longer come.
func (v *validation) checkAnswered(i int) {
	if len(v.open) > 0 {
		v.report(i, "unanswered_call", "call %s of %q has no result", v.open[0].ID, v.open[0].Name)
		v.open = nil
	}
}

func (v *validation) checkAssistant(i int, message *Message) {
	if v.previous != RoleUser && v.previous != RoleTool {
		v.report(i, "role_order", "an assistant message must follow a user or a tool message")
	}
	if len(message.ToolCalls) == 0 && message.Content == "" {
		v.report(i, "empty", "an assistant message without calls and without content")
	}
	if len(message.ToolCalls) > 1 && !v.record.ParallelToolCalls {
		v.report(i, "parallel", "%d calls in one turn, but parallel_tool_calls is false", len(message.ToolCalls))
	}
	for _, call := range message.ToolCalls {
		if !ValidCallID(call.ID) {
			v.report(i, "call_id", "call id %q is not nine letters or digits", call.ID)
		}
		if v.ids[call.ID] {
			v.report(i, "call_id", "call id %q stands twice", call.ID)
		}
		v.ids[call.ID] = true
		if !v.tools[call.Name] {
			v.report(i, "unknown_function", "%q is not in the tool list", call.Name)
		}
		if call.Arguments != nil && !isObject(call.Arguments) {
			v.report(i, "arguments", "the arguments of call %s are not a JSON object", call.ID)
		}
	}
	v.open = message.ToolCalls
}

func (v *validation) checkResult(i int, message *Message) {
	if len(v.open) == 0 {
		v.report(i, "stray_result", "a tool message without a call before it")
		return
	}
	call := v.open[0]
	switch {
	case call.ID != message.ToolCallID:
		v.report(i, "result_order", "want the result of call %s, have %q", call.ID, message.ToolCallID)
	case message.Name != "" && message.Name != call.Name:
		v.report(i, "result_name", "call %s is of %q, the result says %q", call.ID, call.Name, message.Name)
	}
	v.open = v.open[1:]
}

func (v *validation) checkEnd(i int, last *Message) {
	v.checkAnswered(i)
	if last.Role != RoleAssistant || len(last.ToolCalls) > 0 {
		v.report(i, "ending", "the last message must be an assistant's answer")
	}
}

func isObject(value json.RawMessage) bool {
	return len(value) > 1 && value[0] == '{' && json.Valid(value)
}
