package limit

import (
	"context"
	"sync"
	"time"
)

// Allowance bounds how many requests are asked again, so that a server in
// trouble is not given more to do by all who failed. Every answer earns a share
// of one repetition; a trickle keeps things moving when nothing is answered at
// all. Whoever finds it spent waits, and is lost only with its context:
//
//	repetitions <= start + share * answers + trickle * seconds
type Allowance struct {
	clock                 Clock
	share, trickle, start float64

	mu      sync.Mutex
	left    float64
	counted time.Time // up to when the trickle is in left
	waiting queue
	wake    bool
}

// NewAllowance returns an allowance. share is in repetitions per answer, trickle
// in repetitions per second and must be above 0, start is also the most that can
// be saved up.
func NewAllowance(clock Clock, share, trickle, start float64) *Allowance {
	start = max(start, 1)
	return &Allowance{clock: clock, share: share, trickle: trickle, start: start, left: start, counted: clock.Now()}
}

// Earn notes an answer.
func (a *Allowance) Earn() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.left = min(a.left+a.share, a.start)
	if !a.waiting.empty() {
		a.grant()
	}
}

// Spend takes one repetition, and waits for it where there is none. The error is
// the context's.
func (a *Allowance) Spend(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w := &waiter{ready: make(chan error, 1)}
	a.mu.Lock()
	a.waiting.push(w)
	a.grant()
	a.mu.Unlock()
	select {
	case <-w.ready:
		return nil
	case <-ctx.Done():
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.waiting.remove(w) { // granted just now: let the next one have it
		a.left++
		a.grant()
	}
	return ctx.Err()
}

// grant serves who waits and, where some are left, comes back when the trickle
// has made one whole repetition. The lock is held.
func (a *Allowance) grant() {
	now := a.clock.Now()
	a.left = min(a.left+a.trickle*max(now.Sub(a.counted), 0).Seconds(), a.start)
	a.counted = now
	for a.left >= 1 {
		next := a.waiting.pop()
		if next == nil {
			return
		}
		a.left--
		next.ready <- nil
	}
	if a.waiting.empty() || a.wake {
		return
	}
	a.wake = true
	wait := time.Duration((1 - a.left) / a.trickle * float64(time.Second))
	a.clock.AfterFunc(max(wait, time.Millisecond), func() {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.wake = false
		a.grant()
	})
}
