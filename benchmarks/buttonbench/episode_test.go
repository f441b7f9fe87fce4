package buttonbench

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
)

// A model that calls on and on is stopped, and fails whatever it has reached.
func TestEndlessCallsEnd(t *testing.T) {
	f := fixed(t)
	i := slices.IndexFunc(f.records, func(record button.Record) bool { return firstCall(&record, button.EffectRead) != nil })
	record := &f.records[i]
	read := *firstCall(record, button.EffectRead)
	episode := f.suite.Tasks[i].Start()
	turns := 0
	for {
		if _, more := episode.Next(); !more {
			break
		}
		if turns++; turns > 1000 {
			t.Fatal("the episode does not end")
		}
		episode.Observe(turn{calls: []button.Call{read}}.reply())
	}
	if want := len(record.Plan.Nodes) + spareTurns + 1; turns != want {
		t.Errorf("it ends after %d turns, want %d", turns, want)
	}
	if v := episode.Verdict(); v.Pass || !strings.Contains(kinds(v), faultEnded) {
		t.Errorf("%t, %v", v.Pass, v.Faults)
	}
}

// Ending early fails a task also where all was right before.
func TestTooManyCallsInOneMessage(t *testing.T) {
	f := fixed(t)
	one, record := f.suite.Tasks[0].(*task), &f.records[0]
	turns := turnsOf(record)
	flood := turn{}
	for range mostCalls + 1 {
		flood.calls = append(flood.calls, button.Call{ID: "flood0001", Name: "no_such", Arguments: json.RawMessage(`{}`)})
	}
	episode := one.Start().(*episode)
	for _, turn := range turns {
		episode.Observe(turn.reply())
	}
	if !episode.Verdict().Pass {
		t.Fatal("the reference fails")
	}
	episode.Observe(flood.reply())
	if v := episode.Verdict(); v.Pass || !strings.Contains(kinds(v), faultEnded) {
		t.Errorf("%t, %v", v.Pass, v.Faults)
	}
	if len(episode.calls) > len(record.Plan.Nodes)+mostCalls {
		t.Errorf("%d calls were carried out", len(episode.calls))
	}
}

// Whatever text stands for arguments, there is a result to show, and the state stays.
func TestHostileArguments(t *testing.T) {
	f := fixed(t)
	one, record := f.suite.Tasks[0].(*task), &f.records[0]
	name := record.Plan.Nodes[0].Function
	for _, arguments := range []string{
		"", "null", "[]", `"{}"`, "{", `{"a":1}}`, `{"a":1,"a":2}`, "\xff", `{"x":"\ud800"}`, strings.Repeat(`{"a":`, 500) + "1" + strings.Repeat("}", 500),
		`{"x":1e999999999}`, `{"x":"` + strings.Repeat("a", mostArgumentBytes) + `"}`,
	} {
		episode := one.Start().(*episode)
		before := episode.state.Hash()
		episode.Observe(&llm.Reply{Calls: []llm.RawCall{{Name: name, Arguments: arguments}}})
		request, more := episode.Next()
		if !more {
			t.Fatalf("%.40q ends the episode", arguments)
		}
		last := request.Messages[len(request.Messages)-1]
		var result struct{ Error, Message string }
		if err := json.Unmarshal([]byte(last.Content), &result); err != nil || result.Error == "" || result.Message == "" || len(last.Content) > 4096 {
			t.Errorf("%.40q: %.200s, %v", arguments, last.Content, err)
		}
		if last.ToolCallID == "" || last.ToolCallID != request.Messages[len(request.Messages)-2].ToolCalls[0].ID {
			t.Errorf("%.40q: the result answers %q", arguments, last.ToolCallID)
		}
		if episode.state.Hash() != before || episode.calls[0].ok || episode.calls[0].made.Problem == "" {
			t.Errorf("%.40q: %+v", arguments, episode.calls[0].made)
		}
	}
}

// Types are told apart at every depth.
func TestTypeMismatch(t *testing.T) {
	w := loadAll(t)["rail"]
	function := w.Function("book_assistance")
	for arguments, want := range map[string]bool{
		`{"booking":"AB1234","help":["boarding_ramp"],"contact":{"name":"A","phone":"1"}}`: false,
		`{"booking":7}`:                     true,
		`{"booking":null}`:                  true,
		`{"booking":"nonsense"}`:            false,
		`{"help":"boarding_ramp"}`:          true,
		`{"help":[7]}`:                      true,
		`{"help":["no such help"]}`:         false,
		`{"contact":{"name":["A"]}}`:        true,
		`{"contact":"A"}`:                   true,
		`{"contact":{"nickname":1},"zz":1}`: false,
	} {
		if have := typeMismatch(function, json.RawMessage(arguments)); have != want {
			t.Errorf("%s: %t", arguments, have)
		}
	}
	seats := w.Function("quote_fare")
	for arguments, want := range map[string]bool{`{"seats":2}`: false, `{"seats":2.0}`: false, `{"seats":2.5}`: true, `{"seats":"2"}`: true, `{"seats":99}`: false, `{"seats":true}`: true} {
		if have := typeMismatch(seats, json.RawMessage(arguments)); have != want {
			t.Errorf("%s: %t", arguments, have)
		}
	}
	if typeMismatch(nil, json.RawMessage(`{}`)) {
		t.Error("no function, but a type")
	}
}

// A world that fails is nobody's fault.
func TestABrokenWorldIsNoVerdict(t *testing.T) {
	f := fixed(t)
	episode := f.suite.Tasks[0].Start().(*episode)
	episode.broken, episode.over = errors.New("world.star:3: slip"), true
	if _, more := episode.Next(); more {
		t.Error("a broken world is asked on")
	}
	if v := episode.Verdict(); v.Broken == nil || v.Broken.Error() != "world.star:3: slip" {
		t.Errorf("%+v", v.Broken)
	}
}

