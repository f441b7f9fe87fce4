package stats

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(want) != math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s: got %.6f, want %.6f", what, got, want)
	}
}

// The first rows are method 3 of table I in Newcombe, Statistics in Medicine 17
// (1998) 857.
func TestWilsonPublished(t *testing.T) {
	for _, c := range []struct {
		successes, n int
		low, high    float64
	}{
		{81, 263, 0.2553, 0.3662},
		{15, 148, 0.0624, 0.1605},
		{0, 20, 0.0000, 0.1611},
		{1, 29, 0.0061, 0.1718},
		{29, 29, 0.8830, 1},
		{0, 1, 0, 0.7935},
	} {
		got := Wilson(c.successes, c.n, 0.95)
		near(t, fmt.Sprint(c, " low"), got.Interval.Low, c.low, 6e-5)
		near(t, fmt.Sprint(c, " high"), got.Interval.High, c.high, 6e-5)
	}
}

func TestWilsonWithoutItems(t *testing.T) {
	for _, c := range [][2]int{{0, 0}, {-1, 5}, {6, 5}} {
		got := Wilson(c[0], c[1], 0.95)
		if got.Interval.Known() || len(got.Warnings) == 0 {
			t.Errorf("%v: want a warning and no interval, have %+v", c, got)
		}
	}
}

// Coverage of Wilson's interval is a finite sum, so it is computed, not drawn.
func TestWilsonCoverage(t *testing.T) {
	for _, n := range []int{10, 50, 200} {
		total, count := 0.0, 0
		for p := 0.02; p < 0.99; p += 0.02 {
			covered := 0.0
			for k := range n + 1 {
				interval := Wilson(k, n, 0.95).Interval
				if interval.Low <= p && p <= interval.High {
					covered += distuv.Binomial{N: float64(n), P: p}.Prob(float64(k))
				}
			}
			if covered < 0.83 {
				t.Errorf("n=%d p=%.2f: coverage %.3f", n, p, covered)
			}
			total += covered
			count++
		}
		near(t, fmt.Sprintf("mean coverage at n=%d", n), total/float64(count), 0.95, 0.012)
	}
}

// The counts are those of Bentur et al. (2009) as analysed by Fagerland,
// Lydersen and Laake (2013, 2014): 1 pair only before, 7 only after, of 21.
func TestComparePairsPublished(t *testing.T) {
	got := ComparePairs(PairedCounts{Both: 1, OnlyA: 1, OnlyB: 7, Neither: 12}, 0.95)
	near(t, "difference", got.Value, -0.2857, 5e-5)
	near(t, "exact p", got.P, 0.0703, 5e-5)
	near(t, "mid-p", got.MidP, 0.0391, 5e-5)
	near(t, "low", got.Interval.Low, -0.517, 6e-4)
	near(t, "high", got.Interval.High, -0.026, 6e-4)
}

func TestComparePairsByHand(t *testing.T) {
	for _, c := range []struct {
		b, c   int
		p, mid float64
	}{
		{0, 0, 1, 1},
		{0, 1, 1, 0.5},          // 2·1/2, less 1/2
		{3, 3, 1, 1},            // the middle
		{0, 5, 0.0625, 0.03125}, // 2/32, less 1/32
		{5, 0, 0.0625, 0.03125},
		{1, 5, 14.0 / 64, 8.0 / 64}, // 2·(1+6)/64, less 6/64
	} {
		got := ComparePairs(PairedCounts{Both: 10, OnlyA: c.b, OnlyB: c.c, Neither: 4}, 0.95)
		near(t, fmt.Sprint(c, " p"), got.P, c.p, 1e-12)
		near(t, fmt.Sprint(c, " mid"), got.MidP, c.mid, 1e-12)
	}
}

func TestComparePairsEdges(t *testing.T) {
	all := ComparePairs(PairedCounts{OnlyA: 12}, 0.95)
	if all.Value != 1 || all.Interval.High != 1 || all.Interval.Low < 0.5 || all.Interval.Low >= 1 {
		t.Errorf("all pairs only A: %+v", all)
	}
	none := ComparePairs(PairedCounts{Both: 30, Neither: 20}, 0.95)
	// Without discordant pairs the score interval is ±z²/(n+z²).
	z2 := math.Pow(twoSided(0.95), 2)
	near(t, "high without discord", none.Interval.High, z2/(50+z2), 1e-9)
	near(t, "low without discord", none.Interval.Low, -z2/(50+z2), 1e-9)
	if none.Warnings[0].Code != WarnNoDiscord || !math.IsNaN(none.Detectable) {
		t.Errorf("no discord: %+v", none)
	}
	if empty := ComparePairs(PairedCounts{}, 0.95); empty.Interval.Known() || empty.Warnings[0].Code != WarnEmpty {
		t.Errorf("empty: %+v", empty)
	}
	if bad := ComparePairs(PairedCounts{OnlyA: -1, Both: 4}, 0.95); bad.Warnings[0].Code != WarnInput {
		t.Errorf("negative: %+v", bad)
	}
}

