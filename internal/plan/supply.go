package plan

import (
	"slices"

	"github.com/buttonbench/button/internal/world"
)

// reuse finds something that the plan already holds for a parameter: the item
// picked, the winner of a comparison, a call's result, or what the user says
// anyway. It returns nil, nil when there is nothing.
func (b *builder) reuse(node *Node, param *world.Param) (*Arg, error) {
	typeName := param.Type.Name
	if fan := b.fanned[typeName]; fan != nil {
		barred := slices.Contains(node.Function.NotFrom[param.Path], fan.Nodes[0].Function.Name)
		if fan.Compare && !barred && !node.takesWinner(fan) {
			return &Arg{Param: param, Kind: Winner, Fan: fan, Field: fan.Field}, nil
		}
		return nil, nil
	}
	for _, pick := range b.picks {
		if pick.Each || slices.Contains(node.Function.NotFrom[param.Path], pick.List.Function.Name) {
			continue
		}
		for i, field := range pick.List.Function.Items {
			if field.Type.Name == typeName && (i == 0 || field.Type.Entity.One != "") {
				return &Arg{Param: param, Kind: FromPick, Pick: pick, Field: field.Path}, nil
			}
		}
	}
	for _, other := range b.draft.Nodes {
		if other.Fan != nil || slices.Contains(node.Function.NotFrom[param.Path], other.Function.Name) {
			continue
		}
		for _, one := range b.sampler.suppliers[typeName] {
			if one.function == other.Function && one.kind == FromField {
				return &Arg{Param: param, Kind: FromField, Node: other, Field: one.field, Then: one.then}, nil
			}
		}
	}
	value, err := b.sameLiteral(node, param)
	if value == nil || err != nil {
		return nil, err
	}
	return &Arg{Param: param, Kind: Literal, Literals: []*Value{value}}, nil
}

// takesWinner reports whether one of the arguments is the fan's winner already: a
// journey does not begin where it ends.
func (n *Node) takesWinner(fan *Fan) bool {
	for _, arg := range n.Args {
		if arg.Kind == Winner && arg.Fan == fan {
			return true
		}
	}
	return false
}

// sameLiteral finds a literal that the parameter shares: of the same role, or
// the plan's only one of the type if the function has no second parameter of it.
// Two unrelated values of one type would leave the reader guessing.
func (b *builder) sameLiteral(node *Node, param *world.Param) (*Value, error) {
	var same []*Value
	for _, value := range b.literals {
		if value.Type.Name != param.Type.Name {
			continue
		}
		if value.Role == param.Path {
			return value, nil
		}
		same = append(same, value)
	}
	rivals := 0
	for _, other := range node.Function.Params {
		if other.Type.Name == param.Type.Name && !other.Many {
			rivals++
		}
	}
	switch {
	case len(same) == 0 || rivals > 1 && b.fresh(node, same):
		return nil, nil
	case len(same) == 1 && rivals == 1:
		return same[0], nil
	}
	return nil, reject("ambiguous_literal", "%s of %s beside other values of type %s", param.Path, node.Function.Name, param.Type.Name)
}

// fresh reports whether all the values given belong to the node itself, as from
// and to do.
func (b *builder) fresh(node *Node, values []*Value) bool {
	for _, value := range values {
		if node.Function.Param(value.Role) == nil || node.Arg(value.Role) == nil {
			return false
		}
	}
	return true
}

// literal draws what the user says for a parameter. A thing that the plan has
// picked already is not joined by an unrelated one of its kind.
func (b *builder) literal(param *world.Param) (*Value, error) {
	for _, pick := range b.picks {
		for _, field := range pick.List.Function.Items {
			if param.Type.Entity.One != "" && field.Type.Name == param.Type.Name {
				return nil, reject("second_thing", "another %s beside the one picked", param.Type.Name)
			}
		}
	}
	for range 8 {
		drawn, ok := b.draw(param.Type)
		if !ok {
			return nil, reject("no_literal", "a user cannot know %s", param.Type.Name)
		}
		if b.said(param.Type, drawn) {
			continue
		}
		value := &Value{Type: param.Type, Value: drawn, Role: param.Path}
		b.literals = append(b.literals, value)
		return value, nil
	}
	return nil, reject("no_literal", "no further value of %s", param.Type.Name)
}

func (b *builder) said(t *world.Type, drawn world.Value) bool {
	for _, value := range b.literals {
		if value.Type.Name == t.Name && value.Value == drawn {
			return true
		}
	}
	return false
}

func (b *builder) literalList(param *world.Param) (*Arg, error) {
	arg := &Arg{Param: param, Kind: Literal}
	for range 1 + b.random.IntN(3) {
		value, err := b.literal(param)
		if err != nil {
			if len(arg.Literals) > 0 {
				break
			}
			return nil, err
		}
		arg.Literals = append(arg.Literals, value)
	}
	return arg, nil
}

// draw takes a value that a user could supply. Printed values come from table
// rows that agree with what the user has said so far: a booking goes with its
// own card.
func (b *builder) draw(t *world.Type) (world.Value, bool) {
	if t.Table == "" || t.Told != world.ToldPrinted {
		return t.Draw(b.random, b.start)
	}
	column := t.Column
	if column == "" {
		column = "name"
	}
	best, fit := -1, []map[string]world.Value(nil)
	for _, row := range b.start.Rows(t.Table) {
		if b.said(t, row[column]) {
			continue
		}
		score := b.agreement(t, row, column)
		if score > best {
			best, fit = score, nil
		}
		if score == best {
			fit = append(fit, row)
		}
	}
	if len(fit) == 0 {
		return nil, false
	}
	row := fit[b.random.IntN(len(fit))]
	b.rows = append(b.rows, row)
	value, ok := row[column]
	return value, ok
}

func (b *builder) agreement(t *world.Type, row map[string]world.Value, column string) int {
	score := 0
	for _, value := range b.literals {
		for name, have := range row {
			if name != column && have == value.Value {
				score++
			}
		}
	}
	for _, earlier := range b.rows {
		for _, have := range earlier {
			if text, ok := have.(string); ok && text == row[column] {
				score++
			}
		}
	}
	return score
}
