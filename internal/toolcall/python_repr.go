package toolcall

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// pythonFloatSource prints a real number as Python does: by its float64 value.
func pythonFloatSource(text string) string {
	digits, imaginary := strings.CutSuffix(text, "j")
	printed := PythonFloatRepr(digits)
	if imaginary {
		printed = strings.TrimSuffix(printed, ".0") + "j"
	}
	return printed
}

// PythonRepr is Python's repr of a text.
func PythonRepr(text string) string {
	quote := byte('\'')
	if strings.Contains(text, "'") && !strings.Contains(text, `"`) {
		quote = '"'
	}
	out := []byte{quote}
	for _, r := range text {
		switch {
		case r == rune(quote) || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\r':
			out = append(out, `\r`...)
		case r == '\t':
			out = append(out, `\t`...)
		case r < ' ' || r == 0x7f:
			out = appendHex(append(out, `\x`...), r, 2)
		case unicode.IsPrint(r):
			out = utf8.AppendRune(out, r)
		case r < 0x100:
			out = appendHex(append(out, `\x`...), r, 2)
		case r < 0x10000:
			out = appendHex(append(out, `\u`...), r, 4)
		default:
			out = appendHex(append(out, `\U`...), r, 8)
		}
	}
	return string(append(out, quote))
}

func appendHex(out []byte, r rune, width int) []byte {
	for shift := 4 * (width - 1); shift >= 0; shift -= 4 {
		out = append(out, "0123456789abcdef"[r>>shift&15])
	}
	return out
}

// bytesRepr is Python's repr of bytes.
func bytesRepr(value string) string {
	latin := make([]rune, 0, len(value))
	for _, c := range []byte(value) {
		latin = append(latin, rune(c))
	}
	quoted := PythonRepr(string(latin))
	out := []byte{'b'}
	for _, r := range quoted {
		if r < 0x80 {
			out = append(out, byte(r))
		} else {
			out = appendHex(append(out, `\x`...), r, 2)
		}
	}
	return string(out)
}

// PythonFloatRepr prints the digits of a number as Python prints the float64
// nearest to it: the shortest form that reads back, in exponents below 1e-4 and
// from 1e16 on, and 1e309 for what is infinite, as ast.unparse does.
func PythonFloatRepr(digits string) string {
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return "1e309"
	}
	scientific := strconv.FormatFloat(number, 'e', -1, 64)
	mantissa, exponent, _ := strings.Cut(scientific, "e")
	power, _ := strconv.Atoi(exponent)
	if number != 0 && (power < -4 || power >= 16) {
		return mantissa + "e" + exponent[:1] + strings.Repeat("0", max(0, 3-len(exponent))) + exponent[1:]
	}
	fixed := strconv.FormatFloat(number, 'f', -1, 64)
	if !strings.Contains(fixed, ".") {
		fixed += ".0"
	}
	return fixed
}
