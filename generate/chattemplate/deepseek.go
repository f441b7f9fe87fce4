package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// DeepSeek-V3 and V3.1. Their marks are written with U+FF5C and U+2581.

const (
	deepBegin       = "<｜begin▁of▁sentence｜>"
	deepEnd         = "<｜end▁of▁sentence｜>"
	deepUser        = "<｜User｜>"
	deepAssistant   = "<｜Assistant｜>"
	deepCalls       = "<｜tool▁calls▁begin｜>"
	deepCallsEnd    = "<｜tool▁calls▁end｜>"
	deepCall        = "<｜tool▁call▁begin｜>"
	deepCallEnd     = "<｜tool▁call▁end｜>"
	deepSeparator   = "<｜tool▁sep｜>"
	deepOutputs     = "<｜tool▁outputs▁begin｜>"
	deepOutputsDone = "<｜tool▁outputs▁end｜>"
	deepOutput      = "<｜tool▁output▁begin｜>"
	deepOutputEnd   = "<｜tool▁output▁end｜>"
)

func deepseekFamilies() []Family {
	marks := []string{deepBegin, deepEnd, deepUser, deepAssistant, deepCalls, deepCallsEnd, deepCall, deepCallEnd, deepSeparator,
		deepOutputs, deepOutputsDone, deepOutput, deepOutputEnd}
	return []Family{
		{Name: "deepseek-v3", Aliases: []string{"deepseek-r1"}, Models: "DeepSeek-V3, DeepSeek-R1", Arguments: String, NoTools: true, Generation: "TRL",
			Dialect: "deepseek_v3", Marks: marks, render: renderDeepseek3, read: readDeepseek(readDeepseek3Call)},
		{Name: "deepseek-v3.1", Models: "DeepSeek-V3.1", Arguments: Object, NoTools: true, Dialect: "deepseek_v31",
			Marks: append(marks[:len(marks):len(marks)], thinkOpen, thinkDone), render: renderDeepseek31, read: readDeepseek(readDeepseek31Call)},
	}
}

// deepSystem joins all system messages, wherever they stand.
func deepSystem(c *conversation) string {
	var parts []string
	for i := range c.messages {
		if c.messages[i].Role == button.RoleSystem {
			parts = append(parts, c.messages[i].Content)
		}
	}
	return strings.Join(parts, "\n\n")
}

// renderDeepseek3 keeps the template's faults: whether a call or a result is the
// first is remembered over the whole conversation, so that from the second calling
// turn on the opening marks and the text beside the calls are missing.
func renderDeepseek3(w *writer, c *conversation) error {
	w.text(deepBegin, deepSystem(c))
	called, answered, open := false, false, false
	for i := range c.messages {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleUser:
			open = false
			w.text(deepUser, m.Content)
		case m.Role == button.RoleAssistant && m.calls():
			open = false
			start := len(w.out)
			for _, call := range m.ToolCalls {
				if called {
					w.text("\n")
				} else {
					w.text(deepAssistant, m.Content, deepCalls)
				}
				called = true
				arguments := string(call.Arguments)
				if arguments == "" {
					arguments = "{}"
				}
				w.text(deepCall, "function", deepSeparator, call.Name, "\n```json\n", arguments, "\n```", deepCallEnd)
			}
			w.text(deepCallsEnd, deepEnd)
			w.trained(c, i, start)
		case m.Role == button.RoleAssistant:
			start := len(w.out)
			if open {
				w.text(deepOutputsDone, m.Content, deepEnd)
				open = false
			} else {
				content := m.Content
				if at := strings.LastIndex(content, thinkDone); at >= 0 {
					content = content[at+len(thinkDone):]
				}
				w.text(deepAssistant, content, deepEnd)
			}
			w.trained(c, i, start)
		case m.Role == button.RoleTool:
			open = true
			if !answered {
				w.text(deepOutputs)
			}
			answered = true
			w.text(deepOutput, m.Content, deepOutputEnd)
		}
	}
	if open {
		w.text(deepOutputsDone)
	}
	return nil
}

func renderDeepseek31(w *writer, c *conversation) error {
	w.text(deepBegin, deepSystem(c))
	asked, open := false, false
	for i := range c.messages {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleUser:
			asked, open = true, false
			w.text(deepUser, m.Content)
		case m.Role == button.RoleAssistant:
			if asked {
				w.text(deepAssistant, thinkOpen, thinkDone)
			}
			asked = false
			start := len(w.out)
			if m.calls() {
				open = false
				w.text(m.Content, deepCalls)
				for j, call := range m.ToolCalls {
					w.text(deepCall, call.Name, deepSeparator)
					w.json(m.arguments[j])
					w.text(deepCallEnd)
				}
				w.text(deepCallsEnd, deepEnd)
				w.spoken(c, i, start)
				continue
			}
			content := m.Content
			if !open {
				if _, after, found := strings.Cut(content, thinkDone); found {
					content = after
				}
			}
			open = false
			w.text(content, deepEnd)
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			asked, open = false, true
			w.text(deepOutput, m.Content, deepOutputEnd)
		}
	}
	return nil
}
