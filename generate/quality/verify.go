// Package quality checks finished records by what anybody can check: the record
// itself and the worlds it names. It knows nothing of how a record was made.
package quality

import (
	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// Violation is one breach of one rule.
type Violation struct {
	Rule    string `json:"rule"`
	Message int    `json:"message"` // index into messages, -1 for the record
	Text    string `json:"text"`
	Span    string `json:"span,omitempty"` // the offending text
}

// Verifier checks records against the worlds that they were made in. It is safe
// for concurrent use.
type Verifier struct {
	worlds map[string]*world.World
}

// NewVerifier returns a verifier that knows the given worlds.
func NewVerifier(worlds []*world.World) *Verifier {
	v := &Verifier{worlds: map[string]*world.World{}}
	for _, w := range worlds {
		v.worlds[w.Name] = w
	}
	return v
}

// Verify applies every rule. An error means that a world misbehaves.
func (v *Verifier) Verify(record *button.Record) ([]Violation, error) {
	var violations []Violation
	for _, problem := range record.Validate() {
		violations = append(violations, Violation{Rule: "structure." + problem.Rule, Message: problem.Message, Text: problem.Text})
	}
	return violations, nil
}

// Passed is the checks member of a record without violations.
func Passed() map[string]string { return map[string]string{} }
