package export

import (
	"fmt"

	"github.com/buttonbench/button"
)

// The parts of a split.
const (
	Train = "train"
	Valid = "valid"
)

// Split parts records into training and validation data by what they have in
// common, so that nothing of a group stands on both sides. A group's side depends
// on the seed and its name alone: it stays when records are added.
type Split struct {
	By    string  // BySenario or ByWorld
	Share float64 // of the groups that are for validation, between 0 and 1
	Seed  uint64
}

// What records may be grouped by.
const (
	ByScenario = "scenario"
	ByWorld    = "world"
)

// Groupings lists what records may be grouped by.
func Groupings() []string { return []string{ByScenario, ByWorld} }

// Of is the side of a record. A record that no scenario is known of is grouped with
// those of the same first request.
func (s Split) Of(r *button.Record) (string, error) {
	group := ""
	switch s.By {
	case ByScenario:
		group = "request " + firstRequest(r)
		if r.Meta != nil && r.Meta.Scenario != "" {
			group = "scenario " + r.Meta.Scenario
		}
	case ByWorld:
		if r.Meta == nil || r.Meta.World == "" {
			return "", fmt.Errorf("record %s names no world to split by", r.ID)
		}
		group = "world " + r.Meta.World
	default:
		return "", fmt.Errorf("records cannot be split by %q", s.By)
	}
	const seeds = 1 << 53 // button.Seed gives 53 bits
	if float64(button.Seed(s.Seed, "split by "+group, 0))/seeds < s.Share {
		return Valid, nil
	}
	return Train, nil
}

func firstRequest(r *button.Record) string {
	for _, m := range r.Messages {
		if m.Role == button.RoleUser {
			return m.Content
		}
	}
	return ""
}
