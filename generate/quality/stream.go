package quality

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// RuleDecode is the rule that a line breaks which holds no record at all.
const RuleDecode = "decode"

// Finding is a violation with the place of its record in a file.
type Finding struct {
	File   string `json:"file"`
	Line   int    `json:"line"` // from 1
	Record string `json:"record,omitempty"`
	// Imported says that it is of an imported record.
	Imported bool `json:"imported,omitempty"`
	Violation
}

// String gives "file:line: record ID, message 3: rule: text".
func (f Finding) String() string {
	where := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Record != "" {
		where += "record " + f.Record
		if f.Message >= 0 {
			where += fmt.Sprintf(", message %d", f.Message)
		}
		where += ": "
	}
	text := where + f.Rule + ": " + f.Text
	if f.Span != "" {
		text += fmt.Sprintf(" (%q)", f.Span)
	}
	return text
}

// Totals counts what a stream of records came to. Simulated and Imported are the
// records of these modes, which were checked and not executed, whether they failed
// or not. ByRule counts findings, RecordsByRule records with at least one.
type Totals struct {
	Records       int            `json:"records"`
	Simulated     int            `json:"simulated"`
	Imported      int            `json:"imported"`
	Failed        int            `json:"failed"`
	Findings      int            `json:"findings"`
	ByRule        map[string]int `json:"by_rule"`
	RecordsByRule map[string]int `json:"records_by_rule"`
}

// VerifyStream verifies the records of a JSONL file on a number of goroutines
// and reports findings in the order of the file. Only a few lines are held at a
// time. A line that holds no record counts as a failed one of rule "decode".
// The name is for messages. An error means that the file cannot be read to its
// end, that a world misbehaves, or that ctx was cancelled; the totals then cover
// what was verified before.
func (v *Verifier) VerifyStream(ctx context.Context, reader io.Reader, name string, workers int, report func(Finding)) (Totals, error) {
	totals := Totals{ByRule: map[string]int{}, RecordsByRule: map[string]int{}}
	produce := func(_ context.Context, line runstore.Line) (verdict, error) { return v.verifyLine(line, name) }
	consume := func(item verdict) error {
		totals.add(item)
		for _, finding := range item.findings {
			report(finding)
		}
		return nil
	}
	err := work.Sequence(ctx, workers, runstore.KeptLines(reader, name, 0), produce, consume)
	return totals, err
}

// verdict is what one line came to.
type verdict struct {
	mode     string
	findings []Finding
}

func (t *Totals) add(item verdict) {
	t.Records++
	switch item.mode {
	case button.ModeSimulated:
		t.Simulated++
	case button.ModeImported:
		t.Imported++
	}
	if len(item.findings) > 0 {
		t.Failed++
	}
	t.Findings += len(item.findings)
	for i, finding := range item.findings {
		t.ByRule[finding.Rule]++
		if !slices.ContainsFunc(item.findings[:i], func(earlier Finding) bool { return earlier.Rule == finding.Rule }) {
			t.RecordsByRule[finding.Rule]++
		}
	}
}

func (v *Verifier) verifyLine(line runstore.Line, name string) (verdict, error) {
	var record button.Record
	if err := json.Unmarshal(line.Text, &record); err != nil {
		return verdict{findings: []Finding{{File: name, Line: line.Number, Violation: Violation{Rule: RuleDecode, Message: -1, Text: err.Error()}}}}, nil
	}
	violations, err := v.Verify(&record)
	if err != nil {
		return verdict{}, &runstore.LineError{File: name, Line: line.Number, Err: fmt.Errorf("verifying record %s: %w", record.ID, err)}
	}
	item := verdict{mode: record.Mode}
	for _, violation := range violations {
		item.findings = append(item.findings, Finding{File: name, Line: line.Number, Record: record.ID, Imported: record.Mode == button.ModeImported, Violation: violation})
	}
	return item, nil
}
