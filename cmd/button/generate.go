package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
)

// generateFlags is the command line of generate.
type generateFlags struct {
	mode, out, parallel string
	count, workers      int
	seed                uint64
	share               float64
	worlds              []string
	replace             bool
	solvers             int
	without             []string
	teacher             teacherFlags
}

func (p *process) generateCommand() *cobra.Command {
	f := &generateFlags{}
	cmd := &cobra.Command{
		Use:   "generate",
		Short: "Build a verified multi-turn function-calling dataset",
		Long: `Build a dataset of conversations with tool calls.

  --mode constructed  No model is asked: executable worlds supply functions, state
                      and words; plans are sampled as call graphs, carried out for
                      real, worded, and verified record by record.
  --mode hybrid       The same plans, calls and results; a teacher model words
                      requests, thoughts and answers. It sees no result before it
                      exists, the verifier judges every text, and a fresh context
                      must find the calls from the text alone.

-n counts accepted records. Rejected candidates go to rejects.jsonl with stage
and rule. The same seed gives the same bytes at any --workers or --concurrency.

A teacher's answers are kept (--cache write): the same command after a crash, a
spent budget or Ctrl-C goes on where it stopped and pays for nothing twice.`,
		Example: `  button generate -n 500 --seed 7 --out data/small
  button generate -n 8000 --seed 1 --worlds rail,library --parallel off --out data/serial
  button generate -n 60 --worlds ./my-world --out /tmp/mine && button show /tmp/mine
  button generate -n 200 --mode hybrid --teacher my-model --base-url http://127.0.0.1:8000/v1 --budget-tokens 2000000 --out data/worded`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.teacher.given = cmd.Flags().Changed
			return p.generate(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.mode, "mode", button.ModeConstructed, "how to generate: constructed or hybrid")
	flags.IntVarP(&f.count, "count", "n", 1000, "accepted records wanted")
	flags.Uint64Var(&f.seed, "seed", 1, "master seed")
	flags.StringVarP(&f.out, "out", "o", "", "folder of the dataset (required)")
	flags.StringSliceVar(&f.worlds, "worlds", nil, "worlds by name or folder (default: all for training)")
	flags.StringVar(&f.parallel, "parallel", "mixed", "parallel calls: on, off or mixed")
	flags.Float64Var(&f.share, "parallel-share", 0.8, "share of records with parallel calls when mixed")
	flags.IntVar(&f.workers, "workers", runtime.GOMAXPROCS(0), "goroutines; does not change the output")
	flags.BoolVar(&f.replace, "replace", false, "replace a dataset that stands at --out")
	flags.IntVar(&f.solvers, "solvers", 1, "fresh contexts that solve a hybrid record's task again; one must agree; 0 for none")
	flags.StringSliceVar(&f.without, "without", nil, "ablations: leave out "+strings.Join(ablations(), ", ")+"; same scenarios and seeds as without it")
	f.teacher.addFlags(flags)
	offers(cmd, "without", ablations()...)
	offers(cmd, "mode", button.ModeConstructed, button.ModeHybrid)
	return cmd
}

// generateConfig is what the content of a dataset depends on.
type generateConfig struct {
	Verb          string            `json:"verb"`
	Mode          string            `json:"mode"`
	Count         int               `json:"count"`
	Seed          uint64            `json:"seed"`
	ParallelShare float64           `json:"parallel_share"`
	Worlds        []string          `json:"worlds"`
	WorldHashes   map[string]string `json:"world_hashes"`
	Teacher       *teacherConfig    `json:"teacher,omitempty"`
	Solvers       int               `json:"solvers,omitempty"`
	// Without lists the ablations in a fixed order.
	Without []generate.Ablation `json:"without,omitempty"`
}

func ablations() []string {
	var names []string
	for _, ablation := range generate.Ablations() {
		names = append(names, string(ablation))
	}
	return names
}

func (c generateConfig) hash() string {
	data, _ := json.Marshal(c)
	sum := sha256.Sum256(data)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// bendRecords is how many records a share needs before three points of change
// are more than chance.
const bendRecords = 5000

func (p *process) generate(ctx context.Context, f *generateFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	o, config, err := f.options()
	if err != nil {
		return err
	}
	again := "the same command makes the same records from the start"
	var link *connection
	if f.mode != button.ModeConstructed {
		again = "the same command goes on from the answers that were kept"
		if link, err = p.engageTeacher(ctx, f, &o, &config); err != nil {
			return err
		}
		defer link.close()
	}
	summary, err := p.writeDataset(ctx, f.out, f.replace, o, config, link)
	if err != nil {
		return ifInterrupted(err, again, "%s was not written", f.out)
	}
	p.say("%d records in %s, %.1f s; %d of %d candidates rejected (%s)", summary.Accepted, f.out, summary.Elapsed.Seconds(),
		summary.Candidates-summary.Accepted, summary.Candidates, filepath.Join(f.out, "rejects.jsonl"))
	if summary.Accepted >= bendRecords {
		for _, bend := range summary.Bends(0.03) {
			p.warn("%s is in %.1f %% of the composed candidates, but in %.1f %% of the records: some rule bends the data", bend.Name, 100*bend.Before, 100*bend.After)
		}
	}
	return p.result(map[string]any{"dataset": f.out, "records": summary.Accepted, "candidates": summary.Candidates, "seconds": summary.Elapsed.Seconds()})
}

func (f *generateFlags) check() error {
	switch {
	case f.out == "":
		return usage("--out is missing: name the folder for the dataset")
	case f.mode != button.ModeConstructed && f.mode != button.ModeHybrid:
		return usage("--mode must be constructed or hybrid, not %q", f.mode)
	case f.mode == button.ModeConstructed && f.teacher.teacher != "":
		return usage("constructed mode asks no model: --teacher is for --mode hybrid")
	case f.solvers < 0:
		return usage("--solvers must not be below 0, not %d", f.solvers)
	case len(f.without) > 0 && slices.ContainsFunc(f.without, func(name string) bool { return !slices.Contains(ablations(), name) }):
		return usage("--without takes %s, not %q", strings.Join(ablations(), ", "), strings.Join(f.without, ","))
	case f.mode != button.ModeSimulated && len(f.without) > 0 && !(len(f.without) == 1 && f.without[0] == string(generate.WithoutComposition)):
		return usage("in %s mode only --without %s has a meaning", f.mode, generate.WithoutComposition)
	case f.count < 1:
		return usage("--count must be at least 1, not %d", f.count)
	case f.workers < 1:
		return usage("--workers must be at least 1, not %d", f.workers)
	case f.parallel != "on" && f.parallel != "off" && f.parallel != "mixed":
		return usage("--parallel must be on, off or mixed, not %q", f.parallel)
	case !(f.share >= 0 && f.share <= 1):
		return usage("--parallel-share must lie between 0 and 1, not %v", f.share)
	}
	if f.mode != button.ModeConstructed {
		return f.teacher.check()
	}
	return nil
}

// engageTeacher reaches the teacher and notes it in options and configuration.
func (p *process) engageTeacher(ctx context.Context, f *generateFlags, o *generate.Options, config *generateConfig) (*connection, error) {
	prompts, err := teach.Embedded()
	if err != nil {
		return nil, err
	}
	model, err := f.teacher.resolve(f.teacher.teacher)
	if err != nil {
		return nil, err
	}
	if err := f.teacher.endpoint.ready(model, p.env); err != nil {
		return nil, err
	}
	teacher, link, err := p.engage(ctx, &f.teacher, model, prompts)
	if err != nil {
		return nil, err
	}
	model.Limits, model.Prices = models.Limits{Context: model.Limits.Context}, nil
	config.Teacher = &teacherConfig{Model: model, Format: f.teacher.format, Prompts: prompts.Hashes()}
	config.Solvers = f.solvers
	o.Teacher, o.Solvers, o.Workers, o.ConfigHash = teacher, f.solvers, f.teacher.concurrency, config.hash()
	return link, nil
}

// parallelShare is the share of records with parallel calls that the flags mean.
func (f *generateFlags) parallelShare() float64 {
	switch f.parallel {
	case "on":
		return 1
	case "off":
		return 0
	}
	return f.share
}

func (f *generateFlags) options() (generate.Options, generateConfig, error) {
	var none generate.Options
	loaded, err := loadWorlds(f.worlds, "train")
	if err != nil {
		return none, generateConfig{}, err
	}
	prepared, err := kits(loaded)
	if err != nil {
		return none, generateConfig{}, err
	}
	config := generateConfig{Verb: "generate", Mode: f.mode, Count: f.count, Seed: f.seed, ParallelShare: f.parallelShare(), WorldHashes: map[string]string{}}
	without := map[generate.Ablation]bool{}
	for _, name := range f.without {
		without[generate.Ablation(name)] = true
	}
	config.Without = generate.SortedAblations(without)
	for _, w := range loaded {
		config.Worlds = append(config.Worlds, w.Name)
		config.WorldHashes[w.Name] = w.Hash
	}
	return generate.Options{
		Mode: f.mode, Count: f.count, Seed: f.seed, Worlds: prepared, ParallelShare: config.ParallelShare, Without: without,
		ToolVersion: "button " + version(), ConfigHash: config.hash(), Workers: f.workers,
	}, config, nil
}

// writeDataset generates into a folder that appears only when it is complete.
func (p *process) writeDataset(ctx context.Context, out string, replace bool, o generate.Options, config generateConfig, link *connection) (*generate.Summary, error) {
	ctx, drain, stop := p.twoStage(ctx)
	defer stop()
	dataset, err := runstore.CreateDataset(runstore.OS{}, out, replace)
	if err != nil {
		if errors.Is(err, runstore.ErrExists) {
			return nil, hinted(exitUsage, fmt.Errorf("there is a dataset in %s already", out), "name another --out, or add --replace")
		}
		return nil, err
	}
	defer dataset.Abort()
	records, err := dataset.Create("records.jsonl")
	if err != nil {
		return nil, err
	}
	rejects, err := dataset.Create("rejects.jsonl")
	if err != nil {
		return nil, err
	}
	bar := p.progressLine("generating", o.Count, 0)
	o.Drain = drain
	o.Progress = func(now generate.Progress) { bar.Set(now.Done, stageNote(now.Stages, link)) }
	summary, err := generate.Run(ctx, o, generate.Sink{Records: records, Rejects: rejects})
	bar.Close()
	if err != nil {
		return nil, err
	}
	for _, stream := range []io.Closer{records, rejects} {
		if err := stream.Close(); err != nil {
			return nil, err
		}
	}
	return summary, p.commit(dataset, config, summary)
}

// stageNote says where candidates are and what the teacher has used; nothing where
// no teacher is asked.
func stageNote(stages []generate.InStage, link *connection) string {
	if link == nil {
		return ""
	}
	var at []string
	for _, stage := range stages {
		if stage.Candidates > 0 {
			at = append(at, fmt.Sprintf("%s %d", stage.Stage, stage.Candidates))
		}
	}
	return strings.Join(append(at, link.note()), ", ")
}

func (p *process) commit(dataset *runstore.Dataset, config generateConfig, summary *generate.Summary) error {
	card, err := dataset.Create("card.md")
	if err != nil {
		return err
	}
	if _, err := io.WriteString(card, datasetCard(config, summary)); err != nil {
		return err
	}
	if err := card.Close(); err != nil {
		return err
	}
	resolved, err := json.Marshal(config)
	if err != nil {
		return err
	}
	facts, err := json.Marshal(summary)
	if err != nil {
		return err
	}
	return dataset.Commit(runstore.Manifest{Tool: "button " + version(), Config: resolved, Facts: facts})
}

// datasetCard tells a reader what the dataset is.
func datasetCard(config generateConfig, summary *generate.Summary) string {
	origin := "no model took part and no real\nperson, place or number is meant."
	if config.Teacher != nil {
		origin = fmt.Sprintf("requests, thoughts and answers were\nworded by %s. No real person, place or number is meant.", config.Teacher.Model.ID)
	}
	return fmt.Sprintf(`# Multi-turn function-calling dataset, %s mode

%d records, made by button from seed %d; worlds: %v; share of records with parallel calls: %.2f.
Every tool result in it comes from execution of a deterministic, invented world; %s
Each record was verified by re-execution: %d of %d candidates were accepted.

Files: records.jsonl (canonical records), rejects.jsonl (rejected candidates with stage and rule), manifest.json.
Check it with: button verify DIR
`, config.Mode, summary.Accepted, config.Seed, config.Worlds, config.ParallelShare, origin, summary.Accepted, summary.Candidates)
}
