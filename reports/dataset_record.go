package reports

import (
	"cmp"
	"strings"

	"github.com/buttonbench/button"
)

// Tool lists are shown in bands of so many lengths; the last holds what is longer.
const (
	toolBandSize = 4
	toolBands    = 7
)

// toolBand counts the records whose tool list is of some length.
type toolBand struct{ records, tools, distractors int }

// add counts one record.
func (d *Dataset) add(record *recordLine) {
	d.records++
	plan := record.Plan
	if plan == nil {
		d.planless++
		plan = &button.Plan{}
	}
	size := measure(record)
	worldName, world := group(d.worlds, record.Meta.World, func() *worldCounts {
		return &worldCounts{requests: hashes{}, edges: hashes{}, functions: tally{}}
	})
	world.records++
	if record.Meta.ApproxTokens > 0 {
		d.tokens.add(record.Meta.ApproxTokens)
	}
	_, shape := group(d.shapes, cmp.Or(record.Kind, plan.Shape), func() *shapeCounts { return &shapeCounts{} })
	shape.add(size)
	d.registers.add(cmp.Or(record.Meta.Register, ungrouped))
	if record.Parallel {
		d.parallelOn++
	}
	d.addSize(size)
	d.addTools(record, plan, world)
	d.addPlan(plan, world)
	for _, source := range record.Provenance {
		countUpTo(d.arguments, originOf(source), origin{from: otherNames})
	}
	d.addRequest(record, worldName, world)
	for _, name := range properties(record, plan, size) {
		d.properties.add(name)
	}
}

// size is how large one record is.
type size struct {
	userTurns, calls, turns, parallelTurns, depth, width int
}

// measure counts turns and calls. Without a plan, depth and width are those of
// the calls as they were made.
func measure(record *recordLine) (s size) {
	for i := range record.Messages {
		message := &record.Messages[i]
		if message.Role == button.RoleUser {
			s.userTurns++
		}
		if calls := len(message.Calls); message.Role == button.RoleAssistant && calls > 0 {
			s.turns++
			s.calls += calls
			s.width = max(s.width, calls)
			if calls > 1 {
				s.parallelTurns++
			}
		}
	}
	s.depth = s.turns
	if record.Plan != nil {
		s.depth, s.width = record.Plan.Depth(), record.Plan.Width()
	}
	return s
}

func (c *shapeCounts) add(s size) {
	c.records++
	c.calls += s.calls
	c.depth += s.depth
	c.width += s.width
	if s.width > 1 {
		c.parallelWave++
	}
}

func (d *Dataset) addSize(s size) {
	d.userTurns.add(s.userTurns)
	d.calls.add(s.calls)
	d.turns.add(s.turns)
	d.depth.add(s.depth)
	d.width.add(s.width)
	d.callingTurns += s.turns
	d.parallelTurns += s.parallelTurns
	if s.width > 1 {
		d.parallelWave++
	}
}

// addTools counts the tool list. A distractor is a tool that is neither called
// nor the function of a goal: a write that a condition forbade is needed too.
func (d *Dataset) addTools(record *recordLine, plan *button.Plan, world *worldCounts) {
	needed := map[string]bool{}
	for i := range record.Messages {
		for _, call := range record.Messages[i].Calls {
			needed[call.Function.Name] = true
			d.called.add(hash64(call.Function.Name))
			if record.Plan == nil {
				world.functions.add(call.Function.Name)
			}
		}
	}
	for _, goal := range plan.Goals {
		needed[goal.Function] = true
	}
	distractors := 0
	for _, tool := range record.Tools {
		d.offered.add(hash64(tool.Function.Name))
		if !needed[tool.Function.Name] {
			distractors++
		}
	}
	d.tools.add(len(record.Tools))
	d.distractors.add(distractors)
	band := &d.toolBands[min(max(0, len(record.Tools)-1)/toolBandSize, toolBands-1)]
	band.records++
	band.tools += len(record.Tools)
	band.distractors += distractors
}

// addPlan counts the call graph: functions, edges, goals and stated values.
func (d *Dataset) addPlan(plan *button.Plan, world *worldCounts) {
	functions := map[string]string{}
	for _, node := range plan.Nodes {
		functions[node.ID] = node.Function
		world.functions.add(node.Function)
		d.effects.add(cmp.Or(node.Effect, ungrouped))
	}
	for _, edge := range plan.Edges {
		if edge.Kind == button.EdgeData {
			world.edges.add(hash64(functions[edge.From], edge.Output, functions[edge.To], edge.Parameter))
		}
	}
	for i := range plan.Goals {
		goal := &plan.Goals[i]
		d.goals.add(goal.Kind)
		if answer := polarity(goal); answer != "" {
			d.answers.add(answer)
		}
		if goal.Condition != nil {
			d.conditions.add(conditionName(goal.Condition))
		}
	}
	for _, answer := range plan.Answers {
		countUpTo(d.statements, originOf(answer.Source), origin{from: otherNames})
	}
}

func originOf(source button.Source) origin {
	from := origin{from: clip(source.From, nameBytes)}
	if source.Transform != nil {
		from.op = clip(source.Transform.Op, nameBytes)
	}
	return from
}

// polarity is "yes" or "no" where the goal asks for a truth value.
func polarity(goal *button.PlanGoal) string {
	if goal.Kind != "field" && goal.Kind != "item" || len(goal.Values) != 1 {
		return ""
	}
	switch string(goal.Values[0].Value) {
	case "true":
		return "yes"
	case "false":
		return "no"
	}
	return ""
}

// conditionName says what a condition compares, and its outcome.
func conditionName(condition *button.GoalCondition) string {
	kind, outcome := "bound", "not_met"
	if condition.Bound == nil {
		kind = "yes_no"
	}
	if condition.Open {
		outcome = "met"
	}
	return kind + ":" + outcome
}

// properties names what a record has, by the names under which generation counts
// composed candidates, each once.
func properties(record *recordLine, plan *button.Plan, size size) []string {
	names := []string{"world:" + record.Meta.World, "shape:" + plan.Shape}
	seen := map[string]bool{}
	add := func(name string) {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, node := range plan.Nodes {
		add("function:" + node.World + "." + node.Function)
	}
	for _, source := range record.Provenance {
		if source.Transform != nil && len(source.Transform.Where) > 0 {
			add("filter")
		}
	}
	for i := range plan.Goals {
		goal := &plan.Goals[i]
		add("goal:" + goal.Kind)
		if goal.Condition != nil {
			add("condition:" + conditionName(goal.Condition))
		}
		if answer := polarity(goal); answer != "" {
			add("answer:" + answer)
		}
	}
	if size.userTurns > 1 {
		add("follow_up")
	}
	return names
}

// recounted reports whether the records themselves tell a property of that name.
func recounted(name string) bool {
	family, _, _ := strings.Cut(name, ":")
	switch family {
	case "world", "shape", "function", "filter", "goal", "condition", "answer", "follow_up":
		return true
	}
	return false
}
