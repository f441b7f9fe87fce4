package python

import (
	"math/big"
	"strconv"
	"strings"
)

// number reads a number literal.
func (l *lexer) number() token {
	start := l.at
	t := token{symbol: symbolNumber, start: start}
	digit := byte(0)
	if l.text[start] == '0' && start+1 < len(l.text) {
		digit = l.text[start+1] | 0x20
	}
	kind := "decimal"
	switch digit {
	case 'x':
		kind = "hexadecimal"
		l.based(&t, kind, 4)
	case 'o':
		kind = "octal"
		l.based(&t, kind, 3)
	case 'b':
		kind = "binary"
		l.based(&t, kind, 1)
	default:
		if l.decimal(&t) {
			kind = "imaginary"
		}
	}
	if l.failure == nil && !l.endsNumber() {
		l.fail(l.at, "invalid %s literal", kind)
	}
	if l.failure != nil {
		return token{symbol: symbolBad, start: start, end: l.at}
	}
	t.end = l.at
	return t
}

// endsNumber reports whether a number may end here: at no letter or digit, except
// that of a word that may follow without a blank.
func (l *lexer) endsNumber() bool {
	if l.at >= len(l.text) || !isIdentifierByte(l.text[l.at]) {
		return true
	}
	for _, word := range [...]string{"and", "else", "for", "if", "in", "is", "not", "or"} {
		if strings.HasPrefix(l.text[l.at:], word) {
			return true
		}
	}
	return false
}

// digits moves over digits of a base with single underscores between them, and
// reports whether there is one and none missing after an underscore.
func (l *lexer) digits(base int) bool {
	any := false
	for l.at < len(l.text) {
		c := l.text[l.at]
		if c == '_' && any {
			l.at++
			if l.at >= len(l.text) {
				return false
			}
			c = l.text[l.at]
			if v := hexValue(c); v < 0 || v >= base {
				return false
			}
		}
		if v := hexValue(c); v < 0 || v >= base {
			break
		}
		l.at++
		any = true
	}
	return any
}

func withoutUnderscores(text string) string {
	if strings.IndexByte(text, '_') < 0 {
		return text
	}
	return strings.ReplaceAll(text, "_", "")
}

// based reads the digits after 0x, 0o or 0b.
func (l *lexer) based(t *token, kind string, bits uint) {
	l.at += 2
	start := l.at
	if l.at < len(l.text) && l.text[l.at] == '_' {
		l.at++
	}
	if !l.digits(1 << bits) {
		l.fail(l.at, "invalid %s literal", kind)
		return
	}
	if l.at < len(l.text) && isDigit(l.text[l.at]) {
		l.fail(l.at, "invalid digit '%c' in %s literal", l.text[l.at], kind)
		return
	}
	digits := withoutUnderscores(l.text[start:l.at])
	t.text = withoutUnderscores(l.text[t.start:l.at])
	if uint(len(digits))*bits < 64 {
		n, _ := strconv.ParseUint(digits, 1<<bits, 64)
		t.value = NewInt(int64(n))
		return
	}
	t.value = IntFromBig(packDigits(digits, bits))
}

// packDigits reads digits of a base that is a power of two, in linear time.
func packDigits(digits string, bits uint) *big.Int {
	packed := make([]byte, (uint(len(digits))*bits+7)/8)
	var pending, have uint
	out := len(packed)
	for i := len(digits) - 1; i >= 0; i-- {
		pending |= uint(hexValue(digits[i])) << have
		for have += bits; have >= 8; have -= 8 {
			out--
			packed[out] = byte(pending)
			pending >>= 8
		}
	}
	if have > 0 {
		packed[out-1] = byte(pending)
	}
	return new(big.Int).SetBytes(packed)
}

// decimal reads a decimal literal and reports whether it is imaginary.
func (l *lexer) decimal(t *token) (imaginary bool) {
	isFloat := false
	if l.text[l.at] != '.' && !l.digits(10) {
		l.fail(l.at, "invalid decimal literal")
		return false
	}
	whole := l.at
	if l.at < len(l.text) && l.text[l.at] == '.' {
		isFloat = true
		l.at++
		if l.at < len(l.text) && isDigit(l.text[l.at]) && !l.digits(10) {
			l.fail(l.at, "invalid decimal literal")
			return false
		}
	}
	if mark := l.exponentMark(); mark > 0 {
		isFloat = true
		l.at += mark
		if !l.digits(10) {
			l.fail(l.at, "invalid decimal literal")
			return false
		}
	}
	t.text = withoutUnderscores(l.text[t.start:l.at])
	if l.at < len(l.text) && l.text[l.at]|0x20 == 'j' {
		l.at++
		x, _ := strconv.ParseFloat(t.text, 64)
		t.value, t.text = Complex(complex(0, x)), t.text+"j"
		return true
	}
	if isFloat {
		x, _ := strconv.ParseFloat(t.text, 64) // out of range is infinite
		t.value = x
		return false
	}
	l.wholeNumber(t, whole)
	return false
}

func (l *lexer) wholeNumber(t *token, end int) {
	digits := t.text
	if digits[0] == '0' {
		if strings.Trim(digits, "0") != "" {
			l.fail(t.start, "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers")
			return
		}
		digits = "0"
	}
	if len(digits) > maxDigits {
		l.fail(t.start, "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge integer literals to avoid decimal conversion limits.", maxDigits, len(digits))
		return
	}
	t.value, _ = decimalInt(digits)
}

// exponentMark is the length of "e", "e+" or "e-" if digits follow it. An e
// followed by a sign and no digit is an error, which the missing digits show.
func (l *lexer) exponentMark() int {
	rest := l.text[l.at:]
	if rest == "" || rest[0]|0x20 != 'e' {
		return 0
	}
	if len(rest) > 1 && (rest[1] == '+' || rest[1] == '-') {
		return 2
	}
	if len(rest) > 1 && isDigit(rest[1]) {
		return 1
	}
	return 0
}
