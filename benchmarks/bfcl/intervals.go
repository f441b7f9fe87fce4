package bfcl

import (
	"maps"
	"slices"

	"github.com/buttonbench/button/internal/stats"
)

// NamedFigure is one of the leaderboard's columns.
type NamedFigure struct {
	Name string
	Of   func(Figures) Figure
}

// LeaderboardFigures are the columns of the leaderboard's averages, in its order.
func LeaderboardFigures() []NamedFigure {
	return []NamedFigure{
		{"Overall Acc", func(f Figures) Figure { return f.Overall }},
		{"Non-Live AST Acc", func(f Figures) Figure { return f.NonLive }},
		{"Non-Live Simple AST", func(f Figures) Figure { return f.Simple }},
		{"Live Acc", func(f Figures) Figure { return f.Live }},
		{"Multi Turn Acc", func(f Figures) Figure { return f.MultiTurn }},
		{"Agentic Acc", func(f Figures) Figure { return f.Agentic }},
		{"Web Search Acc", func(f Figures) Figure { return f.WebSearch }},
		{"Memory Acc", func(f Figures) Figure { return f.Memory }},
		{"Relevance Detection", func(f Figures) Figure { return f.Relevance }},
		{"Irrelevance Detection", func(f Figures) Figure { return f.Irrelevance }},
	}
}

// Interval is ours: how sure a figure is, since every category was measured on so
// many tasks. A figure is linear in the categories' accuracies, so the weight of a
// category is what the figure is when it alone is all right.
func Interval(shares map[string]Share, aggregate func(map[string]Share) Figures, of func(Figures) Figure, confidence float64) (tasks int, interval stats.Interval) {
	var parts []stats.WeightedShare
	for _, category := range slices.Sorted(maps.Keys(shares)) {
		alone := make(map[string]Share, len(shares))
		for name, share := range shares {
			share.Correct = 0
			if name == category {
				share.Correct = share.Total
			}
			alone[name] = share
		}
		weight := of(aggregate(alone)).Value
		if weight == 0 {
			continue
		}
		share := shares[category]
		tasks += share.Total
		parts = append(parts, stats.WeightedShare{Weight: weight, Successes: share.Correct, N: share.Total})
	}
	_, interval = stats.CombineShares(parts, confidence)
	return tasks, interval
}
