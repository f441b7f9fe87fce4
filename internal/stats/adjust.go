package stats

import (
	"cmp"
	"math"
	"slices"
)

// Holm adjusts p-values for several comparisons so that the chance of any
// false alarm stays below the level: the i-th smallest of m is multiplied by
// m-i+1, made monotone and capped at 1. Source: Holm, Scandinavian Journal of
// Statistics 6 (1979) 65. The order of the input is kept; NaN is no test: it
// stays NaN and does not count.
func Holm(pValues []float64) []float64 {
	adjusted, order := adjustable(pValues)
	largest := 0.0
	for rank, i := range order {
		largest = max(largest, pValues[i]*float64(len(order)-rank))
		adjusted[i] = min(1, largest)
	}
	return adjusted
}

// BenjaminiHochberg adjusts p-values so that among the comparisons called
// different the expected share of false ones stays below the level: the i-th
// smallest of m is multiplied by m/i, made monotone from the largest down.
// Source: Benjamini and Hochberg, JRSS B 57 (1995) 289. NaN is treated as in
// Holm.
func BenjaminiHochberg(pValues []float64) []float64 {
	adjusted, order := adjustable(pValues)
	smallest := 1.0
	for rank := len(order) - 1; rank >= 0; rank-- {
		i := order[rank]
		smallest = min(smallest, pValues[i]*float64(len(order))/float64(rank+1))
		adjusted[i] = smallest
	}
	return adjusted
}

// adjustable returns a result full of NaN and the places of the real p-values,
// from the smallest up.
func adjustable(pValues []float64) (adjusted []float64, order []int) {
	adjusted = make([]float64, len(pValues))
	for i, p := range pValues {
		adjusted[i] = math.NaN()
		if !math.IsNaN(p) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(pValues[a], pValues[b]) })
	return adjusted, order
}
