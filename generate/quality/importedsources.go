package quality

import (
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button"
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

// importedAnswer wants the numbers, dates, times, codes and addresses of an answer
// that follows results to be known, or to follow from results. What the position in a
// list counts is no statement.
func (c *check) importedAnswer() error {
	for _, turn := range c.turns {
		if turn.answer < 0 || !c.hasResults(turn) {
			continue
		}
		for _, literal := range c.literalsOf(c.text(turn.answer), turn.answer) {
			if !stateable(&literal) || counts(c.record.Messages[turn.answer].Content, literal) {
				continue
			}
			if !c.affords(turn.answer) {
				return nil
			}
			if !c.known(&literal, turn.answer) && !c.saidByTools(&literal) && !(literal.Kind == grounding.Number && (c.follows(&literal, turn.answer) || c.rounds(&literal, turn.answer) || c.lasts(&literal, turn.answer))) {
				c.report("unknown", turn.answer, literal.Text, "nothing said or returned before has this %s", literal.Kind)
			}
		}
	}
	return nil
}

func (c *check) saidByTools(literal *grounding.Literal) bool { return c.toolText().Holds(*literal) }

func (c *check) hasResults(turn turn) bool {
	return slices.ContainsFunc(c.calls, func(made call) bool {
		return made.result > turn.request && made.result < turn.answer && !made.invented.failed
	})
}

// counts reports whether a number stands before an item of a list: "2." or "2)" at
// the beginning of a line, or is 0 or 1.
func counts(content string, literal grounding.Literal) bool {
	if literal.Kind != grounding.Number {
		return false
	}
	if literal.Text == "0" || literal.Text == "1" {
		return true
	}
	before := strings.TrimRight(content[:literal.Span[0]], " *#\t")
	after := content[literal.Span[1]:]
	return (before == "" || strings.HasSuffix(before, "\n")) && after != "" && strings.ContainsRune(".):*", rune(after[0]))
}

// rounds reports whether a number is a known one with fewer digits: 24.2 for 24.22.
func (c *check) rounds(literal *grounding.Literal, message int) bool {
	want, ok := numberIn(literal.Text)
	if !ok {
		return false
	}
	_, decimals, _ := strings.Cut(strings.TrimRightFunc(literal.Text, func(r rune) bool { return !unicode.IsDigit(r) }), ".")
	for i := range c.calls {
		made := &c.calls[i]
		if made.result < 0 || made.result > message {
			continue
		}
		for k := range made.invented.leaves {
			have, ok := rational(made.invented.leaves[k].value)
			if !ok {
				continue
			}
			for _, shown := range []string{have.FloatString(len(decimals)), percent(have).FloatString(len(decimals))} {
				if near, ok := numberIn(shown); ok && near.Cmp(want) == 0 && near.Sign() != 0 {
					return true
				}
			}
		}
	}
	return false
}

// hoursAndMinutes finds a duration in words.
var hoursAndMinutes = regexp.MustCompile(`(?i)\b(\d{1,4}) ?h(?:ours?|rs?)?,?(?: and)? ?(\d{1,2}) ?m(?:in(?:ute)?s?)?\b`)

// lasts reports whether a number is a part of a duration in hours and minutes that a
// result tells in minutes or seconds.
func (c *check) lasts(literal *grounding.Literal, message int) bool {
	for _, at := range hoursAndMinutes.FindAllStringSubmatchIndex(c.record.Messages[message].Content, -1) {
		if literal.Span[0] < at[0] || literal.Span[1] > at[1] {
			continue
		}
		content := c.record.Messages[message].Content
		hours, _ := strconv.Atoi(content[at[2]:at[3]])
		minutes, _ := strconv.Atoi(content[at[4]:at[5]])
		for i := range c.calls {
			if made := &c.calls[i]; made.result >= 0 && made.result < message && slices.ContainsFunc(made.invented.leaves, func(part leaf) bool {
				have, ok := rational(part.value)
				total := big.NewRat(int64(60*hours+minutes), 1)
				return ok && (have.Cmp(total) == 0 || have.Cmp(new(big.Rat).Mul(total, big.NewRat(60, 1))) == 0)
			}) {
				return true
			}
		}
	}
	return false
}

// importedLeakage looks for what a speaker cannot know yet: words of a plan, names of
// the interface, and values that only a later result tells.
func (c *check) importedLeakage() error {
	technical := c.technicalNames()
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if message.Role == button.RoleUser || message.Role == button.RoleSystem {
			if found := planWords.FindString(c.lower(i)); found != "" {
				c.report("plan", i, found, "words of the plan")
			}
		}
		switch {
		case message.Role == button.RoleUser:
			for _, name := range technical {
				if wordAt(message.Content, name, 0) >= 0 {
					c.report("name", i, name, "a name of the interface")
				}
			}
		case message.Role == button.RoleAssistant && len(message.ToolCalls) > 0:
			c.toldBefore(i)
		}
	}
	return nil
}

// toldBefore looks, in what an assistant says beside its calls, for values that
// nothing before tells and that the calls' results do.
func (c *check) toldBefore(message int) {
	said := c.record.Messages[message].Reasoning + "\n" + c.record.Messages[message].Content
	if strings.TrimSpace(said) == "" {
		return
	}
	for _, literal := range c.literalsOf(c.reader.Read(said), message) {
		if !stateable(&literal) || literal.Kind == grounding.Number && small(literal.Text) {
			continue
		}
		if !c.affords(message) {
			return
		}
		if c.known(&literal, message) || c.saidByTools(&literal) {
			continue
		}
		for i := range c.calls {
			if made := &c.calls[i]; made.message == message && made.result >= 0 && c.text(made.result).Holds(literal) {
				c.report("result", message, literal.Text, "said before %s told it", clip(made.Name))
				break
			}
		}
	}
}

// small reports whether a number is likely to stand in any two texts by chance.
func small(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n <= 12
}

// percent is a hundred times a number.
func percent(share *big.Rat) *big.Rat { return new(big.Rat).Mul(share, big.NewRat(100, 1)) }
