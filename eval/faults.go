package eval

import (
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// name gives every difference between plan and calls its name. Each left-over
// call is set against one left-over node where that explains it: the same
// arguments under another name, the same function with other values. A call that
// no node explains is an extra one, also where it was refused.
func (m *Match) name(plan *button.Plan, calls []Made, golden, got []map[string]string) {
	explained := slices.Clone(m.Reached)
	done := make([]bool, len(calls))
	for c, node := range m.Node {
		done[c] = node >= 0
	}
	report := func(kind string, call, node int, detail string) {
		fault := Fault{Kind: kind, Detail: detail}
		if node >= 0 {
			fault.Node = plan.Nodes[node].ID
			explained[node] = true
		}
		if call >= 0 {
			done[call] = true
		}
		m.Faults = append(m.Faults, fault)
	}
	each := func(explain func(call, node int) (string, string, bool)) {
		for c := range calls {
			for n := range plan.Nodes {
				if done[c] || explained[n] {
					continue
				}
				if kind, detail, ok := explain(c, n); ok {
					report(kind, c, n, detail)
				}
			}
		}
	}
	sameFunction := func(c, n int) bool { return calls[c].Name == plan.Nodes[n].Function }
	// The very call, but too early.
	each(func(c, n int) (string, string, bool) {
		if !sameFunction(c, n) || calls[c].Problem != "" || !sameLeaves(golden[n], got[c]) {
			return "", "", false
		}
		return FaultOutOfOrder, fmt.Sprintf("%s was called before what it depends on", calls[c].Name), true
	})
	// The node's arguments under another name. It comes before the function's own
	// calls: a call of the wrong function mostly breaks that one's schema too.
	each(func(c, n int) (string, string, bool) {
		if sameFunction(c, n) || calls[c].Arguments == nil || calls[c].Problem == FaultUnknown || !sameLeaves(golden[n], got[c]) {
			return "", "", false
		}
		return FaultWrongFunction, fmt.Sprintf("%s instead of %s", calls[c].Name, plan.Nodes[n].Function), true
	})
	each(func(c, n int) (string, string, bool) {
		return calls[c].Problem, calls[c].Detail, sameFunction(c, n) && calls[c].Problem != ""
	})
	for c := range calls {
		closest := -1
		for n := range plan.Nodes {
			if !done[c] && !explained[n] && sameFunction(c, n) && (closest < 0 || equalLeaves(golden[n], got[c]) > equalLeaves(golden[closest], got[c])) {
				closest = n
			}
		}
		if closest >= 0 {
			report(FaultWrongValue, c, closest, differing(golden[closest], got[c], calls[c].Name))
		}
	}
	for c, call := range calls {
		if done[c] {
			continue
		}
		if call.Problem != "" {
			report(call.Problem, c, -1, call.Detail)
		}
		report(FaultExtraCall, c, -1, call.Name)
	}
	for n, node := range plan.Nodes {
		if !explained[n] {
			report(FaultMissingCall, -1, n, node.Function)
		}
	}
}

// differing names the first argument, in the order of its path, that differs.
func differing(golden, got map[string]string, function string) string {
	first, text := "", ""
	consider := func(path, detail string) {
		if first == "" || path < first {
			first, text = path, detail
		}
	}
	for path, want := range golden {
		if have, ok := got[path]; !ok {
			consider(path, fmt.Sprintf("%s%s is missing, want %s", function, path, want))
		} else if have != want {
			consider(path, fmt.Sprintf("%s%s is %.80s, want %s", function, path, have, want))
		}
	}
	for path, have := range got {
		if _, ok := golden[path]; !ok {
			consider(path, fmt.Sprintf("%s%s is %.80s, want none", function, path, have))
		}
	}
	return text
}
