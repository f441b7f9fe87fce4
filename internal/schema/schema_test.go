package schema_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/schema"
)

func compile(t testing.TB, text string) *schema.Schema {
	t.Helper()
	var compiler schema.Compiler
	compiled, err := compiler.Compile(json.RawMessage(text))
	if err != nil {
		t.Fatalf("compile %.200s: %v", text, err)
	}
	return compiled
}

// rules returns "path rule" of every violation.
func rules(t testing.TB, compiled *schema.Schema, document string) []string {
	t.Helper()
	violations, err := compiled.Validate([]byte(document))
	if err != nil {
		t.Fatalf("validate %.200s: %v", document, err)
	}
	var out []string
	for _, violation := range violations {
		out = append(out, strings.TrimSpace(violation.Path+" "+violation.Rule))
	}
	return out
}

const booking = `{
	"type": "object",
	"properties": {
		"city": {"type": "string", "minLength": 2, "pattern": "^[A-Z]"},
		"date": {"type": "string", "format": "date"},
		"guests": {"type": "integer", "minimum": 1, "maximum": 8},
		"class": {"enum": ["standard", "premium", 3, null]},
		"price": {"type": "number", "multipleOf": 0.01, "exclusiveMinimum": 0},
		"stops": {"type": "array", "maxItems": 3, "uniqueItems": true, "items": {
			"type": "object", "properties": {"city": {"type": "string"}, "nights": {"type": "integer"}},
			"required": ["city"], "additionalProperties": false}}
	},
	"required": ["city", "date"],
	"additionalProperties": false
}`

func TestViolations(t *testing.T) {
	for _, test := range []struct{ document, want string }{
		{`{"city": "Bern", "date": "2026-03-09", "guests": 2.0, "class": null, "price": 19.99, "stops": [{"city": "Uri"}]}`, ``},
		{`[]`, `want an object, have an array`},
		{`{"city": "Bern"}`, `date: is missing but required: add a string in the form of a date`},
		{`{"city": "Bern", "date": "9 March"}`, `date: "9 March" is no valid date: write it like 2026-03-09`},
		{`{"city": "Bern", "date": "2026-02-30"}`, `date: "2026-02-30" is no valid date: write it like 2026-03-09`},
		{`{"city": "bern", "date": "2026-03-09"}`, `city: "bern" does not match the pattern ^[A-Z]`},
		{`{"city": "B", "date": "2026-03-09"}`, `city: must have at least 2 characters, have "B"`},
		{`{"city": 5, "date": "2026-03-09"}`, `city: want a string, have 5: put it in quotes, "5"`},
		{`{"city": null, "date": "2026-03-09"}`, `city: want a string, have null: leave it out if there is no value`},
		{`{"city": "Bern", "date": "2026-03-09", "guests": "2"}`, `guests: want an integer, have "2": write 2 without the quotes around it`},
		{`{"city": "Bern", "date": "2026-03-09", "guests": "two"}`, `guests: want an integer, have "two"`},
		{`{"city": "Bern", "date": "2026-03-09", "guests": 2.5}`, `guests: want an integer, have 2.5`},
		{`{"city": "Bern", "date": "2026-03-09", "guests": 0}`, `guests: must be at least 1, have 0`},
		{`{"city": "Bern", "date": "2026-03-09", "guests": 9}`, `guests: must be at most 8, have 9`},
		{`{"city": "Bern", "date": "2026-03-09", "class": "premum"}`, `class: "premum" is not one of the allowed values: did you mean "premium"?`},
		{`{"city": "Bern", "date": "2026-03-09", "class": "x"}`, `class: "x" is not one of the allowed values: use one of "standard", "premium", 3, null`},
		{`{"city": "Bern", "date": "2026-03-09", "price": 0}`, `price: must be greater than 0, have 0`},
		{`{"city": "Bern", "date": "2026-03-09", "price": 1.001}`, `price: 1.001 is no multiple of 0.01`},
		{`{"city": "Bern", "date": "2026-03-09", "gusts": 1}`, `gusts: is not expected here: did you mean guests?`},
		{`{"city": "Bern", "date": "2026-03-09", "x": 1}`, `x: is not expected here: use one of city, class, date, guests, price, stops`},
		{`{"city": "Bern", "date": "2026-03-09", "stops": {"city": "Uri"}}`, `stops: want an array, have an object: put it in brackets, as a list of one`},
		{`{"city": "Bern", "date": "2026-03-09", "stops": "[{\"city\": \"Uri\"}]"}`, `stops: want an array, have "[{\"city\": \"Uri\"}]": write [{"city": "Uri"}] without the quotes around it`},
		{`{"city": "Bern", "date": "2026-03-09", "stops": [{"city": "Uri"}, {"nights": 2}]}`, `stops[1].city: is missing but required: add a string`},
		{`{"city": "Bern", "date": "2026-03-09", "stops": [{"city": "Uri"}, {"city": "Uri"}]}`, `stops: items 0 and 1 are equal; list each value once`},
		{`{"city": "Bern", "date": "2026-03-09", "stops": [{"city": "A"}, {"city": "B"}, {"city": "C"}, {"city": "D"}]}`, `stops: must have at most 3 items, have 4`},
		{`{"date": 1, "stops": [{"a.b": 1, "city": 2}]}`, "city: is missing but required: add a string\ndate: want a string, have 1: put it in quotes, \"1\"\nstops[0].city: want a string, have 2: put it in quotes, \"2\"\nstops[0][\"a.b\"]: is not expected here: use one of city, nights"},
	} {
		violations, err := compile(t, booking).Validate([]byte(test.document))
		if err != nil {
			t.Errorf("%s: %v", test.document, err)
			continue
		}
		var lines []string
		for _, violation := range violations {
			lines = append(lines, violation.String())
		}
		if have := strings.Join(lines, "\n"); have != test.want {
			t.Errorf("%s:\nhave %s\nwant %s", test.document, have, test.want)
		}
	}
}

