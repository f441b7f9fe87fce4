package simulated

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

func findClinics() FunctionForm {
	return FunctionForm{
		Name: "find_clinics", Description: "Lists the veterinary clinics of a town that are open on a day.",
		Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","description":"the town"},"day":{"type":"string","format":"date","description":"the day"},"limit":{"type":"integer","description":"how many at most","default":5}},"required":["city","day"]}`),
		Returns:    json.RawMessage(`{"type":"object","properties":{"clinics":{"type":"array","description":"those that are open","items":{"type":"object","description":"one of them","properties":{"clinic_id":{"type":"string","description":"its id"},"opens":{"type":"string","format":"time","description":"from when"},"beds":{"type":"integer","description":"how many beds"}},"required":["clinic_id"]}},"count":{"type":"integer","description":"how many there are"}},"required":["clinics"]}`),
		Errors:     []FunctionError{{"unknown_city", "there is no such town"}}, Effect: button.EffectRead,
	}
}

func bookVisit() FunctionForm {
	return FunctionForm{
		Name: "book_visit", Description: "Books a visit of an animal to a clinic.",
		Parameters: json.RawMessage(`{"type":"object","properties":{"clinic_id":{"type":"string","description":"the clinic"},"animal":{"type":"string","description":"name of the animal"}},"required":["clinic_id","animal"]}`),
		Returns:    json.RawMessage(`{"type":"object","properties":{"appointment_id":{"type":"string","description":"id of the visit"},"start":{"type":"string","format":"date-time","description":"when it begins"}},"required":["appointment_id","start"]}`),
		Errors:     []FunctionError{{"fully_booked", "no time is left"}}, Effect: button.EffectWrite,
	}
}

func functionsReply() *FunctionsReply {
	return &FunctionsReply{
		Functions: []FunctionForm{findClinics(), bookVisit()},
		Mapping: []Mapping{
			{0, "find_clinics", []Argument{{"city", button.FromUser, "city"}, {"day", button.FromUser, "day"}, {"limit", button.FromDefault, ""}}},
			{1, "book_visit", []Argument{{"clinic_id", button.FromResult, "0.clinics[].clinic_id"}, {"animal", button.FromUser, "pet"}}},
		},
	}
}

// swap replaces text in a schema.
func swap(schema *json.RawMessage, old, with string) {
	if !strings.Contains(string(*schema), old) {
		panic(fmt.Sprintf("%s is not in %s", old, *schema))
	}
	*schema = json.RawMessage(strings.Replace(string(*schema), old, with, 1))
}

