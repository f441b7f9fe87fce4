package lint

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/generate/chattemplate"
)

// tools: they can be read, have the form that the target wants, and properties.
func (c *check) tools() {
	l := c.line
	if l.toolsErr != "" {
		c.report(-1, RuleTools, "write the tools as a JSON list, or as a string that holds one", "%s", l.toolsErr)
	}
	switch form := formOf(l.toolsRaw); {
	case form == isString && strings.TrimSpace(string(l.toolsRaw[1:len(l.toolsRaw)-1])) == "" && len(l.toolsRaw) > 2:
		c.report(-1, RuleTools, `write "" or "[]" where there are no tools`, "the tools are a blank string")
	case form == isNull && l.shape != Canonical:
		c.report(-1, RuleTools, "leave the member out, or write an empty list", "the tools are null")
	case form == isList && c.target.ToolsText && l.shape != Canonical:
		c.warn(-1, RuleTools, "write the tools as a string that holds JSON", "the tools are a list; rows with other schemas will not share its columns")
	case form == isString && c.target.ToolsList:
		c.report(-1, RuleTools, "write the tools as a list", "the tools are a string; %s wants a list", c.target.Name)
	}
	called := false
	for i := range l.messages {
		called = called || len(l.messages[i].calls) > 0
	}
	if called && len(l.tools) == 0 && l.toolsErr == "" {
		c.report(-1, RuleTools, "list the tools that are called", "there are calls but no tools")
	}
	for i := range l.tools {
		c.tool(i, &l.tools[i])
	}
}

func (c *check) tool(i int, t *tool) {
	if !functionName.MatchString(t.name) {
		c.report(-1, RuleNames, "rename the function", "%s has no name of at most 64 letters, digits and underscores", named(i, t))
	}
	var parameters struct {
		Properties json.RawMessage `json:"properties"`
	}
	if json.Unmarshal(t.parameters, &parameters) != nil || formOf(parameters.Properties) != isObject {
		const remedy = `write "parameters": {"type": "object", "properties": {}}`
		if c.target.Properties {
			c.report(-1, RuleTools, remedy, "%s has no parameters.properties, which the target reads without asking", named(i, t))
		} else {
			c.warn(-1, RuleTools, remedy, "%s has no parameters.properties", named(i, t))
		}
		return
	}
	if c.target.StringEnums {
		if name := mixedEnum(parameters.Properties); name != "" {
			const remedy = "write the enum's values as strings, or use another tool format"
			if c.target.Family != "" {
				c.report(-1, RuleEnums, remedy, "%s: the enum of %q holds what is no string", named(i, t), name)
			} else {
				c.warn(-1, RuleEnums, remedy, "%s: the enum of %q holds what is no string; the default tool format raises", named(i, t), name)
			}
		}
	}
}

// mixedEnum is the first property whose enum holds more than strings.
func mixedEnum(properties json.RawMessage) string {
	if !bytes.Contains(properties, []byte(`"enum"`)) {
		return ""
	}
	members, err := button.ParseMembers(properties)
	if err != nil {
		return ""
	}
	for _, m := range members {
		var property struct {
			Enum []json.RawMessage `json:"enum"`
		}
		if json.Unmarshal(m.Value, &property) != nil {
			continue
		}
		for _, value := range property.Enum {
			if formOf(value) != isString {
				return m.Name
			}
		}
	}
	return ""
}

// values: no special tokens in them.
func (c *check) values() {
	for i := range c.line.tools {
		t := &c.line.tools[i]
		if mark := markIn(t.raw, c.marks); mark != "" {
			c.report(-1, RuleMarks, "reword it", "%s holds %s", named(i, t), mark)
		}
	}
	for i := range c.line.messages {
		m := &c.line.messages[i]
		for _, text := range []string{visible(m), m.thought} {
			if mark := chattemplate.MarkIn(text, c.marks); mark != "" {
				c.report(m.index, RuleMarks, "reword it or drop the record", "it holds %s", mark)
			}
		}
		for _, one := range m.calls {
			if mark := markIn(one.arguments, c.marks); mark != "" {
				c.report(m.index, RuleMarks, "change the value or drop the record", "the arguments of %q hold %s", clip(one.name), mark)
			}
		}
	}
}

