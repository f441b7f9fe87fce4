package toolcall

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// The limits of what is read as Python. CPython refuses to convert decimal
// integers of more than 4,300 digits; nothing needs the other two.
const (
	maxPythonBytes   = 4 << 20
	maxPythonNesting = 64
	maxPythonDigits  = 4300
)

// PythonError is a text that is not the Python wanted.
type PythonError struct {
	Offset  int // in bytes, from the start of the text
	Message string
	// Truncated: the text ends where more must follow.
	Truncated bool
}

func (e *PythonError) Error() string {
	return fmt.Sprintf("python: at byte %d: %s", e.Offset, e.Message)
}

type pythonTokenKind uint8

const (
	tokenEnd  pythonTokenKind = iota
	tokenLine                 // a line break outside all brackets
	tokenName
	tokenNumber
	tokenString
	tokenOperator
)

// pythonToken is one token. Its text is the name or operator, the canonical
// form of a number, or the value of a string.
type pythonToken struct {
	kind       pythonTokenKind
	node       PythonKind // of a number or string
	text       string
	start, end int
}

// pythonLexer cuts a text into tokens, one at a time, so that a reader may stop
// in the middle of it. In lenient mode it mends what models write and Python
// refuses, and notes each repair.
type pythonLexer struct {
	text    string
	at      int
	depth   int // open brackets
	lenient bool
	repairs []string
	// steps counts the bytes looked at; a test holds it to a multiple of the length.
	steps int
}

func (l *pythonLexer) fail(offset int, format string, values ...any) *PythonError {
	return &PythonError{Offset: offset, Message: fmt.Sprintf(format, values...), Truncated: offset >= len(l.text)}
}

func (l *pythonLexer) repair(note string) {
	for _, known := range l.repairs {
		if known == note {
			return
		}
	}
	l.repairs = append(l.repairs, note)
}

// next reads a token. Line breaks inside brackets and comments are blank.
func (l *pythonLexer) next() (pythonToken, *PythonError) {
	from := l.at
	defer func() { l.steps += l.at - from + 1 }()
	for l.at < len(l.text) {
		switch c := l.text[l.at]; {
		case c == ' ', c == '\t', c == '\f':
			l.at++
		case c == '\n', c == '\r':
			l.at++
			if l.depth == 0 {
				return pythonToken{kind: tokenLine, start: l.at - 1, end: l.at}, nil
			}
		case c == '#':
			for l.at < len(l.text) && l.text[l.at] != '\n' && l.text[l.at] != '\r' {
				l.at++
			}
		case c == '\\' && l.lineBreak(l.at+1) > 0:
			l.at += 1 + l.lineBreak(l.at+1)
		default:
			return l.token(c)
		}
	}
	return pythonToken{kind: tokenEnd, start: l.at, end: l.at}, nil
}

// lineBreak is the length of the line break at an offset, 0 if there is none.
func (l *pythonLexer) lineBreak(at int) int {
	switch {
	case strings.HasPrefix(l.text[at:], "\r\n"):
		return 2
	case at < len(l.text) && (l.text[at] == '\n' || l.text[at] == '\r'):
		return 1
	}
	return 0
}

func (l *pythonLexer) token(c byte) (pythonToken, *PythonError) {
	switch {
	case c == '"' || c == '\'':
		return l.stringToken(l.at, "")
	case '0' <= c && c <= '9', c == '.' && l.at+1 < len(l.text) && isDigit(l.text[l.at+1]):
		return l.number()
	}
	if name := pythonIdentifier(l.text[l.at:]); name != "" {
		start := l.at
		l.at += len(name)
		if l.at < len(l.text) && (l.text[l.at] == '"' || l.text[l.at] == '\'') && isStringPrefix(name) {
			return l.stringToken(start, strings.ToLower(name))
		}
		return pythonToken{kind: tokenName, text: name, start: start, end: l.at}, nil
	}
	return l.operator()
}

