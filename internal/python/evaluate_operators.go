package python

func (e *evaluation) operation(n *Node) (Value, error) {
	switch n.Kind {
	case UnaryNode:
		v, err := e.value(n.Items[0])
		if err != nil {
			return nil, err
		}
		return unary(n.Text, v)
	case BinaryNode:
		a, err := e.value(n.Items[0])
		if err != nil {
			return nil, err
		}
		b, err := e.value(n.Items[1])
		if err != nil {
			return nil, err
		}
		v, err := Binary(n.Text, a, b)
		if err != nil {
			return nil, err
		}
		work := size(v)
		if n.Text == "**" {
			work += powerWork
		}
		return v, e.spend(work)
	case BooleanNode:
		return e.boolean(n)
	case ComparisonNode:
		return e.comparison(n)
	case ConditionalNode:
		condition, err := e.value(n.Items[0])
		if err != nil {
			return nil, err
		}
		if Truth(condition) {
			return e.value(n.Items[1])
		}
		return e.value(n.Items[2])
	}
	return nil, Raise("NotImplementedError", "%s is not computed", n.Kind)
}

// powerWork is what a power of floats costs beside its size, in work on bytes.
const powerWork = 1 << 12

func unary(operator string, v Value) (Value, error) {
	switch operator {
	case "-":
		return Negate(v)
	case "+":
		return Plus(v)
	case "~":
		return Invert(v)
	}
	return !Truth(v), nil
}

// Binary is a binary operation by its operator: + - * / // % ** @ << >> & | ^.
func Binary(operator string, a, b Value) (Value, error) {
	switch operator {
	case "+":
		return Add(a, b)
	case "-":
		return Sub(a, b)
	case "*":
		return Mul(a, b)
	case "/":
		return TrueDivide(a, b)
	case "//":
		return FloorDivide(a, b)
	case "%":
		return Modulo(a, b)
	case "**":
		return Power(a, b)
	case "<<":
		return ShiftLeft(a, b)
	case ">>":
		return ShiftRight(a, b)
	case "&":
		return And(a, b)
	case "|":
		return Or(a, b)
	case "^":
		return Xor(a, b)
	}
	return nil, unsupported(operator, a, b)
}

func (e *evaluation) boolean(n *Node) (v Value, err error) {
	for _, item := range n.Items {
		if v, err = e.value(item); err != nil || Truth(v) == (n.Text == "or") {
			break
		}
	}
	return v, err
}

func (e *evaluation) comparison(n *Node) (Value, error) {
	left, err := e.value(n.Items[0])
	if err != nil {
		return nil, err
	}
	for i, operator := range n.Arguments {
		right, err := e.value(n.Items[i+1])
		if err != nil {
			return nil, err
		}
		holds, err := compareBy(operator.Name, left, right)
		if err != nil || !holds {
			return false, err
		}
		left = right
	}
	return true, nil
}

func compareBy(operator string, a, b Value) (bool, error) {
	switch operator {
	case "in":
		return Contains(b, a)
	case "not in":
		found, err := Contains(b, a)
		return !found, err
	case "is":
		return identical(a, b), nil
	case "is not":
		return !identical(a, b), nil
	}
	return Compare(operator, a, b)
}

// identical is the operator is: the same object, where equal constants of one kind
// count as the same.
func identical(a, b Value) bool {
	switch x := a.(type) {
	case *List:
		y, ok := b.(*List)
		return ok && x == y
	case *Dict:
		y, ok := b.(*Dict)
		return ok && x == y
	case *Set:
		y, ok := b.(*Set)
		return ok && x == y
	}
	return KindName(a) == KindName(b) && Equal(a, b)
}

// formatted computes an f-string whose values have no format.
func (e *evaluation) formatted(n *Node) (Value, error) {
	var out []byte
	for _, item := range n.Items {
		if item.Kind == StringNode {
			out = append(out, item.Text...)
			continue
		}
		if len(item.Items) > 1 && len(item.Items[1].Items) > 0 {
			return nil, Raise("NotImplementedError", "the format of an f-string's value is not computed")
		}
		v, err := e.value(item.Items[0])
		if err != nil {
			return nil, err
		}
		text, err := Str(v)
		if item.Text != "" {
			text, err = Repr(v)
		}
		if item.Text == "a" {
			text = toASCII(text)
		}
		if err != nil {
			return nil, err
		}
		if err := e.spend(len(text)); err != nil {
			return nil, err
		}
		out = append(out, text...)
	}
	return string(out), nil
}

// toASCII escapes what of a repr is not ASCII.
func toASCII(text string) string {
	var out []byte
	for at := 0; at < len(text); {
		r, size := DecodeRune(text[at:])
		if r < 0x80 {
			out = append(out, byte(r))
		} else {
			out = appendEscape(out, r)
		}
		at += size
	}
	return string(out)
}
