package generate

import (
	"context"
	"errors"
	"sync"
)

// errNotBegun ends a candidate that was still waiting when the run was drained.
var errNotBegun = errors.New("generate: the candidate was not begun")

// admission keeps a run from paying for candidates that it will not need: no more
// are under way than are missing, so that none is ever begun in vain, and a run
// whose answers are all cached asks nothing. The price is a slower end where many
// are rejected. It only delays: it does not change what is made.
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

// wait returns when a candidate may begin. The one that is delivered next always
// may, so nothing waits for ever.
func (a *admission) wait(ctx context.Context, index int) error {
	for {
		a.mu.Lock()
		open, moved := index < a.delivered+a.wanted-a.accepted, a.moved
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
