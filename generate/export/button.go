package export

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// The released BUTTON format holds messages with a role and a content and nothing
// else (the layout is the paper repository's, the words of the system prompt are
// our own):
//
//   - system: the functions between <tool> and </tool>, each with the schema of its
//     parameters, then the protocol, then whether calls may stand side by side;
//   - assistant: a thought, then <call>[{"name","arguments"}, ...]</call>, or, at the
//     end of a user's turn, <final>...</final>;
//   - tool: a JSON list with one element per call of the turn before. There are no
//     ids: position joins a result to its call, whose name and arguments it repeats.
//
// The marks must stay unambiguous. Inside JSON an end mark is written with an
// escaped <, which reads back as the same string; prose that holds a mark is refused.
const (
	buttonOpening  = "You work with functions. For each request, think first; then either call functions or give the final answer."
	buttonProtocol = `Write your thought as plain text. To call functions, follow it by <call>[{"name": ..., "arguments": {...}}, ...]</call>. When everything is known, finish with <final>the answer</final>.`
	buttonParallel = "Calls that do not depend on one another may stand in one turn."
	buttonSerial   = "Make one call at a time and wait for its result."
)

// encodeButton writes one record. It refuses, by name, what the format has no
// place for and a reader would miss: members of a call, message or tool beyond the
// known ones, and assistant messages that are not to be trained on.
func encodeButton(record *button.Record) ([]byte, error) {
	system, err := buttonSystem(record)
	if err != nil {
		return nil, err
	}
	line := button.Message{Role: button.RoleSystem, Content: system}.AppendJSON([]byte(`{"messages":[`))
	rest := record.Messages
	if len(rest) > 0 && rest[0].Role == button.RoleSystem {
		rest = rest[1:]
	}
	for len(rest) > 0 {
		turn, used, err := buttonTurn(rest)
		if err == nil && used > 2 && !record.ParallelToolCalls {
			err = fmt.Errorf("%d calls in one turn of a record without parallel calls", used-1)
		}
		if err != nil {
			return nil, fmt.Errorf("message %d: %w", len(record.Messages)-len(rest), err)
		}
		for _, message := range turn {
			line = message.AppendJSON(append(line, ','))
		}
		rest = rest[used:]
	}
	return append(line, "]}"...), nil
}

// buttonTurn writes the first message, and with calls also the results that
// follow it; used is how many messages that took.
func buttonTurn(messages []button.Message) (turn []button.Message, used int, err error) {
	message := messages[0]
	if err := noExtra("the message", message.Extra); err != nil {
		return nil, 0, err
	}
	switch message.Role {
	case button.RoleUser:
		return []button.Message{{Role: button.RoleUser, Content: message.Content}}, 1, nil
	case button.RoleAssistant:
	case button.RoleTool:
		return nil, 0, fmt.Errorf("the result of call %s does not follow that call", message.ToolCallID)
	default:
		return nil, 0, fmt.Errorf("a message of role %q has no place here", message.Role)
	}
	content, err := buttonAssistant(message)
	if err != nil {
		return nil, 0, err
	}
	turn = []button.Message{{Role: button.RoleAssistant, Content: content}}
	if len(message.ToolCalls) == 0 {
		return turn, 1, nil
	}
	results, err := buttonResults(message.ToolCalls, messages[1:])
	if err != nil {
		return nil, 0, err
	}
	return append(turn, button.Message{Role: button.RoleTool, Content: results}), 1 + len(message.ToolCalls), nil
}

func buttonSystem(record *button.Record) (string, error) {
	var text strings.Builder
	if len(record.Messages) > 0 && record.Messages[0].Role == button.RoleSystem {
		system := record.Messages[0]
		if err := noExtra("the message", system.Extra); err != nil {
			return "", fmt.Errorf("message 0: %w", err)
		}
		if err := noMarks(system.Content, "<tool>", "</tool>"); err != nil {
			return "", fmt.Errorf("message 0: %w", err)
		}
		if system.Content != "" {
			text.WriteString(system.Content + "\n\n")
		}
	}
	text.WriteString(buttonOpening + "\n\n<tool>\n[")
	for i, tool := range record.Tools {
		if err := noExtra("tool "+tool.Name, tool.Extra); err != nil {
			return "", err
		}
		if i > 0 {
			text.WriteString(",\n")
		}
		text.Write(guarded(bareFunction(tool), "</tool>"))
	}
	text.WriteString("]\n</tool>\n\n" + buttonProtocol + "\n")
	if record.ParallelToolCalls {
		text.WriteString(buttonParallel)
	} else {
		text.WriteString(buttonSerial)
	}
	return text.String(), nil
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

func buttonAssistant(message button.Message) (string, error) {
	if message.Train != nil && !*message.Train {
		return "", fmt.Errorf("it is not to be trained on, which this format cannot say")
	}
	for _, text := range []string{message.Reasoning, message.Content} {
		if err := noMarks(text, "<call>", "</call>", "<final>", "</final>"); err != nil {
			return "", err
		}
	}
	if len(message.ToolCalls) == 0 {
		return joinLines(message.Reasoning, "<final>"+message.Content+"</final>"), nil
	}
	calls := []byte{'['}
	for i, call := range message.ToolCalls {
		for _, extra := range []button.Members{call.FunctionExtra, call.Extra} {
			if err := noExtra("call "+call.ID, extra); err != nil {
				return "", err
			}
		}
		if i > 0 {
			calls = append(calls, ", "...)
		}
		calls = append(appendCall(calls, call), '}')
	}
	calls = guarded(append(calls, ']'), "</call>")
	return joinLines(joinLines(message.Reasoning, message.Content), "<call>"+string(calls)+"</call>"), nil
}

// appendCall writes a call without its closing brace.
func appendCall(out []byte, call button.Call) []byte {
	out = append(out, `{"name": `...)
	out = button.AppendString(out, call.Name)
	out = append(out, `, "arguments": `...)
	if call.Arguments == nil {
		return append(out, "{}"...)
	}
	return append(out, call.Arguments...)
}

// buttonResults lists the results of a turn in the order of its calls. A result
// that is no JSON object stands as a string.
func buttonResults(calls []button.Call, messages []button.Message) (string, error) {
	out := []byte{'['}
	for i, call := range calls {
		if i >= len(messages) || messages[i].Role != button.RoleTool || messages[i].ToolCallID != call.ID {
			return "", fmt.Errorf("call %s of %s has no result in its place", call.ID, call.Name)
		}
		result := messages[i]
		if err := noExtra("the result of call "+call.ID, result.Extra); err != nil {
			return "", err
		}
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(appendCall(out, call), `, "results": `...)
		if members, err := button.ParseMembers([]byte(result.Content)); err == nil {
			out = members.AppendJSON(out)
		} else {
			out = button.AppendString(out, result.Content)
		}
		out = append(out, '}')
	}
	return string(append(out, ']')), nil
}

// guarded escapes the < of a mark inside JSON, where it can only stand in a string.
func guarded(text []byte, mark string) []byte {
	return bytes.ReplaceAll(text, []byte(mark), []byte(`\u003c`+mark[1:]))
}

func noMarks(text string, marks ...string) error {
	for _, mark := range marks {
		if strings.Contains(text, mark) {
			return fmt.Errorf("its text holds %s, which is a mark of this format", mark)
		}
	}
	return nil
}

func noExtra(what string, extra button.Members) error {
	if len(extra) == 0 {
		return nil
	}
	return fmt.Errorf("%s has a member %q, for which this format has no place", what, extra[0].Name)
}

func joinLines(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "\n" + b
}
