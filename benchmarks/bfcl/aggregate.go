package bfcl

import "slices"

// Share is how many results of a category are right, of how many.
type Share struct{ Correct, Total int }

// Accuracy is the share as a number from 0 to 1, 0 of nothing.
func (s Share) Accuracy() float64 {
	if s.Total == 0 {
		return 0
	}
	return float64(s.Correct) / float64(s.Total)
}

// Figure is one of the leaderboard's averages.
type Figure struct {
	// Value is what the official formula gives, from 0 to 1: what was not run counts
	// as wrong.
	Value float64
	// NotRun are the categories that the figure counts and that were not run, in the
	// benchmark's order. Only a figure without any says how good a model is.
	NotRun []string
}

// Complete reports whether everything that the figure counts was run.
func (f Figure) Complete() bool { return len(f.NotRun) == 0 }

// Figures are the leaderboard's averages over a model's categories.
type Figures struct {
	Overall, NonLive, Live, Irrelevance, MultiTurn, Agentic, WebSearch, Memory, Simple Figure
	// Relevance is shown and counts in no average of version 4.
	Relevance Figure
}

// Aggregate computes the averages of version 4: plain means, but for live, where
// categories weigh by their numbers of entries. Overall is 10 % non-live, 10 % live,
// 10 % irrelevance, 30 % multi-turn and 40 % agentic.
func Aggregate(shares map[string]Share) Figures {
	a := averages{shares}
	f := Figures{
		Simple:      a.mean("simple_python", "simple_java", "simple_javascript"),
		Live:        a.weighted("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple"),
		Irrelevance: a.mean("irrelevance", "live_irrelevance"),
		Relevance:   a.mean("live_relevance"),
		MultiTurn:   a.mean("multi_turn_base", "multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context"),
		WebSearch:   a.mean("web_search_base", "web_search_no_snippet"),
		Memory:      a.mean("memory_kv", "memory_vector", "memory_rec_sum"),
	}
	f.NonLive = meanOf(f.Simple, a.mean("multiple"), a.mean("parallel"), a.mean("parallel_multiple"))
	f.Agentic = meanOf(f.WebSearch, f.Memory)
	f.Overall = combine([]Figure{f.NonLive, f.Live, f.Irrelevance, f.MultiTurn, f.Agentic}, []float64{10, 10, 10, 30, 40})
	return f
}

// AggregateV3 computes the averages of version 3, which had no agentic categories:
// irrelevance counts in non-live, and live weighs all its six categories by their
// numbers of entries. Overall is the plain mean of live, non-live and multi-turn.
func AggregateV3(shares map[string]Share) Figures {
	a := averages{shares}
	f := Aggregate(shares)
	f.NonLive = meanOf(f.Simple, a.mean("multiple"), a.mean("parallel"), a.mean("parallel_multiple"), a.mean("irrelevance"))
	f.Live = a.weighted("live_simple", "live_multiple", "live_parallel", "live_parallel_multiple", "live_irrelevance", "live_relevance")
	f.Overall = meanOf(f.Live, f.NonLive, f.MultiTurn)
	f.Agentic, f.WebSearch, f.Memory = Figure{}, Figure{}, Figure{}
	return f
}

type averages struct{ shares map[string]Share }

func (a averages) of(category string) Figure {
	share, run := a.shares[category]
	if !run || share.Total == 0 {
		return Figure{NotRun: []string{category}}
	}
	return Figure{Value: share.Accuracy()}
}

func (a averages) mean(categories ...string) Figure {
	parts := make([]Figure, len(categories))
	for i, category := range categories {
		parts[i] = a.of(category)
	}
	return meanOf(parts...)
}

// weighted weighs each category by its results, or by its entries when it was not
// run.
func (a averages) weighted(categories ...string) Figure {
	var parts []Figure
	var weights []float64
	for _, category := range categories {
		count := a.shares[category].Total
		if count == 0 {
			known, _ := LookUpCategory(category)
			count = known.Entries
		}
		parts, weights = append(parts, a.of(category)), append(weights, float64(count))
	}
	return combine(parts, weights)
}

func meanOf(parts ...Figure) Figure {
	weights := make([]float64, len(parts))
	for i := range weights {
		weights[i] = 1
	}
	return combine(parts, weights)
}

// combine is the weighted mean.
func combine(parts []Figure, weights []float64) Figure {
	var all Figure
	sum := 0.0
	for i, part := range parts {
		all.Value += part.Value * weights[i]
		sum += weights[i]
		all.NotRun = append(all.NotRun, part.NotRun...)
	}
	all.Value /= sum
	order := map[string]int{}
	for i, c := range Categories() {
		order[c.Name] = i
	}
	slices.SortFunc(all.NotRun, func(a, b string) int { return order[a] - order[b] })
	return all
}
