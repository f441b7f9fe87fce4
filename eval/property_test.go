package eval

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button"
)

// drawPlan draws a call graph without circles. Nodes are in a random order, so
// that edges run both ways through the list; with few values nodes are equal.
func drawPlan(t *rapid.T, most, values int) *button.Plan {
	n := rapid.IntRange(1, most).Draw(t, "nodes")
	rank := rapid.Permutation(slices.Collect(upTo(n))).Draw(t, "rank")
	p := &button.Plan{}
	for i := range n {
		function, arguments := callOf(fmt.Sprintf("%s(%d)", rapid.SampledFrom([]string{"f", "g"}).Draw(t, "function"), rapid.IntRange(1, values).Draw(t, "value")))
		p.Nodes = append(p.Nodes, button.PlanNode{ID: fmt.Sprint("n", i), Function: function, Arguments: arguments})
	}
	for i := range n {
		for j := range n {
			if rank[i] < rank[j] && rapid.IntRange(0, 2).Draw(t, "edge") == 0 {
				kind := rapid.SampledFrom([]string{button.EdgeData, button.EdgeOrder, button.EdgeCondition}).Draw(t, "kind")
				p.Edges = append(p.Edges, button.PlanEdge{From: p.Nodes[i].ID, To: p.Nodes[j].ID, Kind: kind})
			}
		}
	}
	return p
}

func upTo(n int) func(yield func(int) bool) {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// place is when a node is called: its turn, and its position among all calls.
type place struct{ turn, position int }

// broken reports whether a schedule of all nodes breaks an edge.
func broken(p *button.Plan, at map[string]place) bool {
	return slices.ContainsFunc(p.Edges, func(edge button.PlanEdge) bool {
		from, to := at[edge.From], at[edge.To]
		if edge.Kind == button.EdgeOrder {
			return from.position > to.position
		}
		return from.turn >= to.turn
	})
}

func schedule(p *button.Plan, order []int, turns []int) ([]Made, map[string]place) {
	var calls []Made
	at := map[string]place{}
	for position, n := range order {
		node := p.Nodes[n]
		calls = append(calls, Made{Turn: turns[position], Name: node.Function, Arguments: node.Arguments})
		at[node.ID] = place{turns[position], position}
	}
	return calls, at
}

// Every linear extension, grouped into turns in every way that its edges allow,
// reaches all nodes and has no fault, also where nodes are equal.
func TestEveryLinearExtensionReachesAll(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 8, rapid.SampledFrom([]int{1, 3, 100}).Draw(t, "values"))
		var order, turns []int
		at := map[string]place{}
		turn := 0
		for len(order) < len(p.Nodes) {
			var ready []int
			for n, node := range p.Nodes {
				if _, done := at[node.ID]; !done && isReady(p, node.ID, at, turn) {
					ready = append(ready, n)
				}
			}
			if len(ready) == 0 || len(order) > 0 && turns[len(turns)-1] == turn && rapid.Bool().Draw(t, "next turn") {
				turn++
				continue
			}
			n := rapid.SampledFrom(ready).Draw(t, "next")
			at[p.Nodes[n].ID] = place{turn, len(order)}
			order, turns = append(order, n), append(turns, turn)
		}
		calls, _ := schedule(p, order, turns)
		m := Compare(p, calls)
		if slices.Contains(m.Reached, false) || len(m.Faults) > 0 || m.Extra > 0 || m.LeavesEqual != m.Leaves {
			t.Fatalf("%v\nreached %v, faults %v", calls, m.Reached, m.Faults)
		}
	})
}

func isReady(p *button.Plan, id string, at map[string]place, turn int) bool {
	for _, edge := range p.Edges {
		if edge.To != id {
			continue
		}
		from, done := at[edge.From]
		if !done || edge.Kind != button.EdgeOrder && from.turn >= turn {
			return false
		}
	}
	return true
}

// A schedule of distinct nodes reaches all of them exactly if it breaks no edge.
func TestAnyBrokenEdgeShows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 6, 1)
		for i := range p.Nodes {
			_, p.Nodes[i].Arguments = callOf(fmt.Sprintf("f(%d)", i))
		}
		order := rapid.Permutation(slices.Collect(upTo(len(p.Nodes)))).Draw(t, "order")
		turns := rapid.SliceOfN(rapid.IntRange(0, len(p.Nodes)), len(order), len(order)).Draw(t, "turns")
		slices.Sort(turns)
		calls, at := schedule(p, order, turns)
		m := Compare(p, calls)
		if all := !slices.Contains(m.Reached, false); all == broken(p, at) {
			t.Fatalf("%v: reached %v, broken %t", calls, m.Reached, broken(p, at))
		}
		if all := len(m.Faults) == 0; all == broken(p, at) {
			t.Fatalf("%v: faults %v", calls, m.Faults)
		}
		for _, fault := range m.Faults {
			if fault.Kind != FaultOutOfOrder {
				t.Fatalf("all calls were made, yet %v", fault)
			}
		}
		checkConsistent(t, p, calls, m)
	})
}

// Compare reaches as many nodes as the best of all assignments, tried out.
func TestCompareIsTheBestAssignment(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t, 6, 1)
		var calls []Made
		turn := 0
		for range rapid.IntRange(0, 8).Draw(t, "calls") {
			turn += rapid.IntRange(0, 1).Draw(t, "turn")
			function, arguments := callOf(rapid.SampledFrom([]string{"f(1)", "g(1)", "f(2)"}).Draw(t, "call"))
			calls = append(calls, Made{Turn: turn, Name: function, Arguments: arguments})
		}
		m := Compare(p, calls)
		have := strings.Count(fmt.Sprint(m.Reached), "true")
		if want := best(p, calls, 0, map[string]place{}); have != want {
			t.Fatalf("%v: reached %d, possible are %d", calls, have, want)
		}
		checkConsistent(t, p, calls, m)
	})
}

// best tries out every node, and none, for every call from c on.
func best(p *button.Plan, calls []Made, c int, at map[string]place) int {
	if c == len(calls) {
		return len(at)
	}
	most := best(p, calls, c+1, at)
	for _, node := range p.Nodes {
		if _, done := at[node.ID]; done || node.Function != calls[c].Name || string(node.Arguments) != string(calls[c].Arguments) || !isReady(p, node.ID, at, calls[c].Turn) {
			continue
		}
		at[node.ID] = place{calls[c].Turn, c}
		most = max(most, best(p, calls, c+1, at))
		delete(at, node.ID)
	}
	return most
}
