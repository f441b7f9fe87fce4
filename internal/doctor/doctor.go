// Package doctor examines an OpenAI-compatible endpoint with a few cheap requests
// and says in plain words what a user should know before a long run: whether it
// is there, whether it takes tools and gives calls back as calls, how it keeps to
// tool_choice, sampling and seeds, and what to change where it does not.
//
// A Report is data; nothing is printed here. Texts from the server are bounded,
// escaped, and free of the secrets named in Options.
package doctor

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/llm"
)

// The bounds of one examination.
const (
	// MaxRequests is the most that one endpoint is asked, the search for it aside.
	MaxRequests = 20
	// DefaultTime bounds an examination as a whole, DefaultRequestTime one request. An
	// examination whose requests may take longer than that gets as much more in all.
	DefaultTime        = 3 * time.Minute
	DefaultRequestTime = 60 * time.Second
	// DefaultMaxTokens bounds each answer. Models that think first need room.
	DefaultMaxTokens = 512
)

// Options say what to examine. Only Open is always needed.
type Options struct {
	// BaseURL ends before "/chat/completions"; "" searches the usual ports of the
	// loopback interface.
	BaseURL string
	// Model is the id on the wire; "" takes the first that the server lists.
	Model string
	// Open makes the client for an endpoint. It should not retry: a probe wants to
	// see the first answer. An endpoint that was found by search is a stranger, to
	// whom the caller may not want to send a key.
	Open func(baseURL string) (llm.Client, error)
	// Key and Header go with the plain HTTP requests (the list of models, the
	// stream). Neither is sent to an endpoint that was found by search.
	Key    string
	Header http.Header
	// Secrets are further texts that must not appear in a report; Key and the values
	// of Header never do.
	Secrets []string
	// ExtraBody members go with every completion, as they would in a run.
	ExtraBody map[string]json.RawMessage
	// Prompted says that tools are written into the prompt for this model, so that
	// what the server does with native ones does not matter: those probes are skipped.
	Prompted bool
	// Detect finds calls that a model wrote as text, and names their dialect. nil
	// leaves that probe out.
	Detect func(content, reasoning string, tools []button.Tool) (dialect string, ok bool)
	// Transport carries the plain HTTP requests; nil makes one.
	Transport http.RoundTripper
	// Addresses are the "host:port" to search; nil means those of Addresses().
	Addresses []string
	// Time, RequestTime and MaxTokens are bounds; 0 means the default.
	Time, RequestTime time.Duration
	MaxTokens         int
}

// Status is what a probe came to.
type Status string

// The statuses. Only Failed makes an endpoint unhealthy: a Warning is something
// to know or to mend, and Skipped could not be told, for the reason given.
const (
	OK      Status = "ok"
	Warning Status = "warning"
	Failed  Status = "failed"
	Skipped Status = "skipped"
)

// Probe is one finding.
type Probe struct {
	Name   string `json:"name"`
	Status Status `json:"status"`
	// Seen is what was seen, in one line without control characters.
	Seen string `json:"seen"`
	// Advice is what to do about it, "" where there is nothing to do.
	Advice string `json:"advice,omitempty"`
}

// Found is a server that a search came upon.
type Found struct {
	BaseURL string   `json:"base_url"`
	Server  Server   `json:"server"`
	Models  []string `json:"models,omitempty"` // at most 20
	// NeedsKey says that it answers, but lists its models only to those with a key.
	NeedsKey bool `json:"needs_key,omitempty"`
}

// Report is the outcome of an examination.
type Report struct {
	BaseURL string `json:"base_url,omitempty"`
	Model   string `json:"model,omitempty"`
	Server  Server `json:"server"`
	// Found are all servers of a search, the examined one first.
	Found  []Found `json:"found,omitempty"`
	Probes []Probe `json:"probes"`
	// Healthy means that a plain question was answered and no probe failed.
	Healthy bool `json:"healthy"`
	// Context is the context limit in tokens, 0 if it could not be learned.
	Context int `json:"context,omitempty"`
	// Requests and the tokens count what the examination cost; tokens are as the
	// server reports them.
	Requests         int `json:"requests"`
	PromptTokens     int `json:"prompt_tokens"`
	CompletionTokens int `json:"completion_tokens"`
}

// Run examines an endpoint. It always returns a whole report: what could not be
// asked, also because the context ended, is there as skipped.
func Run(ctx context.Context, options Options) Report {
	e := newExam(options)
	defer e.close()
	limit := options.Time
	if limit <= 0 {
		limit = max(DefaultTime, DefaultTime/DefaultRequestTime*options.RequestTime)
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, step := range steps() {
		reason := e.stopped
		switch {
		case reason != "":
		case options.Prompted && (step.needs == "tools" || step.probes[0] == "tools"):
			reason = "tools are prompted for this model"
		case ctx.Err() != nil:
			reason = timeUp(ctx)
		case step.needs != "" && e.status(step.needs) != OK && e.status(step.needs) != Warning:
			reason = "it needs the probe " + step.needs + ", which did not succeed"
		default:
			step.run(e, ctx)
			reason = "the examination was cut short"
		}
		for _, name := range step.probes {
			if e.status(name) == "" {
				e.note(name, Skipped, reason, "")
			}
		}
	}
	return e.finish()
}

// step is a part of the examination that fills some probes.
type step struct {
	probes []string
	needs  string // a probe that has to be ok or a warning
	run    func(*exam, context.Context)
}

// steps are in the order in which they are taken, and probes in the order of the
// report.
func steps() []step {
	return []step{
		{[]string{"reachable", "models"}, "", (*exam).reach},
		{[]string{"completion"}, "reachable", (*exam).complete},
		{[]string{"tools", "native_call", "arguments", "text_call"}, "completion", (*exam).offerTools},
		{[]string{"parallel_calls"}, "tools", (*exam).askParallel},
		{[]string{"parallel_off"}, "tools", (*exam).forbidParallel},
		{[]string{"choice_required"}, "tools", (*exam).requireCall},
		{[]string{"choice_none"}, "tools", (*exam).forbidCall},
		{[]string{"tool_result"}, "tools", (*exam).giveResult},
		{[]string{"empty_result"}, "tools", (*exam).giveEmptyResult},
		{[]string{"reasoning"}, "completion", (*exam).findReasoning},
		{[]string{"reasoning_back"}, "completion", (*exam).returnReasoning},
		{[]string{"temperature_zero"}, "completion", (*exam).repeatGreedy},
		{[]string{"seed"}, "completion", (*exam).repeatSeed},
		{[]string{"streaming", "stream_usage"}, "completion", (*exam).stream},
		{[]string{"context"}, "reachable", (*exam).findContext},
	}
}

// Names are the names of all probes, in the order of a report.
func Names() []string {
	var names []string
	for _, step := range steps() {
		names = append(names, step.probes...)
	}
	return names
}

func timeUp(ctx context.Context) string {
	if ctx.Err() == context.DeadlineExceeded {
		return "the time for the whole examination was used up"
	}
	return "the examination was stopped"
}

// rootOf is the base URL without its /v1, where servers have pages of their own.
func rootOf(baseURL string) string {
	return strings.TrimSuffix(strings.TrimRight(baseURL, "/"), "/v1")
}
