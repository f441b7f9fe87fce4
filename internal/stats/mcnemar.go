package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// PairedCounts is the result of two runs on the same items, each passed or
// failed: OnlyA and OnlyB are the discordant pairs.
type PairedCounts struct {
	Both, OnlyA, OnlyB, Neither int
}

// N is the number of pairs.
func (c PairedCounts) N() int { return c.Both + c.OnlyA + c.OnlyB + c.Neither }

// PairedDifference is the difference A - B over pairs. P is two-sided.
type PairedDifference struct {
	Estimate
	P    float64 // exact McNemar, or sign-flip permutation
	MidP float64 // McNemar's mid-p; NaN for a permutation
	// Detectable is the smallest true difference that pairs like these show
	// with 80 % power at the two-sided level 1 - confidence.
	Detectable float64
}

// ComparePairs compares two runs by pass and fail: the exact McNemar test with
// Tango's interval.
//
// Under the null hypothesis the smaller discordant count is binomial with
// chance 1/2: p = min(1, 2·P(X <= min(b,c))), and mid-p takes off the
// probability of the observed count itself. Sources: McNemar, Psychometrika 12
// (1947) 153; Fagerland, Lydersen and Laake, BMC Medical Research Methodology
// 13 (2013) 91 for mid-p.
func ComparePairs(counts PairedCounts, confidence float64) PairedDifference {
	n := counts.N()
	result := PairedDifference{P: math.NaN(), MidP: math.NaN(), Detectable: math.NaN()}
	result.Estimate = Estimate{Value: math.NaN(), Interval: NoInterval(), Method: MethodNone, N: n}
	if min(counts.Both, counts.OnlyA, counts.OnlyB, counts.Neither) < 0 || !validConfidence(confidence) {
		result.warn(WarnInput, "counts must not be negative, the confidence must lie between 0 and 1")
		return result
	}
	if n == 0 {
		result.warn(WarnEmpty, "no item has a verdict in both runs")
		return result
	}
	result.P, result.MidP = mcNemar(counts.OnlyA, counts.OnlyB)
	result.Value = float64(counts.OnlyA-counts.OnlyB) / float64(n)
	result.Interval = tango(counts.OnlyA, counts.OnlyB, n, twoSided(confidence))
	result.Method = MethodTango
	discordant := counts.OnlyA + counts.OnlyB
	if discordant == 0 {
		result.warn(WarnNoDiscord, "the two runs agree on every item")
		return result
	}
	result.Detectable = DetectableEffect(float64(discordant)/float64(n), n, 1-confidence, 0.8)
	return result
}

func mcNemar(b, c int) (p, mid float64) {
	if b+c == 0 {
		return 1, 1
	}
	// X is binomial with b + c draws of chance 1/2: P(X <= k) = I_1/2(b+c-k, k+1).
	n, smaller := float64(b+c), float64(min(b, c))
	tail := 2 * mathext.RegIncBeta(n-smaller, smaller+1, 0.5)
	// With b = c the doubled tail counts the middle twice: it is 1 + P(X = b).
	return min(1, tail), tail - halfBinomial(n, smaller)
}

// halfBinomial is P(X = k) of n draws with the chance 1/2.
func halfBinomial(n, k float64) float64 {
	all, _ := math.Lgamma(n + 1)
	hits, _ := math.Lgamma(k + 1)
	misses, _ := math.Lgamma(n - k + 1)
	return math.Exp(all - hits - misses - n*math.Ln2)
}

// tango inverts the score test for a difference of paired proportions. For a
// hypothetical difference D the restricted maximum-likelihood estimate of the
// chance of an only-B pair is
//
//	q = (sqrt(B² - 4AC) - B) / 2A,  A = 2n, B = -b - c + (2n - b + c)·D, C = -c·D·(1 - D)
//
// and T(D) = (b - c - nD) / sqrt(n·(2q + D(1 - D))) falls in D, so the ends are
// the D with T(D) = ±z. It holds its level for small n and with few discordant
// pairs, and needs nothing but b, c and n. Source: Tango, Statistics in
// Medicine 17 (1998) 891; recommended by Fagerland, Lydersen and Laake,
// Statistics in Medicine 33 (2014) 2850.
func tango(b, c, n int, z float64) Interval {
	estimate := float64(b-c) / float64(n)
	interval := Interval{-1, 1}
	if b-c > -n {
		interval.Low = bisect(-1, estimate, func(d float64) bool { return tangoScore(b, c, n, d) > z })
	}
	if b-c < n {
		interval.High = bisect(estimate, 1, func(d float64) bool { return tangoScore(b, c, n, d) >= -z })
	}
	return interval
}

func tangoScore(onlyA, onlyB, pairs int, d float64) float64 {
	b, c, n := float64(onlyA), float64(onlyB), float64(pairs)
	linear := -b - c + (2*n-b+c)*d
	constant := -c * d * (1 - d)
	q := (math.Sqrt(max(0, linear*linear-8*n*constant)) - linear) / (4 * n)
	variance := n * (2*q + d*(1-d))
	difference := b - c - n*d
	if variance <= 0 {
		if difference == 0 {
			return 0
		}
		return math.Copysign(math.Inf(1), difference)
	}
	return difference / math.Sqrt(variance)
}

// bisect returns the border between a region at low where inside holds and one
// at high where it does not.
func bisect(low, high float64, inside func(float64) bool) float64 {
	for range 60 {
		middle := (low + high) / 2
		if inside(middle) {
			low = middle
		} else {
			high = middle
		}
	}
	return (low + high) / 2
}
