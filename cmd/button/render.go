package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// renderFlags is the command line of render.
type renderFlags struct {
	template, id string
	count        int
	check        bool
	show         int
	workers      int
}

func (p *process) renderCommand() *cobra.Command {
	f := &renderFlags{}
	cmd := &cobra.Command{
		Use:   "render DIR|FILE",
		Short: "Show records as a model reads them, and prove that nothing is lost",
		Long: `Render records as the chat template of a model family does, and read the text
back: every call and every result must stand in it exactly once, unaltered and in
order. What is lost, doubled, altered or refused is printed with its record and
message, and the exit code is 4. Thoughts and system prompts that a template leaves
out are warnings. --check leaves the texts out and proves the whole dataset.

With --json there is one line a record with its text, the spans that carry loss
where the family's template marks them, and what was found.
docs/lint.md lists the families and how they were compared with the real templates.`,
		Example: `  button render data/train --template qwen3 -n 1
  button render data/train --template llama3.1 --check
  button render data/train --template gpt-oss --id gaQ2mV7rWx0P --json`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.render(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.template, "template", "", "family: "+strings.Join(chattemplate.Names(), ", ")+" (required)")
	flags.StringVar(&f.id, "id", "", "only the record with this id")
	flags.IntVarP(&f.count, "count", "n", 0, "records to render; 0 for all")
	flags.BoolVar(&f.check, "check", false, "leave the texts out")
	flags.IntVar(&f.show, "show", 20, "findings to print; with --json all are")
	flags.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	offers(cmd, "template", chattemplate.Names()...)
	return cmd
}

// renderedRecord is a line of render's output for machines.
type renderedRecord struct {
	Line     int                    `json:"line"`
	ID       string                 `json:"id"`
	Family   string                 `json:"family"`
	Text     string                 `json:"text,omitempty"`
	Loss     []chattemplate.Span    `json:"loss,omitempty"`
	Findings []chattemplate.Finding `json:"findings,omitempty"`
	skipped  bool
}

// renderTotals counts what became of the records.
type renderTotals struct {
	records, failed, warned int
	rules, warnings         map[string]int
}

func (p *process) render(ctx context.Context, path string, f *renderFlags) error {
	family, ok := chattemplate.Lookup(f.template)
	if !ok {
		return usage("--template must be one of %s, not %q", strings.Join(chattemplate.Names(), ", "), f.template)
	}
	if f.count < 0 || f.show < 0 {
		return usage("-n and --show must be 0 or more")
	}
	name, err := recordsFile(path)
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
	out := bufio.NewWriterSize(p.stdout, 1<<16)
	totals := renderTotals{rules: map[string]int{}, warnings: map[string]int{}}
	r := &renderer{process: p, flags: f, file: name, out: out, totals: &totals}
	err = r.all(ctx, file, family)
	if flushed := out.Flush(); err == nil {
		err = flushed
	}
	if err != nil {
		return ifInterrupted(err, "", "%d records of %s were rendered", totals.records, name)
	}
	return r.conclude(family)
}

// renderer writes rendered records and what was found.
type renderer struct {
	*process
	flags  *renderFlags
	file   string
	out    *bufio.Writer
	totals *renderTotals
	shown  int
}

// errEnough ends the reading once the wanted records are there.
var errEnough = fmt.Errorf("enough records")

func (r *renderer) all(ctx context.Context, file *os.File, family chattemplate.Family) error {
	produce := func(_ context.Context, line runstore.Line) (renderedRecord, error) {
		return renderLine(line, r.file, family, r.flags)
	}
	consume := func(one renderedRecord) error {
		if one.skipped {
			return nil
		}
		if err := r.write(one); err != nil {
			return err
		}
		if r.totals.records == r.flags.count || r.flags.id != "" {
			return errEnough
		}
		return nil
	}
	err := work.Sequence(ctx, r.flags.workers, runstore.KeptLines(file, r.file, 0), produce, consume)
	if err == errEnough {
		err = nil
	}
	return err
}

func renderLine(line runstore.Line, file string, family chattemplate.Family, f *renderFlags) (renderedRecord, error) {
	record, err := visiblePart(line.Text)
	if err != nil {
		return renderedRecord{}, &runstore.LineError{File: file, Line: line.Number, Err: err}
	}
	one := renderedRecord{Line: line.Number, ID: record.ID, Family: family.Name}
	if f.id != "" && record.ID != f.id {
		one.skipped = true
		return one, nil
	}
	rendered, findings := family.Check(record)
	one.Findings = findings
	if !f.check {
		one.Text, one.Loss = rendered.Text, rendered.Loss
	}
	return one, nil
}

// visiblePart decodes what a model sees of a record, and the date. The rest, which is
// most of a line, is not looked at.
func visiblePart(line []byte) (*button.Record, error) {
	members, err := button.ParseMembers(line)
	if err != nil {
		return nil, err
	}
	record := &button.Record{Meta: &button.Meta{}}
	var meta struct {
		Today string `json:"today"`
	}
	for name, into := range map[string]any{"id": &record.ID, "tools": &record.Tools, "messages": &record.Messages, "meta": &meta} {
		if value := members.Get(name); value != nil {
			if err := json.Unmarshal(value, into); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	record.Meta.Today = meta.Today
	return record, nil
}

func (r *renderer) write(one renderedRecord) error {
	r.totals.add(one.Findings)
	if r.json {
		line, err := json.Marshal(one)
		if err == nil {
			_, err = r.out.Write(append(line, '\n'))
		}
		return err
	}
	if !r.flags.check {
		fmt.Fprintf(r.out, "--- record %s, %s:%d\n%s\n", one.ID, r.file, one.Line, one.Text)
		if len(one.Loss) > 0 {
			fmt.Fprintf(r.out, "--- loss on bytes")
			for _, span := range one.Loss {
				fmt.Fprintf(r.out, " %d-%d", span.Start, span.End)
			}
			fmt.Fprintln(r.out)
		}
	}
	for _, finding := range one.Findings {
		if r.shown++; r.shown <= r.flags.show {
			fmt.Fprintf(r.out, "%s:%d: record %s: %s\n", r.file, one.Line, one.ID, oneLine(finding.String()))
		} else if r.shown == r.flags.show+1 {
			fmt.Fprintln(r.out, "...")
		}
	}
	return nil
}

func (t *renderTotals) add(findings []chattemplate.Finding) {
	t.records++
	failed, warned := false, false
	for _, finding := range findings {
		rule := finding.What + "." + finding.Rule
		if finding.Warning {
			warned = true
			t.warnings[rule]++
		} else {
			failed = true
			t.rules[rule]++
		}
	}
	if failed {
		t.failed++
	}
	if warned {
		t.warned++
	}
}

func (r *renderer) conclude(family chattemplate.Family) error {
	t := r.totals
	if err := r.result(map[string]any{"file": r.file, "family": family.Name, "records": t.records, "failed": t.failed, "warned": t.warned, "rules": t.rules, "warnings": t.warnings, "loss_marks": family.Generation}); err != nil {
		return err
	}
	switch {
	case t.records == 0 && r.flags.id != "":
		return fmt.Errorf("no record of %s has the id %q", r.file, r.flags.id)
	case t.records == 0:
		return hinted(exitGate, fmt.Errorf("%s holds no records", r.file), "an empty file proves nothing")
	}
	for _, rule := range slices.Sorted(maps.Keys(t.warnings)) {
		r.say("warning: %s: %d", rule, t.warnings[rule])
	}
	for _, rule := range slices.Sorted(maps.Keys(t.rules)) {
		r.print("%s: %d", rule, t.rules[rule])
	}
	if t.failed > 0 {
		return hinted(exitGate, fmt.Errorf("%d of %d records do not stand whole in the text of %s", t.failed, t.records, family.Name), "docs/lint.md says what each family loses")
	}
	r.print("%d records as %s: every call and result stands in the text once, unaltered, in order", t.records, family.Name)
	return nil
}

// oneLine keeps what a record says from breaking out of its line or steering the terminal.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}
