package simulated

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button/generate/teach"
)

func oneStepReply() *OneStepReply {
	functions := functionsReply()
	composed := chain()
	return &OneStepReply{composed.Request, composed.Tasks, composed.Links, functions.Functions, functions.Mapping}
}

func oneStepRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		_, _, err := WriteInOneStep(ctx, asker, testScenario(), testLocale(), Recipe{ShapeChain, 2, 1}, View{}, StyleSnake)
		return err
	}
	plants := functionPlants(
		func(r *OneStepReply) []FunctionForm { return r.Functions },
		func(r *OneStepReply) *[]Mapping { return &r.Mapping },
		func(r *OneStepReply, f FunctionForm) { r.Functions = append(r.Functions, f) })
	plants = append(plants, []plant[OneStepReply]{
		{RuleTaskUnmapped, func(r *OneStepReply) { r.Functions, r.Mapping = r.Functions[:1], r.Mapping[:1] }},
		{RuleLinkUnmapped, func(r *OneStepReply) {
			r.Mapping[1].Arguments = r.Mapping[1].Arguments[1:]
			swap(&r.Functions[1].Parameters, `"required":["clinic_id","animal"]`, `"required":["animal"]`)
		}},
		{RuleShape, func(r *OneStepReply) { r.Tasks = append(r.Tasks, price("Exeter")) }},
		{RuleShape, func(r *OneStepReply) { r.Links = []Link{} }},
		{RuleLinkOrder, func(r *OneStepReply) { r.Links[0].From, r.Links[0].To = 1, 0 }},
		{RuleLinkField, func(r *OneStepReply) { r.Links[0].Field = "result.phone" }},
		{RuleLinkType, func(r *OneStepReply) { r.Links[0].SemanticType = "animal_id" }},
		{RuleLinkKnown, func(r *OneStepReply) { r.Links[0].Input = "pet" }},
		{RuleEnglish, func(r *OneStepReply) {
			r.Request = "Leeds 12 May: clinique vétérinaire ouverte, rendez-vous pour Rufus là-bas, s'il vous plaît, merci, c'est très pressé."
		}},
		{RuleTechnology, func(r *OneStepReply) { r.Request += " Use the API twice." }},
		{RuleWordLimit, func(r *OneStepReply) { r.Request += strings.Repeat(" It is urgent to me.", 15) }},
		{RuleCompound, func(r *OneStepReply) { r.Tasks[1].Task += " And also tell my neighbour." }},
		{RuleNeedsFile, func(r *OneStepReply) { r.Request += " The address is in this document." }},
		{RuleValueMissing, func(r *OneStepReply) { r.Request = strings.Replace(r.Request, "Rufus", "it", 1) }},
		{RuleValueUnlisted, func(r *OneStepReply) { r.Request += " Clinic C-2041 would be fine." }},
		{RuleCurrency, func(r *OneStepReply) { r.Request += " It costs a few EUR." }},
	}...)
	refuses(t, seen, StageOneStep, oneStepReply, run, plants)

	// Two values more, for the rules on names and dates, and two branches.
	fan := func() *OneStepReply {
		reply := functionsReply()
		return &OneStepReply{
			Request: "Which vets are open in Leeds on 12 May, and which in Derby on 2 June?",
			Tasks:   []AtomicTask{findVet(), findVet2()}, Links: []Link{}, Functions: reply.Functions[:1],
			Mapping: []Mapping{reply.Mapping[0], {1, "find_clinics", reply.Mapping[0].Arguments}},
		}
	}
	beside := func(ctx context.Context, asker *teach.Asker) error {
		_, _, err := WriteInOneStep(ctx, asker, testScenario(), testLocale(), Recipe{ShapeFanOut, 1, 2}, View{}, StyleSnake)
		return err
	}
	refuses(t, seen, StageOneStep, fan, beside, []plant[OneStepReply]{
		{RuleTaskRepeated, func(r *OneStepReply) {
			r.Tasks[1] = findVet()
			r.Request = strings.Replace(r.Request, "2 June", "the next", 1)
		}},
		{RuleNameRepeated, func(r *OneStepReply) {
			r.Tasks[1].Result.Fields = append(r.Tasks[1].Result.Fields, r.Tasks[1].Result.Fields[0])
		}},
		{RuleDate, func(r *OneStepReply) {
			r.Tasks[1].Task, r.Tasks[1].KnownValues[1] = "Find a vet in Derby that is open on 9 June.", known("day", "date", "9 June")
			r.Request = strings.Replace(r.Request, "2 June", "9 June", 1)
		}},
		{RuleBranchDependent, func(r *OneStepReply) { r.Tasks[1].Task = "Using that, find a vet in Derby that is open on 2 June." }},
		{RuleBranchOverlap, func(r *OneStepReply) { r.Tasks[1].KnownValues[0].SemanticType = "vet_clinic" }},
		{RuleSourceUnlinked, func(r *OneStepReply) {
			swap(&r.Functions[0].Parameters, `"city":{`, `"not":{"type":"string","description":"not this one"},"city":{`)
			r.Mapping[1].Arguments = append(r.Mapping[1].Arguments[:len(r.Mapping[1].Arguments):len(r.Mapping[1].Arguments)], Argument{"not", "result", "0.clinics[].clinic_id"})
		}},
		{RuleShape, func(r *OneStepReply) {
			r.Links = []Link{{0, "result.clinic_id", 1, "clinic", "clinic_id", TransformNone}}
		}},
	})
}

func findVet2() AtomicTask {
	task := findVet()
	task.Task = "Find a vet in Derby that is open on 2 June."
	task.KnownValues = []KnownValue{known("city", "city", "Derby"), {"day", "date", json.RawMessage(`"2 June"`)}}
	return task
}

// What Compose makes is what the one-step variant is measured by.
func TestRecipesAgreeWithShapes(t *testing.T) {
	for _, info := range Shapes() {
		for depth := info.MinDepth; depth <= info.MaxDepth; depth++ {
			for width := info.MinWidth; width <= info.MaxWidth; width++ {
				recipe := Recipe{info.Name, depth, width}
				task := &ComposedTask{Tasks: make([]AtomicTask, recipe.Count())}
				for _, edge := range recipe.edges() {
					task.Links = append(task.Links, Link{From: edge[0], To: edge[1]})
				}
				if faults := task.shapeFaults(recipe); len(faults) > 0 {
					t.Errorf("%+v: %+v", recipe, faults)
				}
			}
		}
	}
	for _, recipe := range []Recipe{{"tree", 2, 2}, {ShapeChain, 7, 1}, {ShapeChain, 1, 1}, {ShapeFanOut, 1, 5}, {ShapeDiamond, 2, 1}} {
		if _, err := recipe.info(); err == nil {
			t.Errorf("%+v is taken", recipe)
		}
	}
}
