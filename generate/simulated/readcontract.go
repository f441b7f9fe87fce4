package simulated

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// readContract reads a function of somebody's own. Unlike those that a teacher
// writes, its schemas may use all of JSON Schema: what this program does not follow
// is open, which is to say that anything may stand there.
func readContract(f Function) *contract {
	c := &contract{
		name: f.Tool.Name, description: f.Tool.Description, errors: f.Errors, effect: f.Effect,
		parameters: readNode(f.Tool.Parameters), returns: readNode(f.Returns),
	}
	if c.parameters.open {
		c.parameters = &schemaNode{Type: "object"}
	}
	return c
}

// readNode reads a schema; one that is absent is open.
func readNode(text json.RawMessage) *schemaNode {
	if len(text) == 0 {
		return &schemaNode{open: true}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var root any
	if decoder.Decode(&root) != nil {
		return &schemaNode{open: true}
	}
	r := &nodeReader{root: root, left: mostNodes}
	return r.node(root, 0)
}

// mostNodes bounds how many schemas of one function are read: a definition that
// refers to others several times unfolds.
const mostNodes = 2000

type nodeReader struct {
	root any
	left int
}

func (r *nodeReader) node(value any, depth int) *schemaNode {
	r.left--
	object, ok := r.followed(value)
	if !ok || depth > deepestSchema || r.left < 0 {
		return &schemaNode{open: true}
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf"} {
		if parts, composed := object[keyword].([]any); composed && object["properties"] == nil {
			return r.composed(keyword, parts, object, depth)
		}
	}
	n := &schemaNode{Type: typeOf(object["type"])}
	n.Description, _ = object["description"].(string)
	n.Format, _ = object["format"].(string)
	if enum, listed := object["enum"].([]any); listed {
		for _, one := range enum {
			n.Enum = append(n.Enum, encoded(one))
		}
	}
	for _, name := range []string{"default", "const"} {
		if given, has := object[name]; has && given != nil {
			n.Default = encoded(given)
		}
	}
	r.members(n, object, depth)
	// Without a word on what stands in it, a list or an object may hold anything.
	n.open = n.Type == "" && n.Enum == nil && n.Properties == nil && n.Items == nil || n.Type == "object" && n.Properties == nil && depth > 0
	return n
}

func (r *nodeReader) members(n *schemaNode, object map[string]any, depth int) {
	if properties, has := object["properties"].(map[string]any); has {
		n.Properties = map[string]*schemaNode{}
		names := make([]string, 0, len(properties))
		for name := range properties {
			names = append(names, name)
		}
		slices.Sort(names) // so that the bound cuts off the same each time
		for _, name := range names {
			n.Properties[name] = r.node(properties[name], depth+1)
		}
		if n.Type == "" {
			n.Type = "object"
		}
	}
	if items, has := object["items"]; has {
		n.Items = r.node(items, depth+1)
	}
	required, _ := object["required"].([]any)
	for _, one := range required {
		if name, isText := one.(string); isText {
			n.Required = append(n.Required, name)
		}
	}
}

// composed reads the first part that says what a value is; parts that all hold are
// taken together where they are objects.
func (r *nodeReader) composed(keyword string, parts []any, object map[string]any, depth int) *schemaNode {
	var out *schemaNode
	for _, part := range parts {
		one := r.node(part, depth+1)
		switch {
		case one.open || one.Type == "null":
		case out == nil:
			out = one
		case keyword == "allOf" && out.Type == "object" && one.Type == "object":
			for name, node := range one.Properties {
				if out.Properties[name] == nil {
					if out.Properties == nil {
						out.Properties = map[string]*schemaNode{}
					}
					out.Properties[name] = node
				}
			}
			out.Required = append(out.Required, one.Required...)
		}
	}
	if out == nil {
		return &schemaNode{open: true}
	}
	if text, has := object["description"].(string); has {
		out.Description = text
	}
	return out
}

// followed is the object of a schema, where it is one, behind its references within
// the document.
func (r *nodeReader) followed(value any) (map[string]any, bool) {
	for range deepestSchema {
		object, ok := value.(map[string]any)
		reference, refers := object["$ref"].(string)
		if !ok || !refers {
			return object, ok
		}
		value = r.root
		for _, step := range strings.Split(strings.TrimPrefix(reference, "#"), "/") {
			if step == "" {
				continue
			}
			parent, _ := value.(map[string]any)
			value = parent[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]
		}
	}
	return nil, false
}

// typeOf is the first type other than null.
func typeOf(value any) string {
	if name, ok := value.(string); ok {
		return name
	}
	names, _ := value.([]any)
	for _, one := range names {
		if name, ok := one.(string); ok && name != "null" {
			return name
		}
	}
	return ""
}

func encoded(value any) json.RawMessage {
	text, err := json.Marshal(value)
	if err != nil {
		return json.RawMessage("null")
	}
	return text
}