// TestKeywords holds one schema, a valid and an invalid document a row.
func TestKeywords(t *testing.T) {
	for _, test := range []struct{ schema, good, bad, rule string }{
		{`true`, `1`, ``, ``},
		{`{}`, `1`, ``, ``},
		{`{"not": {}}`, ``, `1`, `not`},
		{`{"properties": {"a": false}}`, `{"b": 1}`, `{"a": 1}`, `a false`},
		{`{"type": ["string", "null"]}`, `null`, `1`, `type`},
		{`{"const": {"a": [1, 2.0]}}`, `{"a": [1.0, 2]}`, `{"a": [2, 1]}`, `const`},
		{`{"const": null}`, `null`, `0`, `const`},
		{`{"maxLength": 2e0}`, `"éé"`, `"abc"`, `maxLength`},
		{`{"minItems": 2.0}`, `[1, 2]`, `[1]`, `minItems`},
		{`{"minProperties": 1, "maxProperties": 2}`, `{"a": 1}`, `{}`, `minProperties`},
		{`{"items": [{"type": "string"}, {"type": "integer"}], "additionalItems": false}`, `["a", 1]`, `["a", 1, 2]`, `additionalItems`},
		{`{"items": [], "additionalItems": false}`, `[]`, `[1]`, `false`},
		{`{"contains": {"const": 1}}`, `[2, 1]`, `[2]`, `[0] const`},
		{`{"propertyNames": {"pattern": "^a"}}`, `{"ab": 1}`, `{"b": 1}`, `pattern`},
		{`{"patternProperties": {"^n_": {"type": "integer"}}, "additionalProperties": false}`, `{"n_a": 1}`, `{"n_a": "x"}`, `n_a type`},
		{`{"dependencies": {"a": ["b"]}}`, `{"a": 1, "b": 2}`, `{"a": 1}`, `dependencies`},
		{`{"dependencies": {"a": {"required": ["c"]}}}`, `{"a": 1, "c": 2}`, `{"a": 1}`, `c required`},
		{`{"if": {"properties": {"k": {"const": "card"}}, "required": ["k"]}, "then": {"required": ["number"]}, "else": {"required": ["iban"]}}`, `{"k": "card", "number": 1}`, `{"k": "card"}`, `number required`},
		{`{"anyOf": [{"type": "string"}, {"type": "integer"}]}`, `1`, `1.5`, `anyOf`},
		{`{"oneOf": [{"type": "number"}, {"type": "integer"}]}`, `1.5`, `1`, `oneOf`},
		{`{"allOf": [{"minimum": 1}, {"maximum": 3}]}`, `2`, `4`, `maximum`},
		{`{"exclusiveMaximum": 3}`, `2.999`, `3`, `exclusiveMaximum`},
		{`{"maximum": 9007199254740992}`, `9007199254740992`, `9007199254740993`, `maximum`},
		{`{"type": "integer"}`, `123456789012345678901234567890`, `0.1`, `type`},
		{`{"type": "integer"}`, `1e3`, `1e-3`, `type`},
		{`{"format": "date-time"}`, `"2026-03-09T10:00:00+01:00"`, `"2026-03-09 10:00"`, `format`},
		{`{"format": "email"}`, `"a@example.com"`, `"a at example"`, `format`},
		{`{"$ref": "#/$defs/n", "$defs": {"n": {"type": "integer"}}}`, `1`, `"x"`, `type`},
		{`{"properties": {"a": {"$ref": "#/properties/b"}, "b": {"type": "integer"}}}`, `{"a": 1}`, `{"a": "x"}`, `a type`},
		{`{"properties": {"a": {"$ref": "#/definitions/a~1b%25", "minimum": 3}}, "definitions": {"a/b%": {"type": "integer"}}}`, `{"a": 3}`, `{"a": 2}`, `a minimum`},
		{`{"properties": {"a": {"$ref": "#/components/schemas/A"}}, "components": {"schemas": {"A": {"type": "integer"}}}}`, `{"a": 3}`, `{"a": "x"}`, `a type`},
		// A tree: recursive, but every step goes down in the document.
		{`{"type": "object", "properties": {"next": {"$ref": "#"}, "n": {"type": "integer"}}}`, `{"next": {"next": {"n": 1}}}`, `{"next": {"next": {"n": "x"}}}`, `next.next.n type`},
		// Names of properties are no keywords.
		{`{"properties": {"$ref": {"type": "string"}, "$id": {"type": "string"}, "enum": {"type": "string"}}}`, `{"$ref": "http://example.com", "$id": "x"}`, `{"$id": 1}`, `$id type`},
		{`{"default": {"$ref": "http://example.com/x"}, "enum": [{"$ref": "file:///x"}, 1]}`, `{"$ref": "file:///x"}`, `2`, `enum`},
		{`{"$id": "http://example.com/root.json", "$ref": "#/definitions/x", "definitions": {"x": {"type": "null"}}}`, `null`, `1`, `type`},
		{`{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "string"}`, `"x"`, `1`, `type`},
		// Dialects.
		{`{"type": "dict", "properties": {"a": {"type": "float"}, "b": {"type": "list"}, "c": {"type": "tuple"}, "d": {"type": "any"}, "e": {"type": "str"}, "f": {"type": "int"}, "g": {"type": "bool"}}}`,
			`{"a": 1, "b": [], "c": [1], "d": {}, "e": "x", "f": 2, "g": true}`, `{"f": 2.5}`, `f type`},
		{`{"type": "dict", "properties": {"a": {"type": "str", "required": true}, "b": {"type": "str", "required": false}}}`, `{"a": "x"}`, `{"b": "x"}`, `a required`},
		{`{"type": "object", "properties": {"a": {"type": "string", "required": true}, "b": {}}, "required": ["b"]}`, `{"a": "x", "b": 1}`, `{"b": "x"}`, `a required`},
		{`{"type": "string", "nullable": true, "enum": ["a"]}`, `null`, `"b"`, `enum`},
		{`{"minimum": 3, "exclusiveMinimum": true}`, `4`, `3`, `exclusiveMinimum`},
		{`{"maximum": 3, "exclusiveMaximum": false}`, `3`, `4`, `maximum`},
		{`{"enum": null, "items": null, "pattern": null, "type": "integer"}`, `1`, `"x"`, `type`},
		{`{"enum": ["a", "a", 1, 1.0]}`, `1e0`, `"b"`, `enum`},
		{`{"required": ["a", "a"]}`, `{"a": 1}`, `{}`, `a required`},
		{`{"patternProperties": {}, "properties": {}, "required": [], "dependencies": {"a": []}}`, `{"a": 1}`, ``, ``},
	} {
		compiled := compile(t, test.schema)
		if unchecked := compiled.Unchecked(); len(unchecked) > 0 {
			t.Errorf("%s: not checked: %v", test.schema, unchecked)
		}
		if test.good != "" {
			if have := rules(t, compiled, test.good); have != nil {
				t.Errorf("%s refuses %s: %v", test.schema, test.good, have)
			}
		}
		if test.bad != "" {
			if have := rules(t, compiled, test.bad); !strings.Contains(strings.Join(have, "\n"), test.rule) || len(have) == 0 {
				t.Errorf("%s on %s: have %v, want %s", test.schema, test.bad, have, test.rule)
			}
		}
	}
}

