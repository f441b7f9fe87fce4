package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/generate/lint"
)

// TestLintDoc keeps the tables of docs/lint.md those of the program.
func TestLintDoc(t *testing.T) {
	text := readDoc(t, "docs/lint.md")
	for name, table := range map[string]string{"families": familyTable(), "targets": targetTable(), "lint rules": lintRuleTable()} {
		begin, end := "<!-- "+name+": written by go test ./cmd/button -run TestLintDoc -update -->\n", "<!-- end of "+name+" -->"
		before, rest, found := strings.Cut(text, begin)
		have, after, closed := strings.Cut(rest, end)
		if !found || !closed {
			t.Fatalf("docs/lint.md has no place for the %s: want %q ... %q", name, begin, end)
		}
		if *update {
			text = before + begin + table + end + after
		} else if diff := cmp.Diff(table, have); diff != "" {
			t.Errorf("docs/lint.md, write it with -update (-want +got):\n%s", diff)
		}
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, "docs/lint.md"), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

func familyTable() string {
	var out strings.Builder
	out.WriteString("\n| family | also | models | arguments | what it loses | loss marks | calls are read by |\n|---|---|---|---|---|---|---|\n")
	for _, f := range chattemplate.Families() {
		var loses []string
		for _, loss := range []struct {
			is   bool
			what string
		}{
			{f.NoCalls, "calls"}, {f.OneCall, "all but one call a turn"}, {f.LosesText, "text beside calls"}, {f.MovesText, "the place of text beside calls"},
			{f.LosesSystem, "the system prompt"}, {f.NoTools, "the tools (a server adds them)"}, {!f.Thoughts, "thoughts"},
			{f.TextOnly, "the types of arguments"},
		} {
			if loss.is {
				loses = append(loses, loss.what)
			}
		}
		marks, dialect := f.Generation, f.Dialect
		if marks == "" {
			marks = "none"
		}
		if dialect == "" {
			dialect = "none"
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %s | %s | %s |\n", f.Name, strings.Join(f.Aliases, ", "), f.Models, f.Arguments, strings.Join(loses, "; "), marks, dialect)
	}
	return out.String() + "\n"
}

func targetTable() string {
	var out strings.Builder
	out.WriteString("\n| target | for | reads | arguments | length |\n|---|---|---|---|---|\n")
	for _, target := range lint.Targets() {
		if target.Family != "" {
			continue
		}
		var shapes []string
		for _, shape := range target.Shapes {
			shapes = append(shapes, string(shape))
		}
		fmt.Fprintf(&out, "| `%s` | %s | %s | %s | %d |\n", target.Name, target.For, strings.Join(shapes, ", "), target.Arguments, target.MaxTokens)
	}
	return out.String() + "\n"
}

func lintRuleTable() string {
	var out strings.Builder
	out.WriteString("\n| rule | what holds | comes from |\n|---|---|---|\n")
	for _, rule := range lint.Rules() {
		fmt.Fprintf(&out, "| `%s` | %s | %s |\n", rule.Name, rule.Holds, rule.From)
	}
	return out.String() + "\n"
}
