package python

import "strings"

// Unparse is the expression in Python's own normalised spelling, as ast.unparse of
// CPython 3.11 prints it: strings in single quotes, ", " between arguments,
// parentheses only where needed. It fails where Python does: for a whole number of
// more than 4300 digits, an f-string that would need a backslash inside braces, and
// what is not Printable.
func Unparse(expression Expression) (string, error) {
	if !Printable(expression) {
		return "", tooDeep("")
	}
	var w unparser
	w.node(expression, bindTest)
	if w.failure != nil {
		return "", w.failure
	}
	return string(w.out), nil
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
	bindBinary // the levels of the binary operators follow
	bindUnary  = bindBinary + levelProduct
	bindPower  = bindUnary + 1
	bindAwait  = bindPower + 1
	bindAtom   = bindAwait + 1
)

type unparser struct {
	out     []byte
	failure error
	// plain: inside an f-string's braces, where strings avoid backslashes.
	plain bool
}

func (w *unparser) put(texts ...string) {
	for _, text := range texts {
		w.out = append(w.out, text...)
	}
	if len(w.out) > maxText && w.failure == nil {
		w.failure = tooLarge("a text over 64 MiB")
	}
}

// node prints a node in a place that takes what binds at least so tightly.
func (w *unparser) node(n *Node, place int) {
	own := n.binding()
	if own < place {
		w.put("(")
		defer w.put(")")
	}
	switch n.Kind {
	case NameNode:
		w.put(n.Text)
	case ConstantNode:
		w.constant(n)
	case NumberNode:
		w.number(n.Value)
	case StringNode:
		w.string(n)
	case BytesNode:
		w.out = appendQuotedBytes(w.out, n.Text)
	case FormattedNode:
		w.formatted(n)
	case ListNode:
		w.bracketed("[", n.Items, "]")
	case SetNode:
		w.bracketed("{", n.Items, "}")
	case TupleNode:
		w.tuple(n.Items)
	case DictNode:
		w.dict(n.Items)
	case CallNode:
		w.call(n)
	case AttributeNode:
		w.attribute(n)
	case SubscriptNode:
		w.subscript(n)
	case SliceNode:
		w.slice(n.Items)
	default:
		w.operation(n, own)
	}
}

func (n *Node) binding() int {
	switch n.Kind {
	case NamedNode:
		return bindNamed
	case YieldNode:
		return bindYield
	case ConditionalNode, LambdaNode:
		return bindTest
	case BooleanNode:
		if n.Text == "or" {
			return bindOr
		}
		return bindAnd
	case ComparisonNode:
		return bindCompare
	case UnaryNode:
		if n.Text == "not" {
			return bindNot
		}
		return bindUnary
	case BinaryNode:
		return binaryBinding(n.Text)
	case AwaitNode:
		return bindAwait
	}
	return bindAtom + 1
}

func binaryBinding(operator string) int {
	symbol, _ := operatorAt(operator)
	if symbol == doubleStar {
		return bindPower
	}
	return bindBinary + binaryLevel(symbol) - 1
}

func (w *unparser) constant(n *Node) {
	if _, isEllipsis := n.Value.(EllipsisType); isEllipsis {
		w.put("...")
		return
	}
	text, _ := Repr(n.Value)
	w.put(text)
}

// number prints infinity as the number out of range that it was.
func (w *unparser) number(v Value) {
	text, err := Repr(v)
	if err != nil && w.failure == nil {
		w.failure = err
	}
	if _, isInt := v.(Int); !isInt {
		text = strings.ReplaceAll(text, "inf", "1e309")
	}
	w.put(text)
}

func (w *unparser) string(n *Node) {
	if n.Marked {
		w.put("u")
	}
	if w.plain {
		w.out = append(w.out, plainLiteral(n.Text)...)
		return
	}
	w.out = appendQuoted(w.out, n.Text)
}

func (w *unparser) operation(n *Node, own int) {
	switch n.Kind {
	case UnaryNode:
		w.put(n.Text)
		if n.Text == "not" {
			w.put(" ")
		}
		// -2 ** 2 keeps its meaning without parentheses.
		w.node(n.Items[0], own)
	case BinaryNode:
		left, right := own, own+1
		if n.Text == "**" {
			left, right = own+1, own
		}
		w.node(n.Items[0], left)
		w.put(" ", n.Text, " ")
		w.node(n.Items[1], right)
	case ComparisonNode:
		w.node(n.Items[0], own+1)
		for i, operator := range n.Arguments {
			w.put(" ", operator.Name, " ")
			w.node(n.Items[i+1], own+1)
		}
	case BooleanNode:
		// CPython raises the bound operand by operand.
		for i, item := range n.Items {
			if i > 0 {
				w.put(" ", n.Text, " ")
			}
			w.node(item, min(own+1+i, bindAtom))
		}
	case ConditionalNode:
		w.node(n.Items[1], bindTest+1)
		w.put(" if ")
		w.node(n.Items[0], bindTest+1)
		w.put(" else ")
		w.node(n.Items[2], bindTest)
	case LambdaNode:
		w.lambda(n)
	case ComprehensionNode:
		w.comprehension(n)
	case StarredNode:
		w.put("*")
		w.node(n.Items[0], bindBinary)
	case NamedNode:
		w.put(n.Text, " := ")
		w.node(n.Items[0], bindAtom)
	case AwaitNode:
		w.put("await ")
		w.node(n.Items[0], bindAtom)
	case YieldNode:
		w.yield(n)
	}
}
