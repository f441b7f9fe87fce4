package llm_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// counted counts what arrives.
func counted(count *atomic.Int64, then llmtest.Choose) llmtest.Choose {
	return func(index int, body []byte) llmtest.Response {
		count.Add(1)
		return then(index, body)
	}
}

// TestServersWithLimits runs many requests against servers that bear less than
// what is sent, in virtual time. All are answered, within a time that the server
// allows, and with few requests beyond those answered.
func TestServersWithLimits(t *testing.T) {
	const second = time.Second
	echoAfter := func(latency time.Duration) llmtest.Choose {
		return func(_ int, body []byte) llmtest.Response { return llmtest.After(latency, llmtest.Echo(body)) }
	}
	busy := func(status int, wish string) llmtest.Response {
		return llmtest.With(http.Header{"Retry-After": {wish}}, llmtest.Failure(status, "busy"))
	}
	for _, test := range []struct {
		name     string
		choose   llmtest.Choose
		limits   limit.Options
		requests int
		within   time.Duration
		most     int64 // attempts
	}{
		{"eight at once, 503", llmtest.AtOnce(8, busy(503, ""), echoAfter(5*second)), limit.Options{Ceiling: 100},
			400, 1.5 * 400 / 8 * 5 * second, 3 * 400},
		{"eight at once, 429", llmtest.AtOnce(8, busy(429, ""), echoAfter(5*second)), limit.Options{Ceiling: 100},
			400, 1.5 * 400 / 8 * 5 * second, 3 * 400},
		{"eight at once, 429 that names a second", llmtest.AtOnce(8, busy(429, "1"), echoAfter(5*second)), limit.Options{Ceiling: 100},
			400, 1.5 * 400 / 8 * 5 * second, 3 * 400},
		{"sixty a minute, told", llmtest.Quota(60, time.Minute, true, echoAfter(second)), limit.Options{Ceiling: 100},
			600, 1.1 * 10 * 60 * second, 600 + 10*100},
		{"sixty a minute, not told", llmtest.Quota(60, time.Minute, false, echoAfter(second)), limit.Options{Ceiling: 20},
			300, 1.5 * 5 * 60 * second, 4 * 300},
		{"sixty a minute, known", llmtest.Quota(60, time.Minute, true, echoAfter(second)), limit.Options{Ceiling: 100, RequestsPerMinute: 60},
			600, 1.1 * 10 * 60 * second, 600 + 20},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var sent atomic.Int64
				transport := llmtest.Virtual(t, counted(&sent, test.choose))
				stack := newStack(t, wire(t, "http://host/v1", transport), 0, func(o *llm.StackOptions) { o.Endpoints[0].Limits = test.limits })
				start := time.Now()
				askAll(t, stack, test.requests, test.limits.Ceiling)
				took := time.Since(start)
				t.Logf("%v of %v, %d attempts of %d; %+v", took, test.within, sent.Load(), test.most, stack.Stats())
				if took > test.within {
					t.Errorf("took %v, at most %v are due", took, test.within)
				}
				if sent.Load() > test.most {
					t.Errorf("%d attempts for %d requests", sent.Load(), test.requests)
				}
			})
		})
	}
}

// A server that restarts in the middle costs time, and nothing else.
func TestRestart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const gone, back, longestRest = 4 * time.Second, 44 * time.Second, 30 * time.Second
		start := time.Now()
		var refused atomic.Int64
		transport := llmtest.Virtual(t, func(_ int, body []byte) llmtest.Response {
			if since := time.Since(start); since > gone && since < back {
				refused.Add(1)
				if since < back-10*time.Second {
					return llmtest.Reset()
				}
				return llmtest.Failure(503, "Loading model")
			}
			return llmtest.After(200*time.Millisecond, llmtest.Echo(body))
		})
		stack := newStack(t, wire(t, "http://host/v1", transport), 100, nil)
		askAll(t, stack, 4000, 100)
		took := time.Since(start)
		t.Logf("%v, %d attempts in vain", took, refused.Load())
		if took > 11*time.Second+back-gone+longestRest {
			t.Errorf("took %v", took)
		}
		if refused.Load() > 250 {
			t.Errorf("%d attempts while the server was gone", refused.Load())
		}
	})
}

