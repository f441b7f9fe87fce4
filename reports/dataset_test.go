package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
)

// conversation builds a record for tests, turn by turn.
type conversation struct{ button.Record }

func converse(id, world, shape, register, skeleton string, tools ...string) *conversation {
	c := &conversation{button.Record{
		ID: id, Kind: shape, Mode: button.ModeConstructed, ParallelToolCalls: true,
		Messages:   []button.Message{{Role: button.RoleSystem, Content: "You work at the desk."}},
		Plan:       &button.Plan{Shape: shape},
		Provenance: map[string]button.Source{},
		Meta:       &button.Meta{World: world, Register: register, Skeleton: skeleton, ApproxTokens: 100 * len(tools)},
	}}
	for _, name := range tools {
		c.Tools = append(c.Tools, button.Tool{Name: name, Parameters: json.RawMessage(`{"type":"object"}`)})
	}
	return c
}

func (c *conversation) user(text string) *conversation {
	c.Messages = append(c.Messages, button.Message{Role: button.RoleUser, Content: text})
	return c
}

func (c *conversation) answer(text string) *conversation {
	c.Messages = append(c.Messages, button.Message{Role: button.RoleAssistant, Content: text})
	return c
}

// wave makes calls in one turn, in a wave of their own, with their results.
func (c *conversation) wave(functions ...string) *conversation {
	turn := button.Message{Role: button.RoleAssistant}
	var results []button.Message
	wave := c.Plan.Depth()
	for _, function := range functions {
		number := len(c.Plan.Nodes) + 1
		id := fmt.Sprintf("call%05d", number)
		effect := button.EffectRead
		if strings.HasPrefix(function, "book") {
			effect = button.EffectWrite
		}
		turn.ToolCalls = append(turn.ToolCalls, button.Call{ID: id, Name: function})
		results = append(results, button.Message{Role: button.RoleTool, ToolCallID: id, Content: "{}"})
		c.Plan.Nodes = append(c.Plan.Nodes, button.PlanNode{
			ID: fmt.Sprintf("n%d", number), CallID: id, World: c.Meta.World, Function: function, Effect: effect, Arguments: json.RawMessage("{}"), Wave: wave,
		})
	}
	c.Messages = append(append(c.Messages, turn), results...)
	return c
}

func (c *conversation) edge(from, output, to, parameter string) *conversation {
	c.Plan.Edges = append(c.Plan.Edges, button.PlanEdge{From: from, To: to, Kind: button.EdgeData, Output: output, Parameter: parameter})
	return c
}

func (c *conversation) goal(kind, function string, condition *button.GoalCondition, values ...string) *conversation {
	goal := button.PlanGoal{Kind: kind, Function: function, Condition: condition}
	for _, value := range values {
		goal.Values = append(goal.Values, button.GoalValue{Type: "T", Value: json.RawMessage(value)})
	}
	c.Plan.Goals = append(c.Plan.Goals, goal)
	return c
}

func (c *conversation) from(argument, source string, transform *button.Transform) *conversation {
	c.Provenance[argument] = button.Source{From: source, Transform: transform}
	return c
}

func (c *conversation) states(source, op string) *conversation {
	stated := button.AnswerValue{Source: button.Source{From: source}}
	if op != "" {
		stated.Source.Transform = &button.Transform{Op: op}
	}
	c.Plan.Answers = append(c.Plan.Answers, stated)
	return c
}

