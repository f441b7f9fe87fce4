// Package grounding finds values in texts: where a text says a JSON value, in
// whatever form people write it, and which literals a text holds at all. So it can
// be checked that a value comes from somewhere, and that a text gives none away.
//
// What is recognised (English only):
//   - text: the same words in the same order, whatever their case, the space and
//     punctuation between them (so enum codes: "window_seat" is "window seat", and
//     "Wi-Fi" is "wifi"), plural and possessive endings; number words are their
//     digits. Words are whole: "art" is not in "party".
//   - numbers: 1234.5, 1,234.50, -3, "minus 3", words from zero to ninety-nine with
//     "hundred", "thousand", "million", "billion" or "dozen" behind them or behind
//     digits; ordinals ("3rd", "third"); with a unit glued on ("5kg"). Money with sign, code or word
//     ("$20", "20 EUR", "twenty pounds"): the number is said in any case, and a text
//     "20 USD" only where the currency agrees or none is said. 15% says 15 and 0.15.
//   - dates: 2025-03-12, 12 March 2025, March 12th, 12/03/2025 (see Order),
//     12.03.2025 (day first), today, tomorrow, "in three days", "a week from today",
//     weekdays with "this", "next" or "last". Without a year a date is the
//     next one, or the last one if that is nearer; of any year where today is not known.
//     "March 2025" says "2025-03".
//   - times of day: 15:00, 3 pm, 3:30 p.m., noon, midnight, "half past three",
//     "quarter to four", "nine o'clock", "at 9", "nine in the evening". A twelve-hour
//     time without am or pm says both of its readings.
//   - date-times: the date and the time of day, each anywhere in the text. Seconds
//     of zero and UTC offsets are not compared.
//   - telephone numbers: the same digits, however grouped.
//
// What is not recognised: synonyms, abbreviations ("1.2k", "NYC"), other
// inflections ("cancelled" for "cancel"), misspellings, letters without their
// accents, decimal commas, fractions ("half an hour"), converted units ("two hours"
// for 120), rounding, pronouns, "a ticket" for 1, day/month dates without a year
// ("12/03"). A boolean is found only as a plain word (yes, no, true, false): what
// negates a request is told by Negated. Null and the empty text are never said.
package grounding

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Span is a half-open range of UTF-8 bytes.
type Span [2]int

// Order says how 03/04/2025 is read.
type Order int

// The orders of day and month between slashes. Under Unambiguous such a date is
// read only where it can be read in one way.
const (
	Unambiguous Order = iota
	DayFirst
	MonthFirst
)

// Reader reads texts of one day and place. The zero Reader knows no day: then
// "tomorrow" and "Friday" are no dates.
type Reader struct {
	Today time.Time // only its date counts
	Order Order
}

// On returns a reader for a day written as 2006-01-02; a text that is no date, such
// as the empty one, gives a reader that knows no day.
func On(today string) Reader {
	day, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return Reader{}
	}
	return Reader{Today: day}
}

// Find returns every place where the text says the value, in the order of the text.
// A list or object is said if all its leaves are; the places are those of the
// leaves.
func (r Reader) Find(text string, value json.RawMessage) []Span { return r.Read(text).Find(value) }

// Says reports whether the text says the value.
func (r Reader) Says(text string, value json.RawMessage) bool { return r.Read(text).Says(value) }

// Literals returns what a text states in letters and digits that cannot be made up
// from ordinary words, in the order of the text and without overlap.
func (r Reader) Literals(text string) []Literal { return r.Read(text).Literals() }

// Means reports whether the text says the value and no literal that is not part of
// it: the one reading of "3 pm" is 15:00, but "3 or 4 pm" has two.
func (r Reader) Means(text string, value json.RawMessage) bool {
	said := r.Read(text)
	if !said.Says(value) {
		return false
	}
	whole := r.Read(Flatten(value))
	for _, literal := range said.Literals() {
		if literal.Kind != Name && !whole.Holds(literal) {
			return false
		}
	}
	return true
}

// Is reports whether the whole text says the value, and nothing else: "5 March", but
// not "on 5 March". Of a list or object it is Means.
func (r Reader) Is(text string, value json.RawMessage) bool {
	if trimmed := bytes.TrimLeft(value, " \t\r\n"); len(trimmed) > 0 && (trimmed[0] == '{' || trimmed[0] == '[') {
		return r.Means(text, value)
	}
	whole := Span{len(text) - len(strings.TrimLeft(text, " ")), len(strings.TrimRight(text, " "))}
	return slices.Contains(r.Find(text, value), whole)
}

// Text is a text that has been read once and can be asked often. It is safe for
// concurrent use.
type Text struct {
	reader   Reader
	source   string
	tokens   []token
	readings []reading
	said     map[string][]Span // by key of reading
	key      sequence
}

