package stats

import (
	"math"
	"math/rand/v2"
)

// PairedItem is what one item adds to a metric in each of two runs.
type PairedItem struct {
	A, B Fraction
}

// CompareRatios compares a ratio of sums between two runs on the same items:
// the difference A - B, a BCa bootstrap interval over items (both runs of an
// item are drawn together, so the pairing is kept), and a sign-flip permutation
// test that swaps the two runs of an item at random:
//
//	p = (1 + #{|T*| >= |T|}) / (1 + draws)
//
// Source: Phipson and Smyth, Statistical Applications in Genetics and Molecular
// Biology 9 (2010) 39 for the added one. Above BootstrapLimit items the
// interval is the linearised one of RatioOfSums and p is that of its t
// statistic. Items that add nothing in either run are left out of N.
func CompareRatios(items []PairedItem, sampling Sampling) PairedDifference {
	used := make([]PairedItem, 0, len(items))
	var total PairedItem
	for _, item := range items {
		if item != (PairedItem{}) {
			used = append(used, item)
			total.add(item)
		}
	}
	n := len(used)
	result := PairedDifference{P: math.NaN(), MidP: math.NaN(), Detectable: math.NaN()}
	result.Estimate = Estimate{Value: math.NaN(), Interval: NoInterval(), Method: MethodNone, N: n}
	if total.A.Den == 0 || total.B.Den == 0 || !validConfidence(sampling.Confidence) {
		result.warn(WarnEmpty, "one of the runs has nothing to divide by")
		return result
	}
	result.Value = total.difference()
	variance := differenceVariance(used, total)
	if n < 2 || variance == 0 {
		result.P = 1
		result.warn(WarnConstant, "the difference is the same on every item: no interval can be estimated")
		if result.Value != 0 {
			result.P = flipTest(used, result.Value, sampling)
		}
		return result
	}
	if n < fewItems {
		result.warn(WarnFew, "fewer than 20 pairs: read the interval as a rough guide")
	}
	result.Detectable = detectable(math.Sqrt(variance), 1-sampling.Confidence, 0.8)
	if n > BootstrapLimit {
		se, df := math.Sqrt(variance), float64(n-1)
		half := studentQuantile(1-(1-sampling.Confidence)/2, df) * se
		result.Interval, result.Method = Interval{result.Value - half, result.Value + half}, MethodDelta
		result.P = studentTwoSided(result.Value/se, df)
		return result
	}
	result.Interval = bca(resampleDifferences(used, sampling), result.Value, leaveOnePairOut(used, total), sampling.Confidence)
	result.Method = MethodBootstrap
	result.P = flipTest(used, result.Value, sampling)
	return result
}

func (p *PairedItem) add(item PairedItem) {
	p.A.Num += item.A.Num
	p.A.Den += item.A.Den
	p.B.Num += item.B.Num
	p.B.Den += item.B.Den
}

func (p PairedItem) difference() float64 { return p.A.Num/p.A.Den - p.B.Num/p.B.Den }

// differenceVariance linearises both ratios: item i moves the difference by
// (numA - Ra·denA)/sum denA - (numB - Rb·denB)/sum denB.
func differenceVariance(items []PairedItem, total PairedItem) float64 {
	ratioA, ratioB := total.A.Num/total.A.Den, total.B.Num/total.B.Den
	n, squares := float64(len(items)), 0.0
	for _, item := range items {
		move := (item.A.Num-ratioA*item.A.Den)/total.A.Den - (item.B.Num-ratioB*item.B.Den)/total.B.Den
		squares += move * move
	}
	return n / (n - 1) * squares
}

func resampleDifferences(items []PairedItem, sampling Sampling) []float64 {
	draws := make([]float64, 0, sampling.Resamples)
	stream := newIndexStream(sampling.Seed, len(items))
	for range sampling.Resamples {
		var total PairedItem
		for range items {
			total.add(items[stream.next()])
		}
		if total.A.Den != 0 && total.B.Den != 0 {
			draws = append(draws, total.difference())
		}
	}
	return draws
}

func leaveOnePairOut(items []PairedItem, total PairedItem) []float64 {
	values := make([]float64, len(items))
	for i, item := range items {
		rest := PairedItem{
			Fraction{total.A.Num - item.A.Num, total.A.Den - item.A.Den},
			Fraction{total.B.Num - item.B.Num, total.B.Den - item.B.Den},
		}
		values[i] = rest.difference()
	}
	return values
}

// flipTest draws swaps of the two runs, item by item, and counts differences
// at least as large as the observed one. A tolerance of a few units in the last
// place keeps equal sums in another order from counting as smaller.
func flipTest(items []PairedItem, observed float64, sampling Sampling) float64 {
	source := rand.NewPCG(sampling.Seed^0x5bf03635f0935ad1, sampling.Seed)
	threshold := math.Abs(observed) * (1 - 1e-12)
	extreme := 0
	for range sampling.Resamples {
		var total PairedItem
		var bits uint64
		for i, item := range items {
			if i%64 == 0 {
				bits = source.Uint64()
			}
			if bits&1 == 1 {
				item.A, item.B = item.B, item.A
			}
			bits >>= 1
			total.add(item)
		}
		if math.Abs(total.difference()) >= threshold {
			extreme++
		}
	}
	return float64(1+extreme) / float64(1+sampling.Resamples)
}
