package toolcall

import (
	"strings"
	"testing"
)

// knots are pieces that, repeated, make readers start over.
func knots(markers []string) []string {
	pieces := []string{
		"[", "{", `{"a":`, `{"name":"find_room","arguments":{"a":`, `"`, `'`, `\`, "```", "```json\n[", "```python\nf(", "<think>", "</think>", "[THINK]", "f(", "find_room\n{",
		`{"name":"find_room","arguments":{}}; `, "find_room(floor=3)\n", "[[],", `{"":`, "a", " ", "\n", "Action: f\nAction Input: {", "<function=f>", "<parameter=a>", "to=functions.f",
	}
	for _, marker := range markers {
		pieces = append(pieces, marker, marker+"{", marker+`{"a":"`, marker+`[{"a":'`, marker+"f{", marker+"f(a=", marker+`{"name":"f","arguments":{"a":`, "<think>"+marker+"</think>", marker+`"`)
	}
	return pieces
}

// TestLinearTime: however a text is knotted, twice the length is at most some
// three times the work. The texts are short enough for quadratic work to show
// before the bound on it cuts in.
func TestLinearTime(t *testing.T) {
	table := Dialects()
	offer := newOffer(offered())
	for _, dialect := range table {
		for _, piece := range knots(dialect.Markers) {
			steps := func(length int) int {
				meter := &meter{}
				text := strings.Repeat(piece, length/len(piece)+1)
				parseIn(dialect, text[:length], offer, meter)
				return meter.steps
			}
			if small, large := steps(1<<11), steps(1<<12); large > 3*small+1<<11 {
				t.Errorf("%s, %q: %d steps for 2 KiB, %d for 4 KiB", dialect.Name, piece, small, large)
			}
		}
	}
}

func BenchmarkDetect(b *testing.B) {
	call := "<tool_call>\n" + nestedJSON + "\n</tool_call>\n"
	for name, text := range map[string]string{
		"words": strings.Repeat("Floor 3 is free. ", 50), "call": "Let me see.\n" + call + call, "thought": "<think>" + strings.Repeat("Hm, so. ", 500) + "</think>\n" + call,
		"bare": `[` + nestedJSON + `]`,
	} {
		b.Run(name, func(b *testing.B) {
			tools := offered()
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				Detect(text, "", tools)
			}
		})
	}
}
