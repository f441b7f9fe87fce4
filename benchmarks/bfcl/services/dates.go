package services

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// dateFormat and timeFormat are the two formats that the services read.
const (
	dateFormat = "%Y-%m-%d"
	timeFormat = "%Y-%m-%d %H:%M:%S"
)

// parseTime is Python's datetime.strptime for the fields of the two formats. A
// value that is no text is a TypeError, a text that does not fit a ValueError.
func parseTime(value python.Value, format string) (time.Time, error) {
	text, isText := value.(string)
	if !isText {
		kind := python.KindName(value)
		if value == nil {
			kind = "None"
		}
		return time.Time{}, python.Raise("TypeError", "strptime() argument 1 must be str, not %s", kind)
	}
	var fields ['z']int // by the letter of the format
	rest := text
	for i := 0; i < len(format); i++ {
		var matched bool
		switch c := format[i]; c {
		case '%':
			i++
			fields[format[i]], rest, matched = timeField(format[i], rest)
		case ' ':
			trimmed := strings.TrimLeftFunc(rest, python.IsSpace)
			rest, matched = trimmed, len(trimmed) < len(rest)
		default:
			rest, matched = strings.CutPrefix(rest, string(c))
		}
		if !matched {
			shown, err := python.Repr(text)
			if err != nil {
				return time.Time{}, err
			}
			return time.Time{}, python.Raise("ValueError", "time data %s does not match format '%s'", shown, format)
		}
	}
	if rest != "" {
		return time.Time{}, python.Raise("ValueError", "unconverted data remains: %s", rest)
	}
	year, month, day := fields['Y'], time.Month(fields['m']), fields['d']
	switch {
	case year == 0:
		return time.Time{}, python.Raise("ValueError", "year 0 is out of range")
	case time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Day() != day:
		return time.Time{}, python.Raise("ValueError", "day is out of range for month")
	case fields['S'] > 59:
		return time.Time{}, python.Raise("ValueError", "second must be in 0..59")
	}
	return time.Date(year, month, day, fields['H'], fields['M'], fields['S'], 0, time.UTC), nil
}

// fieldRange is the least and the greatest value of a field of two digits.
func fieldRange(field byte) (least, greatest int) {
	switch field {
	case 'm':
		return 1, 12
	case 'd':
		return 1, 31
	case 'H':
		return 0, 23
	case 'M':
		return 0, 59
	}
	return 0, 61
}

// timeField reads the longest legal form of a field: four digits of a year, two
// or one of the others. The first of two digits is ASCII, the second of any script.
func timeField(field byte, text string) (value int, rest string, matched bool) {
	if field == 'Y' {
		for range 4 {
			r, size := utf8.DecodeRuneInString(text)
			digit, isDigit := python.DigitValue(r)
			if !isDigit {
				return 0, "", false
			}
			value, text = 10*value+digit, text[size:]
		}
		return value, text, true
	}
	if text == "" {
		return 0, "", false
	}
	least, greatest := fieldRange(field)
	first := int(text[0]) - '0'
	blank := field == 'd' && text[0] == ' '
	if blank {
		first = 0
	}
	if first < 0 || first > 9 {
		return 0, "", false
	}
	r, size := utf8.DecodeRuneInString(text[1:])
	second, isDigit := python.DigitValue(r)
	if isDigit && !anyScript(field, first) {
		isDigit = r < utf8.RuneSelf
	}
	if two := 10*first + second; isDigit && least <= two && two <= greatest {
		return two, text[1+size:], true
	}
	return first, text[1:], !blank && first >= least
}

// anyScript reports whether the second digit after this first one may be of any
// script: where all ten digits may follow, the pattern names none of them.
func anyScript(field byte, first int) bool {
	switch field {
	case 'd':
		return first == 1 || first == 2
	case 'H':
		return first <= 1
	case 'M', 'S':
		return first <= 5
	}
	return false
}
