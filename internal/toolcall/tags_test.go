package toolcall

import (
	"strings"
	"testing"
)

func TestQwenXML(t *testing.T) {
	one := "<tool_call>\n<function=find_room>\n<parameter=floor>\n3\n</parameter>\n</function>\n</tool_call>"
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "qwen3_coder",
			text: "<tool_call><function=find_room><parameter=floor>3</parameter></function></tool_call>",
			want: "parsed qwen3_coder\n" + room3},
		{name: "two", dialect: "qwen3_xml",
			text: one + "\n<tool_call>\n<function=find_room>\n<parameter=floor>\n4\n</parameter>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\n" + room34},
		{name: "two in one block", dialect: "qwen3_coder",
			text: "<tool_call><function=find_room><parameter=floor>3</parameter></function><function=find_room><parameter=floor>4</parameter></function></tool_call>",
			want: "parsed qwen3_coder\n" + room34},
		{name: "text around", dialect: "qwen3_coder", text: "I look.\n" + one + "\nDone.<|im_end|>",
			want: "parsed qwen3_coder\n" + room3 + "\ncontent: I look.\nDone."},
		{name: "no outer tags", dialect: "qwen3_coder", text: "<function=find_room>\n<parameter=floor>\n3\n</parameter>\n</function>",
			want: "parsed qwen3_coder\n" + room3},
		{name: "only the closing outer tag", dialect: "qwen3_coder", text: "<function=find_room>\n<parameter=floor>\n3\n</parameter>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\n" + room3},
		{name: "no arguments", dialect: "qwen3_coder", text: "<tool_call>\n<function=list_rooms>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\nlist_rooms {}"},
		{name: "a string that looks like a number stays", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=when>\n2025\n</parameter>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\nfind_room {\"when\":\"2025\"}"},
		{name: "Python's True", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=quiet>\nTrue\n</parameter>\n<parameter=floor>\n3.0\n</parameter>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\nfind_room {\"quiet\":true,\"floor\":3}"},
		// vLLM #46924: arguments typed by reference came as strings.
		{name: "typed by reference", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=book>\n<parameter=room>\n{\"number\": \"12\", \"tags\": [1, \"2\"]}\n</parameter>\n<parameter=guests>\n[\"Ann\", \"7\"]\n</parameter>\n</function>\n</tool_call>",
			want: "parsed_with_repair qwen3_coder\nbook {\"room\":{\"number\":12,\"tags\":[1,2]},\"guests\":[\"Ann\",\"7\"]} ~room.number: a number written as a string ~room.tags[]: a number written as a string"},
		{name: "a Python dict", dialect: "qwen3_coder",
			text: "<function=book><parameter=room>{'number': 12, 'tags': []}</parameter></function>",
			want: "parsed qwen3_coder\nbook {\"room\":{\"number\":12,\"tags\":[]}}"},
		{name: "newlines inside a value", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=when>\n\na\nb\n\n</parameter>\n</function>\n</tool_call>",
			want: "parsed qwen3_coder\nfind_room {\"when\":\"\\na\\nb\\n\"}"},
		{name: "less-than, entities and CDATA are text", dialect: "qwen3_coder",
			text: "<function=find_room><parameter=when>a < b &amp; <![CDATA[c]]> </div></parameter></function>",
			want: "parsed qwen3_coder\nfind_room {\"when\":\"a < b &amp; <![CDATA[c]]> </div>\"}"},
		{name: "a value that holds a closing tag", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=when>\nsay </parameter> twice\n</parameter>\n</function>\n</tool_call>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"when\":\"say </parameter> twice\"} ~a value that holds tags of its own kind"},
		{name: "a value that holds a whole call", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=when>\n" + one + "\n</parameter>\n<parameter=floor>\n3\n</parameter>\n</function>\n</tool_call>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"when\":\"<tool_call>\\n<function=find_room>\\n<parameter=floor>\\n3\\n</parameter>\\n</function>\\n</tool_call>\",\"floor\":3} ~a value that holds tags of its own kind"},
		{name: "a value that holds an opening tag", dialect: "qwen3_coder",
			text: "<function=find_room><parameter=when>print('<parameter=x>')</parameter></function>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"when\":\"print('<parameter=x>')\"} ~a value that holds tags of its own kind"},
		{name: "no closing tag of an argument", dialect: "qwen3_coder",
			text: "<function=find_room>\n<parameter=floor>\n3\n<parameter=when>\nnow\n</parameter>\n</function>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"floor\":3,\"when\":\"now\"} ~no </parameter>"},
		{name: "no closing tag, all in one line", dialect: "qwen3_coder",
			text: "<function=find_room><parameter=floor>3<parameter=when>now</parameter></function>",
			want: "parsed_with_repair qwen3_coder\nfind_room {\"floor\":3,\"when\":\"now\"} ~no </parameter>"},
		{name: "no closing tag of the last argument", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=floor>\n3\n</function>\n</tool_call>",
			want: "parsed_with_repair qwen3_coder\n" + room3 + " ~no </parameter>"},
		{name: "no closing tag of the call", dialect: "qwen3_coder",
			text: "<tool_call>\n<function=find_room>\n<parameter=floor>\n3\n</parameter>\n</tool_call>",
			want: "parsed_with_repair qwen3_coder\n" + room3 + " ~no </function>"},
		{name: "JSON inside the tag", dialect: "qwen3_coder",
			text: "<function=find_room>{\"floor\": 3}</function>",
			want: "parsed_with_repair qwen3_coder\n" + room3 + " ~the arguments as one JSON object"},
		{name: "unknown function", dialect: "qwen3_coder",
			text: "<function=rooms><parameter=floor>3</parameter><parameter=when>now</parameter></function>",
			want: "parsed qwen3_coder\nrooms {\"floor\":3,\"when\":\"now\"} UNKNOWN"},
		{name: "cut off in a value", dialect: "qwen3_coder", text: "<tool_call>\n<function=find_room>\n<parameter=when>\nto",
			want: "malformed qwen3_coder"},
		{name: "cut off in a name", dialect: "qwen3_coder", text: "<tool_call>\n<function=find_ro", want: "malformed qwen3_coder"},
		{name: "one good, one cut off", dialect: "qwen3_coder", text: one + "\n<tool_call>\n<function=find_room>\n<parameter=when>\nto",
			want: "parsed_with_repair qwen3_coder\n" + room3},
		{name: "words", dialect: "qwen3_coder", text: "Use functions.", want: "not_a_call"},
		// A template without the marks of Hermes: one model name, two languages.
		{name: "JSON in the block", dialect: "qwen3_coder", text: "<tool_call>\n{\"name\": \"find_room\", \"arguments\": {\"floor\": 3}}\n</tool_call>",
			want: "malformed qwen3_coder", own: true},
	})
}

