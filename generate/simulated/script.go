package simulated

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
)

// The ways in which a user discloses what they know.
const (
	DiscloseAtOnce   = "all_at_once"
	DiscloseAsked    = "when_asked"
	DiscloseFollowUp = "follow_up"
	DiscloseCorrect  = "correction"
)

// screenplay is what code decides about a conversation before it begins.
type screenplay struct {
	persona    Persona
	disclosure string
	facts      []Fact
	// factOf gives for each task the position of the fact behind each of its known
	// values.
	factOf []map[string]int
	turns  []userTurn
	held   []int // facts that are said only when asked for
	failure
}

// userTurn is one turn of the user that the script foresees.
type userTurn struct {
	kind   string
	goal   string
	say    []int
	change int   // the fact to change, -1 for none
	expect []int // the tasks to be done before the answer
}

// failure says which task's call fails first, and how. A failure that passes is
// tried again; one of a fact is mended by the user; others are reported.
type failure struct {
	task   int // -1 for none
	how    FunctionError
	passes bool
	fact   int // the fact that the user mends, -1 for none
	// parameter is what the call fails of, where the user can mend it.
	parameter string
}

// caster draws a script.
type caster struct {
	task   *ComposedTask
	box    *Toolbox
	o      *ConverseOptions
	random *rand.Rand
	reader grounding.Reader
	script *screenplay
}

// cast draws the persona, what is said when, and what fails.
func cast(task *ComposedTask, box *Toolbox, o *ConverseOptions, random *rand.Rand) *screenplay {
	c := &caster{task: task, box: box, o: o, random: random, reader: grounding.On(o.Today), script: &screenplay{failure: failure{task: -1, fact: -1}}}
	c.facts()
	c.script.persona = drawPersona(random, task.Scenario.Actor, 12*len(c.script.facts), len(words(task.Request))*3/2)
	c.disclosure()
	c.failure()
	return c.script
}

// facts numbers what the user knows. Values that two tasks share under one name
// are one fact.
func (c *caster) facts() {
	s := c.script
	for _, task := range c.task.Tasks {
		of := map[string]int{}
		for _, known := range task.KnownValues {
			at := slices.IndexFunc(s.facts, func(f Fact) bool { return f.Name == known.Name && canonical(f.Value) == canonical(known.Value) })
			if at < 0 {
				at = len(s.facts)
				s.facts = append(s.facts, Fact{ID: "f" + strconv.Itoa(at+1), Name: known.Name, Type: known.SemanticType, Value: known.Value})
			}
			of[known.Name] = at
		}
		s.factOf = append(s.factOf, of)
	}
}

func (c *caster) disclosure() {
	all := make([]int, len(c.script.facts))
	for i := range all {
		all[i] = i
	}
	open := userTurn{kind: TurnOpen, goal: c.task.Request, say: all, change: -1, expect: c.doable(c.everyTask())}
	draw := c.random.Float64()
	for _, way := range []struct {
		share float64
		try   func(open userTurn) bool
	}{{c.o.Turns.Missing, c.missing}, {c.o.Turns.FollowUp, c.followUp}, {c.o.Turns.Correction, c.correction}} {
		if draw -= way.share; draw < 0 {
			if way.try(open) {
				return
			}
			break
		}
	}
	c.script.disclosure, c.script.turns = DiscloseAtOnce, []userTurn{open}
}

// missing holds one fact back that a required parameter needs.
func (c *caster) missing(open userTurn) bool {
	var candidates []int
	for fact := range c.script.facts {
		if c.required(fact) && c.separable(fact) {
			candidates = append(candidates, fact)
		}
	}
	if len(candidates) == 0 {
		return false
	}
	held := candidates[c.random.IntN(len(candidates))]
	open.say = without(open.say, held)
	open.goal = c.masked(open.goal, []int{held})
	c.script.disclosure, c.script.turns, c.script.held = DiscloseAsked, []userTurn{open}, []int{held}
	return true
}

// followUp holds the last wave of tasks back until the others are answered.
func (c *caster) followUp(open userTurn) bool {
	waves := c.task.Waves()
	last := slices.Max(waves)
	var first, later []int
	for i, wave := range waves {
		if wave == last {
			later = append(later, i)
		} else {
			first = append(first, i)
		}
	}
	before, after := c.doable(first), c.doable(later)
	if len(before) == 0 || len(after) == 0 {
		return false
	}
	said := c.factsOf(first)
	var rest []int
	for _, fact := range c.factsOf(later) {
		if !slices.Contains(said, fact) {
			rest = append(rest, fact)
		}
	}
	c.script.disclosure = DiscloseFollowUp
	c.script.turns = []userTurn{
		{kind: TurnOpen, goal: c.taskTexts(first), say: said, change: -1, expect: before},
		{kind: TurnFollowUp, goal: c.taskTexts(later), say: rest, change: -1, expect: after},
	}
	return true
}

