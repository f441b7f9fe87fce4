package quality

import (
	"fmt"
	"math/rand/v2"
	"sort"
	"strings"

	"github.com/buttonbench/button"
)

// Survey counts, by kind, how many mutations of records a verifier refuses. The
// zero value is ready.
type Survey struct{ kinds map[string]*SurveyedKind }

// SurveyedKind is the tally of one kind of mutation. Made counts those that are
// not equivalent to the record they were made from; all of them should be caught.
type SurveyedKind struct {
	Kind       string   `json:"kind"`
	Made       int      `json:"made"`
	Caught     int      `json:"caught"`
	Equivalent int      `json:"equivalent"`
	Missed     []string `json:"missed,omitempty"` // the first few, in words
}

// mostMissed is how many missed mutations of a kind are kept in words.
const mostMissed = 5

// Survey makes every mutation of a record, verifies it and adds to the tally. The
// error is Verify's.
func (v *Verifier) Survey(record *button.Record, random *rand.Rand, tally *Survey) error {
	for _, mutation := range Mutate(record, random) {
		violations, err := v.Verify(mutation.Record)
		if err != nil {
			return fmt.Errorf("verifying record %s with a changed %s: %w", record.ID, mutation.Kind, err)
		}
		tally.add(record, &mutation, len(violations) > 0)
	}
	return nil
}

func (s *Survey) add(record *button.Record, mutation *Mutation, caught bool) {
	if s.kinds == nil {
		s.kinds = map[string]*SurveyedKind{}
	}
	kind := s.kinds[mutation.Kind]
	if kind == nil {
		kind = &SurveyedKind{Kind: mutation.Kind}
		s.kinds[mutation.Kind] = kind
	}
	switch {
	case mutation.Equivalent != "":
		kind.Equivalent++
	case caught:
		kind.Made++
		kind.Caught++
	default:
		kind.Made++
		if len(kind.Missed) < mostMissed {
			kind.Missed = append(kind.Missed, fmt.Sprintf("record %s: %s", record.ID, mutation.Change))
		}
	}
}

// Kinds returns the tallies by name.
func (s *Survey) Kinds() []SurveyedKind {
	kinds := make([]SurveyedKind, 0, len(s.kinds))
	for _, kind := range s.kinds {
		kinds = append(kinds, *kind)
	}
	sort.Slice(kinds, func(i, j int) bool { return kinds[i].Kind < kinds[j].Kind })
	return kinds
}

// Total adds up all kinds.
func (s *Survey) Total() SurveyedKind {
	total := SurveyedKind{Kind: "all"}
	for _, kind := range s.kinds {
		total.Made += kind.Made
		total.Caught += kind.Caught
		total.Equivalent += kind.Equivalent
	}
	return total
}

// String is a table of the tallies, with the missed mutations below their kind.
func (s *Survey) String() string {
	var out strings.Builder
	fmt.Fprintf(&out, "%-42s %8s %8s %10s\n", "kind of mutation", "made", "caught", "equivalent")
	for _, kind := range append(s.Kinds(), s.Total()) {
		fmt.Fprintf(&out, "%-42s %8d %8d %10d\n", kind.Kind, kind.Made, kind.Caught, kind.Equivalent)
		for _, missed := range kind.Missed {
			fmt.Fprintf(&out, "    missed: %s\n", missed)
		}
	}
	return out.String()
}