func TestSeedMinimaxStep(t *testing.T) {
	checkGrammar(t, []grammarCase{
		{name: "seed", dialect: "seed_oss",
			text: "<seed:think>Hm.</seed:think><seed:tool_call>\n<function=find_room>\n<parameter=floor>3</parameter>\n</function>\n</seed:tool_call>",
			want: "parsed seed_oss\n" + room3},
		{name: "seed, several", dialect: "seed_oss",
			text: "<seed:tool_call><function=find_room><parameter=floor>3</parameter></function></seed:tool_call><seed:tool_call><function=find_room><parameter=floor>4</parameter></function></seed:tool_call>",
			want: "parsed seed_oss\n" + room34},
		{name: "seed, empty", dialect: "seed_oss", text: "<seed:tool_call></seed:tool_call>", want: "malformed seed_oss"},
		{name: "minimax", dialect: "minimax_m2",
			text: "<minimax:tool_call>\n<invoke name=\"find_room\">\n<parameter name=\"floor\">3</parameter>\n</invoke>\n</minimax:tool_call>",
			want: "parsed minimax_m2\n" + room3},
		{name: "minimax, several in a block", dialect: "minimax_m2",
			text: "Looking.\n<minimax:tool_call>\n<invoke name=\"find_room\">\n<parameter name=\"floor\">3</parameter>\n</invoke>\n<invoke name=\"find_room\">\n<parameter name=\"floor\">4</parameter>\n</invoke>\n</minimax:tool_call>",
			want: "parsed minimax_m2\n" + room34 + "\ncontent: Looking."},
		{name: "minimax, the example alone", dialect: "minimax_m2",
			text: "<invoke name=\"find_room\"><parameter name=\"floor\">3</parameter></invoke>",
			want: "parsed_with_repair minimax_m2\n" + room3 + " ~no <minimax:tool_call>"},
		{name: "minimax, single quotes and newlines", dialect: "minimax_m2",
			text: "<minimax:tool_call><invoke name='find_room'><parameter name='when'>\nnow\n</parameter></invoke></minimax:tool_call>",
			want: "parsed minimax_m2\nfind_room {\"when\":\"now\"}"},
		{name: "minimax, one newline belongs to the value", dialect: "minimax_m2",
			text: "<minimax:tool_call><invoke name=\"find_room\"><parameter name=\"when\">now\n</parameter></invoke></minimax:tool_call>",
			want: "parsed minimax_m2\nfind_room {\"when\":\"now\\n\"}"},
		{name: "minimax, so does one before it", dialect: "minimax_m2",
			text: "<minimax:tool_call><invoke name=\"find_room\"><parameter name=\"when\">\nnow</parameter></invoke></minimax:tool_call>",
			want: "parsed minimax_m2\nfind_room {\"when\":\"\\nnow\"}"},
		{name: "minimax, cut off", dialect: "minimax_m2", text: "<minimax:tool_call>\n<invoke name=\"find_room\">\n<parameter name=\"flo",
			want: "malformed minimax_m2"},
		{name: "step3", dialect: "step3",
			text: "<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"find_room\"><steptml:parameter name=\"floor\">3</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"find_room\"><steptml:parameter name=\"floor\">4</steptml:parameter></steptml:invoke><｜tool_call_end｜><｜tool_calls_end｜>",
			want: "parsed step3\n" + room34},
		{name: "step3, cut off", dialect: "step3",
			text: "<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜><steptml:invoke name=\"find_room\"><steptml:parameter name=\"floor\">3",
			want: "malformed step3"},
	})
}

