package schema_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/schema"
)

// FuzzCompile looks for schemas that make the compiler or the check of a small
// document panic, run away, or fail within.
func FuzzCompile(f *testing.F) {
	f.Add(booking)
	for _, text := range tableSchemas {
		f.Add(text)
	}
	for _, text := range []string{
		`{"$ref": "#"}`, `{"allOf": [{"$ref": "#/allOf/0"}]}`, `{"$ref": "http://example.com"}`, `{"maximum": 1e-10000000}`,
		`{"$id": "x", "items": {"$id": "y"}}`, `{"type": "dict", "required": true}`, `{"prefixItems": [], "nullable": true}`, `{"pattern": "(?=x)"}`,
		`{"if": {"not": {"$ref": "#/else"}}, "else": {"dependencies": {"a": {"$ref": "#/if"}}}}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var compiler schema.Compiler
		compiled, err := compiler.Compile(json.RawMessage(text))
		if err != nil {
			var located *schema.SchemaError
			if !errors.As(err, &located) || located.Place == "" {
				t.Fatalf("%s: %T %v", text, err, err)
			}
			return
		}
		for _, document := range []string{`null`, `1.5`, `"ab"`, `[1, "a", [1]]`, `{"a": {"a": [1, {"b": null}]}, "b": 2, "c": "x"}`} {
			if _, err := compiled.Validate([]byte(document)); err != nil && !errors.Is(err, schema.ErrDocument) {
				t.Fatalf("%s on %s: %v", text, document, err)
			}
		}
	})
}

// FuzzValidate puts any text to a schema with all kinds of keywords. The same
// text must read as encoding/json reads it, where that is unambiguous.
func FuzzValidate(f *testing.F) {
	const everything = `{
		"properties": {"a": {"$ref": "#"}, "city": {"type": "string", "format": "date-time", "pattern": "x"}},
		"patternProperties": {"^n": {"type": "integer", "multipleOf": 0.01, "maximum": 5}},
		"additionalProperties": {"anyOf": [{"enum": [1, "a", null]}, {"type": "array", "uniqueItems": true, "contains": {"const": 1}}, {"$ref": "#"}]},
		"propertyNames": {"maxLength": 20}, "dependencies": {"a": ["b"]}, "not": {"required": ["z"]}, "maxProperties": 4,
		"if": {"type": "number"}, "then": {"exclusiveMinimum": 0}, "else": {"not": {"const": "no"}}}`
	compiled := compile(f, everything)
	for _, document := range documents {
		f.Add(document)
	}
	for _, document := range []string{`1e-10000000`, `{"a":1} trailing`, `{"a":1,"a":2}`, `"\ud800"`, `"\u00e9\n"`, `[[[[[]]]]]`, `-0`, `1E+2`, "\ufeff1", `{"n1": 1e308, "a": {"b": []}}`} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		violations, err := compiled.Validate([]byte(document))
		if err != nil {
			if !errors.Is(err, schema.ErrDocument) {
				t.Fatal(err)
			}
			return
		}
		for _, violation := range violations {
			if violation.Rule == "" || violation.Text == "" || strings.Contains(violation.Text, "\n") {
				t.Fatalf("%q: %+v", document, violation)
			}
		}
		again, err := compiled.Validate([]byte(document))
		if err != nil || !reflect.DeepEqual(again, violations) {
			t.Fatalf("%q: the second answer differs: %v, %v", document, again, err)
		}
		decoded, err := schema.Decode([]byte(document))
		if err != nil {
			t.Fatal(err)
		}
		var want any
		decoder := json.NewDecoder(strings.NewReader(document))
		decoder.UseNumber()
		if err := decoder.Decode(&want); err != nil || !reflect.DeepEqual(decoded, want) {
			t.Fatalf("%q reads as %#v, by encoding/json as %#v (%v)", document, decoded, want, err)
		}
	})
}

// FuzzDecode makes sure that nothing is read which encoding/json refuses.
func FuzzDecode(f *testing.F) {
	for _, document := range documents {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		_, err := schema.Decode([]byte(document))
		if valid := json.Valid([]byte(document)); err == nil && !valid {
			t.Fatalf("%q is no JSON", document)
		}
	})
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var compiler schema.Compiler
		if _, err := compiler.Compile(json.RawMessage(booking)); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompileCached(b *testing.B) {
	var compiler schema.Compiler
	for b.Loop() {
		if _, err := compiler.Compile(json.RawMessage(booking)); err != nil {
			b.Fatal(err)
		}
	}
}

const (
	goodBooking = `{"city": "Bern", "date": "2026-03-09", "guests": 2, "class": "premium", "price": 19.99, "stops": [{"city": "Uri", "nights": 2}, {"city": "Chur", "nights": 1}]}`
	badBooking  = `{"city": "bern", "guests": 12, "class": "premum", "price": 19.999, "stops": [{"city": "Uri", "night": 2}, {"city": 5}]}`
)

func BenchmarkValidate(b *testing.B) {
	compiled := compile(b, booking)
	for name, document := range map[string]string{"valid": goodBooking, "invalid": badBooking} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := compiled.Validate([]byte(document)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkValidateValue(b *testing.B) {
	compiled := compile(b, booking)
	value, err := schema.Decode([]byte(goodBooking))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := compiled.ValidateValue(value); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.SetBytes(int64(len(goodBooking)))
	for b.Loop() {
		if _, err := schema.Decode([]byte(goodBooking)); err != nil {
			b.Fatal(err)
		}
	}
}
