package toolsource

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// readParameters merges the operation's parameters and the members of its body
// into one object.
func (o *operationReader) readParameters() error {
	m := &merger{converter: o.converter(false), reader: o, properties: newObject(), closed: true}
	parameters, err := o.parameters()
	if err != nil {
		return err
	}
	for _, p := range parameters {
		if err := m.addParameter(p); err != nil {
			return fmt.Errorf("parameter %s: %w", quote(p.spec.text("name")), err)
		}
	}
	if o.operation.has("requestBody") {
		if err := m.addBody(); err != nil {
			return fmt.Errorf("the body of its request: %w", err)
		}
	}
	schema := newObject()
	schema.set("type", "object")
	schema.set("properties", m.properties)
	if len(m.required) > 0 {
		schema.set("required", m.required)
	}
	if m.closed {
		schema.set("additionalProperties", false)
	}
	if err := m.finish(schema); err != nil {
		return err
	}
	o.draft.parameters = appendJSON(nil, schema)
	return nil
}

// parameter is one with the document that it stands in.
type parameter struct {
	spec *object
	doc  *document
}

// parameters are those of the path, each replaced by the operation's own of the
// same place and name, and the operation's further ones.
func (o *operationReader) parameters() ([]parameter, error) {
	var all []parameter
	read := func(doc *document, list []any) error {
		for i, value := range list {
			one, in, err := o.files.followObject(doc, value)
			if err == nil && one.text("name") == "" {
				err = errors.New("it has no name")
			}
			if err != nil {
				return fmt.Errorf("parameter %d: %w", i+1, err)
			}
			if len(all) == maxParameters {
				return fmt.Errorf("it has more than %d parameters", maxParameters)
			}
			p := parameter{one, in}
			same := slices.IndexFunc(all, func(other parameter) bool {
				return other.spec.text("name") == p.spec.text("name") && other.spec.text("in") == p.spec.text("in")
			})
			if same >= 0 {
				all[same] = p
			} else {
				all = append(all, p)
			}
		}
		return nil
	}
	if err := read(o.doc, o.item.list("parameters")); err != nil {
		return nil, err
	}
	return all, read(o.doc, o.operation.list("parameters"))
}

// merger builds the one object of arguments.
type merger struct {
	*converter
	reader     *operationReader
	properties *object
	required   []any
	closed     bool // further members are refused
}

// put adds a property; where another one has its name it is called after where
// it stands.
func (m *merger) put(name, in string, schema any, required bool) {
	given := name
	for m.properties.has(name) {
		name = in + "_" + name
	}
	if name != given {
		m.reader.warn("the %s's %s is called %s here, to be told from the other one", in, quote(given), quote(name))
	}
	if schema == true {
		schema = newObject() // the same, but every reader of schemas knows it
	}
	m.properties.set(name, schema)
	if required {
		m.required = append(m.required, name)
	}
}

func (m *merger) addParameter(p parameter) error {
	in, name := p.spec.text("in"), p.spec.text("name")
	required := p.spec.get("required") == true || in == "path"
	switch in {
	case "path", "query":
	case "header":
		if slices.Contains([]string{"accept", "content-type", "authorization"}, strings.ToLower(name)) {
			return nil // the protocol's, not the caller's
		}
	case "cookie":
		if required {
			m.reader.warn("the cookie %s is left out", quote(name))
		}
		return nil
	default:
		return fmt.Errorf("it is in %s; want path, query, header or cookie", quote(in))
	}
	value := p.spec.get("schema")
	if media, _ := pickMedia(p.spec.object("content"), false); value == nil && media != nil {
		value = media.get("schema")
	}
	schema := any(texts(""))
	if value != nil {
		var err error
		if schema, err = m.schema(p.doc, value, 1); err != nil {
			return err
		}
	}
	notes := newObject()
	if description := plain(p.spec.text("description")); description != "" {
		notes.set("description", description)
	}
	if example := p.spec.get("example"); example != nil {
		notes.set("examples", []any{example})
	}
	m.put(name, in, join(schema, notes), required)
	return nil
}

