package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// javaScriptSign is the length of the longest of JavaScript's operators and
// brackets at the start of a text, or 0.
func javaScriptSign(text string) int {
	if strings.HasPrefix(text, ">>>=") {
		return 4
	}
	if len(text) >= 3 {
		switch text[:3] {
		case "...", "===", "!==", "**=", "<<=", ">>=", ">>>", "&&=", "||=", "??=":
			return 3
		}
	}
	if len(text) >= 2 {
		switch text[:2] {
		case "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "++", "--", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<", ">>", "**":
			return 2
		case "?.":
			if len(text) == 2 || !isDigit(text[2]) {
				return 2
			}
		}
	}
	switch text[0] {
	case '(', ')', '[', ']', '{', '}', ';', ',', '.', '=', '>', '<', '!', '~', '?', ':', '+', '-', '*', '/', '&', '|', '^', '%', '#', '@':
		return 1
	}
	return 0
}

// javaScriptTokens cuts a source into tokens; the last one is tokenEnd.
func javaScriptTokens(source string) ([]token, error) {
	l := &lexer{source: source}
	var tokens []token
	for {
		comments, newline, err := l.skip()
		if err != nil {
			return nil, err
		}
		t := token{start: l.at, end: l.at, comments: comments, newline: newline}
		operand := len(tokens) > 0 && endsOperand(source, tokens[len(tokens)-1])
		if err := l.javaScriptToken(&t, operand); err != nil {
			return nil, err
		}
		tokens = append(tokens, t)
		if t.kind == tokenEnd {
			return tokens, nil
		}
		l.at = t.end
	}
}

// endsOperand tells whether a slash after the token divides; otherwise it begins a
// regular expression.
func endsOperand(source string, t token) bool {
	text := source[t.start:t.end]
	switch t.kind {
	case tokenSign:
		return text == ")" || text == "]" || text == "}"
	case tokenWord:
		switch text {
		case "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "instanceof", "else", "do", "await", "yield":
			return false
		}
	}
	return true
}

func (l *lexer) javaScriptToken(t *token, afterOperand bool) error {
	rest := l.source[l.at:]
	if rest == "" {
		return nil
	}
	length := 0
	switch c := rest[0]; {
	case isDigit(c) || c == '.' && len(rest) > 1 && isDigit(rest[1]):
		t.kind, length = tokenNumber, javaScriptNumber(rest)
	case c == '"' || c == '\'':
		t.kind, length = tokenText, javaScriptString(rest)
	case c == '`':
		t.kind, length = tokenTemplate, javaScriptTemplate(rest, 0)
	case c == '/' && !afterOperand:
		t.kind, length = tokenPattern, javaScriptPattern(rest)
	default:
		if length = javaScriptWord(rest); length > 0 {
			t.kind = tokenWord
			break
		}
		t.kind, length = tokenSign, javaScriptSign(rest)
	}
	if length == 0 {
		return unexpected(l.source, l.at, "a token with its end")
	}
	t.end = l.at + length
	return nil
}

// javaScriptWord is the length of the name at the start. All characters but
// spaces, control characters and ASCII's signs may stand in names.
func javaScriptWord(text string) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		switch {
		case r == '\\':
			if !strings.HasPrefix(text[at:], `\u`) {
				return at
			}
			size = 2
		case r < utf8.RuneSelf && r != '_' && r != '$' && !unicode.IsLetter(r) && (at == 0 || !isDigit(byte(r))):
			return at
		case unicode.IsSpace(r) || unicode.Is(unicode.Zs, r) || r == 0xfeff || r == 0x2060 || r == 0x200b || r == utf8.RuneError && size == 1:
			return at
		}
		at += size
	}
	return at
}

func javaScriptNumber(text string) int {
	if text[0] == '0' {
		for letters, digit := range map[string]func(byte) bool{"xX": isHex, "bB": isBinary, "oO": isOctal} {
			if !hasAny(text, 1, letters) {
				continue
			}
			if n := digitRun(text[2:], digit); n > 0 {
				return withSuffix(text, 2+n, "n")
			}
			return 1
		}
	}
	at := digitRun(text, isDigit)
	if hasAny(text, at, "n") {
		return at + 1
	}
	if hasAny(text, at, ".") {
		at++
		at += digitRun(text[at:], isDigit)
	}
	return withExponent(text, at)
}

// javaScriptString is the length of the string at the start, 0 without an end on
// its line.
func javaScriptString(text string) int {
	for at := 1; at < len(text); at++ {
		switch text[at] {
		case '\\':
			if at++; strings.HasPrefix(text[at:], "\r\n") {
				at++
			}
		case '\n', '\r':
			return 0
		case text[0]:
			return at + 1
		}
	}
	return 0
}

// javaScriptTemplate is the length of the template literal at the start.
func javaScriptTemplate(text string, depth int) int {
	if depth > maxDepth {
		return 0
	}
	for at := 1; at < len(text); at++ {
		switch {
		case text[at] == '\\':
			at++
		case text[at] == '`':
			return at + 1
		case strings.HasPrefix(text[at:], "${"):
			length := substitution(text[at:], depth)
			if length == 0 {
				return 0
			}
			at += length - 1
		}
	}
	return 0
}

// substitution is the length of ${...}, whose content is not looked into beyond
// its brackets and literals.
func substitution(text string, depth int) int {
	open := 0
	for at := 1; at < len(text); {
		length := 1
		switch text[at] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return at + 1
			}
		case '"', '\'':
			length = javaScriptString(text[at:])
		case '`':
			length = javaScriptTemplate(text[at:], depth+1)
		}
		if length == 0 {
			return 0
		}
		at += length
	}
	return 0
}

// javaScriptPattern is the length of the regular expression at the start, with its
// flags.
func javaScriptPattern(text string) int {
	inClass := false
	for at := 1; at < len(text); at++ {
		switch c := text[at]; {
		case c == '\n':
			return 0
		case c == '\\':
			at++
		case c == '[':
			inClass = true
		case c == ']':
			inClass = false
		case c == '/' && !inClass && at > 1:
			at++
			for at < len(text) && 'a' <= text[at] && text[at] <= 'z' {
				at++
			}
			return at
		}
	}
	return 0
}
