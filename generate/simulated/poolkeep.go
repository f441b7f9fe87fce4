package simulated

import (
	"context"
	"fmt"

	"github.com/buttonbench/button/internal/dedup"
)

// offeredScenario is a scenario that would be new by its words.
type offeredScenario struct {
	stage    string
	scenario Scenario
}

// take keeps what is new of a round, in the order of its jobs. Every situation is
// entered among the texts even where it is turned away for another reason: what
// was turned away once needs no second look.
func (b *poolBuilder) take(ctx context.Context, brought []asked) error {
	var fresh []offeredScenario
	for _, one := range brought {
		b.facts.Ledger.Add(one.ledger)
		if one.refusal != nil {
			b.facts.Rejects = append(b.facts.Rejects, PoolReject{Stage: one.stage, Rule: one.refusal.Rule, Detail: one.refusal.Detail, Span: one.refusal.Span})
		}
		for _, scenario := range one.scenarios {
			if _, match, found := b.texts.FindOrAdd(scenario.Situation); found {
				b.reject(scenario, RuleDuplicate, fmt.Sprintf("its words are those of an earlier scenario to %.2f", match.Similarity))
				continue
			}
			fresh = append(fresh, offeredScenario{one.stage, scenario})
		}
	}
	vectors, err := b.vectors(ctx, fresh)
	if err != nil {
		return err
	}
	for i, one := range fresh {
		switch {
		case len(b.pool) >= b.Size:
			return nil
		case b.facts.Domains[one.scenario.Domain] >= b.limit:
			b.reject(one.scenario, RuleDomainFull, fmt.Sprintf("the domain %q has its %d scenarios", one.scenario.Domain, b.limit))
			continue
		}
		if vectors != nil {
			_, match, found, err := b.means.FindOrAdd(vectors[i])
			if err != nil {
				return fmt.Errorf("comparing embeddings: %w", err)
			}
			if found {
				b.reject(one.scenario, RuleSameMeaning, fmt.Sprintf("the cosine with an earlier scenario is %.3f", match.Similarity))
				continue
			}
		}
		b.keep(one)
	}
	return nil
}

// vectors embeds scenarios, all in one go; nil where there is no embedder.
func (b *poolBuilder) vectors(ctx context.Context, fresh []offeredScenario) ([][]float32, error) {
	if b.Embed == nil || len(fresh) == 0 {
		return nil, nil
	}
	texts := make([]string, len(fresh))
	for i, one := range fresh {
		texts[i] = one.scenario.Situation
	}
	vectors, err := b.Embed(ctx, texts)
	if err != nil {
		return nil, err
	}
	if len(vectors) != len(texts) {
		return nil, fmt.Errorf("embedding %d scenarios brought %d vectors", len(texts), len(vectors))
	}
	if b.means == nil {
		if b.means, err = dedup.NewVectors(len(vectors[0]), dedup.VectorOptions{Threshold: b.Threshold}); err != nil {
			return nil, fmt.Errorf("comparing embeddings: %w", err)
		}
	}
	return vectors, nil
}

func (b *poolBuilder) keep(one offeredScenario) {
	b.pool = append(b.pool, one.scenario)
	b.facts.Size = len(b.pool)
	b.facts.Domains[one.scenario.Domain]++
	switch one.stage {
	case StageExtract:
		b.facts.Extracted++
	case StageInvent:
		b.facts.Invented++
	case StageExpand:
		b.facts.Expanded++
	}
}

func (b *poolBuilder) reject(scenario Scenario, rule, detail string) {
	b.facts.Rejects = append(b.facts.Rejects, PoolReject{Stage: StagePool, Rule: rule, Detail: detail, Span: scenario.Situation, SeedID: scenario.SeedID})
}
