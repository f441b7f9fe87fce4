package toolcall

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

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
