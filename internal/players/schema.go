package players

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// schema is a JSON Schema as far as a player reads it: type, properties, items,
// enum, bounds and pattern. What it does not know, it ignores.
type schema map[string]any

// maxSchemaDepth bounds how far a player follows a foreign schema or value.
const maxSchemaDepth = 8

// maxPattern bounds the text of a pattern that is compiled.
const maxPattern = 200

func parseSchema(raw json.RawMessage) schema {
	value, ok := decodeValue(string(raw))
	if !ok {
		return nil
	}
	object, _ := value.(map[string]any)
	return object
}

// property is the schema of a member, nil if it declares none.
func (s schema) property(name string) schema {
	properties, _ := s["properties"].(map[string]any)
	member, _ := properties[name].(map[string]any)
	return member
}

// properties are the names of the declared members in alphabetical order.
func (s schema) properties() []string {
	properties, _ := s["properties"].(map[string]any)
	return slices.Sorted(maps.Keys(properties))
}

func (s schema) required(name string) bool {
	list, _ := s["required"].([]any)
	return slices.Contains(list, any(name))
}

func (s schema) items() schema {
	items, _ := s["items"].(map[string]any)
	return items
}

func (s schema) text(name string) string {
	text, _ := s[name].(string)
	return text
}

func (s schema) enum() []any {
	if constant, ok := s["const"]; ok {
		return []any{constant}
	}
	list, _ := s["enum"].([]any)
	return list
}

// types are the declared JSON types, with the names that Python-minded corpora
// use for them; none means anything.
func (s schema) types() []string {
	var names []string
	switch declared := s["type"].(type) {
	case string:
		names = []string{declared}
	case []any:
		for _, one := range declared {
			if name, ok := one.(string); ok {
				names = append(names, name)
			}
		}
	}
	for i, name := range names {
		switch name {
		case "dict":
			names[i] = "object"
		case "float":
			names[i] = "number"
		case "list", "tuple":
			names[i] = "array"
		case "any":
			return nil
		}
	}
	return names
}

// bound reads a number such as "minimum".
func (s schema) bound(name string) (float64, bool) {
	number, ok := s[name].(json.Number)
	if !ok {
		return 0, false
	}
	value, err := number.Float64()
	return value, err == nil
}

// pattern compiles the pattern, if there is one that Go can run.
func (s schema) pattern() *regexp.Regexp {
	text := s.text("pattern")
	if text == "" || len(text) > maxPattern {
		return nil
	}
	compiled, err := regexp.Compile(text)
	if err != nil {
		return nil
	}
	return compiled
}

// allows checks a scalar against what a player knows of its schema.
func allows(s schema, value any) bool {
	if types := s.types(); len(types) > 0 && !typeAllowed(types, value) {
		return false
	}
	if list := s.enum(); len(list) > 0 {
		return slices.ContainsFunc(list, func(member any) bool { return encodeValue(member) == encodeValue(value) })
	}
	switch value := value.(type) {
	case string:
		if least, ok := s.bound("minLength"); ok && float64(utf8.RuneCountInString(value)) < least {
			return false
		}
		if most, ok := s.bound("maxLength"); ok && float64(utf8.RuneCountInString(value)) > most {
			return false
		}
		pattern := s.pattern()
		return pattern == nil || pattern.MatchString(value)
	case json.Number:
		number, err := value.Float64()
		if err != nil {
			return false
		}
		least, hasLeast := s.bound("minimum")
		most, hasMost := s.bound("maximum")
		above, hasAbove := s.bound("exclusiveMinimum")
		below, hasBelow := s.bound("exclusiveMaximum")
		return !(hasLeast && number < least || hasMost && number > most || hasAbove && number <= above || hasBelow && number >= below)
	}
	return true
}

func typeAllowed(types []string, value any) bool {
	name := typeName(value)
	return slices.Contains(types, name) || name == "integer" && slices.Contains(types, "number")
}

// typeName is the JSON type of a decoded value; a number without a fraction
// counts as an integer.
func typeName(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case json.Number:
		if number, err := value.Float64(); err == nil && number == float64(int64(number)) {
			return "integer"
		}
	}
	return "number"
}

// leaf is a scalar inside arguments, with a way to replace it.
type leaf struct {
	value  any
	schema schema
	put    func(any)
}

// leaves finds the scalars of a value, in a fixed order. null is none: there is
// no other value of its type.
func leaves(value any, s schema) []leaf {
	return appendLeaves(nil, value, s, nil, 0)
}

func appendLeaves(all []leaf, value any, s schema, put func(any), depth int) []leaf {
	switch value := value.(type) {
	case map[string]any:
		if depth < maxSchemaDepth {
			for _, name := range slices.Sorted(maps.Keys(value)) {
				all = appendLeaves(all, value[name], s.property(name), func(v any) { value[name] = v }, depth+1)
			}
		}
	case []any:
		if depth < maxSchemaDepth {
			for i := range value {
				all = appendLeaves(all, value[i], s.items(), func(v any) { value[i] = v }, depth+1)
			}
		}
	case nil:
	default:
		if put != nil {
			all = append(all, leaf{value, s, put})
		}
	}
	return all
}

// collect notes the scalars of a value under the names they stand under; the
// first of a name counts.
func collect(value any, into map[string]any) {
	collectNamed("", value, into, 0)
}

func collectNamed(name string, value any, into map[string]any, depth int) {
	if depth > maxSchemaDepth {
		return
	}
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range slices.Sorted(maps.Keys(value)) {
			collectNamed(inner, value[inner], into, depth+1)
		}
	case []any:
		for i := range value {
			collectNamed(name, value[i], into, depth+1)
		}
	case nil:
	default:
		if _, ok := into[name]; !ok && name != "" {
			into[name] = value
		}
	}
}

// decodeValue reads one whole JSON text; numbers keep their text.
func decodeValue(text string) (any, bool) {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.UseNumber()
	var value any
	if decoder.Decode(&value) != nil {
		return nil, false
	}
	_, err := decoder.Token()
	return value, err == io.EOF
}

// encodeValue writes a decoded value with its members in order of their names.
func encodeValue(value any) string {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "null" // only values that JSON cannot hold, which decodeValue never makes
	}
	return string(bytes.TrimRight(buffer.Bytes(), "\n"))
}

func number(n float64) json.Number { return json.Number(strconv.FormatFloat(n, 'f', -1, 64)) }
