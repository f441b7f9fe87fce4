package world

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The grammars of values all work in place: a text, the byte where a value may
// begin, and the byte behind it as the answer, or noMatch. They look ahead a
// bounded number of bytes, so scanning a hostile text takes linear time.
const (
	noMatch = -1
	// maxGap is the longest white space within a value.
	maxGap = 8
)

// gap skips white space at i; there must be some.
func gap(s string, i int) int {
	start := i
	for i < len(s) && i-start < maxGap {
		r, size := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			break
		}
		i += size
	}
	if i == start {
		return noMatch
	}
	return i
}

// maybeGap skips white space at i, if there is any.
func maybeGap(s string, i int) int {
	if end := gap(s, i); end != noMatch {
		return end
	}
	return i
}

// folded matches words at i, heedless of letter case, of the kind of apostrophe
// and of how wide a space is.
func folded(s string, i int, want string) int {
	for j := 0; j < len(want); {
		if i >= len(s) {
			return noMatch
		}
		switch w := want[j]; {
		case w == ' ':
			if i = gap(s, i); i == noMatch {
				return noMatch
			}
			j++
		case w == '\'' && strings.HasPrefix(s[i:], "’"):
			i, j = i+len("’"), j+1
		case w < utf8.RuneSelf:
			if lower(s[i]) != lower(w) {
				return noMatch
			}
			i, j = i+1, j+1
		default:
			have, haveSize := utf8.DecodeRuneInString(s[i:])
			wanted, wantedSize := utf8.DecodeRuneInString(want[j:])
			if have != wanted && (have == utf8.RuneError || unicode.ToLower(have) != unicode.ToLower(wanted)) {
				return noMatch
			}
			i, j = i+haveSize, j+wantedSize
		}
	}
	return i
}

// wordIs matches whole words at i.
func wordIs(s string, i int, want string) int {
	if end := folded(s, i, want); end != noMatch && endsWord(s, end) {
		return end
	}
	return noMatch
}

// oneOf matches the first of several alternatives that fits, and says which.
func oneOf(s string, i int, wants ...string) (which, end int) {
	for which, want := range wants {
		if end := wordIs(s, i, want); end != noMatch {
			return which, end
		}
	}
	return noMatch, noMatch
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// wordRune reports whether a rune is a part of a word or number.
func wordRune(r rune) bool {
	if r < utf8.RuneSelf {
		return isDigit(byte(r)) || 'a' <= lower(byte(r)) && lower(byte(r)) <= 'z' || r == '_'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}

// joins reports whether a rune between two others makes one word of them:
// "well-known", "G-3415", "12.5", "15:30", "1,250", "a@b", "St.Anne".
func joins(before, r, after rune) bool {
	if !wordRune(before) || !wordRune(after) {
		return false
	}
	switch r {
	case '-', '\'', '’', '@':
		return true
	case '.':
		return unicode.IsDigit(before) == unicode.IsDigit(after)
	case ',', ':':
		return unicode.IsDigit(before) && unicode.IsDigit(after)
	case '/':
		return unicode.IsDigit(before) || unicode.IsDigit(after)
	}
	return false
}

// startsWord reports whether a word or number may begin at i.
func startsWord(s string, i int) bool {
	if i == 0 {
		return true
	}
	before, size := utf8.DecodeLastRuneInString(s[:i])
	if before < utf8.RuneSelf && before == ' ' {
		return true
	}
	if wordRune(before) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(s[i:])
	outer, _ := utf8.DecodeLastRuneInString(s[:i-size])
	return i == size || !joins(outer, before, first)
}

// endsWord reports whether a word or number may end at i. A possessive "'s" is
// outside the word.
func endsWord(s string, i int) bool {
	if i >= len(s) || s[i] == ' ' {
		return true
	}
	next, size := utf8.DecodeRuneInString(s[i:])
	if wordRune(next) {
		return false
	}
	if i+size >= len(s) || i == 0 {
		return true
	}
	if next == '\'' || next == '’' {
		if rest := s[i+size:]; lower(rest[0]) == 's' && (len(rest) == 1 || !wordRune(firstRune(rest[1:]))) {
			return true
		}
	}
	last, _ := utf8.DecodeLastRuneInString(s[:i])
	return !joins(last, next, firstRune(s[i+size:]))
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// tidy trims a text and makes every white space one blank. Most texts need
// nothing and are returned as they are.
func tidy(text string) string {
	blank := true // the byte before is a blank, or the text begins
	for i := range len(text) {
		c := text[i]
		if c >= utf8.RuneSelf || c != ' ' && c < '!' || c == ' ' && blank {
			return strings.Join(strings.Fields(text), " ")
		}
		blank = c == ' '
	}
	return strings.TrimSuffix(text, " ")
}
