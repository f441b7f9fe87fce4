package toolsource

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// maxInPlaceDepth is how deep schemas are written out in place; the rest of the
// allowed depth is for what stands in them.
const maxInPlaceDepth = button.MaxDepth / 4

// converter turns schemas of an OpenAPI document into one JSON Schema that
// stands alone. What is referred to is written out in place, as models read that
// best; where it contains itself, or would become too long, it is a definition.
type converter struct {
	*openAPI
	response    bool // else a request
	definitions map[place]string
	taken       map[string]bool // names of definitions
	numbers     numbering
	queue       []definition // not yet converted
	open        []place      // being written out in place
	inSchema    int          // values that the schema may still hold
	left        int          // what may still be written out in place
}

type definition struct {
	name  string
	where place
	value any
}

func (a *openAPI) converter(response bool) *converter {
	inSchema := maxInRequest
	if response {
		inSchema = maxInResponse
	}
	return &converter{openAPI: a, response: response, inSchema: inSchema, definitions: map[place]string{}, taken: map[string]bool{}, numbers: numbering{}, left: maxInOperation}
}

// convert converts one schema.
func (a *openAPI) convert(doc *document, value any, response bool) (any, error) {
	c := a.converter(response)
	out, err := c.schema(doc, value, 0)
	if err != nil {
		return nil, err
	}
	return out, c.finish(out)
}

// finish adds the definitions that the schema refers to.
func (c *converter) finish(schema any) error {
	definitions := newObject()
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		c.open = []place{next.where}
		converted, err := c.schema(next.where.doc, next.value, 0)
		if err != nil {
			return err
		}
		definitions.set(next.name, converted)
	}
	if root, ok := schema.(*object); ok && len(definitions.names) > 0 {
		root.set("$defs", definitions)
	}
	return nil
}

// spend counts values against the bounds.
func (c *converter) spend(values int) error {
	if len(c.open) > 0 {
		c.left -= values
		c.inPlace -= values
	}
	if c.inSchema -= values; c.inSchema < 0 {
		return errors.New("its schema unfolds to too many values")
	}
	if c.values -= values; c.values < 0 {
		return errors.New("the schemas of the document unfold to too many values")
	}
	return nil
}

func (c *converter) schema(doc *document, value any, depth int) (any, error) {
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("its schemas are nested deeper than %d levels", button.MaxDepth)
	}
	if err := c.spend(1); err != nil {
		return nil, err
	}
	switch value := value.(type) {
	case bool:
		return value, nil
	case *object:
		if reference, ok := value.get("$ref").(string); ok {
			return c.reference(doc, value, reference, depth)
		}
		return c.keywords(doc, value, depth)
	}
	return nil, errors.New("a schema must be an object or a boolean")
}

// reference writes out, or refers to, what a schema refers to. Keywords beside
// the reference hold too.
func (c *converter) reference(doc *document, schema *object, reference string, depth int) (any, error) {
	target, where, err := c.files.resolve(doc, reference)
	if err != nil {
		return nil, err
	}
	var out any
	if c.left > 0 && c.inPlace > 0 && depth < maxInPlaceDepth && !slices.Contains(c.open, where) {
		c.open = append(c.open, where)
		out, err = c.schema(where.doc, target, depth+1)
		c.open = c.open[:len(c.open)-1]
		if err != nil {
			return nil, err
		}
	} else {
		to := newObject()
		to.set("$ref", "#/$defs/"+c.define(where, target))
		out = to
	}
	beside, err := c.keywords(doc, without(schema, "$ref", "nullable"), depth)
	if err != nil {
		return nil, err
	}
	out = join(out, beside)
	if schema.get("nullable") == true {
		out = orNull(out)
	}
	return out, nil
}

// define names a definition and has it converted later.
func (c *converter) define(where place, target any) string {
	if name, found := c.definitions[where]; found {
		return name
	}
	last := where.pointer[strings.LastIndexByte(where.pointer, '/')+1:]
	if last == "" {
		last = strings.TrimSuffix(where.doc.name, ".json")
	}
	name := c.numbers.unused(safeName(last), func(name string) bool { return c.taken[name] })
	c.taken[name] = true
	c.definitions[where] = name
	c.queue = append(c.queue, definition{name, where, target})
	return name
}

// join adds the keywords that stand beside a reference to its target. Notes of
// the target give way; what constrains must hold as well.
func join(target any, beside *object) any {
	if len(beside.names) == 0 {
		return target
	}
	out, ok := target.(*object)
	notes := !slices.ContainsFunc(beside.names, func(name string) bool { return !isNote(name) })
	switch {
	case ok && notes:
		for _, name := range beside.names {
			out.set(name, beside.get(name))
		}
		return out
	case target == true:
		return beside
	}
	beside.set("allOf", append(slices.Clone(beside.list("allOf")), target))
	return beside
}

func isNote(name string) bool {
	switch name {
	case "title", "description", "default", "examples", "deprecated", "$comment":
		return true
	}
	return false
}

func without(o *object, names ...string) *object {
	out := newObject()
	for _, name := range o.names {
		if !slices.Contains(names, name) {
			out.set(name, o.get(name))
		}
	}
	return out
}

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
