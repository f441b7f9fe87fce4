package stats

import "math"

// Fraction is what one item adds to a metric that is a sum of numerators over
// a sum of denominators. Repeats of an item are added up before: an item is
// one cluster.
type Fraction struct {
	Num, Den float64
}

// Sampling says how the random part of an interval or test is done.
type Sampling struct {
	Confidence float64 // such as 0.95
	Resamples  int     // such as 10,000
	Seed       uint64
}

// BootstrapLimit is the largest number of items that is resampled. Above it
// the linearised interval, with Student's t, agrees with the bootstrap to
// the digits that a table shows and costs one pass.
const BootstrapLimit = 2000

// fewItems is where resampling items stops keeping its promised coverage.
const fewItems = 20

// RatioOfSums estimates sum(num)/sum(den) over items with an interval that
// treats each item as one cluster. Items that add nothing, 0 of 0, are left out
// of N; one that adds to the numerator alone counts.
//
// Up to BootstrapLimit items the interval is the bias-corrected and accelerated
// bootstrap over items (Efron, JASA 82 (1987) 171), the whole ratio being
// recomputed in every draw. Above, it is the linearised estimate: with
// residuals e_i = num_i - R·den_i, Var(R) = n/(n-1) · sum(e_i²) / (sum den)²
// and n-1 degrees of freedom (Cochran, Sampling Techniques, 3rd ed. 1977,
// section 6.3, and the G/(G-1) factor for clusters).
//
// Share says that the metric is a share, which cannot leave 0..1. Where every
// item lies on an edge of that range no resampling can show any spread. Then
// the interval is Wilson's over items: it bounds the share of items that could
// have been different, each by the whole range.
func RatioOfSums(items []Fraction, share bool, sampling Sampling) Estimate {
	used := make([]Fraction, 0, len(items))
	for _, item := range items {
		if item != (Fraction{}) {
			used = append(used, item)
		}
	}
	n := len(used)
	total := sum(used)
	if total.Den == 0 {
		return Estimate{math.NaN(), NoInterval(), MethodNone, n,
			[]Warning{{WarnEmpty, "no item has a denominator"}}}
	}
	estimate := Estimate{Value: total.Num / total.Den, N: n, Interval: NoInterval(), Method: MethodNone}
	if !validConfidence(sampling.Confidence) {
		estimate.warn(WarnInput, "the confidence must lie between 0 and 1")
		return estimate
	}
	if n < fewItems {
		estimate.warn(WarnFew, "fewer than 20 items: read the interval as a rough guide")
	}
	switch {
	case share && allEqual(used) && (estimate.Value == 0 || estimate.Value == 1):
		estimate.Interval = wilson(estimate.Value, float64(n), twoSided(sampling.Confidence))
		estimate.Method = MethodBound
		estimate.warn(WarnBound, "every item lies on the edge of the range: the interval is Wilson's over items")
	case allEqual(used):
		estimate.warn(WarnConstant, "all items are alike: no interval can be estimated")
	case n > BootstrapLimit:
		half := studentQuantile(1-(1-sampling.Confidence)/2, float64(n-1)) * math.Sqrt(ratioVariance(used))
		estimate.Interval = Interval{estimate.Value - half, estimate.Value + half}
		if share && allWithinUnit(used) {
			estimate.Interval = Interval{max(0, estimate.Interval.Low), min(1, estimate.Interval.High)}
		}
		estimate.Method = MethodDelta
	default:
		draws := resampleRatios(used, sampling)
		estimate.Interval = bca(draws, estimate.Value, leaveOneOut(used), sampling.Confidence)
		estimate.Method = MethodBootstrap
	}
	return estimate
}

func (e *Estimate) warn(code, text string) { e.Warnings = append(e.Warnings, Warning{code, text}) }

func sum(items []Fraction) (total Fraction) {
	for _, item := range items {
		total.Num += item.Num
		total.Den += item.Den
	}
	return total
}

// allEqual reports whether every item has the same ratio.
func allEqual(items []Fraction) bool {
	for _, item := range items {
		if item.Num*items[0].Den != items[0].Num*item.Den {
			return false
		}
	}
	return true
}

// allWithinUnit reports whether every item's ratio lies in 0..1.
func allWithinUnit(items []Fraction) bool {
	for _, item := range items {
		if ratio := item.Num / item.Den; ratio < 0 || ratio > 1 {
			return false
		}
	}
	return true
}

func ratioVariance(items []Fraction) float64 {
	total := sum(items)
	ratio, n := total.Num/total.Den, float64(len(items))
	squares := 0.0
	for _, item := range items {
		residual := item.Num - ratio*item.Den
		squares += residual * residual
	}
	return n / (n - 1) * squares / (total.Den * total.Den)
}

func leaveOneOut(items []Fraction) []float64 {
	total := sum(items)
	ratios := make([]float64, len(items))
	for i, item := range items {
		ratios[i] = (total.Num - item.Num) / (total.Den - item.Den)
	}
	return ratios
}
