package schema

import (
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xeipuuv/gojsonschema"

	"github.com/buttonbench/button/internal/spelling"
)

// separator joins the steps of a fault's place; the library joins without
// escaping, so it must be unlikely within a member's name.
const separator = "\x00\x1f"

// violation words one fault.
func (s *Schema) violation(document any, fault gojsonschema.ResultError) (Violation, error) {
	steps := strings.Split(fault.Context().String(separator), separator)[1:]
	details := fault.Details()
	at := func(rule, format string, values ...any) (Violation, error) {
		return Violation{pathText(document, steps), rule, fmt.Sprintf(format, values...)}, nil
	}
	member := func() string {
		name, _ := details["property"].(string)
		return name
	}
	given := fault.Value()
	switch fault.Type() {
	case "internal":
		return Violation{}, fmt.Errorf("%w: %v", ErrInternal, details["error"])
	case "false":
		return at("false", "no value is allowed here; leave it out")
	case "invalid_type":
		return at("type", "want %s, have %s%s", typesText(details["expected"]), describe(given), typeHint(details["expected"], given))
	case "required":
		steps = append(steps, member())
		return at("required", "is missing but required%s", s.wanted(steps))
	case "additional_property_not_allowed":
		known := s.members(steps)
		steps = append(steps, member())
		return at("additionalProperties", "is not expected here%s", choices(member(), known))
	case "invalid_property_name":
		return at("propertyNames", "the member name %s is not allowed", quote(member()))
	case "enum":
		return at("enum", "%s is not one of the allowed values%s", describe(given), s.allowed(steps, given))
	case "const":
		return at("const", "must be %v, have %s", details["allowed"], describe(given))
	case "number_any_of":
		return at("anyOf", "fits none of the allowed forms")
	case "number_one_of":
		return at("oneOf", "must fit exactly one of the allowed forms")
	case "number_not":
		return at("not", "has a form that is ruled out")
	case "missing_dependency":
		return at("dependencies", "%s is required together with what is given", quote(fmt.Sprint(details["dependency"])))
	case "pattern":
		pattern := fmt.Sprint(details["pattern"])
		if format, ours := patternFormat(pattern); ours {
			return at("format", "%s is no valid %s%s", describe(given), format, formatHint(format))
		}
		return at("pattern", "%s does not match the pattern %s", describe(given), pattern)
	case "format":
		format := fmt.Sprint(details["format"])
		return at("format", "%s is no valid %s%s", describe(given), format, formatHint(format))
	case "multiple_of":
		return at("multipleOf", "%s is no multiple of %v", describe(given), details["multiple"])
	case "number_gte":
		return at("minimum", "must be at least %v, have %s", details["min"], describe(given))
	case "number_gt":
		return at("exclusiveMinimum", "must be greater than %v, have %s", details["min"], describe(given))
	case "number_lte":
		return at("maximum", "must be at most %v, have %s", details["max"], describe(given))
	case "number_lt":
		return at("exclusiveMaximum", "must be less than %v, have %s", details["max"], describe(given))
	case "string_gte":
		return at("minLength", "must have at least %v characters, have %s", details["min"], describe(given))
	case "string_lte":
		return at("maxLength", "must have at most %v characters, have %s", details["max"], describe(given))
	case "array_min_items":
		return at("minItems", "must have at least %v items, have %d", details["min"], size(given))
	case "array_max_items":
		return at("maxItems", "must have at most %v items, have %d", details["max"], size(given))
	case "array_no_additional_items":
		return at("additionalItems", "has more items than allowed")
	case "array_min_properties":
		return at("minProperties", "must have at least %v members, have %d", details["min"], size(given))
	case "array_max_properties":
		return at("maxProperties", "must have at most %v members, have %d", details["max"], size(given))
	case "unique":
		return at("uniqueItems", "items %v and %v are equal; list each value once", details["i"], details["j"])
	case "contains":
		return at("contains", "no item has the form that at least one must have")
	}
	return at(fault.Type(), "%s", fault.Description())
}

// pathText writes steps as a path; the document tells indices from names.
func pathText(value any, steps []string) string {
	var path strings.Builder
	for _, step := range steps {
		switch container := value.(type) {
		case []any:
			fmt.Fprintf(&path, "[%s]", step)
			value = nil
			if index, err := strconv.Atoi(step); err == nil && index >= 0 && index < len(container) {
				value = container[index]
			}
			continue
		case map[string]any:
			value = container[step]
		default:
			value = nil
		}
		switch {
		case step == "" || strings.ContainsAny(step, ".[]\"\\ \n\t"):
			fmt.Fprintf(&path, "[%s]", quote(step))
		case path.Len() > 0:
			path.WriteString("." + step)
		default:
			path.WriteString(step)
		}
	}
	return path.String()
}

// nodesAt returns the schemas that judge the value at a path.
func (s *Schema) nodesAt(steps []string) []*node {
	nodes := closure(nil, s.root)
	for _, step := range steps {
		var next []*node
		index, err := strconv.Atoi(step)
		for _, n := range nodes {
			switch {
			case n.properties[step] != nil:
				next = closure(next, n.properties[step])
			case err == nil && index < len(n.items) && index >= 0:
				next = closure(next, n.items[index])
			case err == nil && n.item != nil:
				next = closure(next, n.item)
			case err == nil && n.rest != nil:
				next = closure(next, n.rest)
			case n.additional != nil:
				next = closure(next, n.additional)
			}
		}
		nodes = next
	}
	return nodes
}

