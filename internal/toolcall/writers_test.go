package toolcall

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// writer writes calls as a model trained on a grammar does.
type writer struct {
	dialect string
	form    string // tells the forms of one dialect apart
	write   func(calls []button.Call) string
	// bare says that strings stand without quotes, single that there is one call
	// to an output, whole that all of it counts or nothing.
	bare, single, whole bool
}

// eachCall writes calls one by one, with a separator between them.
func eachCall(separator string, one func(i int, call button.Call) string) func([]button.Call) string {
	return func(calls []button.Call) string {
		parts := make([]string, len(calls))
		for i, call := range calls {
			parts[i] = one(i, call)
		}
		return strings.Join(parts, separator)
	}
}

// around puts two texts around all calls.
func around(opening string, inner func([]button.Call) string, closing string) func([]button.Call) string {
	return func(calls []button.Call) string { return opening + inner(calls) + closing }
}

// jsonCalls writes JSON objects between two texts each.
func jsonCalls(opening, arguments, closing, separator string) func([]button.Call) string {
	return eachCall(separator, func(_ int, call button.Call) string {
		return opening + callJSON(call, arguments, "") + closing
	})
}

func jsonArray(calls []button.Call) string { return callList(calls, false) }

// elements writes a call as an element with one for each argument. The formats of
// the two openings take a name; that of an argument may take whether it is text.
func elements(opening, argument, argumentEnd, closing, newline string) func(int, button.Call) string {
	return func(_ int, call button.Call) string {
		out := fmt.Sprintf(opening, call.Name)
		for _, a := range argumentsOf(call) {
			head := []any{a.name}
			if strings.Count(argument, "%") > 1 {
				head = append(head, a.value.kind == textKind)
			}
			out += "\n" + fmt.Sprintf(argument, head...) + newline + bareText(a.value) + newline + argumentEnd
		}
		return out + "\n" + closing
	}
}

