package python

import (
	"math"
	"testing"
)

func mustRepr(t *testing.T, v Value) string {
	t.Helper()
	text, err := Repr(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestPowerIsCorrectlyRounded(t *testing.T) {
	for _, test := range []struct {
		x, y, want float64
	}{
		{2, 0.5, math.Sqrt2}, {3, 2, 9}, {1.1, 10, 2.5937424601000023}, {10, -3, 0.001}, {-2, 3, -8},
		{134217729, 2, 18014398777917440}, {2, -1074, 5e-324}, {1.5, 1000, 1.2338405969061735e176}, {0.1, 300, 1.0000000000000166e-300},
	} {
		got, err := Power(test.x, test.y)
		if err != nil || got != test.want {
			t.Errorf("%v ** %v = %v, %v; want %v", test.x, test.y, got, err, test.want)
		}
	}
}

func TestJSONRoundTrip(t *testing.T) {
	for text, want := range map[string]string{
		`{"a": [1, 1.0, 1e16, null, true], "b": "\u00e9\ud83d\ude00\ud800\\\""}`: `{'a': [1, 1.0, 1e+16, None, True], 'b': 'é😀\ud800\\"'}`,
		`[123456789012345678901234567890, -0, -0.0, 1e400]`:                      `[123456789012345678901234567890, 0, -0.0, inf]`,
		`{"a": 1, "b": 2, "a": 3}`:                                               `{'a': 3, 'b': 2}`,
	} {
		v, err := ParseJSON(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := mustRepr(t, v); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
