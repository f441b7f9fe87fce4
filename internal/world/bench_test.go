package world_test

import (
	"testing"

	"github.com/buttonbench/button/internal/world"
)

func BenchmarkStart(b *testing.B) {
	w := toolshed(b)
	for i := range b.N {
		begin(b, w, uint64(i))
	}
}

func BenchmarkCall(b *testing.B) {
	w := toolshed(b)
	start := begin(b, w, 1)
	loan, card := start.Rows("loans")[0]["id"], start.Rows("members")[0]["card"]
	tool := start.Rows("tools")[7]
	for _, c := range []struct {
		name      string
		arguments map[string]world.Value
	}{
		{"list_tools", map[string]world.Value{"kind": tool["kind"], "shed": tool["shed"]}},
		{"shed_hours", map[string]world.Value{"shed": tool["shed"], "day": start.Today}},
		{"loan_details", map[string]world.Value{"loan": loan}},
		{"my_loans", map[string]world.Value{"card": card}},
		{"borrow_tool", map[string]world.Value{"tool": tool["id"], "card": card, "from": start.Today, "days": int64(2)}},
		{"extend_loan", map[string]world.Value{"loan": loan, "days": int64(2)}},
	} {
		b.Run(c.name, func(b *testing.B) {
			f := w.Function(c.name)
			b.ReportAllocs()
			for range b.N {
				if _, err := start.Fork().Call(f, c.arguments); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkClone(b *testing.B) {
	state := begin(b, toolshed(b), 1).Fork()
	for range b.N {
		state = state.Clone()
	}
}

func BenchmarkLoad(b *testing.B) {
	for range b.N {
		toolshed(b)
	}
}
