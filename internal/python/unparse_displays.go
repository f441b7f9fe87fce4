package python

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
