package quality_test

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

// made is a small data set over all worlds, generated once for all tests.
type made struct {
	worlds  []*world.World
	lines   [][]byte
	records []*button.Record
	summary *generate.Summary
}

var generated = sync.OnceValues(func() (*made, error) {
	m := &made{}
	var kits []*generate.WorldKit
	for _, name := range worlds.Names() {
		w, err := world.Load(worlds.FS, name)
		if err != nil {
			return nil, err
		}
		kit, err := generate.NewWorldKit(w)
		if err != nil {
			return nil, err
		}
		m.worlds, kits = append(m.worlds, w), append(kits, kit)
	}
	var records, rejects bytes.Buffer
	var err error
	m.summary, err = generate.Run(context.Background(), generate.Options{Mode: button.ModeConstructed, Count: 240, Seed: 20, Worlds: kits, ParallelShare: 0.8, Workers: 2}, generate.Sink{Records: &records, Rejects: &rejects})
	if err != nil {
		return nil, err
	}
	for _, line := range bytes.Split(bytes.TrimSpace(records.Bytes()), []byte("\n")) {
		record := &button.Record{}
		if err := json.Unmarshal(line, record); err != nil {
			return nil, err
		}
		m.lines, m.records = append(m.lines, line), append(m.records, record)
	}
	return m, nil
})

func dataset(tb testing.TB) (*made, *quality.Verifier) {
	tb.Helper()
	m, err := generated()
	if err != nil {
		tb.Fatal(err)
	}
	return m, quality.NewVerifier(m.worlds)
}

// fresh reads a record anew, so that a test may change it.
func fresh(tb testing.TB, line []byte) *button.Record {
	tb.Helper()
	record := &button.Record{}
	if err := json.Unmarshal(line, record); err != nil {
		tb.Fatal(err)
	}
	return record
}

func verified(tb testing.TB, v *quality.Verifier, record *button.Record) []quality.Violation {
	tb.Helper()
	violations, err := v.Verify(record)
	if err != nil {
		tb.Fatal(err)
	}
	return violations
}

func breaks(violations []quality.Violation, rule string) bool {
	for _, violation := range violations {
		if violation.Rule == rule {
			return true
		}
	}
	return false
}

func rulesOf(violations []quality.Violation) string {
	var rules []string
	for _, violation := range violations {
		rules = append(rules, violation.Rule)
	}
	return strings.Join(rules, " ")
}
