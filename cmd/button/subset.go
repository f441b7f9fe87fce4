package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/generate/subset"
	"github.com/buttonbench/button/internal/runstore"
)

// subsetFlags is the command line of subset.
type subsetFlags struct {
	out     string
	options subset.Options
	replace bool
}

func (p *process) subsetCommand() *cobra.Command {
	f := &subsetFlags{}
	cmd := &cobra.Command{
		Use:   "subset DIR|FILE",
		Short: "Draw the smaller datasets of a data-scaling experiment",
		Long: `Draw subsets of a dataset, each a dataset of its own in a folder named by its
size. A subset has of every stratum its share, rounded up or down. Which records
it has depends on hashes of --seed and their ids: not on their order, and hardly
on whether some are added. Nested subsets lie one in the other, also when they
are drawn one at a time; the others are draws of their own.

Strata are told by one or more of ` + strings.Join(subset.Properties(), ", ") + `; depth is the number
of waves of calls.`,
		Example: `  button subset data/train --sizes 2000,4000,6000,8000 --strata kind,depth --out data/scaling
  button subset data/train --sizes 500 --nested=false --seed 7 --out data/draw7`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.subset(cmd.Context(), args[0], f) },
	}
	flags := cmd.Flags()
	flags.IntSliceVar(&f.options.Sizes, "sizes", nil, "records of each subset (required)")
	flags.BoolVar(&f.options.Nested, "nested", true, "make each subset part of the larger ones")
	flags.StringSliceVar(&f.options.Strata, "strata", []string{"kind", "depth"}, "properties whose shares are kept: "+strings.Join(subset.Properties(), ", "))
	flags.Uint64Var(&f.options.Seed, "seed", 1, "seed of the draw")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the subsets (required)")
	flags.BoolVar(&f.replace, "replace", false, "replace subsets that stand there")
	return cmd
}

func (p *process) subset(ctx context.Context, path string, f *subsetFlags) error {
	if len(f.options.Sizes) == 0 {
		return usage("--sizes is missing: say how many records each subset is to have")
	}
	if f.out == "" {
		return usage("--out is missing: name the folder for the subsets")
	}
	slices.Sort(f.options.Sizes)
	if err := f.options.Check(); err != nil {
		return usage("drawing subsets: %w", err)
	}
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	selection, err := p.drawSubsets(ctx, path, file, f)
	if err != nil {
		return ifInterrupted(err, "the same command makes the same subsets", "no subset was written")
	}
	results := []map[string]any{}
	for _, size := range selection.Sizes {
		folder := subsetFolder(f.out, size)
		p.say("%d records in %s", size, folder)
		results = append(results, map[string]any{"dataset": folder, "records": size})
	}
	p.say("of %d in %s, in %d strata by %s", selection.Records, path, len(selection.Strata), orNothing(f.options.Strata))
	return p.result(map[string]any{"subsets": results, "records": selection.Records, "strata": len(selection.Strata)})
}

func subsetFolder(out string, size int) string { return filepath.Join(out, strconv.Itoa(size)) }