// Swapping the runs must mirror the interval, and its ends must solve T = ±z.
func TestTangoProperties(t *testing.T) {
	z := twoSided(0.95)
	for _, c := range [][3]int{{7, 2, 40}, {0, 3, 25}, {12, 12, 60}, {30, 1, 31}, {40, 20, 160}} {
		there, back := tango(c[0], c[1], c[2], z), tango(c[1], c[0], c[2], z)
		near(t, fmt.Sprint(c, " mirror"), there.Low, -back.High, 1e-9)
		near(t, fmt.Sprint(c, " mirror"), there.High, -back.Low, 1e-9)
		near(t, fmt.Sprint(c, " T(low)"), tangoScore(c[0], c[1], c[2], there.Low), z, 1e-6)
		near(t, fmt.Sprint(c, " T(high)"), tangoScore(c[0], c[1], c[2], there.High), -z, 1e-6)
		// At D = 0 the statistic is McNemar's (b-c)/sqrt(b+c).
		b, cc := float64(c[0]), float64(c[1])
		near(t, fmt.Sprint(c, " T(0)"), tangoScore(c[0], c[1], c[2], 0), (b-cc)/math.Sqrt(b+cc), 1e-9)
	}
}

func TestAdjust(t *testing.T) {
	nan := math.NaN()
	p := []float64{0.01, nan, 0.04, 0.03, 0.005}
	for i, want := range []float64{0.03, nan, 0.06, 0.06, 0.02} {
		near(t, fmt.Sprintf("holm %d", i), Holm(p)[i], want, 1e-12)
	}
	for i, want := range []float64{0.02, nan, 0.04, 0.04, 0.02} {
		near(t, fmt.Sprintf("bh %d", i), BenjaminiHochberg(p)[i], want, 1e-12)
	}
	near(t, "cap", Holm([]float64{0.6, 0.7})[0], 1, 0)
	if len(Holm(nil)) != 0 {
		t.Error("holm of nothing")
	}
}

func TestQuantiles(t *testing.T) {
	values := []float64{4, 1, 3, 2}
	got := Quantiles(values, 0, 0.25, 0.5, 0.9, 1, 1.5)
	for i, want := range []float64{1, 1.75, 2.5, 3.7, 4, math.NaN()} {
		near(t, fmt.Sprint(i), got[i], want, 1e-12)
	}
	if values[0] != 4 {
		t.Error("the input was sorted")
	}
	near(t, "empty", Quantiles(nil, 0.5)[0], math.NaN(), 0)
}

// Figures of the usual table: 2.80·sqrt(q/n) in points.
func TestDetectableEffect(t *testing.T) {
	for _, c := range []struct {
		q    float64
		n    int
		want float64
	}{{0.05, 200, 0.044}, {0.10, 200, 0.063}, {0.30, 114, 0.144}, {0.10, 1000, 0.028}, {0.20, 2000, 0.028}} {
		near(t, fmt.Sprint(c), DetectableEffect(c.q, c.n, 0.05, 0.8), c.want, 5e-4)
	}
	near(t, "no discord", DetectableEffect(0, 10, 0.05, 0.8), math.NaN(), 0)
}

// A test planned for 80 % power must have it: 10 % discordance, n = 1000, a true
// difference of the detectable size.
func TestDetectableEffectHasItsPower(t *testing.T) {
	const n, discordant, rounds = 1000, 0.10, 2500
	effect := DetectableEffect(discordant, n, 0.05, 0.8)
	random := newRandom(3)
	found := 0
	for range rounds {
		b, c := 0, 0
		for range n {
			switch u := random.Float64(); {
			case u < (discordant+effect)/2:
				b++
			case u < discordant:
				c++
			}
		}
		if _, mid := mcNemar(b, c); mid < 0.05 {
			found++
		}
	}
	near(t, "power", float64(found)/rounds, 0.8, 0.03)
}
