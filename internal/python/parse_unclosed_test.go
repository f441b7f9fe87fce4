package python

import "testing"

func TestUnclosed(t *testing.T) {
	for text, want := range map[string]string{
		"cd(folder='a'":     "'(' was never closed (<string>, line 1)",
		"f(x=[1, 2":         "'[' was never closed (<string>, line 1)",
		"f(x=[1, (2)], y={": "'{' was never closed (<string>, line 1)",
	} {
		if _, err := ParseExpression(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
