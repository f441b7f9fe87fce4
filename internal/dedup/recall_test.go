package dedup

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// similarPair writes two texts of about n words that share a given part of them.
func similarPair(random *rand.Rand, n int, share float64) (a, b string) {
	first := make([]string, n)
	for i := range first {
		first[i] = fmt.Sprint("w", random.IntN(1_000_000))
	}
	second := slices.Clone(first)
	for _, at := range random.Perm(n)[:int(math.Round(float64(n)*(1-share)))] {
		second[at] = fmt.Sprint("v", random.IntN(1_000_000))
	}
	return strings.Join(first, " "), strings.Join(second, " ")
}

// TestEstimates compares the share of equal minima, which estimates the Jaccard
// similarity, with the exact one: no bias, and the error of a binomial.
func TestEstimates(t *testing.T) {
	const functions, pairs = 128, 400
	hashes := permutations(functions, 3)
	o := Options{ShingleWords: 1}.withDefaults()
	var readers [2]shingler
	t.Log("similarity  mean error  standard error  of a binomial")
	for _, share := range []float64{0.2, 0.5, 0.8, 0.95} {
		random := newRandom(uint64(100 * share))
		var sum, squares, expected, exact float64
		for range pairs {
			a, b := similarPair(random, 60, share)
			first, second := readers[0].shingles(a, o), readers[1].shingles(b, o)
			equal := 0
			for _, function := range hashes {
				if function.least(first) == function.least(second) {
					equal++
				}
			}
			want := Similarity(a, b, o)
			diff := float64(equal)/functions - want
			sum, squares, exact = sum+diff, squares+diff*diff, exact+want
			expected += want * (1 - want) / functions
		}
		mean, spread, binomial := sum/pairs, math.Sqrt(squares/pairs), math.Sqrt(expected/pairs)
		t.Logf("%10.3f  %+10.4f  %14.4f  %13.4f", exact/pairs, mean, spread, binomial)
		if math.Abs(mean) > 4*binomial/math.Sqrt(pairs) || spread > 1.2*binomial || spread < 0.8*binomial {
			t.Errorf("at %.2f: mean error %.4f, standard error %.4f, a binomial has %.4f", share, mean, spread, binomial)
		}
	}
}

// TestRecall measures, for pairs of known similarity hidden among other texts, how
// many the index finds of those that comparing everything finds.
func TestRecall(t *testing.T) {
	t.Parallel()
	t.Log("threshold  bands x rows  similarity  pairs  found  recall  promised")
	for _, threshold := range []float64{0.5, 0.7, 0.8, 0.9} {
		o := Options{Threshold: threshold, ShingleWords: 1, Seed: 11}
		layout := o.withDefaults().layout()
		for _, bin := range []float64{0, 0.05, 0.1} { // above the threshold
			random := newRandom(uint64(1000*threshold + 100*bin))
			x := mustNew(t, o)
			var others []string
			var similarity []float64
			for len(others) < 400 {
				wanted := min(1, threshold+bin+0.02*random.Float64())
				a, b := similarPair(random, 80, 2*wanted/(1+wanted)) // of equal sets, sharing s means s/(2-s)
				if s := Similarity(a, b, o); s >= threshold {
					x.Add(a)
					others, similarity = append(others, b), append(similarity, s)
				}
			}
			found, mean, promised := 0, 0.0, 0.0
			for i, text := range others {
				if match, ok := x.Find(text); ok && match.ID == i {
					found++
				}
				mean += similarity[i] / float64(len(others))
				promised += (1 - math.Pow(1-math.Pow(similarity[i], float64(layout.Rows)), float64(layout.Bands))) / float64(len(others))
			}
			recall := float64(found) / float64(len(others))
			t.Logf("%9.2f  %5d x %-4d  %10.3f  %5d  %5d  %6.4f  %8.4f", threshold, layout.Bands, layout.Rows, mean, len(others), found, recall, promised)
			if slack := 4 * math.Sqrt(promised*(1-promised)/float64(len(others))); recall < promised-slack-0.002 || recall < 0.96 {
				t.Errorf("threshold %.2f, similarity %.3f: recall %.4f, promised %.4f", threshold, mean, recall, promised)
			}
		}
	}
}

// TestRecallAgainstBruteForce compares every text with every earlier one and asks
// how many of those with a near-duplicate the index gives away.
func TestRecallAgainstBruteForce(t *testing.T) {
	t.Parallel()
	t.Log("threshold  texts  with a near-duplicate  found  recall")
	for _, threshold := range []float64{0.5, 0.7, 0.8, 0.9} {
		o := Options{Threshold: threshold, ShingleWords: 2, Seed: 5}
		texts := corpus(newRandom(9), 600, 1200, "w")
		x := mustNew(t, o)
		var reader shingler
		var sets []set
		duplicates, found := 0, 0
		for _, text := range texts {
			own := newSet(reader.shingles(text, o.withDefaults()))
			if slices.ContainsFunc(sets, func(other set) bool { return own.jaccard(other) >= threshold }) {
				duplicates++
				if _, ok := x.Find(text); ok {
					found++
				}
			}
			sets = append(sets, own)
			x.Add(text)
		}
		recall := float64(found) / float64(duplicates)
		t.Logf("%9.2f  %5d  %21d  %5d  %6.4f", threshold, len(texts), duplicates, found, recall)
		if duplicates < 20 || float64(found) < 0.97*float64(duplicates)-1 {
			t.Errorf("threshold %.2f: found %d of %d", threshold, found, duplicates)
		}
	}
}

// TestLongTexts: the similarity of texts with more shingles than are kept is
// estimated without bias and within four standard errors.
func TestLongTexts(t *testing.T) {
	random := newRandom(2)
	o := Options{ShingleWords: 1}
	for _, lengths := range [][2]int{{3 * MaxShingles, 3 * MaxShingles}, {5 * MaxShingles, 5 * MaxShingles}} {
		for _, share := range []float64{0.3, 0.8, 0.95} {
			a, b := similarPair(random, lengths[0], share)
			have, want := Similarity(a, b, o), plainJaccard(a, b, o.withDefaults())
			if math.Abs(have-want) > 4*math.Sqrt(want*(1-want)/MaxShingles) {
				t.Errorf("%d words: %.4f, want %.4f", lengths[0], have, want)
			}
		}
	}
	// One long and one short text: all of the short one is inside.
	long, _ := similarPair(random, 3*MaxShingles, 1)
	short := strings.Join(strings.Fields(long)[:MaxShingles], " ")
	if have := Similarity(long, short, o); math.Abs(have-1.0/3) > 4*math.Sqrt(2.0/9/MaxShingles) {
		t.Errorf("a third of a text: %.4f", have)
	}
}
