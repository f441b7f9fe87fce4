package toolcall

import (
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
)

// The renderers of the dialects that write calls as JSON.

func hermesRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "# Tools\n\nThese functions can be called, each given by its signature:\n<tools>\n" + toolLines(tools) + "\n</tools>\n\n" +
				"Write a call as one JSON object with the function's name and its arguments, between tags:\n" +
				"<tool_call>\n{\"name\": \"NAME\", \"arguments\": {\"PARAMETER\": \"VALUE\"}}\n</tool_call>\n" +
				"The results come back between <tool_response> tags. " + parallelRule(parallel, "each between tags of its own")
		},
		calls: func(content string, calls []button.Call) string {
			parts := textFirst(content)
			for _, call := range calls {
				parts = append(parts, "<tool_call>\n"+callJSON(call, "arguments", "")+"\n</tool_call>")
			}
			return strings.Join(parts, "\n")
		},
		results: func(answers []answer) string {
			var parts []string
			for _, answer := range answers {
				parts = append(parts, "<tool_response>\n"+answer.content+"\n</tool_response>")
			}
			return strings.Join(parts, "\n")
		},
	}
}

// llamaRenderer leaves the text beside calls out: an output that calls is
// nothing but calls in this family.
func llamaRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "These functions can be called:\n\n" + toolLines(tools) + "\n\n" +
				"To call one, answer with nothing but a JSON object:\n{\"name\": \"NAME\", \"parameters\": {\"PARAMETER\": \"VALUE\"}}\n" +
				"Otherwise answer in words. " + parallelRule(parallel, "with \"; \" between the objects")
		},
		calls: func(_ string, calls []button.Call) string {
			var parts []string
			for _, call := range calls {
				parts = append(parts, callJSON(call, "parameters", ""))
			}
			return strings.Join(parts, "; ")
		},
		results: func(answers []answer) string {
			var parts []string
			for _, answer := range answers {
				parts = append(parts, `{"name": `+quoted(answer.call.Name)+`, "output": `+jsonOrText(answer.content)+`}`)
			}
			return strings.Join(parts, "\n")
		},
	}
}

func mistralRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "[AVAILABLE_TOOLS][" + strings.Join(toolTexts(tools), ", ") + "][/AVAILABLE_TOOLS]\n" +
				"To call functions, write the mark " + mistralCalls + " and behind it a JSON list:\n" +
				mistralCalls + "[{\"name\": \"NAME\", \"arguments\": {\"PARAMETER\": \"VALUE\"}}]\n" +
				"The results come back between [TOOL_RESULTS] marks. " + parallelRule(parallel, "all in the one list")
		},
		calls: func(content string, calls []button.Call) string {
			return strings.Join(append(textFirst(content), mistralCalls+callList(calls, true)), "\n")
		},
		results: func(answers []answer) string {
			var parts []string
			for _, answer := range answers {
				parts = append(parts, `[TOOL_RESULTS]{"content": `+jsonOrText(answer.content)+`, "call_id": `+quoted(answer.call.ID)+`}[/TOOL_RESULTS]`)
			}
			return strings.Join(parts, "\n")
		},
	}
}

func buttonRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			var plain []string
			for _, tool := range tools {
				plain = append(plain, plainTool(tool))
			}
			return "Solve the user's request with the functions below. Think first, in a few words, then do one of two things.\n" +
				"To call functions, write a JSON list between call tags and stop; the results are given to you:\n" +
				"<call>[{\"name\": \"NAME\", \"arguments\": {\"PARAMETER\": \"VALUE\"}}]</call>\n" +
				"To answer the user, write the answer between final tags:\n<final>ANSWER</final>\n\n" +
				"The functions:\n<tool>\n[" + strings.Join(plain, ", ") + "]\n</tool>\n" +
				parallelRule(parallel, "all in the one list")
		},
		calls: func(content string, calls []button.Call) string {
			return strings.Join(append(textFirst(content), "<call>"+callList(calls, false)+"</call>"), " ")
		},
		results: func(answers []answer) string {
			return resultList(answers, "results", true)
		},
		final: func(content string) string {
			if strings.Contains(content, "<final>") {
				return content
			}
			return "<final>" + content + "</final>"
		},
	}
}

func fenceRenderer() *Renderer {
	return &Renderer{
		ResultRole: button.RoleUser,
		prompt: func(tools []button.Tool, parallel bool) string {
			return "These functions can be called:\n```json\n[" + strings.Join(toolTexts(tools), ",\n") + "]\n```\n" +
				"To call functions, write a JSON list in a code fence:\n" +
				"```json\n[{\"name\": \"NAME\", \"arguments\": {\"PARAMETER\": \"VALUE\"}}]\n```\n" +
				"Use such a fence for nothing else. " + parallelRule(parallel, "all in the one list")
		},
		calls: func(content string, calls []button.Call) string {
			return strings.Join(append(textFirst(content), "```json\n"+callList(calls, false)+"\n```"), "\n")
		},
		results: func(answers []answer) string {
			return "```json\n" + resultList(answers, "result", false) + "\n```"
		},
	}
}

// parallelRule says whether several calls may be made at once, and how.
func parallelRule(parallel bool, how string) string {
	if parallel {
		return "Calls that do not need each other's results may be made together, " + how + "."
	}
	return "Make one call at a time and wait for its result."
}

func textFirst(content string) []string {
	if content = strings.TrimSpace(content); content == "" {
		return nil
	}
	return []string{content}
}

func toolTexts(tools []button.Tool) []string {
	texts := make([]string, len(tools))
	for i, tool := range tools {
		texts[i] = string(tool.AppendJSON(nil))
	}
	return texts
}

// toolLines is one tool a line, in the form of the OpenAI interface.
func toolLines(tools []button.Tool) string { return strings.Join(toolTexts(tools), "\n") }

// plainTool is a tool without the wrapping of the OpenAI interface.
func plainTool(tool button.Tool) string {
	out := `{"name": ` + quoted(tool.Name) + `, "description": ` + quoted(tool.Description)
	if tool.Parameters != nil {
		out += `, "parameters": ` + string(tool.Parameters)
	}
	return out + "}"
}

func quoted(s string) string { return string(button.AppendString(nil, s)) }

// callJSON is one call as an object, with its id if idName is not empty.
func callJSON(call button.Call, argumentsName, idName string) string {
	arguments := string(call.Arguments)
	if arguments == "" {
		arguments = "{}"
	}
	out := `{"name": ` + quoted(call.Name) + `, "` + argumentsName + `": ` + arguments
	if idName != "" && call.ID != "" {
		out += `, "` + idName + `": ` + quoted(call.ID)
	}
	return out + "}"
}

func callList(calls []button.Call, ids bool) string {
	idName := ""
	if ids {
		idName = "id"
	}
	var parts []string
	for _, call := range calls {
		parts = append(parts, callJSON(call, "arguments", idName))
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// resultList is all results as one JSON array.
func resultList(answers []answer, name string, arguments bool) string {
	var parts []string
	for _, answer := range answers {
		part := `{"name": ` + quoted(answer.call.Name)
		if arguments {
			part += `, "arguments": ` + string(answer.call.Arguments)
		}
		parts = append(parts, part+`, "`+name+`": `+jsonOrText(answer.content)+"}")
	}
	return "[" + strings.Join(parts, ", ") + "]"
}

// jsonOrText is a result as it stands in JSON: itself if it is JSON, else a string.
func jsonOrText(content string) string {
	if json.Valid([]byte(content)) {
		return strings.TrimSpace(content)
	}
	return quoted(content)
}
