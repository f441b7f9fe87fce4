package python

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxBrackets is how deep CPython's tokenizer lets brackets stand in one another.
const maxBrackets = 200

// lexer cuts a text into tokens, one at a time, so that a reader may stop in the
// middle of it. A tolerant one mends what models write and Python refuses, and
// notes each repair.
type lexer struct {
	text     string
	at       int
	depth    int // open brackets
	tolerant bool
	repairs  []string
	// steps counts the bytes looked at; tests hold it to a multiple of the length.
	steps   int
	failure *SyntaxError // the first one
}

// fail keeps the first error and returns the token that nothing takes.
func (l *lexer) fail(offset int, format string, values ...any) token {
	if l.failure == nil {
		message := format
		if len(values) > 0 {
			message = fmt.Sprintf(format, values...)
		}
		l.failure = &SyntaxError{Offset: offset, Message: message, Truncated: offset >= len(l.text)}
		if !l.tolerant { // which reads texts in pieces, so that counting would cost
			l.failure.line = 1 + strings.Count(l.text[:min(offset, len(l.text))], "\n")
		}
	}
	return token{symbol: symbolBad, start: l.at, end: l.at}
}

// unexpected fails in CPython's words; in a larger text it tells what stands there.
func (l *lexer) unexpected(start, end int) token {
	if l.tolerant {
		return l.fail(start, "unexpected %.40q", l.text[start:end])
	}
	return l.fail(start, "invalid syntax")
}

func (l *lexer) repair(note string) {
	for _, known := range l.repairs {
		if known == note {
			return
		}
	}
	l.repairs = append(l.repairs, note)
}

// next reads a token. Line breaks inside brackets and comments are blank.
func (l *lexer) next() token {
	from := l.at
	t := l.scan()
	l.steps += l.at - from + 1
	return t
}

func (l *lexer) scan() token {
	for l.at < len(l.text) {
		switch c := l.text[l.at]; c {
		case ' ', '\t', '\f':
			l.at++
		case '\n', '\r':
			l.at += l.lineBreak(l.at)
			if l.depth == 0 {
				return token{symbol: symbolLine, start: l.at - 1, end: l.at}
			}
		case '#':
			for l.at < len(l.text) && l.text[l.at] != '\n' && l.text[l.at] != '\r' {
				l.at++
			}
		case '\\':
			width := l.lineBreak(l.at + 1)
			if width == 0 {
				return l.fail(l.at+1, "unexpected character after line continuation character")
			}
			if l.at += 1 + width; l.at >= len(l.text) && !l.tolerant {
				return l.fail(l.at, "unexpected EOF while parsing")
			}
		default:
			return l.token(c)
		}
	}
	return token{symbol: symbolEnd, start: l.at, end: l.at}
}

// lineBreak is the length of the line break at an offset, 0 if there is none.
func (l *lexer) lineBreak(at int) int {
	if at >= len(l.text) {
		return 0
	}
	switch l.text[at] {
	case '\n':
		return 1
	case '\r':
		if at+1 < len(l.text) && l.text[at+1] == '\n' {
			return 2
		}
		return 1
	}
	return 0
}

func (l *lexer) token(c byte) token {
	switch {
	case c == '"' || c == '\'':
		return l.stringToken(l.at, 0)
	case isDigit(c), c == '.' && l.at+1 < len(l.text) && isDigit(l.text[l.at+1]):
		return l.number()
	case isIdentifierByte(c) && !isDigit(c):
		return l.identifier()
	}
	symbol, length := operatorAt(l.text[l.at:])
	switch symbol {
	case symbolBad:
		return l.unexpected(l.at, l.at+1)
	case openParenthesis, openBracket, openBrace:
		if l.depth++; l.depth > maxBrackets {
			return l.fail(l.at, "too many nested parentheses")
		}
	case closeParenthesis, closeBracket, closeBrace:
		l.depth = max(0, l.depth-1)
	}
	l.at += length
	return token{symbol: symbol, text: l.text[l.at-length : l.at], start: l.at - length, end: l.at}
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// isIdentifierByte reports whether the tokenizer takes a byte into an identifier;
// whether the characters beyond ASCII may stand there is asked later.
func isIdentifierByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_' || c >= utf8.RuneSelf
}

func (l *lexer) identifier() token {
	start, ascii := l.at, true
	for l.at < len(l.text) && isIdentifierByte(l.text[l.at]) {
		ascii = ascii && l.text[l.at] < utf8.RuneSelf
		l.at++
	}
	name := l.text[start:l.at]
	if ascii && l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') {
		if prefix, ok := parsePrefix(name); ok {
			return l.stringToken(start, prefix)
		}
	}
	if !ascii {
		if bad := badCharacter(name); bad >= 0 {
			r, size := utf8.DecodeRuneInString(name[bad:])
			if l.tolerant && bad > 0 {
				l.at = start + bad
				name = name[:bad]
			} else if !IsPrintable(r) || r == utf8.RuneError && size == 1 {
				return l.fail(start+bad, "invalid non-printable character U+%04X", r)
			} else {
				return l.fail(start+bad, "invalid character '%c' (U+%04X)", r, r)
			}
		}
		name = norm.NFKC.String(name)
	}
	return token{symbol: reservedWord(name), text: name, start: start, end: l.at}
}

// badCharacter is the offset of the first character that may not stand in an
// identifier, -1 without one.
func badCharacter(name string) int {
	for i, r := range name {
		if r < utf8.RuneSelf {
			continue // the tokenizer has looked
		}
		if i == 0 && !isIdentifierStart(r) || i > 0 && !isIdentifierPart(r) {
			return i
		}
	}
	return -1
}

// isIdentifierStart is Unicode's XID_Start, and isIdentifierPart XID_Continue: the
// categories, corrected as the standard lists.
func isIdentifierStart(r rune) bool {
	switch {
	case r == '\u1885' || r == '\u1886' || r == '\u2118' || r == '\u212e':
		return true
	case r == '\u0e33' || r == '\u0eb3' || r == '\uff9e' || r == '\uff9f' || isCompatibilityMark(r) || isLater(r):
		return false
	}
	return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r)
}

func isIdentifierPart(r rune) bool {
	switch {
	case r == '\u00b7' || r == '\u0387' || '\u1369' <= r && r <= '\u1371' || r == '\u19da' || r == '\u2118' || r == '\u212e':
		return true
	case isCompatibilityMark(r) || isLater(r):
		return false
	}
	return unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc)
}

// isCompatibilityMark reports the letters whose NFKC form is not an identifier.
func isCompatibilityMark(r rune) bool {
	switch r {
	case '\u037a', '\u2e2f', '\ufdfa', '\ufdfb', '\ufe70', '\ufe72', '\ufe74', '\ufe76', '\ufe78', '\ufe7a', '\ufe7c', '\ufe7e':
		return true
	}
	return '\ufc5e' <= r && r <= '\ufc63'
}

// IsIdentifier reports whether a text is an identifier, reserved or not.
func IsIdentifier(text string) bool {
	for i := 0; i < len(text); i++ {
		if !isIdentifierByte(text[i]) {
			return false
		}
	}
	return text != "" && !isDigit(text[0]) && badCharacter(text) < 0
}
