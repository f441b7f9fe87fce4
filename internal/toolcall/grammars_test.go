package toolcall

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/google/go-cmp/cmp"
)

// offered is what the tests' models may call.
func offered() []button.Tool {
	tool := func(name, parameters string) button.Tool {
		return button.Tool{Name: name, Description: "Test.", Parameters: json.RawMessage(parameters)}
	}
	return []button.Tool{
		tool("find_room", `{"type":"object","properties":{"floor":{"type":"integer"},"when":{"type":"string"},"quiet":{"type":"boolean"}},"required":["floor"]}`),
		tool("book", `{"type":"object","properties":{"room":{"$ref":"#/$defs/room"},"guests":{"type":"array","items":{"type":"string"}}},"$defs":{"room":{"type":"object","properties":{"number":{"type":"integer"},"tags":{"type":"array","items":{"type":"integer"}}}}}}`),
		tool("list_rooms", `{"type":"object","properties":{}}`),
		tool("a.b-c", `{"type":"object"}`),
	}
}

// told writes a result in one line a call, for tables.
func told(result Result) string {
	var lines []string
	head := string(result.Outcome)
	if result.Outcome != NotACall {
		head += " " + result.Dialect
	}
	lines = append(lines, head)
	for _, call := range result.Calls {
		line := call.Name + " " + string(call.Arguments)
		if call.ID != "" {
			line = call.ID + " " + line
		}
		if !call.Known {
			line += " UNKNOWN"
		}
		for _, repair := range call.Repairs {
			line += " ~" + repair
		}
		lines = append(lines, line)
	}
	if result.Content != "" && len(result.Calls) > 0 {
		lines = append(lines, "content: "+result.Content)
	}
	return strings.Join(lines, "\n")
}

// grammarCase is a text in one dialect and what is read out of it. Unless own
// is set, Detect must find the same.
type grammarCase struct {
	name, dialect, text, want string
	own                       bool
}

func checkGrammar(t *testing.T, cases []grammarCase) {
	t.Helper()
	for _, test := range cases {
		t.Run(test.name, func(t *testing.T) {
			result := Parse(test.text, offered(), test.dialect)
			if diff := cmp.Diff(test.want, told(result)); diff != "" {
				t.Errorf("Parse as %s, %q (want -, have +):\n%s", test.dialect, result.Detail, diff)
			}
			if test.own {
				return
			}
			result = Detect(test.text, "", offered())
			if diff := cmp.Diff(test.want, told(result)); diff != "" {
				t.Errorf("Detect, %q (want -, have +):\n%s", result.Detail, diff)
			}
		})
	}
}

const (
	room3  = `find_room {"floor":3}`
	room34 = room3 + "\n" + `find_room {"floor":4}`
	nested = `book {"room":{"number":3,"tags":[1,2]},"guests":["Ann","Bo"]}`
	// nestedJSON is a call with objects and arrays in its arguments.
	nestedJSON = `{"name":"book","arguments":{"room":{"number":3,"tags":[1,2]},"guests":["Ann","Bo"]}}`
)

