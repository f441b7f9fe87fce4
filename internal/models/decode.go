package models

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/config"
)

// spec is a model as it stands in the file.
type spec struct {
	BaseURL   texts                        `yaml:"base_url"`
	APIKeyEnv string                       `yaml:"api_key_env"`
	Model     string                       `yaml:"model"`
	Tools     string                       `yaml:"tools"`
	Parser    string                       `yaml:"parser"`
	Sampling  Sampling                     `yaml:"sampling"`
	ExtraBody config.Ordered[*config.Node] `yaml:"extra_body"`
	Prices    *pricesSpec                  `yaml:"prices"`
	Limits    Limits                       `yaml:"limits"`
	Headers   config.Ordered[headerSpec]   `yaml:"headers"`
}

type pricesSpec struct {
	Input       *float64 `yaml:"input"`
	CachedInput *float64 `yaml:"cached_input"`
	Output      *float64 `yaml:"output"`
	Currency    string   `yaml:"currency"`
}

// texts are one text or a list of texts.
type texts []string

// UnmarshalNode implements config.Unmarshaler.
func (t *texts) UnmarshalNode(node *config.Node) error {
	if node.Kind == config.Text {
		*t = texts{node.Text}
		return nil
	}
	if node.Kind != config.List {
		return node.Errorf("want a text or a list of texts, have %s", node.Kind)
	}
	return node.Decode((*[]string)(t))
}

// headerSpec is a header's value: a text, or {env: NAME}.
type headerSpec struct{ value, env string }

// UnmarshalNode implements config.Unmarshaler.
func (h *headerSpec) UnmarshalNode(node *config.Node) error {
	if node.Kind == config.Text {
		h.value = node.Text
		return nil
	}
	var from struct {
		Env string `yaml:"env"`
	}
	if node.Kind != config.Map {
		return node.Errorf("want a text, or {env: NAME} with the name of an environment variable, have %s", node.Kind)
	}
	if err := node.Decode(&from); err != nil {
		return err
	}
	if from.Env == "" {
		return node.Errorf("env is missing: name the environment variable that holds the header's value")
	}
	h.env = from.Env
	return nil
}

// sections are the keys of a model that are mappings of their own. The defaults
// are merged into them key by key; below that, a value is taken whole.
var sections = []string{"sampling", "extra_body", "prices", "limits", "headers"}

// merge lays the model over the defaults. A key without a value takes the
// default back; where there is none to take back, it is a fault.
func merge(under, over *config.Node, sections []string) (*config.Node, error) {
	if over.Kind != config.Map || under != nil && under.Kind != config.Map {
		return over, nil // the decoder words the fault
	}
	merged := *over
	merged.Members = nil
	if under != nil {
		for _, member := range under.Members {
			if over.Get(member.Name) == nil {
				merged.Members = append(merged.Members, member)
			}
		}
	}
	for _, member := range over.Members {
		below := under.Get(member.Name)
		switch {
		case member.Value.Kind == config.Null && below == nil:
			return nil, member.Value.Errorf("%.60q has no value: write one, or leave the key out", member.Name)
		case member.Value.Kind == config.Null:
			continue
		case slices.Contains(sections, member.Name):
			value, err := merge(below, member.Value, nil)
			if err != nil {
				return nil, err
			}
			member.Value = value
		}
		merged.Members = append(merged.Members, member)
	}
	return &merged, nil
}

// decodeModel reads a model without its name and fills nothing in.
func decodeModel(node *config.Node) (Model, error) {
	var s spec
	if err := node.Decode(&s); err != nil {
		return Model{}, err
	}
	model := Model{
		APIKeyEnv: s.APIKeyEnv, ID: s.Model, Tools: s.Tools, Parser: s.Parser, Sampling: s.Sampling, Limits: s.Limits,
	}
	for _, url := range s.BaseURL {
		model.BaseURLs = append(model.BaseURLs, trimURL(url))
	}
	for _, entry := range s.ExtraBody {
		if model.ExtraBody == nil {
			model.ExtraBody = map[string]json.RawMessage{}
		}
		model.ExtraBody[entry.Name] = entry.Value.JSON()
	}
	for _, entry := range s.Headers {
		model.Headers = append(model.Headers, Header{Name: entry.Name, Value: entry.Value.value, Env: entry.Value.env})
	}
	slices.SortFunc(model.Headers, func(a, b Header) int { return strings.Compare(a.Name, b.Name) })
	var err error
	model.Prices, err = decodePrices(node.Get("prices"), s.Prices)
	return model, err
}

func decodePrices(node *config.Node, s *pricesSpec) (*Prices, error) {
	switch {
	case s == nil:
		return nil, nil
	case s.Currency != "" && s.Currency != "USD":
		return nil, node.At("currency").Errorf("prices are in USD, not in %.20q", s.Currency)
	case s.Input == nil:
		return nil, node.Errorf("prices have no input: write US dollars per million tokens")
	case s.Output == nil:
		return nil, node.Errorf("prices have no output: write US dollars per million tokens")
	}
	return &Prices{Input: *s.Input, CachedInput: s.CachedInput, Output: *s.Output}, nil
}

// trimURL brings the spellings of an endpoint to one.
func trimURL(url string) string {
	url = strings.TrimRight(url, "/")
	return strings.TrimRight(strings.TrimSuffix(url, "/chat/completions"), "/")
}