func TestUnchecked(t *testing.T) {
	for _, test := range []struct {
		schema, document string // a document that must pass
		want             []string
	}{
		{`{"type": "array", "prefixItems": [{"type": "string"}], "items": false}`, `[1, 2]`, []string{"#: prefixItems"}},
		{`{"properties": {"a": {"unevaluatedProperties": false}}}`, `{"a": {"b": 1}}`, []string{"#/properties/a: unevaluatedProperties"}},
		{`{"dependentRequired": {"a": ["b"]}, "dependentSchemas": {}}`, `{"a": 1}`, []string{"#: dependentRequired", "#: dependentSchemas"}},
		{`{"contains": {"const": 1}, "minContains": 0}`, `[]`, []string{"#: minContains"}},
		{`{"contains": {"const": 1}, "maxContains": 1}`, `[1, 1]`, []string{"#: maxContains"}},
		{`{"$dynamicRef": "#x", "unevaluatedItems": false, "contentEncoding": "base64"}`, `[1]`, []string{"#: $dynamicRef", "#: contentEncoding", "#: unevaluatedItems"}},
		{`{"format": "duration"}`, `"soon"`, []string{`#: format "duration"`}},
		{`{"requird": ["a"], "title": "x", "x-order": 1}`, `{}`, []string{"#: requird"}},
		{`{"enum": []}`, `1`, []string{"#: enum without values"}},
		{`{"$defs": {"a": {"prefixItems": []}}, "items": {"$ref": "#/$defs/a"}}`, `[[1]]`, []string{"#/$defs/a: prefixItems"}},
	} {
		compiled := compile(t, test.schema)
		if diff := cmp.Diff(test.want, compiled.Unchecked()); diff != "" {
			t.Errorf("%s: %s", test.schema, diff)
		}
		if have := rules(t, compiled, test.document); have != nil {
			t.Errorf("%s refuses %s: %v", test.schema, test.document, have)
		}
	}
}

