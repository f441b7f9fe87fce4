package toolcall

import (
	"strings"
	"testing"
)

func TestPythonic(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "pythonic", text: "[find_room(floor=3), find_room(floor=4)]", want: "parsed pythonic\n" + room34},
		{name: "values", dialect: "pythonic",
			text: `[book(room={'number': 3, 'tags': [1, (2,)]}, guests=["Ann", 'O\'Hara'], note=None, ok=True, n=-1.5e3,), list_rooms()]`,
			want: "parsed pythonic\nbook {\"room\":{\"number\":3,\"tags\":[1,[2]]},\"guests\":[\"Ann\",\"O'Hara\"],\"note\":null,\"ok\":true,\"n\":-1.5e3}\nlist_rooms {}"},
		// vLLM #30722: nested lists.
		{name: "nested lists", dialect: "pythonic", text: "[book(guests=[['a', ['b']], []])]",
			want: "parsed pythonic\nbook {\"guests\":[[\"a\",[\"b\"]],[]]}"},
		{name: "brackets and marks inside text", dialect: "pythonic", text: `[find_room(when="])], <tool_call> it's", floor=3)]`,
			want: "parsed pythonic\nfind_room {\"when\":\"])], <tool_call> it's\",\"floor\":3}"},
		{name: "JSON inside", dialect: "lfm2", text: `<|tool_call_start|>[book(room={"number": 3, "tags": null}, ok=true)]<|tool_call_end|>`,
			want: "parsed lfm2\nbook {\"room\":{\"number\":3,\"tags\":null},\"ok\":true}"},
		{name: "dotted name, reserved name of an argument", dialect: "pythonic", text: "[a.b-c(from=1, class='x')]",
			want: "parsed pythonic\na.b-c {\"from\":1,\"class\":\"x\"}"},
		{name: "arguments by place", dialect: "pythonic", text: "[find_room(3, 'now', quiet=False)]",
			want: "parsed_with_repair pythonic\nfind_room {\"floor\":3,\"when\":\"now\",\"quiet\":false} ~arguments without names"},
		{name: "more arguments than places", dialect: "pythonic", text: "[list_rooms(3)]",
			want: "parsed_with_repair pythonic\nlist_rooms {\"argument 1\":3} ~arguments without names"},
		{name: "coerced by the schema", dialect: "pythonic", text: "[find_room(floor='3', when='3')]",
			want: "parsed_with_repair pythonic\nfind_room {\"floor\":3,\"when\":\"3\"} ~floor: a number written as a string"},
		{name: "comments and lines", dialect: "pythonic", text: "[\n  find_room(floor=3),  # third\n  find_room(\n floor=4),\n]",
			want: "parsed pythonic\n" + room34},
		{name: "no brackets", dialect: "pythonic", text: "find_room(floor=3)",
			want: "parsed_with_repair pythonic\n" + room3 + " ~no brackets around the calls"},
		{name: "text behind", dialect: "pythonic", text: "[find_room(floor=3)]\nI have looked.",
			want: "parsed_with_repair pythonic\n" + room3 + " ~text after the calls\ncontent: I have looked."},
		{name: "no tool of the name", dialect: "pythonic", text: "[print(x=1)]", want: "not_a_call"},
		{name: "one of the names is no tool", dialect: "pythonic", text: "[find_room(floor=3), print(x=1)]",
			want: "parsed pythonic\n" + room3 + "\nprint {\"x\":1} UNKNOWN"},
		{name: "a list of words", dialect: "pythonic", text: "[1, 2]", want: "not_a_call"},
		{name: "words", dialect: "pythonic", text: "find_room (which finds rooms) is a function.", want: "not_a_call"},
		{name: "a call in words", dialect: "pythonic", text: "find_room(floor=3) would do it.", want: "not_a_call"},
		{name: "too deep", dialect: "pythonic", text: "[find_room(when=" + strings.Repeat("[", 64) + strings.Repeat("]", 64) + ")]", want: "malformed pythonic"},
		{name: "no literal", dialect: "pythonic", text: "[find_room(floor=__import__('os').getpid())]", want: "malformed pythonic"},
		{name: "cut off", dialect: "pythonic", text: "[find_room(floor=3), find_room(fl", want: "malformed pythonic"},
		{name: "a nested call", dialect: "pythonic", text: "[book(room=find_room(floor=3))]", want: "malformed pythonic"},
	})
}

