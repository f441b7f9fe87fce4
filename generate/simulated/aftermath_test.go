package simulated

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// failedForecast returns a conversation in which the one of two calls has failed of the city
// that it was made for.
func failedForecast(t *testing.T, passes bool) (c *conversation, city string) {
	t.Helper()
	teacher, _ := new(actors).teacher(t)
	task, box := twoForecasts()
	c, err := newConversation(teacher.For(1), task, box, &ConverseOptions{Today: today, Parallel: true, Failures: 1})
	if err != nil {
		t.Fatal(err)
	}
	c.hear(c.script.turns[0], &UserReply{Message: "How will the weather be in Turin and in Genoa on 2025-06-03?"})
	step := &AssistantReply{Action: ActionCall, Thought: "Both cities are known.", Calls: []ToolCall{call("get_forecast", goodForecast), call("get_forecast", `{"city":"Genoa","date":"2025-06-03"}`)}}
	if found := c.checkStep(step); len(found) > 0 {
		t.Fatal(found)
	}
	c.take(step)
	results := Turn{From: button.RoleTool}
	for i, name := range []string{"Turin", "Genoa"} {
		result := &ToolResult{Result: json.RawMessage(`{"city":"` + name + `","sky":"clear","high":23}`)}
		if i == c.script.task {
			city = name
			result = &ToolResult{Error: &ToolError{"unknown_city", "no forecast for this city"}}
		}
		c.settle(i, result, passes && result.Error != nil)
		results.Results = append(results.Results, *result)
	}
	c.add(results)
	return c, city
}

func broke(found []teach.Violation) []string {
	rules := []string{}
	for _, one := range found {
		rules = append(rules, one.Rule)
	}
	return slices.Compact(slices.Sorted(slices.Values(rules)))
}

// TestWordsAfterFailure says what each kind of words has to be worth after a failure
// that may pass, that the user can mend, and that nobody can mend.
func TestWordsAfterFailure(t *testing.T) {
	const told = "It will be clear and 23 degrees in the one, but there is no forecast for the other city, which is not known."
	ask := func(text string) *AssistantReply {
		return &AssistantReply{Action: ActionAsk, Text: text, Missing: []string{"something"}}
	}
	refuse := func(text string) *AssistantReply { return &AssistantReply{Action: ActionRefuse, Text: text} }
	answer := func(text string) *AssistantReply { return &AssistantReply{Action: ActionAnswer, Text: text} }
	for _, test := range []struct {
		name            string
		step            *AssistantReply
		passing         []string
		mendable, final []string
	}{
		{"a bare refusal", refuse("I am sorry, nothing at my disposal can do that. It is clear."),
			[]string{RuleMissingStep, RuleGivesUp}, []string{RuleGivesUp, RuleFailureUntold}, []string{RuleFailureUntold}},
		{"a refusal that tells", refuse(told), []string{RuleMissingStep, RuleGivesUp}, []string{RuleGivesUp}, []string{}},
		{"a bare answer", answer("It will be clear."), []string{RuleMissingStep}, []string{RuleFailureUntold}, []string{RuleFailureUntold}},
		{"an answer that tells", answer(told), []string{RuleMissingStep}, []string{}, []string{}},
		{"a needless question", ask("Do you have a preference that I should know of?"),
			[]string{RuleNeedlessQuestion}, []string{RuleNeedlessQuestion}, []string{RuleNeedlessQuestion}},
		{"a question about what is to blame", ask("One city is not known there. Which one do you mean?"),
			[]string{RuleNeedlessQuestion}, []string{}, []string{RuleNeedlessQuestion}},
	} {
		for kind, want := range map[string][]string{"passing": test.passing, "mendable": test.mendable, "final": test.final} {
			c, _ := failedForecast(t, kind == "passing")
			if kind == "final" {
				c.script.fact = -1
			}
			slices.Sort(want)
			if have := broke(c.checkStep(test.step)); !slices.Equal(have, want) {
				t.Errorf("%s after a %s failure: have %v, want %v", test.name, kind, have, want)
			}
		}
	}
}

// TestQuestionSaysTheValue wants the value that failed to be as good as its name.
func TestQuestionSaysTheValue(t *testing.T) {
	c, city := failedForecast(t, false)
	step := &AssistantReply{Action: ActionAsk, Text: "Nobody there has heard of " + city + ": how is it spelled?", Missing: []string{"the spelling"}}
	if found := c.checkStep(step); len(found) > 0 {
		t.Error(found)
	}
}

// TestAnswerAfterCorrection wants the calls made anew when the user has put right
// what one failed of.
func TestAnswerAfterCorrection(t *testing.T) {
	c, _ := failedForecast(t, false)
	ask := &AssistantReply{Action: ActionAsk, Text: "One city is not known there. Which one do you mean?", Missing: []string{"the city"}}
	c.take(ask)
	turn, more := c.reaction(ask)
	if !more || turn.kind != TurnCorrect {
		t.Fatalf("the user reacts by %+v", turn)
	}
	c.hear(turn, &UserReply{Message: "Sorry, I meant Milan.", Changed: &ChangedFact{c.facts[turn.change].ID, json.RawMessage(`"Milan"`)}})
	told := "It will be clear and 23 degrees in the one, but there is no forecast for the other city, which is not known."
	for action, want := range map[string]string{ActionAnswer: RuleMissingStep, ActionRefuse: RuleGivesUp} {
		if have := broke(c.checkStep(&AssistantReply{Action: action, Text: told})); !slices.Contains(have, want) {
			t.Errorf("%s: have %v, want %s", action, have, want)
		}
	}
	if have := broke(c.checkStep(ask)); !slices.Contains(have, RuleNeedlessQuestion) {
		t.Errorf("the same question again: have %v", have)
	}
	again := &AssistantReply{Action: ActionCall, Thought: "The user meant another city.", Calls: []ToolCall{call("get_forecast", `{"city":"Milan","date":"2025-06-03"}`)}}
	if found := c.checkStep(again); len(found) > 0 {
		t.Fatal(found)
	}
	c.take(again)
	c.settle(2, &ToolResult{Result: json.RawMessage(`{"city":"Milan","sky":"rainy","high":17}`)}, false)
	if found := c.checkStep(&AssistantReply{Action: ActionAnswer, Text: "It will be clear in the one and rainy in the other."}); len(found) > 0 {
		t.Error(found)
	}
}
