package quality_test

import (
	"bytes"
	_ "embed"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// simulatedLines are records of several shapes: a chain, a fan-in, an error with
// recovery, a clarification, a correction, a map.
//
//go:embed testdata/simulated.jsonl
var simulatedFile []byte

func simulatedLines() [][]byte { return bytes.Split(bytes.TrimSpace(simulatedFile), []byte("\n")) }

func TestAcceptsSimulated(t *testing.T) {
	v := quality.NewVerifier(nil)
	for _, line := range simulatedLines() {
		record := fresh(t, line)
		for _, violation := range verified(t, v, record) {
			t.Errorf("record %s: %+v", record.ID, violation)
		}
		if diff := cmp.Diff(quality.Passed(button.ModeSimulated), record.Checks); diff != "" {
			t.Errorf("record %s: checks (-want +have):\n%s", record.ID, diff)
		}
		if diff := cmp.Diff(record.Plan.Answers, quality.AnswerSources(record)); diff != "" {
			t.Errorf("record %s: answers (-stored +found):\n%s", record.ID, diff)
		}
	}
}

func TestSimulatedMutationsAreCaught(t *testing.T) {
	v := quality.NewVerifier(nil)
	var survey quality.Survey
	for i, line := range simulatedLines() {
		if err := v.Survey(fresh(t, line), button.NewRandom(uint64(i)), &survey); err != nil {
			t.Fatal(err)
		}
	}
	total := survey.Total()
	if total.Made != total.Caught || total.Made < 1_250 {
		t.Errorf("%d of %d mutations caught", total.Caught, total.Made)
	}
	t.Logf("\n%s", &survey)
}
