package schema

import (
	"encoding/json"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// reader checks one keyword of a schema, puts it into the clean schema and
// links the nodes below.
type reader func(b *builder, n *node, clean map[string]any, name string, value any) error

// keyword returns the reader of a keyword that is checked: those of draft 7
// without its annotations. It returns nil for others.
func keyword(name string) reader {
	switch name {
	case "$ref":
		return (*builder).reference
	case "$id":
		return (*builder).identifier
	case "type":
		return (*builder).types
	case "enum":
		return (*builder).enumeration
	case "const":
		return (*builder).constant
	case "multipleOf", "maximum", "minimum", "exclusiveMaximum", "exclusiveMinimum":
		return (*builder).number
	case "maxLength", "minLength", "maxItems", "minItems", "maxProperties", "minProperties":
		return (*builder).count
	case "pattern":
		return (*builder).pattern
	case "format":
		return (*builder).format
	case "uniqueItems":
		return (*builder).unique
	case "required":
		return (*builder).required
	case "properties":
		return (*builder).properties
	case "patternProperties":
		return (*builder).patternProperties
	case "dependencies":
		return (*builder).dependencies
	case "items":
		return (*builder).items
	case "additionalProperties", "propertyNames", "additionalItems", "contains":
		return (*builder).below
	case "not", "if", "then", "else":
		return (*builder).beside
	case "allOf", "anyOf", "oneOf":
		return (*builder).combination
	case "definitions", "$defs":
		return (*builder).definitions
	}
	return nil
}

// annotation reports whether a keyword says nothing about validity. Every other
// one that has no reader is reported as not checked, above all those of later
// drafts, which the library passes over in silence.
func annotation(name string) bool {
	switch name {
	case "$schema", "$comment", "$anchor", "$vocabulary", "id", "title", "description", "default", "example", "examples",
		"readOnly", "writeOnly", "deprecated", "nullable", "discriminator", "externalDocs", "xml", "components":
		return true
	}
	return strings.HasPrefix(name, "x-")
}

func (b *builder) identifier(n *node, _ map[string]any, _ string, value any) error {
	if _, isText := value.(string); isText && n.place != "#" {
		return schemaError(n.place, "$id inside a schema moves the base of references, which is not supported; remove it")
	}
	return nil // at the root it is only a name, for all references are local
}

func (b *builder) types(n *node, clean map[string]any, _ string, value any) error {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var types []any
	for _, item := range list {
		written, ok := item.(string)
		if !ok {
			return schemaError(n.place, "type must be a string or a list of strings, this is %s", typeOf(value))
		}
		name, known := typeNames[strings.TrimSpace(written)]
		switch {
		case !known:
			return schemaError(n.place, "unknown type %s; want one of string, integer, number, boolean, array, object, null", quote(written))
		case name == "":
			return nil // any type: nothing to check
		case !slices.Contains(types, any(name)):
			types = append(types, name)
		}
	}
	if len(types) == 0 {
		return schemaError(n.place, "type must not be an empty list")
	}
	clean["type"] = types
	if len(types) == 1 {
		clean["type"] = types[0]
	}
	return nil
}

// maxValues bounds lists that the library compares pairwise.
const maxValues = 5000

func (b *builder) enumeration(n *node, clean map[string]any, name string, value any) error {
	list, ok := value.([]any)
	switch {
	case !ok:
		return schemaError(n.place, "%s must be a list, this is %s", name, typeOf(value))
	case len(list) > maxValues:
		return schemaError(n.place, "%s has %d values, allowed are %d", name, len(list), maxValues)
	case len(list) == 0:
		b.note(n, "enum without values")
		return nil
	}
	seen := map[string]bool{}
	var values []any
	for _, item := range list {
		if text := comparable(item); !seen[text] {
			seen[text] = true
			values = append(values, item)
		}
	}
	clean[name], n.enum, n.compares = values, len(values), true
	return nil
}

// comparable writes a value as the library does to compare it: numbers pass
// through a double.
func comparable(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return ""
	}
	var plain any
	if err := json.Unmarshal(text, &plain); err != nil {
		return string(text)
	}
	text, _ = json.Marshal(plain)
	return string(text)
}

