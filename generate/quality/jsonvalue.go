package quality

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

// Results of simulated records are JSON values as schema.Decode gives them.

// leaf is a value without parts, with the path to it: "trains[2].fare".
type leaf struct {
	path  string
	value any
	raw   json.RawMessage
	text  *grounding.Text // nil until it is asked for
}

// field is the leaf's path without positions: "trains[].fare".
func (l *leaf) field() string { return withoutPositions(l.path) }

func withoutPositions(path string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(path, '[')
		if open < 0 {
			break
		}
		closing := strings.IndexByte(path[open:], ']')
		if closing < 0 {
			break
		}
		out.WriteString(path[:open] + "[]")
		path = path[open+closing+1:]
	}
	return out.String() + path
}

// leavesOf lists the leaves of a value, members by name. Empty lists and objects
// have none.
func leavesOf(value any) []leaf {
	var found []leaf
	var walk func(path string, value any)
	walk = func(path string, value any) {
		switch value := value.(type) {
		case map[string]any:
			for _, name := range sortedNames(value) {
				walk(joined(path, name), value[name])
			}
		case []any:
			for i, item := range value {
				walk(path+"["+strconv.Itoa(i)+"]", item)
			}
		default:
			found = append(found, leaf{path: path, value: value, raw: encode(value)})
		}
	}
	walk("", value)
	return found
}

func joined(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func sortedNames(object map[string]any) []string {
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	sort.Strings(names)
	return names
}

// lookUpAll returns the values at a path; "[]" stands for every position. The empty path
// is the value itself.
func lookUpAll(value any, path string) ([]any, error) {
	found := []any{value}
	for rest := path; rest != ""; {
		step := rest
		if rest[0] == '[' {
			end := strings.IndexByte(rest, ']')
			if end < 0 {
				return nil, fmt.Errorf("%q is no path", clip(path))
			}
			step, rest = rest[:end+1], strings.TrimPrefix(rest[end+1:], ".")
		} else {
			end := strings.IndexAny(rest, ".[")
			if end < 0 {
				end = len(rest)
			}
			step, rest = rest[:end], strings.TrimPrefix(rest[end:], ".")
		}
		var next []any
		for _, one := range found {
			values, ok := stepInto(one, step)
			if !ok {
				return nil, fmt.Errorf("there is nothing at %q", clip(path))
			}
			next = append(next, values...)
		}
		found = next
	}
	return found, nil
}

func stepInto(value any, step string) ([]any, bool) {
	if list, ok := value.([]any); ok && strings.HasPrefix(step, "[") {
		if step == "[]" {
			return list, true
		}
		n, err := strconv.Atoi(step[1 : len(step)-1])
		if err != nil || n < 0 || n >= len(list) {
			return nil, false
		}
		return list[n : n+1], true
	}
	object, ok := value.(map[string]any)
	if !ok {
		return nil, false
	}
	member, there := object[step]
	return []any{member}, there
}

// equalJSON compares two values; 7, 7.0 and "7" are equal.
func equalJSON(a, b any) bool {
	switch a := a.(type) {
	case map[string]any:
		b, ok := b.(map[string]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for name, value := range a {
			if other, there := b[name]; !there || !equalJSON(value, other) {
				return false
			}
		}
		return true
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, equalJSON)
	}
	switch b.(type) {
	case map[string]any, []any:
		return false
	}
	return a == b || scalarText(a) == scalarText(b) && scalarText(a) != ""
}

// scalarText is the text of a string or number, "" of anything else.
func scalarText(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case json.Number:
		text, _ := grounding.CanonicalNumber(value.String())
		return text
	}
	return ""
}

// encode writes a value as JSON, members by name.
func encode(value any) json.RawMessage {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil // no value that was decoded
	}
	return raw
}

// canonicalJSON is one text for all texts of a value; what is no JSON is itself.
func canonicalJSON(raw []byte) string {
	value, err := schema.Decode(raw)
	if err != nil {
		return string(raw)
	}
	return string(encode(plainNumbers(value)))
}

// plainNumbers brings the numbers of a value into one form.
func plainNumbers(value any) any {
	switch value := value.(type) {
	case map[string]any:
		plain := make(map[string]any, len(value))
		for name, member := range value {
			plain[name] = plainNumbers(member)
		}
		return plain
	case []any:
		plain := make([]any, len(value))
		for i, item := range value {
			plain[i] = plainNumbers(item)
		}
		return plain
	case json.Number:
		if text, ok := grounding.CanonicalNumber(value.String()); ok {
			return json.Number(text)
		}
	}
	return value
}
