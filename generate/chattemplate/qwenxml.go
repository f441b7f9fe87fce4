package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// Qwen3-Coder, Qwen3.5 and Qwen3.6: every argument between tags of its own.

const qwenReminder = "- Required parameters MUST be specified\n" +
	"- You may provide optional reasoning for your function call in natural language BEFORE the function call, but NOT after\n" +
	"- If there is no function call available, answer the question like normal with your current knowledge and do not tell the user about function calls\n</IMPORTANT>"

const qwenCoderRules = "\n\nIf you choose to call a tool ONLY reply in the following format with NO suffix:\n\n" +
	"<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n" +
	"<parameter=example_parameter_2>\nvalue_2\n</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n" +
	"- Function calls MUST follow the specified format: the tool calling block MUST begin with an opening <tool_call> tag and end with a closing </tool_call> tag.\n" +
	qwenReminder

const qwen35Rules = "\n\nIf you choose to call a function ONLY reply in the following format with NO suffix:\n\n" +
	"<tool_call>\n<function=example_function_name>\n<parameter=example_parameter_1>\nvalue_1\n</parameter>\n" +
	"<parameter=example_parameter_2>\nThis is the value for the second parameter\nthat can span\nmultiple lines\n</parameter>\n</function>\n</tool_call>\n\n<IMPORTANT>\nReminder:\n" +
	"- Function calls MUST follow the specified format: an inner <function=...></function> block must be nested within <tool_call></tool_call> XML tags\n" +
	qwenReminder

const qwenCoderDefault = "You are Qwen, a helpful AI assistant that can interact with a computer to solve tasks."

func qwenXMLFamilies() []Family {
	inner := []string{"<function=", "</function>", "<parameter=", "</parameter>"}
	coder := append(chatMarks()[:6:6], inner...)
	thinking := append(chatMarks(), inner...)
	return []Family{
		{Name: "qwen3-coder", Models: "Qwen3-Coder", Arguments: Object, Dialect: "qwen3_coder", Marks: coder,
			render: renderQwenCoder, read: readChatML(xmlCalls)},
		{Name: "qwen3.5", Models: "Qwen3.5", Arguments: Object, Thoughts: true, Generation: "TRL", Dialect: "qwen3_coder", Marks: thinking,
			render: func(w *writer, c *conversation) error { return renderQwen35(w, c, pythonScalar) }, read: readChatML(xmlCalls)},
		{Name: "qwen3.6", Models: "Qwen3.6", Arguments: Object, Thoughts: true, Generation: "TRL", Dialect: "qwen3_coder", Marks: thinking,
			render: func(w *writer, c *conversation) error { return renderQwen35(w, c, jsonScalar) }, read: readChatML(xmlCalls)},
	}
}

// pythonScalar spells a value as Qwen3.5 and Qwen3-Coder do: containers as JSON, the
// rest as Python's str.
func pythonScalar(v *value) string {
	if v.kind == list || v.kind == object {
		return v.json()
	}
	return v.python()
}

// jsonScalar spells a value as Qwen3.6 and GLM do: strings as they are, the rest as JSON.
func jsonScalar(v *value) string {
	if v.kind == text {
		return v.text
	}
	return v.json()
}

// xmlCall writes one call with its arguments between tags.
func xmlCall(w *writer, name string, arguments *value, spell func(*value) string) {
	w.text(callOpen, "\n<function=", name, ">\n")
	for _, argument := range arguments.members {
		w.text("<parameter=", argument.name, ">\n", spell(argument.value), "\n</parameter>\n")
	}
	w.text("</function>\n", callClose)
}

