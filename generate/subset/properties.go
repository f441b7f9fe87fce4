package subset

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// facts are the parts of a record that properties look at.
type facts struct {
	ID       string `json:"id"`
	Kind     string `json:"kind"`
	Mode     string `json:"mode"`
	Messages []struct {
		Role      string     `json:"role"`
		ToolCalls []struct{} `json:"tool_calls"`
	} `json:"messages"`
	Plan *struct {
		Nodes []struct{ Turn, Wave int } `json:"nodes"`
	} `json:"plan"`
	Meta *struct {
		World string `json:"world"`
	} `json:"meta"`
}

func readFacts(line []byte) (*facts, error) {
	var f facts
	if err := json.Unmarshal(line, &f); err != nil {
		return nil, fmt.Errorf("not a record: %w", err)
	}
	if f.ID == "" {
		return nil, errors.New("not a record: it has no id")
	}
	return &f, nil
}

// A property is a function of a record that names its value.
type namedProperty struct {
	name  string
	value func(*facts) string
}

func properties() []namedProperty {
	return []namedProperty{
		{"kind", func(f *facts) string { return f.Kind }},
		{"mode", func(f *facts) string { return f.Mode }},
		{"world", func(f *facts) string {
			if f.Meta == nil {
				return ""
			}
			return f.Meta.World
		}},
		{"depth", func(f *facts) string { return strconv.Itoa(f.depth()) }},
		{"calls", func(f *facts) string { calls, _, _ := f.count(); return strconv.Itoa(calls) }},
		{"parallel", func(f *facts) string {
			if _, _, widest := f.count(); widest > 1 {
				return "yes"
			}
			return "no"
		}},
	}
}

// Properties are the names by which records can be told apart: "kind", "mode" and
// "world" as the record says; "depth", the waves of calls of its plan, or where it
// has none the turns with calls; "calls", their number; "parallel", whether a turn
// carries several.
func Properties() (names []string) {
	for _, one := range properties() {
		names = append(names, one.name)
	}
	return names
}

func property(name string) (func(*facts) string, bool) {
	for _, one := range properties() {
		if one.name == name {
			return one.value, true
		}
	}
	return nil, false
}

// stratum names the values of some properties.
func (f *facts) stratum(names []string) (string, error) {
	if len(names) == 0 {
		return "all", nil
	}
	parts := make([]string, len(names))
	for i, name := range names {
		value, _ := property(name)
		text := value(f)
		if len(text) > maxValue {
			return "", fmt.Errorf("its %s is longer than %d bytes", name, maxValue)
		}
		parts[i] = name + "=" + text
	}
	return strings.Join(parts, " "), nil
}

// count gives the number of calls, of turns with calls, and the most calls in one.
func (f *facts) count() (calls, turns, widest int) {
	for _, message := range f.Messages {
		if n := len(message.ToolCalls); message.Role == "assistant" && n > 0 {
			calls, turns, widest = calls+n, turns+1, max(widest, n)
		}
	}
	return calls, turns, widest
}

func (f *facts) depth() int {
	if f.Plan == nil {
		_, turns, _ := f.count()
		return turns
	}
	waves := map[[2]int]bool{}
	for _, node := range f.Plan.Nodes {
		waves[[2]int{node.Turn, node.Wave}] = true
	}
	return len(waves)
}
