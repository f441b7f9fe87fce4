package schema

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// SchemaError says what is wrong with a schema, and where.
type SchemaError struct {
	Place string // JSON pointer, "#" for the schema as a whole
	Text  string
}

func (e *SchemaError) Error() string { return fmt.Sprintf("schema %s: %s", e.Place, e.Text) }

func schemaError(place, format string, values ...any) error {
	return &SchemaError{place, fmt.Sprintf(format, values...)}
}

// builder turns a decoded schema into nodes: it checks the shape of every
// keyword, normalises dialects, and moves the targets of references to one list
// of definitions, so that the library only ever sees references to those.
type builder struct {
	root      any
	nodes     []*node          // all, in the order of building
	targets   map[string]*node // by pointer
	queue     []*node          // targets not yet built
	sources   []any            // what the queue's nodes are built from
	clean     map[string]any   // definitions of the clean schema
	unchecked []string
}

// build returns the root node, whose clean schema stands for the whole.
func build(schema any) (*builder, *node, error) {
	b := &builder{root: schema, targets: map[string]*node{}, clean: map[string]any{}}
	root := &node{place: "#", reference: "#"}
	b.targets[""] = root
	if err := b.fill(root, schema); err != nil {
		return nil, nil, err
	}
	for i := 0; i < len(b.queue); i++ {
		target := b.queue[i]
		if err := b.fill(target, b.sources[i]); err != nil {
			return nil, nil, err
		}
		b.clean[strconv.Itoa(i)] = target.clean
	}
	if err := checkCycles(b.nodes); err != nil {
		return nil, nil, err
	}
	if object, ok := root.clean.(map[string]any); ok && len(b.clean) > 0 {
		object["definitions"] = b.clean
	}
	sort.Strings(b.unchecked)
	b.unchecked = slices.Compact(b.unchecked)
	return b, root, nil
}

func (b *builder) child(place string, schema any) (*node, error) {
	n := &node{place: place}
	return n, b.fill(n, schema)
}

// maxNodes bounds what one schema unfolds to.
const maxNodes = 20_000

// fill builds a node in place.
func (b *builder) fill(n *node, schema any) error {
	if b.nodes = append(b.nodes, n); len(b.nodes) > maxNodes {
		return schemaError(n.place, "more than %d schemas within one another", maxNodes)
	}
	switch schema := schema.(type) {
	case bool:
		n.clean = schema
		return nil
	case map[string]any:
		return b.fillObject(n, schema)
	}
	return schemaError(n.place, "a schema must be an object or a boolean, this is %s", typeOf(schema))
}

func (b *builder) fillObject(n *node, schema map[string]any) error {
	clean := map[string]any{}
	n.clean = clean
	schema = modernise(schema)
	names := make([]string, 0, len(schema))
	for name := range schema {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		value := schema[name]
		if value == nil && name != "const" {
			continue // a serialised empty field
		}
		read := keyword(name)
		if read == nil {
			if !annotation(name) {
				b.note(n, name)
			}
			continue
		}
		if err := read(b, n, clean, name, value); err != nil {
			return err
		}
	}
	return b.finish(n, clean, schema)
}

func (b *builder) note(n *node, what string) {
	b.unchecked = append(b.unchecked, n.place+": "+what)
}

// finish settles what depends on several keywords.
func (b *builder) finish(n *node, clean, schema map[string]any) error {
	mendFormat(n, clean)
	if required := requiredInside(schema); len(required) > 0 {
		have, _ := clean["required"].([]any)
		for _, name := range required {
			if !slices.Contains(have, any(name)) {
				have = append(have, name)
			}
		}
		clean["required"] = have
	}
	for _, bounds := range [][2]string{{"minLength", "maxLength"}, {"minItems", "maxItems"}, {"minProperties", "maxProperties"}} {
		low, isLow := clean[bounds[0]].(json.Number)
		high, isHigh := clean[bounds[1]].(json.Number)
		if isLow && isHigh && rational(low).Cmp(rational(high)) > 0 {
			return schemaError(n.place, "%s %s is greater than %s %s", bounds[0], low, bounds[1], high)
		}
	}
	if reference, ok := clean["$ref"]; ok && len(clean) > 1 {
		// Beside a reference draft 7 ignores every keyword, later drafts apply
		// them. Whoever wrote them meant them.
		delete(clean, "$ref")
		also(clean, map[string]any{"$ref": reference})
	}
	return nil
}

// also adds a schema that has to hold as well.
func also(clean map[string]any, schema map[string]any) {
	all, _ := clean["allOf"].([]any)
	clean["allOf"] = append(slices.Clone(all), schema)
}

// reference resolves a pointer within the schema to the node of its target.
func (b *builder) reference(n *node, clean map[string]any, _ string, value any) error {
	text, ok := value.(string)
	if !ok {
		return schemaError(n.place, "$ref must be a string, this is %s", typeOf(value))
	}
	fragment, local := strings.CutPrefix(text, "#")
	if !local {
		return schemaError(n.place, "$ref %s leads out of the schema; only references that begin with # are followed", quote(text))
	}
	fragment, err := url.PathUnescape(fragment)
	if err != nil {
		return schemaError(n.place, "$ref %s is badly escaped", quote(text))
	}
	if fragment != "" && fragment[0] != '/' {
		return schemaError(n.place, "$ref %s names an anchor; only JSON pointers such as #/definitions/name are followed", quote(text))
	}
	target, known := b.targets[fragment]
	if !known {
		source, found := follow(b.root, fragment)
		if !found {
			return schemaError(n.place, "$ref %s leads nowhere", quote(text))
		}
		target = &node{place: "#" + fragment, reference: "#/definitions/" + strconv.Itoa(len(b.queue))}
		b.targets[fragment] = target
		b.queue = append(b.queue, target)
		b.sources = append(b.sources, source)
	}
	n.same = append(n.same, target)
	clean["$ref"] = target.reference
	return nil
}

func follow(value any, pointer string) (any, bool) {
	if pointer == "" {
		return value, true
	}
	for _, step := range strings.Split(pointer[1:], "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		switch container := value.(type) {
		case map[string]any:
			next, found := container[step]
			if !found {
				return nil, false
			}
			value = next
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index < 0 || index >= len(container) {
				return nil, false
			}
			value = container[index]
		default:
			return nil, false
		}
	}
	return value, true
}

// rational reads a number that the decoder has bounded.
func rational(number json.Number) *big.Rat {
	value, _ := new(big.Rat).SetString(string(number))
	return value
}
