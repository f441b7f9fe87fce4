package python

import (
	"math"
	"math/big"
)

// powerPrecision leaves some 100 bits behind a float64's 53 after the logarithm,
// up to 2**10, is multiplied.
const powerPrecision = 192

// roundedPower is x**y rounded once, for finite operands, x neither 0 nor 1 and y
// not 0; estimate is a float near it.
func roundedPower(x, y, estimate float64) float64 {
	exponent := y * math.Log2(math.Abs(x))
	if math.Abs(exponent) > 1100 {
		return estimate // infinite or zero beyond doubt
	}
	// x = m * 2**e, so x**y = exp(y*ln m + y*e*ln 2).
	mantissa, power := math.Frexp(math.Abs(x))
	if mantissa < math.Sqrt2/2 {
		mantissa, power = mantissa*2, power-1
	}
	log := newPrecise().Mul(precise(float64(power)), ln2())
	log.Add(log, lnNearOne(precise(mantissa)))
	log.Mul(log, precise(y))
	// Rounded in between, so that a power that is exact, or half-way, is seen as such.
	result, _ := exponential(log).SetPrec(powerPrecision - 40).Float64()
	return math.Copysign(result, estimate)
}

func newPrecise() *big.Float { return new(big.Float).SetPrec(powerPrecision) }

func precise(x float64) *big.Float { return newPrecise().SetFloat64(x) }

// ln2 is ln 2.
func ln2() *big.Float { return lnNearOne(precise(2)) }

// lnNearOne is ln m = 2*artanh((m-1)/(m+1)), quick for m between 1/2 and 2.
func lnNearOne(m *big.Float) *big.Float {
	one := precise(1)
	t := newPrecise().Quo(newPrecise().Sub(m, one), newPrecise().Add(m, one))
	if t.Sign() == 0 {
		return newPrecise()
	}
	square := newPrecise().Mul(t, t)
	sum, term := newPrecise().Set(t), newPrecise().Set(t)
	for k := 3.0; term.MantExp(nil) > sum.MantExp(nil)-powerPrecision; k += 2 {
		term.Mul(term, square)
		sum.Add(sum, newPrecise().Quo(term, precise(k)))
	}
	return sum.Mul(sum, precise(2))
}

// exponential is e**v: v is brought under 2**-8 by halving, the series summed and
// squared back.
func exponential(v *big.Float) *big.Float {
	if v.Sign() == 0 {
		return precise(1)
	}
	// Take out powers of two first, so that squaring loses little.
	ratio, _ := newPrecise().Quo(v, ln2()).Float64()
	twos := math.Round(ratio)
	rest := newPrecise().Sub(v, newPrecise().Mul(precise(twos), ln2()))
	const halvings = 8
	rest.SetMantExp(rest, -halvings)
	sum, term := precise(1), precise(1)
	for k := 1.0; term.Sign() != 0 && term.MantExp(nil) > -powerPrecision; k++ {
		term.Mul(term, rest)
		term.Quo(term, precise(k))
		sum.Add(sum, term)
	}
	for range halvings {
		sum.Mul(sum, sum)
	}
	return sum.SetMantExp(sum, int(twos))
}
