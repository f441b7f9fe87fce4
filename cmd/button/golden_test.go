package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// runHere runs a command line inside the test.
func runHere(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errors bytes.Buffer
	p := &process{
		args: args, stdin: strings.NewReader(""), stdout: &out, stderr: &errors,
		env: func(string) string { return "" }, terminal: func() bool { return false }, progress: func() bool { return false },
		width: func() int { return 0 },
		watch: func() (<-chan os.Signal, func()) { return nil, func() {} },
	}
	code = p.run(context.Background())
	return out.String(), errors.String(), code
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata/fixtures", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v; write it with -update", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s, write it with -update if this is meant (-want +got):\n%s", name, diff)
	}
}

func TestReportFormats(t *testing.T) {
	for format, extension := range map[string]string{"table": "txt", "markdown": "md", "latex": "tex", "csv": "csv", "json": "json", "html": "html"} {
		stdout, stderr, code := runHere(t, "report", "testdata/fixtures/runs/serial", "testdata/fixtures/runs/flaky", "--format", format)
		if code != exitDone || stderr != "" {
			t.Errorf("%s: exit code %d, %s", format, code, stderr)
		}
		golden(t, "report."+extension, stdout)
	}
}

func TestExportFormats(t *testing.T) {
	stdout, stderr, code := runHere(t, "export", "testdata/fixtures/records.jsonl", "--to", "button")
	if code != exitDone || stderr != "" {
		t.Errorf("exit code %d, %s", code, stderr)
	}
	golden(t, "button.jsonl", stdout)
}

// Every command teaches by an example, and all are worded alike.
func TestHelpIsComplete(t *testing.T) {
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		name := cmd.CommandPath()
		if !strings.Contains(cmd.Example, name+" ") && !strings.HasSuffix(cmd.Example, name) {
			t.Errorf("%s: no example of it in its help", name)
		}
		if cmd.Short == "" || strings.HasSuffix(cmd.Short, ".") || cmd.Short[:1] != strings.ToUpper(cmd.Short[:1]) {
			t.Errorf("%s: the short help must begin with a capital and end without a full stop: %q", name, cmd.Short)
		}
		for _, line := range strings.Split(cmd.Long+"\n"+cmd.Example, "\n") {
			if len(line) > 160 {
				t.Errorf("%s: a line of %d bytes in the help", name, len(line))
			}
		}
		for _, child := range cmd.Commands() {
			visit(child)
		}
	}
	visit((&process{}).rootCommand())
}

// Examples must stay true: each parses as a command line of this program.
func TestExamplesParse(t *testing.T) {
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		for _, line := range strings.Split(cmd.Example, "\n") {
			line, _, _ = strings.Cut(line, "#")
			for _, problem := range misparsed(line) {
				t.Errorf("%s: %s", line, problem)
			}
		}
		for _, child := range cmd.Commands() {
			visit(child)
		}
	}
	visit((&process{}).rootCommand())
}
