package buttonbench

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/world"
)

// turn is one answer of a model: calls, or words.
type turn struct {
	content string
	calls   []button.Call
}

// turnsOf is the reference as turns of a model.
func turnsOf(record *button.Record) []turn {
	var turns []turn
	for _, message := range record.Messages {
		if message.Role == button.RoleAssistant {
			turns = append(turns, turn{message.Content, slices.Clone(message.ToolCalls)})
		}
	}
	return turns
}

func (t turn) reply() *llm.Reply {
	reply := &llm.Reply{Content: t.content}
	for _, call := range t.calls {
		reply.Calls = append(reply.Calls, llm.RawCall{ID: call.ID, Name: call.Name, Arguments: string(call.Arguments)})
	}
	return reply
}

// perform plays turns until the episode ends or they do.
func perform(task eval.Task, turns []turn) eval.Verdict {
	episode := task.Start()
	for _, turn := range turns {
		if _, more := episode.Next(); !more {
			break
		}
		episode.Observe(turn.reply())
	}
	return episode.Verdict()
}

// with makes a suite of changed copies of records; change returns false for a
// record that does not fit.
func with(t *testing.T, f *fixture, change func(record *button.Record) bool) *benchmarks.Suite {
	t.Helper()
	var changed []button.Record
	for i := range f.records {
		text, err := f.records[i].AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		var copied button.Record
		if err := json.Unmarshal(text, &copied); err != nil {
			t.Fatal(err)
		}
		if change(&copied) {
			changed = append(changed, copied)
		}
	}
	if len(changed) == 0 {
		t.Fatal("no record fits")
	}
	suite, err := New("changed", changed, f.worlds)
	if err != nil {
		t.Fatal(err)
	}
	return suite
}

func recordOf(suite *benchmarks.Suite, i int) *button.Record { return suite.Tasks[i].(*task).record }

func kinds(v eval.Verdict) string {
	var names []string
	for _, fault := range v.Faults {
		if !slices.Contains(names, fault.Kind) {
			names = append(names, fault.Kind)
		}
	}
	return strings.Join(names, " ")
}

// Any other order that the plan allows passes, in any grouping of turns.
func TestAnyLegalOrderPasses(t *testing.T) {
	f := fixed(t)
	random := rand.New(rand.NewPCG(1, 2))
	for round := range 5 {
		for i, one := range f.suite.Tasks {
			record := &f.records[i]
			v := perform(one, shuffled(record, random))
			if !v.Pass || len(v.Faults) > 0 || v.Scores["progress"].Num != 1 {
				t.Errorf("round %d, %s: %v, %v", round, record.ID, v.Faults, v.Calls)
			}
		}
	}
}

// shuffled plays the calls of each user turn in a random legal order and grouping.
func shuffled(record *button.Record, random *rand.Rand) []turn {
	calls := map[string]button.Call{}
	var answers []string
	for _, turn := range turnsOf(record) {
		for _, call := range turn.calls {
			calls[call.ID] = call
		}
		if len(turn.calls) == 0 {
			answers = append(answers, turn.content)
		}
	}
	var turns []turn
	at := map[string]int{}
	for user, answer := range answers {
		var left []button.PlanNode
		for _, node := range record.Plan.Nodes {
			if node.Turn == user {
				left = append(left, node)
			}
		}
		var wave turn
		flush := func() {
			if len(wave.calls) > 0 {
				turns, wave = append(turns, wave), turn{}
			}
		}
		for len(left) > 0 {
			var ready []int
			for i, node := range left {
				if isReady(record.Plan, node.ID, at, len(turns)) {
					ready = append(ready, i)
				}
			}
			if len(ready) == 0 || random.IntN(3) == 0 {
				flush()
				if len(ready) == 0 {
					continue
				}
			}
			pick := ready[random.IntN(len(ready))]
			node := left[pick]
			if !isReady(record.Plan, node.ID, at, len(turns)) {
				continue
			}
			at[node.ID] = len(turns)
			wave.calls = append(wave.calls, calls[node.CallID])
			left = slices.Delete(left, pick, pick+1)
		}
		flush()
		turns = append(turns, turn{content: answer})
	}
	return turns
}

