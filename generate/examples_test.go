package generate

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/simulated"
)

// Every prompt has an example, and reads as its golden file does.
func TestGoldenPrompts(t *testing.T) {
	prompts, given := embedded(t), Examples()
	for _, stage := range prompts.Stages() {
		if _, ours := given[stage]; !ours {
			if simulated.Examples()[stage] == nil {
				t.Errorf("stage %s has no example", stage)
			}
			continue
		}
		rendered, err := prompts.Render(stage, given[stage], 1)
		if err != nil {
			t.Fatal(err)
		}
		have := "--- system\n" + rendered.System + "\n--- user\n" + rendered.User + "\n"
		golden := filepath.Join("testdata", stage+".golden")
		if *update {
			if err := os.WriteFile(golden, []byte(have), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), have); diff != "" {
			t.Errorf("%s (-want +have, rewrite with -update):\n%s", stage, diff)
		}
	}
}
