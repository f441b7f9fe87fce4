package toolcall

import (
	"fmt"
	"strings"
	"unicode"
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
