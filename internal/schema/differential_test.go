package schema_test

import (
	"bytes"
	"encoding/json"
	"testing"

	"pgregory.net/rapid"

	oracle "github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/buttonbench/button/internal/schema"
)

// oracleVerdict asks a second implementation, as draft 7 with formats checked.
func oracleVerdict(t testing.TB, text, document string) (valid bool, compileErr error) {
	t.Helper()
	parsed, err := oracle.UnmarshalJSON(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	compiler := oracle.NewCompiler()
	compiler.DefaultDraft(oracle.Draft7)
	compiler.AssertFormat()
	if err := compiler.AddResource("mem:///root", parsed); err != nil {
		return false, err
	}
	compiled, err := compiler.Compile("mem:///root")
	if err != nil {
		return false, err
	}
	value, err := oracle.UnmarshalJSON(bytes.NewReader([]byte(document)))
	if err != nil {
		t.Fatalf("%s: %v", document, err)
	}
	return compiled.Validate(value) == nil, nil
}

// documents are put to every schema of the table.
var documents = []string{
	`null`, `true`, `false`, `0`, `1`, `-1`, `1.0`, `1.5`, `1e3`, `19.99`, `9007199254740993`, `1e-5`,
	`""`, `"a"`, `"ab"`, `"éé"`, `"abc"`, `"5"`, `"2026-03-09"`, `"2026-02-30"`, `"14:30:00Z"`, `"2026-03-09T14:30:00Z"`,
	`"a@example.com"`, `"http://example.com/x?y=z"`, `"127.0.0.1"`, `"::1"`, `"2f1c5a64-3c1e-4b53-9d0d-0d7a0f1b2c3d"`, `"2F1C5A64-3c1e-4b53-9d0d-0d7a0f1b2c3d"`,
	`"14:30:00"`, `"14:30"`, `"2026-03-09T14:30:00"`, `"2026-03-09T14:30:00.25+01:00"`, `"2026-03-09 14:30:00Z"`, `"Bob <a@example.com>"`, `"a@b"`, `"example.com"`, `"/a/b~0"`, `"127.0.0.300"`,
	`[]`, `[1]`, `[1, 2]`, `[1, 1]`, `[1, 1.0]`, `["a", 1]`, `["a", "b", "c"]`, `[[1], [1]]`, `[null]`,
	`{}`, `{"a": 1}`, `{"a": "x"}`, `{"a": null}`, `{"a": 1, "b": 2}`, `{"b": 2}`, `{"c": 3}`, `{"a": {"a": {"a": 1}}}`,
	`{"a": {"a": {"a": "x"}}}`, `{"ab": 1, "n_1": 2}`, `{"a": [1, "x"]}`, `{"kind": "card", "number": 1}`, `{"kind": "card"}`,
}

var tableSchemas = []string{
	`true`, `false`, `{}`,
	`{"type": "string"}`, `{"type": "integer"}`, `{"type": "number"}`, `{"type": "boolean"}`, `{"type": "null"}`, `{"type": "array"}`, `{"type": "object"}`,
	`{"type": ["integer", "null"]}`, `{"type": ["object", "string"], "minLength": 2}`,
	`{"enum": [1, "a", null, [1], {"a": 1}]}`, `{"enum": [1.0]}`, `{"const": 1}`, `{"const": null}`, `{"const": [1, 1]}`, `{"const": {"a": 1, "b": 2}}`,
	`{"minimum": 1}`, `{"maximum": 1}`, `{"exclusiveMinimum": 1}`, `{"exclusiveMaximum": 1}`, `{"multipleOf": 0.01}`, `{"multipleOf": 2}`,
	`{"maximum": 9007199254740992}`, `{"minLength": 2}`, `{"maxLength": 2}`, `{"pattern": "^a"}`, `{"pattern": "b"}`,
	`{"format": "date"}`, `{"format": "time"}`, `{"format": "date-time"}`, `{"format": "email"}`, `{"format": "uri"}`, `{"format": "ipv4"}`, `{"format": "ipv6"}`, `{"format": "uuid"}`, `{"format": "hostname"}`, `{"format": "json-pointer"}`,
	`{"items": {"type": "integer"}}`, `{"items": [{"type": "string"}, {"type": "integer"}]}`, `{"items": [{"type": "string"}], "additionalItems": false}`, `{"items": [{}], "additionalItems": {"type": "string"}}`,
	`{"items": true}`, `{"items": false}`, `{"additionalItems": false}`, `{"minItems": 2}`, `{"maxItems": 1}`, `{"uniqueItems": true}`, `{"uniqueItems": false}`, `{"contains": {"type": "integer"}}`, `{"contains": false}`,
	`{"minProperties": 1}`, `{"maxProperties": 1}`, `{"required": ["a"]}`, `{"required": ["a", "b"]}`, `{"properties": {"a": {"type": "integer"}}}`, `{"properties": {"a": false}}`,
	`{"properties": {"a": {}}, "additionalProperties": false}`, `{"additionalProperties": {"type": "integer"}}`, `{"patternProperties": {"^n_": {"type": "string"}}}`,
	`{"patternProperties": {"a": {"type": "integer"}}, "additionalProperties": false}`, `{"properties": {"ab": {}}, "patternProperties": {"^n": {}}, "additionalProperties": false}`,
	`{"propertyNames": {"maxLength": 1}}`, `{"propertyNames": false}`, `{"dependencies": {"a": ["b"]}}`, `{"dependencies": {"a": {"maxProperties": 1}}}`, `{"dependencies": {"a": false}}`,
	`{"not": {"type": "integer"}}`, `{"not": {}}`, `{"allOf": [{"type": "integer"}, {"minimum": 1}]}`, `{"anyOf": [{"type": "integer"}, {"minLength": 2}]}`, `{"oneOf": [{"type": "integer"}, {"minimum": 1}]}`, `{"oneOf": [true, true]}`,
	`{"if": {"type": "integer"}, "then": {"minimum": 1}, "else": {"type": "string"}}`, `{"if": {"properties": {"kind": {"const": "card"}}, "required": ["kind"]}, "then": {"required": ["number"]}}`, `{"then": false}`, `{"if": false}`,
	`{"$ref": "#/definitions/n", "definitions": {"n": {"type": "integer"}}}`, `{"properties": {"a": {"$ref": "#"}}, "type": ["object", "integer"]}`, `{"items": {"$ref": "#"}, "type": ["array", "integer"]}`,
	`{"properties": {"a": {"$ref": "#/definitions/x~1y"}}, "definitions": {"x/y": {"type": "integer"}}}`, `{"anyOf": [{"type": "string"}, {"properties": {"a": {"$ref": "#"}}, "required": ["a"]}]}`,
	`{"enum": [9007199254740992]}`, `{"const": 9007199254740992}`, `{"$ref": "#/definitions/n", "minimum": 1, "definitions": {"n": {"type": "integer"}}}`,
	`{"type": "string", "format": "date"}`, `{"type": ["string", "null", "integer"], "format": "email"}`,
	`{"default": 1, "title": "x", "examples": [1], "type": "integer"}`,
}

// TestAgreement puts every document to every schema and to a second
// implementation. Where they differ the reason stands here, and a difference
// that vanishes is an error too.
func TestAgreement(t *testing.T) {
	known := map[[2]string]string{}
	for _, difference := range []struct {
		schema, reason string
		documents      []string
	}{
		{`{"format": "time"}`, "a time without a zone is accepted: tools of daily life have no other", []string{`"14:30:00"`}},
		{`{"enum": [9007199254740992]}`, "enum compares numbers as doubles", []string{`9007199254740993`}},
		{`{"const": 9007199254740992}`, "const compares numbers as doubles", []string{`9007199254740993`}},
		{`{"$ref": "#/definitions/n", "minimum": 1, "definitions": {"n": {"type": "integer"}}}`, "keywords beside $ref are applied, as in later drafts", []string{`0`, `-1`}},
	} {
		for _, document := range difference.documents {
			known[[2]string{difference.schema, document}] = difference.reason
		}
	}
	var compiler schema.Compiler
	compared := 0
	for _, text := range tableSchemas {
		compiled, err := compiler.Compile(json.RawMessage(text))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		for _, document := range documents {
			violations, err := compiled.Validate([]byte(document))
			if err != nil {
				t.Errorf("%s on %s: %v", text, document, err)
				continue
			}
			want, err := oracleVerdict(t, text, document)
			if err != nil {
				t.Errorf("%s: the second implementation refuses it: %v", text, err)
				break
			}
			compared++
			_, expected := known[[2]string{text, document}]
			if differ := want != (len(violations) == 0); differ != expected {
				t.Errorf("%s on %s: have %v, the second implementation says valid=%v, difference known: %v", text, document, violations, want, expected)
			}
		}
	}
	t.Logf("%d pairs compared", compared)
}

// drawSchema makes a schema of a few keywords, no deeper than depth. Formats and
// numbers beyond a double are left to the table above, where they differ.
func drawSchema(t *rapid.T, depth int) any {
	if depth == 0 {
		return rapid.SampledFrom([]any{true, false, map[string]any{}, map[string]any{"$ref": "#/definitions/leaf"}}).Draw(t, "leaf")
	}
	schema := map[string]any{}
	sub := func() any { return drawSchema(t, depth-1) }
	list := func() []any {
		out := []any{sub()}
		if rapid.Bool().Draw(t, "two") {
			out = append(out, sub())
		}
		return out
	}
	number := func() int { return rapid.IntRange(0, 3).Draw(t, "number") }
	for range rapid.IntRange(0, 3).Draw(t, "keywords") {
		name := rapid.SampledFrom([]string{
			"type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength", "pattern",
			"items", "tuple", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "properties", "patternProperties",
			"additionalProperties", "required", "minProperties", "maxProperties", "propertyNames", "dependencies", "not", "allOf", "anyOf", "oneOf", "if",
			"recursion",
		}).Draw(t, "keyword")
		switch name {
		case "type":
			schema[name] = rapid.SampledFrom([]any{"string", "integer", "number", "boolean", "null", "array", "object", []any{"integer", "object"}, []any{"null", "string"}}).Draw(t, "type")
		case "enum":
			schema[name] = []any{1, "a", nil, []any{1}, map[string]any{"a": 1}}[:rapid.IntRange(1, 5).Draw(t, "values")]
		case "const":
			schema[name] = rapid.SampledFrom([]any{1, "ab", nil, true, []any{1, 2}, map[string]any{"a": 1}}).Draw(t, "const")
		case "minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties":
			schema[name] = rapid.IntRange(0, 1).Draw(t, "low")
		case "maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties":
			schema[name] = rapid.IntRange(1, 3).Draw(t, "high")
		case "multipleOf":
			schema[name] = 1 + number()
		case "pattern":
			schema[name] = rapid.SampledFrom([]string{"^a", "b$", "^.{2}$"}).Draw(t, "pattern")
		case "tuple":
			schema["items"] = list()
		case "uniqueItems":
			schema[name] = rapid.Bool().Draw(t, "unique")
		case "properties":
			schema[name] = map[string]any{"a": sub(), "b": sub()}
		case "patternProperties":
			schema[name] = map[string]any{"^a": sub()}
		case "required":
			schema[name] = []any{"a", "b"}[:rapid.IntRange(1, 2).Draw(t, "names")]
		case "dependencies":
			schema[name] = map[string]any{"a": rapid.SampledFrom([]any{[]any{"b"}, sub()}).Draw(t, "dependency")}
		case "allOf", "anyOf", "oneOf":
			schema[name] = list()
		case "if":
			schema["if"], schema["then"], schema["else"] = sub(), sub(), sub()
		case "recursion":
			schema["properties"] = map[string]any{"a": map[string]any{"$ref": "#"}}
		default:
			schema[name] = sub()
		}
	}
	return schema
}

func TestRandomAgreement(t *testing.T) {
	rapid.Check(t, func(random *rapid.T) {
		root, ok := drawSchema(random, 3).(map[string]any)
		if !ok {
			return
		}
		root["definitions"] = map[string]any{"leaf": map[string]any{"type": []any{"integer", "string"}, "minLength": 1}}
		text, err := json.Marshal(root)
		if err != nil {
			random.Fatal(err)
		}
		var compiler schema.Compiler
		compiled, err := compiler.Compile(text)
		if err != nil {
			random.Fatalf("%s: %v", text, err)
		}
		for _, document := range documents {
			violations, err := compiled.Validate([]byte(document))
			if err != nil {
				random.Fatalf("%s on %s: %v", text, document, err)
			}
			want, err := oracleVerdict(t, string(text), document)
			if err != nil {
				random.Fatalf("%s: the second implementation refuses it: %v", text, err)
			}
			if want != (len(violations) == 0) && !bytes.Contains([]byte(document), []byte("9007199254740993")) {
				random.Fatalf("%s on %s: have %v, the second implementation says valid=%v", text, document, violations, want)
			}
		}
	})
}
