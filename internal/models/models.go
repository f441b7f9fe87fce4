// Package models reads models.yaml: models under names of the user's own, each
// with its endpoints, the name of the variable that holds its key, its way with
// tools, its sampling, prices and limits. A bare model id with a base URL gives
// the same Model.
//
// Keys never stand in the file and never in a Model: both hold the names of
// environment variables, and Credentials reads those when they are needed. So a
// Model may be printed, stored and compared as it is.
package models

import (
	"encoding/json"
	"strconv"
	"time"
)

// Version is the version of the file format that this package reads.
const Version = 1

// The ways to offer tools to a model.
const (
	ToolsNative   = "native"   // in the request's tools
	ToolsPrompted = "prompted" // written into the system prompt, in a dialect
)

// The parsers that are no dialects.
const (
	ParserAuto   = "auto"   // native calls, else whatever dialect the text is in
	ParserNative = "native" // native calls only
)

// Model says how a model is reached and asked, and what that costs. It holds no
// secret.
type Model struct {
	// Name is the model's name in the file, "" for a bare id.
	Name string
	// BaseURLs are the endpoints, at least one, each ending before
	// "/chat/completions".
	BaseURLs []string
	// APIKeyEnv names the environment variable that holds the key; "" sends none.
	APIKeyEnv string
	// ID is the model's id on the wire.
	ID     string
	Tools  string // ToolsNative or ToolsPrompted
	Parser string // ParserAuto, ParserNative or a dialect
	Sampling
	// ExtraBody members are merged into the request body. The values keep the
	// order of their own members.
	ExtraBody map[string]json.RawMessage
	// Prices is nil where none are known.
	Prices *Prices
	Limits Limits
	// Headers are sent with every request, sorted by name.
	Headers []Header
}

// Sampling holds what steers the choice of tokens; what is nil is not sent.
type Sampling struct {
	Temperature      *float64 `yaml:"temperature" json:"temperature,omitempty"`
	TopP             *float64 `yaml:"top_p" json:"top_p,omitempty"`
	MaxTokens        *int     `yaml:"max_tokens" json:"max_tokens,omitempty"`
	Seed             *int64   `yaml:"seed" json:"seed,omitempty"`
	Stop             []string `yaml:"stop" json:"stop,omitempty"`
	TopK             *int     `yaml:"top_k" json:"top_k,omitempty"`
	MinP             *float64 `yaml:"min_p" json:"min_p,omitempty"`
	PresencePenalty  *float64 `yaml:"presence_penalty" json:"presence_penalty,omitempty"`
	FrequencyPenalty *float64 `yaml:"frequency_penalty" json:"frequency_penalty,omitempty"`
}

// Prices are in US dollars per million tokens.
type Prices struct {
	Input float64
	// CachedInput is the price of prompt tokens that the server had in its cache,
	// nil where they cost as much as others.
	CachedInput *float64
	Output      float64
}

// Cost is the price of a request in US dollars. cached counts those of the
// prompt's tokens that came from the cache. What is below 0, as a count that was
// not reported is, counts as 0.
func (p Prices) Cost(prompt, cached, completion int) float64 {
	prompt = max(prompt, 0)
	cached = min(max(cached, 0), prompt)
	cachedPrice := p.Input
	if p.CachedInput != nil {
		cachedPrice = *p.CachedInput
	}
	return (float64(prompt-cached)*p.Input + float64(cached)*cachedPrice + float64(max(completion, 0))*p.Output) / 1e6
}

// Limits bound what is asked of an endpoint; what is nil is not bounded here.
type Limits struct {
	Concurrency       *int           `yaml:"concurrency" json:"concurrency,omitempty"` // requests in flight
	RequestsPerMinute *int           `yaml:"requests_per_minute" json:"requests_per_minute,omitempty"`
	TokensPerMinute   *int           `yaml:"tokens_per_minute" json:"tokens_per_minute,omitempty"`
	Timeout           *time.Duration `yaml:"timeout" json:"-"` // of one request
	// Retries is how often a request is put again, behind the first attempt, after
	// failures that may heal.
	Retries *int `yaml:"retries" json:"retries,omitempty"`
	Context *int `yaml:"context" json:"context,omitempty"` // tokens of prompt and answer together
}

// Header is one HTTP header with a literal value, or with the value of the
// environment variable Env.
type Header struct{ Name, Value, Env string }

// Body returns the members of a request body beyond model, messages, tools and
// the sampling of the protocol: ExtraBody, and those kinds of sampling that only
// some servers know (top_k, min_p) or that few callers set (the penalties).
func (m Model) Body() map[string]json.RawMessage {
	body := make(map[string]json.RawMessage, len(m.ExtraBody)+4)
	for name, value := range m.ExtraBody {
		body[name] = value
	}
	if m.TopK != nil {
		body["top_k"] = strconv.AppendInt(nil, int64(*m.TopK), 10)
	}
	for name, value := range map[string]*float64{
		"min_p": m.MinP, "presence_penalty": m.PresencePenalty, "frequency_penalty": m.FrequencyPenalty,
	} {
		if value != nil {
			body[name] = strconv.AppendFloat(nil, *value, 'f', -1, 64)
		}
	}
	return body
}
