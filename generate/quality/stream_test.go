package quality_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/quality"
)

// spoil returns the data set with every tenth line made a lie, no record, or blank.
func spoil(t *testing.T, m *made) (file []byte, spoilt int) {
	var out bytes.Buffer
	for i, line := range m.lines {
		switch i % 10 {
		case 3:
			record := fresh(t, line)
			record.Messages[len(record.Messages)-1].Content += " 99"
			line, _ = record.AppendJSON(nil)
			spoilt++
		case 5:
			line = line[:len(line)/2]
			spoilt++
		case 7:
			out.WriteString("\r\n")
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Bytes(), spoilt
}

func TestStreamFindsTheSameAtAnyWidth(t *testing.T) {
	m, v := dataset(t)
	file, spoilt := spoil(t, m)
	var first []string
	for _, workers := range []int{1, 2, 7} {
		var found []string
		totals, err := v.VerifyStream(t.Context(), bytes.NewReader(file), "records.jsonl", workers, func(f quality.Finding) { found = append(found, f.String()) })
		if err != nil {
			t.Fatal(err)
		}
		if totals.Records != len(m.lines) || totals.Failed != spoilt || totals.Findings != len(found) {
			t.Errorf("%d workers: totals %+v, want %d records, %d failed, %d findings", workers, totals, len(m.lines), spoilt, len(found))
		}
		sum := 0
		for _, count := range totals.ByRule {
			sum += count
		}
		if sum != totals.Findings || totals.ByRule[quality.RuleDecode] != len(m.lines)/10 {
			t.Errorf("by rule: %v", totals.ByRule)
		}
		if first == nil {
			first = found
		} else if diff := cmp.Diff(first, found); diff != "" {
			t.Errorf("%d workers find something else (-one +many):\n%s", workers, diff)
		}
	}
	if !strings.HasPrefix(first[0], "records.jsonl:4: record ") || !strings.Contains(first[0], "answer.number: ") {
		t.Errorf("first finding: %s", first[0])
	}
}

func TestFindingsSayWhere(t *testing.T) {
	for _, test := range []struct {
		finding quality.Finding
		want    string
	}{
		{quality.Finding{File: "a.jsonl", Line: 3, Violation: quality.Violation{Rule: "decode", Message: -1, Text: "no JSON"}}, "a.jsonl:3: decode: no JSON"},
		{quality.Finding{File: "a.jsonl", Line: 3, Record: "Ab1", Violation: quality.Violation{Rule: "replay.result", Message: 4, Text: "differs", Span: "x"}}, `a.jsonl:3: record Ab1, message 4: replay.result: differs ("x")`},
		{quality.Finding{File: "a.jsonl", Line: 9, Record: "Ab1", Violation: quality.Violation{Rule: "structure.plan", Message: -1, Text: "none"}}, "a.jsonl:9: record Ab1: structure.plan: none"},
	} {
		if have := test.finding.String(); have != test.want {
			t.Errorf("have %s\nwant %s", have, test.want)
		}
	}
}

func TestStreamEnds(t *testing.T) {
	m, v := dataset(t)
	lines := bytes.Join(m.lines[:20], []byte("\n"))
	broken := errors.New("the disk is gone")
	totals, err := v.VerifyStream(t.Context(), io.MultiReader(bytes.NewReader(append(lines, '\n')), brokenReader{broken}), "r", 2, func(f quality.Finding) { t.Error(f) })
	if !errors.Is(err, broken) || totals.Records != 20 {
		t.Errorf("%d records, error %v", totals.Records, err)
	}
	if _, err := v.VerifyStream(t.Context(), strings.NewReader(""), "r", 2, nil); err != nil {
		t.Errorf("an empty file: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := v.VerifyStream(ctx, bytes.NewReader(lines), "r", 2, func(quality.Finding) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

// endless gives the same lines over and over, up to a number of bytes.
type endless struct {
	lines []byte
	at    int
	left  int
}

func (e *endless) Read(into []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := copy(into, e.lines[e.at:])
	e.at = (e.at + n) % len(e.lines)
	e.left -= n
	return n, nil
}

func TestStreamNeedsLittleMemory(t *testing.T) {
	m, v := dataset(t)
	line := append(bytes.Clone(m.lines[0]), '\n')
	broken := append(bytes.Repeat([]byte(" "), 1<<20), "{\n"...)
	lines := append(line, broken...)
	source := &endless{lines: lines, left: 64 * len(lines)}
	peak := uint64(0)
	var stats runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&stats)
	before := stats.HeapAlloc
	totals, err := v.VerifyStream(t.Context(), source, "r", 2, func(f quality.Finding) {
		if f.Line%16 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&stats)
			peak = max(peak, stats.HeapAlloc)
		}
	})
	if err != nil || totals.Records != 128 || totals.Failed != 64 {
		t.Fatalf("totals %+v, error %v", totals, err)
	}
	if grown := int64(peak) - int64(before); grown > 32<<20 {
		t.Errorf("the heap grew by %d MB over a stream of 64", grown>>20)
	}
}

func ExampleFinding() {
	fmt.Println(quality.Finding{File: "records.jsonl", Line: 12, Record: "wmBTe4bFbU9t", Violation: quality.Violation{Rule: "grounding.value", Message: 3, Text: "day is \"2026-10-14\", the words read as 2026-10-15", Span: "Thursday"}})
	// Output: records.jsonl:12: record wmBTe4bFbU9t, message 3: grounding.value: day is "2026-10-14", the words read as 2026-10-15 ("Thursday")
}
