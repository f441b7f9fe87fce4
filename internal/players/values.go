package players

import (
	"encoding/json"
	"math"
	"regexp/syntax"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// layouts are the forms of date and time whose neighbours a player can compute.
func layouts() []struct {
	layout string
	shift  time.Duration
} {
	const day = 24 * time.Hour
	return []struct {
		layout string
		shift  time.Duration
	}{
		{time.DateOnly, day}, {time.RFC3339, day}, {"2006-01-02T15:04:05", day}, {"2006-01-02T15:04", day},
		{"2006-01-02 15:04", day}, {"15:04:05", time.Hour}, {"15:04", time.Hour},
	}
}

// otherTexts are strings that could stand for a value: the next day or hour, the
// same code with another digit or letter, another name that the user said, and
// at the worst the value without its last letter.
func otherTexts(value string, scene *scene) []any {
	for _, form := range layouts() {
		if moment, err := time.Parse(form.layout, value); err == nil {
			return []any{moment.Add(form.shift).Format(form.layout), moment.Add(-form.shift).Format(form.layout)}
		}
	}
	var all []any
	runes := []rune(value)
	for i := len(runes) - 1; i >= 0; i-- {
		if '0' <= runes[i] && runes[i] <= '9' {
			changed := append([]rune(nil), runes...)
			changed[i] = '0' + (runes[i]-'0'+1)%10
			all = append(all, string(changed))
		}
	}
	for _, word := range scene.words() {
		if !strings.EqualFold(word, value) {
			all = append(all, word)
		}
	}
	if len(runes) > 2 && unicode.IsLetter(runes[len(runes)-1]) {
		all = append(all, string(runes[:len(runes)-1]))
	}
	for i := len(runes) - 1; i >= 0; i-- {
		if r := runes[i]; 'a' <= r && r < 'z' || 'A' <= r && r < 'Z' {
			changed := append([]rune(nil), runes...)
			changed[i]++
			all = append(all, string(changed))
		}
	}
	return append(all, value+"2")
}

// otherNumbers are neighbours of a number, farther ones if the near ones are
// out of bounds.
func otherNumbers(value any, scene *scene) []any {
	text, _ := value.(json.Number)
	near, err := text.Float64()
	if err != nil || math.Abs(near) > 1<<53 {
		return []any{number(1), number(2)}
	}
	step := float64(1 + scene.random.IntN(3))
	return []any{
		number(near + step), number(near - step), number(near + 1), number(near - 1), number(near * 2), number(near / 2), number(0),
	}
}

// retyped are values of other JSON types that look like a value.
func retyped(value any) []any {
	switch value := value.(type) {
	case string:
		digits, err := strconv.ParseFloat(value, 64)
		if err != nil || math.IsNaN(digits) || math.IsInf(digits, 0) {
			digits = float64(len(value))
		}
		return []any{number(digits), []any{value}, true}
	case bool:
		return []any{strconv.FormatBool(value), number(1), []any{value}}
	}
	text, _ := value.(json.Number)
	return []any{string(text), []any{value}, true}
}

// sampleArguments fills the required parameters of a function: with a value
// known under the same name where the schema allows it, else by type.
func sampleArguments(s schema, known map[string]any) (map[string]any, bool) {
	arguments := map[string]any{}
	for _, name := range s.properties() {
		if !s.required(name) {
			continue
		}
		member := s.property(name)
		if value, ok := known[name]; ok && allows(member, value) {
			arguments[name] = value
			continue
		}
		value, ok := sample(member, known, 0)
		if !ok {
			return nil, false
		}
		arguments[name] = value
	}
	return arguments, true
}

// sample makes a value that a schema allows, if that is possible without
// knowing what it means.
func sample(s schema, known map[string]any, depth int) (any, bool) {
	if depth > maxSchemaDepth {
		return nil, false
	}
	if list := s.enum(); len(list) > 0 {
		return list[0], true
	}
	if examples, ok := s["examples"].([]any); ok && len(examples) > 0 {
		return examples[0], true
	}
	if standard, ok := s["default"]; ok {
		return standard, true
	}
	kind := "string"
	if types := s.types(); len(types) > 0 {
		kind = types[0]
	}
	switch kind {
	case "boolean":
		return true, true
	case "integer", "number":
		for _, name := range []string{"minimum", "maximum"} {
			if bound, ok := s.bound(name); ok {
				return number(bound), true
			}
		}
		return number(2), true
	case "array":
		item, ok := sample(s.items(), known, depth+1)
		return []any{item}, ok
	case "object":
		return sampleArguments(s, known)
	case "null":
		return nil, true
	}
	return sampleText(s)
}

func sampleText(s schema) (any, bool) {
	text := "example"
	switch s.text("format") {
	case "date":
		text = "2026-01-15"
	case "time":
		text = "09:00:00Z"
	case "date-time":
		text = "2026-01-15T09:00:00Z"
	case "email":
		text = "someone@example.org"
	case "uri":
		text = "https://example.org/"
	}
	if s.text("pattern") != "" {
		pattern := s.pattern()
		if pattern == nil {
			return nil, false
		}
		if parsed, err := syntax.Parse(s.text("pattern"), syntax.Perl); err == nil {
			var made strings.Builder
			writeMatch(&made, parsed)
			text = made.String()
		}
	}
	return text, allows(s, text)
}

// maxMatch bounds the text made for a pattern.
const maxMatch = 256

// writeMatch writes a short text that a pattern matches.
func writeMatch(out *strings.Builder, pattern *syntax.Regexp) {
	if out.Len() > maxMatch {
		return
	}
	switch pattern.Op {
	case syntax.OpLiteral:
		for _, r := range pattern.Rune {
			out.WriteRune(r)
		}
	case syntax.OpCharClass:
		if len(pattern.Rune) > 0 {
			out.WriteRune(pattern.Rune[0])
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		out.WriteByte('a')
	case syntax.OpCapture, syntax.OpConcat, syntax.OpPlus:
		for _, part := range pattern.Sub {
			writeMatch(out, part)
		}
	case syntax.OpAlternate:
		writeMatch(out, pattern.Sub[0])
	case syntax.OpRepeat:
		for range min(pattern.Min, maxMatch) {
			writeMatch(out, pattern.Sub[0])
		}
	}
}
