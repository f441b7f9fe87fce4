package models

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/config"
)

const exampleURL = "http://127.0.0.1:8000/v1"

// Bounds on what a model may hold.
const (
	maxEndpoints = 64
	maxStops     = 16
	maxText      = 4096 // bytes of a URL, an id, a header
	maxCount     = 1 << 40
)

// problem is a fault of one value. path leads to it by the keys of the file.
type problem struct {
	path []string
	text string
}

func (p *problem) Error() string { return p.text }

func fault(path []string, format string, values ...any) *problem {
	return &problem{path, fmt.Sprintf(format, values...)}
}

// at gives a problem its place in the file.
func at(node *config.Node, found *problem) error {
	if found == nil {
		return nil
	}
	if place := node.At(found.path...); place != nil {
		return place.Errorf("%s", found.text)
	}
	return node.ErrorAt(found.path, "%s", found.text)
}

// checkName returns what is wrong with the name of a model, or "".
func checkName(name string) string {
	const rule = "a model's name has letters, digits, '.', '_' and '-', begins with a letter or digit, and has at most 64 of them; the id on the wire goes into its key model"
	if name == "" || len(name) > 64 || strings.ContainsAny(name[:1], "._-") {
		return rule
	}
	for _, r := range name {
		if !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("._-", r)) {
			return rule
		}
	}
	return ""
}

// check judges a whole model.
func check(m Model, dialects []string) *problem {
	if found := checkParts(m, dialects); found != nil {
		return found
	}
	switch {
	case len(m.BaseURLs) == 0:
		return fault([]string{"base_url"}, "the endpoint is missing: give a base URL, for example %s", exampleURL)
	case m.Tools == ToolsPrompted && m.Parser == ParserNative:
		return fault([]string{"parser"}, "tools that are prompted leave no native calls to read: want parser auto or a dialect")
	}
	return nil
}

// checkParts judges the values that are there, each by itself.
func checkParts(m Model, dialects []string) *problem {
	for _, found := range []*problem{
		checkURLs(m.BaseURLs),
		checkVariable([]string{"api_key_env"}, "api_key_env", m.APIKeyEnv),
		checkWords(m, dialects),
		checkSampling(m.Sampling),
		checkExtraBody(m),
		checkPrices(m.Prices),
		checkLimits(m.Limits),
		checkHeaders(m),
	} {
		if found != nil {
			return found
		}
	}
	return nil
}

func checkURLs(urls []string) *problem {
	path := []string{"base_url"}
	if len(urls) > maxEndpoints {
		return fault(path, "%d endpoints are more than the allowed %d", len(urls), maxEndpoints)
	}
	for i, text := range urls {
		parsed, err := url.Parse(text)
		switch {
		case err != nil || len(text) > maxText || strings.ContainsFunc(text, unprintable):
			return fault(path, "base_url cannot be read: want something like %s", exampleURL)
		case parsed.User != nil:
			return fault(path, "base_url holds a user name or password: name the variable of a key with api_key_env")
		case parsed.RawQuery != "" || parsed.Fragment != "" || parsed.ForceQuery:
			return fault(path, "base_url holds a query or a fragment: want something like %s; parameters go into headers or extra_body", exampleURL)
		case parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.Host == "":
			return fault(path, "base_url %.100q has no http:// or https:// and host: want something like %s", text, exampleURL)
		case slices.Contains(urls[:i], text):
			return fault(path, "base_url %.100q stands twice", text)
		}
	}
	return nil
}

func checkWords(m Model, dialects []string) *problem {
	if len(m.ID) > maxText || strings.ContainsFunc(m.ID, unprintable) {
		return fault([]string{"model"}, "model is no id: it is longer than %d bytes or holds a control character", maxText)
	}
	if m.Tools != "" && m.Tools != ToolsNative && m.Tools != ToolsPrompted {
		return fault([]string{"tools"}, "tools is %.40q: want %s or %s", m.Tools, ToolsNative, ToolsPrompted)
	}
	known := append([]string{ParserAuto, ParserNative}, dialects...)
	if m.Parser != "" && !slices.Contains(known, m.Parser) {
		return fault([]string{"parser"}, "parser is %.40q: want one of %s", m.Parser, strings.Join(known, ", "))
	}
	return nil
}

