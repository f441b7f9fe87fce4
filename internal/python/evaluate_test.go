package python

import (
	"strings"
	"testing"
)

// services answers two calls and keeps the order in which they came.
type services struct{ called []string }

func (s *services) call(name string, positional []Value, keywords []Keyword) (Value, error) {
	shown, err := Repr(Tuple(positional))
	if err != nil {
		return nil, err
	}
	for _, keyword := range keywords {
		text, err := Repr(keyword.Value)
		if err != nil {
			return nil, err
		}
		shown += " " + keyword.Name + "=" + text
	}
	s.called = append(s.called, name+shown)
	if len(positional) > 0 {
		return positional[0], nil
	}
	return NewInt(7), nil
}

func TestEvaluate(t *testing.T) {
	for _, test := range []struct{ text, want, called string }{
		{"f(1, b='x')", "1", "f(1,) b='x'"},
		{"f(f(2), *[3, 4], **{'c': f()})", "2", "f(2,); f(); f(2, 3, 4) c=7"},
		{"s.f(a=[1, (2,), {3: None}])", "7", "s.f() a=[1, (2,), {3: None}]"},
		{"other(f())", "NameError: name 'other' is not defined", ""},
		{"other.f(f())", "NameError: name 'other' is not defined", ""},
		{"f(x)", "NameError: name 'x' is not defined", ""},
		{"f(f(), x.y)", "NameError: name 'x' is not defined", "f()"},
		{"f(a=1, a=f())", "SyntaxError: keyword argument repeated: a (<string>, line 1)", ""},
		{"f(await x)", "SyntaxError: 'await' outside function (<string>, line 1)", ""},
		{"f((yield))", "SyntaxError: 'yield' outside function (<string>, line 1)", ""},
		{"f(**1)", "TypeError: argument after ** must be a mapping, not int", ""},
		{"f(*1)", "TypeError: Value after * must be an iterable, not int", ""},
		{"'a'()", "TypeError: 'str' object is not callable", ""},
		{"'a'.upper()", "AttributeError: 'str' object has no attribute 'upper'", ""},
		{"f(lambda: 1)", "NotImplementedError: a lambda is not computed", ""},
		{"[x for x in y]", "NotImplementedError: a comprehension is not computed", ""},
		{"(a := 2) + a", "4", ""},
		{"1 < 2 < 3 and 'a' in 'abc' or f()", "True", ""},
		{"f(1) if not [] else f(2)", "1", "f(1,)"},
		{"{**{'a': 1}, 'b': 2}['b']", "2", ""},
		{"[1, 2, 3][::-1] + [*'ab']", "[3, 2, 1, 'a', 'b']", ""},
		{"f'{1}{\"a\"!r}'", `"1'a'"`, ""},
		{"9**9**9", "MemoryError: the result is too large: a whole number over 2**20 bits", ""},
		{"'a'*10**12", "MemoryError: the result is too large: a text over 64 MiB", ""},
		{"1/0", "ZeroDivisionError: division by zero", ""},
		{"[][1]", "IndexError: list index out of range", ""},
		{"{}['k']", "KeyError: 'k'", ""},
		{"-'a'", "TypeError: bad operand type for unary -: 'str'", ""},
		{"~True, +True, not 1", "(-2, 1, False)", ""},
	} {
		expression, err := ParseExpression(test.text)
		if err != nil {
			t.Fatal(err)
		}
		var s services
		evaluator := Evaluator{Known: func(name string) bool { return name == "f" || name == "s.f" }, Call: s.call}
		v, err := evaluator.Evaluate(expression)
		have := ""
		if err == nil {
			have, err = Repr(v)
		}
		if err != nil {
			have = err.Error()
		}
		if called := strings.Join(s.called, "; "); have != test.want || called != test.called {
			t.Errorf("%s: %s after %s, want %s after %s", test.text, have, called, test.want, test.called)
		}
	}
}

func TestCopyKeepsWhatIsShared(t *testing.T) {
	shared := NewList(NewInt(1))
	original := NewList(shared, shared, Tuple{shared})
	original.Items = append(original.Items, original)
	fresh := Copy(original).(*List)
	if fresh.Items[0] != fresh.Items[1] || fresh.Items[2].(Tuple)[0] != fresh.Items[0] || fresh.Items[3] != Value(fresh) {
		t.Error("what was shared is no longer")
	}
	shared.Items[0] = NewInt(2)
	if text, _ := Repr(fresh); text != "[[1], [1], ([1],), [...]]" {
		t.Errorf("the copy is %s", text)
	}
}
