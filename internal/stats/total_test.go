package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestTotal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		sample    []float64
		n         int
		sum       float64
		low, high float64
	}{
		{"nothing is known", nil, 10, math.NaN(), math.NaN(), math.NaN()},
		{"one value has no range", []float64{3}, 10, 30, math.NaN(), math.NaN()},
		{"equal values", []float64{2, 2, 2}, 10, 20, 20, 20},
		{"nothing is left", []float64{1, 3}, 0, 0, 0, 0},
		// mean 3, variance 2.5, sqrt(2.5 * (20 + 400/5)) = 15.8114, t(0.975, 4) = 2.77645
		{"five values", []float64{1, 2, 3, 4, 5}, 20, 60, 60 - 2.776445*15.811388, 60 + 2.776445*15.811388},
		{"never below nothing", []float64{0, 10}, 5, 25, 0, 25 + 12.706205*math.Sqrt(50*(5+12.5))},
	}
	for _, test := range tests {
		sum, within := Total(test.sample, test.n, 0.95)
		for _, pair := range [][2]float64{{sum, test.sum}, {within.Low, test.low}, {within.High, test.high}} {
			if math.IsNaN(pair[0]) != math.IsNaN(pair[1]) || math.Abs(pair[0]-pair[1]) > 1e-3 {
				t.Errorf("%s: %v in %v, want %v in [%v, %v]", test.name, sum, within, test.sum, test.low, test.high)
				break
			}
		}
	}
}

// TestTotalKeepsItsPromise predicts the sum of 50 draws from 5.
func TestTotalKeepsItsPromise(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) (values []float64, sum float64) {
		for range n {
			value := 100 + 20*random.NormFloat64()
			values, sum = append(values, value), sum+value
		}
		return values, sum
	}
	const trials = 4000
	held := 0
	for range trials {
		pilot, _ := draw(5)
		_, rest := draw(50)
		if _, within := Total(pilot, 50, 0.95); within.Low <= rest && rest <= within.High {
			held++
		}
	}
	if share := float64(held) / trials; share < 0.94 || share > 0.96 {
		t.Errorf("the range held in %.3f of the trials, want 0.95", share)
	}
}
