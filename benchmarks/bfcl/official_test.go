package bfcl

import (
	"bytes"
	"errors"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	rightResult  = `{"id": "simple_python_0", "result": [{"a_f": "{\"x\": 1}"}], "input_token_count": 10, "output_token_count": 4, "latency": 2.5}`
	failedResult = `{"id": "irrelevance_0", "result": "Error during inference: 429", "latency": 0}`
	wrongTalk    = `{"id": "multi_turn_base_0", "result": [[[{"add": "{\"a\": 2, \"b\": 4}"}]], []], "input_token_count": [[5], []], "output_token_count": [[1], []], "latency": [[1.5], []], "inference_log": ["]"]}`
)

func officialResults(t testing.TB) ModelResults {
	t.Helper()
	models, err := FindResults(folderOf(t, map[string]string{
		"result/vendor_model-FC/non_live/BFCL_v4_simple_python_result.json":     rightResult,
		"result/vendor_model-FC/non_live/BFCL_v4_irrelevance_result.json":       failedResult + "\n",
		"result/vendor_model-FC/multi_turn/BFCL_v4_multi_turn_base_result.json": wrongTalk,
		"result/vendor_model-FC/notes.txt":                                      "",
		"result/empty/x":                                                        "",
	}))
	if err != nil || len(models) != 1 {
		t.Fatal(models, err)
	}
	return models[0]
}

func TestScoreModel(t *testing.T) {
	scorer := NewScorer(tinyData(t), verdictDay)
	m, err := scorer.ScoreModel(t.Context(), officialResults(t), OfficialOptions{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if m.Model != "vendor_model-FC" || m.Mode != ModeNative || !m.Underscores {
		t.Errorf("%+v", m)
	}
	want := map[string]CategoryScore{
		"simple_python":   {Share: Share{1, 1}},
		"irrelevance":     {Share: Share{1, 1}, NoAnswer: Share{1, 1}}, // officially right
		"multi_turn_base": {Share: Share{0, 1}, Failures: []string{`{"id": "multi_turn_base_0", "model_name": "vendor_model-FC", "test_category": "multi_turn_base", "valid": false, "error": {"error_type": "multi_turn:execution_response_mismatch", "error_message": "the results of turn 0 lack expected ones", "details": {"turn": 0, "missing_responses": ["{\"result\": 5}"]}}, "model_result_raw": [[[{"add": "{\"a\": 2, \"b\": 4}"}]], []], "possible_answer": [["add(a=2, b=3)"], []]}`}},
	}
	if diff := cmp.Diff(want, m.Categories); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	if have := m.Categories["irrelevance"].Answered(); have != (Share{}) {
		t.Errorf("%+v", have)
	}
	if diff := cmp.Diff(OfficialUsage{InputTokens: 15, OutputTokens: 5, Latencies: []float64{2.5, 1.5}}, m.Usage, cmp.Transformer("sorted", func(x []float64) int { return len(x) })); diff != "" {
		t.Error(diff)
	}
	tables := Tables([]*ModelScore{{Model: "none"}, m}, Pricing{Known: true, Input: 1e6, Output: 2e6}, Aggregate)
	if len(tables) != 6 || len(tables[0].Rows) != 2 {
		t.Fatalf("%d tables", len(tables))
	}
	var text bytes.Buffer
	if err := tables[0].WriteCSV(&text); err != nil {
		t.Fatal(err)
	}
	const row = "1,5.83%,vendor_model-FC,N/A,25.00,2.00,0.71,2.45,8.33%,33.33%,N/A,N/A,N/A,0.00%,N/A,N/A,N/A,N/A,0.00%,0.00%,N/A,N/A,N/A,0.00%,N/A,N/A,0.00%,N/A,N/A,N/A,N/A,50.00%,N/A,N/A,N/A,N/A\n"
	if have := text.String(); !strings.Contains(have, row) || !strings.Contains(have, "\n2,0.00%,none,") || !strings.HasPrefix(have, "Rank,Overall Acc,Model,") {
		t.Errorf("have\n%swant\n%s", have, row)
	}
	if have := m.Usage.cost(Pricing{Local: true}); have != "0.00" {
		t.Error(have)
	}
}

func TestScoreModelErrors(t *testing.T) {
	for _, test := range []struct{ file, content, want string }{
		{"irrelevance", failedResult + "\n" + failedResult, `BFCL_v4_irrelevance_result.json:2: the id "irrelevance_0" stands twice`},
		{"irrelevance", rightResult, `:1: the id "simple_python_0" does not belong to irrelevance`},
		{"irrelevance", `{"id": "irrelevance_5", "result": ""}`, `:1: the category irrelevance has no entry`},
		{"irrelevance", `{"id": "irrelevance_0"}`, `:1: the member "result" is missing`},
		{"irrelevance", `{`, `:1: the case is no JSON object`},
		{"irrelevance", ``, `lacks 1 of 1 entries, irrelevance_0 for one`},
	} {
		models, err := FindResults(folderOf(t, map[string]string{"m/BFCL_v4_" + test.file + "_result.json": test.content}))
		if err != nil {
			t.Fatal(err)
		}
		_, err = NewScorer(tinyData(t), verdictDay).ScoreModel(t.Context(), models[0], OfficialOptions{Workers: 1})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: have %v, want %q", test.content, err, test.want)
		}
		if test.content == "" && !errors.Is(err, errIncomplete) {
			t.Error(err)
		}
	}
	for name, want := range map[string]string{"m/BFCL_v4_nonsense_result.json": `no category "nonsense"`, "m/x": "no folder in"} {
		if _, err := FindResults(folderOf(t, map[string]string{name: ""})); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := FindResults(folderOf(t, map[string]string{"m/a/BFCL_v4_parallel_result.json": "", "m/b/BFCL_v4_parallel_result.json": ""})); err == nil || !strings.Contains(err.Error(), "both hold") {
		t.Error(err)
	}
	if _, err := FindResults(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there was read")
	}
}

func TestMeasures(t *testing.T) {
	values := []float64{4, 1, 3, 2}
	if mean(values) != 2.5 || math.Abs(percentile(values, 0.95)-3.85) > 1e-9 || percentile([]float64{7}, 0.95) != 7 || deviation([]float64{1, 3}) < 1.41421 || deviation(values[:1]) != 0 {
		t.Error(mean(values), percentile(values, 0.95), deviation([]float64{1, 3}))
	}
	for id, want := range map[string]int{"live_simple_12-3-1": 12, "parallel_7": 7, "format_sensitivity_30:x_9:y_8": 30, "x": -1} {
		if have := sortNumber(id); have != want {
			t.Errorf("%s: %d", id, have)
		}
	}
}
