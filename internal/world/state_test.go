package world_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/world"
)

type arguments = map[string]world.Value

// call calls a function and wants no error of the world.
func call(t testing.TB, state *world.State, name string, given arguments) *world.Outcome {
	t.Helper()
	outcome, err := state.Call(state.Start().World.Function(name), given)
	if err != nil {
		t.Fatal(err)
	}
	return outcome
}

// calls are some calls on the toolshed that succeed on seed 1.
func calls(start *world.Start) map[string]arguments {
	tool, card := start.Rows("tools")[7], start.Rows("members")[1]["card"]
	loan := start.Rows("loans")[0]["id"]
	return map[string]arguments{
		"list_tools":   {"kind": tool["kind"], "shed": tool["shed"]},
		"tool_rules":   {"tool": tool["id"]},
		"shed_hours":   {"shed": tool["shed"], "day": start.Today},
		"my_loans":     {"card": card},
		"loan_details": {"loan": loan},
		"borrow_tool":  {"tool": tool["id"], "card": card, "from": start.Today, "days": int64(2), "extras": []world.Value{"GOG", "GLV"}},
		"report_fault": {"tool": tool["id"], "fault": "OL", "contact.name": "Ines Holm", "contact.phone": "07700 900123"},
	}
}

// The bytes of results are part of a data set: they must not change by accident.
func TestCallGolden(t *testing.T) {
	w := toolshed(t)
	start := begin(t, w, 1)
	given := calls(start)
	var out strings.Builder
	fmt.Fprintf(&out, "today %s\nhash %s\n", start.Today, start.Hash())
	for _, f := range w.Functions {
		if given[f.Name] == nil {
			continue
		}
		state := start.Fork()
		outcome := call(t, state, f.Name, given[f.Name])
		fmt.Fprintf(&out, "\n%s %s\n%s\n", f.Name, f.EncodeArguments(given[f.Name]), outcome.JSON)
		if f.Writes() {
			fmt.Fprintf(&out, "hash %s\n", state.Hash())
		}
	}
	golden(t, "toolshed_calls.golden", out.String())
}

func TestOutcome(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	list := call(t, start.Fork(), "list_tools", calls(start)["list_tools"])
	if len(list.Items) == 0 || len(list.Fields) != 0 || list.Failure != nil {
		t.Fatalf("have %+v", list)
	}
	if _, isNumber := list.Items[0]["day_fee"].(int64); !isNumber {
		t.Errorf("day_fee: have %T, want int64 cents", list.Items[0]["day_fee"])
	}
	details := call(t, start.Fork(), "loan_details", calls(start)["loan_details"])
	if details.Fields["return.shed"] == nil || details.Items != nil {
		t.Errorf("have %+v", details)
	}
	failed := call(t, start.Fork(), "cancel_loan", arguments{"loan": "L00000"})
	want := world.Failure{Code: "unknown_loan", Message: "there is no loan L00000"}
	if failed.Failure == nil || *failed.Failure != want || failed.Fields != nil {
		t.Errorf("have %+v", failed)
	}
	if got := string(failed.JSON); got != `{"error":"unknown_loan","message":"there is no loan L00000"}` {
		t.Errorf("have %s", got)
	}
}

func TestCallRefusesArguments(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	f := start.World.Function("borrow_tool")
	for want, given := range map[string]arguments{
		"call borrow_tool: tool: missing":                       {},
		`call borrow_tool: no parameter "colour"`:               with(calls(start)["borrow_tool"], "colour", "red"),
		"call borrow_tool: days: want a whole number, have int": with(calls(start)["borrow_tool"], "days", 3),
		"call borrow_tool: extras: want a list":                 with(calls(start)["borrow_tool"], "extras", "GOG"),
		"call borrow_tool: extras: the list is empty":           with(calls(start)["borrow_tool"], "extras", []world.Value{}),
		`call borrow_tool: extras: value 1: "HAT" is not one`:   with(calls(start)["borrow_tool"], "extras", []world.Value{"HAT"}),
		`call borrow_tool: from: "soon" is not a date`:          with(calls(start)["borrow_tool"], "from", "soon"),
	} {
		if _, err := start.Fork().Call(f, given); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("have %v\nwant %s", err, want)
		}
	}
}

