package python

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// IsSpace is str.isspace and \s: Unicode's space and U+001C to U+001F.
func IsSpace(r rune) bool { return unicode.IsSpace(r) || 0x1c <= r && r <= 0x1f }

// IsWord is \w: letters, numbers and the underscore.
func IsWord(r rune) bool {
	if r < utf8.RuneSelf {
		return r == '_' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return (unicode.IsLetter(r) || unicode.IsNumber(r)) && !isLater(r)
}

// SplitLines is str.splitlines: no empty line after a last separator.
func SplitLines(text string) []string {
	var lines []string
	start := 0
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !isLineEnd(r) {
			at += size
			continue
		}
		lines = append(lines, text[start:at])
		at += size
		if r == '\r' && at < len(text) && text[at] == '\n' {
			at++
		}
		start = at
	}
	if start < len(text) {
		lines = append(lines, text[start:])
	}
	return lines
}

func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', 0x1c, 0x1d, 0x1e, 0x85, 0x2028, 0x2029:
		return true
	}
	return false
}

// SplitWords is str.split(): cut at runs of whitespace.
func SplitWords(text string) []string { return strings.FieldsFunc(text, IsSpace) }

// Lower is str.lower().
func Lower(text string) string {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return lowerUnicode(text)
		}
	}
	return strings.ToLower(text)
}

func lowerUnicode(text string) string {
	out := make([]byte, 0, len(text)+2)
	for at := 0; at < len(text); {
		r, size := DecodeRune(text[at:])
		switch r {
		case 0x130:
			out = append(out, 'i', 0xcc, 0x87)
		case 'Σ':
			if isFinalSigma(text, at, at+size) {
				out = utf8.AppendRune(out, 'ς')
			} else {
				out = utf8.AppendRune(out, 'σ')
			}
		default:
			if r == utf8.RuneError && size == 1 {
				out = append(out, text[at])
			} else {
				out = appendRune(out, unicode.ToLower(r))
			}
		}
		at += size
	}
	return string(out)
}

// isFinalSigma reports whether the sigma at [start, end) ends a word: a cased
// letter stands before it and none after, both across characters that do not count.
func isFinalSigma(text string, start, end int) bool {
	before := false
	for at := start; at > 0; {
		r, size := utf8.DecodeLastRuneInString(text[:at])
		if at -= size; !isCaseIgnorable(r) {
			before = isCased(r)
			break
		}
	}
	if !before {
		return false
	}
	for _, r := range text[end:] {
		if !isCaseIgnorable(r) {
			return !isCased(r)
		}
	}
	return true
}

func isCased(r rune) bool {
	return unicode.IsUpper(r) || unicode.IsLower(r) || unicode.IsTitle(r) || unicode.Is(unicode.Other_Lowercase, r) || unicode.Is(unicode.Other_Uppercase, r)
}

func isCaseIgnorable(r rune) bool {
	switch r {
	case '\'', '.', ':', '^', '`', '\u00b7', '\u2018', '\u2019', '\u2024', '\u2027':
		return true
	}
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf, unicode.Lm, unicode.Sk)
}

// CountCharacters is len(text): its code points.
func CountCharacters(text string) int {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return countUnicode(text)
		}
	}
	return len(text)
}

func countUnicode(text string) int {
	count := 0
	for at := 0; at < len(text); count++ {
		_, size := DecodeRune(text[at:])
		at += size
	}
	return count
}

// SliceCharacters is text[from:to] in code points: a negative bound counts from the
// end, bounds outside are moved to the ends.
func SliceCharacters(text string, from, to int) string {
	length := CountCharacters(text)
	place := func(at int) int {
		if at < 0 {
			at += length
		}
		return min(max(at, 0), length)
	}
	from, to = place(from), place(to)
	if from >= to {
		return ""
	}
	if length == len(text) {
		return text[from:to]
	}
	start := characterOffset(text, from)
	return text[start : start+characterOffset(text[start:], to-from)]
}

func characterOffset(text string, characters int) int {
	at := 0
	for range characters {
		_, size := DecodeRune(text[at:])
		at += size
	}
	return at
}
