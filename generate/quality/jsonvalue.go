package quality

import (
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
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

// evaluateJSON computes the value that a path and a transform take from the results
// of calls. A tie is an error.
func evaluateJSON(calls []*call, path string, t *button.Transform) (any, error) {
	for _, from := range calls {
		if from.invented.failed || from.result < 0 {
			return nil, fmt.Errorf("%s brought no result", from.Name)
		}
	}
	op := ""
	if t != nil {
		if op = t.Op; op == "" {
			return nil, fmt.Errorf("a transform without an operation")
		}
		if err := trim(t); err != nil {
			return nil, err
		}
	}
	switch {
	case op == button.OpWinnerMin || op == button.OpWinnerMax:
		return winnerJSON(calls, path, t)
	case op == button.OpSum:
		return sumJSON(calls, path)
	case len(calls) != 1:
		return nil, fmt.Errorf("%d calls, want one", len(calls))
	case op == button.OpMin || op == button.OpMax || op == button.OpEach:
		return itemJSON(calls[0], path, t)
	}
	values, err := lookUpAll(calls[0].invented.result, path)
	if err != nil {
		return nil, err
	}
	if op == "" {
		if strings.Contains(path, "[]") {
			return values, nil
		}
		return values[0], nil
	}
	if op != button.OpDate && op != button.OpTime || len(values) != 1 {
		return nil, fmt.Errorf("unknown operation %q", clip(op))
	}
	text, _ := values[0].(string)
	date, clock, ok := splitMoment(text)
	if !ok {
		return nil, fmt.Errorf("%q of %s is no date-time", clip(path), calls[0].Name)
	}
	if op == button.OpDate {
		return date, nil
	}
	return clock, nil
}

// splitMoment parts a date-time into its date and its time of day, to the minute.
func splitMoment(text string) (date, clock string, ok bool) {
	if len(text) < len("2006-01-02T15:04") || text[4] != '-' || text[7] != '-' || text[10] != 'T' && text[10] != ' ' || text[13] != ':' {
		return "", "", false
	}
	return text[:10], text[11:16], true
}

// itemJSON takes a field of the one item that a selection chooses.
func itemJSON(from *call, path string, t *button.Transform) (any, error) {
	if !strings.HasSuffix(t.Over, "[]") {
		return nil, fmt.Errorf("%q is no list", clip(t.Over))
	}
	field, inside := strings.CutPrefix(path, t.Over)
	items, err := lookUpAll(from.invented.result, t.Over)
	if err != nil || !inside {
		return nil, fmt.Errorf("%q is no field of the items of %s", clip(path), from.Name)
	}
	field = strings.TrimPrefix(field, ".")
	var left []any
	for _, item := range items {
		fits, err := meets(item, t.Where)
		if err != nil {
			return nil, err
		}
		if fits {
			left = append(left, item)
		}
	}
	chosen := t.Index
	if t.Op != button.OpEach {
		if chosen, err = best(len(left), t.Op == button.OpMax, func(i int) (any, error) { return one(left[i], t.By) }, compareJSON); err != nil {
			return nil, err
		}
	}
	if chosen < 0 || chosen >= len(left) {
		return nil, fmt.Errorf("item %d of the %d that are left", chosen, len(left))
	}
	return one(left[chosen], field)
}

// one returns the only value at a path.
func one(value any, path string) (any, error) {
	values, err := lookUpAll(value, path)
	if err == nil && len(values) != 1 {
		err = fmt.Errorf("%d values at %q, want one", len(values), clip(path))
	}
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

func meets(item any, where []button.Condition) (bool, error) {
	for i := range where {
		have, err := one(item, where[i].Field)
		if err != nil {
			return false, err
		}
		bound, err := schema.Decode(where[i].Value)
		if err != nil {
			return false, err
		}
		holds := equalJSON(have, bound)
		if where[i].Op != "is" {
			order, err := compareJSON(have, bound)
			if err != nil {
				return false, err
			}
			switch where[i].Op {
			case "at_least":
				holds = order >= 0
			case "at_most":
				holds = order <= 0
			default:
				return false, fmt.Errorf("unknown comparison %q", clip(where[i].Op))
			}
		}
		if !holds {
			return false, nil
		}
	}
	return true, nil
}

// winnerJSON takes an argument of the call whose result is smallest or largest.
func winnerJSON(calls []*call, path string, t *button.Transform) (any, error) {
	chosen, err := best(len(calls), t.Op == button.OpWinnerMax, func(i int) (any, error) {
		if calls[i].Name != calls[0].Name {
			return nil, fmt.Errorf("the calls compared are of several functions")
		}
		return one(calls[i].invented.result, t.By)
	}, compareJSON)
	if err != nil {
		return nil, err
	}
	return one(calls[chosen].invented.arguments, path)
}

// sumJSON adds the numbers at a path over lists and several results.
func sumJSON(calls []*call, path string) (any, error) {
	total, count := new(big.Rat), 0
	for _, from := range calls {
		values, err := lookUpAll(from.invented.result, path)
		if err != nil {
			return nil, err
		}
		for _, value := range values {
			amount, ok := rational(value)
			if !ok {
				return nil, fmt.Errorf("%q of %s cannot be added up", clip(path), from.Name)
			}
			total.Add(total, amount)
			count++
		}
	}
	if count < 2 {
		return nil, fmt.Errorf("a sum of %d values", count)
	}
	return decimal(total), nil
}

// rational reads a JSON number of sensible length.
func rational(value any) (*big.Rat, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return nil, false
	}
	text, ok := grounding.CanonicalNumber(number.String())
	if !ok || len(text) > 60 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// decimal writes a sum of decimals.
func decimal(value *big.Rat) json.Number {
	const places = 60 // no decimal that rational reads has more
	text, _ := grounding.CanonicalNumber(value.FloatString(places))
	return json.Number(text)
}

// compareJSON orders two numbers or two texts, dates among them.
func compareJSON(a, b any) (int, error) {
	if x, ok := rational(a); ok {
		if y, ok := rational(b); ok {
			return x.Cmp(y), nil
		}
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	}
	return 0, fmt.Errorf("two values that cannot be compared")
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
