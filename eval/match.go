package eval

import (
	"bytes"
	"encoding/json"
	"math/big"
	"sort"
	"strings"

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
// came earlier in the same turn. Turns must not fall from one call to the next.
func Compare(plan *button.Plan, calls []Made) *Match {
	m := &Match{Node: make([]int, len(calls)), Reached: make([]bool, len(plan.Nodes))}
	golden := make([]map[string]string, len(plan.Nodes))
	for i, node := range plan.Nodes {
		golden[i] = Leaves(node.Arguments)
	}
	got := make([]map[string]string, len(calls))
	for c, call := range calls {
		m.Node[c] = -1
		got[c] = Leaves(call.Arguments)
	}
	for n, c := range assign(plan, calls, golden, got) {
		if c >= 0 {
			m.Node[c], m.Reached[n] = n, true
		}
	}
	m.countLeaves(plan, calls, golden, got)
	m.countFunctions(plan, calls)
	m.name(plan, calls, golden, got)
	return m
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

// flatten bounds its depth; what lies deeper is compared by its text.
func flatten(path string, value any, leaves map[string]string, depth int) {
	if inner, ok := value.(map[string]any); ok && depth < button.MaxDepth {
		if len(inner) == 0 && depth > 0 {
			leaves[path] = "{}"
		}
		for name, value := range inner {
			flatten(path+"."+strings.ReplaceAll(name, ".", `\.`), value, leaves, depth+1)
		}
		return
	}
	leaves[path] = canonical(value, depth)
}

// canonical is one text for equal values: numbers by value, objects in the order
// of their names.
func canonical(value any, depth int) string {
	list, ok := value.([]any)
	if number, isNumber := value.(json.Number); isNumber {
		return canonicalNumber(number.String())
	}
	if !ok || depth >= button.MaxDepth {
		text, _ := json.Marshal(value) // what was decoded encodes
		return string(text)
	}
	parts := make([]string, len(list))
	for i, item := range list {
		if object, ok := item.(map[string]any); ok {
			leaves := map[string]string{}
			flatten("", object, leaves, depth+1)
			text, _ := json.Marshal(leaves)
			parts[i] = string(text)
			continue
		}
		parts[i] = canonical(item, depth+1)
	}
	return "[" + strings.Join(parts, ",") + "]"
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

// IsWhole reports whether a JSON number is a whole one, as JSON Schema has it: 3.0
// and 3e2 are.
func IsWhole(number string) bool {
	text := canonicalNumber(number)
	return text != "" && strings.Trim(text, "-0123456789") == ""
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