// functionPlants spoil functions and mapping of a reply.
func functionPlants[T any](functions func(reply *T) []FunctionForm, mapping func(reply *T) *[]Mapping, add func(reply *T, f FunctionForm)) []plant[T] {
	rename := func(reply *T, at int, name string) {
		functions(reply)[at].Name = name
		(*mapping(reply))[at].Function = name
	}
	return []plant[T]{
		{RuleNameForm, func(r *T) { rename(r, 0, "find-clinics") }},
		{RuleNameStyle, func(r *T) { rename(r, 0, "findClinics") }},
		{RuleNameTaken, func(r *T) { add(r, findClinics()) }},
		{RuleFunctionUnused, func(r *T) {
			other := findClinics()
			other.Name = "find_shops"
			add(r, other)
		}},
		{RuleSchemaInvalid, func(r *T) {
			swap(&functions(r)[0].Parameters, `"required":["city","day"]`, `"required":["city","days"]`)
		}},
		{RuleSchemaInvalid, func(r *T) {
			swap(&functions(r)[1].Returns, `"required":["appointment_id","start"]`, `"required":["appointment"]`)
		}},
		{RuleSchemaInvalid, func(r *T) {
			functions(r)[1].Returns = json.RawMessage(`{"type":"object","properties":{},"required":[]}`)
		}},
		{RuleSchemaInvalid, func(r *T) { swap(&functions(r)[1].Returns, `"type":"string","format":"date-time"`, `"type":"array"`) }},
		{RuleRequestLiteral, func(r *T) { rename(r, 0, "find_leeds_clinics") }},
		{RuleRequestLiteral, func(r *T) { functions(r)[1].Description += " Rufus, for example." }},
		{RuleRequestLiteral, func(r *T) { swap(&functions(r)[1].Parameters, "name of the animal", "name, such as Rufus") }},
		{RuleRequestLiteral, func(r *T) {
			swap(&functions(r)[0].Parameters, `"description":"the town"`, `"description":"the town","enum":["Leeds","York","Hull"]`)
		}},
		{RuleWholeRequest, func(r *T) {
			swap(&functions(r)[1].Parameters, `"animal":{`, `"user_request":{"type":"string","description":"what is wanted"},"animal":{`)
		}},
		{RuleFunctionUnknown, func(r *T) { *mapping(r) = append(*mapping(r), Mapping{1, "cancel_visit", []Argument{}}) }},
		{RuleFunctionUnknown, func(r *T) { *mapping(r) = append(*mapping(r), Mapping{2, "book_visit", []Argument{}}) }},
		{RuleTaskMappedTwice, func(r *T) { *mapping(r) = append(*mapping(r), (*mapping(r))[0]) }},
		{RuleEffect, func(r *T) { functions(r)[1].Effect = button.EffectRead }},
		{RuleParameterUnknown, func(r *T) {
			(*mapping(r))[0].Arguments = append((*mapping(r))[0].Arguments, Argument{"area", button.FromDefault, ""})
		}},
		{RuleParameterTwice, func(r *T) {
			(*mapping(r))[1].Arguments = append((*mapping(r))[1].Arguments, (*mapping(r))[1].Arguments[1])
		}},
		{RuleNoSource, func(r *T) {
			swap(&functions(r)[1].Parameters, `"animal":{`, `"hour":{"type":"string","description":"when"},"animal":{`)
			swap(&functions(r)[1].Parameters, `"required":[`, `"required":["hour",`)
		}},
		{RuleSourceUnknown, func(r *T) {
			(*mapping(r))[1].Arguments = append((*mapping(r))[1].Arguments, Argument{"hour", button.FromUser, "hour"})
			swap(&functions(r)[1].Parameters, `"animal":{`, `"hour":{"type":"string","description":"when"},"animal":{`)
		}},
		{RuleSourceUnknown, func(r *T) { (*mapping(r))[1].Arguments[0].Ref = "0.clinics[].phone" }},
		{RuleSourceUnknown, func(r *T) { swap(&functions(r)[0].Parameters, `,"default":5`, ``) }},
		{RuleSourceType, func(r *T) { (*mapping(r))[1].Arguments[0].Ref = "0.clinics[].beds" }},
		{RuleSourceType, func(r *T) { (*mapping(r))[1].Arguments[0].Ref = "0.clinics" }},
		{RuleSourceType, func(r *T) {
			swap(&functions(r)[1].Parameters, `"animal":{"type":"string"`, `"animal":{"type":"integer"`)
		}},
		{RuleSourceType, func(r *T) {
			swap(&functions(r)[1].Parameters, `"description":"name of the animal"`, `"description":"kind of animal","enum":["dog","cat"]`)
		}},
		{RuleValueUnused, func(r *T) {
			(*mapping(r))[1].Arguments = (*mapping(r))[1].Arguments[:1]
			swap(&functions(r)[1].Parameters, `,"animal"]`, `]`)
		}},
	}
}

func functionsRulesHold(t *testing.T, seen seenRules) {
	run := func(ctx context.Context, asker *teach.Asker) error {
		_, err := WriteFunctions(ctx, asker, chain(), View{}, StyleSnake)
		return err
	}
	plants := functionPlants(
		func(r *FunctionsReply) []FunctionForm { return r.Functions },
		func(r *FunctionsReply) *[]Mapping { return &r.Mapping },
		func(r *FunctionsReply, f FunctionForm) { r.Functions = append(r.Functions, f) })
	plants = append(plants,
		plant[FunctionsReply]{RuleTaskUnmapped, func(r *FunctionsReply) { r.Functions, r.Mapping = r.Functions[:1], r.Mapping[:1] }},
		plant[FunctionsReply]{RuleLinkUnmapped, func(r *FunctionsReply) {
			r.Mapping[1].Arguments = r.Mapping[1].Arguments[1:]
			swap(&r.Functions[1].Parameters, `"required":["clinic_id","animal"]`, `"required":["animal"]`)
		}})
	refuses(t, seen, StageFunctions, functionsReply, run, plants)

	// Two branches beside one another, one of which takes from the other.
	fan := func() *ComposedTask {
		return &ComposedTask{
			Locale: testLocale(), Shape: ShapeFanOut, Tasks: []AtomicTask{price("Leeds"), price("Derby")}, Links: []Link{},
			Request: "What does a check-up of a dog cost in Leeds, and what in Derby?",
		}
	}
	quotes := func() *FunctionsReply {
		f := FunctionForm{
			Name: "get_price", Description: "Tells what a clinic of a town asks for a check-up.",
			Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","description":"the town"},"below":{"type":"number","description":"only below"}},"required":["city"]}`),
			Returns:    json.RawMessage(`{"type":"object","properties":{"price":{"type":"integer","description":"what it costs"}},"required":["price"]}`),
			Errors:     []FunctionError{}, Effect: button.EffectRead,
		}
		return &FunctionsReply{[]FunctionForm{f}, []Mapping{
			{0, "get_price", []Argument{{"city", button.FromUser, "city"}}}, {1, "get_price", []Argument{{"city", button.FromUser, "city"}}},
		}}
	}
	beside := func(ctx context.Context, asker *teach.Asker) error {
		_, err := WriteFunctions(ctx, asker, fan(), View{}, StyleSnake)
		return err
	}
	refuses(t, seen, StageFunctions, quotes, beside, []plant[FunctionsReply]{
		{RuleSourceUnlinked, func(r *FunctionsReply) {
			r.Mapping[1].Arguments = append(r.Mapping[1].Arguments, Argument{"below", button.FromResult, "0.price"})
		}},
		{RuleWholeRequest, func(r *FunctionsReply) { swap(&r.Functions[0].Parameters, `"below"`, `"userQuestion"`) }},
	})
}

