package generate

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/simulated"
)

// Imagination says how simulated records are made.
type Imagination struct {
	// Scenarios are the pool; candidates take them in shuffled rounds.
	Scenarios []simulated.Scenario
	// MinDepth and MaxDepth bound the tasks on the longest way of a request; the
	// paper has 2 (section 2.3).
	MinDepth, MaxDepth int
	// MostDistractors is how many functions that look alike stand beside those that
	// are needed, at most.
	MostDistractors int
	// Catalogue holds the only functions to use, the scenarios being drawn from it; nil
	// to have functions written.
	Catalogue *simulated.Catalogue
	// Today, 2006-01-02, is the day of all conversations, where what is called lives on
	// one day; drawn for each where it is empty.
	Today string
	// Converse holds the options of conversations; what a candidate draws is filled in.
	Converse simulated.ConverseOptions

	tables   *simulated.Tables
	registry *simulated.Registry
}

// Registry tells what became of the functions that were written.
func (i *Imagination) Registry() simulated.RegistryFacts { return i.registry.Facts() }

// view is what of earlier records' functions may be used again; nothing where the
// functions are somebody's own.
func (i *Imagination) view(ctx context.Context, index int) (simulated.View, error) {
	if i.Catalogue != nil {
		return simulated.View{}, nil
	}
	return i.registry.View(ctx, index)
}

// prepare loads what every candidate draws from.
func (i *Imagination) prepare() error {
	switch {
	case len(i.Scenarios) == 0:
		return fmt.Errorf("there are no scenarios to write tasks for")
	case i.MinDepth < 1 || i.MaxDepth < i.MinDepth || i.MaxDepth > simulated.MostDepth:
		return fmt.Errorf("the depth must lie between 1 and %d, not %d to %d", simulated.MostDepth, i.MinDepth, i.MaxDepth)
	case i.Catalogue != nil && len(i.Catalogue.Functions()) == 0:
		return fmt.Errorf("there are no functions to write tasks for")
	case i.MostDistractors < 0:
		return fmt.Errorf("the number of distractors must not be below 0, not %d", i.MostDistractors)
	}
	if err := i.Converse.Validate(); err != nil {
		return err
	}
	var err error
	i.tables, err = simulated.LoadTables()
	i.registry = simulated.NewRegistry(0)
	return err
}

// situationStage takes a scenario of the pool and draws what the tasks are to be
// like. An ablation draws the same as its siblings.
type situationStage struct{ options *Options }

func (situationStage) Name() string { return StageScenario }

func (s situationStage) Run(_ context.Context, c *Candidate) error {
	o := s.options.Imagination
	round, at := c.Index/len(o.Scenarios), c.Index%len(o.Scenarios)
	shuffled := button.NewRandom(button.Seed(s.options.Seed, "round of scenarios", round)).Perm(len(o.Scenarios))
	c.Situation = o.Scenarios[shuffled[at]]
	if o.Catalogue != nil {
		c.Situation.Tools = o.Catalogue.Of(c.Situation)
	}
	random := c.random(StageScenario)
	c.Locale = o.tables.Locale(random)
	if o.Today != "" {
		if err := c.Locale.MoveTo(o.Today); err != nil {
			return err
		}
	}
	c.Recipe = drawRecipe(random, o)
	c.Parallel = random.Float64() < s.options.ParallelShare
	return nil
}

// shapeWeights is how often each shape of tasks is composed, of a hundred. What a
// depth does not allow is left out.
var shapeWeights = []struct {
	shape  string
	weight int
}{
	{simulated.ShapeChain, 34}, {simulated.ShapeParallel, 24}, {simulated.ShapeFanIn, 16},
	{simulated.ShapeDiamond, 10}, {simulated.ShapeFanOut, 8}, {simulated.ShapeSingle, 8},
}

// drawRecipe draws shape, depth and width. Flat shapes are drawn whatever the depth
// is: not everything that people ask for is composed.
func drawRecipe(random *rand.Rand, o *Imagination) simulated.Recipe {
	depth := o.MinDepth + random.IntN(o.MaxDepth-o.MinDepth+1)
	draw := random.IntN(100)
	for _, choice := range shapeWeights {
		if draw -= choice.weight; draw >= 0 {
			continue
		}
		for _, info := range simulated.Shapes() {
			if info.Name == choice.shape {
				return simulated.Recipe{
					Shape: info.Name, Depth: min(max(depth, info.MinDepth), info.MaxDepth),
					Width: info.MinWidth + random.IntN(info.MaxWidth-info.MinWidth+1),
				}
			}
		}
	}
	panic("unreachable: the weights add up to 100")
}

// taskStage writes the first task (paper section 2.2).
type taskStage struct{}

func (taskStage) Name() string { return StageAtomicTasks }

func (taskStage) Run(ctx context.Context, c *Candidate) error {
	first, err := simulated.WriteAtomicTask(ctx, c.asker, c.Situation, c.Locale)
	c.First = first
	return asReject(StageAtomicTasks, err)
}

// requestStage composes tasks around the first one (paper section 2.3) and lets the
// filter judge them (section 2.4).
type requestStage struct{ options *Options }

func (requestStage) Name() string { return StageComposition }

