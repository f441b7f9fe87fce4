package services

import (
	"errors"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// on makes a method's body, which wants an instance of its own class, callable
// for any service.
func on[Instance Service](body func(Instance, []python.Value) (python.Value, error)) func(Service, []python.Value) (python.Value, error) {
	return func(service Service, arguments []python.Value) (python.Value, error) {
		return body(service.(Instance), arguments)
	}
}

// configured are a class's settings where a table holds the defaults.
type configured struct {
	settings
	defaults *python.Dict
}

// get returns the instance's own copy of a member.
func (c *configured) get(name string) python.Value { return python.Copy(c.template(name)) }

// template returns the member itself, which many instances read.
func (c *configured) template(name string) python.Value {
	if c.configuration != nil {
		if value, found := c.configuration.GetText(name); found {
			return value
		}
	}
	value, _ := c.defaults.GetText(name)
	return value
}

// mapOf wants a member's value to be a map, listOf a list.
func (c *configured) mapOf(name string, value python.Value) *python.Dict {
	dict, isMap := value.(*python.Dict)
	if !isMap {
		c.wrong(name, "a map")
		return python.NewDict()
	}
	return dict
}

func (c *configured) listOf(name string, value python.Value) *python.List {
	list, isList := value.(*python.List)
	if !isList {
		c.wrong(name, "a list")
		return python.NewList()
	}
	return list
}

// differences collects the names of attributes that differ.
type differences []string

func (d *differences) compare(name string, model, answer python.Value) {
	if !python.Equal(model, answer) {
		*d = append(*d, name)
	}
}

// within is Python's low <= value <= high.
func within(value python.Value, low, high int64) (bool, error) {
	inside, err := python.Compare("<=", python.NewInt(low), value)
	if err != nil || !inside {
		return false, err
	}
	return python.Compare("<=", value, python.NewInt(high))
}

// positive is Python's value > 0, as the services write it: not value <= 0.
func positive(value python.Value) (bool, error) {
	below, err := python.Compare("<=", value, python.NewInt(0))
	return !below && err == nil, err
}

// missingConstant is the failure of an instance that needs a long-context value
// which the data lacks or gives in another form.
func missingConstant(name string) error {
	return python.Raise("NameError", "name '%s' is not defined", name)
}

// Exhausted reports whether calls were no longer executed because those before
// them had made all that an entry's calls may make.
func (e *Environment) Exhausted() bool { return e.left < 0 }

// list returns a long-context list. Those who extend it do not reach the
// constant, which other entries share.
func (e *Environment) list(constant string) (*python.List, error) {
	list, isList := e.Constants.value(constant).(*python.List)
	if !isList {
		return nil, missingConstant(constant)
	}
	return &python.List{Items: list.Items[:len(list.Items):len(list.Items)]}, nil
}

// extend appends a long-context list to a list that is the caller's own; outside
// long-context entries it does nothing.
func (e *Environment) extend(list *python.List, constant string) error {
	if !e.LongContext {
		return nil
	}
	more, err := e.list(constant)
	if err == nil {
		list.Items = append(list.Items, more.Items...)
	}
	return err
}

// shallow copies a map but not what is in it.
func shallow(dict *python.Dict) *python.Dict {
	fresh := python.MakeDict(dict.Len() + 1)
	for i := range dict.Len() {
		key, value := dict.At(i)
		fresh.Set(key, value) // a key of a map has a hash
	}
	return fresh
}

// isDigits is Python's str.isdigit.
func isDigits(text string) bool {
	for _, r := range text {
		if _, isDigit := python.DigitValue(r); !isDigit {
			return false
		}
	}
	return text != ""
}

// isValueError tells what Python's "except ValueError" would catch.
func isValueError(err error) bool {
	var exception *python.Exception
	return errors.As(err, &exception) && exception.Kind == "ValueError"
}

// subtract is Python's value -= amount.
func subtract(value, amount python.Value) (python.Value, error) {
	return inPlace(python.Sub, "-", value, amount)
}

// add is Python's value += amount for numbers.
func add(value, amount python.Value) (python.Value, error) {
	return inPlace(python.Add, "+", value, amount)
}

// inPlace computes by an operator whose messages name its assigning form.
func inPlace(compute func(a, b python.Value) (python.Value, error), operator string, value, amount python.Value) (python.Value, error) {
	result, err := compute(value, amount)
	var exception *python.Exception
	if errors.As(err, &exception) {
		if kinds, unsupported := strings.CutPrefix(exception.Message, "unsupported operand type(s) for "+operator+":"); unsupported {
			return nil, python.Raise(exception.Kind, "unsupported operand type(s) for %s=:%s", operator, kinds)
		}
	}
	return result, err
}