// sampleRecords are six records of two worlds and one of elsewhere.
func sampleRecords() []*conversation {
	picked := &button.Transform{Op: button.OpMin, Over: "trains[]", By: "fare", Where: []button.Condition{{Field: "direct", Op: "is", Value: json.RawMessage("true")}}}
	bound := &button.GoalCondition{Node: "n1", Output: "fare", Op: "at_most", Bound: json.RawMessage("20"), Open: true}
	holds := &button.GoalCondition{Node: "n1", Output: "open", Op: "holds"}
	foreign := converse("r7", "", "", "", "", "lookup").user("what's up").wave("lookup", "lookup").answer("Nothing.")
	foreign.Plan, foreign.Meta, foreign.Provenance, foreign.Kind = nil, nil, nil, ""
	serial := converse("r6", "vet", "fan_out", "terse", "weight of _ and _", "find_pet", "log_weight").
		user("weight of Bella and Otto").wave("find_pet").wave("find_pet").answer("Bella 4 kg, Otto 7 kg.").
		goal("each", "find_pet", nil, "4", "7").from("call00001.name", "user", nil).from("call00002.name", "user", nil).states("result", "").states("result", "")
	serial.ParallelToolCalls = false
	for i := range serial.Plan.Nodes {
		serial.Plan.Nodes[i].Wave = 0
	}
	late := converse("r3", "rail", "condition", "plain", "Please book _ if it costs at most _. I am late!", "find_trains", "book_seat").
		user("Please book the 9:15 if it costs at most 20. I am late!").wave("find_trains").wave("book_seat").answer("Booked.").
		goal("write", "book_seat", bound, `"S-1"`).from("call00001.train", "user", nil).from("call00002.train", "call", nil).states("result", "sum")
	late.Plan.Edges = []button.PlanEdge{{From: "n1", To: "n2", Kind: button.EdgeCondition}}
	return []*conversation{
		converse("r1", "rail", "chain", "plain", "Could you find _?", "find_trains", "station_info", "book_seat").
			user("Could you find the cheapest direct train to Arlen?").wave("find_trains").wave("station_info").answer("It leaves at nine.").
			edge("n1", "trains[].train", "n2", "train").goal("field", "station_info", nil, `"nine"`).
			from("call00001.to", "user", nil).from("call00001.day", "default", nil).from("call00002.train", "result", picked).states("result", "").states("call", ""),
		converse("r2", "rail", "chain", "chatty", "Could you find _?", "find_trains", "station_info", "book_seat", "quote_fare", "lounge").
			user("Could you find the cheapest direct train to Belden?").wave("find_trains").wave("station_info").answer("Yes.").
			edge("n1", "trains[].train", "n2", "train").goal("field", "station_info", nil, "true").
			from("call00001.to", "user", nil).from("call00002.train", "result", picked).states("result", ""),
		late,
		converse("r4", "rail", "condition", "formal", "If _ is open, reserve a seat", "station_info", "book_seat", "find_trains", "quote_fare", "lounge", "a", "b", "c", "d", "e").
			user("If Arlen station is open, reserve a seat").wave("station_info").answer("It is closed.").
			goal("write", "book_seat", holds).from("call00001.station", "user", nil),
		converse("r5", "vet", "fan_out", "plain", "Is _ due?", "find_pet", "booster_status").
			user("Is Bella due?").wave("find_pet").answer("No.").goal("item", "find_pet", nil, "false").
			user("And are Otto and Rex?").wave("booster_status", "booster_status").answer("Yes.").goal("each", "booster_status", nil, "true", "true").
			from("call00001.name", "user", nil).states("result", ""),
		serial, foreign,
	}
}

// sampleRejects are five candidates that were given up.
const sampleRejects = `{"index":3,"seed":1,"world":"rail","stage":"atomic_tasks","rule":"no_supplier","detail":"x"}
{"index":4,"seed":1,"world":"rail","kind":"chain","stage":"composition","rule":"tie","detail":"x"}

{"index":7,"seed":1,"world":"vet","kind":"chain","stage":"functions","rule":"no_tools","detail":"x"}
{"index":5,"seed":1,"world":"vet","kind":"fan_out","stage":"trajectory","rule":"heavy","detail":"x"}
{"index":6,"seed":1,"world":"vet","kind":"fan_out","stage":"trajectory","rule":"heavy","detail":"x","span":"y"}
`

