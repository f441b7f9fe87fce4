package simulated

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// fault is a way in which a teacher's replies can be wrong.
type fault struct {
	name string
	rule string
	// stage whose replies are spoiled, from the from-th on.
	stage string
	from  int
	o     ConverseOptions
	spoil func(reply map[string]any)
}

func calls(list ...ToolCall) []any {
	var out []any
	for _, call := range list {
		var arguments any
		if err := json.Unmarshal(call.Arguments, &arguments); err != nil {
			panic(err)
		}
		out = append(out, map[string]any{"name": call.Name, "arguments": arguments})
	}
	return out
}

func call(name, arguments string) ToolCall { return ToolCall{name, json.RawMessage(arguments)} }

func object(text string) any {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(err)
	}
	return value
}

var (
	parallel = ConverseOptions{Parallel: true, Flaw: func(text string) (string, int) {
		if at := strings.Index(text, "the the"); at >= 0 {
			return "doubled_word", at
		}
		return "", 0
	}}
	missing    = ConverseOptions{Parallel: true, Turns: TurnShares{Missing: 1}}
	correction = ConverseOptions{Parallel: true, Turns: TurnShares{Correction: 1}}
	failing    = ConverseOptions{Parallel: true, Failures: 1}
)

const (
	goodTrains   = `{"origin":"Lyon","destination":"Turin","date":"2025-06-03"}`
	goodForecast = `{"city":"Turin","date":"2025-06-03"}`
)

