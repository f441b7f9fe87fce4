package python

import "math/big"

// And, Or, Xor are & | ^ on whole numbers and sets.
func And(a, b Value) (Value, error) { return bitwise("&", a, b) }

// Or is a | b; also the union of two dicts.
func Or(a, b Value) (Value, error) { return bitwise("|", a, b) }

// Xor is a ^ b.
func Xor(a, b Value) (Value, error) { return bitwise("^", a, b) }

func bitwise(operator string, a, b Value) (Value, error) {
	m, wholeA := whole(a)
	n, wholeB := whole(b)
	if !wholeA || !wholeB {
		return combineSets(operator, a, b)
	}
	result := new(big.Int)
	switch operator {
	case "&":
		result.And(m.Big(), n.Big())
	case "|":
		result.Or(m.Big(), n.Big())
	default:
		result.Xor(m.Big(), n.Big())
	}
	_, boolA := a.(bool)
	_, boolB := b.(bool)
	if boolA && boolB {
		return result.Sign() != 0, nil
	}
	return IntFromBig(result), nil
}

// combineSets is - & | ^ of two sets, and | of two dicts.
func combineSets(operator string, a, b Value) (Value, error) {
	if x, y, ok := twoDicts(operator, a, b); ok {
		union := &Dict{entries: append([]entry(nil), x.entries...)}
		union.reindex()
		for _, e := range y.entries {
			union.put(e.key, e.hashed, e.value)
		}
		return union, nil
	}
	x, isSet := a.(*Set)
	y, areSets := b.(*Set)
	if !isSet || !areSets {
		return nil, unsupported(operator, a, b)
	}
	result := NewSet()
	add := func(from, other *Set, wantShared bool) {
		for _, e := range from.members.entries {
			if (other.members.find(e.hashed) >= 0) == wantShared {
				result.members.put(e.key, e.hashed, nil)
			}
		}
	}
	if operator != "-" && operator != "^" {
		add(x, y, true)
	}
	if operator != "&" {
		add(x, y, false)
	}
	if operator == "|" || operator == "^" {
		add(y, x, false)
	}
	return result, nil
}

func twoDicts(operator string, a, b Value) (x, y *Dict, ok bool) {
	x, isDict := a.(*Dict)
	y, areDicts := b.(*Dict)
	return x, y, operator == "|" && isDict && areDicts
}

// ShiftLeft is a << b, up to 2**20 bits.
func ShiftLeft(a, b Value) (Value, error) {
	m, n, err := shiftOperands("<<", a, b)
	if err != nil || m.Sign() == 0 {
		return NewInt(0), err
	}
	places, small := n.Int64()
	if !small || places > maxBits || m.bits()+int(places) > maxBits {
		return nil, tooLarge("a whole number over 2**20 bits")
	}
	return IntFromBig(new(big.Int).Lsh(m.Big(), uint(places))), nil
}

// ShiftRight is a >> b.
func ShiftRight(a, b Value) (Value, error) {
	m, n, err := shiftOperands(">>", a, b)
	if err != nil {
		return nil, err
	}
	places, small := n.Int64()
	if !small || places > maxBits {
		places = maxBits // beyond the size of any whole number
	}
	return IntFromBig(new(big.Int).Rsh(m.Big(), uint(places))), nil
}

func shiftOperands(operator string, a, b Value) (m, n Int, err error) {
	m, wholeA := whole(a)
	n, wholeB := whole(b)
	switch {
	case !wholeA || !wholeB:
		err = unsupported(operator, a, b)
	case n.Sign() < 0:
		err = Raise("ValueError", "negative shift count")
	}
	return m, n, err
}
