package buttonbench

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
)

// drawn is a plan by hand: which shop is cheaper, is it open, and an order there if
// it is. list gives the shops, price is compared, order writes.
//
//	l: list(town)            -> {"shops":[{"shop":"S1"},{"shop":"S2"}]}
//	p1, p2: price(shop)      -> {"price":5}, {"price":7}       shop from l
//	o: open(shop, day?)      -> {"open":true, "until":"18:00"}            shop: winner of p1, p2
//	w: order(shop, amount)   -> {"code":"K9"}                  shop: winner; amount: sum of p1, p2; if open
func drawn() *task {
	winner := &button.Transform{Op: button.OpWinnerMin, By: "price"}
	node := func(id, function, effect, arguments string) button.PlanNode {
		return button.PlanNode{ID: id, CallID: "call0000" + id, Function: function, Effect: effect, Arguments: json.RawMessage(arguments)}
	}
	data := func(from, to, output, parameter string, transform *button.Transform) button.PlanEdge {
		return button.PlanEdge{From: from, To: to, Kind: button.EdgeData, Output: output, Parameter: parameter, Transform: transform}
	}
	each := &button.Transform{Op: button.OpEach, Over: "shops[]"}
	record := &button.Record{Plan: &button.Plan{
		Nodes: []button.PlanNode{
			node("l", "list", button.EffectRead, `{"town":"Ayr"}`),
			node("p", "price", button.EffectRead, `{"shop":"S1"}`),
			node("q", "price", button.EffectRead, `{"shop":"S2"}`),
			node("o", "open", button.EffectRead, `{"shop":"S1"}`),
			node("w", "order", button.EffectWrite, `{"shop":"S1","amount":12}`),
		},
		Edges: []button.PlanEdge{
			data("l", "p", "shops[].shop", "shop", each), data("l", "q", "shops[].shop", "shop", each),
			data("p", "o", "shop", "shop", winner), data("q", "o", "shop", "shop", winner),
			data("p", "w", "shop", "shop", winner), data("q", "w", "shop", "shop", winner),
			data("p", "w", "price", "amount", &button.Transform{Op: button.OpSum}), data("q", "w", "price", "amount", &button.Transform{Op: button.OpSum}),
			{From: "o", To: "w", Kind: button.EdgeCondition},
		},
		Goals: []button.PlanGoal{
			{Kind: goalCompare, Nodes: []string{"p", "q"}, Function: "price", Field: "price", Values: []button.GoalValue{{Type: "Shop", Value: json.RawMessage(`"S1"`)}}},
			{Kind: "field", Nodes: []string{"o"}, Function: "open", Field: "open", Values: []button.GoalValue{{Type: "Bool", Value: json.RawMessage(`true`)}}},
			{Kind: "write", Nodes: []string{"w"}, Function: "order", Condition: &button.GoalCondition{Node: "o", Output: "open", Op: "holds", Open: true}},
			{Kind: "field", Nodes: []string{"q"}, Function: "price", Field: "price", Values: []button.GoalValue{{Type: "Price", Value: json.RawMessage(`7`)}}},
			{Kind: "field", Nodes: []string{"o"}, Function: "open", Field: "until", Values: []button.GoalValue{{Type: "Time", Value: json.RawMessage(`"18:00"`)}}},
		},
	}}
	for _, node := range record.Plan.Nodes {
		record.Messages = append(record.Messages, button.Message{Role: button.RoleTool, ToolCallID: node.CallID, Content: results[node.Function+string(node.Arguments)]})
	}
	return &task{record: record}
}

// results are what the calls of these tests return.
var results = map[string]string{
	`list{"town":"Ayr"}`:               `{"shops":[{"shop":"S1"},{"shop":"S2"}]}`,
	`list{}`:                           `{"shops":[{"shop":"S1"},{"shop":"S2"}]}`,
	`list{"town":"Bute"}`:              `{"shops":[{"shop":"S5"}]}`,
	`price{"shop":"S1"}`:               `{"price":5}`,
	`price{"shop":"S2"}`:               `{"price":7}`,
	`price{"shop":"S5"}`:               `{"price":7}`,
	`price{"shop":"S2","unit":"each"}`: `{"price":7}`,
	`open{"shop":"S1"}`:                `{"open":true,"until":"18:00"}`,
	`open{"shop":"S5"}`:                `{"open":true}`,
	`open{"shop":"S1","day":"today"}`:  `{"open":true,"until":"18:00"}`,
	`open{"shop":"S1","day":"later"}`:  `{"open":false,"until":"18:00"}`,
	`order{"shop":"S1","amount":12}`:   `{"code":"K9"}`,
	`catalogue{}`:                      `{"items":[{"name":"S1","price":5},{"name":"S2","price":7}],"open":true}`,
	`overview{}`:                       `{"open":true}`,
}

