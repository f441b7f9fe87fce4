// Package generate builds verified function-calling records. The pipeline is that
// of the BUTTON paper (section 2): scenario, atomic tasks, composition, functions,
// trajectory. Each step is a Stage; in constructed mode executable worlds fill it,
// in the other modes a teacher model will.
package generate

import (
	"context"
	"errors"
	"fmt"

	"github.com/buttonbench/button"
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

	// Scenario stage.
	World    *WorldKit
	Start    *world.Start
	Scenario string
	// Atomic tasks stage: what is wanted, and the calls that it takes.
	Draft *plan.Draft
	// Composition stage: the same, carried out, and in words.
	AtomicTasks  []string
	ComposedTask string
	Parallel     bool
	// Functions stage.
	Tools []button.Tool
	// Trajectory stage.
	Script *wording.Script
	Record *button.Record
}

// Reject gives a candidate up: by which stage, by which rule, and why.
type Reject struct {
	Stage  string `json:"stage"`
	Rule   string `json:"rule"`
	Detail string `json:"detail"`
	// Span is the offending text, if there is one.
	Span string `json:"span,omitempty"`
}

func (r *Reject) Error() string { return fmt.Sprintf("%s: %s: %s", r.Stage, r.Rule, r.Detail) }

// asReject turns the planner's and the narrator's refusals into rejects of the
// running stage; it passes on every other error.
func asReject(stage string, err error) error {
	var refused *plan.Reject
	if errors.As(err, &refused) {
		return &Reject{Stage: stage, Rule: refused.Rule, Detail: refused.Detail}
	}
	return err
}

// pipeline runs the stages one after the other.
type pipeline []Stage

func (p pipeline) run(ctx context.Context, candidate *Candidate) error {
	for _, stage := range p {
		if err := stage.Run(ctx, candidate); err != nil {
			var reject *Reject
			if errors.As(err, &reject) {
				return err
			}
			return fmt.Errorf("stage %s of candidate %d: %w", stage.Name(), candidate.Index, err)
		}
	}
	return nil
}
