package llm

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"net/http"
	"slices"
	"sync"
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
	refused := make([]bool, len(s.endpoints)) // endpoints that this attempt found dead
	for {
		index, others, err := s.choose(&request, ask.UnderWay, refused)
		if err != nil {
			return nil, err
		}
		endpoint := &s.endpoints[index]
		ask.Elsewhere = others
		slot, err := endpoint.Limiter.Acquire(ctx, ask)
		var closed *limit.ClosedError
		switch {
		case errors.As(err, &closed):
			if len(s.endpoints) == 1 {
				return nil, s.down([]limit.Load{endpoint.Limiter.Load()})
			}
			continue // it shut its gate meanwhile: choose again
		case err != nil:
			return nil, stopped(ctx, err, "stopped while waiting for a free place")
		}
		s.sent.Add(1)
		reply, err := endpoint.Client.Complete(ctx, request)
		slot.Release(s.outcome(&request, reply, err))
		// A dead endpoint fails at once and so looks idle: the attempt goes on where
		// it has not been yet.
		var failed *Error
		if refused[index] = true; errors.As(err, &failed) && failed.Class == ClassTransport && slices.Contains(refused, false) && ctx.Err() == nil {
			continue
		}
		return reply, err
	}
}

// choose returns the endpoint to ask, one that this attempt found dead only where
// all were, and whether others beside it would take the request at once. Those
// found dead do not count as others: with one of them open, a request at the gate
// of a closed endpoint would be sent away from it and chosen back for ever.
func (s *spread) choose(request *Request, underWay bool, refused []bool) (index int, others bool, err error) {
	if len(s.endpoints) == 1 {
		return 0, false, nil
	}
	loads := make([]limit.Load, len(s.endpoints))
	best := -1
	start := int(s.turn.Add(1) - 1)
	for i := range s.endpoints {
		at := (start + i) % len(s.endpoints)
		loads[at] = s.endpoints[at].Limiter.Load()
		if best < 0 || refused[best] && !refused[at] || refused[best] == refused[at] && better(loads[at], loads[best]) {
			best = at
		}
	}
	if loads[best].Down {
		return 0, false, s.down(loads)
	}
	if !underWay {
		s.homes.set(request, best)
	} else if home, known := s.homes.get(request); known && !refused[home] && bearable(loads[home], loads[best]) {
		best = home
	} else {
		s.homes.set(request, best)
	}
	for at := range loads {
		others = others || at != best && !refused[at] && loads[at].Closed == 0
	}
	return best, others, nil
}

// better reports whether a is to be preferred: open before shut, the one that
// opens sooner, the one with less to do for what it bears.
func better(a, b limit.Load) bool {
	switch {
	case a.Down != b.Down:
		return b.Down
	case a.Closed != b.Closed:
		return a.Closed < b.Closed
	}
	return (a.InFlight+a.Waiting)*b.Limit < (b.InFlight+b.Waiting)*a.Limit
}

// bearable reports whether a conversation had better stay: its prefix is worth
// more than a shorter line, but not than one a quarter shorter.
func bearable(home, best limit.Load) bool {
	if home.Closed > 0 {
		return best.Closed > 0
	}
	return 4*(home.InFlight+home.Waiting)*best.Limit <= 5*(best.InFlight+best.Waiting+1)*home.Limit
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

// mostHomes bounds the memory of which endpoint a conversation is at.
const mostHomes = 1 << 14

// homes remembers where conversations are. The oldest half is forgotten when
// there are too many.
type homes struct {
	seed      maphash.Seed
	mu        sync.Mutex
	now, past map[uint64]int
}

func (h *homes) get(request *Request) (int, bool) {
	key := h.key(request)
	h.mu.Lock()
	defer h.mu.Unlock()
	if at, known := h.now[key]; known {
		return at, true
	}
	at, known := h.past[key]
	return at, known
}

func (h *homes) set(request *Request, at int) {
	key := h.key(request)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.now == nil || len(h.now) >= mostHomes/2 {
		h.now, h.past = map[uint64]int{}, h.now
	}
	h.now[key] = at
}

// key names a conversation by its beginning, up to the first word of the model,
// and by the repeat.
func (h *homes) key(request *Request) uint64 {
	var hash maphash.Hash
	hash.SetSeed(h.seed)
	hash.WriteByte(byte(request.Repeat))
	for i := range request.Messages {
		m := &request.Messages[i]
		if m.Role == button.RoleAssistant {
			break
		}
		hash.WriteString(m.Role)
		hash.WriteByte(0)
		hash.WriteString(m.Content)
		hash.WriteByte(0)
	}
	return hash.Sum64()
}
