package world

import (
	"fmt"
	"strings"

	"go.starlark.net/starlark"
	"go.starlark.net/syntax"
)

// The names under which guarded operations call their helpers.
const (
	guardAdd      = "+"
	guardMultiply = "*"
	guardPercent  = "%"
	guardGrow     = "+="
	guardMethod   = "."
)

// guardedMethods make long values out of short ones.
var guardedMethods = map[string]bool{"join": true, "replace": true, "format": true, "extend": true}

const (
	slotBytes     = 16   // of one element of a list
	maxNumberBits = 4096 // of a whole number while it is reckoned with
)

// guardHelpers are the helpers that guard's rewriting calls, and safer forms of
// some of Starlark's own functions.
func guardHelpers() map[string]builtin {
	out := map[string]builtin{
		guardAdd: opAdd, guardMultiply: opMultiply, guardPercent: opPercent, guardGrow: opGrow,
		"str": opText, "repr": opText, "fail": opFail, "range": opRange,
		"print":   absent("a world has no output; use fail(...) to look at a value"),
		"getattr": absent("call the method by its name"),
	}
	for name := range guardedMethods {
		out[guardMethod+name] = opMethod
	}
	return out
}

func absent(hint string) builtin {
	return func(_ *starlark.Thread, b *starlark.Builtin, _ starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
		return nil, fmt.Errorf("%s: not available: %s", b.Name(), hint)
	}
}

// spend takes bytes out of the run's budget.
func (s *scope) spend(bytes int) error {
	if bytes < 0 || bytes > s.budget {
		s.budget = 0
		return fmt.Errorf("made too many or too long texts and lists")
	}
	s.budget -= bytes
	return nil
}

// length is what a copy of the value costs.
func length(value starlark.Value) int {
	switch value := value.(type) {
	case starlark.String:
		return len(value)
	case starlark.Bytes:
		return len(value)
	case *starlark.List:
		return slotBytes * value.Len()
	case starlark.Tuple:
		return slotBytes * len(value)
	}
	return 0
}

func opAdd(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, y := args[0], args[1]
	if bytes := length(x) + length(y); bytes > 0 {
		if err := scopeOf(thread).spend(bytes); err != nil {
			return nil, err
		}
	} else if err := boundNumbers(x, y); err != nil {
		return nil, err
	}
	return starlark.Binary(syntax.PLUS, x, y)
}

// boundNumbers refuses to reckon with numbers of thousands of bits.
func boundNumbers(values ...starlark.Value) error {
	for _, value := range values {
		if number, ok := value.(starlark.Int); ok {
			if _, small := number.Int64(); !small && number.BigInt().BitLen() > maxNumberBits {
				return fmt.Errorf("a number is too large")
			}
		}
	}
	return nil
}

func opMultiply(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, y := args[0], args[1]
	if err := boundNumbers(x, y); err != nil {
		return nil, err
	}
	if bytes := length(x) + length(y); bytes > 0 { // a text or list is repeated
		times, ok := y.(starlark.Int)
		if !ok {
			times, ok = x.(starlark.Int)
		}
		if n, small := times.Int64(); ok && (!small || n > int64(maxTextBytes)*int64(maxTextBytes)) {
			return nil, fmt.Errorf("repeated too often")
		} else if ok && n > 0 {
			if err := scopeOf(thread).spend(bytes * int(n)); err != nil {
				return nil, err
			}
		}
	}
	return starlark.Binary(syntax.STAR, x, y)
}

func opPercent(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	x, y := args[0], args[1]
	if text, ok := x.(starlark.String); ok {
		if err := scopeOf(thread).spendFilled(len(text), strings.Count(string(text), "%"), args[1:], nil); err != nil {
			return nil, err
		}
	} else if err := boundNumbers(x, y); err != nil {
		return nil, err
	}
	return starlark.Binary(syntax.PERCENT, x, y)
}

// spendFilled pays for a pattern of some length whose slots are filled with values.
func (s *scope) spendFilled(pattern, slots int, values starlark.Tuple, named []starlark.Tuple) error {
	widest := 0
	for _, value := range values {
		size, err := s.shown(value)
		if err != nil {
			return err
		}
		widest = max(widest, size)
	}
	for _, pair := range named {
		size, err := s.shown(pair[1])
		if err != nil {
			return err
		}
		widest = max(widest, size)
	}
	if slots > s.budget {
		return s.spend(-1)
	}
	return s.spend(pattern + slots*widest)
}

