package quality

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// evaluate computes the value that a path and a transform take from the results
// of calls, with its type. A tie is an error: which of two equal values is the
// smallest is nobody's choice.
func evaluate(calls []*call, path string, transform *button.Transform) (world.Value, *world.Type, error) {
	if len(calls) == 0 {
		return nil, nil, fmt.Errorf("no calls to take a value from")
	}
	op := ""
	if transform != nil {
		if op = transform.Op; op == "" {
			return nil, nil, fmt.Errorf("a transform without an operation")
		}
		if err := trim(transform); err != nil {
			return nil, nil, err
		}
	}
	switch op {
	case button.OpWinnerMin, button.OpWinnerMax:
		return winner(calls, path, transform)
	case button.OpSum:
		return sum(calls, path)
	}
	if len(calls) != 1 {
		return nil, nil, fmt.Errorf("%d calls, want one", len(calls))
	}
	switch op {
	case "":
		return at(calls[0], path)
	case button.OpMin, button.OpMax, button.OpEach:
		return item(calls[0], path, transform)
	case button.OpDate, button.OpTime:
		return moment(calls[0], path, op)
	}
	return nil, nil, fmt.Errorf("unknown operation %q", op)
}

// trim wants no members on a transform that its operation does not read.
func trim(t *button.Transform) error {
	ranks := t.Op == button.OpMin || t.Op == button.OpMax
	winner := t.Op == button.OpWinnerMin || t.Op == button.OpWinnerMax
	list := ranks || t.Op == button.OpEach
	switch {
	case (t.Over != "") != list, (t.By != "") != (ranks || winner), !list && len(t.Where) > 0, t.Index != 0 && t.Op != button.OpEach:
		return fmt.Errorf("the members of the transform do not suit %q", t.Op)
	}
	return nil
}

// at takes a value from one result: "fare", or "trains[2].fare".
func at(from *call, path string) (world.Value, *world.Type, error) {
	function, outcome := from.function, from.outcome
	open := strings.IndexByte(path, '[')
	if open < 0 {
		field := function.Field(path)
		if field == nil {
			return nil, nil, fmt.Errorf("%s returns no field %q", from.Name, clip(path))
		}
		return present(outcome.Fields, field)
	}
	index, rest, ok := strings.Cut(path[open+1:], "].")
	n, err := strconv.Atoi(index)
	if !ok || err != nil || strconv.Itoa(n) != index || path[:open] != function.List || n < 0 || n >= len(outcome.Items) {
		return nil, nil, fmt.Errorf("%s returns nothing at %q", from.Name, clip(path))
	}
	field := function.Item(rest)
	if field == nil {
		return nil, nil, fmt.Errorf("the items of %s have no field %q", from.Name, clip(rest))
	}
	return present(outcome.Items[n], field)
}

func present(values map[string]world.Value, field *world.Field) (world.Value, *world.Type, error) {
	value, ok := values[field.Path]
	if !ok {
		return nil, nil, fmt.Errorf("the result has no %q", field.Path)
	}
	return value, field.Type, nil
}

// item takes a field of the one item that a selection chooses.
func item(from *call, path string, t *button.Transform) (world.Value, *world.Type, error) {
	name, isItem := strings.CutPrefix(path, t.Over+".")
	if from.function.List == "" || t.Over != from.function.List+"[]" || !isItem {
		return nil, nil, fmt.Errorf("%q is no field of the items of %s", clip(path), from.Name)
	}
	field := from.function.Item(name)
	if field == nil {
		return nil, nil, fmt.Errorf("the items of %s have no field %q", from.Name, clip(name))
	}
	left, err := matching(from, t.Where)
	if err != nil {
		return nil, nil, err
	}
	chosen := t.Index
	if t.Op == button.OpEach {
		if chosen < 0 || chosen >= len(left) {
			return nil, nil, fmt.Errorf("item %d of the %d that are left", chosen, len(left))
		}
	} else if chosen, err = best(len(left), t.Op == button.OpMax, func(i int) (world.Value, error) {
		by := from.function.Item(t.By)
		if by == nil || !by.Type.Rankable() {
			return nil, fmt.Errorf("items of %s cannot be ranked by %q", from.Name, clip(t.By))
		}
		value, _, err := present(from.outcome.Items[left[i]], by)
		return value, err
	}, inWorld); err != nil {
		return nil, nil, err
	}
	return present(from.outcome.Items[left[chosen]], field)
}

