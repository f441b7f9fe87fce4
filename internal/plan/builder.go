package plan

import (
	"math/rand/v2"
	"slices"

	"github.com/buttonbench/button/internal/world"
)

// maxNodes bounds a plan before expansion.
const maxNodes = 9

// builder grows one draft.
type builder struct {
	sampler  *Sampler
	random   *rand.Rand
	start    *world.Start
	draft    *Draft
	literals []*Value
	rows     []map[string]world.Value // table rows that literals were drawn from
	picks    []*Selection
	used     map[*world.Function]*Node
	optional map[string]bool // type and path of an optional parameter -> said
	fanned   map[string]*Fan // type name -> the fan over it
	depth    int             // calls still allowed below
}

func (b *builder) chance(percent int) bool { return b.random.IntN(100) < percent }

// want says how one parameter must be supplied.
type want struct {
	call     bool            // by a call, not by a literal
	function *world.Function // by this function
	fixed    *Arg            // exactly so
}

// node adds a call of function, its suppliers first.
func (b *builder) node(function *world.Function, wants map[string]want) (*Node, error) {
	if b.used[function] != nil {
		return nil, reject("function_twice", "%s is already in the plan", function.Name)
	}
	for other := range b.used {
		if slices.Contains(function.Excludes, other.Name) || slices.Contains(other.Excludes, function.Name) {
			return nil, reject("excludes", "%s and %s", function.Name, other.Name)
		}
	}
	node := &Node{Function: function}
	b.used[function] = node
	for _, param := range function.Params {
		wanted := wants[param.Path]
		if !param.Required && wanted == (want{}) && !b.includes(param) {
			continue
		}
		arg, err := b.supply(node, param, wanted)
		if err != nil {
			delete(b.used, function)
			return nil, err
		}
		node.Args = append(node.Args, arg)
	}
	if len(b.draft.Nodes) >= maxNodes {
		return nil, reject("too_large", "more than %d calls", maxNodes)
	}
	b.append(node)
	return node, nil
}

func (b *builder) append(node *Node) {
	node.Index = len(b.draft.Nodes)
	b.draft.Nodes = append(b.draft.Nodes, node)
}

// includes decides once for a plan whether an optional parameter of a type is
// given: everywhere or nowhere, or quoted and booked prices would differ.
func (b *builder) includes(param *world.Param) bool {
	if param.Type.Told == world.ToldNever {
		return false
	}
	key := param.Type.Name + " " + param.Path
	said, known := b.optional[key]
	if !known {
		said = b.chance(30)
		b.optional[key] = said
	}
	return said
}

// supply finds a source for one parameter.
func (b *builder) supply(node *Node, param *world.Param, wanted want) (*Arg, error) {
	if wanted.fixed != nil {
		arg := *wanted.fixed
		arg.Param = param
		return &arg, nil
	}
	if param.Many {
		return b.literalList(param)
	}
	if wanted.function == nil && !(wanted.call && param.Type.Told != world.ToldNever) {
		if arg, err := b.reuse(node, param); arg != nil || err != nil {
			return arg, err
		}
	}
	if b.fanned[param.Type.Name] != nil {
		return nil, reject("fanned_type", "%s would be a further %s beside those compared", param.Path, param.Type.Name)
	}
	suppliers := b.suppliersFor(node, param, wanted)
	byCall := wanted.call || wanted.function != nil || param.Type.Told == world.ToldNever
	if !byCall && len(suppliers) > 0 && b.depth > 0 && param.Type.Entity.One != "" {
		byCall = b.chance(40)
	}
	if !byCall {
		value, err := b.literal(param)
		if err != nil {
			return nil, err
		}
		return &Arg{Param: param, Kind: Literal, Literals: []*Value{value}}, nil
	}
	if len(suppliers) == 0 {
		return nil, reject("no_supplier", "nothing supplies %s of %s", param.Path, node.Function.Name)
	}
	return b.call(param, suppliers[b.random.IntN(len(suppliers))])
}

func (b *builder) suppliersFor(node *Node, param *world.Param, wanted want) []supplier {
	var fit []supplier
	for _, one := range b.sampler.suppliers[param.Type.Name] {
		switch {
		case wanted.function != nil && one.function != wanted.function,
			one.function == node.Function,
			one.function.Writes(), // a write is never hidden inside a phrase
			b.used[one.function] != nil,
			slices.Contains(node.Function.NotFrom[param.Path], one.function.Name):
			continue
		}
		// A resolver has no words of its own: it does not count as depth.
		fit = append(fit, one)
	}
	return fit
}

// call supplies a parameter through a new call.
func (b *builder) call(param *world.Param, one supplier) (*Arg, error) {
	resolver := len(one.function.Resolves) > 0
	if !resolver {
		if b.depth <= 0 {
			return nil, reject("too_deep", "no calls left below %s", one.function.Name)
		}
		b.depth--
	}
	source, err := b.node(one.function, b.deeper(one.function))
	if err != nil {
		return nil, err
	}
	if one.kind == FromField {
		return &Arg{Param: param, Kind: FromField, Node: source, Field: one.field, Then: one.then}, nil
	}
	pick, err := b.selection(source, false)
	if err != nil {
		return nil, err
	}
	return &Arg{Param: param, Kind: FromPick, Pick: pick, Field: one.field}, nil
}

// deeper forces one parameter of a supplier to come from a call as well, while
// depth is left to spend.
func (b *builder) deeper(function *world.Function) map[string]want {
	if b.depth <= 0 {
		return nil
	}
	var candidates []string
	for _, param := range function.Params {
		if !param.Many && param.Required && len(b.sampler.suppliers[param.Type.Name]) > 0 {
			candidates = append(candidates, param.Path)
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	return map[string]want{candidates[b.random.IntN(len(candidates))]: {call: true}}
}

// selection picks one item of a list by a ranked field, now and then after a
// filter; with each it only filters and keeps all that is left.
func (b *builder) selection(list *Node, each bool) (*Selection, error) {
	say := list.Function.Say
	pick := &Selection{List: list, Each: each}
	filters := sortedKeys(say.Filter)
	if len(filters) > 0 && (each || b.chance(25)) {
		field := filters[b.random.IntN(len(filters))]
		words := say.Filter[field]
		holds := len(words.Fails) == 0 || len(words.Holds) > 0 && b.chance(70)
		pick.Where = append(pick.Where, Filter{field, holds})
	}
	if each {
		if len(pick.Where) == 0 {
			return nil, reject("no_filter", "%s has no field to filter by", list.Function.Name)
		}
		b.picks = append(b.picks, pick)
		return pick, nil
	}
	fields := sortedKeys(say.Pick)
	if len(fields) == 0 {
		return nil, reject("no_pick", "%s has no field to pick by", list.Function.Name)
	}
	pick.By = fields[b.random.IntN(len(fields))]
	words := say.Pick[pick.By]
	pick.Max = len(words.Min) == 0 || len(words.Max) > 0 && b.chance(50)
	b.picks = append(b.picks, pick)
	return pick, nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
