package stats

import "math"

// WeightedShare is a share that counts in a weighted sum: Successes of N, and its
// weight, which is not negative.
type WeightedShare struct {
	Weight       float64
	Successes, N int
}

// CombineShares returns the sum of independent shares times their weights, with an
// interval made of their Wilson intervals by the method of variance estimates
// recovery (Zou and Donner, Statistics in Medicine 27, 2008): square and add. Shares
// of nothing count as 0 without uncertainty.
func CombineShares(shares []WeightedShare, confidence float64) (sum float64, interval Interval) {
	var below, above float64
	for _, share := range shares {
		if share.N == 0 || share.Weight == 0 {
			continue
		}
		p := float64(share.Successes) / float64(share.N)
		one := Wilson(share.Successes, share.N, confidence).Interval
		sum += share.Weight * p
		below += square(share.Weight * (p - one.Low))
		above += square(share.Weight * (one.High - p))
	}
	return sum, Interval{sum - math.Sqrt(below), sum + math.Sqrt(above)}
}

func square(x float64) float64 { return x * x }
