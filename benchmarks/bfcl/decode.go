package bfcl

import (
	"fmt"

	"github.com/buttonbench/button/internal/python"
)

// DecodeError is a result that does not decode to calls. Many do not, so its text is
// made only when it is wanted.
type DecodeError struct {
	Doing string // what failed
	Cause error  // with what; nil when Doing says it all
}

func (e *DecodeError) Error() string {
	if e.Cause == nil {
		return e.Doing
	}
	return e.Doing + ": " + e.Cause.Error()
}

// Unwrap returns the cause.
func (e *DecodeError) Unwrap() error { return e.Cause }

func undecodable(format string, values ...any) error {
	return &DecodeError{Doing: fmt.Sprintf(format, values...)}
}

// because makes a decode error of what a step failed with.
func because(doing string, err error) error { return &DecodeError{Doing: doing, Cause: err} }

// Decode decodes the raw result of one response for the checkers of calls and of
// relevance, in the Python categories. A result in native mode is a list of
// one-key objects from a function's name to the text of its arguments; in prompt
// mode it is the message's text. The value decoded is a list; in prompt mode its
// elements are one-key maps from a name to a map of arguments, in native mode the
// arguments are whatever their JSON says. Errors are *DecodeError.
func Decode(mode Mode, raw python.Value) (python.Value, error) {
	if mode != ModePrompt {
		return decodeNative(raw)
	}
	calls, err := decodePrompt(raw)
	if err != nil {
		return nil, err
	}
	return calls, nil
}

func decodeNative(raw python.Value) (python.Value, error) {
	elements, err := nativeElements(raw)
	if err != nil {
		return nil, err
	}
	calls := &python.List{Items: make([]python.Value, 0, len(elements))}
	for _, element := range elements {
		object, ok := element.(*python.Dict)
		if !ok || object.Len() == 0 {
			return nil, undecodable("a call that is no object with a name: %s", python.KindName(element))
		}
		name, text := object.At(0)
		arguments, err := nativeArguments(text)
		if err != nil {
			return nil, err
		}
		call := python.MakeDict(1)
		if err := call.Set(name, arguments); err != nil {
			return nil, because("naming a call", err)
		}
		calls.Items = append(calls.Items, call)
	}
	return calls, nil
}

// nativeElements walks a raw result as Python walks it: text and maps too, whose
// elements are no calls, so that only empty ones decode.
func nativeElements(raw python.Value) ([]python.Value, error) {
	if text, ok := raw.(string); ok && text != "" {
		return nil, undecodable("text instead of calls")
	}
	elements, err := python.Iterate(raw)
	if err != nil {
		return nil, because("reading calls", err)
	}
	return elements, nil
}

func nativeArguments(text python.Value) (python.Value, error) {
	written, ok := text.(string)
	if !ok {
		return nil, undecodable("arguments that are no text: %s", python.KindName(text))
	}
	arguments, err := python.ParseJSON(written)
	if err != nil {
		return nil, because("reading arguments", err)
	}
	return arguments, nil
}
