package simulated

import (
	"testing"

	"github.com/buttonbench/button"
)

func TestConverse(t *testing.T) {
	for _, test := range []struct {
		name string
		o    ConverseOptions
		want string // the disclosure
	}{
		{"all at once", ConverseOptions{Parallel: true}, DiscloseAtOnce},
		{"one at a time", ConverseOptions{}, DiscloseAtOnce},
		{"native", ConverseOptions{Parallel: true, Native: true}, DiscloseAtOnce},
		{"missing", ConverseOptions{Parallel: true, Turns: TurnShares{Missing: 1}}, DiscloseAsked},
		{"follow-up", ConverseOptions{Parallel: true, Turns: TurnShares{FollowUp: 1}}, DiscloseFollowUp},
		{"correction", ConverseOptions{Parallel: true, Turns: TurnShares{Correction: 1}}, DiscloseCorrect},
		{"samples", ConverseOptions{Parallel: true, Samples: 3}, DiscloseAtOnce},
		{"failure", ConverseOptions{Parallel: true, Failures: 1}, DiscloseAtOnce},
		{"guidance", ConverseOptions{Parallel: true, Guidance: true}, DiscloseAtOnce},
	} {
		t.Run(test.name, func(t *testing.T) {
			for seed := range uint64(12) {
				trajectory, _, err := (&actors{reads: test.o.Turns.Correction > 0}).play(t, seed, test.o)
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if trajectory.Disclosure != test.want {
					t.Errorf("seed %d: disclosed %s, want %s", seed, trajectory.Disclosure, test.want)
				}
				record, err := Assemble(trajectory, button.Meta{Index: 3, Teacher: "actor"})
				if err != nil {
					t.Fatalf("seed %d: %v", seed, err)
				}
				if len(record.Provenance) == 0 {
					t.Error("no provenance")
				}
			}
		})
	}
}
