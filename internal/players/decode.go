package players

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// request is what a player has to know of a chat completion. Sampling is not:
// players are deterministic.
type request struct {
	model, player string
	messages      []button.Message
	tools         []button.Tool
	parallel      bool // several calls in one message are allowed
	choice        choice
	stream        bool
	includeUsage  bool
}

type wireRequest struct {
	Model      string          `json:"model"`
	Messages   []wireMessage   `json:"messages"`
	Tools      []wireTool      `json:"tools"`
	ToolChoice json.RawMessage `json:"tool_choice"`
	Parallel   *bool           `json:"parallel_tool_calls"`
	Stream     bool            `json:"stream"`
	Options    struct {
		IncludeUsage bool `json:"include_usage"`
	} `json:"stream_options"`
	Choices *int `json:"n"`
}

type wireMessage struct {
	Role       string     `json:"role"`
	Content    wireText   `json:"content"`
	Reasoning  string     `json:"reasoning_content"`
	ToolCalls  []wireCall `json:"tool_calls"`
	ToolCallID string     `json:"tool_call_id"`
	Name       string     `json:"name"`
}

type wireCall struct {
	ID       string `json:"id"`
	Function struct {
		Name      string        `json:"name"`
		Arguments wireArguments `json:"arguments"`
	} `json:"function"`
}

type wireTool struct {
	Type     string `json:"type"`
	Function struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
	} `json:"function"`
}

// wireText is a content: text, null, or a list of parts of which the texts count.
type wireText string

// UnmarshalJSON implements json.Unmarshaler.
func (t *wireText) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '[' {
		return json.Unmarshal(data, (*string)(t))
	}
	var parts []struct {
		Text string `json:"text"`
	}
	if err := json.Unmarshal(data, &parts); err != nil {
		return err
	}
	var joined strings.Builder
	for _, part := range parts {
		joined.WriteString(part.Text)
	}
	*t = wireText(joined.String())
	return nil
}

// wireArguments are the arguments of a call: text by the protocol, or the
// object itself. They become an object, or, where the text is none, that text
// as a JSON string: a conversation may hold a call that its model botched.
type wireArguments json.RawMessage

// UnmarshalJSON implements json.Unmarshaler.
func (a *wireArguments) UnmarshalJSON(data []byte) error {
	if len(data) == 0 || data[0] != '"' {
		*a = bytes.Clone(data)
		return nil
	}
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return err
	}
	if trimmed := strings.TrimSpace(text); strings.HasPrefix(trimmed, "{") && json.Valid([]byte(trimmed)) {
		*a = []byte(trimmed)
		return nil
	}
	*a = bytes.Clone(data)
	return nil
}

// decodeRequest reads and checks a body. It keeps nothing of the bytes.
func decodeRequest(body []byte) (*request, *apiError) {
	if !utf8.Valid(body) {
		return nil, badRequest("", "the body is not valid UTF-8")
	}
	if tooDeep(body) {
		return nil, badRequest("", "the body is nested deeper than %d levels", button.MaxDepth)
	}
	var wire wireRequest
	if err := json.Unmarshal(body, &wire); err != nil {
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) {
			return nil, badRequest(mismatch.Field, "%s has the wrong JSON type: %s", firstOf(mismatch.Field, "the body"), mismatch.Value)
		}
		return nil, badRequest("", "the body is not valid JSON: %v", err)
	}
	switch {
	case wire.Model == "":
		return nil, badRequest("model", "no model is named")
	case len(wire.Messages) == 0:
		return nil, badRequest("messages", "there are no messages")
	case wire.Choices != nil && *wire.Choices != 1:
		return nil, badRequest("n", "a player gives one answer: leave n out or set it to 1")
	}
	ask := &request{
		model:        wire.Model,
		parallel:     wire.Parallel == nil || *wire.Parallel,
		stream:       wire.Stream,
		includeUsage: wire.Options.IncludeUsage,
	}
	var failure *apiError
	if ask.messages, failure = messagesOf(wire.Messages); failure != nil {
		return nil, failure
	}
	if ask.tools, failure = toolsOf(wire.Tools); failure != nil {
		return nil, failure
	}
	if ask.choice, failure = choiceOf(wire.ToolChoice, ask.tools); failure != nil {
		return nil, failure
	}
	return ask, nil
}

func messagesOf(wire []wireMessage) ([]button.Message, *apiError) {
	messages := make([]button.Message, len(wire))
	for i := range wire {
		from := &wire[i]
		message := button.Message{
			Role: from.Role, Content: string(from.Content), Reasoning: from.Reasoning,
			ToolCallID: from.ToolCallID, Name: from.Name,
		}
		switch from.Role {
		case "developer":
			message.Role = button.RoleSystem
		case button.RoleSystem, button.RoleUser, button.RoleAssistant, button.RoleTool:
		default:
			return nil, badRequest(fmt.Sprintf("messages[%d].role", i), "unknown role %.40q", from.Role)
		}
		for _, call := range from.ToolCalls {
			arguments := json.RawMessage(call.Function.Arguments)
			if len(arguments) == 0 {
				arguments = json.RawMessage("{}")
			}
			message.ToolCalls = append(message.ToolCalls, button.Call{
				ID: call.ID, Name: call.Function.Name, Arguments: arguments,
			})
		}
		messages[i] = message
	}
	return messages, nil
}

func toolsOf(wire []wireTool) ([]button.Tool, *apiError) {
	if len(wire) == 0 {
		return nil, nil
	}
	tools := make([]button.Tool, len(wire))
	for i := range wire {
		from := &wire[i]
		if from.Type != "function" || from.Function.Name == "" {
			return nil, badRequest(fmt.Sprintf("tools[%d]", i), "want a tool of type \"function\" with a named function")
		}
		tools[i] = button.Tool{
			Name: from.Function.Name, Description: from.Function.Description, Parameters: from.Function.Parameters,
		}
	}
	return tools, nil
}

// tooDeep scans for nesting beyond button.MaxDepth.
func tooDeep(body []byte) bool {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			for i++; i < len(body) && body[i] != '"'; i++ {
				if body[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			if depth++; depth > button.MaxDepth {
				return true
			}
		case '}', ']':
			depth--
		}
	}
	return false
}
