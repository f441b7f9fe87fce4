package simulated

import (
	"context"
	"errors"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/teach"
)

// criteria are the questions that a judge answers about every turn.
func criteria() []Criterion {
	return []Criterion{
		{"needed", "Does this turn do something that is needed now, neither early nor needless nor done before?"},
		{"function", "Is every function that it calls the right one among those on offer?"},
		{"arguments", "Is every argument the value that belongs there, as the user said it or an earlier result gave it?"},
		{"grouping", "Do calls that need one another stand in different turns, and independent ones together where that is allowed?"},
		{"thought", "Does the thought support what the turn does, with nothing in it that was not known yet?"},
		{"faithful", "Do the words for the user say what the results say, nothing changed, nothing added, nothing left out that was asked for, and do the results that the turn rests on fit their calls?"},
		{"question", "If it asks, is the question about something that is missing and needed?"},
	}
}

// Verdict is what a judge makes of a record.
type Verdict struct {
	JudgeReply
}

// Bad lists the messages with a bad label, in order.
func (v *Verdict) Bad() []int {
	var bad []int
	for _, turn := range v.Turns {
		if slices.ContainsFunc(turn.Checks, func(c JudgedCheck) bool { return c.Label == LabelBad }) {
			bad = append(bad, turn.Index)
		}
	}
	slices.Sort(bad)
	return bad
}

// Accepts reports whether nothing is bad and the goal was reached.
func (v *Verdict) Accepts() bool { return len(v.Bad()) == 0 && v.Goal.Label == GoalFull }

// Judge asks another model about every turn of the assistant, evidence first. The
// judge sees what a model sees and nothing of plan, sources or checks. Indexes in
// the verdict are those of messages. The errors are those of teach.Ask.
func Judge(ctx context.Context, asker *teach.Asker, record *button.Record) (*Verdict, error) {
	material := judgeMaterial(record)
	asker.Random("criteria").Shuffle(len(material.Criteria), func(i, j int) {
		material.Criteria[i], material.Criteria[j] = material.Criteria[j], material.Criteria[i]
	})
	reply, err := teach.Ask(ctx, asker, StageJudge, material, func(reply *JudgeReply) []teach.Violation { return checkJudge(material, reply) })
	if err != nil {
		return nil, err
	}
	return &Verdict{*reply}, nil
}

// judgeMaterial shows a record as a model sees it. A turn has the index of its
// (first) message.
func judgeMaterial(record *button.Record) *JudgeMaterial {
	m := &JudgeMaterial{Parallel: record.ParallelToolCalls, Criteria: criteria(), Judge: []int{}}
	if record.Meta != nil {
		m.Today = record.Meta.Today
	}
	for _, tool := range record.Tools {
		m.Tools = append(m.Tools, OfferedTool{tool.Name, tool.Description, tool.Parameters, tool.FunctionExtra.Get(MemberResponses)})
	}
	for i, message := range record.Messages {
		switch message.Role {
		case button.RoleUser:
			m.Dialogue = append(m.Dialogue, Turn{Index: i, From: message.Role, Text: message.Content})
		case button.RoleAssistant:
			turn := Turn{Index: i, From: message.Role, Thought: message.Reasoning, Text: message.Content}
			for _, call := range message.ToolCalls {
				turn.Calls = append(turn.Calls, ToolCall{call.Name, call.Arguments})
			}
			m.Dialogue, m.Judge = append(m.Dialogue, turn), append(m.Judge, i)
		case button.RoleTool:
			result := readResult(message.Content)
			if last := len(m.Dialogue) - 1; last >= 0 && m.Dialogue[last].From == button.RoleTool {
				m.Dialogue[last].Results = append(m.Dialogue[last].Results, result)
			} else {
				m.Dialogue = append(m.Dialogue, Turn{Index: i, From: message.Role, Results: []ToolResult{result}})
			}
		}
	}
	return m
}

