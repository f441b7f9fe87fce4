package plan

import (
	"slices"

	"github.com/buttonbench/button/internal/world"
)

// growFanIn supplies two parameters of one call by two different lookups.
func growFanIn(b *builder, function *world.Function) error {
	if isResolver(function) {
		return reject("resolver", "%s is never a goal", function.Name)
	}
	paths := b.callable(function)
	if len(paths) < 2 {
		return reject("no_two_lookups", "%s", function.Name)
	}
	b.random.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
	b.depth = 2
	wants := map[string]want{paths[0]: {call: true}, paths[1]: {call: true}}
	node, err := b.node(function, wants)
	if err != nil {
		return err
	}
	sources := map[*Node]bool{}
	for _, arg := range node.Args {
		for _, source := range arg.Sources() {
			if !isResolver(source.Function) {
				sources[source] = true
			}
		}
	}
	if len(sources) < 2 {
		return reject("no_two_lookups", "%s needs %d", function.Name, len(sources))
	}
	b.depth = 0
	return b.goal(node)
}

// growWriteThenRead lets what a write mints feed a further call.
func growWriteThenRead(b *builder, function *world.Function) error {
	if !function.Writes() {
		return reject("not_a_write", "%s", function.Name)
	}
	minted := map[string]string{}
	for _, one := range b.sampler.suppliers {
		for _, s := range one {
			if s.function == function && s.kind == FromField {
				minted[function.Field(s.field).Type.Name] = s.field
			}
		}
	}
	if len(minted) == 0 {
		return reject("mints_nothing", "%s", function.Name)
	}
	b.depth = b.random.IntN(2)
	write, err := b.node(function, nil)
	if err != nil {
		return err
	}
	b.depth = 0
	if err := b.goal(write); err != nil {
		return err
	}
	var candidates []*world.Function
	var paths []string
	for _, next := range b.draft.World.Functions {
		for _, param := range next.Params {
			if minted[param.Type.Name] == "" || b.used[next] != nil || isResolver(next) || param.Many ||
				slices.Contains(next.NotFrom[param.Path], function.Name) {
				continue
			}
			candidates, paths = append(candidates, next), append(paths, param.Path)
			break
		}
	}
	if len(candidates) == 0 {
		return reject("no_second_goal", "nothing takes what %s mints", function.Name)
	}
	i := b.random.IntN(len(candidates))
	field := minted[candidates[i].Param(paths[i]).Type.Name]
	before := len(b.draft.Nodes)
	node, err := b.node(candidates[i], map[string]want{paths[i]: {fixed: &Arg{Kind: FromField, Node: write, Field: field}}})
	if err != nil {
		return err
	}
	if len(b.draft.Nodes) > before+1 {
		return reject("unshared_goal", "%s needs calls of its own", node.Function.Name)
	}
	return b.goal(node)
}

// growMap filters a list and carries out one write for each item left.
func growMap(b *builder, function *world.Function) error {
	if !function.Writes() {
		return reject("not_a_write", "%s", function.Name)
	}
	type choice struct {
		path string
		list supplier
	}
	var choices []choice
	for _, param := range function.Params {
		for _, one := range b.sampler.suppliers[param.Type.Name] {
			if one.kind == FromPick && len(one.function.Say.Filter) > 0 && ofOwn(one.function) && !slices.Contains(function.NotFrom[param.Path], one.function.Name) {
				choices = append(choices, choice{param.Path, one})
			}
		}
	}
	if len(choices) == 0 {
		return reject("no_list", "no list with a filter supplies %s", function.Name)
	}
	chosen := choices[b.random.IntN(len(choices))]
	list, err := b.node(chosen.list.function, nil)
	if err != nil {
		return err
	}
	each, err := b.selection(list, true)
	if err != nil {
		return err
	}
	fixed := &Arg{Kind: FromEach, Pick: each, Field: chosen.list.field}
	node, err := b.node(function, map[string]want{chosen.path: {fixed: fixed}})
	if err != nil {
		return err
	}
	node.Each = each
	return b.goal(node)
}

// ofOwn reports whether a list holds what belongs to a card, an account or a
// person: only then would somebody want the same done to each of its items.
func ofOwn(list *world.Function) bool {
	return slices.ContainsFunc(list.Params, func(p *world.Param) bool { return p.Type.Told == world.ToldPrinted })
}

