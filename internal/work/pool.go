package work

import (
	"context"
	"errors"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// windowPerWorker is how many results per worker may be running or waiting for
// the consumer. It lets workers go on for a while when the consumer, or one
// slow job that everything behind it has to wait for, holds the order up.
const windowPerWorker = 8

var (
	errStopped = errors.New("work: the consumer wants no more")
	errExited  = errors.New("work: a job ended its goroutine")
)

// job is one job with its result. Jobs are handed out one at a time: batches
// were measured and gain nothing for jobs of 100 microseconds or more.
type job[T any] struct {
	index int
	item  T
	err   error
	done  chan struct{} // receives once per use, when item and err are final
}

type pool[T any] struct {
	options
	ordered bool
	workers int
	produce func(ctx context.Context, index int) (T, error)
	consume func(index int, item T) (more bool, err error)

	parent  context.Context // the caller's
	ctx     context.Context // the jobs'
	cancel  context.CancelCauseFunc
	free    chan *job[T] // the window: nothing free, no new job
	queue   chan *job[T] // to the consumer; has room for the whole window
	running atomic.Int64
	left    atomic.Int64 // workers that have not ended
	ended   sync.WaitGroup

	mu     sync.Mutex // guards next, failed and the order of queue
	next   int        // first index not handed out
	failed bool       // a job failed: no new ones

	delivered int // the consumer's own
}

func newPool[T any](ctx context.Context, workers int,
	produce func(ctx context.Context, index int) (T, error),
	consume func(index int, item T) (bool, error),
	opts []Option,
) *pool[T] {
	p := &pool[T]{
		options: options{count: -1},
		workers: max(workers, 1),
		produce: produce,
		consume: consume,
		parent:  ctx,
	}
	for _, set := range opts {
		set(&p.options)
	}
	return p
}

func (p *pool[T]) do() error {
	p.ctx, p.cancel = context.WithCancelCause(p.parent)
	p.startMeter()
	defer p.stopMeter()  // last of all: its report finds nothing in flight
	defer p.ended.Wait() // also when the consumer panics
	defer p.cancel(errStopped)

	window := windowPerWorker * p.workers
	if p.window > 0 {
		window = min(window, p.window)
	}
	p.free = make(chan *job[T], window)
	p.queue = make(chan *job[T], window)
	for range window {
		p.free <- &job[T]{done: make(chan struct{}, 1)}
	}
	p.left.Store(int64(p.workers))
	for range p.workers {
		p.ended.Go(p.worker)
	}
	return p.deliver()
}

// worker does jobs until there are none. The last one to end closes queue.
func (p *pool[T]) worker() {
	defer func() {
		if p.left.Add(-1) == 0 {
			close(p.queue)
		}
	}()
	for {
		j := p.claim()
		if j == nil {
			return
		}
		p.run(j)
	}
}

// claim waits for room in the window and takes the next job, or returns nil
// when no more are to be done.
func (p *pool[T]) claim() *job[T] {
	var j *job[T]
	select {
	case j = <-p.free:
	case <-p.drain:
		return nil
	case <-p.ctx.Done():
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed || p.finished() || p.draining() || p.ctx.Err() != nil {
		p.free <- j // whoever waits for room has to come here too, and end
		return nil
	}
	j.index = p.next
	p.next++
	if p.ordered {
		p.queue <- j
	}
	return j
}

func (p *pool[T]) finished() bool { return p.count >= 0 && p.next >= p.count }

func (p *pool[T]) draining() bool {
	select {
	case <-p.drain:
		return true
	default:
		return false
	}
}

// run does one job and hands it to the consumer, whatever happens in produce.
func (p *pool[T]) run(j *job[T]) {
	p.running.Add(1)
	j.err = errExited // unless produce returns or panics
	defer func() {
		if value := recover(); value != nil {
			j.err = &PanicError{Index: j.index, Value: value, Stack: debug.Stack()}
		}
		if j.err != nil {
			p.mu.Lock()
			p.failed = true
			p.mu.Unlock()
		}
		p.running.Add(-1)
		j.done <- struct{}{}
		if !p.ordered {
			p.queue <- j
		}
	}()
	j.item, j.err = p.produce(p.ctx, j.index)
}

// deliver is the consumer's loop.
func (p *pool[T]) deliver() error {
	var failure error
	for {
		j, more := receive(p, p.queue)
		if !more {
			return p.outcome(failure)
		}
		receive(p, j.done)
		switch {
		case j.err == nil:
			p.delivered++
			more, err := p.consume(j.index, j.item)
			if err != nil || !more {
				return err
			}
		case failure == nil:
			failure = j.err
			p.cancel(failure)
			if p.ordered {
				return p.outcome(failure)
			}
		}
		var none T
		j.item = none
		p.free <- j
	}
}

// outcome is the error to return when the consumer was not the one to stop.
func (p *pool[T]) outcome(failure error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case failure == nil && p.finished() && p.delivered == p.count:
		return nil
	case p.parent.Err() != nil:
		return context.Cause(p.parent)
	case failure != nil:
		return failure
	default:
		return ErrDrained
	}
}
