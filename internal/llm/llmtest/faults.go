package llmtest

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/buttonbench/button/internal/faulty"
	"github.com/buttonbench/button/internal/llm"
)

// Response writes one HTTP response, well or badly.
type Response func(w http.ResponseWriter, r *http.Request)

// Choose says how the server behaves towards one request. It gets the number of
// the request, from 0, in order of arrival, and its body; it must be safe for
// concurrent use.
type Choose func(index int, body []byte) Response

// Always behaves the same way every time.
func Always(response Response) Choose {
	return func(int, []byte) Response { return response }
}

// InTurn behaves in the ways given, one after the other; the last one repeats.
func InTurn(responses ...Response) Choose {
	return func(index int, _ []byte) Response { return responses[min(index, len(responses)-1)] }
}

// Handler is a server that behaves as chosen, whatever the path.
func Handler(choose Choose) http.Handler {
	var next atomic.Int64
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, 64<<20))
		if err != nil {
			http.Error(w, "the request broke off", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		choose(int(next.Add(1)-1), body)(w, r)
	})
}

// Body answers with a status, a content type and a body.
func Body(status int, contentType, body string) Response {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// JSON answers with a status and a JSON body.
func JSON(status int, body string) Response { return Body(status, "application/json", body) }

// OK answers properly.
func OK(reply llm.Reply) Response { return JSON(http.StatusOK, Completion(reply)) }

// Failure answers with an error as OpenAI writes it.
func Failure(status int, message string) Response { return Response(faulty.Refusal(status, message)) }

// RateLimited answers 429, with a Retry-After header unless it is empty.
func RateLimited(retryAfter string) Response {
	return With(http.Header{"Retry-After": {retryAfter}}, Failure(http.StatusTooManyRequests, "too many requests"))
}

// With adds headers; empty ones are left out.
func With(header http.Header, response Response) Response {
	return func(w http.ResponseWriter, r *http.Request) {
		for name, values := range header {
			for _, value := range values {
				if value != "" {
					w.Header().Add(name, value)
				}
			}
		}
		response(w, r)
	}
}

// HTMLPage answers with a page, as a proxy in front of a dead server does.
func HTMLPage(status int) Response { return Response(faulty.Page(status)) }

// ErrorInside answers 200 with an error in the place of a completion. code is JSON.
func ErrorInside(code string) Response { return Response(faulty.ErrorWithin(code)) }

// ToolsDropped, CutCall and StrictHistory are the faults of those names in package
// faulty: what llama.cpp does.
func ToolsDropped(then Response) Response  { return spoiled(faulty.ToolsDropped, then) }
func CutCall(then Response) Response       { return spoiled(faulty.CutCall, then) }
func StrictHistory(then Response) Response { return spoiled(faulty.StrictHistory, then) }

// spoiled answers as another response does, but with one fault.
func spoiled(kind string, then Response) Response {
	return Response(faulty.Spoil(kind, http.HandlerFunc(then), faulty.Options{}))
}

// MalformedJSON answers 200 with a body that is whole but no JSON.
func MalformedJSON() Response { return spoiled(faulty.Malformed, OK(llm.Reply{Content: "a"})) }

// NoChoices answers 200 with a completion that holds none.
func NoChoices() Response {
	return JSON(http.StatusOK, `{"id":"x","model":"m","choices":[],"usage":{}}`)
}

// WrongContentType answers properly, but says that it is plain text.
func WrongContentType(reply llm.Reply) Response { return spoiled(faulty.ContentType, OK(reply)) }

// Reset takes the request and cuts the connection without a response.
func Reset() Response { return spoiled(faulty.Reset, nil) }

// ResetMidBody sends the head and half of a chunked body, then cuts the connection.
func ResetMidBody(reply llm.Reply) Response { return spoiled(faulty.ResetMidBody, OK(reply)) }

// HalfBody promises the whole body by its length, sends half, and closes.
func HalfBody(reply llm.Reply) Response { return spoiled(faulty.HalfBody, OK(reply)) }

// Huge answers properly with a content of size bytes.
func Huge(size int) Response {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		io.WriteString(w, `{"choices":[{"message":{"role":"assistant","content":"`)
		chunk := strings.Repeat("a", 64<<10)
		for left := size; left > 0; left -= len(chunk) {
			if _, err := io.WriteString(w, chunk[:min(left, len(chunk))]); err != nil {
				return
			}
		}
		io.WriteString(w, `"},"finish_reason":"stop"}]}`)
	}
}

// Slow tells that the request has arrived and waits until it is released, or
// until the client has gone, before it goes on. arrived may be nil.
func Slow(arrived chan<- struct{}, release <-chan struct{}, then Response) Response {
	return func(w http.ResponseWriter, r *http.Request) {
		if arrived != nil {
			arrived <- struct{}{}
		}
		select {
		case <-release:
			then(w, r)
		case <-r.Context().Done():
		}
	}
}

// After answers once a latency has passed, or the client has gone.
func After(latency time.Duration, then Response) Response {
	return func(w http.ResponseWriter, r *http.Request) {
		timer := time.NewTimer(latency)
		defer timer.Stop()
		select {
		case <-timer.C:
			then(w, r)
		case <-r.Context().Done():
		}
	}
}

// Echo answers a request with the text of its last message.
func Echo(body []byte) Response {
	var request struct {
		Messages []struct{ Content string }
	}
	if err := json.Unmarshal(body, &request); err != nil || len(request.Messages) == 0 {
		return Failure(http.StatusBadRequest, "cannot read the request")
	}
	last := request.Messages[len(request.Messages)-1].Content
	return OK(llm.Reply{Content: last, FinishReason: llm.FinishStop, Usage: llm.Usage{PromptTokens: len(body) / 4, CompletionTokens: len(last)/4 + 1}})
}

// Completion is the body of a proper answer.
func Completion(reply llm.Reply) string {
	type function struct {
		Name      string `json:"name"`
		Arguments string `json:"arguments"`
	}
	type call struct {
		ID       string   `json:"id"`
		Type     string   `json:"type"`
		Function function `json:"function"`
	}
	type message struct {
		Role      string `json:"role"`
		Content   string `json:"content"`
		Reasoning string `json:"reasoning_content,omitempty"`
		Calls     []call `json:"tool_calls,omitempty"`
	}
	said := message{Role: "assistant", Content: reply.Content, Reasoning: reply.Reasoning}
	for _, raw := range reply.Calls {
		said.Calls = append(said.Calls, call{raw.ID, "function", function{raw.Name, raw.Arguments}})
	}
	body := map[string]any{
		"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": reply.Model,
		"choices": []any{map[string]any{"index": 0, "message": said, "finish_reason": reply.FinishReason}},
	}
	if reply.Usage.PromptTokens >= 0 && reply.Usage.CompletionTokens >= 0 {
		body["usage"] = map[string]int{
			"prompt_tokens": reply.Usage.PromptTokens, "completion_tokens": reply.Usage.CompletionTokens,
			"total_tokens": reply.Usage.PromptTokens + reply.Usage.CompletionTokens,
		}
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return string(encoded)
}
