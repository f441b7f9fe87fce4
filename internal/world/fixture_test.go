package world_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/world"
)

var update = flag.Bool("update", false, "write golden files anew")

// toolshed loads the small world of the documentation.
func toolshed(t testing.TB) *world.World {
	t.Helper()
	w, err := world.Load(os.DirFS("testdata"), "toolshed")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// begin makes a start state.
func begin(t testing.TB, w *world.World, seed uint64) *world.Start {
	t.Helper()
	start, err := w.Start(seed)
	if err != nil {
		t.Fatal(err)
	}
	return start
}

// changed is the toolshed with one text replaced by another in either file. The
// text must stand there exactly once.
func changed(t testing.TB, before, after string) fstest.MapFS {
	t.Helper()
	files, found := fstest.MapFS{}, 0
	for _, name := range []string{world.SpecFile, world.SourceFile} {
		data, err := os.ReadFile(filepath.Join("testdata", "toolshed", name))
		if err != nil {
			t.Fatal(err)
		}
		found += strings.Count(string(data), before)
		files[name] = &fstest.MapFile{Data: []byte(strings.Replace(string(data), before, after, 1))}
	}
	if found != 1 {
		t.Fatalf("%q stands %d times in the toolshed, want once", before, found)
	}
	return files
}

// small is a world of two functions around one piece of behaviour: look reads
// and returns {"n": Count}, put writes and returns the same.
func small(source string) fstest.MapFS {
	const spec = `world: small
title: Small
use: train
role: You test.
scenarios: [a, b, c, d, e]
fixed: [stones]
types:
  Size: {base: Count, unit: thing}
  Stone: {table: stones}
functions:
  look_up: {does: [Looks.], may_take: {size: Size}, gives: {n: Size}, fails: {absent: it is not there}}
  put_down: {does: [Puts.], effect: write, may_take: {size: Size}, gives: {n: Size}, fails: {absent: it is not there}}
`
	return fstest.MapFS{world.SpecFile: {Data: []byte(spec)}, world.SourceFile: {Data: []byte(source)}}
}

const smallMake = `
def make():
    return {"stones": rows(["flint"]), "heap": [{"size": 1}]}
`

// mustLoad loads a world that is expected to be fine.
func mustLoad(t testing.TB, files fstest.MapFS) *world.World {
	t.Helper()
	w, err := world.Load(files, ".")
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// golden compares with a file under testdata, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}
