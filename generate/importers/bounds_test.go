package importers

import (
	"strings"
	"testing"
	"time"
)

// TestHostileElements: what is far too much is refused or read, in little time.
func TestHostileElements(t *testing.T) {
	many := func(text string, n int) string { return strings.TrimSuffix(strings.Repeat(text+",", n), ",") }
	var members strings.Builder
	for i := range 20_000 {
		members.WriteString(`,"m` + strings.Repeat("x", i%7) + strings.Repeat("y", i%11) + string(rune('a'+i%26)) + time.Duration(i).String() + `":1`)
	}
	call := `{"function":{"name":"f","arguments":{}}}`
	for _, test := range []struct{ name, format, text, refused string }{
		{"members", "openai", `{"messages":[{"role":"user","content":"x"` + members.String() + `}]` + members.String() + `}`, ""},
		{"messages", "openai", `{"messages":[` + many(`{"role":"user","content":"x"}`, 20_000) + `]}`, "more than 10000 messages"},
		{"results", "openai", `{"messages":[` + many(`{"role":"tool","content":"x"}`, 20_000) + `]}`, "more than 10000 messages"},
		{"calls", "openai", `{"messages":[{"role":"assistant","tool_calls":[` + many(call, 20_000) + `]}]}`, "more than 1000 calls in one turn"},
		{"tools", "openai", `{"messages":[{"role":"user","content":"x"}],"tools":[` + many(`{"name":"f"}`, 20_000) + `]}`, "more than 10000 tools"},
		{"tools as values", "hermes", `{"conversations":[{"from":"user","value":"x"}],"tools":"` + many(`{\"name\":\"f\"}`, 20_000) + `"}`, "more than 10000 tools"},
		{"marks", "glaive", `{"chat":"USER: ` + strings.Repeat(`\nUSER:`, 20_000) + `"}`, "more than 10000 messages"},
		{"opening marks", "button", `{"messages":[{"role":"system","content":"` + strings.Repeat("<tool>", 100_000) + `"}]}`, ""},
		{"opening tags", "hermes", `{"conversations":[{"from":"system","value":"` + strings.Repeat("<tools>", 100_000) + `"}]}`, ""},
		{"nested tags", "hermes", `{"conversations":[{"from":"system","value":"` + strings.Repeat("<tools>", 200_000) + `</tools>"}]}`, ""},
		{"brackets", "toolace", `{"system":"` + strings.Repeat("[", 500_000) + `","conversations":[{"from":"user","value":"x"}]}`, ""},
		{"names", "toolace", `{"conversations":[{"from":"assistant","value":"[` + many("f(", 50_000) + `"}]}`, ""},
		{"depth", "openai", `{"messages":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`, "nested deeper than"},
	} {
		format, _ := Lookup(test.format)
		start := time.Now()
		_, err := format.Record(&Element{Text: []byte(test.text)}, "x")
		if (err == nil) != (test.refused == "") || err != nil && !strings.Contains(err.Error(), test.refused) {
			t.Errorf("%s: %v, want %q", test.name, err, test.refused)
		}
		if took := time.Since(start); took > time.Minute {
			t.Errorf("%s: %v", test.name, took)
		} else {
			t.Log(test.name, took)
		}
	}
}
