package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strconv"

	"github.com/buttonbench/button"
)

// maxNumber bounds numbers so that every reader of JSON keeps them exactly.
const maxNumber = 1_000_000_000_000

// scale is the number of smallest units in one unit of JSON.
func (t *Type) scale() int64 {
	switch t.Base {
	case Money:
		return 100
	case Quantity:
		return 10
	}
	return 1
}

// kindName names the kind of the type's canonical values.
func (t *Type) kindName() string {
	switch {
	case t.Numeric():
		return "a whole number"
	case t.Base == Bool:
		return "a boolean"
	}
	return "a string"
}

// valid checks a value in canonical form. Values of a table are not looked up:
// a name can be gone from a table and still be a well-formed value.
func (t *Type) valid(value Value) error {
	switch value := value.(type) {
	case int64:
		if t.Numeric() {
			return t.validNumber(value)
		}
	case bool:
		if t.Base == Bool {
			return nil
		}
	case string:
		if !t.Numeric() && t.Base != Bool {
			return t.validText(value)
		}
	}
	return fmt.Errorf("want %s, have %T", t.kindName(), value)
}

func (t *Type) validNumber(value int64) error {
	if value < 0 && t.Base != Quantity {
		return fmt.Errorf("%d is below 0", value)
	}
	if value > maxNumber || value < -maxNumber {
		return fmt.Errorf("%d is too large", value)
	}
	return nil
}

func (t *Type) validText(value string) error {
	if len(value) > maxTextBytes {
		return fmt.Errorf("a text of %d bytes is longer than the allowed %d", len(value), maxTextBytes)
	}
	switch t.Base {
	case Date:
		_, err := dayNumber(value)
		return err
	case Time:
		_, err := clockMinutes(value)
		return err
	case DateTime:
		return validMoment(value)
	case Code:
		if !matchesCode(t.Pattern, value) {
			return fmt.Errorf("%q does not have the form %s (9 is a digit, A a capital letter)", clip(value), t.Pattern)
		}
	case Enum:
		for _, code := range t.Codes {
			if code.Code == value {
				return nil
			}
		}
		return fmt.Errorf("%q is not one of %s", clip(value), t.codeList())
	case Named:
		if len(t.Values) > 0 && !slices.Contains(t.Values, value) {
			return fmt.Errorf("%q is not one of the values of %s", clip(value), t.Name)
		}
	}
	return nil
}

func validMoment(value string) error {
	const form = "2006-01-02T15:04"
	if len(value) != len(form) || value[10] != 'T' {
		return fmt.Errorf("%q is not a date and time of the form 2026-03-14T15:30", clip(value))
	}
	if _, err := dayNumber(value[:10]); err != nil {
		return err
	}
	_, err := clockMinutes(value[11:])
	return err
}

// matchesCode reports whether a text has the form of a code pattern.
func matchesCode(pattern, text string) bool {
	if len(pattern) != len(text) {
		return false
	}
	for i := range len(pattern) {
		c := text[i]
		switch pattern[i] {
		case '9':
			if c < '0' || c > '9' {
				return false
			}
		case 'A':
			if c < 'A' || c > 'Z' {
				return false
			}
		default:
			if c != pattern[i] {
				return false
			}
		}
	}
	return true
}

func (t *Type) codeList() string {
	out := ""
	for i, code := range t.Codes {
		if i > 0 {
			out += ", "
		}
		out += code.Code
	}
	return out
}

// Encode returns the canonical JSON of one value in canonical form: cents 1450
// give 14.5, tenths 125 give 12.5. A value of another kind gives null.
func (t *Type) Encode(value Value) json.RawMessage { return t.appendValue(nil, value) }

func (t *Type) appendValue(out []byte, value Value) []byte {
	switch value := value.(type) {
	case string:
		return button.AppendString(out, value)
	case bool:
		return strconv.AppendBool(out, value)
	case int64:
		return appendScaled(out, value, t.scale())
	case []Value:
		out = append(out, '[')
		for i, item := range value {
			if i > 0 {
				out = append(out, ',')
			}
			out = t.appendValue(out, item)
		}
		return append(out, ']')
	default:
		return append(out, "null"...)
	}
}

// appendScaled writes value/scale in plain decimal without needless zeros.
func appendScaled(out []byte, value, scale int64) []byte {
	if value < 0 {
		out, value = append(out, '-'), -value
	}
	out = strconv.AppendInt(out, value/scale, 10)
	rest := value % scale
	if rest == 0 {
		return out
	}
	out = append(out, '.')
	for rest > 0 {
		scale /= 10
		out = append(out, byte('0'+rest/scale))
		rest %= scale
	}
	return out
}

// Decode is the inverse of Encode and accepts every spelling of a number that
// JSON has (14.50, 1.45e1). The value must be valid for the type.
func (t *Type) Decode(raw json.RawMessage) (Value, error) {
	var given any
	if err := json.Unmarshal(raw, &given); err != nil {
		return nil, errors.New("not valid JSON")
	}
	var value Value
	switch given := given.(type) {
	case string, bool:
		value = given
	case float64:
		number, err := decodeScaled(string(raw), t.scale())
		if err != nil {
			return nil, err
		}
		value = number
	default:
		return nil, fmt.Errorf("want %s, have %s", t.jsonKind(), clip(string(raw)))
	}
	if _, isNumber := value.(int64); isNumber != t.Numeric() {
		return nil, fmt.Errorf("want %s, have %s", t.jsonKind(), clip(string(raw)))
	}
	return value, t.valid(value)
}

// jsonKind names the kind of the type's JSON values.
func (t *Type) jsonKind() string {
	if t.scale() > 1 {
		return "a number"
	}
	return t.kindName()
}

func decodeScaled(text string, scale int64) (int64, error) {
	// An exponent can make a short text a huge number; nothing valid needs one
	// beyond two digits or so many places.
	if len(text) > 32 {
		return 0, errors.New("the number has too many places")
	}
	for i, c := range text {
		if (c == 'e' || c == 'E') && len(text)-i > 4 {
			return 0, errors.New("the number is out of range")
		}
	}
	exact, ok := new(big.Rat).SetString(text)
	if !ok {
		return 0, fmt.Errorf("%s is not a number", clip(text))
	}
	exact.Mul(exact, new(big.Rat).SetInt64(scale))
	if !exact.IsInt() {
		if scale == 1 {
			return 0, fmt.Errorf("want a whole number, have %s", text)
		}
		return 0, fmt.Errorf("%s has more decimal places than the %d allowed", text, len(strconv.FormatInt(scale, 10))-1)
	}
	if !exact.Num().IsInt64() {
		return 0, errors.New("the number is out of range")
	}
	return exact.Num().Int64(), nil
}
