package reports

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/render"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

// line is a row as evaluation writes it.
type line map[string]any

type score struct {
	Num float64 `json:"num"`
	Den float64 `json:"den"`
}

func verdict(task string, pass bool) line {
	outcome := outcomeFail
	if pass {
		outcome = outcomePass
	}
	return line{"suite": "demo", "suite_version": "1", "scorer_version": "2", "task": task, "repeat": 0, "model": "m", "outcome": outcome}
}

func noVerdict(task string) line {
	row := verdict(task, false)
	row["outcome"] = outcomeNoVerdict
	row["error"] = map[string]string{"class": "timeout", "message": "no answer in time"}
	return row
}

func (l line) with(name string, value any) line {
	l[name] = value
	return l
}

// writeRun writes a run's folder and returns its path.
func writeRun(t *testing.T, folder, label string, rows ...line) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), folder)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for _, row := range rows {
		data, err := json.Marshal(row)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(append(data, '\n'))
	}
	if err := os.WriteFile(filepath.Join(path, rowsFile), out.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if label == "" {
		return path // a run without a manifest
	}
	manifest, err := json.Marshal(map[string]any{"format": 1, "kind": "run", "config": map[string]string{"model": label, "suite": "demo", "content_hash": "c0ffee"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(path, manifestFile), manifest, 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func load(t *testing.T, paths ...string) ([]Run, []Warning) {
	t.Helper()
	runs, warnings, err := Load(paths)
	if err != nil {
		t.Fatal(err)
	}
	return runs, warnings
}

func compare(t *testing.T, runs []Run, options Options) map[string]render.Table {
	t.Helper()
	tables, err := Compare(runs, options)
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]render.Table{}
	for _, table := range tables {
		named[table.Name] = table
	}
	return named
}

func cell(t *testing.T, table render.Table, row, key string) render.Cell {
	t.Helper()
	for i, column := range table.Columns {
		if column.Key != key && column.Name != key {
			continue
		}
		for _, cells := range table.Rows {
			if cells[0].Text == row {
				return cells[i]
			}
		}
	}
	t.Fatalf("table %s has no cell %q, %q", table.Name, row, key)
	return render.Cell{}
}

// players writes runs like those of the embedded players on n tasks.
func players(t *testing.T, n int) []string {
	t.Helper()
	kinds := []string{"chain", "diamond", "fan_out", "single"}
	depths := []float64{3, 2, 1, 1}
	calls := []float64{3, 4, 3, 1}
	simulate := func(label string, chance float64, serial bool) []line {
		random := rand.New(rand.NewPCG(uint64(len(label)), 7))
		var rows []line
		for i := range n {
			kind := i % len(kinds)
			task := fmt.Sprintf("t%04d", i)
			if random.Float64() < 0.01 && label != "embedded/oracle" {
				rows = append(rows, noVerdict(task).with("group", map[string]string{"kind": kinds[kind]}))
				continue
			}
			pass := random.Float64() < chance
			turns, saved := depths[kind], calls[kind]-depths[kind]
			if serial {
				turns, saved = calls[kind], 0
			}
			matched := calls[kind]
			row := verdict(task, pass)
			if !pass {
				matched = float64(random.IntN(int(matched)))
				fault := []string{"wrong_value", "missing_call", "wrong_function"}[random.IntN(3)]
				row.with("faults", []map[string]string{{"kind": fault, "node": "n1"}})
			}
			success := 0.0
			if pass {
				success = 1
			}
			row.with("group", map[string]string{"kind": kinds[kind], "world": "rail"})
			row.with("scores", map[string]score{
				"success": {success, 1}, "progress": {matched, calls[kind]}, "function_f1": {2 * matched, 2 * calls[kind]},
				"argument_accuracy": {2 * matched, 2 * calls[kind]}, "schema_validity": {calls[kind], calls[kind]},
				"turns": {turns, 1}, "depth": {depths[kind], 1}, "parallel_use": {saved, calls[kind] - depths[kind]},
				"extra_calls": {0, 1}, "final_state": {success, 1}, "answer": {success, 1},
			})
			rows = append(rows, row)
		}
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		return rows
	}
	var paths []string
	for _, player := range []struct {
		name   string
		chance float64
		serial bool
	}{{"oracle", 1, false}, {"serial", 1, true}, {"noisy", 0.9, false}, {"lexical", 0.08, true}, {"silent", 0, false}} {
		label := "embedded/" + player.name
		rows := simulate(label, player.chance, player.serial)
		for _, row := range rows {
			row["model"] = label
		}
		paths = append(paths, writeRun(t, player.name, label, rows...))
	}
	return paths
}

func text(t *testing.T, format render.Format, tables []render.Table, options render.Options) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := render.Write(&out, format, tables, options); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func wantError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q lacks %q", err, part)
		}
	}
}
