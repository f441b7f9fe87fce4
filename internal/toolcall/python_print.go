package toolcall

import (
	"strings"
)

// Source is the expression in Python's own normalised spelling, as ast.unparse of
// CPython 3.11 prints it: strings in single quotes, ", " between arguments,
// parentheses only where needed.
func (n *PythonNode) Source() string {
	w := &pythonWriter{}
	w.node(n, bindTest)
	return w.out.String()
}

// How tightly an expression binds, the loosest first.
const (
	bindNamed = iota
	bindTuple
	bindYield
	bindTest
	bindOr
	bindAnd
	bindNot
	bindCompare
	bindBinary // the levels of pythonBinding follow
	bindUnary  = bindBinary + 6
	bindPower  = bindUnary + 1
	bindAwait  = bindPower + 1
	bindAtom   = bindAwait + 1
)

type pythonWriter struct{ out strings.Builder }

func (w *pythonWriter) put(texts ...string) {
	for _, text := range texts {
		w.out.WriteString(text)
	}
}

// node prints a node in a place that takes what binds at least so tightly.
func (w *pythonWriter) node(n *PythonNode, place int) {
	own := n.binding()
	if own < place {
		w.put("(")
		defer w.put(")")
	}
	switch n.Kind {
	case PythonName, PythonConstant, PythonInt:
		w.put(n.Text)
	case PythonFloat, PythonComplex:
		w.put(pythonFloatSource(n.Text))
	case PythonString:
		w.put(strings.Join(n.Words, ""), PythonRepr(n.Text))
	case PythonBytes:
		w.put(bytesRepr(n.Text))
	case PythonFormatted:
		w.put("f", PythonRepr(n.Text))
	case PythonList:
		w.bracketed("[", n.Items, "]")
	case PythonSet:
		w.bracketed("{", n.Items, "}")
	case PythonTuple:
		w.tuple(n.Items)
	case PythonDict:
		w.dict(n.Items)
	case PythonCall:
		w.node(n.Items[0], bindAtom)
		w.arguments(n.Arguments)
	case PythonAttribute:
		w.attribute(n)
	case PythonSubscript:
		w.subscript(n)
	case PythonSlice:
		w.slice(n.Items)
	default:
		w.operation(n, own)
	}
}

func (n *PythonNode) binding() int {
	switch n.Kind {
	case PythonNamed:
		return bindNamed
	case PythonYield:
		return bindYield
	case PythonConditional, PythonLambda:
		return bindTest
	case PythonBoolean:
		if n.Text == "or" {
			return bindOr
		}
		return bindAnd
	case PythonComparison:
		return bindCompare
	case PythonUnary:
		if n.Text == "not" {
			return bindNot
		}
		return bindUnary
	case PythonBinary:
		return binaryBinding(n.Text)
	case PythonAwait:
		return bindAwait
	}
	return bindAtom + 1
}

func binaryBinding(operator string) int {
	for level, operators := range pythonBinding {
		for _, candidate := range operators {
			if candidate == operator {
				return bindBinary + level
			}
		}
	}
	return bindPower
}

func (w *pythonWriter) operation(n *PythonNode, own int) {
	switch n.Kind {
	case PythonUnary:
		w.put(n.Text)
		if n.Text == "not" {
			w.put(" ")
		}
		// -2 ** 2 keeps its meaning without parentheses.
		w.node(n.Items[0], own)
	case PythonBinary:
		left, right := own, own+1
		if n.Text == "**" {
			left, right = own+1, own
		}
		w.node(n.Items[0], left)
		w.put(" ", n.Text, " ")
		w.node(n.Items[1], right)
	case PythonComparison:
		w.node(n.Items[0], own+1)
		for i, word := range n.Words {
			w.put(" ", word, " ")
			w.node(n.Items[i+1], own+1)
		}
	case PythonBoolean:
		// CPython raises the bound operand by operand.
		for i, item := range n.Items {
			if i > 0 {
				w.put(" ", n.Text, " ")
			}
			w.node(item, min(own+1+i, bindAtom))
		}
	case PythonConditional:
		w.node(n.Items[1], bindTest+1)
		w.put(" if ")
		w.node(n.Items[0], bindTest+1)
		w.put(" else ")
		w.node(n.Items[2], bindTest)
	case PythonLambda:
		w.lambda(n)
	case PythonGenerator:
		w.generator(n)
	case PythonStarred:
		w.put("*")
		w.node(n.Items[0], bindBinary)
	case PythonNamed:
		w.put(n.Text, " := ")
		w.node(n.Items[0], bindAtom)
	case PythonAwait:
		w.put("await ")
		w.node(n.Items[0], bindAtom)
	case PythonYield:
		w.yield(n)
	}
}

