package dedup

import (
	"math"
	"slices"
)

// permutation is one hash function of a family: the upper half of
// multiplier*x + offset modulo 2^64. The hashes of shingles are spread already.
type permutation struct{ multiplier, offset uint64 }

func permutations(n int, seed uint64) []permutation {
	out := make([]permutation, n)
	state := mix(seed ^ 0x6d696e68617368)
	draw := func() uint64 {
		state += 0x9e3779b97f4a7c15
		return mix(state)
	}
	for i := range out {
		out[i] = permutation{draw() | 1, draw()}
	}
	return out
}

// least is the smallest value of the function over a set: two sets share it with
// the probability of their Jaccard similarity.
func (p permutation) least(hashes []uint64) uint32 {
	least := uint64(math.MaxUint64)
	for _, x := range hashes {
		least = min(least, x*p.multiplier+p.offset)
	}
	return uint32(least >> 32)
}

// sketch is what is kept of a text: the fingerprint of every band of its
// signature, and its set of shingles.
type sketch struct {
	prints []uint32
	set    set
}

func (s *sketch) fill(hashes []uint64, functions []permutation, layout Layout) {
	s.prints = s.prints[:0]
	for band := range layout.Bands {
		print := uint64(band)
		for _, function := range functions[band*layout.Rows : (band+1)*layout.Rows] {
			print = mix(print*0x9e3779b97f4a7c15 + uint64(function.least(hashes)))
		}
		s.prints = append(s.prints, uint32(print>>32))
	}
	s.set.fill(hashes)
}

// MaxShingles is the most shingles that are kept of a text. Of a longer one only
// the smallest hashes are kept, and its similarities are estimates with a
// standard error of at most 0.5/sqrt(MaxShingles), 1.1 %.
const MaxShingles = 2048

// set holds the shingles of a text, 32 bits of each hash, in ascending order.
type set struct {
	hashes []uint32
	cut    bool // there were more than MaxShingles
}

func newSet(hashes []uint64) set {
	var s set
	s.fill(hashes)
	return s
}

// fill takes 64-bit hashes in ascending order, so their upper halves ascend too.
func (s *set) fill(hashes []uint64) {
	s.hashes, s.cut = s.hashes[:0], false
	for _, hash := range hashes {
		if len(s.hashes) == MaxShingles {
			s.cut = true
			return
		}
		s.hashes = append(s.hashes, uint32(hash>>32))
	}
	s.hashes = slices.Compact(s.hashes)
}

// jaccard is the size of the intersection over that of the union. Where one set
// was cut, it is estimated from the smallest MaxShingles members of the union,
// which the smallest of each set determine (Cohen and Kaplan 2007).
func (s set) jaccard(other set) float64 {
	a, b := s.hashes, other.hashes
	limit := math.MaxInt
	if s.cut || other.cut {
		limit = min(limitOf(s), limitOf(other))
	}
	union, both := 0, 0
	for i, j := 0, 0; union < limit && (i < len(a) || j < len(b)); union++ {
		switch {
		case j == len(b) || i < len(a) && a[i] < b[j]:
			i++
		case i == len(a) || b[j] < a[i]:
			j++
		default:
			i++
			j++
			both++
		}
	}
	if union == 0 {
		return 1
	}
	return float64(both) / float64(union)
}

// limitOf is how many of the smallest members of a union a set can speak for.
func limitOf(s set) int {
	if s.cut {
		return len(s.hashes)
	}
	return math.MaxInt
}

// setStore keeps sets one behind the other in chunks that never move.
type setStore struct {
	chunks [][]uint32
	places []place
}

// place is where a set lies.
type place struct {
	chunk, start uint32
	size         uint16
	cut          bool
}

const setChunk = 1 << 16 // members; far above MaxShingles

func (s *setStore) add(one set) {
	last := len(s.chunks) - 1
	if last < 0 || len(s.chunks[last])+len(one.hashes) > setChunk {
		s.chunks = append(s.chunks, make([]uint32, 0, setChunk))
		last++
	}
	s.places = append(s.places, place{uint32(last), uint32(len(s.chunks[last])), uint16(len(one.hashes)), one.cut})
	s.chunks[last] = append(s.chunks[last], one.hashes...)
}

func (s *setStore) get(id int) set {
	p := s.places[id]
	return set{s.chunks[p.chunk][p.start : p.start+uint32(p.size)], p.cut}
}

func (s *setStore) bytes() int64 {
	return int64(len(s.chunks))*setChunk*4 + int64(cap(s.places))*12
}
