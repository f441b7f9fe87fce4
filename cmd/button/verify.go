package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/internal/runstore"
)

// verifyFlags is the command line of verify.
type verifyFlags struct {
	workers, most int
	mutate        int
	worlds        []string
}

func (p *process) verifyCommand() *cobra.Command {
	f := &verifyFlags{}
	cmd := &cobra.Command{
		Use:   "verify DIR|FILE",
		Short: "Re-execute every record and check it by every rule",
		Long: `Re-execute every record from its seed and compare byte by byte; check schemas,
the order of calls, the source of every argument and of every stated value,
leakage, ambiguity and structure. Of a dataset folder the files are compared with
its manifest too. What fails is printed with file, line, record, message and rule,
and the exit code is 4.

A simulated record, whose results a model invented, cannot be executed. It is
checked against itself by the rules that need no world, and counted apart. So is an
imported one, of which a table says what share of the records breaks each rule,
with examples. docs/records.md lists the rules of each kind.`,
		Example: `  button verify data/train
  button verify records.jsonl --json | tail -1
  button verify data/mine --worlds ./my-world
  button verify data/train --mutate 20`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.verify(cmd.Context(), args[0], f) },
	}
	cmd.Flags().IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	cmd.Flags().IntVar(&f.most, "show", 20, "findings to print, of imported records for each rule; with --json all are")
	cmd.Flags().IntVar(&f.mutate, "mutate", 0, "test the verifier instead: change every part of the first records once, and count what it catches")
	cmd.Flags().StringSliceVar(&f.worlds, "worlds", nil, "further worlds by folder")
	return cmd
}

func (p *process) verify(ctx context.Context, path string, f *verifyFlags) error {
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	known, err := knownWorlds(f.worlds)
	if err != nil {
		return err
	}
	if f.mutate > 0 {
		return p.mutate(file, known, f.mutate)
	}
	records, err := os.Open(file)
	if err != nil {
		return err
	}
	defer records.Close()
	var changed error
	if file != path { // a folder was named, not a file alone
		if changed = checkManifest(path); changed != nil {
			p.print("%v", changed)
		}
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	shown, examples := 0, newFoundExamples(f.most)
	totals, err := quality.NewVerifier(known).VerifyStream(ctx, records, file, f.workers, func(finding quality.Finding) {
		if examples.take(finding) {
			p.result(finding)
			return
		}
		if shown++; shown <= f.most {
			p.print("%s", finding)
		} else if shown == f.most+1 {
			p.print("...")
		}
		p.result(finding) // an error of stdout is reported at the end
	})
	if err != nil {
		return ifInterrupted(err, "", "%d records of %s were verified, %d of them fail", totals.Records, file, totals.Failed)
	}
	if totals.Imported > 0 {
		if err := p.shares(totals, examples); err != nil {
			return err
		}
	}
	if err := p.result(verifySummary(file, totals)); err != nil {
		return err
	}
	switch {
	case totals.ByRule["structure.world"] > 0:
		return hinted(exitGate, fmt.Errorf("%d of %d records in %s fail verification", totals.Failed, totals.Records, file), "a world of your own is named by --worlds ./FOLDER")
	case totals.Failed > 0 && totals.Imported > 0:
		return hinted(exitGate, fmt.Errorf("%d of %d records in %s fail verification", totals.Failed, totals.Records, file), "docs/import.md explains the rules; button select --where 'len(broken)==0' keeps the other records")
	case totals.Failed > 0:
		return hinted(exitGate, fmt.Errorf("%d of %d records in %s fail verification", totals.Failed, totals.Records, file), "docs/records.md explains each rule")
	case totals.Records == 0:
		return hinted(exitGate, fmt.Errorf("%s holds no records", file), "an empty file proves nothing")
	case changed != nil:
		return hinted(exitGate, fmt.Errorf("the files in %s are not those of its manifest", path), "every record verifies, so lines were taken out, added or moved; name the file itself to leave the manifest out")
	}
	p.print("%d records in %s: %s", totals.Records, file, provenBy(totals))
	return nil
}

// provenBy says what was done to records that all hold.
func provenBy(totals quality.Totals) string {
	switch totals.Records {
	case totals.Simulated:
		return "all simulated: checked, not executed"
	case totals.Imported:
		return "all imported: checked by their own words, not executed"
	case totals.Records - totals.Simulated - totals.Imported:
		return "all verified by re-execution"
	}
	text := fmt.Sprintf("%d verified by re-execution", totals.Records-totals.Simulated-totals.Imported)
	if totals.Simulated > 0 {
		text += fmt.Sprintf("; %d simulated: checked, not executed", totals.Simulated)
	}
	if totals.Imported > 0 {
		text += fmt.Sprintf("; %d imported: checked by their own words, not executed", totals.Imported)
	}
	return text
}

// checkManifest compares a dataset's files with what its manifest says of them. A
// folder without a manifest promises nothing.
func checkManifest(folder string) error {
	manifest, err := runstore.ReadManifest(runstore.OS{}, folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return runstore.CheckFiles(runstore.OS{}, folder, manifest)
}
