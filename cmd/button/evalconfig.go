package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/buttonbench/button/benchmarks"
	"github.com/buttonbench/button/benchmarks/bfcl/services"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/players"
)

// evalConfig is what the rows of a run depend on.
type evalConfig struct {
	Verb          string `json:"verb"`
	Suite         string `json:"suite"`
	SuiteVersion  string `json:"suite_version"`
	ScorerVersion string `json:"scorer_version"`
	ContentHash   string `json:"content_hash"`
	Protocol      string `json:"protocol,omitempty"`
	Tasks         int    `json:"tasks"`
	Repeats       int    `json:"repeats"`
	Model         string `json:"model"`
	Label         string `json:"label"`
	// Resolved is the model with all that shapes its answers, without secrets;
	// what only says how fast and how dear they come is left out.
	Resolved json.RawMessage `json:"resolved"`
	// Rescored tells where the rows of a rescored run come from.
	Rescored *rescoredFrom `json:"rescored,omitempty"`
}

type rescoredFrom struct {
	Run    json.RawMessage `json:"run"` // its configuration
	Parser string          `json:"parser"`
}

func (f *evalFlags) config(suite *benchmarks.Suite, model models.Model) evalConfig {
	c := evalConfig{
		Verb: "eval", Suite: suite.Name, SuiteVersion: suite.Version, ScorerVersion: suite.ScorerVersion, ContentHash: suite.Hash,
		Tasks: len(suite.Tasks), Repeats: f.repeats, Model: f.model, Label: f.labelOrModel(),
	}
	if f.bench == "gta" || strings.HasPrefix(f.bench, "bfcl") {
		c.Protocol = f.suite.protocol
	}
	model.Limits, model.Prices = models.Limits{Context: model.Limits.Context}, nil
	c.Resolved = model.Resolved()
	return c
}

// resolve is the model that the flags name; an embedded player is one that takes
// native calls at an address of this program's own.
func (f *evalFlags) resolve() (models.Model, error) {
	var o models.Override
	if f.given("temperature") {
		o.Sampling.Temperature = &f.temperature
	}
	if f.given("top-p") {
		o.Sampling.TopP = &f.topP
	}
	if f.given("max-tokens") {
		o.Sampling.MaxTokens = &f.maxTokens
	}
	if f.given("seed") {
		o.Sampling.Seed = &f.seed
	}
	if player, embedded := strings.CutPrefix(f.model, players.Prefix); embedded {
		return models.Model{ID: player, Tools: models.ToolsNative, Parser: models.ParserNative, Sampling: o.Sampling}, nil
	}
	return f.endpoint.resolve(f.model, o, f.given)
}

// embedder is the model of embeddings that the flags name, nil for none.
func (f *evalFlags) embedder(ctx context.Context, env func(string) string) (services.Embed, error) {
	if f.embeddings == "" {
		return nil, nil
	}
	model, err := f.resolve()
	if err != nil {
		return nil, err
	}
	options := openai.Options{BaseURL: f.embedURL, Timeout: f.endpoint.timeout}
	if options.BaseURL == "" {
		if len(model.BaseURLs) == 0 {
			return nil, hinted(exitUsage, errors.New("--embeddings needs an endpoint"), "name it with --embeddings-url")
		}
		// The model's key is for the model's endpoint alone.
		key, headers, err := model.Credentials(env)
		if err != nil {
			return nil, hinted(exitUsage, err, "")
		}
		options.BaseURL, options.Key, options.Header = model.BaseURLs[0], openai.Key(key), headers
	}
	client, err := openai.New(options)
	if err != nil {
		return nil, hinted(exitUsage, err, "")
	}
	return func(texts []string) ([][]float32, error) { return client.Embed(ctx, f.embeddings, texts) }, nil
}

func sampling(model models.Model) llm.Sampling {
	s := model.Sampling
	return llm.Sampling{Temperature: s.Temperature, TopP: s.TopP, MaxTokens: s.MaxTokens, Seed: s.Seed, Stop: s.Stop}
}

func (f *evalFlags) labelOrModel() string {
	if f.label != "" {
		return f.label
	}
	return strings.TrimPrefix(f.model, players.Prefix)
}
