package textcalls

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/toolcall"
	"github.com/google/go-cmp/cmp"
)

func tools() []button.Tool {
	return []button.Tool{{Name: "find_room", Parameters: json.RawMessage(`{"type":"object","properties":{"floor":{"type":"integer"}}}`)}}
}

func TestRead(t *testing.T) {
	const call = `<tool_call>{"name":"find_room","arguments":{"floor":3}}</tool_call>`
	one := []llm.RawCall{{Name: "find_room", Arguments: `{"floor":3}`}}
	native := []llm.RawCall{{ID: "n", Name: "find_room", Arguments: `{"floor":9}`}}
	for _, test := range []struct {
		name, parser string
		reply, want  llm.Reply
	}{
		{"a call", "hermes", llm.Reply{Content: "I look. " + call, Reasoning: "Hm."},
			llm.Reply{Content: "I look.", Reasoning: "Hm.", Calls: one, Reading: &llm.Reading{Dialect: "hermes", Outcome: "parsed"}}},
		{"a thought in the text", "hermes", llm.Reply{Content: "<think>b</think>" + call, Reasoning: "a"},
			llm.Reply{Reasoning: "a\n\nb", Calls: one, Reading: &llm.Reading{Dialect: "hermes", Outcome: "parsed"}}},
		{"an answer keeps its thought", "hermes", llm.Reply{Content: "<think>b</think>Floor 3."},
			llm.Reply{Content: "Floor 3.", Reasoning: "b", Reading: &llm.Reading{Outcome: "not_a_call"}}},
		{"a malformed call keeps its thought", "hermes", llm.Reply{Content: "<think>b</think><tool_call>x"},
			llm.Reply{Content: "<tool_call>x", Reasoning: "b", Reading: &llm.Reading{Dialect: "hermes", Outcome: "malformed", Detail: "the call at byte 0: want an object at byte 11"}}},
		{"a call left in the reasoning", "hermes", llm.Reply{Reasoning: "I look.\n" + call},
			llm.Reply{Reasoning: "I look.\n" + call, Calls: one, Reading: &llm.Reading{Dialect: "hermes", Outcome: "parsed_with_repair", Repairs: []string{"found in the reasoning"}}}},
		{"the same, found out", toolcall.Auto, llm.Reply{Reasoning: "I look.\n" + call},
			llm.Reply{Reasoning: "I look.\n" + call, Calls: one, Reading: &llm.Reading{Dialect: "hermes", Outcome: "parsed_with_repair", Repairs: []string{"found in the reasoning"}}}},
		{"a thought that does not end before its call", "kimi_k2", llm.Reply{Content: "<think>I look.<|tool_calls_section_begin|><|tool_call_begin|>functions.find_room:0<|tool_call_argument_begin|>{\"floor\":3}<|tool_call_end|><|tool_calls_section_end|>"},
			llm.Reply{Reasoning: "I look.<|tool_calls_section_begin|><|tool_call_begin|>functions.find_room:0<|tool_call_argument_begin|>{\"floor\":3}<|tool_call_end|><|tool_calls_section_end|>",
				Calls:   []llm.RawCall{{ID: "functions.find_room:0", Name: "find_room", Arguments: `{"floor":3}`}},
				Reading: &llm.Reading{Dialect: "kimi_k2", Outcome: "parsed_with_repair", Repairs: []string{"found in the reasoning"}}}},
		{"reasoning beside an answer is left alone", "hermes", llm.Reply{Content: "No.", Reasoning: call},
			llm.Reply{Content: "No.", Reasoning: call, Reading: &llm.Reading{Outcome: "not_a_call"}}},
		{"fences in a thought are examples", "fence", llm.Reply{Reasoning: "```json\n{\"name\":\"find_room\",\"arguments\":{}}\n```"},
			llm.Reply{Reasoning: "```json\n{\"name\":\"find_room\",\"arguments\":{}}\n```", Reading: &llm.Reading{Outcome: "not_a_call"}}},
		{"parsed by the server", "hermes", llm.Reply{Calls: native},
			llm.Reply{Calls: native, Reading: &llm.Reading{Outcome: "not_a_call"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := test.reply
			have := Read(&test.reply, tools(), test.parser)
			if diff := cmp.Diff(&test.want, have); diff != "" {
				t.Errorf("(want -, have +)\n%s", diff)
			}
			if diff := cmp.Diff(before, test.reply); diff != "" {
				t.Errorf("the answer given was changed:\n%s", diff)
			}
		})
	}
}

// canned answers with the same text and keeps the last request.
type canned struct {
	reply   llm.Reply
	err     error
	request llm.Request
}

func (c *canned) Complete(_ context.Context, request llm.Request) (*llm.Reply, error) {
	c.request = request
	reply := c.reply
	return &reply, c.err
}

func TestClient(t *testing.T) {
	next := &canned{reply: llm.Reply{Content: `<call>[{"name":"find_room","arguments":{"floor":3}}]</call>`}}
	request := llm.Request{Tools: tools(), Messages: []button.Message{{Role: button.RoleUser, Content: "Floor 3?"}}}
	prompted, err := New(next, Options{Prompted: true, Parser: "button"})
	if err != nil {
		t.Fatal(err)
	}
	reply, err := prompted.Complete(t.Context(), request)
	if err != nil || len(reply.Calls) != 1 {
		t.Fatalf("%+v, %v", reply, err)
	}
	if len(next.request.Tools) != 0 || len(next.request.Messages) != 2 || !strings.Contains(next.request.Messages[0].Content, "find_room") {
		t.Errorf("prompted request: %+v", next.request)
	}
	if len(request.Messages) != 1 {
		t.Error("the request given was changed")
	}
	parsing, err := New(next, Options{Parser: toolcall.Auto})
	if err != nil {
		t.Fatal(err)
	}
	if reply, err := parsing.Complete(t.Context(), request); err != nil || len(reply.Calls) != 1 || len(next.request.Tools) != 1 {
		t.Errorf("%+v, %v; request %+v", reply, err, next.request)
	}
	request.Tools = nil
	if reply, _ := parsing.Complete(t.Context(), request); len(reply.Calls) != 0 || reply.Reading != nil {
		t.Errorf("without tools nothing is read: %+v", reply)
	}
	next.err = errors.New("down")
	if _, err := parsing.Complete(t.Context(), request); !errors.Is(err, next.err) {
		t.Errorf("error %v", err)
	}
}

func TestNew(t *testing.T) {
	next := &canned{}
	for _, native := range []string{"", Native} {
		if same, err := New(next, Options{Parser: native}); err != nil || same != llm.Client(next) {
			t.Errorf("parser %q: %v, %v", native, same, err)
		}
	}
	for _, options := range []Options{{Parser: "klingon"}, {Prompted: true, Parser: "klingon"}, {Prompted: true, Parser: "jamba"}, {Prompted: true, Parser: toolcall.Auto}} {
		var unknown *UnknownError
		if _, err := New(next, options); !errors.As(err, &unknown) || unknown.Name != options.Parser || len(unknown.Known) == 0 {
			t.Errorf("%+v: error %v", options, err)
		}
	}
	// Every name that is listed is taken.
	for _, name := range Parsers() {
		if _, err := New(next, Options{Parser: name}); err != nil {
			t.Errorf("parser %s: %v", name, err)
		}
	}
	for _, name := range Renderers() {
		if _, err := New(next, Options{Prompted: true, Parser: name}); err != nil || !slices.Contains(Parsers(), name) {
			t.Errorf("renderer %s: %v", name, err)
		}
	}
}

func TestWatch(t *testing.T) {
	next := &canned{}
	watcher := Watch(next)
	for _, reply := range []llm.Reply{
		{Content: "Floor 3 is free."},
		{Content: `<tool_call>{"name":"find_room","arguments":{"floor":3}}</tool_call>`},
		{Content: `[TOOL_CALLS]find_room[ARGS]{"floor":3}`},
		{Reasoning: `[TOOL_CALLS]find_room[ARGS]{"floor":3}`},
		{Content: `[TOOL_CALLS]sing[ARGS]{}`}, // nobody's tool
		{Content: `[TOOL_CALLS]find_room[ARGS]{}`, Calls: []llm.RawCall{{Name: "find_room"}}},
	} {
		next.reply = reply
		have, err := watcher.Complete(t.Context(), llm.Request{Tools: tools()})
		if err != nil || !cmp.Equal(have, &reply) {
			t.Errorf("%+v came through as %+v, %v", reply, have, err)
		}
	}
	if answers, unread, dialect := watcher.Unread(); answers != 6 || unread != 3 || dialect != "mistral" {
		t.Errorf("%d answers, %d unread, by %q", answers, unread, dialect)
	}
	if _, err := watcher.Complete(t.Context(), llm.Request{}); err != nil {
		t.Fatal(err)
	}
	if offered, called := watcher.Calls(); offered != 6 || called != 1 {
		t.Errorf("%d answers to requests with tools, %d with calls", offered, called)
	}
}