// braceText writes a value as the grammars of Gemma do.
func braceText(v value, quote string) string {
	var parts []string
	switch v.kind {
	case textKind:
		return quote + v.text + quote
	case arrayKind:
		for _, item := range v.items {
			parts = append(parts, braceText(item, quote))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case objectKind:
		for _, m := range v.members {
			parts = append(parts, m.name+":"+braceText(m.value, quote))
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	return string(v.json())
}

func braceCalls(opening, quote, closing string) func([]button.Call) string {
	return eachCall("", func(_ int, call button.Call) string {
		return opening + "call:" + call.Name + braceText(objectValue(argumentsOf(call)...), quote) + closing
	})
}

// writers has at least one form for every dialect of the table.
func writers() []writer {
	python := func(_ int, call button.Call) string { return pythonCallText(call) }
	pythonList := around("[", eachCall(", ", python), "]")
	form := func(format string) func(int, button.Call) string {
		return func(_ int, call button.Call) string { return fmt.Sprintf(format, call.Name, call.Arguments) }
	}
	numbered := func(format string) func(int, button.Call) string {
		return func(i int, call button.Call) string { return fmt.Sprintf(format, i, call.Name, call.Arguments) }
	}
	glm := func(_ int, call button.Call) string {
		out := "<tool_call>" + call.Name + "\n"
		for _, a := range argumentsOf(call) {
			out += "<arg_key>" + a.name + "</arg_key>\n<arg_value>" + bareText(a.value) + "</arg_value>\n"
		}
		return out + "</tool_call>"
	}
	qwen := elements("<function=%s>", "<parameter=%s>", "</parameter>", "</function>", "\n")
	seed := elements("<function=%s>", "<parameter=%s>", "</parameter>", "</function>", "")
	return []writer{
		{dialect: "hermes", write: jsonCalls("<tool_call>\n", "arguments", "\n</tool_call>", "\n")},
		{dialect: "hermes", form: "longcat", write: jsonCalls("<longcat_tool_call>", "arguments", "</longcat_tool_call>", "")},
		{dialect: "llama3_json", write: jsonCalls("", "parameters", "", "; ")},
		{dialect: "llama3_json", form: "marked", write: around("<|python_tag|>", jsonCalls("", "parameters", "", "; "), "")},
		{dialect: "llama3_json", form: "llama 4", write: jsonCalls("", "parameters", "", "")},
		{dialect: "pythonic", whole: true, write: pythonList},
		{dialect: "llama4_pythonic", whole: true, write: around("<|python_start|>", pythonList, "<|python_end|>")},
		{dialect: "lfm2", whole: true, write: around("<|tool_call_start|>", pythonList, "<|tool_call_end|>")},
		{dialect: "lfm2", form: "JSON", write: around("<|tool_call_start|>", jsonArray, "<|tool_call_end|>")},
		{dialect: "olmo3", whole: true, write: around("<function_calls>\n", eachCall("\n", python), "\n</function_calls>")},
		{dialect: "mistral", write: around("[TOOL_CALLS]", jsonArray, "")},
		{dialect: "mistral", form: "v11", write: eachCall("", form("[TOOL_CALLS]%s[ARGS]%s"))},
		{dialect: "granite", write: around("<|tool_call|>", jsonArray, "")},
		{dialect: "granite_20b_fc", write: jsonCalls("<function_call> ", "arguments", "", " ")},
		{dialect: "internlm", write: jsonCalls("<|action_start|><|plugin|>", "parameters", "<|action_end|>", "")},
		{dialect: "jamba", write: around("<tool_calls>", jsonArray, "</tool_calls>")},
		{dialect: "minimax_m1", write: around("<tool_calls>\n", jsonCalls("", "arguments", "", "\n"), "\n</tool_calls>")},
		{dialect: "xlam", write: jsonArray},
		{dialect: "deepseek_v3", write: around("<｜tool▁calls▁begin｜>", eachCall("\n",
			form("<｜tool▁call▁begin｜>function<｜tool▁sep｜>%s\n```json\n%s\n```<｜tool▁call▁end｜>")), "<｜tool▁calls▁end｜>")},
		{dialect: "deepseek_v31", write: around("<｜tool▁calls▁begin｜>", eachCall("",
			form("<｜tool▁call▁begin｜>%s<｜tool▁sep｜>%s<｜tool▁call▁end｜>")), "<｜tool▁calls▁end｜>")},
		{dialect: "deepseek_v32", bare: true, write: around("<｜DSML｜function_calls>\n", eachCall("\n", elements(`<｜DSML｜invoke name="%s">`,
			`<｜DSML｜parameter name="%s" string="%t">`, "</｜DSML｜parameter>", "</｜DSML｜invoke>", "")), "\n</｜DSML｜function_calls>")},
		{dialect: "deepseek_v32", form: "v4", bare: true, write: around("<｜DSML｜tool_calls>\n", eachCall("\n", elements(`<｜DSML｜invoke name="%s">`,
			`<｜DSML｜parameter name="%s" string="%t">`, "</｜DSML｜parameter>", "</｜DSML｜invoke>", "")), "\n</｜DSML｜tool_calls>")},
		{dialect: "kimi_k2", write: around("<|tool_calls_section_begin|>", eachCall("",
			numbered("<|tool_call_begin|>functions.%[2]s:%[1]d<|tool_call_argument_begin|>%[3]s<|tool_call_end|>")), "<|tool_calls_section_end|>")},
		{dialect: "qwen3_coder", bare: true, write: around("<tool_call>\n", eachCall("\n</tool_call>\n<tool_call>\n", qwen), "\n</tool_call>")},
		{dialect: "seed_oss", bare: true, write: around("<seed:tool_call>\n", eachCall("\n</seed:tool_call>\n<seed:tool_call>\n", seed), "\n</seed:tool_call>")},
		{dialect: "glm45", bare: true, write: eachCall("\n", glm)},
		{dialect: "glm4", single: true, write: eachCall("\n", form("%s\n%s"))},
		{dialect: "minimax_m2", bare: true, write: around("<minimax:tool_call>\n", eachCall("\n", elements(`<invoke name="%s">`,
			`<parameter name="%s">`, "</parameter>", "</invoke>", "")), "\n</minimax:tool_call>")},
		{dialect: "step3", bare: true, write: around("<｜tool_calls_begin｜><｜tool_call_begin｜>function<｜tool_sep｜>", eachCall("<｜tool_call_end｜><｜tool_call_begin｜>function<｜tool_sep｜>",
			elements(`<steptml:invoke name="%s">`, `<steptml:parameter name="%s">`, "</steptml:parameter>", "</steptml:invoke>", "")), "<｜tool_call_end｜><｜tool_calls_end｜>")},
		{dialect: "phi4_mini_json", write: around("functools", jsonArray, "")},
		{dialect: "phi4_mini_json", form: "marked", write: around("<|tool_call|>", jsonArray, "<|/tool_call|>")},
		{dialect: "functiongemma", bare: true, write: braceCalls("<start_function_call>", "<escape>", "<end_function_call>")},
		{dialect: "gemma4", bare: true, write: braceCalls("<|tool_call>", `<|"|>`, "<tool_call|>")},
		{dialect: "cohere_command", write: around("<|START_ACTION|>[\n", eachCall(",\n",
			numbered(`    {"tool_call_id": "%d", "tool_name": "%s", "parameters": %s}`)), "\n]<|END_ACTION|>")},
		{dialect: "apertus", write: around("<|tools_prefix|>[", eachCall(", ", form(`{"%s": %s}`)), "]<|tools_suffix|>")},
		{dialect: "openai", write: eachCall("<|start|>assistant", form("<|channel|>commentary to=functions.%s <|constrain|>json<|message|>%s<|call|>"))},
		{dialect: "react", bare: true, write: eachCall("\n", form("Action: %s\nAction Input: %s"))},
		{dialect: "button", write: around("<call>", jsonArray, "</call>")},
		{dialect: "fence", whole: true, write: around("I look.\n```json\n", jsonArray, "\n```")},
	}
}

// name tells a writer in tests.
func (w writer) name() string { return strings.TrimSpace(w.dialect + " " + w.form) }

// text writes calls and says which of them it wrote, each as its name and arguments.
func (w writer) text(calls []button.Call) (text string, wrote []string) {
	if w.single {
		calls = calls[:1]
	}
	for _, call := range calls {
		wrote = append(wrote, call.Name+string(call.Arguments))
	}
	return w.write(calls), wrote
}

// flat is the calls of a result, each as its name and arguments.
func flat(result Result) []string {
	var calls []string
	for _, call := range result.Calls {
		calls = append(calls, call.Name+string(call.Arguments))
	}
	return calls
}
