package services

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// record returns a map of names and values in turn, in that order.
func record(namesAndValues ...any) *python.Dict { return python.NewRecord(namesAndValues...) }

// failure is the result of a call that the service itself refuses: a map with
// the one member "error". The call has not raised.
func failure(text string) *python.Dict { return record("error", text) }

// failuref is failure with Python's str of the values put for each %s. It fails
// as that does: for a whole number of too many digits.
func failuref(format string, values ...python.Value) (python.Value, error) {
	text, err := textf(format, values...)
	if err != nil {
		return nil, err
	}
	return failure(text), nil
}

// resultf is a map with the one member "result", worded as by failuref.
func resultf(format string, values ...python.Value) (python.Value, error) {
	text, err := textf(format, values...)
	if err != nil {
		return nil, err
	}
	return record("result", text), nil
}

// textf puts Python's str of the values for each %s of the format.
func textf(format string, values ...python.Value) (string, error) {
	var text strings.Builder
	for _, value := range values {
		before, after, _ := strings.Cut(format, "%s")
		shown, err := python.Str(value)
		if err != nil {
			return "", err
		}
		text.WriteString(before)
		text.WriteString(shown)
		format = after
	}
	text.WriteString(format)
	return text.String(), nil
}

// whole is a whole number.
func whole(n int) python.Int { return python.NewInt(int64(n)) }

// noAttribute is the AttributeError of a value whose kind lacks a method.
func noAttribute(value python.Value, name string) error {
	return python.Raise("AttributeError", "'%s' object has no attribute '%s'", python.KindName(value), name)
}

// IsFailure reports whether a result text tells of an exception or a refusal.
func IsFailure(result string) bool {
	return strings.HasPrefix(result, failed) || strings.HasPrefix(result, `{"error": `)
}
