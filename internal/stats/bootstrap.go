package stats

import (
	"math"
	"math/rand/v2"
	"slices"
)

// indexStream draws items with equal chance, two to a 64-bit word. Scaling 32
// bits to n items favours none by more than n/2^32, far below what a resample
// can show.
type indexStream struct {
	source *rand.PCG
	n      uint64
	spare  uint64
	left   bool
}

func newIndexStream(seed uint64, n int) *indexStream {
	return &indexStream{source: rand.NewPCG(seed, seed^0x9e3779b97f4a7c15), n: uint64(n)}
}

func (s *indexStream) next() int {
	if s.left {
		s.left = false
		return int(s.spare * s.n >> 32)
	}
	word := s.source.Uint64()
	s.spare, s.left = word&0xffffffff, true
	return int((word >> 32) * s.n >> 32)
}

// resampleRatios draws as many items as there are, with replacement, and
// recomputes the ratio, sampling.Resamples times. Draws whose denominators sum
// to 0 have no ratio and are left out.
func resampleRatios(items []Fraction, sampling Sampling) []float64 {
	draws := make([]float64, 0, sampling.Resamples)
	stream := newIndexStream(sampling.Seed, len(items))
	for range sampling.Resamples {
		num, den := 0.0, 0.0
		for range items {
			item := &items[stream.next()]
			num += item.Num
			den += item.Den
		}
		if den != 0 {
			draws = append(draws, num/den)
		}
	}
	return draws
}

// bca turns bootstrap draws into a bias-corrected and accelerated interval.
// The bias correction is the normal quantile of the share of draws below the
// estimate (ties count half); the acceleration is the jackknife's
// sum(d³) / (6·sum(d²)^1.5) with d_i = mean - leave-one-out value. Source:
// Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 14.3.
func bca(draws []float64, estimate float64, jackknife []float64, confidence float64) Interval {
	if len(draws) == 0 {
		return NoInterval()
	}
	slices.Sort(draws)
	low, high := (1-confidence)/2, 1-(1-confidence)/2
	below := 0.0
	for _, draw := range draws {
		switch {
		case draw < estimate:
			below++
		case draw == estimate:
			below += 0.5
		}
	}
	bias := normalQuantile(below / float64(len(draws)))
	if math.IsInf(bias, 0) {
		// Every draw on one side: the correction is undefined, the percentiles stand.
		return Interval{sortedQuantile(draws, low), sortedQuantile(draws, high)}
	}
	acceleration := jackknifeAcceleration(jackknife)
	corrected := func(p float64) float64 {
		shifted := bias + normalQuantile(p)
		return normalCDF(bias + shifted/(1-acceleration*shifted))
	}
	return Interval{sortedQuantile(draws, corrected(low)), sortedQuantile(draws, corrected(high))}
}

func jackknifeAcceleration(values []float64) float64 {
	mean, known := 0.0, 0
	for _, value := range values {
		if !math.IsNaN(value) && !math.IsInf(value, 0) {
			mean += value
			known++
		}
	}
	mean /= float64(known)
	squares, cubes := 0.0, 0.0
	for _, value := range values {
		if !math.IsNaN(value) && !math.IsInf(value, 0) {
			d := mean - value
			squares += d * d
			cubes += d * d * d
		}
	}
	if squares == 0 {
		return 0
	}
	return cubes / (6 * math.Pow(squares, 1.5))
}
