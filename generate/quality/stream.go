package quality

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"sync"

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

// Totals counts what a stream of records came to. Simulated are the records that
// were checked and not executed, whether they failed or not. ByRule counts findings.
type Totals struct {
	Records   int            `json:"records"`
	Simulated int            `json:"simulated"`
	Failed    int            `json:"failed"`
	Findings  int            `json:"findings"`
	ByRule    map[string]int `json:"by_rule"`
}

// VerifyStream verifies the records of a JSONL file on a number of goroutines
// and reports findings in the order of the file. Only a few lines are held at a
// time. A line that holds no record counts as a failed one of rule "decode".
// The name is for messages. An error means that the file cannot be read to its
// end, that a world misbehaves, or that ctx was cancelled; the totals then cover
// what was verified before.
func (v *Verifier) VerifyStream(ctx context.Context, reader io.Reader, name string, workers int, report func(Finding)) (Totals, error) {
	totals := Totals{ByRule: map[string]int{}}
	feed := newFeed(runstore.Lines(reader, name, 0))
	defer feed.stop()
	produce := func(_ context.Context, index int) (verdict, error) {
		line, found, err := feed.take(index)
		if err != nil || !found {
			return verdict{}, err
		}
		item := verdict{found: true}
		item.findings, item.simulated, err = v.verifyLine(line, name)
		return item, err
	}
	consume := func(_ int, item verdict) (bool, error) {
		if !item.found {
			return false, nil
		}
		totals.Records++
		if item.simulated {
			totals.Simulated++
		}
		if len(item.findings) > 0 {
			totals.Failed++
		}
		for _, finding := range item.findings {
			totals.Findings++
			totals.ByRule[finding.Rule]++
			report(finding)
		}
		return true, nil
	}
	err := work.Ordered(ctx, max(workers, 1), produce, consume)
	return totals, err
}

// verdict is what one line came to; found is false behind the last line.
type verdict struct {
	found     bool
	simulated bool
	findings  []Finding
}

func (v *Verifier) verifyLine(line runstore.Line, name string) (findings []Finding, simulated bool, err error) {
	var record button.Record
	if err := json.Unmarshal(line.Text, &record); err != nil {
		return []Finding{{File: name, Line: line.Number, Violation: Violation{Rule: RuleDecode, Message: -1, Text: err.Error()}}}, false, nil
	}
	violations, err := v.Verify(&record)
	if err != nil {
		return nil, false, &runstore.LineError{File: name, Line: line.Number, Err: fmt.Errorf("verifying record %s: %w", record.ID, err)}
	}
	for _, violation := range violations {
		findings = append(findings, Finding{File: name, Line: line.Number, Record: record.ID, Violation: violation})
	}
	return findings, record.Mode == button.ModeSimulated, nil
}

// feed hands the lines of a sequence to workers by index. Whoever comes first
// reads up to its own line and leaves the ones before it for the others; there
// are never more of those than jobs in flight.
type feed struct {
	mutex   sync.Mutex
	next    func() (runstore.Line, error, bool)
	stop    func()
	read    int // lines read so far
	waiting map[int]runstore.Line
	ended   bool
	failure error
}

func newFeed(lines iter.Seq2[runstore.Line, error]) *feed {
	f := &feed{waiting: map[int]runstore.Line{}}
	f.next, f.stop = iter.Pull2(lines)
	return f
}

// take returns the line with an index, which is asked for once. It is false
// behind the last line; the error is the one that ended the sequence.
func (f *feed) take(index int) (runstore.Line, bool, error) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	for f.read <= index && !f.ended {
		line, err, more := f.next()
		if !more || err != nil {
			f.ended, f.failure = true, err
			break
		}
		f.waiting[f.read] = runstore.Line{Number: line.Number, Text: slices.Clone(line.Text)}
		f.read++
	}
	line, found := f.waiting[index]
	delete(f.waiting, index)
	if found {
		return line, true, nil
	}
	return runstore.Line{}, false, f.failure
}
