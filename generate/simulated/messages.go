package simulated

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// messagesOf writes turns as messages. id gives the call ids, by the turn's
// position and the call's position in it.
func messagesOf(turns []Turn, id func(turn, call int) string) []button.Message {
	var messages []button.Message
	for at, turn := range turns {
		switch turn.From {
		case button.RoleUser:
			messages = append(messages, button.Message{Role: button.RoleUser, Content: turn.Text})
		case button.RoleAssistant:
			message := button.Message{Role: button.RoleAssistant, Content: turn.Text, Reasoning: turn.Thought}
			for i, call := range turn.Calls {
				message.ToolCalls = append(message.ToolCalls, button.Call{ID: id(at, i), Name: call.Name, Arguments: call.Arguments})
			}
			messages = append(messages, message)
		case button.RoleTool:
			for i, result := range turn.Results {
				messages = append(messages, button.Message{
					Role: button.RoleTool, ToolCallID: id(at-1, i), Name: turns[at-1].Calls[i].Name, Content: string(resultJSON(result)),
				})
			}
		}
	}
	return messages
}

// positionalID is a call id made of positions.
func positionalID(turn, call int) string { return fmt.Sprintf("t%03dc%04d", turn, call) }

// toolsOf lists the functions by name, with the schema of their results, where they
// declare one, as the member "responses", as the released data has it, and their
// errors.
func toolsOf(box *Toolbox) []button.Tool {
	var tools []button.Tool
	for _, list := range [][]Function{box.Functions, box.Distractors} {
		for _, function := range list {
			tool := function.Tool
			tool.FunctionExtra = slices.Clone(tool.FunctionExtra)
			add := func(name string, value json.RawMessage) {
				if tool.FunctionExtra.Get(name) == nil {
					tool.FunctionExtra = append(tool.FunctionExtra, button.Member{Name: name, Value: compacted(value)})
				}
			}
			if function.Returns != nil {
				add(MemberResponses, function.Returns)
			}
			if errors, err := json.Marshal(function.Errors); err == nil && len(function.Errors) > 0 {
				add(MemberErrors, errors)
			}
			tools = append(tools, tool)
		}
	}
	slices.SortFunc(tools, func(a, b button.Tool) int { return strings.Compare(a.Name, b.Name) })
	return tools
}

// The members of a tool's function beside the usual ones.
const (
	MemberResponses = "responses" // the schema of its results (paper section 3)
	MemberErrors    = "errors"    // a list of FunctionError
)
