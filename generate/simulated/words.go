package simulated

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// checkWords checks a question, an answer or a refusal.
func (c *conversation) checkWords(step *AssistantReply) []teach.Violation {
	var found []teach.Violation
	switch step.Action {
	case ActionAsk:
		switch {
		case len(c.heldBack()) > 0 || c.mendable() && c.blames(step.Text):
		case c.mendable():
			found = append(found, violation(RuleNeedlessQuestion, step.Text, "a call failed: a question now is about what is to blame, the %s", strings.ReplaceAll(c.script.parameter, "_", " ")))
		default:
			found = append(found, violation(RuleNeedlessQuestion, step.Text, "nothing is missing: go on with what is known"))
		}
	case ActionRefuse:
		if !c.hopeless() {
			found = append(found, violation(RuleGivesUp, step.Text, "the functions can do what is wanted, or the user can help"))
		}
	}
	if step.Action != ActionAsk {
		found = append(found, c.checkDone()...)
		found = append(found, c.checkFailureTold(step.Text)...)
	}
	if span := c.technicalWord(step.Text); span != "" {
		found = append(found, violation(RuleAnswerTechnical, span, "words for the user name no function or parameter"))
	}
	if holdsJSON(step.Text) {
		found = append(found, violation(RuleAnswerTechnical, step.Text, "words for the user hold no JSON"))
	}
	for _, literal := range c.unseen(step.Text, nil) {
		found = append(found, violation(RuleAnswerUnseen, literal.Text, "the text states %s, which nobody said and nothing returned", literal.Text))
	}
	if step.Action != ActionAsk {
		found = append(found, c.checkTold(step.Text)...)
	}
	return found
}

// checkDone wants every task of this turn of the user done, but for those that a
// failure stands in the way of.
func (c *conversation) checkDone() []teach.Violation {
	blocked := c.blocked()
	var found []teach.Violation
	for _, task := range c.open {
		if !slices.Contains(blocked, task) && !c.stands(task) {
			found = append(found, violation(RuleMissingStep, c.box.mapping(task).Function, "something that was asked for has not been done yet"))
		}
	}
	return found
}

// stands reports whether an earlier call still does a task after a correction: what
// it took from results has come out again, and what it took from the user is as it
// was.
func (c *conversation) stands(task int) bool {
	since := c.lastUserTurn()
	for i := range c.made {
		old := &c.made[i]
		if old.turn <= since && old.failed == nil && slices.Contains(old.tasks, task) && c.holds(old, task) {
			return true
		}
	}
	return false
}

// holds reports whether a call for a task would be the same if it were made now.
func (c *conversation) holds(call *made, task int) bool {
	if c.misplaced(call.ToolCall, *c.box.mapping(task)) != nil {
		return false
	}
	since := c.lastUserTurn()
	return !slices.ContainsFunc(call.sources, func(one grounded) bool { return one.from == button.FromResult && !c.came(since, call, one.parameter) })
}

// came reports whether a result since a turn holds the value of a call's argument.
func (c *conversation) came(since int, call *made, parameter string) bool {
	for _, argument := range leaves(call.Arguments) {
		if argument.path != parameter {
			continue
		}
		for i := range c.made {
			if c.made[i].turn > since && slices.ContainsFunc(c.made[i].leaves, func(part leaf) bool { return same(part.value, argument.value) }) {
				return true
			}
		}
	}
	return false
}

func (c *conversation) lastUserTurn() int {
	for at := len(c.turns) - 1; at >= 0; at-- {
		if c.turns[at].From == button.RoleUser {
			return at
		}
	}
	return -1
}

// checkTold wants the words for the user to say something of every result that no
// later call takes and no earlier words told: something beyond the call's own
// arguments, where the result holds anything that can be said.
func (c *conversation) checkTold(text string) []teach.Violation {
	texts := []*grounding.Text{c.reader.Read(text)}
	for at, turn := range c.turns {
		if turn.From == button.RoleAssistant && turn.Text != "" {
			texts = append(texts, c.read(at))
		}
	}
	var found []teach.Violation
	for i := range c.made {
		made := &c.made[i]
		if made.failed != nil || c.taken(i) || c.told(made, texts) {
			continue
		}
		found = append(found, violation(RuleAnswerNoResult, made.Name, "the answer says nothing of what %s returned for %s", made.Name, made.Arguments))
	}
	return found
}

// taken reports whether a later call takes a value from a call's result.
func (c *conversation) taken(at int) bool {
	for i := range c.made {
		if slices.ContainsFunc(c.made[i].sources, func(one grounded) bool { return slices.Contains(one.calls, at) }) {
			return true
		}
	}
	return false
}

func (c *conversation) told(made *made, texts []*grounding.Text) bool {
	own := c.reader.Read(grounding.Flatten(made.Arguments))
	telling := false
	for _, part := range made.leaves {
		if isBool(part.value) || isNull(part.value) || textOf(part.value) == "" || own.Says(part.value) {
			continue
		}
		telling = true
		if slices.ContainsFunc(texts, func(text *grounding.Text) bool { return text.Says(part.value) }) {
			return true
		}
	}
	return !telling
}
