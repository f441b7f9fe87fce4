package main

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/spf13/cobra"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/doctor"
	"github.com/buttonbench/button/internal/llm"
	"github.com/buttonbench/button/internal/llm/openai"
	"github.com/buttonbench/button/internal/models"
	"github.com/buttonbench/button/internal/toolcall"
)

func (p *process) doctorCommand() *cobra.Command {
	var f endpointFlags
	var model string
	var maxTokens int
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Examine an endpoint with a few cheap requests and give advice",
		Long: `Examine an OpenAI-compatible endpoint before a long run: is it there, does it take
tools and give calls back as calls, several in one message, does it keep to
tool_choice, temperature and seed, and what to change where it does not. Without
--base-url the usual ports of this machine are searched. The exit code says
whether the endpoint is healthy.`,
		Example: `  button doctor
  button doctor --model qwen3-8b --base-url http://127.0.0.1:8000/v1
  button doctor --model my-model --models models.yaml --json`,
		Args: takes(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.doctor(cmd.Context(), model, maxTokens, &f, cmd.Flags().Changed)
		},
	}
	cmd.Flags().StringVar(&model, "model", "", "name in the models file, or id at the endpoint (default: the first that it lists)")
	cmd.Flags().StringVar(&f.models, "models", "", "file of named models (default: "+defaultModelsFile+", if there is one)")
	cmd.Flags().StringSliceVar(&f.baseURLs, "base-url", nil, "endpoint, up to and with /v1")
	cmd.Flags().StringVar(&f.keyEnv, "api-key-env", "", "environment variable that holds the key")
	cmd.Flags().IntVar(&maxTokens, "max-tokens", doctor.DefaultMaxTokens, "limit of an answer; models that think first need more")
	cmd.Flags().DurationVar(&f.timeout, "timeout", doctor.DefaultRequestTime, "time for one request")
	return cmd
}

func (p *process) doctor(ctx context.Context, model string, maxTokens int, f *endpointFlags, given func(string) bool) error {
	if maxTokens < 1 {
		return usage("--max-tokens must be at least 1, not %d", maxTokens)
	}
	options := doctor.Options{Model: model, Detect: detectCalls, RequestTime: f.timeout, MaxTokens: maxTokens}
	var headers map[string]string
	if model != "" || len(f.baseURLs) > 0 {
		asked := model
		if asked == "" {
			asked = "default" // only its endpoint counts
		}
		found, err := f.resolve(asked, models.Override{}, given)
		if err != nil {
			return err
		}
		var key string
		if key, headers, err = found.Credentials(p.env); err != nil {
			return hinted(exitUsage, err, "")
		}
		options.BaseURL, options.Key, options.ExtraBody = found.BaseURLs[0], key, found.Body()
		options.Prompted = found.Tools == models.ToolsPrompted
		if model != "" {
			options.Model = found.ID
		}
		options.Header = http.Header{}
		for name, value := range headers {
			options.Header.Set(name, value)
		}
	}
	options.Open = func(baseURL string) (llm.Client, error) {
		own := openai.Options{BaseURL: baseURL, Timeout: f.timeout}
		if baseURL == options.BaseURL { // a server found by search gets no key
			own.Key, own.Header = openai.Key(options.Key), headers
		}
		return openai.New(own)
	}
	report := doctor.Run(ctx, options)
	if err := ctx.Err(); err != nil {
		return err
	}
	p.sayReport(report)
	if err := p.result(report); err != nil {
		return err
	}
	if !report.Healthy {
		return hinted(exitFailed, errors.New("the endpoint is not healthy"), "")
	}
	return nil
}

func detectCalls(content, reasoning string, tools []button.Tool) (string, bool) {
	result := toolcall.Detect(content, reasoning, tools)
	return result.Dialect, len(result.Calls) > 0
}

func (p *process) sayReport(report doctor.Report) {
	if report.BaseURL != "" {
		server := report.Server.Kind
		if report.Server.Sure != "" {
			server += ", " + report.Server.Sure
		}
		p.say("%s, model %s (server: %s)", report.BaseURL, report.Model, server)
	}
	var skipped []string
	for _, probe := range report.Probes {
		if probe.Status == doctor.Skipped {
			skipped = append(skipped, probe.Name)
			continue
		}
		p.say("%-8s %-22s %s", probe.Status, probe.Name, probe.Seen)
		if probe.Advice != "" {
			p.say("%-8s %-22s -> %s", "", "", probe.Advice)
		}
	}
	if len(skipped) > 0 {
		p.say("%-8s %s", doctor.Skipped, strings.Join(skipped, ", "))
	}
	p.say("%d requests, %d tokens", report.Requests, report.PromptTokens+report.CompletionTokens)
}
