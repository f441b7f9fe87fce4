package toolsource_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/modelcontextprotocol/go-sdk/mcp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolsource"
)

// played is the source that the test binary plays in a manner.
func played(t *testing.T, manner string) string {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf(`mcp:"%s" %s '%s'`, program, serverWord, manner)
}

func streamable(t *testing.T) string {
	t.Helper()
	server := testServer()
	handler := mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server }, nil)
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	return "mcp+" + listening.URL
}

func TestServers(t *testing.T) {
	t.Parallel()
	for kind, source := range map[string]string{"stdio": played(t, "good"), "http": streamable(t)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := open(t, source, toolsource.Options{})
			if len(s.Tools) != 10 || len(s.Skipped) != 0 || !s.Callable() {
				t.Fatalf("%d tools, skipped %v", len(s.Tools), s.Skipped)
			}
			checkListed(t, s)
			checkCalls(t, s)
		})
	}
}

func checkListed(t *testing.T, s *toolsource.Source) {
	t.Helper()
	have := map[string]toolsource.Tool{}
	for _, tool := range s.Tools {
		have[tool.Name] = tool
	}
	sum := have["add_numbers"]
	if sum.Origin != "add-numbers" || sum.Description != "Add two numbers" || sum.Effect != button.EffectRead || sum.EffectGuessed {
		t.Errorf("%+v", sum)
	}
	if want := `{"type":"object","additionalProperties":false,"properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"required":["a","b"]}`; string(sum.Parameters) != want {
		t.Errorf("parameters %s\nwant %s", sum.Parameters, want)
	}
	if !strings.Contains(string(sum.Returns), `"sum":{"type":"integer"}`) {
		t.Errorf("returns %s", sum.Returns)
	}
	if echo := have["echo"]; echo.Effect != button.EffectWrite || echo.EffectGuessed || echo.Returns != nil {
		t.Errorf("%+v", echo)
	}
	if parts := have["get_parts"]; parts.Effect != button.EffectRead || !parts.EffectGuessed {
		t.Errorf("%+v", parts)
	}
}

func checkCalls(t *testing.T, s *toolsource.Source) {
	t.Helper()
	for _, test := range []struct{ name, arguments, want string }{
		{"add_numbers", `{"a":2,"b":40}`, `{"sum":42}`},
		{"echo", `{"text":"plain <b>"}`, `"plain <b>"`},
		{"echo", `{"text":"42"}`, `"42"`},
		{"echo", `{"text":"{\"a\":1,\"a\":2}"}`, `"{\"a\":1,\"a\":2}"`},
		{"echo", `{"text":" [1, 9007199254740993]"}`, `[1,9007199254740993]`},
		{"get_parts", `{}`, `["one","two",{"type":"image","mimeType":"image/png","data":"eA=="}]`},
		{"get_exact", `{}`, `{"z":9007199254740993,"a":1.50}`},
		{"nothing", `{}`, `null`},
	} {
		have, err := s.Call(context.Background(), test.name, json.RawMessage(test.arguments))
		if err != nil || string(have) != test.want {
			t.Errorf("%s(%s): have %s, %v; want %s", test.name, test.arguments, have, err, test.want)
		}
	}
	for _, test := range []struct {
		name, arguments, want string
		tool                  bool
	}{
		{"fail", `{}`, "the depot is [2J closed", true},
		{"refuse", `{}`, "inner trouble", false},
		{"huge", `{}`, "bytes, allowed are", false},
		{"none", `{}`, `no tool "none"`, false},
		{"add-numbers", `{}`, `no tool "add-numbers"`, false},
		{"echo", `[]`, "arguments of echo", false},
		{"add_numbers", `{"a":"x","b":1}`, "", true},
	} {
		_, err := s.Call(context.Background(), test.name, json.RawMessage(test.arguments))
		reported := (*toolsource.ToolError)(nil)
		if err == nil || errors.As(err, &reported) != test.tool || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s(%s): have %v, by the tool: %v; want %q", test.name, test.arguments, err, reported != nil, test.want)
		}
	}
	checkWaiting(t, s)
	checkTogether(t, s)
}