// maxHints bounds the search for hints; a schema with more alternatives gets
// shorter ones.
const maxHints = 200

func closure(nodes []*node, n *node) []*node {
	if len(nodes) >= maxHints || slices.Contains(nodes, n) {
		return nodes
	}
	nodes = append(nodes, n)
	for _, next := range n.same {
		nodes = closure(nodes, next)
	}
	return nodes
}

// members lists the known names at a path, sorted.
func (s *Schema) members(steps []string) []string {
	var names []string
	for _, n := range s.nodesAt(steps) {
		for name := range n.properties {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return slices.Compact(names)
}

// wanted describes the value that a path should hold.
func (s *Schema) wanted(steps []string) string {
	for _, n := range s.nodesAt(steps) {
		clean, _ := n.clean.(map[string]any)
		if types, found := clean["type"]; found {
			text := typesText(types)
			if n.format != "" {
				text += " in the form of a " + n.format
			}
			return ": add " + text
		}
	}
	return ""
}

// allowed lists the values of the enumerations at a path.
func (s *Schema) allowed(steps []string, given any) string {
	var values []string
	for _, n := range s.nodesAt(steps) {
		clean, _ := n.clean.(map[string]any)
		list, _ := clean["enum"].([]any)
		for _, value := range list {
			if len(values) < maxHints {
				values = append(values, describe(value))
			}
		}
	}
	return choices(describe(given), values)
}

// choices names the nearest of the possibilities, or all of them.
func choices(given string, possible []string) string {
	if len(possible) == 0 {
		return ""
	}
	if nearest := spelling.Nearest(given, possible); nearest != "" {
		return ": did you mean " + nearest + "?"
	}
	const limit = 12
	text := strings.Join(possible[:min(len(possible), limit)], ", ")
	if len(possible) > limit {
		text += fmt.Sprintf(" and %d more", len(possible)-limit)
	}
	return ": use " + oneOf(len(possible)) + text
}

func oneOf(n int) string {
	if n == 1 {
		return ""
	}
	return "one of "
}

// typesText writes the library's "string/null", or the value of a type keyword,
// with articles.
func typesText(types any) string {
	var names []string
	switch types := types.(type) {
	case string:
		names = strings.Split(types, "/")
	case []any:
		for _, name := range types {
			names = append(names, fmt.Sprint(name))
		}
	}
	for i, name := range names {
		names[i] = withArticle(name)
	}
	return strings.Join(names, " or ")
}

func withArticle(name string) string {
	switch name {
	case "null":
		return name
	case "integer", "array", "object":
		return "an " + name
	}
	return "a " + name
}

// typeHint says how to write what was given as what was wanted, where that is
// evident.
func typeHint(expected, given any) string {
	text, isText := given.(string)
	wanted := strings.Split(fmt.Sprint(expected), "/")
	wants := func(name string) bool { return slices.Contains(wanted, name) }
	if isText {
		value, err := decode([]byte(text), MaxDocumentBytes)
		if err == nil && slices.ContainsFunc(wanted, func(name string) bool { return isType(value, name) }) {
			return fmt.Sprintf(": write %s without the quotes around it", shorten(strings.TrimSpace(text)))
		}
		if wants("array") {
			return ": put it in brackets, as a list of one"
		}
		return ""
	}
	switch given := given.(type) {
	case json.Number:
		if wants("string") {
			return fmt.Sprintf(": put it in quotes, %q", shorten(string(given)))
		}
	case nil:
		return ": leave it out if there is no value"
	}
	if wants("array") {
		return ": put it in brackets, as a list of one"
	}
	return ""
}

func isType(value any, name string) bool {
	switch value := value.(type) {
	case json.Number:
		return name == "number" || name == "integer" && rational(value).IsInt()
	case bool:
		return name == "boolean"
	case []any:
		return name == "array"
	case map[string]any:
		return name == "object"
	}
	return false
}

func size(value any) int {
	switch value := value.(type) {
	case []any:
		return len(value)
	case map[string]any:
		return len(value)
	}
	return 0
}

// typeOf names the JSON type of a value, with its article.
func typeOf(value any) string {
	switch value.(type) {
	case nil:
		return "null"
	case bool:
		return "a boolean"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case []any:
		return "an array"
	case map[string]any:
		return "an object"
	}
	return fmt.Sprintf("%T", value)
}

// describe writes a given value briefly.
func describe(value any) string {
	switch value := value.(type) {
	case string:
		return quote(value)
	case json.Number:
		return shorten(string(value))
	case bool:
		return strconv.FormatBool(value)
	}
	return typeOf(value)
}

const maxQuoted = 60 // characters

func quote(text string) string { return strconv.Quote(shorten(text)) }

// shorten keeps foreign text in a message short.
func shorten(text string) string {
	if len(text) <= maxQuoted || utf8.RuneCountInString(text) <= maxQuoted {
		return text
	}
	return string([]rune(text)[:maxQuoted]) + "..."
}
