package quality_test

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
)

// patience is the longest that any record may keep the verifier busy.
const patience = 20 * time.Second

// FuzzVerify reads whatever comes as a record: no panic, no runaway.
func FuzzVerify(f *testing.F) {
	m, v := dataset(f)
	for i := 0; i < len(m.lines); i += 30 {
		f.Add(m.lines[i])
	}
	for _, line := range simulatedLines() {
		f.Add(line)
	}
	f.Add(importedLine(f))
	f.Add([]byte(`{"id":"x","tools":[],"messages":[],"plan":{"nodes":[],"edges":[],"goals":[],"mentions":[],"answers":[]},"meta":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var record button.Record
		if json.Unmarshal(data, &record) == nil {
			inTime(t, v, &record)
		}
	})
}

// FuzzVerifyBent bends real records here and there, so that what comes is still
// read as a record.
func FuzzVerifyBent(f *testing.F) {
	m, v := dataset(f)
	lines := slices.Concat(m.lines, simulatedLines(), [][]byte{importedLine(f)})
	for i := range uint64(20) {
		f.Add(uint16(7*i), i, uint8(1+i%5))
		f.Add(uint16(len(m.lines)+int(i)), i, uint8(1+i%5))
		f.Add(uint16(len(lines)-1), i, uint8(1+i%5))
	}
	f.Fuzz(func(t *testing.T, which uint16, seed uint64, times uint8) {
		var document any
		if err := json.Unmarshal(lines[int(which)%len(lines)], &document); err != nil {
			t.Fatal(err)
		}
		random := button.NewRandom(seed)
		for range times%8 + 1 {
			document = bend(document, random)
		}
		data, err := json.Marshal(document)
		if err != nil {
			t.Fatal(err)
		}
		var record button.Record
		if json.Unmarshal(data, &record) == nil {
			inTime(t, v, &record)
		}
	})
}

func inTime(t *testing.T, v *quality.Verifier, record *button.Record) {
	began := time.Now()
	violations := verified(t, v, record)
	if took := time.Since(began); took > patience {
		t.Errorf("took %v", took)
	}
	for _, violation := range violations {
		if violation.Message < -1 || violation.Message >= max(len(record.Messages), 1) || !strings.Contains(violation.Rule, ".") {
			t.Errorf("a violation out of place: %+v", violation)
		}
	}
}

// bend changes one place of a JSON document.
func bend(value any, random *rand.Rand) any {
	switch value := value.(type) {
	case map[string]any:
		names := make([]string, 0, len(value))
		for name := range value {
			names = append(names, name)
		}
		if len(names) == 0 {
			return value
		}
		slices.Sort(names)
		name := names[random.IntN(len(names))]
		if random.IntN(12) == 0 {
			delete(value, name)
		} else {
			value[name] = bend(value[name], random)
		}
		return value
	case []any:
		if len(value) == 0 {
			return value
		}
		i := random.IntN(len(value))
		switch random.IntN(10) {
		case 0:
			return append(value[:i:i], value[i+1:]...)
		case 1:
			return append(value, value[i])
		case 2:
			k := random.IntN(len(value))
			value[i], value[k] = value[k], value[i]
			return value
		}
		value[i] = bend(value[i], random)
		return value
	case string:
		return []any{"", value + value, "\uE000", value[:len(value)/2], strings.Repeat("a ", 3000), "user", "result", "[0].", "x[]." + value}[random.IntN(9)]
	case float64:
		return []any{-1, value + 1, value - 1, 1 << 40, 0, 0.5}[random.IntN(6)]
	case bool:
		return !value
	}
	return "x"
}

func TestVerifyBoundsItsWork(t *testing.T) {
	m, v := dataset(t)
	for _, test := range []struct {
		name string
		grow func(*button.Record)
	}{
		{"long messages", func(r *button.Record) { r.Messages[1].Content = strings.Repeat("a booking for Friday ", 100_000) }},
		{"many tools", func(r *button.Record) {
			for range 10_000 {
				r.Tools = append(r.Tools, r.Tools[0])
			}
		}},
		{"many mentions", func(r *button.Record) {
			for range 50_000 {
				r.Plan.Mentions = append(r.Plan.Mentions, r.Plan.Mentions[0])
			}
		}},
		{"many nodes", func(r *button.Record) {
			for range 50_000 {
				r.Plan.Nodes = append(r.Plan.Nodes, r.Plan.Nodes[0])
			}
		}},
		{"as many parts as may be", func(r *button.Record) {
			for len(r.Plan.Mentions) < 1000 {
				r.Plan.Mentions = append(r.Plan.Mentions, r.Plan.Mentions[0])
			}
			for len(r.Plan.Edges) < 1000 {
				r.Plan.Edges = append(r.Plan.Edges, button.PlanEdge{From: r.Plan.Nodes[0].ID, To: r.Plan.Nodes[len(r.Plan.Nodes)-1].ID, Kind: "data", Output: "x", Parameter: "y", Transform: &button.Transform{Op: "winner_min", By: "x"}})
			}
			for len(r.Plan.Answers) < 1000 && len(r.Plan.Answers) > 0 {
				r.Plan.Answers = append(r.Plan.Answers, r.Plan.Answers[0])
			}
			for len(r.Plan.Goals) < 1000 {
				r.Plan.Goals = append(r.Plan.Goals, r.Plan.Goals[0])
			}
			r.Messages[1].Content += strings.Repeat(" and Friday", 20_000)
		}},
	} {
		record := fresh(t, m.lines[0])
		test.grow(record)
		began := time.Now()
		if len(verified(t, v, record)) == 0 {
			t.Errorf("%s: accepted", test.name)
		}
		if took := time.Since(began); took > patience {
			t.Errorf("%s: took %v", test.name, took)
		}
	}
}
