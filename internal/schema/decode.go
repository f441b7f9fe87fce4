package schema

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// Bounds on foreign text. A number beyond them costs the arithmetic beneath
// time without end, or crashes it.
const (
	MaxSchemaBytes   = 256 << 10
	MaxDocumentBytes = 1 << 20
	MaxNumberLength  = 400 // characters of one number
	MaxExponent      = 400 // magnitude of a written exponent
)

// ErrDocument marks a document that cannot be judged because of what it is: no
// JSON, or beyond a bound. Whoever wrote the document is to blame.
var ErrDocument = errors.New("document")

// Decode reads one JSON document into map[string]any, []any, string,
// json.Number, bool and nil. It refuses what readers of JSON disagree about
// (duplicate names, bytes after the end, invalid UTF-8) and what is beyond the
// bounds: MaxDocumentBytes, button.MaxDepth, MaxNumberLength, MaxExponent, and
// numbers that no double holds. Errors wrap ErrDocument and give byte offsets.
func Decode(document []byte) (any, error) {
	value, err := decode(document, MaxDocumentBytes)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	return value, nil
}

func decode(text []byte, maxBytes int) (any, error) {
	if len(text) > maxBytes {
		return nil, fmt.Errorf("%d bytes are more than the allowed %d", len(text), maxBytes)
	}
	d := decoder{text: text}
	value, err := d.value(0)
	if err != nil {
		return nil, err
	}
	d.space()
	if d.at < len(text) {
		return nil, fmt.Errorf("text after the end of the JSON value at byte %d", d.at)
	}
	return value, nil
}

type decoder struct {
	text []byte
	at   int
}

func (d *decoder) fail(format string, values ...any) error {
	if d.at >= len(d.text) {
		return fmt.Errorf("the JSON text ends too early")
	}
	return fmt.Errorf("not valid JSON at byte %d: %s", d.at, fmt.Sprintf(format, values...))
}

func (d *decoder) space() {
	for d.at < len(d.text) {
		switch d.text[d.at] {
		case ' ', '\t', '\n', '\r':
			d.at++
		default:
			return
		}
	}
}

// next skips white space and returns the byte after it without consuming it, 0
// at the end.
func (d *decoder) next() byte {
	d.space()
	if d.at < len(d.text) {
		return d.text[d.at]
	}
	return 0
}

func (d *decoder) value(depth int) (any, error) {
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels at byte %d", button.MaxDepth, d.at)
	}
	switch c := d.next(); {
	case c == '{':
		return d.object(depth)
	case c == '[':
		return d.array(depth)
	case c == '"':
		return d.string()
	case c == '-' || '0' <= c && c <= '9':
		return d.number()
	}
	for _, literal := range []struct {
		text  string
		value any
	}{{"true", true}, {"false", false}, {"null", nil}} {
		end := d.at + len(literal.text)
		if end <= len(d.text) && string(d.text[d.at:end]) == literal.text {
			d.at = end
			return literal.value, nil
		}
	}
	return nil, d.fail("want a value")
}

func (d *decoder) object(depth int) (any, error) {
	object := map[string]any{}
	d.at++
	if d.next() == '}' {
		d.at++
		return object, nil
	}
	for {
		if d.next() != '"' {
			return nil, d.fail("want a member's name in double quotes")
		}
		place := d.at
		name, err := d.string()
		if err != nil {
			return nil, err
		}
		if _, twice := object[name]; twice {
			return nil, fmt.Errorf("member %s stands twice, again at byte %d", quote(name), place)
		}
		if d.next() != ':' {
			return nil, d.fail("want a colon after a member's name")
		}
		d.at++
		value, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		object[name] = value
		switch d.next() {
		case ',':
			d.at++
		case '}':
			d.at++
			return object, nil
		default:
			return nil, d.fail("want a comma or the end of the object")
		}
	}
}

func (d *decoder) array(depth int) (any, error) {
	array := []any{}
	d.at++
	if d.next() == ']' {
		d.at++
		return array, nil
	}
	for {
		value, err := d.value(depth + 1)
		if err != nil {
			return nil, err
		}
		array = append(array, value)
		switch d.next() {
		case ',':
			d.at++
		case ']':
			d.at++
			return array, nil
		default:
			return nil, d.fail("want a comma or the end of the array")
		}
	}
}

func (d *decoder) string() (string, error) {
	start, escaped := d.at, false
	for d.at++; d.at < len(d.text); d.at++ {
		switch c := d.text[d.at]; {
		case c == '"':
			d.at++
			raw := d.text[start:d.at]
			if !utf8.Valid(raw) {
				return "", fmt.Errorf("not valid UTF-8 in the string at byte %d", start)
			}
			if !escaped {
				return string(raw[1 : len(raw)-1]), nil
			}
			var text string
			if err := json.Unmarshal(raw, &text); err != nil {
				return "", fmt.Errorf("not valid JSON in the string at byte %d: %w", start, err)
			}
			return text, nil
		case c == '\\':
			escaped = true
			d.at++
		case c < 0x20:
			return "", d.fail("a control character must be escaped in a string")
		}
	}
	return "", d.fail("")
}

func (d *decoder) digits() int {
	start := d.at
	for d.at < len(d.text) && '0' <= d.text[d.at] && d.text[d.at] <= '9' {
		d.at++
	}
	return d.at - start
}

func (d *decoder) is(chars ...byte) bool {
	if d.at < len(d.text) {
		for _, c := range chars {
			if d.text[d.at] == c {
				return true
			}
		}
	}
	return false
}

func (d *decoder) number() (any, error) {
	start := d.at
	if d.is('-') {
		d.at++
	}
	if d.is('0') {
		d.at++
	} else if d.digits() == 0 {
		return nil, d.fail("want a digit")
	}
	if d.is('.') {
		d.at++
		if d.digits() == 0 {
			return nil, d.fail("want a digit after the decimal point")
		}
	}
	exponent := 0
	if d.is('e', 'E') {
		d.at++
		if d.is('+', '-') {
			d.at++
		}
		from := d.at
		if d.digits() == 0 {
			return nil, d.fail("want a digit in the exponent")
		}
		var err error
		if exponent, err = strconv.Atoi(string(d.text[from:d.at])); err != nil {
			exponent = math.MaxInt
		}
	}
	text := string(d.text[start:d.at])
	if err := checkNumber(text, exponent); err != nil {
		return nil, fmt.Errorf("the number at byte %d %w", start, err)
	}
	return json.Number(text), nil
}

func checkNumber(text string, exponent int) error {
	switch {
	case len(text) > MaxNumberLength:
		return fmt.Errorf("has %d characters, allowed are %d", len(text), MaxNumberLength)
	case exponent > MaxExponent:
		return fmt.Errorf("has an exponent beyond %d", MaxExponent)
	}
	// Plain short numbers cannot leave the range of a double.
	if exponent == 0 && len(text) < 300 {
		return nil
	}
	if value, err := strconv.ParseFloat(text, 64); err != nil || math.IsInf(value, 0) {
		return errors.New("is out of range")
	}
	return nil
}
