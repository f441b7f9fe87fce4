package python

import (
	"math"
	"math/big"
	"math/cmplx"
)

// Power is a ** b. Whole numbers stay exact up to 2**20 bits, beyond that a
// MemoryError; floats give the correctly rounded power.
func Power(a, b Value) (Value, error) {
	p, err := pair(a, b)
	if err != nil {
		return nil, err
	}
	switch p.kind {
	case 'i':
		if p.n.Sign() >= 0 {
			return powerInts(p.m, p.n)
		}
		x, finiteX := p.m.Float64()
		y, finiteY := p.n.Float64()
		if !finiteX || !finiteY {
			return nil, Raise("OverflowError", "int too large to convert to float")
		}
		return powerFloats(x, y)
	case 'f':
		return powerFloats(p.x, p.y)
	case 'c':
		return powerComplex(p.c, p.d)
	}
	return nil, unsupported("** or pow()", a, b)
}

func powerInts(m, n Int) (Value, error) {
	exponent, small := n.Int64()
	if base, isSmall := m.Int64(); isSmall && -1 <= base && base <= 1 {
		odd := n.Big().Bit(0) == 1
		switch {
		case exponent == 0 && small:
			return NewInt(1), nil
		case base == -1 && !odd:
			return NewInt(1), nil
		}
		return NewInt(base), nil
	}
	bits := int64(m.Big().BitLen())
	if !small || exponent > maxBits || (bits-1)*exponent > maxBits {
		return nil, tooLarge("a whole number over 2**20 bits")
	}
	return IntFromBig(new(big.Int).Exp(m.Big(), big.NewInt(exponent), nil)), nil
}

func powerFloats(x, y float64) (Value, error) {
	finite := !math.IsNaN(x) && !math.IsNaN(y) && !math.IsInf(x, 0) && !math.IsInf(y, 0)
	switch {
	case x == 0 && y < 0 && !math.IsInf(y, 0):
		return nil, Raise("ZeroDivisionError", "0.0 cannot be raised to a negative power")
	case finite && x < 0 && y != math.Trunc(y):
		return powerComplex(complex(x, 0), complex(y, 0))
	}
	if y == 2 {
		power := x * x // one rounding, so the nearest
		if finite && math.IsInf(power, 0) {
			return nil, Raise("OverflowError", "(34, 'Numerical result out of range')")
		}
		return power, nil
	}
	power := math.Pow(x, y)
	if !finite || x == 0 || y == 0 || math.Abs(x) == 1 || y == 1 {
		return power, nil
	}
	power = roundedPower(x, y, power)
	if math.IsInf(power, 0) {
		return nil, Raise("OverflowError", "(34, 'Numerical result out of range')")
	}
	return power, nil
}

func powerComplex(a, b complex128) (Value, error) {
	switch {
	case b == 0:
		return Complex(1), nil
	case a == 0:
		if imag(b) != 0 || real(b) < 0 {
			return nil, Raise("ZeroDivisionError", "0.0 to a negative or complex power")
		}
		return Complex(0), nil
	case imag(b) == 0 && real(b) == math.Trunc(real(b)) && math.Abs(real(b)) <= 100:
		return powerWhole(a, int(real(b)))
	}
	size := math.Hypot(real(a), imag(a))
	length, err := powerFloats(size, real(b))
	if err != nil {
		return nil, Raise("OverflowError", "complex exponentiation")
	}
	angle := cmplx.Phase(a)
	phase := angle * real(b)
	radius := length.(float64)
	if imag(b) != 0 {
		radius *= math.Exp(-angle * imag(b))
		phase += float64(imag(b) * math.Log(size))
	}
	return Complex(complex(radius*math.Cos(phase), radius*math.Sin(phase))), nil
}

// powerWhole multiplies, as Python does for small whole exponents.
func powerWhole(a complex128, exponent int) (Value, error) {
	times := exponent
	if times < 0 {
		times = -times
	}
	result := complex128(1)
	for ; times > 0; times >>= 1 {
		if times&1 == 1 {
			result = multiplyComplex(result, a)
		}
		a = multiplyComplex(a, a)
	}
	if exponent < 0 {
		if result == 0 {
			return nil, Raise("ZeroDivisionError", "0.0 to a negative or complex power")
		}
		result = divideComplex(1, result)
	}
	if cmplx.IsInf(result) {
		return nil, Raise("OverflowError", "complex exponentiation")
	}
	return Complex(result), nil
}
