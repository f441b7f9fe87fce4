package reports

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
)

// plantedRecord is a record whose every choice is drawn, but for what a test plants.
type plantedRecord struct {
	tools  []string
	called []string
	text   string
	args   map[string]any // of the first call
	open   *bool          // outcome of a condition
}

// record writes it in the canonical form.
func (p plantedRecord) record(id int) *button.Record {
	r := &button.Record{ID: fmt.Sprintf("rec%06d", id), Kind: "planted", Messages: []button.Message{{Role: button.RoleUser, Content: p.text}}}
	for _, name := range p.tools {
		r.Tools = append(r.Tools, button.Tool{Name: name, Description: "Does " + strings.ReplaceAll(name, "_", " "), Parameters: json.RawMessage(`{"type":"object","properties":{"size":{"type":"string","enum":["a","b","c","d"]},"n":{"type":"integer"}}}`)})
	}
	for i, name := range p.called {
		arguments := json.RawMessage("{}")
		if i == 0 && p.args != nil {
			arguments, _ = json.Marshal(p.args)
		}
		r.Messages = append(r.Messages, button.Message{Role: button.RoleAssistant, ToolCalls: []button.Call{{ID: fmt.Sprint(i), Name: name, Arguments: arguments}}})
	}
	if p.open != nil {
		r.Plan = &button.Plan{Goals: []button.PlanGoal{{Kind: "write", Condition: &button.GoalCondition{Output: "free", Op: "holds", Open: *p.open}}}}
	}
	return r
}

// fairRecord has no shortcut: every choice is drawn apart from every other.
func fairRecord(random *rand.Rand) plantedRecord {
	var p plantedRecord
	for _, at := range random.Perm(30)[:3+random.IntN(5)] {
		p.tools = append(p.tools, fmt.Sprintf("tool_%c%c", 'a'+at, 'a'+at))
	}
	for _, at := range random.Perm(len(p.tools))[:1+random.IntN(2)] {
		p.called = append(p.called, p.tools[at])
	}
	numbers := []int{2 + random.IntN(7), 10 + random.IntN(70), 100 + random.IntN(700)}
	random.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	p.text = fmt.Sprintf("Please take %d, %d and %d.", numbers[0], numbers[1], numbers[2])
	p.args = map[string]any{"size": string(rune('a' + random.IntN(4))), "n": numbers[random.IntN(3)]}
	open := random.IntN(2) == 0
	p.open = &open
	return p
}

func writeRecords(t testing.TB, records ...*button.Record) string {
	t.Helper()
	var out []byte
	for _, record := range records {
		var err error
		if out, err = record.AppendJSON(out); err != nil {
			t.Fatal(err)
		}
		out = append(out, '\n')
	}
	path := filepath.Join(t.TempDir(), "records.jsonl")
	if err := os.WriteFile(path, out, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func plantedSet(t testing.TB, n int, plant func(*plantedRecord, *rand.Rand)) string {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 11))
	var records []*button.Record
	for i := range n {
		p := fairRecord(random)
		if plant != nil {
			plant(&p, random)
		}
		records = append(records, p.record(i))
	}
	return writeRecords(t, records...)
}

