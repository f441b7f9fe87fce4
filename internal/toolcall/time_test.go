package toolcall

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button"
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

// wide is a tool with very many parameters.
func wide() button.Tool {
	var properties []string
	for i := range 20000 {
		properties = append(properties, fmt.Sprintf(`"p%d":{"type":"integer"}`, i))
	}
	return button.Tool{Name: "f", Parameters: json.RawMessage(`{"type":"object","properties":{` + strings.Join(properties, ",") + `}}`)}
}

// megabyte is a text of the longest length that is read: a piece over and over
// between a head and a tail.
type megabyte struct{ head, piece, tail string }

func (m megabyte) text() string {
	return m.head + strings.Repeat(m.piece, (MaxText-len(m.head)-len(m.tail))/len(m.piece)) + m.tail
}

// megabytes are made to be costly to a dialect: openings, brackets and strings
// that do not end; and one true call.
func megabytes(dialect Dialect) map[string]megabyte {
	mark, inner := "x", "x"
	if len(dialect.Markers) > 0 {
		mark = dialect.Markers[0]
	}
	if len(dialect.Inner) > 0 {
		inner = dialect.Inner[0] + "a>x"
	}
	return map[string]megabyte{
		"openings": {"", mark, ""}, "openings with a brace": {"", mark + "{", ""}, "openings with a call": {"", mark + "f(a=", ""},
		"nesting": {mark, `{"a":`, ""}, "brackets": {mark + `{"a":`, "[", ""}, "a string": {mark + `{"name":"f","arguments":{"a":"`, "x", ""},
		"inner marks": {mark + "f", inner, ""}, "arguments": {"<function=f>", "<parameter=a>x", ""}, "actions": {"", "Action: f\n", ""},
		"fences": {"", "```", ""}, "thoughts": {"", "<think>" + mark + "</think>", ""}, "ends": {"x", "</s>", ""},
		"a long value": {`<tool_call>{"name":"f","arguments":{"a":"`, "x", `"}}</tool_call>`},
	}
}

// TestMegabyte: no text of the longest length takes long, by any parser. The
// bound is far above what is measured and far below what quadratic work takes.
func TestMegabyte(t *testing.T) {
	offer := newOffer([]button.Tool{wide()})
	for _, dialect := range Dialects() {
		texts := megabytes(dialect)
		names := []string{"openings", "inner marks"} // the benchmark has them all
		if dialect.Number == 16 {
			names = append(names, "arguments")
		}
		for _, name := range names {
			var meter meter
			text := texts[name].text()
			start := time.Now()
			parseIn(dialect, text, offer, &meter)
			if took := time.Since(start); took > 20*time.Second || meter.steps > 10*MaxText {
				t.Errorf("%s, %s: %v and %d steps for %d bytes", dialect.Name, name, took, meter.steps, len(text))
			}
		}
	}
}

// BenchmarkMegabyte shows the throughput on such texts at two lengths, which is
// alike where time is linear.
func BenchmarkMegabyte(b *testing.B) {
	for _, dialect := range Dialects() {
		for name, megabyte := range megabytes(dialect) {
			text := megabyte.text()
			for _, length := range []int{len(text) / 8, len(text)} {
				b.Run(fmt.Sprintf("%s/%s/%d", dialect.Name, name, length), func(b *testing.B) {
					offer := newOffer([]button.Tool{wide()})
					offer.schema("f")
					b.SetBytes(int64(length))
					for b.Loop() {
						parseIn(dialect, text[:length], offer, &meter{})
					}
				})
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
