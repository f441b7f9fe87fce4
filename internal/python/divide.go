package python

import (
	"math"
	"math/big"
)

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
