package simulated

import (
	"context"
	"fmt"
	"slices"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// The shapes of a composed task, named as button.Plan.Shape.
const (
	ShapeSingle   = "single"
	ShapeChain    = "chain"                    // each task takes what the one before brings
	ShapeDiamond  = "diamond"                  // a chain whose last two tasks take the same result
	ShapeFanOut   = "fan_out"                  // the same for several values, side by side
	ShapeParallel = "parallel_then_sequential" // a fan_out, and a task that takes all of it
	ShapeFanIn    = "fan_in"                   // different look-ups side by side, and a task that takes all of them
)

// The heuristics of the paper (section 2.3), as button.Plan.Heuristic.
const (
	HeuristicSequential = "sequential"
	HeuristicParallel   = "parallel_then_sequential"
)

// ShapeInfo says what a shape can be like. Depth counts the tasks on the longest
// way, Width the tasks side by side.
type ShapeInfo struct {
	Name, Heuristic    string
	MinDepth, MaxDepth int
	MinWidth, MaxWidth int
}

// MostDepth is the greatest depth of a composed task; the paper has 2.
const MostDepth = 6

// widest is how many tasks can stand side by side.
const widest = 4

// Shapes lists the shapes.
func Shapes() []ShapeInfo {
	return []ShapeInfo{
		{ShapeSingle, "", 1, 1, 1, 1},
		{ShapeChain, HeuristicSequential, 2, MostDepth, 1, 1},
		{ShapeDiamond, HeuristicSequential, 2, MostDepth, 2, 2},
		{ShapeFanOut, "", 1, 1, 2, widest},
		{ShapeParallel, HeuristicParallel, 2, MostDepth, 2, widest},
		{ShapeFanIn, HeuristicParallel, 2, MostDepth, 2, widest},
	}
}

// Recipe says what to compose.
type Recipe struct {
	Shape string
	Depth int // tasks on the longest way
	Width int // tasks side by side
}

// info finds the recipe's shape and checks that it can be so.
func (r Recipe) info() (ShapeInfo, error) {
	for _, info := range Shapes() {
		if info.Name != r.Shape {
			continue
		}
		if r.Depth < info.MinDepth || r.Depth > info.MaxDepth || r.Width < info.MinWidth || r.Width > info.MaxWidth {
			return info, fmt.Errorf("a composed task of shape %s has depth %d to %d and width %d to %d, not %d and %d",
				r.Shape, info.MinDepth, info.MaxDepth, info.MinWidth, info.MaxWidth, r.Depth, r.Width)
		}
		return info, nil
	}
	return ShapeInfo{}, fmt.Errorf("there is no shape %q of composed tasks", r.Shape)
}

// Count is how many tasks the composed task has.
func (r Recipe) Count() int {
	switch r.Shape {
	case ShapeFanOut, ShapeDiamond, ShapeParallel, ShapeFanIn:
		return r.Depth + r.Width - 1
	}
	return r.Depth
}

// MostRequestWords bounds a request of n tasks.
func MostRequestWords(n int) int { return 25 + 25*n }

// Compose makes a request of several tasks around a first one, by repeated use of
// the paper's two heuristics. The error is a *teach.Refusal, or as teach.Ask has
// it, or says that there is no such recipe.
func Compose(ctx context.Context, asker *teach.Asker, scenario Scenario, locale Locale, first *AtomicTask, recipe Recipe) (*ComposedTask, error) {
	info, err := recipe.info()
	if err != nil {
		return nil, err
	}
	c := &composer{
		asker: asker, checker: checker{locale: locale, reader: grounding.On(locale.Today)},
		task: &ComposedTask{Scenario: scenario, Locale: locale, Shape: info.Name, Heuristic: info.Heuristic, Tasks: []AtomicTask{*first}, Links: []Link{}, Request: first.Task},
	}
	switch recipe.Shape {
	case ShapeFanOut, ShapeParallel, ShapeFanIn:
		err = c.parallel(ctx, recipe)
	}
	for err == nil && len(c.task.Tasks) < recipe.Count() {
		err = c.sequential(ctx, recipe)
	}
	if err != nil {
		return nil, err
	}
	return c.task, nil
}

// composer makes one composed task.
type composer struct {
	checker
	asker *teach.Asker
	task  *ComposedTask
}

// sequential adds a task that takes what the last one brings; the last task of a
// diamond takes what the last but one takes.
func (c *composer) sequential(ctx context.Context, recipe Recipe) error {
	last := len(c.task.Tasks) - 1
	material := SequentialMaterial{
		Scenario: c.task.Scenario.text(), Locale: c.locale, Request: c.task.Request, Tasks: numbered(c.task.Tasks), Links: c.task.Links,
		Follow: last, Beside: []int{}, MostWords: MostRequestWords(last + 2), Tools: forms(c.task.Scenario.Tools),
	}
	if recipe.Shape == ShapeDiamond && last == recipe.Depth-1 {
		material.Follow, material.Beside = last-1, []int{last}
	}
	reply, err := teach.Ask(ctx, c.asker, StageSequential, material, func(reply *SequentialReply) []teach.Violation {
		tasks := append(slices.Clone(c.task.Tasks), reply.FollowUp)
		faults := c.taskOf(len(tasks)-1, tasks)
		link := linkOf(reply.Link, material.Follow, len(tasks)-1)
		faults = append(faults, linkFaults(link, tasks, true)...)
		return append(faults, c.text(reply.Request, material.MostWords, tasks, nil)...)
	})
	if err != nil {
		return err
	}
	c.task.Links = append(c.task.Links, linkOf(reply.Link, material.Follow, len(c.task.Tasks)))
	c.task.Tasks = append(c.task.Tasks, reply.FollowUp)
	c.task.Request = reply.Request
	return nil
}

// parallel adds branches beside the first task and, but for a fan-out, a last task
// that takes from all of them.
func (c *composer) parallel(ctx context.Context, recipe Recipe) error {
	material := ParallelMaterial{
		Scenario: c.task.Scenario.text(), Locale: c.locale, Request: c.task.Request, Tasks: numbered(c.task.Tasks), Links: c.task.Links,
		Branches: []int{0}, Kind: KindSame, Final: recipe.Shape != ShapeFanOut, Tools: forms(c.task.Scenario.Tools),
	}
	if recipe.Shape == ShapeFanIn {
		material.Kind = KindDifferent
	}
	for n := 1; n < recipe.Width; n++ {
		material.New = append(material.New, n)
	}
	count := recipe.Width
	if material.Final {
		count++
	}
	material.MostWords = MostRequestWords(count)
	reply, err := teach.Ask(ctx, c.asker, StageParallel, material, func(reply *ParallelReply) []teach.Violation {
		return c.parallelFaults(&material, reply)
	})
	if err != nil {
		return err
	}
	c.task.Tasks = append(c.task.Tasks, reply.Parallel...)
	if reply.Final != nil {
		c.task.Links = append(c.task.Links, linksOf(reply, c.task.Tasks)...)
		c.task.Tasks = append(c.task.Tasks, *reply.Final)
	}
	c.task.Request = reply.Request
	return nil
}

// linksOf are the links from the branches to the last task. What kind of thing
// each brings is said by its branch.
func linksOf(reply *ParallelReply, branches []AtomicTask) []Link {
	transform := TransformNone
	if reply.Combine == CombineSelect || reply.Combine == CombineCompare {
		transform = TransformPick
	}
	var links []Link
	for _, use := range reply.Uses {
		semantic, _ := fieldType(&branches[use.Branch], use.Field)
		links = append(links, Link{use.Branch, use.Field, len(branches), use.Input, semantic, transform})
	}
	return links
}

// The ways of using several results that pick one of them.
const (
	CombineCompare = "compare"
	CombineSelect  = "select"
)

func linkOf(link NewLink, from, to int) Link {
	return Link{From: from, Field: link.Field, To: to, Input: link.Input, SemanticType: link.SemanticType, Transform: link.Transform}
}
