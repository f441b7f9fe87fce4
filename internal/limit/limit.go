// Package limit decides when a request to a server may be sent. A Limiter stands
// for one endpoint and model and joins everything that all workers must know of
// it: how many requests it bears at once (additive increase, multiplicative
// decrease), its rates per minute, until when it wants to be left alone, and
// whether it is alive at all. An Allowance bounds how many requests are asked
// again.
package limit

import (
	"context"
	"sync"
	"time"
)

// DefaultPatience is how long a closed endpoint is waited for.
const DefaultPatience = 2 * time.Minute

// Options describe one endpoint and model.
type Options struct {
	// Ceiling is the most requests in flight, at least 1. A run starts there.
	Ceiling int
	// RequestsPerMinute and TokensPerMinute are kept where they are above 0.
	RequestsPerMinute, TokensPerMinute float64
	// Patience is the longest that a server's own wish, or an outage, is waited
	// for; DefaultPatience where it is 0.
	Patience time.Duration
	// Clock is the machine's where it is nil.
	Clock Clock
}

// Limiter admits requests to one endpoint and model. It is safe for concurrent use.
type Limiter struct {
	clock    Clock
	patience time.Duration

	mu          sync.Mutex
	window      window
	outage      outage
	requests    *bucket
	tokens      *bucket
	inFlight    int
	probes      int // requests under way that were admitted as a probe
	closedUntil time.Time
	reason      string
	wake        time.Time // when dispatch is called next, zero for not at all
	// Conversations under way go first: what they have paid for is of no use
	// until they end, and a server forgets the prefix of one that waits.
	underWay, fresh queue
}

// New returns a limiter without any request in flight.
func New(options Options) *Limiter {
	l := &Limiter{
		clock:    options.Clock,
		patience: options.Patience,
		window:   newWindow(options.Ceiling),
		requests: newBucket(options.RequestsPerMinute, 1),
		tokens:   newBucket(options.TokensPerMinute, max(int(options.TokensPerMinute/60), 1)),
	}
	if l.clock == nil {
		l.clock = Wall()
	}
	if l.patience <= 0 {
		l.patience = DefaultPatience
	}
	return l
}

// Ask says what a request needs.
type Ask struct {
	// Tokens estimates prompt and answer together.
	Tokens int
	// UnderWay marks a further request of a conversation; it is admitted before
	// the first one of another.
	UnderWay bool
	// Elsewhere makes Acquire return a *ClosedError at once where it would have to
	// wait for a closed endpoint: there are others.
	Elsewhere bool
}

// ClosedError says that an endpoint takes no requests now.
type ClosedError struct {
	Until  time.Time
	Reason string
	// Down is set where the endpoint has failed for longer than it is waited for,
	// or wants to be left alone for longer.
	Down bool
}

func (e *ClosedError) Error() string { return "the endpoint is closed: " + e.Reason }

// Slot is the permission to send one request. It must be released once.
type Slot struct {
	limiter    *Limiter
	generation int
	started    time.Time
	tokens     int
	probe      bool
}

// Acquire waits until a request may be sent. The error is the context's or a
// *ClosedError.
func (l *Limiter) Acquire(ctx context.Context, ask Ask) (*Slot, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	slot := &Slot{limiter: l, tokens: max(ask.Tokens, 0)}
	for {
		if err := l.enter(ctx, slot, ask); err != nil {
			return nil, err
		}
		again, err := l.pace(ctx, slot)
		if err != nil {
			return nil, err
		}
		if !again {
			return slot, nil
		}
	}
}

