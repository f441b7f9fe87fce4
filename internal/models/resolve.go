package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Override is what a command line says about a model. What is empty or nil
// leaves the model as it is.
type Override struct {
	// BaseURLs replace the endpoints. A key belongs to the endpoint beside which
	// it was named: unless APIKeyEnv is given too, the model's own key, and every
	// header that comes from a variable, stays at home.
	BaseURLs  []string
	APIKeyEnv string
	Tools     string
	Parser    string
	// Sampling and Limits replace field by field.
	Sampling Sampling
	Limits   Limits
	// ExtraBody members replace those of the same name.
	ExtraBody map[string]json.RawMessage
}

// Resolve finds the model that a user asked for, by its name in the file or,
// where the file has no such name, as a bare id for which the override has to
// bring an endpoint. The defaults of the file are for the models of the file: a
// bare id gets none of them.
func (f *File) Resolve(model string, override Override) (Model, error) {
	resolved, err := f.Lookup(model)
	if err != nil {
		if len(override.BaseURLs) == 0 {
			return Model{}, fmt.Errorf("%w; a bare model id needs a base URL, for example %s", err, exampleURL)
		}
		if model == "" {
			return Model{}, fmt.Errorf("the model's id is empty")
		}
		resolved = Model{ID: model}
	}
	if err := resolved.apply(override); err != nil {
		return Model{}, err
	}
	resolved.fillIn()
	if found := check(resolved, f.dialects); found != nil {
		return Model{}, fmt.Errorf("model %.100q: %w", model, found)
	}
	return resolved, nil
}

func (m *Model) apply(o Override) error {
	if len(o.BaseURLs) > 0 {
		m.BaseURLs, m.APIKeyEnv = nil, ""
		for _, url := range o.BaseURLs {
			m.BaseURLs = append(m.BaseURLs, trimURL(url))
		}
		m.Headers = slices.DeleteFunc(m.Headers, func(h Header) bool { return h.Env != "" })
	}
	for _, text := range []struct {
		to   *string
		from string
	}{{&m.APIKeyEnv, o.APIKeyEnv}, {&m.Tools, o.Tools}, {&m.Parser, o.Parser}} {
		if text.from != "" {
			*text.to = text.from
		}
	}
	s, over := &m.Sampling, o.Sampling
	replace(&s.Temperature, over.Temperature)
	replace(&s.TopP, over.TopP)
	replace(&s.MaxTokens, over.MaxTokens)
	replace(&s.Seed, over.Seed)
	replace(&s.TopK, over.TopK)
	replace(&s.MinP, over.MinP)
	replace(&s.PresencePenalty, over.PresencePenalty)
	replace(&s.FrequencyPenalty, over.FrequencyPenalty)
	if len(over.Stop) > 0 {
		s.Stop = slices.Clone(over.Stop)
	}
	replace(&m.Limits.Concurrency, o.Limits.Concurrency)
	replace(&m.Limits.RequestsPerMinute, o.Limits.RequestsPerMinute)
	replace(&m.Limits.TokensPerMinute, o.Limits.TokensPerMinute)
	replace(&m.Limits.Timeout, o.Limits.Timeout)
	replace(&m.Limits.Retries, o.Limits.Retries)
	replace(&m.Limits.Context, o.Limits.Context)
	for _, name := range sortedNames(o.ExtraBody) {
		var compact bytes.Buffer
		if err := json.Compact(&compact, o.ExtraBody[name]); err != nil {
			return fmt.Errorf("extra_body.%.60s is not valid JSON", name)
		}
		if m.ExtraBody == nil {
			m.ExtraBody = map[string]json.RawMessage{}
		}
		m.ExtraBody[name] = compact.Bytes()
	}
	return nil
}

func replace[T any](to **T, from *T) {
	if from != nil {
		value := *from
		*to = &value
	}
}

// clone copies what apply may change in place.
func (m Model) clone() Model {
	m.BaseURLs = slices.Clone(m.BaseURLs)
	m.Headers = slices.Clone(m.Headers)
	m.ExtraBody = maps.Clone(m.ExtraBody)
	return m
}

// Resolved is the model as one line of JSON with every default filled in, for a
// run's manifest. Equal models give equal bytes, whatever the order of keys in
// the file. It holds the names of variables and never their values; without its
// name it is, in turn, a model of a models file.
func (m Model) Resolved() json.RawMessage {
	type prices struct {
		Input       float64  `json:"input"`
		CachedInput *float64 `json:"cached_input,omitempty"`
		Output      float64  `json:"output"`
		Currency    string   `json:"currency"`
	}
	type limits struct {
		Limits
		Timeout string `json:"timeout,omitempty"`
	}
	form := struct {
		Name      string                     `json:"name,omitempty"`
		Model     string                     `json:"model"`
		BaseURL   []string                   `json:"base_url"`
		APIKeyEnv string                     `json:"api_key_env,omitempty"`
		Tools     string                     `json:"tools"`
		Parser    string                     `json:"parser"`
		Sampling  Sampling                   `json:"sampling"`
		ExtraBody map[string]json.RawMessage `json:"extra_body,omitempty"`
		Prices    *prices                    `json:"prices,omitempty"`
		Limits    limits                     `json:"limits"`
		Headers   map[string]any             `json:"headers,omitempty"`
	}{
		Name: m.Name, Model: m.ID, BaseURL: m.BaseURLs, APIKeyEnv: m.APIKeyEnv, Tools: m.Tools, Parser: m.Parser,
		Sampling: m.Sampling, ExtraBody: m.ExtraBody, Limits: limits{Limits: m.Limits},
	}
	if m.Prices != nil {
		form.Prices = &prices{m.Prices.Input, m.Prices.CachedInput, m.Prices.Output, "USD"}
	}
	if m.Limits.Timeout != nil {
		form.Limits.Timeout = m.Limits.Timeout.String()
	}
	for _, header := range m.Headers {
		if form.Headers == nil {
			form.Headers = map[string]any{}
		}
		form.Headers[header.Name] = header.Value
		if header.Env != "" {
			form.Headers[header.Name] = map[string]string{"env": header.Env}
		}
	}
	var line bytes.Buffer
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(form); err != nil {
		panic(err) // every value was checked when the model was made
	}
	return bytes.TrimRight(line.Bytes(), "\n")
}

// MarshalJSON implements json.Marshaler by Resolved.
func (m Model) MarshalJSON() ([]byte, error) { return m.Resolved(), nil }

func sortedNames(members map[string]json.RawMessage) []string {
	return slices.Sorted(maps.Keys(members))
}
