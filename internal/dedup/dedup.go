// Package dedup finds near-duplicates: of texts by the Jaccard similarity of
// their word shingles, of embeddings by their cosine.
//
// Of texts, MinHash signatures (Broder 1997) in bands (Leskovec, Rajaraman and
// Ullman, Mining of Massive Datasets, chapter 3) name candidates, and an exact
// comparison decides. So a match is never false; some matches are missed, fewer
// than 1 - Options.Recall of those at the threshold and far fewer above it.
//
// Everything depends on the options, the texts and their order alone: the same
// bytes in give the same matches out on every machine. An index is for one
// goroutine.
package dedup

import (
	"fmt"
	"math"
)

// Options say what a near-duplicate is. The zero value asks for the defaults.
type Options struct {
	// Threshold is the Jaccard similarity from which two texts count as
	// near-duplicates, above 0 and at most 1; by default 0.8.
	Threshold float64
	// ShingleWords is the number of words in a shingle; by default 3. Short texts
	// want fewer: one changed word of ten spoils three shingles of eight.
	ShingleWords int
	// BlankDigits makes all numbers alike, so that texts which differ only in
	// numbers are duplicates.
	BlankDigits bool
	// Permutations is the most hash functions that a signature may have; by
	// default 128, and no more than MaxPermutations. No more are computed than
	// Threshold and Recall need.
	Permutations int
	// Recall is the wanted probability of finding a pair whose similarity is just
	// the threshold, above 0 and below 1; by default 0.98.
	Recall float64
	// Seed draws the hash functions.
	Seed uint64
}

// MaxPermutations bounds the work and memory for a text.
const MaxPermutations = 1024

func (o Options) withDefaults() Options {
	if o.Threshold == 0 {
		o.Threshold = 0.8
	}
	if o.ShingleWords == 0 {
		o.ShingleWords = 3
	}
	if o.Permutations == 0 {
		o.Permutations = 128
	}
	if o.Recall == 0 {
		o.Recall = 0.98
	}
	return o
}

func (o Options) check() error {
	switch {
	case !(o.Threshold > 0 && o.Threshold <= 1):
		return fmt.Errorf("the threshold of near-duplicates must be above 0 and at most 1, not %v", o.Threshold)
	case o.ShingleWords < 1 || o.ShingleWords > maxShingleWords:
		return fmt.Errorf("a shingle has 1 to %d words, not %d", maxShingleWords, o.ShingleWords)
	case o.Permutations < 1 || o.Permutations > MaxPermutations:
		return fmt.Errorf("a signature has 1 to %d permutations, not %d", MaxPermutations, o.Permutations)
	case !(o.Recall > 0 && o.Recall < 1):
		return fmt.Errorf("the recall must lie between 0 and 1, not %v", o.Recall)
	}
	return nil
}

// Match is an earlier text that a text duplicates.
type Match struct {
	ID         int     // as Add numbered it
	Similarity float64 // in [threshold, 1]
}

// Layout is how signatures are cut: a pair of similarity s becomes a candidate
// with probability 1 - (1 - s^Rows)^Bands.
type Layout struct {
	Bands, Rows int
	// Recall is that probability at the threshold. It is below the wanted one
	// where Permutations are too few.
	Recall float64
}

// layout takes the longest bands that reach the recall with the permutations
// there are, then no more of them than it needs: long bands keep candidates few.
func (o Options) layout() Layout {
	best := Layout{Bands: o.Permutations, Rows: 1}
	for rows := 1; rows <= o.Permutations; rows++ {
		hit := math.Pow(o.Threshold, float64(rows))
		bands := 1
		if hit < 1 {
			bands = max(1, int(math.Ceil(math.Log(1-o.Recall)/math.Log1p(-hit))))
		}
		if bands*rows > o.Permutations {
			break
		}
		best = Layout{Bands: bands, Rows: rows}
	}
	best.Recall = 1 - math.Pow(1-math.Pow(o.Threshold, float64(best.Rows)), float64(best.Bands))
	return best
}

// Index finds near-duplicates among texts. It keeps of a text its shingles as 32
// bits each (of texts with more than MaxShingles, a sample) and a few bytes a
// band: Stats tells how much.
type Index struct {
	options Options
	layout  Layout
	hashes  []permutation
	sets    setStore
	buckets *buckets

	// Scratch, so that a text costs no allocation.
	reader     shingler
	sketch     sketch
	candidates []uint32
}

// New returns an empty index, or tells which option makes no sense.
func New(o Options) (*Index, error) {
	o = o.withDefaults()
	if err := o.check(); err != nil {
		return nil, err
	}
	layout := o.layout()
	return &Index{
		options: o, layout: layout,
		hashes:  permutations(layout.Bands*layout.Rows, o.Seed),
		buckets: newBuckets(layout.Bands, textBucketLimit),
	}, nil
}

// textBucketLimit bounds the texts that share a band, and with it the comparisons
// for one text: no more than this times the bands. Where more texts share a band
// the first ones stay; Stats.Crowded tells how often that was.
const textBucketLimit = 64

// Add takes a text in and returns its number, counted from 0.
func (x *Index) Add(text string) int {
	x.take(text)
	return x.add()
}

// Find returns the earliest near-duplicate of a text that the index finds.
func (x *Index) Find(text string) (Match, bool) {
	x.take(text)
	return x.find()
}

// FindOrAdd is Find, and where nothing is found Add: whoever came first stays. The
// id is the text's own when it was added, and otherwise that of the match.
func (x *Index) FindOrAdd(text string) (id int, match Match, found bool) {
	x.take(text)
	if match, found = x.find(); found {
		return match.ID, match, true
	}
	return x.add(), Match{}, false
}

// FindAll returns every near-duplicate of a text that the index finds, earliest
// first.
func (x *Index) FindAll(text string) []Match {
	x.take(text)
	var matches []Match
	x.compare(func(match Match) bool {
		matches = append(matches, match)
		return true
	})
	return matches
}

func (x *Index) find() (first Match, found bool) {
	x.compare(func(match Match) bool {
		first, found = match, true
		return false
	})
	return first, found
}

func (x *Index) add() int {
	x.sets.add(x.sketch.set)
	return x.buckets.add(x.sketch.prints)
}

// take makes the sketch of a text the current one.
func (x *Index) take(text string) {
	hashes := x.reader.shingles(text, x.options)
	x.sketch.fill(hashes, x.hashes, x.layout)
}

// compare hands over the matches of the current sketch, earliest first, until use
// says stop.
func (x *Index) compare(use func(Match) bool) {
	x.candidates = x.buckets.find(x.sketch.prints, x.candidates[:0])
	for _, id := range x.candidates {
		similarity := x.sketch.set.jaccard(x.sets.get(int(id)))
		if similarity >= x.options.Threshold && !use(Match{int(id), similarity}) {
			return
		}
	}
}

// Stats describes an index.
type Stats struct {
	Texts   int
	Layout  Layout
	Bytes   int64 // held for the texts, free capacity included
	Crowded int   // how often a text found a bucket full and was left out of that band
}

// Stats describes the index as it is now.
func (x *Index) Stats() Stats {
	return Stats{x.buckets.count, x.layout, x.buckets.bytes() + x.sets.bytes(), x.buckets.crowded}
}

// Similarity is the exact Jaccard similarity of two texts' shingles, by which an
// index decides. Of the options it uses ShingleWords and BlankDigits.
func Similarity(a, b string, o Options) float64 {
	o = o.withDefaults()
	var reader shingler
	first := newSet(reader.shingles(a, o))
	return first.jaccard(newSet(reader.shingles(b, o)))
}
