package toolsource

import (
	"fmt"
	"slices"
	"strings"
)

// keywords converts a schema without a reference.
func (c *converter) keywords(doc *document, schema *object, depth int) (*object, error) {
	out := newObject()
	var hidden map[string]bool // properties that the other side alone uses
	for _, name := range schema.names {
		value := schema.get(name)
		if value == nil && name != "const" || isForeign(name) {
			continue
		}
		var converted any
		var err error
		switch name {
		case "properties":
			converted, hidden, err = c.properties(doc, value, depth)
		case "patternProperties", "dependentSchemas":
			converted, err = c.schemaMap(doc, name, value, depth, nil)
		case "allOf", "anyOf", "oneOf", "prefixItems":
			converted, err = c.list(doc, name, value, depth)
		case "items", "additionalProperties", "additionalItems", "not", "if", "then", "else", "contains", "propertyNames",
			"unevaluatedProperties", "unevaluatedItems", "contentSchema":
			if _, listed := value.([]any); listed {
				converted, err = c.list(doc, name, value, depth)
			} else {
				converted, err = c.schema(doc, value, depth+1)
			}
		case "description", "title":
			text, _ := value.(string)
			converted, err = plain(text), c.spend(weight(value))
		default:
			converted, err = value, c.spend(weight(value))
		}
		if err != nil {
			return nil, err
		}
		out.set(name, converted)
	}
	modernise(out, schema)
	if required := out.list("required"); len(hidden) > 0 && required != nil {
		out.set("required", slices.DeleteFunc(slices.Clone(required), func(name any) bool {
			text, _ := name.(string)
			return hidden[text]
		}))
	}
	out = unwrap(out)
	if schema.get("nullable") == true {
		return orNull(out), nil
	}
	return out, nil
}

// unwrap takes a schema out of an allOf of one, which OpenAPI 3.0 needs to add a
// description to a reference.
func unwrap(schema *object) *object {
	all := schema.list("allOf")
	if len(all) != 1 {
		return schema
	}
	rest := without(schema, "allOf")
	if slices.ContainsFunc(rest.names, func(name string) bool { return !isNote(name) }) {
		return schema
	}
	if only, ok := all[0].(*object); ok {
		joined, _ := join(only, rest).(*object)
		return joined
	}
	return schema
}

// isForeign reports whether a keyword says nothing outside of its document.
// Definitions are reached through the references to them.
func isForeign(name string) bool {
	switch name {
	case "$schema", "$id", "$anchor", "$defs", "definitions", "nullable", "discriminator", "xml", "externalDocs", "readOnly", "writeOnly", "example":
		return true
	}
	return strings.HasPrefix(name, "x-")
}

// modernise writes what OpenAPI 3.0 says in its own way as JSON Schema does.
func modernise(out, schema *object) {
	if example := schema.get("example"); example != nil && !out.has("examples") {
		out.set("examples", []any{example})
	}
	for bound, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		flag, old := out.get(exclusive).(bool)
		if !old {
			continue
		}
		limit := out.get(bound)
		out.remove(exclusive)
		if flag && limit != nil {
			out.remove(bound)
			out.set(exclusive, limit)
		}
	}
}

func (o *object) remove(name string) {
	delete(o.values, name)
	o.names = slices.DeleteFunc(o.names, func(other string) bool { return other == name })
}

func (c *converter) properties(doc *document, value any, depth int) (any, map[string]bool, error) {
	hidden := map[string]bool{}
	foreign := "readOnly"
	if c.response {
		foreign = "writeOnly"
	}
	out, err := c.schemaMap(doc, "properties", value, depth, func(name string, property any) bool {
		target, _, err := c.files.follow(doc, property)
		one, ok := target.(*object)
		if err == nil && ok && one.get(foreign) == true {
			hidden[name] = true
			return true
		}
		return false
	})
	return out, hidden, err
}

func (c *converter) schemaMap(doc *document, name string, value any, depth int, hide func(name string, value any) bool) (any, error) {
	members, ok := value.(*object)
	if !ok {
		return nil, fmt.Errorf("%s must be an object", name)
	}
	out := newObject()
	for _, member := range members.names {
		if hide != nil && hide(member, members.get(member)) {
			continue
		}
		converted, err := c.schema(doc, members.get(member), depth+1)
		if err != nil {
			return nil, err
		}
		out.set(member, converted)
	}
	return out, nil
}

func (c *converter) list(doc *document, name string, value any, depth int) (any, error) {
	items, ok := value.([]any)
	if !ok {
		return nil, fmt.Errorf("%s must be a list of schemas", name)
	}
	out := make([]any, 0, len(items))
	for _, item := range items {
		converted, err := c.schema(doc, item, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, converted)
	}
	return out, nil
}

// weight is about how much a value adds to what is written.
func weight(value any) int {
	sum := 1
	switch value := value.(type) {
	case string:
		sum += len(value) / 64
	case []any:
		for _, item := range value {
			sum += weight(item)
		}
	case *object:
		for _, name := range value.names {
			sum += weight(value.get(name))
		}
	}
	return sum
}

// orNull makes a schema that also takes null: what OpenAPI 3.0 means by nullable
// and JSON Schema does not know.
func orNull(schema any) *object {
	out, ok := schema.(*object)
	if ok && !slices.ContainsFunc([]string{"$ref", "allOf", "anyOf", "oneOf", "not", "const", "if"}, out.has) {
		switch types := out.get("type").(type) {
		case string:
			out.set("type", []any{types, "null"})
		case []any:
			if !slices.Contains(types, any("null")) {
				out.set("type", append(slices.Clone(types), "null"))
			}
		}
		if values := out.list("enum"); values != nil && !holdsNull(values) {
			out.set("enum", append(slices.Clone(values), nil))
		}
		return out
	}
	null := newObject()
	null.set("type", "null")
	either, inner := newObject(), schema
	if ok {
		kept := newObject()
		for _, name := range out.names {
			if isNote(name) {
				either.set(name, out.get(name))
			} else {
				kept.set(name, out.get(name))
			}
		}
		inner = kept
	}
	either.set("anyOf", []any{inner, null})
	return either
}

func holdsNull(values []any) bool {
	return slices.ContainsFunc(values, func(value any) bool { return value == nil })
}
