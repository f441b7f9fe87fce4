package python

import (
	"strings"
	"testing"
)

// A reader gives what parsing anew gives, whatever it has read before.
func TestReader(t *testing.T) {
	var r Reader
	texts := []string{
		"f(a=1, b=[2, 3], c={'x': (4,)})", "f(", "x", "1 +", "[" + strings.Repeat("[1, 'a'], ", 40) + "]", "g(h(i(1)), *a, **b)",
		"f'{a!r:>{b}}'", "", "a if b else c", "lambda x, y=1: x < y < 3", "f(a=1)", strings.Repeat("(", 200) + "1" + strings.Repeat(")", 200),
	}
	for round := range 3 {
		for i := range texts {
			text := texts[(i*(round+1)+round)%len(texts)]
			want, wantErr := ParseExpression(text)
			have, err := r.ParseExpression(text)
			if (err == nil) != (wantErr == nil) || err != nil && err.Error() != wantErr.Error() {
				t.Fatalf("%q: have %v, want %v", text, err, wantErr)
			}
			if err != nil {
				continue
			}
			one, _ := Unparse(want)
			other, _ := Unparse(have)
			if one != other {
				t.Errorf("%q: have %s, want %s", text, other, one)
			}
		}
	}
	value := func(text string) Value {
		expression, err := r.ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		v, err := Evaluate(expression, nil)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := value("[1, 'two', {'three': (4.5,)}]")
	value("['none', 'of', 'these', 'values']")
	r.Forget()
	if text, _ := Repr(first); text != "[1, 'two', {'three': (4.5,)}]" {
		t.Errorf("an earlier value became %s", text)
	}
}
