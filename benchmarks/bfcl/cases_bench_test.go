package bfcl

import (
	"bytes"
	"io"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// casesOf is a published file of cases without the official verdicts, some times
// over.
func casesOf(t testing.TB, file string, times int) (lines []byte, count int) {
	t.Helper()
	var once bytes.Buffer
	for _, c := range recordedCases(t, file) {
		kept := python.NewDict()
		for _, name := range []string{"id", "category", "mode", "underscore_to_dot", "raw"} {
			if value, ok := c.GetText(name); ok {
				kept.SetText(name, value)
			}
		}
		once.WriteString(shown(t, kept) + "\n")
		count++
	}
	return bytes.Repeat(once.Bytes(), times), count * times
}

func benchmarkScoring(b *testing.B, file string, workers, times int) {
	data := officialData(b)
	scorer := NewScorer(data, verdictDay)
	lines, count := casesOf(b, file, times)
	run := func() {
		totals, err := scorer.ScoreStream(b.Context(), bytes.NewReader(lines), io.Discard, StreamOptions{Name: file, Workers: workers})
		if err != nil || totals.Cases != count {
			b.Fatal(totals, err)
		}
	}
	run() // loads what the cases need
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(count)*float64(b.N)/b.Elapsed().Seconds(), "cases/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(count)/float64(b.N), "ns/case")
}

func BenchmarkSingleTurnCases(b *testing.B) { benchmarkScoring(b, "single_turn.jsonl", 1, 4) }

func BenchmarkConversationCases(b *testing.B) { benchmarkScoring(b, "multi_turn.jsonl", 1, 1) }

// BenchmarkCaseFloor is the least that judging a case could take: its line as JSON.
func BenchmarkCaseFloor(b *testing.B) {
	lines, count := casesOf(b, "single_turn.jsonl", 1)
	for b.Loop() {
		for line := range bytes.Lines(lines) {
			if _, err := python.ParseJSON(string(line)); err != nil {
				b.Fatal(err)
			}
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(count)/float64(b.N), "ns/case")
}
