package button

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is the deepest nesting of arrays and objects that the decoder
// accepts. Records come from strangers; a deeper document is refused before
// any of it is interpreted.
const MaxDepth = 128

// Member is one name and value of a JSON object.
type Member struct {
	Name  string
	Value json.RawMessage
}

// Members is a JSON object with its order kept. It holds what a foreign record
// carries beyond the members known here, so that nothing is dropped silently.
type Members []Member

// Get returns the value of a member, or nil.
func (m Members) Get(name string) json.RawMessage {
	for _, member := range m {
		if member.Name == name {
			return member.Value
		}
	}
	return nil
}

// ParseMembers reads one JSON object, keeps the order of its members and the
// text of its numbers, and removes white space between tokens. It refuses
// duplicate names among the object's own members, trailing bytes, invalid UTF-8,
// escapes of half a character and nesting beyond MaxDepth.
func ParseMembers(data []byte) (Members, error) {
	if err := checkText(data); err != nil {
		return nil, err
	}
	return parseMembers(data)
}

func parseMembers(data []byte) (Members, error) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	token, err := decoder.Token()
	if err != nil {
		return nil, jsonError(err)
	}
	if token != json.Delim('{') {
		return nil, fmt.Errorf("want a JSON object, have %s", kindOf(token))
	}
	var members Members
	seen := map[string]bool{}
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, jsonError(err)
		}
		name := token.(string)
		if seen[name] {
			return nil, fmt.Errorf("member %q stands twice", name)
		}
		seen[name] = true
		var value json.RawMessage
		if err := decoder.Decode(&value); err != nil {
			return nil, jsonError(err)
		}
		compacted, err := compact(value)
		if err != nil {
			return nil, err
		}
		members = append(members, Member{name, compacted})
	}
	if _, err := decoder.Token(); err != nil {
		return nil, jsonError(err)
	}
	if _, err := decoder.Token(); err != io.EOF {
		return nil, fmt.Errorf("text after the end of the JSON object")
	}
	return members, nil
}

// AppendJSON writes the object in its kept order.
func (m Members) AppendJSON(out []byte) []byte {
	out = append(out, '{')
	for i, member := range m {
		if i > 0 {
			out = append(out, ',')
		}
		out = AppendString(out, member.Name)
		out = append(out, ':')
		out = append(out, member.Value...)
	}
	return append(out, '}')
}

// MarshalJSON implements json.Marshaler.
func (m Members) MarshalJSON() ([]byte, error) { return m.AppendJSON(nil), nil }

// UnmarshalJSON implements json.Unmarshaler.
func (m *Members) UnmarshalJSON(data []byte) error {
	parsed, err := parseMembers(data)
	*m = parsed
	return err
}

// checkText scans once for what encoding/json would let pass: depth, invalid
// UTF-8, and escaped surrogates without their other half, which it would replace.
func checkText(data []byte) error {
	if !utf8.Valid(data) {
		return fmt.Errorf("not valid UTF-8")
	}
	depth, inString := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case inString && c == '\\':
			skip, ok := escapeLength(data[i:])
			if !ok {
				return fmt.Errorf("half a surrogate pair at byte %d", i)
			}
			i += skip - 1
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > MaxDepth {
				return fmt.Errorf("nested deeper than %d levels at byte %d", MaxDepth, i)
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

// escapeLength is the length of the escape at the start of data, both halves of
// a surrogate pair together; false for one half alone. Whether the escape is
// valid otherwise is the decoder's to say.
func escapeLength(data []byte) (int, bool) {
	first := escapedUnit(data)
	switch {
	case first < 0:
		return 2, true
	case !utf16.IsSurrogate(first):
		return 6, true
	}
	second := escapedUnit(data[6:])
	return 12, second >= 0 && utf16.DecodeRune(first, second) != utf8.RuneError
}

// escapedUnit reads "\uXXXX" at the start of data, or returns -1.
func escapedUnit(data []byte) rune {
	if len(data) < 6 || data[0] != '\\' || data[1] != 'u' {
		return -1
	}
	unit, err := strconv.ParseUint(string(data[2:6]), 16, 16)
	if err != nil {
		return -1
	}
	return rune(unit)
}

func compact(value json.RawMessage) (json.RawMessage, error) {
	var buffer bytes.Buffer
	if err := json.Compact(&buffer, value); err != nil {
		return nil, jsonError(err)
	}
	return buffer.Bytes(), nil
}

func kindOf(token json.Token) string {
	switch token := token.(type) {
	case json.Delim:
		return "an array"
	case string:
		return "a string"
	case json.Number:
		return "a number"
	case bool:
		return "a boolean"
	case nil:
		return "null"
	default:
		return fmt.Sprintf("%T", token)
	}
}

func jsonError(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("the JSON text ends too early")
	}
	if syntax, ok := err.(*json.SyntaxError); ok {
		return fmt.Errorf("not valid JSON at byte %d: %v", syntax.Offset, syntax)
	}
	if mismatch, ok := err.(*json.UnmarshalTypeError); ok {
		place := ""
		if mismatch.Field != "" {
			place = mismatch.Field + ": "
		}
		return fmt.Errorf("%swant %s, have %s", place, jsonKind(mismatch.Type), mismatch.Value)
	}
	return err
}

// jsonKind names the JSON type that a Go type is read from.
func jsonKind(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "a boolean"
	case reflect.String:
		return "a string"
	case reflect.Slice, reflect.Array:
		return "an array"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "a whole number"
}
