package eval

import (
	"bytes"
	"encoding/json"
	"math/big"
	"sort"

	"github.com/buttonbench/button"
)

// Made is a call that a model made, in the order of its making.
type Made struct {
	Turn      int // assistant turn with calls, from 0
	Name      string
	Arguments json.RawMessage // nil if the text was no JSON object
	// Problem is "" for a call that its schema allows, else the name of the fault.
	Problem string
	Detail  string
}

// The names of the faults that the matcher finds.
const (
	FaultMalformed     = "malformed_json"
	FaultUnknown       = "unknown_function"
	FaultInvalidType   = "invalid_type"
	FaultInvalid       = "invalid_arguments"
	FaultWrongValue    = "wrong_value"
	FaultWrongFunction = "wrong_function"
	FaultMissingCall   = "missing_call"
	FaultExtraCall     = "extra_call"
	FaultOutOfOrder    = "out_of_order"
)

// Match is the comparison of a sequence of calls with a plan as a partial order.
type Match struct {
	// Node holds for each call the index of the plan node that it carries out in
	// order, or -1.
	Node []int
	// Reached holds for each plan node whether a call carried it out in order.
	Reached []bool
	// Faults name every difference.
	Faults []Fault
	// Leaves and LeavesEqual count the plan's argument values, and those that the
	// best call of the same function got right.
	Leaves, LeavesEqual int
	// SameFunction is the size of the overlap of function names as multisets.
	SameFunction int
	Extra        int // calls beyond the plan
}

// Compare matches calls with a plan. Calls in an antichain may come in any order
// or in one turn. A data or condition edge is respected if the source came in an
// earlier turn, since its result must have been seen; an order edge also if it
// came earlier in the same turn.
func Compare(plan *button.Plan, calls []Made) *Match {
	m := &Match{Node: make([]int, len(calls)), Reached: make([]bool, len(plan.Nodes))}
	golden := make([]map[string]string, len(plan.Nodes))
	for i, node := range plan.Nodes {
		golden[i] = Leaves(node.Arguments)
	}
	got := make([]map[string]string, len(calls))
	by := make([]int, len(plan.Nodes)) // the call that reached a node
	for c, call := range calls {
		m.Node[c] = -1
		got[c] = Leaves(call.Arguments)
		for n, node := range plan.Nodes {
			if !m.Reached[n] && node.Function == call.Name && call.Problem == "" && sameLeaves(golden[n], got[c]) && inOrder(plan, m, by, calls, n, c) {
				m.Node[c], m.Reached[n], by[n] = n, true, c
				break
			}
		}
	}
	m.countLeaves(plan, calls, golden, got)
	m.countFunctions(plan, calls)
	m.name(plan, calls, golden, got)
	return m
}

// inOrder reports whether everything that must come before a node came before a
// call.
func inOrder(plan *button.Plan, m *Match, by []int, calls []Made, node, call int) bool {
	for _, edge := range plan.Edges {
		if edge.To != plan.Nodes[node].ID {
			continue
		}
		from := -1
		for i := range plan.Nodes {
			if plan.Nodes[i].ID == edge.From {
				from = i
			}
		}
		if from < 0 || !m.Reached[from] {
			return false
		}
		if edge.Kind != button.EdgeOrder && calls[by[from]].Turn >= calls[call].Turn {
			return false
		}
	}
	return true
}

// Leaves flattens a JSON object: path -> canonical text of the value. Numbers are
// equal if their values are (14.5 and 14.50); everything else by its JSON.
func Leaves(arguments json.RawMessage) map[string]string {
	leaves := map[string]string{}
	var value any
	decoder := json.NewDecoder(bytes.NewReader(arguments))
	decoder.UseNumber()
	if len(arguments) == 0 || decoder.Decode(&value) != nil {
		return leaves
	}
	flatten("", value, leaves, 0)
	return leaves
}

func flatten(path string, value any, leaves map[string]string, depth int) {
	switch value := value.(type) {
	case map[string]any:
		if depth < button.MaxDepth {
			for name, inner := range value {
				flatten(path+"."+name, inner, leaves, depth+1)
			}
		}
	case json.Number:
		leaves[path] = canonicalNumber(value.String())
	default:
		text, _ := json.Marshal(value)
		leaves[path] = string(text)
	}
}

// canonicalNumber writes a number so that equal values have equal texts. Numbers
// of absurd length or exponent keep their own text.
func canonicalNumber(text string) string {
	if len(text) > 64 {
		return text
	}
	if e := bytes.IndexAny([]byte(text), "eE"); e >= 0 && len(text)-e > 5 {
		return text
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	return exact.RatString()
}

func sameLeaves(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	return equalLeaves(a, b) == len(a)
}

func equalLeaves(golden, got map[string]string) int {
	equal := 0
	for path, want := range golden {
		if have, ok := got[path]; ok && have == want {
			equal++
		}
	}
	return equal
}

// countLeaves pairs each node with the call of its function that agrees best, each
// call once, best agreements first.
func (m *Match) countLeaves(plan *button.Plan, calls []Made, golden, got []map[string]string) {
	type pair struct{ node, call, equal int }
	var pairs []pair
	for n, node := range plan.Nodes {
		m.Leaves += len(golden[n])
		for c, call := range calls {
			if call.Name == node.Function {
				pairs = append(pairs, pair{n, c, equalLeaves(golden[n], got[c])})
			}
		}
	}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].equal > pairs[j].equal })
	nodes, taken := map[int]bool{}, map[int]bool{}
	for _, p := range pairs {
		if !nodes[p.node] && !taken[p.call] {
			nodes[p.node], taken[p.call] = true, true
			m.LeavesEqual += p.equal
		}
	}
}

func (m *Match) countFunctions(plan *button.Plan, calls []Made) {
	want := map[string]int{}
	for _, node := range plan.Nodes {
		want[node.Function]++
	}
	for _, call := range calls {
		if want[call.Name] > 0 {
			want[call.Name]--
			m.SameFunction++
		}
	}
	m.Extra = max(0, len(calls)-m.SameFunction)
}
