package llm

import (
	"context"
	"fmt"
	"math"
	"sync"
)

// Prices are in US dollars per million tokens.
type Prices struct {
	Input, Output float64
	// CachedInput is the price of prompt tokens found in the provider's prefix
	// cache; nil means that they cost as much as others.
	CachedInput *float64
}

// NanoUSD is an amount in billionths of a dollar, so that sums do not depend on
// their order.
type NanoUSD int64

// Dollars converts to dollars.
func (n NanoUSD) Dollars() float64 { return float64(n) / 1e9 }

// Cost is what a usage costs.
func (p Prices) Cost(used Usage) NanoUSD {
	cached := p.Input
	if p.CachedInput != nil {
		cached = *p.CachedInput
	}
	fresh := float64(max(used.PromptTokens-used.CachedTokens, 0))
	// A dollar per million tokens is a thousand billionths per token.
	return NanoUSD(math.Round(1000 * (fresh*p.Input + float64(max(used.CachedTokens, 0))*cached + float64(max(used.CompletionTokens, 0))*p.Output)))
}

// Budget is the most that may be spent; 0 is no bound.
type Budget struct {
	USD    float64
	Tokens int64 // prompts and answers together
}

// Spending is what answers have used and cost. Failed requests are not in it:
// servers do not say what they use.
type Spending struct {
	Answers          int64 `json:"answers"`
	PromptTokens     int64 `json:"prompt_tokens"`
	CachedTokens     int64 `json:"cached_tokens,omitempty"` // of PromptTokens
	CompletionTokens int64 `json:"completion_tokens"`
	// Estimated is the number of answers whose server did not report usage; for
	// them it was estimated from the length of the text.
	Estimated int64 `json:"estimated,omitempty"`
	// Cost follows from the rest and the prices.
	Cost NanoUSD `json:"-"`
}

// Priced is the same spending at some prices.
func (s Spending) Priced(p Prices) Spending {
	s.Cost = p.Cost(Usage{PromptTokens: int(s.PromptTokens), CachedTokens: int(s.CachedTokens), CompletionTokens: int(s.CompletionTokens)})
	return s
}

// Tokens is prompts and answers together.
func (s Spending) Tokens() int64 { return s.PromptTokens + s.CompletionTokens }

// MeterOptions say what answers cost and how much may be spent.
type MeterOptions struct {
	Prices Prices
	Budget Budget
	// Spent is what counts against the budget already, from an earlier run of the
	// same command.
	Spent Spending
}

// Meter returns a client that counts what answers use and cost. With a budget,
// every request reserves what it is expected to cost. One that does not fit
// waits while others may turn out cheaper, and gets an error of ClassBudget when
// nothing is under way any more; from then on all requests do. So the budget is
// overspent by no more than what the last answers use beyond their estimate.
func Meter(next Client, options MeterOptions) Client { return newMeter(next, options) }

func newMeter(next Client, options MeterOptions) *meter {
	return &meter{next: next, prices: options.Prices, budget: options.Budget, tokens: newEstimator(), spent: options.Spent}
}

type meter struct {
	next   Client
	prices Prices
	budget Budget
	tokens *estimator

	mu       sync.Mutex
	spent    Spending
	reserved amount
	underWay int
	over     bool
	settled  chan struct{} // closed at the next settlement; nil while nobody waits
}

type amount struct {
	tokens int64
	cost   NanoUSD
}

// caution is the part of an expected answer that is reserved on top of it: what
// is too much is given back with the answer, what is too little is overspent.
const caution = 5

// Complete implements Client.
func (m *meter) Complete(ctx context.Context, request Request) (*Reply, error) {
	reply, _, err := m.charged(ctx, request)
	return reply, err
}

// charged also tells what the answer has cost.
func (m *meter) charged(ctx context.Context, request Request) (*Reply, Spending, error) {
	held, err := m.reserve(ctx, &request)
	if err != nil {
		return nil, Spending{}, err
	}
	reply, err := m.next.Complete(ctx, request)
	if err != nil {
		m.settle(held, Spending{})
		return nil, Spending{}, err
	}
	used, estimated := m.tokens.fill(&request, reply)
	m.tokens.learn(&request, reply.Usage)
	spent := Spending{
		Answers: 1, PromptTokens: int64(used.PromptTokens), CachedTokens: int64(used.CachedTokens),
		CompletionTokens: int64(used.CompletionTokens), Cost: m.prices.Cost(used),
	}
	if estimated {
		spent.Estimated = 1
	}
	m.settle(held, spent)
	return reply, spent, nil
}

// reserve waits until what the request is expected to use fits the budget.
func (m *meter) reserve(ctx context.Context, request *Request) (amount, error) {
	if m.budget == (Budget{}) {
		return amount{}, nil
	}
	guess := m.tokens.guess(request)
	guess.CompletionTokens += guess.CompletionTokens / caution
	want := amount{tokens: int64(guess.PromptTokens + guess.CompletionTokens), cost: m.prices.Cost(guess)}
	for {
		wait, err := m.admit(want)
		if err != nil || wait == nil {
			return want, err
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return amount{}, stopped(ctx, ctx.Err(), "stopped while waiting for the budget")
		}
	}
}

// admit reserves an amount, or returns what to wait for, or the error.
func (m *meter) admit(want amount) (wait <-chan struct{}, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if !m.over && m.fits(want) {
		m.reserved.tokens += want.tokens
		m.reserved.cost += want.cost
		m.underWay++
		return nil, nil
	}
	if m.over || m.underWay == 0 {
		m.over = true
		return nil, &Error{Class: ClassBudget, Detail: m.told()}
	}
	if m.settled == nil {
		m.settled = make(chan struct{})
	}
	return m.settled, nil
}

func (m *meter) fits(want amount) bool {
	tokens := m.spent.Tokens() + m.reserved.tokens + want.tokens
	cost := m.spent.Cost + m.reserved.cost + want.cost
	return (m.budget.Tokens <= 0 || tokens <= m.budget.Tokens) &&
		(m.budget.USD <= 0 || cost.Dollars() <= m.budget.USD)
}

func (m *meter) told() string {
	if m.budget.USD > 0 {
		return fmt.Sprintf("%.4f of %g dollars and %d tokens are spent, and the next request would go beyond the budget", m.spent.Cost.Dollars(), m.budget.USD, m.spent.Tokens())
	}
	return fmt.Sprintf("%d of %d tokens are spent, and the next request would go beyond the budget", m.spent.Tokens(), m.budget.Tokens)
}

func (m *meter) settle(held amount, spent Spending) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.spent.Add(spent)
	if m.budget == (Budget{}) {
		return
	}
	m.underWay--
	m.reserved.tokens -= held.tokens
	m.reserved.cost -= held.cost
	if m.settled != nil {
		close(m.settled)
		m.settled = nil
	}
}

// Add adds another spending to this one.
func (s *Spending) Add(other Spending) {
	s.Answers += other.Answers
	s.PromptTokens += other.PromptTokens
	s.CachedTokens += other.CachedTokens
	s.CompletionTokens += other.CompletionTokens
	s.Cost += other.Cost
	s.Estimated += other.Estimated
}

func (m *meter) spending() Spending {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.spent
}
