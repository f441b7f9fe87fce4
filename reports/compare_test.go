package reports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// twoRuns has 40 tasks: 20 solved by both, 12 by the second alone, 2 by the
// first alone, 4 by none; one has no verdict in the first, one only the second has.
func twoRuns(t *testing.T) []Run {
	var first, second []line
	for i := range 38 {
		task := fmt.Sprintf("t%02d", i)
		first = append(first, verdict(task, i < 20 || i >= 32 && i < 34))
		second = append(second, verdict(task, i < 32))
	}
	first = append(first, noVerdict("t38"))
	second = append(second, verdict("t38", true), verdict("t39", true))
	runs, _ := load(t, writeRun(t, "a", "base", first...), writeRun(t, "b", "new", second...))
	return runs
}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func TestScoresByHand(t *testing.T) {
	table := compare(t, twoRuns(t), Options{})["scores"]
	near(t, "tasks", cell(t, table, "base", "tasks").Value, 38, 0)
	near(t, "no verdict", cell(t, table, "base", "no_verdict").Value, 1.0/39, 1e-12)
	success := cell(t, table, "base", "success")
	near(t, "success", success.Value, 22.0/38, 1e-12)
	want := stats.Wilson(22, 38, 0.95).Interval
	near(t, "low", success.Low, want.Low, 1e-12)
	near(t, "high", success.High, want.High, 1e-12)
}

func TestDifferenceByHand(t *testing.T) {
	table := compare(t, twoRuns(t), Options{})["difference"]
	near(t, "pairs", cell(t, table, "new", "pairs").Value, 38, 0)
	near(t, "left out", cell(t, table, "new", "left_out").Value, 2, 0)
	near(t, "only run", cell(t, table, "new", "only_run").Value, 12, 0)
	near(t, "only baseline", cell(t, table, "new", "only_baseline").Value, 2, 0)
	near(t, "difference", cell(t, table, "new", "difference").Value, 10.0/38, 1e-12)
	// 2·(1 + 14 + 91)/2^14
	near(t, "p", cell(t, table, "new", "p").Value, 212.0/16384, 1e-12)
	if got := cell(t, table, "new", "verdict"); got.Text != "better" || got.Tone != render.Good {
		t.Errorf("verdict %+v", got)
	}
	back := compare(t, twoRuns(t), Options{Baseline: "new"})["difference"]
	if got := cell(t, back, "base", "verdict"); got.Text != "worse" {
		t.Errorf("the other way round: %+v", got)
	}
	strict := compare(t, twoRuns(t), Options{Confidence: 0.99})["difference"]
	if got := cell(t, strict, "new", "verdict"); got.Text != "cannot tell" {
		t.Errorf("at 99 %%: %+v", got)
	}
}

func TestHolmCountsTheComparisons(t *testing.T) {
	runs := twoRuns(t)
	var same []line
	for i := range 38 {
		same = append(same, verdict(fmt.Sprintf("t%02d", i), i < 20 || i >= 32 && i < 34))
	}
	more, _ := load(t, writeRun(t, "c", "third", same...))
	table := compare(t, append(runs, more...), Options{})["difference"]
	near(t, "p Holm", cell(t, table, "new", "p_holm").Value, 2*212.0/16384, 1e-12)
	near(t, "p Holm of the same", cell(t, table, "third", "p_holm").Value, 1, 0)
	if got := cell(t, table, "third", "verdict").Text; got != "cannot tell" {
		t.Errorf("verdict on equal runs: %q", got)
	}
}

