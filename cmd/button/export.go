package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/chattemplate"
	"github.com/buttonbench/button/generate/export"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
)

// exportFlags is the command line of export.
type exportFlags struct {
	to, out, thought, parallel, loss, split string

	options export.Options
	valid   float64
	workers int
	zstd    bool
	skip    bool
	replace bool
	formats bool
}

func (p *process) exportCommand() *cobra.Command {
	f := &exportFlags{}
	cmd := &cobra.Command{
		Use:   "export DIR|FILE",
		Short: "Write a dataset in a trainer's format",
		Long: `Write a dataset in a trainer's format. With --out naming a folder, it gets the
examples, the trainer's own configuration, a description, and a side file of what
describes how the records were made (plan, provenance, checks, meta), which never
enters the examples. With --out naming a .jsonl file, or without --out, only the
examples are written, one a line.

Every example is read back and compared with its record; what a format cannot hold
is listed by --formats, and in the folder's README. A record that the format cannot
hold ends the export with its line, and nothing is left behind; --skip leaves such
records out and counts them.`,
		Example: `  button export data/train --to trl --out export/trl --valid 0.05
  button export data/train --to llamafactory --parallel off --out export/lf
  button export data/train --to openai --loss last --out openai.jsonl
  button export data/train --to unsloth-text --template qwen3 --out export/text
  button export data/train --to button | head -1
  button export --formats`,
		Args: takes(0, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.export(cmd.Context(), args, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "format: "+strings.Join(export.Names(), ", ")+" (required)")
	flags.StringVarP(&f.out, "out", "o", "", "folder to make, or .jsonl file to write (default: examples to stdout)")
	flags.StringVar(&f.thought, "thought", "", "where thoughts stand: reasoning_content, inline (think tags), text, none (default: the format's own way)")
	flags.StringVar(&f.parallel, "parallel", "record", "calls of one turn: record (as they are) or off (one a turn)")
	flags.StringVar(&f.loss, "loss", string(export.LossRecord), "assistant messages to train on: record (as records say), all, calls, answers, last")
	flags.StringVar(&f.split, "split", export.ByScenario, "with --valid: what must not stand on both sides, scenario or world")
	flags.Float64Var(&f.valid, "valid", 0, "share of scenarios or worlds for a validation file, between 0 and 1")
	flags.StringVar(&f.options.Template, "template", "", "unsloth-text: the model's chat template")
	flags.StringSliceVar(&f.options.Damages, "rejected", nil, "openai-dpo: kinds of rejected messages (default: all that fit)")
	flags.Uint64Var(&f.options.Seed, "seed", 1, "seed of the split and of rejected messages")
	flags.BoolVar(&f.zstd, "zstd", false, "compress the examples with zstd")
	flags.BoolVar(&f.skip, "skip", false, "leave out records that the format cannot hold")
	flags.BoolVar(&f.replace, "replace", false, "replace the folder if it holds an export")
	flags.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "records in work at once; the bytes do not depend on it")
	flags.BoolVar(&f.formats, "formats", false, "list the formats and what each cannot hold")
	offers(cmd, "to", export.Names()...)
	offers(cmd, "thought", string(export.ThoughtField), string(export.ThoughtInline), string(export.ThoughtText), string(export.ThoughtNone))
	offers(cmd, "parallel", "record", "off")
	offers(cmd, "split", export.Groupings()...)
	offers(cmd, "template", chattemplate.Names()...)
	return cmd
}

func (p *process) export(ctx context.Context, args []string, f *exportFlags) error {
	if f.formats {
		return p.exportFormats()
	}
	if len(args) == 0 {
		return usage("button export needs DIR|FILE")
	}
	exporter, split, err := f.settle()
	if err != nil {
		return err
	}
	file, err := recordsFile(args[0])
	if err != nil {
		return err
	}
	source, err := os.Open(file)
	if err != nil {
		return err
	}
	defer source.Close()
	options := export.StreamOptions{Workers: f.workers, Skip: f.skip, Split: split}
	switch {
	case f.out == "":
		summary, err := p.exportLines(ctx, p.stdout, exporter, source, file, options)
		p.warnSkipped(summary)
		return err
	case strings.HasSuffix(f.out, ".jsonl"):
		return p.exportFile(ctx, exporter, source, file, f.out, options)
	}
	return p.exportFolder(ctx, exporter, source, file, args[0], f, options)
}

// settle checks the flags together.
func (f *exportFlags) settle() (*export.Exporter, *export.Split, error) {
	format, ok := export.Lookup(f.to)
	if !ok {
		return nil, nil, usage("--to must be one of %s, not %q", strings.Join(export.Names(), ", "), f.to)
	}
	if f.parallel != "record" && f.parallel != "off" {
		return nil, nil, usage("--parallel must be record or off, not %q", f.parallel)
	}
	f.options.Thought, f.options.Loss, f.options.Serial = export.Thought(f.thought), export.Loss(f.loss), f.parallel == "off"
	exporter, err := export.New(format, f.options)
	if err != nil {
		return nil, nil, usage("exporting: %w", err)
	}
	lines := f.out == "" || strings.HasSuffix(f.out, ".jsonl")
	extension := filepath.Ext(f.out)
	switch {
	case f.workers < 1:
		return nil, nil, usage("--workers must be at least 1, not %d", f.workers)
	case !lines && (extension == ".parquet" || extension == ".zst" || extension == ".json"):
		return nil, nil, usage("--out names a folder or a .jsonl file, not %q", f.out)
	case lines && format.Parquet:
		return nil, nil, usage("%s is written into a folder: name one with --out", format.Name)
	case lines && (f.zstd || f.valid != 0):
		return nil, nil, usage("--zstd and --valid need a folder: name one with --out")
	case f.zstd && format.PlainOnly:
		return nil, nil, usage("readers of %s do not take compressed files: leave out --zstd", format.Name)
	case f.valid < 0 || f.valid >= 1 || f.valid != f.valid:
		return nil, nil, usage("--valid must be at least 0 and below 1, not %g", f.valid)
	case !slices.Contains(export.Groupings(), f.split):
		return nil, nil, usage("--split must be %s, not %q", strings.Join(export.Groupings(), " or "), f.split)
	case f.valid == 0:
		return exporter, nil, nil
	}
	return exporter, &export.Split{By: f.split, Share: f.valid, Seed: f.options.Seed}, nil
}

// exportLines writes the examples alone.
func (p *process) exportLines(ctx context.Context, to io.Writer, exporter *export.Exporter, source io.Reader, file string, o export.StreamOptions) (export.Summary, error) {
	w := bufio.NewWriter(to)
	summary, err := exporter.Lines(ctx, source, file, o, w)
	if err != nil {
		return summary, err
	}
	return summary, w.Flush()
}

func (p *process) exportFile(ctx context.Context, exporter *export.Exporter, source io.Reader, file, out string, o export.StreamOptions) error {
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	atomic, err := runstore.CreateAtomic(runstore.OS{}, out)
	if err != nil {
		return err
	}
	defer atomic.Abort()
	summary, err := p.exportLines(ctx, atomic, exporter, source, file, o)
	if err != nil {
		return ifInterrupted(withSkipHint(err), "", "%s was not written", out)
	}
	if err := atomic.Commit(); err != nil {
		return err
	}
	p.warnSkipped(summary)
	p.say("%d records in %s", summary.Records, out)
	return p.result(map[string]any{"file": out, "records": summary.Records, "format": exporter.Format.Name})
}

func (p *process) exportFolder(ctx context.Context, exporter *export.Exporter, source io.Reader, file, path string, f *exportFlags, o export.StreamOptions) error {
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	if p.progress() && !p.quiet && !p.json {
		bar := p.progressLine("exporting", 0, 0)
		defer bar.Close()
		o.Progress = func(records int) { bar.Set(records, "") }
	}
	set, err := exporter.Folder(ctx, source, file, export.FolderOptions{StreamOptions: o, Dir: f.out, Replace: f.replace, Zstd: f.zstd,
		Tool: "button " + version(), Source: filepath.Base(filepath.Clean(path))})
	if errors.Is(err, runstore.ErrExists) {
		return hinted(exitUsage, fmt.Errorf("there is an export or dataset in %s already", f.out), "name another --out, or add --replace")
	}
	if err != nil {
		return ifInterrupted(withSkipHint(err), "", "%s was not written", f.out)
	}
	p.warnSkipped(set.Summary)
	for _, data := range set.Files {
		p.say("%d records in %s", data.Records, filepath.Join(f.out, data.Name))
		if data.Records == 0 {
			p.warn("%s has no records: all groups fell on the other side; another --seed or --valid parts them otherwise", filepath.Join(f.out, data.Name))
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(set.Summary.Rejected)) {
		p.say("rejected messages of kind %-20s %6d", kind, set.Summary.Rejected[kind])
	}
	var lost []string
	for _, part := range exporter.Lost() {
		lost = append(lost, part.Name)
	}
	p.say("not held by %s: %s", exporter.Format.Name, strings.Join(lost, ", "))
	return p.result(map[string]any{"folder": f.out, "files": set.Files, "records": set.Summary.Records, "skipped": set.Summary.Skipped,
		"format": exporter.Format.Name, "lost": lost})
}

// withSkipHint says how to go on where a single record is in the way.
func withSkipHint(err error) error {
	var unfit *export.Unfit
	if errors.As(err, &unfit) {
		return hinted(exitFailed, err, "--skip leaves such records out and counts them")
	}
	return err
}

func (p *process) warnSkipped(summary export.Summary) {
	for _, skipped := range summary.Skipped {
		p.warn("%d records left out: %s (the first: %s)", skipped.Records, skipped.Reason, skipped.First)
	}
}

// exportFormats prints the table of formats.
func (p *process) exportFormats() error {
	table := render.Table{Name: "formats", Title: "Export formats", Columns: []render.Column{{Name: "format"}, {Name: "for"}, {Name: "thoughts"}, {Name: "loss masks"}, {Name: "not held"}}}
	masks := map[export.Masks]string{export.MasksNone: "none", export.MasksLast: "all or last", export.MasksTurn: "every message"}
	for _, format := range export.Formats() {
		var thoughts, lost []string
		for _, thought := range format.Thoughts {
			thoughts = append(thoughts, string(thought))
		}
		for _, part := range format.Lost {
			lost = append(lost, part.Name)
		}
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(format.Name), render.TextCell(format.For), render.TextCell(strings.Join(thoughts, ", ")),
			render.TextCell(masks[format.Masks]), render.TextCell(strings.Join(lost, ", "))})
	}
	return p.writeTables([]render.Table{table}, render.Terminal, "", "")
}