func isReady(plan *button.Plan, id string, at map[string]int, now int) bool {
	for _, edge := range plan.Edges {
		if edge.To != id {
			continue
		}
		when, done := at[edge.From]
		if !done || edge.Kind != button.EdgeOrder && when >= now {
			return false
		}
	}
	return true
}

// What is read beyond the plan is counted, and no more than that.
func TestExtraReadsAreOnlyCounted(t *testing.T) {
	f := fixed(t)
	tried := 0
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		turns := turnsOf(record)
		read := firstCall(record, button.EffectRead)
		if read == nil {
			continue
		}
		tried++
		turns = slices.Insert(turns, 0, turn{calls: []button.Call{*read}}, turn{calls: []button.Call{*read}})
		v := perform(one, turns)
		if !v.Pass || v.Scores["extra_calls"].Num != 2 || kinds(v) != eval.FaultExtraCall {
			t.Errorf("%s: %t, %v extra, %v", record.ID, v.Pass, v.Scores["extra_calls"].Num, v.Faults)
		}
	}
	if tried < 10 {
		t.Errorf("only %d tasks begin with a read", tried)
	}
}

// firstCall is the first call of the plan if it has an effect.
func firstCall(record *button.Record, effect string) *button.Call {
	node := record.Plan.Nodes[0]
	for _, turn := range turnsOf(record) {
		for i := range turn.calls {
			if turn.calls[i].ID == node.CallID && node.Effect == effect {
				return &turn.calls[i]
			}
		}
	}
	return nil
}

// A write that nobody asked for fails the task. The tasks are those whose plan
// writes, told as if nothing were to be written.
func TestAnExtraWriteFails(t *testing.T) {
	f := fixed(t)
	suite := with(t, f, func(record *button.Record) bool {
		plan := record.Plan
		plan.Nodes = slices.DeleteFunc(plan.Nodes, func(node button.PlanNode) bool { return node.Effect == button.EffectWrite })
		if record.Meta.StateBefore == record.Meta.StateAfter || len(plan.Nodes) == 0 {
			return false
		}
		plan.Goals = slices.DeleteFunc(plan.Goals, func(goal button.PlanGoal) bool {
			return goal.Kind == "write" || slices.ContainsFunc(goal.Nodes, func(id string) bool { return plan.Node(id) == nil })
		})
		plan.Edges = slices.DeleteFunc(plan.Edges, func(edge button.PlanEdge) bool { return plan.Node(edge.From) == nil || plan.Node(edge.To) == nil })
		record.Meta.StateAfter = record.Meta.StateBefore
		return true
	})
	for i, one := range suite.Tasks {
		record := recordOf(suite, i)
		v := perform(one, turnsOf(record))
		if v.Pass || !strings.Contains(kinds(v), faultWrongState) || v.Scores["final_state"].Num != 0 {
			t.Errorf("%s: %t, %v", record.ID, v.Pass, v.Faults)
		}
		turns := slices.DeleteFunc(turnsOf(record), func(turn turn) bool {
			return slices.ContainsFunc(turn.calls, func(call button.Call) bool {
				return !slices.ContainsFunc(record.Plan.Nodes, func(node button.PlanNode) bool { return node.CallID == call.ID })
			})
		})
		if v := perform(one, turns); v.Scores["final_state"].Num != 1 {
			t.Errorf("%s: without the write: %v", record.ID, v.Faults)
		}
	}
}

