package python

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// stringPrefix holds the letters before a string literal.
type stringPrefix uint8

const (
	prefixRaw stringPrefix = 1 << iota
	prefixBytes
	prefixFormatted
	prefixUnicode // u, which Python's own spelling keeps
	prefixCapital // U, which it does not
)

func parsePrefix(name string) (stringPrefix, bool) {
	if len(name) > 2 {
		return 0, false
	}
	var prefix stringPrefix
	for i := 0; i < len(name); i++ {
		var letter stringPrefix
		switch name[i] {
		case 'r', 'R':
			letter = prefixRaw
		case 'b', 'B':
			letter = prefixBytes
		case 'f', 'F':
			letter = prefixFormatted
		case 'u':
			letter = prefixUnicode
		case 'U':
			letter = prefixCapital
		default:
			return 0, false
		}
		if prefix&letter != 0 {
			return 0, false
		}
		prefix |= letter
	}
	switch prefix {
	case prefixRaw, prefixBytes, prefixFormatted, prefixUnicode, prefixCapital, prefixRaw | prefixBytes, prefixRaw | prefixFormatted:
		return prefix, true
	}
	return 0, false
}

// stringToken reads a string literal whose prefix has been read. The text of a
// formatted one is its source between the quotes, of others the value.
func (l *lexer) stringToken(start int, prefix stringPrefix) token {
	t := token{symbol: symbolString, prefix: prefix, start: start}
	quote := l.text[l.at]
	width := 1
	if strings.HasPrefix(l.text[l.at+1:], l.text[l.at:l.at+1]) {
		if l.at+2 < len(l.text) && l.text[l.at+2] == quote {
			width = 3
		} else {
			l.at += 2
			t.end = l.at
			return t // empty
		}
	}
	l.at += width
	begin := l.at
	end, plain := l.stringEnd(quote, width)
	if end < 0 {
		if width == 3 {
			return l.fail(l.at, "unterminated triple-quoted string literal")
		}
		return l.fail(l.at, "unterminated string literal")
	}
	body := l.text[begin:end]
	l.at = end + width
	t.end = l.at
	switch {
	case prefix&prefixFormatted != 0:
		t.text = unifyLines(body)
	case plain:
		t.text = body
	default:
		t.text = l.unescape(unifyLines(body), begin, prefix)
	}
	if prefix&prefixBytes != 0 && !isASCII(body) {
		return l.fail(begin, "bytes can only contain ASCII literal characters")
	}
	return t
}

