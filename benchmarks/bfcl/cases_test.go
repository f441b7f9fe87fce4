package bfcl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// tinyData is a folder with an entry of some categories.
func tinyData(t testing.TB) *Data {
	t.Helper()
	data, err := Load(folderOf(t, map[string]string{
		"BFCL_v4_irrelevance.json":                     tinyQuestion,
		"BFCL_v4_simple_python.json":                   `{"id": "simple_python_0", "question": [], "function": [` + functionOf(`{"type": "integer"}`) + `]}`,
		"possible_answer/BFCL_v4_simple_python.json":   `{"id": "simple_python_0", "ground_truth": [{"a.f": {"x": [1]}}]}`,
		"BFCL_v4_multi_turn_base.json":                 `{"id": "multi_turn_base_0", "question": [[], []], "initial_config": {}, "involved_classes": ["MathAPI"]}`,
		"possible_answer/BFCL_v4_multi_turn_base.json": `{"id": "multi_turn_base_0", "ground_truth": [["add(a=2, b=3)"], []]}`,
		"BFCL_v4_web_search.json":                      `{"id": "web_search_0", "question": [], "involved_classes": ["WebSearchAPI"]}`,
		"possible_answer/BFCL_v4_web_search.json":      `{"id": "web_search_0", "ground_truth": ["Ulm"]}`,
	}))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func score(t testing.TB, data *Data, in io.Reader, options StreamOptions) (string, Totals, []string, error) {
	t.Helper()
	var out bytes.Buffer
	var bad []string
	options.Name = "cases"
	options.Bad = func(err error) { bad = append(bad, err.Error()) }
	totals, err := NewScorer(data, verdictDay).ScoreStream(t.Context(), in, &out, options)
	return out.String(), totals, bad, err
}

func TestScoreStream(t *testing.T) {
	const cases = `{"id": "simple_python_0", "mode": "fc", "underscore_to_dot": true, "raw": [{"a_f": "{\"x\": 1}"}], "kind": {"unknown": [1, "}"]}}

{"mode": "prompt", "raw": "[a.f(x=(2, 1e999))]", "id": "simple_python_0", "category": "simple_python"}
{"id": "irrelevance_0", "category": null, "mode": "prompt", "raw": "Error during inference: no"}
{"id": "multi_turn_base_0", "mode": "calls", "raw": [[["add(a=2, b=3)", "add(a='\u00e9')"], null, []], []]}
{"id": "multi_turn_base_0", "mode": "prompt", "raw": [["[add(a=2, b=3.5)]", "Done."], []]}
{"id": "multi_turn_base_0", "mode": "fc", "raw": "Error during inference: no"}
{"id": "web_search_base_0", "mode": "prompt", "raw": [["[search(x=1)]", "{'answer': 'Ulm'}"]]}
{"id": "format_sensitivity_0:ret_fmt=json&tool_call_tag=False:simple_python_0", "mode": "prompt", "raw": "[{\"function\": \"a.f\", \"parameters\": {\"x\": 1}}]"}`
	want := `{"id": "simple_python_0", "category": "simple_python", "valid": true, "error_type": null, "calls": [{"a_f": {"x": 1}}]}
{"id": "simple_python_0", "category": "simple_python", "valid": false, "error_type": "type_error:simple", "calls": [{"a.f": {"x": [2, "inf"]}}]}
{"id": "irrelevance_0", "category": "irrelevance", "valid": true, "error_type": null, "calls": null}
{"id": "multi_turn_base_0", "category": "multi_turn_base", "valid": true, "error_type": null, "calls": [[["add(a=2, b=3)", "add(a='\u00e9')"], null, []], []], "results": [[["{\"result\": 5}", "Error during execution: MathAPI.add() missing 1 required positional argument: 'b'"], null, []], []]}
{"id": "multi_turn_base_0", "category": "multi_turn_base", "valid": false, "error_type": "multi_turn:execution_response_mismatch", "calls": [[["add(a=2, b=3.5)"], null], []], "results": [[["{\"result\": 5.5}"], null], []]}
{"id": "multi_turn_base_0", "category": "multi_turn_base", "valid": false, "error_type": "multi_turn:inference_error", "calls": null, "results": null}
{"id": "web_search_base_0", "category": "web_search_base", "valid": true, "error_type": null, "calls": null}
{"id": "format_sensitivity_0:ret_fmt=json&tool_call_tag=False:simple_python_0", "category": "format_sensitivity", "valid": true, "error_type": null, "calls": [{"a.f": {"x": 1}}]}
`
	have, totals, bad, err := score(t, tinyData(t), strings.NewReader(cases), StreamOptions{Workers: 3, Results: true})
	if diff := cmp.Diff(want, have); diff != "" || err != nil || len(bad) > 0 || totals != (Totals{Cases: 8, Valid: 5}) {
		t.Errorf("%+v %q %v (-want +have):\n%s", totals, bad, err, diff)
	}
}

// Lines that cannot be judged are told with their place; the others are judged.
func TestScoreStreamBadLines(t *testing.T) {
	const good = `{"id": "irrelevance_0", "mode": "prompt", "raw": ""}`
	for line, want := range map[string]string{
		`{"id": "irrelevance_0"`: "cases:2: the case is no JSON object",
		`[]`:                     "cases:2: the case is no JSON object",
		`{"id": "irrelevance_0", "mode": "prompt", "raw": ""} x`:     "cases:2: the case is no JSON object",
		`{"id": "irrelevance_0", "mode": "prompt", "raw": [1,]}`:     `cases:2: the member "raw": JSONDecodeError`,
		`{"id": "irrelevance_0", "mode": "prompt"}`:                  `cases:2: the member "raw" is missing`,
		`{"mode": "prompt", "raw": ""}`:                              `cases:2: the member "id" is missing`,
		`{"id": 5, "mode": "prompt", "raw": ""}`:                     `cases:2: the member "id": want a text, have int`,
		`{"id": "irrelevance_0", "mode": "FC", "raw": ""}`:           `cases:2: the member "mode" is "FC": want fc, prompt or calls`,
		`{"id": "irrelevance_0", "mode": "calls", "raw": []}`:        "cases:2: mode calls is for multi-turn cases",
		`{"id": "irrelevance_9", "mode": "prompt", "raw": ""}`:       `cases:2: the category irrelevance has no entry "irrelevance_9"`,
		`{"id": "i_0", "category": "x", "mode": "fc", "raw": ""}`:    `cases:2: the id "i_0" does not belong to the category "x"`,
		`{"id": "irrelevance_0", "underscore_to_dot": 1, "raw": ""}`: `cases:2: the member "underscore_to_dot": neither true nor false`,
		`{"id": "parallel_0", "mode": "prompt", "raw": ""}`:          `BFCL_v4_parallel.json is missing`,
	} {
		have, totals, bad, err := score(t, tinyData(t), strings.NewReader(good+"\n"+line+"\n"+good), StreamOptions{Workers: 2})
		lines := strings.Split(have, "\n")
		if err != nil || len(bad) != 1 || !strings.Contains(bad[0], want) || len(lines) != 4 || totals != (Totals{Cases: 2, Valid: 2, Bad: 1}) {
			t.Errorf("%s: %q %q %v", line, have, bad, err)
			continue
		}
		if !strings.HasPrefix(lines[1], `{"id": null, "category": null, "valid": null, "error_type": null, "error": "cases:2: `) && !strings.Contains(lines[1], "missing") {
			t.Errorf("%s: %s", line, lines[1])
		}
	}
}

// The output is in the order of the input at any number of workers, and a broken
// input loses nothing of what came before.
func TestScoreStreamOrder(t *testing.T) {
	data := tinyData(t)
	var in strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&in, `{"id": "simple_python_0", "mode": "prompt", "raw": "[a.f(x=%d)]"}`+"\n", i%2)
	}
	one, totals, _, err := score(t, data, strings.NewReader(in.String()), StreamOptions{Workers: 1})
	if err != nil || totals != (Totals{Cases: 5000, Valid: 2500}) {
		t.Fatal(totals, err)
	}
	for _, workers := range []int{2, 7} {
		if have, _, _, err := score(t, data, strings.NewReader(in.String()), StreamOptions{Workers: workers}); err != nil || have != one {
			t.Errorf("%d workers: another output, %v", workers, err)
		}
	}
	broken := errors.New("the disk is gone")
	half := io.MultiReader(strings.NewReader(in.String()), strings.NewReader(`{"id": "simp`), iotest.ErrReader(broken))
	have, _, _, err := score(t, data, half, StreamOptions{Workers: 3})
	if !errors.Is(err, broken) || !strings.Contains(err.Error(), "cases:5001") || have != one {
		t.Errorf("%v, the output is whole: %v", err, have == one)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewScorer(data, verdictDay).ScoreStream(ctx, strings.NewReader(in.String()), io.Discard, StreamOptions{Workers: 2}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A case's line never breaks the reader, and what it takes is JSON for the parser of
// whole values too.
func FuzzCaseLine(f *testing.F) {
	f.Add(`{"id": "simple_python_0", "mode": "fc", "underscore_to_dot": true, "raw": [{"a_f": "{}"}], "x": {"y": ["]"]}}`)
	f.Add(`{"id": "multi_turn_base_0", "mode": "calls", "raw": [[["add(a=2, b=3)"]], []]}`)
	f.Add(`{"raw" : "\ud800" , "id":"i","mode":"prompt"}`)
	scorer := NewScorer(tinyData(f), verdictDay)
	f.Fuzz(func(t *testing.T, line string) {
		if scored, err := scorer.scoreLine(line, true); err == nil {
			scored.AppendJSON(nil, true)
		}
	})
}
