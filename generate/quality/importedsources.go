package quality

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/grounding"
)

// importedGrounding wants every argument to be said before its call: by the user, the
// system prompt, an earlier result or answer. Not looked for are yes and no, null and
// empty texts, 0 and 1 (which "a" and "none" say), what the function's schema lists
// as a choice or a default, and of longer texts, which a model composes, all but
// their numbers, dates, codes and addresses.
func (c *check) importedGrounding() error {
	for i := range c.calls {
		made := &c.calls[i]
		arguments, _ := made.invented.arguments.(map[string]any)
		if made.invented.unread || arguments == nil {
			continue
		}
		var parameters any
		if declared := c.declared[made.Name]; declared != nil {
			parameters = declared.defaults
		}
		for _, part := range leavesOf(arguments) {
			if !c.affords(made.message) {
				return nil
			}
			if kind := c.unsaid(made, i, &part); kind != "" && !listed(parameters, part.path, part.value) {
				c.report(kind, made.message, compact(part.raw), "nothing said or returned before gives %s of %s", clip(part.path), clip(made.Name))
			}
		}
	}
	return nil
}

// affords counts the texts that are about to be gone over; false, once reported, when
// that has become too much.
func (c *check) affords(message int) bool {
	if c.compared > mostCompared {
		return false
	}
	for i := range message {
		c.compared += len(c.record.Messages[i].Content) + 1
	}
	if c.compared > mostCompared {
		c.report("size", message, "", "the record is too large to look for the sources of the rest")
		return false
	}
	return true
}

// longestPhrase is the most words of a text that is looked for word by word; a longer
// one is composed.
const longestPhrase = 6

// unsaid tells of what kind a value is that nothing before a call says: "date",
// "number" or "text"; "" for one that is said or not looked for.
func (c *check) unsaid(made *call, at int, part *leaf) string {
	switch value := part.value.(type) {
	case json.Number:
		return c.unsaidNumber(made, at, part, value.String())
	case string:
		if digits := strings.TrimSpace(value); isNumber(digits) {
			return c.unsaidNumber(made, at, part, digits)
		}
		if strings.TrimSpace(value) == "" || c.saidBy(made, at, part.raw) {
			return ""
		}
		words := strings.FieldsFunc(value, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
		if len(words) > longestPhrase {
			return c.composed(made, at, value)
		}
		literals := c.reader.Literals(value)
		if len(literals) == 1 && (literals[0].Kind == grounding.Date || literals[0].Kind == grounding.Time) {
			return "date"
		}
		for _, word := range words {
			if !c.wordSaid(made, at, word) {
				return "text"
			}
		}
	}
	return ""
}

func (c *check) unsaidNumber(made *call, at int, part *leaf, digits string) string {
	number, ok := grounding.CanonicalNumber(digits)
	if !ok || number == "0" || number == "1" || c.saidBy(made, at, part.raw) {
		return ""
	}
	if c.follows(&grounding.Literal{Kind: grounding.Number, Text: strings.TrimPrefix(number, "-")}, made.message) {
		return ""
	}
	return "number"
}

// composed looks for what a long text states and cannot have made up.
func (c *check) composed(made *call, at int, text string) string {
	for _, literal := range c.reader.Literals(text) {
		if !stateable(&literal) || literal.Kind == grounding.Number {
			continue
		}
		if !c.knownBefore(made.message, at, func(text *grounding.Text) bool { return text.Holds(literal) }) {
			return "text"
		}
	}
	return ""
}

// knownBefore asks the texts before a message, the arguments of the calls before the
// at-th and what these call their results by.
func (c *check) knownBefore(message, at int, says func(*grounding.Text) bool) bool {
	for i := message - 1; i >= 0; i-- {
		if says(c.text(i)) {
			return true
		}
	}
	return slices.ContainsFunc(c.calls[:at], func(before call) bool { return says(before.invented.said) })
}

func (c *check) saidBy(made *call, at int, value json.RawMessage) bool {
	return c.knownBefore(made.message, at, func(text *grounding.Text) bool { return text.Says(value) })
}

// wordSaid reports whether a word stands before a call, in the same or a kindred form:
// "Germany" for "German".
func (c *check) wordSaid(made *call, at int, word string) bool {
	if len(word) < 3 && !hasDigit(word) && word != strings.ToUpper(word) {
		return true // "of", "to"
	}
	if c.saidBy(made, at, encode(word)) {
		return true
	}
	if hasDigit(word) {
		return false
	}
	for i := made.message - 1; i >= 0; i-- {
		for _, stem := range stemsOf(strings.ToLower(word)) {
			if beginsWord(c.lower(i), stem) {
				return true
			}
		}
	}
	return false
}

// stemsOf are beginnings of kindred words: two thirds of a long one, and what is left
// without a common ending ("bak" of "baking", "scan" of "scanning").
func stemsOf(word string) []string {
	var stems []string
	if len(word) >= 5 {
		stems = append(stems, cutRunes(word, max(4, len(word)*2/3)))
	}
	for _, ending := range []string{"ing", "ion", "ed", "er", "es", "ly", "s", ""} {
		stem, found := strings.CutSuffix(word, ending)
		if !found || len(stem) < 3 {
			continue
		}
		if n := len(stem); n > 3 && ending != "" && stem[n-1] == stem[n-2] {
			stem = stem[:n-1]
		}
		return append(stems, stem)
	}
	return stems
}

// cutRunes shortens a text to at most n bytes, at a character.
func cutRunes(text string, n int) string {
	for n < len(text) && n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:min(n, len(text))]
}

// isNumber reports whether a text is a number as JSON writes it.
func isNumber(text string) bool {
	return text != "" && (text[0] == '-' || text[0] >= '0' && text[0] <= '9') && json.Valid([]byte(text))
}

func hasDigit(text string) bool { return strings.ContainsFunc(text, unicode.IsDigit) }

// lower is a message's content in small letters.
func (c *check) lower(message int) string {
	if c.lowered == nil {
		c.lowered = make([]string, len(c.record.Messages))
	}
	if c.lowered[message] == "" {
		c.lowered[message] = strings.ToLower(c.record.Messages[message].Content)
	}
	return c.lowered[message]
}

// beginsWord reports whether a word of a text begins so.
func beginsWord(text, stem string) bool {
	for from := 0; from <= len(text)-len(stem); {
		at := strings.Index(text[from:], stem)
		if at < 0 {
			return false
		}
		if at += from; at == 0 || !isWord(text[at-1]) {
			return true
		}
		from = at + 1
	}
	return false
}

// listed reports whether a schema lists a value for the property at a path: as a
// choice, or as the default.
func listed(parameters any, path string, value any) bool {
	if have, ok := defaultAt(parameters, path); ok && equalJSON(have, value) {
		return true
	}
	for _, choice := range choicesAt(parameters, path) {
		if equalJSON(choice, value) {
			return true
		}
	}
	return false
}

// choicesAt are the values that a schema allows for the property at a path.
func choicesAt(schema any, path string) []any {
	for _, step := range strings.FieldsFunc(path, func(r rune) bool { return r == '.' || r == '[' }) {
		object, _ := schema.(map[string]any)
		if strings.HasSuffix(step, "]") {
			schema = object["items"]
			continue
		}
		properties, _ := object["properties"].(map[string]any)
		schema = properties[step]
	}
	object, _ := schema.(map[string]any)
	choices, _ := object["enum"].([]any)
	return choices
}