// growCondition makes a write depend on a field that a person would look at
// first.
func growCondition(b *builder, function *world.Function) error {
	if len(function.Gate) == 0 {
		return reject("no_gate", "%s", function.Name)
	}
	fields := sortedKeys(function.Gate)
	field := fields[b.random.IntN(len(fields))]
	ops := sortedKeys(function.Gate[field])
	op := ops[b.random.IntN(len(ops))]
	writes := function.Gate[field][op]
	write := b.draft.World.Function(writes[b.random.IntN(len(writes))])
	if _, told := function.Say.Tell[field]; write == nil || !told {
		return reject("no_gate", "%s of %s", field, function.Name)
	}
	b.depth = 1 + b.random.IntN(2)
	read, err := b.node(function, nil)
	if err != nil {
		return err
	}
	gate := &Gate{Node: read, Field: field, Op: op}
	if function.Item(field) != nil {
		if gate.Pick, err = b.selection(read, false); err != nil {
			return err
		}
		if gate.Pick.By == field {
			return reject("gate_on_pick", "%s decides already which item is picked", field)
		}
	}
	b.depth = 1
	node, err := b.node(write, nil)
	if err != nil {
		return err
	}
	b.depth = 0
	if !b.shares(node, gate) {
		return reject("unrelated_gate", "%s has nothing to do with %s", function.Name, write.Name)
	}
	node.Gate = gate
	return b.goal(node)
}

// shares reports whether a write and its gate speak of the same thing, directly
// or through what the write is looked up by.
func (b *builder) shares(node *Node, gate *Gate) bool {
	for _, arg := range node.Args {
		for _, source := range arg.Sources() {
			if source != gate.Node && b.shares(source, gate) {
				return true
			}
		}
		if arg.Pick != nil && arg.Pick == gate.Pick || arg.Node == gate.Node && arg.Node != nil {
			return true
		}
		for _, other := range gate.Node.Args {
			if SameSource(arg, other) && (arg.Param.Type.Entity.One != "" || arg.Param.Type.Place || arg.Kind != Literal) {
				return true
			}
		}
	}
	return false
}

// SameSource reports whether two arguments stand for the same thing.
func SameSource(a, b *Arg) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case Literal:
		return len(a.Literals) == 1 && len(b.Literals) == 1 && a.Literals[0] == b.Literals[0]
	case FromField:
		return a.Node == b.Node && a.Field == b.Field && a.Then == b.Then
	case FromPick, FromEach:
		return a.Pick == b.Pick
	default:
		return a.Fan == b.Fan
	}
}

// growPair asks for two things that share a literal and nothing else.
func growPair(b *builder, function *world.Function) error {
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
	said := len(b.literals)
	if said == 0 {
		return reject("nothing_shared", "%s takes no literal", function.Name)
	}
	return b.another(func(f *world.Function) bool {
		return f.Alone && slices.ContainsFunc(f.Params, func(p *world.Param) bool {
			return p.Required && slices.ContainsFunc(b.literals, func(v *Value) bool {
				return v.Type.Name == p.Type.Name && (v.Type.Entity.One != "" || v.Type.Place || v.Type.Base == world.Date)
			})
		})
	})
}

// settle orders the goals into user turns and shuts every call that serves a
// gated write alone behind the gate.
func (b *builder) settle() {
	turn := 0
	for i, goal := range b.draft.Goals {
		if i > 0 && goal.Roots()[0] != b.draft.Goals[i-1].Roots()[0] && b.chance(b.newTurn()) {
			turn++
		}
		goal.Turn = turn
	}
	b.draft.Turns = turn + 1
	for _, node := range b.draft.Nodes {
		if node.Gate == nil || node.Goal == nil {
			continue
		}
		for _, other := range b.draft.Nodes {
			if other != node && Depends(node, other) && other != node.Gate.Node && !Depends(node.Gate.Node, other) && !b.serves(other, node) {
				other.Gate = node.Gate
			}
		}
	}
}

// newTurn is the chance, in percent, that a goal opens a user turn of its own;
// goals that belong together from the start are oftener said in one breath.
func (b *builder) newTurn() int {
	switch b.draft.Shape {
	case "pair", "diamond":
		return 35
	}
	return 55
}

// serves reports whether a node is needed for anything but the given write.
func (b *builder) serves(node, write *Node) bool {
	for _, goal := range b.draft.Goals {
		if goal.Node == write {
			continue
		}
		for _, root := range goal.Roots() {
			if root == node || Depends(root, node) {
				return true
			}
		}
	}
	return false
}