func isASCII(text string) bool {
	for i := 0; i < len(text); i++ {
		if text[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// stringEnd is the offset of the closing quotes, -1 without them, and whether the
// body is its own value. The position is left where the string broke off.
func (l *lexer) stringEnd(quote byte, width int) (end int, plain bool) {
	plain = true
	for i := l.at; i < len(l.text); i++ {
		switch c := l.text[i]; c {
		case quote:
			if width == 1 || i+2 < len(l.text) && l.text[i+1] == quote && l.text[i+2] == quote {
				return i, plain
			}
		case '\\':
			plain = false
			i++ // the next character is no end, whatever it is
			if i < len(l.text) && l.text[i] == '\r' && i+1 < len(l.text) && l.text[i+1] == '\n' {
				i++
			}
		case '\n', '\r':
			if c == '\r' {
				plain = false
			}
			if width == 1 && !l.tolerant {
				l.at = i
				return -1, plain
			}
			if width == 1 {
				l.repair("a line break inside a quoted string kept")
			}
		}
	}
	l.at = len(l.text)
	return -1, plain
}

// unifyLines turns the line breaks \r\n and \r into \n.
func unifyLines(body string) string {
	if strings.IndexByte(body, '\r') < 0 {
		return body
	}
	return strings.ReplaceAll(strings.ReplaceAll(body, "\r\n", "\n"), "\r", "\n")
}

// simpleEscape is the character of a one-letter escape, 0 if there is none.
func simpleEscape(c byte) byte {
	switch c {
	case '\\', '\'', '"':
		return c
	case 'a':
		return '\a'
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	}
	return 0
}

// unescape is the value of a string's body. offset is its place in the text, for
// errors. An unknown escape keeps its backslash.
func (l *lexer) unescape(body string, offset int, prefix stringPrefix) string {
	if prefix&prefixRaw != 0 {
		return body
	}
	next := strings.IndexByte(body, '\\')
	if next < 0 {
		return body
	}
	out := make([]byte, 0, len(body))
	plain := 0
	for next >= 0 {
		at := plain + next
		out = append(out, body[plain:at]...)
		out, plain = l.escape(out, body, at, offset, prefix)
		if l.failure != nil {
			return ""
		}
		next = strings.IndexByte(body[plain:], '\\')
	}
	return string(append(out, body[plain:]...))
}

// escape appends what the backslash at an offset of a body stands for, and returns
// the offset behind it.
func (l *lexer) escape(out []byte, body string, at, offset int, prefix stringPrefix) ([]byte, int) {
	if at+1 >= len(body) {
		return append(out, '\\'), at + 1
	}
	c := body[at+1]
	isBytes := prefix&prefixBytes != 0
	switch plain := simpleEscape(c); {
	case plain != 0:
		return append(out, plain), at + 2
	case c == '\n':
		return out, at + 2
	case '0' <= c && c <= '7':
		code, end := rune(0), at+1
		for end < len(body) && end < at+4 && '0' <= body[end] && body[end] <= '7' {
			code = code<<3 | rune(body[end]-'0')
			end++
		}
		return appendCode(out, code, isBytes), end
	case c == 'x', !isBytes && (c == 'u' || c == 'U'):
		return l.hexEscape(out, body, at, offset, isBytes)
	case c == 'N' && !isBytes && !l.tolerant:
		l.fail(offset+at, "(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: malformed \\N character escape", at, at+1)
	case c == '/' && l.tolerant:
		l.repair(`the escape \/ read as in JSON`)
		return append(out, '/'), at + 2
	}
	return append(out, '\\'), at + 1
}

func (l *lexer) hexEscape(out []byte, body string, at, offset int, isBytes bool) ([]byte, int) {
	width := 2
	switch body[at+1] {
	case 'u':
		width = 4
	case 'U':
		width = 8
	}
	code, ok := hexCode(body, at+2, width)
	if !ok || code > unicode.MaxRune {
		if l.tolerant {
			l.repair("a backslash that starts no escape kept")
			return append(out, '\\'), at + 1
		}
		if isBytes {
			l.fail(offset+at, "(value error) invalid \\x escape at position %d", at)
		} else {
			l.fail(offset+at, "(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: truncated \\%s escape", at, at+1, hexShape(width))
		}
		return out, at + 1
	}
	end := at + 2 + width
	if l.tolerant && utf16.IsSurrogate(code) {
		// Models write characters beyond 16 bits as JSON does.
		pair := rune(unicode.ReplacementChar)
		if strings.HasPrefix(body[end:], `\u`) {
			if low, ok := hexCode(body, end+2, 4); ok {
				pair = utf16.DecodeRune(code, low)
			}
		}
		if pair != unicode.ReplacementChar {
			end += 6
		}
		code = pair
	}
	return appendCode(out, code, isBytes), end
}

func hexShape(width int) string {
	switch width {
	case 2:
		return "xXX"
	case 4:
		return "uXXXX"
	}
	return "UXXXXXXXX"
}

// hexCode reads width hexadecimal digits.
func hexCode(text string, at, width int) (rune, bool) {
	if at+width > len(text) {
		return 0, false
	}
	var code uint32
	for i := at; i < at+width; i++ {
		digit := hexValue(text[i])
		if digit < 0 {
			return 0, false
		}
		code = code<<4 | uint32(digit)
	}
	if code > unicode.MaxRune {
		return unicode.MaxRune + 1, true
	}
	return rune(code), true
}

func appendCode(out []byte, code rune, isBytes bool) []byte {
	if isBytes {
		return append(out, byte(code))
	}
	return appendRune(out, code)
}
