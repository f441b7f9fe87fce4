package eval

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
)

// plan reads "a:f(1) b:g(2) | a>b a-c a?d": nodes with their function and one
// argument x (none for "f()"), then data, order and condition edges.
func plan(text string) *button.Plan {
	nodes, edges, _ := strings.Cut(text, "|")
	p := &button.Plan{}
	for _, field := range strings.Fields(nodes) {
		id, call, _ := strings.Cut(field, ":")
		function, arguments := callOf(call)
		p.Nodes = append(p.Nodes, button.PlanNode{ID: id, Function: function, Arguments: arguments})
	}
	kinds := map[byte]string{'>': button.EdgeData, '-': button.EdgeOrder, '?': button.EdgeCondition}
	for _, field := range strings.Fields(edges) {
		at := strings.IndexAny(field, ">-?")
		if at < 0 {
			continue
		}
		p.Edges = append(p.Edges, button.PlanEdge{From: field[:at], To: field[at+1:], Kind: kinds[field[at]]})
	}
	return p
}

func callOf(text string) (string, json.RawMessage) {
	name, rest, _ := strings.Cut(text, "(")
	if value := strings.TrimSuffix(rest, ")"); value != "" {
		return name, json.RawMessage(`{"x":` + value + `}`)
	}
	return name, json.RawMessage(`{}`)
}

// made reads "f(1) g(2) / h(3)": turns are parted by a slash. "!" before a call
// makes its arguments malformed, "~" invalid, "?" its function unknown.
func made(text string) []Made {
	var calls []Made
	for turn, wave := range strings.Split(text, "/") {
		for _, field := range strings.Fields(wave) {
			call := Made{Turn: turn}
			problems := map[byte]string{'!': FaultMalformed, '~': FaultInvalidType, '?': FaultUnknown}
			if problem, ok := problems[field[0]]; ok {
				call.Problem, call.Detail, field = problem, problem+" detail", field[1:]
			}
			call.Name, call.Arguments = callOf(field)
			if call.Problem == FaultMalformed {
				call.Arguments = nil
			}
			calls = append(calls, call)
		}
	}
	return calls
}