// shown bounds the length of a value's text. The budget bounds the work: values
// that hold each other in many ways have short memories and endless texts.
func (s *scope) shown(value starlark.Value) (int, error) {
	size, left := 0, s.budget
	var visit func(value starlark.Value, depth int) bool
	visit = func(value starlark.Value, depth int) bool {
		size += slotBytes + length(value)
		if number, ok := value.(starlark.Int); ok {
			if _, small := number.Int64(); !small {
				size += number.BigInt().BitLen()
			}
		}
		if size > left || depth > 100 {
			return false
		}
		switch value := value.(type) {
		case *starlark.Dict:
			for key, member := range value.Entries() {
				if !visit(key, depth+1) || !visit(member, depth+1) {
					return false
				}
			}
		case starlark.String, starlark.Bytes:
		case starlark.Iterable:
			for member := range starlark.Elements(value) {
				if !visit(member, depth+1) {
					return false
				}
			}
		}
		return true
	}
	if !visit(value, 0) {
		return 0, s.spend(-1)
	}
	return size, nil
}

func opGrow(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	if err := boundNumbers(args[0]); err != nil {
		return nil, err
	}
	return args[0], scopeOf(thread).spend(length(args[0]))
}

func opText(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	var value starlark.Value
	if err := unpack(b, args, kwargs, &value); err != nil {
		return nil, err
	}
	size, err := scopeOf(thread).shown(value)
	if err == nil {
		err = scopeOf(thread).spend(size)
	}
	if err != nil {
		return nil, err
	}
	if text, ok := value.(starlark.String); ok && b.Name() == "str" {
		return text, nil
	}
	return starlark.String(value.String()), nil
}

// maxRange bounds range(), whose length no step limit sees.
const maxRange = 100_000

func opRange(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	value, err := starlark.Universe[b.Name()].(*starlark.Builtin).CallInternal(nil, args, kwargs)
	if err != nil {
		return nil, err
	}
	if n := starlark.Len(value); n > maxRange {
		return nil, fmt.Errorf("range: %d numbers are more than the allowed %d", n, maxRange)
	}
	return value, nil
}

func opFail(thread *starlark.Thread, _ *starlark.Builtin, args starlark.Tuple, _ []starlark.Tuple) (starlark.Value, error) {
	texts := make([]string, len(args))
	for i, value := range args {
		if _, err := scopeOf(thread).shown(value); err != nil {
			return nil, err
		}
		if text, ok := starlark.AsString(value); ok {
			texts[i] = text
		} else {
			texts[i] = value.String()
		}
	}
	text := []rune(strings.Join(texts, " "))
	return nil, fmt.Errorf("fail: %s", string(text[:min(len(text), maxTextBytes)]))
}

// opMethod pays for a method's result, then calls it.
func opMethod(thread *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kwargs []starlark.Tuple) (starlark.Value, error) {
	name := strings.TrimPrefix(b.Name(), guardMethod)
	receiver, rest := args[0], args[1:]
	if err := payMethod(scopeOf(thread), name, receiver, rest, kwargs); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	owner, ok := receiver.(starlark.HasAttrs)
	if !ok {
		return nil, fmt.Errorf("%s has no .%s", receiver.Type(), name)
	}
	method, err := owner.Attr(name)
	if method == nil || err != nil {
		return nil, fmt.Errorf("%s has no .%s", receiver.Type(), name)
	}
	return starlark.Call(thread, method, rest, kwargs)
}

func payMethod(here *scope, name string, receiver starlark.Value, args starlark.Tuple, kwargs []starlark.Tuple) error {
	text, isText := starlark.AsString(receiver)
	switch {
	case name == "extend" && len(args) == 1:
		if n := starlark.Len(args[0]); n > 0 {
			return here.spend(slotBytes * n)
		}
	case name == "join" && isText && len(args) == 1:
		parts, ok := args[0].(starlark.Iterable)
		if !ok {
			return nil // the method itself says what is wrong
		}
		size := 0
		for part := range starlark.Elements(parts) {
			if size += len(text) + length(part); size > here.budget {
				break
			}
		}
		return here.spend(size)
	case name == "replace" && isText && len(args) >= 2:
		old, _ := starlark.AsString(args[0])
		fresh, _ := starlark.AsString(args[1])
		places := strings.Count(text, old)
		if places > here.budget || len(fresh) > here.budget {
			return here.spend(-1)
		}
		return here.spend(len(text) + places*len(fresh))
	case name == "format" && isText:
		return here.spendFilled(len(text), strings.Count(text, "{"), args, kwargs)
	}
	return nil
}