// visible is a message's text without a thought that stands before it between tags,
// and without the calls and results of a format that keeps them in the text.
func visible(m *message) string {
	text := m.content
	if m.marked {
		text = m.rest
	}
	if m.role == button.RoleAssistant && strings.HasPrefix(text, "<think>") {
		if _, rest, ok := strings.Cut(text, "</think>"); ok {
			return rest
		}
	}
	return text
}

// markIn looks for marks in the strings of a JSON value.
func markIn(raw json.RawMessage, marks []string) string {
	if !bytes.ContainsAny(raw, `\`) {
		return chattemplate.MarkIn(string(raw), marks)
	}
	var value any
	if json.Unmarshal(raw, &value) != nil {
		return chattemplate.MarkIn(string(raw), marks)
	}
	return markInAny(value, marks)
}

func markInAny(value any, marks []string) string {
	switch value := value.(type) {
	case string:
		return chattemplate.MarkIn(value, marks)
	case []any:
		for _, element := range value {
			if mark := markInAny(element, marks); mark != "" {
				return mark
			}
		}
	case map[string]any:
		first := ""
		for name, element := range value {
			mark := chattemplate.MarkIn(name, marks)
			if mark == "" {
				mark = markInAny(element, marks)
			}
			if mark != "" && (first == "" || mark < first) {
				first = mark // the order of a map must not show
			}
		}
		return first
	}
	return ""
}

// leaks: requests name no function, system prompts hold no gold plan.
func (c *check) leaks() {
	l := c.line
	for i := range l.messages {
		m := &l.messages[i]
		if m.role != button.RoleUser {
			continue
		}
		for j := range l.tools {
			if name := l.tools[j].name; codeName.MatchString(name) && holdsWord(m.content, name) {
				c.report(m.index, RuleLeak, "reword the request", "the request names the function %s", clip(name))
			}
		}
	}
	for i := range l.messages {
		if m := &l.messages[i]; m.role == button.RoleSystem {
			c.plannedIn(m)
		}
	}
}

// plannedIn looks in a system prompt for the calls that are to come.
func (c *check) plannedIn(system *message) {
	text := system.content
	if system.marked {
		text = system.rest
	}
	at, inOrder := 0, 0
	distinct := map[string]bool{}
	for i := range c.line.messages {
		for _, one := range c.line.messages[i].calls {
			if len(one.arguments) > 8 && strings.Contains(text, string(one.arguments)) || one.id != "" && len(one.id) >= 6 && strings.Contains(text, one.id) {
				c.report(system.index, RuleLeak, "take the plan out of the prompt", "it holds the call of %s that is to be made", clip(one.name))
				return
			}
			if k := strings.Index(text[at:], one.name); k >= 0 && codeName.MatchString(one.name) {
				at += k + len(one.name)
				inOrder++
				distinct[one.name] = true
			} else {
				inOrder = -1 << 20
			}
		}
	}
	if inOrder >= 2 && len(distinct) >= 2 {
		c.report(system.index, RuleLeak, "take the plan out of the prompt", "it names all functions in the order in which they are to be called")
	}
}

// holdsWord reports whether a text holds a word that no letter, digit or underscore
// goes on with.
func holdsWord(text, word string) bool {
	for from := 0; ; {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return false
		}
		at += from
		end := at + len(word)
		if (at == 0 || !wordByte(text[at-1])) && (end == len(text) || !wordByte(text[end])) {
			return true
		}
		from = end
	}
}

func wordByte(b byte) bool {
	return b == '_' || '0' <= b && b <= '9' || 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z'
}
