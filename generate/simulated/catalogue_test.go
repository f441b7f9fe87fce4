package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/teach"
)

// ownScenario is the test's scenario with functions of somebody's own.
func ownScenario() Scenario {
	scenario := testScenario()
	for _, form := range []FunctionForm{findClinics(), bookVisit()} {
		scenario.Tools = append(scenario.Tools, form.function())
	}
	scenario.Tools[0].Tool.Name = "clinicsNear" // in no style that a teacher is asked for
	return scenario
}

func ownReply() *FunctionsReply {
	reply := functionsReply()
	reply.Functions = []FunctionForm{}
	reply.Mapping[0].Function = "clinicsNear"
	return reply
}

// offeredRulesHold plants functions that are not on offer.
func offeredRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		composed := chain()
		composed.Scenario = ownScenario()
		box, err := WriteFunctions(ctx, asker, composed, View{}, StylePascal)
		if err == nil && (len(box.Functions) != 2 || box.Functions[0].Tool.Name != "clinicsNear") {
			t.Errorf("the toolbox has %v", box.names())
		}
		return err
	}
	refuses(t, seen, StageFunctions, ownReply, run, []plant[FunctionsReply]{
		{RuleNotOffered, func(r *FunctionsReply) { r.Functions = append(r.Functions, findClinics()) }},
		{RuleNotOffered, func(r *FunctionsReply) { r.Mapping = append(r.Mapping, Mapping{1, "visit_vet", []Argument{}}) }},
		{RuleSourceUnknown, func(r *FunctionsReply) { r.Mapping[1].Arguments[0].Ref = "0.clinics[].telephone" }},
	})
	one := func() *OneStepReply {
		composed, reply := chain(), ownReply()
		return &OneStepReply{composed.Request, composed.Tasks, composed.Links, reply.Functions, reply.Mapping}
	}
	inOne := func(ctx context.Context, asker *teach.Asker) error {
		_, _, err := WriteInOneStep(ctx, asker, ownScenario(), testLocale(), Recipe{ShapeChain, 2, 1}, View{}, StyleSnake)
		return err
	}
	refuses(t, seen, StageOneStep, one, inOne, []plant[OneStepReply]{
		{RuleNotOffered, func(r *OneStepReply) { r.Functions = append(r.Functions, findClinics()) }},
	})
}

// What is on offer is in the prompt of every stage that writes tasks or maps them.
func TestToolsAreShown(t *testing.T) {
	first := findVet()
	task := func(reply any) *AtomicTask { return reply.(*AtomicTask) }
	for _, stage := range []struct {
		reply any
		run   func(ctx context.Context, asker *teach.Asker) error
	}{
		{task(&first), func(ctx context.Context, asker *teach.Asker) error {
			_, err := WriteAtomicTask(ctx, asker, ownScenario(), testLocale())
			return err
		}},
		{sequentialReply(), func(ctx context.Context, asker *teach.Asker) error {
			_, err := Compose(ctx, asker, ownScenario(), testLocale(), &first, Recipe{ShapeChain, 2, 1})
			return err
		}},
		{ownReply(), func(ctx context.Context, asker *teach.Asker) error {
			composed := chain()
			composed.Scenario = ownScenario()
			_, err := WriteFunctions(ctx, asker, composed, View{}, StyleSnake)
			return err
		}},
	} {
		teacher, client := scripted(t, stage.reply)
		if err := stage.run(t.Context(), teacher.For(1)); err != nil {
			t.Fatal(err)
		}
		messages := client.Requests()[0].Messages
		if !strings.Contains(messages[0].Content, `Under "tools"`) || !strings.Contains(messages[1].Content, "clinicsNear") {
			t.Errorf("a prompt shows no tools:\n%s\n%s", messages[0].Content, messages[1].Content)
		}
		if strings.Contains(messages[0].Content, "Define the functions") {
			t.Error("the prompt asks for new functions")
		}
	}
}

func ownFunction(name, description, parameters, returns, effect string) Function {
	f := Function{Tool: button.Tool{Name: name, Description: description, Parameters: json.RawMessage(parameters)}, Effect: effect}
	if returns != "" {
		f.Returns = json.RawMessage(returns)
	}
	return f
}

