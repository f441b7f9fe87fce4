package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/schema"
)

// Parameters returns the JSON Schema of the arguments, an object.
func (f *Function) Parameters() json.RawMessage { return f.parameters }

// ResultSchema returns the JSON Schema of the result, an object.
func (f *Function) ResultSchema() json.RawMessage { return f.resultSchema }

// Tool returns the function as a model sees it. The description is one of the
// variants in Does, counted modulo their number.
func (f *Function) Tool(description int) button.Tool {
	variant := description % len(f.Does)
	if variant < 0 {
		variant += len(f.Does)
	}
	return button.Tool{Name: f.Name, Description: f.Does[variant], Parameters: f.parameters}
}

// deriveSchemas fills both schemas from the shapes.
func (f *Function) deriveSchemas() {
	f.parameters = appendObjectSchema(nil, f.input, true)
	f.resultSchema = appendObjectSchema(nil, f.output, false)
	f.compiled = sync.OnceValues(func() (*compiledSchemas, error) {
		var compiler schema.Compiler
		parameters, err := compiler.Compile(f.parameters)
		if err != nil {
			return nil, fmt.Errorf("%s: schema of the arguments: %w", f.Name, err)
		}
		result, err := compiler.Compile(f.resultSchema)
		if err != nil {
			return nil, fmt.Errorf("%s: schema of the result: %w", f.Name, err)
		}
		return &compiledSchemas{parameters, result}, nil
	})
}

// argumentViolations says how arguments break the function's schema, nil if
// they do not. The error means that the checker failed.
func (f *Function) argumentViolations(arguments json.RawMessage) ([]schema.Violation, error) {
	compiled, err := f.compiled()
	if err != nil {
		return nil, err
	}
	return schemaViolations(compiled.parameters, arguments)
}

// resultViolations does the same for a result.
func (f *Function) resultViolations(result json.RawMessage) ([]schema.Violation, error) {
	compiled, err := f.compiled()
	if err != nil {
		return nil, err
	}
	return schemaViolations(compiled.result, result)
}

// schemaViolations counts a document that is no JSON, or beyond a bound, as a
// violation.
func schemaViolations(against *schema.Schema, document json.RawMessage) ([]schema.Violation, error) {
	violations, err := against.Validate(document)
	if errors.Is(err, schema.ErrDocument) {
		return []schema.Violation{{Text: err.Error()}}, nil
	}
	return violations, err
}

// appendObjectSchema writes an object's schema. Arguments carry descriptions
// and the limits of literals; results have neither.
func appendObjectSchema(out []byte, members []*shape, arguments bool) []byte {
	out = append(out, `{"type":"object",`...)
	return appendObjectMembers(out, members, arguments)
}