func (b *builder) constant(n *node, clean map[string]any, name string, value any) error {
	clean[name], n.compares = value, true
	return nil
}

func (b *builder) number(n *node, clean map[string]any, name string, value any) error {
	number, ok := value.(json.Number)
	if !ok {
		return schemaError(n.place, "%s must be a number, this is %s", name, typeOf(value))
	}
	if name == "multipleOf" && rational(number).Sign() <= 0 {
		return schemaError(n.place, "multipleOf must be greater than zero, this is %s", number)
	}
	clean[name] = number
	return nil
}

func (b *builder) count(n *node, clean map[string]any, name string, value any) error {
	number, ok := value.(json.Number)
	if !ok {
		return schemaError(n.place, "%s must be an integer, this is %s", name, typeOf(value))
	}
	exact := rational(number)
	if !exact.IsInt() || exact.Sign() < 0 || !exact.Num().IsInt64() {
		return schemaError(n.place, "%s must be an integer from 0 on, this is %s", name, number)
	}
	clean[name] = json.Number(strconv.FormatInt(exact.Num().Int64(), 10)) // the library cannot read 1e2 or 2.0 here
	return nil
}

func (b *builder) pattern(n *node, clean map[string]any, name string, value any) error {
	text, ok := value.(string)
	if !ok {
		return schemaError(n.place, "pattern must be a string, this is %s", typeOf(value))
	}
	size, err := patternSize(text)
	if err != nil {
		return schemaError(n.place, "pattern %s %v", quote(text), err)
	}
	clean[name] = text
	n.matching += size
	return nil
}

func (b *builder) format(n *node, clean map[string]any, name string, value any) error {
	text, ok := value.(string)
	if !ok {
		return schemaError(n.place, "format must be a string, this is %s", typeOf(value))
	}
	if !knownFormat(text) {
		b.note(n, "format "+quote(text))
		return nil
	}
	clean[name], n.format = text, text
	n.matching += 32
	return nil
}

func (b *builder) unique(n *node, clean map[string]any, name string, value any) error {
	unique, ok := value.(bool)
	if !ok {
		return schemaError(n.place, "uniqueItems must be a boolean, this is %s", typeOf(value))
	}
	if unique {
		clean[name], n.compares = true, true
	}
	return nil
}

func (b *builder) required(n *node, clean map[string]any, name string, value any) error {
	if _, old := value.(bool); old {
		return nil // read by the object that holds this property
	}
	list, ok := value.([]any)
	switch {
	case !ok:
		return schemaError(n.place, "required must be a list of names, this is %s", typeOf(value))
	case len(list) > maxValues:
		return schemaError(n.place, "required has %d names, allowed are %d", len(list), maxValues)
	}
	var names []any
	for _, item := range list {
		text, ok := item.(string)
		if !ok {
			return schemaError(n.place, "required must be a list of names, it holds %s", typeOf(item))
		}
		if !slices.Contains(names, any(text)) {
			names = append(names, text)
		}
	}
	if len(names) > 0 {
		clean[name] = names
	}
	return nil
}

// schemaMap reads an object whose members are schemas.
func (b *builder) schemaMap(n *node, name string, value any, use func(member string, child *node) error) (map[string]any, error) {
	object, ok := value.(map[string]any)
	if !ok {
		return nil, schemaError(n.place, "%s must be an object, this is %s", name, typeOf(value))
	}
	members := make([]string, 0, len(object))
	for member := range object {
		members = append(members, member)
	}
	sort.Strings(members)
	out := make(map[string]any, len(object))
	for _, member := range members {
		child, err := b.child(pointer(n.place, name, member), object[member])
		if err != nil {
			return nil, err
		}
		if err := use(member, child); err != nil {
			return nil, err
		}
		out[member] = child.clean
	}
	return out, nil
}

