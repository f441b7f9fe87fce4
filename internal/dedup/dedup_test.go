package dedup

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func mustNew(t testing.TB, o Options) *Index {
	t.Helper()
	x, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestOptions(t *testing.T) {
	for want, o := range map[string]Options{
		"threshold":   {Threshold: 1.1},
		"1 to 16":     {ShingleWords: 17},
		"1 to 1024":   {Permutations: 1025},
		"not -1":      {Permutations: -1},
		"the recall":  {Recall: 1},
		"at most 1, ": {Threshold: math.NaN()},
	} {
		if _, err := New(o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", o, err, want)
		}
	}
}

// TestLayout shows what the defaults and other thresholds lead to.
func TestLayout(t *testing.T) {
	for _, test := range []struct {
		o           Options
		bands, rows int
	}{
		{Options{}, 17, 7},
		{Options{Threshold: 0.9}, 11, 11},
		{Options{Threshold: 0.7}, 22, 5},
		{Options{Threshold: 0.5}, 30, 3},
		{Options{Threshold: 0.5, Permutations: 512}, 61, 4},
		{Options{Threshold: 1}, 1, 128},
		{Options{Threshold: 0.01}, 128, 1},
	} {
		layout := test.o.withDefaults().layout()
		if layout.Bands != test.bands || layout.Rows != test.rows {
			t.Errorf("%+v: %+v, want %d bands of %d", test.o, layout, test.bands, test.rows)
		}
		if test.o.Threshold > 0.1 && layout.Recall < 0.98 {
			t.Errorf("%+v: recall %v", test.o, layout.Recall)
		}
	}
}

func TestFirstComesFirst(t *testing.T) {
	x := mustNew(t, Options{})
	original := "please book me a table for two at the harbour restaurant tomorrow evening at eight"
	for i, text := range []string{"an unrelated sentence about the price of parcels", original, strings.ToUpper(original) + "!"} {
		if id := x.Add(text); id != i {
			t.Errorf("id %d, want %d", id, i)
		}
	}
	if match, found := x.Find(original); !found || match != (Match{1, 1}) {
		t.Errorf("have %v %v", match, found)
	}
	if diff := cmp.Diff([]Match{{1, 1}, {2, 1}}, x.FindAll(original)); diff != "" {
		t.Error(diff)
	}
	if id, match, found := x.FindOrAdd(original + " thanks"); !found || id != 1 || match.ID != 1 || match.Similarity >= 1 {
		t.Errorf("have %d %v %v", id, match, found)
	}
	if id, _, found := x.FindOrAdd("something else entirely, about a library card"); found || id != 3 {
		t.Errorf("have %d %v", id, found)
	}
	if stats := x.Stats(); stats.Texts != 4 || stats.Bytes == 0 {
		t.Errorf("%+v", stats)
	}
}

// corpus writes texts of 8 to 40 words, a third of them with a changed, dropped or
// added word or two of an earlier one.
func corpus(random *rand.Rand, n, vocabulary int, prefix string) []string {
	var texts []string
	for len(texts) < n {
		var words []string
		if len(texts) > 0 && random.IntN(3) == 0 {
			words = strings.Fields(texts[random.IntN(len(texts))])
			for range 1 + random.IntN(3) {
				at := random.IntN(len(words))
				switch random.IntN(3) {
				case 0:
					words[at] = fmt.Sprint(prefix, random.IntN(vocabulary))
				case 1:
					words = slices.Insert(words, at, fmt.Sprint(prefix, random.IntN(vocabulary)))
				case 2:
					words = slices.Delete(words, at, at+1)
				}
			}
		} else {
			for range 8 + random.IntN(33) {
				words = append(words, fmt.Sprint(prefix, random.IntN(vocabulary)))
			}
		}
		if len(words) > 3 {
			texts = append(texts, strings.Join(words, " "))
		}
	}
	return texts
}

func newRandom(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// TestMatchesAreTrue: whatever is found is at least as similar as the threshold,
// by the definition, and Find gives the first of FindAll.
func TestMatchesAreTrue(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{
			Threshold: rapid.Float64Range(0.3, 1).Draw(t, "threshold"), ShingleWords: rapid.IntRange(1, 4).Draw(t, "words"),
			Permutations: rapid.IntRange(1, 128).Draw(t, "permutations"), Seed: rapid.Uint64().Draw(t, "seed"),
		}
		x, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		texts := corpus(newRandom(rapid.Uint64().Draw(t, "corpus")), 25, 30, "w")
		for i, text := range texts {
			all := x.FindAll(text)
			for k, match := range all {
				if want := plainJaccard(text, texts[match.ID], o); match.Similarity != want || want < o.Threshold {
					t.Fatalf("text %d matches %d with %v, but it is %v", i, match.ID, match.Similarity, want)
				}
				if k > 0 && all[k-1].ID >= match.ID {
					t.Fatalf("matches out of order: %v", all)
				}
			}
			first, found := x.Find(text)
			if found != (len(all) > 0) || found && first != all[0] {
				t.Fatalf("Find %v %v, FindAll %v", first, found, all)
			}
			x.Add(text)
		}
	})
}

// TestUnrelatedTextsChangeNothing: what is kept of a corpus stays the same when
// texts of other words come in between.
func TestUnrelatedTextsChangeNothing(t *testing.T) {
	kept := func(x *Index, texts []string, between func() string) (kept []string) {
		for _, text := range texts {
			if between != nil {
				x.FindOrAdd(between())
			}
			if _, _, found := x.FindOrAdd(text); !found {
				kept = append(kept, text)
			}
		}
		return kept
	}
	for seed := range uint64(4) {
		o := Options{Threshold: 0.6, Seed: seed}
		texts := corpus(newRandom(seed), 300, 400, "w")
		strangers := corpus(newRandom(seed+100), 300, 400, "stranger")
		alone := kept(mustNew(t, o), texts, nil)
		if again := kept(mustNew(t, o), texts, nil); !slices.Equal(alone, again) {
			t.Fatal("two runs differ")
		}
		next := 0
		among := kept(mustNew(t, o), texts, func() string { next++; return strangers[next-1] })
		if diff := cmp.Diff(alone, among); diff != "" {
			t.Errorf("seed %d: strangers changed what is kept:\n%s", seed, diff)
		}
		if len(alone) == len(texts) {
			t.Error("the corpus has no duplicates")
		}
	}
}

// TestSameOnEveryMachine pins hashes and choices to their values: a change here
// changes every dataset that was made with the same seed.
func TestSameOnEveryMachine(t *testing.T) {
	x := mustNew(t, Options{Seed: 7})
	x.take("Please book a table for two at the harbour restaurant")
	have := fmt.Sprint(x.sketch.set.hashes[:3], x.sketch.prints[:3])
	if want := "[1253105786 1466318964 1772494618] [2199865963 1979970857 3811986845]"; have != want {
		t.Errorf("have %s, want %s", have, want)
	}
}

// TestCrowdedBuckets: texts that share all bands fill no more than their share,
// the first of them is still found, and the work stays bounded.
func TestCrowdedBuckets(t *testing.T) {
	x := mustNew(t, Options{})
	for range 500 {
		x.Add("the same text again and again")
	}
	stats := x.Stats()
	if want := (500 - textBucketLimit) * stats.Layout.Bands; stats.Crowded != want {
		t.Errorf("crowded %d times, want %d", stats.Crowded, want)
	}
	if all := x.FindAll("the same text again and again"); len(all) != textBucketLimit || all[0].ID != 0 {
		t.Errorf("%d matches", len(all))
	}
}
