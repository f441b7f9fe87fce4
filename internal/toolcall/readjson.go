package toolcall

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// readJSON reads one JSON value at the position, white space before it
// included, and stops at its end. What models commonly get wrong is mended and
// noted as a repair: single quotes, trailing commas, names without quotes,
// Python's True, False and None, bare control characters and wrong escapes in
// strings, members that stand twice (the last one counts), closing brackets
// missing before a mark.
//
// After an error the position is where reading stopped.
func (in *input) readJSON() (value, error) {
	start := in.at
	v, err := in.jsonValue(0)
	if !in.spend(in.at - start) {
		return v, errBudget
	}
	return v, err
}

// readObject is readJSON for grammars that want an object. One that a comma and
// a member's name follow has ended too early: what it holds is not all of it.
func (in *input) readObject() (value, error) {
	if in.skipSpace(); in.peek() != '{' {
		return value{}, in.failf("want %s", objectKind)
	}
	v, err := in.readJSON()
	if err == nil && in.goesOn() {
		err = in.failf("the object goes on behind its end")
	}
	return v, err
}

// goesOn reports whether a comma and a quoted name follow.
func (in *input) goesOn() bool {
	start := in.at
	found := in.spaced(",") && (in.nextIs('"') || in.nextIs('\''))
	in.at = start
	return found
}

// readArguments is readObject where the object is the arguments themselves: the
// text may not end before it does, as what it would have gone on to say is not
// known.
func (in *input) readArguments() (value, error) {
	in.cutOff = false
	v, err := in.readObject()
	if err == nil && in.cutOff {
		err = errEnd
	}
	return v, err
}

func (in *input) jsonValue(depth int) (value, error) {
	in.skipSpace()
	if in.values++; in.values > maxValues {
		return value{}, errors.New("too many values")
	}
	switch c := in.peek(); {
	case c == '{' || c == '[':
		if depth == MaxDepth {
			return value{}, in.failf("nested deeper than %d levels", MaxDepth)
		}
		if c == '{' {
			return in.jsonObject(depth + 1)
		}
		return in.jsonArray(depth + 1)
	case c == '"' || c == '\'':
		return in.jsonString()
	case c == '-' || c == '+' || c == '.' || '0' <= c && c <= '9':
		return in.readNumber()
	}
	word := in.jsonWord()
	switch word {
	case "true", "false":
		return value{kind: booleanKind, text: word}, nil
	case "null":
		return value{}, nil
	case "True", "False":
		in.note("%s for a boolean", word)
		return value{kind: booleanKind, text: strings.ToLower(word)}, nil
	case "None", "nil", "undefined":
		in.note("%s for null", word)
		return value{}, nil
	}
	in.at -= len(word)
	return value{}, in.failf("want a JSON value")
}

// jsonWord reads ASCII letters, digits and underscores.
func (in *input) jsonWord() string {
	start := in.at
	for in.at < len(in.text) && identifierRune(rune(in.text[in.at]), in.at == start) && in.text[in.at] != '-' && in.text[in.at] != '.' && in.text[in.at] != ':' {
		in.at++
	}
	return in.text[start:in.at]
}

func (in *input) jsonObject(depth int) (value, error) {
	var object members
	in.at++
	for {
		in.skipSpace()
		if in.literal("}") {
			if len(object.list) > 0 {
				in.note("a comma before a closing bracket")
			}
			return object.value(), nil
		}
		name, err := in.jsonName()
		if err != nil {
			return value{}, err
		}
		if in.skipSpace(); !in.literal(":") {
			return value{}, in.failf("want a colon")
		}
		inner, err := in.jsonValue(depth)
		if err != nil {
			return value{}, err
		}
		if object.set(name, inner) {
			in.note("the member %.40q stands twice", name)
		}
		if done, err := in.jsonNext('}', depth); done || err != nil {
			return object.value(), err
		}
	}
}

func (in *input) jsonName() (string, error) {
	if c := in.peek(); c == '"' || c == '\'' {
		name, err := in.jsonString()
		return name.text, err
	}
	name := in.jsonWord()
	if name == "" {
		return "", in.failf("want a member's name")
	}
	in.note("the member %.40q without quotes", name)
	return name, nil
}

func (in *input) jsonArray(depth int) (value, error) {
	v := value{kind: arrayKind}
	in.at++
	for {
		in.skipSpace()
		if in.literal("]") {
			if len(v.items) > 0 {
				in.note("a comma before a closing bracket")
			}
			return v, nil
		}
		inner, err := in.jsonValue(depth)
		if err != nil {
			return v, err
		}
		v.items = append(v.items, inner)
		if done, err := in.jsonNext(']', depth); done || err != nil {
			return v, err
		}
	}
}

// jsonNext reads the comma or the closing bracket after an element. A bracket
// may be missing where a mark follows; at the very end of the text only the
// outermost one, and only after another bracket: elsewhere the text was cut off,
// and what it would have gone on to say is not known.
func (in *input) jsonNext(closing byte, depth int) (done bool, err error) {
	last := in.text[in.at-1]
	in.skipSpace()
	switch c := in.peek(); {
	case c == ',':
		in.at++
		return false, nil
	case c == closing:
		in.at++
		return true, nil
	case c == '<' || c == '[' && depth == 1 && last == '}' && closing == '}',
		in.atEnd() && depth == 1 && (last == '}' || last == ']'):
		in.note("a missing closing bracket")
		in.cutOff = in.cutOff || in.atEnd()
		return true, nil
	}
	return false, in.failf("want a comma or %q", string(closing))
}

