package python

import (
	"math"
	"math/big"
)

func negativeInfinity() float64 { return math.Inf(-1) }

func notANumber() float64 { return math.NaN() }

// numbers brings two operands to one kind: both whole, both float or both complex.
type numbers struct {
	kind byte // 'i', 'f', 'c', or 0 if one of them is no number
	m, n Int
	x, y float64
	c, d complex128
}

func pair(a, b Value) (numbers, error) {
	m, wholeA := whole(a)
	n, wholeB := whole(b)
	if wholeA && wholeB {
		return numbers{kind: 'i', m: m, n: n}, nil
	}
	x, realA := a.(float64)
	y, realB := b.(float64)
	c, complexA := a.(Complex)
	d, complexB := b.(Complex)
	if !(wholeA || realA || complexA) || !(wholeB || realB || complexB) {
		return numbers{}, nil
	}
	finite := true
	if wholeA {
		x, finite = m.Float64()
	}
	if wholeB {
		y, finite = n.Float64()
	}
	if !finite {
		return numbers{}, Raise("OverflowError", "int too large to convert to float")
	}
	if !complexA && !complexB {
		return numbers{kind: 'f', x: x, y: y}, nil
	}
	result := numbers{kind: 'c', c: complex128(c), d: complex128(d)}
	if !complexA {
		result.c = complex(x, 0)
	}
	if !complexB {
		result.d = complex(y, 0)
	}
	return result, nil
}

func unsupported(operator string, a, b Value) error {
	return Raise("TypeError", "unsupported operand type(s) for %s: '%s' and '%s'", operator, KindName(a), KindName(b))
}

// Add is a + b: numbers, texts, bytes, lists and tuples.
func Add(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		if sum := p.m.small + p.n.small; p.m.big == nil && p.n.big == nil && (p.m.small^sum)&(p.n.small^sum) >= 0 {
			return NewInt(sum), nil
		}
		return IntFromBig(new(big.Int).Add(p.m.Big(), p.n.Big())), nil
	case 'f':
		return p.x + p.y, nil
	case 'c':
		return Complex(p.c + p.d), nil
	}
	return concatenate(a, b)
}

// Sub is a - b: numbers and sets.
func Sub(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		if difference := p.m.small - p.n.small; p.m.big == nil && p.n.big == nil && (p.m.small^p.n.small)&(p.m.small^difference) >= 0 {
			return NewInt(difference), nil
		}
		return IntFromBig(new(big.Int).Sub(p.m.Big(), p.n.Big())), nil
	case 'f':
		return p.x - p.y, nil
	case 'c':
		return Complex(p.c - p.d), nil
	}
	return combineSets("-", a, b)
}

// Mul is a * b: numbers, or a text, bytes, list or tuple repeated. Results beyond
// 2**20 bits, 64 MiB or 2**22 items are a MemoryError.
func Mul(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		return multiplyInts(p.m, p.n)
	case 'f':
		return p.x * p.y, nil
	case 'c':
		return Complex(multiplyComplex(p.c, p.d)), nil
	}
	if isSequence(a) {
		return repeat(a, b)
	}
	if isSequence(b) {
		return repeat(b, a)
	}
	return nil, unsupported("*", a, b)
}

func multiplyInts(m, n Int) (Value, error) {
	if m.big == nil && n.big == nil {
		product := m.small * n.small
		if m.small == 0 || product/m.small == n.small && (m.small != -1 || n.small != math.MinInt64) {
			return NewInt(product), nil
		}
	}
	if m.bits()+n.bits() > maxBits {
		return nil, tooLarge("a whole number over 2**20 bits")
	}
	return IntFromBig(new(big.Int).Mul(m.Big(), n.Big())), nil
}

// multiplyComplex is the textbook product; Go's own recovers infinities, Python's
// does not.
func multiplyComplex(a, b complex128) complex128 {
	return complex(float64(real(a)*real(b))-float64(imag(a)*imag(b)), float64(real(a)*imag(b))+float64(imag(a)*real(b)))
}

// Negate is -v.
func Negate(v Value) (Value, error) {
	switch v := v.(type) {
	case float64:
		return -v, nil
	case Complex:
		return -v, nil
	}
	n, ok := whole(v)
	if !ok {
		return nil, badUnary("-", v)
	}
	if n.big == nil && n.small != math.MinInt64 {
		return NewInt(-n.small), nil
	}
	return IntFromBig(new(big.Int).Neg(n.Big())), nil
}

// Plus is +v, which makes a bool a number.
func Plus(v Value) (Value, error) {
	switch v.(type) {
	case float64, Complex:
		return v, nil
	}
	if n, ok := whole(v); ok {
		return n, nil
	}
	return nil, badUnary("+", v)
}

// Invert is ~v.
func Invert(v Value) (Value, error) {
	n, ok := whole(v)
	if !ok {
		return nil, badUnary("~", v)
	}
	if n.big == nil {
		return NewInt(^n.small), nil
	}
	return IntFromBig(new(big.Int).Not(n.Big())), nil
}

func badUnary(operator string, v Value) error {
	return Raise("TypeError", "bad operand type for unary %s: '%s'", operator, KindName(v))
}
