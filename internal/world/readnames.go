package world

import (
	"unicode"
	"unicode/utf8"
)

// readCode reads a code of a pattern as it is written in canonical form.
// Letters may be small if the code has a digit; else every word would do.
func readCode(s string, i int, pattern string) (code string, end int) {
	if pattern == "" || len(s)-i < len(pattern) {
		return "", noMatch
	}
	digits, changed := false, false
	for j := range len(pattern) {
		have := s[i+j]
		switch want := pattern[j]; want {
		case '9':
			if !isDigit(have) {
				return "", noMatch
			}
			digits = true
		case 'A':
			if upper(have) < 'A' || upper(have) > 'Z' {
				return "", noMatch
			}
			changed = changed || upper(have) != have
		default:
			if lower(have) != lower(want) {
				return "", noMatch
			}
			changed = changed || have != want
		}
	}
	end = i + len(pattern)
	if !changed {
		return s[i:end], end
	}
	if !digits {
		return "", noMatch
	}
	canonical := []byte(s[i:end])
	for j := range canonical {
		switch pattern[j] {
		case '9':
		case 'A':
			canonical[j] = upper(canonical[j])
		default:
			canonical[j] = pattern[j]
		}
	}
	return string(canonical), end
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}

// maxEmail is the longest mail address that is read.
const maxEmail = 100

// readEmail reads a mail address; a full stop behind it is not its own.
func readEmail(s string, i int) (end int) {
	at := noMatch
	for end = i; end < len(s) && end-i < maxEmail; end++ {
		c := s[end]
		switch {
		case isDigit(c), 'a' <= lower(c) && lower(c) <= 'z':
		case c == '@' && at == noMatch && end > i:
			at = end
		case c == '.' || c == '-' || at == noMatch && (c == '_' || c == '+' || c == '%'):
		default:
			return emailEnd(s, i, at, end)
		}
	}
	return emailEnd(s, i, at, end)
}

// emailEnd cuts what cannot end an address and wants a dot within its host.
func emailEnd(s string, i, at, end int) int {
	for end > i && (s[end-1] == '.' || s[end-1] == '-') {
		end--
	}
	if at == noMatch || s[i] == '.' || at+3 >= end || s[at+1] == '.' || s[at-1] == '.' {
		return noMatch
	}
	dots := 0
	for j := i + 1; j < end; j++ {
		if s[j] == '.' {
			if s[j-1] == '.' {
				return noMatch
			}
			if j > at {
				dots++
			}
		}
	}
	if dots == 0 {
		return noMatch
	}
	return end
}

// Digits of a telephone number: at most 15 by ITU-T E.164; a national number
// with its leading zero has at most 11.
const (
	minPhoneDigits      = 7
	maxPhoneDigits      = 15
	maxNationalDigits   = 11
	maxPhoneParentheses = 1
)

// readPhone reads a telephone number: it begins with +, 0 or an area code in
// parentheses, and has groups of two or more digits.
func readPhone(s string, i int) (end int) {
	if i >= len(s) || s[i] != '+' && s[i] != '0' && s[i] != '(' {
		return noMatch
	}
	limit, at, digits, open, closed := maxNationalDigits, i, 0, 0, false
	if s[i] == '+' {
		limit, at = maxPhoneDigits, i+1
	}
	end = noMatch
	for at < len(s) {
		if s[at] == '(' && open < maxPhoneParentheses {
			open++
			at++
		}
		group := at
		for at < len(s) && isDigit(s[at]) && digits+at-group <= limit {
			at++
		}
		if n := at - group; n == 0 || n < 2 && digits > 0 || digits+n > limit {
			break
		}
		digits += at - group
		if open == 1 && !closed {
			if at >= len(s) || s[at] != ')' {
				return noMatch
			}
			closed = true
			at++
		} else {
			end = at
		}
		if at < len(s) && (s[at] == ' ' || s[at] == '-') {
			at++
		} else if at < len(s) && !isDigit(s[at]) {
			break
		}
	}
	if digits < minPhoneDigits {
		return noMatch
	}
	return end
}

// readPersonKnown reads a full name of the invented people.
func readPersonKnown(s string, i int) (end int) {
	if i >= len(s) || s[i] < 'A' || s[i] > 'Z' {
		return noMatch
	}
	for _, first := range firstNames {
		if first[0] != s[i] {
			continue
		}
		at := wordIs(s, i, first)
		if at == noMatch {
			continue
		}
		if at = gap(s, at); at == noMatch || at >= len(s) {
			return noMatch
		}
		for _, last := range lastNames {
			if last[0] == s[at] {
				if end := wordIs(s, at, last); end != noMatch {
					return end
				}
			}
		}
	}
	return noMatch
}

// fullName reports whether a whole text is written like a person's full name:
// two to four words of letters, each with a capital.
func fullName(text string) bool {
	words, start := 0, true
	for _, r := range text {
		switch {
		case r == ' ':
			if start {
				return false
			}
			start = true
		case start && unicode.IsUpper(r):
			words++
			start = false
		case start, !unicode.IsLetter(r) && !unicode.IsMark(r) && !(r == '-' || r == '\'' || r == '’' || r == '.'),
			r == utf8.RuneError:
			return false
		}
	}
	return !start && 2 <= words && words <= 4
}
