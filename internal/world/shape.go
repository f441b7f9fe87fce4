package world

import (
	"errors"
	"fmt"

	"go.starlark.net/starlark"
)

// shape is one member of a function's arguments or result: a value, a list of
// values, an object, or the result's list of items. Leaves repeat what Param
// and Field say; the tree keeps how they nest and in which order.
type shape struct {
	name, path  string
	kind        shapeKind
	required    bool
	leaf        *Type // value, values
	members     []*shape
	description string
}

type shapeKind int

const (
	shapeValue  shapeKind = iota
	shapeValues           // a list of values (arguments only)
	shapeObject
	shapeItems // the list of items (results only)
)

// Bounds on one result.
const (
	maxItems       = 100
	maxListValues  = 20
	maxResultBytes = 64 << 10
)

// argumentValue builds the dict that a function receives.
func (f *Function) argumentValue(arguments map[string]Value) (starlark.Value, error) {
	used := 0
	dict, err := argumentDict(f.input, arguments, &used)
	if err != nil {
		return nil, err
	}
	if used < len(arguments) {
		for _, path := range sortedKeys(arguments) {
			if f.Param(path) == nil {
				return nil, fmt.Errorf("no parameter %q", clip(path))
			}
		}
	}
	return dict, nil
}

func argumentDict(members []*shape, arguments map[string]Value, used *int) (*starlark.Dict, error) {
	dict := starlark.NewDict(len(members))
	for _, member := range members {
		var value starlark.Value
		var err error
		if member.kind == shapeObject {
			if !member.required && !member.present(arguments) {
				continue
			}
			value, err = argumentDict(member.members, arguments, used)
		} else {
			given, ok := arguments[member.path]
			if !ok && !member.required {
				continue
			}
			if !ok {
				return nil, fmt.Errorf("%s: missing", member.path)
			}
			*used++
			value, err = member.starlark(given)
		}
		if err != nil {
			return nil, err
		}
		if err := dict.SetKey(starlark.String(member.name), value); err != nil {
			return nil, err
		}
	}
	return dict, nil
}

// present reports whether any leaf of an object is given.
func (s *shape) present(arguments map[string]Value) bool {
	for _, member := range s.members {
		if member.kind == shapeObject && member.present(arguments) {
			return true
		}
		if _, ok := arguments[member.path]; ok {
			return true
		}
	}
	return false
}

// starlark turns a given value, or list of values, into Starlark's.
func (s *shape) starlark(given Value) (starlark.Value, error) {
	if s.kind == shapeValue {
		if err := s.leaf.valid(given); err != nil {
			return nil, fmt.Errorf("%s: %w", s.path, err)
		}
		return leafStarlark(given), nil
	}
	list, ok := given.([]Value)
	if !ok {
		return nil, fmt.Errorf("%s: want a list of values, have %T", s.path, given)
	}
	if err := checkListLength(list); err != nil {
		return nil, fmt.Errorf("%s: %w", s.path, err)
	}
	items := make([]starlark.Value, len(list))
	for i, value := range list {
		if err := s.leaf.valid(value); err != nil {
			return nil, fmt.Errorf("%s: value %d: %w", s.path, i+1, err)
		}
		items[i] = leafStarlark(value)
	}
	return starlark.NewList(items), nil
}

func checkListLength[T any](list []T) error {
	switch {
	case len(list) == 0:
		return errors.New("the list is empty; want at least one value")
	case len(list) > maxListValues:
		return fmt.Errorf("%d values are more than the allowed %d", len(list), maxListValues)
	}
	return nil
}

func leafStarlark(value Value) starlark.Value {
	switch value := value.(type) {
	case string:
		return starlark.String(value)
	case int64:
		return starlark.MakeInt64(value)
	default:
		return starlark.Bool(value.(bool))
	}
}

