package subset

import (
	"cmp"
	"container/heap"
)

// apportion shares out each size among strata in proportion to their totals, whole
// records only: a stratum gets its exact share rounded down or up. The result is
// by stratum, then by size.
//
// Largest remainders would do that for one size, but a stratum may get fewer of a
// larger size (the Alabama paradox), which nested subsets cannot. So records are
// given out one by one by the quota method (Balinski and Young 1975), the one
// that stays within the shares for every size on the way: the next goes to the
// stratum with the most records for each that it would then have, among those
// whose share of the new size leaves room. The ties decide between equals.
func apportion(totals []int, ties []uint64, sizes []int) [][]int {
	whole, largest := 0, 0
	for _, total := range totals {
		whole += total
	}
	for _, size := range sizes {
		largest = max(largest, size)
	}
	ready, waiting := claims{better: claim.strongerThan}, claims{better: claim.earlierThan}
	given := make([]int, len(totals))
	for stratum, total := range totals {
		waiting.items = append(waiting.items, claim{stratum: stratum, total: total, tie: ties[stratum], from: 1})
	}
	heap.Init(&waiting)
	chosen := make([][]int, len(totals))
	for stratum := range chosen {
		chosen[stratum] = make([]int, len(sizes))
	}
	for size := 1; size <= largest; size++ {
		for waiting.Len() > 0 && waiting.items[0].from <= size {
			heap.Push(&ready, heap.Pop(&waiting))
		}
		next := heap.Pop(&ready).(claim)
		next.given++
		given[next.stratum] = next.given
		if next.given < next.total {
			next.from = next.given*whole/next.total + 1
			heap.Push(&waiting, next)
		}
		for i, wanted := range sizes {
			if wanted == size {
				for stratum := range chosen {
					chosen[stratum][i] = given[stratum]
				}
			}
		}
	}
	return chosen
}

// claim is a stratum's claim to one more record: below the size from, that would
// be more than its share rounded up.
type claim struct {
	stratum, total, given, from int
	tie                         uint64
}

func (c claim) strongerThan(other claim) bool {
	mine, theirs := c.total*(other.given+1), other.total*(c.given+1)
	return cmp.Or(cmp.Compare(theirs, mine), cmp.Compare(c.tie, other.tie), cmp.Compare(c.stratum, other.stratum)) < 0
}

func (c claim) earlierThan(other claim) bool {
	return cmp.Or(cmp.Compare(c.from, other.from), cmp.Compare(c.stratum, other.stratum)) < 0
}

// claims is a heap of them.
type claims struct {
	items  []claim
	better func(claim, claim) bool
}

func (c *claims) Len() int           { return len(c.items) }
func (c *claims) Less(i, j int) bool { return c.better(c.items[i], c.items[j]) }
func (c *claims) Swap(i, j int)      { c.items[i], c.items[j] = c.items[j], c.items[i] }
func (c *claims) Push(x any)         { c.items = append(c.items, x.(claim)) }
func (c *claims) Pop() any {
	last := c.items[len(c.items)-1]
	c.items = c.items[:len(c.items)-1]
	return last
}
