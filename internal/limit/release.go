package limit

import "time"

// Kind says what became of a request, as far as the endpoint's health goes.
type Kind int

// The kinds of outcome.
const (
	// Unsent: stopped by the caller; it says nothing about the server.
	Unsent Kind = iota
	// Answered: the server did its work, be it to say that the request is wrong.
	Answered
	// Throttled: the server is well and wants fewer requests (429).
	Throttled
	// Overloaded: the server cannot cope (503, 529).
	Overloaded
	// TimedOut: no answer in time.
	TimedOut
	// Failed: another error of the server's (5xx).
	Failed
	// Unreachable: no HTTP response at all.
	Unreachable
)

// Outcome is what became of a request.
type Outcome struct {
	Kind Kind
	// Wish is how long the server wants to be left alone by everyone, 0 for not said.
	Wish time.Duration
	// Tokens is what was used, prompt and answer together; negative where it is
	// not known, and then the estimate stands.
	Tokens int
	// Reason describes a wish or failure to people.
	Reason string
}

// Release gives a slot back.
func (s *Slot) Release(outcome Outcome) {
	l := s.limiter
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	used := outcome.Tokens
	switch {
	case outcome.Kind != Answered:
		used = 0 // nothing is counted by a server that gave nothing
	case used < 0:
		used = s.tokens
	}
	l.tokens.settle(now, s.tokens, used)

	var rest time.Duration
	fail := func(unreachable bool) { rest = l.outage.fail(now, s.started, l.patience, unreachable) }
	switch outcome.Kind {
	case Answered:
		l.revive()
		l.window.answered(s.generation)
	case Throttled:
		l.revive()
		l.window.refuse(s.generation)
	case Overloaded:
		l.window.refuse(s.generation)
		fail(false)
	case TimedOut:
		l.window.timedOut(s.generation)
		fail(false)
	case Failed:
		fail(false)
	case Unreachable:
		fail(true)
	}
	if rest > 0 {
		l.probes = 0
	}
	if wait := max(rest, outcome.Wish); wait > 0 {
		l.shut(now, wait, outcome.Reason)
	}
	l.leave(s)
}

// revive ends a rest as soon as anything is answered; a wish of the server's
// stays.
func (l *Limiter) revive() {
	if l.outage.probing {
		l.probes = 0
		if l.closedUntil.Equal(l.outage.restUntil) {
			l.closedUntil = time.Time{}
		}
	}
	l.outage.answer()
}
