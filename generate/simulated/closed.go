package simulated

import (
	"bytes"
	"encoding/json"
)

// closed adds "additionalProperties": false to every object of a schema that
// declares properties and does not speak of others. Schemas that are put together
// from several stay open: each part would rule the others' members out.
func closed(schema json.RawMessage) json.RawMessage {
	decoder := json.NewDecoder(bytes.NewReader(schema))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return schema
	}
	closeSchema(value)
	text, err := json.Marshal(value)
	if err != nil {
		return schema
	}
	return text
}

func closeSchema(value any) {
	schema, ok := value.(map[string]any)
	if !ok {
		return
	}
	for _, keyword := range []string{"allOf", "anyOf", "oneOf", "$ref", "if"} {
		if _, composed := schema[keyword]; composed {
			return
		}
	}
	properties, declared := schema["properties"].(map[string]any)
	if _, spoken := schema["additionalProperties"]; declared && !spoken {
		schema["additionalProperties"] = false
	}
	for _, property := range properties {
		closeSchema(property)
	}
	closeSchema(schema["items"])
}

func compacted(value json.RawMessage) json.RawMessage {
	var out bytes.Buffer
	if json.Compact(&out, value) != nil {
		return value
	}
	return out.Bytes()
}
