package toolcall

import (
	"strings"
	"testing"
)

// TestFaults: texts that go wrong somewhere. Nothing is altered in silence, no
// call is made of half a call, and none of words.
func TestFaults(t *testing.T) {
	const one = `{"name":"find_room","arguments":{"floor":3}}`
	checkGrammar(t, []grammarCase{
		// Something beside the arguments.
		{name: "a member beside the arguments", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{},"floor":3}</tool_call>`,
			want: "parsed_with_repair hermes\nfind_room {} ~the member \"floor\" beside the arguments left out"},
		{name: "arguments twice", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":{"floor":3},"parameters":{"floor":4}}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~the member \"parameters\" beside the arguments left out"},
		{name: "arguments beside the wrapping", dialect: "hermes", text: `<tool_call>{"function":{"name":"find_room"},"arguments":{"floor":3},"type":"function"}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~the call wrapped in \"function\""},
		{name: "null for arguments", dialect: "hermes", text: `<tool_call>{"name":"list_rooms","arguments":null}</tool_call>`,
			want: "parsed_with_repair hermes\nlist_rooms {} ~null for no arguments"},
		{name: "an empty string for arguments", dialect: "hermes", text: `<tool_call>{"name":"list_rooms","arguments":" "}</tool_call>`,
			want: "parsed_with_repair hermes\nlist_rooms {} ~an empty string for no arguments"},
		{name: "a string that holds no object", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":"3"}</tool_call>`, want: "malformed hermes"},
		{name: "a list for arguments", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":[3]}</tool_call>`, want: "malformed hermes"},
		{name: "an object encoded twice, with repairs", dialect: "hermes", text: `<tool_call>{"name":"find_room","arguments":"{'floor': 3,}"}</tool_call>`,
			want: "parsed_with_repair hermes\n" + room3 + " ~arguments encoded twice ~single quotes ~a comma before a closing bracket"},
		{name: "the arguments end too early", dialect: "kimi_k2", text: `<|tool_call_begin|>functions.find_room:0<|tool_call_argument_begin|>{"floor":3},"when":"now"}<|tool_call_end|>`,
			want: "malformed kimi_k2"},
		{name: "so does a dict of ReAct", dialect: "react", text: `Action: find_room` + "\n" + `Action Input: {"floor":3},"when":"now"}`, want: "malformed react"},
		{name: "so do Gemma's", dialect: "functiongemma", text: `<start_function_call>call:find_room{floor:3},when:<escape>now<escape>}<end_function_call>`, want: "malformed functiongemma"},
		{name: "a colon twice", dialect: "functiongemma", text: `<start_function_call>call:find_room{floor::3}<end_function_call>`, want: "malformed functiongemma"},
		{name: "a name with a mark in it", dialect: "deepseek_v31", text: "<｜tool▁call▁begin｜><｜tool▁call▁begin｜>find_room<｜tool▁sep｜>{\"floor\":3}<｜tool▁call▁end｜>",
			want: "parsed_with_repair deepseek_v31\n" + room3},
		{name: "a name with a bracket too many", dialect: "deepseek_v3", text: "<｜tool▁call▁begin｜>function<｜tool▁sep｜>>find_room\n```json\n{}\n```<｜tool▁call▁end｜>", want: "malformed deepseek_v3"},
		{name: "an unknown name of two words", dialect: "hermes", text: `<tool_call>{"name":"find room","arguments":{}}</tool_call>`, want: "parsed hermes\nfind room {} UNKNOWN"},
		{name: "strings side by side", dialect: "pythonic", text: "[book(guests=['Ann' 'Bo'])]",
			want: "parsed_with_repair pythonic\nbook {\"guests\":[\"AnnBo\"]} ~strings side by side joined"},
		{name: "a place and a name for one argument", dialect: "pythonic", text: "[find_room(3, floor=4)]", want: "malformed pythonic"},

		// A mark that is lost or broken.
		{name: "an opening tag lost", dialect: "hermes", text: "<tool_call>" + one + "</tool_call>\ntool_call>" + one + "</tool_call>",
			want: "parsed_with_repair hermes\n" + room3 + "\ncontent: tool_call>" + one + "</tool_call>"},
		{name: "the only opening tag lost", dialect: "hermes", text: "So: " + one + "\n</tool_call>", want: "malformed hermes"},
		{name: "a mark lost that nothing closes", dialect: "granite_20b_fc", text: "<function_call> " + one + " unction_call> " + one,
			want: "parsed_with_repair granite_20b_fc\n" + room3 + "\ncontent: unction_call> " + one},
		{name: "an argument's opening broken", dialect: "qwen3_coder", text: "<function=find_room><parameter=floor>3</parameter><paramter=when>now</parameter></function>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"floor\":\"3</parameter><paramter=when>now\"} ~a value that holds tags of its own kind"},
		{name: "an argument's closing twice", dialect: "qwen3_coder", text: "<function=find_room><parameter=floor>3</parameter></parameter></function>",
			want: "parsed_with_repair qwen3_coder\n" + room3 + " ~</parameter> several times"},
		{name: "a call's closing broken", dialect: "qwen3_coder",
			text: "<tool_call><function=find_room><parameter=floor>3</parameter></func></tool_call><tool_call><function=book><parameter=guests>[]</parameter></function></tool_call>",
			want: "parsed_with_repair qwen3_coder\nbook {\"guests\":[]}"},
		{name: "a call's opening twice", dialect: "qwen3_coder", text: "<function=find_room><function=find_room><parameter=floor>3</parameter></function>",
			want: "parsed_with_repair qwen3_coder\n" + room3},
		{name: "a quote lost in a tag", dialect: "minimax_m2", text: `<minimax:tool_call><invoke name="find_room><parameter name="floor">3</parameter></invoke></minimax:tool_call>`,
			want: "malformed minimax_m2"},
		{name: "a key's opening broken", dialect: "glm45", text: "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n<arg_ky>when</arg_key>\n<arg_value>now</arg_value>\n</tool_call>",
			want: "parsed_with_repair glm45\nfind_room {\"floor\":\"3</arg_value>\\n<arg_ky>when</arg_key>\\n<arg_value>now\"} ~a value that holds tags of its own kind"},
		{name: "a call's closing broken, GLM", dialect: "glm45",
			text: "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n</tool_cal>\n<tool_call>book\n<arg_key>guests</arg_key>\n<arg_value>[]</arg_value>\n</tool_call>",
			want: "parsed_with_repair glm45\nbook {\"guests\":[]}"},
		{name: "a call to nobody", dialect: "openai", text: "<|channel|>commentary <|constrain|>json<|message|>{\"floor\":3}<|call|>", want: "malformed openai"},
		{name: "tokens inside a string", dialect: "openai", text: "<|channel|>commentary to=functions.find_room<|message|>{\"when\":\"<|end|><|channel|>\"}<|call|>",
			want: "parsed openai\nfind_room {\"when\":\"<|end|><|channel|>\"}"},
		{name: "the label of the input broken", dialect: "react", text: "Action: find_room\nActon Input: {\"floor\": 3}\nAction: list_rooms\nAction Input: {}",
			want: "parsed_with_repair react\nlist_rooms {}"},
		{name: "a label twice", dialect: "react", text: "Action: Action: find_room\nAction Input: {\"floor\": 3}",
			want: "parsed_with_repair react\n" + room3 + " ~Action: twice"},
		{name: "labels in bold", dialect: "react", text: "**Action:** find_room\n**Action Input:** {\"floor\": 3}",
			want: "parsed_with_repair react\n" + room3 + " ~marks around the name of the function"},

		// An answer that ends too early.
		{name: "cut off behind an inner bracket", dialect: "mistral", text: `[TOOL_CALLS]book[ARGS]{"room":{"number":3}`, want: "malformed mistral"},
		{name: "cut off behind the function", dialect: "qwen3_coder", text: "<tool_call>\n<function=find_room>\n", want: "malformed qwen3_coder"},
		{name: "cut off behind an argument", dialect: "seed_oss", text: "<seed:tool_call><function=find_room><parameter=floor>3</parameter>", want: "malformed seed_oss"},
		{name: "cut off inside a tag", dialect: "qwen3_coder", text: "<tool_call>\n<funct", want: "malformed qwen3_coder"},
		{name: "cut off before the arguments", dialect: "openai", text: "<|channel|>commentary to=functions.find_room<|message|>", want: "malformed openai"},
		{name: "cut off before the input", dialect: "react", text: "Action: find_room\nAction Input:", want: "malformed react"},
		{name: "cut off in an array", dialect: "jamba", text: "<tool_calls>[" + one + `, {"name":"find_`, want: "parsed_with_repair jamba\n" + room3},

		// Values of tags that are containers.
		{name: "a member twice in a bare value", dialect: "qwen3_coder", text: `<function=book><parameter=room>{"number": 3, "number": 4}</parameter></function>`,
			want: "parsed_with_repair qwen3_coder\nbook {\"room\":{\"number\":4}} ~room: the member \"number\" stands twice"},
		{name: "Python's escapes in a bare value", dialect: "qwen3_coder", text: `<function=book><parameter=guests>['\x41nn', 'O\'Hara']</parameter></function>`,
			want: "parsed qwen3_coder\nbook {\"guests\":[\"Ann\",\"O'Hara\"]}"},
		{name: "a broken container", dialect: "glm45", text: `<tool_call>book<arg_key>room</arg_key><arg_value>{"number": 3</arg_value></tool_call>`,
			want: "parsed_with_repair glm45\nbook {\"room\":\"{\\\"number\\\": 3\"} ~room: kept as text, as it cannot be read as JSON"},
		{name: "a number in Python's spelling", dialect: "glm45", text: `<tool_call>find_room<arg_key>floor</arg_key><arg_value>1_000</arg_value></tool_call>`,
			want: "parsed_with_repair glm45\nfind_room {\"floor\":1000} ~floor: the number 1_000 written as 1000"},

		// Other forms of a dialect.
		{name: "Kimi's other section", dialect: "kimi_k2", text: "<|tool_call_section_begin|><|tool_call_begin|>functions.find_room:0<|tool_call_argument_begin|>{\"floor\":3}<|tool_call_end|><|tool_call_section_end|>",
			want: "parsed kimi_k2\nfunctions.find_room:0 " + room3},
		{name: "LFM's JSON", dialect: "lfm2", text: "<|tool_call_start|>[" + one + "]<|tool_call_end|>", want: "parsed lfm2\n" + room3},
		{name: "Cohere's lone object", dialect: "cohere_command", text: `<|START_ACTION|>{"tool_name":"find_room","parameters":{"floor":3}}<|END_ACTION|>`,
			want: "parsed_with_repair cohere_command\n" + room3 + " ~one call without its list"},
		{name: "Gemma's thought", dialect: "gemma4", text: "<|channel>thought\nUse <|tool_call>?<channel|><|tool_call>call:find_room{floor:3}<tool_call|>", want: "parsed gemma4\n" + room3},
		{name: "a thought between calls", dialect: "hermes", text: "<tool_call>" + one + "</tool_call>\n<think>Or <tool_call>" + one + "</tool_call>?</think>\n<tool_call>" + one + "</tool_call>",
			want: "parsed hermes\n" + room3 + "\n" + room3},
		{name: "a thought between calls of tags", dialect: "minimax_m2", text: "<minimax:tool_call><invoke name=\"list_rooms\"></invoke></minimax:tool_call><think>Not <invoke name=\"book\"></invoke>.</think>",
			want: "parsed minimax_m2\nlist_rooms {}"},
		{name: "a thought that does not end is text", dialect: "hermes", text: "<tool_call>" + one + "</tool_call>\n<think>Or <tool_call>" + one + "</tool_call>",
			want: "parsed hermes\n" + room3 + "\n" + room3 + "\ncontent: Or"},
		{name: "a mark inside a bare array", dialect: "xlam", text: `[{"name":"find_room","arguments":{"when":"<tool_call>[TOOL_CALLS]"}}]`,
			want: "parsed xlam\nfind_room {\"when\":\"<tool_call>[TOOL_CALLS]\"}"},
	})
}

// TestNoCalls: texts that talk of tools and calls without making any.
func TestNoCalls(t *testing.T) {
	const declared = `{"name": "find_room", "description": "Finds.", "parameters": {"type": "object", "properties": {"floor": {"type": "integer"}}}}`
	const answered = `[{"name": "find_room", "arguments": {"floor": 3}, "results": {"room": "3-12"}}]`
	for _, text := range []string{
		"I could call find_room(floor=3) for that.", "`find_room(floor=3)`", "Try list_rooms()", "find_room: {\"floor\": 3}",
		"Use `{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}}` as the body.", "The tool find_room takes {\"floor\": 3}.",
		declared, "[" + declared + "]", `{"type": "function", "function": ` + declared + `}`, "The tools:\n```json\n[" + declared + "]\n```", "```json\n" + declared + "\n```",
		answered, "```json\n" + answered + "\n```", "```json\n{\"name\": \"find_room\", \"result\": 3}\n```",
		"For example:\n```python\nroom = find_room(floor=3)\nprint(room)\n```", "<tool_response>\n{\"name\": \"find_room\"}\n</tool_response>",
		"<tools>\n" + declared + "\n</tools>", "To call, write <tool_call> and </tool_call> around it.", "A call stands between <tool_call> and </tool_call>, so <tool_call>{...}</tool_call>.",
		"Please write [TOOL_CALLS] before the call.", "Write <function=NAME> for a call, or <invoke name=\"x\">.", "I will set to=functions. Then.", "Final Answer: Use Action: find_room",
		"The action: find_room\nwith input 3", "<call>me</call>", "import functools\nfunctools[0]", `{"tool": "find_room", "floor": 3}`, `{"find_room": {"floor": 3}}`,
		"[find_room](http://example.com)(floor)", "Book:\n{\"title\": \"Dune\"}", "<|tools_prefix|> begins a call, <|tools_suffix|> ends it.", "<|START_RESPONSE|>Use <|START_ACTION|>.<|END_RESPONSE|>",
	} {
		for _, parser := range append([]string{Auto}, names()...) {
			if result := Parse(text, offered(), parser); len(result.Calls) > 0 {
				t.Errorf("%q by %s: %s", text, parser, strings.ReplaceAll(told(result), "\n", "; "))
			}
		}
	}
}

// TestRead: calls that stand among the thoughts, by a named parser.
func TestRead(t *testing.T) {
	const call = `<tool_call>{"name":"find_room","arguments":{"floor":3}}</tool_call>`
	found := "parsed_with_repair hermes\n" + room3 + " ~found in the reasoning"
	for _, test := range []struct{ parser, text, reasoning, want, thought string }{
		{"hermes", call, "a", "parsed hermes\n" + room3, "a"},
		{"hermes", "<think>b</think>" + call, "a", "parsed hermes\n" + room3, "a\n\nb"},
		{"hermes", "", "I look. " + call, found, "I look. " + call},
		{"hermes", "<think>I look. " + call, "", found, "I look. " + call},
		{Auto, "", "I look. " + call, found, "I look. " + call},
		{"hermes", "No.", call, "not_a_call", call},
		{"hermes", "", "Hm.", "not_a_call", "Hm."},
		{"hermes", "", "I write <tool_call>", "not_a_call", "I write <tool_call>"}, // a thought of a call is none
		{"fence", "", "```json\n[]\n```", "not_a_call", "```json\n[]\n```"},
		{"klingon", "x", "y", "malformed ", "y"},
	} {
		result := Read(test.text, test.reasoning, offered(), test.parser)
		if have := told(result); have != test.want || result.Reasoning != test.thought {
			t.Errorf("%s of %q, %q: %q and thought %q, want %q and %q", test.parser, test.text, test.reasoning, have, result.Reasoning, test.want, test.thought)
		}
	}
}

func names() []string {
	var names []string
	for _, dialect := range Dialects() {
		names = append(names, dialect.Name)
	}
	return names
}