func TestRatioMetricIsComparedByBootstrap(t *testing.T) {
	run := func(label string, turns func(i int) float64) string {
		var rows []line
		for i := range 60 {
			rows = append(rows, verdict(fmt.Sprintf("t%02d", i), true).with("scores", map[string]score{"turns": {turns(i), 1}}))
		}
		return writeRun(t, label, label, rows...)
	}
	runs, _ := load(t, run("serial", func(i int) float64 { return float64(2 + i%4) }), run("parallel", func(i int) float64 { return float64(1 + i%3) }))
	table := compare(t, runs, Options{Metric: "turns"})["difference"]
	if got := compare(t, runs, Options{})["parallel"].Columns[4].Name; got != "plan depth" {
		t.Errorf("a metric that no run has is called %q", got)
	}
	for _, column := range table.Columns {
		if column.Key == "only_run" {
			t.Error("a mean has no discordant pairs")
		}
	}
	if got := cell(t, table, "parallel", "verdict").Text; got != "better" {
		t.Errorf("fewer turns are %q", got)
	}
	if got := cell(t, table, "parallel", "difference"); !(got.High < 0) {
		t.Errorf("difference %+v", got)
	}
}

func TestRepeatsAreClustered(t *testing.T) {
	var rows []line
	for i := range 30 {
		for k := range 4 {
			rows = append(rows, verdict(fmt.Sprintf("t%02d", i), i%2 == 0).with("repeat", k))
		}
	}
	runs, _ := load(t, writeRun(t, "r", "m", rows...))
	table := compare(t, runs, Options{})["scores"]
	success := cell(t, table, "m", "success")
	near(t, "success", success.Value, 0.5, 1e-12)
	// 30 tasks, not 120 rows, stand behind it.
	if width := success.High - success.Low; width < 0.3 {
		t.Errorf("interval %.3f wide: repeats were taken as tasks", width)
	}
	near(t, "repeats", cell(t, table, "m", "repeats").Value, 4, 0)
}

func TestMetricsAreData(t *testing.T) {
	row := verdict("a", true).with("scores", map[string]score{
		"zeta": {0.5, 1}, "tokens": {812, 1}, "tool_acc": {1, 2}, "tool_acc_corrected": {1, 1}, "turns": {3, 1}, "success": {1, 1},
		"inst_acc": {2, 0},
	})
	other := verdict("b", true).with("scores", map[string]score{"inst_acc": {1, 2}})
	runs, _ := load(t, writeRun(t, "r", "m", row, other))
	table := compare(t, runs, Options{})["scores"]
	var names []string
	for _, column := range table.Columns[3:] {
		names = append(names, column.Name)
	}
	want := []string{"success %", "turns", "InstAcc %", "ToolAcc %", "ToolAcc corrected %", "tokens", "zeta %"}
	if !slices.Equal(names, want) {
		t.Errorf("columns %q, want %q", names, want)
	}
	// A numerator without a denominator counts, and takes a ratio above 1.
	near(t, "InstAcc", cell(t, table, "m", "inst_acc").Value, 1.5, 1e-12)
}

func TestMetricsOfGTA(t *testing.T) {
	scores := map[string]score{}
	for _, name := range []string{"success", "inst_acc", "inst_acc_corrected", "tool_acc", "arg_acc", "arg_acc_corrected", "summ_objective",
		"summ_objective_corrected", "summ_acc_low", "summ_acc_high", "similarity_answered", "calls", "call_errors"} {
		scores[name] = score{1, 1}
	}
	scores["inst_acc"] = score{3, 2}
	row := verdict("a", true).with("scores", scores).with("suite", "gta")
	path := writeRun(t, "r", "", row)
	runs, _ := load(t, path)
	table := compare(t, runs, Options{})["scores"]
	var names []string
	for _, column := range table.Columns[3:] {
		names = append(names, column.Name)
	}
	want := []string{"success %", "InstAcc %", "InstAcc corrected %", "ToolAcc %", "ArgAcc %", "ArgAcc corrected %", "SummAcc objective %",
		"SummAcc objective corrected %", "SummAcc low %", "SummAcc high %", "similarity answered %", "calls", "call errors"}
	if !slices.Equal(names, want) {
		t.Errorf("columns %q, want %q", names, want)
	}
	near(t, "InstAcc", cell(t, table, "m", "inst_acc").Value, 1.5, 1e-12)
	notes := strings.Join(table.Notes, "\n")
	for _, part := range []string{"success: items in which every step is right", "InstAcc corrected: the same over all steps", "it can exceed 100 %"} {
		if !strings.Contains(notes, part) {
			t.Errorf("the notes lack %q:\n%s", part, notes)
		}
	}
}