// leafValue turns a Starlark value into the canonical value of a type.
func leafValue(t *Type, value starlark.Value) (Value, error) {
	var out Value
	switch value := value.(type) {
	case starlark.String:
		out = string(value)
	case starlark.Bool:
		out = bool(value)
	case starlark.Int:
		number, ok := value.Int64()
		if !ok {
			return nil, errors.New("the number does not fit into 64 bits")
		}
		out = number
	default:
		return nil, fmt.Errorf("want %s, have %s", t.kindName(), value.Type())
	}
	return out, t.valid(out)
}

// outcome checks and converts what a function returned. Its JSON has the
// members in declared order, so equal results are equal bytes.
func (f *Function) outcome(returned starlark.Value) (*Outcome, error) {
	dict, ok := returned.(*starlark.Dict)
	if !ok {
		return nil, fmt.Errorf("want a dict as the result, have %s", returned.Type())
	}
	out := &Outcome{Fields: make(map[string]Value, len(f.Fields))}
	text, err := out.object(make([]byte, 0, 256), f.output, dict, out.Fields)
	if err != nil {
		return nil, fmt.Errorf("result: %w", err)
	}
	if len(text) > maxResultBytes {
		return nil, fmt.Errorf("result: %d bytes are more than the allowed %d", len(text), maxResultBytes)
	}
	out.JSON = text
	return out, nil
}

func (o *Outcome) object(text []byte, members []*shape, dict *starlark.Dict, into map[string]Value) ([]byte, error) {
	text = append(text, '{')
	for i, member := range members {
		if i > 0 {
			text = append(text, ',')
		}
		text = append(append(append(text, '"'), member.name...), '"', ':')
		value, found, _ := dict.Get(starlark.String(member.name))
		if !found {
			return nil, fmt.Errorf("%s: missing", member.path)
		}
		var err error
		if text, err = o.member(text, member, value, into); err != nil {
			return nil, err
		}
	}
	if dict.Len() > len(members) {
		return nil, extraMember(members, dict)
	}
	return append(text, '}'), nil
}

func (o *Outcome) member(text []byte, member *shape, value starlark.Value, into map[string]Value) ([]byte, error) {
	switch member.kind {
	case shapeObject:
		inner, ok := value.(*starlark.Dict)
		if !ok {
			return nil, fmt.Errorf("%s: want a dict, have %s", member.path, value.Type())
		}
		return o.object(text, member.members, inner, into)
	case shapeItems:
		return o.items(text, member, value)
	default:
		leaf, err := leafValue(member.leaf, value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", member.path, err)
		}
		into[member.path] = leaf
		return member.leaf.appendValue(text, leaf), nil
	}
}

func (o *Outcome) items(text []byte, member *shape, value starlark.Value) ([]byte, error) {
	list, ok := value.(*starlark.List)
	if !ok {
		return nil, fmt.Errorf("%s: want a list, have %s", member.name, value.Type())
	}
	if list.Len() > maxItems {
		return nil, fmt.Errorf("%s: %d items are more than the allowed %d", member.name, list.Len(), maxItems)
	}
	o.Items = make([]map[string]Value, list.Len())
	text = append(text, '[')
	for i := range o.Items {
		if i > 0 {
			text = append(text, ',')
		}
		item, ok := list.Index(i).(*starlark.Dict)
		if !ok {
			return nil, fmt.Errorf("%s: item %d: want a dict, have %s", member.name, i+1, list.Index(i).Type())
		}
		o.Items[i] = make(map[string]Value, len(member.members))
		var err error
		if text, err = o.object(text, member.members, item, o.Items[i]); err != nil {
			return nil, fmt.Errorf("%s: item %d: %w", member.name, i+1, err)
		}
	}
	return append(text, ']'), nil
}

func extraMember(members []*shape, dict *starlark.Dict) error {
	known := map[string]bool{}
	for _, member := range members {
		known[member.name] = true
	}
	for key := range dict.Entries() {
		if name, ok := starlark.AsString(key); !ok || !known[name] {
			return fmt.Errorf("field %s is not declared in gives", clip(key.String()))
		}
	}
	return errors.New("has fields that are not declared in gives")
}
