package reports

import (
	"maps"
	"slices"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// confidence is that of every interval.
const confidence = 0.95

// shares counts things by a key inside records: calls by function, values by source.
// Things of one record are no independent draws, so a share's interval treats a
// record as one cluster. Memory is a few numbers a key.
type shares[K comparable] struct {
	keys    map[K]*keyed
	total   stats.RatioSums // with all things as numerator and denominator
	pending map[K]int       // of the record that is being counted
	others  K               // counts keys that there is no room for
}

// keyed are a key's sums over records; those of the denominator are common to all.
type keyed struct{ num, numNum, numDen float64 }

func newShares[K comparable](others K) shares[K] {
	return shares[K]{keys: map[K]*keyed{}, pending: map[K]int{}, others: others}
}

// add counts one thing of the current record.
func (s *shares[K]) add(key K) { s.pending[key]++ }

// end closes the current record.
func (s *shares[K]) end() {
	all := 0.0
	for _, count := range s.pending {
		all += float64(count)
	}
	if all == 0 {
		return
	}
	s.total.Add(stats.Fraction{Num: all, Den: all})
	for key, count := range s.pending {
		sums := s.keys[key]
		if sums == nil && len(s.keys) >= nameLimit {
			key = s.others
			sums = s.keys[key]
		}
		if sums == nil {
			sums = &keyed{}
			s.keys[key] = sums
		}
		n := float64(count)
		sums.num += n
		sums.numNum += n * n
		sums.numDen += n * all
	}
	clear(s.pending)
}

// sum is how many things there are.
func (s *shares[K]) sum() int { return int(s.total.Den) }

func (s *shares[K]) count(key K) int {
	if sums := s.keys[key]; sums != nil {
		return int(sums.num)
	}
	return 0
}

// counts lists how many there are of each key.
func (s *shares[K]) counts() map[K]int {
	counts := make(map[K]int, len(s.keys))
	for key := range s.keys {
		counts[key] = s.count(key)
	}
	return counts
}

// share estimates a key's part of all things; of several keys their part together,
// which no record may have of more than one kind where it is to be exact.
func (s *shares[K]) share(keys ...K) stats.Estimate {
	sums := s.total
	sums.Num, sums.NumNum, sums.NumDen = 0, 0, 0
	for _, key := range keys {
		if one := s.keys[key]; one != nil {
			sums.Num += one.num
			sums.NumNum += one.numNum
			sums.NumDen += one.numDen
		}
	}
	return sums.Estimate(true, confidence)
}

// ranked lists keys, most frequent first, equals in the order that compare gives.
func (s *shares[K]) ranked(compare func(a, b K) int) []K {
	return slices.SortedFunc(maps.Keys(s.keys), func(a, b K) int {
		if more := s.count(b) - s.count(a); more != 0 {
			return more
		}
		return compare(a, b)
	})
}

// shareCell shows what part of independent cases something is, with Wilson's
// interval.
func shareCell(part, whole int) render.Cell {
	return estimateCell(stats.Wilson(part, whole, confidence))
}