func checkJudge(material *JudgeMaterial, reply *JudgeReply) []teach.Violation {
	var found []teach.Violation
	judged := map[int]bool{}
	for _, turn := range reply.Turns {
		if !slices.Contains(material.Judge, turn.Index) || judged[turn.Index] {
			found = append(found, violation(RuleJudgeCoverage, "", "turn %d is not to be judged, or stands twice", turn.Index))
			continue
		}
		judged[turn.Index] = true
		answered := map[string]bool{}
		for _, check := range turn.Checks {
			if answered[check.ID] {
				found = append(found, violation(RuleJudgeCoverage, check.ID, "turn %d has the criterion %q twice", turn.Index, check.ID))
			}
			answered[check.ID] = true
		}
		for _, criterion := range material.Criteria {
			if !answered[criterion.ID] {
				found = append(found, violation(RuleJudgeCoverage, criterion.ID, "turn %d lacks the criterion %q", turn.Index, criterion.ID))
			}
		}
	}
	for _, index := range material.Judge {
		if !judged[index] {
			found = append(found, violation(RuleJudgeCoverage, "", "turn %d is not judged", index))
		}
	}
	return found
}

// FaultCount says how many planted faults of a kind a judge has caught.
type FaultCount struct {
	Kind    FaultKind `json:"kind"`
	Planted int       `json:"planted"`
	// Caught were not accepted; Located were also labelled bad in the turn with the
	// fault, or, for a missing step, by a goal that is not reached.
	Caught  int `json:"caught"`
	Located int `json:"located"`
}

// Recall is the share of planted faults that were caught; 0 of none.
func (f FaultCount) Recall() float64 {
	if f.Planted == 0 {
		return 0
	}
	return float64(f.Caught) / float64(f.Planted)
}

// Calibration is what a judge made of good records and of the same with faults.
type Calibration struct {
	Faults []FaultCount `json:"faults"` // one for each kind, in their order
	// Clean records were judged as they are; Alarms of them were not accepted.
	Clean  int `json:"clean"`
	Alarms int `json:"alarms"`
	// Unjudged are requests to which the judge gave no usable reply.
	Unjudged int `json:"unjudged"`
}

// Calibrate measures a judge on records that are known to be good: on each as it
// is and with each kind of fault that can be planted in it. The error is never a
// *teach.Refusal.
func Calibrate(ctx context.Context, judge *teach.Teacher, records []*button.Record, seed uint64) (*Calibration, error) {
	c := &Calibration{}
	for _, kind := range FaultKinds() {
		c.Faults = append(c.Faults, FaultCount{Kind: kind})
	}
	for i, record := range records {
		own := button.Seed(seed, "calibrate judge", i)
		if err := c.add(ctx, judge.For(button.Seed(own, "clean", 0)), record, nil); err != nil {
			return nil, err
		}
		for k, fault := range PlantFaults(record, button.NewRandom(button.Seed(own, "plant", 0))) {
			if err := c.add(ctx, judge.For(button.Seed(own, "fault", k)), fault.Record, &fault); err != nil {
				return nil, err
			}
		}
	}
	return c, nil
}

func (c *Calibration) add(ctx context.Context, asker *teach.Asker, record *button.Record, fault *Fault) error {
	verdict, err := Judge(ctx, asker, record)
	var refusal *teach.Refusal
	switch {
	case errors.As(err, &refusal):
		c.Unjudged++
		return nil
	case err != nil:
		return err
	}
	if fault == nil {
		c.Clean++
		if !verdict.Accepts() {
			c.Alarms++
		}
		return nil
	}
	count := &c.Faults[slices.IndexFunc(c.Faults, func(f FaultCount) bool { return f.Kind == fault.Kind })]
	count.Planted++
	if !verdict.Accepts() {
		count.Caught++
	}
	if slices.Contains(verdict.Bad(), fault.Message) || fault.Kind == FaultMissingStep && verdict.Goal.Label != GoalFull {
		count.Located++
	}
	return nil
}
