package scriptedteacher

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/buttonbench/button"
)

// wireRequest is what the teacher reads of a chat completion.
type wireRequest struct {
	Model          string        `json:"model"`
	Messages       []wireMessage `json:"messages"`
	Tools          []wireTool    `json:"tools"`
	Parallel       *bool         `json:"parallel_tool_calls"`
	Stream         bool          `json:"stream"`
	Seed           *int64        `json:"seed"`
	ResponseFormat struct {
		Type       string `json:"type"`
		JSONSchema struct {
			Name string `json:"name"`
		} `json:"json_schema"`
	} `json:"response_format"`
}

type wireMessage struct {
	Role       string     `json:"role"`
	Content    *string    `json:"content"`
	ToolCalls  []wireCall `json:"tool_calls,omitempty"`
	ToolCallID string     `json:"tool_call_id,omitempty"`
}

func (m *wireMessage) text() string {
	if m.Content == nil {
		return ""
	}
	return *m.Content
}

type wireCall struct {
	ID       string       `json:"id"`
	Type     string       `json:"type"`
	Function wireFunction `json:"function"`
}

type wireFunction struct {
	Name      string `json:"name"`
	Arguments string `json:"arguments"`
}

type wireTool struct {
	Function struct {
		Name        string          `json:"name"`
		Description string          `json:"description"`
		Parameters  json.RawMessage `json:"parameters"`
	} `json:"function"`
}

// reply is what goes out.
type reply struct {
	text   string
	calls  []call
	finish string // "stop" where it is empty, or "tool_calls" with calls
}

// call is a function call. Arguments is text and may be broken.
type call struct{ name, arguments string }

// created stands in the place of the time, so that equal requests get equal bytes.
const created = 1767225600

// completion writes the body of a chat completion. Tokens are counted by the rule
// of thumb of four bytes each.
func completion(request *wireRequest, r reply, ids func() string) []byte {
	message := struct {
		Role      string     `json:"role"`
		Content   *string    `json:"content"`
		ToolCalls []wireCall `json:"tool_calls,omitempty"`
	}{Role: button.RoleAssistant, Content: &r.text}
	sent, answered := 0, len(r.text)
	for _, one := range r.calls {
		message.ToolCalls = append(message.ToolCalls, wireCall{ids(), "function", wireFunction{one.name, one.arguments}})
		answered += len(one.name) + len(one.arguments)
	}
	for i := range request.Messages {
		sent += len(request.Messages[i].text())
		for _, one := range request.Messages[i].ToolCalls {
			sent += len(one.Function.Name) + len(one.Function.Arguments)
		}
	}
	for _, tool := range request.Tools {
		sent += len(tool.Function.Name) + len(tool.Function.Description) + len(tool.Function.Parameters)
	}
	finish := r.finish
	switch {
	case finish == "" && len(r.calls) > 0:
		finish = "tool_calls"
	case finish == "":
		finish = "stop"
	}
	prompt, completed := (sent+3)/4, (answered+3)/4
	return encode(map[string]any{
		"id": "chatcmpl-" + ids(), "object": "chat.completion", "created": created, "model": request.Model,
		"choices": []any{map[string]any{"index": 0, "message": message, "finish_reason": finish}},
		"usage":   map[string]int{"prompt_tokens": prompt, "completion_tokens": completed, "total_tokens": prompt + completed},
	})
}

// encode writes JSON as a model does: nothing escaped that need not be.
func encode(value any) []byte {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // only values of this package, which encode
	}
	return bytes.TrimSpace(out.Bytes())
}

// embeddings answers /v1/embeddings.
func embeddings(body []byte) ([]byte, error) {
	var request struct {
		Model string          `json:"model"`
		Input json.RawMessage `json:"input"`
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("the body cannot be read: %w", err)
	}
	var texts []string
	if err := json.Unmarshal(request.Input, &texts); err != nil {
		texts = make([]string, 1)
		if err := json.Unmarshal(request.Input, &texts[0]); err != nil {
			return nil, fmt.Errorf("input must be a text or a list of texts")
		}
	}
	if len(texts) == 0 {
		return nil, fmt.Errorf("input is an empty list")
	}
	data, tokens := []any{}, 0
	for i, text := range texts {
		data = append(data, map[string]any{"object": "embedding", "index": i, "embedding": embed(text)})
		tokens += (len(text) + 3) / 4
	}
	return encode(map[string]any{
		"object": "list", "model": request.Model, "data": data,
		"usage": map[string]int{"prompt_tokens": tokens, "total_tokens": tokens},
	}), nil
}

func writeJSON(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	w.Write(append(body, '\n'))
}

func writeError(w http.ResponseWriter, status int, format string, values ...any) {
	writeJSON(w, status, encode(map[string]any{"error": map[string]any{
		"message": fmt.Sprintf(format, values...), "type": "invalid_request_error", "param": nil, "code": nil,
	}}))
}

// readBody reads a bounded body.
func (h *Handler) readBody(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, h.options.MaxRequestBytes))
	if err == nil {
		return body, true
	}
	status := http.StatusBadRequest
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	writeError(w, status, "reading the request: %v", err)
	return nil, false
}