func with(given arguments, path string, value world.Value) arguments {
	given[path] = value
	return given
}

// A write that stops leaves no trace, though it had changed the tables.
func TestStopUndoes(t *testing.T) {
	w := mustLoad(t, small(smallMake+`
def look_up(db, a):
    return {"n": db["heap"][0]["size"]}

def put_down(db, a):
    db["heap"][0]["size"] += 1
    db["heap"].append({"size": 7})
    db["heap"] = db["heap"] + [{"size": 9}]
    if db["heap"][0]["size"] > 3:
        stop("absent", "enough")
    return {"n": db["heap"][0]["size"]}
`))
	start := begin(t, w, 1)
	state := start.Fork()
	hash := start.Hash()
	for _, want := range []string{`{"n":2}`, `{"n":3}`, `{"error":"absent","message":"enough"}`, `{"error":"absent","message":"enough"}`} {
		if got := string(call(t, state, "put_down", nil).JSON); got != want {
			t.Fatalf("have %s, want %s", got, want)
		}
	}
	if got := string(call(t, state, "look_up", nil).JSON); got != `{"n":3}` {
		t.Errorf("after two writes and two refusals: have %s", got)
	}
	if n := len(state.Rows("heap")); n != 5 {
		t.Errorf("have %d rows, want 5", n)
	}
	if start.Hash() != hash || len(start.Rows("heap")) != 1 {
		t.Error("the start changed")
	}
}

func TestHashIgnoresOrderOfRows(t *testing.T) {
	w := mustLoad(t, small(`
def make():
    return {"stones": rows(["flint"]), "heap": []}

def look_up(db, a):
    return {"n": 1}

def put_down(db, a):
    db["heap"].append({"size": a["size"], "of": [1, {"b": 1, "a": None}]})
    return {"n": 1}
`))
	state := func(sizes ...int64) *world.State {
		s := begin(t, w, 1).Fork()
		for _, size := range sizes {
			call(t, s, "put_down", arguments{"size": size})
		}
		return s
	}
	if state(1, 2, 3).Hash() != state(3, 1, 2).Hash() {
		t.Error("the order of rows shows in the hash")
	}
	if state(1, 2).Hash() == state(1, 3).Hash() || state(1).Hash() == state(1, 1).Hash() || state().Hash() == state(1).Hash() {
		t.Error("different states have one hash")
	}
	want := []map[string]world.Value{{"size": int64(5), "of": []world.Value{int64(1), map[string]world.Value{"a": nil, "b": int64(1)}}}}
	if diff := cmp.Diff(want, state(5).Rows("heap")); diff != "" {
		t.Error(diff)
	}
}

// Codes come from the arguments, not from a counter: two bookings give the same
// codes and the same state in either order, and equal ones get different codes.
func TestCodesCommute(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	first := calls(start)["borrow_tool"]
	second := with(calls(start)["borrow_tool"], "tool", start.Rows("tools")[9]["id"])
	forwards, backwards := start.Fork(), start.Fork()
	a, b := call(t, forwards, "borrow_tool", first), call(t, forwards, "borrow_tool", second)
	d, c := call(t, backwards, "borrow_tool", second), call(t, backwards, "borrow_tool", first)
	if string(a.JSON) != string(c.JSON) || string(b.JSON) != string(d.JSON) || forwards.Hash() != backwards.Hash() {
		t.Error("two bookings do not commute")
	}
	report := calls(start)["report_fault"]
	state := start.Fork()
	one, two := call(t, state, "report_fault", report), call(t, state, "report_fault", report)
	if one.Fields["report"] == two.Fields["report"] {
		t.Error("two equal calls minted the same code")
	}
	if other := call(t, begin(t, start.World, 2).Fork(), "report_fault", calls(begin(t, start.World, 2))["report_fault"]); other.Fields["report"] == one.Fields["report"] {
		t.Error("two states minted the same code")
	}
}

func TestClone(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	state := start.Fork()
	call(t, state, "borrow_tool", calls(start)["borrow_tool"])
	clone := state.Clone()
	if clone.Hash() != state.Hash() {
		t.Fatal("a clone differs")
	}
	one := call(t, clone, "report_fault", calls(start)["report_fault"])
	if clone.Hash() == state.Hash() {
		t.Error("a write on the clone shows on the original")
	}
	if two := call(t, state, "report_fault", calls(start)["report_fault"]); string(one.JSON) != string(two.JSON) || clone.Hash() != state.Hash() {
		t.Error("the clone went another way than the original")
	}
}

