package python

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