func TestDSML(t *testing.T) {
	block := func(inner string) string {
		return "<｜DSML｜function_calls>\n" + inner + "\n</｜DSML｜function_calls>"
	}
	invoke := func(inner string) string {
		return "<｜DSML｜invoke name=\"find_room\">\n" + inner + "\n</｜DSML｜invoke>"
	}
	floor := func(n string) string {
		return "<｜DSML｜parameter name=\"floor\" string=\"false\">" + n + "</｜DSML｜parameter>"
	}
	when := "<｜DSML｜parameter name=\"when\" string=\"true\">\n3</｜DSML｜parameter>"
	checkGrammar(t, []grammarCase{
		{name: "one", dialect: "deepseek_v32", text: block(invoke(floor("3"))), want: "parsed deepseek_v32\n" + room3},
		{name: "two", dialect: "deepseek_v4", text: "On it." + block(invoke(floor("3"))+"\n"+invoke(floor("4"))),
			want: "parsed deepseek_v32\n" + room34 + "\ncontent: On it."},
		{name: "version 4's block", dialect: "deepseek_v4", text: "<｜DSML｜tool_calls>\n" + invoke(floor("3")) + "\n</｜DSML｜tool_calls>", want: "parsed deepseek_v32\n" + room3},
		{name: "ASCII for the bars", dialect: "deepseek_v32", text: strings.ReplaceAll(block(invoke(floor("3"))), "｜", "|"),
			want: "parsed_with_repair deepseek_v32\n" + room3 + " ~the prefix |DSML| for ｜DSML｜"},
		{name: "bars twice", dialect: "deepseek_v4", text: strings.ReplaceAll("<｜DSML｜tool_calls>"+invoke(floor("3"))+"</｜DSML｜tool_calls>", "｜", "｜｜"),
			want: "parsed_with_repair deepseek_v32\n" + room3 + " ~the prefix ｜｜DSML｜｜ for ｜DSML｜"},
		{name: "a bar inside a value is no prefix", dialect: "deepseek_v32",
			text: block(invoke("<｜DSML｜parameter name=\"when\" string=\"true\"><|DSML|invoke></｜DSML｜parameter>")),
			want: "parsed deepseek_v32\nfind_room {\"when\":\"<|DSML|invoke>\"}"},
		{name: "text as it is", dialect: "deepseek_v32", text: block(invoke(floor("3") + "\n" + when)),
			want: "parsed deepseek_v32\nfind_room {\"floor\":3,\"when\":\"\\n3\"}"},
		{name: "text for a number", dialect: "deepseek_v32",
			text: block(invoke("<｜DSML｜parameter name=\"floor\" string=\"true\">3</｜DSML｜parameter>")),
			want: "parsed_with_repair deepseek_v32\n" + room3 + " ~floor: a number written as a string"},
		{name: "text where JSON is said", dialect: "deepseek_v32",
			text: block(invoke("<｜DSML｜parameter name=\"when\" string=\"false\">noon</｜DSML｜parameter>")),
			want: "parsed_with_repair deepseek_v32\nfind_room {\"when\":\"noon\"} ~\"when\" is no JSON, though its tag says so"},
		{name: "no block", dialect: "deepseek_v32", text: invoke(floor("3")),
			want: "parsed_with_repair deepseek_v32\n" + room3 + " ~no <｜DSML｜function_calls>"},
		{name: "cut off", dialect: "deepseek_v32", text: "<｜DSML｜function_calls>\n<｜DSML｜invoke name=\"find_room\">\n<｜DSML｜para",
			want: "malformed deepseek_v32"},
	})
}