// texts is the schema of a text.
func texts(description string) *object {
	schema := newObject()
	schema.set("type", "string")
	if description != "" {
		schema.set("description", description)
	}
	return schema
}

// addBody adds the members of a body that is an object with known members, else
// the body as one property.
func (m *merger) addBody() error {
	body, doc, err := m.files.followObject(m.reader.doc, m.reader.operation.get("requestBody"))
	if err != nil {
		return err
	}
	content, required := body.object("content"), body.get("required") == true
	description := plain(body.text("description"))
	media, _ := pickMedia(content, true)
	if media == nil || !media.has("schema") {
		m.addOpaqueBody(content, description, required)
		return nil
	}
	flat := flatBody{required: map[string]bool{}}
	if m.flatten(&flat, doc, media.get("schema"), 0) && len(flat.members) > 0 {
		// Whether the body is required is often left unsaid; what its schema requires
		// is not.
		return m.addMembers(&flat, body.get("required") != false)
	}
	schema, err := m.schema(doc, media.get("schema"), 1)
	if err != nil {
		return err
	}
	notes := newObject()
	if inner, ok := schema.(*object); description != "" && !(ok && inner.has("description")) {
		notes.set("description", description)
	}
	m.put("body", "body", join(schema, notes), required)
	return nil
}

// addOpaqueBody adds a body that is no JSON and no form as text.
func (m *merger) addOpaqueBody(content *object, description string, required bool) {
	if content == nil || len(content.names) == 0 {
		return
	}
	if media, name := pickMedia(content, true); media != nil {
		m.reader.warn("its body of type %s has no schema and is taken as text", quote(name))
	} else {
		m.reader.warn("its body of type %s is taken as text", quote(content.names[0]))
	}
	m.put("body", "body", texts(description), required)
}

func (m *merger) addMembers(flat *flatBody, required bool) error {
	for _, member := range flat.members {
		target, _, err := m.files.follow(member.doc, member.value)
		if one, ok := target.(*object); err == nil && ok && one.get("readOnly") == true {
			continue
		}
		schema, err := m.schema(member.doc, member.value, 1)
		if err != nil {
			return fmt.Errorf("%s: %w", quote(member.name), err)
		}
		m.put(member.name, "body", schema, required && flat.required[member.name])
	}
	m.closed = m.closed && flat.closed
	return nil
}

// flatBody is the members of an object, also of one that is put together by
// allOf.
type flatBody struct {
	members  []member
	required map[string]bool
	closed   bool
}

type member struct {
	name  string
	doc   *document
	value any
}

// flatten collects the members of a schema. It returns false where the schema
// says more than what members an object has.
func (m *merger) flatten(flat *flatBody, doc *document, value any, depth int) bool {
	value, doc, err := m.files.follow(doc, value)
	schema, ok := value.(*object)
	if err != nil || !ok || depth > maxHops {
		return false
	}
	for _, name := range schema.names {
		switch name {
		case "type":
			if schema.get("type") != "object" {
				return false
			}
		case "additionalProperties":
			open, plain := schema.get(name).(bool)
			if !plain {
				return false
			}
			flat.closed = flat.closed || !open
		case "properties", "required", "allOf", "default":
		default:
			if !isForeign(name) && !isNote(name) {
				return false
			}
		}
	}
	for _, part := range schema.list("allOf") {
		if !m.flatten(flat, doc, part, depth+1) {
			return false
		}
	}
	if properties := schema.object("properties"); properties != nil {
		for _, name := range properties.names {
			if len(flat.members) == maxParameters || slices.ContainsFunc(flat.members, func(other member) bool { return other.name == name }) {
				return false
			}
			flat.members = append(flat.members, member{name, doc, properties.get(name)})
		}
	}
	for _, name := range schema.list("required") {
		if text, ok := name.(string); ok {
			flat.required[text] = true
		}
	}
	return true
}