func orNothing(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// drawSubsets reads the records twice and writes the folders, which appear only
// when all of them are complete.
func (p *process) drawSubsets(ctx context.Context, path, file string, f *subsetFlags) (*subset.Selection, error) {
	parent, err := p.readParent(path)
	if err != nil {
		return nil, err
	}
	source, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	progress, stop := p.readingRecords()
	defer stop()
	f.options.Progress = progress
	selection, err := subset.Choose(ctx, source, file, f.options)
	if err != nil {
		return nil, err
	}
	p.settle(&parent, file, selection.Records, selection.SHA256)
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	datasets := make([]*runstore.Dataset, len(selection.Sizes))
	streams, writers := make([]*runstore.Stream, len(datasets)), make([]io.Writer, len(datasets))
	for i, size := range selection.Sizes {
		if datasets[i], err = createDataset(subsetFolder(f.out, size), f.replace); err != nil {
			return nil, err
		}
		defer datasets[i].Abort()
		if streams[i], err = datasets[i].Create("records.jsonl"); err != nil {
			return nil, err
		}
		writers[i] = streams[i]
	}
	if err := selection.Copy(ctx, source, file, writers); err != nil {
		return nil, err
	}
	for i := range datasets {
		if err := streams[i].Close(); err != nil {
			return nil, err
		}
	}
	for i := range datasets {
		if err := commitSubset(datasets[i], selection, i, f.options, parent); err != nil {
			return nil, err
		}
	}
	return selection, nil
}

// subsetParent is the dataset that a subset was drawn from: the bytes of its
// records, and how its manifest says that they came to be.
type subsetParent struct {
	Name    string          `json:"name"`
	Records int             `json:"records"`
	SHA256  string          `json:"sha256"` // of the file of records
	Tool    string          `json:"tool,omitempty"`
	Config  json.RawMessage `json:"config,omitempty"`
}

// settle enters what was really read of a parent, and warns where that is not what its
// manifest describes.
func (p *process) settle(parent *subsetParent, file string, records int, sha256 string) {
	if parent.SHA256 != "" && parent.SHA256 != sha256 {
		p.warn("%s is not the file that its manifest describes", file)
	}
	parent.Records, parent.SHA256 = records, sha256
}

// readParent reads the manifest of a dataset folder; a single file has none.
func (p *process) readParent(path string) (subsetParent, error) {
	parent := subsetParent{Name: filepath.Base(filepath.Clean(path))}
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		return parent, err
	}
	manifest, err := runstore.ReadManifest(runstore.OS{}, path)
	if errors.Is(err, fs.ErrNotExist) {
		p.warn("%s has no manifest: how its records came to be is not known", path)
		return parent, nil
	}
	parent.Tool, parent.Config = manifest.Tool, manifest.Config
	for _, file := range manifest.Files {
		if file.Name == "records.jsonl" {
			parent.SHA256 = file.SHA256
		}
	}
	return parent, err
}

// subsetConfig is what the content of a subset depends on; the other sizes that
// were drawn with it are not among that.
type subsetConfig struct {
	Verb   string       `json:"verb"`
	Size   int          `json:"size"`
	Nested bool         `json:"nested"`
	Strata []string     `json:"strata"`
	Seed   uint64       `json:"seed"`
	Parent subsetParent `json:"parent"`
}

// subsetFacts is what became of a draw.
type subsetFacts struct {
	Accepted int             `json:"accepted"` // records, as generation counts them
	Strata   []subsetStratum `json:"strata"`
}

// subsetStratum is a stratum's records in the subset, and in the parent.
type subsetStratum struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Parent  int    `json:"parent"`
}

// commitSubset writes card and manifest of the i-th subset and puts it in place.
func commitSubset(dataset *runstore.Dataset, selection *subset.Selection, i int, o subset.Options, parent subsetParent) error {
	config := subsetConfig{"subset", selection.Sizes[i], o.Nested, slices.Clone(o.Strata), o.Seed, parent}
	facts := subsetFacts{Accepted: selection.Sizes[i]}
	for _, stratum := range selection.Strata {
		facts.Strata = append(facts.Strata, subsetStratum{stratum.Name, stratum.Chosen[i], stratum.Records})
	}
	return commitDataset(dataset, subsetCard(config), config, facts)
}

func subsetCard(c subsetConfig) string {
	nesting := "It is part of every larger nested subset with the same seed and strata."
	if !c.Nested {
		nesting = "It is a draw of its own."
	}
	return fmt.Sprintf(`# Multi-turn function-calling dataset, a subset of %d records

Drawn by button with seed %d from the %d records of %s (SHA-256 %s), with the shares of strata by %s kept.
%s

Files: records.jsonl (canonical records, as in the whole), manifest.json (the whole's configuration, and the records
of each stratum). Check it with: button verify DIR
`, c.Size, c.Seed, c.Parent.Records, c.Parent.Name, c.Parent.SHA256, orNothing(c.Strata), nesting)
}
