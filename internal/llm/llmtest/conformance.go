package llmtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// Start runs a server that behaves as chosen until the test ends, and returns
// the base URL for a client.
func Start(t testing.TB, choose Choose) string {
	t.Helper()
	server := httptest.NewServer(Handler(choose))
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL + "/v1"
}

// TestClient is the conformance suite of llm.Client. open makes the client
// under test talk to a server at a base URL; a decorator is put around a client
// that does. A decorator that waits must be given a clock that does not.
func TestClient(t *testing.T, open func(t testing.TB, baseURL string) llm.Client) {
	run := func(name string, check func(t *testing.T)) { t.Run(name, check) }
	run("reply", func(t *testing.T) { testReply(t, open) })
	run("errors", func(t *testing.T) { testErrors(t, open) })
	run("interrupted", func(t *testing.T) { testInterrupted(t, open) })
	run("concurrent", func(t *testing.T) { testConcurrent(t, open) })
	run("request untouched", func(t *testing.T) { testUntouched(t, open) })
}

type opener = func(t testing.TB, baseURL string) llm.Client

// Question is a request with one user message.
func Question(text string) llm.Request {
	return llm.Request{Model: "m", Messages: []button.Message{{Role: button.RoleUser, Content: text}}}
}

func testReply(t *testing.T, open opener) {
	want := llm.Reply{
		Content:   "thinking <aloud> & more",
		Reasoning: "first this, then that",
		Calls: []llm.RawCall{
			{ID: "aaaaaaaa1", Name: "search", Arguments: `{"q": "a  b", "n": 1e3}`},
			{ID: "aaaaaaaa2", Name: "search", Arguments: `{"q": "half`},
			{ID: "aaaaaaaa3", Name: "list", Arguments: ``},
		},
		FinishReason: "tool_calls",
		Usage:        llm.Usage{PromptTokens: 12, CompletionTokens: 0},
		Model:        "m-1",
		Status:       200,
	}
	want.Raw = json.RawMessage(Completion(want))
	got, err := open(t, Start(t, Always(OK(want)))).Complete(t.Context(), Question("hello"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Latency < 0 {
		t.Errorf("latency %v", got.Latency)
	}
	bare := *got
	bare.Latency, bare.Header = 0, nil
	if diff := cmp.Diff(want, bare); diff != "" {
		t.Errorf("reply (-want +got):\n%s", diff)
	}
}

// testErrors holds every fault against the class that the contract gives it.
func testErrors(t *testing.T, open opener) {
	answer := llm.Reply{Content: "a whole answer, which nobody will get to see", FinishReason: "stop"}
	for _, fault := range []struct {
		name     string
		response Response
		class    llm.Class
		status   int
	}{
		{"400", Failure(400, "no such parameter"), llm.ClassRequest, 400},
		{"401", Failure(401, "wrong key"), llm.ClassAuth, 401},
		{"403", Failure(403, "not yours"), llm.ClassAuth, 403},
		{"404", Failure(404, "no such model"), llm.ClassRequest, 404},
		{"408", Failure(408, "too slow"), llm.ClassTimeout, 408},
		{"413", Body(413, "text/plain", "too large"), llm.ClassRequest, 413},
		{"429", RateLimited(""), llm.ClassRateLimit, 429},
		{"429 with Retry-After", RateLimited("0"), llm.ClassRateLimit, 429},
		{"500", Failure(500, "out of memory"), llm.ClassServer, 500},
		{"502 page", HTMLPage(502), llm.ClassServer, 502},
		{"503 empty", Body(503, "text/plain", ""), llm.ClassServer, 503},
		{"529", Failure(529, "overloaded"), llm.ClassServer, 529},
		{"reset", Reset(), llm.ClassTransport, 0},
		{"reset in the middle", ResetMidBody(answer), llm.ClassTransport, 0},
		{"half a body", HalfBody(answer), llm.ClassTransport, 0},
		{"200 page", HTMLPage(200), llm.ClassBadReply, 200},
		{"200 with an error", ErrorInside(`null`), llm.ClassBadReply, 200},
		{"200 with a 429", ErrorInside(`429`), llm.ClassRateLimit, 200},
		{"200 with a 503", ErrorInside(`"503"`), llm.ClassServer, 200},
		{"malformed", MalformedJSON(), llm.ClassBadReply, 200},
		{"no choices", NoChoices(), llm.ClassBadReply, 200},
		{"empty", Body(200, "application/json", ""), llm.ClassBadReply, 200},
		{"null", JSON(200, "null"), llm.ClassBadReply, 200},
		{"list", JSON(200, "[]"), llm.ClassBadReply, 200},
	} {
		t.Run(fault.name, func(t *testing.T) {
			reply, err := open(t, Start(t, Always(fault.response))).Complete(t.Context(), Question("hello"))
			failure := wantError(t, reply, err)
			if failure.Class != fault.class || failure.Status != fault.status {
				t.Errorf("have %q with status %d, want %q with %d: %v",
					failure.Class, failure.Status, fault.class, fault.status, failure)
			}
			if failure.Detail == "" {
				t.Error("no detail")
			}
		})
	}
	t.Run("nobody there", func(t *testing.T) {
		server := httptest.NewServer(nil)
		server.Close()
		reply, err := open(t, server.URL+"/v1").Complete(t.Context(), Question("hello"))
		if failure := wantError(t, reply, err); failure.Class != llm.ClassTransport {
			t.Errorf("class %q", failure.Class)
		}
	})
	t.Run("wrong content type", func(t *testing.T) {
		reply, err := open(t, Start(t, Always(WrongContentType(answer)))).Complete(t.Context(), Question("hello"))
		if err != nil || reply.Content != answer.Content {
			t.Errorf("a proper body counts whatever its label: %v, %v", reply, err)
		}
	})
}

func testInterrupted(t *testing.T, open opener) {
	t.Run("before", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		reply, err := open(t, Start(t, Always(Failure(500, "x")))).Complete(ctx, Question("hello"))
		if failure := wantError(t, reply, err); failure.Class != llm.ClassInterrupted {
			t.Errorf("class %q", failure.Class)
		}
	})
	t.Run("under way", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		arrived := make(chan struct{}, 1)
		url := Start(t, Always(Slow(arrived, nil, Failure(500, "x"))))
		go func() {
			<-arrived
			cancel()
		}()
		reply, err := open(t, url).Complete(ctx, Question("hello"))
		failure := wantError(t, reply, err)
		if failure.Class != llm.ClassInterrupted || !errors.Is(err, context.Canceled) {
			t.Errorf("class %q, error %v", failure.Class, err)
		}
	})
	t.Run("deadline", func(t *testing.T) {
		ctx, cancel := context.WithDeadline(t.Context(), time.Unix(0, 0))
		defer cancel()
		reply, err := open(t, Start(t, Always(Failure(500, "x")))).Complete(ctx, Question("hello"))
		failure := wantError(t, reply, err)
		if failure.Class != llm.ClassTimeout && failure.Class != llm.ClassInterrupted {
			t.Errorf("class %q", failure.Class)
		}
	})
}

