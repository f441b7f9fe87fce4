package subset

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// record is a line with an id, a kind and a number of calls in one turn.
func record(id int, kind string, calls int) string {
	call := strings.TrimSuffix(strings.Repeat(`{"id":"a"},`, calls), ",")
	return fmt.Sprintf(`{"id":"r%d","kind":%q,"messages":[{"role":"user"},{"role":"assistant","tool_calls":[%s]}],"meta":{"world":"w"}}`, id, kind, call)
}

func drawLines(random *rand.Rand, n int) (lines []string) {
	kinds := []string{"chain", "chain", "chain", "chain", "single", "fan_out", "fan_out"}
	for id := range n {
		lines = append(lines, record(id, kinds[random.IntN(len(kinds))], 1+random.IntN(3)))
	}
	return lines
}

// failer is a test or a property test.
type failer interface {
	Helper()
	Fatal(values ...any)
}

// draw selects and copies: the lines of each subset, and the selection.
func draw(t failer, lines []string, o Options) ([][]string, *Selection) {
	t.Helper()
	text := strings.Join(lines, "\n")
	selection, err := Choose(context.Background(), strings.NewReader(text), "x", o)
	if err != nil {
		t.Fatal(err)
	}
	buffers, writers := make([]bytes.Buffer, len(o.Sizes)), []io.Writer{}
	for i := range buffers {
		writers = append(writers, &buffers[i])
	}
	if err := selection.Copy(context.Background(), strings.NewReader(text), "x", writers); err != nil {
		t.Fatal(err)
	}
	subsets := make([][]string, len(o.Sizes))
	for i := range buffers {
		subsets[i] = strings.Split(strings.TrimSuffix(buffers[i].String(), "\n"), "\n")
	}
	return subsets, selection
}

func within(small, large []string) int {
	members, count := map[string]bool{}, 0
	for _, line := range large {
		members[line] = true
	}
	for _, line := range small {
		if members[line] {
			count++
		}
	}
	return count
}

// TestApportion: at every size the shares are kept, rounded down or up, the sum is
// right, and no stratum ever loses.
func TestApportion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		totals := rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 4), rapid.IntRange(1, 60)), 1, 25).Draw(t, "totals")
		ties := make([]uint64, len(totals))
		whole := 0
		for i, total := range totals {
			ties[i] = rapid.Uint64().Draw(t, "tie")
			whole += total
		}
		var sizes []int
		for size := 1; size <= whole; size++ {
			sizes = append(sizes, size)
		}
		chosen := apportion(totals, ties, sizes)
		for k, size := range sizes {
			sum := 0
			for i, total := range totals {
				have := chosen[i][k]
				sum += have
				if have*whole <= size*total-whole || have*whole >= size*total+whole {
					t.Fatalf("size %d: stratum of %d in %d gets %d", size, total, whole, have)
				}
				if k > 0 && have < chosen[i][k-1] {
					t.Fatalf("size %d: a stratum loses", size)
				}
			}
			if sum != size {
				t.Fatalf("size %d: %d given", size, sum)
			}
		}
	})
}

// TestAlabama is the case for which largest remainders are not nested: with shares
// of 6, 6 and 2 in 14, the third gets 2 of 10 but 1 of 11.
func TestAlabama(t *testing.T) {
	chosen := apportion([]int{6, 6, 2}, make([]uint64, 3), []int{10, 11})
	if chosen[2][0] > chosen[2][1] {
		t.Errorf("%v", chosen)
	}
}

func TestSubsets(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 1))
		lines := drawLines(random, rapid.IntRange(10, 150).Draw(t, "records"))
		o := Options{
			Sizes:  rapid.SliceOfNDistinct(rapid.IntRange(1, len(lines)), 1, 5, rapid.ID[int]).Draw(t, "sizes"),
			Nested: rapid.Bool().Draw(t, "nested"),
			Strata: rapid.SampledFrom([][]string{nil, {"kind"}, {"kind", "depth"}, {"calls", "parallel"}, {"world", "mode"}}).Draw(t, "strata"),
			Seed:   rapid.Uint64().Draw(t, "seed"),
		}
		subsets, selection := draw(t, lines, o)
		for i, size := range o.Sizes {
			if len(subsets[i]) != size || within(subsets[i], lines) != size {
				t.Fatalf("size %d: %d records", size, len(subsets[i]))
			}
			if !inOrder(subsets[i], lines) {
				t.Fatal("the order of the records changed")
			}
			for k, other := range o.Sizes {
				if o.Nested && other >= size && within(subsets[i], subsets[k]) != size {
					t.Fatalf("%d is not in %d", size, other)
				}
			}
			// Each size stands for itself, whatever else is asked for.
			alone := o
			alone.Sizes = []int{size}
			if one, _ := draw(t, lines, alone); !slices.Equal(one[0], subsets[i]) {
				t.Fatalf("%d alone is another draw", size)
			}
		}
		for _, stratum := range selection.Strata {
			for i, size := range o.Sizes {
				share := float64(size) * float64(stratum.Records) / float64(len(lines))
				if have := float64(stratum.Chosen[i]); have <= share-1 || have >= share+1 {
					t.Fatalf("%s: %v of %v", stratum.Name, have, share)
				}
			}
		}
		// The order of the records does not matter.
		shuffled := slices.Clone(lines)
		random.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
		again, other := draw(t, shuffled, o)
		for i := range subsets {
			if within(again[i], subsets[i]) != len(subsets[i]) {
				t.Fatal("the order of the records matters")
			}
		}
		if diff := cmp.Diff(selection.Strata, other.Strata); diff != "" {
			t.Fatal(diff)
		}
	})
}