func faults() []fault {
	user := func(rule, name string, o ConverseOptions, from int, spoil func(map[string]any)) fault {
		return fault{name, rule, StageUser, from, o, spoil}
	}
	assistant := func(rule, name string, from int, spoil func(map[string]any)) fault {
		return fault{name, rule, StageAssistant, from, parallel, spoil}
	}
	tool := func(rule, name string, from int, spoil func(map[string]any)) fault {
		return fault{name, rule, StageTool, from, parallel, spoil}
	}
	say := func(text string) func(map[string]any) {
		return func(r map[string]any) { r["message"] = r["message"].(string) + " " + text }
	}
	set := func(name string, value any) func(map[string]any) {
		return func(r map[string]any) { r[name] = value }
	}
	replace := func(name, old, new string) func(map[string]any) {
		return func(r map[string]any) { r[name] = strings.ReplaceAll(r[name].(string), old, new) }
	}
	return []fault{
		user(RuleUserDisclosure, "a fact is not said", parallel, 0, replace("message", "Lyon", "somewhere")),
		user(RuleUserDisclosure, "a fact is not listed", parallel, 0, set("disclosed", []any{"f1"})),
		user(RuleUserDisclosure, "a fact is said too early", missing, 0, say("Also Lyon, Turin, 2025-06-03, Mara Lindqvist.")),
		user(RuleUserInvents, "a number of its own", parallel, 0, say("My budget is 350.")),
		user(RuleUserTechnical, "a function is named", parallel, 0, say("Use find_trains for that.")),
		user(RuleUserTechnical, "a parameter is named", parallel, 0, say("Set train_id yourself.")),
		user(RuleUserTechnical, "JSON", parallel, 0, say(`{"origin": "Lyon"}`)),
		user(RuleUserLength, "far too long", parallel, 0, say(strings.Repeat("please ", 150))),
		user(RuleUserStatus, "satisfied at once", parallel, 0, set("status", StatusSatisfied)),
		user(RuleUserCorrection, "a change out of turn", parallel, 0, set("changed", object(`{"id":"f1","value":"Nice"}`))),
		user(RuleUserCorrection, "no change", correction, 1, set("changed", nil)),
		user(RuleUserCorrection, "the change is not said", correction, 1, func(r map[string]any) { r["changed"].(map[string]any)["value"] = "Zagreb" }),
		user(RuleUserCorrection, "the change is of another kind", correction, 1, func(r map[string]any) { r["changed"].(map[string]any)["value"] = 7 }),

		user(RuleUntidy, "a doubled word", parallel, 0, say("It is for the the concert.")),
		assistant(RuleUntidy, "a doubled word in a thought", 0, set("thought", "I look up the the trains.")),
		assistant(RuleActionForm, "a call and a text", 0, set("text", "I look.")),
		assistant(RuleActionForm, "neither", 0, set("calls", []any{})),
		assistant(RuleActionForm, "a question that asks nothing", 0, func(r map[string]any) {
			r["action"], r["calls"], r["text"], r["missing"] = ActionAsk, []any{}, "Tell me.", []any{"the day"}
		}),
		assistant(RuleUnknownFunction, "a function that is not on offer", 0, set("calls", calls(call("find_planes", goodTrains)))),
		assistant(RuleArgumentSchema, "a required argument is missing", 0, set("calls", calls(call("find_trains", `{"origin":"Lyon","destination":"Turin"}`)))),
		assistant(RuleArgumentSchema, "an argument of the wrong type", 0, set("calls", calls(call("get_forecast", `{"city":["Turin"],"date":"2025-06-03"}`)))),
		assistant(RuleArgumentSchema, "an argument too many", 0, set("calls", calls(call("get_forecast", `{"city":"Turin","date":"2025-06-03","hour":"noon"}`)))),
		assistant(RuleUngrounded, "a value from nowhere", 0, set("calls", calls(call("get_forecast", `{"city":"Milan","date":"2025-06-03"}`)))),
		assistant(RuleUngrounded, "an optional value from nowhere", 0, set("calls", calls(call("find_trains", `{"origin":"Lyon","destination":"Turin","date":"2025-06-03","travel_class":"first"}`)))),
		assistant(RuleWrongArgument, "origin and destination exchanged", 0, set("calls", calls(call("find_trains", `{"origin":"Turin","destination":"Lyon","date":"2025-06-03"}`)))),
		assistant(RuleDependentCalls, "a call beside the one that it needs", 0, set("calls", calls(call("find_trains", goodTrains), call("reserve_seat", `{"train_id":"IC213","passenger":"Mara Lindqvist"}`)))),
		{"two calls where one is allowed", RuleParallelOff, StageAssistant, 0, ConverseOptions{}, set("calls", calls(call("find_trains", goodTrains), call("get_forecast", goodForecast)))},
		assistant(RuleSerialCalls, "one look-up after the other", 0, set("calls", calls(call("find_trains", goodTrains)))),
		assistant(RuleRepeatedCall, "the same call twice in a turn", 0, set("calls", calls(call("find_trains", goodTrains), call("find_trains", goodTrains)))),
		assistant(RuleRepeatedCall, "a call that was made before", 1, set("calls", calls(call("find_trains", goodTrains)))),
		assistant(RuleNeedlessCall, "a distractor", 0, set("calls", calls(call("find_buses", `{"depot":"Lyon"}`)))),
		assistant(RuleThoughtForm, "no thought", 0, set("thought", " ")),
		assistant(RuleThoughtForm, "a lecture", 0, set("thought", strings.Repeat("well ", 81))),
		assistant(RuleThoughtFunction, "another function", 0, set("thought", "Later I will use reserve_seat.")),
		assistant(RuleThoughtUnseen, "a result before it is there", 0, set("thought", "The train IC313 at 41.25 will do.")),
		assistant(RuleThoughtPlan, "the plan", 0, set("thought", "Sub-task 1 asks for the trains.")),
		assistant(RuleThoughtPlan, "guidance", 0, set("thought", "As planned, I look up the trains.")),
		assistant(RuleMissingStep, "an answer before the seat", 1, func(r map[string]any) {
			r["action"], r["calls"], r["text"] = ActionAnswer, []any{}, "The cheapest train is IC313 at 41.25, the sky mostly clear."
		}),
		assistant(RuleAnswerUnseen, "an invented number", 2, replace("text", "41.25", "39.90")),
		assistant(RuleAnswerUnseen, "an invented code", 2, replace("text", "QX7RT2", "QX7RT9")),
		assistant(RuleAnswerNoResult, "a result is not told", 2, set("text", "All done.")),
		assistant(RuleAnswerTechnical, "a function", 2, func(r map[string]any) { r["text"] = r["text"].(string) + " I called reserve_seat." }),
		assistant(RuleNeedlessQuestion, "nothing is missing", 0, func(r map[string]any) {
			r["action"], r["calls"], r["text"], r["missing"] = ActionAsk, []any{}, "Which day?", []any{"the day"}
		}),
		assistant(RuleGivesUp, "a refusal", 0, func(r map[string]any) {
			r["action"], r["calls"], r["text"] = ActionRefuse, []any{}, "I cannot do that."
		}),

		tool(RuleResultOrError, "both", 0, set("error", object(`{"code":"unknown_station","message":"no"}`))),
		tool(RuleResultOrError, "neither", 0, set("result", nil)),
		tool(RuleFailure, "a failure that nobody ordered", 0, func(r map[string]any) {
			r["result"], r["error"] = nil, object(`{"code":"unknown_station","message":"no such city"}`)
		}),
		{"success where a failure is ordered", RuleFailure, StageTool, 0, failing, func(r map[string]any) {
			if r["error"] != nil {
				r["error"], r["result"] = nil, object(`{"trains":[]}`)
			}
		}},
		{"an error that is not declared", RuleErrorCode, StageTool, 0, ConverseOptions{Parallel: true, Failures: 1, Off: map[string]bool{RuleFailure: true}}, func(r map[string]any) {
			if r["error"] != nil {
				r["error"] = object(`{"code":"oops","message":"failed"}`)
			}
		}},
		tool(RuleResultSchema, "a field is missing", 0, set("result", object(`{"trains":[{"train_id":"IC313","fare":41.25}]}`))),
		tool(RuleResultSchema, "a field too many", 0, set("result", object(`{"trains":[],"hint":"book early"}`))),
		tool(RuleResultSchema, "another type", 1, set("result", object(`{"city":"Turin","sky":"clear","high":"warm"}`))),
		tool(RuleEcho, "another city", 1, set("result", object(`{"city":"Milan","sky":"clear","high":23}`))),
		tool(RulePlaceholder, "a stand-in", 1, set("result", object(`{"city":"Turin","sky":"see example.com","high":23}`))),
		tool(RuleContradiction, "one train with two fares", 0, func(r map[string]any) {
			r["facts"] = object(`[{"subject":"IC313","field":"fare","value":41.25}]`)
			if _, isForecast := r["result"].(map[string]any)["city"]; isForecast {
				r["facts"] = object(`[{"subject":"ic313","field":"Fare","value":44}]`)
			}
		}),
	}
}

