package bfcl

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// DecodeExecution decodes the raw result of one response into the texts of its
// calls, name(k=value, ...), for execution. In native mode a single object stands
// for a list of one, and each key of an object counts. Errors are *DecodeError.
func DecodeExecution(mode Mode, raw python.Value) ([]string, error) {
	if mode != ModePrompt {
		return nativeTexts(raw)
	}
	decoded, err := decodePrompt(raw)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(decoded.Items))
	for i, item := range decoded.Items {
		var out strings.Builder
		if err := writeNestedCall(&out, item.(*python.Dict)); err != nil {
			return nil, err
		}
		texts[i] = out.String()
	}
	return texts, nil
}

func nativeTexts(raw python.Value) ([]string, error) {
	elements := []python.Value{raw}
	if _, isObject := raw.(*python.Dict); !isObject {
		var err error
		if elements, err = nativeElements(raw); err != nil {
			return nil, err
		}
	}
	texts := make([]string, 0, len(elements))
	for _, element := range elements {
		object, ok := element.(*python.Dict)
		if !ok {
			return nil, undecodable("a call that is no object: %s", python.KindName(element))
		}
		for i := range object.Len() {
			name, arguments := object.At(i)
			text, err := nativeText(name, arguments)
			if err != nil {
				return nil, err
			}
			texts = append(texts, text)
		}
	}
	return texts, nil
}

func nativeText(name, arguments python.Value) (string, error) {
	if _, isText := arguments.(string); isText {
		var err error
		if arguments, err = nativeArguments(arguments); err != nil {
			return "", err
		}
	}
	members, ok := arguments.(*python.Dict)
	if !ok {
		return "", undecodable("arguments that are no object: %s", python.KindName(arguments))
	}
	var out strings.Builder
	if err := writeText(&out, name, python.Str); err != nil {
		return "", err
	}
	out.WriteByte('(')
	for i := range members.Len() {
		key, value := members.At(i)
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeText(&out, key, python.Str); err != nil {
			return "", err
		}
		out.WriteByte('=')
		if err := writeText(&out, value, python.Repr); err != nil {
			return "", err
		}
	}
	out.WriteByte(')')
	return out.String(), nil
}

func writeText(out *strings.Builder, value python.Value, show func(python.Value) (string, error)) error {
	text, err := show(value)
	if err != nil {
		return because("printing a call", err)
	}
	out.WriteString(text)
	return nil
}

// writeNestedCall writes the first key of a map as a call of the members of its
// value.
func writeNestedCall(out *strings.Builder, call *python.Dict) error {
	if call.Len() == 0 {
		return undecodable("an empty map where a call is taken to stand")
	}
	name, value := call.At(0)
	arguments, ok := value.(*python.Dict)
	if !ok {
		return undecodable("a call of %s", python.KindName(value))
	}
	if err := writeText(out, name, python.Str); err != nil {
		return err
	}
	out.WriteByte('(')
	for i := range arguments.Len() {
		key, value := arguments.At(i)
		if i > 0 {
			out.WriteString(", ")
		}
		if err := writeText(out, key, python.Str); err != nil {
			return err
		}
		out.WriteByte('=')
		if err := writeNested(out, value); err != nil {
			return err
		}
	}
	out.WriteByte(')')
	return nil
}

// writeNested writes a value. A map whose values are all maps, also one without
// any, is taken for a call; lists are shown as they are, whatever is in them.
func writeNested(out *strings.Builder, value python.Value) error {
	dict, ok := value.(*python.Dict)
	if !ok {
		return writeText(out, value, python.Repr)
	}
	isCall := true
	for i := range dict.Len() {
		_, member := dict.At(i)
		isCall = isCall && isDict(member)
	}
	if isCall {
		return writeNestedCall(out, dict)
	}
	out.WriteByte('{')
	for i := range dict.Len() {
		key, member := dict.At(i)
		if i > 0 {
			out.WriteString(", ")
		}
		out.WriteByte('\'')
		if err := writeText(out, key, python.Str); err != nil {
			return err
		}
		out.WriteString("': ")
		if err := writeNested(out, member); err != nil {
			return err
		}
	}
	out.WriteByte('}')
	return nil
}
