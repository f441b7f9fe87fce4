package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/reports"
)

// auditFlags is the command line of audit.
type auditFlags struct {
	options     reports.AuditOptions
	limits      []string
	gate        bool
	texts       string
	format, out string
	figures     string
}

// The values of --texts.
const (
	textsRequests = "requests"
	textsAll      = "all"
)

func (p *process) auditCommand() *cobra.Command {
	f := &auditFlags{}
	names, _ := reports.LimitNames()
	cmd := &cobra.Command{
		Use:   "audit DIR|FILE",
		Short: "Find shortcuts in a dataset, and what it shares with benchmarks",
		Long: `Audit a dataset. Trivial predictors show what a model could learn without
understanding a request: each with its accuracy, an interval, and what chance would
get. With --against, requests and functions are compared with benchmarks, runs or
other datasets: files and folders of JSON of any shape.

With --gate, a figure above its limit ends the program with exit code 4.
docs/audit.md explains every predictor and measure.`,
		Example: `  button audit data/train
  button audit data/train --gate --limit usual_tool=0.2
  button audit data/train --against ../benchmarks/bfcl_v4 --gate
  button audit data/train --against runs/oracle --against data/valid --format markdown --out audit.md`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.audit(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.options.Against, "against", nil, "file or folder of JSON to compare with; may be given again")
	flags.IntVar(&f.options.Ngram, "ngram", 13, "how many words in a row count as copied")
	flags.Float64Var(&f.options.Similarity, "similarity", 0.8, "from which similarity two requests are nearly the same")
	flags.StringVar(&f.texts, "texts", textsRequests, "what to take of the files: requests, or all texts")
	flags.IntVar(&f.options.Pairs, "show", 20, "overlapping pairs to show")
	flags.BoolVar(&f.gate, "gate", false, "exit with code 4 where a figure is above its limit")
	flags.StringSliceVar(&f.limits, "limit", nil, "NAME=SHARE: a limit of the gate, of "+strings.Join(names, ", "))
	flags.StringVarP(&f.format, "format", "f", "table", strings.Join(formatNames(), ", "))
	flags.StringVarP(&f.out, "out", "o", "", "file to write (default: stdout)")
	flags.StringVar(&f.figures, "figures", "", "folder to draw the figure into")
	offers(cmd, "format", formatNames()...)
	offers(cmd, "texts", textsRequests, textsAll)
	return cmd
}

// resolve reads the flags that are more than a value.
func (f *auditFlags) resolve() (render.Format, error) {
	form, err := render.ParseFormat(f.format)
	if err != nil {
		return "", usage("--format: %w", err)
	}
	switch f.texts {
	case textsRequests, textsAll:
		f.options.AllTexts = f.texts == textsAll
	default:
		return "", usage("--texts must be %s or %s, not %q", textsRequests, textsAll, f.texts)
	}
	if f.options.Pairs < 1 {
		return "", usage("--show must be at least 1, not %d", f.options.Pairs)
	}
	f.options.Limits = map[string]float64{}
	for _, one := range f.limits {
		name, text, _ := strings.Cut(one, "=")
		limit, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return "", usage("--limit wants NAME=SHARE, such as usual_tool=0.2, not %q", one)
		}
		f.options.Limits[name] = limit
	}
	if err := f.options.Check(); err != nil {
		return "", usage("%w", err)
	}
	return form, nil
}

func (p *process) audit(ctx context.Context, path string, f *auditFlags) error {
	form, err := f.resolve()
	if err != nil {
		return err
	}
	report, err := p.readAudit(ctx, path, f.options)
	if err != nil {
		return err
	}
	if f.figures != "" {
		if figure, any := report.Figure(); any {
			if err := writeFigures(f.figures, []render.Figure{figure}); err != nil {
				return err
			}
		}
	}
	if err := p.writeTables(report.Tables(), form, f.out, "button audit "+report.Name); err != nil {
		return err
	}
	breaches := report.Breaches()
	if !f.gate || len(breaches) == 0 {
		return nil
	}
	var told []string
	for _, one := range breaches {
		told = append(told, fmt.Sprintf("%s %.1f %% (limit %.1f %%)", one.Name, 100*one.Value, 100*one.Limit))
	}
	return hinted(exitGate, fmt.Errorf("auditing %s: above the limit: %s", path, strings.Join(told, ", ")), "docs/audit.md says what each figure means; --limit NAME=SHARE sets another limit")
}

func (p *process) readAudit(ctx context.Context, path string, o reports.AuditOptions) (*reports.AuditReport, error) {
	if _, err := recordsFile(path); err != nil {
		return nil, err
	}
	var progress func(records int)
	if p.progress() && !p.quiet && !p.json {
		bar := p.progressLine("reading records twice", 0, 0)
		defer bar.Close()
		progress = func(records int) { bar.Set(records, "") }
	}
	report, warnings, err := reports.Audit(ctx, path, o, progress)
	if err != nil {
		return nil, hinted(exitFailed, err, "name a dataset folder, or a file with one canonical record a line")
	}
	for _, warning := range warnings {
		p.warn("%s: %s", warning.Path, warning.Text)
	}
	return report, nil
}

// writeFigures draws figures into a folder, one file each, named after them.
func writeFigures(folder string, figures []render.Figure) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	for i := range figures {
		var out bytes.Buffer
		if err := render.WriteFigure(&out, &figures[i]); err != nil {
			return err
		}
		if err := runstore.WriteAtomic(runstore.OS{}, filepath.Join(folder, figures[i].Name+".svg"), out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}