func TestMarkedPythonic(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "llama 4", dialect: "llama4_pythonic", text: "<|python_start|>[find_room(floor=3), find_room(floor=4)]<|python_end|><|eot|>",
			want: "parsed llama4_pythonic\n" + room34},
		{name: "llama 4 without marks", dialect: "llama4_pythonic", text: "[find_room(floor=3)]", want: "parsed llama4_pythonic\n" + room3, own: true},
		{name: "llama 4, words in the marks", dialect: "llama4_pythonic", text: "<|python_start|>I look.<|python_end|>", want: "not_a_call"},
		{name: "llama 4, unknown function", dialect: "llama4_pythonic", text: "<|python_start|>[print(x=1)]<|python_end|>",
			want: "parsed llama4_pythonic\nprint {\"x\":1} UNKNOWN"},
		{name: "llama 4, no end", dialect: "llama4_pythonic", text: "<|python_start|>[find_room(floor=3)]",
			want: "parsed_with_repair llama4_pythonic\n" + room3 + " ~no <|python_end|>"},
		{name: "lfm2", dialect: "lfm2", text: "I look.<|tool_call_start|>[find_room(floor=3), find_room(floor=4)]<|tool_call_end|>Wait.",
			want: "parsed lfm2\n" + room34 + "\ncontent: I look.\nWait."},
		{name: "lfm2, cut off", dialect: "lfm2", text: "<|tool_call_start|>[find_room(floor=3", want: "malformed lfm2"},
		{name: "olmo", dialect: "olmo3", text: "<function_calls>\nfind_room(floor=3)\nfind_room(floor=4)\n</function_calls>",
			want: "parsed olmo3\n" + room34},
		{name: "olmo, JSON words", dialect: "olmo3", text: "So.\n<function_calls>find_room(floor=3, quiet=true, when=null)</function_calls>",
			want: "parsed olmo3\nfind_room {\"floor\":3,\"quiet\":true,\"when\":null}\ncontent: So."},
		{name: "olmo, a value that holds the marks", dialect: "olmo3", text: "<function_calls>\nfind_room(when='</function_calls>\\n', floor=3)\n</function_calls>",
			want: "parsed olmo3\nfind_room {\"when\":\"</function_calls>\\n\",\"floor\":3}"},
		{name: "olmo, cut off", dialect: "olmo3", text: "<function_calls>\nfind_room(floor=3)\nfind_room(", want: "malformed olmo3"},
	})
}

func TestGemma(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "functiongemma", text: "<start_function_call>call:find_room{floor:3}<end_function_call>",
			want: "parsed functiongemma\n" + room3},
		{name: "two", dialect: "functiongemma",
			text: "<start_function_call>call:find_room{floor:3}<end_function_call><start_function_call>call:find_room{floor:4}<end_function_call><start_function_response>",
			want: "parsed functiongemma\n" + room34},
		// vLLM's pattern keeps only strings, and nothing nested.
		{name: "values", dialect: "functiongemma",
			text: "<start_function_call>call:book{guests:[<escape>Ann, {b}<escape>,<escape><escape>],room:{number:3,tags:[],x:{}},n:-1.5,ok:true,no:null}<end_function_call>",
			want: "parsed functiongemma\nbook {\"guests\":[\"Ann, {b}\",\"\"],\"room\":{\"number\":3,\"tags\":[],\"x\":{}},\"n\":-1.5,\"ok\":true,\"no\":null}"},
		{name: "no arguments", dialect: "functiongemma", text: "Yes.<start_function_call>call:list_rooms{}<end_function_call>",
			want: "parsed functiongemma\nlist_rooms {}\ncontent: Yes."},
		{name: "a bare word", dialect: "functiongemma", text: "<start_function_call>call:find_room{when:next week,floor:3}<end_function_call>",
			want: "parsed_with_repair functiongemma\nfind_room {\"when\":\"next week\",\"floor\":3} ~a bare word read as text"},
		{name: "JSON's quotes", dialect: "functiongemma", text: `<start_function_call>call:find_room{"when":"a, b"}<end_function_call>`,
			want: "parsed_with_repair functiongemma\nfind_room {\"when\":\"a, b\"} ~a key in JSON's quotes ~a string in JSON's quotes"},
		{name: "cut off", dialect: "functiongemma", text: "<start_function_call>call:find_room{when:<escape>to", want: "malformed functiongemma"},
		{name: "no end", dialect: "functiongemma", text: "<start_function_call>call:find_room{floor:3}",
			want: "parsed_with_repair functiongemma\n" + room3 + " ~no <end_function_call>"},
		{name: "gemma 4", dialect: "gemma4", text: `<|tool_call>call:find_room{floor:3,when:<|"|>x: {1}<|"|>}<tool_call|>`,
			want: "parsed gemma4\nfind_room {\"floor\":3,\"when\":\"x: {1}\"}"},
		{name: "gemma 4, two, None", dialect: "gemma4", text: `<|tool_call>call:find_room{floor:3,when:None}<tool_call|><|tool_call>call:a.b-c{<|"|>x y<|"|>:[[1]]}<tool_call|><|tool_response>`,
			want: "parsed gemma4\nfind_room {\"floor\":3,\"when\":null}\na.b-c {\"x y\":[[1]]}"},
		{name: "gemma 4, too deep", dialect: "gemma4", text: "<|tool_call>call:a.b-c{x:" + strings.Repeat("[", 64) + strings.Repeat("]", 64) + "}<tool_call|>", want: "malformed gemma4"},
	})
}