func TestSchemaErrors(t *testing.T) {
	var chain strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&chain, `"d%d": {"$ref": "#/definitions/d%d"},`, i, i+1)
	}
	wide := strings.Repeat(`{},`, 30000) + "{}"
	for _, test := range []struct{ name, schema, want string }{
		// No access to network or files.
		{"http", `{"$ref": "http://example.com/schema"}`, `schema #: $ref "http://example.com/schema" leads out of the schema`},
		{"file", `{"properties": {"a": {"$ref": "file:///etc/passwd"}}}`, `schema #/properties/a: $ref "file:///etc/passwd" leads out`},
		{"relative", `{"$ref": "other.json#/x"}`, `leads out of the schema`},
		{"id relative", `{"$id": "http://example.com/a/", "properties": {"a": {"$ref": "b.json"}}}`, `leads out of the schema`},
		{"nested id", `{"properties": {"a": {"$id": "http://example.com/b", "$ref": "#/x"}}}`, `schema #/properties/a: $id inside a schema`},
		{"unused definition", `{"definitions": {"a": {"$ref": "http://example.com"}}}`, `schema #/definitions/a: $ref "http://example.com" leads out`},
		{"anchor", `{"$ref": "#name", "$defs": {"a": {"$anchor": "name"}}}`, `names an anchor`},
		{"missing", `{"$ref": "#/definitions/none"}`, `leads nowhere`},
		{"not a schema", `{"properties": {"a": {"$ref": "#/properties/a/type"}}}`, `$ref`},
		{"number as schema", `{"$ref": "#/x", "x": 5}`, `schema #/x: a schema must be an object or a boolean, this is a number`},
		// Cycles that consume nothing.
		{"self", `{"$ref": "#"}`, `leads back to itself`},
		{"two", `{"$ref": "#/definitions/a", "definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}}`, `leads back to itself`},
		{"through allOf", `{"allOf": [{"$ref": "#"}]}`, `leads back to itself`},
		{"through anyOf", `{"anyOf": [{"type": "null"}, {"$ref": "#"}]}`, `leads back to itself`},
		{"through oneOf", `{"oneOf": [{"$ref": "#"}]}`, `leads back to itself`},
		{"through not", `{"not": {"$ref": "#"}}`, `leads back to itself`},
		{"through if", `{"if": {"$ref": "#"}}`, `leads back to itself`},
		{"through then", `{"if": true, "then": {"$ref": "#"}}`, `leads back to itself`},
		{"through else", `{"if": false, "else": {"$ref": "#"}}`, `leads back to itself`},
		{"through dependencies", `{"dependencies": {"a": {"$ref": "#"}}}`, `leads back to itself`},
		{"inside a property", `{"properties": {"a": {"anyOf": [{"not": {"$ref": "#/properties/a"}}]}}}`, `leads back to itself`},
		{"unused", `{"definitions": {"a": {"$ref": "#/definitions/a"}}}`, `leads back to itself`},
		{"escaped", `{"$ref": "#/definitions/%61", "definitions": {"a": {"$ref": "#/definitions/a"}}}`, `leads back to itself`},
		{"long chain", `{"$ref": "#/definitions/d0", "definitions": {` + chain.String() + `"d5000": {}}}`, `more than 100 schemas in a chain`},
		// Runaway sizes and numbers.
		{"huge exponent", `{"maximum": 1e-10000000}`, `has an exponent beyond 400`},
		{"out of range", `{"enum": [1e350]}`, `is out of range`},
		{"long number", `{"maximum": ` + strings.Repeat("9", 500) + `}`, `has 500 characters`},
		{"deep", strings.Repeat(`{"items":`, 200) + `{}` + strings.Repeat("}", 200), `nested deeper than 128 levels`},
		{"large", `{"description": "` + strings.Repeat("x", schema.MaxSchemaBytes) + `"}`, `bytes are more than the allowed`},
		{"many", `{"anyOf": [` + wide + `]}`, `more than 20000 schemas`},
		{"many values", `{"enum": [` + strings.Repeat("1,", 6000) + `2]}`, `enum has 6001 values`},
		// What readers of JSON disagree about.
		{"trailing", `{} {}`, `text after the end of the JSON value at byte 3`},
		{"duplicate", `{"type": "string", "type": "integer"}`, `member "type" stands twice`},
		{"empty", ``, `the JSON text ends too early`},
		{"broken", `{"type": }`, `not valid JSON at byte 9: want a value`},
		// Keywords of the wrong shape.
		{"schema", `[]`, `a schema must be an object or a boolean, this is an array`},
		{"type", `{"type": "HashMap"}`, `schema #: unknown type "HashMap"; want one of string, integer`},
		{"types", `{"type": []}`, `type must not be an empty list`},
		{"type number", `{"type": 5}`, `type must be a string`},
		{"properties", `{"properties": []}`, `properties must be an object`},
		{"property", `{"properties": {"a/b": "string"}}`, `schema #/properties/a~1b: a schema must be`},
		{"required", `{"required": "a"}`, `required must be a list of names`},
		{"required item", `{"required": [1]}`, `required must be a list of names, it holds a number`},
		{"pattern", `{"properties": {"a": {"pattern": "^(?=x)"}}}`, `schema #/properties/a: pattern "^(?=x)" cannot be used: error parsing regexp: invalid or unsupported Perl syntax: ` + "`(?=`" + ` (look-ahead, look-behind and back-references are not supported`},
		{"pattern name", `{"patternProperties": {"(?!a)": {}}}`, `look-ahead`},
		{"pattern size", `{"pattern": "(abcdefghij){900}"}`, `repeats too much`},
		{"pattern repeats", `{"pattern": "(((a{100}){100}){100}){100}"}`, "pattern \"(((a{100}){100}){100}){100}\" cannot be used: error parsing regexp: invalid repeat count: `{100}`"},
		{"multipleOf", `{"multipleOf": 0}`, `multipleOf must be greater than zero`},
		{"minLength", `{"minLength": 1.5}`, `minLength must be an integer from 0 on`},
		{"maxItems", `{"maxItems": -1}`, `maxItems must be an integer from 0 on`},
		{"order", `{"minItems": 3, "maxItems": 2}`, `minItems 3 is greater than maxItems 2`},
		{"allOf", `{"allOf": []}`, `allOf must not be empty`},
		{"anyOf", `{"anyOf": {}}`, `anyOf must be a list of schemas`},
		{"enum", `{"enum": "a"}`, `enum must be a list`},
		{"uniqueItems", `{"uniqueItems": 1}`, `uniqueItems must be a boolean`},
		{"dependencies", `{"dependencies": {"a": [1]}}`, `schema #/dependencies/a: a dependency must be`},
		{"format", `{"format": 1}`, `format must be a string`},
		{"maximum", `{"maximum": "5"}`, `maximum must be a number, this is a string`},
	} {
		var compiler schema.Compiler
		for range 2 { // the second answer comes from the cache
			_, err := compiler.Compile(json.RawMessage(test.schema))
			var located *schema.SchemaError
			switch {
			case err == nil:
				t.Errorf("%s: no error, want %s", test.name, test.want)
			case !errors.As(err, &located) || !strings.Contains(err.Error(), test.want):
				t.Errorf("%s:\nhave %T %v\nwant %s", test.name, err, err, test.want)
			}
		}
	}
}

