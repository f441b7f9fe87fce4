package schema

import (
	"encoding/json"
	"maps"
	"sort"
)

// typeNames maps the names that function-calling data uses for types to those
// of JSON Schema; "" stands for any type.
var typeNames = map[string]string{
	"string": "string", "integer": "integer", "number": "number", "boolean": "boolean",
	"array": "array", "object": "object", "null": "null",
	"str": "string", "int": "integer", "float": "number", "bool": "boolean",
	"list": "array", "tuple": "array", "dict": "object", "any": "",
}

// modernise returns the schema with older and foreign ways of saying a thing
// rewritten to draft 7: boolean exclusive bounds (draft 4) and nullable
// (OpenAPI). It also takes out the keywords that would be read wrongly because a
// later draft's keyword beside them changes their meaning.
func modernise(schema map[string]any) map[string]any {
	out := maps.Clone(schema)
	for bound, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		flag, old := out[exclusive].(bool)
		if !old {
			continue
		}
		delete(out, exclusive)
		if limit, ok := out[bound].(json.Number); ok && flag {
			out[exclusive] = limit
			delete(out, bound)
		}
	}
	if nullable, _ := out["nullable"].(bool); nullable {
		addNull(out)
	}
	if list, tuple := out["items"].([]any); tuple && len(list) == 0 {
		out["items"] = out["additionalItems"] // every item is an additional one
	}
	if out["prefixItems"] != nil {
		delete(out, "items") // there: the items after the prefix
	}
	if out["minContains"] != nil || out["maxContains"] != nil {
		delete(out, "contains")
	}
	return out
}

func addNull(schema map[string]any) {
	switch types := schema["type"].(type) {
	case string:
		schema["type"] = []any{types, "null"}
	case []any:
		schema["type"] = append(append([]any{}, types...), "null")
	default:
		return
	}
	if values, ok := schema["enum"].([]any); ok && len(values) > 0 {
		schema["enum"] = append(append([]any{}, values...), nil)
	}
}

// requiredInside returns the names of the properties that say "required": true
// themselves, sorted.
func requiredInside(schema map[string]any) []string {
	properties, _ := schema["properties"].(map[string]any)
	var names []string
	for name, property := range properties {
		if object, ok := property.(map[string]any); ok && object["required"] == true {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}
