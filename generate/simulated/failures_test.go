package simulated

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/buttonbench/button"
)

// twoForecasts asks the same function for two cities.
func twoForecasts() (*ComposedTask, *Toolbox) {
	task, box := journey()
	city := func(name string) AtomicTask {
		return AtomicTask{Task: "Look up the forecast of " + name + ".", Effect: button.EffectRead,
			KnownValues: []KnownValue{{"city", "city", json.RawMessage(`"` + name + `"`)}, {"day", "date", json.RawMessage(`"2025-06-03"`)}}}
	}
	task.Tasks, task.Links = []AtomicTask{city("Turin"), city("Genoa")}, nil
	task.Request = "What will the weather be like in Turin and in Genoa on 3 June 2025?"
	box.Functions, box.Distractors = box.Functions[1:2], nil
	box.Functions[0].Errors = []FunctionError{{"unknown_city", "there is no such city"}}
	forecast := func(task int) Mapping {
		return Mapping{task, "get_forecast", []Argument{{"city", button.FromUser, "city"}, {"date", button.FromUser, "day"}}}
	}
	box.Mapping = []Mapping{forecast(0), forecast(1)}
	return task, box
}

// TestFailureBesideSuccess wants a failed call to stay unmended by a call of the
// same function that succeeds beside it.
func TestFailureBesideSuccess(t *testing.T) {
	teacher, _ := new(actors).teacher(t)
	task, box := twoForecasts()
	c, err := newConversation(teacher.For(1), task, box, &ConverseOptions{Today: today, Parallel: true, Failures: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c.script.failure.fact < 0 || c.script.failure.parameter != "city" || c.facts[c.script.failure.fact].Name != "city" {
		t.Fatalf("the failure is of %+v, want it of a city", c.script.failure)
	}
	c.hear(c.script.turns[0], &UserReply{Message: "How will the weather be in Turin and in Genoa on 2025-06-03?"})
	step := &AssistantReply{Action: ActionCall, Thought: "Both cities are known.", Calls: []ToolCall{call("get_forecast", `{"city":"Genoa","date":"2025-06-03"}`), call("get_forecast", goodForecast)}}
	if found := c.checkStep(step); len(found) > 0 {
		t.Fatal(found)
	}
	c.take(step)
	if !slices.Equal(c.made[0].tasks, []int{1}) || !slices.Equal(c.made[1].tasks, []int{0}) {
		t.Errorf("the calls are taken for tasks %v and %v", c.made[0].tasks, c.made[1].tasks)
	}
	c.settle(0, &ToolResult{Error: &ToolError{"unknown_city", "no forecast for this city"}}, false)
	c.settle(1, &ToolResult{Result: json.RawMessage(`{"city":"Turin","sky":"clear","high":23}`)}, false)
	if c.pending != 0 || !slices.Equal(c.open, []int{1}) {
		t.Errorf("pending is call %d, open are tasks %v", c.pending, c.open)
	}
	// What nobody has done stays to be done, what failed for good does not.
	if found := c.checkDone(); len(found) > 0 {
		t.Errorf("the answer may say that one call failed: %v", found)
	}
	c.made[0].passes = true
	if found := c.checkDone(); len(found) != 1 || found[0].Rule != RuleMissingStep {
		t.Errorf("what may pass has to be tried again: %v", found)
	}
}

// TestMendedFactsAreNotOfOthers wants no failure to be mended by a fact that a call
// beside it has taken already.
func TestMendedFactsAreNotOfOthers(t *testing.T) {
	teacher, _ := new(actors).teacher(t)
	for seed := range uint64(30) {
		task, box := twoForecasts()
		box.Functions[0].Errors = []FunctionError{{"unknown_date", "there is no such day"}}
		c, err := newConversation(teacher.For(seed), task, box, &ConverseOptions{Today: today, Failures: 1})
		if err != nil {
			t.Fatal(err)
		}
		if fact := c.script.failure.fact; fact >= 0 && c.facts[fact].Name == "day" {
			t.Fatalf("seed %d: the day of both calls mends one", seed)
		}
	}
}

// TestFailuresOfEveryKind plays until each way out of a failure was taken: again,
// with another value, and not at all.
func TestFailuresOfEveryKind(t *testing.T) {
	seen := map[string]int{}
	for seed := range uint64(24) {
		trajectory, _, err := new(actors).play(t, seed, ConverseOptions{Parallel: seed%2 == 0, Failures: 1})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if trajectory.Failure == nil {
			t.Fatalf("seed %d: nothing has failed", seed)
		}
		failed := 0
		for _, made := range trajectory.made {
			if made.failed != nil {
				failed++
			}
		}
		if failed != 1 {
			t.Errorf("seed %d: %d calls failed, want one", seed, failed)
		}
		seen[trajectory.Failure.Code]++
	}
	for _, code := range []string{"timetable_unavailable", "unknown_station", "sold_out"} {
		if seen[code] == 0 {
			t.Errorf("no conversation with %s: %v", code, seen)
		}
	}
}
