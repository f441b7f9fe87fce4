package quality

import (
	"strings"

	"github.com/buttonbench/button"
)

// messages leaves out, repeats and swaps messages.
func (m *mutator) messages() {
	for i := range m.record.Messages {
		changed := m.copy()
		changed.Messages = append(changed.Messages[:i:i], changed.Messages[i+1:]...)
		m.add("message dropped", changed, "message %d", i)
		if i > 0 {
			changed = m.copy()
			changed.Messages[i-1], changed.Messages[i] = changed.Messages[i], changed.Messages[i-1]
			m.add("messages swapped", changed, "messages %d and %d", i-1, i)
		}
	}
	if m.record.ParallelToolCalls {
		m.switchedOff()
	}
}

// switchedOff says that parallel calls are off where a turn has several.
func (m *mutator) switchedOff() {
	for _, message := range m.record.Messages {
		if len(message.ToolCalls) > 1 {
			changed := m.copy()
			changed.ParallelToolCalls = false
			m.add("parallel calls switched off", changed, "")
			return
		}
	}
}

// tools changes the tool list.
func (m *mutator) tools() {
	for i, tool := range m.record.Tools {
		with := func(kind string, one button.Tool) {
			changed := m.copy()
			changed.Tools = append([]button.Tool(nil), m.record.Tools...)
			changed.Tools[i] = one
			m.add(kind, changed, "%s", tool.Name)
		}
		described, renamed, altered := tool, tool, tool
		described.Description, _ = otherCharacter(tool.Description, m.random)
		renamed.Name, _ = otherCharacter(tool.Name, m.random)
		with("tool description", described)
		with("tool name", renamed)
		if parameters, ok := otherCharacter(string(tool.Parameters), m.random); ok {
			altered.Parameters = []byte(parameters)
			with("tool parameters", altered)
		}
		for _, node := range m.record.Plan.Nodes {
			if node.Function == tool.Name {
				changed := m.copy()
				changed.Tools = append(append([]button.Tool(nil), m.record.Tools[:i]...), m.record.Tools[i+1:]...)
				m.add("tool dropped", changed, "%s", tool.Name)
				break
			}
		}
	}
}

// texts makes texts untidy, and tells what nobody knows yet.
func (m *mutator) texts() {
	for i := range m.record.Messages {
		message := &m.record.Messages[i]
		if message.Role == button.RoleSystem {
			changed := m.copy()
			changed.Messages[i].Content, _ = otherCharacter(message.Content, m.random)
			if m.record.Mode == button.ModeSimulated { // free words but for the day
				changed.Messages[i].Content = strings.Replace(message.Content, m.record.Meta.Today, "1999-12-31", 1)
				if changed.Messages[i].Content == message.Content {
					continue
				}
			}
			m.add("system prompt", changed, "")
		}
		if message.Role == button.RoleUser || message.Role == button.RoleAssistant && len(message.ToolCalls) == 0 {
			m.untidied(i, message.Content)
		}
		if message.Reasoning != "" {
			m.foretold(i)
		}
	}
	for i := range m.record.Messages {
		if m.record.Messages[i].Role == button.RoleUser {
			m.leaked(i)
		}
	}
}

func (m *mutator) untidied(message int, content string) {
	end := len(content)
	for _, tail := range []string{" ", " ,", "  and", " {x}", " (", ` "`, " \uE001", " well well"} {
		m.add("untidy text", m.reworded(message, button.Span{end, end}, tail), "message %d: %q at the end", message, tail)
	}
}

// foretold lets a thought name what the calls behind it return.
func (m *mutator) foretold(message int) {
	for k := message + 1; k < len(m.record.Messages) && m.record.Messages[k].Role == button.RoleTool; k++ {
		for _, text := range codesIn(m.record.Messages[k].Content) {
			if m.saidBefore(text, message) {
				continue
			}
			changed := m.copy()
			changed.Messages[message].Reasoning += " It is " + text + "."
			m.add("thought from the future", changed, "message %d: %s", message, text)
		}
	}
}

// leaked lets the user say what only a result tells.
func (m *mutator) leaked(message int) {
	for k := message + 1; k < len(m.record.Messages); k++ {
		if m.record.Messages[k].Role != button.RoleTool {
			continue
		}
		for _, text := range codesIn(m.record.Messages[k].Content) {
			if m.saidBefore(text, k) {
				continue
			}
			end := len(m.record.Messages[message].Content)
			m.add("leaked result", m.reworded(message, button.Span{end, end}, " It is "+text+"."), "message %d: %s", message, text)
		}
	}
	end := len(m.record.Messages[message].Content)
	for _, node := range m.record.Plan.Nodes {
		if strings.Contains(node.Function, "_") {
			m.add("leaked function name", m.reworded(message, button.Span{end, end}, " Use "+node.Function+"."), "message %d: %s", message, node.Function)
			break
		}
	}
}

// saidBefore reports whether a text stands anywhere before a message, or in a
// request at all.
func (m *mutator) saidBefore(text string, message int) bool {
	for i := range m.record.Messages {
		one := &m.record.Messages[i]
		if (i < message || one.Role == button.RoleUser) && strings.Contains(one.Content, text) {
			return true
		}
		for _, made := range one.ToolCalls {
			if i <= message && strings.Contains(string(made.Arguments), text) {
				return true
			}
		}
	}
	return false
}

// codesIn finds the codes in a result: values of four or more capitals and
// digits.
func codesIn(content string) []string {
	var out []string
	for _, part := range strings.Split(content, `"`) {
		digits := 0
		for i := range len(part) {
			switch c := part[i]; {
			case '0' <= c && c <= '9':
				digits++
			case 'A' <= c && c <= 'Z':
			default:
				digits = -len(part)
			}
		}
		if len(part) >= 4 && digits > 0 && digits < len(part) {
			out = append(out, part)
		}
	}
	return out
}
