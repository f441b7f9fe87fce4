package world_test

import (
	"os"
	"testing"

	"github.com/buttonbench/button/internal/world"
)

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
