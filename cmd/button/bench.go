package main

import (
	"github.com/spf13/cobra"
)

func (p *process) benchCommand() *cobra.Command {
	bench := group("bench", "List the benchmarks, or describe one",
		"A benchmark is a set of tasks with a scorer. 'button eval --bench NAME' scores a model on one.",
		"  button bench list\n  button bench info buttonbench\n  button bench audit bfcl --data benchmarks/bfcl_v4")
	var o suiteOptions
	info := &cobra.Command{
		Use: "info NAME", Short: "Load a benchmark and describe it", Args: takes(1, 1),
		Long: "Load a benchmark: the number of its tasks, its version, the hash of its content, and what a reader of its scores has to know.",
		Example: `  button bench info buttonbench
  button bench info gta --data benchmarks/gta
  button bench info bfcl/multi_turn --data benchmarks/bfcl_v4`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.benchInfo(cmd, args[0], o) },
	}
	o.addFlags(info.Flags())
	bench.AddCommand(&cobra.Command{
		Use: "list", Short: "List the benchmarks", Example: "  button bench list", Args: takes(0, 0),
		RunE: func(*cobra.Command, []string) error { return p.benchList() },
	}, info, p.benchAuditCommand())
	return bench
}

func (p *process) benchList() error {
	var rows []map[string]string
	for _, entry := range suites() {
		p.print("%-12s %s", entry.name, entry.summary)
		rows = append(rows, map[string]string{"name": entry.name, "summary": entry.summary})
	}
	return p.result(map[string]any{"benchmarks": rows})
}

func (p *process) benchInfo(cmd *cobra.Command, name string, o suiteOptions) error {
	suite, err := loadSuite(cmd.Context(), name, o)
	if err != nil {
		return err
	}
	p.print("%s (version %s, scorer %s)\n  tasks: %d\n  content hash: %s", suite.Title, suite.Version, suite.ScorerVersion, len(suite.Tasks), suite.Hash)
	for _, warning := range suite.Warnings {
		p.print("  warning: %s", warning)
	}
	for _, note := range suite.Notes {
		p.print("  note: %s", note)
	}
	return p.result(map[string]any{"name": suite.Name, "version": suite.Version, "scorer_version": suite.ScorerVersion, "tasks": len(suite.Tasks), "hash": suite.Hash, "warnings": suite.Warnings, "notes": suite.Notes})
}
