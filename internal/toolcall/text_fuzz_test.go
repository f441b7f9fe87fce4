package toolcall

import (
	"encoding/json"
	"testing"

	"github.com/buttonbench/button"
	"pgregory.net/rapid"
)

func FuzzPythonic(f *testing.F) {
	f.Add(uint8(0), "[find_room(floor=3), a.b-c(x={'a': (1, None)}, **{'b c': '''\n'''}) # c\n]")
	fuzzFamily(f, "pythonic", "llama4_pythonic", "lfm2", "olmo3")
}

func FuzzTags(f *testing.F) {
	inside := "\n<function=find_room>\n<parameter=floor>\n3\n</parameter>\n<parameter=when>\n</parameter> <b>\n</parameter>\n</function>\n"
	f.Add(uint8(0), "<tool_call>"+inside+"</tool_call>")
	f.Add(uint8(1), "<seed:tool_call>"+inside+"</seed:tool_call>")
	f.Add(uint8(2), "<minimax:tool_call><invoke name=\"book\"><parameter name='room'>{\"number\":1}</parameter></invoke></minimax:tool_call>")
	f.Add(uint8(3), "<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"f\"><steptml:parameter name=\"a\">3</steptml:parameter></steptml:invoke><｜tool_call_end｜>")
	f.Add(uint8(4), "<｜DSML｜function_calls><｜DSML｜invoke name=\"f\"><｜DSML｜parameter name=\"a\" string=\"false\">3</｜DSML｜parameter></｜DSML｜invoke>")
	fuzzFamily(f, "qwen3_coder", "seed_oss", "minimax_m2", "step3", "deepseek_v32")
}

func FuzzGLM(f *testing.F) {
	f.Add(uint8(0), "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n<arg_key>when</arg_key><arg_value></arg_value></tool_call>")
	fuzzFamily(f, "glm45")
}

func FuzzGemma(f *testing.F) {
	f.Add(uint8(0), "<start_function_call>call:book{guests:[<escape>Ann<escape>,x],room:{number:-1.5,tags:[]},\"k\":null}<end_function_call>")
	f.Add(uint8(1), `<|tool_call>call:find_room{floor:3,when:<|"|>x<|"|>}<tool_call|>`)
	fuzzFamily(f, "functiongemma", "gemma4")
}

func FuzzHarmony(f *testing.F) {
	f.Add(uint8(0), "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.find_room <|constrain|>json<|message|>{\"floor\":3}<|call|>")
	f.Add(uint8(0), "analysisHm.assistantcommentary to=functions.find_room json{\"floor\":3}")
	fuzzFamily(f, "openai")
}

func FuzzReact(f *testing.F) {
	f.Add(uint8(0), "Thought: a\nAction: find_room\nAction Input: {'floor': 3}\nObservation: b\nFinal Answer: c")
	f.Add(uint8(0), "Action: `f`\nAction Input:\n```json\n{\"a\":1}\n```")
	fuzzFamily(f, "react")
}

// TestPythonicNames: arguments may have any name, also one that Python does not take.
func TestPythonicNames(t *testing.T) {
	names := []string{"from", "class", "True", "user-id", "a b", "é", "", "1x", "x", "it's"}
	rapid.Check(t, func(t *rapid.T) {
		var arguments members
		for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(names), 0, 4, rapid.ID[string]).Draw(t, "names") {
			arguments.set(name, textValue(rapid.StringN(0, 8, -1).Draw(t, "text")))
		}
		call := button.Call{Name: "a.b-c", Arguments: arguments.value().json()}
		text := pythonicRenderer().Calls("", []button.Call{call})
		result := Parse(text, offered(), "pythonic")
		if result.Outcome != Parsed || len(result.Calls) != 1 {
			t.Fatalf("%s: %+v", text, result)
		}
		var want, have map[string]string
		if json.Unmarshal(call.Arguments, &want) != nil || json.Unmarshal(result.Calls[0].Arguments, &have) != nil || len(want) != len(have) {
			t.Fatalf("%s reads as %s", text, result.Calls[0].Arguments)
		}
		for name := range want {
			if want[name] != have[name] {
				t.Fatalf("%s: %q is %q, want %q", text, name, have[name], want[name])
			}
		}
	})
}
