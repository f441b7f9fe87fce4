package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

type tokenKind uint8

const (
	tokenEnd tokenKind = iota
	tokenWord
	tokenNumber
	tokenText      // a string literal
	tokenCharacter // a character literal
	tokenSign      // an operator or a bracket
	tokenTemplate  // JavaScript: a template literal
	tokenPattern   // JavaScript: a regular expression
)

// token is one token. comments are those that stand before it.
type token struct {
	kind       tokenKind
	start, end int
	comments   []span
	newline    bool // a line ends between the token before and this one
}

type span struct{ start, end int }

// javaSign is the length of the longest of Java's operators and brackets at the
// start of a text, or 0. ">" is always alone: two of them close type arguments, or
// are joined by the expression parser.
func javaSign(text string) int {
	if len(text) >= 3 {
		switch text[:3] {
		case "<<=", "...":
			return 3
		}
	}
	if len(text) >= 2 {
		switch text[:2] {
		case "->", "::", "++", "--", "<<", "<=", "==", "!=", "&&", "||", "+=", "-=", "*=", "/=", "&=", "|=", "^=", "%=":
			return 2
		}
	}
	switch text[0] {
	case '(', ')', '[', ']', '{', '}', ';', ',', '.', '@', '=', '>', '<', '!', '~', '?', ':', '+', '-', '*', '/', '&', '|', '^', '%':
		return 1
	}
	return 0
}

type lexer struct {
	source string
	at     int
}

// skip moves over white space and comments, and returns the comments.
func (l *lexer) skip() (comments []span, newline bool, err error) {
	for l.at < len(l.source) {
		rest := l.source[l.at:]
		switch c := rest[0]; {
		case c == '\n':
			newline = true
			l.at++
		case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
			l.at++
		case strings.HasPrefix(rest, "//"):
			end := strings.IndexByte(rest, '\n')
			if end < 0 {
				end = len(rest)
			}
			comments = append(comments, span{l.at, l.at + end})
			l.at += end
		case strings.HasPrefix(rest, "/*"):
			end := strings.Index(rest[2:], "*/")
			if end < 0 {
				return nil, false, unexpected(l.source, len(l.source), "the end of a comment")
			}
			newline = newline || strings.Contains(rest[:end+4], "\n")
			comments = append(comments, span{l.at, l.at + end + 4})
			l.at += end + 4
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(rest)
			if !unicode.IsSpace(r) && r != 0xfeff && r != 0x2060 && r != 0x200b {
				return comments, newline, nil
			}
			newline = newline || r == 0x2028 || r == 0x2029
			l.at += size
		default:
			return comments, newline, nil
		}
	}
	return comments, newline, nil
}

// javaTokens cuts a source into tokens; the last one is tokenEnd.
func javaTokens(source string) ([]token, error) {
	l := &lexer{source: source}
	var tokens []token
	for {
		comments, newline, err := l.skip()
		if err != nil {
			return nil, err
		}
		t := token{start: l.at, comments: comments, newline: newline}
		if err := l.javaToken(&t); err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == tokenEnd {
			return tokens, nil
		}
		l.at = t.end
	}
}

func (l *lexer) javaToken(t *token) error {
	rest := l.source[l.at:]
	t.end = l.at
	if rest == "" {
		return nil
	}
	r, _ := utf8.DecodeRuneInString(rest)
	switch c := rest[0]; {
	case isJavaWord(r, true):
		t.kind = tokenWord
		t.end += wordLength(rest, isJavaWord)
	case '0' <= c && c <= '9' || c == '.' && len(rest) > 1 && '0' <= rest[1] && rest[1] <= '9':
		t.kind = tokenNumber
		t.end += javaNumber(rest)
	case c == '"':
		t.kind = tokenText
		length := javaString(rest)
		if length == 0 {
			return unexpected(l.source, len(l.source), "the end of a string")
		}
		t.end += length
	case c == '\'':
		t.kind = tokenCharacter
		length := javaCharacter(rest)
		if length == 0 {
			return unexpected(l.source, l.at, "a character literal")
		}
		t.end += length
	default:
		t.kind = tokenSign
		length := javaSign(rest)
		if length == 0 {
			return unexpected(l.source, l.at, "a token")
		}
		t.end += length
	}
	return nil
}

