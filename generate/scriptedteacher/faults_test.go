package scriptedteacher_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/scriptedteacher"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
)

// count says how many candidates a kind was planted in, how many of them fell to a
// rule that the kind names, and how many to another rule or to none.
type count struct {
	planted, caught int
	others          []string
}

// TestKinds plants every kind of fault in the simulated mode, stubbornly, and wants
// each candidate that meets it to fall to a rule that the kind names.
func TestKinds(t *testing.T) {
	t.Parallel()
	honest := newRig(t, scriptedteacher.Options{}, teach.FormatSchema)
	pool := honest.pool(t, 12, 2)
	for _, info := range scriptedteacher.Kinds() {
		t.Run(string(info.Kind), func(t *testing.T) {
			t.Parallel()
			r := newRig(t, scriptedteacher.Options{Faults: map[scriptedteacher.Kind]float64{info.Kind: 1}, Stubborn: 1}, teach.FormatSchema)
			var c count
			if slices.Contains(info.Stages, simulated.StageExpand) {
				c = scenarioFaults(t, r, info)
			} else {
				c = r.trials(t, info, pool)
			}
			t.Logf("planted %d, caught %d, others: %v", c.planted, c.caught, c.others)
			if c.planted == 0 || c.caught < c.planted {
				t.Errorf("planted in %d candidates, %d caught by %v; others: %v", c.planted, c.caught, info.CaughtBy, c.others)
			}
		})
	}
}

// trials plays candidates until one of them has met the fault.
func (r *rig) trials(t *testing.T, info scriptedteacher.KindInfo, pool []simulated.Scenario) count {
	t.Helper()
	verifier := quality.NewVerifier(nil)
	var c count
	seen := 0
	for index := 0; index < 40 && c.planted < 1; index++ {
		asker := r.teacher.For(button.Seed(5, "trial", index))
		_, err := r.trial(t.Context(), asker, pool[index%len(pool)], index, verifier)
		var refusal *teach.Refusal
		if err != nil && !errors.As(err, &refusal) {
			t.Fatal(err)
		}
		log := r.handler.Log()
		met := slices.ContainsFunc(log[seen:], func(entry scriptedteacher.Entry) bool { return entry.Fault == info.Kind })
		seen = len(log)
		if !met {
			continue
		}
		c.planted++
		caught := refusal != nil && slices.Contains(info.CaughtBy, refusal.Rule)
		for _, stage := range asker.Ledger().Stages {
			for rule := range stage.Faults {
				caught = caught || slices.Contains(info.CaughtBy, rule)
			}
		}
		if caught {
			c.caught++
		} else if refusal != nil {
			c.others = append(c.others, refusal.Error())
		}
	}
	return c
}

// trial plays a candidate through the usual stages, or through those of the
// ablations for each third one.
func (r *rig) trial(ctx context.Context, asker *teach.Asker, scenario simulated.Scenario, index int, verifier *quality.Verifier) (*button.Record, error) {
	if index%3 != 2 {
		return r.candidate(ctx, asker, scenario, index, verifier)
	}
	locale := r.tables.Locale(asker.Random("candidate"))
	composed, box, err := simulated.WriteInOneStep(ctx, asker, scenario, locale, recipe(index), simulated.View{}, simulated.StyleSnake)
	if err != nil {
		return nil, err
	}
	play, err := simulated.OneReply(ctx, asker, composed, box, simulated.ConverseOptions{Today: locale.Today, Parallel: true})
	if err != nil {
		return nil, err
	}
	return r.judged(ctx, asker, play, index, verifier)
}

// scenarioFaults builds a pool, and counts what turned scenarios away.
func scenarioFaults(t *testing.T, r *rig, info scriptedteacher.KindInfo) count {
	t.Helper()
	_, facts, err := simulated.BuildPool(t.Context(), simulated.PoolOptions{Teacher: r.teacher, Tables: r.tables, Size: 20, Seed: 7, Workers: 2})
	var short *simulated.PoolShort
	if err != nil && !errors.As(err, &short) {
		t.Fatal(err)
	}
	var c count
	for _, reject := range facts.Rejects {
		if slices.Contains(info.CaughtBy, reject.Rule) {
			c.caught++
		} else {
			c.others = append(c.others, reject.Rule)
		}
	}
	c.planted = 1
	return c
}
