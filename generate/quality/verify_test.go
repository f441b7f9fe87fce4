package quality_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

func TestAcceptsWhatWasGenerated(t *testing.T) {
	m, v := dataset(t)
	seen := map[string]bool{}
	for _, record := range m.records {
		seen[record.Meta.World] = true
		for _, violation := range verified(t, v, record) {
			t.Errorf("record %s of %s: %+v", record.ID, record.Meta.World, violation)
		}
		if diff := cmp.Diff(quality.Passed(button.ModeConstructed), record.Checks); diff != "" {
			t.Errorf("record %s: checks (-want +have):\n%s", record.ID, diff)
		}
	}
	for _, w := range m.worlds {
		if !seen[w.Name] {
			t.Errorf("no record of world %s", w.Name)
		}
	}
}

// A rule that refuses many candidates is too strict, or has found a slip of the
// wording that ought to be mended there.
func TestRefusesFewCandidates(t *testing.T) {
	m, _ := dataset(t)
	for _, rule := range quality.Rules() {
		refused := 0
		for reject, count := range m.summary.Rejected {
			if strings.HasPrefix(reject, "trajectory/"+rule.Name+".") {
				refused += count
			}
		}
		if share := float64(refused) / float64(m.summary.Candidates); share > 0.02 {
			t.Errorf("%s refuses %.1f %% of the candidates", rule.Name, 100*share)
		}
	}
}

func TestRulesAreDescribed(t *testing.T) {
	for mode, proves := range map[string]func(quality.Rule) string{
		button.ModeConstructed: func(r quality.Rule) string { return r.Executed },
		button.ModeHybrid:      func(r quality.Rule) string { return r.Executed },
		button.ModeSimulated:   func(r quality.Rule) string { return r.Simulated },
		button.ModeImported:    func(r quality.Rule) string { return r.Imported },
	} {
		passed := quality.Passed(mode)
		for _, rule := range quality.Rules() {
			if judges := rule.Judges(mode); judges != (proves(rule) != "") || judges != (passed[rule.Name] == "pass") {
				t.Errorf("%s, rule %q: judges %v, proves %q, passed %q", mode, rule.Name, judges, proves(rule), passed[rule.Name])
			}
			delete(passed, rule.Name)
		}
		if len(passed) > 0 {
			t.Errorf("%s: checks without a rule: %v", mode, passed)
		}
	}
}

// The verdict must not depend on what else is verified, or on when.
func TestSameVerdictSideBySide(t *testing.T) {
	m, v := dataset(t)
	alone := make([][]quality.Violation, len(m.records))
	broken := make([]*button.Record, len(m.records))
	for i, line := range m.lines {
		broken[i] = fresh(t, line)
		broken[i].Meta.StateSeed++
		alone[i] = verified(t, quality.NewVerifier(m.worlds), broken[i])
	}
	var group sync.WaitGroup
	for range 2 {
		group.Go(func() {
			for i := range broken {
				if diff := cmp.Diff(alone[i], verified(t, v, broken[i])); diff != "" {
					t.Errorf("record %d (-alone +side by side):\n%s", i, diff)
				}
			}
		})
	}
	group.Wait()
}

func TestMutationsAreCaught(t *testing.T) {
	m, v := dataset(t)
	var survey quality.Survey
	for i := 0; i < len(m.records); i += 19 {
		if err := v.Survey(m.records[i], button.NewRandom(uint64(i)), &survey); err != nil {
			t.Fatal(err)
		}
	}
	total := survey.Total()
	if total.Made != total.Caught || total.Made < 3_000 {
		t.Errorf("%d of %d mutations caught:\n%s", total.Caught, total.Made, &survey)
	}
	if total.Equivalent*100 > total.Made {
		t.Errorf("%d mutations count as equivalent beside %d others: that is too easy", total.Equivalent, total.Made)
	}
}

func TestMutateLeavesTheRecordAlone(t *testing.T) {
	m, _ := dataset(t)
	for i := 0; i < len(m.records); i += 40 {
		record := fresh(t, m.lines[i])
		one, other := quality.Mutate(record, button.NewRandom(1)), quality.Mutate(record, button.NewRandom(1))
		if diff := cmp.Diff(m.records[i], record); diff != "" {
			t.Errorf("the record was changed (-before +after):\n%s", diff)
		}
		if len(one) != len(other) {
			t.Fatalf("%d and %d mutations from one seed", len(one), len(other))
		}
		for k := range one {
			if one[k].Kind != other[k].Kind || one[k].Change != other[k].Change {
				t.Errorf("mutation %d: %s %s and %s %s from one seed", k, one[k].Kind, one[k].Change, other[k].Kind, other[k].Change)
			}
			if reflect.DeepEqual(one[k].Record, record) {
				t.Errorf("%s changes nothing: %s", one[k].Kind, one[k].Change)
			}
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	m, v := dataset(b)
	for _, record := range m.records {
		verified(b, v, record)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		verified(b, v, m.records[i%len(m.records)])
	}
}
