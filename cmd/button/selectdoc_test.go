package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/selection"
)

// TestSelectionDoc keeps the table of properties in docs/selection.md the program's own.
func TestSelectionDoc(t *testing.T) {
	const begin, end = "<!-- fields: written by go test ./cmd/button -run TestSelectionDoc -update -->\n", "<!-- end of fields -->"
	text := readDoc(t, "docs/selection.md")
	before, rest, found := strings.Cut(text, begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("docs/selection.md has no place for the properties: want %q ... %q", begin, end)
	}
	var want strings.Builder
	want.WriteString("\n| property | type | what |\n|---|---|---|\n")
	for _, field := range selection.Fields() {
		fmt.Fprintf(&want, "| `%s` | %s | %s |\n", field.Name, field.Type, field.Help)
	}
	want.WriteString("\n")
	if *update {
		if err := os.WriteFile(filepath.Join(root, "docs/selection.md"), []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want.String(), have); diff != "" {
		t.Errorf("docs/selection.md, write it with -update (-want +got):\n%s", diff)
	}
	for _, name := range selection.Functions() {
		if !strings.Contains(text, "`"+name+"`") {
			t.Errorf("docs/selection.md does not name the function %s", name)
		}
	}
}
