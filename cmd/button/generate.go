package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/internal/llm"
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
	showPrompts         string
	showRules           bool
	teacher             teacherFlags
	imagination         imaginationFlags
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
  --mode simulated    The teacher writes everything, as in the BUTTON paper: scenario,
                      tasks, functions, and plays user, assistant and tools. Code
                      checks every reply; results are invented, and records say so.
                      With --tools the functions are yours, as they are, and with
                      --execute results come from real calls (see 'button tools').

-n counts accepted records. Rejected candidates go to rejects.jsonl with stage
and rule. The same seed gives the same bytes at any --workers or --concurrency.

A teacher's answers are kept (--cache write): the same command after a crash, a
spent budget or Ctrl-C goes on where it stopped and pays for nothing twice.`,
		Example: `  button generate -n 500 --seed 7 --out data/small
  button generate -n 8000 --seed 1 --worlds rail,library --parallel off --out data/serial
  button generate -n 60 --worlds ./my-world --out /tmp/mine && button show /tmp/mine
  button generate -n 200 --mode hybrid --teacher my-model --base-url http://127.0.0.1:8000/v1 --budget-tokens 2000000 --out data/worded
  button generate -n 500 --mode simulated --teacher my-model --seeds glaive.json --judge other-model --out data/imagined
  button generate -n 500 --mode simulated --teacher my-model --seeds glaive.json --without top-down --out data/ablation
  button generate --show-prompts atomic_task`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.teacher.given = cmd.Flags().Changed
			switch {
			case f.showPrompts != "":
				return p.showPrompts(f.showPrompts, f.seed)
			case f.showRules:
				return p.showRules()
			}
			return p.generate(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.mode, "mode", button.ModeConstructed, "how to generate: constructed, hybrid or simulated")
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
	flags.StringVar(&f.showPrompts, "show-prompts", "", "print the prompt of a stage, filled with an example, and end; \"list\" names the stages, \"all\" prints all")
	flags.BoolVar(&f.showRules, "show-rules", false, "print the rules of simulated mode's stages and end")
	f.teacher.addFlags(flags)
	f.imagination.addFlags(flags)
	offers(cmd, "without", ablations()...)
	offers(cmd, "mode", button.ModeConstructed, button.ModeHybrid, button.ModeSimulated)
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
	Without     []generate.Ablation `json:"without,omitempty"`
	Imagination *imaginationConfig  `json:"imagination,omitempty"`
}

func ablations() []string {
	var names []string
	for _, ablation := range generate.Ablations() {
		names = append(names, string(ablation))
	}
	return names
}

// hash names the configuration, wherever its models are reached.
func (c generateConfig) hash() string {
	c.Teacher = c.Teacher.anywhere()
	if c.Imagination != nil {
		imagination := *c.Imagination
		imagination.Judge = imagination.Judge.anywhere()
		c.Imagination = &imagination
	}
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
	m, err := f.making()
	if err != nil {
		return err
	}
	defer m.close()
	again := "the same command makes the same records from the start"
	if f.mode != button.ModeConstructed {
		again = "the same command goes on from the answers that were kept"
		if err := p.engageTeachers(ctx, m); err != nil {
			return err
		}
	}
	summary, err := p.writeDataset(ctx, m)
	var spent *llm.Error
	if errors.As(err, &spent) && spent.Class == llm.ClassBudget {
		return hinted(exitFailed, fmt.Errorf("the budget is spent, and %s was not written: %s", f.out, spent.Detail), "the same command with a larger budget goes on from the answers that were kept")
	}
	if err != nil {
		return ifInterrupted(err, again, "%s was not written", f.out)
	}
	p.say("%d records in %s, %.1f s; %d of %d candidates rejected (%s)", summary.Accepted, f.out, summary.Elapsed.Seconds(),
		summary.Candidates-summary.Accepted, summary.Candidates, filepath.Join(f.out, "rejects.jsonl"))
	p.sayWhatWasAsked(m, summary)
	if summary.Accepted >= bendRecords {
		for _, bend := range summary.Bends(0.03) {
			p.warn("%s is in %.1f %% of the composed candidates, but in %.1f %% of the records: some rule bends the data", bend.Name, 100*bend.Before, 100*bend.After)
		}
	}
	told := map[string]any{"dataset": f.out, "records": summary.Accepted, "candidates": summary.Candidates, "seconds": summary.Elapsed.Seconds()}
	if m.link != nil {
		told["asked"], told["spent"] = summary.Asked, m.link.stack.Stats().Spent
	}
	return p.result(told)
}

func (f *generateFlags) check() error {
	switch {
	case f.out == "":
		return usage("--out is missing: name the folder for the dataset")
	case f.mode != button.ModeConstructed && f.mode != button.ModeHybrid && f.mode != button.ModeSimulated:
		return usage("--mode must be constructed, hybrid or simulated, not %q", f.mode)
	case f.mode == button.ModeConstructed && f.teacher.teacher != "":
		return usage("constructed mode asks no model: --teacher is for --mode hybrid and --mode simulated")
	case f.mode == button.ModeSimulated && len(f.worlds) > 0:
		return usage("simulated mode needs no worlds: --worlds is for the other modes")
	case f.mode != button.ModeSimulated && f.imagination.own.source != "":
		return usage("--tools is for --mode simulated")
	case f.imagination.own.execute && slices.Contains(f.without, string(generate.WithoutTopDown)):
		return usage("--without %s writes results and all else in one reply, so that nothing can be executed", generate.WithoutTopDown)
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
	if f.mode == button.ModeSimulated {
		if err := f.imagination.check(); err != nil {
			return err
		}
	}
	if f.mode != button.ModeConstructed {
		return f.teacher.check()
	}
	return nil
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

// making prepares options and configuration; nobody is asked yet.
func (f *generateFlags) making() (*making, error) {
	m := &making{flags: f, config: generateConfig{Verb: "generate", Mode: f.mode, Count: f.count, Seed: f.seed, ParallelShare: f.parallelShare(), WorldHashes: map[string]string{}}}
	without := map[generate.Ablation]bool{}
	for _, name := range f.without {
		without[generate.Ablation(name)] = true
	}
	m.config.Without = generate.SortedAblations(without)
	m.options = generate.Options{
		Mode: f.mode, Count: f.count, Seed: f.seed, ParallelShare: m.config.ParallelShare, Without: without,
		ToolVersion: "button " + version(), Workers: f.workers,
	}
	if f.mode != button.ModeSimulated {
		loaded, err := loadWorlds(f.worlds, "train")
		if err != nil {
			return nil, err
		}
		if m.options.Worlds, err = kits(loaded); err != nil {
			return nil, err
		}
		for _, w := range loaded {
			m.config.Worlds = append(m.config.Worlds, w.Name)
			m.config.WorldHashes[w.Name] = w.Hash
		}
	}
	m.options.ConfigHash = m.config.hash()
	return m, nil
}