// correction lets the user change one fact after the answer, where nothing has
// been changed for good.
func (c *caster) correction(open userTurn) bool {
	var candidates []int
	for fact := range c.script.facts {
		affected := c.doable(c.affected(fact))
		if len(affected) > 0 && c.changeable(fact) && !slices.ContainsFunc(affected, c.writes) {
			candidates = append(candidates, fact)
		}
	}
	if len(candidates) == 0 {
		return false
	}
	fact := candidates[c.random.IntN(len(candidates))]
	c.script.disclosure = DiscloseCorrect
	c.script.turns = []userTurn{open, {kind: TurnCorrect, goal: c.task.Request, change: fact, expect: c.doable(c.affected(fact))}}
	return true
}

func (c *caster) everyTask() []int {
	tasks := make([]int, len(c.task.Tasks))
	for i := range tasks {
		tasks[i] = i
	}
	return tasks
}

// doable keeps the tasks that a function does; the others are worked out in words.
func (c *caster) doable(tasks []int) []int {
	var kept []int
	for _, task := range tasks {
		if m := c.box.mapping(task); m != nil && m.Function != "" {
			kept = append(kept, task)
		}
	}
	return kept
}

func (c *caster) writes(task int) bool {
	m := c.box.mapping(task)
	function := c.box.function(m.Function)
	return function == nil || function.Effect == button.EffectWrite
}

// factsOf lists the facts of some tasks, in their order.
func (c *caster) factsOf(tasks []int) []int {
	var facts []int
	for _, task := range tasks {
		for _, fact := range c.script.factOf[task] {
			if !slices.Contains(facts, fact) {
				facts = append(facts, fact)
			}
		}
	}
	slices.Sort(facts)
	return facts
}

func (c *caster) taskTexts(tasks []int) string {
	var texts []string
	for _, task := range tasks {
		texts = append(texts, c.task.Tasks[task].Task)
	}
	return strings.Join(texts, " ")
}

// required reports whether a fact goes into a parameter that no default fills.
func (c *caster) required(fact int) bool {
	for _, mapping := range c.box.Mapping {
		function := c.box.function(mapping.Function)
		for _, argument := range mapping.Arguments {
			if c.script.factFor(mapping.Task, argument) == fact && function != nil && isRequired(function, argument.Param) {
				return true
			}
		}
	}
	return false
}

// separable reports whether a fact can be left out of the request: the request
// says it in so many words, and no longer once it is masked.
func (c *caster) separable(fact int) bool {
	value := c.script.facts[fact].Value
	if isBool(value) || !c.reader.Says(c.task.Request, value) {
		return false
	}
	for i, other := range c.script.facts {
		if i != fact && c.reader.Says(grounding.Flatten(other.Value), value) {
			return false
		}
	}
	return !c.reader.Says(c.masked(c.task.Request, []int{fact}), value)
}

// masked replaces facts in a text by their ids.
func (c *caster) masked(text string, facts []int) string {
	for _, fact := range facts {
		spans := c.reader.Find(text, c.script.facts[fact].Value)
		for i := len(spans) - 1; i >= 0; i-- {
			if end := len(text); spans[i][1] <= end && (i == 0 || spans[i-1][1] <= spans[i][0]) {
				text = text[:spans[i][0]] + "[" + c.script.facts[fact].ID + "]" + text[spans[i][1]:]
			}
		}
	}
	return text
}

func (c *caster) changeable(fact int) bool {
	value := c.script.facts[fact].Value
	return !isBool(value) && c.reader.Says(c.task.Request, value)
}

// affected lists the tasks that take a fact, and those that take what they bring.
func (c *caster) affected(fact int) []int {
	var tasks []int
	for _, mapping := range c.box.Mapping {
		for _, argument := range mapping.Arguments {
			if c.script.factFor(mapping.Task, argument) == fact && !slices.Contains(tasks, mapping.Task) {
				tasks = append(tasks, mapping.Task)
			}
		}
	}
	return downstream(c.task, tasks)
}

// downstream adds to some tasks all that take what they bring.
func downstream(task *ComposedTask, tasks []int) []int {
	for grown := true; grown; {
		grown = false
		for _, link := range task.Links {
			if slices.Contains(tasks, link.From) && !slices.Contains(tasks, link.To) {
				tasks, grown = append(tasks, link.To), true
			}
		}
	}
	slices.Sort(tasks)
	return tasks
}

// factFor is the fact that an argument of a task takes, -1 where it takes none.
func (s *screenplay) factFor(task int, argument Argument) int {
	if argument.Source != button.FromUser || task < 0 || task >= len(s.factOf) {
		return -1
	}
	if fact, ok := s.factOf[task][argument.Ref]; ok {
		return fact
	}
	return -1
}

func without(list []int, one int) []int {
	return slices.DeleteFunc(slices.Clone(list), func(i int) bool { return i == one })
}
