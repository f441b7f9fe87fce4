package generate

import (
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/dedup"
)

// The same request is kept once; a teacher's also where it is nearly the same.
func TestKeepsRequestsApart(t *testing.T) {
	near, err := dedup.NewRecent(dedup.Options{Threshold: nearRequest}, nearWindow)
	if err != nil {
		t.Fatal(err)
	}
	const text = "Please find me a quiet table for two at the Blue Heron on Friday evening, and tell me what the set menu costs there on that day of the week."
	ask := func(text string) *Candidate {
		return &Candidate{Record: &button.Record{Messages: []button.Message{{Role: button.RoleUser, Content: text}}, Meta: &button.Meta{}}}
	}
	for _, test := range []struct {
		name, second, rule string
		near               *dedup.Recent
	}{
		{"the same", text, "duplicate_request", nil},
		{"nearly the same, of worlds", text + " Thanks!", "", nil},
		{"nearly the same, of a teacher", text + " Thanks!", "near_duplicate_request", near},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &collector{requests: map[uint64]struct{}{}, near: test.near}
			if reject := c.keep(ask(text)); reject != nil {
				t.Fatal(reject)
			}
			rule := ""
			if reject := c.keep(ask(test.second)); reject != nil {
				rule = reject.Rule
			}
			if rule != test.rule {
				t.Errorf("have %q, want %q", rule, test.rule)
			}
		})
	}
}
