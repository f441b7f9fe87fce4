package python

// compilable returns the SyntaxError of Python's compiler.
func compilable(n *Node) error {
	if n == nil {
		return nil
	}
	switch n.Kind {
	case AwaitNode:
		return Raise("SyntaxError", "'await' outside function (<string>, line 1)")
	case YieldNode:
		return Raise("SyntaxError", "'yield' outside function (<string>, line 1)")
	case StarredNode:
		return Raise("SyntaxError", "can't use starred expression here (<string>, line 1)")
	case LambdaNode:
		return nil // not computed at all
	case ComprehensionNode:
		for _, item := range n.Items {
			if item.Kind == ClauseNode && item.Marked && n.Text != "(" {
				return Raise("SyntaxError", "asynchronous comprehension outside of an asynchronous function (<string>, line 1)")
			}
		}
		for _, item := range n.Items {
			if item.Kind == ClauseNode {
				return compilable(item.Items[1]) // which alone stands outside
			}
		}
		return nil // not computed either
	case CallNode:
		if name := repeated(n.Arguments); name != "" {
			return Raise("SyntaxError", "keyword argument repeated: %s (<string>, line 1)", name)
		}
		for _, argument := range n.Arguments {
			if argument.Name == "__debug__" {
				return Raise("SyntaxError", "cannot assign to __debug__ (<string>, line 1)")
			}
			if err := compilable(argument.Value); err != nil {
				return err
			}
		}
	}
	unpacks := n.Kind == CallNode || n.Kind == ListNode || n.Kind == TupleNode || n.Kind == SetNode
	for _, item := range n.Items {
		if unpacks && item.Kind == StarredNode {
			item = item.Items[0]
		}
		if err := compilable(item); err != nil {
			return err
		}
	}
	return nil
}

// repeated is the first name that stands before two arguments.
func repeated(arguments []Argument) string {
	if len(arguments) < 2 {
		return ""
	}
	var given Dict
	for _, argument := range arguments {
		if argument.Star > 0 {
			continue
		}
		if _, found := given.GetText(argument.Name); found {
			return argument.Name
		}
		given.SetText(argument.Name, nil)
	}
	return ""
}