func TestHermes(t *testing.T) {
	const marked = `{"name":"find_room","arguments":{"floor":3,"when":"</tool_call>\n<tool_call>{\"name\":\"x\"} <think>a</think> ` + "```" + ` <call>"}}`
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3}}</tool_call>`, want: "parsed hermes\n" + room3},
		{name: "two, line breaks", dialect: "hermes",
			text: "<tool_call>\n{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}}\n</tool_call>\n<tool_call>\n{\"name\": \"find_room\", \"arguments\": {\"floor\": 4}}\n</tool_call>",
			want: "parsed hermes\n" + room34},
		{name: "text around", dialect: "hermes", text: "Let me see.\n<tool_call>" + nestedJSON + "</tool_call>\nOne moment.<|im_end|>",
			want: "parsed hermes\n" + nested + "\ncontent: Let me see.\nOne moment."},
		{name: "longcat", dialect: "longcat", text: `<longcat_tool_call>{"name":"find_room","arguments":{"floor":3}}</longcat_tool_call>`, want: "parsed hermes\n" + room3},
		{name: "marks inside a string", dialect: "hermes", text: "<tool_call>" + marked + "</tool_call>",
			want: "parsed hermes\n" + `find_room {"floor":3,"when":"</tool_call>\n<tool_call>{\"name\":\"x\"} <think>a</think> ` + "```" + ` <call>"}`},
		{name: "last close tag missing", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3}}`,
			want: "parsed_with_repair hermes\n" + room3 + " ~no </tool_call>"},
		{name: "close tag missing between", dialect: "hermes",
			text: `<tool_call>{"name":"find_room","arguments":{"floor":3}}<tool_call>{"name":"find_room","arguments":{"floor":4}}</tool_call>`,
			want: "parsed_with_repair hermes\nfind_room {\"floor\":3} ~no </tool_call>\nfind_room {\"floor\":4}"},
		{name: "vLLM 17790: text behind the object", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3}} and done</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~text before </tool_call>\ncontent: and done"},
		{name: "one brace too many", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3}}}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~needless brackets before </tool_call>"},
		{name: "one brace missing", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~a missing closing bracket"},
		{name: "two objects in a tag", dialect: "hermes", text: "<tool_call>{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}\n{\"name\":\"find_room\",\"arguments\":{\"floor\":4}}</tool_call>",
			want: "parsed_with_repair hermes\nfind_room {\"floor\":3}\nfind_room {\"floor\":4} ~several calls in one tag"},
		{name: "fence inside", dialect: "hermes", text: "<tool_call>\n```json\n{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}\n```\n</tool_call>",
			want: "parsed_with_repair hermes\n" + room3 + " ~a code fence inside the tag"},
		{name: "vLLM 25729: arguments encoded twice", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":"{\"floor\": 3}"}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~arguments encoded twice"},
		{name: "python's quotes and literals", dialect: "hermes", text: `<tool_call>{'name': 'find_room', 'arguments': {'floor': 3, 'quiet': True,}}</tool_call>`,
			want: "parsed_with_repair hermes\n" + `find_room {"floor":3,"quiet":true} ~single quotes ~True for a boolean ~a comma before a closing bracket`},
		{name: "other names of the members", dialect: "hermes", text: `<tool_call>{"name":"functions.find_room","parameters":{"floor":3}}</tool_call>`, want: "parsed hermes\n" + room3},
		{name: "wrapped", dialect: "hermes", text: `<tool_call>{"id":"c1","type":"function","function":{"name":"find_room","arguments":"{\"floor\":3}"}}</tool_call>`,
			want: "parsed_with_repair hermes\nc1 " + room3 + " ~the call wrapped in \"function\" ~arguments encoded twice"},
		{name: "no arguments", dialect: "hermes", text: `<tool_call>{"name":"list_rooms"}</tool_call>`, want: "parsed_with_repair hermes\nlist_rooms {} ~a call without arguments"},
		{name: "unknown function kept", dialect: "hermes", text: `<tool_call>{"name":"sing","arguments":{"x":[{}]}}</tool_call>`, want: "parsed hermes\nsing {\"x\":[{}]} UNKNOWN"},
		{name: "integer as a string", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":"3","when":"12","extra":"7"}}</tool_call>`,
			want: "parsed_with_repair hermes\n" + `find_room {"floor":3,"when":"12","extra":"7"} ~floor: a number written as a string`},
		{name: "integer with a point", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3.0}}</tool_call>`, want: "parsed hermes\n" + room3},
		{name: "cut off in a value", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3,"when":"2025`, want: "malformed hermes"},
		{name: "cut off behind a value", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3`, want: "malformed hermes"},
		{name: "one good, one bad", dialect: "hermes", text: `<tool_call>{"name":</tool_call><tool_call>{"name":"find_room","arguments":{"floor":3}}</tool_call>`, want: "parsed_with_repair hermes\n" + room3},
		{name: "no object", dialect: "hermes", text: `<tool_call>3</tool_call>`, want: "malformed hermes"},
		{name: "llama.cpp 18183: bare object", dialect: "hermes", text: `{"name":"find_room","arguments":{"floor":3}}`, want: "not_a_call", own: true},
	})
}

func TestWholeOutputs(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "llama example", dialect: "llama3_json", text: `{"name":"find_room","parameters":{"floor":3}}`, want: "parsed llama3_json\n" + room3},
		{name: "python tag", dialect: "llama3_json", text: `<|python_tag|>{"name":"sing","parameters":{}}<|eom_id|>`, want: "parsed llama3_json\nsing {} UNKNOWN"},
		{name: "semicolon", dialect: "llama3_json", text: `{"name":"find_room","parameters":{"floor":3}}; {"name":"find_room","parameters":{"floor":4}}`, want: "parsed llama3_json\n" + room34},
		{name: "llama4 juxtaposed", dialect: "llama4_json", text: `<|python_start|>Looking.<|python_end|>{"name":"find_room","parameters":{"floor":3}}{"name":"find_room","parameters":{"floor":4}}<|eot|>`,
			want: "parsed llama3_json\n" + room34 + "\ncontent: Looking."},
		{name: "vLLM 27701: nesting", dialect: "llama3_json", text: strings.Replace(nestedJSON, "arguments", "parameters", 1), want: "parsed llama3_json\n" + nested},
		{name: "text behind", dialect: "llama3_json", text: `{"name":"find_room","parameters":{"floor":3}}` + "\nThis finds it.", want: "parsed_with_repair llama3_json\n" + room3 + " ~text behind the calls\ncontent: This finds it."},
		{name: "unknown name is an answer", dialect: "llama3_json", text: `{"name":"Ann","parameters":{"age":3}}`, want: "not_a_call"},
		{name: "an answer in JSON", dialect: "llama3_json", text: `{"room":"3-12"}`, want: "not_a_call"},
		{name: "a name alone", dialect: "llama3_json", text: `{"name":"find_room"}`, want: "not_a_call"},
		{name: "cut off", dialect: "llama3_json", text: `{"name":"find_room","parameters":{"floor":3`, want: "malformed llama3_json"},
		{name: "cut off in the name", dialect: "llama3_json", text: `{"name":"find_ro`, want: "not_a_call"},
		{name: "a list cut off", dialect: "xlam", text: `[{"name": "find_room", "argum`, want: "malformed xlam"},
		{name: "python tag cut off", dialect: "llama3_json", text: `<|python_tag|>{"name":"find_room","param`, want: "malformed llama3_json"},
		{name: "python tag, no object", dialect: "llama3_json", text: `<|python_tag|>print(3)`, want: "malformed llama3_json"},
		{name: "words before", dialect: "llama3_json", text: `I call {"name":"find_room","parameters":{"floor":3}}`, want: "not_a_call"},

		{name: "xlam example", dialect: "xlam", text: `[{"name":"find_room","arguments":{"floor":3}}]`, want: "parsed xlam\n" + room3},
		{name: "xlam behind a thought", dialect: "xlam", text: `I must look.</think>[{"name":"find_room","arguments":{"floor":3}},{"name":"find_room","arguments":{"floor":4}}]`, want: "parsed xlam\n" + room34},
		{name: "hammer's fence", dialect: "hammer", text: "```\n[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}]\n```", want: "parsed xlam\n" + room3},
		{name: "xlam in a tag", dialect: "xlam", text: `<tool_call>[` + nestedJSON + `]</tool_call>`, want: "parsed xlam\n" + nested, own: true},
		{name: "xlam behind Mistral's mark", dialect: "xlam", text: `[TOOL_CALLS][` + nestedJSON + `]`, want: "parsed xlam\n" + nested, own: true},
		{name: "xlam one known name is enough", dialect: "xlam", text: `[{"name":"find_room","arguments":{"floor":3}},{"name":"sing","arguments":{}}]`, want: "parsed xlam\n" + room3 + "\nsing {} UNKNOWN"},
		{name: "xlam no call", dialect: "xlam", text: `[]`, want: "not_a_call"},
		{name: "a list as an answer", dialect: "xlam", text: `["3-12", "3-14"]`, want: "not_a_call"},
		{name: "names that are none", dialect: "xlam", text: `[{"name":"Ann","arguments":{}}]`, want: "not_a_call"},

		{name: "glm4 example", dialect: "glm4", text: "find_room\n{\"floor\":3}", want: "parsed glm4\n" + room3},
		{name: "glm4 nested", dialect: "glm4", text: "book\n{\"room\":{\"number\":3,\"tags\":[1,2]},\"guests\":[\"Ann\",\"Bo\"]}", want: "parsed glm4\n" + nested},
		{name: "glm4 dotted", dialect: "glm4", text: "a.b-c\n{}", want: "parsed glm4\na.b-c {}"},
		{name: "glm4 unknown", dialect: "glm4", text: "Result\n{\"floor\":3}", want: "not_a_call"},
		{name: "glm4 prose", dialect: "glm4", text: "find_room is what I would call.", want: "not_a_call"},
	})
}

func TestMistral(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "array", dialect: "mistral", text: `[TOOL_CALLS][{"name":"find_room","arguments":{"floor":3},"id":"a1B2c3D4e"},{"name":"find_room","arguments":{"floor":4}}]</s>`,
			want: "parsed mistral\na1B2c3D4e " + room34},
		{name: "v11", dialect: "mistral", text: `Looking.[TOOL_CALLS]find_room[ARGS]{"floor":3}[TOOL_CALLS]find_room[CALL_ID]a1B2c3D4e[ARGS]{"floor": 4}`,
			want: "parsed mistral\n" + room3 + "\na1B2c3D4e find_room {\"floor\":4}\ncontent: Looking."},
		{name: "no marks inside", dialect: "mistral", text: `[TOOL_CALLS]find_room{"floor":3}find_room{"floor":4}`, want: "parsed mistral\n" + room34},
		{name: "thought", dialect: "mistral", text: `[THINK]I may use [TOOL_CALLS]x[ARGS]{}[/THINK][TOOL_CALLS]find_room[ARGS]{"floor":3}`, want: "parsed mistral\n" + room3},
		{name: "single object", dialect: "mistral", text: `[TOOL_CALLS]{"name":"find_room","arguments":{"floor":3}}`, want: "parsed_with_repair mistral\n" + room3 + " ~one call without its list"},
		{name: "brackets in strings", dialect: "mistral", text: `[TOOL_CALLS]find_room[ARGS]{"floor":3,"when":"[TOOL_CALLS]x[ARGS]{}"}`, want: "parsed mistral\n" + `find_room {"floor":3,"when":"[TOOL_CALLS]x[ARGS]{}"}`},
		{name: "nested", dialect: "mistral", text: `[TOOL_CALLS][` + nestedJSON + `]`, want: "parsed mistral\n" + nested},
		{name: "cut off", dialect: "mistral", text: `[TOOL_CALLS]find_room[ARGS]{"floor":3`, want: "malformed mistral"},
		{name: "mark in prose", dialect: "mistral", text: `[TOOL_CALLS] stands before {"a":1}`, want: "malformed mistral"},
		{name: "prose", dialect: "mistral", text: `[TOOL_CALLS]nothing to do`, want: "malformed mistral"},
	})
}

