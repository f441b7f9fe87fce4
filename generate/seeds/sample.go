package seeds

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
)

// Sample draws up to n of the seeds that All yields, the same for the same files
// and master seed. Their order is part of the draw: a sample of fewer is the
// beginning of a sample of more, and a file that grows hardly moves the others. It
// takes one pass and the memory of n seeds.
func (s *Set) Sample(ctx context.Context, n int, master uint64) ([]Seed, error) {
	var drawn reservoir
	for seed, err := range s.All(ctx) {
		if err != nil {
			return nil, err
		}
		one := keyed{sampleKey(master, seed.ID), seed}
		switch {
		case len(drawn) < n:
			heap.Push(&drawn, one)
		case n > 0 && one.compare(drawn[0]) < 0:
			drawn[0] = one
			heap.Fix(&drawn, 0)
		}
	}
	slices.SortFunc(drawn, keyed.compare)
	sample := make([]Seed, len(drawn))
	for i, one := range drawn {
		sample[i] = one.seed
	}
	return sample, nil
}

// keyed is a seed with its place in the order of samples.
type keyed struct {
	key  uint64
	seed Seed
}

func (k keyed) compare(other keyed) int {
	return cmp.Or(cmp.Compare(k.key, other.key), cmp.Compare(k.seed.ID, other.seed.ID))
}

// reservoir is a heap with the last seed of the sample on top.
type reservoir []keyed

func (r reservoir) Len() int           { return len(r) }
func (r reservoir) Less(i, j int) bool { return r[i].compare(r[j]) > 0 }
func (r reservoir) Swap(i, j int)      { r[i], r[j] = r[j], r[i] }
func (r *reservoir) Push(x any)        { *r = append(*r, x.(keyed)) }
func (r *reservoir) Pop() any {
	last := (*r)[len(*r)-1]
	*r = (*r)[:len(*r)-1]
	return last
}