func checkSampling(s Sampling) *problem {
	for _, number := range []struct {
		name      string
		value     *float64
		low, high float64
		open      bool // low itself is not allowed
	}{
		{"temperature", s.Temperature, 0, 10, false},
		{"top_p", s.TopP, 0, 1, true},
		{"min_p", s.MinP, 0, 1, false},
		{"presence_penalty", s.PresencePenalty, -2, 2, false},
		{"frequency_penalty", s.FrequencyPenalty, -2, 2, false},
	} {
		if v := number.value; v != nil && (math.IsNaN(*v) || *v < number.low || *v > number.high || number.open && *v == number.low) {
			between := fmt.Sprintf("between %v and %v", number.low, number.high)
			if number.open {
				between = fmt.Sprintf("above %v and at most %v", number.low, number.high)
			}
			return fault([]string{"sampling", number.name}, "%s must be %s, not %v", number.name, between, *v)
		}
	}
	if v := s.TopK; v != nil && (*v < -1 || *v > maxCount) {
		return fault([]string{"sampling", "top_k"}, "top_k must be at least 1, or 0 or -1 for all tokens, not %d", *v)
	}
	if len(s.Stop) > maxStops {
		return fault([]string{"sampling", "stop"}, "%d texts to stop at are more than the allowed %d", len(s.Stop), maxStops)
	}
	if slices.Contains(s.Stop, "") {
		return fault([]string{"sampling", "stop"}, "a text to stop at is empty")
	}
	return checkCount([]string{"sampling", "max_tokens"}, s.MaxTokens, 1)
}

// ownMembers are the members of a request body that have a place of their own.
func ownMembers(name string) string {
	switch name {
	case "model":
		return "the key model"
	case "messages", "tools", "stream", "stream_options", "n":
		return "the program, which writes it itself"
	case "temperature", "top_p", "max_tokens", "seed", "stop", "top_k", "min_p", "presence_penalty", "frequency_penalty":
		return "sampling." + name
	}
	return ""
}

func checkExtraBody(m Model) *problem {
	for _, name := range sortedNames(m.ExtraBody) {
		path := []string{"extra_body", name}
		if owner := ownMembers(name); owner != "" {
			return fault(path, "extra_body may not hold %q: that belongs to %s", name, owner)
		}
	}
	return nil
}

func checkPrices(p *Prices) *problem {
	if p == nil {
		return nil
	}
	for _, price := range []struct {
		name  string
		value *float64
	}{{"input", &p.Input}, {"cached_input", p.CachedInput}, {"output", &p.Output}} {
		if v := price.value; v != nil && !(*v >= 0 && *v <= 1e6) {
			return fault([]string{"prices", price.name}, "the price %s must be between 0 and 1000000 US dollars per million tokens, not %v", price.name, *v)
		}
	}
	return nil
}

func checkLimits(l Limits) *problem {
	for _, count := range []struct {
		name  string
		value *int
		low   int
	}{
		{"concurrency", l.Concurrency, 1},
		{"requests_per_minute", l.RequestsPerMinute, 1},
		{"tokens_per_minute", l.TokensPerMinute, 1},
		{"retries", l.Retries, 0},
		{"context", l.Context, 1},
	} {
		if found := checkCount([]string{"limits", count.name}, count.value, count.low); found != nil {
			return found
		}
	}
	if v := l.Timeout; v != nil && (*v <= 0 || *v > 24*time.Hour) {
		return fault([]string{"limits", "timeout"}, "timeout must be above 0 and at most 24h, not %v", *v)
	}
	return nil
}

func checkCount(path []string, value *int, low int) *problem {
	if value != nil && (*value < low || *value > maxCount) {
		return fault(path, "%s must be at least %d and at most %d, not %d", path[len(path)-1], low, maxCount, *value)
	}
	return nil
}

// unprintable reports characters that have no place in a URL, an id or a header.
func unprintable(r rune) bool { return r < ' ' || r == 0x7f || r == utf8.RuneError }
