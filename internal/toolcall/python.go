package toolcall

import (
	"strconv"

	"github.com/buttonbench/button/internal/python"
)

// maxPythonNesting bounds how deep values in Python spelling may stand inside one
// another.
const maxPythonNesting = 64

// PythonRepr is Python's repr of a text.
func PythonRepr(text string) string {
	quoted, _ := python.Repr(text) // only a text over 64 MiB fails
	return quoted
}

// PythonFloatRepr prints the digits of a number as Python prints the float64
// nearest to it: the shortest form that reads back, in exponents below 1e-4 and
// from 1e16 on, and 1e309 for what is infinite, as ast.unparse does.
func PythonFloatRepr(digits string) string {
	number, err := strconv.ParseFloat(digits, 64)
	if err != nil {
		return "1e309"
	}
	printed, _ := python.Repr(number)
	return printed
}