func TestDocumentErrors(t *testing.T) {
	compiled := compile(t, `{"maximum": 1}`)
	for _, test := range []struct{ name, document, want string }{
		{"trailing", `{"a":1} trailing`, `text after the end of the JSON value at byte 8`},
		{"two values", `1 2`, `text after the end`},
		{"duplicate", `{"a": 1, "\u0061": 2}`, `member "a" stands twice, again at byte 9`},
		{"tiny exponent", `1e-10000000`, `has an exponent beyond 400`},
		{"huge exponent", `1e1000000`, `has an exponent beyond 400`},
		{"exponent overflow", `1e99999999999999999999999`, `has an exponent beyond 400`},
		{"out of range", `1e309`, `is out of range`},
		{"long", strings.Repeat("1", 401), `has 401 characters`},
		{"deep", strings.Repeat("[", 5000), `nested deeper than 128 levels`},
		{"large", strings.Repeat(" ", schema.MaxDocumentBytes+1), `more than the allowed 1048576`},
		{"empty", ``, `ends too early`},
		{"cut", `{"a": "b`, `ends too early`},
		{"cut escape", `"\`, `ends too early`},
		{"single quotes", `{'a': 1}`, `want a member's name in double quotes`},
		{"python", `{"a": True}`, `not valid JSON at byte 6: want a value`},
		{"comma", `[1,]`, `want a value`},
		{"leading zero", `01`, `text after the end`},
		{"nan", `NaN`, `want a value`},
		{"point", `1.`, `ends too early`},
		{"plus", `+1`, `want a value`},
		{"utf8", "\"\xff\"", `not valid UTF-8`},
		{"control", "\"\n\"", `control character`},
		{"escape", `"\q"`, `not valid JSON in the string at byte 0`},
	} {
		violations, err := compiled.Validate([]byte(test.document))
		if !errors.Is(err, schema.ErrDocument) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: have %v, %v, want %s", test.name, violations, err, test.want)
		}
	}
}

