package reports

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/stats"
)

func TestLaterVerdictReplacesMissingOne(t *testing.T) {
	runs, warnings := load(t, writeRun(t, "r", "m",
		noVerdict("a"), noVerdict("b"), verdict("c", true),
		verdict("a", true),                   // asked again, answered
		noVerdict("b"),                       // asked again, still nothing
		verdict("c", false),                  // a verdict is never replaced
		noVerdict("c"),                       // nor by none
		verdict("a", true).with("repeat", 1), // another repeat is another row
	))
	run := runs[0]
	all, without := run.Rows()
	if all != 4 || without != 1 || run.Tasks() != 2 || run.repeats() != 2 {
		t.Errorf("%d rows, %d without verdict, %d tasks, %d repeats", all, without, run.Tasks(), run.repeats())
	}
	if got := run.columns[metricSuccess]; got[0].Num != 1 || got[2].Den != 0 || got[3].Num != 1 {
		t.Errorf("success is %v", got)
	}
	if len(warnings) != 1 || !strings.Contains(warnings[0].Text, "2 rows repeat") {
		t.Errorf("warnings: %v", warnings)
	}
}

func TestFaultsAndScoresOfMissingVerdictDoNotCount(t *testing.T) {
	row := noVerdict("a").with("scores", map[string]score{"progress": {1, 2}}).with("faults", []map[string]string{{"kind": "x"}})
	runs, _ := load(t, writeRun(t, "r", "m", row, verdict("b", true)))
	if runs[0].has("progress") || len(runs[0].rows[0].faults) != 0 {
		t.Errorf("a row without a verdict was scored: %+v", runs[0])
	}
}

func TestBrokenLinesAreLeftOut(t *testing.T) {
	path := writeRun(t, "r", "m", verdict("a", true), verdict("b", false))
	name := filepath.Join(path, rowsFile)
	whole, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		data           string
		rows, warnings int
	}{
		{string(whole[:len(whole)-10]), 1, 1},                             // cut off by a crash
		{string(whole[:len(whole)-1]), 2, 0},                              // whole but for the newline
		{"\x00\x00\n" + string(whole), 2, 1},                              // a hole in the file
		{strings.Repeat("{\"task\":\n", 10) + "\n" + string(whole), 2, 4}, // told thrice and counted
	} {
		if err := os.WriteFile(name, []byte(c.data), 0o644); err != nil {
			t.Fatal(err)
		}
		runs, warnings := load(t, path)
		if all, _ := runs[0].Rows(); all != c.rows || len(warnings) != c.warnings {
			t.Errorf("%.40q: %d rows, warnings %v", c.data, all, warnings)
		}
	}
	if err := os.WriteFile(name, []byte("PK\x03\x04\nnothing\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, _, err = Load([]string{path})
	wantError(t, err, "none of its 2 lines is a row")
}

func TestLoadRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		rows []line
		want []string
	}{
		"unknown outcome": {[]line{verdict("a", true), verdict("b", true).with("outcome", "maybe")}, []string{"rows.jsonl:2", "maybe"}},
		"no task":         {[]line{verdict("", true)}, []string{"rows.jsonl:1", "no task"}},
		"two suites":      {[]line{verdict("a", true), verdict("b", true).with("suite", "other")}, []string{"rows.jsonl:2", "mixes suite"}},
		"two scorers":     {[]line{verdict("a", true), verdict("b", true).with("scorer_version", "9")}, []string{"mixes scorer version"}},
		"two models":      {[]line{verdict("a", true), verdict("b", true).with("model", "n")}, []string{"mixes model"}},
		"wrong manifest":  {[]line{verdict("a", true).with("suite", "other")}, []string{"manifest"}},
		"wrong type":      {[]line{verdict("a", true).with("repeat", "x")}, []string{"rows.jsonl:1", "not a row"}},
		"bad score":       {[]line{verdict("a", true).with("scores", map[string]score{"s": {1, -1}})}, []string{"out of range"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := Load([]string{writeRun(t, "r", "m", c.rows...)})
			wantError(t, err, c.want...)
		})
	}
}