// Read reads a text, in time linear in its length.
func (r Reader) Read(text string) *Text {
	t := &Text{reader: r, source: text, tokens: tokenise(text), said: map[string][]Span{}}
	t.read()
	for i := range t.readings {
		one := &t.readings[i]
		for _, key := range one.keys {
			t.said[key] = append(t.said[key], one.span)
		}
	}
	t.key = sequenceOf(t.tokens)
	return t
}

// Says reports whether the text says the value.
func (t *Text) Says(value json.RawMessage) bool { return len(t.Find(value)) > 0 }

// Find is as Reader.Find.
func (t *Text) Find(value json.RawMessage) []Span {
	var spans []Span
	whole := true
	leaves := 0
	eachLeaf(value, func(path string, leaf any) {
		leaves++
		found := t.leaf(leaf)
		whole = whole && len(found) > 0
		spans = append(spans, found...)
	})
	if !whole || leaves == 0 {
		return nil
	}
	return inOrder(spans)
}

// Unsaid returns the paths of the leaves of a value that the text does not say, such
// as "passengers[1].name"; the empty path is the value itself.
func (t *Text) Unsaid(value json.RawMessage) []string {
	var paths []string
	eachLeaf(value, func(path string, leaf any) {
		if len(t.leaf(leaf)) == 0 {
			paths = append(paths, path)
		}
	})
	return paths
}

// Currencies are the ISO 4217 codes of the currencies that the text names by sign,
// code or word, each once; "$" is USD.
func (t *Text) Currencies() []string {
	var codes []string
	for key := range t.said {
		if code, is := strings.CutPrefix(key, keyCurrency); is {
			codes = append(codes, strings.ToUpper(code))
		}
	}
	slices.Sort(codes)
	return codes
}

// Holds reports whether the text says a literal of another text, in any form.
func (t *Text) Holds(literal Literal) bool { return len(t.Places(literal)) > 0 }

// Places returns where the text says a literal of another text, in any one form.
func (t *Text) Places(literal Literal) []Span {
	for _, key := range literal.keys {
		if found := t.said[key]; len(found) > 0 {
			return slices.Clone(found)
		}
	}
	if len(literal.keys) > 0 {
		return nil
	}
	if found := t.words(literal.Text); len(found) > 0 {
		return found
	}
	return t.verbatim(literal.Text)
}

// verbatim finds a code where what stands beside it is read together with a part of
// it, as in "KX-1,234": the same letters between spaces and punctuation.
func (t *Text) verbatim(code string) []Span {
	var found []Span
	for from := 0; code != ""; {
		at := strings.Index(t.source[from:], code)
		if at < 0 {
			break
		}
		begin, end := from+at, from+at+len(code)
		before, _ := utf8.DecodeLastRuneInString(t.source[:begin])
		after, _ := utf8.DecodeRuneInString(t.source[end:])
		if (begin == 0 || apart(before)) && (end == len(t.source) || apart(after)) {
			found = append(found, Span{begin, end})
		}
		from = end
	}
	return found
}

// apart reports whether a sign ends a code. A dash, a stop or a slash may go on with it.
func apart(sign rune) bool {
	return !alphanumeric(sign) && !strings.ContainsRune("-_./\\", sign)
}

func (t *Text) leaf(leaf any) []Span {
	switch leaf := leaf.(type) {
	case json.Number:
		number, ok := CanonicalNumber(leaf.String())
		if !ok {
			return nil
		}
		return t.said[keyNumber+number]
	case bool:
		return t.said[keyBool+strconv.FormatBool(leaf)]
	case string:
		return t.text(leaf)
	}
	return nil
}

// text finds a string value: what it reads as, where all of it is one reading, and
// its words.
func (t *Text) text(value string) []Span {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	keys, times, exact := t.reader.keysOf(value)
	if currencies[strings.ToLower(value)] {
		keys = []string{keyCurrency + strings.ToLower(value)}
	}
	if isTelephone(value) {
		keys = append(keys, keyPhone+value)
	}
	var spans []Span
	for _, key := range keys {
		spans = append(spans, t.said[key]...)
	}
	if times != nil {
		var clock []Span
		for _, key := range times {
			clock = append(clock, t.said[key]...)
		}
		spans = pairs(inOrder(spans), inOrder(clock))
	}
	if !exact {
		spans = append(spans, t.words(value)...)
	}
	return inOrder(spans)
}

// pairs joins each time of day with the nearest date.
func pairs(dates, times []Span) []Span {
	var spans []Span
	for i, k := 0, 0; i < len(times) && len(dates) > 0; i++ {
		at := times[i][0]
		for k+1 < len(dates) && abs(dates[k+1][0]-at) <= abs(dates[k][0]-at) {
			k++
		}
		spans = append(spans, Span{min(dates[k][0], at), max(dates[k][1], times[i][1])})
	}
	return spans
}

func abs(n int) int { return max(n, -n) }
