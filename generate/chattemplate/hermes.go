package chattemplate

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
)

// Hermes 3: ChatML with calls as JSON between tags; results in turns of role tool.

const (
	hermesTools = "You are a function calling AI model. You are provided with function signatures within <tools></tools> XML tags. " +
		"You may call one or more functions to assist with the user query. Don't make assumptions about what values to plug into functions. Here are the available tools: <tools> "
	hermesToolsEnd = " </tools>Use the following pydantic model json schema for each tool call you will make: " +
		`{"properties": {"name": {"title": "Name", "type": "string"}, "arguments": {"title": "Arguments", "type": "object"}}, "required": ["name", "arguments"], "title": "FunctionCall", "type": "object"}}` +
		"\nFor each function call return a json object with function name and arguments within <tool_call></tool_call> XML tags as follows:\n" +
		"<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-dict>}\n</tool_call>"
)

func hermesFamilies() []Family {
	return []Family{{Name: "hermes", Aliases: []string{"hermes3", "hermes2-pro"}, Models: "Hermes 3 (Llama-3.1)", Arguments: Either, LosesText: true,
		Dialect: "hermes", Marks: append(chatMarks()[:6:6], llamaBegin), render: renderHermes, read: readChatML(jsonCalls)}}
}

func renderHermes(w *writer, c *conversation) error {
	if len(c.tools) == 0 {
		return &Refusal{-1, "the template cannot do without tools"}
	}
	w.text(llamaBegin, chatStart, "system\n", hermesTools)
	for i, tool := range c.tools {
		if i > 0 {
			w.text("\n")
		}
		if err := hermesTool(w, tool.get("function")); err != nil {
			return err
		}
	}
	w.text(hermesToolsEnd, chatEnd, "\n")
	for i := range c.messages {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleAssistant && m.calls():
			w.text(chatStart, "assistant")
			start := len(w.out)
			for j := range m.ToolCalls {
				w.text("\n", callOpen, "\n")
				w.jsonCall(m, j, "arguments")
				w.text("\n", callClose)
			}
			w.text(chatEnd, "\n")
			w.spoken(c, i, start)
		case m.Role == button.RoleTool:
			if i > 0 && c.role(i-1) != button.RoleTool {
				w.text(chatStart, "tool\n")
			}
			w.text(respOpen, "\n", m.Content, "\n", respClose)
			if i < len(c.messages)-1 {
				w.text("\n")
			}
			if c.role(i+1) != button.RoleTool {
				w.text(chatEnd)
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

// hermesTool writes a tool with a Python signature in its description. Nothing in it
// is escaped: a quotation mark in a description breaks the JSON.
func hermesTool(w *writer, function *value) error {
	name := function.get("name").str()
	w.text(`{"type": "function", "function": {"name": "`, name, `", "description": "`, name, "(")
	properties := function.get("parameters").get("properties")
	if properties == nil {
		properties = &value{kind: object}
	}
	kinds := make([]string, len(properties.members))
	for i, property := range properties.members {
		var ok bool
		if kinds[i], ok = pythonType(property.value); !ok {
			return &Refusal{-1, fmt.Sprintf("tool %q: the template finds no end in the type of %q", name, property.name)}
		}
		if i > 0 {
			w.text(", ")
		}
		w.text(property.name, ": ", kinds[i])
	}
	w.text(") - ", function.get("description").str(), "\n\n")
	for i, property := range properties.members {
		if i == 0 {
			w.text("    Args:\n")
		}
		w.text("        ", property.name, "(", kinds[i], "): ", trim(property.value.get("description").str()))
	}
	w.text(`", "parameters": `)
	if len(properties.members) == 0 {
		w.text("{}")
	} else {
		w.json(function.get("parameters"))
	}
	w.text("}")
	return nil
}

// pythonType is the Python type that the template names for a schema. An array's
// element type is never found, a schema without a type is an empty union, and at a
// word that is no JSON type, "null" among them, the template recurses without end:
// then ok is false.
func pythonType(schema *value) (name string, ok bool) {
	kind := schema.get("type")
	switch kind.str() {
	case "string":
		return "str", true
	case "number":
		return "float", true
	case "integer":
		return "int", true
	case "boolean":
		return "bool", true
	case "array":
		return "list[Union[]]", true
	case "object":
		additional := schema.get("additionalProperties")
		if additional == nil {
			return "dict", true
		}
		inner, ok := pythonType(additional)
		return "dict[str, " + inner + "]", ok
	}
	if kind == nil {
		return "Union[]", true
	}
	if kind.kind != list {
		return "", kind.kind == text && kind.text == ""
	}
	var kinds []string
	for _, item := range kind.items {
		inner, ok := pythonType(&value{kind: object, members: []member{{"type", item}}})
		if !ok {
			return "", false
		}
		kinds = append(kinds, inner)
	}
	return "Union[" + strings.Join(kinds, ",") + "]", true
}
