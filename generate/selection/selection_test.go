package selection

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/subset"
)

// line is a record with a request and a number of calls in one turn.
func line(id int, kind, request string, calls int) string {
	call := strings.TrimSuffix(strings.Repeat(`{"id":"a","type":"function","function":{"name":"f","arguments":{}}},`, calls), ",")
	return fmt.Sprintf(`{"id":"r%d","kind":%q,"tools":[],"messages":[{"role":"user","content":%q},{"role":"assistant","content":"","tool_calls":[%s]}]}`, id, kind, request, call)
}

func lines(random *rand.Rand, n int) (all []string) {
	words := strings.Fields("boat pier tide hour wind sail harbour night rope lamp storm north")
	for id := range n {
		var request []string
		for range 12 {
			request = append(request, words[random.IntN(len(words))])
		}
		if id > 2 && random.IntN(4) == 0 {
			all = append(all, strings.Replace(all[random.IntN(id)], `{"id":"r`, fmt.Sprintf(`{"id":"copy%dof`, id), 1))
			continue
		}
		all = append(all, line(id, []string{"a", "b"}[random.IntN(2)], strings.Join(request, " "), 1+random.IntN(3)))
	}
	return all
}

type failer interface {
	Helper()
	Fatal(values ...any)
}

// pick selects and copies: the lines kept, the drops, and the selection.
func pick(t failer, all []string, o Options) ([]string, []Drop, *Selection) {
	t.Helper()
	text := strings.Join(all, "\n")
	selection, err := Choose(context.Background(), strings.NewReader(text), "x", o)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	var drops []Drop
	if err := selection.Copy(context.Background(), strings.NewReader(text), "x", &out, func(d Drop) error { drops = append(drops, d); return nil }); err != nil {
		t.Fatal(err)
	}
	return strings.FieldsFunc(out.String(), func(r rune) bool { return r == '\n' }), drops, selection
}

func where(t failer, text string) *Query {
	t.Helper()
	query, err := Compile(text)
	if err != nil {
		t.Fatal(err)
	}
	return query
}

func TestSelection(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "data"), 1))
		all := lines(random, rapid.IntRange(1, 80).Draw(t, "records"))
		o := Options{MaxPerShape: rapid.IntRange(0, 5).Draw(t, "most"), Dedup: rapid.SampledFrom([]float64{0, 0.8, 1}).Draw(t, "dedup"), Seed: rapid.Uint64().Draw(t, "seed"), Workers: rapid.IntRange(1, 4).Draw(t, "workers")}
		o.Where = where(t, rapid.SampledFrom([]string{"true", `kind == "a"`, "calls > 1"}).Draw(t, "where"))
		keptLines, drops, selection := pick(t, all, o)
		dropped := 0
		for _, n := range selection.Dropped {
			dropped += n
		}
		if selection.Records != len(all) || selection.Kept != len(keptLines) || dropped != len(drops) || selection.Kept+dropped != len(all) {
			t.Fatalf("%+v: %d kept, %d dropped of %d", selection, len(keptLines), len(drops), len(all))
		}
		at := 0
		for _, line := range all {
			if at < len(keptLines) && line == keptLines[at] {
				at++
			}
		}
		if at != len(keptLines) {
			t.Fatal("what is kept is not part of the whole, in its order")
		}
		kept, left := 0, 0
		for _, shape := range selection.Shapes {
			if kept, left = kept+shape.Kept, left+shape.Records; o.MaxPerShape > 0 && shape.Kept != min(o.MaxPerShape, shape.Records) {
				t.Fatalf("%+v", shape)
			}
		}
		if kept != selection.Kept || left != len(all)-selection.Dropped[ByWhere]-selection.Dropped[ByDedup] {
			t.Fatalf("%+v", selection)
		}
		for _, drop := range drops {
			if drop.Rule == ByDedup && !strings.HasPrefix(drop.Detail, "near-duplicate of line ") || drop.ID == "" || drop.Stage != "select" || !strings.Contains(all[drop.Line-1], drop.ID) {
				t.Fatalf("%+v", drop)
			}
		}
		o.Workers = 5 - o.Workers
		if again, _, _ := pick(t, all, o); !slices.Equal(again, keptLines) {
			t.Fatal("the number of workers matters")
		}
		if o.Dedup == 0 { // whoever comes first stays, so the order counts there
			shuffled := slices.Clone(all)
			random.Shuffle(len(shuffled), func(i, k int) { shuffled[i], shuffled[k] = shuffled[k], shuffled[i] })
			other, _, _ := pick(t, shuffled, o)
			slices.Sort(other)
			slices.Sort(keptLines)
			if !slices.Equal(other, keptLines) {
				t.Fatal("the order of the records matters")
			}
		}
	})
}

