package bfcl

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// maxDecodeWork bounds the sizes of all that the operations of one result make, in
// bytes.
const maxDecodeWork = 1 << 26

// promptDecoder decodes one result.
type promptDecoder struct {
	left int // of the work
}

// decodePrompt reads a text as calls. Brackets are put around it where they are
// missing.
func decodePrompt(raw python.Value) (*python.List, error) {
	text, ok := raw.(string)
	if !ok {
		return nil, undecodable("a result that is no text: %s", python.KindName(raw))
	}
	return decodeExpression(bracketed(text))
}

// decodeExpression reads a text as one Python expression: a call, or a display of
// calls. Nothing is called.
func decodeExpression(text string) (*python.List, error) {
	expression, err := python.ParseExpression(text)
	if err != nil {
		return nil, because("reading calls", err)
	}
	elements := []*python.Node{expression}
	switch expression.Kind {
	case python.CallNode:
	case python.ListNode, python.TupleNode, python.SetNode:
		elements = expression.Items
	default:
		return nil, undecodable("%s instead of a list of calls", expression.Kind)
	}
	decoder := promptDecoder{left: maxDecodeWork}
	calls := &python.List{Items: make([]python.Value, 0, len(elements))}
	for _, element := range elements {
		if element.Kind != python.CallNode {
			return nil, undecodable("%s instead of a call", element.Kind)
		}
		call, err := decoder.call(element)
		if err != nil {
			return nil, err
		}
		calls.Items = append(calls.Items, call)
	}
	return calls, nil
}

// bracketed is the text without what models put around it, and in brackets.
func bracketed(text string) string {
	text = strings.Trim(text, "`\n ")
	before, after := "", ""
	if !strings.HasPrefix(text, "[") {
		before = "["
	}
	if !strings.HasSuffix(before+text, "]") {
		after = "]"
	}
	return before + text + after
}

// call is {name: {keyword: value}}. Arguments without a name are dropped, a
// ** argument stands under None, of equal keywords the last one counts at the
// place of the first.
func (d *promptDecoder) call(n *python.Node) (*python.Dict, error) {
	arguments := python.MakeDict(len(n.Arguments))
	for _, argument := range n.Arguments {
		value, err := d.value(argument.Value)
		if err != nil {
			return nil, err
		}
		if argument.Star == 0 {
			arguments.SetText(argument.Name, value)
		} else if err := arguments.Set(nil, value); err != nil {
			return nil, because("unpacking arguments", err)
		}
	}
	return python.NewRecord(n.FunctionName(), arguments), nil
}

// value is the value of an argument by its kind of expression. It follows the
// official decoder in what that does beyond Python: every sign negates, a name is
// a text, and so are a call without keywords and a subscript.
func (d *promptDecoder) value(n *python.Node) (python.Value, error) {
	switch n.Kind {
	case python.StringNode:
		return n.Text, nil
	case python.NumberNode:
		return n.Value, nil
	case python.BytesNode:
		return python.Bytes(n.Text), nil
	case python.ConstantNode:
		if _, isEllipsis := n.Value.(python.EllipsisType); isEllipsis {
			return "...", nil
		}
		return n.Value, nil
	case python.NameNode:
		return n.Text, nil
	case python.ListNode:
		items, err := d.items(n.Items)
		return &python.List{Items: items}, err
	case python.TupleNode:
		items, err := d.items(n.Items)
		return python.Tuple(items), err
	case python.DictNode:
		return d.dict(n.Items)
	case python.UnaryNode:
		return decodeNegated(n.Items[0])
	case python.BinaryNode:
		if !python.Printable(n) {
			return nil, undecodable("an operation too deep for the official decoder, which prints it first")
		}
		value, err := python.Evaluator{Known: isBuiltin, Call: d.builtin, Left: &d.left}.Evaluate(n)
		if err != nil {
			return nil, because("computing an argument", err)
		}
		return value, nil
	case python.CallNode:
		if len(n.Arguments) > 0 {
			return d.call(n)
		}
		return sourceOf(n)
	case python.SubscriptNode:
		return decodeSubscript(n)
	}
	return nil, undecodable("%s as an argument", n.Kind)
}

func (d *promptDecoder) items(nodes []*python.Node) ([]python.Value, error) {
	items := make([]python.Value, len(nodes))
	for i, n := range nodes {
		value, err := d.value(n)
		if err != nil {
			return nil, err
		}
		items[i] = value
	}
	return items, nil
}

func (d *promptDecoder) dict(nodes []*python.Node) (python.Value, error) {
	dict := python.MakeDict(len(nodes) / 2)
	for i := 0; i < len(nodes); i += 2 {
		if nodes[i] == nil {
			return nil, undecodable("** inside a map")
		}
		key, err := d.value(nodes[i])
		if err != nil {
			return nil, err
		}
		value, err := d.value(nodes[i+1])
		if err != nil {
			return nil, err
		}
		if err := dict.Set(key, value); err != nil {
			return nil, because("reading a map", err)
		}
	}
	return dict, nil
}

func decodeNegated(operand *python.Node) (python.Value, error) {
	switch operand.Kind {
	case python.NumberNode, python.ConstantNode:
		value, err := python.Negate(operand.Value)
		if err != nil {
			return nil, because("negating", err)
		}
		return value, nil
	}
	return nil, undecodable("a sign before %s", operand.Kind)
}

func sourceOf(n *python.Node) (python.Value, error) {
	text, err := python.Unparse(n)
	if err != nil {
		return nil, because("printing an argument", err)
	}
	return text, nil
}

// decodeSubscript is the source of both parts, each printed by itself.
func decodeSubscript(n *python.Node) (python.Value, error) {
	var parts [2]string
	for i := range parts {
		text, err := python.Unparse(n.Items[i])
		if err != nil {
			return nil, because("printing an argument", err)
		}
		parts[i] = text
	}
	return parts[0] + "[" + parts[1] + "]", nil
}
