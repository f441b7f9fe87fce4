package llm

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/limit"
)

// Endpoint is one way to a model.
type Endpoint struct {
	// Name is what errors and statistics say, without secrets.
	Name   string
	Client Client
	// Limiter belongs to this endpoint and model alone.
	Limiter *limit.Limiter
}

// Spread returns a client that asks several endpoints for the same model, each
// within its own limits. The first request of a conversation goes to the least
// loaded endpoint, in turn among equals; the others follow it there, where the
// server still has the prefix, unless that endpoint has much more to do than the
// rest. An endpoint that rests or wants to be left alone is passed over. With
// one endpoint it is the decorator that keeps limits.
//
// Where no endpoint can be waited for any longer the error is of ClassDown.
func Spread(endpoints []Endpoint, clock limit.Clock) Client { return newSpread(endpoints, clock) }

func newSpread(endpoints []Endpoint, clock limit.Clock) *spread {
	if clock == nil {
		clock = limit.Wall()
	}
	return &spread{
		endpoints: slices.Clone(endpoints), clock: clock, tokens: newEstimator(),
		homes: homes{seed: maphash.MakeSeed()},
	}
}

type spread struct {
	endpoints []Endpoint
	clock     limit.Clock
	tokens    *estimator
	turn      atomic.Int64
	homes     homes
	sent      atomic.Int64
}

// Complete implements Client.
func (s *spread) Complete(ctx context.Context, request Request) (*Reply, error) {
	guess := s.tokens.guess(&request)
	ask := limit.Ask{Tokens: guess.PromptTokens + guess.CompletionTokens, UnderWay: underWay(&request)}
	at := s.begin(ctx)
	for {
		index, others := s.choose(&request, ask.UnderWay, at)
		if index < 0 {
			if at.dead != nil {
				return nil, at.dead
			}
			return nil, s.down(at.loads)
		}
		endpoint := &s.endpoints[index]
		ask.Elsewhere = others
		slot, err := endpoint.Limiter.Acquire(ctx, ask)
		var closed *limit.ClosedError
		switch {
		case errors.As(err, &closed):
			at.turnedAway(index, closed.Down, endpoint.Limiter.Load())
			continue
		case err != nil:
			return nil, stopped(ctx, err, "stopped while waiting for a free place")
		}
		s.sent.Add(1)
		reply, err := endpoint.Client.Complete(ctx, request)
		slot.Release(s.outcome(&request, reply, err))
		if !at.goesOn(index, err) || ctx.Err() != nil {
			return reply, err
		}
	}
}

// choose returns the endpoint to ask, -1 where there is none, and whether another
// beside it would take the request at once.
func (s *spread) choose(request *Request, underWay bool, at *attempt) (index int, others bool) {
	if len(s.endpoints) == 1 {
		if at.over[0] {
			return -1, false
		}
		return 0, false
	}
	best := -1
	start := int(s.turn.Add(1) - 1)
	for i := range s.endpoints {
		next := (start + i) % len(s.endpoints)
		at.loads[next] = s.endpoints[next].Limiter.Load()
		if !at.over[next] && !at.loads[next].Down && (best < 0 || at.better(next, best)) {
			best = next
		}
	}
	if best < 0 {
		return -1, false
	}
	if underWay {
		if home, known := s.homes.get(request); known && at.bearable(home, best) {
			best = home
		}
	}
	s.homes.set(request, best)
	for i, load := range at.loads {
		others = others || i != best && !at.over[i] && !at.away[i] && load.Closed == 0
	}
	return best, others
}

func (s *spread) down(loads []limit.Load) *Error {
	soonest := slices.MinFunc(loads, func(a, b limit.Load) int { return int(a.Closed - b.Closed) })
	detail := ""
	for i, load := range loads {
		if i > 0 {
			detail += "; "
		}
		detail += fmt.Sprintf("%s: %s", s.endpoints[i].Name, load.Reason)
	}
	return &Error{
		Class:      ClassDown,
		Detail:     fmt.Sprintf("no endpoint can be waited for any longer (%s)", detail),
		RetryAfter: soonest.Closed.Round(time.Millisecond),
	}
}

// outcome tells the limiter what became of a request.
func (s *spread) outcome(request *Request, reply *Reply, err error) limit.Outcome {
	if err == nil {
		s.tokens.learn(request, reply.Usage)
		tokens := -1
		if reply.Usage.PromptTokens >= 0 && reply.Usage.CompletionTokens >= 0 {
			tokens = reply.Usage.PromptTokens + reply.Usage.CompletionTokens
		}
		return limit.Outcome{Kind: limit.Answered, Tokens: tokens, Wish: reply.RetryAfter, Reason: "its quota is used up"}
	}
	var failure *Error
	if !errors.As(err, &failure) {
		return limit.Outcome{Kind: limit.Unsent}
	}
	outcome := limit.Outcome{Kind: limit.Answered, Reason: failure.Error()}
	switch failure.Class {
	case ClassInterrupted:
		outcome.Kind = limit.Unsent
	case ClassTransport:
		outcome.Kind = limit.Unreachable
	case ClassTimeout:
		outcome.Kind = limit.TimedOut
	case ClassRateLimit:
		outcome.Kind, outcome.Wish = limit.Throttled, failure.RetryAfter
	case ClassServer:
		outcome.Kind, outcome.Wish = limit.Failed, failure.RetryAfter
		if failure.Status == http.StatusServiceUnavailable || failure.Status == statusOverloaded {
			outcome.Kind = limit.Overloaded
		}
	}
	return outcome
}

// stopped is the error of a request that was not sent because its context ended.
func stopped(ctx context.Context, err error, detail string) *Error {
	class := ClassInterrupted
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		class = ClassTimeout
	}
	return &Error{Class: class, Detail: detail, Err: err}
}

// underWay reports whether a request goes on with a conversation.
func underWay(request *Request) bool {
	return slices.ContainsFunc(request.Messages, func(m button.Message) bool { return m.Role == button.RoleAssistant })
}