func TestCompare(t *testing.T) {
	const (
		chain     = "a:f(1) b:g(2) c:h(3) | a>b b>c"
		antichain = "a:f(1) b:f(2) c:g(3)"
		diamond   = "a:f(1) b:g(2) c:g(3) d:h(4) | a>b a>c b>d c>d"
		ordered   = "a:w(1) b:w(2) | a-b"
		gated     = "a:f(1) b:w(2) | a?b"
		repeated  = "a:f(1) b:f(1) c:g(2) | b>c"
		again     = "a:f(1) b:w(2) c:f(1) | a-b b-c"
	)
	for _, test := range []struct {
		name, plan, calls string
		reached           string // ids
		faults            string // kind:node, in order of naming
		extra             int
	}{
		{"chain in order", chain, "f(1) / g(2) / h(3)", "abc", "", 0},
		{"chain in one turn", chain, "f(1) g(2) h(3)", "a", "out_of_order:b out_of_order:c", 0},
		{"chain, two turns", chain, "f(1) / g(2) h(3)", "ab", "out_of_order:c", 0},
		{"chain backwards", chain, "h(3) / g(2) / f(1)", "a", "out_of_order:c out_of_order:b", 0},
		{"chain, repeated when due", chain, "g(2) / f(1) / g(2) / h(3)", "abc", "extra_call", 1},
		{"chain cut short", chain, "f(1) / g(2)", "ab", "missing_call:c", 0},
		{"chain, first missing", chain, "g(2) / h(3)", "", "out_of_order:b out_of_order:c missing_call:a", 0},
		{"chain, wrong value", chain, "f(9) / g(2) / h(3)", "", "out_of_order:b out_of_order:c wrong_value:a", 0},
		{"chain, wrong function", chain, "f(1) / k(2) / h(3)", "a", "out_of_order:c wrong_function:b", 1},
		{"wrong function that is due later", chain, "f(1) / ~h(2) / h(3)", "a", "out_of_order:c wrong_function:b", 1},
		{"unknown function", chain, "f(1) / ?k(2) / h(3)", "a", "out_of_order:c unknown_function extra_call missing_call:b", 1},
		{"invalid", chain, "f(1) / g(2) / ~h(\"3\")", "ab", "invalid_type:c", 0},
		{"invalid, then mended", chain, "f(1) / ~g(\"2\") / g(2) / h(3)", "abc", "invalid_type extra_call", 1},
		{"malformed", chain, "!f(1) / g(2)", "", "out_of_order:b malformed_json:a missing_call:c", 0},
		{"malformed at a node without arguments", "a:f()", "!f()", "", "malformed_json:a", 0},
		{"nothing", chain, "", "", "missing_call:a missing_call:b missing_call:c", 0},

		{"antichain at once", antichain, "f(1) f(2) g(3)", "abc", "", 0},
		{"antichain, any order", antichain, "g(3) / f(2) / f(1)", "abc", "", 0},
		{"antichain, mixed", antichain, "f(2) g(3) / f(1)", "abc", "", 0},
		{"antichain, twice", antichain, "f(1) f(1) f(2) g(3)", "abc", "extra_call", 1},
		{"antichain, one for another", antichain, "f(1) f(1) g(3)", "ac", "wrong_value:b", 0},
		{"antichain, two extra", antichain, "k(1) f(1) f(2) g(3) k(2)", "abc", "extra_call extra_call", 2},

		{"diamond in waves", diamond, "f(1) / g(3) g(2) / h(4)", "abcd", "", 0},
		{"diamond one by one", diamond, "f(1) / g(3) / g(2) / h(4)", "abcd", "", 0},
		{"diamond, join too early", diamond, "f(1) / g(2) / h(4) / g(3)", "abc", "out_of_order:d", 0},
		{"diamond, join with the last", diamond, "f(1) / g(2) / g(3) h(4)", "abc", "out_of_order:d", 0},
		{"diamond, both sides the same", diamond, "f(1) / g(2) g(2) / h(4)", "ab", "out_of_order:d wrong_value:c", 0},

		{"order edge in one turn", ordered, "w(1) w(2)", "ab", "", 0},
		{"order edge in one turn, reversed", ordered, "w(2) w(1)", "a", "out_of_order:b", 0},
		{"order edge over turns", ordered, "w(1) / w(2)", "ab", "", 0},
		{"condition edge in one turn", gated, "f(1) w(2)", "a", "out_of_order:b", 0},
		{"condition edge over turns", gated, "f(1) / w(2)", "ab", "", 0},

		{"equal nodes, the needed one first", repeated, "f(1) / g(2) / f(1)", "abc", "", 0},
		{"equal nodes, together", repeated, "f(1) f(1) / g(2)", "abc", "", 0},
		{"equal nodes, one missing", repeated, "f(1) / g(2)", "bc", "missing_call:a", 0},
		{"equal nodes around a write", again, "f(1) / w(2) / f(1)", "abc", "", 0},
		{"equal nodes before a write", again, "f(1) f(1) w(2)", "ab", "out_of_order:c", 0},

		{"no arguments, wrong function", "a:f() b:g(1)", "k() g(1)", "b", "wrong_function:a", 1},
		{"numbers by value", "a:f(14.5)", "f(14.50)", "a", "", 0},
		{"lists by value", "a:f([1,2.0])", "f([1.0,2])", "a", "", 0},
		{"lists in their order", "a:f([1,2])", "f([2,1])", "", "wrong_value:a", 0},
		{"nothing is not an empty object", "a:f({})", "f()", "", "wrong_value:a", 0},
		{"an edge from nowhere", "a:f(1) | z>a", "f(1)", "", "out_of_order:a", 0},
		{"an edge to nowhere", "a:f(1) | a>z", "f(1)", "a", "", 0},
		{"a circle", "a:f(1) b:g(2) | a>b b>a", "f(1) / g(2)", "", "out_of_order:a out_of_order:b", 0},
		{"an empty plan", "", "f(1)", "", "extra_call", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := plan(test.plan)
			m := Compare(p, made(test.calls))
			var reached strings.Builder
			for n, ok := range m.Reached {
				if ok {
					reached.WriteString(p.Nodes[n].ID)
				}
			}
			var faults []string
			for _, fault := range m.Faults {
				faults = append(faults, strings.TrimSuffix(fault.Kind+":"+fault.Node, ":"))
			}
			have := fmt.Sprint(reached.String(), "; ", strings.Join(faults, " "), "; ", m.Extra)
			if want := fmt.Sprint(test.reached, "; ", test.faults, "; ", test.extra); have != want {
				t.Errorf("have %s\nwant %s", have, want)
			}
			checkConsistent(t, p, made(test.calls), m)
		})
	}
}

// checkConsistent holds for every comparison whatever.
func checkConsistent(t interface{ Errorf(string, ...any) }, p *button.Plan, calls []Made, m *Match) {
	used := map[int]bool{}
	for c, n := range m.Node {
		if n < 0 {
			continue
		}
		if used[n] || !m.Reached[n] || calls[c].Problem != "" || calls[c].Name != p.Nodes[n].Function {
			t.Errorf("call %d cannot stand for node %d", c, n)
		}
		used[n] = true
	}
	named := map[string]int{}
	for _, fault := range m.Faults {
		if fault.Node != "" {
			named[fault.Node]++
		}
	}
	for n, node := range p.Nodes {
		if m.Reached[n] != used[n] {
			t.Errorf("node %d is reached by no call", n)
		}
		if want := 1; m.Reached[n] == (named[node.ID] == want) && node.ID != "" && !duplicated(p, node.ID) {
			t.Errorf("node %s: reached %t, named by %d faults", node.ID, m.Reached[n], named[node.ID])
		}
	}
	if m.LeavesEqual > m.Leaves || m.SameFunction > min(len(calls), len(p.Nodes)) || m.Extra != len(calls)-m.SameFunction {
		t.Errorf("counts: %d of %d leaves, %d of the same function, %d extra", m.LeavesEqual, m.Leaves, m.SameFunction, m.Extra)
	}
}

