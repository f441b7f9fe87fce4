// Package generate builds verified function-calling records. The pipeline is that
// of the BUTTON paper (section 2): scenario, atomic tasks, composition, functions,
// trajectory. Each step is a Stage. In constructed mode executable worlds fill
// them; in hybrid mode a teacher model words what the worlds execute; in simulated
// mode the teacher writes everything.
package generate

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/plan"
	"github.com/buttonbench/button/internal/wording"
	"github.com/buttonbench/button/internal/world"
)

// The names of the stages, in their order.
const (
	StageScenario    = "scenario"
	StageAtomicTasks = "atomic_tasks"
	StageComposition = "composition"
	StageFunctions   = "functions"
	StageTrajectory  = "trajectory"
	// StageSelection is no stage of a candidate: it keeps the accepted records
	// apart from one another.
	StageSelection = "selection"
)

// Stage advances a candidate by one step, or gives it up with a *Reject. Other
// errors end the run: something is broken. Stages are safe for concurrent use
// by different candidates.
type Stage interface {
	Name() string
	Run(ctx context.Context, candidate *Candidate) error
}

// Candidate is a record in the making. Each stage fills its own fields and reads
// those of the stages before it.
type Candidate struct {
	Index int
	Seed  uint64 // hash(master seed, index): the only source of chance
	// Ledger counts what the judge was asked for it, and after its last stage what
	// the teacher was asked too.
	Ledger teach.Ledger
	// asker puts the candidate's requests to the teacher; nil without one.
	asker *teach.Asker
	// Parallel says whether its assistant may carry several calls in a turn.
	Parallel bool
	// Record is what the last stage makes.
	Record *button.Record
	executed
	imagined
}

// executed is what worlds bring, in constructed and hybrid mode.
type executed struct {

	// Scenario stage.
	World    *WorldKit
	Start    *world.Start
	Scenario string
	// Atomic tasks stage: what is wanted, and the calls that it takes.
	Draft *plan.Draft
	// Composition stage: the same, carried out, and in words.
	AtomicTasks  []string
	ComposedTask string
	// Functions stage.
	Tools []button.Tool
	// Trajectory stage.
	Script *wording.Script
	// Thoughts are the teacher's, in hybrid mode; where it has none the narrator's
	// stand.
	Thoughts *thoughts
}

// imagined is what the teacher brings, in simulated mode.
type imagined struct {
	Situation simulated.Scenario
	Locale    simulated.Locale
	Recipe    simulated.Recipe
	First     *simulated.AtomicTask
	Task      *simulated.ComposedTask
	Box       *simulated.Toolbox
}

// group is what the candidate shares with those that it is compared with: a world
// or a domain.
func (c *Candidate) group() string {
	if c.World != nil {
		return c.World.World.Name
	}
	return c.Situation.Domain
}

// kind is the shape of the candidate's call graph, "" before it has one.
func (c *Candidate) kind() string {
	switch {
	case c.Draft != nil:
		return c.Draft.Shape
	case c.Task != nil:
		return c.Task.Shape
	}
	return ""
}

// composed reports whether the candidate got as far as its functions.
func (c *Candidate) composed() bool { return c.Tools != nil || c.Box != nil }

// Reject gives a candidate up: by which stage, by which rule, and why.
type Reject struct {
	Stage  string `json:"stage"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
	// Span is the offending text, if there is one.
	Span string `json:"span,omitempty"`
}

func (r *Reject) Error() string { return fmt.Sprintf("%s: %s: %s", r.Stage, r.Rule, r.Detail) }

// asReject turns the refusals of planner, narrator and teacher into rejects of
// the running stage; it passes on every other error.
func asReject(stage string, err error) error {
	var refused *plan.Reject
	if errors.As(err, &refused) {
		return &Reject{Stage: stage, Rule: refused.Rule, Detail: refused.Detail}
	}
	var refusal *teach.Refusal
	if errors.As(err, &refusal) {
		return &Reject{Stage: stage, Rule: refusal.Stage + "." + refusal.Rule, Detail: refusal.Detail, Span: refusal.Span}
	}
	return err
}

// pipeline runs the stages one after the other.
type pipeline struct {
	stages []Stage
	// at counts the candidates that are in each stage now.
	at []atomic.Int64
}

func newPipeline(stages ...Stage) *pipeline {
	return &pipeline{stages, make([]atomic.Int64, len(stages))}
}

func (p *pipeline) run(ctx context.Context, candidate *Candidate) error {
	for i, stage := range p.stages {
		p.at[i].Add(1)
		err := stage.Run(ctx, candidate)
		p.at[i].Add(-1)
		var reject *Reject
		switch {
		case err == nil:
		case errors.As(err, &reject):
			return err
		default:
			return fmt.Errorf("stage %s of candidate %d: %w", stage.Name(), candidate.Index, err)
		}
	}
	return nil
}

// InStage is how many candidates are in a stage at one moment.
type InStage struct {
	Stage      string
	Candidates int
}

func (p *pipeline) now() []InStage {
	now := make([]InStage, len(p.stages))
	for i, stage := range p.stages {
		now[i] = InStage{stage.Name(), int(p.at[i].Load())}
	}
	return now
}
