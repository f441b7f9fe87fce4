package players

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
)

// maxTokens bounds how many words of a text are held against patterns.
const maxTokens = 2048

// filler finds values for the arguments of one call: in what the user said, and
// in the results so far.
type filler struct {
	lower   string // the user's message
	values  []found
	tokens  []string
	results []map[string]any // by name of the member, the newest first

	used map[int]bool // values taken for this call
	// taken are code-like values that earlier calls of the same function have.
	taken map[string]bool
	// fresh counts the values that came from results, coded those that a pattern
	// picked from the text.
	fresh, coded int
}

func newFiller(text string, values []found, results []map[string]any) *filler {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes]
	}
	f := &filler{lower: strings.ToLower(text), values: values, results: results, taken: map[string]bool{}}
	for _, token := range strings.Fields(text) {
		if len(f.tokens) == maxTokens {
			break
		}
		token = strings.TrimFunc(token, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if token != "" {
			f.tokens = append(f.tokens, token)
		}
	}
	return f
}

// arguments fills the parameters of a tool; false if a required one stays empty.
func (f *filler) arguments(p profile) (map[string]any, bool) {
	f.used, f.fresh, f.coded = map[int]bool{}, 0, 0
	return f.object(p.schema, propertyOrder(p.tool.Parameters), 0)
}

// object fills members in the order of their declaration, the required first.
func (f *filler) object(s schema, names []string, depth int) (map[string]any, bool) {
	filled := map[string]any{}
	for _, required := range []bool{true, false} {
		for _, name := range names {
			if s.required(name) != required {
				continue
			}
			value, ok := f.value(name, s.property(name), required, depth)
			if ok {
				filled[name] = value
			} else if required {
				return nil, false
			}
		}
	}
	return filled, true
}

// value finds one argument. An optional one is only filled on good evidence.
func (f *filler) value(name string, s schema, required bool, depth int) (any, bool) {
	if depth > maxSchemaDepth {
		return nil, false
	}
	if list := s.enum(); len(list) > 0 {
		return f.choice(name, s, list, required)
	}
	kind := "string"
	if types := s.types(); len(types) > 0 {
		kind = types[0]
	}
	switch kind {
	case "boolean":
		return f.boolean(name, s, required)
	case "integer", "number":
		return f.number(name, s, required)
	case "array":
		return f.list(name, s, required, depth)
	case "object":
		if !required {
			return nil, false
		}
		return f.object(s, s.properties(), depth+1)
	case "string":
		return f.text(name, s, required)
	}
	return nil, false
}

// choice takes the member of an enum whose words the user said.
func (f *filler) choice(name string, s schema, list []any, required bool) (any, bool) {
	said := " " + strings.Join(terms(f.lower), " ") + " "
	for _, member := range list {
		text, ok := member.(string)
		if !ok {
			continue
		}
		words := terms(strings.Join(splitName(text), " "))
		if len(words) > 0 && strings.Contains(said, " "+strings.Join(words, " ")+" ") {
			return member, true
		}
	}
	if !required {
		return nil, false
	}
	if value, ok := f.result(name, s); ok {
		return value, true
	}
	standard, ok := s["default"]
	return standard, ok
}

func (f *filler) boolean(name string, s schema, required bool) (any, bool) {
	said := terms(f.lower)
	for _, word := range terms(strings.Join(splitName(name), " ")) {
		if slices.Contains(said, word) {
			return true, true
		}
	}
	if !required {
		return nil, false
	}
	if standard, ok := s["default"].(bool); ok {
		return standard, true
	}
	return false, true
}

// number prefers a number near a word of the parameter's name, then a result of
// the same name, then the first number that is left.
func (f *filler) number(name string, s schema, required bool) (any, bool) {
	nearest, distance := -1, 24 // bytes between the number and the word
	first := -1
	words := terms(strings.Join(splitName(name), " ") + " " + s.text("description"))
	for i, value := range f.values {
		if value.kind != kindNumber || f.used[i] || !allows(s, json.Number(value.text)) {
			continue
		}
		if first < 0 {
			first = i
		}
		for _, word := range words {
			if gap := f.gap(value, word); gap < distance {
				nearest, distance = i, gap
			}
		}
	}
	if nearest >= 0 {
		return f.take(nearest), true
	}
	if value, ok := f.result(name, s); ok {
		return value, true
	}
	if required && first >= 0 {
		return f.take(first), true
	}
	standard, ok := s["default"]
	return standard, ok && required
}

// gap is the distance of a value to the next place of a word.
func (f *filler) gap(value found, word string) int {
	const far = 1 << 20
	best := far
	if at := strings.LastIndex(f.lower[:min(value.start, len(f.lower))], word); at >= 0 {
		best = value.start - at - len(word)
	}
	if value.end <= len(f.lower) {
		if at := strings.Index(f.lower[value.end:], word); at >= 0 {
			best = min(best, at)
		}
	}
	return best
}

func (f *filler) take(index int) any {
	f.used[index] = true
	if value := f.values[index]; value.kind == kindNumber {
		return json.Number(value.text)
	}
	return f.values[index].text
}

