package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/benchmarks/bfcl"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/render"
)

// suspectUnsolved is found in runs, not in the data.
const suspectUnsolved = "no_model_passes"

func (p *process) benchAuditCommand() *cobra.Command {
	var data, format, out string
	var runs []string
	cmd := &cobra.Command{
		Use:   "audit bfcl[/PART,...]",
		Short: "Find the tasks of BFCL that contradict themselves, or that no model passes",
		Long: `Find tasks of BFCL about which a reader of scores should know: expected calls that
fail the task's own checker or contradict their function's schema, tasks that ask the
same and want something else, expected calls that end in an error, and, with at least
two --run, tasks that no model passes. The findings are ours: official figures count
these tasks like all others.`,
		Example: `  button bench audit bfcl --data benchmarks/bfcl_v4
  button bench audit bfcl/live,bfcl/multi_turn --data benchmarks/bfcl_v4 --run runs/a --run runs/b --format csv`,
		Args: takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error { return p.benchAudit(args[0], data, runs, format, out) },
	}
	flags := cmd.Flags()
	flags.StringVar(&data, "data", "", "BFCL's data folder, or a checkout of gorilla (required)")
	flags.StringSliceVar(&runs, "run", nil, "folder of a run on these tasks; give at least two")
	flags.StringVarP(&format, "format", "f", "table", strings.Join(formatNames(), ", "))
	flags.StringVarP(&out, "out", "o", "", "file to write (default: stdout)")
	offers(cmd, "format", formatNames()...)
	return cmd
}

func (p *process) benchAudit(bench, folder string, runs []string, format, out string) error {
	form, err := render.ParseFormat(format)
	if err != nil {
		return usage("--format: %w", err)
	}
	if folder == "" {
		return hinted(exitUsage, errors.New("--data is missing"), "name BFCL's data folder, or a checkout of gorilla")
	}
	if len(runs) == 1 {
		return usage("--run is for at least two runs: what one model fails says little about a task")
	}
	parts := []string{"all"}
	if bench != "bfcl" {
		if parts, err = bfclParts(bench); err != nil {
			return err
		}
	}
	var categories []bfcl.Category
	for _, part := range parts {
		members := bfcl.InGroup(part)
		if len(members) == 0 {
			return hinted(exitUsage, fmt.Errorf("BFCL has no category or group %q", part), "there are "+strings.Join(bfcl.Names(), ", "))
		}
		categories = append(categories, members...)
	}
	if len(categories) == 0 {
		return hinted(exitUsage, fmt.Errorf("there is no audit of %q", bench), "name bfcl, or parts such as bfcl/live")
	}
	data, err := bfcl.Load(folder)
	if err != nil {
		return hinted(exitUsage, err, "")
	}
	suspects, err := bfcl.Audit(data, categories, time.Now())
	if err != nil {
		return err
	}
	unsolved, err := noModelPasses(runs)
	if err != nil {
		return err
	}
	return p.writeTables(suspectTables(append(suspects, unsolved...)), form, out, "button bench audit "+bench)
}

// noModelPasses lists the tasks that every run has decided and none has passed.
func noModelPasses(runs []string) ([]bfcl.Suspect, error) {
	decided, passed := map[string]int{}, map[string]int{}
	for _, dir := range runs {
		rows, err := latestRows(dir)
		if err != nil {
			return nil, hinted(exitUsage, err, "name folders that 'button eval' made")
		}
		for task, row := range rows {
			switch row.Outcome {
			case eval.OutcomePass:
				passed[task]++
				decided[task]++
			case eval.OutcomeFail:
				decided[task]++
			}
		}
	}
	var suspects []bfcl.Suspect
	for task, n := range decided {
		if n == len(runs) && passed[task] == 0 {
			id := strings.TrimPrefix(task, bfcl.Prefix)
			suspects = append(suspects, bfcl.Suspect{ID: id, Kind: suspectUnsolved, Detail: fmt.Sprintf("failed in all of %d runs", n)})
		}
	}
	slices.SortFunc(suspects, func(a, b bfcl.Suspect) int { return strings.Compare(a.ID, b.ID) })
	return suspects, nil
}

// suspectTables counts suspects by kind and lists them.
func suspectTables(suspects []bfcl.Suspect) []render.Table {
	counts := map[string]int{}
	list := render.Table{Name: "suspects", Title: "Suspect tasks", Columns: []render.Column{{Name: "task", Key: "id"}, {Name: "kind"}, {Name: "what was found", Key: "detail"}}}
	for _, s := range suspects {
		counts[s.Kind]++
		list.Rows = append(list.Rows, []render.Cell{render.TextCell(s.ID), render.TextCell(s.Kind), render.TextCell(s.Detail)})
	}
	kinds := render.Table{
		Name: "kinds", Title: "Kinds of suspects", Columns: []render.Column{{Name: "kind"}, {Name: "tasks", Kind: render.Number}, {Name: "meaning"}},
		Notes: []string{"these are findings of this program: the official figures count all tasks"},
	}
	for _, kind := range append(bfcl.SuspectKinds(), [2]string{suspectUnsolved, "no run passes it, of those given"}) {
		kinds.Rows = append(kinds.Rows, []render.Cell{render.TextCell(kind[0]), render.NumberCell(float64(counts[kind[0]])), render.TextCell(kind[1])})
	}
	if len(list.Rows) == 0 {
		return []render.Table{kinds}
	}
	return []render.Table{kinds, list}
}