// attemptsOf reads "list(Ayr) / price(S1) price(S2)": turns are parted by a slash;
// "-" before a call makes it fail.
func attemptsOf(text string) []attempt {
	short := map[string]string{
		"list": `{"town":"%s"}`, "listall": `{}`, "price": `{"shop":"%s"}`, "open": `{"shop":"%s"}`, "order": `{"shop":"%s","amount":12}`,
		"priceeach": `{"shop":"%s","unit":"each"}`, "opentoday": `{"shop":"%s","day":"today"}`, "openlater": `{"shop":"%s","day":"later"}`,
	}
	var calls []attempt
	for turn, wave := range strings.Split(text, "/") {
		for _, field := range strings.Fields(wave) {
			failed := strings.HasPrefix(field, "-")
			name, value, _ := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(field, "-"), ")"), "(")
			arguments := "{}"
			if form := short[name]; strings.Contains(form, "%s") {
				arguments = fmt.Sprintf(form, value)
			}
			for _, variant := range []string{"each", "today", "later", "all"} {
				name = strings.TrimSuffix(name, variant)
			}
			call := attempt{made: eval.Made{Turn: turn, Name: name, Arguments: json.RawMessage(arguments)}, ok: !failed, own: true, result: results[name+arguments]}
			if failed || call.result == "" {
				call.ok, call.result = false, `{"error":"x"}`
			}
			calls = append(calls, call)
		}
	}
	return calls
}

