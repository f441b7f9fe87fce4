package work_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/buttonbench/button/internal/work"
)

func TestGrouped(t *testing.T) {
	for _, test := range []struct {
		keys []string
		want []int
	}{
		{nil, []int{}},
		{[]string{"a"}, []int{0}},
		{[]string{"b", "a", "b", "c", "a", "b"}, []int{0, 2, 5, 1, 4, 3}},
	} {
		if diff := cmp.Diff(test.want, work.Grouped(test.keys)); diff != "" {
			t.Errorf("%q (-want +have):\n%s", test.keys, diff)
		}
	}
}

func TestGroupedProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		keys := rapid.SliceOf(rapid.SampledFrom([]string{"a", "b", "c", "d"})).Draw(t, "keys")
		order := work.Grouped(keys)
		sorted := slices.Sorted(slices.Values(order))
		for i := range keys {
			if sorted[i] != i {
				t.Fatalf("no permutation: %v", order)
			}
			if i > 0 && keys[order[i]] == keys[order[i-1]] && order[i] < order[i-1] {
				t.Fatalf("the order within a group is lost: %v", order)
			}
		}
		seen := map[string]bool{}
		for i, job := range order {
			if i > 0 && keys[job] == keys[order[i-1]] {
				continue
			}
			if seen[keys[job]] {
				t.Fatalf("group %q in two pieces: %v", keys[job], order)
			}
			seen[keys[job]] = true
		}
	})
}