func TestCatalogueLeavesOut(t *testing.T) {
	text := `{"type":"object","properties":{"a":{"type":"string"}},"required":["a"]}`
	for _, test := range []struct {
		name, want string
		function   Function
	}{
		{"plain", "", ownFunction("a", "does a", text, "", button.EffectRead)},
		{"no parameters", "", ownFunction("a", "does a", `{"type":"object"}`, "", button.EffectRead)},
		{"no description", "no description", ownFunction("a", " ", text, "", button.EffectRead)},
		{"name", "its name is not", ownFunction("get-a", "does a", text, "", button.EffectRead)},
		{"effect", `effect "" is not known`, ownFunction("a", "does a", text, "", "")},
		{"boolean", "a yes or no", ownFunction("a", "does a", strings.Replace(text, `"string"`, `"boolean"`, 1), "", button.EffectRead)},
		{"boolean with default", "", ownFunction("a", "does a", strings.Replace(text, `"string"`, `"boolean","default":true`, 1), "", button.EffectRead)},
		{"undeclared", "which its parameters do not declare", ownFunction("a", "does a", strings.Replace(text, `["a"]`, `["b"]`, 1), "", button.EffectRead)},
		{"members", "", ownFunction("a", "does a", strings.Replace(text, `"string"`, `"object","properties":{"b":{"type":"integer"}},"required":["b"]`, 1), "", button.EffectRead)},
		{"structure", "a structure that nobody says", ownFunction("a", "does a", strings.Replace(text, `"string"`, `"object","properties":{"b":{"type":"integer"}}`, 1), "", button.EffectRead)},
		{"list of texts", "", ownFunction("a", "does a", strings.Replace(text, `"string"`, `"array","items":{"type":"string"}`, 1), "", button.EffectRead)},
		{"too long", "bytes, more than", ownFunction("a", "does a", text, `{"description":"`+strings.Repeat("x", mostSchemaBytes)+`"}`, button.EffectRead)},
	} {
		t.Run(test.name, func(t *testing.T) {
			catalogue, left := NewCatalogue([]Function{test.function}, 1)
			switch {
			case test.want == "" && len(left) > 0:
				t.Errorf("left out: %+v", left)
			case test.want != "" && (len(left) != 1 || !strings.Contains(left[0].Reason, test.want) || len(catalogue.Functions()) > 0):
				t.Errorf("got %+v, want %q", left, test.want)
			}
		})
	}
	f := ownFunction("a", "does a", text, "", button.EffectRead)
	if _, left := NewCatalogue([]Function{f, f}, 1); len(left) != 1 || left[0].Reason != "another one has its name" {
		t.Errorf("got %+v", left)
	}
}

func shop() *Catalogue {
	var functions []Function
	for _, thing := range []string{"order", "parcel", "customer", "invoice"} {
		key := fmt.Sprintf(`{"type":"object","properties":{"%s_id":{"type":"string"}},"required":["%s_id"]}`, thing, thing)
		functions = append(functions,
			ownFunction("get_"+thing, "Shows one "+thing+"; see also list_"+thing+"_history.", key, key, button.EffectRead),
			ownFunction("list_"+thing+"_history", "Lists what happened to one "+thing+".", key, "", button.EffectRead),
			ownFunction("cancel_"+thing, "Cancels one "+thing+".", key, "", button.EffectWrite))
	}
	catalogue, left := NewCatalogue(functions, 7)
	if len(left) > 0 {
		panic(left[0].Reason)
	}
	return catalogue
}

func namesOf(functions []Function) []string {
	var names []string
	for _, f := range functions {
		names = append(names, f.Tool.Name)
	}
	return names
}

