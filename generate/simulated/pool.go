package simulated

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/dedup"
	"github.com/buttonbench/button/internal/work"
)

// StagePool is no stage of a teacher: it keeps scenarios apart from one another.
const StagePool = "scenario_pool"

// Embedder turns texts into vectors of one length.
type Embedder func(ctx context.Context, texts []string) ([][]float32, error)

// PoolOptions say what pool of scenarios to build.
type PoolOptions struct {
	Teacher *teach.Teacher
	Tables  *Tables
	Size    int    // how many scenarios
	Seed    uint64 // of everything random
	Workers int    // requests at a time; they change nothing of what comes out
	// Seeds is read once, in its order; nil to invent scenarios from scratch. What
	// seeds do not give, expansion does (paper section 2.1).
	Seeds iter.Seq2[Seed, error]
	// Texts says when two situations are near-duplicates by their words;
	// DefaultTexts where it is zero.
	Texts dedup.Options
	// Embed, where it is given, finds those that mean the same: from a cosine of
	// Threshold, 0.9 where it is zero.
	Embed     Embedder
	Threshold float64
	// DomainShare is the largest share of one domain; 0.1 where it is zero.
	DomainShare float64
	// Axes are those along which scenarios are expanded; all where there are none.
	Axes []Axis
	// Progress, where it is given, is told the counts after each round.
	Progress func(facts *PoolFacts)
}

// DefaultTexts calls situations near-duplicates that share six tenths of their
// pairs of words: they are short, so that more would miss a changed word or two.
func DefaultTexts() dedup.Options { return dedup.Options{Threshold: 0.6, ShingleWords: 2} }

// The limits of a round. It is the same at any number of workers, since what a
// round sees of the pool is what stood there when it began.
const (
	roundJobs        = 32
	seedsPerRequest  = 3
	variantsPerJob   = 3
	inventedPerJob   = 4
	avoidShown       = 5
	mostIdleRounds   = 6 // in a row, before the pool is given up
	inventedShare    = 2 // of a pool without seeds one half is invented, the other expanded
	defaultThreshold = 0.9
	defaultShare     = 0.1
)

// PoolFacts counts what happened to a pool, and keeps what was turned away.
type PoolFacts struct {
	Size      int            `json:"size"`
	Seeds     int            `json:"seeds_read"`
	Extracted int            `json:"extracted"`
	Invented  int            `json:"invented"`
	Expanded  int            `json:"expanded"`
	Rounds    int            `json:"rounds"`
	Domains   map[string]int `json:"domains"`
	Rejects   []PoolReject   `json:"-"`
	Ledger    teach.Ledger   `json:"-"`
}

// PoolReject is a scenario, or a request for some, that came to nothing.
type PoolReject struct {
	Stage, Rule, Detail, Span string
	SeedID                    string
}

// PoolShort says that round after round brought nothing new.
type PoolShort struct {
	Have, Want int
	LastRule   string // what turned the last scenario away
}

func (e *PoolShort) Error() string {
	return fmt.Sprintf("building the pool of scenarios: %d of %d, and the last %d rounds brought nothing new (mostly: %s); give more seeds, loosen the threshold of near-duplicates, or ask for fewer", e.Have, e.Want, mostIdleRounds, e.LastRule)
}

// BuildPool builds a pool of scenarios: near-duplicates taken out, no domain
// beyond its share, and the same for the same seed at any number of workers. The
// facts are there beside an error too; it is a *PoolShort where the teacher brings
// nothing new any more, and then the pool is what there is.
func BuildPool(ctx context.Context, options PoolOptions) ([]Scenario, *PoolFacts, error) {
	b, err := newPoolBuilder(options)
	if err != nil {
		return nil, &PoolFacts{}, err
	}
	defer b.stop()
	for idle := 0; len(b.pool) < options.Size; {
		have := len(b.pool)
		if err := b.round(ctx); err != nil {
			return b.pool, b.facts, err
		}
		if idle++; len(b.pool) > have {
			idle = 0
		}
		if idle == mostIdleRounds {
			return b.pool, b.facts, &PoolShort{Have: len(b.pool), Want: options.Size, LastRule: b.lastRule()}
		}
		if options.Progress != nil {
			options.Progress(b.facts)
		}
	}
	return b.pool, b.facts, nil
}

type poolBuilder struct {
	PoolOptions
	facts *PoolFacts
	pool  []Scenario
	texts *dedup.Index
	means *dedup.Vectors // made with the first vectors
	next  func() (Seed, error, bool)
	stop  func()
	dry   bool // no seeds are left
	limit int  // of a domain

	jobs     int // planned so far
	expanded int // jobs of expansion planned so far
	invented int // jobs of invention planned so far
	domains  []string
}

func newPoolBuilder(options PoolOptions) (*poolBuilder, error) {
	if options.DomainShare == 0 {
		options.DomainShare = defaultShare
	}
	if options.Threshold == 0 {
		options.Threshold = defaultThreshold
	}
	if len(options.Axes) == 0 {
		options.Axes = Axes()
	}
	if options.Texts == (dedup.Options{}) {
		options.Texts = DefaultTexts()
	}
	texts, err := dedup.New(options.Texts)
	if err != nil {
		return nil, err
	}
	b := &poolBuilder{PoolOptions: options, facts: &PoolFacts{Domains: map[string]int{}}, texts: texts, dry: options.Seeds == nil, stop: func() {}}
	b.limit = max(1, int(math.Ceil(options.DomainShare*float64(options.Size))))
	if b.limit*len(options.Tables.Domains) < options.Size {
		return nil, fmt.Errorf("a share of %g for each of %d domains does not fill a pool; it must be at least %.3f",
			options.DomainShare, len(options.Tables.Domains), 1/float64(len(options.Tables.Domains)))
	}
	if options.Seeds != nil {
		b.next, b.stop = iter.Pull2(options.Seeds)
	}
	random := button.NewRandom(button.Seed(options.Seed, "order of domains", 0))
	b.domains = some(random, options.Tables.Domains, len(options.Tables.Domains))
	return b, nil
}

// job asks for some scenarios.
type job struct {
	stage string
	ask   func(ctx context.Context, asker *teach.Asker) ([]Scenario, error)
}

// asked is what a job brought.
type asked struct {
	stage     string
	scenarios []Scenario
	refusal   *teach.Refusal
	ledger    *teach.Ledger
}

// round plans jobs from the pool as it is, does them, and takes in what they
// bring, in their order.
func (b *poolBuilder) round(ctx context.Context) error {
	jobs, err := b.plan()
	if err != nil {
		return err
	}
	first := b.jobs
	b.jobs += len(jobs)
	b.facts.Rounds++
	var brought []asked
	produce := func(ctx context.Context, index int) (asked, error) {
		asker := b.Teacher.For(button.Seed(b.Seed, "pool", first+index))
		scenarios, err := jobs[index].ask(ctx, asker)
		one := asked{stage: jobs[index].stage, scenarios: scenarios, ledger: asker.Ledger()}
		if err != nil && !errors.As(err, &one.refusal) {
			return one, err
		}
		return one, nil
	}
	consume := func(_ int, one asked) (bool, error) {
		brought = append(brought, one)
		return true, nil
	}
	if err := work.Ordered(ctx, max(b.Workers, 1), produce, consume, work.Count(len(jobs))); err != nil {
		return err
	}
	return b.take(ctx, brought)
}

func (b *poolBuilder) lastRule() string {
	if n := len(b.facts.Rejects); n > 0 {
		return b.facts.Rejects[n-1].Rule
	}
	return "nothing came"
}
