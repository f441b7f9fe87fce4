package llm

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/buttonbench/button/internal/limit"
)

// The defaults of StackOptions.
const (
	// DefaultAttempts is enough for 2,000 requests to a server that fails a quarter
	// of the time: one in ten thousand such runs loses one.
	DefaultAttempts = 12
	// The waits are short: what they are usually for, sparing a server in trouble,
	// is done by Spread for all requests together, and by the allowance.
	defaultBase = 50 * time.Millisecond
	defaultCap  = time.Second
	// A third of what is sent to a server that fails a quarter of the time is
	// repetition; half as many repetitions as answers leaves room for that.
	retryShare = 0.5
	// retryTrickle keeps a run alive while nothing is answered, in repetitions a
	// second; retryStart, or the ceiling where that is more, is free, so that all
	// that was in flight when a server restarted is asked again at once.
	retryTrickle = 2.0
	retryStart   = 20
)

// StackEndpoint is one way to the model with what it bears.
type StackEndpoint struct {
	// Name is what messages say; it holds no secrets.
	Name   string
	Client Client
	// Limits are those of this endpoint and model. Clock is the stack's.
	Limits limit.Options
}

// StackOptions say how a model is asked. Only Endpoints and Random are needed,
// or Replay and Decode.
type StackOptions struct {
	Endpoints []StackEndpoint
	// Attempts is the most often that one request is sent; DefaultAttempts where
	// it is 0.
	Attempts int
	// Base and Cap are RetryOptions', 50 ms and 1 s where they are 0.
	Base, Cap time.Duration
	Meter     MeterOptions
	Cache     CacheOptions
	// Keeper keeps the answers of the run's conversations; nil for nobody. The
	// stack does not close it.
	Keeper *Keeper
	// Record and Replay are paths of recordings; at most one is set. A replay
	// needs no endpoint.
	Record, Replay string
	// Secrets are kept out of recordings.
	Secrets []string
	// Decode reads what Cache, Keeper, Record and Replay hold; it is that of the
	// endpoints' clients.
	Decode Decoder
	// Random draws from [0,1) for the jitter; see Jitter.
	Random func() float64
	// Clock is the machine's where it is nil.
	Clock limit.Clock
	// Warn is told what should be told and is no error; nil tells nobody.
	Warn func(text string)
}

// Stack is all decorators around the endpoints of one model. From the caller to
// the wire:
//
//	Record   the whole run as the caller saw it, also what came from the cache,
//	         so that a replay alone brings the same run
//	Cache    before the meter: what is known costs nothing, also when the budget
//	         is spent
//	Keeper   around the meter, which tells it what an answer has cost; below the
//	         cache, whose answers need no keeping
//	Meter    once a request, whatever became of its attempts; around Retry, so
//	         that a request that is being repeated keeps what it reserved
//	Retry    around Spread, so that another attempt may go elsewhere, and a
//	         request that waits to be repeated takes up no place
//	Spread   next to the endpoints, where every attempt counts: places, rates,
//	         wishes and rests of each
//
// A replay takes the place of everything.
type Stack struct {
	client   Client
	limiters []*limit.Limiter
	spread   *spread
	retry    *retry
	meter    *meter
	cache    *CacheClient
	recorder *Recorder

	underWay, answered, failed atomic.Int64
}

// NewStack puts the layers together. Nothing is sent. Close must be called.
func NewStack(options StackOptions) (*Stack, error) {
	if options.Record != "" && options.Replay != "" {
		return nil, fmt.Errorf("a run is either recorded or replayed, not both")
	}
	tape := TapeOptions{Path: options.Replay, Decode: options.Decode, Secrets: options.Secrets, Warn: options.Warn}
	s := &Stack{}
	if options.Replay != "" {
		client, err := Replay(tape)
		s.client = client
		return s, err
	}
	if len(options.Endpoints) == 0 {
		return nil, fmt.Errorf("there is no endpoint to ask")
	}
	s.wire(options)
	if options.Record != "" {
		tape.Path = options.Record
		recorder, err := Record(s.client, tape)
		if err != nil {
			return nil, err
		}
		s.recorder, s.client = recorder, recorder
	}
	return s, nil
}

