package main

import (
	"context"
	"errors"
	"strings"

	"github.com/spf13/pflag"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/players"
)

// teacherFlags say who writes records, who judges them, and how they are asked.
type teacherFlags struct {
	teacher     string
	format      string
	concurrency int
	temperature float64
	maxTokens   int
	endpoint    endpointFlags

	given func(string) bool
}

func (f *teacherFlags) addFlags(flags *pflag.FlagSet) {
	flags.StringVar(&f.teacher, "teacher", "", "model that words or writes records: a name from the models file, or an id with --base-url")
	flags.StringVar(&f.format, "reply-format", string(teach.FormatSchema), "how the endpoint is told the form of replies: json_schema, json_object or text")
	flags.IntVarP(&f.concurrency, "concurrency", "c", 16, "records in the making at once; does not change the output")
	flags.Float64Var(&f.temperature, "temperature", 1, "the teacher's sampling temperature")
	flags.IntVar(&f.maxTokens, "max-tokens", 4096, "most tokens of one reply")
	f.endpoint.addFlags(flags, llm.CacheWrite)
}

func (f *teacherFlags) check() error {
	switch {
	case f.teacher == "":
		return hinted(exitUsage, errors.New("--teacher is missing: this mode needs a model"), "for example --teacher my-model --base-url http://127.0.0.1:8000/v1")
	case strings.HasPrefix(f.teacher, players.Prefix):
		return usage("%s plays benchmarks and cannot teach", f.teacher)
	case f.format != string(teach.FormatSchema) && f.format != string(teach.FormatObject) && f.format != string(teach.FormatText):
		return usage("--reply-format must be json_schema, json_object or text, not %q", f.format)
	case f.concurrency < 1 || f.concurrency > mostTaught:
		return usage("--concurrency must lie between 1 and %d, not %d", mostTaught, f.concurrency)
	case f.maxTokens < 1:
		return usage("--max-tokens must be at least 1, not %d", f.maxTokens)
	}
	return f.endpoint.check(f.teacher)
}

// mostTaught is the most records in the making at once.
const mostTaught = 512

// resolve finds a model for the teacher's flags.
func (f *teacherFlags) resolve(name string) (models.Model, error) {
	o := models.Override{}
	if f.given("temperature") {
		o.Sampling.Temperature = &f.temperature
	}
	if f.given("max-tokens") {
		o.Sampling.MaxTokens = &f.maxTokens
	}
	model, err := f.endpoint.resolve(name, o, f.given)
	if err != nil {
		return model, err
	}
	if model.Sampling.Temperature == nil {
		model.Sampling.Temperature = &f.temperature
	}
	if model.Sampling.MaxTokens == nil {
		model.Sampling.MaxTokens = &f.maxTokens
	}
	return model, nil
}

// teacherConfig is what a dataset depends on of a model that took part.
type teacherConfig struct {
	Model   models.Model      `json:"model"`
	Format  string            `json:"reply_format"`
	Prompts map[string]string `json:"prompts"` // prompt name -> SHA-256
}

// anywhere is the configuration without the model's address.
func (c *teacherConfig) anywhere() *teacherConfig {
	if c == nil {
		return nil
	}
	moved := *c
	moved.Model.BaseURLs, moved.Model.APIKeyEnv, moved.Model.Headers = nil, "", nil
	return &moved
}

// connectTeacher prepares the way to a model.
func (p *process) connectTeacher(ctx context.Context, f *teacherFlags, name string, model models.Model) (*connection, error) {
	return p.connect(ctx, &evalFlags{model: name, concurrency: f.concurrency, endpoint: f.endpoint}, model, nil, nil, llm.Spending{})
}