func (b *builder) properties(n *node, clean map[string]any, name string, value any) error {
	n.properties = map[string]*node{}
	out, err := b.schemaMap(n, name, value, func(member string, child *node) error {
		n.properties[member] = child
		return nil
	})
	if err == nil && len(out) > 0 {
		clean[name] = out
	}
	return err
}

func (b *builder) patternProperties(n *node, clean map[string]any, name string, value any) error {
	out, err := b.schemaMap(n, name, value, func(member string, child *node) error {
		size, err := patternSize(member)
		if err != nil {
			return schemaError(n.place, "the name %s in patternProperties %v", quote(member), err)
		}
		n.patterns = append(n.patterns, child)
		n.matching += size
		return nil
	})
	if err == nil && len(out) > 0 {
		clean[name] = out
	}
	return err
}

func (b *builder) dependencies(n *node, clean map[string]any, name string, value any) error {
	object, ok := value.(map[string]any)
	if !ok {
		return schemaError(n.place, "dependencies must be an object, this is %s", typeOf(value))
	}
	schemas, out := map[string]any{}, map[string]any{}
	for member, dependency := range object {
		list, ok := dependency.([]any)
		if !ok {
			schemas[member] = dependency
			continue
		}
		for _, item := range list {
			if _, ok := item.(string); !ok {
				return schemaError(pointer(n.place, name, member), "a dependency must be a list of names or a schema")
			}
		}
		if len(list) > 0 {
			out[member] = list
		}
	}
	built, err := b.schemaMap(n, name, schemas, func(_ string, child *node) error {
		n.same = append(n.same, child)
		return nil
	})
	for member, schema := range built {
		out[member] = schema
	}
	if len(out) > 0 {
		clean[name] = out
	}
	return err
}

func (b *builder) list(n *node, name string, value any) ([]*node, []any, error) {
	list, ok := value.([]any)
	if !ok {
		return nil, nil, schemaError(n.place, "%s must be a list of schemas, this is %s", name, typeOf(value))
	}
	var nodes []*node
	var out []any
	for i, item := range list {
		child, err := b.child(pointer(n.place, name, strconv.Itoa(i)), item)
		if err != nil {
			return nil, nil, err
		}
		nodes, out = append(nodes, child), append(out, child.clean)
	}
	return nodes, out, nil
}

func (b *builder) items(n *node, clean map[string]any, name string, value any) error {
	if _, tuple := value.([]any); !tuple {
		return b.below(n, clean, name, value)
	}
	nodes, out, err := b.list(n, name, value)
	if err == nil && len(out) > 0 {
		n.items, clean[name] = nodes, out
	}
	return err
}

func (b *builder) combination(n *node, clean map[string]any, name string, value any) error {
	nodes, out, err := b.list(n, name, value)
	if err != nil {
		return err
	}
	if len(out) == 0 {
		return schemaError(n.place, "%s must not be empty", name)
	}
	n.same, clean[name] = append(n.same, nodes...), out
	return nil
}

func (b *builder) beside(n *node, clean map[string]any, name string, value any) error {
	child, err := b.child(pointer(n.place, name), value)
	if err != nil {
		return err
	}
	n.same, clean[name] = append(n.same, child), child.clean
	return nil
}

func (b *builder) below(n *node, clean map[string]any, name string, value any) error {
	child, err := b.child(pointer(n.place, name), value)
	if err != nil {
		return err
	}
	switch name {
	case "items":
		n.item = child
	case "additionalItems":
		n.rest = child
	case "additionalProperties":
		n.additional = child
	case "propertyNames":
		n.names = child
	case "contains":
		n.contains = child
	}
	clean[name] = child.clean
	return nil
}

// definitions are built like targets of references, used or not, so that a
// mistake in them is found.
func (b *builder) definitions(n *node, _ map[string]any, name string, value any) error {
	_, err := b.schemaMap(n, name, value, func(string, *node) error { return nil })
	return err
}

func pointer(place string, steps ...string) string {
	for _, step := range steps {
		place += "/" + strings.ReplaceAll(strings.ReplaceAll(step, "~", "~0"), "/", "~1")
	}
	return place
}
