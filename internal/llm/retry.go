package llm

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// RetryOptions bound how often and how fast a request is put again.
type RetryOptions struct {
	// Attempts is the most often that one request is sent, the first included;
	// less than 1 counts as 1.
	Attempts int
	// Base is the upper bound of the first wait; it doubles with every attempt up
	// to Cap. The wait itself is drawn evenly between 0 and the bound ("full
	// jitter"), so that clients that failed together do not come back together.
	Base, Cap time.Duration
	// LongestWish is the longest Retry-After that is waited for. A server that
	// asks for more gets no further request; the caller gets its error.
	LongestWish time.Duration
	// Wait pauses; nil means Wait of this package.
	Wait func(ctx context.Context, pause time.Duration) error
	// Random draws from [0,1) and is safe for concurrent use; see Jitter.
	Random func() float64
}

// Retry returns a client that puts a request again where the error is
// Temporary. A server's Retry-After is the least it waits. Between two attempts
// it stops as soon as the context does, with ClassInterrupted.
func Retry(next Client, options RetryOptions) Client {
	if options.Wait == nil {
		options.Wait = Wait
	}
	return &retry{next, options}
}

type retry struct {
	next    Client
	options RetryOptions
}

// Complete implements Client.
func (r *retry) Complete(ctx context.Context, request Request) (*Reply, error) {
	bound := r.options.Base
	for attempt := 1; ; attempt++ {
		reply, err := r.next.Complete(ctx, request)
		if err == nil {
			return reply, nil
		}
		var failure *Error
		if !errors.As(err, &failure) || !failure.Temporary() || attempt >= r.options.Attempts ||
			failure.RetryAfter > r.options.LongestWish {
			return nil, err
		}
		bound = min(bound, r.options.Cap)
		pause := failure.RetryAfter + time.Duration(r.options.Random()*float64(bound))
		if err := r.options.Wait(ctx, pause); err != nil {
			return nil, &Error{
				Class:  ClassInterrupted,
				Detail: "stopped while waiting to ask again after: " + failure.Error(),
				Err:    err,
			}
		}
		bound *= 2
	}
}

// Wait pauses for a duration or until the context ends, whose error it returns.
func Wait(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Jitter makes a generator safe for concurrent use, as RetryOptions.Random wants it.
func Jitter(random *rand.Rand) func() float64 {
	var lock sync.Mutex
	return func() float64 {
		lock.Lock()
		defer lock.Unlock()
		return random.Float64()
	}
}
