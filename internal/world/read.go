package world

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// maxReadBytes bounds the texts that Read looks at; no surface is as long.
const maxReadBytes = 400

// Read reads a value back from words, on the day today ("2006-01-02"): the
// inverse of Surface and Show, and of other usual ways to write the same ("3.30
// pm", "twenty-one", "14 Mar", a name's aliases). It is true only if the whole
// text is one value and leaves no other one open. Letter case of words and the
// width of white space do not count. Start gives the tables of names; it may be
// nil for types without one.
func (t *Type) Read(text, today string, start *Start) (Value, bool) {
	if len(text) > maxReadBytes || !utf8.ValidString(text) {
		return nil, false
	}
	text = tidy(text)
	if text == "" {
		return nil, false
	}
	r := reader{day: newCalendar(today), start: start}
	value, ok := r.whole(t, text)
	for _, form := range t.Forms {
		if form == "{x}" {
			continue
		}
		core, fits := undress(text, form)
		if !fits {
			continue
		}
		other, otherOK := r.whole(t, core)
		switch {
		case !otherOK:
		case !ok:
			value, ok = other, true
		case value != other:
			return nil, false
		}
	}
	return value, ok
}

// reader reads values against one day and one state.
type reader struct {
	day   calendar
	start *Start
}

// whole reads a whole text, without the words of a form.
func (r *reader) whole(t *Type, text string) (Value, bool) {
	switch t.Base {
	case Text:
		return text, true
	case Bool:
		switch {
		case strings.EqualFold(text, "yes"):
			return true, true
		case strings.EqualFold(text, "no"):
			return false, true
		}
		return nil, false
	case Person:
		return text, fullName(text)
	case Named, Enum:
		return readKnown(t, text, r.start)
	}
	m := r.at(t, text, 0)
	if m.end != len(text) || m.value == nil {
		return nil, false
	}
	return m.value, true
}

// match is what a grammar makes of a text at one place. End is noMatch if it
// makes nothing of it; value is nil if the text looks like a value but is
// none, or none in particular. Bare marks a number without a unit.
type match struct {
	value Value
	end   int
	bare  bool
}

// found is a match whose value counts only if ok.
func found[V any](value V, end int, ok bool) match {
	if end == noMatch {
		return match{end: noMatch}
	}
	if !ok {
		return match{end: end}
	}
	return match{value: value, end: end}
}

// at reads a value at i by the grammar of the type's base. Names, which come
// from lists, are not read here.
func (r *reader) at(t *Type, s string, i int) match {
	switch t.Base {
	case Date:
		day, end, ok := r.day.readDate(s, i)
		if !ok || end == noMatch {
			return found("", end, false)
		}
		return found(dayText(day), end, true)
	case Time:
		minute, end, ok := readTime(s, i)
		if !ok || end == noMatch {
			return found("", end, false)
		}
		return found(clockText(minute), end, true)
	case DateTime:
		return found(r.day.readDateTime(s, i))
	case Money:
		return found(readMoneyAs(s, i, t.currency().code))
	case Code:
		code, end := readCode(s, i, t.Pattern)
		return found(code, end, true)
	case Email:
		return foundText(s, i, readEmail(s, i))
	case Phone:
		return foundText(s, i, readPhone(s, i))
	case Person:
		return foundText(s, i, readPersonKnown(s, i))
	}
	return readNumeric(t, s, i)
}

// readNumeric reads the bases whose values are counted.
func readNumeric(t *Type, s string, i int) match {
	var n int64
	var bare bool
	end := noMatch
	switch t.Base {
	case Count:
		n, end, bare = readCount(s, i, t.Unit)
	case Minutes:
		if n, end = readMinutes(s, i); end == noMatch {
			n, end = readNumber(s, i)
			bare = true
		}
	case Quantity:
		n, end, bare = readQuantity(s, i, t.Unit.One, t.UnitWords)
	case Percent:
		n, end, bare = readPercent(s, i)
	case Number:
		n, end = readNumber(s, i)
		bare = true
	}
	if end == noMatch {
		return match{end: noMatch}
	}
	return match{value: n, end: end, bare: bare}
}

func foundText(s string, i, end int) match {
	if end == noMatch {
		return match{end: noMatch}
	}
	return match{value: tidy(s[i:end]), end: end}
}

// eachName calls yield with each way to name a value of a Named or Enum type,
// until it returns false.
func (t *Type) eachName(start *Start, yield func(name, value string) bool) {
	switch {
	case t.Base == Enum:
		for _, code := range t.Codes {
			for _, surface := range code.Surfaces {
				if !yield(surface, code.Code) {
					return
				}
			}
		}
	case t.Table == "":
		for _, value := range t.Values {
			if !yield(value, value) {
				return
			}
		}
	case start != nil:
		column := t.column()
		for _, row := range start.Rows(t.Table) {
			value, ok := row[column].(string)
			if !ok || value == "" {
				continue
			}
			if !yield(value, value) {
				return
			}
			for alias := range aliases(row["aliases"]) {
				if !yield(alias, value) {
					return
				}
			}
		}
	}
}

// aliases yields the other names of a row: of a list, or of a text with commas.
func aliases(cell Value) iter.Seq[string] {
	return func(yield func(string) bool) {
		switch cell := cell.(type) {
		case string:
			for name := range strings.SplitSeq(cell, ",") {
				if name = strings.TrimSpace(name); name != "" && !yield(name) {
					return
				}
			}
		case []Value:
			for _, entry := range cell {
				if name, ok := entry.(string); ok && name != "" && !yield(name) {
					return
				}
			}
		}
	}
}

// readKnown reads a whole text as a name. A name of two values is none.
func readKnown(t *Type, text string, start *Start) (Value, bool) {
	value, found, clash := "", false, false
	t.eachName(start, func(name, of string) bool {
		if nameEnd(text, 0, name) != len(text) {
			return true
		}
		clash = found && of != value
		value, found = of, true
		return !clash
	})
	if !found || clash {
		return nil, false
	}
	return value, true
}

// nameEnd matches a name at i. A common noun, which has no capital, may be in
// the plural: "two lawnmowers".
func nameEnd(s string, i int, name string) (end int) {
	if end = folded(s, i, name); end == noMatch {
		return noMatch
	}
	if !endsWord(s, end) && name[0] >= 'a' && name[0] <= 'z' {
		if _, plural := oneOf(s, end, "s", "es"); plural != noMatch {
			return plural
		}
	}
	return end
}

// undress takes the fixed words of a form off a text.
func undress(text, form string) (core string, ok bool) {
	before, after, ok := strings.Cut(form, "{x}")
	if !ok {
		return "", false
	}
	for _, we := range [...]bool{false, true} {
		for quote := range quoteStyles {
			style := Style{Quote: quote, We: we}
			opening, closing := style.quotes()
			front, back := style.formWords(before, opening), style.formWords(after, closing)
			begin := folded(text, 0, front)
			end := len(text) - len(back)
			if begin != noMatch && begin < end && folded(text, end, back) == len(text) {
				return text[begin:end], true
			}
			if !strings.Contains(form, `"`) {
				break
			}
		}
		if !strings.Contains(form, "{m") && !strings.Contains(form, "{M") && !strings.Contains(form, "{I") {
			break
		}
	}
	return "", false
}
