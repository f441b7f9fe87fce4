package openai_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// sent puts a request and returns the path, the headers and the body that
// arrived at the server.
func sent(t *testing.T, request llm.Request) (path string, header http.Header, body string) {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		read, err := io.ReadAll(r.Body)
		if err != nil || int64(len(read)) != r.ContentLength {
			t.Errorf("read %d of %d bytes: %v", len(read), r.ContentLength, err)
		}
		path, header, body = r.URL.Path, r.Header, string(read)
		llmtest.OK(llm.Reply{Content: "ok", FinishReason: "stop"})(w, r)
	}))
	defer server.Close()
	client := open(t, openai.Options{BaseURL: server.URL + "/v1/", Key: "secret-key-1234"})
	if _, err := client.Complete(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	return path, header, body
}

func ptr[T any](value T) *T { return &value }

// Traps 1, 2 and 5: what go-openai leaves out or refuses must arrive.
func TestRequestOnTheWire(t *testing.T) {
	request := llm.Request{
		Model: "o1-of-my-own", // go-openai refuses this name beside a temperature
		Messages: []button.Message{
			{Role: "system", Content: ""},
			{Role: "user", Content: "a <b> & \"c\"\n"},
			{Role: "assistant", Reasoning: "hm", Train: ptr(true), ToolCalls: []button.Call{
				{ID: "aaaaaaaa1", Name: "f", Arguments: json.RawMessage(`{"z": 1.50, "a": "ü"}`)},
				{ID: "aaaaaaaa2", Name: "f", Arguments: json.RawMessage(`{"z": `)},
				{ID: "aaaaaaaa3", Name: "g"},
			}},
			{Role: "tool", ToolCallID: "aaaaaaaa1", Name: "f", Content: ""},
			{Role: "tool", Content: "a call without an id"},
		},
		Tools: []button.Tool{{
			Name: "f", Parameters: json.RawMessage(`{"type":"object","properties":{"z":{},"a":{}}}`),
			FunctionExtra: button.Members{{Name: "strict", Value: json.RawMessage("false")}, {Name: "responses", Value: json.RawMessage("{}")}},
		}},
		ParallelToolCalls: ptr(false),
		Sampling: llm.Sampling{
			Temperature: ptr(0.0), TopP: ptr(0.0), MaxTokens: ptr(0), Seed: ptr(int64(0)), Stop: []string{"</s>"},
		},
		ExtraBody: map[string]json.RawMessage{
			"top_k": json.RawMessage("0"), "chat_template_kwargs": json.RawMessage(`{"enable_thinking":false}`), "seed": json.RawMessage("null"),
		},
	}
	path, header, body := sent(t, request)
	want := `{"model":"o1-of-my-own","messages":[` +
		`{"role":"system","content":""},` +
		`{"role":"user","content":"a <b> & \"c\"\n"},` +
		`{"role":"assistant","content":"","reasoning_content":"hm","tool_calls":[` +
		`{"id":"aaaaaaaa1","type":"function","function":{"name":"f","arguments":"{\"z\": 1.50, \"a\": \"ü\"}"}},` +
		`{"id":"aaaaaaaa2","type":"function","function":{"name":"f","arguments":"{\"z\": "}},` +
		`{"id":"aaaaaaaa3","type":"function","function":{"name":"g","arguments":"{}"}}]},` +
		`{"role":"tool","content":"","tool_call_id":"aaaaaaaa1","name":"f"},` +
		`{"role":"tool","content":"a call without an id","tool_call_id":""}],` +
		`"tools":[{"type":"function","function":{"name":"f","description":"","parameters":{"type":"object","properties":{"z":{},"a":{}}},"strict":false}}],` +
		`"parallel_tool_calls":false,"temperature":0,"top_p":0,"max_tokens":0,"seed":null,"stop":["</s>"],` +
		`"chat_template_kwargs":{"enable_thinking":false},"top_k":0}`
	if diff := cmp.Diff(want, body); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if path != "/v1/chat/completions" {
		t.Errorf("path %q", path)
	}
	if got := header.Get("Authorization"); got != "Bearer secret-key-1234" {
		t.Errorf("authorization %q", got)
	}
	if got := header.Get("Content-Type"); got != "application/json" {
		t.Errorf("content type %q", got)
	}
}

