package stats

import "math"

// RatioSums adds up fractions for a ratio of sums without keeping them: a million
// items take six numbers. The zero value is empty.
type RatioSums struct {
	N                      int     // items that add anything: 0 of 0 does not count
	Num, Den               float64 // sums
	NumNum, NumDen, DenDen float64 // sums of products
}

// Add takes one item in: a cluster with all that belongs to it.
func (s *RatioSums) Add(item Fraction) {
	if item == (Fraction{}) {
		return
	}
	s.N++
	s.Num += item.Num
	s.Den += item.Den
	s.NumNum += item.Num * item.Num
	s.NumDen += item.Num * item.Den
	s.DenDen += item.Den * item.Den
}

// Estimate is the ratio with its linearised interval, as RatioOfSums gives it for
// many items: Var(R) = n/(n-1) · sum((num_i - R·den_i)²) / (sum den)², with n-1
// degrees of freedom. With share the ratio and its interval cannot leave 0..1. Where
// every item is one case that succeeds or fails, the interval is Wilson's; where all
// or none of a share succeed too, over items.
func (s RatioSums) Estimate(share bool, confidence float64) Estimate {
	estimate := Estimate{Value: math.NaN(), Interval: NoInterval(), Method: MethodNone, N: s.N}
	switch {
	case s.Den == 0:
		estimate.warn(WarnEmpty, "no item has a denominator")
		return estimate
	case !validConfidence(confidence):
		estimate.warn(WarnInput, "the confidence must lie between 0 and 1")
		return estimate
	}
	estimate.Value = s.Num / s.Den
	n := float64(s.N)
	if s.N < fewItems {
		estimate.warn(WarnFew, "fewer than 20 items: read the interval as a rough guide")
	}
	cases := s.Den == n && s.DenDen == n && s.NumNum == s.Num // each is 0 or 1 of 1
	if share && (cases || estimate.Value == 0 || estimate.Value == 1) {
		estimate.Interval, estimate.Method = wilson(estimate.Value, n, twoSided(confidence)), MethodWilson
		if !cases {
			estimate.Method = MethodBound
			estimate.warn(WarnBound, "every item lies on the edge of the range: the interval is Wilson's over items")
		}
		return estimate
	}
	if s.N < 2 {
		estimate.warn(WarnConstant, "one item alone: no interval can be estimated")
		return estimate
	}
	squares := max(0, s.NumNum-2*estimate.Value*s.NumDen+estimate.Value*estimate.Value*s.DenDen)
	half := studentQuantile(1-(1-confidence)/2, n-1) * math.Sqrt(n/(n-1)*squares) / s.Den
	estimate.Interval, estimate.Method = Interval{estimate.Value - half, estimate.Value + half}, MethodDelta
	if share {
		estimate.Interval = Interval{max(0, estimate.Interval.Low), min(1, estimate.Interval.High)}
	}
	return estimate
}

// AddAll takes in all items of other sums.
func (s *RatioSums) AddAll(other RatioSums) {
	s.N += other.N
	s.Num += other.Num
	s.Den += other.Den
	s.NumNum += other.NumNum
	s.NumDen += other.NumDen
	s.DenDen += other.DenDen
}
