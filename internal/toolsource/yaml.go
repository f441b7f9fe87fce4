package toolsource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"

	"go.yaml.in/yaml/v4"

	"github.com/buttonbench/button"
)

// maxAliased bounds the values that aliases add to a document.
const maxAliased = 300_000

// parseYAML reads one YAML document. The strict reader of internal/config is not
// for foreign documents of this size: the parser beneath it takes a time that
// grows with the square of the keys.
func parseYAML(data []byte) (tree any, err error) {
	// A parser of this size is not trusted to return its errors.
	defer func() {
		if cause := recover(); cause != nil {
			tree, err = nil, fmt.Errorf("cannot be read as YAML: %v", cause)
		}
	}()
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	var root, second yaml.Node
	switch err := decoder.Decode(&root); {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the document is empty")
	case err != nil:
		return nil, err
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		if err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("line %d: a second YAML document begins here; a file holds one", second.Line)
	}
	r := yamlReader{open: map[*yaml.Node]bool{}}
	return r.value(&root, 0)
}

type yamlReader struct {
	aliased int
	open    map[*yaml.Node]bool // anchored values being read
}

func (r *yamlReader) value(node *yaml.Node, depth int) (any, error) {
	if len(r.open) > 0 {
		if r.aliased++; r.aliased > maxAliased {
			return nil, fmt.Errorf("line %d: aliases add more than %d values", node.Line, maxAliased)
		}
	}
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("line %d: nested deeper than %d levels", node.Line, button.MaxDepth)
	}
	switch node.Kind {
	case yaml.DocumentNode:
		if len(node.Content) == 1 {
			return r.value(node.Content[0], depth)
		}
	case yaml.MappingNode:
		return r.mapping(node, depth)
	case yaml.SequenceNode:
		list := make([]any, 0, len(node.Content))
		for _, item := range node.Content {
			value, err := r.value(item, depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.AliasNode:
		if node.Alias == nil || r.open[node.Alias] {
			return nil, fmt.Errorf("line %d: the alias *%s stands within what it stands for", node.Line, node.Value)
		}
		r.open[node.Alias] = true
		defer delete(r.open, node.Alias)
		return r.value(node.Alias, depth)
	case yaml.ScalarNode:
		return scalar(node), nil
	}
	return nil, fmt.Errorf("line %d: cannot be read as YAML", node.Line)
}

func (r *yamlReader) mapping(node *yaml.Node, depth int) (any, error) {
	out := newObject()
	var merged []*object
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind == yaml.AliasNode && key.Alias != nil {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			return nil, fmt.Errorf("line %d: a key must be plain text", key.Line)
		}
		value, err := r.value(node.Content[i+1], depth+1)
		if err != nil {
			return nil, err
		}
		if key.ShortTag() == "!!merge" {
			merged = append(merged, objects(value)...)
			continue
		}
		if out.has(key.Value) {
			return nil, fmt.Errorf("line %d: key %s stands twice", key.Line, quote(key.Value))
		}
		out.set(key.Value, value)
	}
	for _, from := range merged {
		for _, name := range from.names {
			if !out.has(name) {
				out.set(name, from.values[name])
			}
		}
	}
	return out, nil
}

// objects are the mappings that a merge key stands for.
func objects(value any) []*object {
	if one, ok := value.(*object); ok {
		return []*object{one}
	}
	var all []*object
	list, _ := value.([]any)
	for _, item := range list {
		if one, ok := item.(*object); ok {
			all = append(all, one)
		}
	}
	return all
}

// scalar is the JSON value of a scalar. What JSON has no value for stays text.
func scalar(node *yaml.Node) any {
	text := node.Value
	switch node.ShortTag() {
	case "!!null":
		return nil
	case "!!bool":
		var value bool
		if node.Decode(&value) == nil {
			return value
		}
	case "!!int":
		if isJSONNumber(text) {
			return json.Number(text)
		}
		var value int64
		if node.Decode(&value) == nil {
			return json.Number(strconv.FormatInt(value, 10))
		}
	case "!!float":
		if isJSONNumber(text) {
			return json.Number(text)
		}
		var value float64
		if node.Decode(&value) == nil && !math.IsInf(value, 0) && !math.IsNaN(value) {
			return json.Number(strconv.FormatFloat(value, 'g', -1, 64))
		}
	}
	return text
}

func isJSONNumber(text string) bool {
	return text != "" && text[0] != '"' && text[0] != 't' && text[0] != 'f' && text[0] != 'n' && text[0] != '[' && text[0] != '{' && json.Valid([]byte(text))
}
