package python

// dottedName is a.b.c of a chain of names, "" of anything else.
func dottedName(n *Node) (name, root string) {
	switch n.Kind {
	case NameNode:
		return n.Text, n.Text
	case AttributeNode:
		object, root := dottedName(n.Items[0])
		if object != "" {
			return object + "." + n.Text, root
		}
	}
	return "", ""
}

func (e *evaluation) call(n *Node) (Value, error) {
	name, root := dottedName(n.Items[0])
	switch {
	case name == "":
		function, err := e.value(n.Items[0])
		if err != nil {
			return nil, err
		}
		return nil, Raise("TypeError", "'%s' object is not callable", KindName(function))
	case e.Call == nil || e.Known != nil && !e.Known(name):
		return nil, undefined(root)
	}
	positional, err := e.items(n.Items[1:])
	if err != nil {
		return nil, err
	}
	keywords, err := e.keywords(n.Arguments)
	if err != nil {
		return nil, err
	}
	return e.Call(name, positional, keywords)
}

func (e *evaluation) keywords(arguments []Argument) ([]Keyword, error) {
	if len(arguments) == 0 {
		return nil, nil
	}
	keywords := make([]Keyword, 0, len(arguments))
	for _, argument := range arguments {
		v, err := e.value(argument.Value)
		if err != nil {
			return nil, err
		}
		if argument.Star == 0 {
			keywords = append(keywords, Keyword{argument.Name, v})
			continue
		}
		more, ok := v.(*Dict)
		if !ok {
			return nil, Raise("TypeError", "argument after ** must be a mapping, not %s", KindName(v))
		}
		for _, member := range more.entries {
			name, ok := member.key.(string)
			if !ok {
				return nil, Raise("TypeError", "keywords must be strings")
			}
			keywords = append(keywords, Keyword{name, member.value})
		}
	}
	return keywords, nil
}

func (e *evaluation) attribute(n *Node) (Value, error) {
	if _, root := dottedName(n); root != "" {
		if _, ok := e.names[root]; !ok {
			return nil, undefined(root)
		}
	}
	v, err := e.value(n.Items[0])
	if err != nil {
		return nil, err
	}
	return nil, Raise("AttributeError", "'%s' object has no attribute '%s'", KindName(v), n.Text)
}

func (e *evaluation) subscript(n *Node) (Value, error) {
	if n.Kind == SliceNode {
		var bounds [3]Value
		for i, part := range n.Items {
			if part == nil {
				continue
			}
			v, err := e.value(part)
			if err != nil {
				return nil, err
			}
			bounds[i] = v
		}
		return Slice{bounds[0], bounds[1], bounds[2]}, nil
	}
	container, err := e.value(n.Items[0])
	if err != nil {
		return nil, err
	}
	key, err := e.value(n.Items[1])
	if err != nil {
		return nil, err
	}
	v, err := Subscript(container, key)
	if err != nil {
		return nil, err
	}
	return v, e.spend(size(v))
}