func TestArrays(t *testing.T) {
	one, two := `[{"name":"find_room","arguments":{"floor":3}}]`, `[{"name":"find_room","arguments":{"floor":3}}, {"name":"find_room","arguments":{"floor":4}}]`
	checkGrammar(t, []grammarCase{
		{name: "granite", dialect: "granite", text: `<|tool_call|>` + one, want: "parsed granite\n" + room3},
		{name: "granite's tag", dialect: "granite", text: `<tool_call>` + two, want: "parsed granite\n" + room34},
		{name: "granite closed tag", dialect: "granite", text: `Wait. <tool_call>[` + nestedJSON + `]</tool_call>`, want: "parsed granite\n" + nested + "\ncontent: Wait."},
		{name: "granite object", dialect: "granite", text: `<|tool_call|>` + nestedJSON, want: "parsed_with_repair granite\n" + nested + " ~one call without its list"},
		{name: "granite broken", dialect: "granite", text: `<|tool_call|>[{"name":"find_room"`, want: "malformed granite"},

		{name: "jamba", dialect: "jamba", text: "<tool_calls>[\n " + nestedJSON + "\n]</tool_calls>", want: "parsed jamba\n" + nested},
		{name: "hunyuan not inside its thought", dialect: "hunyuan_a13b", text: "<think><tool_calls>[]</tool_calls></think><tool_calls>" + two + "</tool_calls>", want: "parsed jamba\n" + room34},
		{name: "jamba closing missing", dialect: "jamba", text: "<tool_calls>" + one, want: "parsed_with_repair jamba\n" + room3 + " ~no </tool_calls>"},
		{name: "jamba cut off", dialect: "jamba", text: "<tool_calls>[{", want: "malformed jamba"},

		{name: "minimax", dialect: "minimax_m1", text: "<tool_calls>\n{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}\n{\"name\":\"find_room\",\"arguments\":{\"floor\":4}}\n</tool_calls>", want: "parsed minimax_m1\n" + room34},
		{name: "minimax cut off", dialect: "minimax_m1", text: "<tool_calls>\n" + nestedJSON + "\n{\"name\":", want: "parsed_with_repair minimax_m1\n" + nested},

		{name: "phi4", dialect: "phi4_mini_json", text: `functools` + one, want: "parsed phi4_mini_json\n" + room3},
		{name: "phi4 native", dialect: "phi4_mini_json", text: `<|tool_call|>` + two + `<|/tool_call|>`, want: "parsed phi4_mini_json\n" + room34},
		{name: "vLLM 48795: arrays inside", dialect: "phi4_mini_json", text: `functools[` + nestedJSON + `]`, want: "parsed phi4_mini_json\n" + nested},
		{name: "phi4 word in prose", dialect: "phi4_mini_json", text: `Use functools for this.`, want: "not_a_call"},

		{name: "cohere", dialect: "cohere_command", text: "<|START_THINKING|>Look.<|END_THINKING|><|START_ACTION|>[\n {\"tool_call_id\": \"0\", \"tool_name\": \"find_room\", \"parameters\": {\"floor\": 3}}\n]<|END_ACTION|>", want: "parsed cohere_command\n0 " + room3},
		{name: "cohere cut off", dialect: "cohere_command", text: "<|START_ACTION|>[{\"tool_call_id\": \"0\"", want: "malformed cohere_command"},
		{name: "cohere no end", dialect: "cohere_command", text: "<|START_ACTION|>[{\"tool_name\": \"find_room\", \"parameters\": {\"floor\": 3}}]", want: "parsed_with_repair cohere_command\n" + room3 + " ~no <|END_ACTION|>"},

		{name: "apertus", dialect: "apertus", text: `<|tools_prefix|>[{"find_room": {"floor": 3}}, {"find_room": {"floor": 4}}]<|tools_suffix|>`, want: "parsed apertus\n" + room34},
		{name: "apertus nested", dialect: "apertus", text: `Hm.<|inner_prefix|>thought<|inner_suffix|><|tools_prefix|>[{"book": {"room":{"number":3,"tags":[1,2]},"guests":["Ann","Bo"]}}]<|tools_suffix|>`, want: "parsed apertus\n" + nested + "\ncontent: Hm."},
		{name: "apertus two members", dialect: "apertus", text: `<|tools_prefix|>[{"a": {}, "b": {}}]<|tools_suffix|>`, want: "malformed apertus"},
	})
	answer := Detect("<|START_RESPONSE|>Floor 3 is free.<|END_RESPONSE|>", "", offered())
	if answer.Outcome != NotACall || answer.Content != "Floor 3 is free." {
		t.Errorf("Cohere's answer: %+v", answer)
	}
}