func TestHarmony(t *testing.T) {
	call := "<|channel|>commentary to=functions.find_room <|constrain|>json<|message|>{\"floor\":3}<|call|>"
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "openai", text: call, want: "parsed openai\n" + room3},
		{name: "recipient first", dialect: "openai", text: "<|start|>assistant to=functions.find_room<|channel|>commentary json<|message|>{\"floor\":3}<|call|>",
			want: "parsed openai\n" + room3},
		{name: "recipient first, the start taken by the template", dialect: "openai", text: " to=functions.find_room<|channel|>commentary json<|message|>{\"floor\":3}",
			want: "parsed openai\n" + room3},
		{name: "thought, preamble, two calls", dialect: "openai",
			text: "<|channel|>analysis<|message|>They want {\"floor\": 9}.<|end|><|start|>assistant<|channel|>commentary<|message|>I look.<|end|><|start|>assistant" + call +
				"<|start|>assistant<|channel|>commentary to=functions.find_room <|constrain|>json<|message|>{\"floor\":4}<|call|>",
			want: "parsed openai\n" + room34 + "\ncontent: I look."},
		{name: "missing ends", dialect: "openai", text: "<|channel|>analysis<|message|>Hm." + call, want: "parsed openai\n" + room3},
		{name: "a value that holds words of the header", dialect: "openai",
			text: "<|channel|>commentary to=functions.find_room<|message|>{\"when\":\"to=functions.book json\"}<|call|>",
			want: "parsed openai\nfind_room {\"when\":\"to=functions.book json\"}"},
		{name: "thoughts channel", dialect: "openai", text: "<|channel|>analysis to=functions.find_room<|message|>{\"floor\":3}<|call|>",
			want: "parsed_with_repair openai\n" + room3 + " ~a call on the channel for thoughts"},
		{name: "no arguments", dialect: "openai", text: "<|channel|>commentary to=functions.list_rooms<|message|>{}<|call|>", want: "parsed openai\nlist_rooms {}"},
		{name: "a built-in tool", dialect: "openai", text: "<|channel|>commentary to=browser.search<|message|>{\"q\":1}<|call|>",
			want: "parsed openai\nbrowser.search {\"q\":1} UNKNOWN"},
		{name: "text behind the object", dialect: "openai", text: "<|channel|>commentary to=functions.find_room<|message|>{\"floor\":3} ok<|call|>",
			want: "parsed_with_repair openai\n" + room3 + " ~text after the arguments"},
		{name: "cut off", dialect: "openai", text: "<|channel|>commentary to=functions.find_room<|message|>{\"floor\"", want: "malformed openai"},
		// vLLM PR #25729: arguments as a string inside a string.
		{name: "encoded twice", dialect: "openai", text: "<|channel|>commentary to=functions.find_room<|message|>\"{\\\"floor\\\":3}\"<|call|>",
			want: "parsed_with_repair openai\n" + room3 + " ~arguments encoded twice"},
		{name: "cut off in the header", dialect: "openai", text: "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.fi", want: "malformed openai"},
		{name: "a call in a thought is none", dialect: "openai", text: "<|channel|>analysis<|message|>{\"name\": \"find_room\", \"arguments\": {}}<|end|><|start|>assistant<|channel|>final<|message|>No.<|return|>",
			want: "not_a_call"},
		// Servers that strip special tokens.
		{name: "stripped", dialect: "openai", text: "analysisThey want a room.assistantcommentary to=functions.find_room json{\"floor\":3}assistantcommentary to=functions.find_room json{\"floor\":4}",
			want: "parsed_with_repair openai\n" + room3 + " ~the special tokens around the call are missing\nfind_room {\"floor\":4} ~the special tokens around the call are missing"},
		{name: "stripped, recipient first", dialect: "openai", text: "assistant to=functions.find_roomcommentary json{\"floor\":3}",
			want: "parsed_with_repair openai\n" + room3 + " ~the special tokens around the call are missing"},
		{name: "stripped, cut off", dialect: "openai", text: "commentary to=functions.find_room json{\"floor\":", want: "malformed openai"},
	})
	result := Detect("<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Floor 3.<|return|>", "", offered())
	if result.Outcome != NotACall || result.Content != "Floor 3." || result.Reasoning != "Hm." {
		t.Errorf("an answer in words: %+v", result)
	}
	result = Detect("analysisThey want a room.assistantcommentary to=functions.find_room json{\"floor\":3}", "", offered())
	if result.Reasoning != "They want a room." || result.Content != "" {
		t.Errorf("a thought without tokens: %+v", result)
	}
}

