package lint

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// readPreference reads OpenAI's preference lines. What is preferred is linted as the
// end of the conversation; the other output must only be there.
func (l *line) readPreference(all button.Members) error {
	input, err := button.ParseMembers(all.Get("input"))
	if err != nil {
		return fmt.Errorf("input: %w", err)
	}
	l.toolsRaw = input.Get("tools")
	for _, name := range []string{"preferred_output", "non_preferred_output"} {
		list, err := elements(all.Get(name))
		if err == nil && len(list) == 0 {
			err = fmt.Errorf("an empty list")
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	raw, err := elements(input.Get("messages"))
	if err != nil {
		return fmt.Errorf("input.messages: %w", err)
	}
	preferred, err := elements(all.Get("preferred_output"))
	if err != nil {
		return fmt.Errorf("preferred_output: %w", err)
	}
	l.readTools(l.toolsRaw)
	for i, data := range append(raw, preferred...) {
		if err := l.readMessage(i, data); err != nil {
			return fmt.Errorf("message %d: %w", i, err)
		}
	}
	l.shape = DPO
	return nil
}

// readShareGPT reads turns with from and value: LLaMA-Factory's, whose calls and
// results have speakers of their own, or Hermes', whose calls stand in the text.
func (l *line) readShareGPT(all button.Members) error {
	l.shape = ShareGPT
	turns, err := elements(all.Get("conversations"))
	if err != nil {
		return fmt.Errorf("conversations: %w", err)
	}
	if system := all.Get("system"); formOf(system) != absent {
		m := message{index: -1, role: button.RoleSystem, form: formOf(system), trained: true}
		_ = json.Unmarshal(system, &m.content)
		if m.rest = m.content; m.content != "" || m.form != isString {
			l.messages = append(l.messages, m)
		}
	}
	l.readTools(l.toolsRaw)
	for i, data := range turns {
		turn, err := button.ParseMembers(data)
		if err != nil {
			return fmt.Errorf("turn %d: %w", i, err)
		}
		m := message{index: i, form: formOf(turn.Get("value")), trained: string(turn.Get("weight")) != "0" && string(turn.Get("loss")) != "false"}
		_ = json.Unmarshal(turn.Get("value"), &m.content)
		var from string
		_ = json.Unmarshal(turn.Get("from"), &from)
		m.rest = m.content
		l.shareGPTTurn(&m, from)
		l.messages = append(l.messages, m)
	}
	return nil
}

func (l *line) shareGPTTurn(m *message, from string) {
	switch from {
	case "human", "user":
		m.role = button.RoleUser
	case "system":
		m.role = button.RoleSystem
		if l.toolsRaw == nil {
			l.toolsInText(m, "<tools>", "</tools>")
		}
	case "gpt", "assistant", "model":
		m.role = button.RoleAssistant
		l.callsInText(m, "hermes", "<tool_call>")
	case "function_call":
		m.role = button.RoleAssistant
		m.readFunctionCall()
	case "observation":
		m.role = button.RoleTool
		m.results = strings.Count(m.content, packedResults) + 1
		m.marked = m.results > 1
		m.rest = strings.ReplaceAll(m.content, packedResults, "\n")
	case "tool":
		m.role = button.RoleTool
		l.resultsInText(m)
	default:
		m.role = from
	}
}

// packedResults is what stands between the results that one observation holds.
const packedResults = "\n</tool_response>\n<tool_response>\n"

// readFunctionCall reads a value that is a call or a list of calls, with a thought
// between tags before it.
func (m *message) readFunctionCall() {
	body := m.content
	if rest, ok := strings.CutPrefix(body, "<think>"); ok {
		if thought, after, ok := strings.Cut(rest, "</think>"); ok {
			m.thought, body = thought, strings.TrimSpace(after)
		}
	}
	m.marked, m.rest = true, ""
	var list []json.RawMessage
	if json.Unmarshal([]byte(body), &list) != nil {
		list = []json.RawMessage{json.RawMessage(body)}
	}
	for _, raw := range list {
		one, err := readPlainCall(raw)
		if err != nil {
			m.badCall = err.Error()
			return
		}
		m.calls = append(m.calls, one)
	}
}

// callsInText reads the calls that stand in an assistant's text.
func (l *line) callsInText(m *message, dialect, mark string) {
	if !strings.Contains(m.content, mark) {
		return
	}
	parsed := toolcall.Parse(m.content, nil, dialect)
	m.marked, m.rest, m.thought = true, parsed.Content, parsed.Reasoning
	if parsed.Outcome == toolcall.Malformed {
		m.badCall = parsed.Detail
	}
	for _, one := range parsed.Calls {
		if len(one.Repairs) > 0 {
			m.badCall = "a call had to be mended to be read: " + strings.Join(one.Repairs, ", ")
		}
		m.calls = append(m.calls, newCall("", one.Name, one.Arguments))
	}
}

// resultsInText counts results between tags.
func (l *line) resultsInText(m *message) {
	const open, shut = "<tool_response>", "</tool_response>"
	if !strings.Contains(m.content, open) {
		return
	}
	m.marked = true
	m.results = strings.Count(m.content, open)
	m.rest = strings.NewReplacer(open, "", shut, "").Replace(m.content)
	if m.results != strings.Count(m.content, shut) {
		m.badCall = "its <tool_response> tags do not pair"
	}
}

// toolsInText reads the tools out of a system prompt, one a line or as a list.
func (l *line) toolsInText(m *message, open, shut string) {
	at := strings.LastIndex(m.content, shut)
	if at < 0 {
		return
	}
	start := strings.LastIndex(m.content[:at], open)
	if start < 0 {
		return
	}
	body := strings.TrimSpace(m.content[start+len(open) : at])
	m.rest = m.content[:start]
	m.marked = true
	if !strings.HasPrefix(body, "[") {
		body = "[" + strings.Join(strings.FieldsFunc(body, func(r rune) bool { return r == '\n' }), ",") + "]"
	}
	l.inText = true
	l.readTools(json.RawMessage(body))
}

// marksInText recognises messages in BUTTON's own form: no members for calls, and
// calls or answers between marks.
func (l *line) marksInText() bool {
	found := false
	for i := range l.messages {
		m := &l.messages[i]
		if len(m.calls) > 0 || m.answers != "" {
			return false
		}
		found = found || m.role == button.RoleAssistant && (strings.Contains(m.content, "<call>") || strings.Contains(m.content, "<final>"))
	}
	if !found {
		return false
	}
	for i := range l.messages {
		m := &l.messages[i]
		switch m.role {
		case button.RoleSystem:
			l.toolsInText(m, "<tool>", "</tool>")
		case button.RoleAssistant:
			l.callsInText(m, "button", "<call>")
			if !m.marked {
				m.marked = true
				m.rest = strings.NewReplacer("<final>", "", "</final>", "").Replace(m.content)
			}
		case button.RoleTool:
			list, err := elements(json.RawMessage(m.content))
			if err != nil {
				m.badCall = "a result is no JSON list with an element for each call"
			}
			m.results, m.marked = len(list), true
		}
	}
	return true
}

// readXLAM reads a query with its answers.
func (l *line) readXLAM(all button.Members) error {
	l.shape = XLAM
	l.readTools(l.toolsRaw)
	user := message{index: 0, role: button.RoleUser, form: formOf(all.Get("query")), trained: true}
	_ = json.Unmarshal(all.Get("query"), &user.content)
	user.rest = user.content
	answer := message{index: 1, role: button.RoleAssistant, form: isString, trained: true, marked: true}
	answers := all.Get("answers")
	if formOf(answers) == isString {
		_ = json.Unmarshal(answers, &answer.content)
		answers = json.RawMessage(answer.content)
	}
	list, err := elements(answers)
	if err != nil {
		answer.badCall = "answers: " + err.Error()
	}
	for _, raw := range list {
		one, err := readPlainCall(raw)
		if err != nil {
			answer.badCall = err.Error()
			break
		}
		answer.calls = append(answer.calls, one)
	}
	l.messages = []message{user, answer}
	return nil
}
