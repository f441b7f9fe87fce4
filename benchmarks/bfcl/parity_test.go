package bfcl

import (
	"bufio"
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// sharedData is the benchmark's folder where it is there.
func sharedData(t testing.TB) string {
	t.Helper()
	root := os.Getenv("BUTTON_BENCHMARKS")
	if root == "" {
		root = "../../../shared/benchmarks"
	}
	folder := filepath.Join(root, "bfcl_v4")
	if _, err := os.Stat(folder); err != nil {
		t.Skipf("no BFCL data at %s: set BUTTON_BENCHMARKS to the folder that holds bfcl_v4", folder)
	}
	return folder
}

func parityLines(t testing.TB, file string) []*python.Dict {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(sharedData(t), "parity", file))
	if err != nil {
		t.Fatal(err)
	}
	var all []*python.Dict
	lines := bufio.NewScanner(bytes.NewReader(content))
	lines.Buffer(nil, 1<<24)
	for lines.Scan() {
		value, err := python.ParseJSON(lines.Text())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, value.(*python.Dict))
	}
	return all
}

func member(d *python.Dict, name string) python.Value {
	value, _ := d.GetText(name)
	return value
}

// All published verdicts on single-turn results are the same here.
func TestSingleTurnParity(t *testing.T) {
	data, err := Load(sharedData(t))
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for _, c := range parityLines(t, "single_turn.jsonl") {
		id, mode := member(c, "id").(string), member(c, "mode").(string)
		entry, err := data.Entry(id)
		if err != nil {
			t.Fatal(err)
		}
		have, err := entry.JudgeSingle(Mode(mode), member(c, "raw"), member(c, "underscore_to_dot") == true)
		if err != nil {
			t.Fatal(err)
		}
		wanted, _ := member(c, "error_type").(string)
		if have.Valid != (member(c, "valid") == true) || have.ErrorType != wanted {
			wrong++
			t.Errorf("%s %s %v: have %v %q %q, want %q", id, mode, member(c, "raw"), have.Valid, have.ErrorType, have.Errors(), wanted)
		}
	}
	if wrong > 0 {
		t.Errorf("%d verdicts differ", wrong)
	}
	if warnings := data.Warnings(); len(warnings) > 0 {
		t.Errorf("the data is not the pinned version: %v", warnings)
	}
}
