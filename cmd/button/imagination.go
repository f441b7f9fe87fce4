package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate"
	"github.com/buttonbench/button/generate/seeds"
	"github.com/buttonbench/button/generate/simulated"
	"github.com/buttonbench/button/internal/llm/openai"
)

// imaginationFlags are the flags of simulated mode.
type imaginationFlags struct {
	seeds       []string
	scenarios   int
	embeddings  string
	cosine      float64
	depth       string
	distractors int
	judge       string
	calibrate   int
	assistant   string
	samples     int
	guidance    bool
	turns       simulated.TurnShares
	failures    float64
	off         []string
	own         ownFlags
}

func (f *imaginationFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringSliceVar(&f.seeds, "seeds", nil, "simulated: files of conversations or queries to draw scenarios from (default: invented)")
	flags.IntVar(&f.scenarios, "scenarios", 0, "simulated: size of the pool of scenarios (default: half of --count, at least 20)")
	flags.StringVar(&f.embeddings, "embeddings", "", "simulated: model behind /embeddings that finds scenarios which mean the same")
	flags.Float64Var(&f.cosine, "embedding-threshold", 0.9, "simulated: cosine from which two scenarios mean the same")
	flags.StringVar(&f.depth, "depth", "2", "simulated: tasks that build on one another in a request, as 2 (the paper) or 2-4")
	flags.IntVar(&f.distractors, "distractors", 3, "simulated: most functions that look alike beside those needed")
	flags.StringVar(&f.judge, "judge", "", "simulated: another model that judges every turn: a name from the models file, or an id at the teacher's endpoint")
	flags.IntVar(&f.calibrate, "calibrate", 20, "simulated: records in which faults are planted to measure the judge")
	flags.StringVar(&f.assistant, "assistant", "native", "simulated: how the teacher plays the assistant: native (tool calling) or json")
	flags.IntVar(&f.samples, "samples", 1, "simulated: samples of each step of the assistant, kept when most agree")
	flags.BoolVar(&f.guidance, "guidance", true, "simulated: show the assistant the tasks behind the request while generating, as the paper does; never exported")
	flags.Float64Var(&f.turns.Missing, "missing", 0.1, "simulated: share of conversations in which the assistant has to ask")
	flags.Float64Var(&f.turns.FollowUp, "follow-up", 0.1, "simulated: share with a follow-up request")
	flags.Float64Var(&f.turns.Correction, "corrections", 0.05, "simulated: share in which the user changes a fact")
	flags.Float64Var(&f.failures, "failures", 0.1, "simulated: share in which a call truly fails and has to be mended")
	f.own.addFlags(flags)
	flags.StringSliceVar(&f.off, "no-check", nil, "simulated: rules of conversations that are not checked (button generate --show-rules lists them)")
}

// depths reads "2" or "2-4".
func (f *imaginationFlags) depths() (fewest, most int, err error) {
	from, to, ranged := strings.Cut(f.depth, "-")
	if !ranged {
		to = from
	}
	fewest, err = strconv.Atoi(from)
	if err == nil {
		most, err = strconv.Atoi(to)
	}
	if err != nil || fewest < 1 || most < fewest || most > simulated.MostDepth {
		return 0, 0, usage("--depth must be a number from 1 to %d, or two such as 2-4, not %q", simulated.MostDepth, f.depth)
	}
	return fewest, most, nil
}

func (f *imaginationFlags) check() error {
	if _, _, err := f.depths(); err != nil {
		return err
	}
	switch {
	case f.scenarios < 0:
		return usage("--scenarios must not be below 0, not %d", f.scenarios)
	case f.distractors < 0:
		return usage("--distractors must not be below 0, not %d", f.distractors)
	case f.calibrate < 0:
		return usage("--calibrate must not be below 0, not %d", f.calibrate)
	case f.assistant != "native" && f.assistant != "json":
		return usage("--assistant must be native or json, not %q", f.assistant)
	case f.samples < 1:
		return usage("--samples must be at least 1, not %d", f.samples)
	case !(f.cosine > 0 && f.cosine <= 1):
		return usage("--embedding-threshold must be above 0 and at most 1, not %v", f.cosine)
	}
	if err := f.own.check(f); err != nil {
		return err
	}
	options := f.converse()
	if err := options.Validate(); err != nil {
		return hinted(exitUsage, err, "button generate --help explains the shares; --show-rules lists the rules")
	}
	return nil
}

func (f *imaginationFlags) converse() simulated.ConverseOptions {
	o := simulated.ConverseOptions{Native: f.assistant == "native", Samples: f.samples, Guidance: f.guidance, Turns: f.turns, Failures: f.failures, Off: map[string]bool{}}
	for _, rule := range f.off {
		o.Off[rule] = true
	}
	return o
}

// poolSize is how many scenarios a dataset of count records draws from.
func (f *imaginationFlags) poolSize(count int) int {
	if f.scenarios > 0 {
		return f.scenarios
	}
	return max(20, count/2)
}

// imaginationConfig is what simulated records depend on beside the rest.
type imaginationConfig struct {
	// Seeds maps the name of each seed file to its SHA-256; SeedFiles says what
	// they held, and is known when they were read.
	Seeds       map[string]string    `json:"seeds,omitempty"`
	SeedFiles   []seeds.FileSummary  `json:"seed_files,omitempty"`
	Scenarios   int                  `json:"scenarios"`
	Embeddings  string               `json:"embeddings,omitempty"`
	Cosine      float64              `json:"embedding_threshold,omitempty"`
	Depth       string               `json:"depth"`
	Distractors int                  `json:"distractors"`
	Assistant   string               `json:"assistant"`
	Samples     int                  `json:"samples"`
	Guidance    bool                 `json:"guidance"`
	Turns       simulated.TurnShares `json:"turns"`
	Failures    float64              `json:"failures"`
	NoCheck     []string             `json:"no_check,omitempty"`
	Judge       *teacherConfig       `json:"judge,omitempty"`
	Calibrate   int                  `json:"calibrate,omitempty"`
	// Tools says where the functions come from that are used as they are.
	Tools *ownConfig `json:"tools,omitempty"`
}

