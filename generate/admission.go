package generate

import (
	"context"
	"errors"
	"sync"
)

// errNotBegun ends a candidate that was still waiting when the run was drained.
var errNotBegun = errors.New("generate: the candidate was not begun")

// admission keeps a run from paying for candidates that it will not need: no more
// are begun than are likely to be missing. It only ever delays, so that it does
// not change what is made.
type admission struct {
	wanted int
	drain  <-chan struct{}

	mu        sync.Mutex
	delivered int // candidates judged
	accepted  int
	moved     chan struct{} // closed when delivered moves
}

func newAdmission(wanted int, drain <-chan struct{}) *admission {
	return &admission{wanted: wanted, drain: drain, moved: make(chan struct{})}
}

// fewestAhead is how many candidates may always be under way: fewer would leave an
// endpoint idle for the sake of a handful of requests.
const fewestAhead = 4

// trusted is how many accepted candidates the yield is reckoned with from the
// start, so that a first reject does not look like a yield of nothing.
const trusted = 8

// ahead is how many candidates beyond the delivered ones are worth beginning: as
// many as are missing at the yield so far, and a tenth more.
func (a *admission) ahead() int {
	missing := a.wanted - a.accepted
	yield := float64(a.accepted+trusted) / float64(a.delivered+trusted)
	return max(fewestAhead, int(1.1*float64(missing)/yield+0.5))
}

// wait returns when a candidate may begin. The one that is delivered next always
// may, so nothing waits for ever.
func (a *admission) wait(ctx context.Context, index int) error {
	for {
		a.mu.Lock()
		open, moved := index < a.delivered+a.ahead(), a.moved
		a.mu.Unlock()
		if open {
			return nil
		}
		select {
		case <-moved:
		case <-a.drain:
			return errNotBegun
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// judged notes that the next candidate was delivered.
func (a *admission) judged(accepted bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.delivered++
	if accepted {
		a.accepted++
	}
	close(a.moved)
	a.moved = make(chan struct{})
}
