package eval

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

// FuzzCompare: no plan and no calls make the matcher panic or lose count.
func FuzzCompare(f *testing.F) {
	f.Add("a:f(1) b:g(2) | a>b", "f(1) / g(2)")
	f.Add("a:f(1) a:f(1) | a>a z>a a-z", "f(1) f(1) / ~f(1) !g()")
	f.Add("a:f(1e99999999) b:f([[[1]]])", "f(1e99999999) f([")
	f.Add(strings.Repeat("a:f() ", 40), strings.Repeat("f() / ", 40))
	f.Fuzz(func(t *testing.T, nodes, sequence string) {
		if len(nodes)+len(sequence) > 4096 {
			return
		}
		p, calls := plan(nodes), made(sequence)
		for i := range p.Nodes {
			if !json.Valid(p.Nodes[i].Arguments) {
				p.Nodes[i].Arguments = nil
			}
		}
		checkConsistent(t, p, calls, Compare(p, calls))
	})
}

// BenchmarkCompareEqualNodes is the worst case: many equal nodes, each with
// neighbours of its own, and a model that keeps calling.
func BenchmarkCompareEqualNodes(b *testing.B) {
	p := &button.Plan{}
	for i := range 24 {
		p.Nodes = append(p.Nodes, button.PlanNode{ID: fmt.Sprint("f", i), Function: "f", Arguments: json.RawMessage(`{"x":1}`)},
			button.PlanNode{ID: fmt.Sprint("g", i), Function: "g", Arguments: json.RawMessage(fmt.Sprintf(`{"x":%d}`, i))})
		p.Edges = append(p.Edges, button.PlanEdge{From: fmt.Sprint("f", i), To: fmt.Sprint("g", i), Kind: button.EdgeData})
	}
	var calls []Made
	for turn := range 500 {
		calls = append(calls, Made{Turn: turn, Name: "f", Arguments: json.RawMessage(`{"x":1}`)}, Made{Turn: turn, Name: "g", Arguments: json.RawMessage(fmt.Sprintf(`{"x":%d}`, turn*7%30))})
	}
	for b.Loop() {
		Compare(p, calls)
	}
}