func TestVersionsAreNotMixed(t *testing.T) {
	old := writeRun(t, "old", "old", verdict("a", true), verdict("b", false))
	scorer := writeRun(t, "scorer", "scorer", verdict("a", true).with("scorer_version", "3"), verdict("b", true).with("scorer_version", "3"))
	runs, _ := load(t, old, scorer)
	_, err := Compare(runs, Options{})
	wantError(t, err, "scorer version (2, 3)", "side by side")
	tables := compare(t, runs, Options{SideBySide: true})
	if got := cell(t, tables["difference"], "scorer", "verdict").Text; got != "not comparable" {
		t.Errorf("verdict %q", got)
	}
	if got := cell(t, tables["scores"], "scorer", "scorer_version").Text; got != "3" || !strings.Contains(tables["scores"].Notes[0], "side by side") {
		t.Errorf("scores: %q, %q", got, tables["scores"].Notes[0])
	}
	if err := os.WriteFile(filepath.Join(old, manifestFile), []byte(`{"config":{"label":"x","content_hash":"other"}}`), 0o644); err != nil {
		t.Fatal(err)
	}
	runs, _ = load(t, old, writeRun(t, "new", "new", verdict("a", true)))
	_, err = Compare(runs, Options{})
	wantError(t, err, "content hash")
}

func TestSuitesKeepTheirOwnTables(t *testing.T) {
	other := writeRun(t, "x", "", verdict("a", true).with("suite", "other"))
	runs, _ := load(t, writeRun(t, "r", "m", verdict("a", true)), other, writeRun(t, "s", "n", verdict("a", true)))
	tables, err := Compare(runs, Options{Baseline: "n"})
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, table := range tables {
		titles = append(titles, table.Title)
	}
	want := []string{"Scores on demo 1", "Difference in success to n on demo 1", "Scores on other 1"}
	if !slices.Equal(titles, want) {
		t.Errorf("tables %q, want %q", titles, want)
	}
	if !strings.Contains(strings.Join(tables[2].Notes, " "), "n has no run on this suite") {
		t.Errorf("notes %q", tables[2].Notes)
	}
}

func TestCompareRefuses(t *testing.T) {
	runs, _ := load(t, writeRun(t, "r", "m", verdict("a", true).with("group", map[string]string{"kind": "chain"})))
	for _, c := range []struct {
		runs    []Run
		options Options
		want    []string
	}{
		{nil, Options{}, []string{"no runs"}},
		{runs, Options{Baseline: "x"}, []string{`"x"`, "there are: m"}},
		{runs, Options{By: []string{"world"}}, []string{`"world"`, "kind"}},
		{runs, Options{Metric: "zeal"}, []string{`"zeal"`, "success"}},
		{runs, Options{Confidence: 95}, []string{"between 0 and 1"}},
		{runs, Options{Resamples: 3}, []string{"100 resamples"}},
	} {
		_, err := Compare(c.runs, c.options)
		wantError(t, err, c.want...)
	}
}

func TestRunWithoutRows(t *testing.T) {
	runs, _ := load(t, writeRun(t, "r", "m"), writeRun(t, "s", "n", verdict("a", true)))
	tables, err := Compare([]Run{runs[1], runs[0]}, Options{SideBySide: true})
	if err != nil {
		t.Fatal(err)
	}
	text(t, render.Terminal, tables, render.Options{})
}

func TestGolden(t *testing.T) {
	runs, warnings := load(t, players(t, 200)...)
	if len(warnings) > 0 {
		t.Errorf("warnings: %v", warnings)
	}
	tables, err := Compare(runs, Options{By: []string{"kind"}})
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "players.txt", text(t, render.Terminal, tables, render.Options{Width: 120}))
	golden(t, "players.csv", text(t, render.CSV, tables[:1], render.Options{}))
}

