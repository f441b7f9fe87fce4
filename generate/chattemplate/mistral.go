package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// Mistral's formats by the version of their tokenizer. The tools stand before the
// last request. Versions 3 print the system prompt only where that request is the
// last message, so never in a finished conversation.

const (
	mistralBegin = "<s>"
	mistralEnd   = "</s>"
	instOpen     = "[INST]"
	instClose    = "[/INST]"
	toolsOpen    = "[AVAILABLE_TOOLS]"
	toolsClose   = "[/AVAILABLE_TOOLS]"
	mistralCalls = "[TOOL_CALLS]"
	resultsOpen  = "[TOOL_RESULTS]"
	resultsClose = "[/TOOL_RESULTS]"
	systemOpen   = "[SYSTEM_PROMPT]"
	systemClose  = "[/SYSTEM_PROMPT]"
	argsMark     = "[ARGS]"
	callIDMark   = "[CALL_ID]"
	contentMark  = "[TOOL_CONTENT]"
)

func mistralFamilies() []Family {
	marks := []string{mistralBegin, mistralEnd, instOpen, instClose, toolsOpen, toolsClose, mistralCalls, resultsOpen, resultsClose}
	later := append(marks[:len(marks):len(marks)], systemOpen, systemClose, contentMark)
	return []Family{
		{Name: "mistral-v3", Aliases: []string{"mistral"}, Models: "Mistral 7B Instruct v0.3 and other v2/v3 tokenizers", Arguments: Object, LosesText: true, LosesSystem: true, NineSigns: true,
			Dialect: "mistral", Marks: marks, read: readMistral,
			render: func(w *writer, c *conversation) error { return renderMistral3(w, c, " ") }},
		{Name: "mistral-v3-tekken", Aliases: []string{"mistral-nemo"}, Models: "Mistral Nemo", Arguments: Object, LosesText: true, LosesSystem: true, NineSigns: true,
			Dialect: "mistral", Marks: marks, read: readMistral,
			render: func(w *writer, c *conversation) error { return renderMistral3(w, c, "") }},
		{Name: "mistral-v7", Models: "Mistral Small 3 and other v7 tokenizers, as mistral-common writes them", Arguments: Object, NineSigns: true,
			Dialect: "mistral", Marks: later, read: readMistral, render: renderMistral7},
		{Name: "mistral-v11", Aliases: []string{"mistral-small-3.2"}, Models: "Mistral Small 3.2 and other v11 and v13 tokenizers", Arguments: Object, LosesText: true, NineSigns: true,
			Dialect: "mistral", Marks: append(later[:len(later):len(later)], argsMark, callIDMark), read: readMistral, render: renderMistral11},
	}
}

// mistralIDs refuses ids that the templates refuse.
func mistralIDs(c *conversation) error {
	for i := range c.messages {
		m := &c.messages[i]
		for _, call := range m.ToolCalls {
			if len([]rune(call.ID)) != button.CallIDLength {
				return &Refusal{i, "tool call ids should be alphanumeric strings with length 9"}
			}
		}
		if m.Role == button.RoleTool && len([]rune(m.ToolCallID)) != button.CallIDLength {
			return &Refusal{i, "tool call ids should be alphanumeric strings with length 9"}
		}
	}
	return nil
}

// mistralChecks is what every version's template checks.
func mistralChecks(c *conversation) error {
	if err := c.alternate(); err != nil {
		return err
	}
	for i := c.rest(); i < len(c.messages); i++ {
		if c.messages[i].Role == button.RoleSystem {
			return &Refusal{i, "a system message is only supported at the beginning"}
		}
	}
	return mistralIDs(c)
}

// isLastRequest compares by content, as the templates do: of two equal requests both
// get the tools.
func isLastRequest(c *conversation, i int) bool {
	return c.last >= 0 && c.messages[i].Content == c.messages[c.last].Content
}