// TestWork has documents and schemas that take exponential or quadratic time
// without the bound: it never ends if the bound is lost.
func TestWork(t *testing.T) {
	doubling := func(n int) string {
		var text strings.Builder
		text.WriteString(`{"$ref": "#/definitions/d0", "definitions": {`)
		for i := range n {
			fmt.Fprintf(&text, `"d%d": {"allOf": [{"$ref": "#/definitions/d%d"}, {"$ref": "#/definitions/d%d"}]},`, i, i+1, i+1)
		}
		fmt.Fprintf(&text, `"d%d": {}}}`, n)
		return text.String()
	}
	nest := func(n int) string { return strings.Repeat(`{"a":`, n) + "1" + strings.Repeat("}", n) }
	many := func(schema string, n int) string {
		return `{"allOf": [` + strings.Repeat(schema+",", n) + `true]}`
	}
	text := `"` + strings.Repeat("a", 1_000_000) + `"`
	var members strings.Builder
	for i := range 15_000 {
		fmt.Fprintf(&members, `"m%d":1,`, i)
	}
	object := "{" + members.String() + `"m":1}`
	for _, test := range []struct{ name, schema, document string }{
		{"references double", doubling(40), `1`},
		{"recursion doubles", `{"anyOf": [{"properties": {"a": {"$ref": "#"}}}, {"properties": {"a": {"$ref": "#"}}}]}`, nest(60)},
		{"patterns", many(`{"pattern": "(a|b|ab)*c"}`, 1000), text},
		{"large pattern", `{"pattern": "^(a?){700}a{900}$"}`, text},
		{"enum of a large value", many(`{"enum": [1]}`, 2000), object},
		{"unique", many(`{"uniqueItems": true}`, 2000), "[" + object + "]"},
		{"pattern properties", `{"patternProperties": {"a{900}": {}, "b{900}": {}}}`, object},
		{"formats", many(`{"format": "email"}`, 2000), text},
	} {
		compiled := compile(t, test.schema)
		violations, err := compiled.Validate([]byte(test.document))
		if !errors.Is(err, schema.ErrDocument) || !strings.Contains(err.Error(), "takes more than") {
			t.Errorf("%s: have %v, %v", test.name, violations, err)
		}
	}
	// What fits into the bound ends soon.
	for _, test := range []struct{ name, schema, document string }{
		{"unexpected members", `{"additionalProperties": false, "properties": {"member": {}}}`, object},
		{"wrong items", `{"items": {"type": "string"}}`, "[" + strings.Repeat("1,", 10_000) + "1]"},
		{"long text", `{"pattern": "^a+b"}`, text},
		{"deep tree", `{"properties": {"a": {"$ref": "#"}}, "maxProperties": 0}`, nest(127)},
	} {
		violations, err := compile(t, test.schema).Validate([]byte(test.document))
		if err != nil || len(violations) == 0 || len(violations) > schema.MaxViolations {
			t.Errorf("%s: have %d violations, %v", test.name, len(violations), err)
		}
	}
}

