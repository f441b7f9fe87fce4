package chattemplate

import (
	"github.com/buttonbench/button"
)

// Granite: 3.0 to 3.2 with the template that vLLM ships for their tools, 3.3 with
// its own, which prints no calls, and 4.

const (
	graniteStart  = "<|start_of_role|>"
	graniteHeader = "<|end_of_role|>"
	graniteEnd    = "<|end_of_text|>"
	graniteCall   = "<|tool_call|>"

	graniteGiven = "You are a helpful AI assistant with access to the following tools. When a tool is required to answer the user query, respond with <|tool_call|> followed by a JSON list of tools used."
	granite4Open = "You are a helpful assistant with access to the following tools. You may call one or more tools to assist with the user query.\n\n" +
		"You are provided with function signatures within <tools></tools> XML tags:\n<tools>"
	granite4Close = "\n</tools>\n\nFor each tool call, return a json object with function name and arguments within <tool_call></tool_call> XML tags:\n" +
		"<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>. If a tool does not exist in the provided list of tools, notify the user that you do not have the ability to fulfill the request."
	granite4Default = "You are a helpful assistant. Please ensure responses are professional, accurate, and safe."

	granite33Default = "You are Granite, developed by IBM."
	granite33Tools   = " You are a helpful assistant with access to the following tools. When a tool is required to answer the user's query, respond only with <|tool_call|> followed by a JSON list of tools used. " +
		"If a tool does not exist in the provided list of tools, notify the user that you do not have the ability to fulfill the request."
	granite33Plain = " You are a helpful AI assistant."
)

func graniteFamilies() []Family {
	marks := []string{graniteStart, graniteHeader, graniteEnd, graniteCall}
	four := []string{graniteStart, graniteHeader, graniteEnd, callOpen, callClose, respOpen, respClose}
	plain := headers{graniteStart, graniteHeader, graniteEnd, "", readGraniteCalls}
	return []Family{
		{Name: "granite3", Models: "Granite 3.0 to 3.2 with vLLM's template", Arguments: Object, LosesText: true, Dialect: "granite", Marks: marks,
			render: renderGranite3, read: readHeaders(plain)},
		{Name: "granite3.3", Models: "Granite 3.3", Arguments: Object, NoCalls: true, Marks: marks, render: renderGranite33, read: readHeaders(plain)},
		{Name: "granite4", Models: "Granite 4.0, Granite 4.1", Arguments: Either, Dialect: "hermes", Marks: four, render: renderGranite4, read: readGranite4},
	}
}

func graniteTurn(w *writer, role, content string) (start int) {
	w.text(graniteStart, role, graniteHeader)
	start = len(w.out)
	w.text(content, graniteEnd, "\n")
	return start
}

func renderGranite3(w *writer, c *conversation) error {
	if len(c.tools) > 0 {
		if c.role(0) != button.RoleSystem && len(c.messages) > 0 {
			graniteTurn(w, "system", graniteGiven)
		}
		w.text(graniteStart, "available_tools", graniteHeader, "\n")
		for i, tool := range c.tools {
			if i > 0 {
				w.text("\n\n")
			}
			w.text(tool.indented())
		}
		w.text(graniteEnd, "\n")
	}
	for i := range c.messages {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleAssistant && m.calls():
			var calls []*value
			for j, call := range m.ToolCalls {
				calls = append(calls, &value{kind: object, members: []member{{"name", &value{kind: text, text: call.Name}}, {"arguments", m.arguments[j]}}})
			}
			w.spoken(c, i, graniteTurn(w, "assistant", graniteCall+(&value{kind: list, items: calls}).indented()))
		case m.Role == button.RoleTool:
			graniteTurn(w, "tool_response", m.Content)
		default:
			w.spoken(c, i, graniteTurn(w, m.Role, m.Content))
		}
	}
	return nil
}

func renderGranite33(w *writer, c *conversation) error {
	system, ok := c.system()
	if !ok {
		system = "Knowledge Cutoff Date: April 2024. Today's Date: " + c.today.Format("January 02, 2006") + ". " + granite33Default
		if len(c.tools) > 0 {
			system += granite33Tools
		} else {
			system += granite33Plain
		}
	}
	graniteTurn(w, "system", system)
	if len(c.tools) > 0 {
		graniteTurn(w, "available_tools", (&value{kind: list, items: c.tools}).indented())
	}
	for i := c.rest(); i < len(c.messages); i++ {
		w.spoken(c, i, graniteTurn(w, c.messages[i].Role, c.messages[i].Content))
	}
	return nil
}

func renderGranite4(w *writer, c *conversation) error {
	system, ok := c.system()
	w.text(graniteStart, "system", graniteHeader)
	switch {
	case len(c.tools) > 0:
		if ok {
			w.text(system, "\n\n")
		}
		w.text(granite4Open)
		w.toolLines(c.tools)
		w.text(granite4Close)
	case system != "":
		w.text(system)
	default:
		w.text(granite4Default)
	}
	w.text(graniteEnd, "\n")
	for i := range c.messages {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			graniteTurn(w, "user", m.Content)
		case button.RoleSystem:
			if i > 0 {
				graniteTurn(w, "system", m.Content)
			}
		case button.RoleAssistant:
			w.text(graniteStart, "assistant", graniteHeader)
			start := len(w.out)
			w.text(m.Content)
			taggedCalls(w, m, m.Content)
			w.text(graniteEnd, "\n")
			w.spoken(c, i, start)
		case button.RoleTool:
			if c.role(i-1) != button.RoleTool {
				w.text(graniteStart, "user", graniteHeader)
			}
			w.text("\n", respOpen, "\n", m.Content, "\n", respClose)
			if c.role(i+1) != button.RoleTool {
				w.text(graniteEnd, "\n")
			}
		}
	}
	return nil
}