func TestStartIsDeterministic(t *testing.T) {
	w, again := toolshed(t), toolshed(t)
	if w.Hash != again.Hash || len(w.Hash) != 64 {
		t.Errorf("hashes of one world: %s, %s", w.Hash, again.Hash)
	}
	seen := map[string]bool{}
	for seed := range uint64(20) {
		a, b := begin(t, w, seed), begin(t, again, seed)
		if a.Hash() != b.Hash() || a.Today != b.Today {
			t.Errorf("seed %d gives two states", seed)
		}
		if diff := cmp.Diff(a.Rows("tools"), b.Rows("tools")); diff != "" {
			t.Error(diff)
		}
		if seen[a.Hash()] {
			t.Errorf("seed %d repeats a state", seed)
		}
		seen[a.Hash()] = true
		if a.Today < "2025-01-01" || a.Today > "2027-12-31" {
			t.Errorf("today is %s", a.Today)
		}
	}
	if begin(t, w, 1).Rows("nothing") != nil {
		t.Error("an unknown table has rows")
	}
}

// One Start serves many goroutines; run with -race.
func TestConcurrentCalls(t *testing.T) {
	start := begin(t, toolshed(t), 1)
	given := calls(start)
	want := map[string]string{}
	for name, arguments := range given {
		want[name] = string(call(t, begin(t, start.World, 1).Fork(), name, arguments).JSON)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			for name, arguments := range given {
				state := start.Fork()
				outcome, err := state.Call(start.World.Function(name), arguments)
				if err != nil || string(outcome.JSON) != want[name] {
					t.Errorf("%s: %v", name, err)
				}
				state.Hash()
				start.Rows("loans")
			}
		})
	}
	group.Wait()
}

// Whatever is called in whatever order: reads leave the hash alone, failures
// leave it alone, and the same calls on a fresh fork give the same bytes.
func TestCallsReplay(t *testing.T) {
	w := toolshed(t)
	starts := []*world.Start{begin(t, w, 1), begin(t, w, 2)}
	rapid.Check(t, func(r *rapid.T) {
		start := rapid.SampledFrom(starts).Draw(r, "start")
		type step struct {
			name string
			args arguments
		}
		steps := make([]step, rapid.IntRange(1, 8).Draw(r, "steps"))
		state := start.Fork()
		var trace []string
		for i := range steps {
			card := start.Rows("members")[rapid.IntRange(0, 4).Draw(r, "member")]["card"]
			loan := start.Rows("loans")[rapid.IntRange(0, 19).Draw(r, "loan")]["id"]
			tool := start.Rows("tools")[rapid.IntRange(0, 40).Draw(r, "tool")]["id"]
			days := rapid.Int64Range(1, 5).Draw(r, "days")
			steps[i] = rapid.SampledFrom([]step{
				{"my_loans", arguments{"card": card}},
				{"loan_details", arguments{"loan": loan}},
				{"borrow_tool", arguments{"tool": tool, "card": card, "from": start.Today, "days": days}},
				{"extend_loan", arguments{"loan": loan, "days": days}},
				{"cancel_loan", arguments{"loan": loan}},
				{"pay_fees", arguments{"card": card, "amount": 100 * days}},
			}).Draw(r, "step")
			before := state.Hash()
			outcome, err := state.Call(w.Function(steps[i].name), steps[i].args)
			if err != nil {
				r.Fatal(err)
			}
			if (!w.Function(steps[i].name).Writes() || outcome.Failure != nil) && state.Hash() != before {
				r.Fatalf("%s changed the state", steps[i].name)
			}
			trace = append(trace, string(outcome.JSON)+state.Hash())
		}
		again := start.Fork()
		for i, step := range steps {
			outcome, err := again.Call(w.Function(step.name), step.args)
			if err != nil || string(outcome.JSON)+again.Hash() != trace[i] {
				r.Fatalf("step %d came out differently the second time: %v", i, err)
			}
		}
	})
}
