package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/importers"
	"github.com/buttonbench/button/internal/runstore"
)

// importFlags is the command line of import.
type importFlags struct {
	from, out string
	replace   bool
	workers   int
	refused   float64
}

func (p *process) importCommand() *cobra.Command {
	f := &importFlags{}
	var formats strings.Builder
	for _, format := range importers.Formats() {
		fmt.Fprintf(&formats, "  %-10s  %s\n", format.Name, format.What)
	}
	cmd := &cobra.Command{
		Use:   "import FILE...",
		Short: "Make records of somebody else's dataset",
		Long: `Make a dataset of records from files in a foreign format: JSON Lines, a JSON
array or Parquet, plain or compressed by gzip or Zstandard. Without --from the
format is told from the content, for each file.

What is wrong in a foreign record stays in it and is named in its origin; what
has no place in a record is kept under its own name. button verify then says what
share of the records breaks which rule. Only what holds no conversation is
refused: it is told with file, line and rule, and stored in rejects.jsonl. If
more than --max-refused of the elements are refused, the exit code is 3.

Formats:
` + strings.TrimRight(formats.String(), "\n"),
		Example: `  button import glaive.json --out data/glaive
  button import train-*.jsonl.zst --from hermes --out data/hermes
  button verify data/glaive`,
		Args: takes(1, -1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.importFiles(cmd.Context(), args, f) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.from, "from", "", "format of the files: "+strings.Join(importers.Names(), ", ")+" (default: told from the content)")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the dataset (required)")
	flags.BoolVar(&f.replace, "replace", false, "replace a dataset that stands there")
	flags.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	flags.Float64Var(&f.refused, "max-refused", 0.05, "share of elements that may be refused before the exit code is 3")
	offers(cmd, "from", importers.Names()...)
	return cmd
}

func (p *process) importFiles(ctx context.Context, paths []string, f *importFlags) error {
	if f.out == "" {
		return usage("--out is missing: name the folder for the dataset")
	}
	if !(f.refused >= 0 && f.refused <= 1) {
		return usage("--max-refused is a share between 0 and 1, not %v", f.refused)
	}
	if _, known := importers.Lookup(f.from); f.from != "" && !known {
		return hinted(exitUsage, fmt.Errorf("no format is called %q", f.from), "there are "+strings.Join(importers.Names(), ", "))
	}
	for _, path := range paths {
		if info, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			return usage("opening %s: no such file", path)
		} else if err != nil {
			return err
		} else if info.IsDir() {
			return usage("opening %s: it is a folder; name the files in it", path)
		}
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	dataset, err := createDataset(f.out, f.replace)
	if err != nil {
		return err
	}
	defer dataset.Abort()
	i := &importing{p: p, flags: f, dataset: dataset, ids: map[uint64]struct{}{}, facts: importFacts{Faults: map[string]int{}}}
	if err := i.run(ctx, paths); err != nil {
		return ifInterrupted(err, "", "nothing was imported")
	}
	return i.end()
}

// importing is an import under way.
type importing struct {
	p                *process
	flags            *importFlags
	dataset          *runstore.Dataset
	records, rejects *runstore.Stream
	ids              map[uint64]struct{} // hashes of the records' ids
	facts            importFacts
	told             int // refused elements that were told
}

// importFacts is what became of an import.
type importFacts struct {
	Accepted int            `json:"accepted"` // records, as generation counts them
	Refused  int            `json:"refused"`
	Files    []importedFile `json:"files"`
	// Faults counts the records with at least one fault of a rule.
	Faults map[string]int `json:"faults"`
}

// importedFile is a foreign file and what came of it.
type importedFile struct {
	Name    string `json:"name"`
	Format  string `json:"format"`
	Bytes   int64  `json:"bytes"`
	SHA256  string `json:"sha256"`
	Records int    `json:"records"`
	Refused int    `json:"refused"`
}

// importConfig is what the records depend on.
type importConfig struct {
	Verb  string         `json:"verb"`
	Files []importedFrom `json:"files"`
}

type importedFrom struct {
	Name   string `json:"name"`
	Format string `json:"format"`
	SHA256 string `json:"sha256"`
}
