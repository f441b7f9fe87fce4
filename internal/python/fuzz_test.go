package python

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzParseJSON: what is read agrees with Go's own reader, but for Python's extra
// numbers and its limits, and reads back when it is written.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"a": [1, -2.5e3, null, true, "\u00e9\ud83d\ude00\n"], "a": {}}`, `[NaN, -Infinity]`, `"\ud800"`, `[[[[]]]]`, `{"a":1,}`, `01`, `"\x"`, "\"\n\"", ` 1 `, `1e400`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := ParseJSON(text)
		valid := json.Valid([]byte(text))
		if err != nil {
			if valid && strings.HasPrefix(err.Error(), "JSONDecodeError") {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if !valid && !strings.Contains(text, "NaN") && !strings.Contains(text, "Infinity") {
			t.Fatalf("%q was taken", text)
		}
		written, err := DumpJSON(v)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		again, err := ParseJSON(written)
		if err != nil {
			t.Fatalf("%q written as %s: %v", text, written, err)
		}
		if twice, err := DumpJSON(again); err != nil || twice != written {
			t.Fatalf("%q written as %s, then as %s", text, written, twice)
		}
	})
}

// FuzzTolerant: reading out of a larger text neither panics nor looks at bytes more
// than a few times, and the end is behind the start.
func FuzzTolerant(f *testing.F) {
	for _, seed := range []string{"(a=1, b='x\ny')", "(class=[1, {'k': (2,)}], 3) and more", `("\ud83d\ude02" 'a\/b')`, "(f'{x}', *[1], **{})", "(a=1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var tolerant Tolerant
		tolerant.MaxNesting = 64
		call, end, err := tolerant.Arguments(text, 0)
		if limit := 8*len(text) + 64; tolerant.Steps > limit {
			t.Fatalf("%d steps for %d bytes", tolerant.Steps, len(text))
		}
		if err == nil && (end < 1 || end > len(text) || text[end-1] != ')' || call.Kind != CallNode) {
			t.Fatalf("%q: ends at %d", text, end)
		}
		if _, end, err := tolerant.Expression(text, 0); err == nil && (end < 1 || end > len(text)) {
			t.Fatalf("%q: an expression up to %d", text, end)
		}
	})
}
