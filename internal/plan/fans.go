package plan

import (
	"slices"

	"github.com/buttonbench/button/internal/world"
)

// fan adds a call of function for each of two to four values of one parameter.
func (b *builder) fan(function *world.Function, most int) (*Fan, error) {
	if len(function.Fan) == 0 {
		return nil, reject("no_fan", "%s", function.Name)
	}
	path := function.Fan[b.random.IntN(len(function.Fan))]
	param := function.Param(path)
	width := min([]int{2, 2, 2, 2, 3, 3, 3, 4}[b.random.IntN(8)], most)
	fan := &Fan{Param: path}
	first := &Node{Function: function, Fan: fan}
	b.used[function] = first
	for _, other := range function.Params {
		if other.Path == path {
			value, err := b.literal(param)
			if err != nil {
				return nil, err
			}
			value.Fan = fan
			first.Args = append(first.Args, &Arg{Param: param, Kind: Literal, Literals: []*Value{value}})
			continue
		}
		if !other.Required && !b.includes(other) {
			continue
		}
		if other.Type.Name == param.Type.Name {
			return nil, reject("fanned_type", "%s has a second parameter of type %s", function.Name, param.Type.Name)
		}
		arg, err := b.supply(first, other, want{})
		if err != nil {
			return nil, err
		}
		first.Args = append(first.Args, arg)
	}
	b.append(first)
	fan.Nodes = []*Node{first}
	for len(fan.Nodes) < width {
		value, err := b.literal(param)
		if err != nil {
			return nil, err
		}
		value.Fan = fan
		branch := &Node{Function: function, Fan: fan}
		for _, arg := range first.Args {
			if arg.Param.Path == path {
				arg = &Arg{Param: param, Kind: Literal, Literals: []*Value{value}}
			}
			branch.Args = append(branch.Args, arg)
		}
		b.append(branch)
		fan.Nodes = append(fan.Nodes, branch)
	}
	b.fanned[param.Type.Name] = fan
	return fan, nil
}

func growFanOut(b *builder, function *world.Function) error {
	if isResolver(function) || function.Writes() || function.List != "" {
		return reject("no_fan", "%s", function.Name)
	}
	fan, err := b.fan(function, 4)
	if err != nil {
		return err
	}
	kinds := []string{GoalEach, GoalEach, GoalCompare, GoalCompare, GoalTotal}
	kind := kinds[b.random.IntN(len(kinds))]
	var fields []string
	switch kind {
	case GoalEach:
		fields = b.askable(function)
	case GoalCompare:
		fields = b.comparable(function)
	case GoalTotal:
		for _, name := range function.Adds {
			if len(function.Say.Ask[name]) > 0 {
				fields = append(fields, name)
			}
		}
	}
	if len(fields) == 0 {
		return reject("nothing_to_ask", "no %s over %s", kind, function.Name)
	}
	fan.Field = fields[b.random.IntN(len(fields))]
	if kind == GoalCompare {
		b.compare(fan)
	}
	fan.Total = kind == GoalTotal
	b.draft.Goals = append(b.draft.Goals, &Goal{Kind: kind, Fan: fan, Field: fan.Field})
	return nil
}

// comparable lists the fields by which branches of a fan can be compared.
func (b *builder) comparable(function *world.Function) []string {
	var fields []string
	for _, name := range sortedKeys(function.Say.Pick) {
		if _, told := function.Say.Tell[name]; told && function.Field(name) != nil {
			fields = append(fields, name)
		}
	}
	return fields
}

func (b *builder) compare(fan *Fan) {
	words := fan.Nodes[0].Function.Say.Pick[fan.Field]
	fan.Compare = true
	fan.Max = len(words.Min) == 0 || len(words.Max) > 0 && b.chance(50)
}

// growParallelThenSequential lets the winner, or the sum, of a fan feed a
// further call.
func growParallelThenSequential(b *builder, function *world.Function) error {
	if isResolver(function) || function.Writes() || function.List != "" {
		return reject("no_fan", "%s", function.Name)
	}
	fan, err := b.fan(function, 4)
	if err != nil {
		return err
	}
	if node, err := b.sum(fan); err == nil && b.chance(60) {
		fan.Total = true
		return b.goal(node)
	} else if err == nil {
		b.forget(node)
	}
	fields := b.comparable(function)
	if len(fields) == 0 {
		return reject("nothing_to_compare", "%s", function.Name)
	}
	fan.Field = fields[b.random.IntN(len(fields))]
	b.compare(fan)
	typeName := function.Param(fan.Param).Type.Name
	return b.another(func(f *world.Function) bool {
		return slices.ContainsFunc(f.Params, func(p *world.Param) bool { return p.Type.Name == typeName && !p.Many && p.Required })
	})
}

// sum adds a call that takes the sum of a field of the fan.
func (b *builder) sum(fan *Fan) (*Node, error) {
	source := fan.Nodes[0].Function
	for _, field := range source.Adds {
		typeName := source.Field(field).Type.Name
		for _, function := range b.draft.World.Functions {
			for _, param := range function.Params {
				if b.used[function] != nil || param.Type.Name != typeName || len(source.Say.As[field]) == 0 {
					continue
				}
				fan.Field = field
				return b.node(function, map[string]want{param.Path: {fixed: &Arg{Kind: Sum, Fan: fan, Field: field}}})
			}
		}
	}
	return nil, reject("nothing_to_add", "%s", source.Name)
}

// forget takes the last node back.
func (b *builder) forget(node *Node) {
	delete(b.used, node.Function)
	b.draft.Nodes = b.draft.Nodes[:node.Index]
}
