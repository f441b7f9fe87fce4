package seeds

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// samples finds a file of the real seed sets, which this project does not hold: in
// the folder that BUTTON_SEEDS names, or beside the repository.
func samples(t *testing.T, names ...string) (paths []string) {
	t.Helper()
	folder := os.Getenv("BUTTON_SEEDS")
	if folder == "" {
		folder = "../../../shared/seeds"
	}
	for _, name := range names {
		path := filepath.Join(folder, name)
		if _, err := os.Stat(path); err != nil {
			t.Skipf("the seed sets belong to others and are not here: name their folder in BUTTON_SEEDS (%v)", err)
		}
		paths = append(paths, path)
	}
	return paths
}

func TestRealSamples(t *testing.T) {
	paths := samples(t, "glaive/glaive_toolcall_en_demo.json", "toolbench/G1_query.json", "toolbench/G2_query.json", "toolbench/G3_query.json", "toolbench/G3_answer_21.json")
	everything, err := Open(paths, Options{KeepDuplicates: true})
	if err != nil {
		t.Fatal(err)
	}
	functions, called := 0, 0
	for _, seed := range collect(t, everything) {
		if seed.Text == "" || len(seed.Text) > defaultTextLimit || strings.Contains(seed.Text, "You are AutoGPT") {
			t.Errorf("%+v", seed)
		}
		if len(seed.Functions) > 0 {
			functions++
		}
		if strings.Contains(seed.Text, "\nCall: ") {
			called++
		}
	}
	const licence = "Apache-2.0 (LICENSE)"
	want := Summary{
		Files: []FileSummary{
			{Name: "glaive_toolcall_en_demo.json", Licence: licence, Items: 299, Kinds: map[Kind]int{KindConverted: 299}},
			{Name: "G1_query.json", Licence: licence, Items: 5, Kinds: map[Kind]int{KindToolBench: 5}},
			{Name: "G2_query.json", Licence: licence, Items: 3, Kinds: map[Kind]int{KindToolBench: 3}},
			{Name: "G3_query.json", Licence: licence, Items: 2, Kinds: map[Kind]int{KindToolBench: 2}},
			{Name: "G3_answer_21.json", Licence: licence, Items: 1, Kinds: map[Kind]int{KindAnswer: 1}},
		},
		Seeds: 310,
	}
	if diff := cmp.Diff(want, everything.Summary()); diff != "" {
		t.Error(diff)
	}
	// Counted in the files by other means: 191 of the converted ones have tools, 153 calls.
	if functions != 191+11 || called != 153 {
		t.Errorf("%d seeds name functions, of which %d call them", functions, called)
	}
	distinct, err := Open(paths, Options{})
	if err != nil {
		t.Fatal(err)
	}
	sample, err := distinct.Sample(context.Background(), 1000, 1)
	if err != nil {
		t.Fatal(err)
	}
	summary := distinct.Summary()
	t.Logf("%d seeds are left: %d said the same, %d nearly the same", len(sample), summary.Duplicates, summary.NearDuplicates)
	if summary.Seeds != len(sample) || summary.Duplicates+summary.NearDuplicates+len(sample) != 310 {
		t.Errorf("%+v", summary)
	}
}
