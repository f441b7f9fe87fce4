package gta

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// matches applies the white and black list: of each white group one alias must
// stand in the answer as a whole word, no black alias may. Upstream demands a word
// boundary on both sides of an alias, so that one which begins or ends with a sign
// often cannot match, and a number matches inside a decimal; corrected mends both.
func matches(answer string, key answerKey, corrected bool) bool {
	for _, group := range key.whitelist {
		if !anyAlias(answer, group, corrected) {
			return false
		}
	}
	for _, group := range key.blacklist {
		if anyAlias(answer, group, corrected) {
			return false
		}
	}
	return true
}

func anyAlias(answer string, group []string, corrected bool) bool {
	for _, alias := range group {
		if containsWord(answer, alias, corrected) {
			return true
		}
	}
	return false
}

func containsWord(text, alias string, corrected bool) bool {
	text, alias = fold(text), fold(alias)
	for from := 0; from <= len(text)-len(alias); {
		at := strings.Index(text[from:], alias)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(alias)
		if corrected && alias == "" {
			return false // says nothing
		}
		if corrected && looseBoundary(text, at, end) || !corrected && boundary(text, at) && boundary(text, end) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + max(1, size)
	}
	return false
}

// fold ignores case letter by letter, which keeps lengths.
func fold(text string) string { return strings.Map(unicode.ToLower, text) }

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// boundary is a regular expression's \b with Unicode words.
func boundary(text string, at int) bool {
	before, after := false, false
	if at > 0 {
		r, _ := utf8.DecodeLastRuneInString(text[:at])
		before = isWord(r)
	}
	if at < len(text) {
		r, _ := utf8.DecodeRuneInString(text[at:])
		after = isWord(r)
	}
	return before != after
}

// looseBoundary accepts an alias whose edge is a sign unless the sign belongs to
// what stands beside it ("5-2" holds no "-2"), and refuses a number that is part of
// a longer one.
func looseBoundary(text string, at, end int) bool {
	first, _ := utf8.DecodeRuneInString(text[at:])
	last, _ := utf8.DecodeLastRuneInString(text[:end])
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[end:])
	switch {
	case isWord(first) && !boundary(text, at), isWord(last) && !boundary(text, end):
		return false
	case !isWord(first) && (unicode.IsDigit(before) || first == '-' && isWord(before)):
		return false
	case !isWord(last) && isWord(after):
		return false
	}
	digitAt := func(i int) bool { return i >= 0 && i < len(text) && text[i] >= '0' && text[i] <= '9' }
	joined := func(i int) bool { return i >= 0 && i < len(text) && (text[i] == '.' || text[i] == ',') }
	if unicode.IsDigit(first) && joined(at-1) && digitAt(at-2) {
		return false
	}
	return !(unicode.IsDigit(last) && joined(end) && digitAt(end+1))
}
