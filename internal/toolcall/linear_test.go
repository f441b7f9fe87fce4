package toolcall

import (
	"strings"
	"testing"
)

// TestTextFamiliesStayLinear feeds the families texts made to be gone over again
// and again. The readers' own count of bytes must stay within its limit, and
// what fits into the limit must be read.
func TestTextFamiliesStayLinear(t *testing.T) {
	const n = 1 << 14
	for name, test := range map[string]struct{ dialect, text string }{
		"openings":            {"qwen3_coder", strings.Repeat("<function=f>", n)},
		"arguments":           {"qwen3_coder", "<function=f>" + strings.Repeat("<parameter=a>", n)},
		"argument ends":       {"qwen3_coder", "<function=f><parameter=a>" + strings.Repeat("</parameter>x", n)},
		"many names":          {"qwen3_coder", "<function=f>" + numbered(n, "<parameter=a", ">1</parameter>") + "</function>"},
		"blocks":              {"qwen3_coder", strings.Repeat("<tool_call>", n)},
		"invokes":             {"minimax_m2", strings.Repeat("<invoke name=\"f\">", n)},
		"attributes":          {"minimax_m2", strings.Repeat("<invoke "+strings.Repeat("name=", 100), n/100)},
		"keys":                {"glm45", "<tool_call>f" + strings.Repeat("<arg_key>a</arg_key><arg_value>", n)},
		"values":              {"glm45", "<tool_call>f<arg_key>a</arg_key><arg_value>" + strings.Repeat("</arg_value>x", n)},
		"calls":               {"glm45", strings.Repeat("<tool_call>f<arg_key>a", n)},
		"lists":               {"pythonic", strings.Repeat("[f(a=1),", n)},
		"strings not closed":  {"lfm2", strings.Repeat("<|tool_call_start|>[f(a='", n)},
		"names not closed":    {"olmo3", strings.Repeat("<function_calls>f(", n)},
		"keywords":            {"pythonic", "[find_room(" + numbered(n, "a", "=1,") + ")]"},
		"strings":             {"functiongemma", strings.Repeat("<start_function_call>call:f{a:<escape>", n)},
		"braces":              {"gemma4", strings.Repeat("<|tool_call>call:f{a:{", n)},
		"brace keys":          {"gemma4", "<|tool_call>call:f{" + numbered(n, "a", ":1,") + "}<tool_call|>"},
		"messages":            {"openai", strings.Repeat("<|channel|>commentary to=functions.f<|message|>", n)},
		"objects":             {"openai", strings.Repeat("<|channel|>x to=functions.f<|message|>{\"a\":{", n)},
		"stripped":            {"openai", strings.Repeat("to=functions.f json{\"a\":{\"b\":", n)},
		"actions":             {"react", strings.Repeat("Action: f\n", n)},
		"actions in one line": {"react", strings.Repeat("Action: f", n)},
		"inputs":              {"react", strings.Repeat("Action: f\nAction Input: {\"a\":\n", n)},
		"inputs in words":     {"react", strings.Repeat("Action: find_room\nAction Input: a\n", n)},
	} {
		t.Run(name, func(t *testing.T) {
			dialect, _ := Lookup(test.dialect)
			var used meter
			runDialect(dialect, test.text, "", newOffer(offered()), &used)
			if limit := 10*len(test.text) + 1<<20; used.steps > limit {
				t.Errorf("%d steps for %d bytes", used.steps, len(test.text))
			}
		})
	}
}

func numbered(n int, before, after string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(before)
		for _, digit := range []byte{byte(i >> 12), byte(i >> 8 & 15), byte(i >> 4 & 15), byte(i & 15)} {
			out.WriteByte('a' + digit)
		}
		out.WriteString(after)
	}
	return out.String()
}