func TestGroupsAreOfRelatedFunctions(t *testing.T) {
	catalogue := shop()
	begins, together, pairs := map[string]int{}, 0, 0
	for n := range 120 {
		group := namesOf(catalogue.Group(n))
		if len(group) < fewestTogether || len(group) > mostTogether || len(slices.Compact(slices.Sorted(slices.Values(group)))) != len(group) {
			t.Fatalf("group %d is %v", n, group)
		}
		begins[group[0]]++
		for _, other := range group[1:] {
			pairs++
			if nameParts(other)[1] == nameParts(group[0])[1] {
				together++
			}
		}
		seed := catalogue.Seed(n)
		for _, name := range group {
			if holdsWord(seed.Text, name) {
				t.Errorf("a seed names %s:\n%s", name, seed.Text)
			}
		}
		expanded := Scenario{SeedID: seed.ID + "+actor+place"}
		if diff := cmp.Diff(group, namesOf(catalogue.Of(expanded))); diff != "" {
			t.Errorf("the scenario's functions are not those of its seed:\n%s", diff)
		}
	}
	for name, n := range begins {
		if n != 10 {
			t.Errorf("%s begins %d groups of 120, want 10", name, n)
		}
	}
	if share := float64(together) / float64(pairs); share < 0.6 {
		t.Errorf("%.2f of the functions in a group are about what its first one is about", share)
	}
}

func TestDistractorsOfTheCatalogue(t *testing.T) {
	catalogue := shop()
	box := &Toolbox{Functions: catalogue.Functions()[:1]}
	catalogue.AddDistractors(box, 4, button.NewRandom(3))
	names := box.names()
	if len(box.Distractors) != 4 || slices.Contains(names[1:], names[0]) || !slices.Contains(names, "cancel_order") {
		t.Errorf("got %v", names)
	}
	catalogue.AddDistractors(box, 100, button.NewRandom(3))
	names = box.names()
	if len(names) != len(slices.Compact(slices.Sorted(slices.Values(names)))) {
		t.Errorf("a function stands twice: %v", names)
	}
}

func TestReadNode(t *testing.T) {
	schema := `{"$defs":{"Pet":{"type":"object","properties":{"id":{"type":["integer","null"]},"friends":{"type":"array","items":{"$ref":"#/$defs/Pet"}}},"required":["id"]}},
		"type":"object","properties":{
			"pet":{"$ref":"#/$defs/Pet"},
			"kind":{"anyOf":[{"type":"null"},{"enum":["cat","dog"]}]},
			"both":{"allOf":[{"$ref":"#/$defs/Pet"},{"type":"object","properties":{"name":{"type":"string"}}}]},
			"anything":{}, "free":{"type":"object"}, "list":{"type":"array","items":{"type":"number"}}}}`
	node := readNode(json.RawMessage(schema))
	for path, want := range map[string]string{
		"pet.id": "integer", "pet.friends[].id": "integer", "pet.friends[].friends[].id": "integer", "both.name": "string", "both.id": "integer",
		"anything.whatever[].deep": "open", "free.x": "open", "list[]": "number", "kind": "enum", "nothing": "none", "pet.name": "none",
	} {
		found, _ := node.at(path)
		have := "none"
		switch {
		case found == nil:
		case found.open:
			have = "open"
		case found.Enum != nil:
			have = "enum"
		default:
			have = found.Type
		}
		if have != want {
			t.Errorf("%s is %s, want %s", path, have, want)
		}
	}
	if found, several := readNode(json.RawMessage(`{"type":"array","items":{"type":"object","properties":{"id":{"type":"string"}}}}`)).at("[].id"); found == nil || !several {
		t.Error("a list that is the whole result cannot be followed")
	}
	wide := `{"$defs":{"a":{"properties":{` + strings.TrimSuffix(strings.Repeat(`"x%d":{"$ref":"#/$defs/a"},`, 30), ",") + `}}},"$ref":"#/$defs/a"}`
	numbers := make([]any, 30)
	for i := range numbers {
		numbers[i] = i
	}
	if node := readNode(json.RawMessage(fmt.Sprintf(wide, numbers...))); node == nil {
		t.Error("unreachable")
	}
}

func FuzzReadNode(f *testing.F) {
	f.Add(`{"$ref":"#"}`)
	f.Add(`{"type":["null","array"],"items":{"anyOf":[{"$ref":"#/x"}]},"required":["a",1]}`)
	f.Fuzz(func(t *testing.T, text string) {
		c := readContract(Function{Tool: button.Tool{Name: "a", Description: "a", Parameters: json.RawMessage(text)}, Returns: json.RawMessage(text), Effect: button.EffectRead})
		_ = c.unusable()
		_ = c.subjects()
		for _, path := range c.parameters.required("") {
			c.parameters.at(path)
		}
	})
}

