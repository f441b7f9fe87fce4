package toolcall

import (
	"encoding/json"

	"github.com/buttonbench/button"
)

// kind is the JSON type of a value.
type kind uint8

const (
	nullKind kind = iota
	booleanKind
	numberKind
	textKind
	arrayKind
	objectKind
)

func (k kind) String() string {
	return [...]string{"null", "a boolean", "a number", "a string", "an array", "an object"}[k]
}

// value is a decoded JSON value that keeps the order of members and the digits
// of numbers.
type value struct {
	kind    kind
	text    string // the string, the digits, "true" or "false"
	items   []value
	members []member
}

// member is one name and value of an object.
type member struct {
	name  string
	value value
}

func textValue(s string) value { return value{kind: textKind, text: s} }

func objectValue(members ...member) value { return value{kind: objectKind, members: members} }

// get is the member of that name; false if there is none.
func (v value) get(name string) (value, bool) {
	if v.kind != objectKind {
		return value{}, false
	}
	for _, member := range v.members {
		if member.name == name {
			return member.value, true
		}
	}
	return value{}, false
}

// appendJSON writes the value as compact JSON.
func (v value) appendJSON(out []byte) []byte {
	switch v.kind {
	case nullKind:
		return append(out, "null"...)
	case booleanKind, numberKind:
		return append(out, v.text...)
	case textKind:
		return button.AppendString(out, v.text)
	case arrayKind:
		out = append(out, '[')
		for i, item := range v.items {
			if i > 0 {
				out = append(out, ',')
			}
			out = item.appendJSON(out)
		}
		return append(out, ']')
	}
	out = append(out, '{')
	for i, member := range v.members {
		if i > 0 {
			out = append(out, ',')
		}
		out = button.AppendString(out, member.name)
		out = append(out, ':')
		out = member.value.appendJSON(out)
	}
	return append(out, '}')
}

func (v value) json() json.RawMessage { return v.appendJSON(nil) }
