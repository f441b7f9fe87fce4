package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/llmtest"
)

// scripted is a teacher that gives fixed replies, one a request; the last repeats.
func scripted(t *testing.T, replies ...any) (*teach.Teacher, *llmtest.Scripted) {
	t.Helper()
	client := scriptOf(t, replies...)
	return teacherOf(t, client), client
}

func scriptOf(t *testing.T, replies ...any) *llmtest.Scripted {
	t.Helper()
	var answers []*llm.Reply
	for _, reply := range replies {
		data, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		answers = append(answers, llmtest.Text(string(data)))
	}
	return llmtest.Answers(answers...)
}

func teacherOf(t testing.TB, client llm.Client) *teach.Teacher {
	t.Helper()
	prompts, err := teach.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return teach.New(teach.Options{Client: client, Model: "teacher"}, prompts)
}

// switched is a client that hands on to another one, which can be changed, so that
// one teacher serves many scripts.
type switched struct{ llm.Client }

// plant is a reply with one thing wrong, and the rule that must find it.
type plant[T any] struct {
	rule  string
	spoil func(reply *T)
}

var complaintRule = regexp.MustCompile(`(?m)^- ([a-z_]+):`)

// seenRules collects which rules of which stages had a planted reply.
type seenRules map[[2]string]bool

// refuses checks that a stage takes the good reply, and that each planted one is
// refused by its rule and by no other.
func refuses[T any](t *testing.T, seen seenRules, stage string, good func() *T, run func(ctx context.Context, asker *teach.Asker) error, plants []plant[T]) {
	t.Helper()
	t.Run(stage, func(t *testing.T) {
		// One teacher for all: it reads its prompts and compiles its forms once.
		client := scriptOf(t, good())
		active := &switched{client}
		teacher := teacherOf(t, active)
		if err := run(t.Context(), teacher.For(1)); err != nil {
			t.Fatalf("the good reply is refused: %v\n%s", err, lastMessage(client))
		}
		for _, plant := range plants {
			t.Run(plant.rule, func(t *testing.T) {
				seen[[2]string{stage, plant.rule}] = true
				reply := good()
				plant.spoil(reply)
				client := scriptOf(t, reply)
				active.Client = client
				err := run(t.Context(), teacher.For(1))
				var refusal *teach.Refusal
				if !errors.As(err, &refusal) {
					t.Fatalf("not refused: %v", err)
				}
				if refusal.Stage != stage || refusal.Rule != plant.rule {
					t.Errorf("refused by %s: %s: %s [%s]", refusal.Stage, refusal.Rule, refusal.Detail, refusal.Span)
				}
				complaint := lastMessage(client)
				for _, match := range complaintRule.FindAllStringSubmatch(complaint, -1) {
					if match[1] != plant.rule {
						t.Errorf("another rule fires too:\n%s", complaint)
						break
					}
				}
			})
		}
	})
}

// lastMessage is what a teacher was told last.
func lastMessage(client *llmtest.Scripted) string {
	requests := client.Requests()
	if len(requests) == 0 {
		return ""
	}
	messages := requests[len(requests)-1].Messages
	return messages[len(messages)-1].Content
}

func known(name, semantic, value string) KnownValue {
	return KnownValue{name, semantic, json.RawMessage(button.AppendString(nil, value))}
}

func brings(semantic string, fields ...ResultField) TaskResult {
	return TaskResult{SemanticType: semantic, Description: "what it brings", Fields: append([]ResultField{}, fields...)}
}

func testLocale() Locale {
	return Locale{
		Country: "United Kingdom", Currency: "GBP", Today: "2025-05-05", Dates: []string{"2025-05-12", "2025-06-02"},
		Places: []string{"Leeds", "Derby", "Exeter"}, People: []string{"Priya Nair", "Hattie Barlow"},
	}
}

func testScenario() Scenario {
	return Scenario{
		Domain: "pets and vets", Actor: "dog owner", Situation: "A dog owner who has just moved to another town has to find a vet for an animal that is limping.",
		Needs: []string{"opening hours of clinics", "appointments"}, SeedID: "glaive:7",
	}
}

