package chattemplate

import (
	"strings"

	"github.com/buttonbench/button"
)

// Hermes 3: ChatML with calls as JSON between tags; results in turns of role tool.

const (
	hermesTools = "You are a function calling AI model. You are provided with function signatures within <tools></tools> XML tags. " +
		"You may call one or more functions to assist with the user query. Don't make assumptions about what values to plug into functions. Here are the available tools: <tools> "
	hermesToolsEnd = " </tools>Use the following pydantic model json schema for each tool call you will make: " +
		`{"properties": {"name": {"title": "Name", "type": "string"}, "arguments": {"title": "Arguments", "type": "object"}}, "required": ["name", "arguments"], "title": "FunctionCall", "type": "object"}` +
		"\nFor each function call return a json object with function name and arguments within <tool_call></tool_call> XML tags as follows:\n" +
		"<tool_call>\n{\"name\": <function-name>, \"arguments\": <args-dict>}\n</tool_call>"
)

func hermesFamilies() []Family {
	return []Family{{Name: "hermes", Aliases: []string{"hermes3", "hermes2-pro"}, Models: "Hermes 3 (Llama-3.1)", Arguments: Either, LosesText: true,
		Dialect: "hermes", Marks: append(chatMarks()[:6:6], llamaBegin), render: renderHermes, read: readChatML(jsonCalls)}}
}

func renderHermes(w *writer, c *conversation) error {
	w.text(llamaBegin, chatStart, "system\n", hermesTools)
	for i, tool := range c.tools {
		if i > 0 {
			w.text("\n")
		}
		hermesTool(w, tool.get("function"))
	}
	w.text(hermesToolsEnd, chatEnd, "\n")
	for i := range c.messages {
		m := &c.messages[i]
		switch {
		case m.Role == button.RoleAssistant && m.calls():
			w.text(chatStart, "assistant")
			for j := range m.ToolCalls {
				w.text("\n", callOpen, "\n")
				w.jsonCall(m, j, "arguments")
				w.text("\n", callClose)
			}
			w.text(chatEnd, "\n")
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
			w.text(chatStart, m.Role, "\n", m.Content, chatEnd, "\n")
		}
	}
	return nil
}

// hermesTool writes a tool with a Python signature in its description. Nothing in it
// is escaped: a quotation mark in a description breaks the JSON.
func hermesTool(w *writer, function *value) {
	name := function.get("name").str()
	w.text(`{"type": "function", "function": {"name": "`, name, `", "description": "`, name, "(")
	properties := function.get("parameters").get("properties")
	if properties == nil {
		properties = &value{kind: object}
	}
	for i, property := range properties.members {
		if i > 0 {
			w.text(", ")
		}
		w.text(property.name, ": ", pythonType(property.value))
	}
	w.text(") - ", function.get("description").str(), "\n\n")
	for i, property := range properties.members {
		if i == 0 {
			w.text("    Args:\n")
		}
		w.text("        ", property.name, "(", pythonType(property.value), "): ", trim(property.value.get("description").str()))
	}
	w.text(`", "parameters": `)
	if len(properties.members) == 0 {
		w.text("{}")
	} else {
		w.json(function.get("parameters"))
	}
	w.text("}")
}

// pythonType is the Python type that the template names for a schema. An array's
// element type is never found, and a schema without a type is an empty union.
func pythonType(schema *value) string {
	kind := schema.get("type")
	switch kind.str() {
	case "string":
		return "str"
	case "number":
		return "float"
	case "integer":
		return "int"
	case "boolean":
		return "bool"
	case "array":
		return "list[Union[]]"
	case "object":
		if additional := schema.get("additionalProperties"); additional != nil {
			return "dict[str, " + pythonType(additional) + "]"
		}
		return "dict"
	}
	if kind != nil && kind.kind == text {
		// An unknown word is iterated over letter by letter.
		kinds := make([]string, 0, len(kind.text))
		for range kind.text {
			kinds = append(kinds, "Any")
		}
		return "Union[" + strings.Join(kinds, ",") + "]"
	}
	var kinds []string
	if kind != nil {
		for _, item := range kind.items {
			kinds = append(kinds, pythonType(&value{kind: object, members: []member{{"type", item}}}))
		}
	}
	return "Union[" + strings.Join(kinds, ",") + "]"
}
