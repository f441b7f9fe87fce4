package stats

import (
	"math"
	"slices"
)

// Quantiles returns the quantiles of values at the given probabilities, by
// linear interpolation between order statistics (definition 7 of Hyndman and
// Fan, The American Statistician 50 (1996) 361). The values need no order and
// are not changed. Without values, every quantile is NaN.
func Quantiles(values []float64, probabilities ...float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	quantiles := make([]float64, len(probabilities))
	for i, p := range probabilities {
		quantiles[i] = sortedQuantile(sorted, p)
	}
	return quantiles
}

func sortedQuantile(sorted []float64, p float64) float64 {
	if len(sorted) == 0 || math.IsNaN(p) || p < 0 || p > 1 {
		return math.NaN()
	}
	place := p * float64(len(sorted)-1)
	below := int(place)
	if below+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	share := place - float64(below)
	return sorted[below]*(1-share) + sorted[below+1]*share
}
