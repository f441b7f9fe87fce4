package button_test

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/buttonbench/button"
)

// The draws below make any record whose raw members are compact JSON.

func drawText(t *rapid.T) string { return rapid.String().Draw(t, "text") }

func drawRaw(t *rapid.T, depth int) json.RawMessage {
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case depth > 3 || kind == 0:
		return json.RawMessage(rapid.SampledFrom([]string{"null", "true", "false", "0", "-0", "1.50", "1e3", "0.1E-7", "123456789012345678901234567890"}).Draw(t, "scalar"))
	case kind == 1:
		return button.AppendString(nil, drawText(t))
	case kind == 2:
		out := json.RawMessage{'['}
		for i := range rapid.IntRange(0, 3).Draw(t, "length") {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, drawRaw(t, depth+1)...)
		}
		return append(out, ']')
	}
	return drawObject(t, depth+1)
}

func drawObject(t *rapid.T, depth int) json.RawMessage {
	return json.RawMessage(drawMembers(t, depth).AppendJSON(nil))
}

// drawMembers uses names that no type of the vocabulary has.
func drawMembers(t *rapid.T, depth int) button.Members {
	var members button.Members
	for _, name := range rapid.SliceOfNDistinct(rapid.String(), 0, 3, rapid.ID).Draw(t, "names") {
		members = append(members, button.Member{Name: "x" + name, Value: drawRaw(t, depth)})
	}
	return members
}

func drawList[T any](t *rapid.T, draw func(*rapid.T) T) []T {
	var list []T
	for range rapid.IntRange(0, 3).Draw(t, "length") {
		list = append(list, draw(t))
	}
	return list
}

func drawTool(t *rapid.T) button.Tool {
	tool := button.Tool{Name: drawText(t), Description: drawText(t), FunctionExtra: drawMembers(t, 1), Extra: drawMembers(t, 1)}
	if rapid.Bool().Draw(t, "parameters") {
		tool.Parameters = drawRaw(t, 1)
	}
	return tool
}

func drawCall(t *rapid.T) button.Call {
	return button.Call{ID: drawText(t), Name: drawText(t), Arguments: drawObject(t, 1), FunctionExtra: drawMembers(t, 1), Extra: drawMembers(t, 1)}
}

func drawMessage(t *rapid.T) button.Message {
	return button.Message{
		Role: drawText(t), Content: drawText(t), Reasoning: drawText(t), ToolCalls: drawList(t, drawCall),
		ToolCallID: drawText(t), Name: drawText(t), Train: rapid.Ptr(rapid.Bool(), true).Draw(t, "train"), Extra: drawMembers(t, 1),
	}
}

// drawPlain draws the types that have no foreign members. rapid fills them by
// reflection, which knows nothing of raw members.
func drawPlain(t *rapid.T, record *button.Record) {
	plain := rapid.Make[struct {
		Plan       *button.Plan
		Provenance map[string]button.Source
		Checks     map[string]string
		Meta       *button.Meta
		Origin     *button.Origin
	}]().Draw(t, "plain")
	fillRaw(t, reflect.ValueOf(&plain))
	record.Plan, record.Provenance, record.Checks, record.Meta, record.Origin = plain.Plan, plain.Provenance, plain.Checks, plain.Meta, plain.Origin
}

// fillRaw draws every raw member below a value.
func fillRaw(t *rapid.T, value reflect.Value) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			fillRaw(t, value.Elem())
		}
	case reflect.Struct:
		for i := range value.NumField() {
			fillRaw(t, value.Field(i))
		}
	case reflect.Slice:
		if value.Type() == reflect.TypeFor[json.RawMessage]() {
			value.SetBytes(drawRaw(t, 1))
			return
		}
		for i := range value.Len() {
			fillRaw(t, value.Index(i))
		}
	case reflect.Map:
		for _, key := range value.MapKeys() {
			inner := reflect.New(value.Type().Elem())
			inner.Elem().Set(value.MapIndex(key))
			fillRaw(t, inner)
			value.SetMapIndex(key, inner.Elem())
		}
	}
}

func TestAnyRecordSurvivesTheRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := button.Record{
			ID: drawText(t), Kind: drawText(t), Mode: drawText(t), Tools: drawList(t, drawTool),
			ParallelToolCalls: rapid.Bool().Draw(t, "parallel"), Messages: drawList(t, drawMessage), Extra: drawMembers(t, 1),
		}
		drawPlain(t, &record)
		first, err := record.AppendJSON(nil)
		if err != nil {
			t.Fatal(err)
		}
		var back button.Record
		if err := json.Unmarshal(first, &back); err != nil {
			t.Fatalf("%v in %s", err, first)
		}
		second, err := back.AppendJSON(nil)
		if err != nil || string(second) != string(first) {
			t.Fatalf("%v\n%s\n%s", err, first, second)
		}
		// Raw members may have been spelled another way, the rest is the same value.
		if diff := cmp.Diff(record, back, cmpopts.EquateEmpty(), cmpopts.IgnoreTypes(json.RawMessage{})); diff != "" {
			t.Fatalf("-before +after:\n%s", diff)
		}
	})
}
