package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/buttonbench/button"
)

// object writes a JSON object member by member.
type object struct {
	out   []byte
	wrote bool
}

func (o *object) name(name string) {
	if o.wrote {
		o.out = append(o.out, ',')
	} else {
		o.out = append(o.out, '{')
	}
	o.wrote = true
	o.out = append(button.AppendString(o.out, name), ':')
}

func (o *object) text(name, value string) {
	o.name(name)
	o.out = button.AppendString(o.out, value)
}

func (o *object) raw(name string, value []byte) {
	o.name(name)
	o.out = append(o.out, value...)
}

func (o *object) boolean(name string, value bool) {
	o.name(name)
	o.out = fmt.Append(o.out, value)
}

func (o *object) end() []byte {
	if !o.wrote {
		o.out = append(o.out, '{')
	}
	return append(o.out, '}')
}

// appendList writes a JSON list of values that write themselves.
func appendList[T any](out []byte, values []T, one func(out []byte, value *T) []byte) []byte {
	out = append(out, '[')
	for i := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = one(out, &values[i])
	}
	return append(out, ']')
}

// members reads an object and refuses names that are not expected: a validator
// that reads over what it does not know proves nothing.
func members(data []byte, names ...string) (button.Members, error) {
	all, err := button.ParseMembers(data)
	if err != nil {
		return nil, err
	}
	for _, member := range all {
		if !slices.Contains(names, member.Name) {
			return nil, fmt.Errorf("there is a member %q, which does not belong here", member.Name)
		}
	}
	return all, nil
}

// texts reads members that are strings; a missing one is an error.
func texts(of button.Members, into map[string]*string) error {
	for name, value := range into {
		raw := of.Get(name)
		if len(raw) == 0 || raw[0] != '"' {
			return fmt.Errorf("%s: want a string, have %.40q", name, raw)
		}
		if err := json.Unmarshal(raw, value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// text reads a JSON string.
func text(raw []byte) (value string, err error) {
	if len(raw) == 0 || raw[0] != '"' {
		return "", fmt.Errorf("want a string, have %.40q", raw)
	}
	return value, json.Unmarshal(raw, &value)
}

// elements reads a JSON list.
func elements(raw []byte) (values []json.RawMessage, err error) {
	if len(raw) == 0 || raw[0] != '[' {
		return nil, fmt.Errorf("want a list, have %.40q", raw)
	}
	return values, json.Unmarshal(raw, &values)
}

// arguments is a call's arguments as an object, also where there are none.
func arguments(call *button.Call) json.RawMessage {
	if len(call.Arguments) == 0 {
		return json.RawMessage("{}")
	}
	return call.Arguments
}

// normal spells a JSON text in one way: no white space, each string with the same
// escapes. The order of members and the text of numbers stay.
func normal(raw json.RawMessage) (json.RawMessage, error) {
	if bytes.IndexByte(raw, '\\') < 0 && compact(raw) {
		return raw, nil
	}
	var tight bytes.Buffer
	if err := json.Compact(&tight, raw); err != nil {
		return nil, err
	}
	data := tight.Bytes()
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); {
		if data[i] != '"' {
			out = append(out, data[i])
			i++
			continue
		}
		end := i + 1
		for data[end] != '"' {
			if data[end] == '\\' {
				end++
			}
			end++
		}
		value, err := text(data[i : end+1])
		if err != nil {
			return nil, err
		}
		out = button.AppendString(out, value)
		i = end + 1
	}
	return out, nil
}

// compact reports whether a JSON text surely has no white space between tokens.
func compact(raw []byte) bool {
	inside := false
	for _, c := range raw {
		switch {
		case c == '"':
			inside = !inside
		case !inside && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
			return false
		}
	}
	return true
}

// hide writes the < of marks inside JSON as an escape, which reads back as the
// same string, so that no reader of text takes them for marks.
func hide(raw []byte, marks ...string) []byte {
	for _, mark := range marks {
		raw = guarded(raw, mark)
	}
	return raw
}
