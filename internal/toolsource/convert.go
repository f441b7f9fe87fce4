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
