package llm_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
	"github.com/buttonbench/button/internal/llm/openai"
)

// wire is a client that talks to a base URL, or over a transport of the test's.
func wire(t testing.TB, baseURL string, transport http.RoundTripper) *openai.Client {
	t.Helper()
	client, err := openai.New(openai.Options{BaseURL: baseURL, Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

// newStack is a stack over one client. change may adjust its options.
func newStack(t testing.TB, client llm.Client, ceiling int, change func(*llm.StackOptions)) *llm.Stack {
	t.Helper()
	options := llm.StackOptions{
		Endpoints: []llm.StackEndpoint{{Name: "here", Client: client, Limits: limit.Options{Ceiling: ceiling}}},
		Decode:    openai.Decode,
		Random:    llm.Jitter(rand.New(rand.NewPCG(1, 2))),
		Warn:      func(text string) { t.Errorf("warned: %s", text) },
	}
	if change != nil {
		change(&options)
	}
	stack, err := llm.NewStack(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stack.Close(); err != nil {
			t.Error(err)
		}
	})
	return stack
}

// Every layer alone, and all of them together, is a client.
func TestLayersConform(t *testing.T) {
	for name, layer := range map[string]func(t testing.TB, next llm.Client) llm.Client{
		"spread": func(t testing.TB, next llm.Client) llm.Client {
			clock := &llmtest.Instant{}
			return llm.Spread([]llm.Endpoint{{Name: "here", Client: next, Limiter: limit.New(limit.Options{Ceiling: 8, Clock: clock})}}, clock)
		},
		"spread over several": func(t testing.TB, next llm.Client) llm.Client {
			clock := &llmtest.Instant{}
			var endpoints []llm.Endpoint
			for i := range 3 {
				endpoints = append(endpoints, llm.Endpoint{
					Name: fmt.Sprint(i), Client: next,
					Limiter: limit.New(limit.Options{Ceiling: 4, RequestsPerMinute: 6000, TokensPerMinute: 1e6, Clock: clock}),
				})
			}
			return llm.Spread(endpoints, clock)
		},
		"meter": func(t testing.TB, next llm.Client) llm.Client {
			return llm.Meter(next, llm.MeterOptions{Prices: llm.Prices{Input: 1, Output: 2}, Budget: llm.Budget{USD: 100, Tokens: 1e9}})
		},
		"cache": func(t testing.TB, next llm.Client) llm.Client {
			cache := llm.Cache(next, llm.CacheOptions{Dir: t.TempDir(), Mode: llm.CacheWrite, Decode: openai.Decode})
			t.Cleanup(func() { cache.Close() })
			return cache
		},
		"record": func(t testing.TB, next llm.Client) llm.Client {
			recorder, err := llm.Record(next, llm.TapeOptions{Path: filepath.Join(t.TempDir(), "tape"), Decode: openai.Decode})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := recorder.Close(); err != nil {
					t.Error(err)
				}
			})
			return recorder
		},
		"keeper": func(t testing.TB, next llm.Client) llm.Client {
			k := keeper(t, llm.KeeperOptions{Dir: t.TempDir()})
			t.Cleanup(func() { closeKeeper(t, k) })
			return placed{newStack(t, next, 16, func(o *llm.StackOptions) {
				o.Clock, o.Keeper, o.Attempts = &llmtest.Instant{}, k, 1
			}), &atomic.Int64{}}
		},
		"stack": func(t testing.TB, next llm.Client) llm.Client {
			dir := t.TempDir()
			return newStack(t, next, 16, func(o *llm.StackOptions) {
				o.Clock = &llmtest.Instant{}
				o.Attempts = 3
				o.Cache = llm.CacheOptions{Dir: dir, Mode: llm.CacheWrite}
				o.Record = filepath.Join(dir, "tape")
				o.Meter.Budget.Tokens = 1e9
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			llmtest.TestClient(t, func(t testing.TB, baseURL string) llm.Client {
				return layer(t, wire(t, baseURL, nil))
			})
		})
	}
}

// placed gives every request a place of its own in a run.
type placed struct {
	next   llm.Client
	number *atomic.Int64
}

func (p placed) Complete(ctx context.Context, request llm.Request) (*llm.Reply, error) {
	request.Origin = llm.Origin{Conversation: fmt.Sprint(p.number.Add(1))}
	return p.next.Complete(ctx, request)
}

// faulty answers after a latency; a share of the requests gets a fault instead.
func faulty(latency time.Duration, fault func(index int) llmtest.Response) llmtest.Choose {
	return func(index int, body []byte) llmtest.Response {
		response := fault(index)
		if response == nil {
			response = llmtest.Echo(body)
		}
		return llmtest.After(latency, response)
	}
}

// TestNothingIsLost sends many requests to servers in all kinds of trouble, in
// virtual time. Every one must end with its own answer, within 1.3 times what it
// takes to do just the attempts that had to be made plus the time for which the
// server wanted to be left alone, and without more attempts than the faults and
// the few that were under way when the server spoke up call for.
func TestNothingIsLost(t *testing.T) {
	const requests, inFlight, latency = 2000, 100, 200 * time.Millisecond
	every := func(n int) func(int) bool {
		return func(i int) bool { return rand.New(rand.NewPCG(uint64(i), 3)).IntN(100) < n }
	}
	for _, test := range []struct {
		name  string
		fault func(random func(int) bool) func(int) llmtest.Response
		share int // of faults, in percent
	}{
		{"no faults", func(func(int) bool) func(int) llmtest.Response {
			return func(int) llmtest.Response { return nil }
		}, 0},
		{"500s", func(hit func(int) bool) func(int) llmtest.Response {
			return func(i int) llmtest.Response {
				if hit(i) {
					return llmtest.Failure(500, "x")
				}
				return nil
			}
		}, 20},
		{"429s that name a time", func(hit func(int) bool) func(int) llmtest.Response {
			return func(i int) llmtest.Response {
				if hit(i) {
					return llmtest.RateLimited("1")
				}
				return nil
			}
		}, 20},
		{"429s that name none", func(hit func(int) bool) func(int) llmtest.Response {
			return func(i int) llmtest.Response {
				if hit(i) {
					return llmtest.RateLimited("")
				}
				return nil
			}
		}, 20},
		{"both, and resets", func(hit func(int) bool) func(int) llmtest.Response {
			faults := []llmtest.Response{llmtest.Failure(500, "x"), llmtest.RateLimited("0.5"), llmtest.Reset(), llmtest.RateLimited("1")}
			return func(i int) llmtest.Response {
				if hit(i) {
					return faults[rand.New(rand.NewPCG(uint64(i), 4)).IntN(len(faults))]
				}
				return nil
			}
		}, 40},
	} {
		t.Run(test.name, func(t *testing.T) {
			// Goroutines are scheduled by chance, also in virtual time: now and then a
			// third of a round is refused by chance, and the limit is halved.
			const tries = 3
			for try := 1; ; try++ {
				ratio := lossless(t, test.fault(every(test.share)), requests, inFlight, latency)
				if ratio <= 1.3 {
					break
				}
				if try == tries {
					t.Errorf("took %.2f of the ideal time, and no less in %d tries", ratio, tries)
					break
				}
			}
		})
	}
}

// lossless puts requests to a server with faults, checks that each gets its own
// answer with no attempt beyond what the faults call for, and returns how long that
// took against the ideal.
func lossless(t *testing.T, fault func(int) llmtest.Response, requests, inFlight int, latency time.Duration) (ratio float64) {
	synctest.Test(t, func(t *testing.T) {
		var sent, failed atomic.Int64
		watched := func(i int) llmtest.Response {
			sent.Add(1)
			response := fault(i)
			if response != nil {
				failed.Add(1)
			}
			return response
		}
		transport := llmtest.Virtual(t, faulty(latency, watched))
		stack := newStack(t, wire(t, "http://host/v1", transport), inFlight, nil)
		shut := watchGate(t, stack)
		start := time.Now()
		askAll(t, stack, requests, inFlight)
		took := time.Since(start)
		ideal := time.Duration(sent.Load())*latency/time.Duration(inFlight) + shut()
		ratio = float64(took) / float64(ideal)
		t.Logf("%v for %d attempts, %d of them failed; ideal %v; ratio %.2f; %+v", took, sent.Load(), failed.Load(), ideal, ratio, stack.Stats())
		if sent.Load() != int64(requests)+failed.Load() {
			t.Errorf("%d attempts for %d requests and %d faults", sent.Load(), requests, failed.Load())
		}
	})
	return ratio
}

// watchGate measures how long the gate is shut, in virtual time.
func watchGate(t *testing.T, stack *llm.Stack) (shut func() time.Duration) {
	const step = 10 * time.Millisecond
	var total atomic.Int64
	stop := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(step):
			}
			if stats := stack.Stats(); stats.Closed > 0 && stats.InFlight == 0 {
				total.Add(int64(step))
			}
		}
	})
	return func() time.Duration {
		close(stop)
		watching.Wait()
		return time.Duration(total.Load())
	}
}

// askAll puts numbered questions and checks that each gets its own answer.
func askAll(t *testing.T, client llm.Client, requests, workers int) {
	t.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for {
				i := next.Add(1) - 1
				if i >= int64(requests) {
					return
				}
				text := fmt.Sprintf("question %d", i)
				reply, err := client.Complete(t.Context(), llmtest.Question(text))
				if err != nil {
					t.Errorf("request %d: %v", i, err)
				} else if reply.Content != text {
					t.Errorf("request %d: answer %q", i, reply.Content)
				}
			}
		})
	}
	group.Wait()
}
