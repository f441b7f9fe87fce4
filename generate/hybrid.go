package generate

import (
	"context"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/wording"
)

// The prompts of hybrid mode. StageSolve has none: a solver sees what any model
// sees.
const (
	PromptRequest = "hybrid_request"
	PromptThought = "hybrid_thought"
	PromptAnswer  = "hybrid_answer"
	StageSolve    = "solve"
)

// hybridStage lets the teacher word a conversation whose plan, calls and results
// come from execution. It goes through the conversation in order, so that no text
// is written by somebody who has seen a later result, and after every text the
// verifier judges the whole record: what it finds goes back to the teacher.
type hybridStage struct {
	options  *Options
	verifier *quality.Verifier
}

func (hybridStage) Name() string { return StageTrajectory }

func (s hybridStage) Run(ctx context.Context, c *Candidate) error {
	own := trajectoryStage(s)
	if err := own.Run(ctx, c); err != nil { // the worlds' own words, which must be sound
		return err
	}
	r := &rewording{stage: s, candidate: c, asker: c.asker, ways: waysToSay(c)}
	c.Thoughts = &thoughts{}
	for turn := range c.Draft.Turns {
		if err := r.turn(ctx, turn); err != nil {
			return asReject(StageTrajectory, err)
		}
	}
	if err := s.finish(c); err != nil {
		return err
	}
	return asReject(StageTrajectory, s.solve(ctx, c))
}

// finish puts the reworded record together and verifies it once more.
func (s hybridStage) finish(c *Candidate) error {
	violations, err := s.judge(c)
	if err != nil {
		return err
	}
	if len(violations) > 0 {
		return rejectOf(violations[0])
	}
	c.Record.Checks = quality.Passed(c.Record.Mode)
	return nil
}

// judge assembles the candidate's record as it stands now and verifies it.
func (s hybridStage) judge(c *Candidate) ([]quality.Violation, error) {
	record, err := assemble(c, s.options)
	if err != nil {
		return nil, err
	}
	c.Record = record
	return s.verifier.Verify(record)
}

// rewording words one candidate anew.
type rewording struct {
	stage     hybridStage
	candidate *Candidate
	asker     *teach.Asker
	ways      map[any][]string
}

func (r *rewording) turn(ctx context.Context, turn int) error {
	if err := r.request(ctx, turn); err != nil {
		return err
	}
	for at := range r.candidate.Record.Messages {
		if message := &r.candidate.Record.Messages[at]; r.turnOf(at) == turn && len(message.ToolCalls) > 0 {
			if err := r.thought(ctx, at); err != nil {
				return err
			}
		}
	}
	return r.answer(ctx, turn)
}

// turnOf is the user turn that a message belongs to, -1 before the first.
func (r *rewording) turnOf(at int) int {
	turn := -1
	for _, message := range r.candidate.Record.Messages[:at+1] {
		if message.Role == button.RoleUser {
			turn++
		}
	}
	return turn
}

// dialogue is what stands before a message, as a prompt shows it. Users see no
// calls and results.
func (r *rewording) dialogue(before int, forUser bool) []Utterance {
	said := []Utterance{}
	for _, message := range r.candidate.Record.Messages[:before] {
		switch {
		case message.Role == button.RoleSystem:
		case message.Role == button.RoleTool:
			if !forUser {
				said = append(said, Utterance{From: message.Role, Text: message.Content, Call: message.Name})
			}
		case len(message.ToolCalls) == 0:
			said = append(said, Utterance{From: message.Role, Text: message.Content})
		}
	}
	return said
}

func (r *rewording) request(ctx context.Context, turn int) error {
	c := r.candidate
	sketch := c.Script.Requests[turn]
	at := r.messageOf(turn, button.RoleUser)
	facts, marks := r.facts(sketch)
	material := RewordMaterial{
		Today: c.Start.Today, Situation: c.Scenario, Manner: manner(c.Script.Speaker),
		MaxWords: len(strings.Fields(sketch.Content)) + 25, Dialogue: r.dialogue(at, true),
		Sketch: sketch.Content, Facts: facts, Unsayable: unsayable(c.Tools),
	}
	type reply struct {
		Variants []Reworded `json:"variants"`
	}
	var broken error
	_, err := teach.Ask(ctx, r.asker, PromptRequest, material, func(said *reply) []teach.Violation {
		var first []teach.Violation
		for i := range said.Variants {
			violations := r.try(&c.Script.Requests[turn], &said.Variants[i], marks, material.MaxWords, &broken)
			if len(violations) == 0 {
				return nil
			}
			if i == 0 {
				first = violations
			}
		}
		return first
	})
	if broken != nil {
		return broken
	}
	return err
}

