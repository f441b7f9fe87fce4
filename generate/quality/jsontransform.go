package quality

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/grounding"
	"github.com/buttonbench/button/internal/schema"
)

// evaluateJSON computes the value that a path and a transform take from the results
// of calls. A tie is an error.
func evaluateJSON(calls []*call, path string, t *button.Transform) (any, error) {
	for _, from := range calls {
		if from.invented.failed || from.result < 0 {
			return nil, fmt.Errorf("%s brought no result", from.Name)
		}
	}
	op := ""
	if t != nil {
		if op = t.Op; op == "" {
			return nil, fmt.Errorf("a transform without an operation")
		}
		if err := trim(t); err != nil {
			return nil, err
		}
	}
	switch {
	case op == button.OpWinnerMin || op == button.OpWinnerMax:
		return winnerJSON(calls, path, t)
	case op == button.OpSum:
		return sumJSON(calls, path)
	case len(calls) != 1:
		return nil, fmt.Errorf("%d calls, want one", len(calls))
	case op == button.OpMin || op == button.OpMax || op == button.OpEach:
		return itemJSON(calls[0], path, t)
	}
	values, err := lookUpAll(calls[0].invented.result, path)
	if err != nil {
		return nil, err
	}
	if op == "" {
		if strings.Contains(path, "[]") {
			return values, nil
		}
		return values[0], nil
	}
	if op != button.OpDate && op != button.OpTime || len(values) != 1 {
		return nil, fmt.Errorf("unknown operation %q", clip(op))
	}
	text, _ := values[0].(string)
	date, clock, ok := splitMoment(text)
	if !ok {
		return nil, fmt.Errorf("%q of %s is no date-time", clip(path), calls[0].Name)
	}
	if op == button.OpDate {
		return date, nil
	}
	return clock, nil
}

// splitMoment parts a date-time into its date and its time of day, to the minute.
func splitMoment(text string) (date, clock string, ok bool) {
	if len(text) < len("2006-01-02T15:04") || text[4] != '-' || text[7] != '-' || text[10] != 'T' && text[10] != ' ' || text[13] != ':' {
		return "", "", false
	}
	return text[:10], text[11:16], true
}

// itemJSON takes a field of the one item that a selection chooses.
func itemJSON(from *call, path string, t *button.Transform) (any, error) {
	if !strings.HasSuffix(t.Over, "[]") {
		return nil, fmt.Errorf("%q is no list", clip(t.Over))
	}
	field, inside := strings.CutPrefix(path, t.Over)
	items, err := lookUpAll(from.invented.result, t.Over)
	if err != nil || !inside {
		return nil, fmt.Errorf("%q is no field of the items of %s", clip(path), from.Name)
	}
	field = strings.TrimPrefix(field, ".")
	var left []any
	for _, item := range items {
		fits, err := meets(item, t.Where)
		if err != nil {
			return nil, err
		}
		if fits {
			left = append(left, item)
		}
	}
	chosen := t.Index
	if t.Op != button.OpEach {
		if chosen, err = best(len(left), t.Op == button.OpMax, func(i int) (any, error) { return one(left[i], t.By) }, compareJSON); err != nil {
			return nil, err
		}
	}
	if chosen < 0 || chosen >= len(left) {
		return nil, fmt.Errorf("item %d of the %d that are left", chosen, len(left))
	}
	return one(left[chosen], field)
}

// one returns the only value at a path.
func one(value any, path string) (any, error) {
	values, err := lookUpAll(value, path)
	if err == nil && len(values) != 1 {
		err = fmt.Errorf("%d values at %q, want one", len(values), clip(path))
	}
	if err != nil {
		return nil, err
	}
	return values[0], nil
}

func meets(item any, where []button.Condition) (bool, error) {
	for i := range where {
		have, err := one(item, where[i].Field)
		if err != nil {
			return false, err
		}
		bound, err := schema.Decode(where[i].Value)
		if err != nil {
			return false, err
		}
		holds := equalJSON(have, bound)
		if where[i].Op != "is" {
			order, err := compareJSON(have, bound)
			if err != nil {
				return false, err
			}
			switch where[i].Op {
			case "at_least":
				holds = order >= 0
			case "at_most":
				holds = order <= 0
			default:
				return false, fmt.Errorf("unknown comparison %q", clip(where[i].Op))
			}
		}
		if !holds {
			return false, nil
		}
	}
	return true, nil
}

// winnerJSON takes an argument of the call whose result is smallest or largest.
func winnerJSON(calls []*call, path string, t *button.Transform) (any, error) {
	chosen, err := best(len(calls), t.Op == button.OpWinnerMax, func(i int) (any, error) {
		if calls[i].Name != calls[0].Name {
			return nil, fmt.Errorf("the calls compared are of several functions")
		}
		return one(calls[i].invented.result, t.By)
	}, compareJSON)
	if err != nil {
		return nil, err
	}
	return one(calls[chosen].invented.arguments, path)
}

// sumJSON adds the numbers at a path over lists and several results.
func sumJSON(calls []*call, path string) (any, error) {
	total, count := new(big.Rat), 0
	for _, from := range calls {
		values, err := lookUpAll(from.invented.result, path)
		if err != nil {
			return nil, err
		}
		for _, value := range values {
			amount, ok := rational(value)
			if !ok {
				return nil, fmt.Errorf("%q of %s cannot be added up", clip(path), from.Name)
			}
			total.Add(total, amount)
			count++
		}
	}
	if count < 2 {
		return nil, fmt.Errorf("a sum of %d values", count)
	}
	return decimal(total), nil
}

// rational reads a JSON number of sensible length.
func rational(value any) (*big.Rat, bool) {
	number, ok := value.(json.Number)
	if !ok {
		return nil, false
	}
	text, ok := grounding.CanonicalNumber(number.String())
	if !ok || len(text) > 60 {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

// decimal writes a sum of decimals.
func decimal(value *big.Rat) json.Number {
	const places = 60 // no decimal that rational reads has more
	text, _ := grounding.CanonicalNumber(value.FloatString(places))
	return json.Number(text)
}

// compareJSON orders two numbers or two texts, dates among them.
func compareJSON(a, b any) (int, error) {
	if x, ok := rational(a); ok {
		if y, ok := rational(b); ok {
			return x.Cmp(y), nil
		}
	}
	if x, ok := a.(string); ok {
		if y, ok := b.(string); ok {
			return strings.Compare(x, y), nil
		}
	}
	return 0, fmt.Errorf("two values that cannot be compared")
}
