package plan

import (
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/world"
)

// Shape is a way to choose goals and to join their calls.
type Shape struct {
	Name      string
	Heuristic string // BUTTON's composition (paper section 2.3) that the shape is a case of
	Weight    int
	// Extend allows a further goal on the same thing.
	Extend bool
	// Atomic marks the shapes that one call can carry out.
	Atomic bool
	grow   func(b *builder, function *world.Function) error
}

// Shapes are all plan shapes, with the weight at which they are drawn. BUTTON's
// sequential composition is a chain; its parallel-then-sequential composition is
// a fan whose winner or sum feeds a further call, or two lookups that join.
var Shapes = []Shape{
	{Name: "single", Weight: 8, Extend: true, Atomic: true, grow: growSingle},
	{Name: "item", Weight: 6, Extend: true, Atomic: true, grow: growItem},
	{Name: "chain", Heuristic: "sequential", Weight: 18, Extend: true, grow: growChain},
	{Name: "diamond", Heuristic: "sequential", Weight: 11, Extend: true, grow: growDiamond},
	{Name: "fan_out", Weight: 15, grow: growFanOut},
	{Name: "parallel_then_sequential", Heuristic: "parallel_then_sequential", Weight: 16, Extend: true, grow: growParallelThenSequential},
	{Name: "fan_in", Heuristic: "parallel_then_sequential", Weight: 11, Extend: true, grow: growFanIn},
	{Name: "write_then_read", Heuristic: "sequential", Weight: 6, grow: growWriteThenRead},
	{Name: "map", Heuristic: "sequential", Weight: 6, grow: growMap},
	{Name: "condition", Heuristic: "sequential", Weight: 8, grow: growCondition},
	{Name: "pair", Weight: 10, Extend: true, grow: growPair},
}

// goal adds what is wanted of a node: for a write the write, for a read one of
// the fields or lists that can be asked for.
func (b *builder) goal(node *Node) error {
	function := node.Function
	if function.Writes() {
		goal := &Goal{Kind: GoalWrite, Node: node}
		node.Goal = goal
		b.draft.Goals = append(b.draft.Goals, goal)
		return nil
	}
	names := b.askable(function)
	if len(names) == 0 {
		return reject("nothing_to_ask", "%s", function.Name)
	}
	name := names[b.random.IntN(len(names))]
	switch {
	case name == function.List:
		b.draft.Goals = append(b.draft.Goals, &Goal{Kind: GoalList, Node: node, Field: name})
	case function.Field(name) != nil:
		b.draft.Goals = append(b.draft.Goals, &Goal{Kind: GoalField, Node: node, Field: name})
	}
	return nil
}

// askable lists what of a read's result can be a goal by itself.
func (b *builder) askable(function *world.Function) []string {
	var names []string
	for _, name := range sortedKeys(function.Say.Ask) {
		if _, told := function.Say.Tell[name]; told && (name == function.List || function.Field(name) != nil) {
			names = append(names, name)
		}
	}
	return names
}

func isResolver(function *world.Function) bool { return len(function.Resolves) > 0 }

func goalFunction(function *world.Function) error {
	if !function.Alone || isResolver(function) {
		return reject("never_alone", "%s", function.Name)
	}
	return nil
}

func growSingle(b *builder, function *world.Function) error {
	if err := goalFunction(function); err != nil {
		return err
	}
	node, err := b.node(function, nil)
	if err != nil {
		return err
	}
	if err := b.goal(node); err != nil {
		return err
	}
	// A second field of the same result costs no call.
	goal := b.draft.Goals[0]
	if names := b.askable(function); goal.Kind == GoalField && len(names) > 1 && b.chance(22) {
		other := names[b.random.IntN(len(names))]
		if other != goal.Field && function.Field(other) != nil {
			b.draft.Goals = append(b.draft.Goals, &Goal{Kind: GoalField, Node: node, Field: other})
		}
	}
	return nil
}

func growItem(b *builder, function *world.Function) error {
	if function.List == "" {
		return reject("not_a_list", "%s", function.Name)
	}
	node, err := b.node(function, nil)
	if err != nil {
		return err
	}
	pick, err := b.selection(node, false)
	if err != nil {
		return err
	}
	var fields []string
	for _, name := range sortedKeys(function.Say.Ask) {
		field := function.Item(name)
		if _, told := function.Say.Tell[name]; field != nil && told && name != pick.By && !pick.filters(name) && !strings.Contains(function.Say.Label, "{"+name) {
			fields = append(fields, name)
		}
	}
	if len(fields) == 0 {
		return reject("nothing_to_ask", "no further field of %s", function.Name)
	}
	b.draft.Goals = append(b.draft.Goals, &Goal{Kind: GoalItem, Pick: pick, Field: fields[b.random.IntN(len(fields))]})
	return nil
}

