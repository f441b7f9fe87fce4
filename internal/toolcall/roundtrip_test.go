package toolcall

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"pgregory.net/rapid"
)

// drawn is a value and the schema that types it.
type drawn struct{ json, schema string }

// hostile are pieces that mean something to some grammar, or to JSON.
var hostile = []string{
	"<tool_call>", "</tool_call>", "<think>", "</think>", "[TOOL_CALLS]", "[ARGS]", "{", "}", "[", "]", "\"", "'", "\\", "\\n", "\n", "```", "<call>", "</call>",
	"<final>", "<|python_tag|>", "<function=f>", "</parameter>", "<arg_key>", "Action:", "\nAction Input:", "Observation:", "; ", "functools[", "<｜tool▁call▁begin｜>",
	"<|channel|>", "to=functions.f", "é", "😀", "\u2028", "</s>", "<|im_end|>", "<escape>", "\t", "\r", " ", "", "3", "true", "null", "None", "=", ",", "(", ")", "#",
}

// plain are pieces that grammars without quotes can carry.
var plain = []string{"a", "Ann", " ", "3", "true", "é", "😀", "\"", "'", "\\", ",", "=", "(", ")", "{", "}", "[", "]", ".", "-", ":", "\n", "null", "#"}

func drawText(t *rapid.T, pieces []string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 6).Draw(t, "text"), "")
}

func drawValue(t *rapid.T, pieces []string, depth int) drawn {
	kinds := 5
	if depth < 3 {
		kinds = 7
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0, 1:
		return drawn{string(button.AppendString(nil, drawText(t, pieces))), `{"type":"string"}`}
	case 2:
		return drawn{fmt.Sprint(rapid.Int().Draw(t, "int")), `{"type":"integer"}`}
	case 3:
		return drawn{rapid.SampledFrom([]string{"0.25", "-1.5", "1e-7", "2.0", "12345.678"}).Draw(t, "float"), `{"type":"number"}`}
	case 4:
		word := rapid.SampledFrom([]string{"true", "false", "null"}).Draw(t, "word")
		if word == "null" {
			return drawn{word, `{"type":"null"}`}
		}
		return drawn{word, `{"type":"boolean"}`}
	case 5:
		var items []string
		for range rapid.IntRange(0, 3).Draw(t, "items") {
			items = append(items, drawValue(t, pieces, depth+1).json)
		}
		return drawn{"[" + strings.Join(items, ",") + "]", `{"type":"array"}`}
	}
	return drawObject(t, pieces, depth+1)
}

func drawObject(t *rapid.T, pieces []string, depth int) drawn {
	var values, properties []string
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"floor", "when", "a_b", "x1", "list"}), 0, 3, rapid.ID[string]).Draw(t, "names") {
		value := drawValue(t, pieces, depth)
		values = append(values, fmt.Sprintf("%q:%s", name, value.json))
		properties = append(properties, fmt.Sprintf("%q:%s", name, value.schema))
	}
	return drawn{"{" + strings.Join(values, ",") + "}", `{"type":"object","properties":{` + strings.Join(properties, ",") + `}}`}
}

// TestRoundTrip: what a renderer writes, the dialect reads and Detect finds.
func TestRoundTrip(t *testing.T) {
	quoting := []string{"button", "hermes", "llama3_json", "mistral", "fence", "pythonic"} // every string stands in quotes
	for _, dialect := range Dialects() {
		if dialect.Render == nil {
			continue
		}
		t.Run(dialect.Name, func(t *testing.T) {
			pieces := plain
			if slices.Contains(quoting, dialect.Name) {
				pieces = hostile
			}
			rapid.Check(t, func(t *rapid.T) {
				var calls []button.Call
				var tools []button.Tool
				for i := range rapid.IntRange(1, 4).Draw(t, "calls") {
					arguments := drawObject(t, pieces, 0)
					name := fmt.Sprintf("%s_%d", rapid.SampledFrom([]string{"find", "book_room"}).Draw(t, "name"), i)
					calls = append(calls, button.Call{ID: fmt.Sprintf("a1B2c3D4%d", i), Name: name, Arguments: json.RawMessage(arguments.json)})
					tools = append(tools, button.Tool{Name: name, Parameters: json.RawMessage(arguments.schema)})
				}
				content := rapid.SampledFrom([]string{"", "I look, it's quick.", "First:\nthe rooms."}).Draw(t, "content")
				text := dialect.Render.Calls(content, calls)
				for how, result := range map[string]Result{"Parse": Parse(text, tools, dialect.Name), "Detect": Detect(text, "", tools)} {
					var want, have []string
					for _, call := range calls {
						want = append(want, call.Name+string(call.Arguments))
					}
					for _, call := range result.Calls {
						have = append(have, call.Name+string(call.Arguments))
						if !call.Known {
							t.Errorf("%s: %s is not known", how, call.Name)
						}
					}
					if result.Outcome != Parsed || !slices.Equal(want, have) {
						t.Fatalf("%s of\n%s\n%s by %s, %s\nhave %q\nwant %q\n%v", how, text, result.Outcome, result.Dialect, result.Detail, have, want, result.Calls)
					}
				}
			})
		})
	}
}
