package gta

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
)

// ScorerVersion changes whenever a verdict could.
const ScorerVersion = "gta-step-scorer/1"

// The protocols in which a model can be asked.
const (
	// Native offers the tools as native tool calls.
	Native = "native"
	// ReAct is upstream's text protocol: Thought, Action, Action Input, Response.
	ReAct = "react"
)

// Totals counts what the metrics divide by.
type Totals struct {
	Items, Steps, Calls int
	Keyed               int // items with an answer key
	Objective           int
	Similarity          int // items scored by similarity upstream
	// Errors counts the reference's own calls that are errors upstream; Refused those
	// among them that the parser refuses, for want of a required argument.
	Errors, Refused int
	// Unanswerable counts the items with a white list whose reference never answers,
	// so that no answer of a model is looked at.
	Unanswerable int
}

// Load reads the data set and makes the suite.
func Load(dir, protocol string) (*benchmarks.Suite, error) {
	if protocol != Native && protocol != ReAct {
		return nil, fmt.Errorf("the protocol must be %s or %s, not %q", Native, ReAct, protocol)
	}
	items, hash, err := readData(dir)
	if err != nil {
		return nil, err
	}
	totals := count(items)
	suite := &benchmarks.Suite{
		Name: "gta", Title: "GTA, step by step", Version: "sha256:" + hash[:12] + "/" + protocol, Hash: hash,
		ScorerVersion: ScorerVersion, Guide: newGuide(items, protocol),
		Notes: []string{
			fmt.Sprintf("%d queries, %d steps, %d calls, %d answer keys; InstAcc divides by %d, ToolAcc and ArgAcc by %d", totals.Items, totals.Steps, totals.Calls, totals.Keyed, totals.Calls+totals.Keyed, totals.Calls),
			fmt.Sprintf("InstAcc can exceed 100 %%: its numerator counts all %d steps; %d calls of the reference are errors by upstream's own checks, so that whoever repeats the reference gets %d of InstAcc and %d of ArgAcc; the corrected figures have neither flaw", totals.Steps, totals.Errors, totals.Steps-totals.Errors, totals.Calls-totals.Refused),
			fmt.Sprintf("SummAcc: %d answers by white and black list, %d of which cannot be won, since the reference calls a tool where it should answer; %d scored by sentence similarity upstream are bounded here: none right, all right", totals.Objective, totals.Unanswerable, totals.Similarity),
			"tool results are the recorded ones; images are named, not shown",
		},
	}
	if hash != knownHash {
		suite.Notes = append(suite.Notes, "this is not the published file: figures cannot be set beside published ones")
	}
	for i := range items {
		suite.Tasks = append(suite.Tasks, &task{item: &items[i], protocol: protocol})
	}
	return suite, nil
}

func count(items []item) Totals {
	var t Totals
	for i := range items {
		t.Items++
		t.Steps += len(items[i].steps())
		t.Calls += items[i].calls()
		for _, turn := range items[i].dialog {
			for _, call := range turn.calls {
				s := step{called: true, name: call.name, raw: string(call.arguments)}
				items[i].checkCall(&s)
				if s.fault != "" {
					t.Errors++
				}
				if s.refused {
					t.Refused++
				}
			}
		}
		switch key := items[i].answer; {
		case key.objective():
			t.Objective++
			if items[i].calls() == len(items[i].steps()) {
				t.Unanswerable++
			}
		case key.subjective():
			t.Similarity++
		}
	}
	t.Keyed = t.Objective + t.Similarity
	return t
}

// CountData reads a data set and counts it.
func CountData(dir string) (Totals, error) {
	items, _, err := readData(dir)
	return count(items), err
}

// task is one item; its episode asks every step.
type task struct {
	item     *item
	protocol string
}

// ID implements eval.Task.
func (t *task) ID() string { return "gta/" + t.item.id }

// Group implements eval.Task.
func (t *task) Group() map[string]string {
	kind := "image"
	switch {
	case t.item.answer.objective():
		kind = "objective"
	case t.item.answer.subjective():
		kind = "similarity"
	}
	return map[string]string{"answer": kind, "calls": fmt.Sprint(t.item.calls())}
}

// Start implements eval.Task.
func (t *task) Start() eval.Episode { return &episode{task: t, steps: t.item.steps()} }

// guide plays the reference.
type guide struct{ byKey map[string][]button.Message }

func newGuide(items []item, protocol string) *guide {
	g := &guide{byKey: map[string][]button.Message{}}
	for i := range items {
		one := &items[i]
		var all []button.Message
		steps := one.steps()
		for n, at := range steps {
			all = append(all, reference(one, at, protocol))
			request := conversation(one, at, protocol)
			key := guideKey(request)
			if n == len(steps)-1 {
				// The last step is asked by a user message of its own.
				g.byKey[key] = []button.Message{all[n]}
			} else {
				g.byKey[key] = nil // filled below
			}
		}
		for _, at := range steps[:len(steps)-1] {
			g.byKey[guideKey(conversation(one, at, protocol))] = all
		}
	}
	return g
}

// guideKey is what all steps of one query share: the leading system messages and
// the user's.
func guideKey(messages []button.Message) string {
	var key strings.Builder
	leading := true
	for _, message := range messages {
		leading = leading && message.Role == button.RoleSystem
		if leading || message.Role == button.RoleUser {
			key.WriteString(message.Content)
			key.WriteByte(0)
		}
	}
	return key.String()
}

// Steps implements benchmarks.Guide.
func (g *guide) Steps(messages []button.Message, _ []button.Tool) ([]button.Message, bool) {
	steps, ok := g.byKey[guideKey(messages)]
	return steps, ok
}

// reference is the reference's message as a model would send it.
func reference(one *item, at int, protocol string) button.Message {
	t := one.dialog[at]
	message := button.Message{Role: button.RoleAssistant, Content: t.content}
	if len(t.calls) == 0 {
		message.Content = keyed(t.content, one.answer)
	}
	if protocol == ReAct {
		if len(t.calls) > 0 {
			message.Content = reactCall(t.calls[0])
		} else {
			message.Content = reactFinal(message.Content)
		}
		return message
	}
	for _, call := range t.calls {
		message.ToolCalls = append(message.ToolCalls, button.Call{ID: callID(at), Name: call.name, Arguments: call.arguments})
	}
	return message
}

// keyed is the reference's answer; where it does not hold what its own key asks
// for, the key's words follow.
func keyed(answer string, key answerKey) string {
	if !key.objective() || matches(answer, key, true) {
		return answer
	}
	for _, group := range key.whitelist {
		answer += " " + group[0]
	}
	return answer
}

// callID is a call id of nine digits and letters.
func callID(at int) string { return fmt.Sprintf("step%05d", at) }
