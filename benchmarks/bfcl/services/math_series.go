package services

import "math/big"

// roundedLogarithm is the natural logarithm of a positive number, rounded to
// nearest at so many bits. It is computed with ever more bits until the rounding
// is beyond doubt; no logarithm but that of 1 is a rational number, so it ends. A
// number near 1 has at most max(bits, 64) bits; of larger ones, the bits beyond
// the working precision do not count.
func roundedLogarithm(x *big.Float, bits uint) *big.Float {
	if x.Cmp(big.NewFloat(1)) == 0 {
		return new(big.Float).SetPrec(bits)
	}
	for working := max(bits, 64) + 40; ; working *= 2 {
		if rounded, sure := settled(approximateLogarithm(x, working), bits, working); sure {
			return rounded
		}
	}
}

// roundedPi is pi rounded to nearest at so many bits.
func roundedPi(bits uint) *big.Float {
	for working := bits + 40; ; working *= 2 {
		// Machin: pi/4 = 4 arctan(1/5) - arctan(1/239)
		sum := inverseSeries(5, working, -1)
		sum.Lsh(sum, 2).Sub(sum, inverseSeries(239, working, -1)).Lsh(sum, 2)
		if rounded, sure := settled(scaledDown(sum, working), bits, working); sure {
			return rounded
		}
	}
}

// settled rounds a value whose error is below 2**14 units of its last place at
// the working precision, and says whether the error cannot change the rounding.
func settled(value *big.Float, bits, working uint) (*big.Float, bool) {
	slack := new(big.Float).SetMantExp(big.NewFloat(1), value.MantExp(nil)-int(working)+14)
	low := new(big.Float).SetPrec(working).Sub(value, slack)
	high := new(big.Float).SetPrec(working).Add(value, slack)
	low.SetPrec(bits)
	high.SetPrec(bits)
	return low, low.Cmp(high) == 0
}

// approximateLogarithm is the logarithm by x = m * 2**e, with m near 1, and
// ln m = 2 artanh((m-1)/(m+1)).
func approximateLogarithm(x *big.Float, working uint) *big.Float {
	one := big.NewFloat(1)
	m := new(big.Float).SetPrec(working)
	exponent := x.MantExp(m)
	m.SetPrec(working)
	if m.Cmp(big.NewFloat(0.7071)) < 0 {
		m.SetMantExp(m, 1)
		exponent--
	}
	z := new(big.Float).SetPrec(working).Sub(m, one)
	z.Quo(z, new(big.Float).SetPrec(working).Add(m, one))
	result := hyperbolicArctangent(z, working)
	result.SetMantExp(result, 1)
	if exponent != 0 {
		twos := scaledDown(scaledLogarithmOfTwo(working+32), working+32)
		twos.Mul(twos, new(big.Float).SetInt64(int64(exponent)))
		result.Add(result, twos)
	}
	return result
}

// hyperbolicArctangent is z + z**3/3 + z**5/5 + ...
func hyperbolicArctangent(z *big.Float, working uint) *big.Float {
	sum := new(big.Float).SetPrec(working).Set(z)
	if z.Sign() == 0 {
		return sum
	}
	square := new(big.Float).SetPrec(working).Mul(z, z)
	power := new(big.Float).SetPrec(working).Set(z)
	term := new(big.Float).SetPrec(working)
	for n := int64(3); ; n += 2 {
		power.Mul(power, square)
		term.Quo(power, new(big.Float).SetInt64(n))
		if term.MantExp(nil) < sum.MantExp(nil)-int(working) {
			return sum
		}
		sum.Add(sum, term)
	}
}

// scaledLogarithmOfTwo is ln 2 times 2**working:
// 18 artanh(1/26) - 2 artanh(1/4801) + 8 artanh(1/8749).
func scaledLogarithmOfTwo(working uint) *big.Int {
	sum := inverseSeries(26, working, 1)
	sum.Mul(sum, big.NewInt(18))
	sum.Sub(sum, new(big.Int).Lsh(inverseSeries(4801, working, 1), 1))
	return sum.Add(sum, new(big.Int).Lsh(inverseSeries(8749, working, 1), 3))
}

// inverseSeries is artanh(1/n) for sign 1, arctan(1/n) for sign -1, times
// 2**working.
func inverseSeries(n int64, working uint, sign int64) *big.Int {
	square := big.NewInt(sign * n * n)
	power := new(big.Int).Lsh(big.NewInt(1), working)
	power.Quo(power, big.NewInt(n))
	sum := new(big.Int).Set(power)
	for k := int64(3); power.Sign() != 0; k += 2 {
		power.Quo(power, square)
		sum.Add(sum, new(big.Int).Quo(power, big.NewInt(k)))
	}
	return sum
}

func scaledDown(scaled *big.Int, working uint) *big.Float {
	value := new(big.Float).SetInt(scaled)
	return value.SetMantExp(value, -int(working))
}