func (f *imaginationFlags) config(count int) (*imaginationConfig, error) {
	c := &imaginationConfig{
		Scenarios: f.poolSize(count), Depth: f.depth, Distractors: f.distractors, Assistant: f.assistant, Samples: f.samples,
		Guidance: f.guidance, Turns: f.turns, Failures: f.failures, NoCheck: f.off,
	}
	if f.embeddings != "" {
		c.Embeddings, c.Cosine = f.embeddings, f.cosine
	}
	for _, path := range f.seeds {
		sum, err := hashFile(path)
		if err != nil {
			return nil, hinted(exitUsage, fmt.Errorf("reading the seeds: %w", err), "--seeds names files")
		}
		if c.Seeds == nil {
			c.Seeds = map[string]string{}
		}
		c.Seeds[filepath.Base(path)] = sum
	}
	return c, nil
}

func hashFile(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return "", err
	}
	return "sha256:" + hex.EncodeToString(sum.Sum(nil)), nil
}

// imagine builds the pool of scenarios, writes what was turned away to rejects, and
// says how records are imagined.
func (p *process) imagine(ctx context.Context, m *making, rejects io.Writer) error {
	f, config := &m.flags.imagination, m.config.Imagination
	options, err := p.poolOptions(ctx, m)
	if err != nil {
		return err
	}
	if f.embeddings != "" {
		client, err := p.embedder(m)
		if err != nil {
			return err
		}
		defer client.Close()
		options.Embed = func(ctx context.Context, texts []string) ([][]float32, error) {
			return client.Embed(ctx, f.embeddings, texts)
		}
	}
	bar := p.progressLine("scenarios", config.Scenarios, 0)
	options.Progress = func(facts *simulated.PoolFacts) { bar.Set(facts.Size, m.link.note()) }
	pool, facts, err := simulated.BuildPool(ctx, options)
	bar.Close()
	m.pool = facts
	var short *simulated.PoolShort
	switch {
	case errors.As(err, &short) && len(pool) > 0:
		p.warn("%v; going on with %d", err, len(pool))
	case err != nil:
		return err
	}
	for i, reject := range facts.Rejects {
		data, err := json.Marshal(generate.RejectLine{
			Index: i, Domain: reject.SeedID, Reject: generate.Reject{Stage: reject.Stage, Rule: reject.Rule, Detail: reject.Detail, Span: reject.Span},
		})
		if err != nil {
			return err
		}
		if _, err := rejects.Write(append(data, '\n')); err != nil {
			return err
		}
	}
	fewest, most, err := f.depths()
	m.options.Imagination = &generate.Imagination{
		Scenarios: pool, MinDepth: fewest, MaxDepth: most, MostDistractors: f.distractors, Converse: f.converse(),
	}
	if m.own != nil {
		m.options.Imagination.Catalogue, m.options.Imagination.Converse.Execute = m.own.catalogue, m.own.executor
		m.options.Imagination.Today = m.own.today
	}
	return err
}

func (p *process) poolOptions(ctx context.Context, m *making) (simulated.PoolOptions, error) {
	f := &m.flags.imagination
	tables, err := simulated.LoadTables()
	if err != nil {
		return simulated.PoolOptions{}, err
	}
	options := simulated.PoolOptions{
		Teacher: m.options.Teacher, Tables: tables, Size: m.config.Imagination.Scenarios, Seed: button.Seed(m.flags.seed, "scenarios", 0),
		Workers: m.flags.teacher.concurrency, Threshold: f.cosine,
	}
	if m.own != nil {
		m.own.seed(&options)
		return options, nil
	}
	if len(f.seeds) == 0 {
		return options, nil
	}
	set, err := seeds.Open(f.seeds, seeds.Options{})
	if err != nil {
		return options, hinted(exitUsage, err, "glaive, ToolBench, ShareGPT, OpenAI messages and plain lists are read")
	}
	options.Seeds = seedStream(ctx, set, m)
	return options, nil
}

// seedsAScenario is how many seeds are drawn for each scenario that is wanted: some
// give none, or one that stands already.
const seedsAScenario = 2

// seedStream draws seeds from all over the files, since a long file may begin with
// its easiest or with one domain, and notes what the files held.
func seedStream(ctx context.Context, set *seeds.Set, m *making) iter.Seq2[simulated.Seed, error] {
	config := m.config.Imagination
	return func(yield func(simulated.Seed, error) bool) {
		drawn, err := set.Sample(ctx, seedsAScenario*config.Scenarios, button.Seed(m.flags.seed, "seeds", 0))
		config.SeedFiles = set.Summary().Files
		if err != nil {
			yield(simulated.Seed{}, err)
			return
		}
		for _, seed := range drawn {
			if !yield(simulated.Seed{ID: seed.ID, Text: seed.Text, Functions: seed.Functions}, nil) {
				return
			}
		}
	}
}

// embedder is a client for embeddings at the teacher's endpoint.
func (p *process) embedder(m *making) (*openai.Client, error) {
	key, headers, err := m.link.model.Credentials(p.env)
	if err != nil {
		return nil, hinted(exitUsage, err, "")
	}
	client, err := openai.New(openai.Options{BaseURL: m.link.baseURLs[0], Key: openai.Key(key), Header: headers, Timeout: m.flags.teacher.endpoint.timeout})
	if err != nil {
		return nil, hinted(exitUsage, err, "")
	}
	return client, nil
}
