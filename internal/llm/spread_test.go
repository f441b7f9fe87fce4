package llm_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/limit"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// host is a scripted endpoint that takes time.
type host struct {
	latency time.Duration
	fail    atomic.Pointer[llm.Error]
	asked   atomic.Int64
	script  *llmtest.Scripted
	limiter *limit.Limiter
}

func newHost(latency time.Duration, limits limit.Options) *host {
	h := &host{latency: latency, limiter: limit.New(limits)}
	h.script = &llmtest.Scripted{Respond: func(int, llm.Request) (*llm.Reply, error) {
		h.asked.Add(1)
		time.Sleep(h.latency)
		if failure := h.fail.Load(); failure != nil {
			return nil, failure
		}
		return llmtest.Text("ok"), nil
	}}
	return h
}

func spreadOver(hosts ...*host) llm.Client {
	var endpoints []llm.Endpoint
	for i, h := range hosts {
		endpoints = append(endpoints, llm.Endpoint{Name: fmt.Sprintf("host %d", i), Client: h.script, Limiter: h.limiter})
	}
	return llm.Spread(endpoints, nil)
}

// goOn is a further request of a conversation.
func goOn(text string) llm.Request {
	request := llmtest.Question(text)
	request.Messages = append(request.Messages, button.Message{Role: button.RoleAssistant, Content: "ok"}, button.Message{Role: button.RoleUser, Content: "more"})
	return request
}

func classOf(err error) llm.Class {
	var failure *llm.Error
	if errors.As(err, &failure) {
		return failure.Class
	}
	return ""
}

func TestSpreadInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := []*host{newHost(time.Second, limit.Options{Ceiling: 4}), newHost(time.Second, limit.Options{Ceiling: 4}), newHost(time.Second, limit.Options{Ceiling: 4})}
		client := spreadOver(hosts...)
		for i := range 9 {
			if _, err := client.Complete(t.Context(), llmtest.Question(fmt.Sprint(i))); err != nil {
				t.Fatal(err)
			}
		}
		for i, h := range hosts {
			if h.asked.Load() != 3 {
				t.Errorf("host %d was asked %d times of 9", i, h.asked.Load())
			}
		}
	})
}

// A slow host gets fewer requests, and nobody waits while a place is free.
func TestSpreadByLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, fast := newHost(4*time.Second, limit.Options{Ceiling: 5}), newHost(time.Second, limit.Options{Ceiling: 5})
		client := spreadOver(slow, fast)
		start := time.Now()
		askScripted(t, client, 100, 10)
		if took := time.Since(start); took > 21*time.Second { // 5 every 4 s and 5 every s: 16 s at best
			t.Errorf("took %v", took)
		}
		if slow.asked.Load() > 25 {
			t.Errorf("the slow host was asked %d times of 100", slow.asked.Load())
		}
	})
}

func askScripted(t *testing.T, client llm.Client, requests, workers int) {
	t.Helper()
	var next atomic.Int64
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := next.Add(1); i <= int64(requests); i = next.Add(1) {
				if _, err := client.Complete(t.Context(), llmtest.Question(fmt.Sprint(i))); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
}

// A conversation stays where its prefix is, unless that host is in trouble.
func TestSpreadKeepsConversations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hosts := []*host{newHost(0, limit.Options{Ceiling: 4}), newHost(0, limit.Options{Ceiling: 4})}
		client := spreadOver(hosts...)
		for i := range 10 {
			text := fmt.Sprintf("conversation %d", i)
			before := []int64{hosts[0].asked.Load(), hosts[1].asked.Load()}
			if _, err := client.Complete(t.Context(), llmtest.Question(text)); err != nil {
				t.Fatal(err)
			}
			for range 4 {
				if _, err := client.Complete(t.Context(), goOn(text)); err != nil {
					t.Fatal(err)
				}
			}
			if a, b := hosts[0].asked.Load()-before[0], hosts[1].asked.Load()-before[1]; a*b != 0 {
				t.Errorf("conversation %d: %d and %d requests", i, a, b)
			}
		}
		hosts[0].fail.Store(&llm.Error{Class: llm.ClassRateLimit, RetryAfter: time.Minute})
		for hosts[0].limiter.Load().Closed == 0 {
			client.Complete(t.Context(), goOn("conversation 0"))
			client.Complete(t.Context(), goOn("conversation 1"))
		}
		start := time.Now()
		for range 4 {
			for _, text := range []string{"conversation 0", "conversation 1"} {
				if _, err := client.Complete(t.Context(), goOn(text)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if waited := time.Since(start); waited != 0 {
			t.Errorf("waited %v though one host is free", waited)
		}
	})
}

// A dead host costs its few failures; what waited for it goes elsewhere.
func TestSpreadPassesOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dead, well := newHost(0, limit.Options{Ceiling: 10}), newHost(time.Second, limit.Options{Ceiling: 10})
		dead.fail.Store(&llm.Error{Class: llm.ClassTransport, Detail: "connection refused"})
		client := llm.Retry(spreadOver(dead, well), llm.RetryOptions{Attempts: 10, Base: 100 * time.Millisecond, Cap: time.Second, Paced: true, Random: half})
		askScripted(t, client, 100, 20)
		if n := dead.asked.Load(); n > 60 {
			t.Errorf("the dead host was asked %d times", n)
		}
		if n := well.asked.Load(); n != 100 {
			t.Errorf("the other was asked %d times", n)
		}
	})
}

