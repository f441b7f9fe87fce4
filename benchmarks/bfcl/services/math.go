package services

import (
	"math"
	"math/big"

	"github.com/buttonbench/button/internal/python"
)

// mathService is upstream's MathAPI (bfcl_backends.md section 2). It has no state.
type mathService struct{ environment *Environment }

var mathClass = Class{
	Name: "MathAPI",
	New: func(_ *python.Dict, environment *Environment) (Service, error) {
		return &mathService{environment: environment}, nil
	},
	Methods: []Method{
		{"logarithm", required("value", "base", "precision"), on((*mathService).logarithm)},
		{"mean", required("numbers"), on((*mathService).mean)},
		{"standard_deviation", required("numbers"), on((*mathService).standardDeviation)},
		{"si_unit_conversion", required("value", "unit_in", "unit_out"), on((*mathService).siConversion)},
		{"imperial_si_conversion", required("value", "unit_in", "unit_out"), on((*mathService).imperialConversion)},
		{"add", required("a", "b"), on((*mathService).add)},
		{"subtract", required("a", "b"), on((*mathService).subtract)},
		{"multiply", required("a", "b"), on((*mathService).multiply)},
		{"divide", required("a", "b"), on((*mathService).divide)},
		{"power", required("base", "exponent"), on((*mathService).power)},
		{"square_root", required("number", "precision"), on((*mathService).squareRoot)},
		{"absolute_value", required("number"), on((*mathService).absolute)},
		{"round_number", append(required("number"), optional("decimal_places", whole(0))), on((*mathService).round)},
		{"percentage", required("part", "whole"), on((*mathService).percentage)},
		{"min_value", required("numbers"), on((*mathService).minimum)},
		{"max_value", required("numbers"), on((*mathService).maximum)},
		{"sum_values", required("numbers"), on((*mathService).sum)},
	},
}

// Differences implements Service.
func (*mathService) Differences(Service) []string { return nil }

const notNumbers = "Both inputs must be numbers"

// outcome is {"result": value}. A TypeError becomes the refusal in the words
// given; other exceptions are raised.
func outcome(value python.Value, err error, refusal string) (python.Value, error) {
	if isKind(err, "TypeError") {
		return failure(refusal), nil
	}
	if err != nil {
		return nil, err
	}
	return record("result", value), nil
}

func isNumber(value python.Value) bool {
	switch value.(type) {
	case bool, python.Int, float64:
		return true
	}
	return false
}

func (*mathService) add(arguments []python.Value) (python.Value, error) {
	sum, err := python.Add(arguments[0], arguments[1])
	return outcome(sum, err, notNumbers)
}

func (*mathService) subtract(arguments []python.Value) (python.Value, error) {
	difference, err := python.Sub(arguments[0], arguments[1])
	return outcome(difference, err, notNumbers)
}

func (*mathService) multiply(arguments []python.Value) (python.Value, error) {
	if !isNumber(arguments[0]) || !isNumber(arguments[1]) {
		return failure(notNumbers), nil
	}
	product, err := python.Mul(arguments[0], arguments[1])
	return outcome(product, err, notNumbers)
}

func (*mathService) divide(arguments []python.Value) (python.Value, error) {
	if python.Equal(arguments[1], whole(0)) {
		return failure("Cannot divide by zero"), nil
	}
	quotient, err := python.TrueDivide(arguments[0], arguments[1])
	return outcome(quotient, err, notNumbers)
}

func (m *mathService) power(arguments []python.Value) (python.Value, error) {
	power, err := python.Power(arguments[0], arguments[1])
	if exact, isWhole := power.(python.Int); err == nil && isWhole {
		err = m.environment.spend(exact.Big().BitLen() / 4)
	}
	return outcome(power, err, notNumbers)
}

func (*mathService) percentage(arguments []python.Value) (python.Value, error) {
	if python.Equal(arguments[1], whole(0)) {
		return failure("Whole value cannot be zero"), nil
	}
	share, err := python.TrueDivide(arguments[0], arguments[1])
	if err == nil {
		share, err = python.Mul(share, whole(100))
	}
	return outcome(share, err, notNumbers)
}

func (*mathService) absolute(arguments []python.Value) (python.Value, error) {
	const refusal = "Input must be a number"
	switch number := arguments[0].(type) {
	case float64:
		return record("result", math.Abs(number)), nil
	case python.Complex:
		return record("result", math.Hypot(real(number), imag(number))), nil
	case bool, python.Int:
		if whole, err := python.ToInt(number); err != nil || whole.Sign() >= 0 {
			return outcome(whole, err, refusal)
		}
		positive, err := python.Negate(number)
		return outcome(positive, err, refusal)
	}
	return failure(refusal), nil
}

func (*mathService) round(arguments []python.Value) (python.Value, error) {
	const refusal = "First input must be a number, second input must be an integer"
	number, places := arguments[0], arguments[1]
	switch places.(type) {
	case nil, bool, python.Int:
	default:
		return failure(refusal), nil
	}
	switch number := number.(type) {
	case bool, python.Int:
		whole, err := python.ToInt(number)
		if err == nil && places != nil {
			whole, err = roundWhole(whole, places)
		}
		return outcome(whole, err, refusal)
	case float64:
		if places == nil {
			whole, err := python.ToInt(math.RoundToEven(number))
			return outcome(whole, err, refusal)
		}
		rounded, err := roundFloat(number, placesOf(places))
		return outcome(rounded, err, refusal)
	}
	return failure(refusal), nil
}

// placesOf is a number of decimal places, moved into a range beyond which nothing
// changes.
func placesOf(places python.Value) int {
	const far = 1 << 20
	whole, err := python.ToInt(places)
	if err != nil {
		return 0
	}
	n, fits := whole.Int64()
	if !fits {
		n = int64(whole.Sign()) * far
	}
	return int(min(max(n, -far), far))
}

func roundFloat(number float64, places int) (python.Value, error) {
	rounded := python.Round(number, places)
	if math.IsInf(rounded, 0) && !math.IsInf(number, 0) {
		return nil, python.Raise("OverflowError", "rounded value too large to represent")
	}
	return rounded, nil
}

// roundWhole rounds to a multiple of a power of ten when places are negative,
// halves to the even multiple.
func roundWhole(number python.Int, places python.Value) (python.Int, error) {
	n := placesOf(places)
	exact := number.Big()
	if n >= 0 {
		return number, nil
	}
	if -n > exact.BitLen() { // the power of ten is more than twice the number
		return whole(0), nil
	}
	unit := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(-n)), nil)
	quotient, rest := new(big.Int).DivMod(exact, unit, new(big.Int))
	half := new(big.Int).Lsh(rest, 1).Cmp(unit)
	if half > 0 || half == 0 && quotient.Bit(0) == 1 {
		quotient.Add(quotient, big.NewInt(1))
	}
	return python.IntFromBig(quotient.Mul(quotient, unit)), nil
}
