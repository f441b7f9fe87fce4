package stats

import "math"

// Total predicts the sum over n further items like those of the sample, with the
// range in which it lies with the given confidence: Student's t, for both the
// mean's uncertainty and the items' own spread. Values are amounts, so the range
// does not go below 0. From fewer than two values there is no range, from none no
// sum.
func Total(sample []float64, n int, confidence float64) (sum float64, within Interval) {
	size := float64(len(sample))
	mean := 0.0
	for _, value := range sample {
		mean += value / size
	}
	if len(sample) == 0 {
		return math.NaN(), NoInterval()
	}
	further := float64(max(n, 0))
	sum = further * mean
	if len(sample) < 2 || !validConfidence(confidence) {
		return sum, NoInterval()
	}
	squares := 0.0
	for _, value := range sample {
		squares += (value - mean) * (value - mean)
	}
	spread := math.Sqrt(squares / (size - 1) * (further + further*further/size))
	half := studentQuantile(1-(1-confidence)/2, size-1) * spread
	return sum, Interval{math.Max(0, sum-half), sum + half}
}
