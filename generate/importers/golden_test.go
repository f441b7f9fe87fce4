package importers

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// importAll makes one text of what becomes of a file: the records, indented, and the
// rejects.
func importAll(t *testing.T, format Format, path string) string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var out bytes.Buffer
	for element, err := range Elements(file, path) {
		if err != nil {
			t.Fatal(err)
		}
		record, err := format.Record(&element, filepath.Base(path))
		if err != nil {
			fmt.Fprintf(&out, "line %d: %v\n", element.Line, err)
			continue
		}
		line, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Indent(&out, line, "", " "); err != nil {
			t.Fatalf("line %d is no JSON: %v", element.Line, err)
		}
		out.WriteByte('\n')
		var again button.Record
		if err := json.Unmarshal(line, &again); err != nil {
			t.Errorf("line %d: the record cannot be read again: %v", element.Line, err)
		}
		if second, _ := again.AppendJSON(nil); !bytes.Equal(line, second) {
			t.Errorf("line %d: the record changes when it is read and written", element.Line)
		}
	}
	return out.String()
}

// TestGolden imports a file of each format that has whole and broken records.
func TestGolden(t *testing.T) {
	for _, format := range Formats() {
		t.Run(format.Name, func(t *testing.T) {
			have := importAll(t, format, filepath.Join("testdata", format.Name+".jsonl"))
			golden := filepath.Join("testdata", format.Name+".golden.txt")
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
				t.Errorf("(-want +have):\n%s", diff)
			}
		})
	}
}

// TestGuess tells each format by its own file.
func TestGuess(t *testing.T) {
	for _, want := range Formats() {
		path := filepath.Join("testdata", want.Name+".jsonl")
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		var elements []Element
		for element, err := range Elements(file, path) {
			if err != nil {
				t.Fatal(err)
			}
			elements = append(elements, element)
		}
		have, fit, of, err := Guess(elements)
		if err != nil || have.Name != want.Name || of != len(elements) || fit == 0 {
			t.Errorf("%s is taken for %q, as %d of %d are: %v", path, have.Name, fit, of, err)
		}
	}
	for text, want := range map[string]string{
		`{"id":"a","mode":"constructed","plan":{},"provenance":{}}`: "these are records already",
		`{"api_list":[],"queries":[]}`:                              `no known format: the first record's members are "api_list", "queries"`,
		`{]`:                                                        "no JSON object at its beginning",
	} {
		if _, _, _, err := Guess([]Element{{Text: []byte(text)}}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
