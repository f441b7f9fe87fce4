package main

import (
	"fmt"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/world"
)

// mutate tests the verifier on a file's first records: every argument, span,
// result, answer and part of the plan is changed once, and each change should be
// caught. The exit code says whether all were.
func (p *process) mutate(file string, known []*world.World, count int) error {
	verifier := quality.NewVerifier(known)
	var survey quality.Survey
	done := 0
	bar := p.progressLine("mutating", count, 0)
	err := eachRecord(file, func(line int, record *button.Record) (bool, error) {
		if record.Meta == nil {
			return false, fmt.Errorf("%s:%d: the record has no meta: nothing says how it came about, so a change could not be told", file, line)
		}
		if err := verifier.Survey(record, button.NewRandom(button.Seed(record.Meta.Seed, "mutations", 0)), &survey); err != nil {
			return false, err
		}
		done++
		bar.Set(done, "")
		return done < count, nil
	})
	bar.Close()
	if err != nil {
		return err
	}
	total := survey.Total()
	for _, kind := range survey.Kinds() {
		p.say("%-28s %7d changes, %7d caught, %5d of no effect", kind.Kind, kind.Made, kind.Caught, kind.Equivalent)
		for _, missed := range kind.Missed {
			p.say("    not caught: %s", missed)
		}
	}
	p.say("%-28s %7d changes, %7d caught, %5d of no effect, in %d records", "all", total.Made, total.Caught, total.Equivalent, done)
	if err := p.result(map[string]any{"records": done, "changes": total.Made, "caught": total.Caught, "equivalent": total.Equivalent, "kinds": survey.Kinds()}); err != nil {
		return err
	}
	if total.Caught < total.Made {
		return hinted(exitGate, fmt.Errorf("%d of %d changes were not caught", total.Made-total.Caught, total.Made), "")
	}
	return nil
}