// try puts a reworded text in the place of text, and takes it out again where the
// record does not stand with it.
func (r *rewording) try(text *wording.Text, said *Reworded, marks map[string]wording.Mark, maxWords int, broken *error) []teach.Violation {
	if n := len(strings.Fields(said.Text)); n > maxWords {
		return []teach.Violation{{Rule: "too_long", Text: fmt.Sprintf("%d words, at most %d are wanted", n, maxWords)}}
	}
	placed, violations := place(said, marks)
	if len(violations) > 0 {
		return violations
	}
	before := *text
	if violations := unmarked(placed, before.Content, r.candidate.Start.Today); len(violations) > 0 {
		return violations
	}
	*text = placed
	violations = r.verdict(broken)
	if len(violations) > 0 {
		*text = before
	}
	return violations
}

// verdict is what the verifier says of the record as it stands now.
func (r *rewording) verdict(broken *error) []teach.Violation {
	found, err := r.stage.judge(r.candidate)
	if err != nil {
		*broken = err
		return nil
	}
	violations := make([]teach.Violation, 0, len(found))
	for _, v := range found {
		violations = append(violations, teach.Violation{Rule: v.Rule, Text: v.Text, Span: v.Span})
	}
	return violations
}

func (r *rewording) answer(ctx context.Context, turn int) error {
	c := r.candidate
	sketch := c.Script.Answers[turn]
	at := r.messageOf(turn, button.RoleAssistant)
	facts, marks := r.facts(sketch)
	material := RewordMaterial{
		Today: c.Start.Today, MaxWords: 2*len(strings.Fields(sketch.Content)) + 30, Dialogue: r.dialogue(at, false),
		Sketch: sketch.Content, Facts: facts,
	}
	var broken error
	_, err := teach.Ask(ctx, r.asker, PromptAnswer, material, func(said *Reworded) []teach.Violation {
		return r.try(&c.Script.Answers[turn], said, marks, material.MaxWords, &broken)
	})
	if broken != nil {
		return broken
	}
	return err
}

func (r *rewording) thought(ctx context.Context, at int) error {
	c := r.candidate
	message := c.Record.Messages[at]
	material := ThoughtMaterial{Today: c.Start.Today, Dialogue: r.dialogue(at, false), Sketch: message.Reasoning}
	for _, call := range message.ToolCalls {
		material.Calls = append(material.Calls, r.coming(call))
	}
	type reply struct {
		Thought string `json:"thought"`
	}
	var broken error
	_, err := teach.Ask(ctx, r.asker, PromptThought, material, func(said *reply) []teach.Violation {
		c.Thoughts.set(at, said.Thought)
		violations := r.verdict(&broken)
		if len(violations) > 0 {
			c.Thoughts.set(at, "")
		}
		return violations
	})
	if broken != nil {
		return broken
	}
	return err
}

// coming describes a call to whoever writes the thought before it.
func (r *rewording) coming(call button.Call) ComingCall {
	coming := ComingCall{Function: call.Name, Arguments: call.Arguments, Sources: map[string]string{}}
	for _, tool := range r.candidate.Tools {
		if tool.Name == call.Name {
			coming.Description = tool.Description
		}
	}
	for key, source := range r.candidate.Record.Provenance {
		if path, mine := strings.CutPrefix(key, call.ID+"."); mine {
			coming.Sources[path] = source.From
		}
	}
	return coming
}

// messageOf finds the request or the answer of a turn.
func (r *rewording) messageOf(turn int, role string) int {
	for at := range r.candidate.Record.Messages {
		message := &r.candidate.Record.Messages[at]
		if message.Role == role && len(message.ToolCalls) == 0 && r.turnOf(at) == turn {
			return at
		}
	}
	return -1
}

// rejectOf is the verifier's first finding as a reject.
func rejectOf(v quality.Violation) *Reject {
	return &Reject{Stage: StageTrajectory, Rule: v.Rule, Detail: v.Text, Span: v.Span}
}