func audited(t testing.TB, path string, o AuditOptions) *AuditReport {
	t.Helper()
	report, _, err := Audit(context.Background(), path, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func breached(a *AuditReport) (names []string) {
	for _, breach := range a.Breaches() {
		names = append(names, breach.Name)
	}
	return names
}

// Without a shortcut every interval holds chance, so nothing is above its limit.
func TestFairRecordsPassTheAudit(t *testing.T) {
	report := audited(t, plantedSet(t, 600, nil), AuditOptions{})
	if names := breached(report); len(names) > 0 {
		t.Errorf("above their limits: %v", names)
	}
	for _, one := range report.shortcuts {
		if one.cases == 0 {
			t.Errorf("%s has no case", one.name)
		}
		// list_length learns which numbers follow which; a little noise is left.
		if gain := one.gain.Interval; gain.Low > 0.02 || gain.High < -0.12 {
			t.Errorf("%s: gain %v [%v, %v] of nothing", one.name, one.gain.Value, gain.Low, gain.High)
		}
	}
}

// Each planted shortcut is found, and those that follow from it alone.
func TestPlantedShortcutsAreFound(t *testing.T) {
	yes := true
	for _, c := range []struct {
		want  []string
		plant func(*plantedRecord, *rand.Rand)
	}{
		{[]string{shortcutOverlap}, func(p *plantedRecord, _ *rand.Rand) {
			p.text += " It is about " + strings.ReplaceAll(p.called[0], "_", " ") + "."
		}},
		{[]string{shortcutFirst}, func(p *plantedRecord, _ *rand.Rand) {
			if len(p.called) == 1 {
				p.called = []string{p.tools[0]}
			} else {
				p.called = []string{p.tools[1], p.tools[0]} // against the order of the list half the time
			}
		}},
		{[]string{shortcutLast}, func(p *plantedRecord, _ *rand.Rand) {
			last := len(p.tools) - 1
			if len(p.called) == 1 {
				p.called = []string{p.tools[last]}
			} else {
				p.called = []string{p.tools[last], p.tools[last-1]}
			}
		}},
		{[]string{shortcutPrior}, func(p *plantedRecord, random *rand.Rand) {
			p.tools[random.IntN(len(p.tools))] = "tool_zz"
			p.called = []string{"tool_zz"}
		}},
		{[]string{shortcutOrder}, func(p *plantedRecord, random *rand.Rand) {
			at := random.Perm(len(p.tools))[:2]
			p.called = []string{p.tools[min(at[0], at[1])], p.tools[max(at[0], at[1])]}
		}},
		{[]string{shortcutOrder}, func(p *plantedRecord, random *rand.Rand) { // backwards tells as much
			at := random.Perm(len(p.tools))[:2]
			p.called = []string{p.tools[max(at[0], at[1])], p.tools[min(at[0], at[1])]}
		}},
		{[]string{shortcutAsMany, shortcutLength}, func(p *plantedRecord, random *rand.Rand) {
			p.called = nil
			for _, at := range random.Perm(len(p.tools)) {
				p.called = append(p.called, p.tools[at])
			}
		}},
		{[]string{shortcutValue}, func(p *plantedRecord, _ *rand.Rand) { p.args["size"] = "c" }},
		{[]string{shortcutNumber}, func(p *plantedRecord, _ *rand.Rand) {
			p.text = fmt.Sprintf("Take 1,204 or %d%%, or rather %d!", 10+len(p.text), p.args["n"])
		}},
		{[]string{shortcutCondition}, func(p *plantedRecord, _ *rand.Rand) { p.open = &yes }},
	} {
		have := breached(audited(t, plantedSet(t, 250, c.plant), AuditOptions{}))
		// Calls in reverse order of the list's ends give the order away too.
		if c.want[0] == shortcutFirst || c.want[0] == shortcutLast {
			c.want = append(c.want, shortcutOrder)
		}
		if diff := cmp.Diff(c.want, have); diff != "" {
			t.Errorf("planted %v (-want +have):\n%s", c.want, diff)
		}
	}
}

// Where every case is right the gain has an interval all the same, and none leaves the
// range that it can have.
func TestGainAtTheEdges(t *testing.T) {
	report := audited(t, plantedSet(t, 30, func(p *plantedRecord, _ *rand.Rand) { p.called = p.tools[:2] }), AuditOptions{})
	for _, one := range report.shortcuts {
		gain, worst := one.gain.Interval, -one.chanceShare/(1-one.chanceShare)
		if gain.Known() && (gain.High > 1 || gain.Low < worst-1e-12 || gain.Low > gain.High) {
			t.Errorf("%s: gain [%v, %v]", one.name, gain.Low, gain.High)
		}
		if one.name == shortcutFirst && (one.gain.Value != 1 || gain.Low > 0.95) {
			t.Errorf("30 records prove a gain of %v or more", gain.Low)
		}
	}
}

// Neither the order of records nor the number of processors changes a figure.
func TestAuditIsDeterministic(t *testing.T) {
	path := plantedSet(t, 300, nil)
	want := cellsOf(audited(t, path, AuditOptions{}))
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(strings.TrimSuffix(string(text), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
	if err := os.WriteFile(path, []byte(strings.Join(lines, "")), 0o644); err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	if diff := cmp.Diff(want, cellsOf(audited(t, path, AuditOptions{}))); diff != "" {
		t.Error(diff)
	}
}

func cellsOf(a *AuditReport) string {
	var out strings.Builder
	if err := render.Write(&out, render.CSV, a.Tables(), render.Options{}); err != nil {
		return err.Error()
	}
	return out.String()
}

func TestAuditRefuses(t *testing.T) {
	for name, o := range map[string]AuditOptions{
		"limit":      {Limits: map[string]float64{"order": 1}},
		"above 1":    {Limits: map[string]float64{shortcutOrder: 1.5}},
		"words":      {Ngram: 2},
		"similarity": {Similarity: 1.5},
	} {
		if err := o.Check(); err == nil {
			t.Errorf("%s passes", name)
		}
	}
	folder := t.TempDir()
	if _, _, err := Audit(context.Background(), folder, AuditOptions{}, nil); err == nil || !strings.Contains(err.Error(), "no records.jsonl") {
		t.Errorf("an empty folder: %v", err)
	}
	empty := filepath.Join(folder, "empty.jsonl")
	os.WriteFile(empty, nil, 0o644)
	if _, _, err := Audit(context.Background(), empty, AuditOptions{}, nil); err == nil || !strings.Contains(err.Error(), "no records") {
		t.Errorf("an empty file: %v", err)
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("enough"))
	if _, _, err := Audit(ctx, plantedSet(t, 3, nil), AuditOptions{}, nil); err == nil || err.Error() != "enough" {
		t.Errorf("a cancelled audit: %v", err)
	}
}

// Foreign records have no plan, odd arguments, calls of unknown functions.
func TestAuditOfForeignRecords(t *testing.T) {
	path := filepath.Join(t.TempDir(), "foreign.jsonl")
	text := `{"messages":[{"role":"user","content":"Hi"}]}
{"id":"a","tools":[{"function":{"name":"f","parameters":{"properties":[1]}}},{"function":{"name":"g"}}],"messages":[{"role":"user","content":"3 and 4"},{"role":"assistant","tool_calls":[{"function":{"name":"h","arguments":{"n":4}}},{"function":{"name":"f","arguments":"{\"n\":4}"}},{"function":{"name":"g","arguments":[1]}}]}]}
`
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	report := audited(t, path, AuditOptions{})
	if report.Records != 2 {
		t.Errorf("%d records", report.Records)
	}
	for _, one := range report.shortcuts {
		if one.name == shortcutNumber && (one.cases != 2 || one.accuracy.Value != 1) {
			t.Errorf("numbers: %d cases, %v right", one.cases, one.accuracy.Value)
		}
	}
	cellsOf(report)
}

func TestPlainNumbers(t *testing.T) {
	for text, want := range map[string][]float64{
		"":                              nil,
		"Two of 3, then 1,204.50 (£7)!": {3, 1204.5, 7},
		"on 2026-05-22 at 10:30, NE77":  nil,
		"12,34 and 1,2345 and 1.2.3":    nil,
		"7 or 8 or 7":                   {8, 7},
		"50% off":                       {50},
	} {
		if diff := cmp.Diff(want, appendNumbers(nil, text)); diff != "" {
			t.Errorf("%q: %s", text, diff)
		}
	}
}
