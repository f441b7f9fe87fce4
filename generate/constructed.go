package generate

import (
	"context"
	"math/rand/v2"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// random returns the candidate's generator for one purpose.
func (c *Candidate) random(purpose string) *rand.Rand {
	return button.NewRandom(button.Seed(c.Seed, purpose, 0))
}

// scenarioStage chooses a world, one of its start states and one of its
// everyday scenarios (paper section 2.1).
type scenarioStage struct{ options *Options }

func (scenarioStage) Name() string { return StageScenario }

func (s scenarioStage) Run(_ context.Context, c *Candidate) error {
	random := c.random(StageScenario)
	c.World = s.options.Worlds[c.Index%len(s.options.Worlds)]
	start, err := c.World.Start(stateSeed(s.options.Seed, c.World.World, c.Index, random.IntN(statesPerBlock)))
	if err != nil {
		return err
	}
	c.Start = start
	if scenarios := c.World.World.Scenarios; len(scenarios) > 0 {
		c.Scenario = scenarios[random.IntN(len(scenarios))]
	}
	return nil
}

// atomicStage draws what is wanted and the calls that it takes (paper section
// 2.2): an atomic task is a goal with the calls that serve it.
type atomicStage struct{ options *Options }

func (atomicStage) Name() string { return StageAtomicTasks }

func (s atomicStage) Run(_ context.Context, c *Candidate) (err error) {
	sample := c.World.Sampler.Sample
	if s.options.Without[WithoutComposition] {
		sample = c.World.Sampler.SampleAtomic
	}
	c.Draft, err = sample(c.random(StageAtomicTasks), c.Start)
	return asReject(StageAtomicTasks, err)
}

// compositionStage proves that the tasks compose (paper sections 2.3 and 2.4): it
// carries the plan out wave by wave, checks that parallel calls are independent
// and that the values make sense.
type compositionStage struct{ options *Options }

func (compositionStage) Name() string { return StageComposition }

func (s compositionStage) Run(_ context.Context, c *Candidate) error {
	random := c.random(StageComposition)
	c.Parallel = random.Float64() < s.options.ParallelShare
	if err := c.Draft.Execute(random); err != nil {
		return asReject(StageComposition, err)
	}
	var err error
	c.AtomicTasks, c.ComposedTask, err = c.World.Narrator.Tasks(c.Draft, random)
	return asReject(StageComposition, err)
}

// functionsStage lists the tools (paper section 2.5): those of the plan, and
// distractors.
type functionsStage struct{ options *Options }

func (functionsStage) Name() string { return StageFunctions }

func (s functionsStage) Run(_ context.Context, c *Candidate) error {
	c.Tools = toolList(c, s.options)
	return nil
}

// trajectoryStage words the conversation (paper section 2.6), puts the record
// together and verifies it as anybody else would.
type trajectoryStage struct {
	options  *Options
	verifier *quality.Verifier
}

func (trajectoryStage) Name() string { return StageTrajectory }

func (s trajectoryStage) Run(_ context.Context, c *Candidate) error {
	script, err := c.World.Narrator.Tell(c.Draft, c.random(StageTrajectory))
	if err != nil {
		return asReject(StageTrajectory, err)
	}
	c.Script = script
	if c.Record, err = assemble(c, s.options); err != nil {
		return asReject(StageTrajectory, err)
	}
	violations, err := s.verifier.Verify(c.Record)
	if err != nil {
		return err
	}
	if len(violations) > 0 {
		first := violations[0]
		return &Reject{Stage: StageTrajectory, Rule: first.Rule, Detail: first.Text, Span: first.Span}
	}
	c.Record.Checks = quality.Passed(c.Record.Mode)
	return nil
}