// checkWaiting: a call ends with its context, and the next one works.
func checkWaiting(t *testing.T, s *toolsource.Source) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := s.Call(ctx, "wait", json.RawMessage(`{}`)); err == nil || !strings.Contains(err.Error(), "calling wait of the MCP server") {
		t.Errorf("have %v", err)
	}
	if have, err := s.Call(context.Background(), "echo", json.RawMessage(`{"text":"again"}`)); err != nil || string(have) != `"again"` {
		t.Errorf("have %s, %v", have, err)
	}
}

func checkTogether(t *testing.T, s *toolsource.Source) {
	t.Helper()
	var group sync.WaitGroup
	for i := range 20 {
		group.Go(func() {
			have, err := s.Call(context.Background(), "add_numbers", json.RawMessage(fmt.Sprintf(`{"a":%d,"b":1}`, i)))
			if want := fmt.Sprintf(`{"sum":%d}`, i+1); err != nil || string(have) != want {
				t.Errorf("have %s, %v, want %s", have, err, want)
			}
		})
	}
	group.Wait()
}

// TestHostileServers: whatever a server does, opening ends in time with an error
// that says what it did.
func TestHostileServers(t *testing.T) {
	t.Parallel()
	for manner, want := range map[string]string{
		"silent":  "no answer within 300ms",
		"crash":   "it ended with exit status 3; its last words: first [31m line / no database is configured",
		"chatty":  "invalid character 'S'",
		"circle":  "goes in a circle",
		"endless": "in more than 1000 parts",
		"many":    "more than 10000 tools",
		"long":    "maximum line length",
		"wide":    "more than 8 MiB",
		"empty":   "it offers no tools",
	} {
		t.Run(manner, func(t *testing.T) {
			t.Parallel()
			options := toolsource.Options{}
			if manner == "silent" {
				options.Timeout = 300 * time.Millisecond
			}
			s, err := toolsource.Open(context.Background(), played(t, manner), options)
			if err == nil {
				s.Close()
				t.Fatalf("opened, want %q", want)
			}
			if !strings.Contains(err.Error(), want) || len(err.Error()) > 2000 {
				t.Errorf("have %v\nwant %q", err, want)
			}
		})
	}
}

func TestOddTools(t *testing.T) {
	t.Parallel()
	s := open(t, played(t, "odd"), toolsource.Options{})
	golden(t, "odd.golden", show(t, s))
}

// TestStuckServer: a server that stops reading cannot hold up a call.
func TestStuckServer(t *testing.T) {
	t.Parallel()
	s := open(t, played(t, "stuck"), toolsource.Options{Timeout: time.Minute})
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	arguments, err := json.Marshal(map[string]string{"text": strings.Repeat("x", 1<<20)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Call(ctx, "a", arguments); err == nil {
		t.Error("the call succeeded")
	}
}

func TestServerThatEnds(t *testing.T) {
	t.Parallel()
	s := open(t, played(t, "good"), toolsource.Options{})
	for range 2 {
		_, err := s.Call(context.Background(), "exit", json.RawMessage(`{}`))
		if err == nil || !strings.Contains(err.Error(), "it ended with exit status 7; its last words: out of memory") {
			t.Errorf("have %v", err)
		}
	}
	s.Close()
	s.Close()
}

func TestOpenIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, source := range []string{played(t, "silent"), streamable(t)} {
		if _, err := toolsource.Open(ctx, source, toolsource.Options{}); !errors.Is(err, context.Canceled) {
			t.Errorf("have %v", err)
		}
	}
}

// TestServerNeverAnswers: neither a document nor a server over HTTP is waited for
// without end, and headers reach the source's own host.
func TestServerNeverAnswers(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer x" {
			t.Errorf("%s without the header", r.URL)
		}
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	for _, source := range []string{server.URL + "/tools.json", "mcp+" + server.URL} {
		_, err := toolsource.Open(context.Background(), source, toolsource.Options{Timeout: 100 * time.Millisecond, Header: http.Header{"Authorization": {"Bearer x"}}})
		if err == nil || !strings.Contains(err.Error(), server.Listener.Addr().String()) {
			t.Errorf("have %v", err)
		}
	}
}