func (s requestStage) Run(ctx context.Context, c *Candidate) (err error) {
	c.Task, err = simulated.Compose(ctx, c.asker, c.Situation, c.Locale, c.First, s.options.recipe(c))
	if err != nil || s.options.Without[WithoutFilter] {
		return asReject(StageComposition, err)
	}
	return asReject(StageComposition, simulated.CheckComposition(ctx, c.asker, c.Task, c.random("filter")))
}

// toolboxStage writes the functions (paper section 2.5) and such as look alike.
type toolboxStage struct{ options *Options }

func (toolboxStage) Name() string { return StageFunctions }

func (s toolboxStage) Run(ctx context.Context, c *Candidate) error {
	if !s.options.Without[WithoutBottomUp] {
		view, err := s.options.Imagination.view(ctx, c.Index)
		if err != nil {
			return err
		}
		if c.Box, err = simulated.WriteFunctions(ctx, c.asker, c.Task, view, c.style()); err != nil {
			return asReject(StageFunctions, err)
		}
	}
	random := c.random("distractors")
	n := random.IntN(s.options.Imagination.MostDistractors + 1)
	if catalogue := s.options.Imagination.Catalogue; catalogue != nil {
		catalogue.AddDistractors(c.Box, n, random)
		return nil // none is made up beside functions that there really are
	}
	return asReject(StageFunctions, simulated.WriteDistractors(ctx, c.asker, c.Box, n))
}

// style draws how the candidate's functions are named.
func (c *Candidate) style() string {
	styles := simulated.Styles()
	return styles[c.random("style of names").IntN(len(styles))]
}

// oneStepStage is the ablation without bottom-up: what three stages do, in one step.
type oneStepStage struct{ options *Options }

func (oneStepStage) Name() string { return StageComposition }

func (s oneStepStage) Run(ctx context.Context, c *Candidate) error {
	view, err := s.options.Imagination.view(ctx, c.Index)
	if err != nil {
		return err
	}
	c.Task, c.Box, err = simulated.WriteInOneStep(ctx, c.asker, c.Situation, c.Locale, s.options.recipe(c), view, c.style())
	if err != nil || s.options.Without[WithoutFilter] {
		return asReject(StageComposition, err)
	}
	return asReject(StageComposition, simulated.CheckComposition(ctx, c.asker, c.Task, c.random("filter")))
}

// recipe is what a candidate's request is composed of.
func (o *Options) recipe(c *Candidate) simulated.Recipe {
	if o.Without[WithoutComposition] {
		return simulated.Recipe{Shape: simulated.ShapeSingle, Depth: 1, Width: 1}
	}
	return c.Recipe
}

// playStage plays the conversation (paper section 2.6), makes the record, verifies
// it as anybody else would, and lets another model judge it if there is one.
type playStage struct {
	options  *Options
	verifier *quality.Verifier
}

func (playStage) Name() string { return StageTrajectory }

func (s playStage) Run(ctx context.Context, c *Candidate) error {
	options := s.options.Imagination.Converse
	options.Today, options.Parallel, options.Flaw = c.Locale.Today, c.Parallel, quality.Flaw
	play := simulated.Converse
	if s.options.Without[WithoutTopDown] {
		play = simulated.OneReply
	}
	trajectory, err := play(ctx, c.asker, c.Task, c.Box, options)
	if err != nil {
		return asReject(StageTrajectory, err)
	}
	if trajectory.Executed && trajectory.Fruitless() {
		return &Reject{Stage: StageTrajectory, Rule: "executed.nothing_came", Detail: "every call failed: what the user asks for is not there"}
	}
	c.Record, err = simulated.Assemble(trajectory, button.Meta{
		Index: c.Index, Teacher: s.options.Teacher.Model(), ToolVersion: s.options.ToolVersion, Config: s.options.ConfigHash,
	})
	if err != nil {
		return asReject(StageTrajectory, err)
	}
	c.Record.Plan.Answers = quality.AnswerSources(c.Record)
	violations, err := s.verifier.Verify(c.Record)
	if err != nil {
		return err
	}
	if len(violations) > 0 {
		return rejectOf(violations[0])
	}
	c.Record.Checks = quality.Passed(button.ModeSimulated)
	if trajectory.Executed {
		c.Record.Checks[CheckExecuted] = "pass"
	}
	return s.judge(ctx, c)
}

// CheckExecuted says that every result in a record is what a real call brought.
const CheckExecuted = "executed"

// CheckJudge names the check that another model found no bad turn.
const CheckJudge = "judge"

func (s playStage) judge(ctx context.Context, c *Candidate) error {
	if s.options.Judge == nil {
		return nil
	}
	asker := s.options.Judge.For(c.Seed)
	verdict, err := simulated.Judge(ctx, asker, c.Record)
	c.Ledger.Add(asker.Ledger())
	if err != nil {
		return asReject(StageTrajectory, err)
	}
	if !verdict.Accepts() {
		return &Reject{Stage: StageTrajectory, Rule: "judge.disagrees", Detail: fmt.Sprintf("bad turns: messages %v; goal reached: %s", verdict.Bad(), verdict.Goal.Label)}
	}
	c.Record.Checks[CheckJudge] = "pass"
	return nil
}
