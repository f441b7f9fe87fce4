package llm_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// priced answers after a while with the usage that use gives.
func priced(use func(index int) llm.Usage) *llmtest.Scripted {
	return &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		time.Sleep(time.Second)
		reply := llmtest.Text("an answer of thirty-two letters..")
		reply.Usage = use(index)
		return reply, nil
	}}
}

func TestCost(t *testing.T) {
	cheap := 0.025
	for _, test := range []struct {
		prices llm.Prices
		used   llm.Usage
		want   llm.NanoUSD
	}{
		{llm.Prices{Input: 2.5, Output: 10}, llm.Usage{PromptTokens: 1_000_000, CompletionTokens: 1_000_000}, 12_500_000_000},
		{llm.Prices{Input: 2.5, Output: 10}, llm.Usage{PromptTokens: 100, CachedTokens: 60, CompletionTokens: 1}, 260_000},
		{llm.Prices{Input: 0.05, CachedInput: &cheap, Output: 0.4}, llm.Usage{PromptTokens: 100, CachedTokens: 60, CompletionTokens: 1}, 40*50 + 60*25 + 400},
		{llm.Prices{Input: 2.5, Output: 10}, llm.Usage{PromptTokens: -1, CompletionTokens: -1}, 0},
		{llm.Prices{}, llm.Usage{PromptTokens: 100, CompletionTokens: 100}, 0},
	} {
		if got := test.prices.Cost(test.used); got != test.want {
			t.Errorf("%+v at %+v: %d, want %d", test.used, test.prices, got, test.want)
		}
	}
}

// A budget stops a run where it should: not much below, and above only by what
// the last answers use beyond their estimate.
func TestBudget(t *testing.T) {
	for _, test := range []struct {
		name   string
		budget llm.Budget
	}{{"tokens", llm.Budget{Tokens: 100_000}}, {"dollars", llm.Budget{USD: 0.2}}, {"both", llm.Budget{USD: 1000, Tokens: 100_000}}} {
		for _, workers := range []int{1, 50} {
			t.Run(fmt.Sprintf("%s/%d", test.name, workers), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					random := llm.Jitter(rand.New(rand.NewPCG(5, 5)))
					script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: 100, CompletionTokens: int(1000 * random())} })
					stack := newStack(t, script, workers, func(o *llm.StackOptions) {
						o.Meter = llm.MeterOptions{Prices: llm.Prices{Input: 2, Output: 2}, Budget: test.budget}
					})
					var refused atomic.Int64
					var group sync.WaitGroup
					for range workers {
						group.Go(func() {
							for {
								_, err := stack.Complete(t.Context(), llmtest.Question("hello"))
								if err == nil {
									continue
								}
								var failure *llm.Error
								if !errors.As(err, &failure) || failure.Class != llm.ClassBudget || !failure.Fatal() {
									t.Error(err)
								}
								refused.Add(1)
								return
							}
						})
					}
					group.Wait()
					spent := stack.Stats().Spent
					if spent.Tokens() < 97_000 || spent.Tokens() > 102_000 {
						t.Errorf("%d tokens are spent of 100000", spent.Tokens())
					}
					if spent.Cost != llm.NanoUSD(2000*spent.Tokens()) {
						t.Errorf("cost %d for %d tokens", spent.Cost, spent.Tokens())
					}
					// It stays so, and nothing more is sent.
					sent := len(script.Requests())
					if _, err := stack.Complete(t.Context(), llmtest.Question("hello")); classOf(err) != llm.ClassBudget {
						t.Errorf("have %v", err)
					}
					if len(script.Requests()) != sent || int(spent.Answers) != sent {
						t.Errorf("%d answers for %d requests", spent.Answers, sent)
					}
				})
			})
		}
	}
}

func TestBudgetSpentBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: 10, CompletionTokens: 10} })
		meter := llm.Meter(script, llm.MeterOptions{Budget: llm.Budget{Tokens: 1000}, Spent: llm.Spending{PromptTokens: 999}})
		if _, err := meter.Complete(t.Context(), llmtest.Question("hello")); classOf(err) != llm.ClassBudget {
			t.Errorf("have %v", err)
		}
	})
}

// Failed requests give back what they reserved.
func TestBudgetOfFailures(t *testing.T) {
	failing := &llmtest.Scripted{Respond: func(index int, _ llm.Request) (*llm.Reply, error) {
		if index < 1000 {
			return nil, &llm.Error{Class: llm.ClassServer}
		}
		return llmtest.Text("ok"), nil
	}}
	meter := llm.Meter(failing, llm.MeterOptions{Budget: llm.Budget{Tokens: 1000}})
	for i := range 1001 {
		if _, err := meter.Complete(t.Context(), llmtest.Question("hello")); (err == nil) != (i == 1000) {
			t.Fatalf("request %d: %v", i, err)
		}
	}
}

func TestWaitingForTheBudgetStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: 10, CompletionTokens: 10} })
		meter := llm.Meter(script, llm.MeterOptions{Budget: llm.Budget{Tokens: 300}})
		go meter.Complete(context.Background(), llmtest.Question("hello"))
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		if _, err := meter.Complete(ctx, llmtest.Question("hello")); classOf(err) != llm.ClassInterrupted {
			t.Errorf("have %v", err)
		}
		// When the first turns out cheap, there is room again.
		if _, err := meter.Complete(t.Context(), llmtest.Question("hello")); err != nil {
			t.Error(err)
		}
	})
}

// A server that reports nothing is counted by the length of the text.
func TestUsageNotReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: -1, CompletionTokens: -1} })
		stack := newStack(t, script, 1, nil)
		for range 3 {
			if _, err := stack.Complete(t.Context(), llmtest.Question("a question of thirty-six letters ...")); err != nil {
				t.Fatal(err)
			}
		}
		want := llm.Spending{Answers: 3, PromptTokens: 3 * 10, CompletionTokens: 3 * 9, Estimated: 3}
		if spent := stack.Stats().Spent; spent != want {
			t.Errorf("%+v", spent)
		}
	})
}

// Once the budget has stopped a run it stays so, also for a request that would fit.
func TestBudgetStaysSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: 10, CompletionTokens: 10} })
		meter := llm.Meter(script, llm.MeterOptions{Budget: llm.Budget{Tokens: 1000}})
		large, small := llmtest.Question(strings.Repeat("a", 8000)), llmtest.Question("a")
		for _, request := range []llm.Request{large, small} {
			if _, err := meter.Complete(t.Context(), request); classOf(err) != llm.ClassBudget {
				t.Errorf("have %v", err)
			}
		}
	})
}

// An answer is not expected to be longer than it may be.
func TestBudgetKnowsMaxTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := priced(func(int) llm.Usage { return llm.Usage{PromptTokens: 10, CompletionTokens: 10} })
		meter := llm.Meter(script, llm.MeterOptions{Budget: llm.Budget{Tokens: 50}})
		request, most := llmtest.Question("a"), 10
		request.Sampling.MaxTokens = &most
		if _, err := meter.Complete(t.Context(), request); err != nil {
			t.Error(err)
		}
	})
}
