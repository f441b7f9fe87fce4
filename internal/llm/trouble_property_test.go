package llm_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// phase is how a host behaves for a while. The last phase of a host goes on for ever.
type phase struct {
	lasts   time.Duration
	latency time.Duration
	fail    *llm.Error // nil: it answers
	every   int        // of so many requests one fails; 1 for each
}

// moody is a host that goes through phases, by the clock of the bubble.
type moody struct {
	start  time.Time
	phases []phase
	asked  atomic.Int64
}

func (m *moody) Complete(ctx context.Context, _ llm.Request) (*llm.Reply, error) {
	at, now := 0, time.Since(m.start)
	for at < len(m.phases)-1 && now >= m.phases[at].lasts {
		now -= m.phases[at].lasts
		at++
	}
	p := m.phases[at]
	n := m.asked.Add(1)
	if limit.Wait(ctx, limit.Wall(), p.latency) != nil {
		return nil, &llm.Error{Class: llm.ClassInterrupted}
	}
	if p.fail != nil && n%int64(p.every) == 0 {
		failure := *p.fail
		return nil, &failure
	}
	return llmtest.Text("ok"), nil
}

// watchedClock is the clock with a count of how often it was looked at: whoever asks a
// gate looks, so that a loop that asks it for ever shows, also where no time passes.
type watchedClock struct {
	limit.Clock
	looks, most atomic.Int64
}

func (c *watchedClock) Now() time.Time {
	if n := c.looks.Add(1); n > c.most.Load() {
		panic(fmt.Sprintf("the clock was looked at %d times", n))
	}
	return c.Clock.Now()
}

func drawPhase(t *rapid.T) phase {
	p := phase{
		lasts:   time.Duration(rapid.IntRange(1, 200_000).Draw(t, "lasts, ms")) * time.Millisecond,
		latency: time.Duration(rapid.SampledFrom([]int{0, 1, 20, 1000, 60_000}).Draw(t, "latency, ms")) * time.Millisecond,
		every:   rapid.SampledFrom([]int{1, 1, 2, 5}).Draw(t, "every"),
	}
	wish := time.Duration(rapid.SampledFrom([]int{0, 0, 1, 1000, 29_000, 300_000}).Draw(t, "wish, ms")) * time.Millisecond
	switch rapid.SampledFrom([]string{"ok", "500", "503", "429", "reset", "timeout", "400"}).Draw(t, "fault") {
	case "500":
		p.fail = &llm.Error{Class: llm.ClassServer, Status: 500, RetryAfter: wish}
	case "503":
		p.fail = &llm.Error{Class: llm.ClassServer, Status: 503, RetryAfter: wish}
	case "429":
		p.fail = &llm.Error{Class: llm.ClassRateLimit, Status: 429, RetryAfter: wish}
	case "reset":
		p.fail = &llm.Error{Class: llm.ClassTransport}
	case "timeout":
		p.fail = &llm.Error{Class: llm.ClassTimeout}
	case "400":
		p.fail = &llm.Error{Class: llm.ClassRequest, Status: 400}
	}
	return p
}

// trouble is a stack over hosts in whatever trouble, and the requests put to it.
type trouble struct {
	hosts              [][]phase
	workers, each      int
	ceiling, perMinute int
	seed               uint64
}

func drawTrouble(t *rapid.T, least int) trouble {
	tr := trouble{
		workers:   rapid.IntRange(1, 12).Draw(t, "workers"),
		each:      rapid.IntRange(1, 6).Draw(t, "requests of each"),
		ceiling:   rapid.IntRange(1, 8).Draw(t, "ceiling"),
		perMinute: rapid.SampledFrom([]int{0, 0, 30, 600}).Draw(t, "requests per minute"),
		seed:      rapid.Uint64().Draw(t, "seed"),
	}
	for range rapid.IntRange(least, 4).Draw(t, "hosts") {
		var phases []phase
		for range rapid.IntRange(1, 4).Draw(t, "phases") {
			phases = append(phases, drawPhase(t))
		}
		tr.hosts = append(tr.hosts, phases)
	}
	return tr
}