// The same rows in another order, on another number of processors, give the
// same bytes.
func TestOrderAndProcessorsDoNotMatter(t *testing.T) {
	paths := players(t, 80)
	report := func() []byte {
		runs, _ := load(t, paths...)
		for i := range runs {
			runs[i].Path = "" // temporary folders differ between calls of the test
		}
		tables, err := Compare(runs, Options{By: []string{"kind", "world"}, Resamples: 500})
		if err != nil {
			t.Fatal(err)
		}
		return text(t, render.JSON, tables, render.Options{})
	}
	first := report()
	random := rand.New(rand.NewPCG(1, 2))
	for _, path := range paths {
		name := filepath.Join(path, rowsFile)
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lines := slices.Collect(strings.Lines(string(data)))
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		if err := os.WriteFile(name, []byte(strings.Join(lines, "")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if !bytes.Equal(first, report()) {
		t.Error("the report depends on the order of the rows or on the processors")
	}
}

func TestHostileLabels(t *testing.T) {
	label := "<script>|\x1b[2J\u202e=1+1"
	row := verdict("a", false).with("faults", []map[string]string{{"kind": label}}).
		with("group", map[string]string{"kind": label}).with("scores", map[string]score{label: {1, 1}, "run": {1, 1}, "tasks": {2, 1}})
	runs, _ := load(t, writeRun(t, "r", label, row), writeRun(t, "s", "n", row))
	tables, err := Compare(runs, Options{By: []string{"kind"}, Resamples: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range render.Formats() {
		out := text(t, format, tables, render.Options{})
		if bytes.ContainsAny(out, "\x1b\u202e") || format == render.HTML && bytes.Contains(out, []byte("<script")) {
			t.Errorf("%s lets a label through", format)
		}
		if format == render.JSON && !json.Valid(out) {
			t.Error("the JSON is not valid")
		}
	}
}

// manyRows makes rows as they are read, so that the test holds none of them.
type manyRows struct {
	left, made int
	padding    string
	buffer     bytes.Buffer
}

func (m *manyRows) Read(p []byte) (int, error) {
	for m.buffer.Len() < len(p) && m.left > 0 {
		m.left--
		m.made++
		fmt.Fprintf(&m.buffer, `{"suite":"s","suite_version":"1","scorer_version":"1","task":"task-%08d","repeat":0,"model":"m","outcome":"pass",`+
			`"group":{"kind":"chain","world":"rail"},"scores":{"success":{"num":1,"den":1},"progress":{"num":%d,"den":5},"turns":{"num":3,"den":1}},`+
			`"transcript":[{"messages":[],"response":{"text":"%s"}}],"usage":{"prompt_tokens":1,"completion_tokens":1},"requests":1,"latency_ms":5}`+"\n",
			m.made, m.made%6, m.padding)
	}
	if m.buffer.Len() == 0 {
		return 0, io.EOF
	}
	return m.buffer.Read(p)
}

// Memory grows with rows, not with transcripts.
func TestTranscriptsAreNotKept(t *testing.T) {
	const rows = 5000
	run := &Run{Label: "m"}
	reader := newRowReader("rows.jsonl")
	reader.run = run
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := reader.read(&manyRows{left: rows, padding: strings.Repeat("x", 20_000)}); err != nil {
		t.Fatal(err)
	}
	run.finish()
	runtime.GC()
	runtime.ReadMemStats(&after)
	if perRow := float64(after.HeapAlloc-before.HeapAlloc) / rows; perRow > 1000 {
		t.Errorf("%.0f bytes kept per row of 20 kB", perRow)
	}
	if run.Tasks() != rows {
		t.Errorf("%d tasks", run.Tasks())
	}
}

func BenchmarkRead(b *testing.B) {
	data, err := io.ReadAll(&manyRows{left: 20_000, padding: strings.Repeat("x", 4000)})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		reader := newRowReader("rows.jsonl")
		reader.run = &Run{}
		if err := reader.read(bytes.NewReader(data)); err != nil {
			b.Fatal(err)
		}
	}
}
