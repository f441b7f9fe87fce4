package simulated

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button/generate/teach"
)

// Seed is a record of a seed collection: a conversation, or a list of functions
// with what they are for.
type Seed struct {
	ID        string // kept with everything that comes of it
	Text      string
	Functions []string // names of its functions
}

// mostSeedBytes bounds what a teacher is shown of a seed. The beginning tells what
// it is about.
const mostSeedBytes = 1500

// ExtractScenarios draws scenarios from seeds, at most one from each. The domains
// are those to choose from. The error is a *teach.Refusal, or as teach.Ask has it.
func ExtractScenarios(ctx context.Context, asker *teach.Asker, seeds []Seed, domains []string) ([]Scenario, error) {
	material := ExtractMaterial{Domains: domains}
	for i, seed := range seeds {
		text := seed.Text
		if len(text) > mostSeedBytes {
			text = text[:mostSeedBytes]
		}
		material.Seeds = append(material.Seeds, NumberedSeed{i, strings.ToValidUTF8(text, "")})
	}
	reply, err := teach.Ask(ctx, asker, StageExtract, material, func(reply *ExtractReply) []teach.Violation {
		var faults []teach.Violation
		used := map[int]bool{}
		for i, scenario := range reply.Scenarios {
			if scenario.Seed >= len(seeds) || used[scenario.Seed] {
				faults = append(faults, broken(RuleUnknownSeed, fmt.Sprintf("scenarios[%d].seed: %d", i, scenario.Seed), "each scenario belongs to another one of the %d seeds, numbered from 0", len(seeds)))
				continue
			}
			used[scenario.Seed] = true
			for _, name := range seeds[scenario.Seed].Functions {
				if namesFunction(scenario.Situation, name) {
					faults = append(faults, broken(RuleSeedFunction, name, "scenarios[%d] names a function", i))
				}
			}
			if !slices.Contains(domains, scenario.Domain) {
				faults = append(faults, broken(RuleDomain, scenario.Domain, "the domain of scenarios[%d] is none of those listed", i))
			}
		}
		return append(faults, scenarioFaults(textsOf(reply.Scenarios), nil)...)
	})
	if err != nil {
		return nil, err
	}
	var scenarios []Scenario
	for _, one := range reply.Scenarios {
		scenarios = append(scenarios, one.scenario(seeds[one.Seed].ID))
	}
	return scenarios, nil
}

// InventScenarios has count scenarios of one domain written from scratch. avoid
// holds situations to stay away from. The errors are those of ExtractScenarios.
func InventScenarios(ctx context.Context, asker *teach.Asker, domain string, count int, avoid []string) ([]Scenario, error) {
	material := InventMaterial{Domain: domain, Count: count, Avoid: notNil(avoid)}
	reply, err := teach.Ask(ctx, asker, StageInvent, material, func(reply *InventReply) []teach.Violation {
		faults := domainFaults(reply.Scenarios, domain, count)
		return append(faults, scenarioFaults(reply.Scenarios, avoid)...)
	})
	if err != nil {
		return nil, err
	}
	var scenarios []Scenario
	for _, one := range reply.Scenarios {
		scenarios = append(scenarios, one.scenario(""))
	}
	return scenarios, nil
}

func (s *ScenarioText) scenario(seed string) Scenario {
	return Scenario{Domain: s.Domain, Actor: s.Actor, Situation: s.Situation, Needs: s.Needs, SeedID: seed}
}

// text is the scenario without where it comes from, which no teacher needs to know.
func (s *Scenario) text() ScenarioText {
	return ScenarioText{Domain: s.Domain, Actor: s.Actor, Situation: s.Situation, Needs: notNil(s.Needs)}
}

func textsOf(extracted []ExtractedScenario) []ScenarioText {
	var texts []ScenarioText
	for _, one := range extracted {
		texts = append(texts, one.ScenarioText)
	}
	return texts
}

// notNil is the list with nil as the empty one, which JSON writes as [].
func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// scenarioFaults checks the texts of scenarios, and that they differ from one
// another and from those to stay away from.
func scenarioFaults(scenarios []ScenarioText, avoid []string) []teach.Violation {
	var faults []teach.Violation
	for i, scenario := range scenarios {
		for _, fault := range textFaults(scenario.Situation) {
			fault.Text = fmt.Sprintf("the situation of scenario %d: %s", i, fault.Text)
			faults = append(faults, fault)
		}
		if found := strings.IndexFunc(scenario.Situation, unicode.IsDigit); found >= 0 {
			faults = append(faults, broken(RuleSpecific, scenario.Situation[found:], "scenario %d names a number; leave such things to the tasks", i))
		}
		earlier := slices.Clone(avoid)
		for _, other := range scenarios[:i] {
			earlier = append(earlier, other.Situation)
		}
		if at := slices.IndexFunc(earlier, func(other string) bool { return alike(scenario.Situation, other) }); at >= 0 {
			faults = append(faults, broken(RuleRepeatedText, scenario.Situation, "scenario %d says nearly the same as %q", i, earlier[at]))
		}
	}
	return faults
}

// domainFaults checks the number of scenarios, and that all are of a domain.
func domainFaults(scenarios []ScenarioText, domain string, count int) []teach.Violation {
	var faults []teach.Violation
	if len(scenarios) != count {
		faults = append(faults, broken(RuleCount, "", "there are %d, not %d as asked for", len(scenarios), count))
	}
	for i, scenario := range scenarios {
		if scenario.Domain != domain {
			faults = append(faults, broken(RuleDomain, scenario.Domain, "the domain of scenario %d must be %q", i, domain))
		}
	}
	return faults
}

// namesFunction reports whether a text names a function: as it is written, or in
// words where it has at least three.
func namesFunction(text, name string) bool {
	if technical(name) && holdsWord(text, name) {
		return true
	}
	parts := nameParts(name)
	return len(parts) >= 3 && strings.Contains(strings.Join(nameParts(text), " "), strings.Join(parts, " "))
}
