package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Above the bootstrap's limit the sums give what the list of items gives.
func TestRatioSumsAgreeWithItems(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var items []Fraction
	var sums RatioSums
	for range BootstrapLimit + 500 {
		den := float64(random.IntN(5))
		item := Fraction{math.Floor(den * random.Float64() * 1.2), den}
		items = append(items, item)
		sums.Add(item)
	}
	want := RatioOfSums(items, true, Sampling{Confidence: 0.95})
	have := sums.Estimate(true, 0.95)
	close := func(a, b float64) bool { return math.Abs(a-b) < 1e-12 }
	if have.N != want.N || !close(have.Value, want.Value) || math.Abs(have.Interval.Low-want.Interval.Low) > 1e-9 || math.Abs(have.Interval.High-want.Interval.High) > 1e-9 {
		t.Errorf("sums say %+v, items %+v", have, want)
	}
}

func TestRatioSumsAtTheEdges(t *testing.T) {
	of := func(items ...Fraction) (s RatioSums) {
		for _, item := range items {
			s.Add(item)
		}
		return s
	}
	for name, c := range map[string]struct {
		sums   RatioSums
		value  float64
		method Method
		known  bool
	}{
		"nothing":           {of(), math.NaN(), MethodNone, false},
		"0 of 0 alone":      {of(Fraction{}), math.NaN(), MethodNone, false},
		"cases":             {of(Fraction{1, 1}, Fraction{0, 1}, Fraction{1, 1}), 2.0 / 3, MethodWilson, true},
		"all of clusters":   {of(Fraction{2, 2}, Fraction{3, 3}), 1, MethodBound, true},
		"none of clusters":  {of(Fraction{0, 2}, Fraction{0, 3}), 0, MethodBound, true},
		"one cluster alone": {of(Fraction{1, 2}), 0.5, MethodNone, false},
		"clusters":          {of(Fraction{1, 2}, Fraction{3, 3}), 0.8, MethodDelta, true},
	} {
		have := c.sums.Estimate(true, 0.95)
		same := have.Value == c.value || math.IsNaN(have.Value) && math.IsNaN(c.value)
		if !same || have.Method != c.method || have.Interval.Known() != c.known {
			t.Errorf("%s: %+v", name, have)
		}
		if c.known && (have.Interval.Low < 0 || have.Interval.High > 1 || have.Interval.Low > have.Value || have.Interval.High < have.Value) {
			t.Errorf("%s: interval %+v around %v", name, have.Interval, have.Value)
		}
	}
	if wilsons := Wilson(2, 3, 0.95); of(Fraction{1, 1}, Fraction{0, 1}, Fraction{1, 1}).Estimate(true, 0.95).Interval != wilsons.Interval {
		t.Error("cases have another interval than Wilson's")
	}
	if have := of(Fraction{1, 2}, Fraction{1, 1}).Estimate(true, 2); have.Interval.Known() {
		t.Error("a confidence of 2 has an interval")
	}
}
