package reports

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/stats"
)

// TestHistogramQuantiles compares with the quantiles of the list.
func TestHistogramQuantiles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-5, 40), 1, 60).Draw(t, "values")
		probability := rapid.Float64Range(0, 1).Draw(t, "probability")
		h := histogram{}
		var list []float64
		sum := 0.0
		for _, value := range values {
			h.add(value)
			list = append(list, float64(value))
			sum += float64(value)
		}
		got, want := h.quantiles(probability)[0], stats.Quantiles(list, probability)[0]
		if math.Abs(got-want) > 1e-9 {
			t.Fatalf("quantile %g of %v is %g, want %g", probability, values, got, want)
		}
		if mean := sum / float64(len(values)); math.Abs(h.mean()-mean) > 1e-9 || h.total() != len(values) {
			t.Fatalf("mean %g of %d", h.mean(), h.total())
		}
		if within := h.between(0, 10) + h.between(11, 99) + h.between(-99, -1); within != len(values) {
			t.Fatalf("%d values in all ranges", within)
		}
	})
	if !math.IsNaN(histogram{}.quantiles(0.5)[0]) {
		t.Error("an empty histogram has a median")
	}
}

func TestGini(t *testing.T) {
	for _, test := range []struct {
		counts tally
		want   float64
	}{
		{tally{}, math.NaN()},
		{tally{"a": 7}, 0},
		{tally{"a": 3, "b": 3, "c": 3}, 0},
		{tally{"a": 1, "b": 3}, 0.25},
		{tally{"a": 0, "b": 0, "c": 0, "d": 9}, 0.75},
	} {
		if got := gini(test.counts); math.Abs(got-test.want) > 1e-12 || math.IsNaN(got) != math.IsNaN(test.want) {
			t.Errorf("Gini of %v is %g, want %g", test.counts, got, test.want)
		}
	}
}

func TestClip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		most := rapid.IntRange(0, 12).Draw(t, "most")
		cut := clip(text, most)
		if !strings.HasPrefix(text, cut) || len(cut) > most || utf8.ValidString(text) && !utf8.ValidString(cut) {
			t.Fatalf("%q cut to %d is %q", text, most, cut)
		}
	})
}

func TestHash64KeepsTextsApart(t *testing.T) {
	if hash64("ab", "c") == hash64("a", "bc") || hash64("a") == hash64("a", "") {
		t.Error("different lists share a hash")
	}
}

func TestWordingRules(t *testing.T) {
	for _, test := range []struct {
		request, opening                     string
		words                                int
		one, question, noStop, lower, me, pl bool
	}{
		{"Could you book it?", "could you", 4, true, true, false, false, false, false},
		{"book it, please", "book it", 3, true, false, true, true, false, true},
		{"I'm late. Please help me!", "i'm late", 5, false, false, false, false, true, true},
		{"What does version 1.5 cost?!", "what does", 6, true, false, false, false, false, false},
		{" Mine \n", "mine", 1, true, false, true, false, true, false},
		{"It’s Émile’s.", "it’s émile’s", 2, true, false, false, false, false, false},
		{"Done.\nNext", "done next", 2, false, false, true, false, false, false},
		{"the 'quick' one", "the quick", 3, true, false, true, true, false, false},
		{"", "", 0, true, false, true, false, false, false},
	} {
		w := newWording()
		w.add("id", test.request)
		got := fmt.Sprint(w.words, w.oneSentence == 1, w.question == 1, w.noStop == 1, w.lower == 1, w.firstPerson == 1, w.please == 1)
		want := fmt.Sprint(histogram{test.words: 1}, test.one, test.question, test.noStop, test.lower, test.me, test.pl)
		if got != want {
			t.Errorf("%q: %s, want %s", test.request, got, want)
		}
		opening := ""
		for name := range w.openings {
			opening = name
		}
		if opening != test.opening {
			t.Errorf("%q opens with %q, want %q", test.request, opening, test.opening)
		}
	}
}

func TestDistinct(t *testing.T) {
	s := sample{size: 10}
	s.offer(sampled{1, "a b a b"})
	s.offer(sampled{2, "b A"})
	v := s.variety()
	ratios, size, samples := v.distinct, v.sampleSize, v.samples
	// Words a b a b b a; pairs ab ba ab, ba; triples aba bab.
	if ratios != [3]float64{2.0 / 6, 2.0 / 4, 1} || size != 2 || samples != 1 {
		t.Errorf("%v of %d samples of %d", ratios, samples, size)
	}
	if v := (&sample{}).variety(); !math.IsNaN(v.distinct[0]) || !math.IsNaN(v.selfBLEU) || v.sampleSize != 0 {
		t.Error("nothing has a ratio")
	}
}

// TestSample draws the same requests in whatever order they come, and no more than
// its memory holds.
func TestSample(t *testing.T) {
	const many = sampleSize*sampleCount + 500
	forward, backward := sample{size: sampleSize * sampleCount}, sample{size: sampleSize * sampleCount}
	for i := range many {
		forward.offer(sampled{hash64(fmt.Sprint(i)), fmt.Sprint("some text ", i)})
		j := many - 1 - i
		backward.offer(sampled{hash64(fmt.Sprint(j)), fmt.Sprint("some text ", j)})
	}
	if forward.Len() != sampleSize*sampleCount {
		t.Errorf("%d are kept", forward.Len())
	}
	if !slices.Equal(slices.SortedFunc(slices.Values(forward.kept), compareSampled), slices.SortedFunc(slices.Values(backward.kept), compareSampled)) {
		t.Error("the draw depends on the order")
	}
	one, other := forward.variety(), backward.variety()
	if one != other || one.sampleSize != sampleSize || one.samples != sampleCount {
		t.Errorf("%+v and %+v", one, other)
	}
}