func renderQwenCoder(w *writer, c *conversation) error {
	system, ok := c.system()
	if !ok && len(c.tools) > 0 {
		system = qwenCoderDefault
	}
	if ok || len(c.tools) > 0 {
		w.text(chatStart, "system\n", system)
	}
	if len(c.tools) > 0 {
		w.text("\n\n# Tools\n\nYou have access to the following tools:\n\n<tools>")
		for _, tool := range c.tools {
			coderTool(w, tool.get("function"))
		}
		w.text("\n</tools>", qwenCoderRules)
	}
	if ok || len(c.tools) > 0 {
		w.text(chatEnd, "\n")
	}
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleAssistant && m.calls():
			w.text(chatStart, "assistant")
			start := len(w.out)
			if content := trim(m.Content); content != "" {
				w.text("\n", content, "\n")
			}
			for j := range m.ToolCalls {
				w.text("\n")
				xmlCall(w, m.ToolCalls[j].Name, m.arguments[j], pythonScalar)
			}
			w.text(chatEnd, "\n")
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			if i > c.rest() && c.role(i-1) != button.RoleTool {
				w.text(chatStart, "user\n")
			}
			w.text(respOpen, "\n", m.Content, "\n", respClose, "\n")
			if c.role(i+1) != button.RoleTool {
				w.text(chatEnd, "\n")
			}
		default:
			w.text(chatStart, m.Role, "\n")
			start := len(w.out)
			w.text(m.Content, chatEnd, "\n")
			w.spoken(c, i, start)
		}
	}
	return nil
}

// coderTool writes a tool in Qwen3-Coder's tags.
func coderTool(w *writer, function *value) {
	w.text("\n<function>\n<name>", function.get("name").str(), "</name>")
	if description := function.get("description"); description != nil {
		w.text("\n<description>", trim(description.python()), "</description>")
	}
	w.text("\n<parameters>")
	parameters := function.get("parameters")
	if properties := parameters.get("properties"); properties != nil && properties.kind == object {
		for _, property := range properties.members {
			w.text("\n<parameter>\n<name>", property.name, "</name>")
			if kind := property.value.get("type"); kind != nil {
				w.text("\n<type>", kind.python(), "</type>")
			}
			if description := property.value.get("description"); description != nil {
				w.text("\n<description>", trim(description.python()), "</description>")
			}
			coderExtra(w, property.value, "name", "type", "description")
			w.text("\n</parameter>")
		}
	}
	coderExtra(w, parameters, "type", "properties")
	w.text("\n</parameters>")
	coderExtra(w, function, "type", "name", "description", "parameters")
	w.text("\n</function>")
}

// coderExtra writes the members that have no tag of their own.
func coderExtra(w *writer, v *value, handled ...string) {
	if v == nil || v.kind != object {
		return
	}
	for _, m := range v.members {
		if !strings.Contains("\x00"+strings.Join(handled, "\x00")+"\x00", "\x00"+m.name+"\x00") {
			w.text("\n<", m.name, ">", pythonScalar(m.value), "</", m.name, ">")
		}
	}
}

func renderQwen35(w *writer, c *conversation, spell func(*value) string) error {
	system, ok := c.system()
	system = trim(system)
	switch {
	case len(c.tools) > 0:
		w.text(chatStart, "system\n# Tools\n\nYou have access to the following functions:\n\n<tools>")
		w.toolLines(c.tools)
		w.text("\n</tools>", qwen35Rules)
		if system != "" {
			w.text("\n\n", system)
		}
		w.text(chatEnd, "\n")
	case ok:
		w.text(chatStart, "system\n", system, chatEnd, "\n")
	}
	last := qwenLast(c, trim)
	if c.role(last) != button.RoleUser {
		return &Refusal{-1, "no user query found in messages"}
	}
	for i := range c.messages {
		m := &c.messages[i]
		content := trim(m.Content)
		switch m.Role {
		case button.RoleSystem:
			if i > 0 {
				return &Refusal{i, "a system message must be at the beginning"}
			}
		case button.RoleUser:
			w.text(chatStart, "user\n", content, chatEnd, "\n")
		case button.RoleAssistant:
			w.text(chatStart, "assistant\n")
			start := len(w.out)
			thought, content := splitThought(m, content)
			if i > last {
				w.text(thinkOpen, "\n", trim(thought), "\n", thinkDone, "\n\n")
			}
			w.text(content)
			for j := range m.ToolCalls {
				switch {
				case j > 0:
					w.text("\n")
				case trim(content) != "":
					w.text("\n\n")
				}
				xmlCall(w, m.ToolCalls[j].Name, m.arguments[j], spell)
			}
			w.text(chatEnd, "\n")
			w.trained(c, i, start)
		case button.RoleTool:
			qwenResult(w, c, i, content)
		default:
			return &Refusal{i, "unexpected message role"}
		}
	}
	return nil
}
