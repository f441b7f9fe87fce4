package export

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// The released BUTTON format (paper repository; facts only, the wording of the
// system prompt is our own): messages with role and content alone. The system
// prompt lists the functions between <tool> and </tool>, each with the schema of
// its parameters; an assistant message is a thought followed by <call>[...]</call>,
// or ends in <final>...</final>; a tool message is a JSON list with one element per
// call of the turn before, in the same order, each repeating name and arguments
// and adding results.
const (
	buttonOpening  = "You work with functions. For each request, think first; then either call functions or give the final answer."
	buttonProtocol = `Write your thought as plain text. To call functions, follow it by <call>[{"name": ..., "arguments": {...}}, ...]</call>. When everything is known, finish with <final>the answer</final>.`
	buttonParallel = "Calls that do not depend on one another may stand in one turn."
	buttonSerial   = "Make one call at a time and wait for its result."
)

func encodeButton(record *button.Record) ([]byte, error) {
	var messages []button.Message
	system := ""
	results := map[string]button.Message{}
	for _, message := range record.Messages {
		if message.Role == button.RoleTool {
			results[message.ToolCallID] = message
		}
	}
	for i, message := range record.Messages {
		switch message.Role {
		case button.RoleSystem:
			system = message.Content
		case button.RoleUser:
			messages = append(messages, button.Message{Role: button.RoleUser, Content: message.Content})
		case button.RoleAssistant:
			messages = append(messages, button.Message{Role: button.RoleAssistant, Content: buttonAssistant(message)})
			if len(message.ToolCalls) == 0 {
				continue
			}
			content, err := buttonResults(message.ToolCalls, results)
			if err != nil {
				return nil, fmt.Errorf("message %d: %w", i, err)
			}
			messages = append(messages, button.Message{Role: button.RoleTool, Content: content})
		}
	}
	messages = append([]button.Message{{Role: button.RoleSystem, Content: buttonSystem(system, record)}}, messages...)
	line := []byte(`{"messages":[`)
	for i, message := range messages {
		if i > 0 {
			line = append(line, ',')
		}
		line = message.AppendJSON(line)
	}
	return append(line, "]}"...), nil
}

func buttonSystem(system string, record *button.Record) string {
	var text strings.Builder
	if system != "" {
		text.WriteString(system + "\n\n")
	}
	text.WriteString(buttonOpening + "\n\n<tool>\n[")
	for i, tool := range record.Tools {
		if i > 0 {
			text.WriteString(",\n")
		}
		text.Write(bareFunction(tool))
	}
	text.WriteString("]\n</tool>\n\n" + buttonProtocol + "\n")
	if record.ParallelToolCalls {
		text.WriteString(buttonParallel)
	} else {
		text.WriteString(buttonSerial)
	}
	return text.String()
}

// bareFunction is the function without the wrapper around it.
func bareFunction(tool button.Tool) []byte {
	out := []byte(`{"name":`)
	out = button.AppendString(out, tool.Name)
	out = append(out, `,"description":`...)
	out = button.AppendString(out, tool.Description)
	if tool.Parameters != nil {
		out = append(append(out, `,"parameters":`...), tool.Parameters...)
	}
	for _, member := range tool.FunctionExtra {
		out = append(out, ',')
		out = append(button.AppendString(out, member.Name), ':')
		out = append(out, member.Value...)
	}
	return append(out, '}')
}

func buttonAssistant(message button.Message) string {
	thought := message.Reasoning
	if len(message.ToolCalls) == 0 {
		return joinLines(thought, "<final>"+message.Content+"</final>")
	}
	calls := []byte("<call>[")
	for i, call := range message.ToolCalls {
		if i > 0 {
			calls = append(calls, ", "...)
		}
		calls = append(appendCall(calls, call), '}')
	}
	return joinLines(joinLines(thought, message.Content), string(calls)+"]</call>")
}

// appendCall writes a call without its closing brace.
func appendCall(out []byte, call button.Call) []byte {
	out = append(out, `{"name": `...)
	out = button.AppendString(out, call.Name)
	out = append(out, `, "arguments": `...)
	return append(out, call.Arguments...)
}

// buttonResults lists the results of a turn in the order of its calls: the format
// has no ids, position joins a result to its call.
func buttonResults(calls []button.Call, results map[string]button.Message) (string, error) {
	out := []byte{'['}
	for i, call := range calls {
		result, ok := results[call.ID]
		if !ok {
			return "", fmt.Errorf("call %s of %s has no result", call.ID, call.Name)
		}
		if i > 0 {
			out = append(out, ", "...)
		}
		out = appendCall(out, call)
		out = append(out, `, "results": `...)
		if members, err := button.ParseMembers([]byte(result.Content)); err == nil {
			out = members.AppendJSON(out)
		} else {
			out = button.AppendString(out, result.Content)
		}
		out = append(out, '}')
	}
	return string(append(out, ']')), nil
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}
