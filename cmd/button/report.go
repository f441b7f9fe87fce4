package main

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/reports"
)

func (p *process) reportCommand() *cobra.Command {
	var format, out string
	var o reports.Options
	cmd := &cobra.Command{
		Use:   "report RUN...",
		Short: "Compare runs: scores with intervals, paired differences, no-verdict share",
		Long: `Compare runs. Totals are recomputed from rows. Every score has n and an
interval; two runs on the same tasks are compared pair by pair (exact McNemar).`,
		Example: `  button report runs/oracle runs/serial runs/lexical --baseline serial
  button report runs/* --by kind --format markdown --out report.md
  button report runs/* --format html --out report.html`,
		Args: exactly(cobra.MinimumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error { return p.report(args, format, out, o) },
	}
	var names []string
	for _, known := range render.Formats() {
		names = append(names, string(known))
	}
	flags := cmd.Flags()
	flags.StringVarP(&format, "format", "f", "table", strings.Join(names, ", "))
	flags.StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	flags.StringVar(&o.Baseline, "baseline", "", "run to compare with (default: the first)")
	flags.StringVar(&o.Metric, "metric", "success", "metric compared in pairs and by group")
	flags.StringSliceVar(&o.By, "by", nil, "split by kind, world, depth, ...")
	flags.BoolVar(&o.SideBySide, "side-by-side", false, "show runs of different versions in one table, uncompared")
	flags.Uint64Var(&o.Seed, "seed", 1, "seed of the bootstrap")
	return cmd
}

func (p *process) report(paths []string, format, out string, o reports.Options) error {
	form, err := render.ParseFormat(format)
	if err != nil {
		return usage("--format: %v", err)
	}
	if p.json && format == "table" {
		form = render.JSON
	}
	tables, err := p.tables(paths, o)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	options := render.Options{Title: "button report"}
	if out == "" {
		options.Colour, options.Width = p.colour(), p.width()
	}
	if err := render.Write(&text, form, tables, options); err != nil {
		return err
	}
	if out == "" {
		_, err := p.stdout.Write(text.Bytes())
		return err
	}
	if err := runstore.WriteAtomic(runstore.OS{}, out, text.Bytes()); err != nil {
		return err
	}
	p.say("report in %s", out)
	return p.result(map[string]string{"report": out})
}

func (p *process) tables(paths []string, o reports.Options) ([]render.Table, error) {
	runs, warnings, err := reports.Load(paths)
	if err != nil {
		return nil, hinted(exitUsage, err, "name folders that 'button eval' made")
	}
	for _, warning := range warnings {
		fmt.Fprintf(p.stderr, "warning: %s: %s\n", warning.Path, warning.Text)
	}
	return reports.Compare(runs, o)
}