func TestZeroSamplingIsNotSent(t *testing.T) {
	request := llmtest.Question("hello")
	request.ParallelToolCalls = ptr(false) // without tools the server would refuse it
	_, _, body := sent(t, request)
	if want := `{"model":"m","messages":[{"role":"user","content":"hello"}]}`; body != want {
		t.Errorf("have %s, want %s", body, want)
	}
}

func TestUnwritableRequests(t *testing.T) {
	client := open(t, openai.Options{BaseURL: "http://127.0.0.1:1/v1"})
	for name, request := range map[string]llm.Request{
		"extra body": {ExtraBody: map[string]json.RawMessage{"top_k": json.RawMessage("{")}},
		"parameters": {Tools: []button.Tool{{Name: "f", Parameters: json.RawMessage("{")}}},
	} {
		_, err := client.Complete(t.Context(), request)
		if failure, ok := err.(*llm.Error); !ok || failure.Class != llm.ClassRequest || failure.Temporary() {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Trap 4 and its kin: one completion in the dialects of many servers.
func TestDialects(t *testing.T) {
	body := func(message string) string {
		return `{"model":"m","choices":[{"index":0,"message":` + message + `,"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2.0}}`
	}
	call := func(arguments string) []llm.RawCall {
		return []llm.RawCall{{ID: "1", Name: "f", Arguments: arguments}}
	}
	for _, test := range []struct {
		name, body string
		want       llm.Reply
	}{
		{"arguments as an object", body(`{"content":null,"tool_calls":[{"id":"1","function":{"name":"f","arguments":{"b": 1.0,"a":[ ]}}}]}`),
			llm.Reply{Calls: call(`{"b": 1.0,"a":[ ]}`)}},
		{"arguments null", body(`{"tool_calls":[{"id":"1","function":{"name":"f","arguments":null}}]}`), llm.Reply{Calls: call(``)}},
		{"numeric id", body(`{"tool_calls":[{"id":1,"function":{"name":"f","arguments":"{}"}}]}`), llm.Reply{Calls: call(`{}`)}},
		{"content beside calls", body(`{"content":"so","tool_calls":[{"id":"1","function":{"name":"f","arguments":"{}"}}]}`),
			llm.Reply{Content: "so", Calls: call(`{}`)}},
		{"old function_call", body(`{"function_call":{"name":"f","arguments":"{}"}}`),
			llm.Reply{Calls: []llm.RawCall{{Name: "f", Arguments: "{}"}}}},
		{"reasoning", body(`{"content":"a","reasoning":"b"}`), llm.Reply{Content: "a", Reasoning: "b"}},
		{"reasoning_content", body(`{"content":"a","reasoning_content":"b","reasoning":"b"}`), llm.Reply{Content: "a", Reasoning: "b"}},
		{"parts", body(`{"content":[{"type":"text","text":"a"},{"type":"text","text":"b"}]}`), llm.Reply{Content: "ab"}},
		{"thinking part", body(`{"content":[{"type":"thinking","thinking":[{"type":"text","text":"b"}]},{"type":"text","text":"a"}]}`),
			llm.Reply{Content: "a", Reasoning: "b"}},
		{"refusal", body(`{"content":null,"refusal":"no"}`), llm.Reply{Content: "no"}},
		{"empty error member", `{"error":{},"model":"m","choices":[{"message":{"content":"a"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}`,
			llm.Reply{Content: "a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(llmtest.JSON(200, test.body)))})
			got, err := client.Complete(t.Context(), llmtest.Question("hello"))
			if err != nil {
				t.Fatal(err)
			}
			if string(got.Raw) != test.body {
				t.Errorf("raw %s", got.Raw)
			}
			if got.Header.Get("Content-Type") != "application/json" {
				t.Errorf("header %v", got.Header)
			}
			test.want.FinishReason, test.want.Model, test.want.Status = "stop", "m", 200
			test.want.Usage = llm.Usage{PromptTokens: 3, CompletionTokens: 2}
			got.Raw, got.Header, got.Latency = nil, nil, 0
			if diff := cmp.Diff(&test.want, got); diff != "" {
				t.Errorf("reply (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFinishReasonAndUsage(t *testing.T) {
	for _, test := range []struct {
		reason, usage, want string
		counts              llm.Usage
	}{
		{`"length"`, `{"prompt_tokens":7,"completion_tokens":9}`, "length", llm.Usage{PromptTokens: 7, CompletionTokens: 9}},
		{`"content_filter"`, `null`, "content_filter", llm.Usage{PromptTokens: -1, CompletionTokens: -1}},
		{`null`, `{"prompt_tokens":7}`, "", llm.Usage{PromptTokens: 7, CompletionTokens: -1}},
		{`"a\"b"`, `{"prompt_tokens":-7,"completion_tokens":1e99}`, "ab", llm.Usage{PromptTokens: -1, CompletionTokens: -1}},
		{`5`, `"many"`, "", llm.Usage{PromptTokens: -1, CompletionTokens: -1}},
	} {
		body := `{"choices":[{"message":{"content":"a"},"finish_reason":` + test.reason + `}],"usage":` + test.usage + `}`
		client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(llmtest.JSON(200, body)))})
		reply, err := client.Complete(t.Context(), llmtest.Question("hello"))
		if err != nil {
			t.Fatal(err)
		}
		if reply.FinishReason != test.want || reply.Usage != test.counts {
			t.Errorf("%s, %s: have %q, %+v", test.reason, test.usage, reply.FinishReason, reply.Usage)
		}
	}
}

// Traps 3 and 6: every server's way of saying no, in its own words.
func TestErrorBodies(t *testing.T) {
	for _, test := range []struct {
		name     string
		response llmtest.Response
		class    llm.Class
		detail   string
	}{
		{"openai", llmtest.Failure(400, "no such parameter"), llm.ClassRequest, "no such parameter"},
		{"error as text", llmtest.JSON(404, `{"error":"model 'x' not found"}`), llm.ClassRequest, "model 'x' not found"},
		{"message at the top", llmtest.JSON(400, `{"object":"error","message":"too long","code":400}`), llm.ClassRequest, "too long"},
		{"fastapi detail", llmtest.JSON(422, `{"detail":[{"loc":["body"],"msg":"field required"}]}`), llm.ClassRequest, "field required"},
		{"page", llmtest.HTMLPage(502), llm.ClassServer, "an HTML page: 502 Bad Gateway"},
		{"page with 200", llmtest.HTMLPage(200), llm.ClassBadReply, "does the base URL end in /v1?"},
		{"text", llmtest.Body(500, "text/plain", "  out of\n\n memory "), llm.ClassServer, "out of memory"},
		{"nothing", llmtest.Body(503, "text/plain", ""), llm.ClassServer, "service unavailable"},
		{"425", llmtest.Failure(425, "too early"), llm.ClassServer, "too early"},
		{"no quota", llmtest.JSON(429, `{"error":{"message":"pay first","code":"insufficient_quota"}}`), llm.ClassQuota, "pay first"},
		{"no quota inside 200", llmtest.ErrorInside(`"insufficient_quota"`), llm.ClassQuota, "out of order"},
		{"rate limit inside 200", llmtest.ErrorInside(`"rate_limit_exceeded"`), llm.ClassRateLimit, "out of order"},
		{"error in the choice", llmtest.JSON(200, `{"choices":[{"error":{"message":"upstream died","code":502},"message":{"content":""}}]}`),
			llm.ClassServer, "upstream died"},
		{"choice without message", llmtest.JSON(200, `{"choices":[{"text":"a"}]}`), llm.ClassBadReply, "holds no message"},
		{"stream", llmtest.Body(200, "text/event-stream", "data: {}\n\n"), llm.ClassBadReply, "event stream"},
		{"redirect", llmtest.With(http.Header{"Location": {"https://example.org/v1"}}, llmtest.Body(301, "text/plain", "")),
			llm.ClassRequest, "https://example.org/v1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			client := open(t, openai.Options{BaseURL: llmtest.Start(t, llmtest.Always(test.response))})
			_, err := client.Complete(t.Context(), llmtest.Question("hello"))
			failure, ok := err.(*llm.Error)
			if !ok || failure.Class != test.class || !strings.Contains(failure.Detail, test.detail) {
				t.Errorf("want %q with %q, have %v", test.class, test.detail, err)
			}
		})
	}
}
