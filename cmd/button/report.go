package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/render"
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
		Args: takes(1, -1),
		RunE: func(_ *cobra.Command, args []string) error { return p.report(args, format, out, o) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&format, "format", "f", "table", strings.Join(formatNames(), ", "))
	flags.StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	flags.StringVar(&o.Baseline, "baseline", "", "run to compare with (default: the first)")
	flags.StringVar(&o.Metric, "metric", "success", "metric compared in pairs and by group")
	flags.StringSliceVar(&o.By, "by", nil, "split by kind, world, depth, ...")
	flags.BoolVar(&o.SideBySide, "side-by-side", false, "show runs of different versions in one table, uncompared")
	flags.Uint64Var(&o.Seed, "seed", 1, "seed of the bootstrap")
	offers(cmd, "format", formatNames()...)
	return cmd
}

func (p *process) report(paths []string, format, out string, o reports.Options) error {
	form, err := render.ParseFormat(format)
	if err != nil {
		return usage("--format: %w", err)
	}
	tables, err := p.tables(paths, o)
	if err != nil {
		return err
	}
	return p.writeTables(tables, form, out, "button report")
}

func (p *process) tables(paths []string, o reports.Options) ([]render.Table, error) {
	for _, path := range paths {
		if err := checkRun(path); err != nil {
			return nil, err
		}
	}
	runs, warnings, err := reports.Load(paths)
	if err != nil {
		return nil, err
	}
	for _, warning := range warnings {
		where := warning.Path
		if warning.Line > 0 {
			where = fmt.Sprintf("%s:%d", filepath.Join(where, "rows.jsonl"), warning.Line)
		}
		p.warn("%s: %s", where, warning.Text)
	}
	tables, err := reports.Compare(runs, o)
	if err != nil { // the runs are sound: what was asked of them is not
		return nil, hinted(exitUsage, err, "")
	}
	official, err := leaderboard(paths)
	if err != nil {
		return nil, err
	}
	return append(official, tables...), nil
}

// checkRun tells a wrong path from a broken run.
func checkRun(path string) error {
	const hint = "name folders that 'button eval' made"
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return hinted(exitUsage, fmt.Errorf("opening %s: no such folder", path), hint)
	}
	if err == nil && info.IsDir() {
		if _, err := os.Stat(filepath.Join(path, "rows.jsonl")); errors.Is(err, os.ErrNotExist) {
			return hinted(exitUsage, fmt.Errorf("%s holds no run: rows.jsonl is missing", path), hint)
		}
	}
	return nil
}
