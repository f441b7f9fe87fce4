package services

import "github.com/buttonbench/button/internal/python"

// lengthUnits are the units of si_unit_conversion: a length in metres, and the
// metre in units as float arithmetic makes it (1/1e-9 is not 1e9).
var lengthUnits = record(
	"km", lengthUnit{whole(1000), 0.001},
	"m", lengthUnit{whole(1), 1.0},
	"cm", lengthUnit{0.01, 100.0},
	"mm", lengthUnit{0.001, 1000.0},
	"um", lengthUnit{1e-06, 1000000.0},
	"nm", lengthUnit{1e-09, 999999999.9999999},
)

type lengthUnit struct {
	metres  python.Value
	inverse float64
}

// imperialFactors are those of imperial_si_conversion, by pair of units; the two
// of temperature go with 32 degrees.
var imperialFactors = record(
	"cm_to_in", 0.393701, "in_to_cm", 2.54,
	"m_to_ft", 3.28084, "ft_to_m", 0.3048,
	"m_to_yd", 1.09361, "yd_to_m", 0.9144,
	"km_to_miles", 0.621371, "miles_to_km", 1.60934,
	"kg_to_lb", 2.20462, "lb_to_kg", 0.453592,
	"celsius_to_fahrenheit", 1.8, "fahrenheit_to_celsius", 0.5555555555555556,
)

const (
	notANumber    = "Value must be a number"
	tooLargeValue = "Conversion resulted in a value too large to represent"
	notSupported  = "Conversion from '%s' to '%s' is not supported"
)

func (*mathService) siConversion(arguments []python.Value) (python.Value, error) {
	value, in, out := arguments[0], arguments[1], arguments[2]
	if !isNumber(value) {
		return failure(notANumber), nil
	}
	from, found, err := lengthUnits.Get(in)
	if err != nil {
		return nil, err
	}
	var to python.Value
	if found {
		if to, found, err = lengthUnits.Get(out); err != nil {
			return nil, err
		}
	}
	if !found {
		return failuref(notSupported, in, out)
	}
	metres, err := python.Mul(value, from.(lengthUnit).metres)
	if err == nil {
		metres, err = python.Mul(metres, to.(lengthUnit).inverse)
	}
	return converted(metres, err)
}

func (*mathService) imperialConversion(arguments []python.Value) (python.Value, error) {
	value, in, out := arguments[0], arguments[1], arguments[2]
	if !isNumber(value) {
		return failure(notANumber), nil
	}
	if python.Equal(in, out) {
		return record("result", value), nil
	}
	pair, err := textf("%s_to_%s", in, out)
	if err != nil {
		return nil, err
	}
	factor, found := imperialFactors.GetText(pair)
	if !found {
		return failuref(notSupported, in, out)
	}
	if pair == "fahrenheit_to_celsius" {
		if value, err = python.Sub(value, whole(32)); err != nil {
			return converted(nil, err)
		}
	}
	result, err := python.Mul(value, factor)
	if err == nil && pair == "celsius_to_fahrenheit" {
		result, err = python.Add(result, whole(32))
	}
	return converted(result, err)
}

// converted is the result of a conversion; a whole number too large for a float
// is refused.
func converted(value python.Value, err error) (python.Value, error) {
	if isKind(err, "OverflowError") {
		return failure(tooLargeValue), nil
	}
	return outcome(value, err, notANumber)
}
