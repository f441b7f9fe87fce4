package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/eval"
)

// Officially a failed request is a wrong answer, but a right one where no call is
// wanted; both are told.
func TestOfficialShares(t *testing.T) {
	row := func(category, outcome string) *eval.Row {
		return &eval.Row{Model: "m", Outcome: outcome, Group: map[string]string{"category": category}}
	}
	name, shares, lost := officialShares(map[string]*eval.Row{
		"bfcl/parallel_0":                 row("parallel", eval.OutcomePass),
		"bfcl/parallel_1":                 row("parallel", eval.OutcomeFail),
		"bfcl/parallel_2":                 row("parallel", eval.OutcomeNoVerdict),
		"bfcl/irrelevance_0":              row("irrelevance", eval.OutcomeFail),
		"bfcl/irrelevance_1":              row("irrelevance", eval.OutcomeNoVerdict),
		"bfcl/format_sensitivity_0:x:y_0": row(bfcl.FormatSensitivity, eval.OutcomePass),
	})
	want := map[string]bfcl.Share{"parallel": {Correct: 1, Total: 3}, "irrelevance": {Correct: 1, Total: 2}}
	if diff := cmp.Diff(want, shares); diff != "" || name != "m" || lost != 2 {
		t.Errorf("%s: %d lost\n%s", name, lost, diff)
	}
	if _, shares, _ := officialShares(map[string]*eval.Row{"gta/1": row("", eval.OutcomePass)}); shares != nil {
		t.Errorf("another benchmark has shares: %v", shares)
	}
}
