package world_test

import (
	"context"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/world"
)

// The fixture is a model for authors: nothing to find in it.
func TestCheckFixture(t *testing.T) {
	for _, problem := range toolshed(t).Check(t.Context(), func(line string) { t.Log(line) }) {
		t.Error(problem)
	}
}

// Each slip in the fixture's behaviour is found, and with its line.
func TestCheckFindsSlips(t *testing.T) {
	for _, test := range []struct{ before, after, want string }{
		{`"deposit": t["deposit"]`, `"deposit": t["deposits"]`, `world.star:84: error: tool_rules: key "deposits" not in dict`},
		{`    db["reports"].append(report)`, `    db["reports"].append({"id": str(len(db["reports"])), "tool": "", "fault": "", "contact": {}, "n": len(db["reports"]), "who": a["contact"]})`, "report_fault and report_fault depend on their order"},
		{`the_tool(db, a["tool"])
    return {"deposit"`, `find(db["tools"], "id", a["tool"]) or db["tools"][0]
    return {"deposit"`, "tool_rules: answers although {tool} does not exist"},
		{`stop("started", "loan %s has begun already" % loan["id"])`, `stop("begun", "it has begun")`, `cancel_loan: stop: code "begun" is not declared in fails`},
		{`if loan["from"] > today():`, `if False:`, "the error not_started never came up"},
		{`"training": rand(3) == 0,`, `"training": False,`, "tool_rules: training is always false"},
		{`"%s %d" % (maker, 100 + 10 * rand(80))`, `"tool_%d" % rand(80)`, "reads like a code name"},
		{`"name": "%s %d" % (maker, 100 + 10 * rand(80)),`, `"name": "",`, "list_tools: name: an empty text"},
		{`fee + 25 * rand(24)`, `fee`, "list_tools: day_fee: the first place is shared"},
		{`pick_some(MAKERS, 3 + rand(3))`, `pick_some(MAKERS, 1)`, "lists have fewer than two items"},
		{`if loan["from"] <= today():`, `if loan["from"] < day(100):`, "cancel_loan: no sampled call succeeded"},
		{`"Mill Lane", "Harbour Row"`, `"Mill Lane", "Mill Lane Bridge"`, `name "Mill Lane" (Shed) is a part of "Mill Lane Bridge" (Shed)`},
		{`    "Hazelmere", "Kestrel Close", "Union Basin", "Tollgate", "Marlpit", "Glebe End",`, ``, "type Shed: 16 names over 12 states; want 20 or more"},
		{`"Saltmarsh"`, `"Garden", "Book"`, `name "Book" (Shed) is also an ordinary word of the requests`},
		{`{GOG: [goggles, safety goggles]`, `{aside: [goggles, safety goggles]`, "the code aside is also an ordinary word of the requests"},
	} {
		t.Run(test.want, func(t *testing.T) {
			t.Parallel()
			w := mustLoad(t, changed(t, test.before, test.after))
			wantProblem(t, w.Check(t.Context(), nil), test.want)
		})
	}
}

func wantProblem(t *testing.T, problems []world.Problem, want string) {
	t.Helper()
	var all []string
	for _, problem := range problems {
		if strings.Contains(problem.String(), want) {
			if problem.Line == 0 {
				t.Errorf("no line in %v", problem)
			}
			return
		}
		all = append(all, problem.String())
	}
	t.Errorf("%s was not found among:\n%s", want, strings.Join(all, "\n"))
}

