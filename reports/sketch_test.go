package reports

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/stats"
)

// Up to its room a sketch counts exactly; beyond, within a few standard errors, and
// in bounded memory.
func TestDistinctCounts(t *testing.T) {
	few, many, others := newDistinct(), newDistinct(), newDistinct()
	for i := range 1000 {
		few.add(hash64(fmt.Sprint(i % 300)))
	}
	if few.len() != 300 || few.cut {
		t.Errorf("%d of 300", few.len())
	}
	const n = 5 * distinctKept
	for i := range n {
		hash := hash64("many", fmt.Sprint(i))
		many.add(hash)
		if i%4 != 0 {
			others.add(hash)
		}
	}
	if off := math.Abs(float64(many.len())-n) / n; off > 4/math.Sqrt(distinctKept) {
		t.Errorf("%d of %d", many.len(), n)
	}
	if len(many.counts) != distinctKept || len(many.kept) != distinctKept {
		t.Errorf("%d are kept", len(many.counts))
	}
	if missing := many.missingFrom(&others); math.Abs(float64(missing)-n/4) > n/4*0.05 {
		t.Errorf("%d missing of %d", missing, n/4)
	}
	if missing := few.missingFrom(&few); missing != 0 {
		t.Errorf("%d missing from itself", missing)
	}
}

// Shares by key have the interval of the list of records.
func TestSharesAreOfClusters(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		records := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b", "c"}), 0, 5), 2, 30).Draw(t, "records")
		counted := newShares(otherNames)
		var sums stats.RatioSums
		for _, record := range records {
			a := 0
			for _, key := range record {
				counted.add(key)
				if key == "a" {
					a++
				}
			}
			counted.end()
			sums.Add(stats.Fraction{Num: float64(a), Den: float64(len(record))})
		}
		want, have := sums.Estimate(true, confidence), counted.share("a")
		if fmt.Sprint(want.Value, want.Interval) != fmt.Sprint(have.Value, have.Interval) {
			t.Fatalf("%v of %v, want %v", have, records, want)
		}
	})
}

func TestSharesAreBounded(t *testing.T) {
	counted := newShares(otherNames)
	for i := range nameLimit + 5 {
		counted.add(fmt.Sprint(i))
		counted.end()
	}
	if len(counted.keys) != nameLimit+1 || counted.count(otherNames) != 5 || counted.sum() != nameLimit+5 {
		t.Errorf("%d keys, %d others", len(counted.keys), counted.count(otherNames))
	}
}

func TestHistogramIsBounded(t *testing.T) {
	h := histogram{}
	for value := range 200_000 {
		h.add(value)
	}
	h.add(math.MaxInt)
	if len(h) > 10_000 {
		t.Errorf("%d values", len(h))
	}
	if h[100] != 1 || math.Abs(h.quantiles(0.5)[0]-100_000) > 200 {
		t.Errorf("median %v", h.quantiles(0.5)[0])
	}
}

func TestSelfBLEU(t *testing.T) {
	texts := func(list ...string) (out []sampled) {
		for i, text := range list {
			out = append(out, sampled{uint64(i), text})
		}
		return out
	}
	if same := selfBLEU(texts("a b c d e", "a b c d e", "A, b c d e!")); math.Abs(same-1) > 1e-12 {
		t.Errorf("texts that are alike: %v", same)
	}
	if apart := selfBLEU(texts("a b c d e", "f g h i j")); apart > 0.05 {
		t.Errorf("texts that share nothing: %v", apart)
	}
	// "a b c d": of runs of 1, 2, 3, 4 words 3, 2, 1, 0 of 4, 3, 2, 1 stand in the other.
	want := math.Pow(3.0/4*2/3*1/2*missedRun/1, 0.25)
	if got := selfBLEU(texts("a b c d", "a b c x")); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
	for _, few := range [][]sampled{nil, texts("a")} {
		if !math.IsNaN(selfBLEU(few)) {
			t.Errorf("%d texts have a self-BLEU", len(few))
		}
	}
}

func TestDeflated(t *testing.T) {
	alike := deflated([]sampled{{1, strings.Repeat("the same again ", 50)}})
	other := deflated([]sampled{{1, "Zebras juggle quartz, vexing my famed wolf pack."}})
	if !(alike < 0.2 && other > 0.8) {
		t.Errorf("%v and %v", alike, other)
	}
}

