package simulated

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button/generate/teach"
)

// StageAssemble names the step that makes a record of a trajectory, in refusals.
const StageAssemble = "assemble"

// ConverseOptions say how a conversation is played.
type ConverseOptions struct {
	// Today is the day of the conversation, 2006-01-02.
	Today string
	// Parallel allows several calls in one turn.
	Parallel bool
	// Native lets the assistant act by the endpoint's own tool calling, not by JSON
	// replies.
	Native bool
	// Samples is how often each turn of the assistant is taken; above 1 it is kept
	// only if more than half act in the same way.
	Samples int
	// Guidance shows the assistant the tasks behind the request while it
	// generates, as the paper does (section 2.6). They enter no record.
	Guidance bool
	// MostRounds bounds the assistant's turns for one request of the user; 0 for
	// a bound that grows with the tasks.
	MostRounds int
	// Turns are the shares of conversations with more than one turn of the user.
	Turns TurnShares
	// Failures is the share of conversations in which one call fails.
	Failures float64
	// Flaw names what makes a text untidy and at which byte, "" for a clean text; nil
	// looks at none. What a verifier will refuse in the end can so be mended at once.
	Flaw func(text string) (flaw string, at int)
	// Execute, where it is given, calls functions for real instead of asking for
	// invented results. No call is then made to fail.
	Execute Executor
	// Off names rules that are not checked. A few cannot be turned off.
	Off map[string]bool
}

// TurnShares are the shares of conversations of each kind among those where it is
// possible; in the rest the first message says everything.
type TurnShares struct {
	Missing    float64 // a fact is held back until the assistant asks
	FollowUp   float64 // the last tasks are asked for after an answer
	Correction float64 // one fact is changed after the answer
}

// Validate checks the options.
func (o *ConverseOptions) Validate() error {
	for _, share := range []struct {
		name  string
		value float64
	}{{"missing", o.Turns.Missing}, {"follow_up", o.Turns.FollowUp}, {"correction", o.Turns.Correction}, {"failures", o.Failures}} {
		if !(share.value >= 0 && share.value <= 1) {
			return fmt.Errorf("the share %s is %v, want 0 to 1", share.name, share.value)
		}
	}
	if sum := o.Turns.Missing + o.Turns.FollowUp + o.Turns.Correction; sum > 1 {
		return fmt.Errorf("the shares of turns add up to %v, want at most 1", sum)
	}
	for name := range o.Off {
		if slices.Contains(alwaysOn, name) {
			return fmt.Errorf("the rule %q cannot be turned off: without it there is no conversation", name)
		}
		if !slices.ContainsFunc(dialogueRules(), func(r Rule) bool { return r.Name == name }) {
			return fmt.Errorf("there is no rule %q to turn off", name)
		}
	}
	return nil
}

// checkTidy looks at texts that a record will hold.
func (o *ConverseOptions) checkTidy(texts ...string) []teach.Violation {
	var found []teach.Violation
	for _, text := range texts {
		if o.Flaw == nil || text == "" {
			continue
		}
		if flaw, at := o.Flaw(text); flaw != "" {
			at = min(max(at, 0), len(text))
			found = append(found, violation(RuleUntidy, text[at:], "the text is untidy at byte %d: %s", at, flaw))
		}
	}
	return found
}

// alwaysOn are the rules on which the conversation's form rests.
var alwaysOn = []string{RuleActionForm, RuleUnknownFunction, RuleResultOrError, RuleNeverFinishes, RuleTurnOrder, RulePlanLeak, RuleRecord}

// kept drops violations of rules that are turned off.
func (o *ConverseOptions) kept(violations []teach.Violation) []teach.Violation {
	return slices.DeleteFunc(violations, func(v teach.Violation) bool { return o.Off[v.Rule] })
}

func violation(rule, span, format string, values ...any) teach.Violation {
	const longest = 200
	if len(span) > longest {
		span = span[:longest]
	}
	return teach.Violation{Rule: rule, Text: fmt.Sprintf(format, values...), Span: span}
}
