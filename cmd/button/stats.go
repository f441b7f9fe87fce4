package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/reports"
)

// statsFlags is the command line of stats.
type statsFlags struct {
	format, out, figures string
	names                []string
	card                 bool
}

func (p *process) statsCommand() *cobra.Command {
	f := &statsFlags{}
	known, long := reports.TableNames()
	cmd := &cobra.Command{
		Use:   "stats DIR|FILE",
		Short: "Describe a dataset: shapes, tools, wording beside real requests, yields",
		Long: `Describe a dataset. Everything is counted from its lines: worlds, plan shapes,
sizes, tool lists, coverage of functions, how requests are worded beside those that
people wrote, where values come from, and what became of rejected candidates. Every share has an
interval.

With --card, the tables, the figures and the shortcut audit are written into the
dataset's card.md, below what stands there already.`,
		Example: `  button stats data/train
  button stats data/train --table functions,properties
  button stats data/train --table all --format html --out stats.html
  button stats data/train --figures figures
  button stats data/train --card`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.stats(cmd.Context(), args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.format, "format", "f", "table", strings.Join(formatNames(), ", "))
	flags.StringVarP(&f.out, "out", "o", "", "file to write (default: stdout)")
	flags.StringSliceVar(&f.names, "table", nil, fmt.Sprintf("tables to show: %s, %s (default: all but %s)", strings.Join(known, ", "), reports.AllTables, strings.Join(long, ", ")))
	flags.StringVar(&f.figures, "figures", "", "folder to draw figures into, as SVG")
	flags.BoolVar(&f.card, "card", false, "write statistics, figures and shortcut audit into the folder's card.md")
	return cmd
}

func (p *process) stats(ctx context.Context, path string, f *statsFlags) error {
	form, err := render.ParseFormat(f.format)
	if err != nil {
		return usage("--format: %w", err)
	}
	if err := reports.CheckTables(f.names); err != nil {
		return usage("--table: %w", err)
	}
	if f.card && (f.out != "" || f.figures != "" || len(f.names) > 0) {
		return usage("--card writes card.md and its figures folder; leave --out, --figures and --table out")
	}
	dataset, err := p.readDataset(ctx, path)
	if err != nil {
		return err
	}
	if f.card {
		return p.writeCard(ctx, path, dataset)
	}
	tables := dataset.Tables(f.names...)
	if len(tables) == 0 {
		return hinted(exitFailed, fmt.Errorf("%s has nothing to show for --table %s", path, strings.Join(f.names, ",")), "yields and properties need a dataset folder with rejects.jsonl and manifest.json")
	}
	if f.figures != "" {
		if err := writeFigures(f.figures, dataset.Figures()); err != nil {
			return err
		}
	}
	return p.writeTables(tables, form, f.out, "button stats "+dataset.Name)
}

// readingRecords shows how many records were read where somebody is watching; progress
// is nil where not.
func (p *process) readingRecords() (progress func(records int), stop func()) {
	if !p.progress() || p.quiet || p.json {
		return nil, func() {}
	}
	bar := p.progressLine("reading records", 0, 0)
	return func(records int) { bar.Set(records, "") }, func() { bar.Close() }
}

func (p *process) readDataset(ctx context.Context, path string) (*reports.Dataset, error) {
	if _, err := recordsFile(path); err != nil {
		return nil, err
	}
	progress, stop := p.readingRecords()
	defer stop()
	dataset, warnings, err := reports.ReadDataset(ctx, path, progress)
	if err != nil {
		return nil, hinted(exitFailed, err, "name a dataset folder, or a file with one canonical record a line")
	}
	for _, warning := range warnings {
		p.warn("%s: %s", warning.Path, warning.Text)
	}
	return dataset, nil
}
