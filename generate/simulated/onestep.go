package simulated

import (
	"context"
	"fmt"
	"slices"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// WriteInOneStep is the ablation "without bottom-up" (paper section 4.3): request,
// tasks and functions come straight from a scenario, in one reply, instead of from
// atomic tasks that are composed. What is checked of each is the same. The error
// is a *teach.Refusal, or as teach.Ask has it, or says that there is no such
// recipe.
func WriteInOneStep(ctx context.Context, asker *teach.Asker, scenario Scenario, locale Locale, recipe Recipe, view View, style string) (*ComposedTask, *Toolbox, error) {
	info, err := recipe.info()
	if err != nil {
		return nil, nil, err
	}
	topic := &ComposedTask{Tasks: []AtomicTask{{Task: scenario.Situation}}}
	existing := view.Offer(topic, mostOffered)
	if len(scenario.Tools) > 0 {
		existing = nil
	}
	material := OneStepMaterial{
		Scenario: scenario.text(), Locale: locale, Shape: recipe.Shape, Count: recipe.Count(), Depth: recipe.Depth,
		Style: style, Existing: forms(existing), MostWords: MostRequestWords(recipe.Count()), Tools: forms(scenario.Tools),
	}
	composed := func(reply *OneStepReply) *ComposedTask {
		return &ComposedTask{
			Scenario: scenario, Locale: locale, Shape: info.Name, Heuristic: info.Heuristic,
			Tasks: reply.Tasks, Links: reply.Links, Request: reply.Request,
		}
	}
	check := checker{locale: locale, reader: grounding.On(locale.Today)}
	reply, err := teach.Ask(ctx, asker, StageOneStep, material, func(reply *OneStepReply) []teach.Violation {
		task := composed(reply)
		if faults := task.shapeFaults(recipe); len(faults) > 0 {
			return faults // the rest would only repeat them
		}
		faults := check.composed(task, material.MostWords)
		return append(faults, newMapper(task, existing, reply.Functions, reply.Mapping).faults(style)...)
	})
	if err != nil {
		return nil, nil, err
	}
	task := composed(reply)
	return task, newMapper(task, existing, reply.Functions, reply.Mapping).toolbox(view), nil
}

// composed checks tasks, links and request that came at once.
func (c *checker) composed(task *ComposedTask, mostWords int) []teach.Violation {
	faults := c.text(task.Request, mostWords, task.Tasks, nil)
	for number := range task.Tasks {
		faults = append(faults, c.taskOf(number, task.Tasks)...)
	}
	for _, link := range task.Links {
		faults = append(faults, linkFaults(link, task.Tasks, true)...)
	}
	return append(faults, branchFaults(task.roots(), task.Tasks)...)
}

// roots are the tasks that take nothing from another.
func (c *ComposedTask) roots() []int {
	var roots []int
	for number := range c.Tasks {
		if !slices.ContainsFunc(c.Links, func(link Link) bool { return link.To == number }) {
			roots = append(roots, number)
		}
	}
	return roots
}

// shapeFaults checks that a composed task is as a recipe wants it.
func (c *ComposedTask) shapeFaults(recipe Recipe) []teach.Violation {
	if len(c.Tasks) != recipe.Count() {
		return []teach.Violation{broken(RuleShape, "", "there are %d tasks, not %d", len(c.Tasks), recipe.Count())}
	}
	for _, link := range c.Links {
		if link.From >= link.To || link.To >= len(c.Tasks) {
			return []teach.Violation{broken(RuleLinkOrder, fmt.Sprintf("%d to %d", link.From, link.To), "a link leads from a task to a later one")}
		}
	}
	for _, want := range recipe.edges() {
		if !slices.ContainsFunc(c.Links, func(link Link) bool { return link.From == want[0] && link.To == want[1] }) {
			return []teach.Violation{broken(RuleShape, fmt.Sprintf("%d to %d", want[0], want[1]), "a %s has a link here", recipe.Shape)}
		}
	}
	waves := c.Waves()
	if depth := slices.Max(waves) + 1; depth != recipe.Depth {
		return []teach.Violation{broken(RuleShape, "", "the longest way has %d tasks, not %d", depth, recipe.Depth)}
	}
	wide := map[int]int{}
	for _, wave := range waves {
		wide[wave]++
	}
	for _, width := range wide {
		if width != 1 && width != recipe.Width {
			return []teach.Violation{broken(RuleShape, "", "%d tasks stand side by side, not %d", width, recipe.Width)}
		}
	}
	return nil
}

// edges are the links that a recipe cannot do without, as Compose makes them.
func (r Recipe) edges() [][2]int {
	var edges [][2]int
	next := 1
	switch r.Shape {
	case ShapeFanOut:
		return nil
	case ShapeParallel, ShapeFanIn:
		for branch := range r.Width {
			edges = append(edges, [2]int{branch, r.Width})
		}
		next = r.Width + 1
	}
	for ; next < r.Count(); next++ {
		from := next - 1
		if r.Shape == ShapeDiamond && next == r.Count()-1 {
			from = next - 2
		}
		edges = append(edges, [2]int{from, next})
	}
	return edges
}
