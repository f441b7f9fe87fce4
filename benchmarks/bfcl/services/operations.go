package services

import (
	"errors"
	"slices"

	"github.com/buttonbench/button/internal/python"
)

// increased is value + 1.
func increased(value python.Value) (python.Value, error) {
	return python.Add(value, whole(1))
}

// lowered is value.lower().
func lowered(value python.Value) (string, error) {
	text, isText := value.(string)
	if !isText {
		return "", noAttribute(value, "lower")
	}
	return python.Lower(text), nil
}

// holds reports whether a list has an item equal to value; it never raises.
func holds(list *python.List, value python.Value) bool {
	return slices.ContainsFunc(list.Items, func(item python.Value) bool { return python.Equal(item, value) })
}

// removeFirst takes the first item equal to value out of a list.
func removeFirst(list *python.List, value python.Value) {
	at := slices.IndexFunc(list.Items, func(item python.Value) bool { return python.Equal(item, value) })
	if at >= 0 {
		list.Items = slices.Delete(list.Items, at, at+1)
	}
}

// isKind reports whether an error is an exception of a class.
func isKind(err error, kind string) bool {
	var exception *python.Exception
	return errors.As(err, &exception) && exception.Kind == kind
}
