package toolcall

import (
	"strconv"
	"strings"
)

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
