package generate

import "slices"

// Ablation names a part of the pipeline that a variant does without.
type Ablation string

// The ablations. The first two are the paper's (section 4.3): each replaces a
// procedure by a single prompt that brings all its output in one go.
const (
	// WithoutBottomUp writes the composed task and its functions straight from the
	// scenario, in one step.
	WithoutBottomUp Ablation = "bottom-up"
	// WithoutTopDown writes the whole trajectory in one reply.
	WithoutTopDown Ablation = "top-down"
	// WithoutComposition takes every task as it is: one look-up or action.
	WithoutComposition Ablation = "composition"
	// WithoutFilter takes compositions unjudged.
	WithoutFilter Ablation = "filter"
)

// Ablations lists all of them.
func Ablations() []Ablation {
	return []Ablation{WithoutBottomUp, WithoutTopDown, WithoutComposition, WithoutFilter}
}

// SortedAblations lists the ablations of a set in the order of Ablations.
func SortedAblations(without map[Ablation]bool) []Ablation {
	return slices.DeleteFunc(Ablations(), func(a Ablation) bool { return !without[a] })
}