// depot is an executor that tells how often each call was made.
type depot struct {
	made   map[string]int
	result func(call ToolCall) (*ToolResult, error)
}

func (d *depot) Session(uint64) (Session, error) { return d, nil }

func (d *depot) Call(_ context.Context, call ToolCall) (*ToolResult, error) {
	d.made[call.Name+string(call.Arguments)]++
	return d.result(call)
}

func TestExecute(t *testing.T) {
	task, box := journey()
	box.Functions[1].Returns = nil // a forecast in any form
	results := map[string]string{
		"find_trains":  `{"trains":[{"train_id":"TGV 9241","departure":"08:10","fare":48.5,"extra":"beyond what is declared"}]}`,
		"get_forecast": `{"city":"Turin","sky":"clear","high":24.5}`,
		"reserve_seat": `{"booking_reference":"BK-77301","seat":"61"}`,
	}
	good := func(call ToolCall) (*ToolResult, error) {
		return &ToolResult{Result: json.RawMessage(results[call.Name])}, nil
	}
	play := func(result func(call ToolCall) (*ToolResult, error)) (*Trajectory, *depot, error) {
		d := &depot{map[string]int{}, result}
		actors := &actors{}
		teacher, _ := actors.teacher(t)
		trajectory, err := Converse(t.Context(), teacher.For(11), task, box, ConverseOptions{Today: today, Parallel: true, Execute: d, Failures: 1})
		if actors.asked[StageTool] > 0 {
			t.Errorf("%d results were invented", actors.asked[StageTool])
		}
		return trajectory, d, err
	}
	trajectory, d, err := play(good)
	if err != nil {
		t.Fatal(err)
	}
	for call, n := range d.made {
		if n != 1 {
			t.Errorf("%s was made %d times", call, n)
		}
	}
	record, err := Assemble(trajectory, button.Meta{Teacher: "actor"})
	if err != nil || !trajectory.Executed || len(d.made) != 3 {
		t.Fatalf("executed: %v, calls: %v, error: %v", trajectory.Executed, d.made, err)
	}
	record.Plan.Answers = quality.AnswerSources(record)
	if violations, err := quality.NewVerifier(nil).Verify(record); err != nil || len(violations) > 0 {
		t.Errorf("%v %v", violations, err)
	}
	for _, tool := range record.Tools {
		if declared := tool.FunctionExtra.Get(MemberResponses) != nil; declared != (tool.Name != "get_forecast") {
			t.Errorf("%s has responses: %v", tool.Name, declared)
		}
	}

	for _, test := range []struct{ name, result, rule string }{
		{"against the declared schema", `{"trains":[{"train_id":7}]}`, RuleResultSchema},
		{"too long", `{"trains":[],"note":"` + strings.Repeat("x", mostResultBytes) + `"}`, RuleResultSchema},
		{"too many values", `{"trains":[],"note":[` + strings.Repeat("1,", mostResultValues) + `1]}`, RuleResultSchema},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := play(func(call ToolCall) (*ToolResult, error) {
				if call.Name == "find_trains" {
					return &ToolResult{Result: json.RawMessage(test.result)}, nil
				}
				return good(call)
			})
			var refusal *teach.Refusal
			if !errors.As(err, &refusal) || refusal.Stage != StageTool || refusal.Rule != test.rule {
				t.Errorf("got %v", err)
			}
		})
	}
	gone := errors.New("the depot has burnt down")
	if _, _, err := play(func(ToolCall) (*ToolResult, error) { return nil, gone }); !errors.Is(err, gone) {
		t.Errorf("got %v", err)
	}
}

func TestLocaleMoves(t *testing.T) {
	locale := testLocale()
	dates := slices.Clone(locale.Dates)
	shared := locale.Dates
	if err := locale.MoveTo("2026-02-25"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"2026-03-04", "2026-03-25"}, locale.Dates); diff != "" || locale.Today != "2026-02-25" {
		t.Errorf("today is %s: %s", locale.Today, diff)
	}
	if !slices.Equal(shared, dates) {
		t.Error("the dates of others have changed")
	}
	if err := locale.MoveTo("tomorrow"); err == nil {
		t.Error("moved to a day that is none")
	}
}