// jsonString reads a string in double or single quotes.
func (in *input) jsonString() (value, error) {
	quote := in.peek()
	if quote == '\'' {
		in.note("single quotes")
	}
	in.at++
	var out []byte
	start := in.at
	for in.at < len(in.text) {
		c := in.text[in.at]
		switch {
		case c == quote:
			out = append(out, in.text[start:in.at]...)
			in.at++
			s := string(out)
			if !utf8.ValidString(s) {
				in.note("bytes that are no UTF-8")
				s = strings.ToValidUTF8(s, "\uFFFD")
			}
			return textValue(s), nil
		case c == '\\':
			out = append(out, in.text[start:in.at]...)
			out = in.jsonEscape(out)
			start = in.at
			continue
		case c < 0x20:
			in.note("a control character in a string")
		}
		in.at++
	}
	return value{}, errEnd
}

// jsonEscape reads the escape at the position and appends what it stands for.
func (in *input) jsonEscape(out []byte) []byte {
	if in.at+1 >= len(in.text) {
		in.at = len(in.text)
		return out
	}
	c := in.text[in.at+1]
	if i := strings.IndexByte(`"\/bfnrt`, c); i >= 0 {
		in.at += 2
		return append(out, "\"\\/\b\f\n\r\t"[i])
	}
	if c == 'u' {
		if r, size := escapedRune(in.rest()); size > 0 {
			in.at += size
			if r == utf8.RuneError && size == 6 {
				in.note("half a surrogate pair")
			}
			return utf8.AppendRune(out, r)
		}
	}
	in.note("an escape that JSON does not know")
	if c == '\'' || c == '\n' {
		in.at++ // the backslash goes, the character is read as itself
		out = append(out, c)
		in.at++
		return out
	}
	in.at++
	return append(out, '\\')
}

// escapedRune reads \uXXXX, or two that make a surrogate pair; size 0 if none
// stands there. Half a pair reads as U+FFFD.
func escapedRune(s string) (r rune, size int) {
	unit := func(s string) (rune, bool) {
		if len(s) < 6 || s[0] != '\\' || s[1] != 'u' {
			return 0, false
		}
		n, err := strconv.ParseUint(s[2:6], 16, 16)
		return rune(n), err == nil
	}
	first, ok := unit(s)
	if !ok {
		return 0, 0
	}
	if !utf16.IsSurrogate(first) {
		return first, 6
	}
	if second, ok := unit(s[6:]); ok {
		if r := utf16.DecodeRune(first, second); r != utf8.RuneError {
			return r, 12
		}
	}
	return utf8.RuneError, 6
}

// readNumber reads a number as JSON or Python writes it and keeps its digits.
func (in *input) readNumber() (value, error) {
	start := in.at
	for in.at < len(in.text) && (strings.IndexByte("+-.eE_", in.text[in.at]) >= 0 || '0' <= in.text[in.at] && in.text[in.at] <= '9') {
		in.at++
	}
	raw := in.text[start:in.at]
	digits, ok := cleanNumber(raw)
	if !ok {
		in.at = start
		return value{}, in.failf("not a number: %.40q", raw)
	}
	if digits != raw {
		in.note("the number %.40s written as %.40s", raw, digits)
	}
	return value{kind: numberKind, text: digits}, nil
}

// Bounds on one number: beyond them arithmetic on it costs time without end.
const (
	maxNumberLength = 400
	maxExponent     = 400
)

// cleanNumber brings a decimal number into the form that JSON wants; false if it
// is none, or beyond the bounds. It takes a leading plus sign, a point without
// digits on one side, and underscores between digits.
func cleanNumber(raw string) (string, bool) {
	if len(raw) == 0 || len(raw) > maxNumberLength {
		return "", false
	}
	s, sign := strings.TrimPrefix(raw, "+"), ""
	if strings.HasPrefix(s, "-") {
		s, sign = s[1:], "-"
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i:]
		n, err := strconv.Atoi(exponent[1:])
		if err != nil || n > maxExponent || n < -maxExponent {
			return "", false
		}
	}
	whole, fraction, point := strings.Cut(mantissa, ".")
	whole, ok := cleanDigits(whole)
	fraction, ok2 := cleanDigits(fraction)
	if !ok || !ok2 || whole == "" && fraction == "" || len(whole) > 1 && whole[0] == '0' {
		return "", false
	}
	if whole == "" {
		whole = "0"
	}
	if point {
		if fraction == "" {
			fraction = "0"
		}
		fraction = "." + fraction
	}
	out := sign + whole + fraction + exponent
	// What no double holds is no number to any reader downstream.
	_, err := strconv.ParseFloat(out, 64)
	return out, err == nil
}

// cleanDigits takes underscores between digits away.
func cleanDigits(s string) (string, bool) {
	for i := range len(s) {
		inside := i > 0 && i < len(s)-1
		if s[i] == '_' && inside && s[i-1] != '_' {
			continue
		}
		if s[i] < '0' || '9' < s[i] {
			return "", false
		}
	}
	return strings.ReplaceAll(s, "_", ""), true
}
