package chattemplate

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// ReAct as LLaMA-Factory writes it with its template "default", whose tool format
// many of its templates share. The results of one turn are one observation, joined
// as its OpenAI converter joins them. Its loss counts answers and calls.

const (
	reactEnd    = "</s>"
	reactSystem = "System: "
	reactUser   = "Human: "
	reactAnswer = "\nAssistant:"
	reactAction = "Action: "
	reactInput  = "\nAction Input: "
	reactJoin   = "\n</tool_response>\n<tool_response>\n"
)

func reactFamilies() []Family {
	return []Family{{Name: "react", Aliases: []string{"llamafactory-default"}, Models: "LLaMA-Factory's template default", Arguments: Object, LosesText: true, Thoughts: true,
		Generation: "LLaMA-Factory", Dialect: "react", Marks: []string{reactEnd, "Action:", "Action Input:", respOpen, respClose, thinkOpen, thinkDone}, render: renderReAct, read: readReAct}}
}

func renderReAct(w *writer, c *conversation) error {
	system, _ := c.system()
	tools := ""
	if len(c.tools) > 0 {
		var err error
		if tools, err = reactTools(c.tools); err != nil {
			return err
		}
	}
	if system != "" || tools != "" {
		w.text(reactSystem, system, tools, reactEnd, "\n")
	}
	for i := c.rest(); i < len(c.messages); i++ {
		m := &c.messages[i]
		switch m.Role {
		case button.RoleUser:
			w.text(reactUser, m.Content, reactEnd, reactAnswer)
		case button.RoleTool:
			if c.role(i-1) == button.RoleTool {
				w.text(reactJoin)
			} else {
				w.text(reactUser)
			}
			w.text(m.Content)
			if c.role(i+1) != button.RoleTool {
				w.text(reactEnd, reactAnswer)
			}
		case button.RoleAssistant:
			start := len(w.out)
			if m.Reasoning != "" {
				w.text(thinkOpen, "\n", m.Reasoning, "\n", thinkDone, "\n\n")
			}
			if !m.calls() {
				w.text(m.Content)
			}
			for j, call := range m.ToolCalls {
				if j > 0 {
					w.text("\n")
				}
				w.text(reactAction, call.Name, reactInput)
				w.json(m.arguments[j])
			}
			w.text(reactEnd, "\n")
			w.trained(c, i, start)
		default:
			return &Refusal{i, "a system message is only taken at the beginning"}
		}
	}
	return nil
}

// reactTools is the tools in words. It raises, as the original does, on a tool
// without properties and on an enum that does not hold strings only.
func reactTools(tools []*value) (string, error) {
	var out strings.Builder
	var names []string
	for _, tool := range tools {
		function := tool.get("function")
		name := function.get("name").str()
		properties := function.get("parameters").get("properties")
		if properties == nil || properties.kind != object {
			return "", &Refusal{-1, fmt.Sprintf("tool %q has no parameters.properties", name)}
		}
		required := function.get("parameters").get("required")
		fmt.Fprintf(&out, "> Tool Name: %s\nTool Description: %s\nTool Args:\n", name, function.get("description").str())
		for _, property := range properties.members {
			if err := reactParameter(&out, property, required); err != nil {
				return "", &Refusal{-1, fmt.Sprintf("tool %q: %v", name, err)}
			}
		}
		out.WriteString("\n")
		names = append(names, name)
	}
	return "You have access to the following tools:\n" + out.String() + "Use the following format if using a tool:\n```\nAction: tool name (one of [" +
		strings.Join(names, ", ") + "])\nAction Input: the input to the tool, in a JSON format representing the kwargs " +
		"(e.g. ```{\"input\": \"hello world\", \"num_beams\": 5}```)\n```\n", nil
}

func reactParameter(out *strings.Builder, property member, required *value) error {
	word := func(name string) string {
		if v := property.value.get(name); v != nil {
			return v.python()
		}
		return ""
	}
	out.WriteString("  - " + property.name + " (" + word("type"))
	if holds(required, property.name) {
		out.WriteString(", required")
	}
	out.WriteString("): " + word("description"))
	if enum := property.value.get("enum"); enum.truthy() {
		var values []string
		for _, item := range enum.items {
			if item.kind != text {
				return fmt.Errorf("the enum of %q holds what is no string", property.name)
			}
			values = append(values, item.text)
		}
		out.WriteString(", should be one of [" + strings.Join(values, ", ") + "]")
	}
	if items := property.value.get("items"); items.truthy() {
		kind := ""
		if v := items.get("type"); v != nil {
			kind = v.python()
		}
		out.WriteString(", where each item should be " + kind)
	}
	out.WriteString("\n")
	return nil
}
