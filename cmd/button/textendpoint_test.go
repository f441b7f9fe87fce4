package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// speech makes a server with native calls speak as one that parses none: its
// calls go out as text of a dialect, and a conversation in which tools, calls and
// results are text is read back before the server sees it.
type speech struct {
	dialect toolcall.Dialect
	torn    bool            // calls break off in the middle
	tools   [][]button.Tool // every set of tools that the data offers
}

// speaks DIALECT [torn], or speaks native: how the served endpoint calls.
func speaks(ts *testscript.TestScript, neg bool, args []string) {
	e := endpointOf(ts)
	e.lock.Lock()
	defer e.lock.Unlock()
	if len(args) == 0 {
		ts.Fatalf("usage: speaks DIALECT [torn]")
	}
	if e.speech = nil; args[0] == "native" {
		return
	}
	dialect, ok := toolcall.Lookup(args[0])
	if !ok || dialect.Render == nil {
		ts.Fatalf("nobody can speak %s", args[0])
	}
	e.speech = &speech{dialect: dialect, torn: slices.Contains(args, "torn")}
	known := map[string]bool{}
	ts.Check(eachRecord(e.records, func(_ int, record *button.Record) (bool, error) {
		if prompt := dialect.Render.Prompt(record.Tools, true); !known[prompt] {
			known[prompt] = true
			e.speech.tools = append(e.speech.tools, record.Tools)
		}
		return true, nil
	}))
}

// request reads a request back into one with native tools and calls; one that
// has native tools stays as it is.
func (s *speech) request(body []byte) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil || fields["tools"] != nil {
		return body, err
	}
	var messages []button.Message
	if err := json.Unmarshal(fields["messages"], &messages); err != nil {
		return nil, err
	}
	messages, tools, parallel := s.conversation(messages)
	if tools == nil {
		return body, nil
	}
	fields["parallel_tool_calls"] = strconv.AppendBool(nil, parallel)
	var offered []string
	for _, tool := range tools {
		offered = append(offered, string(tool.AppendJSON(nil)))
	}
	fields["tools"] = json.RawMessage("[" + strings.Join(offered, ",") + "]")
	said, err := json.Marshal(messages)
	if err != nil {
		return nil, err
	}
	fields["messages"] = said
	return json.Marshal(fields)
}

// conversation undoes Renderer.Messages. Without tools in the system message it is
// none of that kind, and the tools are nil.
func (s *speech) conversation(messages []button.Message) (native []button.Message, tools []button.Tool, parallel bool) {
	if len(messages) == 0 || messages[0].Role != button.RoleSystem {
		return nil, nil, false
	}
	for _, offered := range s.tools {
		for _, together := range []bool{true, false} {
			before, found := strings.CutSuffix(messages[0].Content, strings.TrimSpace(s.dialect.Render.Prompt(offered, together)))
			if !found || tools != nil {
				continue
			}
			tools, parallel = offered, together
			if before = strings.TrimSpace(before); before != "" {
				native = append(native, button.Message{Role: button.RoleSystem, Content: before})
			}
		}
	}
	if tools == nil {
		return nil, nil, false
	}
	var open []button.Call // calls whose results come next
	for i, message := range messages[1:] {
		if len(open) > 0 {
			for _, call := range open {
				native = append(native, button.Message{Role: button.RoleTool, ToolCallID: call.ID, Content: message.Content})
			}
			open = nil
			continue
		}
		if message.Role == button.RoleAssistant {
			for n, call := range toolcall.Parse(message.Content, tools, s.dialect.Name).Calls {
				open = append(open, button.Call{ID: fmt.Sprintf("call%d_%d", i, n), Name: call.Name, Arguments: call.Arguments})
			}
			message.ToolCalls = open
		}
		native = append(native, message)
	}
	return native, tools, parallel
}

// answer writes the calls of an answer as text.
func (s *speech) answer(body []byte) ([]byte, error) {
	var fields struct {
		Choices []struct {
			Message struct {
				Content string `json:"content"`
				Calls   []struct {
					ID       string `json:"id"`
					Function struct {
						Name      string `json:"name"`
						Arguments string `json:"arguments"`
					} `json:"function"`
				} `json:"tool_calls"`
			} `json:"message"`
		} `json:"choices"`
		Usage json.RawMessage `json:"usage"`
	}
	if err := json.Unmarshal(body, &fields); err != nil || len(fields.Choices) == 0 || len(fields.Choices[0].Message.Calls) == 0 {
		return body, err
	}
	said := fields.Choices[0].Message
	var calls []button.Call
	for _, call := range said.Calls {
		calls = append(calls, button.Call{ID: call.ID, Name: call.Function.Name, Arguments: json.RawMessage(call.Function.Arguments)})
	}
	text := s.dialect.Render.Calls(said.Content, calls)
	if s.torn {
		text = text[:len(text)/2]
	}
	return json.Marshal(map[string]any{
		"id": "text", "object": "chat.completion", "model": "text", "usage": fields.Usage,
		"choices": []any{map[string]any{"index": 0, "finish_reason": "stop", "message": map[string]any{"role": "assistant", "content": text}}},
	})
}

// exchange takes a request through a server with native calls.
func (s *speech) exchange(w http.ResponseWriter, r *http.Request, body []byte, next http.Handler) {
	native, err := s.request(body)
	if err != nil {
		http.Error(w, fmt.Sprintf(`{"error":{"message":%q}}`, err.Error()), http.StatusBadRequest)
		return
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(native)), int64(len(native))
	r.Header.Del("Accept-Encoding")
	held := &heldAnswer{ResponseWriter: w, status: http.StatusOK}
	next.ServeHTTP(held, r)
	answer := held.body.Bytes()
	if held.status == http.StatusOK {
		if told, err := s.answer(answer); err == nil {
			answer = told
		}
	}
	w.Header().Del("Content-Length")
	w.WriteHeader(held.status)
	w.Write(answer)
}

// heldAnswer keeps an answer back.
type heldAnswer struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (h *heldAnswer) WriteHeader(status int)         { h.status = status }
func (h *heldAnswer) Write(data []byte) (int, error) { return h.body.Write(data) }