// sampleManifest counts ten composed candidates and the seven records.
const sampleManifest = `{"format":1,"kind":"dataset","facts":{"candidates":12,"accepted":7,"properties":{
"shape:fan_out":{"candidates":4,"accepted":2},"shape:chain":{"candidates":2,"accepted":2},"follow_up":{"candidates":1,"accepted":1},
"condition:bound:met":{"candidates":1,"accepted":1},"answer:no":{"candidates":1,"accepted":1},"novel":{"candidates":3,"accepted":2}},
"asked":{"stages":{"request":{"requests":14,"prompt_tokens":2100,"completion_tokens":700,"cost_nano_usd":70000000}}},
"scenario_pool_asked":{"stages":{"scenario":{"requests":7,"prompt_tokens":700,"completion_tokens":70}}}}}`

func recordLines(t testing.TB, records []*conversation) string {
	t.Helper()
	var out []byte
	for _, record := range records {
		var err error
		if out, err = record.AppendJSON(out); err != nil {
			t.Fatal(err)
		}
		out = append(out, '\n')
	}
	return string(out)
}

// writeDataset writes a folder; a file with empty text is left out.
func writeDataset(t testing.TB, records, rejects, manifest string) string {
	t.Helper()
	folder := filepath.Join(t.TempDir(), "sample")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{recordsFile: records, rejectsFile: rejects, manifestFile: manifest} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

func sampleDataset(t testing.TB) *Dataset {
	t.Helper()
	path := writeDataset(t, recordLines(t, sampleRecords()), sampleRejects, sampleManifest)
	dataset, warnings, err := ReadDataset(context.Background(), path, nil)
	if err != nil || len(warnings) > 0 {
		t.Fatalf("warnings %v, error %v", warnings, err)
	}
	return dataset
}

func TestDatasetGolden(t *testing.T) {
	tables := sampleDataset(t).Tables(AllTables)
	golden(t, "dataset.txt", text(t, render.Terminal, tables, render.Options{}))
	golden(t, "dataset.csv", text(t, render.CSV, tables, render.Options{}))
}

// TestDatasetFigures checks figures that are easy to count by hand.
func TestDatasetFigures(t *testing.T) {
	named := map[string]render.Table{}
	for _, table := range sampleDataset(t).Tables(AllTables) {
		named[table.Name] = table
	}
	for _, test := range []struct {
		table, row, key string
		want            float64
	}{
		{"worlds", "rail", "records", 4},
		{"worlds", "rail", "distinct_requests", 1},
		{"worlds", "rail", "distinct_skeletons", 0.75},
		{"worlds", "rail", "largest_skeleton", 0.5},
		{"worlds", "(all)", "distinct_skeletons", 5.0 / 6},
		{"shapes", "chain", "depth", 2},
		{"shapes", "fan_out", "parallel_wave", 1},
		{"shapes", "(none)", "width", 2}, // without a plan: two calls in one turn
		{"sizes", "calls", "mean", 14.0 / 7},
		{"sizes", "tools offered", "max", 10},
		{"tools", "(all)", "distractors", 13.0 / 25},
		{"tools", "up to 4", "distractors", 2.0 / 10},
		{"coverage", "rail", "edges", 1},
		{"coverage", "rail", "most_called_share", 3.0 / 7},
		{"coverage", "vet", "gini", 1.0 / 10},
		{"requests", "words, p50", "dataset", 8},
		{"requests", "ends in ?, %", "dataset", 300.0 / 7},
		{"requests", "first person, %", "dataset", 100.0 / 7},
		{"requests", "starts in lower case, %", "dataset", 200.0 / 7},
		{"requests", "one sentence, %", "dataset", 600.0 / 7},
		{"requests", "ends without a stop, %", "gta", 100 * 13.0 / 229},
		{"openings", "could you", "two_words_share", 2.0 / 7},
		{"sources", "default", "arguments", 1},
		{"sources", "call", "stated", 1},
		{"yields", "functions", "reached", 10},
		{"yields", "trajectory", "reached", 9},
		{"yields", "trajectory", "passed", 7.0 / 9},
		{"yields", "selection", "left", 7.0 / 12},
		{"moved", "shape:fan_out", "move", 2.0/7 - 4.0/10},
	} {
		near(t, test.table+" "+test.row+" "+test.key, cell(t, named[test.table], test.row, test.key).Value, test.want, 1e-12)
	}
	for _, test := range []struct {
		table, what, value string
		count, share       float64
	}{
		{"conversations", "follow-up", "two user turns or more", 1, 1.0 / 7},
		{"conversations", "parallel_tool_calls", "false", 1, 1.0 / 7},
		{"conversations", "parallel wave", "in the plan", 3, 3.0 / 7},
		{"conversations", "parallel turn", "several calls", 2, 2.0 / 12},
		{"goals", "effect of a call", "write", 1, 1.0 / 12},
		{"goals", "yes/no answer", "yes", 1, 0.5},
		{"goals", "condition", "yes/no, not met", 1, 0.5},
		{"goals", "condition", "any, met", 1, 0.5},
		{"rejects", "trajectory", "heavy", 2, 2.0 / 12},
	} {
		table := named[test.table]
		place := slices.IndexFunc(table.Rows, func(row []render.Cell) bool { return row[0].Text == test.what && row[1].Text == test.value })
		if place < 0 {
			t.Errorf("%s has no row %s, %s", test.table, test.what, test.value)
			continue
		}
		near(t, test.what+" "+test.value, table.Rows[place][2].Value, test.count, 0)
		column := slices.IndexFunc(table.Columns, func(c render.Column) bool { return c.Key == "share" })
		share := table.Rows[place][column]
		near(t, test.what+" "+test.value, share.Value, test.share, 1e-12)
		if !(share.Low <= share.Value && share.Value <= share.High) {
			t.Errorf("%s %s: [%v, %v] does not hold %v", test.what, test.value, share.Low, share.High, share.Value)
		}
	}
}

// TestDatasetOrder shuffles the lines: nothing may depend on their order, nor on
// how many of them are decoded at once.
func TestDatasetOrder(t *testing.T) {
	read := func(records []*conversation) string {
		path := writeDataset(t, recordLines(t, records), "", "")
		dataset, _, err := ReadDataset(context.Background(), filepath.Join(path, recordsFile), nil)
		if err != nil {
			t.Fatal(err)
		}
		return string(text(t, render.JSON, dataset.Tables(AllTables), render.Options{}))
	}
	var records []*conversation
	for i := range 3 * batchLines {
		records = append(records, converse(fmt.Sprint("r", i), "rail", "single", "plain", fmt.Sprint("s", i%7), "a", "b").user(fmt.Sprint("Please say ", i*i, " again")).wave("a").answer("Done."))
	}
	forward := read(records)
	slices.Reverse(records)
	if read(records) != forward {
		t.Error("the order of the lines changes the figures")
	}
}

func TestBrokenDatasets(t *testing.T) {
	good := recordLines(t, sampleRecords()[:1])
	for name, test := range map[string]struct {
		records, rejects, manifest string
		want                       []string
	}{
		"nothing":           {"\n\n", "", "", []string{recordsFile, "it holds no records"}},
		"no file":           {"", "\n", "", []string{"no " + recordsFile, "give the folder"}},
		"not JSON":          {good + good + "{\"id\":\n", "", "", []string{recordsFile + ":3: not a record: unexpected end of JSON input"}},
		"cut short":         {good + good[:len(good)/2], "", "", []string{recordsFile + ":2: not a record"}},
		"blank lines count": {good + "\n \n" + "no", "", "", []string{recordsFile + ":4:"}},
		"an array":          {"[1]\n", "", "", []string{recordsFile + ":1: not a record: want a JSON object, have a JSON array"}},
		"null":              {"null\n", "", "", []string{recordsFile + ":1: not a record: no message is from a user"}},
		"another object":    {"{\"rows\":[]}\n", "", "", []string{":1: not a record: no message is from a user"}},
		"wrong type":        {strings.Replace(good, `"messages":[`, `"messages":7,"x":[`, 1), "", "", []string{`:1: not a record: member "messages" cannot be a JSON number`}},
		"deep wrong type":   {strings.Replace(good, `"turn":0`, `"turn":"x"`, 1), "", "", []string{":1: not a record: member", "cannot be a JSON string"}},
		"not UTF-8":         {strings.Replace(good, "Could", "Co\xffld", 1), "", "", []string{":1: not a record: the line is not valid UTF-8"}},
		"nested deep":       {`{"meta":` + strings.Repeat("[", 20000), "", "", []string{":1: not a record"}},
		"rejects not JSON":  {good, sampleRejects + "x\n", "", []string{rejectsFile + ":7: not a reject: invalid character"}},
		"reject of nothing": {good, "{}\n", "", []string{rejectsFile + ":1: not a reject: stage and rule are missing"}},
		"manifest broken":   {good, "\n", "{", []string{"reading", manifestFile, "unexpected end"}},
		"manifest of a run": {good, "\n", `{"kind":"run"}`, []string{"it is of a run, not of a dataset"}},
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := ReadDataset(context.Background(), writeDataset(t, test.records, test.rejects, test.manifest), nil)
			wantError(t, err, test.want...)
		})
	}
	_, _, err := ReadDataset(context.Background(), filepath.Join(t.TempDir(), "none"), nil)
	wantError(t, err, "reading dataset", "none: no such file or directory")
}

