package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/reports"
)

func (p *process) statsCommand() *cobra.Command {
	var format, out string
	var names []string
	known, long := reports.TableNames()
	cmd := &cobra.Command{
		Use:   "stats DIR|FILE",
		Short: "Describe a dataset: shapes, tools, wording beside real requests, yields",
		Long: `Describe a dataset. Everything is counted from its lines: worlds, plan shapes,
sizes, tool lists, coverage of functions, how requests are worded beside those that
people wrote, where values come from, and what became of rejected candidates.`,
		Example: `  button stats data/train
  button stats data/train --table functions,properties
  button stats data/train --table all --format html --out stats.html`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.stats(cmd.Context(), args[0], names, format, out)
		},
	}
	var formats []string
	for _, one := range render.Formats() {
		formats = append(formats, string(one))
	}
	flags := cmd.Flags()
	flags.StringVarP(&format, "format", "f", "table", strings.Join(formats, ", "))
	flags.StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	flags.StringSliceVar(&names, "table", nil, fmt.Sprintf("tables to show: %s, %s (default: all but %s)", strings.Join(known, ", "), reports.AllTables, strings.Join(long, ", ")))
	return cmd
}

func (p *process) stats(ctx context.Context, path string, names []string, format, out string) error {
	form, err := render.ParseFormat(format)
	if err != nil {
		return usage("--format: %w", err)
	}
	if err := reports.CheckTables(names); err != nil {
		return usage("--table: %w", err)
	}
	dataset, err := p.readDataset(ctx, path)
	if err != nil {
		return err
	}
	tables := dataset.Tables(names...)
	if len(tables) == 0 {
		return hinted(exitFailed, fmt.Errorf("%s has nothing to show for --table %s", path, strings.Join(names, ",")), "yields and properties need a dataset folder with rejects.jsonl and manifest.json")
	}
	return p.writeTables(tables, form, out, "button stats "+dataset.Name)
}

func (p *process) readDataset(ctx context.Context, path string) (*reports.Dataset, error) {
	if _, err := recordsFile(path); err != nil {
		return nil, err
	}
	var progress func(records int)
	if p.progress() && !p.quiet && !p.json {
		bar := p.progressLine("reading records", 0, 0)
		defer bar.Close()
		progress = func(records int) { bar.Set(records, "") }
	}
	dataset, warnings, err := reports.ReadDataset(ctx, path, progress)
	if err != nil {
		return nil, hinted(exitFailed, err, "name a dataset folder, or a file with one canonical record a line")
	}
	for _, warning := range warnings {
		p.warn("%s: %s", warning.Path, warning.Text)
	}
	return dataset, nil
}