// wire puts everything below the recorder together.
func (s *Stack) wire(options StackOptions) {
	clock := options.Clock
	if clock == nil {
		clock = limit.Wall()
	}
	endpoints := make([]Endpoint, len(options.Endpoints))
	ceiling := 0
	for i, e := range options.Endpoints {
		e.Limits.Clock = clock
		endpoints[i] = Endpoint{Name: e.Name, Client: e.Client, Limiter: limit.New(e.Limits)}
		s.limiters = append(s.limiters, endpoints[i].Limiter)
		ceiling += e.Limits.Ceiling
	}
	s.spread = newSpread(endpoints, clock)
	s.retry = newRetry(s.spread, RetryOptions{
		Attempts: orElse(options.Attempts, DefaultAttempts),
		Base:     orElse(options.Base, defaultBase), Cap: orElse(options.Cap, defaultCap),
		Paced: true, Clock: clock, Random: options.Random,
		Allowance: limit.NewAllowance(clock, retryShare, retryTrickle, float64(max(retryStart, ceiling))),
	})
	s.meter = newMeter(s.retry, options.Meter)
	s.client = s.meter
	if options.Keeper != nil {
		s.client = &keeping{next: s.meter, keeper: options.Keeper, decode: options.Decode}
	}
	if options.Cache.Mode != CacheOff && options.Cache.Mode != "" {
		cache := options.Cache
		if cache.Decode == nil {
			cache.Decode = options.Decode
		}
		if cache.Warn == nil {
			cache.Warn = options.Warn
		}
		s.cache = Cache(s.client, cache)
		s.client = s.cache
	}
}

func orElse[T int | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}

// Complete implements Client.
func (s *Stack) Complete(ctx context.Context, request Request) (*Reply, error) {
	s.underWay.Add(1)
	defer s.underWay.Add(-1)
	reply, err := s.client.Complete(ctx, request)
	if err != nil {
		s.failed.Add(1)
	} else {
		s.answered.Add(1)
	}
	return reply, err
}

// Close ends a recording and frees files, when no request is under way any more.
// It returns the first error of writing the recording.
func (s *Stack) Close() error {
	var err error
	if s.recorder != nil {
		err = s.recorder.Close()
	}
	if s.cache != nil {
		err = errors.Join(err, s.cache.Close())
	}
	return err
}

// Stats are a stack at one moment.
type Stats struct {
	// UnderWay counts requests of callers, InFlight those of them that a server
	// has now, Waiting those that wait for a place. Limit is how many servers are
	// trusted with at once, of Ceiling.
	UnderWay, InFlight, Waiting, Limit, Ceiling int
	// Answered and Failed count requests of callers. Sent counts what went over
	// the wire, Retries how many of these were repetitions, CacheHits what was
	// known.
	Answered, Failed, Sent, Retries, CacheHits int64
	// Spent includes what MeterOptions.Spent brought.
	Spent Spending
	// Closed is how long no endpoint takes a request, 0 where one does; Reason is
	// why.
	Closed time.Duration
	Reason string
}

// Stats returns the state now. It is cheap enough for a progress line.
func (s *Stack) Stats() Stats {
	stats := Stats{UnderWay: int(s.underWay.Load()), Answered: s.answered.Load(), Failed: s.failed.Load()}
	for i, limiter := range s.limiters {
		load := limiter.Load()
		stats.InFlight += load.InFlight
		stats.Waiting += load.Waiting
		stats.Limit += load.Limit
		stats.Ceiling += load.Ceiling
		if i == 0 || load.Closed < stats.Closed {
			stats.Closed, stats.Reason = load.Closed, load.Reason
		}
	}
	if s.spread != nil {
		stats.Sent = s.spread.sent.Load()
		stats.Retries = s.retry.retries.Load()
		stats.Spent = s.meter.spending()
	}
	if s.cache != nil {
		stats.CacheHits = s.cache.hits.Load()
	}
	return stats
}
