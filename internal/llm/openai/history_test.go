package openai_test

import (
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// A server that takes broken arguments in a conversation for an error of its own
// is asked once. The same words to a conversation that is well mean that the server
// could not read what its model wrote, and another attempt may fare better.
func TestBrokenHistory(t *testing.T) {
	const said = "Failed to parse tool call arguments as JSON: [json.exception.parse_error.101] parse error: unexpected end of JSON input"
	history := func(arguments string) llm.Request {
		request := llmtest.Question("x")
		request.Messages = append(request.Messages,
			button.Message{Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: "1", Name: "f", Arguments: json.RawMessage(arguments)}}},
			button.Message{Role: button.RoleTool, ToolCallID: "1", Content: "{}"})
		return request
	}
	ok := llmtest.OK(llm.Reply{Content: "well"})
	for name, test := range map[string]struct {
		request llm.Request
		answer  llmtest.Response
		want    llm.Class
		sent    int64
	}{
		"broken":                {history(`{"a":`), llmtest.StrictHistory(ok), llm.ClassRequest, 1},
		"empty":                 {history(``), llmtest.StrictHistory(ok), llm.ClassRequest, 1},
		"broken, 400":           {history(`{"a":`), llmtest.Failure(400, said), llm.ClassRequest, 1},
		"broken, out of order":  {history(`{"a":`), llmtest.Failure(500, "out of order"), llm.ClassServer, 3},
		"well":                  {history(`{}`), llmtest.StrictHistory(ok), "", 1},
		"well, but the answer":  {history(`{}`), llmtest.Failure(500, said), llm.ClassServer, 3},
		"well, though no calls": {llmtest.Question("x"), llmtest.Failure(500, said), llm.ClassServer, 3},
	} {
		t.Run(name, func(t *testing.T) {
			var sent atomic.Int64
			base := llmtest.Start(t, func(int, []byte) llmtest.Response {
				sent.Add(1)
				return test.answer
			})
			client := llm.Retry(open(t, openai.Options{BaseURL: base}), llm.RetryOptions{Attempts: 3, Clock: &llmtest.Instant{}, Random: func() float64 { return 0 }})
			_, err := client.Complete(t.Context(), test.request)
			class := llm.Class("")
			if failure, ok := err.(*llm.Error); ok {
				class = failure.Class
			}
			if class != test.want || sent.Load() != test.sent {
				t.Errorf("%v after %d requests, want %q after %d", err, sent.Load(), test.want, test.sent)
			}
		})
	}
}
