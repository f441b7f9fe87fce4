package llm

import (
	"context"
	"errors"
	"slices"

	"github.com/buttonbench/button/internal/limit"
)

// attempt is what one attempt at a request has learned of the endpoints. It visits
// each at most once, and each gate turns it away at most once for another's sake, so
// that it ends.
type attempt struct {
	loads  []limit.Load
	over   []bool // found dead, or shut for longer than is waited for
	away   []bool // turned away where others were open
	failed []int  // failures of the same request there, in all its attempts
	dead   error  // the last failure of a dead endpoint
}

func (s *spread) begin(ctx context.Context) *attempt {
	n := len(s.endpoints)
	flags := make([]bool, 2*n)
	at := &attempt{loads: make([]limit.Load, n), over: flags[:n], away: flags[n:]}
	if past, _ := ctx.Value(failuresKey{}).(*failures); past != nil {
		if past.by == nil {
			past.by = make([]int, n)
		}
		at.failed = past.by
	} else {
		at.failed = make([]int, n)
	}
	return at
}

func (a *attempt) turnedAway(index int, down bool, load limit.Load) {
	a.loads[index] = load
	if a.away[index] = true; down {
		a.over[index] = true
	}
}

// goesOn notes how a visit ended and reports whether the attempt goes on elsewhere:
// a dead endpoint fails at once and so looks idle.
func (a *attempt) goesOn(index int, err error) bool {
	var failure *Error
	if !errors.As(err, &failure) || !failure.Temporary() {
		return false
	}
	a.failed[index]++
	if failure.Class != ClassTransport {
		return false
	}
	a.over[index], a.dead = true, err
	return slices.Contains(a.over, false)
}

// failures is how often each endpoint has failed one request, over all its attempts.
// Retry hands it down, so that a repetition goes where it has not failed yet: of two
// endpoints the one that fails at once always looks less loaded.
type failures struct{ by []int }

type failuresKey struct{}

func rememberFailures(ctx context.Context) context.Context {
	return context.WithValue(ctx, failuresKey{}, &failures{})
}

// better reports whether endpoint i is to be preferred to j: open before shut, the
// one that opens sooner, one that did not turn the request away, one that has failed
// it less often, the one with less to do for what it bears.
func (a *attempt) better(i, j int) bool {
	one, other := a.loads[i], a.loads[j]
	switch {
	case one.Closed != other.Closed:
		return one.Closed < other.Closed
	case a.away[i] != a.away[j]:
		return a.away[j]
	case a.failed[i] != a.failed[j]:
		return a.failed[i] < a.failed[j]
	}
	return (one.InFlight+one.Waiting)*other.Limit < (other.InFlight+other.Waiting)*one.Limit
}

// bearable reports whether a conversation had better stay at its home: its prefix is
// worth more than a shorter line, but not than one a quarter shorter.
func (a *attempt) bearable(home, best int) bool {
	at, other := a.loads[home], a.loads[best]
	switch {
	case a.over[home] || at.Down || a.away[home] || a.failed[home] > a.failed[best]:
		return false
	case at.Closed > 0:
		return other.Closed > 0
	}
	return 4*(at.InFlight+at.Waiting)*other.Limit <= 5*(other.InFlight+other.Waiting+1)*at.Limit
}
