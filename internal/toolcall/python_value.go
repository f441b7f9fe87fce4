package toolcall

import (
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// pythonCall is a call in Python spelling whose arguments are literals.
type pythonCall struct {
	name string
	// positional are the values without a name, in order.
	positional []value
	named      members
	repairs    []string
}

// readPythonCall reads name(k=literal, ...) at an offset of a text, where order
// is that of writing, and returns the offset behind it. Nothing is ever run: what
// is not a literal is an error; of prefixes r and u are taken, b and f refused.
// Taken beyond Python: reserved words as names of arguments, "-", "." and ":"
// inside the function's name, and, noted as repairs, line breaks in quoted
// strings, JSON's \/ escape, bare words as text.
func (in *input) readPythonCall() (pythonCall, error) {
	start := in.at
	call := pythonCall{name: in.readIdentifier()}
	if call.name == "" {
		return call, in.failf("want the name of a function")
	}
	in.skipSpace()
	if in.peek() != '(' {
		return call, in.failf("want ( after %q", call.name)
	}
	repairs, err := in.python(func(r *pythonReader) (int, *python.SyntaxError) { return r.call(&call, in.at) })
	if err != nil {
		in.at = start
		return call, err
	}
	call.repairs = repairs
	return call, nil
}

// readPythonValue reads one Python literal at the position.
func (in *input) readPythonValue() (result value, err error) {
	repairs, err := in.python(func(r *pythonReader) (end int, err *python.SyntaxError) {
		result, end, err = r.value(in.at)
		return end, err
	})
	for _, repair := range repairs {
		in.note("%s", repair)
	}
	return result, err
}

// python runs a reader of Python over the text, moves behind what it read, and
// returns the repairs.
func (in *input) python(read func(*pythonReader) (end int, err *python.SyntaxError)) ([]string, error) {
	reader := &pythonReader{text: in.text, tolerant: python.Tolerant{MaxNesting: maxPythonNesting}}
	end, err := read(reader)
	switch {
	case !in.spend(reader.tolerant.Steps):
		return nil, errBudget
	case err != nil && err.Truncated:
		return nil, errEnd
	case err != nil:
		return nil, err
	}
	in.at = end
	return reader.tolerant.Repairs, nil
}

// pythonReader turns Python literals into JSON values.
type pythonReader struct {
	text     string
	tolerant python.Tolerant
}

// refuse is the error of what is Python and not what is wanted.
func refuse(n *python.Node, format string, values ...any) *python.SyntaxError {
	return &python.SyntaxError{Offset: int(n.Start), Message: fmt.Sprintf(format, values...)}
}

func (r *pythonReader) repair(note string) {
	if !slices.Contains(r.tolerant.Repairs, note) {
		r.tolerant.Repairs = append(r.tolerant.Repairs, note)
	}
}

// call reads the arguments of a call from the offset of "(" and returns the
// offset behind ")".
func (r *pythonReader) call(call *pythonCall, at int) (int, *python.SyntaxError) {
	node, end, err := r.tolerant.Arguments(r.text, at)
	if err != nil {
		return at, err
	}
	for _, argument := range node.Items[1:] {
		if err := r.positional(call, argument); err != nil {
			return at, err
		}
	}
	for _, argument := range node.Arguments {
		converted, err := r.convert(argument.Value)
		if err != nil {
			return at, err
		}
		switch {
		case argument.Star == 0:
			r.set(&call.named, argument.Name, converted)
		case converted.kind != objectKind:
			return at, refuse(argument.Value, "a starred argument of the wrong type")
		default:
			for _, member := range converted.members {
				r.set(&call.named, member.name, member.value)
			}
		}
	}
	return end, nil
}

func (r *pythonReader) positional(call *pythonCall, argument *python.Node) *python.SyntaxError {
	starred := argument.Kind == python.StarredNode
	if starred {
		argument = argument.Items[0]
	}
	converted, err := r.convert(argument)
	switch {
	case err != nil:
		return err
	case !starred:
		call.positional = append(call.positional, converted)
	case converted.kind != arrayKind:
		return refuse(argument, "a starred argument of the wrong type")
	default:
		r.repair("a * list among the arguments spread")
		call.positional = append(call.positional, converted.items...)
	}
	return nil
}

func (r *pythonReader) set(members *members, name string, to value) {
	if members.set(name, to) {
		r.repair(fmt.Sprintf("%q given twice, the last one counts", name))
	}
}

// value reads one literal and returns the offset behind it.
func (r *pythonReader) value(at int) (value, int, *python.SyntaxError) {
	node, end, err := r.tolerant.Expression(r.text, at)
	if err != nil {
		return value{}, at, err
	}
	result, err := r.convert(node)
	return result, end, err
}

// convert turns a literal into its JSON value: tuples and sets become arrays,
// keys become text as Python's json module writes them.
func (r *pythonReader) convert(node *python.Node) (value, *python.SyntaxError) {
	switch node.Kind {
	case python.StringNode:
		return textValue(node.Text), nil
	case python.NumberNode:
		return r.number(node, "")
	case python.ConstantNode, python.NameNode:
		return r.word(node)
	case python.UnaryNode:
		return r.signed(node)
	case python.ListNode, python.TupleNode, python.SetNode:
		list := value{kind: arrayKind, items: make([]value, 0, len(node.Items))}
		for _, item := range node.Items {
			converted, err := r.convert(item)
			if err != nil {
				return list, err
			}
			list.items = append(list.items, converted)
		}
		return list, nil
	case python.DictNode:
		return r.dict(node)
	}
	return value{}, refuse(node, "%s where a literal is wanted", node.Kind)
}

func (r *pythonReader) word(node *python.Node) (value, *python.SyntaxError) {
	switch node.Text {
	case "True", "true", "False", "false":
		return value{kind: booleanKind, text: strings.ToLower(node.Text)}, nil
	case "None", "null":
		return value{}, nil
	case "...":
		return value{}, refuse(node, "... where a literal is wanted")
	}
	r.repair("a bare word read as text")
	return textValue(node.Text), nil
}

func (r *pythonReader) signed(node *python.Node) (value, *python.SyntaxError) {
	operand := node.Items[0]
	if _, isComplex := operand.Value.(python.Complex); operand.Kind == python.NumberNode && !isComplex {
		switch node.Text {
		case "-", "+":
			return r.number(operand, strings.TrimPrefix(node.Text, "+"))
		}
	}
	return value{}, refuse(node, "an operation where a literal is wanted")
}

// number keeps a real number's digits as they are written, and brings whole
// numbers into their decimal digits.
func (r *pythonReader) number(node *python.Node, sign string) (value, *python.SyntaxError) {
	digits := node.Text
	switch number := node.Value.(type) {
	case python.Complex:
		return value{}, refuse(node, "a complex number where a literal is wanted")
	case python.Int:
		var err error
		if digits, err = python.Repr(number); err != nil {
			return value{}, refuse(node, "a number beyond all bounds")
		}
	case float64:
		whole := strings.TrimLeft(digits, "0")
		if whole == "" || whole[0] < '0' || '9' < whole[0] {
			whole = "0" + whole
		}
		digits = whole
	}
	clean, ok := cleanNumber(sign + digits)
	if !ok {
		return value{}, refuse(node, "a number beyond all bounds")
	}
	return value{kind: numberKind, text: clean}, nil
}

func (r *pythonReader) dict(node *python.Node) (value, *python.SyntaxError) {
	var result members
	for i := 0; i < len(node.Items); i += 2 {
		if node.Items[i] == nil {
			return value{}, refuse(node, "** inside a dict")
		}
		key, err := r.convert(node.Items[i])
		if err != nil {
			return value{}, err
		}
		name := key.text
		if key.kind != textKind {
			r.repair("a key that is no string written as one")
		}
		switch key.kind {
		case nullKind:
			name = "null"
		case arrayKind, objectKind:
			return value{}, refuse(node.Items[i], "a key that is neither text nor a number")
		}
		member, err := r.convert(node.Items[i+1])
		if err != nil {
			return value{}, err
		}
		r.set(&result, name, member)
	}
	return result.value(), nil
}
