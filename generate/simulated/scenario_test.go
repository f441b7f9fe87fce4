package simulated

import (
	"context"
	"strings"
	"testing"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

func bicycle() ScenarioText {
	return ScenarioText{
		Domain: "cycling", Actor: "commuter", Situation: "A commuter whose bicycle has broken down on the way to work looks for a workshop that can mend it before evening.",
		Needs: []string{"workshops nearby", "repair slots"},
	}
}

func allergy() ScenarioText {
	return ScenarioText{
		Domain: "restaurants", Actor: "father of a child with an allergy", Situation: "A father plans a family dinner out and must know which kitchens can do without nuts.",
		Needs: []string{"menus", "tables"},
	}
}

// scenarioPlants spoil the last scenario of a reply.
func scenarioPlants[T any](last func(reply *T) *ScenarioText, other func(reply *T) string) []plant[T] {
	return []plant[T]{
		{RuleEnglish, func(r *T) {
			last(r).Situation = "Un père de famille cherche une cuisine sans noix pour un dîner très spécial."
		}},
		{RuleTechnology, func(r *T) { last(r).Situation += " A chatbot could help." }},
		{RuleSpecific, func(r *T) { last(r).Situation += " There are 5 of them." }},
		{RuleRepeatedText, func(r *T) { last(r).Situation = strings.Replace(other(r), " a ", " some ", 1) }},
		{RuleDomain, func(r *T) { last(r).Domain = "space travel" }},
	}
}

func scenarioRulesHold(t *testing.T, seen seenRules) {
	seeds := []Seed{
		{ID: "glaive:1", Text: "USER: my bike is broken", Functions: []string{"find_repair_shop", "book"}},
		{ID: "glaive:2", Text: "USER: no nuts please", Functions: []string{"searchRestaurants"}},
	}
	domains := []string{"cycling", "restaurants"}
	extract := func(ctx context.Context, asker *teach.Asker) error {
		_, err := ExtractScenarios(ctx, asker, seeds, domains)
		return err
	}
	extracted := func() *ExtractReply {
		return &ExtractReply{[]ExtractedScenario{{0, bicycle()}, {1, allergy()}}}
	}
	refuses(t, seen, StageExtract, extracted, extract, append(
		scenarioPlants(func(r *ExtractReply) *ScenarioText { return &r.Scenarios[1].ScenarioText }, func(r *ExtractReply) string { return r.Scenarios[0].Situation }),
		plant[ExtractReply]{RuleUnknownSeed, func(r *ExtractReply) { r.Scenarios[1].Seed = 2 }},
		plant[ExtractReply]{RuleUnknownSeed, func(r *ExtractReply) { r.Scenarios[1].Seed = 0 }},
		plant[ExtractReply]{RuleSeedFunction, func(r *ExtractReply) { r.Scenarios[0].Situation += " To find repair shop owners is hard." }},
	))

	invent := func(ctx context.Context, asker *teach.Asker) error {
		_, err := InventScenarios(ctx, asker, "restaurants", 2, []string{bicycle().Situation})
		return err
	}
	invented := func() *InventReply {
		waiter := allergy()
		waiter.Situation = "A waiter who starts at a new place wants to learn what is served where, and who is in charge of the wine."
		return &InventReply{[]ScenarioText{allergy(), waiter}}
	}
	refuses(t, seen, StageInvent, invented, invent, append(
		scenarioPlants(func(r *InventReply) *ScenarioText { return &r.Scenarios[1] }, func(r *InventReply) string { return r.Scenarios[0].Situation }),
		plant[InventReply]{RuleRepeatedText, func(r *InventReply) { r.Scenarios[0].Situation = bicycle().Situation }},
		plant[InventReply]{RuleCount, func(r *InventReply) { r.Scenarios = r.Scenarios[:1] }},
	))

	from := Scenario{Domain: "restaurants", Actor: "father of a child with an allergy", Situation: allergy().Situation, SeedID: "glaive:2"}
	expand := func(ctx context.Context, asker *teach.Asker) error {
		_, err := ExpandScenario(ctx, asker, from, AxisActor, "restaurants", 2, []string{bicycle().Situation})
		return err
	}
	expanded := func() *ExpandReply {
		reply := &ExpandReply{}
		for _, who := range []string{"A club treasurer has to feed a whole team after the match and looks for somebody who can seat everybody.", "An old lady wants to take her sister out for lunch and asks which places have no steps."} {
			variant := Variant{Change{"father", strings.Join(strings.Fields(who)[:3], " ")}, allergy()}
			variant.Actor, variant.Situation = variant.Changed.To, who
			reply.Variants = append(reply.Variants, variant)
		}
		return reply
	}
	refuses(t, seen, StageExpand, expanded, expand, append(
		scenarioPlants(func(r *ExpandReply) *ScenarioText { return &r.Variants[1].ScenarioText }, func(r *ExpandReply) string { return r.Variants[0].Situation }),
		plant[ExpandReply]{RuleCount, func(r *ExpandReply) { r.Variants = r.Variants[:1] }},
		plant[ExpandReply]{RuleUnchanged, func(r *ExpandReply) { r.Variants[0].Changed.To = "Father " }},
		plant[ExpandReply]{RuleUnchanged, func(r *ExpandReply) { r.Variants[0].Actor = from.Actor }},
		plant[ExpandReply]{RuleUnchanged, func(r *ExpandReply) { r.Variants[0].Situation = from.Situation }},
	))
}

func TestScenariosKeepTheirOrigin(t *testing.T) {
	teacher, client := scripted(t, &ExtractReply{[]ExtractedScenario{{1, bicycle()}}})
	seeds := []Seed{{ID: "a"}, {ID: "b", Text: strings.Repeat("é", mostSeedBytes) + "hidden"}}
	scenarios, err := ExtractScenarios(t.Context(), teacher.For(1), seeds, []string{"cycling"})
	if err != nil || len(scenarios) != 1 || scenarios[0].SeedID != "b" {
		t.Fatalf("got %v, %v", scenarios, err)
	}
	prompt := client.Requests()[0].Messages[1].Content
	if strings.Contains(prompt, "hidden") || strings.Contains(prompt, "\uFFFD") {
		t.Error("a seed is not cut, or cut in the middle of a letter")
	}
	teacher, _ = scripted(t, &ExpandReply{[]Variant{{Change{"day", "night"}, allergy()}}})
	variants, err := ExpandScenario(t.Context(), teacher.For(1), scenarios[0], AxisDomain, "restaurants", 1, nil)
	if err != nil || variants[0].SeedID != "b+domain" {
		t.Errorf("got %v, %v", variants, err)
	}
}

func TestExpandRefusesAnotherAxis(t *testing.T) {
	teacher := teacherOf(t, llmtest.Answers(llmtest.Text("{}")))
	for _, one := range []struct {
		axis   Axis
		domain string
	}{{AxisDomain, "cycling"}, {AxisPlace, "restaurants"}} {
		if _, err := ExpandScenario(t.Context(), teacher.For(1), Scenario{Domain: "cycling"}, one.axis, one.domain, 1, nil); err == nil {
			t.Errorf("axis %s into domain %s is taken", one.axis, one.domain)
		}
	}
}
