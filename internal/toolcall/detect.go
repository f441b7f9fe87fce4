package toolcall

import (
	"cmp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// Detect finds out in which dialect a text makes calls. In this order, once the
// thinking is removed:
//
//   - an output that is a call as a whole and names an offered tool, with nothing
//     amiss: marks inside it are data;
//   - the dialect whose marker stands first (where several share it, the one that
//     reads most, or gets furthest before it fails), Harmony's channels among them;
//   - outputs that are a call as a whole but for some repair;
//   - code fences that name an offered tool.
//
// If the text holds nothing but thoughts, the reasoning is searched too, as some
// servers leave the answer there: calls found in it carry a repair.
func Detect(text, reasoning string, tools []button.Tool) Result {
	return detect(text, reasoning, tools, &meter{})
}

func detect(text, reasoning string, tools []button.Tool, meter *meter) Result {
	if len(text) > MaxText || len(reasoning) > MaxText {
		return tooLong(text)
	}
	s := search{table: Dialects(), offer: newOffer(tools), meter: meter}
	content, thought := splitThinking(text, allMarkers(s.table))
	if content != "" {
		if result := s.unmarked(content, Parsed, true); len(result.Calls) > 0 {
			result.Reasoning = joinBlocks(reasoning, thought, result.Reasoning)
			return result
		}
	}
	// Harmony's channels split the text in their own way, thoughts included.
	if groups := s.byMarker(text); len(groups) > 0 {
		for _, dialect := range groups[0] {
			if !dialect.raw {
				continue
			}
			if result := runDialect(dialect, text, "", s.offer, meter); result.Dialect != "" {
				result.Reasoning = joinBlocks(reasoning, result.Reasoning)
				return result
			}
		}
	}
	thought = joinBlocks(reasoning, thought)
	if content != "" || thought == "" {
		result := s.all(content, true)
		result.Reasoning = joinBlocks(thought, result.Reasoning)
		return result
	}
	return fromReasoning(s.all(thought, false), thought)
}

// search is one detection under way.
type search struct {
	table []Dialect
	offer *offer
	meter *meter
}

// all searches a text without thinking.
func (s *search) all(text string, fences bool) Result {
	best := Result{Outcome: NotACall, Content: text}
	for _, group := range s.byMarker(text) {
		reached := 0
		for _, dialect := range group {
			in := newInput(text, s.offer, s.meter)
			result := in.run(dialect, "")
			if rank(result) > rank(best) || result.Outcome == Malformed && best.Outcome == Malformed && reached > 0 && in.reached > reached {
				best, reached = result, in.reached
			}
		}
		if len(best.Calls) > 0 {
			return best
		}
	}
	best = better(best, s.unmarked(text, Repaired, fences))
	if rank(best) > 0 {
		return best
	}
	for _, dialect := range s.table {
		best = better(best, dialect.leftover(best))
	}
	return best
}

// unmarked searches a text for calls that no marker announces. Where only parsed
// ones will do, a marker at the very start rules them out.
func (s *search) unmarked(text string, least Outcome, fences bool) Result {
	best := Result{Outcome: NotACall, Content: text}
	first := s.firstMarker(text)
	for _, fence := range []bool{false, true} {
		at := 0
		if fence {
			at = strings.Index(text, fenceMark)
		}
		if at < 0 || fence && !fences || least == Parsed && first >= 0 && first <= at {
			continue
		}
		for _, dialect := range s.table {
			if (fence && !dialect.fence) || (!fence && !dialect.Whole) {
				continue
			}
			in := newInput(text, s.offer, s.meter)
			result := in.run(dialect, "")
			if least != Parsed || result.Outcome == Parsed && in.markerless {
				best = better(best, result)
			}
		}
		if len(best.Calls) > 0 {
			break
		}
	}
	return best
}

// better is the result that reads more, the first one if both read alike.
func better(a, b Result) Result {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

// firstMarker is where the first marker of any dialect stands, -1 without one.
func (s *search) firstMarker(text string) int {
	first := -1
	for _, dialect := range s.table {
		for _, marker := range dialect.Markers {
			if at := strings.Index(text, marker); at >= 0 && (first < 0 || at < first) {
				first = at
			}
		}
	}
	return first
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
// first place first; in a group the longest marker comes first, and of equal ones
// that which its dialect lists first.
func (s *search) byMarker(text string) [][]Dialect {
	type found struct {
		dialect           Dialect
		at, length, place int
	}
	var hits []found
	for _, dialect := range s.table {
		hit := found{dialect: dialect, at: -1}
		for place, marker := range dialect.Markers {
			at := strings.Index(text, marker)
			if at >= 0 && (hit.at < 0 || at < hit.at || at == hit.at && len(marker) > hit.length) {
				hit.at, hit.length, hit.place = at, len(marker), place
			}
		}
		if hit.at >= 0 {
			hits = append(hits, hit)
		}
	}
	slices.SortStableFunc(hits, func(a, b found) int {
		return cmp.Or(a.at-b.at, b.length-a.length, a.place-b.place)
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
