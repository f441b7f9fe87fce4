package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// evalFlags is the command line of eval.
type evalFlags struct {
	bench, model, out, label string
	endpoint                 endpointFlags
	suite                    suiteOptions
	concurrency, repeats     int
	temperature, topP        float64
	maxTokens                int
	seed                     int64
	noVerdictShare           float64
	embeddings, embedURL     string
	official                 string
	resume                   string
	dryRun                   bool
	given                    func(flag string) bool // was it on the command line
}

func (p *process) evalCommand() *cobra.Command {
	f := &evalFlags{}
	cmd := &cobra.Command{
		Use:   "eval",
		Short: "Score a model on a benchmark",
		Long: `Score a model on a benchmark. Every model is reached over HTTP as an
OpenAI-compatible endpoint with native tool calls, the embedded players too.

The outcome of a task is pass, fail, or no verdict: a transport error is never a
score. Rows are appended as they are decided; the same command again does only
what is missing. --dry-run asks a few tasks first and tells what all will take.`,
		Example: `  button eval --bench buttonbench --model embedded/oracle --out runs/oracle
  button eval --bench buttonbench --model qwen3-8b --base-url http://127.0.0.1:8000/v1 --temperature 0 --out runs/qwen3-8b
  button eval --bench gta --data benchmarks/gta --model gpt-4o --base-url https://api.openai.com/v1 --api-key-env OPENAI_API_KEY --out runs/gta-4o
  button eval --bench bfcl/non_live,bfcl/multi_turn --data benchmarks/bfcl_v4 --model qwen3-8b --base-url http://127.0.0.1:8000/v1 --out runs/bfcl-qwen3`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.given = cmd.Flags().Changed
			return p.eval(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.bench, "bench", "buttonbench", "benchmark; see 'button bench list'")
	f.suite.addFlags(flags)
	flags.StringVar(&f.model, "model", "", "model as the endpoint names it, or embedded/PLAYER (required)")
	f.endpoint.addFlags(flags, llm.CacheOff)
	f.endpoint.addReadingFlags(flags)
	flags.StringVar(&f.label, "label", "", "name in reports (default: the model)")
	flags.StringVarP(&f.out, "out", "o", "", "folder of the run (required)")
	flags.IntVarP(&f.concurrency, "concurrency", "c", 16, "conversations at a time")
	flags.IntVar(&f.repeats, "repeats", 1, "attempts at each task")
	flags.Float64Var(&f.temperature, "temperature", 0, "sampling temperature; sent only if given")
	flags.Float64Var(&f.topP, "top-p", 1, "nucleus sampling; sent only if given")
	flags.IntVar(&f.maxTokens, "max-tokens", 0, "limit of an answer; sent only if given")
	flags.Int64Var(&f.seed, "seed", 0, "sampling seed; sent only if given")
	flags.Float64Var(&f.noVerdictShare, "allow-no-verdict", 0, "share of samples that may stay without a verdict")
	flags.StringVar(&f.official, "official", "", "bfcl: folder for the results as upstream's files, FOLDER/MODEL/GROUP/BFCL_v4_..., too")
	flags.StringVar(&f.embeddings, "embeddings", "", "bfcl: model behind /embeddings for the category memory_vector")
	flags.StringVar(&f.embedURL, "embeddings-url", "", "bfcl: where that model is (default: --base-url)")
	flags.StringVar(&f.resume, "resume", "same", "an existing run: same (go on if the configuration is the same), always, never (begin anew, old rows are kept aside)")
	flags.BoolVar(&f.dryRun, "dry-run", false, fmt.Sprintf("ask only a pilot of %d tasks, keep its rows, and tell what the whole run will take", pilotTasks))
	offers(cmd, "bench", suiteNames()...)
	offers(cmd, "resume", "same", "always", "never")
	offers(cmd, "model", embeddedPlayers()...)
	return cmd
}

func (f *evalFlags) check() error {
	switch {
	case f.model == "":
		return hinted(exitUsage, errors.New("--model is missing"), "name a model and its --base-url, or one of "+embeddedNames())
	case f.out == "":
		return usage("--out is missing: name the folder for the run")
	case f.concurrency < 1:
		return usage("--concurrency must be at least 1, not %d", f.concurrency)
	case f.repeats < 1:
		return usage("--repeats must be at least 1, not %d", f.repeats)
	case f.temperature < 0:
		return usage("--temperature must be 0 or more, not %v", f.temperature)
	case !(f.topP > 0 && f.topP <= 1):
		return usage("--top-p must lie above 0 and not above 1, not %v", f.topP)
	case f.given("max-tokens") && f.maxTokens < 1:
		return usage("--max-tokens must be at least 1, not %d", f.maxTokens)
	case !(f.noVerdictShare >= 0 && f.noVerdictShare <= 1):
		return usage("--allow-no-verdict is a share between 0 and 1, not %v", f.noVerdictShare)
	}
	if f.official != "" && !strings.HasPrefix(f.bench, "bfcl") {
		return usage("--official is for BFCL, not for %s", f.bench)
	}
	if _, err := resumeMode(f.resume); err != nil {
		return err
	}
	return f.endpoint.check(f.model)
}

func resumeMode(name string) (runstore.Resume, error) {
	switch name {
	case "same":
		return runstore.ResumeSame, nil
	case "always":
		return runstore.ResumeAlways, nil
	case "never":
		return runstore.ResumeNever, nil
	}
	return 0, usage("--resume must be same, always or never, not %q", name)
}

// evalResult is what one call of eval left behind.
type evalResult struct {
	Run       string `json:"run"`
	Tasks     int    `json:"tasks"`
	Asked     int    `json:"asked"` // samples that this call put to the model
	Pass      int    `json:"pass"`
	Fail      int    `json:"fail"`
	NoVerdict int    `json:"no_verdict"`
	// Estimate is that of --dry-run.
	Estimate *estimate `json:"estimate,omitempty"`
}

func (p *process) eval(ctx context.Context, f *evalFlags) error {
	err := f.check()
	if err != nil {
		return err
	}
	if f.suite.embed, err = f.embedder(ctx, p.env); err != nil {
		return err
	}
	suite, err := loadSuite(ctx, f.bench, f.suite)
	if err != nil {
		return err
	}
	for _, warning := range suite.Warnings {
		p.warn("%s", warning)
	}
	if f.dryRun && suite.Before != nil {
		return hinted(exitUsage, fmt.Errorf("--dry-run cannot tell what %s takes: its tasks start from conversations that must be held first", f.bench), "leave out the memory categories, or run without --dry-run")
	}
	result, err := p.runEval(ctx, f, suite)
	if err != nil {
		return err
	}
	if f.dryRun {
		p.sayEstimate(f, result.Estimate)
		return p.result(result)
	}
	if f.official != "" {
		if err := p.writeOfficial(suite, f.labelOrModel(), f.out, f.official); err != nil {
			return err
		}
	}
	decided := result.Pass + result.Fail
	p.say("%s on %s: %d of %d passed, %d without a verdict; rows in %s", f.labelOrModel(), suite.Title, result.Pass, decided, result.NoVerdict, f.out)
	if err := p.result(result); err != nil {
		return err
	}
	if total := decided + result.NoVerdict; float64(result.NoVerdict) > f.noVerdictShare*float64(total) {
		return hinted(exitNoVerdict, fmt.Errorf("%d of %d samples have no verdict", result.NoVerdict, total), "run the same command again to ask only these once more")
	}
	return nil
}

// runEval opens the run, asks what is missing and counts the rows.
func (p *process) runEval(ctx context.Context, f *evalFlags, suite *benchmarks.Suite) (*evalResult, error) {
	resolved, err := f.resolve()
	if err != nil {
		return nil, err
	}
	if resolved.Sampling.Temperature == nil {
		resolved.Sampling.Temperature = suite.Temperature
	}
	if err := f.endpoint.ready(resolved, p.env); err != nil {
		return nil, err
	}
	run, err := p.openRun(f, f.config(suite, resolved))
	if err != nil {
		return nil, err
	}
	defer run.Close()
	var before llm.Spending
	if suite.Before != nil {
		if before, err = p.prepare(ctx, f, suite, resolved); err != nil {
			return nil, err
		}
	}
	attempts := missing(run, suite.Tasks, f.repeats)
	samples := len(suite.Tasks) * f.repeats
	if f.dryRun {
		attempts = pilot(attempts, samples-len(attempts))
	}
	if len(attempts) > 0 {
		if err := p.ask(ctx, f, suite, resolved, run, attempts, before); err != nil {
			return nil, err
		}
	}
	var expected *estimate
	if f.dryRun {
		if expected, err = estimateRun(run, samples, f.concurrency, resolved.Prices); err != nil {
			return nil, err
		}
	}
	if err := run.Close(); err != nil {
		return nil, err
	}
	counts := run.Counts()
	return &evalResult{
		Estimate: expected, Run: f.out, Tasks: len(suite.Tasks), Asked: len(attempts),
		Pass: counts[eval.OutcomePass], Fail: counts[eval.OutcomeFail], NoVerdict: counts[eval.OutcomeNoVerdict],
	}, nil
}

// preparedFolder holds the run of what must come before a suite's tasks.
const preparedFolder = "prepared"

// prepare runs what a suite's tasks start from, as a run of its own inside the folder
// of theirs, and hands its rows over. spent is what they cost, which counts towards the
// whole run's budget.
func (p *process) prepare(ctx context.Context, f *evalFlags, suite *benchmarks.Suite, resolved models.Model) (spent llm.Spending, err error) {
	inner := *f
	inner.out = filepath.Join(f.out, preparedFolder)
	run, err := p.openRun(&inner, inner.config(suite.Before, resolved))
	if err != nil {
		return spent, err
	}
	defer run.Close()
	if attempts := missing(run, suite.Before.Tasks, f.repeats); len(attempts) > 0 {
		if err := p.ask(ctx, &inner, suite.Before, resolved, run, attempts, spent); err != nil {
			return spent, err
		}
	}
	var rows []eval.Row
	for line, err := range run.Rows() {
		if err != nil {
			return spent, err
		}
		var row eval.Row
		if err := json.Unmarshal(line.Data, &row); err != nil {
			return spent, fmt.Errorf("reading the row of task %s: %w", line.Task, err)
		}
		if row.Outcome != eval.OutcomeNoVerdict {
			rows = append(rows, row)
		}
	}
	paid, err := readLedger(run)
	if err != nil {
		return spent, err
	}
	for _, row := range paid {
		spent.Add(row.spent)
	}
	return spent, suite.Prepare(rows)
}

func (p *process) openRun(f *evalFlags, config evalConfig) (*runstore.Run, error) {
	resolved, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	resume, err := resumeMode(f.resume)
	if err != nil {
		return nil, err
	}
	run, warnings, err := runstore.OpenRun(runstore.OS{}, f.out, runstore.Manifest{Tool: "button " + version(), Config: resolved}, resume)
	if changed := (*runstore.ConfigError)(nil); errors.As(err, &changed) {
		return nil, hinted(exitUsage, err, "or go on under the new configuration with --resume always, or begin anew with --resume never")
	}
	if err != nil {
		return nil, err
	}
	for _, warning := range warnings {
		p.warn("%s", warning)
	}
	return run, nil
}

// missing lists what has no verdict yet, tasks with the same tools and system
// prompt near one another, so that a server's prefix cache serves them.
func missing(run *runstore.Run, tasks []eval.Task, repeats int) []eval.Attempt {
	keys := make([]string, len(tasks))
	for i, task := range tasks {
		if request, more := task.Start().Next(); more {
			keys[i] = llm.Prefix(&request)
		}
	}
	var attempts []eval.Attempt
	for repeat := range repeats {
		for _, i := range work.Grouped(keys) {
			if !run.Decided(runstore.Key{Task: tasks[i].ID(), Repeat: repeat}) {
				attempts = append(attempts, eval.Attempt{Task: tasks[i], Repeat: repeat})
			}
		}
	}
	return attempts
}

// ask puts attempts to the model; every row is safe when it returns. before is what
// was spent on the same run elsewhere.
func (p *process) ask(ctx context.Context, f *evalFlags, suite *benchmarks.Suite, resolved models.Model, run *runstore.Run, attempts []eval.Attempt, before llm.Spending) error {
	keeper, spent, err := p.openKeeper(f, resolved, run, before)
	if err != nil {
		return err
	}
	defer p.closeKeeper(keeper)
	model, err := p.connect(ctx, f, resolved, suite, keeper, spent)
	if err != nil {
		return err
	}
	defer model.close()
	counts := run.Counts()
	already := counts[eval.OutcomePass] + counts[eval.OutcomeFail]
	bar := p.progressWith(f.labelOrModel(), already+len(attempts), already, model.details)
	ctx, drain, stop := p.twoStage(ctx)
	defer stop()
	driver := &eval.Driver{
		Client: model.client, Model: model.model.ID, Label: f.labelOrModel(), Suite: suite.Name, SuiteVersion: suite.Version, ScorerVersion: suite.ScorerVersion,
		Sampling: sampling(model.model), ExtraBody: model.model.Body(), Concurrency: f.concurrency, Drain: drain,
		Emit: func(row eval.Row) error {
			if row.Outcome == eval.OutcomeNoVerdict {
				model.noVerdict.Add(1)
			}
			if f.endpoint.replay == "" {
				row.Charge(keeper.Paid(row.Conversation()))
			}
			data, err := json.Marshal(row)
			if err != nil {
				return err
			}
			if err := run.Append(data); err != nil {
				return err
			}
			if row.Outcome != eval.OutcomeNoVerdict {
				keeper.Finish(row.Conversation())
			}
			return nil
		},
		Progress: func(now work.Progress) { bar.Set(already+now.Done, model.note()) },
	}
	err = driver.Run(ctx, attempts)
	bar.Close()
	p.warnOfUnread(model)
	return ifInterrupted(err, "the same command goes on where this one stopped", "what was decided is in %s", f.out)
}
