package python

import (
	"strconv"
	"unicode/utf8"
)

// ParseJSON reads a text as Python's json.loads: of equal keys the last one
// counts at the place of the first, NaN and Infinity are numbers, whole numbers
// are exact. Values may be 990 deep, a whole number 4300 digits long. Errors are
// JSONDecodeError, RecursionError or ValueError.
func ParseJSON(text string) (Value, error) {
	r := jsonReader{text: text}
	r.space()
	v, err := r.value(0)
	if err != nil {
		return nil, err
	}
	r.space()
	if r.at < len(text) {
		return nil, r.fail("Extra data", r.at)
	}
	return v, nil
}

type jsonReader struct {
	text string
	at   int
}

// fail words the error as Python does, with the place in code points.
func (r *jsonReader) fail(what string, at int) error {
	before := r.text[:min(at, len(r.text))]
	line, start := 1, 0
	for i := 0; i < len(before); i++ {
		if before[i] == '\n' {
			line, start = line+1, i+1
		}
	}
	return Raise("JSONDecodeError", "%s: line %d column %d (char %d)", what, line, utf8.RuneCountInString(before[start:])+1, utf8.RuneCountInString(before))
}

func (r *jsonReader) space() {
	for r.at < len(r.text) {
		switch r.text[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

func (r *jsonReader) peek() byte {
	if r.at < len(r.text) {
		return r.text[r.at]
	}
	return 0
}

func (r *jsonReader) word(word string) bool {
	if len(r.text)-r.at >= len(word) && r.text[r.at:r.at+len(word)] == word {
		r.at += len(word)
		return true
	}
	return false
}

func (r *jsonReader) value(depth int) (Value, error) {
	switch c := r.peek(); {
	case c == '"':
		return r.string()
	case c == '{' || c == '[':
		if depth >= maxDepth {
			return nil, tooDeep(" while decoding a JSON object from a unicode string")
		}
		r.at++
		if c == '{' {
			return r.object(depth + 1)
		}
		return r.array(depth + 1)
	case c == '-' || '0' <= c && c <= '9':
		if r.word("-Infinity") {
			return negativeInfinity(), nil
		}
		return r.number()
	case r.word("null"):
		return nil, nil
	case r.word("true"):
		return true, nil
	case r.word("false"):
		return false, nil
	case r.word("NaN"):
		return notANumber(), nil
	case r.word("Infinity"):
		return -negativeInfinity(), nil
	}
	return nil, r.fail("Expecting value", r.at)
}

func (r *jsonReader) object(depth int) (Value, error) {
	r.space()
	if r.peek() == '}' {
		r.at++
		return NewDict(), nil
	}
	d := MakeDict(4)
	for {
		if r.peek() != '"' {
			return nil, r.fail("Expecting property name enclosed in double quotes", r.at)
		}
		name, err := r.string()
		if err != nil {
			return nil, err
		}
		r.space()
		if r.peek() != ':' {
			return nil, r.fail("Expecting ':' delimiter", r.at)
		}
		r.at++
		r.space()
		member, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		d.SetText(name, member)
		r.space()
		switch r.peek() {
		case '}':
			r.at++
			return d, nil
		case ',':
			r.at++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.at)
		}
	}
}

func (r *jsonReader) array(depth int) (Value, error) {
	list := &List{}
	r.space()
	if r.peek() == ']' {
		r.at++
		return list, nil
	}
	for {
		item, err := r.value(depth)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, item)
		r.space()
		switch r.peek() {
		case ']':
			r.at++
			return list, nil
		case ',':
			r.at++
			r.space()
		default:
			return nil, r.fail("Expecting ',' delimiter", r.at)
		}
	}
}

func (r *jsonReader) digits() (found bool) {
	for c := r.peek(); '0' <= c && c <= '9'; c = r.peek() {
		r.at++
		found = true
	}
	return found
}

// number reads what a number's pattern matches; what follows is the caller's.
func (r *jsonReader) number() (Value, error) {
	start := r.at
	if r.peek() == '-' {
		r.at++
	}
	if r.peek() == '0' {
		r.at++
	} else if !r.digits() {
		return nil, r.fail("Expecting value", start)
	}
	isFloat := false
	end := r.at
	if r.peek() == '.' {
		r.at++
		if r.digits() {
			isFloat, end = true, r.at
		}
		r.at = end
	}
	if c := r.peek(); c == 'e' || c == 'E' {
		r.at++
		if c := r.peek(); c == '+' || c == '-' {
			r.at++
		}
		if r.digits() {
			isFloat, end = true, r.at
		}
		r.at = end
	}
	if isFloat {
		x, _ := strconv.ParseFloat(r.text[start:end], 64) // out of range is infinite
		return x, nil
	}
	return decimalInt(r.text[start:end])
}

// string reads a text with its quotes.
func (r *jsonReader) string() (string, error) {
	begin := r.at
	r.at++
	start := r.at
	var out []byte
	for r.at < len(r.text) {
		switch c := r.text[r.at]; {
		case c == '"':
			piece := r.text[start:r.at]
			r.at++
			if out == nil {
				return piece, nil
			}
			return string(append(out, piece...)), nil
		case c < ' ':
			return "", r.fail("Invalid control character at", r.at)
		case c == '\\':
			out = append(out, r.text[start:r.at]...)
			var err error
			if out, err = r.escape(out, begin); err != nil {
				return "", err
			}
			start = r.at
		default:
			r.at++
		}
	}
	return "", r.fail("Unterminated string starting at", begin)
}

func (r *jsonReader) escape(out []byte, begin int) ([]byte, error) {
	r.at++
	if r.at >= len(r.text) {
		return nil, r.fail("Unterminated string starting at", begin)
	}
	c := r.text[r.at]
	r.at++
	switch c {
	case '"', '\\', '/':
		return append(nonNil(out), c), nil
	case 'b':
		return append(out, '\b'), nil
	case 'f':
		return append(out, '\f'), nil
	case 'n':
		return append(out, '\n'), nil
	case 'r':
		return append(out, '\r'), nil
	case 't':
		return append(out, '\t'), nil
	case 'u':
		unit, ok := r.hex()
		if !ok {
			return nil, r.fail("Invalid \\uXXXX escape", r.at-1)
		}
		if before := r.at; 0xd800 <= unit && unit < 0xdc00 && r.word(`\u`) {
			if low, ok := r.hex(); ok && 0xdc00 <= low && low < 0xe000 {
				return appendRune(out, 0x10000+(unit-0xd800)<<10+(low-0xdc00)), nil
			}
			r.at = before
		}
		return appendRune(out, unit), nil
	}
	return nil, r.fail("Invalid \\escape", r.at-2)
}

// nonNil tells an escaped text that begins here from one without escapes.
func nonNil(out []byte) []byte {
	if out == nil {
		return []byte{}
	}
	return out
}

// hex reads four hexadecimal digits; it moves only if all are there.
func (r *jsonReader) hex() (rune, bool) {
	if len(r.text)-r.at <= 4 { // Python wants one more character
		return 0, false
	}
	var unit rune
	for _, c := range []byte(r.text[r.at : r.at+4]) {
		digit := hexValue(c)
		if digit < 0 {
			return 0, false
		}
		unit = unit<<4 | rune(digit)
	}
	r.at += 4
	return unit, true
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
