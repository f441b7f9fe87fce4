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

// maxFrames is how many calls inside one another Python's limit leaves to
// ast.unparse when the stack is shallow.
const maxFrames = 986

// Printable reports whether ast.unparse can print an expression before Python's
// recursion limit ends it.
func Printable(expression Expression) bool {
	const dearest = 6 // calls that a level may cost
	return expression.height <= maxFrames/dearest || printFrames(expression) <= maxFrames
}

// printFrames is how many calls inside one another ast.unparse makes.
func printFrames(n *Node) int {
	own := 3
	switch n.Kind {
	case ListNode, TupleNode, SetNode:
		own = 4
	case DictNode:
		own = 6
	}
	inner := 0
	for _, item := range n.Items {
		if item != nil {
			inner = max(inner, printFrames(item))
		}
	}
	for _, argument := range n.Arguments {
		if argument.Value != nil {
			inner = max(inner, 3+printFrames(argument.Value))
		}
	}
	return own + inner
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

func (w *unparser) list(items []*Node) {
	for i, item := range items {
		if i > 0 {
			w.put(", ")
		}
		w.node(item, bindTest)
	}
}

func (w *unparser) bracketed(opening string, items []*Node, closing string) {
	w.put(opening)
	w.list(items)
	w.put(closing)
}

func (w *unparser) tuple(items []*Node) {
	w.put("(")
	w.list(items)
	if len(items) == 1 {
		w.put(",")
	}
	w.put(")")
}

func (w *unparser) dict(items []*Node) {
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

func (w *unparser) call(n *Node) {
	w.node(n.Items[0], bindAtom)
	w.put("(")
	w.list(n.Items[1:])
	for i, argument := range n.Arguments {
		if i > 0 || len(n.Items) > 1 {
			w.put(", ")
		}
		if argument.Star == 2 {
			w.put("**")
		} else {
			w.put(argument.Name, "=")
		}
		w.node(argument.Value, bindTest)
	}
	w.put(")")
}

func (w *unparser) attribute(n *Node) {
	w.node(n.Items[0], bindAtom)
	switch n.Items[0].Value.(type) {
	case Int, bool:
		w.put(" ") // 1.real would be a number; to Python the truths are numbers too
	}
	w.put(".", n.Text)
}

func (w *unparser) subscript(n *Node) {
	w.node(n.Items[0], bindAtom)
	w.put("[")
	w.bare(n.Items[1])
	w.put("]")
}

// bare prints a tuple without parentheses where Python does.
func (w *unparser) bare(n *Node) {
	if n.Kind != TupleNode || len(n.Items) == 0 {
		w.node(n, bindTest)
		return
	}
	w.list(n.Items)
	if len(n.Items) == 1 {
		w.put(",")
	}
}

func (w *unparser) slice(parts []*Node) {
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

func (w *unparser) lambda(n *Node) {
	w.put("lambda")
	for i, parameter := range n.Arguments {
		if i > 0 {
			w.put(",")
		}
		w.put(" ", "**"[:parameter.Star], parameter.Name)
		if parameter.Value != nil {
			w.put("=")
			w.node(parameter.Value, bindTest)
		}
	}
	w.put(": ")
	w.node(n.Items[0], bindTest)
}

func (w *unparser) comprehension(n *Node) {
	w.put(n.Text)
	for i, item := range n.Items {
		switch {
		case item.Kind == ClauseNode:
			w.clause(item)
			continue
		case i == 1:
			w.put(": ")
		}
		w.node(item, bindTest)
	}
	switch n.Text {
	case "(":
		w.put(")")
	case "[":
		w.put("]")
	default:
		w.put("}")
	}
}

func (w *unparser) clause(n *Node) {
	if n.Marked {
		w.put(" async")
	}
	w.put(" for ")
	w.bare(n.Items[0])
	w.put(" in ")
	w.node(n.Items[1], bindTest+1)
	for _, condition := range n.Items[2:] {
		w.put(" if ")
		w.node(condition, bindTest+1)
	}
}

func (w *unparser) yield(n *Node) {
	w.put("yield")
	if n.Text == "from" {
		w.put(" from")
	}
	if len(n.Items) > 0 {
		w.put(" ")
		w.node(n.Items[0], bindAtom)
	}
}
