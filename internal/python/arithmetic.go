package python

import (
	"math"
	"math/big"
)

func negativeInfinity() float64 { return math.Inf(-1) }
func notANumber() float64       { return math.NaN() }

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

// TrueDivide is a / b: for whole numbers the float nearest to the exact quotient.
func TrueDivide(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		return divideInts(p.m, p.n)
	case 'f':
		if p.y == 0 {
			return nil, Raise("ZeroDivisionError", "float division by zero")
		}
		return p.x / p.y, nil
	case 'c':
		if p.d == 0 {
			return nil, Raise("ZeroDivisionError", "complex division by zero")
		}
		return Complex(divideComplex(p.c, p.d)), nil
	}
	return nil, unsupported("/", a, b)
}

func divideInts(m, n Int) (Value, error) {
	if n.Sign() == 0 {
		return nil, Raise("ZeroDivisionError", "division by zero")
	}
	const exact = 1 << 53
	if m.big == nil && n.big == nil && -exact <= m.small && m.small <= exact && -exact <= n.small && n.small <= exact {
		return float64(m.small) / float64(n.small), nil
	}
	quotient, _ := new(big.Rat).SetFrac(m.Big(), n.Big()).Float64()
	if math.IsInf(quotient, 0) {
		return nil, Raise("OverflowError", "integer division result too large for a float")
	}
	if quotient == 0 && (m.Sign() < 0) != (n.Sign() < 0) {
		quotient = math.Copysign(0, -1)
	}
	return quotient, nil
}

// divideComplex scales by the larger part of the divisor, as Python does.
func divideComplex(a, b complex128) complex128 {
	if math.Abs(real(b)) >= math.Abs(imag(b)) {
		ratio := imag(b) / real(b)
		scale := real(b) + float64(imag(b)*ratio)
		return complex((real(a)+float64(imag(a)*ratio))/scale, (imag(a)-float64(real(a)*ratio))/scale)
	}
	ratio := real(b) / imag(b)
	scale := float64(real(b)*ratio) + imag(b)
	return complex((float64(real(a)*ratio)+imag(a))/scale, (float64(imag(a)*ratio)-real(a))/scale)
}

// FloorDivide is a // b.
func FloorDivide(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		if p.n.Sign() == 0 {
			return nil, Raise("ZeroDivisionError", "integer division or modulo by zero")
		}
		quotient, _ := floorInts(p.m, p.n)
		return quotient, nil
	case 'f':
		if p.y == 0 {
			return nil, Raise("ZeroDivisionError", "float floor division by zero")
		}
		quotient, _ := floorFloats(p.x, p.y)
		return quotient, nil
	}
	return nil, unsupported("//", a, b)
}

// Modulo is a % b for numbers; the formatting of a text is not computed.
func Modulo(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		if p.n.Sign() == 0 {
			return nil, Raise("ZeroDivisionError", "integer modulo by zero")
		}
		_, remainder := floorInts(p.m, p.n)
		return remainder, nil
	case 'f':
		if p.y == 0 {
			return nil, Raise("ZeroDivisionError", "float modulo")
		}
		_, remainder := floorFloats(p.x, p.y)
		return remainder, nil
	}
	switch a.(type) {
	case string, Bytes:
		return nil, Raise("NotImplementedError", "the formatting of a text by %% is not computed")
	}
	return nil, unsupported("%", a, b)
}

// floorInts is the quotient toward minus infinity and the remainder with the
// divisor's sign.
func floorInts(m, n Int) (quotient, remainder Int) {
	if m.big == nil && n.big == nil && (m.small != math.MinInt64 || n.small != -1) {
		q, r := m.small/n.small, m.small%n.small
		if r != 0 && (r < 0) != (n.small < 0) {
			q, r = q-1, r+n.small
		}
		return NewInt(q), NewInt(r)
	}
	divisor := n.Big()
	q, r := new(big.Int).QuoRem(m.Big(), divisor, new(big.Int))
	if r.Sign() != 0 && r.Sign() != divisor.Sign() {
		q.Sub(q, big.NewInt(1))
		r.Add(r, divisor)
	}
	return IntFromBig(q), IntFromBig(r)
}

func floorFloats(x, y float64) (quotient, remainder float64) {
	remainder = math.Mod(x, y)
	quotient = (x - remainder) / y
	if remainder == 0 {
		remainder = math.Copysign(0, y)
	} else if (y < 0) != (remainder < 0) {
		remainder += y
		quotient--
	}
	if quotient == 0 {
		return math.Copysign(0, x/y), remainder
	}
	whole := math.Floor(quotient)
	if quotient-whole > 0.5 {
		whole++
	}
	return whole, remainder
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
