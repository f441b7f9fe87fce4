package toolsource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/buttonbench/button"
)

// readToolList reads a list of tools in any of the forms of the package comment.
func readToolList(c *collector, values []located) error {
	known := map[string][]byte{} // what stands where under a name, to drop repetitions
	read := func(value any, origin string) error {
		if err := c.full(); err != nil {
			return err
		}
		d, err := readListed(value)
		d.origin = origin
		if err != nil {
			c.skip(d.name, origin, err)
			return nil
		}
		text := appendJSON(nil, value)
		if before, found := known[d.name]; found && bytes.Equal(before, text) {
			return nil
		}
		known[d.name] = text
		c.add(d)
		return nil
	}
	for _, one := range values {
		list, listed := toolsOf(one.value)
		if !listed {
			list = []any{one.value}
		}
		for i, item := range list {
			origin := fmt.Sprintf("tool %d", i+1)
			if len(values) > 1 {
				origin = fmt.Sprintf("line %d", one.line)
			}
			if err := read(item, origin); err != nil {
				return err
			}
		}
	}
	if len(c.drafts)+len(c.skipped) == 0 {
		return errors.New("it holds no tools: want a list of tools, an object with \"tools\", or an OpenAPI document")
	}
	return nil
}

// toolsOf returns the items of a list, or of an object that holds one.
func toolsOf(value any) ([]any, bool) {
	switch value := value.(type) {
	case []any:
		return value, true
	case *object:
		for _, name := range []string{"tools", "functions"} {
			if list, ok := value.get(name).([]any); ok && !value.has("name") {
				return list, true
			}
		}
	}
	return nil, false
}

// readListed reads one tool of a list. The draft has a name also beside an
// error, where there is one.
func readListed(value any) (draft, error) {
	tool, ok := value.(*object)
	if !ok {
		return draft{}, errors.New("a tool must be an object")
	}
	function := tool
	if inner := tool.object("function"); inner != nil {
		function = inner
	}
	d := draft{name: function.text("name"), description: function.text("description")}
	if d.description == "" {
		d.description = function.text("title")
	}
	if kind := tool.get("type"); kind != nil && kind != "function" && !function.has("input_schema") {
		return d, fmt.Errorf("it is of type %s and no function", quoteValue(kind))
	}
	for _, name := range function.names {
		value := function.get(name)
		if err := d.readMember(name, value); err != nil {
			return d, err
		}
	}
	return d, nil
}

// readMember takes one member of a function. Members that are not known here are
// kept with the tool.
func (d *draft) readMember(name string, value any) error {
	text := json.RawMessage(appendJSON(nil, value))
	switch name {
	case "name", "description", "type", "title":
	case "parameters", "inputSchema", "input_schema":
		d.parameters = text
	case "returns", "outputSchema", "output_schema", "response", "responses":
		if isSchema(value) {
			d.returns = text
		} else {
			d.extra = append(d.extra, button.Member{Name: name, Value: text})
		}
	case "annotations":
		if hints, ok := value.(*object); ok && d.effect == "" {
			d.effect = annotatedEffect(hints.get("readOnlyHint"), hints.get("destructiveHint"))
		}
	case "effect":
		effect, _ := value.(string)
		switch effect {
		case button.EffectPure, button.EffectRead, button.EffectWrite:
			d.effect = effect
		default:
			return fmt.Errorf("its effect is %s; want pure, read or write", quoteValue(value))
		}
	case "errors":
		if failures, ok := readFailures(value); ok {
			d.errors = failures
			return nil
		}
		return errors.New(`its errors must be a list of {"code": text, "when": text}`)
	default:
		d.extra = append(d.extra, button.Member{Name: name, Value: text})
	}
	return nil
}

// isSchema tells a JSON Schema from the other things that stand under the names
// of a result.
func isSchema(value any) bool {
	schema, ok := value.(*object)
	if !ok {
		return false
	}
	for _, name := range []string{"type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum"} {
		if schema.has(name) {
			return true
		}
	}
	return false
}

func readFailures(value any) ([]Failure, bool) {
	list, ok := value.([]any)
	if !ok {
		return nil, false
	}
	var failures []Failure
	for _, item := range list {
		failure, ok := item.(*object)
		if !ok || failure.text("code") == "" {
			return nil, false
		}
		failures = append(failures, Failure{plain(failure.text("code")), plain(failure.text("when"))})
	}
	return failures, true
}

// annotatedEffect is what MCP's hints say: "" where both are missing, or
// readOnlyHint is false, which is its default.
func annotatedEffect(readOnly, destructive any) string {
	_, said := destructive.(bool)
	switch {
	case readOnly == true:
		return button.EffectRead
	case said:
		return button.EffectWrite
	}
	return ""
}
