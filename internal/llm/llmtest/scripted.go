// Package llmtest helps to test whatever stands on an llm.Client: a client that
// answers by a function, a server that misbehaves by a function, and the
// conformance suite that every client and every decorator passes.
package llmtest

import (
	"context"
	"encoding/json"
	"slices"
	"sync"

	"github.com/buttonbench/button/internal/llm"
)

// Scripted is a client that answers by a function and remembers what it was
// asked. It is safe for concurrent use if Respond is.
type Scripted struct {
	// Respond gets the number of the request, from 0, in order of arrival.
	Respond func(index int, request llm.Request) (*llm.Reply, error)

	lock     sync.Mutex
	requests []llm.Request
}

var _ llm.Client = (*Scripted)(nil)

// Complete implements llm.Client.
func (s *Scripted) Complete(ctx context.Context, request llm.Request) (*llm.Reply, error) {
	if err := ctx.Err(); err != nil {
		return nil, &llm.Error{Class: llm.ClassInterrupted, Detail: "stopped before the request was sent", Err: err}
	}
	s.lock.Lock()
	index := len(s.requests)
	s.requests = append(s.requests, request)
	s.lock.Unlock()
	return s.Respond(index, request)
}

// Requests returns what was asked so far.
func (s *Scripted) Requests() []llm.Request {
	s.lock.Lock()
	defer s.lock.Unlock()
	return slices.Clone(s.requests)
}

// Answers scripts fixed replies, one a request; the last one repeats.
func Answers(replies ...*llm.Reply) *Scripted {
	return &Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		return replies[min(index, len(replies)-1)], nil
	}}
}

// Text is a reply without calls.
func Text(content string) *llm.Reply {
	return complete(&llm.Reply{Content: content, FinishReason: "stop"})
}

// Calls is a reply that calls functions.
func Calls(calls ...llm.RawCall) *llm.Reply {
	return complete(&llm.Reply{Calls: calls, FinishReason: "tool_calls"})
}

func complete(reply *llm.Reply) *llm.Reply {
	reply.Status = 200
	reply.Usage = llm.Usage{PromptTokens: -1, CompletionTokens: -1}
	reply.Raw = json.RawMessage(Completion(*reply))
	return reply
}