// A small set is examined whole, a large one by a sample among all, in a second pass.
func TestNearRequests(t *testing.T) {
	var records []*button.Record
	for i := range 200 {
		words := fmt.Sprintf("please tell me at once whether train %d to town %c%c of line %c is late", i, 'a'+i%26, 'a'+i/26, 'a'+i%7)
		records = append(records, &button.Record{ID: fmt.Sprint(i), Messages: []button.Message{{Role: button.RoleUser, Content: words}}})
	}
	for i := range 20 {
		records = append(records, &button.Record{ID: fmt.Sprint("copy", i), Messages: []button.Message{{Role: button.RoleUser, Content: "an entirely different request that is said again and again by all of them alike"}}})
	}
	path := writeRecords(t, records...)
	read := func(size int) *nearRequests {
		near := newNearRequests()
		near.sample.size = size
		for _, record := range records {
			near.offer(record.ID, record.Messages[0].Content)
		}
		if err := near.finish(context.Background(), path, len(records)); err != nil {
			t.Fatal(err)
		}
		return &near
	}
	if whole := read(1000); whole.examined != 220 || whole.having[0] != 20 {
		t.Errorf("%d of %d", whole.having[0], whole.examined)
	}
	part := read(110)
	if part.examined != 110 || part.having[0] < 3 || part.having[0] > 18 {
		t.Errorf("%d of %d, want some 10 of 110", part.having[0], part.examined)
	}
}

// The hash of a graph follows functions and edges, not the order or names of nodes.
func TestGraphHash(t *testing.T) {
	graph := func(functions []string, edges ...[2]int) *button.Plan {
		plan := &button.Plan{}
		for i, function := range functions {
			plan.Nodes = append(plan.Nodes, button.PlanNode{ID: fmt.Sprint("n", i), Function: function})
		}
		for _, edge := range edges {
			plan.Edges = append(plan.Edges, button.PlanEdge{From: fmt.Sprint("n", edge[0]), To: fmt.Sprint("n", edge[1]), Kind: button.EdgeData, Output: "id", Parameter: "id"})
		}
		return plan
	}
	base := graphHash(graph([]string{"find", "read", "read"}, [2]int{0, 1}, [2]int{0, 2}))
	if base != graphHash(graph([]string{"read", "find", "read"}, [2]int{1, 2}, [2]int{1, 0})) {
		t.Error("the order of nodes and edges matters")
	}
	for name, other := range map[string]*button.Plan{
		"a chain":          graph([]string{"find", "read", "read"}, [2]int{0, 1}, [2]int{1, 2}),
		"another function": graph([]string{"find", "read", "send"}, [2]int{0, 1}, [2]int{0, 2}),
		"an edge fewer":    graph([]string{"find", "read", "read"}, [2]int{0, 1}),
		"turned around":    graph([]string{"find", "read", "read"}, [2]int{1, 0}, [2]int{2, 0}),
	} {
		if graphHash(other) == base {
			t.Errorf("%s has the same hash", name)
		}
	}
	graphHash(graph([]string{"f"}, [2]int{0, 7})) // an edge to nowhere
}

// manyRecords writes a file of so many records.
func manyRecords(b *testing.B, n int) string {
	b.Helper()
	var lines []byte
	for i := range n {
		record := sampleRecords()[i%len(sampleRecords())].Record
		record.ID = fmt.Sprint("rec", i)
		var err error
		if lines, err = record.AppendJSON(lines); err != nil {
			b.Fatal(err)
		}
		lines = append(lines, '\n')
	}
	path := filepath.Join(b.TempDir(), "records.jsonl")
	if err := os.WriteFile(path, lines, 0o644); err != nil {
		b.Fatal(err)
	}
	return path
}

func BenchmarkReadDataset(b *testing.B) {
	const n = 2000
	path := manyRecords(b, n)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := ReadDataset(context.Background(), path, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
}

func BenchmarkAudit(b *testing.B) {
	const n = 2000
	path := manyRecords(b, n)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Audit(context.Background(), path, AuditOptions{}, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "records/s")
}
