package llm

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/buttonbench/button/internal/limit"
)

// RetryOptions bound how often and how fast a request is put again.
type RetryOptions struct {
	// Attempts is the most often that one request is sent, the first included;
	// less than 1 counts as 1. A server that wants the request later (429, 503, 529,
	// or any that names the time) may say so four times as often: with more workers
	// than a server has room for, somebody is always refused.
	Attempts int
	// Base is the upper bound of the first wait; it doubles with every attempt up
	// to Cap. The wait itself is drawn evenly between 0 and the bound ("full
	// jitter"), so that clients that failed together do not come back together.
	Base, Cap time.Duration
	// LongestWish is the longest Retry-After that is waited for. A server that
	// asks for more gets no further request; the caller gets its error.
	LongestWish time.Duration
	// Paced says that the client below makes every request wait as its endpoint
	// wishes, as Spread does. Then the jitter is all that is waited here, since
	// another endpoint may be free at once.
	Paced bool
	// Allowance is what repetitions are charged to; nil is no bound. A refusal
	// that names the time to come back is an invitation and is not charged.
	Allowance *limit.Allowance
	// Clock is the machine's where it is nil.
	Clock limit.Clock
	// Random draws from [0,1) and is safe for concurrent use; see Jitter.
	Random func() float64
}

// Retry returns a client that puts a request again where the error is
// Temporary. A server's Retry-After is the least it waits. Between two attempts
// it stops as soon as the context does, with ClassInterrupted.
func Retry(next Client, options RetryOptions) Client { return newRetry(next, options) }

func newRetry(next Client, options RetryOptions) *retry {
	if options.Clock == nil {
		options.Clock = limit.Wall()
	}
	return &retry{next: next, options: options}
}

// mostRefusals is how many times Attempts a request is sent at most.
const mostRefusals = 5

type retry struct {
	next    Client
	options RetryOptions
	retries atomic.Int64
}

// Complete implements Client.
func (r *retry) Complete(ctx context.Context, request Request) (*Reply, error) {
	bound := r.options.Base
	failed, refused := 0, 0
	ctx = rememberFailures(ctx)
	for {
		reply, err := r.next.Complete(ctx, request)
		if err == nil {
			if r.options.Allowance != nil {
				r.options.Allowance.Earn()
			}
			return reply, nil
		}
		var failure *Error
		if !errors.As(err, &failure) || !failure.Temporary() || !r.options.Paced && failure.RetryAfter > r.options.LongestWish {
			return nil, err
		}
		if failure.refusal() {
			refused++
		} else {
			failed++
		}
		if failed >= r.options.Attempts || failed+refused >= mostRefusals*r.options.Attempts {
			return nil, err
		}
		bound = min(bound, r.options.Cap)
		if err := r.pause(ctx, failure, bound); err != nil {
			return nil, &Error{
				Class:  ClassInterrupted,
				Detail: "stopped while waiting to ask again after: " + failure.Error(),
				Err:    err,
			}
		}
		bound *= 2
		r.retries.Add(1)
	}
}

// refusal reports whether the server has not tried, and wants the request later.
func (e *Error) refusal() bool {
	return e.RetryAfter > 0 || e.Class == ClassRateLimit || e.Status == http.StatusServiceUnavailable || e.Status == statusOverloaded
}

// statusOverloaded is what Anthropic and others answer when they cannot cope.
const statusOverloaded = 529

func (r *retry) pause(ctx context.Context, failure *Error, bound time.Duration) error {
	if r.options.Allowance != nil && failure.RetryAfter == 0 {
		if err := r.options.Allowance.Spend(ctx); err != nil {
			return err
		}
	}
	pause := time.Duration(r.options.Random() * float64(bound))
	if !r.options.Paced {
		pause += failure.RetryAfter
	}
	return limit.Wait(ctx, r.options.Clock, pause)
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