// A dead host ends a run within seconds, with one message and few attempts.
func TestDeadHost(t *testing.T) {
	for _, workers := range []int{1, 200} {
		t.Run(fmt.Sprint(workers), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var dialled atomic.Int64
				refuse := roundTripper(func(*http.Request) (*http.Response, error) {
					dialled.Add(1)
					return nil, errors.New("dial tcp 127.0.0.1:1: connect: connection refused")
				})
				stack := newStack(t, wire(t, "http://host/v1", refuse), workers, nil)
				start := time.Now()
				var group sync.WaitGroup
				for range workers {
					group.Go(func() {
						for {
							_, err := stack.Complete(t.Context(), llmtest.Question("hello"))
							var failure *llm.Error
							if !errors.As(err, &failure) {
								t.Errorf("have %v", err)
								return
							}
							if failure.Fatal() {
								if failure.Class != llm.ClassDown || !strings.Contains(failure.Detail, "connection refused") {
									t.Errorf("have %v", failure)
								}
								return
							}
						}
					})
				}
				group.Wait()
				if took := time.Since(start); took > 20*time.Second {
					t.Errorf("told after %v", took)
				}
				if n := dialled.Load(); n > int64(workers)+20 {
					t.Errorf("%d attempts", n)
				}
			})
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (r roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return r(request) }

// A wrong key is told by the first request, and asked with once.
func TestWrongKey(t *testing.T) {
	var sent atomic.Int64
	base := llmtest.Start(t, counted(&sent, llmtest.Always(llmtest.Failure(401, "wrong key"))))
	stack := newStack(t, wire(t, base, nil), 10, nil)
	_, err := stack.Complete(t.Context(), llmtest.Question("hello"))
	var failure *llm.Error
	if !errors.As(err, &failure) || !failure.Fatal() || failure.Class != llm.ClassAuth || sent.Load() != 1 {
		t.Errorf("%d sent: %v", sent.Load(), err)
	}
}

// Whatever a server does that may heal: with patience every request ends with its
// own answer. Nothing that cannot heal is asked twice.
func TestAnyTrouble(t *testing.T) {
	faults := []llmtest.Response{
		llmtest.Failure(500, "x"), llmtest.Failure(408, "x"), llmtest.Failure(425, "x"), llmtest.Failure(502, "x"), llmtest.Failure(529, "x"),
		llmtest.RateLimited("1"), llmtest.RateLimited(""), llmtest.Reset(), llmtest.HTMLPage(502), llmtest.HTMLPage(503),
		llmtest.ResetMidBody(llm.Reply{Content: "lost"}), llmtest.HalfBody(llm.Reply{Content: "lost"}), llmtest.ErrorInside(`429`), llmtest.ErrorInside(`"503"`),
	}
	for seed := range uint64(4) {
		synctest.Test(t, func(t *testing.T) {
			random := llm.Jitter(rand.New(rand.NewPCG(seed, 9)))
			latency := llmtest.Latencies(rand.New(rand.NewPCG(seed, 8)), 50*time.Millisecond, 2*time.Second, 20*time.Second, 50)
			var hosts []llm.StackEndpoint
			var sent atomic.Int64
			for i := range 1 + int(seed)%3 {
				transport := llmtest.Virtual(t, counted(&sent, func(_ int, body []byte) llmtest.Response {
					if strings.Contains(string(body), "never heals") {
						return llmtest.Failure(400, "no")
					}
					if random() < 0.3 {
						return llmtest.After(latency(), faults[int(random()*float64(len(faults)))])
					}
					return llmtest.After(latency(), llmtest.Echo(body))
				}))
				hosts = append(hosts, llm.StackEndpoint{Name: fmt.Sprint(i), Client: wire(t, "http://host/v1", transport), Limits: limit.Options{Ceiling: 20}})
			}
			stack := newStack(t, nil, 0, func(o *llm.StackOptions) { o.Endpoints = hosts })
			askAll(t, stack, 500, 40)
			before := sent.Load()
			for range 10 {
				if _, err := stack.Complete(t.Context(), llmtest.Question("never heals")); classOf(err) != llm.ClassRequest {
					t.Error(err)
				}
			}
			if n := sent.Load() - before; n != 10 {
				t.Errorf("%d attempts at 10 requests that cannot heal", n)
			}
		})
	}
}
