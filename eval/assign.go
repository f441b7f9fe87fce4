package eval

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// widestSearch bounds the assignments that are followed side by side. Only nodes
// with the same function and arguments branch the search; a plan needs nine such
// nodes with different neighbours before the bound can matter.
const widestSearch = 256

// prior is a node that must come before another one; seen says that its result
// must have been seen, which takes an earlier turn.
type prior struct {
	node int
	seen bool
}

// graph is a plan's order by the indices of its nodes.
type graph struct {
	// before lists what must come before a node; nil for a node that an unknown
	// one must come before, which can never be reached in order.
	before [][]prior
	// role is the same for nodes with the same neighbours on both sides.
	role []string
}

// assign finds for each node the call that carries it out in order, or -1. It
// takes as many nodes as any assignment can, within widestSearch.
//
// Calls are read in their order. A call that some open node waits for is always
// used: to use it later or not at all cannot free anything. Which of several
// equal nodes it stands for is tried out, since their neighbours may differ.
func assign(plan *button.Plan, calls []Made, golden, got []map[string]string) []int {
	order := newGraph(plan)
	none := make([]int, len(plan.Nodes))
	for n := range none {
		none[n] = -1
	}
	states := [][]int{none}
	for c, call := range calls {
		if call.Problem != "" {
			continue
		}
		var nodes []int // those that the call could carry out
		for n, node := range plan.Nodes {
			if order.before[n] != nil && node.Function == call.Name && sameLeaves(golden[n], got[c]) {
				nodes = append(nodes, n)
			}
		}
		if len(nodes) > 0 {
			states = advance(states, calls, order, nodes, c)
		}
	}
	best := states[0]
	for _, state := range states[1:] {
		if reached(state) > reached(best) {
			best = state
		}
	}
	return best
}

// advance lets a call carry out each of the nodes that it can in each state, one
// of those with the same role.
func advance(states [][]int, calls []Made, order *graph, nodes []int, c int) [][]int {
	var next [][]int
	for _, state := range states {
		used := map[string]bool{}
		for _, n := range nodes {
			if state[n] >= 0 || used[order.role[n]] || !inOrder(state, calls, order.before[n], c) {
				continue
			}
			used[order.role[n]] = true
			taken := slices.Clone(state)
			taken[n] = c
			next = append(next, taken)
		}
		if len(used) == 0 {
			next = append(next, state)
		}
	}
	if len(next) == 1 {
		return next
	}
	return thin(next, calls, c)
}

// thin keeps one of the states that leave the same to be done, and the fullest
// ones if there are too many.
func thin(states [][]int, calls []Made, c int) [][]int {
	seen := map[string]bool{}
	kept := states[:0]
	for _, state := range states {
		key := make([]byte, len(state))
		for n, by := range state {
			switch {
			case by >= 0 && calls[by].Turn < calls[c].Turn:
				key[n] = 2
			case by >= 0:
				key[n] = 1
			}
		}
		if !seen[string(key)] {
			seen[string(key)] = true
			kept = append(kept, state)
		}
	}
	if len(kept) > widestSearch {
		slices.SortStableFunc(kept, func(a, b []int) int { return reached(b) - reached(a) })
		kept = kept[:widestSearch]
	}
	return kept
}

func reached(state []int) int {
	n := 0
	for _, by := range state {
		if by >= 0 {
			n++
		}
	}
	return n
}

// inOrder reports whether all that must come before a node came before a call.
func inOrder(state []int, calls []Made, before []prior, c int) bool {
	for _, p := range before {
		by := state[p.node]
		if by < 0 || p.seen && calls[by].Turn >= calls[c].Turn {
			return false
		}
	}
	return true
}

func newGraph(plan *button.Plan) *graph {
	n := len(plan.Nodes)
	index := make(map[string]int, n)
	g := &graph{make([][]prior, n), make([]string, n)}
	for i, node := range plan.Nodes {
		index[node.ID], g.before[i] = i, []prior{}
	}
	after := make([][]prior, n)
	for _, edge := range plan.Edges {
		to, known := index[edge.To]
		from, sourced := index[edge.From]
		seen := edge.Kind != button.EdgeOrder
		switch {
		case !known || g.before[to] == nil:
		case !sourced:
			g.before[to] = nil
		default:
			g.before[to] = append(g.before[to], prior{from, seen})
			after[from] = append(after[from], prior{to, seen})
		}
	}
	for i := range g.role {
		g.role[i] = fmt.Sprint(g.before[i], after[i])
	}
	return g
}