// A write to a world whose functions are only distractors fails the task; a read
// from it does not.
func TestForeignCalls(t *testing.T) {
	f := fixed(t)
	rail := f.worlds[slices.IndexFunc(f.worlds, func(w *world.World) bool { return w.Name == "rail" })]
	suite := with(t, f, func(record *button.Record) bool {
		record.Tools = append(record.Tools, rail.Function("cancel_booking").Tool(0), rail.Function("station_info").Tool(0))
		return record.Meta.World == "helpdesk" && !slices.ContainsFunc(record.Tools[:len(record.Tools)-2], func(tool button.Tool) bool { return tool.Name == "cancel_booking" })
	})
	for i, one := range suite.Tasks {
		record := recordOf(suite, i)
		start, err := rail.Start(record.Meta.StateSeed)
		if err != nil {
			t.Fatal(err)
		}
		var booking json.RawMessage
		for _, row := range start.Rows("bookings") {
			arguments := button.AppendString([]byte(`{"booking":`), row["id"].(string))
			arguments = append(arguments, '}')
			if outcome, err := start.Fork().CallJSON("cancel_booking", arguments); err == nil && outcome.Failure == nil {
				booking = arguments
				break
			}
		}
		if booking == nil {
			continue
		}
		station := button.AppendString([]byte(`{"station":`), start.Rows("stations")[0]["name"].(string))
		turns := turnsOf(record)
		write := slices.Insert(slices.Clone(turns), 0, turn{calls: []button.Call{{ID: "foreign01", Name: "cancel_booking", Arguments: booking}}})
		if v := perform(one, write); v.Pass || kinds(v) != eval.FaultExtraCall+" "+faultWrongState {
			t.Errorf("%s: a foreign write: %t, %v", record.ID, v.Pass, v.Faults)
		}
		read := slices.Insert(slices.Clone(turns), 0, turn{calls: []button.Call{{ID: "foreign01", Name: "station_info", Arguments: append(station, '}')}}})
		v := perform(one, read)
		if !v.Pass || kinds(v) != eval.FaultExtraCall || strings.Contains(v.Calls[0].Result, "error") {
			t.Errorf("%s: a foreign read: %t, %v, %s", record.ID, v.Pass, v.Faults, v.Calls[0].Result)
		}
	}
}

// A function that is not on the list does not exist, whatever world has it.
func TestUnlistedFunctions(t *testing.T) {
	f := fixed(t)
	one, record := f.suite.Tasks[0], &f.records[0]
	for _, name := range []string{"station_info", "no_such_function", ""} {
		v := perform(one, slices.Insert(turnsOf(record), 0, turn{calls: []button.Call{{ID: "unknown01", Name: name, Arguments: json.RawMessage(`{}`)}}}))
		if !v.Pass || !strings.Contains(v.Calls[0].Result, `"error":"unknown_function"`) || kinds(v) != eval.FaultUnknown+" "+eval.FaultExtraCall {
			t.Errorf("%q: %t, %v, %s", name, v.Pass, v.Faults, v.Calls[0].Result)
		}
	}
}

// Answers without calls never pass, however right they are: an answer that no
// call told is a guess.
func TestRightAnswersWithoutCallsFail(t *testing.T) {
	f := fixed(t)
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		talk := slices.DeleteFunc(turnsOf(record), func(turn turn) bool { return len(turn.calls) > 0 })
		if v := perform(one, talk); v.Pass || v.Scores["success"].Num != 0 || len(v.Faults) == 0 {
			t.Errorf("%s: %v", record.ID, v.Faults)
		}
	}
}

// Dropping any one call of the plan fails the task, or another call told the same.
func TestEveryCallIsNeeded(t *testing.T) {
	f := fixed(t)
	passed, tried := 0, 0
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		for _, node := range record.Plan.Nodes {
			turns := turnsOf(record)
			for j := range turns {
				turns[j].calls = slices.DeleteFunc(turns[j].calls, func(call button.Call) bool { return call.ID == node.CallID })
			}
			turns = slices.DeleteFunc(turns, func(turn turn) bool { return len(turn.calls) == 0 && turn.content == "" })
			tried++
			if v := perform(one, turns); v.Pass {
				passed++
				t.Logf("%s passes without %s%s", record.ID, node.Function, node.Arguments)
			}
		}
	}
	if passed*50 > tried {
		t.Errorf("%d of %d calls are not needed", passed, tried)
	}
}