func TestEvidence(t *testing.T) {
	for _, test := range []struct {
		name, asked, calls string
		lacks              string // kind:node of each goal's faults, goals parted by blanks
		writes             string // the same for guessed writes
	}{
		{"the plan", "in Ayr", "list(Ayr) / price(S1) price(S2) / open(S1) / order(S1)", "- - - - -", ""},
		{"one by one", "in Ayr", "list(Ayr) / price(S2) / price(S1) / open(S1) / order(S1)", "- - - - -", ""},
		{"nothing", "in Ayr", "", "guessed:p,guessed:q missing_call:o missing_call:o guessed:q guessed:o", ""},
		{"shops out of the air", "in Ayr", "price(S1) price(S2) / open(S1) / order(S1)", "guessed:p,guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"shops that the user named", "S1 or S2 in Ayr", "price(S1) price(S2) / open(S1) / order(S1)", "- - - - -", ""},
		{"shops in the same turn as the list", "in Ayr", "list(Ayr) price(S1) price(S2) / open(S1) / order(S1)", "guessed:p,guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"the list of another town", "in Ayr", "list(Bute) / price(S1) price(S2) / open(S1) / order(S1)", "guessed:p,guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"the list failed", "in Ayr", "-list(Ayr) / price(S1) price(S2) / open(S1) / order(S1)", "guessed:p,guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"a read ahead of the comparison", "in Ayr", "list(Ayr) / open(S1) price(S1) price(S2) / order(S1)", "- - - - -", ""},
		{"a write ahead of the comparison", "in Ayr", "list(Ayr) / open(S1) / order(S1) price(S1) price(S2)", "- - - - -", "guessed:w"},
		{"half the comparison", "in Ayr", "list(Ayr) / price(S1) / open(S1) / order(S1)", "guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"a write with its condition", "in Ayr", "list(Ayr) / price(S1) price(S2) / open(S1) order(S1)", "- - guessed:w - -", ""},
		{"a write before its condition", "in Ayr", "list(Ayr) / price(S1) price(S2) / order(S1) / open(S1)", "- - guessed:w - -", ""},
		{"no condition looked at", "in Ayr", "list(Ayr) / price(S1) price(S2) / order(S1)", "- missing_call:o missing_call:o - guessed:o", ""},
		{"another shop's price by chance", "S5 in Ayr", "list(Ayr) / price(S1) price(S5) / open(S1) / order(S1)", "guessed:q missing_call:o missing_call:o guessed:q guessed:o", "guessed:w"},
		{"another shop open by chance", "S5 in Ayr", "list(Ayr) / price(S1) price(S2) / open(S5) / order(S1)", "- missing_call:o missing_call:o - guessed:o", ""},
		{"an optional argument that changes nothing", "in Ayr", "list(Ayr) / price(S1) priceeach(S2) / opentoday(S1) / order(S1)", "- - - - -", ""},
		{"an optional argument that does", "in Ayr", "list(Ayr) / price(S1) price(S2) / openlater(S1) / order(S1)", "- missing_call:o missing_call:o - -", ""},
		{"an optional argument left out", "in Ayr", "listall() / price(S1) price(S2) / open(S1) / order(S1)", "- - - - -", ""},
		{"by another function", "in Ayr", "catalogue() / open(S1) / order(S1)", "- - - - -", ""},
		{"the condition by another function", "in Ayr", "list(Ayr) / price(S1) price(S2) / overview() / order(S1)", "- missing_call:o - - guessed:o", ""},
		{"the condition by another function, too late", "in Ayr", "list(Ayr) / price(S1) price(S2) / overview() order(S1)", "- missing_call:o guessed:w - guessed:o", ""},
		{"all prices, no order", "in Ayr", "list(Ayr) / price(S1) price(S2) / open(S1)", "- - - - -", ""}, // the final state tells
	} {
		t.Run(test.name, func(t *testing.T) {
			one := drawn()
			calls := attemptsOf(test.calls)
			made := make([]eval.Made, len(calls))
			for i := range calls {
				made[i] = calls[i].made
				if !calls[i].ok {
					made[i].Problem = eval.FaultInvalid
				}
			}
			known := newEvidence(one, calls, eval.Compare(one.record.Plan, made), newSpeech(test.asked, "", nil))
			var goals []string
			for i := range one.record.Plan.Goals {
				goal := &one.record.Plan.Goals[i]
				goals = append(goals, named(known.lacks(goal, goal.Values != nil && goal.Values[0].Type != "Bool")))
			}
			if have := strings.Join(goals, " "); have != test.lacks {
				t.Errorf("lacks %s\nwant  %s", have, test.lacks)
			}
			if have := strings.Trim(named(known.guessedWrites()), "-"); have != test.writes {
				t.Errorf("guessed writes %q, want %q", have, test.writes)
			}
		})
	}
}

func named(faults []eval.Fault) string {
	if len(faults) == 0 {
		return "-"
	}
	var out []string
	for _, fault := range faults {
		out = append(out, fault.Kind+":"+fault.Node)
	}
	return strings.Join(out, ",")
}

// A date and a time may come out of a date-time, and a list from several results.
func TestKnew(t *testing.T) {
	one := drawn()
	calls := []attempt{{made: eval.Made{Name: "when", Arguments: json.RawMessage(`{}`)}, ok: true, own: true, result: `{"at":"2026-05-01T09:30","n":3,"deep":[{"x":[true,null,"y"]}]}`}}
	known := newEvidence(one, calls, eval.Compare(one.record.Plan, nil), newSpeech("my card is C-1", "", nil))
	date, clock := &button.Transform{Op: button.OpDate}, &button.Transform{Op: button.OpTime}
	for _, test := range []struct {
		value     any
		transform *button.Transform
		turn      int
		want      bool
	}{
		{"2026-05-01T09:30", nil, 1, true},
		{"2026-05-01", date, 1, true},
		{"09:30", clock, 1, true},
		{"2026-05-01", nil, 1, false},
		{"2026-05-02", date, 1, false},
		{"2026-05-01", date, 0, false},
		{json.Number("3"), nil, 1, true},
		{json.Number("30"), nil, 1, false},
		{"y", nil, 1, true},
		{true, nil, 1, true},
		{false, nil, 1, false},
		{"C-1", nil, 0, true},
		{"C-12", nil, 0, false},
	} {
		if have := known.knew(test.value, test.transform, test.turn); have != test.want {
			t.Errorf("%v through %v in turn %d: %t", test.value, test.transform, test.turn, have)
		}
	}
	if have := fmt.Sprint(valuesAt(json.RawMessage(`{"a":{"b":["x",1]},"c":2}`), "a.b"), valuesAt(json.RawMessage(`{"c":2}`), "c"), valuesAt(json.RawMessage(`{"c":2}`), "c.d"), valuesAt(json.RawMessage(`{`), "c")); have != "[x 1] [2] [] []" {
		t.Error(have)
	}
}