func TestDedupKeepsTheFirst(t *testing.T) {
	long := "please tell me how high the tide is at the north pier at seven tomorrow morning and whether a boat can be rented there"
	all := []string{line(1, "a", long, 1), line(2, "a", "something else altogether", 1), line(3, "a", long+" now", 1), line(4, "a", "", 1), line(5, "a", "", 1)}
	kept, drops, _ := pick(t, all, Options{Dedup: 0.8})
	if !slices.Equal(kept, []string{all[0], all[1], all[3], all[4]}) || len(drops) != 1 || drops[0] != (Drop{ID: "r3", Line: 3, Stage: "select", Rule: ByDedup, Detail: "near-duplicate of line 1"}) {
		t.Errorf("%d kept, %+v", len(kept), drops)
	}
}

func TestBrokenIsAskedOnlyIfNamed(t *testing.T) {
	asked := 0
	verify := func(record *button.Record) ([]string, error) {
		asked++
		if record.ID == "r1" {
			return []string{"schema.arguments"}, nil
		}
		return nil, nil
	}
	all := []string{line(1, "a", "x", 1), line(2, "a", "y", 1)}
	kept, _, _ := pick(t, all, Options{Where: where(t, "len(broken) == 0"), Verify: verify, Workers: 1})
	if !slices.Equal(kept, all[1:]) || asked != 2 {
		t.Errorf("%d asked, kept %v", asked, kept)
	}
	pick(t, all, Options{Where: where(t, "calls == 1"), Verify: verify})
	if asked != 2 {
		t.Errorf("%d asked", asked)
	}
}

func TestErrors(t *testing.T) {
	good := line(1, "a", "x", 1) + "\n"
	any := where(t, "true")
	gone := errors.New("the world is gone")
	for want, test := range map[string]struct {
		text string
		o    Options
	}{
		"nothing says what to leave out":  {good, Options{}},
		"at most 1, not 2":                {good, Options{Dedup: 2}},
		"not -1":                          {good, Options{MaxPerShape: -1}},
		"nothing can tell":                {good, Options{Where: where(t, "len(broken)==0")}},
		"x:2: not a record: ":             {good + "{", Options{Where: any}},
		"x:2: not a record: it has no id": {good + "{}", Options{Where: any}},
		"x:1: verifying record r1: ":      {good, Options{Where: where(t, "len(broken)==0"), Verify: func(*button.Record) ([]string, error) { return nil, gone }}},
		"x:1: asking record r1: ":         {good, Options{Where: where(t, `request matches request + "("`)}},
	} {
		if _, err := Choose(context.Background(), strings.NewReader(test.text), "x", test.o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	selection, err := Choose(context.Background(), strings.NewReader(good), "x", Options{Where: any})
	if err != nil {
		t.Fatal(err)
	}
	for _, changed := range []string{good + good, strings.Replace(good, `"x"`, `"y"`, 1)} {
		if err := selection.Copy(context.Background(), strings.NewReader(changed), "x", &bytes.Buffer{}, nil); !errors.Is(err, subset.ErrChanged) {
			t.Errorf("changed records: %v", err)
		}
	}
}