func TestGLM(t *testing.T) {
	one := "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n</tool_call>"
	checkGrammar(t, []grammarCase{
		{name: "example", dialect: "glm45", text: one, want: "parsed glm45\n" + room3},
		{name: "two", dialect: "glm45",
			text: "<think></think>Both.\n" + one + "\n<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>4</arg_value>\n</tool_call>",
			want: "parsed glm45\n" + room34 + "\ncontent: Both."},
		{name: "4.7 without the newline", dialect: "glm47", text: "<tool_call>find_room<arg_key>floor</arg_key><arg_value>3</arg_value></tool_call>",
			want: "parsed glm45\n" + room3},
		{name: "no arguments", dialect: "glm45", text: "<tool_call>list_rooms</tool_call>", want: "parsed glm45\nlist_rooms {}"},
		{name: "text stays as it is", dialect: "glm45",
			text: "<tool_call>find_room\n<arg_key>when</arg_key>\n<arg_value>\n07 <b>\n</arg_value>\n<arg_key>quiet</arg_key>\n<arg_value>False</arg_value>\n</tool_call>",
			want: "parsed glm45\nfind_room {\"when\":\"\\n07 <b>\\n\",\"quiet\":false}"},
		{name: "nested", dialect: "glm45",
			text: "<tool_call>book\n<arg_key>room</arg_key>\n<arg_value>{\"number\": 3, \"tags\": [1]}</arg_value>\n</tool_call>",
			want: "parsed glm45\nbook {\"room\":{\"number\":3,\"tags\":[1]}}"},
		{name: "a value that holds closing tags", dialect: "glm45",
			text: "<tool_call>find_room\n<arg_key>when</arg_key>\n<arg_value>a</arg_value>b</tool_call>c</arg_value>\n</tool_call>",
			want: "parsed_with_repair glm45\nfind_room {\"when\":\"a</arg_value>b</tool_call>c\"} ~a value that holds tags of its own kind"},
		{name: "no closing tag of a value", dialect: "glm45",
			text: "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3\n<arg_key>when</arg_key>\n<arg_value>now</arg_value>\n</tool_call>",
			want: "parsed_with_repair glm45\nfind_room {\"floor\":3,\"when\":\"now\"} ~no </arg_value>"},
		{name: "no closing tag before the next call", dialect: "glm45", text: "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n" + one,
			want: "parsed_with_repair glm45\n" + room3 + " ~no </tool_call>\n" + room3},
		// More arguments may have been to come.
		{name: "cut off behind a value", dialect: "glm45", text: "<tool_call>find_room\n<arg_key>floor</arg_key>\n<arg_value>3</arg_value>\n", want: "malformed glm45"},
		{name: "unknown parameter", dialect: "glm45", text: "<tool_call>find_room<arg_key>x</arg_key><arg_value>[1]</arg_value><arg_key>y</arg_key><arg_value>z</arg_value></tool_call>",
			want: "parsed glm45\nfind_room {\"x\":[1],\"y\":\"z\"}"},
		{name: "cut off in the name", dialect: "glm45", text: "<tool_call>find_ro", want: "malformed glm45"},
		{name: "cut off in a value", dialect: "glm45", text: "<tool_call>find_room\n<arg_key>when</arg_key>\n<arg_value>to", want: "malformed glm45"},
	})
}
