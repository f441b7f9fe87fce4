package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// DetectableEffect is the smallest true difference of two runs, as a share of
// all pairs, that n pairs with a share q of discordant ones show with the given
// power at a two-sided level alpha: (z(1-alpha/2) + z(power)) · sqrt(q/n).
// Source: Miller, "Adding Error Bars to Evals", arXiv 2411.00640, section 5,
// with the variance q - difference² of a paired difference taken at its upper
// bound q.
func DetectableEffect(discordant float64, n int, alpha, power float64) float64 {
	if n <= 0 || discordant <= 0 || discordant > 1 {
		return math.NaN()
	}
	return detectable(math.Sqrt(discordant/float64(n)), alpha, power)
}

func detectable(standardError, alpha, power float64) float64 {
	return (normalQuantile(1-alpha/2) + normalQuantile(power)) * standardError
}

func studentTwoSided(t, df float64) float64 {
	return mathext.RegIncBeta(df/2, 0.5, df/(df+t*t))
}