// TestFunctionsAreOfNoDay wants words that tell a day only by the day on which they
// are said to be no value of a request; one that is written out is one.
func TestFunctionsAreOfNoDay(t *testing.T) {
	for description, rule := range map[string]string{
		"Lists clinics, the first to open before the second.": "",
		"Lists clinics for today and tomorrow.":               "",
		"Lists clinics for 1 May.":                            RuleRequestLiteral,
		"Lists clinics for 2026-05-01.":                       RuleRequestLiteral,
	} {
		composed := chain()
		composed.Locale.Today = "2026-04-30"
		for i := range composed.Tasks {
			for k := range composed.Tasks[i].KnownValues {
				if one := &composed.Tasks[i].KnownValues[k]; one.Name == "day" {
					one.Value = json.RawMessage(`"2026-05-01"`)
				}
			}
		}
		reply := functionsReply()
		reply.Functions[0].Description = description
		teacher, _ := scripted(t, reply)
		_, err := WriteFunctions(t.Context(), teacher.For(1), composed, View{}, StyleSnake)
		if rule == "" && err != nil || rule != "" && (err == nil || !strings.Contains(err.Error(), rule)) {
			t.Errorf("%s: have %v, want %q", description, err, rule)
		}
	}
}

func TestWholeRequestAsKnownValue(t *testing.T) {
	long := "a vet that is open late and close to the old station in the north"
	composed := &ComposedTask{Locale: testLocale(), Shape: ShapeSingle, Request: "Find " + long + ".", Tasks: []AtomicTask{{
		Task: "Find " + long + ".", KnownValues: []KnownValue{known("what", "description", long)}, Result: brings("clinic"), Effect: button.EffectRead,
	}}}
	reply := functionsReply()
	reply.Functions = reply.Functions[:1]
	swap(&reply.Functions[0].Parameters, `"required":["city","day"]`, `"required":["city"]`)
	reply.Mapping = []Mapping{{0, "find_clinics", []Argument{{"city", button.FromUser, "what"}}}}
	teacher, _ := scripted(t, reply)
	_, err := WriteFunctions(t.Context(), teacher.For(1), composed, View{}, StyleSnake)
	if err == nil || !strings.Contains(err.Error(), RuleWholeRequest) {
		t.Errorf("got %v", err)
	}
}

// A task without a function passes on what it chose among: its links lead to the
// tasks before it.
func TestTaskWithoutFunction(t *testing.T) {
	pick := AtomicTask{Task: "Tell which of the two is the cheaper one.", KnownValues: []KnownValue{}, Result: brings("clinic_id"), Effect: button.EffectPure}
	composed := &ComposedTask{
		Locale: testLocale(), Shape: ShapeParallel, Tasks: []AtomicTask{price("Leeds"), price("Derby"), pick, bookCheck()},
		Links: []Link{
			{0, "result.price", 2, "one", "amount_of_money", TransformPick}, {1, "result.price", 2, "other", "amount_of_money", TransformPick},
			{2, "result", 3, "clinic", "clinic_id", TransformNone},
		},
		Request: "What does a check-up of a dog cost in Leeds, and what in Derby? Book a check-up for Rufus at the cheaper clinic.",
	}
	quote := FunctionForm{
		Name: "get_price", Description: "Tells what a clinic of a town asks for a check-up.",
		Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string","description":"the town"}},"required":["city"]}`),
		Returns:    json.RawMessage(`{"type":"object","properties":{"price":{"type":"integer","description":"what it costs"},"clinic_id":{"type":"string","description":"where"}},"required":["price"]}`),
		Errors:     []FunctionError{}, Effect: button.EffectRead,
	}
	reply := &FunctionsReply{[]FunctionForm{quote, bookVisit()}, []Mapping{
		{3, "book_visit", []Argument{{"clinic_id", button.FromResult, "1.clinic_id"}, {"animal", button.FromUser, "pet"}}},
		{0, "get_price", []Argument{{"city", button.FromUser, "city"}}}, {1, "get_price", []Argument{{"city", button.FromUser, "city"}}},
	}}
	teacher, client := scripted(t, reply)
	box, err := WriteFunctions(t.Context(), teacher.For(1), composed, View{}, StyleSnake)
	if err != nil {
		t.Fatalf("%v\n%s", err, lastMessage(client))
	}
	if len(box.Functions) != 2 || box.Functions[0].Tool.Name != "get_price" || box.Mapping[2].Task != 3 {
		t.Errorf("functions or mapping are out of order: %+v", box.Mapping)
	}
}