// Two hosts that are dead but not yet known to be leave the third, which wants to
// be left alone for a while: it is waited for, without asking its gate over and
// over, which in virtual time would go on for ever.
func TestSpreadWaitsForTheLast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		one, two, busy := newHost(0, limit.Options{Ceiling: 4}), newHost(0, limit.Options{Ceiling: 4}), newHost(0, limit.Options{Ceiling: 4})
		client := spreadOver(one, two, busy)
		busy.fail.Store(&llm.Error{Class: llm.ClassRateLimit, RetryAfter: time.Minute})
		for busy.asked.Load() == 0 {
			client.Complete(t.Context(), llmtest.Question("hello"))
		}
		busy.fail.Store(nil)
		for _, dead := range []*host{one, two} {
			dead.fail.Store(&llm.Error{Class: llm.ClassTransport, Detail: "connection refused"})
		}
		start := time.Now()
		if _, err := client.Complete(t.Context(), llmtest.Question("hello")); err != nil {
			t.Error(err)
		}
		if waited := time.Since(start); waited != time.Minute {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestSpreadDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, hosts := range [][]*host{
			{newHost(0, limit.Options{Ceiling: 10})},
			{newHost(0, limit.Options{Ceiling: 10}), newHost(0, limit.Options{Ceiling: 10})},
		} {
			for _, h := range hosts {
				h.fail.Store(&llm.Error{Class: llm.ClassTransport, Detail: "connection refused"})
			}
			client := llm.Retry(spreadOver(hosts...), llm.RetryOptions{Attempts: 10, Base: 100 * time.Millisecond, Cap: time.Second, Paced: true, Random: half})
			start := time.Now()
			var last error
			for range 50 {
				if _, last = client.Complete(t.Context(), llmtest.Question("hello")); classOf(last) == llm.ClassDown {
					break
				}
			}
			var failure *llm.Error
			if !errors.As(last, &failure) || failure.Class != llm.ClassDown || !failure.Fatal() || failure.Temporary() {
				t.Fatalf("have %v", last)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("%d hosts: told after %v", len(hosts), took)
			}
			t.Log(time.Since(start), last)
		}
	})
}

func TestSpreadStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newHost(time.Hour, limit.Options{Ceiling: 1})
		client := spreadOver(h)
		var first sync.WaitGroup
		first.Go(func() { client.Complete(t.Context(), llmtest.Question("first")) })
		defer first.Wait()
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go func() { time.Sleep(time.Second); cancel() }()
		if _, err := client.Complete(ctx, llmtest.Question("second")); classOf(err) != llm.ClassInterrupted || !errors.Is(err, context.Canceled) {
			t.Errorf("have %v", err)
		}
		ctx, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := client.Complete(ctx, llmtest.Question("third")); classOf(err) != llm.ClassTimeout {
			t.Errorf("have %v", err)
		}
	})
}

// Who lines up at a host that shuts its gate goes to another one at once.
func TestSpreadMovesTheLine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shut, well := newHost(time.Second, limit.Options{Ceiling: 1}), newHost(5*time.Second, limit.Options{Ceiling: 3})
		shut.fail.Store(&llm.Error{Class: llm.ClassRateLimit, RetryAfter: time.Minute})
		client := spreadOver(shut, well)
		start := time.Now()
		var group sync.WaitGroup
		for i := range 12 {
			group.Go(func() {
				if _, err := client.Complete(t.Context(), llmtest.Question(fmt.Sprint(i))); err != nil && classOf(err) != llm.ClassRateLimit {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if took := time.Since(start); took > 25*time.Second {
			t.Errorf("took %v", took)
		}
		if n := shut.asked.Load(); n != 1 {
			t.Errorf("%d requests to the host that is shut", n)
		}
	})
}