// enter waits for the gate to be open and a place to be free.
func (l *Limiter) enter(ctx context.Context, slot *Slot, ask Ask) error {
	l.mu.Lock()
	now := l.clock.Now()
	if closed := l.refuses(now, ask.Elsewhere); closed != nil {
		l.mu.Unlock()
		return closed
	}
	if l.admits(now) {
		l.admit(slot, now)
		l.mu.Unlock()
		return nil
	}
	waiting := &waiter{slot: slot, elsewhere: ask.Elsewhere, ready: make(chan error, 1)}
	line := &l.fresh
	if ask.UnderWay {
		line = &l.underWay
	}
	line.push(waiting)
	l.dispatch(now)
	l.mu.Unlock()
	select {
	case err := <-waiting.ready:
		return err
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if line.remove(waiting) {
		return ctx.Err()
	}
	if err := <-waiting.ready; err == nil { // admitted just now
		l.leave(slot)
	}
	return ctx.Err()
}

// pace holds a place while the rates per minute fill up. Where the gate was shut
// meanwhile, the place is given back and the caller has to line up again; what
// was reserved stays as credit.
func (l *Limiter) pace(ctx context.Context, slot *Slot) (again bool, err error) {
	l.mu.Lock()
	if l.requests == nil && l.tokens == nil {
		l.mu.Unlock()
		return false, nil
	}
	now := l.clock.Now()
	wait := max(l.requests.take(now, 1), l.tokens.take(now, slot.tokens))
	l.mu.Unlock()
	if wait <= 0 {
		return false, nil
	}
	err = Wait(ctx, l.clock, wait)
	l.mu.Lock()
	defer l.mu.Unlock()
	now = l.clock.Now()
	slot.started = now
	if err == nil && !now.Before(l.closedUntil) {
		return false, nil
	}
	l.requests.settle(now, 1, 0)
	l.tokens.settle(now, slot.tokens, 0)
	l.leave(slot)
	return true, err
}

// admits reports whether one more request may start now.
func (l *Limiter) admits(now time.Time) bool {
	if now.Before(l.closedUntil) {
		return false
	}
	if l.outage.probing {
		return l.probes == 0
	}
	return l.inFlight < l.window.limit
}

func (l *Limiter) admit(slot *Slot, now time.Time) {
	l.inFlight++
	slot.generation, slot.started, slot.probe = l.window.generation, now, l.outage.probing
	if slot.probe {
		l.probes++
	}
}

func (l *Limiter) leave(slot *Slot) {
	l.inFlight--
	if slot.probe && l.probes > 0 && !slot.started.Before(l.outage.restUntil) {
		l.probes--
	}
	l.dispatch(l.clock.Now())
}

// refuses says whether waiting at the gate makes no sense.
func (l *Limiter) refuses(now time.Time, elsewhere bool) error {
	left := l.closedUntil.Sub(now)
	if left <= 0 {
		return nil
	}
	down := left > l.patience || l.outage.down(now, l.patience)
	if !down && !elsewhere {
		return nil
	}
	return &ClosedError{Until: l.closedUntil, Reason: l.reason, Down: down}
}

// dispatch admits whoever waits and may go, and sees to it that it is called
// again when the gate opens. The lock is held.
func (l *Limiter) dispatch(now time.Time) {
	for l.admits(now) {
		next := l.underWay.pop()
		if next == nil {
			next = l.fresh.pop()
		}
		if next == nil {
			return
		}
		l.admit(next.slot, now)
		next.ready <- nil
	}
	if now.Before(l.closedUntil) && !l.wake.Equal(l.closedUntil) && !(l.underWay.empty() && l.fresh.empty()) {
		l.wake = l.closedUntil
		l.clock.AfterFunc(l.closedUntil.Sub(now), func() {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.dispatch(l.clock.Now())
		})
	}
}

// shut closes the gate for everyone, and turns away those for whom waiting makes
// no sense any more.
func (l *Limiter) shut(now time.Time, wait time.Duration, reason string) {
	if until := now.Add(wait); until.After(l.closedUntil) {
		l.closedUntil, l.reason = until, reason
	}
	for _, line := range []*queue{&l.underWay, &l.fresh} {
		line.turnAway(func(w *waiter) error { return l.refuses(now, w.elsewhere) })
	}
	l.dispatch(now)
}

// Load describes a limiter at one moment.
type Load struct {
	InFlight, Waiting, Limit, Ceiling int
	// Closed is how much longer the gate is shut, 0 where it is open.
	Closed time.Duration
	Reason string // why it is shut
	Down   bool   // see ClosedError
}

// Load returns the state now.
func (l *Limiter) Load() Load {
	l.mu.Lock()
	defer l.mu.Unlock()
	load := Load{
		InFlight: l.inFlight, Waiting: l.underWay.length() + l.fresh.length(),
		Limit: l.window.limit, Ceiling: l.window.ceiling,
	}
	now := l.clock.Now()
	if l.outage.probing {
		load.Limit = 1
	}
	if left := l.closedUntil.Sub(now); left > 0 {
		load.Closed, load.Reason = left, l.reason
		load.Down = l.refuses(now, false) != nil
	}
	return load
}
