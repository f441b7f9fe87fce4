package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// One share of weight 1 has Wilson's interval; two of the same size are as sure as
// their mean is.
func TestCombineShares(t *testing.T) {
	sum, interval := CombineShares([]WeightedShare{{1, 30, 100}}, 0.95)
	if want := Wilson(30, 100, 0.95).Interval; sum != 0.3 || math.Abs(interval.Low-want.Low) > 1e-12 || math.Abs(interval.High-want.High) > 1e-12 {
		t.Errorf("one share: %v %v, want 0.3 %v", sum, interval, want)
	}
	sum, both := CombineShares([]WeightedShare{{0.5, 30, 100}, {0.5, 30, 100}, {0.5, 0, 0}}, 0.95)
	if ratio := (both.High - both.Low) / (interval.High - interval.Low); sum != 0.3 || math.Abs(ratio-math.Sqrt(0.5)) > 1e-12 {
		t.Errorf("two shares: %v %v, %v as wide as one", sum, both, ratio)
	}
	if sum, interval := CombineShares(nil, 0.95); sum != 0 || interval != (Interval{}) {
		t.Errorf("nothing: %v %v", sum, interval)
	}
}

// The interval holds the true value about as often as it says.
func TestCombineSharesCovers(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	truths := []struct {
		p, weight float64
		n         int
	}{{0.95, 0.1, 50}, {0.5, 0.3, 200}, {0.1, 0.4, 155}, {0.99, 0.2, 16}}
	want := 0.0
	for _, truth := range truths {
		want += truth.p * truth.weight
	}
	const runs = 4000
	held := 0
	for range runs {
		var shares []WeightedShare
		for _, truth := range truths {
			hits := 0
			for range truth.n {
				if random.Float64() < truth.p {
					hits++
				}
			}
			shares = append(shares, WeightedShare{truth.weight, hits, truth.n})
		}
		if _, interval := CombineShares(shares, 0.95); interval.Low <= want && want <= interval.High {
			held++
		}
	}
	if share := float64(held) / runs; share < 0.94 || share > 0.985 {
		t.Errorf("an interval of 95 %% holds the truth in %.1f %%", 100*share)
	}
}
