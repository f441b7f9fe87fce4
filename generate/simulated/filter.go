package simulated

import (
	"context"
	"math/rand/v2"
	"strings"

	"github.com/buttonbench/button/generate/teach"
)

// question is one of those that the filter asks of a request. The paper's filter
// asks only whether the tasks can complete the request; its reviewers missed
// whether anybody would want it ("natural") and whether each task is needed.
type question struct{ id, wants string }

var questions = []question{
	{"single_goal", "A request has one purpose of one person."},
	{"each_needed", "Each task of a request would be missed if it were left out, and none undoes another."},
	{"dependencies_real", "Each link carries what the taking task cannot do without, and tasks without a link could be done in any order."},
	{"nothing_missing", "A request says everything that only its person can know."},
	{"no_result_leaked", "A request leaves open what its tasks are to find out."},
	{"consistent", "What a request says can be so in the real world."},
	{"natural", "A real person would say this, and want it."},
}

// failed is the rule that a request breaks whose judge says no to a question.
func failed(question string) string { return "fails_" + question }

// The verdicts of the filter.
const (
	VerdictKeep = "keep"
	VerdictDrop = "drop"
)

// CheckComposition asks whether a request makes sense (paper section 2.4), in
// seven separate questions whose order is drawn. The judge sees the request, the
// tasks and the links, but nothing of what their writer thought. A request that
// fails is a *teach.Refusal whose rule names the first question that it fails.
func CheckComposition(ctx context.Context, asker *teach.Asker, composed *ComposedTask, random *rand.Rand) error {
	material := CheckMaterial{Request: composed.Request, Tasks: []PlainTask{}, Links: notNil(composed.Links), Today: composed.Locale.Today}
	for i, task := range composed.Tasks {
		material.Tasks = append(material.Tasks, PlainTask{i, task.Task, task.Result.SemanticType, task.Effect})
	}
	for _, i := range random.Perm(len(questions)) {
		material.Questions = append(material.Questions, questions[i].id)
	}
	reply, err := teach.Ask(ctx, asker, StageCompositions, material, func(reply *CheckReply) []teach.Violation {
		return answersFaults(reply, composed.Request)
	})
	if err != nil {
		return err
	}
	for _, question := range questions {
		for _, answer := range reply.Checks {
			if answer.ID == question.id && !answer.Pass {
				return &teach.Refusal{Stage: StageCompositions, Rule: failed(question.id), Detail: "the judge says no to: " + question.wants, Span: answer.Evidence}
			}
		}
	}
	return nil
}

// answersFaults checks that the seven answers are there, quote the request and
// bear the verdict out.
func answersFaults(reply *CheckReply, request string) []teach.Violation {
	var faults []teach.Violation
	answered := map[string]bool{}
	all := true
	within := spaced(request)
	for _, answer := range reply.Checks {
		if answered[answer.ID] {
			faults = append(faults, broken(RuleQuestions, answer.ID, "a question is answered twice; each of the seven has one answer"))
		}
		answered[answer.ID] = true
		all = all && answer.Pass
		if quote := spaced(answer.Evidence); quote == "" || !strings.Contains(within, quote) {
			faults = append(faults, broken(RuleEvidence, answer.Evidence, "the evidence of %s must be copied from the request letter by letter", answer.ID))
		}
	}
	for _, question := range questions {
		if !answered[question.id] {
			faults = append(faults, broken(RuleQuestions, "", "the question %s is not answered", question.id))
		}
	}
	if len(faults) == 0 && all != (reply.Verdict == VerdictKeep) {
		faults = append(faults, broken(RuleVerdict, reply.Verdict, "the verdict is keep exactly if every question passes"))
	}
	return faults
}

// quoteMarks are the forms of quotation marks and the like that models change
// without meaning to.
var quoteMarks = strings.NewReplacer("’", "'", "‘", "'", "“", `"`, "”", `"`, "–", "-", "—", "-")

// spaced is a text with plain quotation marks and single spaces, without any, or
// the dots of an omission, around it.
func spaced(text string) string {
	text = strings.Join(strings.Fields(quoteMarks.Replace(text)), " ")
	return strings.Trim(text, `"' .`)
}

// Questions lists the ids of the filter's questions.
func Questions() []string {
	var ids []string
	for _, question := range questions {
		ids = append(ids, question.id)
	}
	return ids
}