func appendObjectMembers(out []byte, members []*shape, arguments bool) []byte {
	out = append(out, `"properties":{`...)
	for i, member := range members {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(button.AppendString(out, member.name), ':')
		out = member.appendSchema(out, arguments)
	}
	out = append(out, `},"required":[`...)
	first := true
	for _, member := range members {
		if arguments && !member.required {
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = button.AppendString(out, member.name)
	}
	return append(out, `],"additionalProperties":false}`...)
}

func (s *shape) appendSchema(out []byte, arguments bool) []byte {
	describe := func() {
		if arguments && s.description != "" {
			out = button.AppendString(append(out, `"description":`...), s.description)
			out = append(out, ',')
		}
	}
	switch s.kind {
	case shapeObject:
		out = append(out, `{"type":"object",`...)
		describe()
		return appendObjectMembers(out, s.members, arguments)
	case shapeItems:
		out = append(out, `{"type":"array","items":`...)
		return append(appendObjectSchema(out, s.members, arguments), '}')
	case shapeValues:
		out = append(out, `{"type":"array",`...)
		describe()
		out = append(out, `"items":`...)
		out = append(s.leaf.appendSchema(append(out, '{'), arguments), '}')
		return append(out, `,"minItems":1}`...)
	default:
		out = append(out, '{')
		out = s.leaf.appendSchema(out, arguments)
		if arguments && s.description != "" {
			out = button.AppendString(append(out, `,"description":`...), s.description)
		}
		return append(out, '}')
	}
}

// appendSchema writes the members of a leaf's schema without the braces.
func (t *Type) appendSchema(out []byte, arguments bool) []byte {
	switch t.Base {
	case Bool:
		return append(out, `"type":"boolean"`...)
	case Money, Quantity:
		out = append(out, `"type":"number"`...)
		if t.Base == Money {
			out = append(out, `,"minimum":0`...)
		}
		return out
	case Count, Minutes, Percent, Number:
		return t.appendIntegerSchema(append(out, `"type":"integer"`...), arguments)
	}
	out = append(out, `"type":"string"`...)
	switch t.Base {
	case Date:
		out = append(out, `,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"`...)
	case Time:
		out = append(out, `,"pattern":"^[0-2][0-9]:[0-5][0-9]$"`...)
	case DateTime:
		out = append(out, `,"pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-2][0-9]:[0-5][0-9]$"`...)
	case Code:
		out = button.AppendString(append(out, `,"pattern":`...), codeExpression(t.Pattern))
	case Enum:
		names := make([]string, len(t.Codes))
		for i, code := range t.Codes {
			names[i] = code.Code
		}
		out = appendEnum(out, names)
	case Named:
		if len(t.Values) > 0 {
			out = appendEnum(out, t.Values)
		}
	}
	return out
}

// appendIntegerSchema adds the limits. A result may lie outside the limits of
// what a user says, so it has only the natural one.
func (t *Type) appendIntegerSchema(out []byte, arguments bool) []byte {
	if !arguments || t.Range == [2]int{} {
		return append(out, `,"minimum":0`...)
	}
	out = strconv.AppendInt(append(out, `,"minimum":`...), int64(t.Range[0]), 10)
	return strconv.AppendInt(append(out, `,"maximum":`...), int64(t.Range[1]), 10)
}

func appendEnum(out []byte, values []string) []byte {
	out = append(out, `,"enum":[`...)
	for i, value := range values {
		if i > 0 {
			out = append(out, ',')
		}
		out = button.AppendString(out, value)
	}
	return append(out, ']')
}

// codeExpression is the regular expression of a code pattern; the syntax is
// common to ECMA 262, RE2 and Python.
func codeExpression(pattern string) string {
	var out strings.Builder
	out.WriteByte('^')
	for i := 0; i < len(pattern); {
		n := 1
		for i+n < len(pattern) && pattern[i+n] == pattern[i] {
			n++
		}
		class, repeats := "", n
		switch c := pattern[i]; {
		case c == '9':
			class = "[0-9]"
		case c == 'A':
			class = "[A-Z]"
		case strings.IndexByte(`.*+?()[]{}|^$\/`, c) >= 0:
			class = `\` + string(c)
		default:
			class = string(c)
		}
		out.WriteString(class)
		if repeats > 1 {
			out.WriteString("{" + strconv.Itoa(repeats) + "}")
		}
		i += n
	}
	out.WriteByte('$')
	return out.String()
}

// defaultDescription says what a parameter of a type holds, for parameters that
// world.yaml does not describe.
func (t *Type) defaultDescription(name, currency string) string {
	label := spacedName(name)
	// about names the parameter only where the noun does not say it already.
	about := func(noun, text string) string {
		if label == noun {
			return capitalised(text) + "."
		}
		return capitalised(label) + ": " + text + "."
	}
	switch t.Base {
	case Date:
		return capitalised(label) + ", as YYYY-MM-DD."
	case Time:
		return capitalised(label) + ", as HH:MM on the 24-hour clock."
	case DateTime:
		return capitalised(label) + ", as YYYY-MM-DDTHH:MM."
	case Money:
		return capitalised(label) + " in " + currency + "."
	case Count:
		if t.Unit.Many != "" {
			return "Number of " + t.Unit.Many + "."
		}
	case Minutes:
		return capitalised(label) + " in minutes."
	case Quantity:
		return capitalised(label) + " in " + t.Unit.One + "."
	case Percent:
		return capitalised(label) + " in per cent."
	case Person:
		return about("name", "full name")
	case Email:
		return about("email", "email address")
	case Phone:
		return about("phone", "phone number")
	case Code:
		return about(t.noun(), "identifier of the "+t.noun())
	case Enum:
		return capitalised(label) + t.codeMeanings() + "."
	case Named:
		if t.Table != "" {
			return about(t.noun(), "name of the "+t.noun())
		}
	}
	return capitalised(label) + "."
}

// noun is what a value of the type stands for.
func (t *Type) noun() string {
	if t.Entity.One != "" {
		return t.Entity.One
	}
	return spacedName(t.Name)
}

// codeMeanings explains the codes of an enum that do not explain themselves.
func (t *Type) codeMeanings() string {
	var out strings.Builder
	for i, code := range t.Codes {
		out.WriteString([2]string{", ", ": "}[count(i == 0)] + code.Code)
		if code.Surfaces[0] != code.Code {
			out.WriteString(" (" + code.Surfaces[0] + ")")
		}
	}
	return out.String()
}

// spacedName turns a code name ("day_fee", "LoanNo") into words.
func spacedName(name string) string {
	var out strings.Builder
	for i, r := range name {
		switch {
		case r == '_' || r == '.':
			out.WriteByte(' ')
			continue
		case unicode.IsUpper(r) && i > 0:
			out.WriteByte(' ')
		}
		out.WriteRune(unicode.ToLower(r))
	}
	return out.String()
}

func capitalised(text string) string {
	for i, r := range text {
		return string(unicode.ToUpper(r)) + text[i+len(string(r)):]
	}
	return text
}
