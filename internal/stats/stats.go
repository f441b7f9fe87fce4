// Package stats holds the statistics behind the reports: intervals for a
// single score, tests and intervals for the difference of two runs on the same
// items, corrections for several comparisons, and the smallest effect that a
// test can show. Shares and differences are fractions (0.05 is five points).
//
// Nothing here prints or fails: where a figure cannot be had it is NaN, and a
// Warning says why. Every random step takes a seed, so equal inputs give equal
// bits.
package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Interval is a closed range. Both ends are NaN where no interval exists.
type Interval struct {
	Low, High float64
}

// NoInterval is the interval that could not be computed.
func NoInterval() Interval { return Interval{math.NaN(), math.NaN()} }

// Known reports whether the interval has two ends.
func (i Interval) Known() bool { return !math.IsNaN(i.Low) && !math.IsNaN(i.High) }

// Warning says what a reader of a figure has to know. Code is stable and short;
// Text is a sentence.
type Warning struct {
	Code string
	Text string
}

// The codes of warnings.
const (
	WarnEmpty     = "empty"        // nothing to estimate from
	WarnBound     = "at_bound"     // every item lies on the edge of the range
	WarnConstant  = "constant"     // all items alike: no interval can be estimated
	WarnFew       = "few_items"    // too few items for the method to keep its promise
	WarnNoDiscord = "no_discord"   // two runs never disagree
	WarnInput     = "unfit_values" // counts or probabilities outside their range
)

// Method names how an interval was computed.
type Method string

// The methods of intervals.
const (
	MethodWilson    Method = "wilson"    // score interval of a proportion
	MethodBootstrap Method = "bootstrap" // BCa bootstrap over items
	MethodDelta     Method = "delta"     // linearised, cluster-robust, Student's t
	MethodTango     Method = "tango"     // score interval of a paired difference
	MethodBound     Method = "bound"     // Wilson over items that all lie on an edge
	MethodNone      Method = "none"
)

// Estimate is a figure with its interval. N counts the items behind it.
type Estimate struct {
	Value    float64
	Interval Interval
	Method   Method
	N        int
	Warnings []Warning
}

// normalQuantile is z with P(Z <= z) = p for a standard normal Z.
func normalQuantile(p float64) float64 { return mathext.NormalQuantile(p) }

func normalCDF(z float64) float64 { return 0.5 * math.Erfc(-z/math.Sqrt2) }

// studentQuantile is the quantile of Student's t with df degrees of freedom.
func studentQuantile(p, df float64) float64 {
	// |T| exceeds t with the chance I_x(df/2, 1/2), x = df/(df + t²).
	switch {
	case p == 0.5:
		return 0
	case p < 0.5:
		return -studentQuantile(1-p, df)
	}
	x := mathext.InvRegIncBeta(df/2, 0.5, 2*(1-p))
	return math.Sqrt(df * (1 - x) / x)
}

// twoSided is the normal quantile of a two-sided confidence level.
func twoSided(confidence float64) float64 { return normalQuantile(1 - (1-confidence)/2) }

func validConfidence(confidence float64) bool { return confidence > 0 && confidence < 1 }
