package services

import (
	"math"

	"github.com/buttonbench/button/internal/python"
)

const notAllNumbers = "All elements in the list must be numbers"

// overList computes something of the elements of an argument: of what a for loop
// would walk. An empty or otherwise false argument is refused.
func overList(numbers python.Value, doing string, compute func([]python.Value) (python.Value, error)) (python.Value, error) {
	if !python.Truth(numbers) {
		return failure("Cannot " + doing + " of an empty list"), nil
	}
	items, err := python.Iterate(numbers)
	if err != nil {
		return outcome(nil, err, notAllNumbers)
	}
	value, err := compute(items)
	return outcome(value, err, notAllNumbers)
}

func (*mathService) mean(arguments []python.Value) (python.Value, error) {
	return overList(arguments[0], "calculate mean", meanOf)
}

func (*mathService) sum(arguments []python.Value) (python.Value, error) {
	return overList(arguments[0], "calculate sum", sumOf)
}

func (*mathService) minimum(arguments []python.Value) (python.Value, error) {
	return overList(arguments[0], "find minimum", func(items []python.Value) (python.Value, error) { return extremeOf("<", items) })
}

func (*mathService) maximum(arguments []python.Value) (python.Value, error) {
	return overList(arguments[0], "find maximum", func(items []python.Value) (python.Value, error) { return extremeOf(">", items) })
}

func (*mathService) standardDeviation(arguments []python.Value) (python.Value, error) {
	return overList(arguments[0], "calculate standard deviation", deviationOf)
}

// sumOf adds from the left, beginning with the whole number 0.
func sumOf(items []python.Value) (python.Value, error) {
	var total python.Value = whole(0)
	for _, item := range items {
		var err error
		if total, err = python.Add(total, item); err != nil {
			return nil, err
		}
	}
	return total, nil
}

func meanOf(items []python.Value) (python.Value, error) {
	total, err := sumOf(items)
	if err != nil {
		return nil, err
	}
	return python.TrueDivide(total, whole(len(items)))
}

// deviationOf is the population standard deviation.
func deviationOf(items []python.Value) (python.Value, error) {
	mean, err := meanOf(items)
	if err != nil {
		return nil, err
	}
	squares := make([]python.Value, len(items))
	for i, item := range items {
		distance, err := python.Sub(item, mean)
		if err != nil {
			return nil, err
		}
		if squares[i], err = python.Power(distance, whole(2)); err != nil {
			return nil, err
		}
	}
	variance, err := meanOf(squares)
	if err != nil {
		return nil, err
	}
	real, err := python.ToFloat(variance)
	return math.Sqrt(real), err
}

// extremeOf is the first item that no other precedes in the order given.
func extremeOf(operator string, items []python.Value) (python.Value, error) {
	extreme := items[0]
	for _, item := range items[1:] {
		before, err := python.Compare(operator, item, extreme)
		if err != nil {
			return nil, err
		}
		if before {
			extreme = item
		}
	}
	return extreme, nil
}