// TestEveryFaultIsRefused plants each fault in all replies of its stage and wants
// the candidate refused by the rule for it.
func TestEveryFaultIsRefused(t *testing.T) {
	for _, fault := range faults() {
		t.Run(fault.rule+"/"+fault.name, func(t *testing.T) {
			a := &actors{reads: fault.rule == RuleUserCorrection, spoil: map[string]func(int, map[string]any, []byte){fault.stage: func(n int, reply map[string]any, _ []byte) {
				if n >= fault.from {
					fault.spoil(reply)
				}
			}}}
			_, asker, err := a.play(t, 3, fault.o)
			var refusal *teach.Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("not refused: %v", err)
			}
			if refusal.Stage != fault.stage || refusal.Rule != fault.rule {
				t.Errorf("refused by %s of stage %s (%s), want %s of %s", refusal.Rule, refusal.Stage, refusal.Detail, fault.rule, fault.stage)
			}
			if n := asker.Ledger().Stages[fault.stage].Faults[fault.rule]; n != 3 {
				t.Errorf("the rule was counted %d times, want once and twice more after complaints", n)
			}
		})
	}
}

// TestOneFaultIsMended plants each fault once: the complaint brings a good reply.
func TestOneFaultIsMended(t *testing.T) {
	for _, fault := range faults() {
		t.Run(fault.rule+"/"+fault.name, func(t *testing.T) {
			spoiled := false
			a := &actors{reads: fault.rule == RuleUserCorrection, spoil: map[string]func(int, map[string]any, []byte){fault.stage: func(n int, reply map[string]any, _ []byte) {
				before, _ := json.Marshal(reply)
				if n >= fault.from && !spoiled {
					fault.spoil(reply)
					after, _ := json.Marshal(reply)
					spoiled = string(before) != string(after) && (fault.rule != RuleContradiction || n > 0)
				}
			}}}
			trajectory, asker, err := a.play(t, 3, fault.o)
			if err != nil {
				t.Fatal(err)
			}
			if n := asker.Ledger().Stages[fault.stage].Faults[fault.rule]; n != 1 {
				t.Errorf("the rule was counted %d times, want once", n)
			}
			if _, err := Assemble(trajectory, button.Meta{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestRulesCanBeTurnedOff plants each fault with its rule turned off: another rule,
// or none, may refuse it, but not that one.
func TestRulesCanBeTurnedOff(t *testing.T) {
	for _, fault := range faults() {
		if slices.Contains(alwaysOn, fault.rule) {
			continue
		}
		a := &actors{reads: fault.rule == RuleUserCorrection, spoil: map[string]func(int, map[string]any, []byte){fault.stage: func(n int, reply map[string]any, _ []byte) {
			if n >= fault.from {
				fault.spoil(reply)
			}
		}}}
		o := fault.o
		o.Off = map[string]bool{fault.rule: true, RuleFailure: fault.rule == RuleErrorCode || fault.rule == RuleFailure}
		_, _, err := a.play(t, 3, o)
		var refusal *teach.Refusal
		if errors.As(err, &refusal) && refusal.Rule == fault.rule {
			t.Errorf("%s: refused by the rule %s, which is off", fault.name, fault.rule)
		}
	}
}

// TestChangedValueFits wants a new value to be one that the functions take.
func TestChangedValueFits(t *testing.T) {
	teacher, _ := new(actors).teacher(t)
	task, box := journey()
	c, err := newConversation(teacher.For(1), task, box, &ConverseOptions{Today: today})
	if err != nil {
		t.Fatal(err)
	}
	const day = 2 // the third fact
	for value, want := range map[string]int{`"2025-06-05"`: 0, `"5 June 2025"`: 1} {
		reply := &UserReply{Message: "Sorry, it has to be 5 June 2025.", Changed: &ChangedFact{"f3", json.RawMessage(value)}}
		if found := c.checkChange(day, reply, c.reader.Read(reply.Message)); len(found) != want {
			t.Errorf("%s: have %v", value, found)
		}
	}
}

func TestNeverFinishes(t *testing.T) {
	// With the rule against it off, the same call is made again and again.
	a := &actors{spoil: map[string]func(int, map[string]any, []byte){StageAssistant: func(_ int, reply map[string]any, _ []byte) {
		reply["action"], reply["text"], reply["thought"], reply["calls"] = ActionCall, "", "I look.", calls(call("get_forecast", goodForecast))
	}}}
	_, _, err := a.play(t, 1, ConverseOptions{Off: map[string]bool{RuleRepeatedCall: true}})
	var refusal *teach.Refusal
	if !errors.As(err, &refusal) || refusal.Rule != RuleNeverFinishes {
		t.Errorf("have %v, want %s", err, RuleNeverFinishes)
	}
}

func TestSamples(t *testing.T) {
	spoil := func(wrong func(n int) bool) *actors {
		return &actors{spoil: map[string]func(int, map[string]any, []byte){StageAssistant: func(n int, reply map[string]any, _ []byte) {
			if wrong(n) && len(reply["calls"].([]any)) == 2 {
				reply["calls"] = reply["calls"].([]any)[n%2 : n%2+1]
			}
		}}}
	}
	for _, test := range []struct {
		name  string
		wrong func(n int) bool
		rule  string
	}{
		{"one of three differs", func(n int) bool { return n == 1 }, ""},
		{"three ways", func(n int) bool { return n == 0 || n == 1 }, RuleSamplesDisagree},
	} {
		_, _, err := spoil(test.wrong).play(t, 1, ConverseOptions{Parallel: true, Samples: 3, Off: map[string]bool{RuleSerialCalls: true}})
		var refusal *teach.Refusal
		if errors.As(err, &refusal); err != nil && (refusal == nil || refusal.Rule != test.rule) || err == nil && test.rule != "" {
			t.Errorf("%s: have %v, want %q", test.name, err, test.rule)
		}
	}
}

// TestSameCall lets an equal call be answered from memory: the tool is not asked.
func TestSameCall(t *testing.T) {
	for _, off := range []bool{false, true} {
		a := &actors{spoil: map[string]func(int, map[string]any, []byte){StageAssistant: func(n int, reply map[string]any, _ []byte) {
			if n == 1 {
				reply["calls"] = calls(call("find_trains", goodTrains))
			}
		}}}
		_, _, err := a.play(t, 1, ConverseOptions{Parallel: true, Off: map[string]bool{RuleRepeatedCall: true, RuleSameCall: off}})
		if err != nil {
			t.Fatal(err)
		}
		want := 3
		if off {
			want = 4
		}
		if a.asked[StageTool] != want {
			t.Errorf("same_call off %v: the tool was asked %d times, want %d", off, a.asked[StageTool], want)
		}
	}
}

func TestOptions(t *testing.T) {
	teacher, _ := new(actors).teacher(t)
	task, box := journey()
	for _, o := range []ConverseOptions{
		{Turns: TurnShares{Missing: 0.7, FollowUp: 0.7}}, {Failures: -1}, {Off: map[string]bool{"no_such_rule": true}}, {Off: map[string]bool{RuleActionForm: true}},
	} {
		if _, err := Converse(context.Background(), teacher.For(1), task, box, o); err == nil {
			t.Errorf("%+v: no error", o)
		}
	}
	if _, err := Converse(context.Background(), teacher.For(1), &ComposedTask{}, box, ConverseOptions{}); err == nil {
		t.Error("no tasks: no error")
	}
}

// TestRulesAreListed wants every rule once for its stage, under a name that is
// tested here or in the tests of its own stage.
func TestRulesAreListed(t *testing.T) {
	seen := map[string]bool{}
	for _, rule := range dialogueRules() {
		key := rule.Stage + " " + rule.Name
		if seen[key] || rule.Text == "" || rule.Name != strings.ToLower(rule.Name) {
			t.Errorf("rule %s stands twice or says nothing", key)
		}
		seen[key] = true
	}
	for _, fault := range faults() {
		if !seen[fault.stage+" "+fault.rule] {
			t.Errorf("rule %s of %s is not listed", fault.rule, fault.stage)
		}
	}
}
