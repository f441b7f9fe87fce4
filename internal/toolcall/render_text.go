package toolcall

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/python"
)

// The renderers of the dialects that write calls as Python, tags or lines.

func pythonicRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			var plain []string
			for _, tool := range tools {
				plain = append(plain, plainTool(tool))
			}
			return "These functions can be called, one a line:\n" + strings.Join(plain, "\n") + "\n\n" +
				"To call functions, answer with nothing but a Python list of calls, each argument by name and as a literal:\n" +
				"[NAME(PARAMETER='VALUE', OTHER=1)]\n" +
				"Otherwise answer in words. " + parallelRule(parallel, "all in the one list")
		},
		calls: func(_ string, calls []button.Call) string {
			parts := make([]string, len(calls))
			for i, call := range calls {
				parts[i] = pythonCallText(call)
			}
			return "[" + strings.Join(parts, ", ") + "]"
		},
		results: func(answers []answer) string { return resultList(answers, "result", false) },
	}
}

// pythonCallText is a call in Python. Names of arguments that are no Python names
// stand in a ** dict.
func pythonCallText(call button.Call) string {
	var out []byte
	out = append(append(out, call.Name...), '(')
	var others members
	for _, argument := range argumentsOf(call) {
		if !python.IsIdentifier(argument.name) {
			others.set(argument.name, argument.value)
			continue
		}
		if out[len(out)-1] != '(' {
			out = append(out, ", "...)
		}
		out = append(append(out, argument.name...), '=')
		out = appendPython(out, argument.value)
	}
	if others.list != nil {
		if out[len(out)-1] != '(' {
			out = append(out, ", "...)
		}
		out = appendPython(append(out, "**"...), others.value())
	}
	return string(append(out, ')'))
}

// appendPython appends a value as a Python literal.
func appendPython(out []byte, v value) []byte {
	switch v.kind {
	case nullKind:
		return append(out, "None"...)
	case booleanKind:
		if v.text == "true" {
			return append(out, "True"...)
		}
		return append(out, "False"...)
	case numberKind:
		return append(out, v.text...)
	case textKind:
		return append(out, PythonRepr(v.text)...)
	case arrayKind:
		out = append(out, '[')
		for i, item := range v.items {
			if i > 0 {
				out = append(out, ", "...)
			}
			out = appendPython(out, item)
		}
		return append(out, ']')
	}
	out = append(out, '{')
	for i, member := range v.members {
		if i > 0 {
			out = append(out, ", "...)
		}
		out = append(append(out, PythonRepr(member.name)...), ": "...)
		out = appendPython(out, member.value)
	}
	return append(out, '}')
}

// argumentsOf are the arguments of a call; none if they are no JSON object.
func argumentsOf(call button.Call) []member {
	v, _, err := decodeText(string(call.Arguments))
	if err != nil {
		return nil
	}
	return v.members
}

// bareText is a value as the tag languages write it: text as it is, the rest as JSON.
func bareText(v value) string {
	if v.kind == textKind {
		return v.text
	}
	return string(v.json())
}

// taggedResults is what both tag languages answer with.
func taggedResults(answers []answer) string {
	parts := make([]string, len(answers))
	for i, answer := range answers {
		parts[i] = "<tool_response>\n" + answer.content + "\n</tool_response>"
	}
	return strings.Join(parts, "\n")
}

func qwenRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "# Tools\n\nThese functions can be called, each given by its signature:\n<tools>\n" + toolLines(tools) + "\n</tools>\n\n" +
				"Write a call as tags, with one tag for each argument and its bare value on lines of its own:\n" +
				"<tool_call>\n<function=NAME>\n<parameter=PARAMETER>\nVALUE\n</parameter>\n</function>\n</tool_call>\n" +
				"Lists and objects are written as JSON. The results come back between <tool_response> tags. " +
				parallelRule(parallel, "each between tags of its own")
		},
		calls: func(content string, calls []button.Call) string {
			parts := textFirst(content)
			for _, call := range calls {
				lines := []string{"<tool_call>", "<function=" + call.Name + ">"}
				for _, argument := range argumentsOf(call) {
					lines = append(lines, "<parameter="+argument.name+">", bareText(argument.value), "</parameter>")
				}
				parts = append(parts, strings.Join(append(lines, "</function>", "</tool_call>"), "\n"))
			}
			return strings.Join(parts, "\n")
		},
		results: taggedResults,
	}
}

func glmRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "# Tools\n\nThese functions can be called, each given by its signature:\n<tools>\n" + toolLines(tools) + "\n</tools>\n\n" +
				"Write a call as the function's name and, for each argument, a key tag and a value tag:\n" +
				"<tool_call>NAME\n<arg_key>PARAMETER</arg_key>\n<arg_value>VALUE</arg_value>\n</tool_call>\n" +
				"Text is written as it is, any other value as JSON. The results come back between <tool_response> tags. " +
				parallelRule(parallel, "each between tags of its own")
		},
		calls: func(content string, calls []button.Call) string {
			parts := textFirst(content)
			for _, call := range calls {
				lines := []string{glmCall + call.Name}
				for _, argument := range argumentsOf(call) {
					lines = append(lines, glmKey+argument.name+glmKeyEnd, glmValue+bareText(argument.value)+glmValueEnd)
				}
				parts = append(parts, strings.Join(append(lines, glmCallEnd), "\n"))
			}
			return strings.Join(parts, "\n")
		},
		results: taggedResults,
	}
}

func reactRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			var plain, names []string
			for _, tool := range tools {
				plain, names = append(plain, plainTool(tool)), append(names, tool.Name)
			}
			return "These functions can be called, one a line:\n" + strings.Join(plain, "\n") + "\n\n" +
				"Work in steps. A step that calls a function is written on these lines, and then you stop:\n" +
				reactThought + " why it is needed\n" +
				reactAction + " one of " + strings.Join(names, ", ") + "\n" +
				reactInput + " its arguments as a JSON object\n" +
				"The result comes back after \"" + reactObservation + "\". The last step is written so:\n" +
				reactFinal + " your answer to the user\n" +
				parallelRule(parallel, fmt.Sprintf("with a %q and a %q line for each", reactAction, reactInput))
		},
		calls: func(content string, calls []button.Call) string {
			var lines []string
			if content = strings.TrimSpace(content); content != "" {
				lines = append(lines, reactThought+" "+content)
			}
			for _, call := range calls {
				arguments := string(call.Arguments)
				if arguments == "" {
					arguments = "{}"
				}
				lines = append(lines, reactAction+" "+call.Name, reactInput+" "+arguments)
			}
			return strings.Join(lines, "\n")
		},
		results: func(answers []answer) string {
			lines := make([]string, len(answers))
			for i, answer := range answers {
				lines[i] = reactObservation + " " + answer.content
			}
			return strings.Join(lines, "\n")
		},
		final: func(content string) string { return reactFinal + " " + content },
	}
}