func TestReact(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "react", text: "Action: find_room\nAction Input: {\"floor\": 3}", want: "parsed react\n" + room3},
		{name: "two", dialect: "react", text: "Thought: both floors.\nAction: find_room\nAction Input: {\"floor\": 3}\nAction: find_room\nAction Input: {\"floor\": 4}\n",
			want: "parsed react\n" + room34 + "\ncontent: both floors."},
		{name: "Python dict", dialect: "react", text: "Action: book\nAction Input: {'room': {'number': 3, 'tags': (1,)}, 'guests': None, 'note': 'it\\'s'}",
			want: "parsed react\nbook {\"room\":{\"number\":3,\"tags\":[1]},\"guests\":null,\"note\":\"it's\"}"},
		{name: "stop at an observation", dialect: "react", text: "Action: find_room\nAction Input: {\"floor\": 3}\nObservation: 3-12\nAction: find_room\nAction Input: {\"floor\": 4}",
			want: "parsed react\n" + room3},
		{name: "labels inside a value", dialect: "react", text: "Action: find_room\nAction Input: {\"when\": \"Action: x\\nObservation: y\",\n \"floor\": 3}",
			want: "parsed react\nfind_room {\"when\":\"Action: x\\nObservation: y\",\"floor\":3}"},
		{name: "fence", dialect: "react", text: "Action: `find_room`\nAction Input:\n```json\n{\"floor\": 3}\n```",
			want: "parsed_with_repair react\n" + room3 + " ~marks around the name of the function ~a code fence around the arguments"},
		{name: "nothing for no arguments", dialect: "react", text: "Action: list_rooms\nAction Input: None\n",
			want: "parsed_with_repair react\nlist_rooms {} ~nothing for no arguments"},
		{name: "no input", dialect: "react", text: "Action: list_rooms\nObservation: x",
			want: "parsed_with_repair react\nlist_rooms {} ~no Action Input:"},
		{name: "unknown function", dialect: "react", text: "Action: rooms\nAction Input: {\"x\": 1}", want: "parsed react\nrooms {\"x\":1} UNKNOWN"},
		{name: "cut off", dialect: "react", text: "Thought: a\nAction: find_room\nAction Input: {\"floor\": ", want: "malformed react"},
		{name: "cut off in the name", dialect: "react", text: "Action: find_room", want: "malformed react"},
		{name: "arguments in words", dialect: "react", text: "Action: find_room\nAction Input: the third floor", want: "malformed react"},
		{name: "words", dialect: "react", text: "Action: I would call the desk.", want: "not_a_call"},
		{name: "a list in words", dialect: "react", text: "Plan:\nAction: call\nResult: none", want: "not_a_call"},
	})
	result := Detect("Thought: I know.\nFinal Answer: Floor 3.\nIt is free.", "", offered())
	if result.Outcome != NotACall || result.Content != "Floor 3.\nIt is free." || result.Reasoning != "I know." {
		t.Errorf("a final answer: %+v", result)
	}
}