// mistralTools writes the tools of version 3. Strings in them are not escaped.
func mistralTools(w *writer, c *conversation, gap string) {
	w.text(toolsOpen, gap, "[")
	for i, tool := range c.tools {
		if i > 0 {
			w.text(", ")
		}
		w.text(`{"type": "function", "function": {`)
		first := true
		for _, m := range tool.get("function").members {
			if m.name == "return" {
				continue
			}
			if !first {
				w.text(", ")
			}
			first = false
			w.text(`"`, m.name, `": `)
			if m.value.kind == text {
				w.text(`"`, m.value.text, `"`)
			} else {
				w.json(m.value)
			}
		}
		w.text("}}")
	}
	w.text("]", toolsClose)
}

func renderMistral3(w *writer, c *conversation, gap string) error {
	if err := mistralChecks(c); err != nil {
		return err
	}
	w.text(mistralBegin)
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		start := len(w.out)
		switch {
		case m.Role == button.RoleUser:
			if len(c.tools) > 0 && isLastRequest(c, i) {
				mistralTools(w, c, gap)
			}
			w.text(instOpen, gap)
			if system, ok := c.system(); ok && i == len(c.messages)-1 {
				w.text(system, "\n\n")
			}
			w.text(m.Content, instClose)
		case m.calls():
			w.text(mistralCalls, gap)
			mistralCallList(w, m, true)
			w.text(mistralEnd)
		case m.Role == button.RoleTool:
			w.text(resultsOpen, gap, `{"content": `, m.Content, `, "call_id": "`, m.ToolCallID, `"}`, resultsClose)
		case gap == "":
			w.text(m.Content, mistralEnd)
		default:
			w.text(gap, trim(m.Content), mistralEnd)
		}
		w.spoken(c, i, start)
	}
	return nil
}

// mistralCallList writes calls as a JSON list.
func mistralCallList(w *writer, m *message, ids bool) {
	w.text("[")
	for j, call := range m.ToolCalls {
		if j > 0 {
			w.text(", ")
		}
		w.text(`{"name": `, quoted(call.Name), `, "arguments": `)
		w.json(m.arguments[j])
		if ids {
			w.text(`, "id": "`, call.ID, `"`)
		}
		w.text("}")
	}
	w.text("]")
}

func renderMistral7(w *writer, c *conversation) error {
	if err := mistralChecks(c); err != nil {
		return err
	}
	mistralOpening(w, c)
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		start := len(w.out)
		switch m.Role {
		case button.RoleUser:
			mistralRequest(w, c, i)
		case button.RoleAssistant:
			w.text(strings.TrimRight(m.Content, " "))
			if m.calls() {
				w.text(mistralCalls)
				mistralCallList(w, m, true)
			}
			w.text(mistralEnd)
		case button.RoleTool:
			w.text(resultsOpen, m.ToolCallID, contentMark, m.Content, resultsClose)
		}
		w.spoken(c, i, start)
	}
	return nil
}

func mistralOpening(w *writer, c *conversation) {
	w.text(mistralBegin)
	if system, ok := c.system(); ok {
		w.text(systemOpen, system, systemClose)
	}
}

func mistralRequest(w *writer, c *conversation, i int) {
	if len(c.tools) > 0 && isLastRequest(c, i) {
		w.text(toolsOpen)
		w.json(&value{kind: list, items: c.tools})
		w.text(toolsClose)
	}
	w.text(instOpen, c.messages[i].Content, instClose)
}

// renderMistral11 leaves out the long prompt that the models' own templates put
// where a record has no system message.
func renderMistral11(w *writer, c *conversation) error {
	if err := mistralChecks(c); err != nil {
		return err
	}
	mistralOpening(w, c)
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		start := len(w.out)
		switch {
		case m.Role == button.RoleUser:
			mistralRequest(w, c, i)
		case m.calls():
			for j, call := range m.ToolCalls {
				w.text(mistralCalls, call.Name, callIDMark, call.ID, argsMark)
				w.json(m.arguments[j])
			}
			w.text(mistralEnd)
		case m.Role == button.RoleTool:
			w.text(resultsOpen, m.ToolCallID, contentMark, m.Content, resultsClose)
		default:
			w.text(m.Content, mistralEnd)
		}
		w.spoken(c, i, start)
	}
	return nil
}