func findVet() AtomicTask {
	return AtomicTask{
		Task:        "Find a vet in Leeds that is open on 12 May.",
		KnownValues: []KnownValue{known("city", "city", "Leeds"), known("day", "date", "12 May")},
		Result:      brings("vet_clinic", ResultField{"clinic_id", "clinic_id"}, ResultField{"opens", "opening_time"}),
		Effect:      button.EffectRead,
	}
}

func bookCheck() AtomicTask {
	return AtomicTask{
		Task:        "Book a check-up for the dog Rufus at that clinic.",
		KnownValues: []KnownValue{known("pet", "pet_name", "Rufus")},
		Result:      brings("appointment", ResultField{"appointment_id", "appointment_id"}, ResultField{"start", "appointment_time"}),
		Effect:      button.EffectWrite,
	}
}

const chainRequest = "My dog is limping. Please find a vet in Leeds that is open on 12 May and book a check-up for Rufus at that clinic."

func sequentialReply() *SequentialReply {
	return &SequentialReply{
		Reasoning: "Somebody who has found a vet wants to see it.", FollowUp: bookCheck(),
		Link: NewLink{"result.clinic_id", "clinic", "clinic_id", TransformNone}, Request: chainRequest,
	}
}

func chain() *ComposedTask {
	return &ComposedTask{
		Scenario: testScenario(), Locale: testLocale(), Shape: ShapeChain, Heuristic: HeuristicSequential,
		Tasks: []AtomicTask{findVet(), bookCheck()}, Links: []Link{{0, "result.clinic_id", 1, "clinic", "clinic_id", TransformNone}}, Request: chainRequest,
	}
}

// TestRules plants one reply against every rule from scenario to functions.
func TestRules(t *testing.T) {
	seen := seenRules{}
	scenarioRulesHold(t, seen)
	atomicTaskRulesHold(t, seen)
	sequentialRulesHold(t, seen)
	parallelRulesHold(t, seen)
	filterRulesHold(t, seen)
	functionsRulesHold(t, seen)
	offeredRulesHold(t, seen)
	oneStepRulesHold(t, seen)
	listed := seenRules{}
	for _, rule := range slices.Concat(scenarioRules(), taskRules(), compositionRules(), filterRules(), functionRules()) {
		key := [2]string{rule.Stage, rule.Name}
		if listed[key] {
			t.Errorf("the rule %v is listed twice", key)
		}
		listed[key] = true
		if rule.Stage != StagePool && !seen[key] { // the pool's rules have tests of their own
			t.Errorf("no reply is planted against %v", key)
		}
		if !strings.HasSuffix(rule.Text, ".") {
			t.Errorf("%v: %q is no sentence", key, rule.Text)
		}
	}
	for key := range seen {
		if !listed[key] {
			t.Errorf("the rule %v is not listed", key)
		}
	}
}

func atomicTaskRulesHold(t *testing.T, seen seenRules) {
	good := func() *AtomicTask { task := findVet(); return &task }
	run := func(ctx context.Context, asker *teach.Asker) error {
		_, err := WriteAtomicTask(ctx, asker, testScenario(), testLocale())
		return err
	}
	refuses(t, seen, StageAtomicTask, good, run, taskPlants(func(task *AtomicTask) *AtomicTask { return task }))
}

