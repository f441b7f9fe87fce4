package services

import (
	"fmt"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// Whatever a result holds, its text is the one that writing it all gives.
func TestAppendJSON(t *testing.T) {
	long := func(item func(i int) python.Value) *python.List {
		list := python.NewList()
		for i := range longList + 20 {
			list.Items = append(list.Items, item(i))
		}
		return list
	}
	constants := &Constants{values: map[string]python.Value{
		"words":    long(func(i int) python.Value { return fmt.Sprint("w\"é", i) }),
		"prices":   long(func(i int) python.Value { return 200.5 + float64(i)/8 }),
		"maps":     long(func(i int) python.Value { return record("n", python.NewInt(int64(i))) }),
		"zeros":    long(func(i int) python.Value { return 0.0 }),
		"ellipsis": long(func(i int) python.Value { return python.EllipsisType{} }),
		"short":    python.NewList("a", "b"),
	}}
	constants.write()
	if want := 3 + len(routeCosts); len(constants.written) != want {
		t.Fatalf("%d lists are written, want %d", len(constants.written), want)
	}
	list := func(name string, before ...python.Value) *python.List {
		return python.NewList(append(before, constants.values[name].(*python.List).Items...)...)
	}
	changed := list("prices")
	changed.Items[3] = 7.0
	for i, result := range []*python.Dict{
		record("a", list("words"), "b", list("prices"), "c", 1.5),
		record("a", list("words", python.Tuple{1.5}, nil, list("prices"))),
		record("a", list("maps", record("x", nil)), "é", "ü"),
		record("a", list("zeros"), "b", list("short")),
		record("a", python.NewList(list("words").Items[1:]...)),
		record("a", python.NewList(append(list("words").Items, "more")...)),
		record("a", changed),
		record("a", python.NewList()),
		record(),
	} {
		want, err := python.DumpJSON(result)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []*Constants{constants, nil} {
			have, err := c.appendJSON([]byte("before"), result)
			if err != nil || string(have) != "before"+want {
				t.Errorf("%d: %v\nhave %s\nwant %s", i, err, have, want)
			}
		}
	}
	odd := record("a", list("words"), "b", list("ellipsis"))
	if _, err := constants.appendJSON(nil, odd); err == nil {
		t.Error("what JSON cannot carry is written")
	}
}
