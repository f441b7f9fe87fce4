package main

import (
	"context"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/quality"
)

func (p *process) verifyCommand() *cobra.Command {
	var workers, most int
	var names []string
	cmd := &cobra.Command{
		Use:   "verify DIR|FILE",
		Short: "Re-execute every record and check it by every rule",
		Long: `Re-execute every record from its seed and compare byte by byte; check schemas,
the order of calls, the source of every argument and of every stated value,
leakage, ambiguity and structure. What fails is printed with record, message and
rule, and the exit code is 4.`,
		Example: `  button verify data/train
  button verify records.jsonl --json | tail -1
  button verify data/mine --worlds ./my-world`,
		Args: exactly(cobra.ExactArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.verify(cmd.Context(), args[0], names, workers, most)
		},
	}
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "goroutines")
	cmd.Flags().IntVar(&most, "show", 20, "findings to print in full")
	cmd.Flags().StringSliceVar(&names, "worlds", nil, "further worlds by folder")
	return cmd
}

func (p *process) verify(ctx context.Context, path string, names []string, workers, most int) error {
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	known, err := loadWorlds(nil, "")
	if err != nil {
		return err
	}
	for _, name := range names {
		w, err := loadWorld(name)
		if err != nil {
			return err
		}
		known = append(known, w)
	}
	records, err := os.Open(file)
	if err != nil {
		return err
	}
	defer records.Close()
	shown := 0
	totals, err := quality.NewVerifier(known).VerifyStream(ctx, records, file, workers, func(finding quality.Finding) {
		if shown++; shown <= most {
			p.say("%s", finding)
		} else if shown == most+1 {
			p.say("...")
		}
	})
	if err != nil {
		return err
	}
	if err := p.result(map[string]any{"file": file, "records": totals.Records, "failed": totals.Failed, "findings": totals.Findings, "rules": totals.ByRule}); err != nil {
		return err
	}
	if totals.Failed > 0 {
		return hinted(exitGate, fmt.Errorf("%d of %d records in %s fail verification", totals.Failed, totals.Records, file), "")
	}
	if totals.Records == 0 {
		return hinted(exitGate, fmt.Errorf("%s holds no records", file), "an empty file proves nothing")
	}
	p.say("%d records in %s: all verified by re-execution", totals.Records, file)
	return nil
}
