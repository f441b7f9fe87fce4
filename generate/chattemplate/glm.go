package chattemplate

import "github.com/buttonbench/button"

// GLM-4.5 and GLM-4.6: arguments between tags, strings as they are and the rest as
// JSON. Turns have no closing mark: the next role ends them, and is under the loss.

const (
	glmUser        = "<|user|>"
	glmAssistant   = "<|assistant|>"
	glmSystem      = "<|system|>"
	glmObservation = "<|observation|>"
	glmBegin       = "[gMASK]<sop>"
	argKey         = "<arg_key>"
	argKeyEnd      = "</arg_key>"
	argValue       = "<arg_value>"
	argValueEnd    = "</arg_value>"
)

const (
	glmTools    = "\n# Tools\n\nYou may call one or more functions to assist with the user query.\n\nYou are provided with function signatures within <tools></tools> XML tags:\n<tools>\n"
	glmToolsEnd = "</tools>\n\nFor each function call, output the function name and arguments within the following XML format:\n" +
		"<tool_call>{function-name}\n<arg_key>{arg-key-1}</arg_key>\n<arg_value>{arg-value-1}</arg_value>\n<arg_key>{arg-key-2}</arg_key>\n<arg_value>{arg-value-2}</arg_value>\n...\n</tool_call>"
)

func glmFamilies() []Family {
	return []Family{{Name: "glm-4.5", Aliases: []string{"glm-4.6", "glm4-moe"}, Models: "GLM-4.5, GLM-4.6", Arguments: Object, Thoughts: true, Generation: "TRL", Dialect: "glm45",
		Marks:  []string{glmUser, glmAssistant, glmSystem, glmObservation, glmBegin, callOpen, callClose, argKey, argKeyEnd, argValue, argValueEnd, respOpen, respClose, thinkOpen, thinkDone},
		render: renderGLM, read: readGLM}}
}

func renderGLM(w *writer, c *conversation) error {
	w.text(glmBegin)
	if len(c.tools) > 0 {
		w.text(glmSystem, glmTools)
		for _, tool := range c.tools {
			w.json(tool)
			w.text("\n")
		}
		w.text(glmToolsEnd)
	}
	start := -1 // of an assistant's span that the next role closes
	for i := range c.messages {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			w.text(glmUser)
		case button.RoleSystem:
			w.text(glmSystem)
		case button.RoleTool:
			if c.role(i-1) != button.RoleTool {
				w.text(glmObservation)
			}
		}
		if start >= 0 {
			w.trained(c, i-1, start)
			start = -1
		}
		switch m.Role {
		case button.RoleUser, button.RoleSystem:
			w.text("\n", m.Content)
		case button.RoleTool:
			w.text("\n", respOpen, "\n", m.Content, "\n", respClose)
		case button.RoleAssistant:
			w.text(glmAssistant)
			start = len(w.out)
			glmAnswer(w, m, i > c.last)
		}
	}
	if start >= 0 {
		w.trained(c, len(c.messages)-1, start)
	}
	return nil
}

func glmAnswer(w *writer, m *message, thinks bool) {
	thought, content := splitThought(m, m.Content)
	if !thinks {
		thought = ""
	}
	w.text("\n", thinkOpen, trim(thought), thinkDone)
	if content = trim(content); content != "" {
		w.text("\n", content)
	}
	for j, call := range m.ToolCalls {
		w.text("\n", callOpen, call.Name, "\n")
		for _, argument := range m.arguments[j].members {
			w.text(argKey, argument.name, argKeyEnd, "\n", argValue, jsonScalar(argument.value), argValueEnd, "\n")
		}
		w.text(callClose)
	}
}
