package reports

import (
	"cmp"
	"hash/fnv"
	"io"
	"maps"
	"math"
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// Names in a dataset come from strangers: longer ones are cut, and beyond so
// many different ones the rest is counted together.
const (
	nameBytes = 120
	nameLimit = 1 << 17
)

// otherNames counts what a tally has no room for.
const otherNames = "(others)"

// tally counts by name.
type tally map[string]int

func (t tally) add(name string) { t.addSome(name, 1) }

func (t tally) addSome(name string, count int) {
	name = clip(name, nameBytes)
	if _, known := t[name]; !known {
		if len(t) >= nameLimit {
			name = otherNames
		} else {
			name = strings.Clone(name) // not the whole line that it was cut from
		}
	}
	t[name] += count
}

// countUpTo counts a key, or others where there are too many keys already.
func countUpTo[K comparable](counts map[K]int, key, others K) {
	if _, known := counts[key]; !known && len(counts) >= nameLimit {
		key = others
	}
	counts[key]++
}

// counted is a name with its count.
type counted struct {
	name  string
	count int
}

// ranked lists the names, most frequent first, equals by name.
func (t tally) ranked() []counted {
	list := make([]counted, 0, len(t))
	for name, count := range t {
		list = append(list, counted{name, count})
	}
	slices.SortFunc(list, func(a, b counted) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.name, b.name))
	})
	return list
}

// nameOf cuts a name that a stranger gave, and lets go of the line it stood in.
func nameOf(name string) string { return strings.Clone(clip(name, nameBytes)) }

// gini is the Gini coefficient of the counts: 0 where all are alike, towards 1
// where one name has everything; NaN without counts.
func gini(names map[string]int) float64 {
	counts := slices.Sorted(maps.Values(names))
	sum, weighted := 0.0, 0.0
	for i, count := range counts {
		sum += float64(count)
		weighted += float64(i+1) * float64(count)
	}
	n := float64(len(counts))
	if sum == 0 {
		return math.NaN()
	}
	return 2*weighted/(n*sum) - (n+1)/n
}

// clip cuts a text to at most so many bytes, between characters.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return strings.Clone(text[:most]) // the rest can be let go
}

// histogram counts whole numbers, so that quantiles need no list of them.
type histogram map[int]int

// roundedFrom is from where on values are rounded down to three digits or so, so
// that a histogram stays small.
const roundedFrom = 1 << 12

func (h histogram) add(value int) {
	if value >= roundedFrom {
		step := 1 << (bits.Len(uint(value)) - 10)
		value = value / step * step
	}
	h[value]++
}

func (h histogram) total() (total int) {
	for _, count := range h {
		total += count
	}
	return total
}

func (h histogram) mean() float64 {
	sum := 0.0
	for value, count := range h {
		sum += float64(value) * float64(count)
	}
	return sum / float64(h.total())
}

// quantiles interpolates between order statistics, as stats.Quantiles does on
// a list. Without values, every quantile is NaN.
func (h histogram) quantiles(probabilities ...float64) []float64 {
	values := slices.Sorted(maps.Keys(h))
	total := h.total()
	// at is the order statistic of a rank, from 0.
	at := func(rank int) float64 {
		for _, value := range values {
			if rank -= h[value]; rank < 0 {
				return float64(value)
			}
		}
		return math.NaN()
	}
	quantiles := make([]float64, len(probabilities))
	for i, p := range probabilities {
		place := p * float64(total-1)
		below := math.Floor(place)
		quantiles[i] = at(int(below))
		if share := place - below; share > 0 {
			quantiles[i] += share * (at(int(below)+1) - quantiles[i])
		}
	}
	return quantiles
}

// between counts the values from low to high, both included.
func (h histogram) between(low, high int) (count int) {
	for value, times := range h {
		if low <= value && value <= high {
			count += times
		}
	}
	return count
}

// share is a part of a whole, NaN where there is no whole.
func share(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}

// hash64 hashes texts so that no two lists of texts run together. Its bits are
// mixed well enough to draw a sample by.
func hash64(texts ...string) uint64 {
	h := fnv.New64a()
	for _, text := range texts {
		io.WriteString(h, text)
		h.Write([]byte{0})
	}
	// The finaliser of SplitMix64: FNV alone leaves the high bits of short texts alike.
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// hashes is a set of texts, by hash.
type hashes map[uint64]struct{}

func (h hashes) add(hash uint64) { h[hash] = struct{}{} }