// taskPlants spoil one task of a reply. They keep its known values' names.
func taskPlants[T any](of func(reply *T) *AtomicTask) []plant[T] {
	add := func(words string) func(*T) { return func(reply *T) { of(reply).Task = of(reply).Task + words } }
	return []plant[T]{
		{RuleEnglish, func(reply *T) {
			task := of(reply)
			var values []string
			for _, value := range task.KnownValues {
				values = append(values, textOf(value.Value))
			}
			task.Task = "Trouve une clinique vétérinaire ouverte près de: " + strings.Join(values, " et ") + ", merci beaucoup, c'est pressé vraiment."
		}},
		{RuleTechnology, add(" Use the vet_lookup for it.")},
		{RuleTechnology, add(" Ask the database for it.")},
		{RuleWordLimit, add(" It is for the dog that we have and that we love and that is very dear to us and to all of the people whom we know and whom we meet in the park.")},
		{RuleCompound, add(" And then tell my neighbour.")},
		{RuleCompound, add(" Is it near? Is it open?")},
		{RuleNeedsFile, add(" The details are in this photo.")},
		{RuleValueUnlisted, add(" The dog weighs 31 kg.")},
		{RuleValueUnlisted, add(" It is for \"sore paws\".")},
		{RuleCurrency, func(reply *T) {
			task := of(reply)
			task.Task += " It may cost $80."
			task.KnownValues = append(task.KnownValues, KnownValue{"most_cost", "amount_of_money", json.RawMessage(`80`)})
		}},
		{RuleDate, func(reply *T) {
			task := of(reply)
			task.Task += " It must not be on 3 August."
			task.KnownValues = append(task.KnownValues, known("not_on", "date", "3 August"))
		}},
		{RuleNameRepeated, func(reply *T) { of(reply).KnownValues = append(of(reply).KnownValues, of(reply).KnownValues[0]) }},
		{RuleNameRepeated, func(reply *T) { of(reply).Result.Fields = append(of(reply).Result.Fields, of(reply).Result.Fields[0]) }},
		{RuleValueMissing, func(reply *T) {
			of(reply).KnownValues = append(of(reply).KnownValues, known("owner", "person_name", "Hattie Barlow"))
		}},
	}
}

func sequentialRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		first := findVet()
		_, err := Compose(ctx, asker, testScenario(), testLocale(), &first, Recipe{ShapeChain, 2, 1})
		return err
	}
	plants := []plant[SequentialReply]{
		{RuleLinkField, func(r *SequentialReply) { r.Link.Field = "result.phone" }},
		{RuleLinkType, func(r *SequentialReply) { r.Link.Field = "result.opens" }},
		{RuleLinkType, func(r *SequentialReply) { r.Link.SemanticType = "clinic_name" }},
		{RuleLinkKnown, func(r *SequentialReply) { r.Link.Input = "pet" }},
		{RuleTaskRepeated, func(r *SequentialReply) { r.FollowUp = findVet() }},
		{RuleValueMissing, func(r *SequentialReply) { r.Request = strings.Replace(r.Request, "12 May", "a day that suits", 1) }},
		{RuleValueUnlisted, func(r *SequentialReply) { r.Request += " Clinic C-2041 would be fine." }},
		{RuleWordLimit, func(r *SequentialReply) { r.Request += strings.Repeat(" It is urgent to me.", 15) }},
		{RuleEnglish, func(r *SequentialReply) {
			r.Request = "Leeds 12 May: clinique vétérinaire ouverte, rendez-vous pour Rufus là-bas, s'il vous plaît, merci, c'est très pressé."
		}},
		{RuleTechnology, func(r *SequentialReply) { r.Request += " Call bookAppointment for it." }},
		{RuleNeedsFile, func(r *SequentialReply) { r.Request += " The password is with me." }},
		{RuleCompound, func(r *SequentialReply) {
			r.FollowUp.Task = "Book a check-up for the dog Rufus at that clinic, and then tell me."
		}},
		{RuleNameRepeated, func(r *SequentialReply) {
			r.FollowUp.KnownValues = append(r.FollowUp.KnownValues, r.FollowUp.KnownValues[0])
		}},
		{RuleCurrency, func(r *SequentialReply) {
			r.FollowUp.Task = "Book a check-up for the dog Rufus at that clinic for at most 80 euros."
			r.FollowUp.KnownValues = append(r.FollowUp.KnownValues, KnownValue{"most", "amount_of_money", json.RawMessage(`80`)})
			r.Request += " It may cost 80 pounds."
		}},
		{RuleDate, func(r *SequentialReply) {
			r.FollowUp.Task = "Book a check-up for the dog Rufus at that clinic on 2025-05-13."
			r.FollowUp.KnownValues = append(r.FollowUp.KnownValues, known("when", "visit_date", "2025-05-13"))
			r.Request += " It must be 2025-05-13."
		}},
	}
	refuses(t, seen, StageSequential, sequentialReply, run, plants)
}

