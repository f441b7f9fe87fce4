package simulated

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// schemaNode is what the forms of functions allow of a JSON Schema.
type schemaNode struct {
	Type        string                 `json:"type"`
	Description string                 `json:"description"`
	Enum        []json.RawMessage      `json:"enum"`
	Format      string                 `json:"format"`
	Default     json.RawMessage        `json:"default"`
	Items       *schemaNode            `json:"items"`
	Properties  map[string]*schemaNode `json:"properties"`
	Required    []string               `json:"required"`

	open bool // anything may stand here
}

// contract is a function with its schemas read.
type contract struct {
	name, description   string
	parameters, returns *schemaNode
	errors              []FunctionError
	effect              string
}

// contractOf reads a function. The contract is whole also where the error says
// that a schema cannot be read: then it is that of a function without parameters.
func contractOf(f Function) (*contract, error) {
	c := &contract{
		name: f.Tool.Name, description: f.Tool.Description, errors: f.Errors, effect: f.Effect,
		parameters: &schemaNode{}, returns: &schemaNode{},
	}
	for _, part := range []struct {
		name string
		text json.RawMessage
		into *schemaNode
	}{{"parameters", f.Tool.Parameters, c.parameters}, {"returns", f.Returns, c.returns}} {
		if err := json.Unmarshal(part.text, part.into); err != nil {
			*part.into = schemaNode{}
			return c, fmt.Errorf("%s: %w", part.name, err)
		}
		if err := part.into.sound("", 0); err != nil {
			return c, fmt.Errorf("%s%w", part.name, err)
		}
	}
	return c, nil
}

// deepestSchema bounds how deep schemas of functions are nested: enough for a list
// of things with parts.
const deepestSchema = 6

// sound checks what compiling does not: that what is required is there, lists say
// what is in them, and objects what they hold.
func (n *schemaNode) sound(place string, depth int) error {
	if depth > deepestSchema {
		return fmt.Errorf("%s: nested deeper than %d levels", place, deepestSchema)
	}
	for _, name := range n.Required {
		if n.Properties[name] == nil {
			return fmt.Errorf("%s: %q is required but not among the properties", place, name)
		}
	}
	switch {
	case n.Type == "array" && n.Items == nil:
		return fmt.Errorf("%s: a list needs items", place)
	case n.Type == "object" && depth > 0 && len(n.Properties) == 0:
		return fmt.Errorf("%s: an object needs properties", place)
	case n.Type != "array" && n.Items != nil || n.Type != "object" && n.Properties != nil:
		return fmt.Errorf("%s: a %s has neither items nor properties", place, n.Type)
	}
	if n.Items != nil {
		if err := n.Items.sound(place+"[]", depth+1); err != nil {
			return err
		}
	}
	for _, name := range sortedNames(n.Properties) {
		if !identifierForm.MatchString(name) {
			return fmt.Errorf("%s: %q is no name of letters, digits and underscores", place, name)
		}
		if err := n.Properties[name].sound(place+"."+name, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// at follows a path such as "flights[].number"; several says that it leads through
// a list, or to one.
func (n *schemaNode) at(path string) (found *schemaNode, several bool) {
	for _, step := range strings.Split(path, ".") {
		if n.open {
			return n, several
		}
		name, list := strings.CutSuffix(step, "[]")
		if name != "" || !list { // "[]" alone leads into a list that is the whole
			n = n.Properties[name]
		}
		if n == nil {
			return nil, false
		}
		if list && n.open {
			return n, true
		}
		if list {
			if n.Items == nil {
				return nil, false
			}
			n, several = n.Items, true
		}
	}
	return n, several
}

// walk visits every schema below and including this one with its name.
func (n *schemaNode) walk(name string, visit func(name string, node *schemaNode)) {
	visit(name, n)
	if n.Items != nil {
		n.Items.walk(name, visit)
	}
	for _, name := range sortedNames(n.Properties) {
		n.Properties[name].walk(name, visit)
	}
}

func sortedNames(properties map[string]*schemaNode) []string {
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
