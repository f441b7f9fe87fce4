package world_test

import "testing"

// The fixture is a model for authors: nothing to find in it.
func TestCheckFixture(t *testing.T) {
	for _, problem := range toolshed(t).Check(t.Context(), func(line string) { t.Log(line) }) {
		t.Error(problem)
	}
}
