package importers

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// tools reads a list of tools: a list, one tool, or a text that holds them as JSON,
// one behind the other or in a list, or as Python prints them. What is no tool goes
// to the record's member "unreadable_tools".
func (d *draft) tools(value json.RawMessage) {
	if text, isText := textOf(value); isText {
		d.toolText(text)
		return
	}
	list, isList := listOf(value)
	if !isList {
		list = []json.RawMessage{value}
	}
	for _, one := range list {
		d.tool(one)
	}
}

// toolText reads tools that stand in a text.
func (d *draft) toolText(text string) {
	if text = strings.TrimSpace(text); text == "" {
		return
	}
	values, ok := jsonValues(text)
	if !ok {
		loose, repairs, read := readLoose(text)
		if !read {
			d.fault(FaultUnreadableTool, -1, text, "the list of tools cannot be read")
			d.unread = append(d.unread, button.AppendString(nil, text))
			return
		}
		if len(repairs) > 0 {
			d.fault(FaultRepairedTool, -1, text, "the list of tools was mended: %s", strings.Join(repairs, ", "))
		}
		values = []json.RawMessage{loose}
	}
	for _, value := range values {
		if list, isList := listOf(value); isList {
			for _, one := range list {
				d.tool(one)
			}
			continue
		}
		d.tool(value)
	}
}

// tool adds one tool, in OpenAI's wrapping or bare.
func (d *draft) tool(value json.RawMessage) {
	if len(d.record.Tools)+len(d.unread) >= mostTools {
		d.excess = fmt.Sprintf("more than %d tools", mostTools)
		return
	}
	tool, ok := readTool(value)
	if !ok {
		d.fault(FaultUnreadableTool, -1, string(value), "this is no tool: want an object with a name, or with a function that has one")
		d.unread = append(d.unread, value)
		return
	}
	d.record.Tools = append(d.record.Tools, tool)
}

func readTool(value json.RawMessage) (button.Tool, bool) {
	members, err := button.ParseMembers(value)
	if err != nil {
		return button.Tool{}, false
	}
	var tool button.Tool
	if function := members.Get("function"); len(function) > 0 && function[0] == '{' {
		for _, member := range members {
			if member.Name != "function" && !(member.Name == "type" && string(member.Value) == `"function"`) {
				tool.Extra = append(tool.Extra, member)
			}
		}
		if members, err = button.ParseMembers(function); err != nil {
			return tool, false
		}
	} else if kind := members.Get("type"); string(kind) == `"function"` { // the responses interface writes tools flat
		members = without(members, "type")
	}
	for _, member := range members {
		text, isText := textOf(member.Value)
		switch {
		case member.Name == "name" && isText:
			tool.Name = text
		case member.Name == "description" && isText:
			tool.Description = text
		case member.Name == "parameters" && string(member.Value) != "null":
			tool.Parameters = member.Value
			if inner, err := button.ParseMembers([]byte(text)); isText && err == nil {
				tool.Parameters = inner.AppendJSON(nil)
			}
		default:
			tool.FunctionExtra = append(tool.FunctionExtra, member)
		}
	}
	return tool, tool.Name != ""
}

func without(members button.Members, name string) button.Members {
	kept := make(button.Members, 0, len(members))
	for _, member := range members {
		if member.Name != name {
			kept = append(kept, member)
		}
	}
	return kept
}

// jsonValues reads JSON values that stand one behind the other, with commas or
// without.
func jsonValues(text string) ([]json.RawMessage, bool) {
	decoder := json.NewDecoder(strings.NewReader(text))
	var values []json.RawMessage
	for {
		var value json.RawMessage
		err := decoder.Decode(&value)
		if err == io.EOF {
			return values, len(values) > 0
		}
		if err != nil || value[0] != '{' && value[0] != '[' {
			return nil, false
		}
		values = append(values, value)
		rest := strings.TrimLeft(text[decoder.InputOffset():], " \t\r\n")
		if after, comma := strings.CutPrefix(rest, ","); comma {
			text = after
			decoder = json.NewDecoder(strings.NewReader(text))
		}
	}
}

