package bfcl

import (
	"math"
	"testing"

	"github.com/buttonbench/button/internal/stats"
)

// The interval of a category is Wilson's; averages lie within theirs, and what was
// not run adds nothing to what is known.
func TestInterval(t *testing.T) {
	shares := map[string]Share{"live_relevance": {12, 16}, "simple_python": {300, 400}, "simple_java": {60, 100}, "multi_turn_base": {80, 200}}
	tasks, interval := Interval(shares, Aggregate, func(f Figures) Figure { return f.Relevance }, 0.95)
	if want := stats.Wilson(12, 16, 0.95).Interval; tasks != 16 || math.Abs(interval.Low-want.Low) > 1e-12 {
		t.Errorf("relevance: %d tasks, %v, want 16, %v", tasks, interval, want)
	}
	for _, named := range LeaderboardFigures() {
		tasks, interval := Interval(shares, Aggregate, named.Of, 0.95)
		value := named.Of(Aggregate(shares)).Value
		if value < interval.Low-1e-12 || value > interval.High+1e-12 {
			t.Errorf("%s: %v is not in %v", named.Name, value, interval)
		}
		if want := map[string]int{"Overall Acc": 700, "Non-Live Simple AST": 500, "Multi Turn Acc": 200, "Memory Acc": 0, "Live Acc": 0}; tasks != want[named.Name] && named.Name != "Relevance Detection" && named.Name != "Non-Live AST Acc" {
			t.Errorf("%s: %d tasks", named.Name, tasks)
		}
	}
}
