package button

import (
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
// roles in a possible order, unique well-formed call ids, one tool message for
// each call directly behind the calling turn, calls only of listed tools, no
// parallel calls where they are switched off, and a last message that answers.
func (r *Record) Validate() []Problem {
	var problems []Problem
	report := func(message int, rule, format string, values ...any) {
		problems = append(problems, Problem{message, rule, fmt.Sprintf(format, values...)})
	}
	names := map[string]bool{}
	for i, tool := range r.Tools {
		switch {
		case tool.Name == "":
			report(-1, "tool_name", "tool %d has no name", i)
		case names[tool.Name]:
			report(-1, "tool_name", "tool %q is listed twice", tool.Name)
		}
		names[tool.Name] = true
	}
	if len(r.Messages) == 0 {
		report(-1, "messages", "the record has no messages")
		return problems
	}
	seen := map[string]bool{}
	var open []Call // calls of the last assistant turn that still wait for a result
	previous := ""
	for i, message := range r.Messages {
		if len(open) > 0 && message.Role != RoleTool {
			report(i, "unanswered_call", "call %s of %q has no result", open[0].ID, open[0].Name)
			open = nil
		}
		switch message.Role {
		case RoleSystem:
			if i != 0 {
				report(i, "role_order", "a system message may only come first")
			}
		case RoleUser:
			if previous == RoleUser {
				report(i, "role_order", "two user messages in a row")
			}
		case RoleAssistant:
			if previous != RoleUser && previous != RoleTool {
				report(i, "role_order", "an assistant message must follow a user or a tool message")
			}
			if len(message.ToolCalls) > 1 && !r.ParallelToolCalls {
				report(i, "parallel", "%d calls in one turn, but parallel_tool_calls is false", len(message.ToolCalls))
			}
			for _, call := range message.ToolCalls {
				if !ValidCallID(call.ID) {
					report(i, "call_id", "call id %q is not nine letters or digits", call.ID)
				}
				if seen[call.ID] {
					report(i, "call_id", "call id %q stands twice", call.ID)
				}
				seen[call.ID] = true
				if !names[call.Name] {
					report(i, "unknown_function", "%q is not in the tool list", call.Name)
				}
			}
			open = message.ToolCalls
			if len(message.ToolCalls) == 0 && message.Content == "" {
				report(i, "empty", "an assistant message without calls and without content")
			}
		case RoleTool:
			switch {
			case len(open) == 0:
				report(i, "stray_result", "a tool message without a call before it")
			case open[0].ID != message.ToolCallID:
				report(i, "result_order", "want the result of call %s, have %q", open[0].ID, message.ToolCallID)
			case message.Name != "" && message.Name != open[0].Name:
				report(i, "result_name", "call %s is of %q, the result says %q", open[0].ID, open[0].Name, message.Name)
			}
			if len(open) > 0 {
				open = open[1:]
			}
		default:
			report(i, "role", "unknown role %q", message.Role)
		}
		if message.Role != RoleAssistant && len(message.ToolCalls) > 0 {
			report(i, "role", "a %s message with tool calls", message.Role)
		}
		if message.Role != RoleTool && message.ToolCallID != "" {
			report(i, "role", "a %s message with a tool_call_id", message.Role)
		}
		previous = message.Role
	}
	last := r.Messages[len(r.Messages)-1]
	if last.Role != RoleAssistant || len(last.ToolCalls) > 0 {
		report(len(r.Messages)-1, "ending", "the last message must be an assistant's answer")
	}
	return problems
}
