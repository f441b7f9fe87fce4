package render

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func sample() []Table {
	good := TextCell("better")
	good.Tone = Good
	bad := TextCell("worse")
	bad.Tone = Bad
	scores := Table{
		Name:  "scores",
		Title: "Scores on ButtonBench 0",
		Columns: []Column{
			{Name: "run", Key: "run"},
			{Name: "n", Key: "n", Kind: Number},
			{Name: "success %", Key: "success", Kind: Percent, Decimals: 1, Interval: true},
			{Name: "turns", Key: "turns", Kind: Number, Decimals: 2, Interval: true},
			{Name: "difference", Key: "difference", Kind: Percent, Decimals: 1, Signed: true},
			{Name: "p (Holm)", Key: "p_holm", Kind: Probability},
			{Name: "verdict", Key: "verdict"},
		},
		Rows: [][]Cell{
			{TextCell("embedded/oracle"), NumberCell(200), IntervalCell(1, 0.98116, 1), IntervalCell(2.435, 2.31, 2.57), NumberCell(0.123), NumberCell(0.00000312), good},
			{TextCell("embedded/lexical"), NumberCell(200), IntervalCell(0.075, 0.0459, 0.1199), MissingCell(), NumberCell(-0.0004), NumberCell(0.7321), bad},
		},
		Notes: []string{"success: share of tasks solved; 95 % Wilson intervals.", "p: exact McNemar, adjusted by Holm for 2 comparisons."},
	}
	faults := Table{
		Name: "faults", Title: "Faults",
		Columns: []Column{{Name: "fault", Key: "fault"}, {Name: "embedded/noisy", Kind: Number}},
		Rows:    [][]Cell{{TextCell("wrong_value"), NumberCell(12)}},
	}
	return []Table{scores, faults}
}

func TestGolden(t *testing.T) {
	for _, c := range []struct {
		file    string
		format  Format
		options Options
	}{
		{"table.txt", Terminal, Options{}},
		{"table_colour.txt", Terminal, Options{Colour: true}},
		{"table_narrow.txt", Terminal, Options{Width: 60}},
		{"table.md", Markdown, Options{}},
		{"table.tex", LaTeX, Options{}},
		{"table.csv", CSV, Options{}},
		{"table.json", JSON, Options{}},
		{"table.html", HTML, Options{Title: "Report"}},
	} {
		var out bytes.Buffer
		if err := Write(&out, c.format, sample(), c.options); err != nil {
			t.Fatal(err)
		}
		golden(t, c.file, out.Bytes())
	}
}

func TestWriteRefuses(t *testing.T) {
	ragged := Table{Name: "x", Columns: []Column{{Name: "a"}, {Name: "b"}}, Rows: [][]Cell{{TextCell("1")}}}
	for _, format := range Formats() {
		var out bytes.Buffer
		if err := Write(&out, format, []Table{ragged}, Options{}); err == nil || out.Len() > 0 {
			t.Errorf("%s: a ragged row gave %v and %d bytes", format, err, out.Len())
		}
		if err := Write(&out, format, []Table{{Name: "x"}}, Options{}); err == nil {
			t.Errorf("%s: a table without columns passed", format)
		}
	}
	if err := Write(&bytes.Buffer{}, "pdf", sample(), Options{}); err == nil || !strings.Contains(err.Error(), "markdown") {
		t.Errorf("unknown format: %v", err)
	}
	if _, err := ParseFormat("latex"); err != nil {
		t.Error(err)
	}
}

func TestTerminalHasNoColourUnlessTold(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, Terminal, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "\x1b") {
		t.Error("escape codes without being told")
	}
}

// Every line of a grid has the same width and fits.
func TestTerminalLinesAlign(t *testing.T) {
	table := sample()[0]
	table.Rows[0][0] = TextCell("模型-甲/対話")
	table.Rows[1][0] = TextCell(strings.Repeat("long", 200))
	for _, width := range []int{0, 60, 80, 100} {
		var out bytes.Buffer
		if err := Write(&out, Terminal, []Table{table}, Options{Width: width}); err != nil {
			t.Fatal(err)
		}
		block := -1
		for line := range strings.Lines(out.String()) {
			line = strings.TrimRight(line, "\n")
			if !strings.ContainsAny(line, "│─") {
				block = -1
				continue
			}
			if block < 0 {
				block = displayWidth(line)
			}
			if displayWidth(line) != block {
				t.Errorf("width %d: line of %d columns in a grid of %d: %q", width, displayWidth(line), block, line)
			}
			if width >= 80 && block > width {
				t.Errorf("width %d: grid of %d columns", width, block)
			}
		}
	}
}

func TestFigure(t *testing.T) {
	for _, c := range []struct {
		column Column
		value  float64
		want   string
	}{
		{Column{Kind: Percent, Decimals: 1}, 0.925, "92.5"},
		{Column{Kind: Percent, Decimals: 1, Signed: true}, 0.05, "+5.0"},
		{Column{Kind: Percent, Decimals: 1, Signed: true}, -0.00001, "0.0"},
		{Column{Kind: Percent, Decimals: 1, Signed: true}, -0.31, "-31.0"},
		{Column{Kind: Number}, 12, "12"},
		{Column{Kind: Number, Decimals: 2}, math.NaN(), "-"},
		{Column{Kind: Probability}, 0.00001, "<0.0001"},
		{Column{Kind: Probability}, 0.04, "0.0400"},
	} {
		if got := c.column.figure(c.value); got != c.want {
			t.Errorf("%+v %v: got %q, want %q", c.column, c.value, got, c.want)
		}
	}
}

func TestKeysNeverCollide(t *testing.T) {
	table := Table{Columns: []Column{{Key: "run"}, {Key: "run"}, {Name: "run"}, {Key: "run_2"}}}
	seen := map[string]bool{}
	for _, key := range table.keys() {
		if seen[key] {
			t.Errorf("key %q twice in %v", key, table.keys())
		}
		seen[key] = true
	}
}

func TestJSONIsValid(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, JSON, sample(), Options{}); err != nil {
		t.Fatal(err)
	}
	var page struct {
		Tables []struct {
			Rows []map[string]any
		}
	}
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	success := page.Tables[0].Rows[0]["success"].(map[string]any)
	if success["value"] != 1.0 || success["low"] != 0.98116 {
		t.Errorf("success reads back as %v", success)
	}
	if turns := page.Tables[0].Rows[1]["turns"].(map[string]any); turns["value"] != nil {
		t.Errorf("a missing figure reads back as %v", turns["value"])
	}
}