// price is a branch of which there can be several.
func price(city string) AtomicTask {
	return AtomicTask{
		Task: "What does a check-up of a dog cost in " + city + "?", KnownValues: []KnownValue{known("city", "city", city)},
		Result: brings("price_quote", ResultField{"price", "amount_of_money"}, ResultField{"clinic_id", "clinic_id"}), Effect: button.EffectRead,
	}
}

func parallelReply() *ParallelReply {
	final := AtomicTask{
		Task:        "Book a visit for the dog Rufus at the cheaper of the two clinics.",
		KnownValues: []KnownValue{known("pet", "pet_name", "Rufus")}, Result: brings("appointment"), Effect: button.EffectWrite,
	}
	return &ParallelReply{
		Reasoning: "Prices differ between towns.", Parallel: []AtomicTask{price("Derby")}, Final: &final,
		Uses: []Use{{0, "result.clinic_id", "clinic"}, {1, "result.clinic_id", "clinic"}}, Combine: CombineSelect,
		Request: "What does a check-up of a dog cost in Leeds, and what in Derby? Please book a visit for Rufus where it is cheaper.",
	}
}

func parallelRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		first := price("Leeds")
		_, err := Compose(ctx, asker, testScenario(), testLocale(), &first, Recipe{ShapeParallel, 2, 2})
		return err
	}
	plants := []plant[ParallelReply]{
		{RuleCount, func(r *ParallelReply) { r.Parallel = []AtomicTask{} }},
		{RuleFinalTask, func(r *ParallelReply) { r.Final, r.Uses = nil, []Use{} }},
		{RuleBranchUnused, func(r *ParallelReply) { r.Uses = r.Uses[:1] }},
		{RuleBranchUnknown, func(r *ParallelReply) { r.Uses = append(r.Uses, Use{2, "result", "quote"}) }},
		{RuleBranchDependent, func(r *ParallelReply) {
			r.Parallel[0].Task = "Based on the result, what does a check-up cost in Derby?"
		}},
		{RuleBranchOverlap, func(r *ParallelReply) {
			r.Parallel[0].Task = "Which vet in Derby beats 45 pounds for a check-up?"
			r.Parallel[0].KnownValues = append(r.Parallel[0].KnownValues, KnownValue{"to_beat", "price_quote", json.RawMessage(`45`)})
			r.Request += " It should be below 45 pounds."
		}},
		{RuleBranchKind, func(r *ParallelReply) { r.Parallel[0].Result.SemanticType = "opening_hours" }},
		{RuleLinkField, func(r *ParallelReply) { r.Uses[1].Field = "result.phone" }},
		{RuleLinkKnown, func(r *ParallelReply) { r.Uses[0].Input = "pet" }},
		{RuleTaskRepeated, func(r *ParallelReply) {
			r.Parallel[0] = price("Leeds")
			r.Request = strings.Replace(r.Request, "Derby", "the south", 1)
		}},
		{RuleValueMissing, func(r *ParallelReply) { r.Request = strings.Replace(r.Request, "Derby", "the south", 1) }},
		{RuleValueUnlisted, func(r *ParallelReply) { r.Request += " I know one for 38 pounds." }},
		{RuleWordLimit, func(r *ParallelReply) { r.Request += strings.Repeat(" It is urgent to me.", 20) }},
		{RuleEnglish, func(r *ParallelReply) {
			r.Parallel[0].Task = "Combien coûte une visite vétérinaire générale chez Derby?"
		}},
		{RuleTechnology, func(r *ParallelReply) { r.Request += " Use the API twice." }},
		{RuleNeedsFile, func(r *ParallelReply) { r.Request += " The prices are in this document." }},
		{RuleCompound, func(r *ParallelReply) { r.Final.Task += " And also tell my neighbour." }},
		{RuleNameRepeated, func(r *ParallelReply) { r.Final.KnownValues = append(r.Final.KnownValues, r.Final.KnownValues[0]) }},
		{RuleCurrency, func(r *ParallelReply) { r.Request += " Prices in EUR are fine." }},
		{RuleDate, func(r *ParallelReply) {
			r.Final.Task += " It must be on 1 December."
			r.Final.KnownValues = append(r.Final.KnownValues, known("when", "date", "1 December"))
			r.Request += " It must be on 1 December."
		}},
	}
	refuses(t, seen, StageParallel, parallelReply, run, plants)
}

