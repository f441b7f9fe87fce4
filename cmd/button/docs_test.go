package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/buttonbench/button/generate/quality"
)

const root = "../.."

func readDoc(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestReadme runs every line "$ button ..." of the README's console blocks, one
// after the other in one folder: each must succeed. With -update the outputs in
// the README are replaced by those of this run.
func TestReadme(t *testing.T) {
	t.Parallel()
	text := readDoc(t, "README.md")
	shell := newShell(t)
	var out strings.Builder
	console, commands := false, 0
	for _, line := range strings.Split(text, "\n") {
		command, isCommand := strings.CutPrefix(line, "$ ")
		switch {
		case strings.HasPrefix(line, "```"):
			console = line == "```console"
		case console && isCommand && strings.Contains(command, "button "):
			commands++
			fmt.Fprintf(&out, "%s\n%s", line, shell(command))
			continue
		case console && !isCommand:
			continue // the output of an earlier run
		}
		out.WriteString(line + "\n")
	}
	if commands == 0 {
		t.Error("no console block with a command line was found")
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, "README.md"), []byte(strings.TrimSuffix(out.String(), "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// newShell returns a shell in an empty folder in which button is this program. A
// command gives its standard output and must succeed.
func newShell(t *testing.T) func(command string) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	programs := t.TempDir()
	if err := os.Symlink(self, filepath.Join(programs, "button")); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	return func(command string) string {
		cmd := exec.Command("sh", "-c", command)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "PATH="+programs+string(filepath.ListSeparator)+os.Getenv("PATH"), "GORACE=atexit_sleep_ms=0", "COLUMNS=100")
		var problems strings.Builder
		cmd.Stderr = &problems
		out, err := cmd.Output()
		if err != nil {
			t.Errorf("$ %s\n%v\n%s%s", command, err, out, &problems)
		}
		return string(out)
	}
}

// TestDocsNameCommands finds command lines in all documents: each must parse.
func TestDocsNameCommands(t *testing.T) {
	names := []string{"README.md", "ARCHITECTURE.md", "CHANGELOG.md"}
	docs, err := filepath.Glob(filepath.Join(root, "docs/*.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range docs {
		names = append(names, filepath.Join("docs", filepath.Base(path)))
	}
	inline := regexp.MustCompile("`(button [^`\n]+)`")
	for _, name := range names {
		code := false
		for i, line := range strings.Split(readDoc(t, name), "\n") {
			if strings.HasPrefix(line, "```") {
				code = !code
			}
			var commands []string
			for _, match := range inline.FindAllStringSubmatch(line, -1) {
				commands = append(commands, match[1])
			}
			bare := strings.TrimPrefix(strings.TrimSpace(line), "$ ")
			if (code || strings.HasPrefix(line, "    ")) && strings.HasPrefix(bare, "button ") {
				commands = append(commands, bare)
			}
			for _, command := range commands {
				for _, problem := range misparsed(command) {
					t.Errorf("%s:%d: %s: %s", name, i+1, command, problem)
				}
			}
		}
	}
}

// shellWords splits at spaces that do not stand between single quotes.
func shellWords(line string) []string {
	quoted := false
	words := strings.FieldsFunc(line, func(r rune) bool {
		quoted = quoted != (r == '\'')
		return r == ' ' && !quoted
	})
	for i := range words {
		words[i] = strings.ReplaceAll(words[i], "'", "")
	}
	return words
}

// misparsed tells what is wrong with the command lines of a shell line.
func misparsed(line string) (problems []string) {
	line, _, _ = strings.Cut(line, "  #")
	for _, part := range strings.FieldsFunc(line, func(r rune) bool { return r == '|' || r == '&' || r == ';' || r == '>' }) {
		words := shellWords(part)
		if len(words) == 0 || words[0] != "button" {
			continue
		}
		root := (&process{}).rootCommand()
		root.InitDefaultCompletionCmd()
		found, rest, err := root.Find(words[1:])
		if err == nil {
			err = found.ParseFlags(rest)
		}
		if err == nil && len(rest) > 0 { // "button report" may also be named alone
			err = found.ValidateArgs(found.Flags().Args())
		}
		if err != nil && !errors.Is(err, pflag.ErrHelp) {
			problems = append(problems, err.Error())
		}
	}
	return problems
}

// TestArchitectureNamesRooms finds packages that ARCHITECTURE.md does not name.
func TestArchitectureNamesRooms(t *testing.T) {
	text := readDoc(t, "ARCHITECTURE.md")
	for _, pattern := range []string{"*/*.go", "generate/*/*.go", "benchmarks/*/*.go", "internal/*/*.go", "internal/*/*/*.go"} {
		files, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			room, err := filepath.Rel(root, filepath.Dir(file))
			if err != nil {
				t.Fatal(err)
			}
			if room = filepath.ToSlash(room); !strings.Contains(text, "`"+room+"`") {
				t.Errorf("ARCHITECTURE.md does not say what %s holds", room)
				text += "`" + room + "`"
			}
		}
	}
}

// TestRecordsDoc keeps the table of rules in docs/records.md the verifier's own.
func TestRecordsDoc(t *testing.T) {
	const begin, end = "<!-- rules: written by go test ./cmd/button -run TestRecordsDoc -update -->\n", "<!-- end of rules -->"
	text := readDoc(t, "docs/records.md")
	before, rest, found := strings.Cut(text, begin)
	have, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("docs/records.md has no place for the rules: want %q ... %q", begin, end)
	}
	var want strings.Builder
	for _, table := range []struct {
		head   string
		proves func(quality.Rule) string
	}{
		{"what holds for a constructed or hybrid record that breaks none of it", func(r quality.Rule) string { return r.Executed }},
		{"what holds for a simulated record, which is checked and not executed", func(r quality.Rule) string { return r.Simulated }},
		{"what holds for an imported record, of which only its own words are known", func(r quality.Rule) string { return r.Imported }},
	} {
		fmt.Fprintf(&want, "\n| rule | %s |\n|---|---|\n", table.head)
		for _, rule := range quality.Rules() {
			if proves := table.proves(rule); proves != "" {
				fmt.Fprintf(&want, "| `%s` | %s |\n", rule.Name, strings.ReplaceAll(proves, "|", `\|`))
			}
		}
	}
	want.WriteString("\n")
	if *update {
		if err := os.WriteFile(filepath.Join(root, "docs/records.md"), []byte(before+begin+want.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want.String(), have); diff != "" {
		t.Errorf("docs/records.md, write it with -update (-want +got):\n%s", diff)
	}
}
