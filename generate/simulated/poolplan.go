package simulated

import (
	"context"
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// plan draws the jobs of a round: seeds while there are some, then expansions of
// what is in the pool; without seeds, inventions first. It asks for hardly more
// than is wanted.
func (b *poolBuilder) plan() ([]job, error) {
	var jobs []job
	want := b.Size - len(b.pool)
	for !b.dry && len(jobs) < roundJobs && len(jobs)*seedsPerRequest < want {
		seeds, err := b.seeds()
		if err != nil {
			return nil, err
		}
		if len(seeds) > 0 {
			jobs = append(jobs, b.extract(seeds))
		}
	}
	if len(jobs) > 0 {
		return jobs, nil
	}
	if len(b.pool) == 0 || b.Seeds == nil && len(b.pool)*inventedShare < b.Size {
		for len(jobs) < roundJobs && len(jobs)*inventedPerJob < want {
			jobs = append(jobs, b.invent())
		}
		return jobs, nil
	}
	for len(jobs) < roundJobs && len(jobs)*variantsPerJob < want {
		jobs = append(jobs, b.expand())
	}
	return jobs, nil
}

func (b *poolBuilder) extract(seeds []Seed) job {
	return job{StageExtract, func(ctx context.Context, asker *teach.Asker) ([]Scenario, error) {
		return ExtractScenarios(ctx, asker, seeds, b.Tables.Domains)
	}}
}

// seeds reads the seeds of one request.
func (b *poolBuilder) seeds() ([]Seed, error) {
	var seeds []Seed
	for !b.dry && len(seeds) < seedsPerRequest {
		seed, err, more := b.next()
		switch {
		case !more:
			b.dry = true
		case err != nil:
			return nil, fmt.Errorf("reading seeds: %w", err)
		default:
			b.facts.Seeds++
			seeds = append(seeds, seed)
		}
	}
	return seeds, nil
}

// invent plans scenarios of the next domain that has room.
func (b *poolBuilder) invent() job {
	domain := b.openDomain(b.invented, "")
	b.invented++
	avoid := b.avoid(domain, b.invented)
	return job{StageInvent, func(ctx context.Context, asker *teach.Asker) ([]Scenario, error) {
		return InventScenarios(ctx, asker, domain, inventedPerJob, avoid)
	}}
}

// expand plans variants of the next scenario in turn, along an axis that is drawn;
// where its domain is full, into another domain.
func (b *poolBuilder) expand() job {
	scenario := b.pool[b.expanded%len(b.pool)]
	random := button.NewRandom(button.Seed(b.PoolOptions.Seed, "axis", b.expanded))
	b.expanded++
	axis := b.Axes[random.IntN(len(b.Axes))]
	if b.facts.Domains[scenario.Domain] >= b.limit {
		axis = AxisDomain
	}
	domain := scenario.Domain
	if axis == AxisDomain {
		domain = b.openDomain(random.IntN(len(b.domains)), scenario.Domain)
	}
	if domain == scenario.Domain && axis == AxisDomain {
		axis = AxisActor // no other domain has room
	}
	avoid := b.avoid(domain, b.expanded)
	return job{StageExpand, func(ctx context.Context, asker *teach.Asker) ([]Scenario, error) {
		return ExpandScenario(ctx, asker, scenario, axis, domain, variantsPerJob, avoid)
	}}
}

// openDomain returns the first domain from a place on that has room and is not the
// given one; the given one, or any, where none has.
func (b *poolBuilder) openDomain(from int, not string) string {
	for i := range b.domains {
		domain := b.domains[(from+i)%len(b.domains)]
		if domain != not && b.facts.Domains[domain] < b.limit {
			return domain
		}
	}
	if not == "" {
		return b.domains[from%len(b.domains)]
	}
	return not
}

// avoid draws situations of a domain to stay away from.
func (b *poolBuilder) avoid(domain string, draw int) []string {
	var texts []string
	for _, scenario := range b.pool {
		if scenario.Domain == domain {
			texts = append(texts, scenario.Situation)
		}
	}
	random := button.NewRandom(button.Seed(b.PoolOptions.Seed, "avoid "+domain, draw))
	return some(random, texts, avoidShown)
}
