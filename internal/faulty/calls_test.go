package faulty_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/faulty"
)

// exchange sends a request through a fault and returns what came of it, and what
// the handler behind it got.
func exchange(kind, request, answer string) (status int, body, got string) {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, _ := io.ReadAll(r.Body)
		got = string(text)
		io.WriteString(w, answer)
	})
	seen := httptest.NewRecorder()
	faulty.Spoil(kind, next, faulty.Options{}).ServeHTTP(seen, httptest.NewRequest(http.MethodPost, "/v1/chat/completions", strings.NewReader(request)))
	return seen.Code, seen.Body.String(), got
}

func TestToolsDropped(t *testing.T) {
	for request, want := range map[string]string{
		`{"model":"m","tools":[{}],"tool_choice":"auto","parallel_tool_calls":false,"messages":[]}`: `{"messages":[],"model":"m"}`,
		`no JSON`: `no JSON`,
	} {
		if status, body, got := exchange(faulty.ToolsDropped, request, "text"); status != 200 || body != "text" || got != want {
			t.Errorf("%s: %d %s; the model got %s", request, status, body, got)
		}
	}
}

func TestCutCall(t *testing.T) {
	for answer, want := range map[string]string{
		`{"choices":[{"finish_reason":"stop","message":{"content":"hello"}}]}`: `{"choices":[{"finish_reason":"stop","message":{"content":"hello"}}]}`,
		`{"choices":[{"finish_reason":"tool_calls","message":{"tool_calls":[{"function":{"arguments":"{\"n\":12345}","name":"a"}}]}}],"created":1700000000000}`://
		`{"choices":[{"finish_reason":"length","message":{"tool_calls":[{"function":{"arguments":"{\"n\":","name":"a"}}]}}],"created":1700000000000}`,
		"data: {}\n\n": "data: {}\n\n",
		`{"choices":[1,{"message":2},{"message":{"tool_calls":[3]}}]}`: `{"choices":[1,{"message":2},{"message":{"tool_calls":[3]}}]}`,
	} {
		if _, body, _ := exchange(faulty.CutCall, "{}", answer); body != want {
			t.Errorf("%s\nbecame %s\nwant   %s", answer, body, want)
		}
	}
}

func TestStrictHistory(t *testing.T) {
	call := func(arguments string) string {
		return `{"messages":[{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"function":{"name":"a","arguments":` + arguments + `}}]}]}`
	}
	for request, refused := range map[string]bool{
		call(`"{\"n\":1}"`): false,
		call(`{"n":1}`):     false, // an object, as some clients send
		call(`"{\"n\":"`):   true,
		call(`""`):          true,
		`{"messages":[]}`:   false,
		`no JSON`:           false,
	} {
		status, body, got := exchange(faulty.StrictHistory, request, "text")
		if refused != (status == 500 && strings.Contains(body, "Failed to parse tool call arguments as JSON")) || refused == (got == request) {
			t.Errorf("%s: %d %s, passed on %s", request, status, body, got)
		}
	}
}