// A comparison must be answered: that its winner is named among what will be
// compared is no answer.
func TestComparisonsAreAnswered(t *testing.T) {
	f := fixed(t)
	tried := 0
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		if !slices.ContainsFunc(record.Plan.Goals, func(goal button.PlanGoal) bool { return goal.Kind == goalCompare }) {
			continue
		}
		tried++
		var thought strings.Builder
		for _, goal := range record.Plan.Goals {
			for _, value := range goal.Values {
				thought.WriteString(" " + otherForm(typeOf(one.(*task).world, value.Type), value.Value))
			}
		}
		turns := turnsOf(record)
		for j := range turns {
			if len(turns[j].calls) > 0 {
				turns[j].content = "I look at" + thought.String()
			} else {
				turns[j].content = "That is all."
			}
		}
		if v := perform(one, turns); v.Pass || kinds(v) != faultMissingValue {
			t.Errorf("%s: %t, %v", record.ID, v.Pass, v.Faults)
		}
	}
	if tried == 0 {
		t.Error("no task compares")
	}
}

func TestNewRefuses(t *testing.T) {
	f := fixed(t)
	for name, test := range map[string]struct {
		change func(record *button.Record)
		want   string
	}{
		"no plan":       {func(r *button.Record) { r.Plan = nil }, "no plan or no meta"},
		"no meta":       {func(r *button.Record) { r.Meta = nil }, "no plan or no meta"},
		"unknown world": {func(r *button.Record) { r.Meta.World = "atlantis" }, `world "atlantis" is not known`},
		"other world":   {func(r *button.Record) { r.Meta.WorldHash = "x" }, "another version of world"},
		"unknown tool":  {func(r *button.Record) { r.Tools[0].Name = "no_such" }, `no world has the function "no_such"`},
		"other schema":  {func(r *button.Record) { r.Tools[0].Parameters = json.RawMessage(`{}`) }, "with these parameters"},
		"a circle": {func(r *button.Record) {
			id := r.Plan.Nodes[0].ID
			r.Plan.Edges = append(r.Plan.Edges, button.PlanEdge{From: id, To: id, Kind: button.EdgeOrder})
		}, "depends on itself"},
		"unknown type": {func(r *button.Record) {
			r.Plan.Goals[0].Values = append(r.Plan.Goals[0].Values, button.GoalValue{Type: "Colour", Value: json.RawMessage(`1`)})
		}, `a value of the type "Colour"`},
		"no user": {func(r *button.Record) {
			r.Messages = slices.DeleteFunc(r.Messages, func(m button.Message) bool { return m.Role == button.RoleUser })
		}, "no user message"},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := f.records[0].AppendJSON(nil)
			if err != nil {
				t.Fatal(err)
			}
			var record button.Record
			if err := json.Unmarshal(text, &record); err != nil {
				t.Fatal(err)
			}
			test.change(&record)
			_, err = New("x", []button.Record{record}, f.worlds)
			if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), record.ID) {
				t.Errorf("have %v, want %s", err, test.want)
			}
		})
	}
}

// The hash names the content, and the tasks are the records in their order.
func TestSuite(t *testing.T) {
	f := fixed(t)
	again, err := New("test", f.records, f.worlds)
	if err != nil || again.Hash != f.suite.Hash || len(again.Hash) != 64 {
		t.Errorf("%s, %v", again.Hash, err)
	}
	fewer, err := New("test", f.records[1:], f.worlds)
	if err != nil || fewer.Hash == f.suite.Hash {
		t.Errorf("the hash does not depend on the records: %v", err)
	}
	for i, one := range f.suite.Tasks {
		group := one.Group()
		if one.ID() != f.records[i].ID || group["kind"] != f.records[i].Kind || group["world"] == "" || group["depth"] == "" || group["width"] == "" || group["turns"] == "" {
			t.Errorf("task %d: %s, %v", i, one.ID(), group)
		}
		if request, _ := one.Start().Next(); len(request.Tools) != len(f.records[i].Tools) {
			t.Errorf("task %d offers %d tools", i, len(request.Tools))
		}
	}
	if _, ok := f.suite.Guide.Steps([]button.Message{{Role: button.RoleUser, Content: "what?"}}, nil); ok {
		t.Error("the guide knows a stranger")
	}
}

// Episodes of one task do not disturb one another.
func TestEpisodesAreApart(t *testing.T) {
	f := fixed(t)
	for i, one := range f.suite.Tasks {
		first := perform(one, turnsOf(&f.records[i]))
		second := perform(one, turnsOf(&f.records[i]))
		if !first.Pass || !second.Pass {
			t.Errorf("%s: %v, then %v", one.ID(), first.Faults, second.Faults)
		}
	}
}

// A record without parallel calls says so in its requests.
func TestSerialRecords(t *testing.T) {
	f, err := newFixture(6, 0)
	if err != nil {
		t.Fatal(err)
	}
	for i, one := range f.suite.Tasks {
		request, _ := one.Start().Next()
		if request.ParallelToolCalls == nil || *request.ParallelToolCalls {
			t.Errorf("%s: parallel calls are not forbidden", one.ID())
		}
		if v := perform(one, turnsOf(&f.records[i])); !v.Pass || len(v.Faults) > 0 {
			t.Errorf("%s: %v", one.ID(), v.Faults)
		}
	}
	rows := play(t, f.suite, "oracle")
	for id, row := range rows {
		if row.Outcome != eval.OutcomePass {
			t.Errorf("%s: %v", id, row.Faults)
		}
	}
}
