package services

import (
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// extended is a finite number, an infinity or, when finite is nil and infinite
// is 0, NaN.
type extended struct {
	finite   *big.Float
	infinite int // sign
}

func infinity(sign int) extended { return extended{infinite: sign} }

func (x extended) isNaN() bool { return x.finite == nil && x.infinite == 0 }

func (x extended) sign() int {
	if x.finite != nil {
		return x.finite.Sign()
	}
	return x.infinite
}

func (x extended) negative() extended {
	if x.finite == nil {
		return infinity(-x.infinite)
	}
	return extended{finite: new(big.Float).Neg(x.finite)}
}

// times is the exact product.
func (x extended) times(y extended) extended {
	if x.finite == nil || y.finite == nil {
		return infinity(x.sign() * y.sign()) // NaN and zero have the sign 0
	}
	exact := new(big.Float).SetPrec(x.finite.MinPrec() + y.finite.MinPrec() + 1)
	return extended{finite: exact.Mul(x.finite, y.finite)}
}

// plus is the exact sum.
func (x extended) plus(y extended) extended {
	switch {
	case x.isNaN() || y.isNaN():
		return extended{}
	case x.finite == nil && y.finite == nil && x.infinite != y.infinite:
		return extended{}
	case x.finite == nil:
		return x
	case y.finite == nil:
		return y
	}
	apart := max(x.finite.MantExp(nil)-y.finite.MantExp(nil), y.finite.MantExp(nil)-x.finite.MantExp(nil))
	exact := new(big.Float).SetPrec(x.finite.MinPrec() + y.finite.MinPrec() + uint(apart) + 2)
	return extended{finite: exact.Add(x.finite, y.finite)}
}

// cut keeps so many bits and rounds towards zero.
func (x extended) cut(bits uint) extended {
	if x.finite == nil {
		return x
	}
	return extended{finite: new(big.Float).SetMode(big.ToZero).SetPrec(bits).Set(x.finite)}
}

// divide is x/y rounded to nearest.
func (x extended) divide(y extended, bits uint) extended {
	switch {
	case x.isNaN() || y.isNaN() || x.finite == nil && y.finite == nil:
		return extended{}
	case x.finite == nil:
		return infinity(x.infinite * y.finite.Sign())
	case y.finite == nil:
		return extended{finite: new(big.Float)}
	}
	return extended{finite: new(big.Float).SetPrec(bits).Quo(x.finite, y.finite)}
}

// readExtended reads an argument: numbers as they are, text rounded to nearest.
func readExtended(value python.Value, bits uint) (extended, error) {
	switch value := value.(type) {
	case bool, python.Int:
		n, err := python.ToInt(value)
		return extended{finite: new(big.Float).SetInt(n.Big())}, err
	case float64:
		switch {
		case math.IsNaN(value):
			return extended{}, nil
		case math.IsInf(value, 0):
			return infinity(int(math.Copysign(1, value))), nil
		}
		return extended{finite: big.NewFloat(value)}, nil
	case string:
		return readExtendedText(value, bits)
	}
	return extended{}, noReal(value)
}

func noReal(value python.Value) error {
	shown, err := python.Repr(value)
	if err != nil {
		return err
	}
	return &python.Exception{Kind: "TypeError", Message: "cannot create mpf from " + shown}
}

// readExtendedText reads a decimal number, a fraction p/q of whole numbers, or
// one of the words inf, +inf, -inf and nan.
func readExtendedText(text string, bits uint) (extended, error) {
	trimmed := python.Lower(strings.TrimFunc(text, python.IsSpace))
	switch trimmed {
	case "inf", "+inf":
		return infinity(1), nil
	case "-inf":
		return infinity(-1), nil
	case "nan":
		return extended{}, nil
	}
	above, below, isFraction := strings.Cut(trimmed, "/")
	var exact *big.Rat
	if isFraction {
		p, err := python.ToInt(above)
		if err != nil {
			return extended{}, noReal(text)
		}
		q, err := python.ToInt(below)
		if err != nil {
			return extended{}, noReal(text)
		}
		if q.Sign() == 0 {
			return extended{}, python.Raise("ZeroDivisionError", "")
		}
		exact = new(big.Rat).SetFrac(p.Big(), q.Big())
	} else {
		exact = decimalFraction(trimmed)
	}
	if exact != nil {
		return extended{finite: new(big.Float).SetPrec(bits).SetRat(exact)}, nil
	}
	if strings.Contains(trimmed, "j") {
		return extended{}, python.Raise("AttributeError", "'NoneType' object has no attribute 'group'")
	}
	return extended{}, noReal(text)
}

// maxDecimalExponent bounds what a text's exponent can make this compute.
const maxDecimalExponent = 20000

// decimalFraction is the exact value of a decimal number's text; nil if Python's
// float() would not take it, or if its exponent is out of bounds.
func decimalFraction(text string) *big.Rat {
	if x, err := python.ToFloat(text); err != nil || math.IsNaN(x) {
		return nil
	}
	// float() has taken it: what is left to do is digits of all scripts and
	// underscores between digits.
	var plain strings.Builder
	for _, r := range text {
		if digit, isDigit := python.DigitValue(r); isDigit {
			plain.WriteByte('0' + byte(digit))
		} else if r != '_' {
			plain.WriteRune(r)
		}
	}
	mantissa, exponentText, hasExponent := strings.Cut(plain.String(), "e")
	exponent := 0
	if hasExponent {
		var err error
		if exponent, err = strconv.Atoi(exponentText); err != nil {
			return nil
		}
	}
	if exponent < -maxDecimalExponent || exponent > maxDecimalExponent || len(mantissa) > maxDecimalExponent {
		return nil
	}
	units, decimals, _ := strings.Cut(mantissa, ".")
	digits, isNumber := new(big.Int).SetString(units+decimals, 10)
	if !isNumber { // infinity
		return nil
	}
	exponent -= len(decimals)
	if exponent >= 0 {
		return new(big.Rat).SetInt(digits.Mul(digits, powerOfTen(exponent)))
	}
	return new(big.Rat).SetFrac(digits, powerOfTen(-exponent))
}

// text writes the number with so many significant digits: three more are taken,
// the rest is cut off, and these are rounded with halves up. Trailing zeros go.
func (x extended) text(digits int) string {
	switch {
	case x.isNaN():
		return "nan"
	case x.finite == nil && x.infinite < 0:
		return "-inf"
	case x.finite == nil:
		return "+inf"
	case x.finite.Sign() == 0:
		return "0.0"
	}
	shown, exponent := cutDigits(x.finite, digits+3)
	shown, carried := roundDigits(shown, digits)
	exponent += carried
	sign := ""
	if x.finite.Sign() < 0 {
		sign = "-"
	}
	if min(-(digits/3), -5) < exponent && exponent < digits {
		return sign + trimmedZeros(pointText(shown, exponent))
	}
	fraction := trimmedZeros(shown[:1] + "." + shown[1:])
	return sign + fraction + "e" + signed(exponent)
}

// trimmedZeros takes trailing zeros off, but one after the point.
func trimmedZeros(number string) string {
	if !strings.Contains(number, ".") {
		return number + ".0"
	}
	number = strings.TrimRight(number, "0")
	if strings.HasSuffix(number, ".") {
		number += "0"
	}
	return number
}

// cutDigits are the first digits of a number that is not zero, and the exponent
// of the first.
func cutDigits(x *big.Float, count int) (digits string, exponent int) {
	exact, _ := x.Rat(nil)
	exact.Abs(exact)
	exponent = int(math.Floor(float64(x.MantExp(nil)-1) * math.Log10(2))) // or one less than it is
	for {
		scaled := new(big.Int).Set(exact.Num())
		below := exact.Denom()
		if scale := count - 1 - exponent; scale >= 0 {
			scaled.Mul(scaled, powerOfTen(scale))
		} else {
			below = new(big.Int).Mul(below, powerOfTen(-scale))
		}
		digits = scaled.Quo(scaled, below).String()
		if len(digits) == count {
			return digits, exponent
		}
		exponent += len(digits) - count
	}
}

// roundDigits rounds a row of digits to a shorter one, halves up; carried is 1
// when that made one digit more before the point.
func roundDigits(digits string, count int) (rounded string, carried int) {
	if digits[count] < '5' {
		return digits[:count], 0
	}
	up := []byte(digits[:count])
	for i := count - 1; i >= 0; i-- {
		if up[i] < '9' {
			up[i]++
			return string(up), 0
		}
		up[i] = '0'
	}
	return "1" + string(up[:count-1]), 1
}
