package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/generate/importers"
	"github.com/buttonbench/button/generate/lint"
	"github.com/buttonbench/button/internal/tokens"
	"github.com/buttonbench/button/internal/work"
)

// lintFlags is the command line of lint.
type lintFlags struct {
	target, template string
	tokenizer        string
	maxTokens        int
	strict           bool
	show, workers    int
}

func (p *process) lintCommand() *cobra.Command {
	f := &lintFlags{}
	cmd := &cobra.Command{
		Use:   "lint DIR|FILE",
		Short: "Find what a trainer or a chat template would choke on",
		Long: `Check records, or the lines of an export, against what a trainer or a chat
template is known to lose, refuse or misread: every rule comes from a reported
failure. What is found is printed with line, record, message, rule and remedy.
Errors make the exit code 4; with --strict warnings do so too.

A line of a file, or an element of a JSON array, is judged by its own shape. A
record of a dataset folder is judged as what its exporter makes of it: what that
sees to by itself is not held against it.

Lengths are estimated at four bytes a token, unless --tokenizer names the model's
tokenizer.json; with --template they are those of the rendered text.
docs/lint.md explains each rule.`,
		Example: `  button lint data/train --target trl --template qwen3
  button lint data/train --target llama3.1
  button lint openai.jsonl --target openai --json | tail -1
  button lint data/train --target qwen3 --tokenizer tokenizer.json --max-tokens 4096`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.lint(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.target, "target", "", "trainer or family: "+strings.Join(lint.Names(), ", ")+" (required)")
	flags.StringVar(&f.template, "template", "", "the chat template that the trainer renders with")
	flags.StringVar(&f.tokenizer, "tokenizer", "", "tokenizer.json to count tokens with (default: an estimate)")
	flags.IntVar(&f.maxTokens, "max-tokens", 0, "warn of longer records (default: the target's own default)")
	flags.BoolVar(&f.strict, "strict", false, "warnings make the exit code 4 as well")
	flags.IntVar(&f.show, "show", 20, "findings to print; with --json all are")
	flags.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	offers(cmd, "target", lint.Names()...)
	offers(cmd, "template", chattemplate.Names()...)
	return cmd
}

func (p *process) lint(ctx context.Context, path string, f *lintFlags) error {
	linter, err := newLinter(f)
	if err != nil {
		return err
	}
	name, err := lintedFile(path)
	if err != nil {
		return err
	}
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	r := &lintRun{process: p, flags: f, file: name, linter: linter, errors: map[string]int{}, warnings: map[string]int{}}
	if err := r.all(ctx, file); err != nil {
		return ifInterrupted(err, "", "%d lines of %s were read", r.lines, name)
	}
	return r.conclude()
}

// lintedFile is the file behind a name: an export's folder holds train.jsonl where a
// dataset's holds records.jsonl.
func lintedFile(path string) (string, error) {
	name, err := recordsFile(path)
	if err == nil {
		return name, nil
	}
	export := filepath.Join(path, "train.jsonl")
	if _, missing := os.Stat(export); missing == nil {
		return export, nil
	}
	return "", err
}

func newLinter(f *lintFlags) (*lint.Linter, error) {
	if _, ok := lint.Lookup(f.target); !ok {
		return nil, usage("--target must be one of %s, not %q", strings.Join(lint.Names(), ", "), f.target)
	}
	if f.show < 0 || f.maxTokens < 0 {
		return nil, usage("--show and --max-tokens must be 0 or more")
	}
	options := lint.Options{Template: f.template, MaxTokens: f.maxTokens}
	if f.tokenizer != "" {
		file, err := os.Open(f.tokenizer)
		if err != nil {
			return nil, hinted(exitUsage, err, "--tokenizer names a model's tokenizer.json")
		}
		defer file.Close()
		if options.Tokenizer, err = tokens.Read(file); err != nil {
			return nil, hinted(exitUsage, fmt.Errorf("reading %s: %w", f.tokenizer, err), "only byte-pair encodings in Hugging Face's tokenizer.json are read")
		}
	}
	linter, err := lint.New(f.target, options)
	if err != nil {
		return nil, usage("%v", err)
	}
	return linter, nil
}

// lintRun counts and prints findings.
type lintRun struct {
	*process
	flags                *lintFlags
	file                 string
	linter               *lint.Linter
	lines, failed, shown int
	errors, warnings     map[string]int
}

// lintedLine is a line that was checked by itself.
type lintedLine struct {
	number int
	lint.Checked
}

func (r *lintRun) all(ctx context.Context, file *os.File) error {
	produce := func(_ context.Context, element importers.Element) (lintedLine, error) {
		return lintedLine{element.Line, r.linter.Line(element.Text)}, nil
	}
	consume := func(one lintedLine) error {
		r.lines++
		r.take(one.number, append(one.Findings, r.linter.Across(one.Checked)...))
		return nil
	}
	if err := work.Sequence(ctx, r.flags.workers, importers.Elements(file, r.file), produce, consume); err != nil {
		return err
	}
	r.take(0, r.linter.End())
	return nil
}

func (r *lintRun) take(line int, findings []lint.Finding) {
	failed := false
	for _, finding := range findings {
		finding.File, finding.Line = r.file, line
		if finding.Warning {
			r.warnings[finding.Rule]++
		} else {
			r.errors[finding.Rule]++
			failed = true
		}
		if r.shown++; r.shown <= r.flags.show {
			r.print("%s\n  remedy: %s", oneLine(finding.String()), finding.Remedy)
		} else if r.shown == r.flags.show+1 {
			r.print("...")
		}
		r.result(finding) // an error of stdout is reported at the end
	}
	if failed && line > 0 {
		r.failed++
	}
}

func (r *lintRun) conclude() error {
	lengths := r.linter.Lengths()
	errors, warnings := sum(r.errors), sum(r.warnings)
	if err := r.result(map[string]any{"file": r.file, "target": r.flags.target, "lines": r.lines, "failed": r.failed, "errors": errors, "warnings": warnings,
		"error_rules": r.errors, "warning_rules": r.warnings, "tokens": lengths}); err != nil {
		return err
	}
	if r.lines == 0 {
		return hinted(exitGate, fmt.Errorf("%s holds no lines", r.file), "an empty file proves nothing")
	}
	counted := "counted with " + r.flags.tokenizer
	if lengths.Estimated {
		counted = "estimated"
	}
	r.say("tokens, %s: %d lines over 1024, %d over 2048, %d over 4096, at most %d", counted, lengths.Over1024, lengths.Over2048, lengths.Over4096, lengths.Most)
	for _, rule := range slices.Sorted(maps.Keys(r.errors)) {
		r.print("error   %-18s %d", rule, r.errors[rule])
	}
	for _, rule := range slices.Sorted(maps.Keys(r.warnings)) {
		r.print("warning %-18s %d", rule, r.warnings[rule])
	}
	if errors > 0 || r.flags.strict && warnings > 0 {
		return hinted(exitGate, fmt.Errorf("%d of %d lines of %s fail for %s: %d errors, %d warnings", r.failed, r.lines, r.file, r.flags.target, errors, warnings), "docs/lint.md explains each rule")
	}
	r.print("%d lines of %s: nothing is wrong for %s, %d warnings", r.lines, r.file, r.flags.target, warnings)
	return nil
}

func sum(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}