// Each slip of the words is found, and with its line.
func TestCheckFindsWords(t *testing.T) {
	for _, test := range []struct{ before, after, want string }{
		{`"when {does/do} {shed} open {day:on}?"`, `"when does {shed} open {day:on}?"`, `"does" before {shed} must agree`},
		{`opens: "{shed} open{s/} at`, `opens: "{shed} opens at`, `"opens" behind {shed} must agree`},
		{`label: "the {name}"
      item: "the {name} ({day_fee}`, `label: "the {nam}"
      item: "the {name} ({day_fee}`, `label: "the {nam}": unknown slot {nam}`},
		{`"call off {loan}"`, `"call off {loan}."`, "no full stop here"},
		{`"call off {loan}"`, `"call off {refund}"`, "{refund} is a field of the result: the user cannot know it yet"},
		{`"call off {loan}"`, `"call off {loan"`, "a { is not closed"},
		{`"call off {loan}"`, `"call off [{loan}"`, "a [ is not closed"},
		{`"call off {loan}"`, `"Call off {loan}"`, "start in lower case"},
		{`"call off {loan}"`, `"call off my {loan}"`, "write {my}, so that we can be said for I"},
		{`"call off {loan}"`, `"call off  {loan}"`, "white space"},
		{`"call off {loan}"`, `"call {it|them} off"`, "{it|them} is for pick"},
		{`comes back to you"`, `comes back to {me}"`, "{me} follows the speaker, but here the desk speaks"},
		{`doing: ["cancel {loan}"]`, `doing: ["give {refund} back"]`, "{refund} is a field of the result: it is not known before the call"},
		{`why: ["{My} plans have changed."]`, `why: ["{My} plans have changed"]`, "a whole sentence ends in a full stop"},
		{`tag: ["with {x}"]`, `tag: ["with {x} {y}"]`, "the only slot of a type is {x}"},
		{`, "where {tool} is kept"]`, `]`, "tool_rules: ask: shed: write at least one question"},
		{`        shed: "{tool} is kept at {shed}"
`, ``, "tool_rules: shed has ask but no tell"},
		{`        training: {holds: "{tool} needs an induction", fails: "{tool} needs no induction"}
`, ``, "tool_rules: training is a gate but has no tell"},
		{`      done: ["{loan} is cancelled, and {refund} comes back to you"]
`, ``, "cancel_loan: a write needs do and done"},
		{`do: ["cancel {loan}", "call off {loan}"]`, `do: ["cancel {loan}"]`, "cancel_loan: one way to ask for it"},
		{`      doing: ["cancel {loan}"]
`, ``, "cancel_loan: no doing"},
		{`      pick:
        opens: {min: ["opens {earlier|earliest} {day:on}"]}
        closes: {max: ["stays open {later|latest} {day:on}"]}
`, ``, "shed_hours: fan without pick"},
		{`      thing: loan/loans
`, ``, "my_loans: a list needs things, thing, label and item"},
		{`        weight: {min: [lightest], max: [heaviest]}
`, ``, "list_tools: no pick for weight"},
		{`, "Settle late fees."]`, `]`, "pay_fees: one description"},
		{`  Receipt: {code: R99-9999, told: never}`, `  Receipt: {code: R99-9999, told: never}
  Spare: {values: [a, b]}`, "type Spare is not used"},
		{`"{My} card is {x}.", "{I'm} on card {x}."`, ``, "type Card has no states, and"},
		{`takes: {card: Card, amount: Fee}`, `takes: {card: Card, amount: Fee, receipt: Receipt}`, "pay_fees: receipt: no user knows a Receipt and no other function gives one"},
	} {
		t.Run(test.want, func(t *testing.T) {
			wantProblem(t, mustLoad(t, changed(t, test.before, test.after)).CheckWords(), test.want)
		})
	}
}

func TestCheckIsDeterministic(t *testing.T) {
	w := mustLoad(t, changed(t, "fee + 25 * rand(24)", "fee"))
	first, second := w.Check(t.Context(), nil), w.Check(t.Context(), nil)
	if len(first) == 0 || len(first) != len(second) {
		t.Fatalf("have %d and %d problems", len(first), len(second))
	}
	for i := range first {
		if first[i] != second[i] {
			t.Errorf("%v and then %v", first[i], second[i])
		}
	}
}

func TestCheckStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, problem := range toolshed(t).Check(ctx, nil) {
		if problem.Severity == world.SeverityError {
			t.Errorf("a cancelled check says %v", problem)
		}
	}
}
