package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// Qwen2.5, Qwen3 and Qwen3-2507: calls as JSON between tags, results between tags
// in one user turn.

const (
	chatStart = "<|im_start|>"
	chatEnd   = "<|im_end|>"
	callOpen  = "<tool_call>"
	callClose = "</tool_call>"
	respOpen  = "<tool_response>"
	respClose = "</tool_response>"
	thinkOpen = "<think>"
	thinkDone = "</think>"
)

const (
	qwenTools = "# Tools\n\nYou may call one or more functions to assist with the user query.\n\n" +
		"You are provided with function signatures within <tools></tools> XML tags:\n<tools>"
	qwenToolsEnd = "\n</tools>\n\nFor each function call, return a json object with function name and arguments within " +
		"<tool_call></tool_call> XML tags:\n<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-json-object>}\n</tool_call>"
	qwenDefault = "You are Qwen, created by Alibaba Cloud. You are a helpful assistant."
)

func chatMarks() []string {
	return []string{chatStart, chatEnd, callOpen, callClose, respOpen, respClose, thinkOpen, thinkDone}
}

func qwenFamilies() []Family {
	return []Family{
		{Name: "qwen2.5", Models: "Qwen2.5", Arguments: Object, Generation: "TRL", Dialect: "hermes", Marks: chatMarks()[:6],
			render: renderQwen25, read: readChatML(jsonCalls)},
		{Name: "qwen3", Models: "Qwen3", Arguments: Either, Thoughts: true, Generation: "TRL", Dialect: "hermes", Marks: chatMarks(),
			render: func(w *writer, c *conversation) error { return renderQwen3(w, c, true) }, read: readChatML(jsonCalls)},
		{Name: "qwen3-2507", Models: "Qwen3 Instruct 2507", Arguments: Either, Generation: "TRL", Dialect: "hermes", Marks: chatMarks()[:6],
			render: func(w *writer, c *conversation) error { return renderQwen3(w, c, false) }, read: readChatML(jsonCalls)},
	}
}

// jsonCall writes {"name": "F", KEY: {...}}. The name is not escaped, as no template does.
func (w *writer) jsonCall(m *message, i int, key string) {
	w.text(`{"name": "`, m.ToolCalls[i].Name, `", "`, key, `": `)
	w.json(m.arguments[i])
	w.text("}")
}

func renderQwen25(w *writer, c *conversation) error {
	system, ok := c.system()
	if !ok {
		system = qwenDefault
	}
	w.text(chatStart, "system\n", system)
	if len(c.tools) > 0 {
		w.text("\n\n", qwenTools)
		w.toolLines(c.tools)
		w.text(qwenToolsEnd)
	}
	w.text(chatEnd, "\n")
	for i := range c.messages {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			w.text(chatStart, "user\n", m.Content, chatEnd, "\n")
		case button.RoleSystem:
			if i > 0 {
				w.text(chatStart, "system\n", m.Content, chatEnd, "\n")
			}
		case button.RoleAssistant:
			w.text(chatStart, "assistant")
			start := len(w.out)
			if m.Content != "" || !m.calls() {
				w.text("\n", m.Content)
			}
			for j := range m.ToolCalls {
				w.text("\n", callOpen, "\n")
				w.jsonCall(m, j, "arguments")
				w.text("\n", callClose)
			}
			w.text(chatEnd, "\n")
			w.trained(c, i, start)
		case button.RoleTool:
			qwenResult(w, c, i, m.Content)
		}
	}
	return nil
}

// qwenResult writes a result; those that follow one another share a user turn.
func qwenResult(w *writer, c *conversation, i int, content string) {
	if c.role(i-1) != button.RoleTool {
		w.text(chatStart, "user")
	}
	w.text("\n", respOpen, "\n", content, "\n", respClose)
	if c.role(i+1) != button.RoleTool {
		w.text(chatEnd, "\n")
	}
}

// qwenLast is the index of the last user message that is no result in disguise.
func qwenLast(c *conversation, shown func(string) string) int {
	for i := len(c.messages) - 1; i >= 0; i-- {
		if m := &c.messages[i]; m.Role == button.RoleUser {
			if content := shown(m.Content); !strings.HasPrefix(content, respOpen) || !strings.HasSuffix(content, respClose) {
				return i
			}
		}
	}
	return len(c.messages) - 1
}

// splitThought takes a thought out of the content where it has no field of its own.
func splitThought(m *message, content string) (thought, rest string) {
	if m.Reasoning != "" || !strings.Contains(content, thinkDone) {
		return m.Reasoning, content
	}
	before, _, _ := strings.Cut(content, thinkDone)
	before = strings.TrimRight(before, "\n")
	if i := strings.LastIndex(before, thinkOpen); i >= 0 {
		before = before[i+len(thinkOpen):]
	}
	rest = content[strings.LastIndex(content, thinkDone)+len(thinkDone):]
	return strings.TrimLeft(before, "\n"), strings.TrimLeft(rest, "\n")
}

func renderQwen3(w *writer, c *conversation, thinks bool) error {
	system, ok := c.system()
	switch {
	case len(c.tools) > 0:
		w.text(chatStart, "system\n")
		if ok {
			w.text(system, "\n\n")
		}
		w.text(qwenTools)
		w.toolLines(c.tools)
		w.text(qwenToolsEnd, chatEnd, "\n")
	case ok:
		w.text(chatStart, "system\n", system, chatEnd, "\n")
	}
	last := qwenLast(c, func(s string) string { return s })
	for i := range c.messages {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			w.text(chatStart, "user\n", m.Content, chatEnd, "\n")
		case button.RoleSystem:
			if i > 0 {
				w.text(chatStart, "system\n", m.Content, chatEnd, "\n")
			}
		case button.RoleAssistant:
			w.text(chatStart, "assistant\n")
			start := len(w.out)
			content := m.Content
			if thinks {
				var thought string
				thought, content = splitThought(m, content)
				if i > last && (i == len(c.messages)-1 || thought != "") {
					w.text(thinkOpen, "\n", strings.Trim(thought, "\n"), "\n", thinkDone, "\n\n", strings.TrimLeft(content, "\n"))
				} else {
					w.text(content)
				}
			} else {
				w.text(content)
			}
			taggedCalls(w, m, content)
			w.text(chatEnd, "\n")
			w.trained(c, i, start)
		case button.RoleTool:
			qwenResult(w, c, i, m.Content)
		}
	}
	return nil
}

// taggedCalls writes calls as JSON between tags, with line breaks between them and
// what stands before.
func taggedCalls(w *writer, m *message, before string) {
	for j := range m.ToolCalls {
		if j > 0 || before != "" {
			w.text("\n")
		}
		w.text(callOpen, "\n")
		w.jsonCall(m, j, "arguments")
		w.text("\n", callClose)
	}
}
