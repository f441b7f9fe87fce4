package python

import (
	"testing"
)

func TestUnparse(t *testing.T) {
	for text, want := range map[string]string{
		"(2**3)**4": "(2 ** 3) ** 4", "2**(3**4)": "2 ** 3 ** 4", "-2**-1": "-2 ** (-1)", "(-2)**2": "(-2) ** 2", "1-(2-3)": "1 - (2 - 3)",
		"(a or b) or c": "(a or b) or c", "x[(0, 1)]": "x[0, 1]", "f( 'a' ,\"it's\",k = 1e16)": `f('a', "it's", k=1e+16)`, "(1).real": "1 .real",
	} {
		node, err := ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := Unparse(node); err != nil || have != want {
			t.Errorf("%s prints as %s, %v, want %s", text, have, err, want)
		}
	}
}