func (w *pythonWriter) list(items []*PythonNode) {
	for i, item := range items {
		if i > 0 {
			w.put(", ")
		}
		w.node(item, bindTest)
	}
}

func (w *pythonWriter) bracketed(opening string, items []*PythonNode, closing string) {
	w.put(opening)
	w.list(items)
	w.put(closing)
}

func (w *pythonWriter) tuple(items []*PythonNode) {
	w.put("(")
	w.list(items)
	if len(items) == 1 {
		w.put(",")
	}
	w.put(")")
}

func (w *pythonWriter) dict(items []*PythonNode) {
	w.put("{")
	for i := 0; i < len(items); i += 2 {
		if i > 0 {
			w.put(", ")
		}
		if items[i] == nil {
			w.put("**")
			w.node(items[i+1], bindBinary)
			continue
		}
		w.node(items[i], bindTest)
		w.put(": ")
		w.node(items[i+1], bindTest)
	}
	w.put("}")
}

func (w *pythonWriter) arguments(arguments []PythonArgument) {
	w.put("(")
	// Positional arguments come first, as in Python's own tree.
	first := true
	for _, keywords := range []bool{false, true} {
		for _, argument := range arguments {
			if keywords != (argument.Name != "" || argument.Star == 2) {
				continue
			}
			if !first {
				w.put(", ")
			}
			first = false
			switch {
			case argument.Star == 1:
				w.put("*")
				w.node(argument.Value, bindBinary)
				continue
			case argument.Star == 2:
				w.put("**")
			case argument.Name != "":
				w.put(argument.Name, "=")
			}
			w.node(argument.Value, bindTest)
		}
	}
	w.put(")")
}

func (w *pythonWriter) attribute(n *PythonNode) {
	w.node(n.Items[0], bindAtom)
	if object := n.Items[0]; object.Kind == PythonInt || object.Kind == PythonConstant && (object.Text == "True" || object.Text == "False") {
		w.put(" ") // 1.real would be a number; to Python the truths are numbers too
	}
	w.put(".", n.Text)
}

func (w *pythonWriter) subscript(n *PythonNode) {
	w.node(n.Items[0], bindAtom)
	w.put("[")
	if index := n.Items[1]; index.Kind == PythonTuple && len(index.Items) > 0 {
		w.list(index.Items)
		if len(index.Items) == 1 {
			w.put(",")
		}
	} else {
		w.node(index, bindTest)
	}
	w.put("]")
}

func (w *pythonWriter) slice(parts []*PythonNode) {
	if parts[0] != nil {
		w.node(parts[0], bindTest)
	}
	w.put(":")
	if parts[1] != nil {
		w.node(parts[1], bindTest)
	}
	if parts[2] != nil {
		w.put(":")
		w.node(parts[2], bindTest)
	}
}

func (w *pythonWriter) lambda(n *PythonNode) {
	w.put("lambda")
	for i, parameter := range n.Arguments {
		if i > 0 {
			w.put(",")
		}
		w.put(" ", strings.Repeat("*", parameter.Star), parameter.Name)
		if parameter.Value != nil {
			w.put("=")
			w.node(parameter.Value, bindTest)
		}
	}
	w.put(": ")
	w.node(n.Items[0], bindTest)
}

func (w *pythonWriter) generator(n *PythonNode) {
	closing := map[string]string{"(": ")", "[": "]", "{": "}"}[n.Text]
	w.put(n.Text)
	for i, item := range n.Items {
		switch {
		case item.Kind == PythonClause:
			w.clause(item)
			continue
		case i == 1:
			w.put(": ")
		}
		w.node(item, bindTest)
	}
	w.put(closing)
}

func (w *pythonWriter) clause(n *PythonNode) {
	if len(n.Words) > 0 {
		w.put(" ", n.Words[0])
	}
	w.put(" for ")
	if target := n.Items[0]; target.Kind == PythonTuple && len(target.Items) > 0 {
		w.list(target.Items)
		if len(target.Items) == 1 {
			w.put(",")
		}
	} else {
		w.node(target, bindTest)
	}
	w.put(" in ")
	w.node(n.Items[1], bindTest+1)
	for _, condition := range n.Items[2:] {
		w.put(" if ")
		w.node(condition, bindTest+1)
	}
}

func (w *pythonWriter) yield(n *PythonNode) {
	w.put("yield")
	if n.Text == "from" {
		w.put(" from")
	}
	if len(n.Items) > 0 {
		w.put(" ")
		w.node(n.Items[0], bindAtom)
	}
}