// matching lists the items that meet all conditions.
func matching(from *call, where []button.Condition) ([]int, error) {
	var left []int
	for i, values := range from.outcome.Items {
		fits := true
		for k := range where {
			field := from.function.Item(where[k].Field)
			if field == nil {
				return nil, fmt.Errorf("the items of %s have no field %q", from.Name, clip(where[k].Field))
			}
			value, _, err := present(values, field)
			if err != nil {
				return nil, err
			}
			bound, err := field.Type.Decode(where[k].Value)
			if err != nil {
				return nil, fmt.Errorf("the value of the filter by %s: %w", field.Path, err)
			}
			holds, err := compare(where[k].Op, value, bound)
			if err != nil {
				return nil, err
			}
			if field.Type.Base == world.Bool && where[k].Op != "is" {
				return nil, fmt.Errorf("a yes or no cannot be %s", where[k].Op)
			}
			fits = fits && holds
		}
		if fits {
			left = append(left, i)
		}
	}
	return left, nil
}

func compare(op string, value, bound world.Value) (bool, error) {
	switch op {
	case "is":
		return value == bound, nil
	case "at_least":
		return world.Compare(value, bound) >= 0, nil
	case "at_most":
		return world.Compare(value, bound) <= 0, nil
	}
	return false, fmt.Errorf("unknown comparison %q", clip(op))
}

// best returns the position of the smallest or largest of n values; there must
// be at least two, and no tie.
func best(n int, largest bool, value func(int) (any, error), compare func(a, b any) (int, error)) (int, error) {
	if n < 2 {
		return 0, fmt.Errorf("%d candidates leave no choice", n)
	}
	chosen, tie := 0, false
	top, err := value(0)
	for i := 1; i < n && err == nil; i++ {
		var other any
		if other, err = value(i); err != nil {
			break
		}
		var order int
		if order, err = compare(other, top); largest {
			order = -order
		}
		if order < 0 {
			chosen, top, tie = i, other, false
		} else if order == 0 {
			tie = true
		}
	}
	if err == nil && tie {
		err = fmt.Errorf("a tie between several candidates")
	}
	return chosen, err
}

// inWorld orders two values of a rankable type.
func inWorld(a, b any) (int, error) { return world.Compare(a, b), nil }

// winner takes an argument of the call whose result is smallest or largest.
func winner(calls []*call, path string, t *button.Transform) (world.Value, *world.Type, error) {
	first := calls[0].function
	by, param := first.Field(t.By), first.Param(path)
	if by == nil || param == nil || !by.Type.Rankable() {
		return nil, nil, fmt.Errorf("%s cannot be compared by %q for %q", calls[0].Name, clip(t.By), clip(path))
	}
	chosen, err := best(len(calls), t.Op == button.OpWinnerMax, func(i int) (world.Value, error) {
		if calls[i].function != first {
			return nil, fmt.Errorf("the calls compared are of several functions")
		}
		value, _, err := present(calls[i].outcome.Fields, by)
		return value, err
	}, inWorld)
	if err != nil {
		return nil, nil, err
	}
	value, ok := calls[chosen].arguments[path]
	if !ok {
		return nil, nil, fmt.Errorf("the call that wins has no argument %q", path)
	}
	return value, param.Type, nil
}

// sum adds one field over several results.
func sum(calls []*call, path string) (world.Value, *world.Type, error) {
	var total int64
	var kind *world.Type
	for _, from := range calls {
		value, t, err := at(from, path)
		if err != nil {
			return nil, nil, err
		}
		amount, ok := value.(int64)
		if !ok || kind != nil && t != kind || t.Base == world.Number {
			return nil, nil, fmt.Errorf("%q of %s cannot be added up", clip(path), from.Name)
		}
		total += amount
		kind = t
	}
	if len(calls) < 2 {
		return nil, nil, fmt.Errorf("a sum of %d values", len(calls))
	}
	return total, kind, nil
}

// moment takes the date or the time of day of a date-time. Its type is that of no
// field: the base type's own name says what it is.
func moment(from *call, path, op string) (world.Value, *world.Type, error) {
	value, t, err := at(from, path)
	if err != nil {
		return nil, nil, err
	}
	text, ok := value.(string)
	if t.Base != world.DateTime || !ok || len(text) != len("2006-01-02T15:04") {
		return nil, nil, fmt.Errorf("%q of %s is no date-time", clip(path), from.Name)
	}
	if op == button.OpDate {
		return text[:10], nil, nil
	}
	return text[11:], nil, nil
}
