package world

import (
	"encoding/json"
	"fmt"

	"github.com/buttonbench/button"
)

// EncodeArguments returns arguments by leaf path as the JSON object of a call,
// in declared order, with nested objects rebuilt. Absent optional ones are left
// out; paths that the function lacks are ignored.
func (f *Function) EncodeArguments(arguments map[string]Value) json.RawMessage {
	return appendArguments(nil, f.input, arguments)
}

func appendArguments(out []byte, members []*shape, arguments map[string]Value) []byte {
	out = append(out, '{')
	first := true
	for _, member := range members {
		value, given := arguments[member.path]
		if member.kind == shapeObject {
			given = member.present(arguments)
		}
		if !given {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = append(append(append(out, '"'), member.name...), '"', ':')
		if member.kind == shapeObject {
			out = appendArguments(out, member.members, arguments)
		} else {
			out = member.leaf.appendValue(out, value)
		}
	}
	return append(out, '}')
}

// DecodeArguments is the inverse of EncodeArguments. It refuses unknown and
// missing members and values that are not valid for their types; it does not
// check the limits of literals, which the schema states.
func (f *Function) DecodeArguments(arguments json.RawMessage) (map[string]Value, error) {
	out := map[string]Value{}
	return out, decodeArguments(f.input, "", arguments, out)
}

func decodeArguments(shapes []*shape, within string, raw json.RawMessage, into map[string]Value) error {
	members, err := button.ParseMembers(raw)
	if err != nil {
		if within == "" {
			return fmt.Errorf("arguments: %w", err)
		}
		return fmt.Errorf("%s: %w", within, err)
	}
	known := 0
	for _, shape := range shapes {
		value := members.Get(shape.name)
		if value == nil {
			if shape.required {
				return fmt.Errorf("%s: missing", shape.path)
			}
			continue
		}
		known++
		if shape.kind == shapeObject {
			err = decodeArguments(shape.members, shape.path, value, into)
		} else {
			err = shape.decode(value, into)
		}
		if err != nil {
			return err
		}
	}
	if known == len(members) {
		return nil
	}
	return unknownArgument(shapes, within, members)
}

func (s *shape) decode(raw json.RawMessage, into map[string]Value) error {
	if s.kind == shapeValue {
		value, err := s.leaf.Decode(raw)
		if err != nil {
			return fmt.Errorf("%s: %w", s.path, err)
		}
		into[s.path] = value
		return nil
	}
	var items []json.RawMessage
	if err := json.Unmarshal(raw, &items); err != nil || items == nil {
		return fmt.Errorf("%s: want a list, have %s", s.path, clip(string(raw)))
	}
	if err := checkListLength(items); err != nil {
		return fmt.Errorf("%s: %w", s.path, err)
	}
	values := make([]Value, len(items))
	for i, item := range items {
		value, err := s.leaf.Decode(item)
		if err != nil {
			return fmt.Errorf("%s: value %d: %w", s.path, i+1, err)
		}
		values[i] = value
	}
	into[s.path] = values
	return nil
}

func unknownArgument(shapes []*shape, within string, members button.Members) error {
	known := map[string]bool{}
	for _, shape := range shapes {
		known[shape.name] = true
	}
	for _, member := range members {
		if !known[member.Name] {
			if within != "" {
				return fmt.Errorf("%s: no member %q", within, clip(member.Name))
			}
			return fmt.Errorf("no parameter %q", clip(member.Name))
		}
	}
	return nil
}