func (f *filler) list(name string, s schema, required bool, depth int) (any, bool) {
	if !required {
		return nil, false
	}
	var all []any
	for len(all) < 8 {
		value, ok := f.value(name, s.items(), true, depth+1)
		if !ok {
			break
		}
		encoded := encodeValue(value)
		if slices.ContainsFunc(all, func(other any) bool { return encodeValue(other) == encoded }) {
			break
		}
		all = append(all, value)
		if text, ok := value.(string); ok && s.items().pattern() != nil {
			f.taken[text] = true
		}
	}
	return all, len(all) > 0
}

// text tries, in order: the pattern, the format, a result of the same name,
// and, where the parameter is required, quoted text, codes and names.
func (f *filler) text(name string, s schema, required bool) (any, bool) {
	words := splitName(name)
	if pattern := s.pattern(); pattern != nil && !pattern.MatchString("zzz, Zzz!") {
		return f.matching(name, s, pattern)
	}
	for _, kind := range kindsOf(words, s.text("format")) {
		if i := f.next(kind); i >= 0 {
			return f.take(i), true
		}
	}
	if value, ok := f.preposition(words); ok {
		return value, true
	}
	if value, ok := f.result(name, s); ok && required {
		return value, true
	}
	if !required {
		return nil, false
	}
	kinds := []string{kindQuoted, kindName, kindCode}
	if last := words[max(len(words)-1, 0):]; len(last) > 0 && slices.Contains([]string{"id", "code", "number", "reference", "ref", "key"}, last[0]) {
		kinds = []string{kindCode, kindQuoted, kindNumber, kindName}
	}
	for _, kind := range kinds {
		if i := f.next(kind); i >= 0 && allows(s, f.values[i].text) {
			f.used[i] = true
			return f.values[i].text, true
		}
	}
	standard, ok := s["default"].(string)
	return standard, ok
}

// matching finds a value for a pattern that says something: in the user's text,
// under the same name in a result, or anywhere in a result.
func (f *filler) matching(name string, s schema, pattern *regexp.Regexp) (any, bool) {
	for _, token := range f.tokens {
		if pattern.MatchString(token) && !f.taken[token] && allows(s, token) {
			f.coded++
			return token, true
		}
	}
	for i, value := range f.values {
		if !f.used[i] && value.kind != kindNumber && !f.taken[value.text] && pattern.MatchString(value.text) && allows(s, value.text) {
			f.coded++
			return f.take(i), true
		}
	}
	if value, ok := f.result(name, s); ok {
		return value, true
	}
	for _, result := range f.results {
		for _, key := range sortedKeys(result) {
			if text, ok := result[key].(string); ok && pattern.MatchString(text) && allows(s, text) {
				f.fresh++
				return text, true
			}
		}
	}
	return nil, false
}

// kindsOf are the kinds of value that a parameter's format or name asks for.
func kindsOf(words []string, format string) []string {
	has := func(names ...string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return slices.Contains(names, word) })
	}
	switch {
	case format == "date" || has("date", "day"):
		return []string{kindDate}
	case format == "time" || has("time", "hour"):
		return []string{kindTime}
	case format == "email" || has("email", "mail"):
		return []string{kindEmail}
	}
	return nil
}

// preposition takes the name behind "from" or "to" where the parameter's name
// says that it is a start or an end.
func (f *filler) preposition(words []string) (any, bool) {
	for _, word := range words {
		var lead string
		switch word {
		case "from", "origin", "departure", "source":
			lead = "from "
		case "to", "destination", "arrival", "target":
			lead = "to "
		default:
			continue
		}
		for i, value := range f.values {
			if value.kind == kindName && !f.used[i] && value.start <= len(f.lower) && strings.HasSuffix(f.lower[:value.start], lead) {
				return f.take(i), true
			}
		}
	}
	return nil, false
}

func (f *filler) next(kind string) int {
	for i, value := range f.values {
		if value.kind == kind && !f.used[i] {
			return i
		}
	}
	return -1
}

// result takes the newest result's value of the same name.
func (f *filler) result(name string, s schema) (any, bool) {
	for _, result := range f.results {
		if value, ok := result[nameKey(name)]; ok && allows(s, value) {
			f.fresh++
			return value, true
		}
	}
	return nil, false
}

// resultsOf reads the tool messages of a conversation, the newest first.
func resultsOf(messages []button.Message) []map[string]any {
	const most = 64
	var all []map[string]any
	for i := len(messages) - 1; i >= 0 && len(all) < most; i-- {
		if messages[i].Role != button.RoleTool {
			continue
		}
		if value, ok := decodeValue(messages[i].Content); ok {
			named := map[string]any{}
			collect(value, named)
			keyed := make(map[string]any, len(named))
			for _, name := range sortedKeys(named) {
				keyed[nameKey(name)] = named[name]
			}
			all = append(all, keyed)
		}
	}
	return all
}

// nameKey makes "trainId" and "train_id" the same name.
func nameKey(name string) string { return strings.Join(splitName(name), " ") }

// propertyOrder are the declared members in the order of the schema's text.
func propertyOrder(parameters json.RawMessage) []string {
	var names []string
	outer, err := button.ParseMembers(parameters)
	if err != nil {
		return nil
	}
	inner, err := button.ParseMembers(outer.Get("properties"))
	if err != nil {
		return nil
	}
	for _, member := range inner {
		names = append(names, member.Name)
	}
	return names
}

func plain(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		return strconv.FormatBool(value)
	}
	return encodeValue(value)
}
