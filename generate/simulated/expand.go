package simulated

import (
	"context"
	"fmt"
	"strings"

	"github.com/buttonbench/button/generate/teach"
)

// Axis is the one respect in which a variant differs from its scenario.
type Axis string

// The axes.
const (
	AxisActor      Axis = "actor"
	AxisPlace      Axis = "place"
	AxisTime       Axis = "time_pressure"
	AxisConstraint Axis = "constraint"
	AxisDomain     Axis = "domain"
)

// Axes are all axes, in the order in which they are drawn from.
func Axes() []Axis { return []Axis{AxisActor, AxisPlace, AxisTime, AxisConstraint, AxisDomain} }

// ExpandScenario has count variants of a scenario written that differ along an
// axis. domain is what every variant must have: another one than the scenario's
// where the axis is AxisDomain. avoid holds situations to stay away from. The
// errors are those of ExtractScenarios.
func ExpandScenario(ctx context.Context, asker *teach.Asker, scenario Scenario, axis Axis, domain string, count int, avoid []string) ([]Scenario, error) {
	if (axis == AxisDomain) == (domain == scenario.Domain) {
		return nil, fmt.Errorf("expanding a scenario of domain %q along axis %s into domain %q: the domain changes along its own axis and no other", scenario.Domain, axis, domain)
	}
	material := ExpandMaterial{Scenario: scenario.text(), Axis: axis, Domain: domain, Count: count, Avoid: notNil(avoid)}
	reply, err := teach.Ask(ctx, asker, StageExpand, material, func(reply *ExpandReply) []teach.Violation {
		var texts []ScenarioText
		var faults []teach.Violation
		for i, variant := range reply.Variants {
			texts = append(texts, variant.ScenarioText)
			switch {
			case strings.EqualFold(strings.TrimSpace(variant.Changed.From), strings.TrimSpace(variant.Changed.To)):
				faults = append(faults, broken(RuleUnchanged, variant.Changed.To, "variants[%d] changes nothing along the axis %q", i, axis))
			case axis == AxisActor && strings.EqualFold(strings.TrimSpace(variant.Actor), strings.TrimSpace(scenario.Actor)):
				faults = append(faults, broken(RuleUnchanged, variant.Actor, "variants[%d] has the same actor", i))
			case alike(variant.Situation, scenario.Situation):
				faults = append(faults, broken(RuleUnchanged, variant.Situation, "variants[%d] says nearly the same as the scenario", i))
			}
		}
		faults = append(faults, domainFaults(texts, domain, count)...)
		return append(faults, scenarioFaults(texts, avoid)...)
	})
	if err != nil {
		return nil, err
	}
	var variants []Scenario
	for _, one := range reply.Variants {
		variants = append(variants, one.scenario(scenario.SeedID+"+"+string(axis)))
	}
	return variants, nil
}
