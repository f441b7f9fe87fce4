package simulated

import (
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// TestVerified lets the verifier, which knows nothing of how records are made,
// judge what Assemble brings.
func TestVerified(t *testing.T) {
	verifier := quality.NewVerifier(nil)
	for _, o := range []ConverseOptions{
		{Parallel: true}, {}, {Parallel: true, Native: true},
		{Parallel: true, Turns: TurnShares{Missing: 1}},
		{Parallel: true, Turns: TurnShares{FollowUp: 1}},
		{Parallel: true, Turns: TurnShares{Correction: 1}},
		{Parallel: true, Failures: 1}, {Failures: 1, Turns: TurnShares{FollowUp: 0.5, Missing: 0.5}},
	} {
		for seed := range uint64(8) {
			trajectory, _, err := (&actors{reads: o.Turns.Correction > 0}).play(t, seed, o)
			if err != nil {
				t.Errorf("%+v, seed %d: %v", o, seed, err)
				continue
			}
			record, err := Assemble(trajectory, button.Meta{Teacher: "actor"})
			if err != nil {
				t.Fatal(err)
			}
			record.Plan.Answers = quality.AnswerSources(record)
			violations, err := verifier.Verify(record)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				t.Errorf("%+v, seed %d: %s: %s [%s]", o.Turns, seed, v.Rule, v.Text, v.Span)
			}
		}
	}
}
