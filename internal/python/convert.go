package python

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode"
)

// decimalInt reads an optional sign and ASCII digits.
func decimalInt(text string) (Value, error) {
	if len(text) < 19 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err == nil {
			return NewInt(n), nil
		}
	}
	digits := strings.TrimLeft(text, "+-")
	if len(digits) > maxDigits {
		return nil, Raise("ValueError", "Exceeds the limit (%d digits) for integer string conversion: value has %d digits; use sys.set_int_max_str_digits() to increase the limit", maxDigits, len(digits))
	}
	n, ok := new(big.Int).SetString(text, 10)
	if !ok {
		return nil, notInt(text)
	}
	return IntFromBig(n), nil
}

func notInt(v Value) error {
	text, _ := Repr(v)
	return Raise("ValueError", "invalid literal for int() with base 10: %s", text)
}

// ToInt is Python's int(v).
func ToInt(v Value) (Int, error) {
	switch v := v.(type) {
	case float64:
		return truncate(v)
	case string:
		return textInt(v, v)
	case Bytes:
		return textInt(string(v), v)
	}
	if n, ok := whole(v); ok {
		return n, nil
	}
	return Int{}, Raise("TypeError", "int() argument must be a string, a bytes-like object or a real number, not '%s'", KindName(v))
}

func textInt(text string, v Value) (Int, error) {
	plain, ok := plainNumber(text)
	digits := strings.TrimLeft(plain, "+-")
	if !ok || digits == "" || len(plain)-len(digits) > 1 || strings.Trim(digits, "0123456789") != "" {
		return Int{}, notInt(v)
	}
	n, err := decimalInt(plain)
	if err != nil {
		return Int{}, err
	}
	return n.(Int), nil
}

func truncate(x float64) (Int, error) {
	switch {
	case math.IsNaN(x):
		return Int{}, Raise("ValueError", "cannot convert float NaN to integer")
	case math.IsInf(x, 0):
		return Int{}, Raise("OverflowError", "cannot convert float infinity to integer")
	}
	if math.Abs(x) < 1<<62 {
		return NewInt(int64(x)), nil
	}
	n, _ := new(big.Float).SetFloat64(x).Int(nil)
	return IntFromBig(n), nil
}

// ToFloat is Python's float(v).
func ToFloat(v Value) (float64, error) {
	switch v := v.(type) {
	case float64:
		return v, nil
	case string:
		return textFloat(v, v)
	case Bytes:
		return textFloat(string(v), v)
	}
	if n, ok := whole(v); ok {
		x, finite := n.Float64()
		if !finite {
			return 0, Raise("OverflowError", "int too large to convert to float")
		}
		return x, nil
	}
	return 0, Raise("TypeError", "float() argument must be a string or a real number, not '%s'", KindName(v))
}

func textFloat(text string, v Value) (float64, error) {
	plain, ok := plainNumber(text)
	unsigned := strings.ToLower(strings.TrimLeft(plain, "+-"))
	ok = ok && len(plain)-len(unsigned) <= 1
	switch unsigned {
	case "nan":
		plain = "nan" // Go takes no sign before it
	case "inf", "infinity":
	default:
		ok = ok && strings.Trim(unsigned, "0123456789.e+-") == ""
	}
	x, err := strconv.ParseFloat(plain, 64)
	if !ok || err != nil && !math.IsInf(x, 0) {
		shown, _ := Repr(v)
		return 0, Raise("ValueError", "could not convert string to float: %s", shown)
	}
	return x, nil
}

// plainNumber trims whitespace, turns the digits of all scripts into ASCII ones and
// takes out single underscores between digits. It is not ok when underscores stand
// elsewhere, a character is not ASCII, or nothing is left.
func plainNumber(text string) (string, bool) {
	trimmed := strings.TrimFunc(text, func(r rune) bool {
		return IsSpace(r) && (r < 0x1c || r > 0x1f) // which here are no spaces
	})
	out := make([]byte, 0, len(trimmed))
	afterDigit, afterUnderscore := false, false
	for _, r := range trimmed {
		digit, isDigit := DigitValue(r)
		switch {
		case r == '_':
			if !afterDigit {
				return "", false
			}
		case afterUnderscore && !isDigit:
			return "", false
		case isDigit:
			out = append(out, byte('0'+digit))
		case r >= 0x80:
			return "", false
		default:
			out = append(out, byte(r))
		}
		afterDigit, afterUnderscore = isDigit, r == '_'
	}
	return string(out), len(out) > 0 && !afterUnderscore
}

// DigitValue is the value of a decimal digit of any script.
func DigitValue(r rune) (int, bool) {
	switch {
	case '0' <= r && r <= '9':
		return int(r - '0'), true
	case r < 0x80 || !unicode.Is(unicode.Nd, r):
		return 0, false
	}
	// Decimal digits stand in runs of ten that begin with the zero.
	for _, table := range unicode.Nd.R16 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return int(r-rune(table.Lo)) % 10, true
		}
	}
	for _, table := range unicode.Nd.R32 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return int(r-rune(table.Lo)) % 10, true
		}
	}
	return 0, false
}

// Round is Python's round(x, digits): the nearest by the exact binary value, ties
// to even.
func Round(x float64, digits int) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || digits > 323 {
		return x
	}
	if digits >= 0 {
		rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', digits, 64), 64)
		return rounded
	}
	if digits < -308 {
		return math.Copysign(0, x)
	}
	n, _ := new(big.Float).SetFloat64(x).Rat(nil)
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-digits)), nil)
	n.Quo(n, new(big.Rat).SetInt(unit))
	quotient, rest := new(big.Int).QuoRem(n.Num(), n.Denom(), new(big.Int))
	rest.Abs(rest).Lsh(rest, 1)
	if order := rest.Cmp(n.Denom()); order > 0 || order == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(int64(n.Sign())))
	}
	rounded, _ := new(big.Float).SetInt(quotient.Mul(quotient, unit)).Float64()
	return math.Copysign(rounded, x)
}

// FormatFixed is Python's f"{x:.<digits>f}": never an exponent.
func FormatFixed(x float64, digits int) string {
	switch {
	case math.IsNaN(x):
		return "nan"
	case math.IsInf(x, 1):
		return "inf"
	case math.IsInf(x, -1):
		return "-inf"
	}
	return strconv.FormatFloat(x, 'f', digits, 64)
}