func TestSingleObjects(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "granite-20b", dialect: "granite-20b-fc", text: `<function_call> {"name":"find_room","arguments":{"floor":3}}`, want: "parsed granite_20b_fc\n" + room3},
		{name: "granite-20b two", dialect: "granite_20b_fc", text: `<function_call> {"name":"find_room","arguments":{"floor":3}} <function_call> {"name":"find_room","arguments":{"floor":4}}`, want: "parsed granite_20b_fc\n" + room34},
		{name: "granite-20b bad", dialect: "granite_20b_fc", text: `<function_call> find_room`, want: "malformed granite_20b_fc"},
		{name: "internlm", dialect: "internlm", text: `I look.<|action_start|><|plugin|>{"name":"find_room","parameters":{"floor":3}}<|action_end|>`, want: "parsed internlm\n" + room3 + "\ncontent: I look."},
		{name: "internlm nested, no end", dialect: "internlm", text: "<|action_start|> <|plugin|>\n" + nestedJSON, want: "parsed_with_repair internlm\n" + nested + " ~no <|action_end|>"},
		{name: "internlm interpreter", dialect: "internlm", text: `<|action_start|><|interpreter|>print(1)<|action_end|>`, want: "malformed internlm"},
	})
}

func TestDeepSeekAndKimi(t *testing.T) {
	const v3 = "<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>function<\uFF5Ctool\u2581sep\uFF5C>find_room\n```json\n{\"floor\": 3}\n```<\uFF5Ctool\u2581call\u2581end\uFF5C>\n" +
		"<\uFF5Ctool\u2581call\u2581begin\uFF5C>function<\uFF5Ctool\u2581sep\uFF5C>find_room\n```json\n{\"floor\": 4}\n```<\uFF5Ctool\u2581call\u2581end\uFF5C><\uFF5Ctool\u2581calls\u2581end\uFF5C><\uFF5Cend\u2581of\u2581sentence\uFF5C>"
	const v31 = "Ok.<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>find_room<\uFF5Ctool\u2581sep\uFF5C>{\"floor\":3}<\uFF5Ctool\u2581call\u2581end\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>find_room<\uFF5Ctool\u2581sep\uFF5C>{\"floor\":4}<\uFF5Ctool\u2581call\u2581end\uFF5C><\uFF5Ctool\u2581calls\u2581end\uFF5C>"
	ascii := strings.NewReplacer("\uFF5C", "|", "\u2581", "_").Replace(v31)
	const kimi = "<|tool_calls_section_begin|><|tool_call_begin|>functions.find_room:0<|tool_call_argument_begin|>{\"floor\":3}<|tool_call_end|><|tool_call_begin|>functions.find_room:1<|tool_call_argument_begin|>{\"floor\":4}<|tool_call_end|><|tool_calls_section_end|>"
	mended := " ~the mark <|tool_call_begin|> for <｜tool▁call▁begin｜> ~the mark <|tool_sep|> for <｜tool▁sep｜>"
	checkGrammar(t, []grammarCase{
		{name: "v3", dialect: "deepseek_v3", text: v3, want: "parsed deepseek_v3\n" + room34},
		{name: "v3 as v31", dialect: "deepseek_v31", text: v3, want: "malformed deepseek_v31", own: true},
		{name: "v3 behind a thought", dialect: "deepseek_r1", text: "I think so.\n</think>\n\n" + v3, want: "parsed deepseek_v3\n" + room34},
		{name: "v3 no fence", dialect: "deepseek_v3", text: "<｜tool▁call▁begin｜>function<｜tool▁sep｜>find_room\n{\"floor\":3}<｜tool▁call▁end｜>", want: "parsed_with_repair deepseek_v3\n" + room3 + " ~arguments without a code fence"},
		{name: "v3 cut off", dialect: "deepseek_v3", text: "<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>find_room\n```json\n{\"fl", want: "malformed deepseek_v3"},
		{name: "v3 nothing inside", dialect: "deepseek_v3", text: "<｜tool▁calls▁begin｜>", want: "malformed deepseek_v3"},
		{name: "v31", dialect: "deepseek_v31", text: v31, want: "parsed deepseek_v31\n" + room34 + "\ncontent: Ok."},
		{name: "v31 ASCII", dialect: "deepseek_v31", text: ascii, own: false,
			want: "parsed_with_repair deepseek_v31\nfind_room {\"floor\":3}" + mended + " ~the mark <|tool_call_end|> for <｜tool▁call▁end｜>" + "\nfind_room {\"floor\":4}" + mended + " ~the mark <|tool_call_end|> for <｜tool▁call▁end｜>" + "\ncontent: Ok."},
		{name: "v31 no end", dialect: "deepseek_v31", text: "<｜tool▁call▁begin｜>find_room<｜tool▁sep｜>{\"floor\":3}", want: "parsed_with_repair deepseek_v31\n" + room3 + " ~no <｜tool▁call▁end｜>"},
		{name: "kimi", dialect: "kimi_k2", text: kimi, want: "parsed kimi_k2\nfunctions.find_room:0 find_room {\"floor\":3}\nfunctions.find_room:1 find_room {\"floor\":4}"},
		{name: "kimi dotted", dialect: "kimi_k2", text: "So.<|tool_call_begin|>functions.a.b-c:7<|tool_call_argument_begin|>{}<|tool_call_end|>", want: "parsed kimi_k2\nfunctions.a.b-c:7 a.b-c {}\ncontent: So."},
		{name: "kimi no number", dialect: "kimi_k2", text: "<|tool_call_begin|>find_room<|tool_call_argument_begin|>{\"floor\":3}<|tool_call_end|>", want: "parsed_with_repair kimi_k2\nfind_room find_room {\"floor\":3} ~an id without the call's number"},
		{name: "kimi cut off", dialect: "kimi_k2", text: "<|tool_calls_section_begin|><|tool_call_begin|>functions.find_room:0", want: "malformed kimi_k2"},
		{name: "kimi nothing inside", dialect: "kimi_k2", text: "<|tool_calls_section_begin|><|tool_calls_section_end|>", want: "malformed kimi_k2"},
	})
}