// Every value of an answer is needed: with it blanked the task fails.
func TestMissingValuesFail(t *testing.T) {
	f := fixed(t)
	tried := 0
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		for g, goal := range record.Plan.Goals {
			for v, value := range goal.Values {
				kind := typeOf(one.(*task).world, value.Type)
				if kind.Base == world.Bool || repeated(record, value.Value) {
					continue
				}
				tried++
				verdict := perform(one, blanked(one.(*task), value))
				if verdict.Pass || !strings.Contains(kinds(verdict), faultMissingValue) {
					t.Errorf("%s, goal %d, value %d: %s is not missed, %v", record.ID, g, v, value.Value, verdict.Faults)
				}
			}
		}
	}
	if tried < 20 {
		t.Errorf("only %d values", tried)
	}
}

// repeated reports whether a value is a goal's twice: blanked once, it still stands.
func repeated(record *button.Record, value json.RawMessage) bool {
	n := 0
	for _, goal := range record.Plan.Goals {
		for _, other := range goal.Values {
			if string(other.Value) == string(value) {
				n++
			}
		}
	}
	return n > 1
}

// blanked is the reference with "~~~" where its answers state a value.
func blanked(one *task, value button.GoalValue) []turn {
	kind := typeOf(one.world, value.Type)
	record := *one.record
	record.Messages = slices.Clone(record.Messages)
	for _, stated := range record.Plan.Answers {
		from, to := stated.Span[0], stated.Span[1]
		if newSpeech(one.record.Messages[stated.Turn].Content[from:to], newUserText(&record), one.start).states(kind, value.Value) {
			content := &record.Messages[stated.Turn].Content
			*content = (*content)[:from] + strings.Repeat("~", to-from) + (*content)[to:]
		}
	}
	return turnsOf(&record)
}

func newUserText(record *button.Record) string {
	var said strings.Builder
	for _, message := range record.Messages {
		if message.Role == button.RoleUser {
			said.WriteString(message.Content + "\n")
		}
	}
	return said.String()
}

// Answers in other forms of speech pass.
func TestOtherFormsOfTheValuesPass(t *testing.T) {
	f := fixed(t)
	forms := map[string]int{}
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		var said []string
		for _, goal := range record.Plan.Goals {
			for _, value := range goal.Values {
				kind := typeOf(one.(*task).world, value.Type)
				said = append(said, otherForm(kind, value.Value))
				forms[kind.Base]++
			}
		}
		turns := turnsOf(record)
		for j := range turns {
			if len(turns[j].calls) == 0 {
				turns[j].content = "Here you are: | " + strings.Join(said, " | ") + " |"
			}
		}
		if v := perform(one, turns); !v.Pass {
			t.Errorf("%s: %v in %q", record.ID, v.Faults, turns[len(turns)-1].content)
		}
	}
	t.Log(forms)
}

// otherForm says a value in a way in which no world would.
func otherForm(kind *world.Type, raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		text = string(raw)
	}
	switch kind.Base {
	case world.Money:
		return fmt.Sprintf("**%s euros**", text)
	case world.Date:
		return text[8:] + "/" + text[5:7] + "/" + text[:4]
	case world.Time:
		return strings.TrimPrefix(text, "0") + "h"
	case world.Text, world.Named, world.Code:
		return strings.ToUpper(text)
	case world.Bool:
		return "as you asked"
	}
	return text
}

// A yes-or-no task needs its call, and needs no particular word.
func TestYesOrNoNeedsTheCall(t *testing.T) {
	f := fixed(t)
	tried := 0
	for i, one := range f.suite.Tasks {
		record := &f.records[i]
		yesNo := slices.ContainsFunc(record.Plan.Goals, func(goal button.PlanGoal) bool {
			return len(goal.Values) > 0 && !slices.ContainsFunc(goal.Values, func(value button.GoalValue) bool {
				return typeOf(one.(*task).world, value.Type).Base != world.Bool
			})
		})
		if !yesNo {
			continue
		}
		tried++
		talk := slices.DeleteFunc(turnsOf(record), func(turn turn) bool { return len(turn.calls) > 0 })
		if v := perform(one, talk); v.Pass || !strings.Contains(kinds(v), eval.FaultMissingCall) {
			t.Errorf("%s: %t, %v", record.ID, v.Pass, v.Faults)
		}
	}
	if tried == 0 {
		t.Error("no task asks for yes or no")
	}
}
