package schema

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/xeipuuv/gojsonschema"

	"github.com/buttonbench/button"
)

// MaxViolations is the number of violations that Validate returns at most.
const MaxViolations = 50

// Violation is one breach of a schema.
type Violation struct {
	// Path leads to the value: "stops[1].city", "" for the whole document. A
	// missing or unexpected member has a path of its own.
	Path string
	// Rule is the keyword of JSON Schema that is broken, "false" for a schema
	// that allows nothing.
	Rule string
	// Text says what is wrong and how to mend it, for a person or a model.
	Text string
}

func (v Violation) String() string {
	if v.Path == "" {
		return v.Text
	}
	return v.Path + ": " + v.Text
}

// Validate checks a JSON document. It returns the violations ordered by path,
// rule and text, none for a valid document. The error wraps ErrDocument if the
// document is no JSON or beyond a bound (see Decode, MaxWork), ErrInternal if
// the checker failed.
func (s *Schema) Validate(document []byte) ([]Violation, error) {
	value, err := Decode(document)
	if err != nil {
		return nil, err
	}
	return s.check(value)
}

// ValidateValue checks a decoded value, for callers that have one: nil, bool,
// string, json.Number, int, int64, float64, []any and map[string]any. The value
// is not changed.
func (s *Schema) ValidateValue(value any) ([]Violation, error) {
	prepared, err := prepare(value, 0)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDocument, err)
	}
	return s.check(prepared)
}

func (s *Schema) check(value any) (violations []Violation, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			violations, err = nil, fmt.Errorf("%w: %v", ErrInternal, cause)
		}
	}()
	if budget := (work{MaxWork}); !budget.visit(s.root, value) {
		return nil, fmt.Errorf("%w: checking it against its schema takes more than %d steps", ErrDocument, MaxWork)
	}
	result, err := s.compiled.Validate(gojsonschema.NewRawLoader(value))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrInternal, err)
	}
	if result.Valid() {
		return nil, nil
	}
	return s.violations(value, result.Errors())
}

// violations words the faults. The library reports them in the random order of
// Go's maps, and a hostile document has many: they are put in order first, and
// only as many as are returned are worded.
func (s *Schema) violations(document any, faults []gojsonschema.ResultError) ([]Violation, error) {
	type keyed struct {
		key   string
		fault gojsonschema.ResultError
	}
	var ordered []keyed
	for _, fault := range faults {
		if repeated(fault) {
			continue
		}
		details := fault.Details()
		key := strings.Join([]string{fault.Context().String(separator), fault.Type(), fmt.Sprint(details["property"], details["dependency"], details["i"], details["j"])}, separator)
		ordered = append(ordered, keyed{key, fault})
	}
	slices.SortStableFunc(ordered, func(a, b keyed) int { return cmp.Compare(a.key, b.key) })
	var out []Violation
	for _, item := range ordered[:min(len(ordered), 2*MaxViolations)] {
		violation, err := s.violation(document, item.fault)
		if err != nil {
			return nil, err
		}
		out = append(out, violation)
	}
	slices.SortFunc(out, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Text, b.Text))
	})
	out = slices.Compact(out)
	return out[:min(len(out), MaxViolations)], nil
}

// repeated reports whether a fault only says that others, which are reported
// too, exist further down.
func repeated(fault gojsonschema.ResultError) bool {
	switch fault.Type() {
	case "number_all_of", "condition_then", "condition_else":
		return true
	}
	return false
}

// prepare checks a decoded value and copies it with Go's numbers as json.Number.
func prepare(value any, depth int) (any, error) {
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", button.MaxDepth)
	}
	switch value := value.(type) {
	case nil, bool, string:
		return value, nil
	case json.Number:
		number, err := decode([]byte(value), MaxDocumentBytes)
		if err == nil && number != any(value) {
			err = fmt.Errorf("%s is no number", quote(string(value)))
		}
		return value, err
	case int:
		return json.Number(strconv.Itoa(value)), nil
	case int64:
		return json.Number(strconv.FormatInt(value, 10)), nil
	case float64:
		text, err := json.Marshal(value)
		return json.Number(text), err
	case []any:
		out := make([]any, len(value))
		for i, item := range value {
			prepared, err := prepare(item, depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = prepared
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(value))
		for name, item := range value {
			prepared, err := prepare(item, depth+1)
			if err != nil {
				return nil, err
			}
			out[name] = prepared
		}
		return out, nil
	default:
		return nil, fmt.Errorf("a value of type %T is no JSON value", value)
	}
}
