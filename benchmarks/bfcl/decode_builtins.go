package bfcl

import (
	"math"

	"github.com/buttonbench/button/internal/python"
)

// The official decoder computes an operation with all of Python. Of its functions
// these few are known here, those that compute a number or a text of their
// arguments and do nothing else; a call of any other is an error.
func isBuiltin(name string) bool {
	switch name {
	case "abs", "float", "int", "len", "max", "min", "pow", "round", "str", "sum":
		return true
	}
	return false
}

// builtin answers a call of a known function. What it makes is part of the work.
func (d *promptDecoder) builtin(name string, arguments []python.Value, keywords []python.Keyword) (python.Value, error) {
	value, err := callBuiltin(name, arguments, keywords)
	switch made := value.(type) {
	case string:
		d.left -= len(made)
	case python.Int:
		if _, isSmall := made.Int64(); !isSmall {
			d.left -= made.Big().BitLen()
		}
	}
	if d.left < 0 && err == nil {
		err = python.Raise("MemoryError", "more than may be made")
	}
	return value, err
}

// callBuiltin calls a known function with arguments by their place.
func callBuiltin(name string, arguments []python.Value, keywords []python.Keyword) (python.Value, error) {
	if len(keywords) > 0 || len(arguments) == 0 {
		return nil, unusual(name)
	}
	first := arguments[0]
	switch {
	case name == "max" || name == "min":
		return extreme(name, arguments)
	case name == "pow" && len(arguments) == 2:
		return python.Power(first, arguments[1])
	case name == "round" && len(arguments) <= 2:
		return rounded(arguments)
	case len(arguments) > 1:
		return nil, unusual(name)
	}
	switch name {
	case "abs":
		return absolute(first)
	case "float":
		return valueOr(python.ToFloat(first))
	case "int":
		return valueOr(python.ToInt(first))
	case "len":
		length, err := python.Length(first)
		return python.NewInt(int64(length)), err
	case "str":
		return valueOr(python.Str(first))
	case "sum":
		return total(first)
	}
	return nil, unusual(name)
}

func unusual(name string) error {
	return python.Raise("NotImplementedError", "%s() is not computed with these arguments", name)
}

// valueOr makes one kind of results of all.
func valueOr[T any](value T, err error) (python.Value, error) {
	if err != nil {
		return nil, err
	}
	return value, nil
}

func absolute(v python.Value) (python.Value, error) {
	if x, isFloat := v.(float64); isFloat {
		return math.Abs(x), nil
	}
	negative, err := python.Compare("<", v, python.NewInt(0))
	if err != nil {
		return nil, unusual("abs")
	}
	if negative {
		return python.Negate(v)
	}
	return python.Plus(v)
}

func total(v python.Value) (python.Value, error) {
	items, err := python.Iterate(v)
	if err != nil {
		return nil, err
	}
	sum := python.Value(python.NewInt(0))
	for _, item := range items {
		if !isPlain(item) {
			return nil, unusual("sum")
		}
		if sum, err = python.Add(sum, item); err != nil {
			return nil, err
		}
	}
	return sum, nil
}

// isPlain reports a number that takes no time to speak of.
func isPlain(v python.Value) bool {
	switch v := v.(type) {
	case bool, float64:
		return true
	case python.Int:
		_, isSmall := v.Int64()
		return isSmall
	}
	return false
}

// extreme is the first of the greatest or least.
func extreme(name string, items []python.Value) (python.Value, error) {
	if len(items) == 1 {
		var err error
		if items, err = python.Iterate(items[0]); err != nil {
			return nil, err
		}
		if len(items) == 0 {
			return nil, python.Raise("ValueError", "%s() arg is an empty sequence", name)
		}
	}
	operator := map[string]string{"max": ">", "min": "<"}[name]
	best := items[0]
	for _, item := range items[1:] {
		if _, isText := item.(string); !isText && !isPlain(item) {
			return nil, unusual(name)
		}
		better, err := python.Compare(operator, item, best)
		if err != nil {
			return nil, err
		}
		if better {
			best = item
		}
	}
	return best, nil
}

// rounded is round(x), a whole number, or round(x, digits).
func rounded(arguments []python.Value) (python.Value, error) {
	x, isFloat := arguments[0].(float64)
	if !isFloat {
		n, err := python.Plus(arguments[0])
		if _, isInt := n.(python.Int); err != nil || !isInt || len(arguments) > 1 {
			return nil, unusual("round")
		}
		return n, nil
	}
	if len(arguments) == 1 {
		return valueOr(python.ToInt(math.RoundToEven(x)))
	}
	n, isInt := arguments[1].(python.Int)
	digits, isSmall := n.Int64()
	if !isInt || !isSmall || digits < -400 || digits > 400 {
		return nil, unusual("round")
	}
	return python.Round(x, int(digits)), nil
}