// filters reports whether the selection asks for a value of the field already.
func (s *Selection) filters(field string) bool {
	return slices.ContainsFunc(s.Where, func(f Filter) bool { return f.Field == field })
}

// callable lists the parameters that a call can supply.
func (b *builder) callable(function *world.Function) []string {
	var paths []string
	for _, param := range function.Params {
		if param.Many {
			continue
		}
		for _, one := range b.sampler.suppliers[param.Type.Name] {
			if one.function != function && !one.function.Writes() && !slices.Contains(function.NotFrom[param.Path], one.function.Name) {
				paths = append(paths, param.Path)
				break
			}
		}
	}
	return paths
}

func growChain(b *builder, function *world.Function) error {
	if isResolver(function) {
		return reject("resolver", "%s is never a goal", function.Name)
	}
	paths := b.callable(function)
	if len(paths) == 0 {
		return reject("no_supplier", "%s", function.Name)
	}
	b.depth = []int{1, 1, 1, 2, 2, 2, 3, 3, 4}[b.random.IntN(9)]
	node, err := b.node(function, map[string]want{paths[b.random.IntN(len(paths))]: {call: true}})
	if err != nil {
		return err
	}
	b.depth = 0
	return b.goal(node)
}

// growDiamond wants two things of one picked item.
func growDiamond(b *builder, function *world.Function) error {
	if err := growChain(b, function); err != nil {
		return err
	}
	if len(b.picks) == 0 {
		return reject("no_pick", "the chain to %s picks nothing", function.Name)
	}
	return b.another(func(f *world.Function) bool { return b.takesPick(f) })
}

// takesPick reports whether a function has a parameter for the picked item.
func (b *builder) takesPick(function *world.Function) bool {
	for _, param := range function.Params {
		for _, pick := range b.picks {
			for i, field := range pick.List.Function.Items {
				if !pick.Each && field.Type.Name == param.Type.Name && (i == 0 || field.Type.Entity.One != "") {
					return true
				}
			}
		}
	}
	return false
}

// another adds a goal on a further function that fits, or reports why not.
func (b *builder) another(fits func(*world.Function) bool) error {
	var candidates []*world.Function
	wrote := false
	for used := range b.used {
		wrote = wrote || used.Writes()
	}
	for _, function := range b.draft.World.Functions {
		if b.used[function] == nil && !isResolver(function) && fits(function) && !(wrote && function.Writes()) && !takesList(function) {
			candidates = append(candidates, function)
		}
	}
	if len(candidates) == 0 {
		return reject("no_second_goal", "in world %s", b.draft.World.Name)
	}
	before := len(b.draft.Nodes)
	node, err := b.node(candidates[b.random.IntN(len(candidates))], nil)
	if err != nil {
		return err
	}
	if len(b.draft.Nodes) > before+1 {
		return reject("unshared_goal", "%s needs calls of its own", node.Function.Name)
	}
	return b.goal(node)
}

// takesList reports whether a call needs a list of values of its own: too much for
// a goal that is only added.
func takesList(function *world.Function) bool {
	return slices.ContainsFunc(function.Params, func(p *world.Param) bool { return p.Many && p.Required })
}

// further tries to add one more goal on the same thing and leaves the draft as it
// was if it cannot.
func (b *builder) further() {
	nodes, goals, literals, rows := len(b.draft.Nodes), len(b.draft.Goals), len(b.literals), len(b.rows)
	err := b.another(func(f *world.Function) bool { return b.takesPick(f) || b.takesEntity(f) })
	if err == nil {
		return
	}
	for _, node := range b.draft.Nodes[nodes:] {
		delete(b.used, node.Function)
	}
	b.draft.Nodes, b.draft.Goals = b.draft.Nodes[:nodes], b.draft.Goals[:goals]
	b.literals, b.rows = b.literals[:literals], b.rows[:rows]
}

// takesEntity reports whether a function is about something that the user has
// named or that a call has minted.
func (b *builder) takesEntity(function *world.Function) bool {
	for _, param := range function.Params {
		if param.Type.Entity.One == "" && !param.Type.Place {
			continue
		}
		for _, value := range b.literals {
			if value.Type.Name == param.Type.Name && value.Fan == nil {
				return true
			}
		}
		for _, fan := range b.fanned {
			if fan.Compare && fan.Nodes[0].Function.Param(fan.Param).Type.Name == param.Type.Name {
				return true
			}
		}
	}
	return false
}
