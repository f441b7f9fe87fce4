package python

import (
	"math"
	"math/big"
	"strings"
)

// maxCompared bounds the pairs that one comparison looks at.
const maxCompared = 1 << 20

// Equal is Python's ==: numbers by exact value across kinds, a list is no tuple,
// dicts and sets whatever their order, NaN equals nothing. Values over 990 deep
// are unequal, as are those of which over a million parts would have to be
// looked at, parts that are shared once for each way to them: Python raises a
// RecursionError, or hardly ends.
func Equal(a, b Value) bool {
	c := comparison{left: maxCompared}
	return c.equal(a, b)
}

// comparison is a walk through two values at once.
type comparison struct{ left, depth int }

func (c *comparison) equal(a, b Value) bool {
	if c.left--; c.left < 0 || c.depth > maxDepth {
		return false
	}
	switch x := a.(type) {
	case nil:
		return b == nil
	case string:
		y, ok := b.(string)
		return ok && x == y
	case bool, Int, float64, Complex:
		return equalNumbers(a, b)
	case *List:
		y, ok := b.(*List)
		return ok && (x == y || c.equalItems(x.Items, y.Items))
	case Tuple:
		y, ok := b.(Tuple)
		return ok && c.equalItems(x, y)
	case *Dict:
		y, ok := b.(*Dict)
		return ok && (x == y || c.equalDicts(x, y))
	case *Set:
		y, ok := b.(*Set)
		return ok && (x == y || equalSets(x, y))
	case Bytes:
		y, ok := b.(Bytes)
		return ok && x == y
	case EllipsisType:
		_, ok := b.(EllipsisType)
		return ok
	case Opaque:
		return a == b
	case Slice:
		y, ok := b.(Slice)
		return ok && c.equalItems([]Value{x.Lower, x.Upper, x.Step}, []Value{y.Lower, y.Upper, y.Step})
	}
	return false
}

func (c *comparison) equalItems(a, b []Value) bool {
	if len(a) != len(b) {
		return false
	}
	c.depth++
	defer func() { c.depth-- }()
	for i := range a {
		if !c.equal(a[i], b[i]) {
			return false
		}
	}
	return true
}

func (c *comparison) equalDicts(a, b *Dict) bool {
	if a.Len() != b.Len() {
		return false
	}
	c.depth++
	defer func() { c.depth-- }()
	for i := range a.entries {
		at := b.find(a.entries[i].hashed)
		if at < 0 || !c.equal(a.entries[i].value, b.entries[at].value) {
			return false
		}
	}
	return true
}

func equalSets(a, b *Set) bool {
	if a.Len() != b.Len() {
		return false
	}
	for i := range a.members.entries {
		if b.members.find(a.members.entries[i].hashed) < 0 {
			return false
		}
	}
	return true
}

func equalNumbers(a, b Value) bool {
	order, comparable := compareReals(a, b)
	if comparable {
		return order == 0
	}
	x, isNumber := asComplex(a)
	y, areNumbers := asComplex(b)
	return isNumber && areNumbers && x == y
}

func asComplex(v Value) (complex128, bool) {
	switch v := v.(type) {
	case Complex:
		return complex128(v), true
	case float64:
		return complex(v, 0), true
	}
	if n, ok := whole(v); ok {
		x, finite := n.Float64()
		return complex(x, 0), finite
	}
	return 0, false
}

// unordered is the order of NaN and anything.
const unordered = 2

// compareReals is -1, 0, 1 or unordered for two of bool, Int and float64, exactly;
// ok is false for other kinds.
func compareReals(a, b Value) (order int, ok bool) {
	m, wholeA := whole(a)
	n, wholeB := whole(b)
	x, realA := a.(float64)
	y, realB := b.(float64)
	switch {
	case wholeA && wholeB:
		return compareInts(m, n), true
	case realA && realB:
		switch {
		case x < y:
			return -1, true
		case x > y:
			return 1, true
		case x == y:
			return 0, true
		}
		return unordered, true
	case wholeA && realB:
		return compareIntFloat(m, y), true
	case realA && wholeB:
		order := compareIntFloat(n, x)
		if order != unordered {
			order = -order
		}
		return order, true
	}
	return 0, false
}

func compareIntFloat(n Int, x float64) int {
	switch {
	case math.IsNaN(x):
		return unordered
	case math.IsInf(x, 1):
		return -1
	case math.IsInf(x, -1):
		return 1
	}
	if n.big == nil && -1<<53 <= n.small && n.small <= 1<<53 {
		switch {
		case float64(n.small) < x:
			return -1
		case float64(n.small) > x:
			return 1
		}
		return 0
	}
	return new(big.Float).SetInt(n.Big()).Cmp(new(big.Float).SetFloat64(x))
}

// Compare is a comparison with one of < <= > >= == !=. Kinds without an order are
// a TypeError.
func Compare(operator string, a, b Value) (bool, error) {
	c := comparison{left: maxCompared}
	return c.compare(operator, a, b)
}

func (c *comparison) compare(operator string, a, b Value) (bool, error) {
	if c.depth++; c.depth > maxDepth {
		return false, tooDeep(" in comparison")
	}
	switch operator {
	case "==":
		return Equal(a, b), nil
	case "!=":
		return !Equal(a, b), nil
	}
	order, ok := compareReals(a, b)
	if !ok {
		switch x := a.(type) {
		case string:
			var y string
			if y, ok = b.(string); ok {
				order = strings.Compare(x, y)
			}
		case Bytes:
			var y Bytes
			if y, ok = b.(Bytes); ok {
				order = strings.Compare(string(x), string(y))
			}
		case *List:
			if y, same := b.(*List); same {
				return c.compareItems(operator, x.Items, y.Items)
			}
		case Tuple:
			if y, same := b.(Tuple); same {
				return c.compareItems(operator, x, y)
			}
		case *Set:
			if y, same := b.(*Set); same {
				return compareSets(operator, x, y), nil
			}
		}
	}
	if !ok {
		return false, Raise("TypeError", "'%s' not supported between instances of '%s' and '%s'", operator, KindName(a), KindName(b))
	}
	return holds(operator, order), nil
}

func holds(operator string, order int) bool {
	switch operator {
	case "<":
		return order == -1
	case "<=":
		return order == -1 || order == 0
	case ">":
		return order == 1
	}
	return order == 1 || order == 0
}

// compareItems compares at the first place that differs, or else the lengths.
func (c *comparison) compareItems(operator string, a, b []Value) (bool, error) {
	for i := 0; i < len(a) && i < len(b); i++ {
		if !c.equal(a[i], b[i]) {
			return c.compare(operator, a[i], b[i])
		}
	}
	order, _ := compareReals(NewInt(int64(len(a))), NewInt(int64(len(b))))
	return holds(operator, order), nil
}

// compareSets is the test for a subset or superset.
func compareSets(operator string, a, b *Set) bool {
	if operator[0] == '>' {
		a, b = b, a
	}
	for i := range a.members.entries {
		if b.members.find(a.members.entries[i].hashed) < 0 {
			return false
		}
	}
	return len(operator) == 2 || a.Len() < b.Len()
}