func inOrder(some, all []string) bool {
	at := 0
	for _, line := range all {
		if at < len(some) && some[at] == line {
			at++
		}
	}
	return at == len(some)
}

// TestMoreRecords: a dataset that grows by a tenth keeps nearly all of a subset.
func TestMoreRecords(t *testing.T) {
	lines := drawLines(rand.New(rand.NewPCG(1, 1)), 2200)
	o := Options{Sizes: []int{500}, Nested: true, Strata: []string{"kind", "calls"}, Seed: 3}
	before, _ := draw(t, lines[:2000], o)
	after, _ := draw(t, lines, o)
	if kept := within(before[0], after[0]); kept < 430 || kept == 500 { // 1 in 11 is expected to be new
		t.Errorf("%d of 500 are left", kept)
	}
	o.Seed = 4
	if other, _ := draw(t, lines, o); within(after[0], other[0]) > 200 {
		t.Error("the seed hardly matters")
	}
	// Without nesting, a smaller subset is another draw.
	o.Nested, o.Sizes = false, []int{500, 499}
	if apart, _ := draw(t, lines, o); within(apart[1], apart[0]) > 200 {
		t.Errorf("%d of 499 are in the other draw", within(apart[1], apart[0]))
	}
}

func TestProperties(t *testing.T) {
	for _, test := range []struct{ line, want string }{
		{`{"id":"a","kind":"chain","mode":"constructed","meta":{"world":"rail"},"plan":{"nodes":[{"turn":0,"wave":0},{"turn":0,"wave":0},{"turn":0,"wave":1},{"turn":1,"wave":0}]},` +
			`"messages":[{"role":"assistant","tool_calls":[{},{}]},{"role":"tool"},{"role":"assistant","tool_calls":[{}]}]}`,
			"kind=chain mode=constructed world=rail depth=3 calls=3 parallel=yes"},
		{`{"id":"a","messages":[{"role":"user","tool_calls":[{}]},{"role":"assistant","tool_calls":[{}]},{"role":"assistant","content":"x"},{"role":"assistant","tool_calls":[{}]}]}`,
			"kind= mode= world= depth=2 calls=2 parallel=no"},
		{`{"id":"a"}`, "kind= mode= world= depth=0 calls=0 parallel=no"},
	} {
		facts, err := readFacts([]byte(test.line))
		if err != nil {
			t.Fatal(err)
		}
		if have, err := facts.stratum(Properties()); have != test.want || err != nil {
			t.Errorf("have %q %v, want %q", have, err, test.want)
		}
	}
}

func TestErrors(t *testing.T) {
	good := record(1, "a", 1) + "\n" + record(2, "a", 1) + "\n"
	for want, test := range map[string]struct {
		text string
		o    Options
	}{
		"1 to 32 sizes":                      {good, Options{}},
		"at least 1 record":                  {good, Options{Sizes: []int{0}}},
		"size 2 is named twice":              {good, Options{Sizes: []int{2, 2}}},
		`no property "colour"; `:             {good, Options{Sizes: []int{1}, Strata: []string{"colour"}}},
		"kind is named twice":                {good, Options{Sizes: []int{1}, Strata: []string{"kind", "kind"}}},
		"x holds 2 records, fewer":           {good, Options{Sizes: []int{3}}},
		"x:3: not a record: ":                {good + "{", Options{Sizes: []int{1}}},
		"x:3: not a record: it":              {good + "{}", Options{Sizes: []int{1}}},
		"x: record 3 has the id of record 1": {good + record(1, "b", 2), Options{Sizes: []int{1}, Strata: []string{"kind"}}},
		"x:3: its kind is longer than":       {good + record(3, strings.Repeat("k", 101), 1), Options{Sizes: []int{1}, Strata: []string{"kind"}}},
	} {
		if _, err := Choose(context.Background(), strings.NewReader(test.text), "x", test.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	selection, err := Choose(context.Background(), strings.NewReader(good), "x", Options{Sizes: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, changed := range []string{good + record(3, "a", 1), good[:len(good)-1] + " ", strings.Replace(good, `"a"`, `"b"`, 1)} {
		if err := selection.Copy(context.Background(), strings.NewReader(changed), "x", []io.Writer{io.Discard}); !errors.Is(err, ErrChanged) {
			t.Errorf("changed records: %v", err)
		}
	}
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	if err := selection.Copy(cancelled, strings.NewReader(good), "x", []io.Writer{io.Discard}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestTooManyStrata(t *testing.T) {
	var text strings.Builder
	for id := range MaxStrata + 1 {
		text.WriteString(record(id, fmt.Sprint("k", id), 1) + "\n")
	}
	_, err := Choose(context.Background(), strings.NewReader(text.String()), "x", Options{Sizes: []int{1}, Strata: []string{"kind"}})
	if err == nil || !strings.Contains(err.Error(), "more than 10000 strata") {
		t.Error(err)
	}
}

// BenchmarkChoose selects four subsets of 200,000 small records; ns/record and
// what of memory stays a record.
func BenchmarkChoose(b *testing.B) {
	text := strings.Join(drawLines(rand.New(rand.NewPCG(1, 1)), 200_000), "\n")
	o := Options{Sizes: []int{20_000, 40_000, 60_000, 80_000}, Nested: true, Strata: []string{"kind", "calls"}}
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Choose(context.Background(), strings.NewReader(text), "x", o); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*200_000), "ns/record")
}