func TestLoadOfPlaces(t *testing.T) {
	path := writeRun(t, "r", "m", verdict("a", true))
	_, _, err := Load([]string{path, path + "/"})
	wantError(t, err, "given twice")
	_, _, err = Load([]string{t.TempDir()})
	wantError(t, err, "no rows.jsonl", "folder")
	if runs, _ := load(t, filepath.Join(path, rowsFile)); runs[0].Path != path {
		t.Errorf("the rows file itself gives path %s", runs[0].Path)
	}
	for text, want := range map[string]string{"{": "manifest.json", `{"kind":"dataset"}`: "of a dataset, not of a run"} {
		if err := os.WriteFile(filepath.Join(path, manifestFile), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, _, err = Load([]string{path})
		wantError(t, err, want)
	}
	if err := os.Remove(filepath.Join(path, manifestFile)); err != nil {
		t.Fatal(err)
	}
	runs, warnings := load(t, path)
	if runs[0].Label != "m" || len(warnings) != 1 {
		t.Errorf("without a manifest: label %q, warnings %v", runs[0].Label, warnings)
	}
	empty, warnings := load(t, writeRun(t, "empty", "m"))
	if len(warnings) != 1 || empty[0].Tasks() != 0 {
		t.Errorf("empty run: %v", warnings)
	}
}

func TestLabelsBecomeUnique(t *testing.T) {
	runs, _ := load(t,
		writeRun(t, "first", "m (v2)", verdict("a", true)),
		writeRun(t, "second", "m (v2)", verdict("a", true)),
		writeRun(t, "second", "m (v2)", verdict("a", true)),
		writeRun(t, "x", "other", verdict("a", true)))
	if runs[0].Label != "m (v2) (first)" || runs[3].Label != "other" {
		t.Errorf("labels %q, %q", runs[0].Label, runs[3].Label)
	}
	if runs[1].Label == runs[2].Label || !strings.Contains(runs[1].Label, runs[1].Path) {
		t.Errorf("labels %q, %q", runs[1].Label, runs[2].Label)
	}
}

func TestLongLineIsRefused(t *testing.T) {
	reader := newRowReader("rows.jsonl")
	reader.run = &Run{}
	err := reader.read(strings.NewReader(strings.Repeat("x", lineLimit+2)))
	wantError(t, err, "rows.jsonl:1", "longer than 64 MB")
}

// checkSkim: leaving out the bulk changes nothing else of a valid row.
func checkSkim(t *testing.T, data []byte) {
	var whole, short map[string]any
	if bytes.ContainsRune(data, '\n') || json.Unmarshal(data, &whole) != nil {
		return
	}
	if err := json.Unmarshal(skim(nil, data), &short); err != nil {
		t.Fatalf("%q became %q: %v", data, skim(nil, data), err)
	}
	for _, bulk := range []string{"transcript", "calls"} {
		if _, left := short[bulk]; left && bytes.Contains(data, []byte(`"`+bulk+`"`)) && len(whole) > 0 && !bytes.Contains(data, []byte(`\u`)) {
			t.Fatalf("%q kept its %s", data, bulk)
		}
		delete(whole, bulk)
		delete(short, bulk)
	}
	if diff := cmp.Diff(whole, short); diff != "" {
		t.Fatalf("%q changed (-whole +short):\n%s", data, diff)
	}
}

func TestSkim(t *testing.T) {
	for in, want := range map[string]string{
		`{"task":"a","calls":[{"name":"x,}"}],"transcript":[{"response":"\\\""}],"usage":{}}`: `{"task":"a","usage":{}}`,
		`{"calls":[],"transcript":null}`: `{}`,
		`{}`:                             `{}`,
		`{"a":1`:                         `{"a":1`,
		`{"a":1]`:                        `{"a":1]`,
		`[1]`:                            `[1]`,
		`{"a":1}trailing`:                `{"a":1}trailing`,
		`{"a":"unfinished`:               `{"a":"unfinished`,
		``:                               ``,
	} {
		if got := string(skim(nil, []byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
		checkSkim(t, []byte(in))
	}
}

// FuzzRows: no bytes make the reader panic, and what it takes stays consistent.
func FuzzRows(f *testing.F) {
	f.Add([]byte(`{"suite":"s","task":"a","outcome":"pass","scores":{"success":{"num":1,"den":1}},"group":{"k":"v"},"faults":[{"kind":"x"}]}` + "\n"))
	f.Add([]byte(`{"task":"a","outcome":"no_verdict","error":{"class":"timeout"}}` + "\n" + `{"task":"a","outcome":"fail","scores":{"x":{"num":-3,"den":0}}}` + "\n{"))
	f.Add([]byte("\n\n[]\n"))
	f.Add([]byte(` {"transcript" : [{"a":"\\\"}]"}] , "calls":null,"task":"a","outcome":"pass" } `))
	f.Fuzz(func(t *testing.T, data []byte) {
		checkSkim(t, data)
		run := &Run{Label: "x"}
		reader := newRowReader("rows.jsonl")
		reader.run = run
		if err := reader.read(bytes.NewReader(data)); err != nil {
			return
		}
		run.finish()
		for name, column := range run.columns {
			if len(column) != len(run.rows) {
				t.Fatalf("column %q has %d values for %d rows", name, len(column), len(run.rows))
			}
			for i, value := range column {
				if !run.rows[i].judged() && value != (stats.Fraction{}) {
					t.Fatalf("column %q scores a row without a verdict", name)
				}
			}
		}
		if _, err := Compare([]Run{*run}, Options{Resamples: 100}); err != nil {
			t.Fatal(err)
		}
	})
}
