package worlds_test

import (
	"testing"

	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

// TestCheck loads every world and checks it. Warnings do not fail it; to read
// them: go test ./worlds/ -run TestCheck/NAME -v
func TestCheck(t *testing.T) {
	for _, name := range worlds.Names() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := world.Load(worlds.FS, name)
			if err != nil {
				t.Fatal(err)
			}
			if w.Name != name {
				t.Errorf("world.yaml says %q, the folder is %q", w.Name, name)
			}
			for _, problem := range w.Check(t.Context(), func(line string) { t.Log(line) }) {
				if problem.Severity == world.SeverityError {
					t.Error(problem)
				} else {
					t.Log(problem)
				}
			}
		})
	}
}
