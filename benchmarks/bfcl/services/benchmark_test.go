package services

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// processorTime is what this process has used, collection included: on a machine
// with other work, elapsed time says little.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkConversations judges the visible cases: both sides made, every call of
// model and answer run, states and results compared turn by turn.
func BenchmarkConversations(b *testing.B) {
	folder := benchmarkData(b)
	entries := readParityEntries(b, folder)
	constants := benchmarkConstants(b, folder)
	short, long := []parityCase{}, []parityCase{}
	lines(b, filepath.Join(folder, "parity", "multi_turn.jsonl"), func(line []byte) {
		var c parityCase
		if err := json.Unmarshal(line, &c); err != nil {
			b.Fatal(err)
		}
		if strings.Contains(c.ID, "long_context") {
			long = append(long, c)
		} else {
			short = append(short, c)
		}
	})
	for name, cases := range map[string][]parityCase{"short": short, "long": long} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			n := 0
			before := processorTime(b)
			for b.Loop() {
				c := &cases[n%len(cases)]
				c.verdict(b, entries[c.ID], constants, func(int, int, int, string) {})
				n++
			}
			b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "conversations/s")
			b.ReportMetric(float64((processorTime(b)-before).Microseconds())/float64(n), "cpu-us/conversation")
		})
	}
}
