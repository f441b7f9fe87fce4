package toolcall

import (
	"strings"

	"github.com/buttonbench/button"
)

// Renderer writes a conversation with tools as plain messages, for a model that
// is served without tool support and told by its prompt how to call.
type Renderer struct {
	// ResultRole is the role of the message that carries tool results. User is
	// what every chat template takes; a model trained on a tool role may want
	// button.RoleTool.
	ResultRole string

	// prompt explains the protocol and lists the tools.
	prompt func(tools []button.Tool, parallel bool) string
	// calls writes an assistant turn: its text, which may be empty, and its calls.
	calls func(content string, calls []button.Call) string
	// results writes the answers to one assistant turn.
	results func(answers []answer) string
	// final writes an assistant turn without calls; nil leaves it as it is.
	final func(content string) string
}

// answer is a tool's result and the call that it answers.
type answer struct {
	call    button.Call
	content string
}

// Prompt is the text that explains the protocol and lists the tools.
func (r *Renderer) Prompt(tools []button.Tool, parallel bool) string {
	return r.prompt(tools, parallel)
}

// Calls is the text of an assistant turn that makes calls.
func (r *Renderer) Calls(content string, calls []button.Call) string { return r.calls(content, calls) }

// Messages renders a whole history. The protocol and the tools stand at the end
// of the system message, which is added where there is none; calls become text;
// the results that follow one another become one message of ResultRole. Without
// tools no prompt is added. The given messages are not changed.
func (r *Renderer) Messages(messages []button.Message, tools []button.Tool, parallel bool) []button.Message {
	out := make([]button.Message, 0, len(messages)+1)
	if len(tools) > 0 {
		system := button.Message{Role: button.RoleSystem}
		if len(messages) > 0 && messages[0].Role == button.RoleSystem {
			system, messages = messages[0], messages[1:]
		}
		system.Content = joinBlocks(system.Content, r.prompt(tools, parallel))
		out = append(out, system)
	}
	calls := map[string]button.Call{} // by id, of the turns so far
	for i := 0; i < len(messages); i++ {
		message := messages[i]
		switch {
		case message.Role == button.RoleTool:
			var answers []answer
			for ; i < len(messages) && messages[i].Role == button.RoleTool; i++ {
				answers = append(answers, answerTo(calls, messages[i]))
			}
			i--
			out = append(out, button.Message{Role: r.ResultRole, Content: r.results(answers)})
			continue
		case len(message.ToolCalls) > 0:
			for _, call := range message.ToolCalls {
				calls[call.ID] = call
			}
			message.Content = r.calls(message.Content, message.ToolCalls)
			message.ToolCalls = nil
		case message.Role == button.RoleAssistant && r.final != nil:
			message.Content = r.final(message.Content)
		}
		out = append(out, message)
	}
	return out
}

// answerTo finds the call that a tool message answers; one whose id is unknown
// keeps what the message says of it.
func answerTo(calls map[string]button.Call, message button.Message) answer {
	call, ok := calls[message.ToolCallID]
	if !ok {
		call = button.Call{ID: message.ToolCallID, Name: message.Name}
	}
	if len(call.Arguments) == 0 {
		call.Arguments = []byte("{}")
	}
	return answer{call, message.Content}
}

// joinBlocks puts an empty line between the texts that are not empty.
func joinBlocks(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text = strings.TrimSpace(text); text != "" {
			kept = append(kept, text)
		}
	}
	return strings.Join(kept, "\n\n")
}
