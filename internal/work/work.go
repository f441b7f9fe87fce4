// Package work runs jobs named by an index on a bounded number of goroutines
// and hands their results to one consumer.
//
// Jobs are numbered 0, 1, 2, ... A produce function computes job i; a consume
// function takes the result on the goroutine that called Ordered or Unordered,
// never two at a time. Ordered delivers strictly by index, so that what the
// consumer sees does not depend on the number of workers. Unordered delivers
// as jobs finish, so that nothing finished waits behind something slow.
//
// Memory is bounded: at most a few results per worker wait for the consumer,
// then the workers wait too.
package work

import (
	"context"
	"errors"
	"fmt"
)

// ErrDrained is returned when Drain stopped the hand-out before the last job.
// Everything that was handed out has been finished and delivered.
var ErrDrained = errors.New("work: drained before the last job")

// PanicError is a panic of a produce function, turned into an error.
type PanicError struct {
	Index int
	Value any
	Stack []byte
}

func (e *PanicError) Error() string {
	return fmt.Sprintf("work: job %d panicked: %v\n%s", e.Index, e.Value, e.Stack)
}

// Unwrap gives the panic's value where that was an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// Option adjusts Ordered and Unordered.
type Option func(*options)

type options struct {
	count int // negative: no end
	drain <-chan struct{}
	meter *meter
	goal  func() int
	total int
	// window is the most jobs between the one handed out last and the one
	// delivered last; 0 means windowPerWorker for each worker.
	window int
}

// Count ends the work after jobs 0 to n-1. Without it jobs are handed out
// until the consumer wants no more.
func Count(n int) Option {
	return func(o *options) { o.count = max(n, 0) }
}

// Window bounds how far jobs are handed out ahead of the one that is delivered
// next: job i starts only when jobs up to i-n are delivered. It never raises the
// bound that the number of workers sets.
func Window(n int) Option {
	return func(o *options) { o.window = max(n, 1) }
}

// Drain stops the hand-out of new jobs once the channel is closed. Running jobs
// are finished and delivered, then the call returns ErrDrained.
func Drain(stop <-chan struct{}) Option {
	return func(o *options) { o.drain = stop }
}

// Ordered computes jobs on the given number of workers (at least one) and
// delivers their results in the order of their indexes, without gaps.
//
// It returns nil when the consumer wants no more or all jobs of Count are
// delivered; the consumer's error; the error of the failed job with the lowest
// index, after everything before it has been delivered; ErrDrained; or the
// cause of ctx's cancellation. A cancelled call still delivers what was
// finished up to the first gap. It returns only after every worker has ended:
// the ctx of a produce call is cancelled as soon as its result is not wanted.
func Ordered[T any](ctx context.Context, workers int,
	produce func(ctx context.Context, index int) (T, error),
	consume func(index int, item T) (more bool, err error),
	opts ...Option,
) error {
	p := newPool(ctx, workers, produce, consume, opts)
	p.ordered = true
	return p.do()
}

// Unordered is Ordered without the order: a result is delivered as soon as it
// is there. The first failed job cancels the others; what they still finish is
// delivered before its error is returned, and so it is after a cancellation.
// Which of several failures comes first depends on the schedule.
func Unordered[T any](ctx context.Context, workers int,
	produce func(ctx context.Context, index int) (T, error),
	consume func(index int, item T) (more bool, err error),
	opts ...Option,
) error {
	return newPool(ctx, workers, produce, consume, opts).do()
}
