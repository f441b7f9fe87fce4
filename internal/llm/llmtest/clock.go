package llmtest

import (
	"slices"
	"sync"
	"time"
)

// Instant is a clock on which every pause is over at once. It keeps time by the
// pauses that were asked for, and notes them. It is a limit.Clock.
type Instant struct {
	mu     sync.Mutex
	passed time.Duration
	pauses []time.Duration
}

// Now implements limit.Clock.
func (i *Instant) Now() time.Time {
	i.mu.Lock()
	defer i.mu.Unlock()
	return time.Unix(0, 0).Add(i.passed)
}

// AfterFunc implements limit.Clock.
func (i *Instant) AfterFunc(d time.Duration, f func()) (stop func() bool) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.passed += max(d, 0)
	i.pauses = append(i.pauses, d)
	go f()
	return func() bool { return false }
}

// Pauses returns what was asked for so far.
func (i *Instant) Pauses() []time.Duration {
	i.mu.Lock()
	defer i.mu.Unlock()
	return slices.Clone(i.pauses)
}
