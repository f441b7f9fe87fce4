package toolcall

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Detect finds out in which dialect a text makes calls. In this order:
// Harmony's channels; then, without the thinking, the dialects whose marker
// stands first (where several share it, the one that reads most); texts that
// are a call as a whole and name an offered tool; code fences that do so.
// If the text holds nothing but thoughts, the reasoning is searched too, as some
// servers leave the answer there: calls found in it carry a repair.
func Detect(text, reasoning string, tools []button.Tool) Result {
	return detect(text, reasoning, tools, &meter{})
}

func detect(text, reasoning string, tools []button.Tool, meter *meter) Result {
	if len(text) > MaxText || len(reasoning) > MaxText {
		return tooLong(text)
	}
	offer, table := newOffer(tools), Dialects()
	for _, dialect := range table {
		if dialect.raw && containsAny(text, dialect.Markers) {
			if result := runDialect(dialect, text, "", offer, meter); result.Outcome != NotACall || result.Content != strings.TrimSpace(text) {
				result.Reasoning = joinBlocks(reasoning, result.Reasoning)
				return result
			}
		}
	}
	content, thought := splitThinking(text, allMarkers(table))
	thought = joinBlocks(reasoning, thought)
	if content != "" || thought == "" {
		result := detectIn(content, table, offer, meter, true)
		result.Reasoning = joinBlocks(thought, result.Reasoning)
		return result
	}
	result := detectIn(thought, table, offer, meter, false)
	if len(result.Calls) == 0 {
		return Result{Outcome: NotACall, Reasoning: thought}
	}
	for i := range result.Calls {
		result.Calls[i].Repairs = append(result.Calls[i].Repairs, "found in the reasoning")
	}
	result.Outcome, result.Reasoning, result.Content = Repaired, thought, ""
	return result
}

// detectIn searches a text without thinking.
func detectIn(text string, table []Dialect, offer *offer, meter *meter, fences bool) Result {
	best := Result{Outcome: NotACall, Content: text}
	for _, group := range byMarker(text, table) {
		for _, dialect := range group {
			if result := runDialect(dialect, text, "", offer, meter); rank(result) > rank(best) {
				best = result
			}
		}
		if len(best.Calls) > 0 {
			return best
		}
	}
	try := func(chosen bool, dialect Dialect) {
		if chosen && len(best.Calls) == 0 {
			if result := runDialect(dialect, text, "", offer, meter); rank(result) > rank(best) {
				best = result
			}
		}
	}
	for _, dialect := range table {
		try(dialect.Whole, dialect)
	}
	for _, dialect := range table {
		try(dialect.fence && fences, dialect)
	}
	return best
}

// rank orders results by how much was read.
func rank(result Result) int {
	switch {
	case result.Outcome == Parsed:
		return 4
	case result.Outcome == Repaired:
		return 3
	case result.Outcome == Malformed:
		return 2
	case result.Detail != "" || result.Dialect != "":
		return 1
	}
	return 0
}

// byMarker groups the dialects by where their first marker stands in the text,
// first place first; in a group the longest marker comes first.
func byMarker(text string, table []Dialect) [][]Dialect {
	type found struct {
		dialect    Dialect
		at, length int
	}
	var hits []found
	for _, dialect := range table {
		hit := found{dialect: dialect, at: -1}
		for _, marker := range dialect.Markers {
			at := strings.Index(text, marker)
			if at >= 0 && (hit.at < 0 || at < hit.at || at == hit.at && len(marker) > hit.length) {
				hit.at, hit.length = at, len(marker)
			}
		}
		if hit.at >= 0 && !dialect.raw {
			hits = append(hits, hit)
		}
	}
	slices.SortStableFunc(hits, func(a, b found) int {
		if a.at != b.at {
			return a.at - b.at
		}
		return b.length - a.length
	})
	var groups [][]Dialect
	last := -1
	for _, hit := range hits {
		if hit.at != last {
			groups, last = append(groups, nil), hit.at
		}
		groups[len(groups)-1] = append(groups[len(groups)-1], hit.dialect)
	}
	return groups
}

func allMarkers(table []Dialect) []string {
	var all []string
	for _, dialect := range table {
		all = append(all, dialect.Markers...)
	}
	return all
}
