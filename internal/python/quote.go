package python

import (
	"unicode"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

func appendHex(out []byte, r rune, width int) []byte {
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		out = append(out, hexDigits[r>>shift&15])
	}
	return out
}

// quoteFor is ' unless the text holds it and no ".
func quoteFor(text string) byte {
	single := false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			return '\''
		case '\'':
			single = true
		}
	}
	if single {
		return '"'
	}
	return '\''
}

// appendQuoted writes a text as Python shows it.
func appendQuoted(out []byte, text string) []byte {
	quote := quoteFor(text)
	out = append(out, quote)
	plain := 0 // start of what goes out unchanged
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f && c != quote && c != '\\' {
			i++
			continue
		}
		r, size := DecodeRune(text[i:])
		if r >= 0x80 && IsPrintable(r) {
			i += size
			continue
		}
		out = appendEscape(append(out, text[plain:i]...), r)
		i += size
		plain = i
	}
	return append(append(out, text[plain:]...), quote)
}

func appendEscape(out []byte, r rune) []byte {
	switch {
	case r == '\n':
		return append(out, `\n`...)
	case r == '\r':
		return append(out, `\r`...)
	case r == '\t':
		return append(out, `\t`...)
	case r == '\\' || r == '\'' || r == '"':
		return append(out, '\\', byte(r))
	case r < 0x100:
		return appendHex(append(out, `\x`...), r, 2)
	case r < 0x10000:
		return appendHex(append(out, `\u`...), r, 4)
	}
	return appendHex(append(out, `\U`...), r, 8)
}

func appendQuotedBytes(out []byte, text string) []byte {
	quote := quoteFor(text)
	out = append(out, 'b', quote)
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == quote || c == '\\' || c == '\n' || c == '\r' || c == '\t':
			out = appendEscape(out, rune(c))
		case c < ' ' || c >= 0x7f:
			out = appendHex(append(out, `\x`...), rune(c), 2)
		default:
			out = append(out, c)
		}
	}
	return append(out, quote)
}

// DecodeRune is the first code point of a text and its length in bytes, where a
// lone surrogate is one code point. A byte that is no UTF-8 counts as U+FFFD.
func DecodeRune(text string) (rune, int) {
	r, size := utf8.DecodeRuneInString(text)
	if r == utf8.RuneError && size == 1 && len(text) > 2 && text[0] == 0xed && text[1]&0xe0 == 0xa0 && text[2]&0xc0 == 0x80 {
		return 0xd000 | rune(text[1]&0x3f)<<6 | rune(text[2]&0x3f), 3
	}
	return r, size
}

// appendRune appends a code point; surrogates as their three bytes.
func appendRune(out []byte, r rune) []byte {
	if 0xd800 <= r && r < 0xe000 {
		return append(out, 0xed, 0x80|byte(r>>6&0x3f), 0x80|byte(r&0x3f))
	}
	return utf8.AppendRune(out, r)
}

// IsPrintable reports whether repr shows the character as itself.
func IsPrintable(r rune) bool { return unicode.IsPrint(r) && !isLater(r) }
