package simulated

import (
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button/generate/teach"
)

func (c *conversation) checkStep(step *AssistantReply) []teach.Violation {
	if found := checkForm(step); len(found) > 0 {
		return found
	}
	var found []teach.Violation
	if step.Action == ActionCall {
		found = c.checkCalls(step.Calls)
	} else {
		found = c.checkWords(step)
	}
	found = append(found, c.o.checkTidy(strings.TrimSpace(step.Thought), strings.TrimSpace(step.Text))...)
	return append(found, c.checkThought(step)...)
}

func checkForm(step *AssistantReply) []teach.Violation {
	calls, text := len(step.Calls) > 0, strings.TrimSpace(step.Text) != ""
	switch {
	case len(step.Text) > mostTextBytes || len(step.Calls) > mostCalls:
		return []teach.Violation{violation(RuleActionForm, "", "a turn has at most %d calls and %d bytes of text", mostCalls, mostTextBytes)}
	case step.Action == ActionCall && (!calls || text):
		return []teach.Violation{violation(RuleActionForm, step.Text, "the action \"call\" has calls and no text")}
	case step.Action != ActionCall && (calls || !text):
		return []teach.Violation{violation(RuleActionForm, "", "the action %q has a text and no calls", step.Action)}
	case (step.Action == ActionAsk) != (len(step.Missing) > 0):
		return []teach.Violation{violation(RuleActionForm, "", "\"missing\" says what a question asks for, and is empty otherwise")}
	case step.Action == ActionAsk && !strings.Contains(step.Text, "?"):
		return []teach.Violation{violation(RuleActionForm, step.Text, "a question has a question mark")}
	}
	return nil
}

func (c *conversation) checkThought(step *AssistantReply) []teach.Violation {
	thought := strings.TrimSpace(step.Thought)
	var found []teach.Violation
	if step.Action == ActionCall && thought == "" && !c.o.Native {
		found = append(found, violation(RuleThoughtForm, "", "a thought of one or two sentences stands before calls"))
	}
	if n := len(strings.Fields(thought)); n > mostThoughtWords {
		found = append(found, violation(RuleThoughtForm, "", "the thought has %d words, want at most %d", n, mostThoughtWords))
	}
	for _, text := range []string{thought, step.Text} {
		if at := planWords.FindString(text); at != "" && !holdsWord(strings.ToLower(c.plain.String()), strings.ToLower(at)) {
			found = append(found, violation(RuleThoughtPlan, at, "%q speaks of a plan that the user does not know", at))
		}
	}
	if step.Action == ActionCall {
		for _, tool := range offeredTools(c.box) {
			if technical(tool.Name) && holdsWord(thought, tool.Name) && !slices.ContainsFunc(step.Calls, func(call ToolCall) bool { return call.Name == tool.Name }) {
				found = append(found, violation(RuleThoughtFunction, tool.Name, "the thought names %s, which this turn does not call", tool.Name))
			}
		}
	}
	for _, literal := range c.unseen(thought, step.Calls) {
		found = append(found, violation(RuleThoughtUnseen, literal.Text, "the thought states %s, which nobody said and nothing returned", literal.Text))
	}
	return found
}

var planWords = regexp.MustCompile(`(?i)\bsub-?tasks?\b|\bas planned\b|\bthe plan (says|is|was|requires|calls for)\b|\b(according to|following) (the|my) (plan|guidance)\b|\bguidance\b|\b(step|task|atom) (number )?#?\d+\b|\b(atomic|composed) tasks?\b|\bnext step of the plan\b`)
