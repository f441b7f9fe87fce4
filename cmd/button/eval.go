package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/eval"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/players"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/internal/work"
)

// embeddedPrefix marks the names of the embedded reference players.
const embeddedPrefix = "embedded/"

// evalFlags is the command line of eval.
type evalFlags struct {
	bench, model, baseURL, keyEnv, out, label string
	suite                                     suiteOptions
	concurrency, repeats, retries             int
	temperature, topP                         float64
	maxTokens                                 int
	seed                                      int64
	timeout                                   time.Duration
	noVerdictShare                            float64
	resume                                    string
	given                                     func(string) bool
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
what is missing.`,
		Example: `  button eval --bench buttonbench --model embedded/oracle --out runs/oracle
  button eval --bench buttonbench --model qwen3-8b --base-url http://127.0.0.1:8000/v1 --temperature 0 --out runs/qwen3-8b
  button eval --bench gta --data benchmarks/gta --model gpt-4o --base-url https://api.openai.com/v1 --api-key-env OPENAI_API_KEY --out runs/gta-4o`,
		Args: exactly(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			f.given = func(name string) bool { return cmd.Flags().Changed(name) }
			return p.eval(cmd.Context(), f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.bench, "bench", "buttonbench", "benchmark; see 'button bench list'")
	flags.StringVar(&f.suite.data, "data", "", "folder with the benchmark's data")
	flags.StringVar(&f.suite.mode, "protocol", "native", "gta: native tool calls, or the text protocol react")
	flags.IntVar(&f.suite.limit, "limit", 0, "only the first tasks; 0 means all")
	flags.StringVar(&f.model, "model", "", "model as the endpoint names it, or embedded/PLAYER (required)")
	flags.StringVar(&f.baseURL, "base-url", "", "endpoint, up to and with /v1")
	flags.StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds the key")
	flags.StringVar(&f.label, "label", "", "name in reports (default: the model)")
	flags.StringVarP(&f.out, "out", "o", "", "folder of the run (required)")
	flags.IntVarP(&f.concurrency, "concurrency", "c", 16, "conversations at a time")
	flags.IntVar(&f.repeats, "repeats", 1, "attempts at each task")
	flags.IntVar(&f.retries, "retries", 5, "attempts at a request that failed in a way that may heal")
	flags.DurationVar(&f.timeout, "timeout", 2*time.Minute, "time for one request")
	flags.Float64Var(&f.temperature, "temperature", 0, "sampling temperature; sent only if given")
	flags.Float64Var(&f.topP, "top-p", 1, "nucleus sampling; sent only if given")
	flags.IntVar(&f.maxTokens, "max-tokens", 0, "limit of an answer; sent only if given")
	flags.Int64Var(&f.seed, "seed", 0, "sampling seed; sent only if given")
	flags.Float64Var(&f.noVerdictShare, "allow-no-verdict", 0, "share of samples that may stay without a verdict")
	flags.StringVar(&f.resume, "resume", "same", "an existing run: same (go on if the configuration is the same), always, never")
	return cmd
}

// evalConfig is what the rows of a run depend on.
type evalConfig struct {
	Verb          string        `json:"verb"`
	Suite         string        `json:"suite"`
	SuiteVersion  string        `json:"suite_version"`
	ScorerVersion string        `json:"scorer_version"`
	ContentHash   string        `json:"content_hash"`
	Protocol      string        `json:"protocol,omitempty"`
	Tasks         int           `json:"tasks"`
	Repeats       int           `json:"repeats"`
	Model         string        `json:"model"`
	Label         string        `json:"label"`
	BaseURL       string        `json:"base_url,omitempty"`
	Sampling      samplingFacts `json:"sampling"`
}

type samplingFacts struct {
	Temperature *float64 `json:"temperature,omitempty"`
	TopP        *float64 `json:"top_p,omitempty"`
	MaxTokens   *int     `json:"max_tokens,omitempty"`
	Seed        *int64   `json:"seed,omitempty"`
}

// evalResult is what one call of eval did.
type evalResult struct {
	Run       string `json:"run"`
	Tasks     int    `json:"tasks"`
	Pass      int    `json:"pass"`
	Fail      int    `json:"fail"`
	NoVerdict int    `json:"no_verdict"`
}

func (p *process) eval(ctx context.Context, f *evalFlags) error {
	if f.model == "" {
		return usage("--model is missing: name a model, or one of %s", embeddedNames())
	}
	if f.out == "" {
		return usage("--out is missing: name the folder for the run")
	}
	suite, err := loadSuite(ctx, p, f.bench, f.suite)
	if err != nil {
		return err
	}
	result, err := p.runEval(ctx, f, suite)
	if err != nil {
		return err
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

func (f *evalFlags) labelOrModel() string {
	if f.label != "" {
		return f.label
	}
	return strings.TrimPrefix(f.model, embeddedPrefix)
}

// runEval opens the run, asks what is missing and counts the rows.
func (p *process) runEval(ctx context.Context, f *evalFlags, suite *benchmarks.Suite) (*evalResult, error) {
	client, model, done, err := p.client(ctx, f, suite)
	if err != nil {
		return nil, err
	}
	defer done()
	config := f.config(suite)
	resolved, err := json.Marshal(config)
	if err != nil {
		return nil, err
	}
	resume, err := resumeMode(f.resume)
	if err != nil {
		return nil, err
	}
	run, warnings, err := runstore.OpenRun(runstore.OS{}, f.out, runstore.Manifest{Tool: "button " + version(), Config: resolved}, resume)
	if err != nil {
		var changed *runstore.ConfigError
		if errors.As(err, &changed) {
			return nil, hinted(exitUsage, err, "choose another --out, or --resume always")
		}
		return nil, err
	}
	defer run.Close()
	for _, warning := range warnings {
		fmt.Fprintf(p.stderr, "warning: %s\n", warning)
	}
	var attempts []eval.Attempt
	for repeat := range max(1, f.repeats) {
		for _, task := range suite.Tasks {
			if !run.Decided(runstore.Key{Task: task.ID(), Repeat: repeat}) {
				attempts = append(attempts, eval.Attempt{Task: task, Repeat: repeat})
			}
		}
	}
	total := len(suite.Tasks) * max(1, f.repeats)
	bar := p.progressLine(f.labelOrModel(), total, total-len(attempts))
	ctx, drain, stop := p.twoStage(ctx)
	defer stop()
	driver := &eval.Driver{
		Client: client, Model: model, Label: f.labelOrModel(), Suite: suite.Name, SuiteVersion: suite.Version, ScorerVersion: suite.ScorerVersion,
		Sampling: config.Sampling.llm(), Concurrency: f.concurrency, Drain: drain,
		Emit:     func(row eval.Row) error { return appendRow(run, row) },
		Progress: func(now work.Progress) { bar.Set(total-len(attempts)+now.Done, "") },
	}
	err = driver.Run(ctx, attempts)
	bar.Close()
	if err != nil {
		return nil, err
	}
	if err := run.Close(); err != nil {
		return nil, err
	}
	counts := run.Counts()
	return &evalResult{Run: f.out, Tasks: len(suite.Tasks), Pass: counts[eval.OutcomePass], Fail: counts[eval.OutcomeFail], NoVerdict: counts[eval.OutcomeNoVerdict]}, nil
}

func appendRow(run *runstore.Run, row eval.Row) error {
	data, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return run.Append(data)
}

func (f *evalFlags) config(suite *benchmarks.Suite) evalConfig {
	c := evalConfig{
		Verb: "eval", Suite: suite.Name, SuiteVersion: suite.Version, ScorerVersion: suite.ScorerVersion, ContentHash: suite.Hash,
		Tasks: len(suite.Tasks), Repeats: max(1, f.repeats), Model: f.model, Label: f.labelOrModel(), BaseURL: f.baseURL,
	}
	if f.bench == "gta" {
		c.Protocol = f.suite.mode
	}
	if f.given("temperature") {
		c.Sampling.Temperature = &f.temperature
	}
	if f.given("top-p") {
		c.Sampling.TopP = &f.topP
	}
	if f.given("max-tokens") {
		c.Sampling.MaxTokens = &f.maxTokens
	}
	if f.given("seed") {
		c.Sampling.Seed = &f.seed
	}
	return c
}

func (s samplingFacts) llm() llm.Sampling {
	return llm.Sampling{Temperature: s.Temperature, TopP: s.TopP, MaxTokens: s.MaxTokens, Seed: s.Seed}
}

// client connects to the endpoint, or starts the embedded players on a loopback
// port and connects to those.
func (p *process) client(ctx context.Context, f *evalFlags, suite *benchmarks.Suite) (llm.Client, string, func(), error) {
	model, baseURL, done := f.model, f.baseURL, func() {}
	if player, ok := strings.CutPrefix(f.model, embeddedPrefix); ok {
		if !knownPlayer(player) {
			return nil, "", nil, usage("no embedded player is called %q; there are %s", player, embeddedNames())
		}
		server, err := players.Listen(ctx, "127.0.0.1:0", players.New(players.Options{Guides: guides(suite), Seed: buttonBenchSeed}))
		if err != nil {
			return nil, "", nil, err
		}
		model, baseURL, done = player, server.BaseURL(), func() { server.Close() }
	} else if baseURL == "" {
		return nil, "", nil, hinted(exitUsage, fmt.Errorf("--base-url is missing for model %q", f.model), "for example --base-url http://127.0.0.1:8000/v1")
	}
	key := ""
	if f.keyEnv != "" {
		if key = p.env(f.keyEnv); key == "" {
			return nil, "", nil, usage("the environment variable %s, named by --api-key-env, is empty", f.keyEnv)
		}
	}
	client, err := openai.New(openai.Options{BaseURL: baseURL, Key: openai.Key(key), Timeout: f.timeout, MaxIdle: f.concurrency})
	if err != nil {
		done()
		return nil, "", nil, hinted(exitUsage, err, "for example --base-url http://127.0.0.1:8000/v1")
	}
	retry := llm.Retry(client, llm.RetryOptions{
		Attempts: f.retries, Base: time.Second, Cap: 30 * time.Second, LongestWish: 2 * time.Minute,
		Random: llm.Jitter(rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64()))),
	})
	return retry, model, func() { client.Close(); done() }, nil
}

func guides(suite *benchmarks.Suite) []players.Guide {
	if suite == nil || suite.Guide == nil {
		return nil
	}
	return []players.Guide{suite.Guide}
}

func knownPlayer(name string) bool {
	for _, known := range players.Models() {
		if known == name {
			return true
		}
	}
	return false
}

func embeddedNames() string {
	var names []string
	for _, name := range players.Models() {
		names = append(names, embeddedPrefix+name)
	}
	return strings.Join(names, ", ")
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
