package toolcall

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Coerce brings arguments into the types that a JSON Schema asks for, where
// that is certain: a string that spells a number, a boolean, null or a container
// where no string is allowed, a whole number written as 3.0 for an integer,
// arguments that are an object encoded twice. References inside the schema are
// followed. Everything else stays: strings where strings are allowed, unknown
// members, what fits nothing. It says in words what it changed.
func Coerce(arguments, schema json.RawMessage) (json.RawMessage, []string, error) {
	if len(arguments) > MaxText {
		return nil, nil, fmt.Errorf("coerce arguments: %d bytes, taken are at most %d", len(arguments), MaxText)
	}
	v, repairs, err := decodeText(string(arguments))
	if err != nil {
		return nil, nil, fmt.Errorf("coerce arguments: %w", err)
	}
	in := &input{notes: repairs}
	if v, err = in.argumentObject(v); err != nil {
		return nil, nil, fmt.Errorf("coerce arguments: %w", err)
	}
	c := newCoercer(decodeSchema(schema), new(int))
	c.repairs = in.notes
	v = c.coerce(v)
	return v.json(), c.repairs, nil
}

// decodeSchema reads a schema; nil if it is no JSON object.
func decodeSchema(schema json.RawMessage) *value {
	v, _, err := decodeText(string(schema))
	if err != nil || v.kind != objectKind {
		return nil
	}
	return &v
}

// rawArgument is the value of a parameter that a grammar gives as bare text: as
// the schema types it, text where that allows nothing else that it spells. Where
// the schema does not know the parameter it is JSON if it reads as such.
func (in *input) rawArgument(function, name, s string) value {
	c := in.coercer(function)
	v := c.text(name, s, c.member(c.root, name))
	for _, repair := range c.repairs {
		in.note("%s", repair)
	}
	return v
}

// Bounds on the walk through a schema.
const (
	maxHops        = 32      // references one after another
	maxSchemaSteps = 1 << 21 // schema members looked at for one text
	maxAlternative = 64      // schemas that hold for one value
)

type coercer struct {
	document *value
	root     []*value // the schemas that hold for the arguments
	steps    *int     // shared by all coercers of a text
	repairs  []string
}

// coercer is for the arguments of one function.
func (in *input) coercer(function string) *coercer {
	return newCoercer(in.schema(in.functionName(function)), &in.schemaSteps)
}

func newCoercer(schema *value, steps *int) *coercer {
	c := &coercer{document: schema, steps: steps}
	if schema != nil {
		c.root = c.flatten(nil, schema, 0)
	}
	return c
}

func (c *coercer) note(place, format string, values ...any) {
	text := strings.TrimPrefix(place, ".") + ": " + fmt.Sprintf(format, values...)
	if !slices.Contains(c.repairs, text) && len(c.repairs) < 16 {
		c.repairs = append(c.repairs, text)
	}
}

// coerce walks the arguments beside their schema.
func (c *coercer) coerce(v value) value { return c.value("", v, c.root) }

// flatten adds a schema and all that hold beside it or in its stead: the targets
// of references, the parts of allOf, the alternatives of anyOf and oneOf.
func (c *coercer) flatten(out []*value, schema *value, hops int) []*value {
	*c.steps++
	if hops > maxHops || len(out) >= maxAlternative || schema.kind != objectKind || slices.Contains(out, schema) {
		return out
	}
	out = append(out, schema)
	for i := range schema.members {
		m := &schema.members[i]
		switch m.name {
		case "$ref":
			if target := c.resolve(m.value); target != nil {
				out = c.flatten(out, target, hops+1)
			}
		case "allOf", "anyOf", "oneOf":
			for j := range m.value.items {
				out = c.flatten(out, &m.value.items[j], hops+1)
			}
		}
	}
	return out
}

// resolve follows a reference inside the document: "#" or "#/a/b".
func (c *coercer) resolve(reference value) *value {
	rest, ok := strings.CutPrefix(reference.text, "#")
	if reference.kind != textKind || !ok {
		return nil
	}
	at := c.document
	if rest == "" {
		return at
	}
	rest, ok = strings.CutPrefix(rest, "/")
	if !ok {
		return nil
	}
	unescape := strings.NewReplacer("~1", "/", "~0", "~", "%25", "%", "%20", " ")
	for part := range strings.SplitSeq(rest, "/") {
		if at = c.child(at, unescape.Replace(part)); at == nil {
			return nil
		}
	}
	return at
}

// child is the part of a schema document under a name or an index; nil if there
// is none, or if the schema was walked too much already.
func (c *coercer) child(v *value, name string) *value {
	if *c.steps += len(v.members) + len(v.items); *c.steps > maxSchemaSteps {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return &v.members[i].value
		}
	}
	if i, err := strconv.Atoi(name); err == nil && 0 <= i && i < len(v.items) {
		return &v.items[i]
	}
	return nil
}

// member is the schemas that hold for a member of an object.
func (c *coercer) member(schemas []*value, name string) []*value {
	var out []*value
	for _, schema := range schemas {
		if properties := c.child(schema, "properties"); properties != nil {
			if found := c.child(properties, name); found != nil {
				out = c.flatten(out, found, 0)
				continue
			}
		}
		if additional := c.child(schema, "additionalProperties"); additional != nil {
			out = c.flatten(out, additional, 0)
		}
	}
	return out
}