// TestNothingIsFetched offers real targets: a listening server and a readable
// file.
func TestNothingIsFetched(t *testing.T) {
	var asked atomic.Int64
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		fmt.Fprint(w, `{"type": "integer"}`)
	})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	file := filepath.Join(t.TempDir(), "schema.json")
	if err := os.WriteFile(file, []byte(`{"type": "integer"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	base := "http://" + listener.Addr().String()
	for _, text := range []string{
		`{"$ref": "` + base + `/a"}`,
		`{"$ref": "file://` + file + `"}`,
		`{"$ref": "` + file + `"}`,
		`{"$id": "` + base + `/", "$ref": "b"}`,
		`{"$id": "file://` + filepath.Dir(file) + `/", "$ref": "schema.json"}`,
		`{"properties": {"a": {"$id": "` + base + `/x", "$ref": "#"}}}`,
		`{"id": "` + base + `/", "properties": {"a": {"$ref": "b#/c"}}}`,
		`{"anyOf": [{"items": {"$ref": "//` + listener.Addr().String() + `/a"}}]}`,
	} {
		var compiler schema.Compiler
		if _, err := compiler.Compile(json.RawMessage(text)); err == nil {
			t.Errorf("%s was compiled", text)
		}
	}
	// These must compile, and leave the server alone too.
	for _, text := range []string{
		`{"$schema": "` + base + `/meta", "type": "integer"}`,
		`{"$id": "` + base + `/root", "$ref": "#/definitions/a", "definitions": {"a": {"type": "integer"}}}`,
		`{"default": {"$ref": "` + base + `/a"}, "examples": [{"$ref": "` + base + `/a"}], "type": "integer"}`,
		`{"const": 1, "title": "x", "x-more": {"$ref": "` + base + `/a"}, "definitions": {"id": {}, "$ref": {}}}`,
	} {
		if have := rules(t, compile(t, text), `1`); have != nil {
			t.Errorf("%s: %v", text, have)
		}
	}
	if n := asked.Load(); n != 0 {
		t.Errorf("the server was asked %d times", n)
	}
}

func TestValidateValue(t *testing.T) {
	compiled := compile(t, booking)
	value := map[string]any{"city": "Bern", "date": "2026-03-09", "guests": 2, "price": 1.5, "class": json.Number("3"),
		"stops": []any{map[string]any{"city": "Uri", "nights": int64(9)}}}
	if violations, err := compiled.ValidateValue(value); err != nil || violations != nil {
		t.Error(violations, err)
	}
	value["guests"] = 99
	violations, err := compiled.ValidateValue(value)
	if err != nil || len(violations) != 1 || violations[0].Text != "must be at most 8, have 99" {
		t.Error(violations, err)
	}
	if value["guests"] != 99 {
		t.Error("the value was changed")
	}
	deep := any(1)
	for range 200 {
		deep = []any{deep}
	}
	for _, bad := range []any{uint8(1), map[string]int{}, json.Number("x"), json.Number(" 1"), json.Number("1e999"), []any{struct{}{}}, deep} {
		if _, err := compiled.ValidateValue(bad); !errors.Is(err, schema.ErrDocument) {
			t.Errorf("%T: %v", bad, err)
		}
	}
}

func TestViolationsAreOrdered(t *testing.T) {
	document := `{"z": 1, "y": 2, "x": 3, "w": 4, "stops": [{"b": 1, "a": 2}, {"d": 1, "c": 2}], "guests": "many"}`
	want := rules(t, compile(t, booking), document)
	for range 50 {
		if diff := cmp.Diff(want, rules(t, compile(t, booking), document)); diff != "" {
			t.Fatal(diff)
		}
	}
}

func TestCacheSharesSchemas(t *testing.T) {
	var compiler schema.Compiler
	first, err := compiler.Compile(json.RawMessage(`{"type":"object","properties":{"a":{"type":"integer"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{
		`{"type":"object","properties":{"a":{"type":"integer"}}}`,
		`{ "properties": {"a": {"description": "words", "type": "int"}}, "type": "dict" }`,
	} {
		again, err := compiler.Compile(json.RawMessage(text))
		if err != nil || again != first {
			t.Errorf("%s was compiled anew (%v)", text, err)
		}
	}
	// The text of a canonical form is no schema.
	if _, err := compiler.Compile(json.RawMessage(`[{"properties":{"a":{"type":"integer"}},"type":"object"},null]`)); err == nil {
		t.Error("a list was taken for a schema")
	}
}

func TestCompilerIsConcurrent(t *testing.T) {
	var compiler schema.Compiler
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 200 {
				text := fmt.Sprintf(`{"type": "object", "properties": {"p%d": {"type": "integer", "maximum": %d}}}`, i%20, i%20)
				compiled, err := compiler.Compile(json.RawMessage(text))
				if err != nil {
					t.Error(err)
					return
				}
				violations, err := compiled.Validate(fmt.Appendf(nil, `{"p%d": %d}`, i%20, worker))
				if err != nil || (len(violations) > 0) != (worker > i%20) {
					t.Errorf("worker %d, schema %d: %v, %v", worker, i%20, violations, err)
				}
			}
		})
	}
	group.Wait()
}

func TestCacheIsBounded(t *testing.T) {
	var compiler schema.Compiler
	wide := func(i int) json.RawMessage {
		return json.RawMessage(fmt.Sprintf(`{"minimum": %d, "anyOf": [%s{}]}`, i, strings.Repeat("{},", 5000)))
	}
	for i := range 15 {
		if _, err := compiler.Compile(wide(i)); err != nil {
			t.Fatal(err)
		}
	}
	if entries, weight := compiler.CacheLoad(); weight > 100_000 || entries > 20 {
		t.Errorf("the cache holds %d entries of weight %d", entries, weight)
	}
	first, _ := compiler.Compile(wide(14))
	if second, _ := compiler.Compile(wide(14)); first != second {
		t.Error("the most recent schema was forgotten")
	}
}
