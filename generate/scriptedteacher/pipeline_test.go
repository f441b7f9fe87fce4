package scriptedteacher_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/scriptedteacher"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm/openai"
)

// rig is a scripted teacher behind real HTTP, and the simulated mode's teacher
// that asks it.
type rig struct {
	handler *scriptedteacher.Handler
	teacher *teach.Teacher
	tables  *simulated.Tables
	url     string
}

func newRig(tb testing.TB, options scriptedteacher.Options, format teach.Format) *rig {
	tb.Helper()
	handler, err := scriptedteacher.New(options)
	if err != nil {
		tb.Fatal(err)
	}
	server := httptest.NewServer(handler)
	tb.Cleanup(server.Close)
	client, err := openai.New(openai.Options{BaseURL: server.URL + "/v1"})
	if err != nil {
		tb.Fatal(err)
	}
	prompts, err := teach.Embedded()
	if err != nil {
		tb.Fatal(err)
	}
	tables, err := simulated.LoadTables()
	if err != nil {
		tb.Fatal(err)
	}
	return &rig{handler, teach.New(teach.Options{Client: client, Model: scriptedteacher.Model, Format: format}, prompts), tables, server.URL}
}

// recipe draws a composition for a candidate.
func recipe(index int) simulated.Recipe {
	shapes := simulated.Shapes()
	info := shapes[index%len(shapes)]
	spread := func(low, high int) int { return low + index/len(shapes)%(high-low+1) }
	return simulated.Recipe{Shape: info.Name, Depth: spread(info.MinDepth, info.MaxDepth), Width: spread(info.MinWidth, info.MaxWidth)}
}

// candidate plays the stages from a scenario to a verified record.
func (r *rig) candidate(ctx context.Context, asker *teach.Asker, scenario simulated.Scenario, index int, verifier *quality.Verifier) (*button.Record, error) {
	random := asker.Random("candidate")
	locale := r.tables.Locale(random)
	first, err := simulated.WriteAtomicTask(ctx, asker, scenario, locale)
	if err != nil {
		return nil, err
	}
	composed, err := simulated.Compose(ctx, asker, scenario, locale, first, recipe(index))
	if err != nil {
		return nil, err
	}
	if err := simulated.CheckComposition(ctx, asker, composed, random); err != nil {
		return nil, err
	}
	box, err := simulated.WriteFunctions(ctx, asker, composed, simulated.View{}, simulated.Styles()[index%3])
	if err != nil {
		return nil, err
	}
	if err := simulated.WriteDistractors(ctx, asker, box, 2); err != nil {
		return nil, err
	}
	play, err := simulated.Converse(ctx, asker, composed, box, simulated.ConverseOptions{
		Today: locale.Today, Parallel: index%4 != 0, Native: index%5 == 0, Guidance: index%2 == 0, Samples: 1 + 2*(index%7/6),
		Turns: simulated.TurnShares{Missing: 0.2, FollowUp: 0.2, Correction: 0.2}, Failures: 0.4,
	})
	if err != nil {
		return nil, err
	}
	return r.judged(ctx, asker, play, index, verifier)
}

func (r *rig) judged(ctx context.Context, asker *teach.Asker, play *simulated.Trajectory, index int, verifier *quality.Verifier) (*button.Record, error) {
	record, err := simulated.Assemble(play, button.Meta{Index: index, Teacher: scriptedteacher.Model})
	if err != nil {
		return nil, err
	}
	record.Plan.Answers = quality.AnswerSources(record)
	verdict, err := simulated.Judge(ctx, asker, record)
	if err != nil {
		return nil, err
	}
	if !verdict.Accepts() {
		return record, &teach.Refusal{Stage: simulated.StageJudge, Rule: "judge", Detail: fmt.Sprintf("%+v", verdict)}
	}
	violations, err := verifier.Verify(record)
	if err != nil {
		return record, err
	}
	if len(violations) > 0 {
		return record, &teach.Refusal{Stage: "quality", Rule: violations[0].Rule, Detail: fmt.Sprint(violations)}
	}
	return record, nil
}

func (r *rig) pool(tb testing.TB, size, workers int) []simulated.Scenario {
	tb.Helper()
	pool, facts, err := simulated.BuildPool(tb.Context(), simulated.PoolOptions{Teacher: r.teacher, Tables: r.tables, Size: size, Seed: 7, Workers: workers})
	if err != nil {
		for _, reject := range facts.Rejects {
			tb.Logf("%s %s: %s [%s]", reject.Stage, reject.Rule, reject.Detail, reject.Span)
		}
		tb.Fatal(err)
	}
	return pool
}

// TestWholePipeline drives every stage without faults: what is honest has to pass.
func TestWholePipeline(t *testing.T) {
	t.Parallel()
	r := newRig(t, scriptedteacher.Options{}, teach.FormatSchema)
	const candidates = 50
	pool := r.pool(t, candidates, 4)
	verifier := quality.NewVerifier(nil)
	returned := 0
	var accepted []*button.Record
	for index, scenario := range pool {
		asker := r.teacher.For(button.Seed(11, "candidate", index))
		record, err := r.candidate(t.Context(), asker, scenario, index, verifier)
		var refusal *teach.Refusal
		switch {
		case err == nil:
			accepted = append(accepted, record)
		case errors.As(err, &refusal):
			t.Logf("candidate %d (%+v): %v [%s]", index, recipe(index), refusal, refusal.Span)
			if record != nil && testing.Verbose() {
				text, _ := record.MarshalJSON()
				t.Logf("%s", text)
			}
		default:
			t.Fatal(err)
		}
		for stage, count := range asker.Ledger().Stages {
			for rule, n := range count.Faults {
				returned += n
				t.Logf("candidate %d (%s): %d replies of %s broke %s", index, recipe(index).Shape, n, stage, rule)
			}
		}
	}
	t.Logf("%d of %d accepted, %d replies sent back", len(accepted), candidates, returned)
	if len(accepted) < candidates*9/10 {
		t.Fatalf("%d of %d honest candidates were accepted, want nine tenths", len(accepted), candidates)
	}
	calibrated(t, r, accepted[:15])
}

// calibrated sees that the judge finds most planted faults, not all, and none where
// there is none.
func calibrated(t *testing.T, r *rig, records []*button.Record) {
	t.Helper()
	c, err := simulated.Calibrate(t.Context(), r.teacher, records, 3)
	if err != nil {
		t.Fatal(err)
	}
	planted, caught := 0, 0
	for _, fault := range c.Faults {
		planted, caught = planted+fault.Planted, caught+fault.Caught
		t.Logf("judge: %d of %d faults of kind %s caught", fault.Caught, fault.Planted, fault.Kind)
	}
	if c.Alarms > 0 || c.Unjudged > 0 || 10*caught < 7*planted || caught == planted {
		t.Errorf("the judge caught %d of %d faults, with %d alarms on %d good records and %d replies of no use", caught, planted, c.Alarms, c.Clean, c.Unjudged)
	}
}