func TestDatasetWarnings(t *testing.T) {
	records := recordLines(t, sampleRecords())
	few := recordLines(t, sampleRecords()[1:])
	for name, test := range map[string]struct {
		records, rejects, manifest string
		want                       []string
		tables                     []string // that are missing
	}{
		"all there":   {records, sampleRejects, sampleManifest, nil, nil},
		"no manifest": {records, sampleRejects, "", []string{"no counts of candidates in manifest.json"}, []string{"moved"}},
		"no rejects":  {records, "", sampleManifest, []string{"no rejects.jsonl: yields are not known"}, []string{"yields", "rejects", "moved"}},
		"none rejected": {records, "\n", `{"facts":{"candidates":7,"accepted":7,"properties":{"shape:chain":{"candidates":2,"accepted":2}}}}`,
			nil, []string{"rejects"}},
		"much is off": {records, "\n", `{"facts":{"candidates":7,"accepted":7,"properties":{"shape:a":{"accepted":1},"shape:b":{"accepted":1},"shape:c":{"accepted":1},"shape:d":{"accepted":1},"shape:e":{"accepted":1}}}}`,
			[]string{"shape:a", "shape:b", "shape:c", "2 more properties are counted differently"}, nil},
		"a record is gone": {few, sampleRejects, sampleManifest, []string{
			"counts 7 records, records.jsonl holds 6", "counts 12 candidates, records and rejects are 11", "counts 2 records with shape:chain, records.jsonl holds 1",
		}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			dataset, warnings, err := ReadDataset(context.Background(), writeDataset(t, test.records, test.rejects, test.manifest), nil)
			if err != nil {
				t.Fatal(err)
			}
			if len(warnings) != len(test.want) {
				t.Fatalf("warnings %v, want %q", warnings, test.want)
			}
			for i, part := range test.want {
				if !strings.Contains(warnings[i].Text, part) {
					t.Errorf("warning %q lacks %q", warnings[i].Text, part)
				}
			}
			for _, name := range test.tables {
				if len(dataset.Tables(name)) != 0 {
					t.Errorf("table %s should be missing", name)
				}
			}
		})
	}
}

