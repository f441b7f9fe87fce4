package reports

import (
	"container/heap"
	"math"
	"slices"
)

// distinct counts different hashes in bounded memory. Up to distinctKept of them the
// count is exact; beyond, the smallest are kept, and how densely they lie says how
// many there are (Bar-Yossef et al., RANDOM 2002; Beyer et al., SIGMOD 2007), with a
// relative standard error of 1/sqrt(distinctKept), 0.6 %. Of each hash that is kept,
// all its occurrences are counted.
type distinct struct {
	counts map[uint64]int
	kept   largestFirst
	cut    bool // there were more
}

// distinctKept is how many hashes are kept.
const distinctKept = 1 << 15

func newDistinct() distinct { return distinct{counts: map[uint64]int{}} }

func (d *distinct) add(hash uint64) {
	if count, known := d.counts[hash]; known {
		d.counts[hash] = count + 1
		return
	}
	if len(d.kept) == distinctKept {
		d.cut = true
		if hash > d.kept[0] {
			return
		}
		delete(d.counts, d.kept[0])
		d.kept[0] = hash
		heap.Fix(&d.kept, 0)
	} else {
		heap.Push(&d.kept, hash)
	}
	d.counts[hash] = 1
}

// len is how many different hashes there were.
func (d *distinct) len() int {
	if !d.cut {
		return len(d.counts)
	}
	return int(math.Round(float64(distinctKept-1) / (float64(d.kept[0]) / math.MaxUint64)))
}

// missingFrom counts the hashes that another set of the same kind lacks, estimated
// where either set was cut.
func (d *distinct) missingFrom(other *distinct) int {
	below := uint64(math.MaxUint64) // up to where both sets know every hash
	for _, set := range []*distinct{d, other} {
		if set.cut {
			below = min(below, set.kept[0])
		}
	}
	seen, missing := 0, 0
	for hash := range d.counts {
		if hash > below {
			continue
		}
		seen++
		if _, there := other.counts[hash]; !there {
			missing++
		}
	}
	if seen == 0 || !d.cut && !other.cut {
		return missing
	}
	return int(math.Round(float64(d.len()) * float64(missing) / float64(seen)))
}

// largestFirst is a heap of hashes, the largest on top.
type largestFirst []uint64

func (h largestFirst) Len() int           { return len(h) }
func (h largestFirst) Less(i, j int) bool { return h[i] > h[j] }
func (h largestFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *largestFirst) Push(hash any)     { *h = append(*h, hash.(uint64)) }
func (h *largestFirst) Pop() any {
	last := (*h)[len(*h)-1]
	*h = slices.Delete(*h, len(*h)-1, len(*h))
	return last
}
