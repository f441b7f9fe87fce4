package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/quality"
	"github.com/buttonbench/button/generate/selection"
)

// selectFlags is the command line of select.
type selectFlags struct {
	where, out string
	options    selection.Options
	worlds     []string
	replace    bool
	fields     bool
}

func (p *process) selectCommand() *cobra.Command {
	f := &selectFlags{}
	cmd := &cobra.Command{
		Use:   "select DIR|FILE",
		Short: "Make a dataset of the records that fit an expression",
		Long: `Make a dataset of the records of another that fit --where, that are no
near-duplicates of earlier ones (--dedup), and of which there are no more than some
of each shape (--max-per-shape), in this order. Which records of a shape stay
depends on hashes of --seed and their ids, not on their order.

The manifest names the source by its hash, the criteria, and how many records each
left out; rejects.jsonl has one line for every record left out.

An expression compares properties (--fields lists them) and joins comparisons by
&&, || and !:

  depth >= 3 && kind == "parallel_then_sequential"
  parallel_share > 0.5 && tokens < 2048
  mode == "imported" && len(broken) == 0
  any(called, # startsWith "book_") && !("get_time" in called)

Functions: ` + strings.Join(selection.Functions(), ", ") + `.`,
		Example: `  button select data/train --where 'depth>=3 && kind=="chain"' --out data/deep
  button select data/train --max-per-shape 50 --dedup 0.8 --out data/varied
  button select --fields`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.fields {
				return takes(0, 0)(cmd, args)
			}
			return takes(1, 1)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.fields {
				return p.selectFields()
			}
			return p.selectRecords(cmd.Context(), args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.where, "where", "", "keep the records that fit this expression")
	flags.Float64Var(&f.options.Dedup, "dedup", 0, "leave out requests at least so similar to an earlier one, above 0 and at most 1")
	flags.IntVar(&f.options.MaxPerShape, "max-per-shape", 0, "keep so many records of each shape of calls")
	flags.Uint64Var(&f.options.Seed, "seed", 1, "seed of the draw among the records of a shape")
	flags.StringVarP(&f.out, "out", "o", "", "folder for the dataset (required)")
	flags.BoolVar(&f.replace, "replace", false, "replace a dataset that stands there")
	flags.IntVar(&f.options.Workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	flags.StringSliceVar(&f.worlds, "worlds", nil, "further worlds by folder, where the expression names broken")
	flags.BoolVar(&f.fields, "fields", false, "list the properties that an expression can name")
	return cmd
}

// selectFields lists the properties of records.
func (p *process) selectFields() error {
	fields := selection.Fields()
	if p.json {
		return p.result(map[string]any{"fields": fields, "functions": selection.Functions()})
	}
	for _, field := range fields {
		p.print("%-15s %-15s %s", field.Name, field.Type, field.Help)
	}
	return nil
}

func (p *process) selectRecords(ctx context.Context, path string, f *selectFlags) error {
	if f.out == "" {
		return usage("--out is missing: name the folder for the dataset")
	}
	if f.where != "" {
		query, err := selection.Compile(f.where)
		if err != nil {
			return whereError(err)
		}
		f.options.Where = query
	}
	if err := f.verifier(); err != nil {
		return err
	}
	if err := f.options.Check(); err != nil {
		return hinted(exitUsage, fmt.Errorf("selecting: %w", err), "give --where, --dedup or --max-per-shape")
	}
	file, err := recordsFile(path)
	if err != nil {
		return err
	}
	ctx, stop := p.untilSignal(ctx)
	defer stop()
	chosen, err := p.drawSelection(ctx, path, file, f)
	if err != nil {
		return ifInterrupted(err, "the same command makes the same selection", "nothing was selected")
	}
	p.say("%d of %d records in %s", chosen.Kept, chosen.Records, f.out)
	for _, criterion := range []string{selection.ByWhere, selection.ByDedup, selection.ByShape} {
		if n := chosen.Dropped[criterion]; n > 0 {
			p.say("%d left out by --%s", n, strings.ReplaceAll(criterion, "_", "-"))
		}
	}
	return p.result(map[string]any{"dataset": f.out, "records": chosen.Kept, "of": chosen.Records, "dropped": chosen.Dropped, "shapes": len(chosen.Shapes)})
}

func whereError(err error) error {
	hint := "button select --fields lists the properties"
	var unknown *selection.UnknownName
	if errors.As(err, &unknown) {
		hint = unknown.Hint()
	}
	return hinted(exitUsage, fmt.Errorf("reading --where: %w", err), hint)
}

// verifier gives the selection a judge, if the expression asks for one.
func (f *selectFlags) verifier() error {
	if f.options.Where == nil || !f.options.Where.Names("broken") {
		return nil
	}
	known, err := knownWorlds(f.worlds)
	if err != nil {
		return err
	}
	verifier := quality.NewVerifier(known)
	f.options.Verify = func(record *button.Record) ([]string, error) {
		violations, err := verifier.Verify(record)
		return quality.BrokenRules(violations), err
	}
	return nil
}

// drawSelection reads the records twice and writes the dataset.
func (p *process) drawSelection(ctx context.Context, path, file string, f *selectFlags) (*selection.Selection, error) {
	parent, err := p.readParent(path)
	if err != nil {
		return nil, err
	}
	source, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	dataset, err := createDataset(f.out, f.replace)
	if err != nil {
		return nil, err
	}
	defer dataset.Abort()
	progress, stop := p.readingRecords()
	defer stop()
	f.options.Progress = progress
	chosen, err := selection.Choose(ctx, source, file, f.options)
	if err != nil {
		return nil, err
	}
	if chosen.Kept == 0 {
		return nil, hinted(exitFailed, fmt.Errorf("none of the %d records in %s is selected", chosen.Records, file), "a weaker --where keeps more")
	}
	p.settle(&parent, file, chosen.Records, chosen.SHA256)
	if _, err := source.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	records, err := dataset.Create("records.jsonl")
	if err != nil {
		return nil, err
	}
	rejects, err := dataset.Create("rejects.jsonl")
	if err != nil {
		return nil, err
	}
	err = chosen.Copy(ctx, source, file, records, func(drop selection.Drop) error {
		line, err := json.Marshal(drop)
		if err == nil {
			_, err = rejects.Write(append(line, '\n'))
		}
		return err
	})
	if err == nil {
		err = errors.Join(records.Close(), rejects.Close())
	}
	if err != nil {
		return nil, err
	}
	config := selectConfig{"select", f.where, f.options.Dedup, f.options.MaxPerShape, f.options.Seed, parent}
	return chosen, commitDataset(dataset, selectCard(config, chosen), config, selectFactsOf(chosen))
}

// selectConfig is what the content of a selection depends on.
type selectConfig struct {
	Verb        string       `json:"verb"`
	Where       string       `json:"where,omitempty"`
	Dedup       float64      `json:"dedup,omitempty"`
	MaxPerShape int          `json:"max_per_shape,omitempty"`
	Seed        uint64       `json:"seed"`
	Parent      subsetParent `json:"parent"`
}

// selectFacts is what became of a selection.
type selectFacts struct {
	Accepted int            `json:"accepted"` // records, as generation counts them
	Dropped  map[string]int `json:"dropped"`  // by criterion
	Shapes   []selectShape  `json:"shapes"`
}

type selectShape struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Kept    int    `json:"kept"`
}

// mostShapes is how many shapes a manifest lists; a foreign dataset may have as many
// as records.
const mostShapes = 1000

func selectFactsOf(chosen *selection.Selection) selectFacts {
	facts := selectFacts{Accepted: chosen.Kept, Dropped: chosen.Dropped}
	for _, shape := range chosen.Shapes[:min(len(chosen.Shapes), mostShapes)] {
		facts.Shapes = append(facts.Shapes, selectShape(shape))
	}
	return facts
}

func selectCard(c selectConfig, chosen *selection.Selection) string {
	var out strings.Builder
	fmt.Fprintf(&out, "# Function-calling dataset, a selection of %d records\n\nSelected by button from the %d records of %s (SHA-256 %s):\n\n", chosen.Kept, c.Parent.Records, c.Parent.Name, c.Parent.SHA256)
	if c.Where != "" {
		fmt.Fprintf(&out, "- that fit `%s`: %d left out\n", strings.ReplaceAll(c.Where, "`", "'"), chosen.Dropped[selection.ByWhere])
	}
	if c.Dedup > 0 {
		fmt.Fprintf(&out, "- whose requests are no near-duplicates of an earlier record's, at a similarity of %v: %d left out\n", c.Dedup, chosen.Dropped[selection.ByDedup])
	}
	if c.MaxPerShape > 0 {
		fmt.Fprintf(&out, "- %d at most of each shape, drawn with seed %d: %d left out\n", c.MaxPerShape, c.Seed, chosen.Dropped[selection.ByShape])
	}
	out.WriteString("\nFiles: records.jsonl (canonical records, as in the whole), rejects.jsonl (what was left out, and by which criterion),\nmanifest.json (the whole's configuration). Check it with: button verify DIR\n")
	return out.String()
}
