package runstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Change is one difference between two configurations.
type Change struct {
	Path string // names and [indexes] from the top: model.stop[1]
	Was  string // JSON; nothing where the value was not set
	Now  string // JSON; nothing where the value is not set any more
}

// ConfigError says that a run was begun with another configuration.
type ConfigError struct {
	Changes []Change // never empty, by path
}

// changesShown bounds the message.
const changesShown = 20

func (e *ConfigError) Error() string {
	var out strings.Builder
	out.WriteString("it was begun with another configuration:\n")
	for i, change := range e.Changes {
		if i == changesShown {
			fmt.Fprintf(&out, "  and %d more\n", len(e.Changes)-i)
			break
		}
		was, now := excerpts(change.Was, change.Now)
		fmt.Fprintf(&out, "  %s: %s -> %s\n", change.Path, was, now)
	}
	out.WriteString("resume with the same configuration, or name another folder")
	return out.String()
}

// excerptLength is how many bytes of a value are shown.
const excerptLength = 60

// excerpts shortens two values so that the place where they part is seen.
func excerpts(was, now string) (string, string) {
	same := 0
	for same < min(len(was), len(now)) && was[same] == now[same] {
		same++
	}
	from := 0
	if max(len(was), len(now)) > excerptLength {
		from = max(same-excerptLength/3, 0)
	}
	return excerpt(was, from), excerpt(now, from)
}

func excerpt(value string, from int) string {
	if value == "" {
		return "(not set)"
	}
	from = min(from, len(value))
	to := min(from+excerptLength, len(value))
	for from > 0 && from < len(value) && !utf8.RuneStart(value[from]) {
		from--
	}
	for to < len(value) && !utf8.RuneStart(value[to]) {
		to--
	}
	short := value[from:to]
	if from > 0 {
		short = "..." + short
	}
	if to < len(value) {
		short += "..."
	}
	return short
}

// Diff lists how two JSON values differ, by path. The order of members means
// nothing, the text of numbers does.
func Diff(was, now json.RawMessage) ([]Change, error) {
	before, err := flatten(was)
	if err != nil {
		return nil, err
	}
	after, err := flatten(now)
	if err != nil {
		return nil, err
	}
	var changes []Change
	for path, value := range before {
		if after[path] != value {
			changes = append(changes, Change{path, value, after[path]})
		}
	}
	for path, value := range after {
		if _, known := before[path]; !known {
			changes = append(changes, Change{path, "", value})
		}
	}
	slices.SortFunc(changes, func(a, b Change) int { return strings.Compare(a.Path, b.Path) })
	return changes, nil
}

// flatten gives the JSON of every leaf by its path. Empty objects and arrays
// are leaves.
func flatten(data json.RawMessage) (map[string]string, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	var value any
	if len(data) > 0 {
		if err := decoder.Decode(&value); err != nil {
			return nil, fmt.Errorf("comparing configurations: %w", err)
		}
	}
	leaves := make(map[string]string)
	addLeaves(leaves, "", value)
	return leaves, nil
}

func addLeaves(leaves map[string]string, path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			if plain := name != "" && !strings.ContainsAny(name, ".[\" "); !plain {
				name = strconv.Quote(name)
			}
			if path != "" {
				name = path + "." + name
			}
			addLeaves(leaves, name, member)
		}
		if len(value) > 0 {
			return
		}
	case []any:
		for i, element := range value {
			addLeaves(leaves, fmt.Sprintf("%s[%d]", path, i), element)
		}
		if len(value) > 0 {
			return
		}
	}
	if path == "" {
		path = "(all)"
	}
	leaves[path] = encodeLeaf(value)
}

func encodeLeaf(value any) string {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(value) != nil { // cannot be: it was decoded from JSON
		return fmt.Sprint(value)
	}
	return strings.TrimSuffix(out.String(), "\n")
}