// item is the schemas that hold for an element of an array.
func (c *coercer) item(schemas []*value, index int) []*value {
	var out []*value
	for _, schema := range schemas {
		first := c.child(schema, "prefixItems")
		items := c.child(schema, "items")
		switch {
		case first != nil && index < len(first.items):
			out = c.flatten(out, &first.items[index], 0)
		case items != nil && items.kind == arrayKind && index < len(items.items):
			out = c.flatten(out, &items.items[index], 0)
		case items != nil:
			out = c.flatten(out, items, 0)
		}
	}
	return out
}

// types is what the schemas allow, by kind; integers apart. All false: not said.
type types struct {
	kinds   [objectKind + 1]bool
	integer bool // whole numbers
	said    bool
}

func (t *types) add(name string) {
	for kind, known := range [...]string{"null", "boolean", "number", "string", "array", "object"} {
		if name == known {
			t.kinds[kind], t.said = true, true
		}
	}
	if name == "integer" {
		t.integer, t.said = true, true
	}
}

func (t *types) addValue(v value) {
	t.said = true
	if v.kind == numberKind && !strings.ContainsAny(v.text, ".eE") {
		t.integer = true
		return
	}
	t.kinds[v.kind] = true
}

func (c *coercer) typesOf(schemas []*value) types {
	var t types
	for _, schema := range schemas {
		if said := c.child(schema, "type"); said != nil {
			t.add(said.text)
			for _, item := range said.items {
				t.add(item.text)
			}
			continue
		}
		if enum := c.child(schema, "enum"); enum != nil {
			for _, item := range enum.items {
				t.addValue(item)
			}
		}
		if constant := c.child(schema, "const"); constant != nil {
			t.addValue(*constant)
		}
		if c.child(schema, "properties") != nil {
			t.add("object")
		}
	}
	return t
}

func (c *coercer) value(place string, v value, schemas []*value) value {
	if len(schemas) == 0 {
		return v
	}
	t := c.typesOf(schemas)
	switch v.kind {
	case textKind:
		if t.said && !t.kinds[textKind] {
			if typed, ok := c.spelled(place, v.text, t); ok {
				c.note(place, "%s written as a string", typed.kind)
				v = typed
			}
		}
	case numberKind:
		if whole, ok := wholeNumber(v.text); ok && t.integer && !t.kinds[numberKind] {
			v.text = whole
		}
	}
	// Only containers have anything inside, also those just decoded.
	switch v.kind {
	case objectKind:
		for i := range v.members {
			m := &v.members[i]
			m.value = c.value(place+"."+m.name, m.value, c.member(schemas, m.name))
		}
	case arrayKind:
		for i := range v.items {
			v.items[i] = c.value(place+"[]", v.items[i], c.item(schemas, i))
		}
	}
	return v
}

// text types a value that was given as bare text.
func (c *coercer) text(place, s string, schemas []*value) value {
	t := c.typesOf(schemas)
	if !t.said {
		if v, repairs, err := decodeText(s); err == nil && len(repairs) == 0 {
			return v
		}
		return textValue(s)
	}
	v, ok := c.spelled(place, s, t)
	if !ok {
		if startsContainer(strings.TrimSpace(s)) && !t.kinds[textKind] {
			c.note(place, "kept as text, as it cannot be read as JSON")
		}
		return textValue(s)
	}
	return c.value(place, v, schemas)
}

func startsContainer(s string) bool { return strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") }

// spelled reads a text as one of the allowed types other than string.
func (c *coercer) spelled(place, s string, t types) (value, bool) {
	trimmed := strings.TrimSpace(s)
	switch strings.ToLower(trimmed) {
	case "true", "false":
		if t.kinds[booleanKind] {
			return value{kind: booleanKind, text: strings.ToLower(trimmed)}, true
		}
	case "null", "none":
		if t.kinds[nullKind] {
			return value{}, true
		}
	}
	if digits, ok := cleanNumber(trimmed); ok && (t.kinds[numberKind] || t.integer) {
		if digits != trimmed {
			c.note(place, "the number %s written as %s", trimmed, digits)
		}
		if whole, ok := wholeNumber(digits); ok && !t.kinds[numberKind] {
			return value{kind: numberKind, text: whole}, true
		}
		if t.kinds[numberKind] {
			return value{kind: numberKind, text: digits}, true
		}
	}
	if (t.kinds[objectKind] || t.kinds[arrayKind]) && startsContainer(trimmed) {
		if v, repairs, err := decodeEither(trimmed); err == nil && t.kinds[v.kind] {
			for _, repair := range repairs {
				c.note(place, "%s", repair)
			}
			return v, true
		}
	}
	return value{}, false
}

// decodeEither reads a string that holds one value as JSON or, where that takes
// repairs and Python does not, as Python.
func decodeEither(s string) (value, []string, error) {
	v, repairs, err := decodeText(s)
	if err == nil && len(repairs) == 0 {
		return v, nil, nil
	}
	in := &input{text: s, meter: &meter{}, limit: 16*len(s) + 1024}
	python, pythonErr := in.readPythonValue()
	if in.skipSpace(); pythonErr == nil && in.atEnd() && (err != nil || len(in.notes) == 0) {
		return python, in.notes, nil
	}
	return v, repairs, err
}

// wholeNumber writes 3.0 as 3; false if the number has a fraction or an exponent.
func wholeNumber(digits string) (string, bool) {
	whole, fraction, _ := strings.Cut(digits, ".")
	if strings.ContainsAny(digits, "eE") || strings.Trim(fraction, "0") != "" {
		return "", false
	}
	if whole == "-0" {
		whole = "0"
	}
	return whole, true
}