// readLoose reads one value as models and Python programs write it. It returns the
// value as JSON, and in words what had to be mended.
func readLoose(text string) (value json.RawMessage, repairs []string, ok bool) {
	const member = "value"
	read := toolcall.Parse("Action: f\nAction Input: {\""+member+"\": "+text+"}", nil, "react")
	if len(read.Calls) != 1 || read.Content != "" {
		return nil, nil, false
	}
	members, err := button.ParseMembers(read.Calls[0].Arguments)
	if err != nil || len(members) != 1 {
		return nil, nil, false
	}
	return members[0].Value, read.Calls[0].Repairs, true
}

// propertyMap reports whether parameters are not a schema but the properties of one
// alone, each by its name, as APIGen writes them.
func propertyMap(parameters json.RawMessage) (button.Members, bool) {
	members, err := button.ParseMembers(parameters)
	if err != nil || len(members) == 0 {
		return nil, false
	}
	for _, member := range members {
		if member.Value[0] != '{' {
			return nil, false
		}
	}
	inner, err := button.ParseMembers(members.Get("properties"))
	if err != nil {
		return members, true
	}
	for _, member := range inner {
		if member.Value[0] != '{' {
			return members, true // a parameter that is called so
		}
	}
	return nil, false
}

// schemaOfProperties makes a schema of a property map. Types in Python's words
// become JSON Schema's; one that has no like there stays under "x-type". A parameter
// is required unless its type says "optional" or it has a default.
func schemaOfProperties(properties button.Members) json.RawMessage {
	var out, required bytes.Buffer
	out.WriteString(`{"type":"object","properties":{`)
	for i, property := range properties {
		if i > 0 {
			out.WriteByte(',')
		}
		members, err := button.ParseMembers(property.Value)
		if err != nil {
			members = nil
		}
		var schema button.Members
		optional := members.Get("default") != nil
		for _, member := range members {
			switch text, isText := textOf(member.Value); {
			case member.Name == "type" && isText:
				name, said := strings.CutSuffix(strings.TrimSpace(text), "optional")
				optional = optional || said
				name = strings.TrimRight(name, ", ")
				schema = append(schema, typeOf(strings.TrimSpace(name))...)
			case member.Name == "required" && (string(member.Value) == "true" || string(member.Value) == "false"):
				optional = string(member.Value) == "false"
			default:
				schema = append(schema, member)
			}
		}
		out.Write(button.AppendString(nil, property.Name))
		out.WriteByte(':')
		out.Write(schema.AppendJSON(nil))
		if !optional {
			if required.Len() > 0 {
				required.WriteByte(',')
			}
			required.Write(button.AppendString(nil, property.Name))
		}
	}
	out.WriteString(`},"required":[` + required.String() + `]}`)
	return out.Bytes()
}

// typeOf is a type in Python's words as members of a schema.
func typeOf(name string) button.Members {
	member := func(name, value string) button.Member {
		return button.Member{Name: name, Value: json.RawMessage(value)}
	}
	bare := strings.ToLower(name)
	if inner, is := strings.CutPrefix(bare, "optional["); is {
		return typeOf(strings.TrimSuffix(inner, "]"))
	}
	head, inner, nested := strings.Cut(bare, "[")
	switch strings.TrimSpace(head) {
	case "str", "string":
		return button.Members{member("type", `"string"`)}
	case "int", "integer":
		return button.Members{member("type", `"integer"`)}
	case "float", "number":
		return button.Members{member("type", `"number"`)}
	case "bool", "boolean":
		return button.Members{member("type", `"boolean"`)}
	case "list", "array", "set", "tuple":
		of := typeOf(strings.TrimSuffix(inner, "]"))
		if !nested || len(of) == 0 || of[0].Name != "type" || strings.HasPrefix(head, "tuple") {
			return button.Members{member("type", `"array"`)}
		}
		return button.Members{member("type", `"array"`), {Name: "items", Value: of.AppendJSON(nil)}}
	case "dict", "object":
		return button.Members{member("type", `"object"`)}
	case "":
		return nil
	}
	return button.Members{{Name: "x-type", Value: button.AppendString(nil, name)}}
}
