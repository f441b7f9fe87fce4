package bfcl

import (
	"regexp"
	"strings"
	"sync"

	"github.com/buttonbench/button/internal/python"
)

// pattern is a regular expression of Python, compiled when it is first used. \w, \s
// and \d are replaced by what they mean in Python for text; what remains (no
// look-around, no back references) has the same matches in Go, which also prefers
// the leftmost alternative and takes linear time.
type pattern struct{ compiled func() *regexp.Regexp }

func newPattern(python string) pattern {
	return pattern{sync.OnceValue(func() *regexp.Regexp {
		const space = `\s\x0b\x1c-\x1f\x{85}\p{Z}`
		return regexp.MustCompile(strings.NewReplacer(`\w`, `[\p{L}\p{N}_]`, `\s`, `[`+space+`]`).Replace(python))
	})}
}

// search returns the groups of the first match, nil without one.
func (p pattern) search(text string) []string { return p.compiled().FindStringSubmatch(text) }

// all returns the groups of all matches.
func (p pattern) all(text string) [][]string { return p.compiled().FindAllStringSubmatch(text, -1) }

// strip is Python's str.strip().
func strip(text string) string { return strings.TrimFunc(text, python.IsSpace) }

// numberForm scans what Python's ^-?\d+(\.\d+)?([eE][+-]?\d+)? matches, the
// fraction and the exponent where they are allowed, and returns the rest of the
// text. \d are the digits of all scripts.
func numberForm(text string, fraction, exponent bool) (rest string, ok bool) {
	text = strings.TrimPrefix(text, "-")
	rest = skipDigits(text)
	if len(rest) == len(text) {
		return text, false
	}
	if fraction && strings.HasPrefix(rest, ".") {
		if after := skipDigits(rest[1:]); len(after) < len(rest)-1 {
			rest = after
		}
	}
	if exponent && rest != "" && (rest[0] == 'e' || rest[0] == 'E') {
		digits := rest[1:]
		if digits != "" && (digits[0] == '+' || digits[0] == '-') {
			digits = digits[1:]
		}
		if after := skipDigits(digits); len(after) < len(digits) {
			rest = after
		}
	}
	return rest, true
}

func skipDigits(text string) string {
	return strings.TrimLeftFunc(text, func(r rune) bool {
		_, ok := python.DigitValue(r)
		return ok
	})
}

// atEnd is Python's $: the end, or before one last newline.
func atEnd(rest string) bool { return rest == "" || rest == "\n" }

// suffixedNumber reports whether a number's form, which ends in one of the letters, is
// the whole text, and returns it without the letter.
func suffixedNumber(text string, fraction, exponent bool, letters string) (number string, ok bool) {
	rest, ok := numberForm(text, fraction, exponent)
	if !ok || rest == "" || strings.IndexByte(letters, rest[0]) < 0 || !atEnd(rest[1:]) {
		return "", false
	}
	return text[:len(text)-len(rest)], true
}

// isNumber reports whether a number's form is the whole text.
func isNumber(text string, fraction, exponent bool) bool {
	rest, ok := numberForm(text, fraction, exponent)
	return ok && atEnd(rest)
}

// intOr is Python's int(text), the text itself where that fails.
func intOr(text string) python.Value {
	if n, err := python.ToInt(text); err == nil {
		return n
	}
	return text
}

// floatOr is Python's float(text), the text itself where that fails.
func floatOr(text string) python.Value {
	if x, err := python.ToFloat(text); err == nil {
		return x
	}
	return text
}

// numberOr is int(text), or else float(text), or else the text itself.
func numberOr(text string) python.Value {
	if n, err := python.ToInt(text); err == nil {
		return n
	}
	return floatOr(text)
}

// quotedBy reports whether a text begins and ends with the quote; one character may
// be both.
func quotedBy(text string, quote string) bool {
	return strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote)
}

// inner is Python's text[1:-1].
func inner(text string) string { return python.SliceCharacters(text, 1, -1) }