func duplicated(p *button.Plan, id string) bool {
	return 1 < len(slices.DeleteFunc(slices.Clone(p.Nodes), func(n button.PlanNode) bool { return n.ID != id }))
}

func TestCompareCountsArguments(t *testing.T) {
	p := &button.Plan{Nodes: []button.PlanNode{
		{ID: "a", Function: "f", Arguments: json.RawMessage(`{"x":1,"y":{"z":"u","v":[1,2]}}`)},
		{ID: "b", Function: "f", Arguments: json.RawMessage(`{"x":2}`)},
		{ID: "c", Function: "g", Arguments: json.RawMessage(`{"x":3}`)},
	}}
	calls := []Made{
		{Name: "f", Arguments: json.RawMessage(`{"x":2}`)},
		{Name: "f", Arguments: json.RawMessage(`{"x":1.0,"y":{"v":[1,2],"z":"other"},"more":true}`)},
		{Name: "h", Arguments: json.RawMessage(`{"x":3}`)},
	}
	m := Compare(p, calls)
	if m.Leaves != 5 || m.LeavesEqual != 3 || m.SameFunction != 2 || m.Extra != 1 {
		t.Errorf("%d of %d leaves, %d of the same function, %d extra", m.LeavesEqual, m.Leaves, m.SameFunction, m.Extra)
	}
	want := []Fault{
		{Kind: FaultWrongFunction, Node: "c", Detail: "h instead of g"},
		{Kind: FaultWrongValue, Node: "a", Detail: "f.more is true, want none"},
	}
	if diff := cmp.Diff(want, m.Faults); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsNameTheClosestNode(t *testing.T) {
	p := &button.Plan{Nodes: []button.PlanNode{
		{ID: "a", Function: "f", Arguments: json.RawMessage(`{"x":1,"y":1}`)},
		{ID: "b", Function: "f", Arguments: json.RawMessage(`{"x":2,"y":2}`)},
	}}
	m := Compare(p, []Made{{Name: "f", Arguments: json.RawMessage(`{"x":2,"y":3}`)}})
	want := []Fault{{FaultWrongValue, "b", "f.y is 3, want 2"}, {FaultMissingCall, "a", "f"}}
	if diff := cmp.Diff(want, m.Faults); diff != "" {
		t.Error(diff)
	}
	m = Compare(p, []Made{{Name: "f", Arguments: json.RawMessage(`{"x":2}`)}})
	if want := "f.y is missing, want 2"; m.Faults[0].Detail != want {
		t.Errorf("have %q, want %q", m.Faults[0].Detail, want)
	}
}

func TestLeaves(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{`{"a":14.5}`, `{"a":14.500}`, true},
		{`{"a":1e2}`, `{"a":100}`, true},
		{`{"a":-0}`, `{"a":0}`, true},
		{`{"a":9007199254740993}`, `{"a":9007199254740992}`, false},
		{`{"a":1e999999999}`, `{"a":1e999999999}`, true},
		{`{"a":1e999999999}`, `{"a":10e999999998}`, false},
		{`{"a":1}`, `{"a":true}`, false},
		{`{"a":1}`, `{"a":"1"}`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":{"b":1}}`, `{"a.b":1}`, false},
		{`{"a":{"b":1,"c":2}}`, `{"a":{"c":2,"b":1}}`, true},
		{`{"a":{}}`, `{}`, false},
		{`{"a":{}}`, `{"a":"{}"}`, false},
		{`{"a":[{"b":1.0,"c":2}]}`, `{"a":[{"c":2,"b":1}]}`, true},
		{`{"a":[1,[2]]}`, `{"a":[1,2]}`, false},
		{`{"a":["1,2"]}`, `{"a":["1","2"]}`, false},
		{`{"a":"\u00e9"}`, `{"a":"é"}`, true},
	} {
		if have := sameLeaves(Leaves(json.RawMessage(test.a)), Leaves(json.RawMessage(test.b))); have != test.same {
			t.Errorf("%s and %s: %t", test.a, test.b, have)
		}
	}
	for _, text := range []string{"", "{", "nul"} {
		if have := Leaves(json.RawMessage(text)); len(have) != 0 {
			t.Errorf("%q has leaves %v", text, have)
		}
	}
}
