package services

import (
	"errors"
	"math"
	"math/big"

	"github.com/buttonbench/button/internal/python"
)

// logarithm computes as upstream's arbitrary-precision library does: both
// logarithms are rounded to nearest at the binary precision that stands for the
// decimal one, and so is their quotient. Whatever goes wrong is a refusal in the
// exception's words.
func (m *mathService) logarithm(arguments []python.Value) (python.Value, error) {
	result, err := m.logarithmResult(arguments[0], arguments[1], arguments[2])
	var exception *python.Exception
	if errors.As(err, &exception) {
		return failure(exception.Message), nil
	}
	if err != nil {
		return nil, err
	}
	return record("result", result), nil
}

func (m *mathService) logarithmResult(value, base, precision python.Value) (python.Value, error) {
	bits, err := logarithmBits(precision)
	if err != nil {
		return nil, err
	}
	if err := m.environment.spend(int(bits*bits) / 64); err != nil {
		return nil, err
	}
	x, err := readExtended(value, bits)
	if err != nil {
		return nil, err
	}
	y, err := readExtended(base, bits)
	if err != nil {
		return nil, err
	}
	divisor := y.logarithm(bits)
	if divisor.isZero() {
		return nil, python.Raise("ZeroDivisionError", "")
	}
	quotient := x.logarithm(bits).divide(divisor, bits)
	return quotient.show(bits), nil
}

const (
	bitsPerDigit = 3.3219280948873626

	// maxLogarithmBits bounds the precision: some 1,200 digits.
	maxLogarithmBits = 1 << 12
)

// logarithmBits is the binary precision that stands for a decimal one.
func logarithmBits(precision python.Value) (uint, error) {
	digits, err := python.ToInt(precision)
	if err != nil {
		return 0, err
	}
	more, err := python.Add(digits, whole(1))
	if err != nil {
		return 0, err
	}
	bits, err := python.Mul(more, bitsPerDigit)
	if err != nil {
		return 0, err
	}
	rounded := math.RoundToEven(bits.(float64))
	if rounded > maxLogarithmBits {
		return 0, python.Raise("OverflowError", "too many digits in integer")
	}
	return uint(max(1, rounded)), nil
}

// pair is a number with an imaginary part, or a real one when complex is false.
type pair struct {
	real, imaginary extended
	complex         bool
}

func (p pair) isZero() bool {
	return !p.complex && p.real.finite != nil && p.real.finite.Sign() == 0
}

// logarithm is the natural logarithm, each part rounded to nearest. That of a
// negative number has pi as its imaginary part; zero has no sign.
func (x extended) logarithm(bits uint) pair {
	switch {
	case x.isNaN():
		return pair{real: x}
	case x.finite == nil && x.infinite > 0:
		return pair{real: x}
	case x.finite == nil:
		return pair{real: infinity(1), imaginary: extended{finite: roundedPi(bits)}, complex: true}
	case x.finite.Sign() == 0:
		return pair{real: infinity(-1)}
	case x.finite.Sign() > 0:
		return pair{real: extended{finite: roundedLogarithm(x.finite, bits)}}
	}
	positive := new(big.Float).Neg(x.finite)
	return pair{
		real:      extended{finite: roundedLogarithm(positive, bits)},
		imaginary: extended{finite: roundedPi(bits)}, complex: true,
	}
}

// divide is p/q rounded to nearest. A real divisor divides each part. For another
// one the products are exact, and the sums are cut at ten more bits; not so those
// for a real dividend.
func (p pair) divide(q pair, bits uint) pair {
	if !q.complex {
		result := pair{real: p.real.divide(q.real, bits), complex: p.complex}
		if p.complex {
			result.imaginary = p.imaginary.divide(q.real, bits)
		}
		return result
	}
	size := q.real.times(q.real).plus(q.imaginary.times(q.imaginary)).cut(bits + 10)
	real, imaginary := p.real.times(q.real), p.real.times(q.imaginary).negative()
	if p.complex {
		real = real.plus(p.imaginary.times(q.imaginary)).cut(bits + 10)
		imaginary = imaginary.plus(p.imaginary.times(q.real)).cut(bits + 10)
	}
	return pair{real: real.divide(size, bits), imaginary: imaginary.divide(size, bits), complex: true}
}

// show is the number with the digits that its precision gives.
func (p pair) show(bits uint) python.Value {
	digits := shownDigits(bits)
	if !p.complex {
		return python.Opaque{Kind: "mpf", Text: "mpf('" + p.real.text(digits) + "')"}
	}
	return python.Opaque{Kind: "mpc", Text: "mpc(real='" + p.real.text(digits) + "', imag='" + p.imaginary.text(digits) + "')"}
}

// shownDigits is the number of significant digits shown at a binary precision:
// three more than it stands for, but 17 for the 53 bits of a float.
func shownDigits(bits uint) int {
	digits := max(1, int(math.RoundToEven(float64(bits)/bitsPerDigit-1)))
	if digits == 15 {
		return 17
	}
	return digits + 3
}