func answers(spoil func(map[string]*Answered)) *CheckReply {
	reply := &CheckReply{Verdict: VerdictKeep}
	byID := map[string]*Answered{}
	for _, id := range Questions() {
		byID[id] = &Answered{id, "find a vet in Leeds", true}
	}
	spoil(byID)
	for _, id := range Questions() {
		reply.Checks = append(reply.Checks, *byID[id])
		if !byID[id].Pass {
			reply.Verdict = VerdictDrop
		}
	}
	return reply
}

func filterRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		return CheckComposition(ctx, asker, chain(), button.NewRandom(3))
	}
	good := func() *CheckReply { return answers(func(map[string]*Answered) {}) }
	plants := []plant[CheckReply]{
		{RuleQuestions, func(r *CheckReply) { r.Checks[3].ID = r.Checks[2].ID }},
		{RuleEvidence, func(r *CheckReply) { r.Checks[0].Evidence = "the request makes sense" }},
		{RuleEvidence, func(r *CheckReply) { r.Checks[6].Evidence = "..." }},
		{RuleVerdict, func(r *CheckReply) { r.Verdict = VerdictDrop }},
		{RuleVerdict, func(r *CheckReply) { r.Checks[5].Pass = false }},
	}
	refuses(t, seen, StageCompositions, good, run, plants)
	for _, id := range Questions() {
		t.Run(id, func(t *testing.T) {
			seen[[2]string{StageCompositions, failed(id)}] = true
			reply := answers(func(by map[string]*Answered) { by[id].Pass, by[id].Evidence = false, "  a check-up\nfor Rufus " })
			teacher, client := scripted(t, reply)
			err := run(t.Context(), teacher.For(1))
			var refusal *teach.Refusal
			if !errors.As(err, &refusal) || refusal.Rule != failed(id) || !strings.Contains(refusal.Span, "Rufus") {
				t.Errorf("got %v", err)
			}
			if n := len(client.Requests()); n != 1 {
				t.Errorf("a judge that says no was asked %d times", n)
			}
		})
	}
}

// The judge must not be shown what the writer thought, and is asked in another
// order every time.
func TestFilterMaterial(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(20) {
		teacher, client := scripted(t, answers(func(map[string]*Answered) {}))
		if err := CheckComposition(t.Context(), teacher.For(1), chain(), button.NewRandom(seed)); err != nil {
			t.Fatal(err)
		}
		messages := client.Requests()[0].Messages
		if strings.Contains(messages[1].Content, "known_values") || strings.Contains(messages[1].Content, "reasoning") {
			t.Fatal("the judge sees what it should not")
		}
		var order []string
		for _, line := range strings.Split(messages[0].Content, "\n") {
			if id, _, found := strings.Cut(strings.TrimPrefix(line, "- "), ":"); found && slices.Contains(Questions(), id) {
				order = append(order, id)
			}
		}
		if len(order) != len(Questions()) {
			t.Fatalf("%d questions are put:\n%s", len(order), messages[0].Content)
		}
		orders[strings.Join(order, " ")] = true
	}
	if len(orders) < 10 {
		t.Errorf("20 draws gave %d orders", len(orders))
	}
}
