package services

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// maxRootDigits bounds square_root's precision; Python has no bound worth the name.
const maxRootDigits = 10000

func (m *mathService) squareRoot(arguments []python.Value) (python.Value, error) {
	const refusal = "Input must be a number or computation resulted in an invalid operation"
	negative, err := python.Compare("<", arguments[0], whole(0))
	if err != nil || !isNumber(arguments[0]) {
		return failure(refusal), nil
	}
	if negative {
		return failure("Cannot calculate square root of a negative number"), nil
	}
	switch arguments[1].(type) {
	case bool, python.Int:
	default:
		return failure(refusal), nil
	}
	precision, err := python.ToInt(arguments[1])
	if err != nil {
		return nil, err
	}
	digits, fits := precision.Int64()
	if precision.Sign() <= 0 {
		return nil, python.Raise("ValueError", "valid range for prec is [1, MAX_PREC]")
	}
	if !fits || digits > maxRootDigits {
		return nil, python.Raise("MemoryError", "a square root of more than %d digits", maxRootDigits)
	}
	if err := m.environment.spend(int(digits*digits) / 256); err != nil {
		return nil, err
	}
	text, err := decimalRoot(arguments[0], int(digits))
	if err != nil {
		return nil, err
	}
	return record("result", python.Opaque{Kind: "decimal.Decimal", Text: "Decimal('" + text + "')"}), nil
}

// decimalRoot is the square root of a number that is not negative, as Python's
// decimal module computes and writes it with so many significant digits.
func decimalRoot(number python.Value, precision int) (string, error) {
	if x, isFloat := number.(float64); isFloat {
		switch {
		case math.IsNaN(x):
			return "NaN", nil
		case math.IsInf(x, 1):
			return "Infinity", nil
		case x == 0 && math.Signbit(x):
			return "-0", nil
		}
	}
	coefficient, exponent, err := exactDecimal(number)
	if err != nil {
		return "", err
	}
	if coefficient.Sign() == 0 {
		return "0", nil
	}
	if root, exact := exactRoot(coefficient, exponent); exact && len(root.String()) <= precision {
		return decimalText(root.String(), floorHalf(exponent)), nil
	}
	return roundedRoot(coefficient, exponent, precision), nil
}

// exactDecimal writes a finite number as coefficient * 10**exponent: exponent is
// 0 for whole values, or else minus the number of decimals.
func exactDecimal(number python.Value) (coefficient *big.Int, exponent int, err error) {
	x, isFloat := number.(float64)
	if !isFloat || x == math.Trunc(x) {
		whole, err := python.ToInt(number)
		return whole.Big(), 0, err
	}
	mantissa, binary := math.Frexp(x)
	coefficient = big.NewInt(int64(math.Ldexp(mantissa, 53)))
	binary -= 53
	shift := min(int(coefficient.TrailingZeroBits()), -binary)
	coefficient.Rsh(coefficient, uint(shift))
	binary += shift // still negative, for x is not whole
	coefficient.Mul(coefficient, new(big.Int).Exp(big.NewInt(5), big.NewInt(int64(-binary)), nil))
	return coefficient, binary, nil
}

// floorHalf is n/2 rounded down.
func floorHalf(n int) int { return n >> 1 }

// exactRoot is the root as a whole number times 10**floor(exponent/2).
func exactRoot(coefficient *big.Int, exponent int) (root *big.Int, exact bool) {
	square := coefficient
	if exponent&1 != 0 {
		square = new(big.Int).Mul(coefficient, big.NewInt(10))
	}
	root = new(big.Int).Sqrt(square)
	return root, new(big.Int).Mul(root, root).Cmp(square) == 0
}

// roundedRoot is the root with exactly precision digits, halves to even.
func roundedRoot(coefficient *big.Int, exponent, precision int) string {
	leading := floorHalf(len(coefficient.String()) - 1 + exponent) // exponent of the root's first digit
	scale := precision - 1 - leading                               // the digits wanted are those of root * 10**scale
	above, below := new(big.Int).Set(coefficient), big.NewInt(1)
	if power := exponent + 2*scale; power >= 0 {
		above.Mul(above, powerOfTen(power))
	} else {
		below = powerOfTen(-power)
	}
	root := new(big.Int).Sqrt(new(big.Int).Quo(above, below))
	// Is above/below beyond the square of root + 1/2? Both sides times 4.
	middle := new(big.Int).Lsh(root, 1)
	middle.Add(middle, big.NewInt(1))
	middle.Mul(middle, middle)
	order := above.Lsh(above, 2).Cmp(middle.Mul(middle, below))
	if order > 0 || order == 0 && root.Bit(0) == 1 {
		root.Add(root, big.NewInt(1))
	}
	digits := root.String()
	if len(digits) > precision { // 9.99 became 10.0
		digits = digits[:precision]
		scale--
	}
	return decimalText(digits, -scale)
}

func powerOfTen(n int) *big.Int { return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil) }

// decimalText writes digits * 10**exponent as decimal.Decimal's str does.
func decimalText(digits string, exponent int) string {
	first := len(digits) - 1 + exponent
	switch {
	case exponent <= 0 && first >= -6:
		return pointText(digits, first)
	case len(digits) == 1:
		return digits + "E" + signed(first)
	}
	return digits[:1] + "." + digits[1:] + "E" + signed(first)
}

// pointText writes digits, of which the first stands for 10**first, with a
// decimal point where one is needed. There are digits down to the units.
func pointText(digits string, first int) string {
	if first < 0 {
		return "0." + strings.Repeat("0", -first-1) + digits
	}
	if first == len(digits)-1 {
		return digits
	}
	return digits[:first+1] + "." + digits[first+1:]
}

func signed(n int) string {
	if n < 0 {
		return strconv.Itoa(n)
	}
	return "+" + strconv.Itoa(n)
}