// TestRecordsAreCounted leaves a record out: what the records tell is theirs, not
// the manifest's; what only generation knows stays.
func TestRecordsAreCounted(t *testing.T) {
	path := writeDataset(t, recordLines(t, sampleRecords()[1:]), sampleRejects, sampleManifest)
	dataset, _, err := ReadDataset(context.Background(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	table := dataset.Tables("properties")[0]
	near(t, "records", cell(t, table, "shape:chain", "records").Value, 1, 0)
	near(t, "records", cell(t, table, "novel", "records").Value, 2, 0)
	near(t, "candidates", cell(t, table, "shape:chain", "candidates").Value, 2, 0)
}

func TestDatasetProgressAndCancel(t *testing.T) {
	path := writeDataset(t, recordLines(t, sampleRecords()), "", "")
	last := 0
	if _, _, err := ReadDataset(context.Background(), path, func(records int) { last = records }); err != nil || last != 7 {
		t.Errorf("progress ends at %d, error %v", last, err)
	}
	cause := errors.New("enough")
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(cause)
	if _, _, err := ReadDataset(ctx, path, nil); !errors.Is(err, cause) {
		t.Errorf("error %v, want the cause", err)
	}
}

func TestTableNames(t *testing.T) {
	dataset := sampleDataset(t)
	names, long := TableNames()
	if got := len(dataset.Tables(AllTables)); got != len(names) {
		t.Errorf("%d tables of %d", got, len(names))
	}
	if got := len(dataset.Tables()); got != len(names)-len(long) {
		t.Errorf("%d tables by default", got)
	}
	for _, name := range names {
		if tables := dataset.Tables(name); len(tables) != 1 || tables[0].Name != name {
			t.Errorf("asking for %s gives %d tables", name, len(tables))
		}
	}
	if err := CheckTables(append(names, AllTables)); err != nil {
		t.Error(err)
	}
	wantError(t, CheckTables([]string{"worlds", "sises"}), `no table "sises"`, "sizes", "all")
}

// TestHostileNames counts more names than there is room for.
func TestHostileNames(t *testing.T) {
	d := newDataset("hostile")
	long := strings.Repeat("é", nameBytes)
	for i := range groupLimit + 50 {
		record := &recordLine{ID: "x", Kind: long + fmt.Sprint(i), Messages: []messageLine{{Role: button.RoleUser, Content: "a"}}}
		record.Meta.World = fmt.Sprint("w", i)
		d.add(record)
	}
	if len(d.worlds) != groupLimit+1 || d.worlds[otherNames].records != 50 {
		t.Errorf("%d worlds, %d records in the last", len(d.worlds), d.worlds[otherNames].records)
	}
	if len(d.shapes) != 1 {
		t.Errorf("%d shapes: long names were not cut", len(d.shapes))
	}
	counts := tally{}
	for i := range nameLimit + 3 {
		counts.add(fmt.Sprint(i))
	}
	if len(counts) != nameLimit+1 || counts[otherNames] != 3 {
		t.Errorf("%d names, %d others", len(counts), counts[otherNames])
	}
	if math.IsNaN(gini(counts)) {
		t.Error("no Gini coefficient")
	}
}

// FuzzRecordLine reads lines of strangers: an error or figures, never a panic.
func FuzzRecordLine(f *testing.F) {
	for _, record := range sampleRecords() {
		line, err := record.AppendJSON(nil)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(line)
	}
	f.Add([]byte(`{"messages":[{"role":"user","content":"?"}],"plan":{"nodes":[{"turn":-9223372036854775808}]},"meta":{"approx_tokens":9223372036854775807}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		record, err := decodeRecord(line)
		if err != nil {
			return
		}
		d := newDataset("fuzz")
		d.add(record)
		text(t, render.JSON, d.Tables(AllTables), render.Options{})
		text(t, render.Terminal, d.Tables(AllTables), render.Options{})
	})
}
