package bfcl

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/python"
)

// A function document as the data has it is made fit for a model in two steps: its
// language is told (annotate, in both modes), and it becomes a JSON Schema
// (nativeTool, for native calls). Checkers use the untouched document. The rules
// are upstream's; the sentences are ours.

// annotate returns a copy of a document that tells its language. Values of Java and
// JavaScript are asked for as texts in that language.
func annotate(document *python.Dict, language Language) *python.Dict {
	told := python.Copy(document).(*python.Dict)
	name := map[Language]string{Python: "Python 3", Java: "Java 8 SDK", JavaScript: "JavaScript"}[language]
	addDescription(told, fmt.Sprintf(" This function follows %s syntax.", name))
	if language == Python {
		return told
	}
	for property := range properties(told) {
		spellAsText(property, language)
	}
	return told
}

// spellAsText makes a property of another language one of type string whose
// description says what the string holds.
func spellAsText(property *python.Dict, language Language) {
	name := map[Language]string{Java: "Java", JavaScript: "JavaScript"}[language]
	word, _ := textMember(property, "type")
	if word == "any" {
		addDescription(property, fmt.Sprintf(" Any %s object may be given here, written as a string.", name))
	} else {
		addDescription(property, fmt.Sprintf(" This is a value of the %s type %s, written as a string.", name, word))
	}
	listed := language == Java && (word == "Array" || word == "ArrayList") || language == JavaScript && word == "array"
	if listed {
		if items, ok := dictMember(property, "items"); ok {
			if element, ok := textMember(items, "type"); ok {
				addDescription(property, fmt.Sprintf(" Its elements are of type %s; they are not strings.", element))
			}
			remove(property, "items")
		}
	}
	if inner, ok := property.GetText("properties"); ok && language == JavaScript && word == "dict" {
		if text, err := python.DumpJSON(inner); err == nil {
			addDescription(property, " Its properties: "+text)
		}
		remove(property, "properties")
	}
	property.SetText("type", "string")
}

// nativeTool turns an annotated document into a tool for native calls. Dots of its
// name become underscores, which most APIs refuse in names.
func nativeTool(document *python.Dict) (button.Tool, error) {
	told := python.Copy(document).(*python.Dict)
	name, _ := textMember(told, "name")
	description, _ := textMember(told, "description")
	parameters, ok := dictMember(told, "parameters")
	if !ok {
		return button.Tool{}, fmt.Errorf("function %q has no parameters object", name)
	}
	parameters.SetText("type", "object")
	for property := range properties(told) {
		convertType(property, 0)
	}
	schema, err := python.DumpJSON(parameters)
	if err != nil {
		return button.Tool{}, fmt.Errorf("the parameters of %q: %w", name, err)
	}
	tool := button.Tool{Name: nativeName(name), Description: description, Parameters: []byte(schema)}
	if response, ok := told.GetText("response"); ok {
		text, err := python.DumpJSON(response)
		if err != nil {
			return button.Tool{}, fmt.Errorf("the response of %q: %w", name, err)
		}
		tool.FunctionExtra = append(tool.FunctionExtra, button.Member{Name: "response", Value: []byte(text)})
	}
	return tool, nil
}

// nativeName is a function's name in native calls.
func nativeName(name string) string { return strings.ReplaceAll(name, ".", "_") }

// schemaType is the JSON Schema word for a word of the data.
func schemaType(word string) string {
	switch word {
	case "integer", "byte", "short", "long", "Bigint":
		return "integer"
	case "number", "float", "double":
		return "number"
	case "boolean", "bool", "Boolean":
		return "boolean"
	case "array", "list", "tuple", "ArrayList", "Array", "Queue", "Stack":
		return "array"
	case "dict", "object", "HashMap", "Hashtable":
		return "object"
	}
	return "string"
}

// deepestSchema bounds the walk through nested properties.
const deepestSchema = 32

// convertType maps the types of a property and of what is nested in it as upstream
// does: properties, else the items, and of these one level more.
func convertType(property *python.Dict, depth int) {
	word, _ := textMember(property, "type")
	kind := schemaType(word)
	if word == "float" {
		property.SetText("format", "float")
		addDescription(property, " This is a float value.")
	}
	property.SetText("type", kind)
	if depth == deepestSchema || kind != "array" && kind != "object" {
		return
	}
	if inner, ok := dictMember(property, "properties"); ok {
		for nested := range members(inner) {
			convertType(nested, depth+1)
		}
		return
	}
	items, ok := dictMember(property, "items")
	if !ok {
		return
	}
	word, _ = textMember(items, "type")
	items.SetText("type", schemaType(word))
	switch schemaType(word) {
	case "array":
		if inner, ok := dictMember(items, "items"); ok {
			word, _ := textMember(inner, "type")
			inner.SetText("type", schemaType(word))
		}
	case "object":
		if inner, ok := dictMember(items, "properties"); ok {
			for nested := range members(inner) {
				convertType(nested, depth+1)
			}
		}
	}
}

// properties are those of a document's parameters.
func properties(document *python.Dict) func(yield func(*python.Dict) bool) {
	return func(yield func(*python.Dict) bool) {
		parameters, ok := dictMember(document, "parameters")
		if !ok {
			return
		}
		if all, ok := dictMember(parameters, "properties"); ok {
			members(all)(yield)
		}
	}
}

// members are the values of a dict that are dicts.
func members(all *python.Dict) func(yield func(*python.Dict) bool) {
	return func(yield func(*python.Dict) bool) {
		for i := range all.Len() {
			_, value := all.At(i)
			if member, ok := value.(*python.Dict); ok && !yield(member) {
				return
			}
		}
	}
}

func textMember(of *python.Dict, name string) (string, bool) {
	value, _ := of.GetText(name)
	text, ok := value.(string)
	return text, ok
}

func dictMember(of *python.Dict, name string) (*python.Dict, bool) {
	value, _ := of.GetText(name)
	dict, ok := value.(*python.Dict)
	return dict, ok
}

func addDescription(of *python.Dict, sentence string) {
	text, _ := textMember(of, "description")
	of.SetText("description", strings.TrimPrefix(text+sentence, " "))
}

func remove(from *python.Dict, name string) {
	// A text can always be looked up.
	_, _ = from.Delete(name)
}
