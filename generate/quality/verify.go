// Package quality checks finished records by what anybody can check: the record
// itself and the worlds it names. It knows nothing of how a record was made. A
// simulated record has no world: it is checked against itself, and not executed.
package quality

import (
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/schema"
	"github.com/buttonbench/button/internal/world"
)

// Violation is one breach of one rule. Rule is "family.detail", where the family
// is the name of one of Rules.
type Violation struct {
	Rule    string `json:"rule"`
	Message int    `json:"message"` // index into messages, -1 for the record
	Text    string `json:"text"`
	Span    string `json:"span,omitempty"` // the offending text
}

// Verifier checks records against the worlds that they were made in. It is safe
// for concurrent use.
type Verifier struct {
	worlds   map[string]*worldIndex
	tools    map[string][]*world.Function // of all worlds, by name
	nothing  *functionIndex               // stands for a function that no world has
	starts   startPool
	compiler schema.Compiler // of the tools of simulated records
}

// NewVerifier returns a verifier that knows the given worlds.
func NewVerifier(worlds []*world.World) *Verifier {
	v := &Verifier{worlds: map[string]*worldIndex{}, tools: map[string][]*world.Function{}, nothing: newFunctionIndex(&world.Function{})}
	for _, w := range worlds {
		v.worlds[w.Name] = newWorldIndex(w)
		for _, function := range w.Functions {
			v.tools[function.Name] = append(v.tools[function.Name], function)
		}
	}
	return v
}

// UseStarts lets the verifier take start states from whoever has them already. It
// must be called before the first Verify.
func (v *Verifier) UseStarts(supply func(w *world.World, seed uint64) (*world.Start, error)) {
	v.starts.supply = supply
}

// Verify applies every rule that judges records of the record's mode and collects
// all violations, in the order of the rules. A record whose plan or world is
// missing is checked no further than its structure. An error means that a world
// misbehaves.
func (v *Verifier) Verify(record *button.Record) ([]Violation, error) {
	c := &check{verifier: v, record: record}
	for _, rule := range Rules() {
		judge := rule.checkOf(record.Mode)
		if judge == nil {
			continue
		}
		c.family = rule.Name
		if err := judge(c); err != nil {
			return nil, err
		}
		if c.ended {
			break
		}
	}
	return c.violations, nil
}

// Passed is the checks member of a record of a mode without violations.
func Passed(mode string) map[string]string {
	checks := map[string]string{}
	for _, rule := range Rules() {
		if rule.Judges(mode) {
			checks[rule.Name] = "pass"
		}
	}
	return checks
}

// BrokenRules lists the rules of some violations, each once, in their order.
func BrokenRules(violations []Violation) []string {
	rules := []string{}
	for _, violation := range violations {
		if !slices.Contains(rules, violation.Rule) {
			rules = append(rules, violation.Rule)
		}
	}
	return rules
}
