package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed+1)) }

// The chance that Tango's interval holds the true difference, over small n and
// few discordant pairs.
func TestTangoCoverage(t *testing.T) {
	const rounds = 3000
	random := newRandom(11)
	z := twoSided(0.95)
	for _, c := range []struct {
		n             int
		onlyA, onlyB  float64
		lowest, upper float64
	}{
		{20, 0.10, 0.10, 0.93, 0.995},
		{50, 0.15, 0.05, 0.93, 0.975},
		{200, 0.08, 0.02, 0.93, 0.975},
		{200, 0.02, 0.02, 0.93, 0.985},
	} {
		covered := 0
		for range rounds {
			a, b := 0, 0
			for range c.n {
				switch u := random.Float64(); {
				case u < c.onlyA:
					a++
				case u < c.onlyA+c.onlyB:
					b++
				}
			}
			interval := tango(a, b, c.n, z)
			if truth := c.onlyA - c.onlyB; interval.Low <= truth && truth <= interval.High {
				covered++
			}
		}
		if share := float64(covered) / rounds; share < c.lowest || share > c.upper {
			t.Errorf("%+v: coverage %.3f", c, share)
		}
	}
}

// Items with few, correlated parts, as calls within a conversation are: the
// interval over items must cover the true ratio, an interval over parts would not.
func drawItem(random *rand.Rand) Fraction {
	parts := 1 + random.IntN(6)
	chance := 0.55 + 0.4*random.Float64()
	if random.Float64() < 0.3 {
		chance = 0.2
	}
	item := Fraction{Den: float64(parts)}
	for range parts {
		if random.Float64() < chance {
			item.Num++
		}
	}
	return item
}

func TestRatioCoverage(t *testing.T) {
	random := newRandom(5)
	var everything Fraction
	for range 400_000 {
		item := drawItem(random)
		everything.Num += item.Num
		everything.Den += item.Den
	}
	truth := everything.Num / everything.Den
	const rounds = 300
	for _, n := range []int{40, 120} {
		boot, delta := 0, 0
		for round := range rounds {
			items := make([]Fraction, n)
			for i := range items {
				items[i] = drawItem(random)
			}
			interval := RatioOfSums(items, true, Sampling{0.95, 400, uint64(round)}).Interval
			if interval.Low <= truth && truth <= interval.High {
				boot++
			}
			total := sum(items)
			half := studentQuantile(0.975, float64(n-1)) * math.Sqrt(ratioVariance(items))
			if math.Abs(total.Num/total.Den-truth) <= half {
				delta++
			}
		}
		near(t, fmt.Sprintf("bootstrap coverage, n=%d", n), float64(boot)/rounds, 0.95, 0.03)
		near(t, fmt.Sprintf("linearised coverage, n=%d", n), float64(delta)/rounds, 0.95, 0.03)
	}
}

func TestRatioByHand(t *testing.T) {
	items := []Fraction{{1, 2}, {2, 2}, {0, 1}, {0, 0}, {3, 5}}
	got := RatioOfSums(items, true, Sampling{0.95, 2000, 1})
	near(t, "ratio", got.Value, 0.6, 1e-12)
	if got.N != 4 || got.Warnings[0].Code != WarnFew || got.Method != MethodBootstrap {
		t.Errorf("%+v", got)
	}
	// Residuals -0.2, 0.8, -0.6, 0 give 1.04; 4/3 · 1.04 / 100.
	near(t, "variance", ratioVariance([]Fraction{{1, 2}, {2, 2}, {0, 1}, {3, 5}}), 4.0/3*1.04/100, 1e-12)
	if again := RatioOfSums(items, true, Sampling{0.95, 2000, 1}); !reflect.DeepEqual(got, again) {
		t.Error("the same seed gave another interval")
	}
}

func TestRatioEdges(t *testing.T) {
	perfect := RatioOfSums([]Fraction{{2, 2}, {5, 5}, {1, 1}}, true, Sampling{0.95, 1000, 1})
	want := Wilson(3, 3, 0.95).Interval
	if perfect.Method != MethodBound || perfect.Interval != want {
		t.Errorf("all at 1: %+v, want %v", perfect, want)
	}
	alike := RatioOfSums([]Fraction{{3, 1}, {3, 1}}, true, Sampling{0.95, 1000, 1})
	if alike.Interval.Known() || alike.Value != 3 {
		t.Errorf("all alike: %+v", alike)
	}
	count := RatioOfSums([]Fraction{{0, 1}, {0, 1}}, false, Sampling{0.95, 1000, 1})
	if count.Interval.Known() || count.Method != MethodNone {
		t.Errorf("a count that is 0 everywhere has no upper bound: %+v", count)
	}
	empty := RatioOfSums([]Fraction{{0, 0}}, true, Sampling{0.95, 1000, 1})
	if !math.IsNaN(empty.Value) || empty.Warnings[0].Code != WarnEmpty {
		t.Errorf("empty: %+v", empty)
	}
	// An item may add to the numerator alone.
	loose := RatioOfSums([]Fraction{{1, 0}, {1, 2}, {0, 0}}, true, Sampling{0.95, 1000, 1})
	if loose.Value != 1 || loose.N != 2 {
		t.Errorf("numerator alone: %+v", loose)
	}
	if none := RatioOfSums([]Fraction{{1, 0}}, true, Sampling{0.95, 1000, 1}); !math.IsNaN(none.Value) {
		t.Errorf("no denominator at all: %+v", none)
	}
	// Far above the limit the interval is linearised and stays inside 0..1.
	many := make([]Fraction, BootstrapLimit+500)
	for i := range many {
		many[i] = Fraction{1, 1}
	}
	many[0].Num = 0
	large := RatioOfSums(many, true, Sampling{0.95, 1000, 1})
	if large.Method != MethodDelta || large.Interval.High > 1 {
		t.Errorf("large: %+v", large)
	}
}

