package seeds

import (
	"testing"
	"unicode"
	"unicode/utf8"
)

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`[{"system":"SYSTEM: {\"name\":\"f\"}","chat":"USER: a\nASSISTANT: <functioncall> {\"name\": \"f\", \"arguments\": '{}'} <|endoftext|>\nFUNCTION RESPONSE: {}"}]`,
		`[{"conversations":[{"from":"human","value":"a"},{"from":"function_call","value":"{\"name\":\"f\",\"arguments\":{}}"}],"tools":"[{\"name\":\"f\"}]"}]`,
		`[{"query":"a","api_list":[{"tool_name":"t","api_name":"f"}]}, "b"]`,
		`{"answer_generation":{"query":"a","function":[{"name":"f"}],"final_answer":"{\"final_answer\":\"b\"}"}}`,
		`{"conversations":[{"from":"system","value":"{'name': 'f'}"},{"from":"user","value":"a\nBegin!"},{"from":"assistant","value":"Thought: b\nAction: f\nAction Input: {}"}]}`,
		`{"messages":[{"role":"user","content":[{"type":"text","text":"a"}]},{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":"{}"}}]}],"tools":[{"function":{"name":"f"}}]}`,
		"a\nb", "\"a\"\n\"b\"", "[", "{\"a\"", "[1, 2]", "\ufeff[]",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const limit = 150
		seeds, summary, err := readAll(text, limit)
		if err == nil && summary.Items != len(seeds)+summary.Silent {
			t.Errorf("%+v, %d seeds", summary, len(seeds))
		}
		for _, seed := range seeds {
			if seed.Kind == "" || seed.Text == "" || len(seed.Text) > limit || len(seed.Request) > limit || len(seed.Functions) > MaxFunctions {
				t.Errorf("%+v", seed)
			}
			for _, r := range seed.Text + seed.Request {
				if r != '\n' && unicode.IsControl(r) || r == utf8.RuneError {
					t.Errorf("%q in %q", r, seed.Text)
				}
			}
		}
	})
}