var pythonOperators = []string{"...", "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":=", "->"}

func (l *pythonLexer) operator() (pythonToken, *PythonError) {
	text := l.text[l.at : l.at+1]
	for _, long := range pythonOperators {
		if strings.HasPrefix(l.text[l.at:], long) {
			text = long
			break
		}
	}
	switch text {
	case "(", "[", "{":
		l.depth++
	case ")", "]", "}":
		l.depth = max(0, l.depth-1)
	default:
		if len(text) == 1 && !strings.Contains("+-*/%@&|^~<>.,:=", text) {
			r, _ := utf8.DecodeRuneInString(l.text[l.at:])
			return pythonToken{}, l.fail(l.at, "unexpected character %q", r)
		}
	}
	l.at += len(text)
	return pythonToken{kind: tokenOperator, text: text, start: l.at - len(text), end: l.at}, nil
}

// pythonIdentifier is the identifier that a text starts with, "" without one.
// Python's NFKC normalisation of identifiers is not done.
func pythonIdentifier(text string) string {
	for i, r := range text {
		if r == '_' || unicode.IsLetter(r) || unicode.Is(unicode.Nl, r) {
			continue
		}
		if i > 0 && unicode.In(r, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) {
			continue
		}
		return text[:i]
	}
	return text
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// number reads a number literal. An integer's text becomes its decimal digits,
// a real number's stays as written but for what JSON does not know: underscores,
// leading zeros, a point without digits on both sides.
func (l *pythonLexer) number() (pythonToken, *PythonError) {
	start := l.at
	token := pythonToken{kind: tokenNumber, node: PythonInt, start: start}
	if base := numberBase(l.text[start:]); base != 10 {
		l.at += 2
		digits, ok := l.digits(base, true)
		value, valid := new(big.Int).SetString(digits, base)
		if !ok || !valid {
			return token, l.fail(l.at, "invalid number")
		}
		if len(digits) > maxPythonDigits {
			return token, l.fail(start, "a number of more than %d digits", maxPythonDigits)
		}
		token.text = value.String()
	} else if err := l.decimal(&token); err != nil {
		return token, err
	}
	if rest := pythonIdentifier(l.text[l.at:]); rest != "" && !isOperatorWord(rest) ||
		l.at < len(l.text) && isDigit(l.text[l.at]) {
		return token, l.fail(l.at, "invalid number")
	}
	token.end = l.at
	return token, nil
}

func numberBase(text string) int {
	if len(text) > 1 && text[0] == '0' {
		switch text[1] {
		case 'x', 'X':
			return 16
		case 'o', 'O':
			return 8
		case 'b', 'B':
			return 2
		}
	}
	return 10
}

// digits reads digits with single underscores between them; after a base's
// prefix one may lead.
func (l *pythonLexer) digits(base int, leading bool) (string, bool) {
	var digits []byte
	underscore := !leading
	for l.at < len(l.text) {
		c := l.text[l.at]
		if c == '_' {
			if underscore {
				return "", false
			}
			underscore = true
		} else if _, err := strconv.ParseUint(string(c), base, 8); err == nil {
			digits, underscore = append(digits, c), false
		} else {
			break
		}
		l.at++
	}
	return string(digits), len(digits) > 0 && !underscore
}

func (l *pythonLexer) decimal(token *pythonToken) *PythonError {
	whole, fraction, exponent, ok := "0", "", "", true
	if l.text[l.at] != '.' {
		if whole, ok = l.digits(10, false); !ok {
			return l.fail(l.at, "invalid number")
		}
	}
	if l.at < len(l.text) && l.text[l.at] == '.' {
		l.at++
		fraction = ".0"
		if l.at < len(l.text) && isDigit(l.text[l.at]) {
			digits, ok := l.digits(10, false)
			if !ok {
				return l.fail(l.at, "invalid number")
			}
			fraction = "." + digits
		}
	}
	if mark := l.exponentMark(); mark > 0 {
		exponent = l.text[l.at : l.at+mark]
		l.at += mark
		digits, ok := l.digits(10, false)
		if !ok {
			return l.fail(l.at, "invalid number")
		}
		exponent += digits
	}
	trimmed := strings.TrimLeft(whole, "0")
	if trimmed == "" {
		trimmed = "0"
	}
	token.text = trimmed + fraction + exponent
	if fraction+exponent != "" {
		token.node = PythonFloat
	}
	if l.at < len(l.text) && (l.text[l.at] == 'j' || l.text[l.at] == 'J') {
		l.at++
		token.node, token.text = PythonComplex, token.text+"j"
	}
	if token.node == PythonInt {
		if len(trimmed) < len(whole) && trimmed != "0" {
			return l.fail(token.start, "a whole number with leading zeros")
		}
		if len(trimmed) > maxPythonDigits {
			return l.fail(token.start, "a number of more than %d digits", maxPythonDigits)
		}
	}
	return nil
}

// exponentMark is the length of "e", "e+" or "e-" if digits follow it.
func (l *pythonLexer) exponentMark() int {
	rest := l.text[l.at:]
	if rest == "" || rest[0] != 'e' && rest[0] != 'E' {
		return 0
	}
	n := 1
	if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
		n = 2
	}
	if len(rest) > n && isDigit(rest[n]) {
		return n
	}
	return 0
}

// isOperatorWord reports whether a word may follow a number without a blank.
func isOperatorWord(word string) bool {
	switch word {
	case "and", "else", "for", "if", "in", "is", "not", "or":
		return true
	}
	return false
}

func isStringPrefix(name string) bool {
	switch strings.ToLower(name) {
	case "r", "u", "b", "f", "br", "rb", "fr", "rf":
		return true
	}
	return false
}

// stringToken reads a string literal whose prefix has been read. Its kind says
// whether it is text, bytes or formatted; what a formatted string holds in
// braces is part of its value.
func (l *pythonLexer) stringToken(start int, prefix string) (pythonToken, *PythonError) {
	quote := l.text[l.at : l.at+1]
	if strings.HasPrefix(l.text[l.at:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	l.at += len(quote)
	token := pythonToken{kind: tokenString, node: PythonString, start: start}
	raw := strings.Contains(prefix, "r")
	switch {
	case strings.Contains(prefix, "b"):
		token.node = PythonBytes
	case strings.Contains(prefix, "f"):
		token.node = PythonFormatted
	}
	var value strings.Builder
	for {
		switch {
		case l.at >= len(l.text):
			return token, l.fail(l.at, "a string that is not closed")
		case strings.HasPrefix(l.text[l.at:], quote):
			l.at += len(quote)
			token.text, token.end = value.String(), l.at
			return token, nil
		case l.text[l.at] == '\\':
			if err := l.escape(&value, raw, token.node == PythonBytes); err != nil {
				return token, err
			}
		case l.lineBreak(l.at) > 0:
			if len(quote) == 1 && !l.lenient {
				return token, l.fail(l.at, "a line break inside a string")
			}
			if len(quote) == 1 {
				l.repair("a line break inside a quoted string kept")
			}
			l.at += l.lineBreak(l.at)
			value.WriteByte('\n')
		case token.node == PythonBytes && l.text[l.at] >= utf8.RuneSelf:
			return token, l.fail(l.at, "a bytes literal with other than ASCII characters")
		default:
			value.WriteByte(l.text[l.at])
			l.at++
		}
	}
}

var pythonEscapes = map[byte]string{
	'\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v",
}

// escape reads the backslash at the position and what it stands before. An
// unknown escape keeps its backslash.
func (l *pythonLexer) escape(value *strings.Builder, raw, bytes bool) *PythonError {
	at := l.at
	if at+1 >= len(l.text) {
		return l.fail(len(l.text), "a string that is not closed")
	}
	width := l.lineBreak(at + 1)
	c := l.text[at+1]
	switch plain, known := pythonEscapes[c]; {
	case raw:
		_, width = utf8.DecodeRuneInString(l.text[at+1:])
		value.WriteString(l.text[at : at+1+width])
		l.at += 1 + width
	case width > 0:
		l.at += 1 + width
	case known:
		value.WriteString(plain)
		l.at += 2
	case '0' <= c && c <= '7':
		end := at + 1
		for end < len(l.text) && end < at+4 && '0' <= l.text[end] && l.text[end] <= '7' {
			end++
		}
		code, _ := strconv.ParseUint(l.text[at+1:end], 8, 16)
		writeCode(value, rune(code), bytes)
		l.at = end
	case c == 'x', !bytes && (c == 'u' || c == 'U'):
		return l.hexEscape(value, c, bytes)
	case !bytes && c == 'N' && !l.lenient:
		return l.fail(at, "a character by its name is not supported")
	default:
		if l.lenient && c == '/' {
			value.WriteByte('/')
			l.repair(`the escape \/ read as in JSON`)
		} else {
			value.WriteByte('\\')
			value.WriteByte(c)
		}
		l.at += 2
	}
	return nil
}

var hexWidths = map[byte]int{'x': 2, 'u': 4, 'U': 8}

func (l *pythonLexer) hexEscape(value *strings.Builder, c byte, bytes bool) *PythonError {
	at, width := l.at, hexWidths[c]
	code, ok := hexCode(l.text, at+2, width)
	if !ok || code > unicode.MaxRune {
		if !l.lenient {
			return l.fail(at, `a \%c escape without its %d hexadecimal digits`, c, width)
		}
		l.repair("a backslash that starts no escape kept")
		value.WriteByte('\\')
		l.at++
		return nil
	}
	l.at += 2 + width
	r := rune(code)
	if utf16.IsSurrogate(r) && strings.HasPrefix(l.text[l.at:], `\u`) {
		if low, ok := hexCode(l.text, l.at+2, 4); ok {
			if pair := utf16.DecodeRune(r, rune(low)); pair != unicode.ReplacementChar {
				l.at += 6
				r = pair
			}
		}
	}
	writeCode(value, r, bytes)
	return nil
}

func hexCode(text string, at, width int) (uint64, bool) {
	if at+width > len(text) {
		return 0, false
	}
	for _, c := range []byte(text[at : at+width]) {
		if !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)) {
			return 0, false
		}
	}
	code, err := strconv.ParseUint(text[at:at+width], 16, 32)
	return code, err == nil
}

func writeCode(value *strings.Builder, code rune, bytes bool) {
	if bytes {
		value.WriteByte(byte(code))
		return
	}
	value.WriteRune(code) // half a surrogate pair becomes U+FFFD
}