func isJavaWord(r rune, first bool) bool {
	switch {
	case r < utf8.RuneSelf:
		return r == '_' || r == '$' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || !first && '0' <= r && r <= '9'
	case first:
		return unicode.IsLetter(r) || unicode.Is(unicode.Nl, r)
	}
	return unicode.IsLetter(r) || unicode.In(r, unicode.Nl, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc) || r == 0xa2
}

func wordLength(text string, in func(r rune, first bool) bool) int {
	for i, r := range text {
		if !in(r, i == 0) {
			return i
		}
	}
	return len(text)
}

// javaString is the length of the string literal at the start, 0 when it has no
// end. A plain one may hold line ends.
func javaString(text string) int {
	quote := `"`
	if strings.HasPrefix(text, `"""`) {
		quote = `"""`
	}
	for at := len(quote); at < len(text); {
		switch {
		case text[at] == '\\':
			at += 2
		case strings.HasPrefix(text[at:], quote):
			return at + len(quote)
		default:
			at++
		}
	}
	return 0
}

// javaCharacter is the length of the character literal at the start, which may hold
// several characters, or 0.
func javaCharacter(text string) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case '\n':
			return 0
		case '\'':
			if at == 1 {
				return 0
			}
			return at + 1
		}
	}
	return 0
}

// digitRun is the length of digits in groups between underscores.
func digitRun(text string, digit func(byte) bool) int {
	at := 0
	for at < len(text) && (digit(text[at]) || at > 0 && text[at] == '_') {
		at++
	}
	for at > 0 && text[at-1] == '_' {
		at--
	}
	return at
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isOctal(c byte) bool  { return '0' <= c && c <= '7' }
func isBinary(c byte) bool { return c == '0' || c == '1' }
func isHex(c byte) bool    { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'f' }

func hasAny(text string, at int, set string) bool {
	return at < len(text) && strings.IndexByte(set, text[at]) >= 0
}

// javaNumber is the length of the longest number at the start. Whole numbers do not
// begin with 0, octal ones excepted.
func javaNumber(text string) int {
	longest := 0
	try := func(at int) { longest = max(longest, at) }
	if hasAny(text, 1, "xX") && text[0] == '0' {
		if n := digitRun(text[2:], isHex); n > 0 {
			try(withSuffix(text, 2+n, "lL"))
		}
	}
	if hasAny(text, 1, "bB") && text[0] == '0' {
		if n := digitRun(text[2:], isBinary); n > 0 {
			try(withSuffix(text, 2+n, "lL"))
		}
	}
	whole := digitRun(text, isDigit)
	switch {
	case whole > 0 && text[0] != '0':
		try(withSuffix(text, whole, "lL"))
	case whole > 0:
		octal := 1
		if hasAny(text, 1, "oO") {
			octal = 2
		}
		try(withSuffix(text, 1, "lL"))
		if n := digitRun(text[octal:], isOctal); n > 0 {
			try(withSuffix(text, octal+n, "lL"))
		}
	}
	if hasAny(text, whole, ".") {
		fraction := digitRun(text[whole+1:], isDigit)
		if whole > 0 || fraction > 0 {
			try(withSuffix(text, withExponent(text, whole+1+fraction), "fFdD"))
		}
	} else if whole > 0 {
		if end := withExponent(text, whole); end > whole {
			try(withSuffix(text, end, "fFdD"))
		} else if hasAny(text, whole, "fFdD") {
			try(whole + 1)
		}
	}
	return longest
}

func withSuffix(text string, at int, letters string) int {
	if hasAny(text, at, letters) {
		return at + 1
	}
	return at
}

func withExponent(text string, at int) int {
	if !hasAny(text, at, "eE") {
		return at
	}
	digits := at + 1
	if hasAny(text, digits, "+-") {
		digits++
	}
	if n := digitRun(text[digits:], isDigit); n > 0 {
		return digits + n
	}
	return at
}