// The draws are the quantiles of a uniform, so the ends are the corrected levels
// themselves; those come from the textbook formula worked out elsewhere.
func TestBCaByHand(t *testing.T) {
	draws := make([]float64, 1001)
	for i := range draws {
		draws[len(draws)-1-i] = float64(i) / 1000
	}
	got := bca(draws, 0.62, []float64{0.1, 0.2, 0.3, 0.4, 1.5}, 0.95)
	near(t, "low", got.Low, 0.0462366, 1e-6)
	near(t, "high", got.High, 0.9841388, 1e-6)
}

// Below the limit both methods must tell nearly the same.
func TestBootstrapAgreesWithLinearised(t *testing.T) {
	random := newRandom(8)
	items := make([]Fraction, BootstrapLimit)
	for i := range items {
		items[i] = drawItem(random)
	}
	got := RatioOfSums(items, true, Sampling{0.95, 2500, 2})
	half := studentQuantile(0.975, float64(len(items)-1)) * math.Sqrt(ratioVariance(items))
	near(t, "low", got.Interval.Low, got.Value-half, 0.0015)
	near(t, "high", got.Interval.High, got.Value+half, 0.0015)
}

func TestCompareRatiosByHand(t *testing.T) {
	items := make([]PairedItem, 8)
	for i := range items {
		items[i] = PairedItem{Fraction{float64(1 + i%2), 2}, Fraction{0, 2}}
	}
	got := CompareRatios(items, Sampling{0.95, 20_000, 4})
	near(t, "difference", got.Value, 0.75, 1e-12)
	near(t, "p of all eight in favour", got.P, 2.0/256, 0.002)
	swapped := make([]PairedItem, len(items))
	for i, item := range items {
		swapped[i] = PairedItem{item.B, item.A}
	}
	back := CompareRatios(swapped, Sampling{0.95, 20_000, 4})
	near(t, "mirrored low", back.Interval.Low, -got.Interval.High, 1e-9)

	same := CompareRatios([]PairedItem{{Fraction{1, 2}, Fraction{1, 2}}, {Fraction{2, 2}, Fraction{2, 2}}}, Sampling{0.95, 100, 4})
	if same.P != 1 || same.Interval.Known() || same.Warnings[0].Code != WarnConstant {
		t.Errorf("two equal runs: %+v", same)
	}
	if empty := CompareRatios(nil, Sampling{0.95, 100, 4}); empty.Interval.Known() || empty.N != 0 {
		t.Errorf("empty: %+v", empty)
	}
}

// Under the null hypothesis the permutation test must reject at its level, and
// the interval must cover 0 as often as it says, for both methods.
func TestCompareRatiosUnderTheNull(t *testing.T) {
	random := newRandom(21)
	const rounds, n = 300, 60
	rejected, covered := 0, 0
	for round := range rounds {
		items := make([]PairedItem, n)
		for i := range items {
			a := drawItem(random)
			b := Fraction{Den: a.Den}
			for range int(a.Den) {
				if random.Float64() < a.Num/a.Den {
					b.Num++
				}
			}
			if random.Float64() < 0.5 {
				a, b = b, a
			}
			items[i] = PairedItem{a, b}
		}
		got := CompareRatios(items, Sampling{0.95, 400, uint64(round)})
		if got.P < 0.05 {
			rejected++
		}
		if got.Interval.Low <= 0 && 0 <= got.Interval.High {
			covered++
		}
	}
	near(t, "rejections", float64(rejected)/rounds, 0.05, 0.03)
	near(t, "coverage", float64(covered)/rounds, 0.95, 0.03)
}

// For many items the t statistic takes over; it must agree with the flips.
func TestCompareRatiosLarge(t *testing.T) {
	random := newRandom(2)
	items := make([]PairedItem, BootstrapLimit+1)
	for i := range items {
		a := drawItem(random)
		b := a
		if random.Float64() < 0.06 {
			b.Num = min(b.Den, b.Num+1)
		}
		if random.Float64() < 0.06 {
			b.Num = max(0, b.Num-1)
		}
		items[i] = PairedItem{a, b}
	}
	large := CompareRatios(items, Sampling{0.95, 4000, 6})
	if large.Method != MethodDelta {
		t.Fatalf("method %s", large.Method)
	}
	// The flips move in whole successes, which alone lifts their p by about 0.01.
	flips := flipTest(items, large.Value, Sampling{0.95, 4000, 6})
	near(t, "p", large.P, flips, 0.03)
}

func BenchmarkRatioOfSums200(b *testing.B) {
	random := newRandom(1)
	items := make([]Fraction, 200)
	for i := range items {
		items[i] = drawItem(random)
	}
	for b.Loop() {
		RatioOfSums(items, true, Sampling{0.95, 10_000, 1})
	}
}

func BenchmarkCompareRatios200(b *testing.B) {
	random := newRandom(1)
	items := make([]PairedItem, 200)
	for i := range items {
		items[i] = PairedItem{drawItem(random), drawItem(random)}
	}
	for b.Loop() {
		CompareRatios(items, Sampling{0.95, 10_000, 1})
	}
}
