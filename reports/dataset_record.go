package reports

import (
	"cmp"
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/stats"
)

// Tool lists are shown in bands of so many lengths; the last holds what is longer.
const (
	toolBandSize = 4
	toolBands    = 7
)

// toolBand counts the records whose tool list is of some length.
type toolBand struct {
	records     int
	distractors stats.RatioSums // of tools
}

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
		return &worldCounts{requests: newDistinct(), skeletons: newDistinct(), edges: newDistinct(), functions: newShares(otherNames)}
	})
	world.records++
	if record.Meta.ApproxTokens > 0 {
		d.tokens.add(record.Meta.ApproxTokens)
	}
	_, shape := group(d.shapes, cmp.Or(record.Kind, plan.Shape), func() *shapeCounts { return &shapeCounts{graphs: newDistinct()} })
	shape.add(size)
	if record.Plan != nil {
		shape.graphs.add(graphHash(record.Plan))
	} else {
		shape.graphs.add(turnsHash(record))
	}
	d.registers.add(cmp.Or(record.Meta.Register, ungrouped))
	d.modes.add(cmp.Or(record.Mode, ungrouped))
	if record.failed() {
		d.failing++
	}
	if record.Parallel {
		d.parallelOn++
	}
	d.addSize(size)
	d.addTools(record, plan, world)
	d.addPlan(plan, world)
	for _, source := range record.Provenance {
		d.arguments.add(originOf(source))
	}
	d.endRecord(world)
	d.addRequest(record, worldName, world)
	for _, name := range properties(record, plan, size) {
		d.properties.add(name)
	}
}

// endRecord closes the record in everything that is counted by records.
func (d *Dataset) endRecord(world *worldCounts) {
	world.functions.end()
	for _, one := range []*shares[string]{&d.effects, &d.goals, &d.answers, &d.conditions} {
		one.end()
	}
	d.arguments.end()
	d.statements.end()
}

// failed reports whether a call came back as an error: an object with a member
// "error" that is not null or false.
func (r *recordLine) failed() bool {
	for i := range r.Messages {
		message := &r.Messages[i]
		if message.Role != button.RoleTool || !strings.Contains(message.Content, `"error"`) {
			continue
		}
		var result struct {
			Error any `json:"error"`
		}
		if json.Unmarshal([]byte(message.Content), &result) == nil && result.Error != nil && result.Error != false {
			return true
		}
	}
	return false
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
	d.parallelTurns.Add(stats.Fraction{Num: float64(s.parallelTurns), Den: float64(s.turns)})
	if s.width > 1 {
		d.parallelWave++
	}
	if s.calls == 0 {
		d.silent++
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
				world.functions.add(nameOf(call.Function.Name))
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
	band.distractors.Add(stats.Fraction{Num: float64(distractors), Den: float64(len(record.Tools))})
}

// addPlan counts the call graph: functions, edges, goals and stated values.
func (d *Dataset) addPlan(plan *button.Plan, world *worldCounts) {
	functions := map[string]string{}
	for _, node := range plan.Nodes {
		functions[node.ID] = node.Function
		world.functions.add(nameOf(node.Function))
		d.effects.add(nameOf(cmp.Or(node.Effect, ungrouped)))
	}
	for _, edge := range plan.Edges {
		if edge.Kind == button.EdgeData {
			world.edges.add(hash64(functions[edge.From], edge.Output, functions[edge.To], edge.Parameter))
		}
	}
	for i := range plan.Goals {
		goal := &plan.Goals[i]
		d.goals.add(nameOf(goal.Kind))
		if answer := polarity(goal); answer != "" {
			d.answers.add(answer)
		}
		if goal.Condition != nil {
			d.conditions.add(conditionName(goal.Condition))
		}
	}
	for _, answer := range plan.Answers {
		d.statements.add(originOf(answer.Source))
	}
}

func originOf(source button.Source) origin {
	from := origin{from: nameOf(source.From)}
	if source.Transform != nil {
		from.op = nameOf(source.Transform.Op)
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
