package limit

import (
	"context"
	"time"
)

// Clock tells the time and calls back. A test hands in one that it moves itself.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once after d, never from within the call of AfterFunc
	// itself. stop keeps f from being called and reports whether it was in time.
	AfterFunc(d time.Duration, f func()) (stop func() bool)
}

// Wall is the clock of the machine.
func Wall() Clock { return wall{} }

type wall struct{}

func (wall) Now() time.Time { return time.Now() }

func (wall) AfterFunc(d time.Duration, f func()) func() bool { return time.AfterFunc(d, f).Stop }

// Wait pauses for d, or until the context ends, whose error it returns.
func Wait(ctx context.Context, clock Clock, d time.Duration) error {
	passed := make(chan struct{})
	stop := clock.AfterFunc(d, func() { close(passed) })
	select {
	case <-passed:
		return ctx.Err()
	case <-ctx.Done():
		stop()
		return ctx.Err()
	}
}
