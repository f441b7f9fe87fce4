package toolcall

import (
	"math/big"
	"strconv"
	"strings"
)

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