// testConcurrent mixes many conversations: each must get its own answer.
func testConcurrent(t *testing.T, open opener) {
	echo := func(_ int, body []byte) Response { return Echo(body) }
	client := open(t, Start(t, echo))
	var group sync.WaitGroup
	for i := range 64 {
		group.Go(func() {
			text := fmt.Sprintf("conversation %d", i)
			reply, err := client.Complete(t.Context(), Question(text))
			if err != nil {
				t.Error(err)
			} else if reply.Content != text {
				t.Errorf("asked %q, answered %q", text, reply.Content)
			}
		})
	}
	group.Wait()
}

func testUntouched(t *testing.T, open opener) {
	make := func() llm.Request {
		request := Question("hello")
		request.Messages = append(request.Messages, button.Message{
			Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: "aaaaaaaa1", Name: "f", Arguments: json.RawMessage(`{"b": 1, "a": 2}`)}},
		}, button.Message{Role: button.RoleTool, ToolCallID: "aaaaaaaa1"})
		request.Tools = []button.Tool{{Name: "f", Parameters: json.RawMessage(`{"type":"object"}`)}}
		request.ExtraBody = map[string]json.RawMessage{"top_k": json.RawMessage(`1`)}
		return request
	}
	request := make()
	if _, err := open(t, Start(t, Always(OK(llm.Reply{FinishReason: "stop"})))).Complete(t.Context(), request); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(make(), request); diff != "" {
		t.Errorf("the client changed the caller's request (-want +got):\n%s", diff)
	}
}

func wantError(t *testing.T, reply *llm.Reply, err error) *llm.Error {
	t.Helper()
	if reply != nil {
		t.Errorf("a reply beside the error: %+v", reply)
	}
	var failure *llm.Error
	if !errors.As(err, &failure) {
		t.Fatalf("want an *llm.Error, have %T: %v", err, err)
	}
	return failure
}