func TestButtonAndFence(t *testing.T) {
	one := `[{"name":"find_room","arguments":{"floor":3}}]`
	checkGrammar(t, []grammarCase{
		{name: "button", dialect: "button", text: `One look-up. <call>` + one + `</call>`, want: "parsed button\n" + room3 + "\ncontent: One look-up."},
		{name: "button nested", dialect: "button", text: `<call>[` + nestedJSON + `, {"name": "list_rooms", "arguments": {}}]</call>`, want: "parsed button\n" + nested + "\nlist_rooms {}"},
		{name: "button object, no end", dialect: "button", text: `<call>` + nestedJSON, want: "parsed_with_repair button\n" + nested + " ~one call without its list ~no </call>"},
		{name: "button cut off", dialect: "button", text: `<call>[{"name":"find_room","arguments":{"flo`, want: "malformed button"},

		{name: "fence", dialect: "fence", text: "Sure:\n```json\n" + one + "\n```\nDone.", want: "parsed fence\n" + room3 + "\ncontent: Sure:\nDone."},
		{name: "fence objects", dialect: "fence", text: "Ok\n```json\n{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}\n{\"name\":\"find_room\",\"arguments\":{\"floor\":4}}\n```", want: "parsed fence\n" + room34 + "\ncontent: Ok"},
		{name: "fence python", dialect: "fence", text: "```python\n[find_room(floor=3), find_room(floor=4)]\n```", want: "parsed fence\n" + room34},
		{name: "fence tool_code", dialect: "fence", text: "```tool_code\nfind_room(floor=3)\nfind_room(floor=4)\n```", want: "parsed fence\n" + room34},
		{name: "fence marked", dialect: "fence", text: "```tool_call\n{\"name\":\"sing\",\"arguments\":{}}\n```", want: "parsed fence\nsing {} UNKNOWN"},
		{name: "fence unknown", dialect: "fence", text: "```json\n{\"name\":\"Ann\",\"arguments\":{}}\n```", want: "not_a_call"},
		{name: "fence of data", dialect: "fence", text: "Here:\n```json\n{\"room\":\"3-12\"}\n```", want: "not_a_call"},
		{name: "fence of code", dialect: "fence", text: "```python\nimport os\nprint(find_room(floor=3))\n```", want: "not_a_call"},
		{name: "fence of data, then a call", dialect: "fence", text: "```json\n{\"a\":1}\n```\nso\n```json\n" + one + "\n```", want: "parsed fence\n" + room3 + "\ncontent: ```json\n{\"a\":1}\n```\nso"},
		{name: "fence with more than calls", dialect: "fence", text: "```json\n[{\"name\":\"find_room\",\"arguments\":{\"floor\":3}}, 3]\n```", want: "not_a_call", own: true},
		{name: "fence open", dialect: "fence", text: "Ok\n```json\n" + one, want: "parsed_with_repair fence\n" + room3 + " ~no closing fence\ncontent: Ok"},
		{name: "fence marked, broken", dialect: "fence", text: "```tool_call\n{\"name\":\n```", want: "malformed fence"},
	})
	final := Detect("It is known now. <final> Room 3-12 is free. </final>", "", offered())
	want := Result{Outcome: NotACall, Dialect: "button", Content: "Room 3-12 is free.", Reasoning: "It is known now."}
	if diff := cmp.Diff(want, final); diff != "" {
		t.Error(diff)
	}
}
