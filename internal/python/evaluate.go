package python

// Keyword is an argument with a name.
type Keyword struct {
	Name  string
	Value Value
}

// CallFunc answers a call that stands in an evaluated expression. The name is
// dotted, a.b.c. What it returns is the value of the call, or its exception.
type CallFunc func(name string, positional []Value, keywords []Keyword) (Value, error)

// Evaluator computes expressions as Python's eval does, but for this: of names only
// those of functions are known, Python's own functions and methods do not exist,
// and neither comprehensions, lambdas nor formats inside f-strings are computed.
type Evaluator struct {
	// Known reports whether a dotted name is that of a function; others raise a
	// NameError before their arguments are looked at. Nil: all are.
	Known func(name string) bool
	Call  CallFunc
	// Left, where given, bounds what all expressions together make, in bytes; it
	// goes down by what each has made.
	Left *int
}

// Evaluate computes an expression whose calls are answered by call, as Evaluator
// does. Errors are *Exception.
func Evaluate(expression Expression, call CallFunc) (Value, error) {
	return Evaluator{Call: call}.Evaluate(expression)
}

// Evaluate computes an expression. What Python's compiler refuses is a SyntaxError
// before anything is computed. One expression may make results of 128 MiB in all,
// beyond that it is a MemoryError.
func (e Evaluator) Evaluate(expression Expression) (Value, error) {
	if err := compilable(expression); err != nil {
		return nil, err
	}
	run := evaluation{Evaluator: e, left: maxWork}
	if e.Left != nil {
		run.left = min(run.left, *e.Left)
		defer func(before int) { *e.Left -= before - max(run.left, 0) }(run.left)
	}
	return run.value(expression)
}

// maxWork bounds the sum of the sizes of all that one expression makes.
const maxWork = 1 << 27

type evaluation struct {
	Evaluator
	left  int // of the work
	names map[string]Value
}

func (e *evaluation) value(n *Node) (Value, error) {
	switch n.Kind {
	case StringNode:
		return n.Text, nil
	case NumberNode, ConstantNode:
		return n.Value, nil
	case BytesNode:
		return Bytes(n.Text), nil
	case NameNode:
		if v, ok := e.names[n.Text]; ok {
			return v, nil
		}
		return nil, undefined(n.Text)
	case ListNode:
		items, err := e.items(n.Items)
		return &List{Items: items}, err
	case TupleNode:
		items, err := e.items(n.Items)
		return Tuple(items), err
	case SetNode:
		return e.set(n.Items)
	case DictNode:
		return e.dict(n.Items)
	case CallNode:
		return e.call(n)
	case AttributeNode:
		return e.attribute(n)
	case SubscriptNode, SliceNode:
		return e.subscript(n)
	case FormattedNode:
		return e.formatted(n)
	case NamedNode:
		v, err := e.value(n.Items[0])
		if e.names == nil {
			e.names = map[string]Value{}
		}
		e.names[n.Text] = v
		return v, err
	}
	return e.operation(n)
}

func undefined(name string) error { return Raise("NameError", "name '%s' is not defined", name) }

// items computes elements, where *value stands for those of the value.
func (e *evaluation) items(nodes []*Node) ([]Value, error) {
	items := make([]Value, 0, len(nodes))
	for _, n := range nodes {
		if n.Kind != StarredNode {
			v, err := e.value(n)
			if err != nil {
				return nil, err
			}
			items = append(items, v)
			continue
		}
		v, err := e.value(n.Items[0])
		if err != nil {
			return nil, err
		}
		more, err := Iterate(v)
		if err != nil {
			return nil, Raise("TypeError", "Value after * must be an iterable, not %s", KindName(v))
		}
		if err := e.spend(16 * len(more)); err != nil {
			return nil, err
		}
		items = append(items, more...)
	}
	return items, nil
}

func (e *evaluation) set(nodes []*Node) (Value, error) {
	items, err := e.items(nodes)
	if err != nil {
		return nil, err
	}
	set := NewSet()
	for _, item := range items {
		if err := set.Add(item); err != nil {
			return nil, err
		}
	}
	return set, nil
}

func (e *evaluation) dict(nodes []*Node) (Value, error) {
	dict := NewDict()
	for i := 0; i < len(nodes); i += 2 {
		var key Value
		var err error
		if nodes[i] != nil {
			if key, err = e.value(nodes[i]); err != nil {
				return nil, err
			}
		}
		v, err := e.value(nodes[i+1])
		if err != nil {
			return nil, err
		}
		if nodes[i] != nil {
			if err := dict.Set(key, v); err != nil {
				return nil, err
			}
			continue
		}
		more, ok := v.(*Dict)
		if !ok {
			return nil, Raise("TypeError", "'%s' object is not a mapping", KindName(v))
		}
		if err := e.spend(64 * more.Len()); err != nil {
			return nil, err
		}
		for _, member := range more.entries {
			dict.put(member.key, member.hashed, member.value)
		}
	}
	return dict, nil
}

// spend takes from the work that is left.
func (e *evaluation) spend(work int) error {
	if e.left -= work; e.left < 0 {
		return tooLarge("more than may be made")
	}
	return nil
}

// size is what a value takes itself, without what it refers to.
func size(v Value) int {
	switch v := v.(type) {
	case string:
		return len(v)
	case Bytes:
		return len(v)
	case *List:
		return 16 * len(v.Items)
	case Tuple:
		return 16 * len(v)
	case Int:
		return v.bits() // more than it takes: its operations are not linear
	case *Dict:
		return 64 * v.Len()
	case *Set:
		return 64 * v.Len()
	}
	return 0
}