// outcome is what became of all requests.
type outcome struct {
	errs  []error // of those without an answer
	took  time.Duration
	sent  int64
	looks int64
}

const patience = 30 * time.Second

// run puts the requests in virtual time: each worker holds conversations of two turns.
func (tr trouble) run(t *testing.T) (o outcome) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		clock := &watchedClock{Clock: limit.Wall()}
		clock.most.Store(1 << 20)
		options := llm.StackOptions{Clock: clock, Random: llm.Jitter(rand.New(rand.NewPCG(tr.seed, 1)))}
		for i, phases := range tr.hosts {
			options.Endpoints = append(options.Endpoints, llm.StackEndpoint{
				Name: fmt.Sprintf("host %d", i), Client: &moody{start: start, phases: phases},
				Limits: limit.Options{Ceiling: tr.ceiling, Patience: patience, RequestsPerMinute: float64(tr.perMinute)},
			})
		}
		stack, err := llm.NewStack(options)
		if err != nil {
			t.Fatal(err)
		}
		defer stack.Close()
		var mutex sync.Mutex
		var group sync.WaitGroup
		for worker := range tr.workers {
			group.Go(func() {
				for n := range tr.each {
					request := llmtest.Question(fmt.Sprintf("%d-%d", worker, n/2))
					if n%2 == 1 {
						request = goOn(fmt.Sprintf("%d-%d", worker, n/2))
					}
					if _, err := stack.Complete(t.Context(), request); err != nil {
						mutex.Lock()
						o.errs = append(o.errs, err)
						mutex.Unlock()
					}
				}
			})
		}
		group.Wait()
		o.took, o.sent, o.looks = time.Since(start), stack.Stats().Sent, clock.looks.Load()
	})
	return o
}

// Every request ends, with an answer or not, whatever the hosts do: in bounded time,
// and without asking gates over and over.
func TestEveryRequestEnds(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTrouble(rt, 1)
		o := tr.run(t)
		requests := int64(tr.workers * tr.each)
		// A request is sent at most five times DefaultAttempts; each time it waits for
		// a gate and an answer, behind all others.
		if most := time.Duration(requests) * 5 * llm.DefaultAttempts * (time.Minute + patience); o.took > most {
			rt.Errorf("%d requests took %v", requests, o.took)
		}
		if most := 30 * (requests + o.sent); o.looks > most {
			rt.Errorf("%d requests, sent %d times, looked at the clock %d times", requests, o.sent, o.looks)
		}
	})
}

// As long as one host is well, every request gets its answer, whatever the others do
// and however quickly they do it.
func TestOneGoodHostIsEnough(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTrouble(rt, 2)
		for _, phases := range tr.hosts[1:] {
			for i := range phases {
				if phases[i].fail != nil && !phases[i].fail.Temporary() {
					phases[i].fail = nil // what is no trouble of the host ends a request
				}
			}
		}
		tr.hosts[0] = []phase{{latency: 20 * time.Millisecond}}
		if o := tr.run(t); len(o.errs) > 0 {
			rt.Errorf("%d of %d requests have no answer: %v", len(o.errs), tr.workers*tr.each, o.errs[0])
		}
	})
}

// A host that cuts a connection now and then is alive: a run is not ended because
// all others are dead.
func TestAFlakyHostIsNotDown(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		tr := drawTrouble(rt, 2)
		flaky := phase{latency: 20 * time.Millisecond, fail: &llm.Error{Class: llm.ClassTransport}, every: rapid.IntRange(2, 9).Draw(rt, "flaky")}
		tr.hosts[0] = []phase{flaky}
		for _, err := range tr.run(t).errs {
			if classOf(err) == llm.ClassDown {
				rt.Fatalf("%v", err)
			}
		}
	})
}
