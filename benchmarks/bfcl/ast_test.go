package bfcl

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// oneEntry loads a data folder with a single entry.
func oneEntry(t testing.TB, category, functions, truth string) *Entry {
	t.Helper()
	folder := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	id := category + "_0"
	write("BFCL_v4_"+category+".json", `{"id": "`+id+`", "question": [[{"role": "user", "content": "?"}]], "function": [`+functions+`]}`)
	write("possible_answer/BFCL_v4_"+category+".json", `{"id": "`+id+`", "ground_truth": [`+truth+`]}`)
	data, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	entry, err := data.Entry(id)
	if err != nil {
		t.Fatal(err)
	}
	return entry
}

// functionOf is a function f of one parameter x and, where required, y.
func functionOf(property string, required ...string) string {
	names, _ := json.Marshal(append([]string{}, required...))
	return `{"name": "a.f", "parameters": {"type": "dict", "properties": {"x": ` + property + `, "y": {"type": "integer"}}, "required": ` + string(names) + `}}`
}

func judgeNative(t testing.TB, entry *Entry, underscores bool, calls ...string) Judgement {
	t.Helper()
	list := python.NewList()
	for _, call := range calls {
		name, arguments, _ := strings.Cut(call, " ")
		one := python.NewDict()
		one.SetText(name, arguments)
		list.Items = append(list.Items, one)
	}
	j, err := entry.JudgeSingle(ModeNative, list, underscores)
	if err != nil {
		t.Fatal(err)
	}
	if j.Valid != (j.ErrorType == "") || j.Valid != (len(j.Errors()) == 0) {
		t.Errorf("%q: %+v %q", calls, j, j.Errors())
	}
	return j
}

// One parameter under all rules of value and type, first error first.
func TestCheckParameter(t *testing.T) {
	for _, test := range []struct{ property, allowed, value, want string }{
		{`{"type": "integer"}`, `[1]`, `1`, ""},
		{`{"type": "integer"}`, `[1]`, `1.0`, errorSimpleType},
		{`{"type": "integer"}`, `[1]`, `true`, errorSimpleType}, // a bool is no int
		{`{"type": "integer"}`, `[1]`, `2`, errorOtherValue},
		{`{"type": "integer"}`, `["n"]`, `"n"`, ""}, // the name of a variable
		{`{"type": "integer"}`, `["n"]`, `1`, errorOtherValue},
		{`{"type": "integer"}`, `[""]`, `"n"`, errorSimpleType},
		{`{"type": "float"}`, `[1.0]`, `1`, ""}, // a whole number becomes a float
		{`{"type": "float"}`, `[1]`, `1.0`, ""},
		{`{"type": "float"}`, `[9007199254740993]`, `9007199254740993`, errorOtherValue}, // exactly: the float is another number
		{`{"type": "boolean"}`, `[true]`, `true`, ""},
		{`{"type": "boolean"}`, `[true]`, `1`, errorSimpleType},
		{`{"type": "string"}`, `["New York, NY"]`, `"new-york ny."`, ""},
		{`{"type": "string"}`, `["it's"]`, `"it\"s"`, ""},
		{`{"type": "string"}`, `["a b"]`, `"a\tb"`, errorTextValue}, // only blanks go
		{`{"type": "string"}`, `["a", ""]`, `""`, ""},
		{`{"type": "string"}`, `["a", ""]`, `"-..."`, ""},
		{`{"type": "string"}`, `["a"]`, `5`, errorSimpleType},
		{`{"type": "string"}`, `[5]`, `5`, ""},
		{`{"type": "string"}`, `[null]`, `null`, ""},
		{`{"type": "array", "items": {"type": "integer"}}`, `[[1, 2]]`, `[1, 2]`, ""},
		{`{"type": "array", "items": {"type": "integer"}}`, `[[1, 2]]`, `[2, 1]`, errorListValue},
		{`{"type": "array", "items": {"type": "integer"}}`, `[[1, 2]]`, `[1, "2"]`, errorNestedType},
		{`{"type": "array", "items": {"type": "float"}}`, `[[1.0]]`, `[1]`, errorNestedType}, // no conversion inside
		{`{"type": "array", "items": {"type": "float"}}`, `[[1]]`, `[1]`, ""},                // but the type of the answer
		{`{"type": "array", "items": {"type": "integer"}}`, `[[1], ""]`, `["a"]`, errorListValue},
		{`{"type": "array", "items": {"type": "integer"}}`, `[[1], ""]`, `[]`, ""},
		{`{"type": "array", "items": {"type": "string"}}`, `[["A b"]]`, `["a-B"]`, ""},
		{`{"type": "array", "items": {"type": "array"}}`, `[[["A b"]]]`, `[["a-B"]]`, errorListValue}, // plain inside
		{`{"type": "array", "items": {"type": "string"}}`, `["v"]`, `"v"`, ""},
		{`{"type": "array", "items": {"type": "string"}}`, `["v"]`, `["v"]`, errorOtherValue},
		{`{"type": "dict"}`, `[{"a": [1], "b": ["x", ""]}]`, `{"a": 1.0}`, ""},
		{`{"type": "dict"}`, `[{"a": [1], "b": ["x", ""]}]`, `{"a": 1, "b": "X."}`, ""},
		{`{"type": "dict"}`, `[{"a": [1], "b": ["x", ""]}]`, `{"a": 2}`, errorMapValue},
		{`{"type": "dict"}`, `[{"a": [1], "b": ["x", ""]}]`, `{"a": 1, "c": 2}`, errorMapKey},
		{`{"type": "dict"}`, `[{"a": [1], "b": ["x"]}]`, `{"a": 2}`, errorMapKey}, // the missing key is reported last
		{`{"type": "dict"}`, `[{"a": [1]}, {"a": [2]}]`, `{"b": 1}`, errorMapKey},
		{`{"type": "dict"}`, `[{"a": [1]}, {"b": [2]}]`, `{"b": 1}`, errorMapValue}, // the last one's error
		{`{"type": "dict"}`, `[""]`, `{}`, errorMapUnclear},
		{`{"type": "dict"}`, `[{"a": "xyz"}]`, `{"a": "Y"}`, ""}, // a text's characters
		{`{"type": "dict"}`, `[{"a": "xyz"}]`, `{}`, ""},
		{`{"type": "dict"}`, `["v"]`, `{"a": 1}`, errorOtherValue},
		{`{"type": "array", "items": {"type": "dict"}}`, `[[{"a": [1]}]]`, `[{"a": 1}]`, ""},
		{`{"type": "array", "items": {"type": "dict"}}`, `[[{"a": [1]}]]`, `[{"a": 2}]`, errorMapValue},
		{`{"type": "array", "items": {"type": "dict"}}`, `[[{"a": [1]}]]`, `[]`, errorListCount},
		{`{"type": "array", "items": {"type": "dict"}}`, `[[{"a": [1]}], ""]`, `[]`, ""},
		{`{"type": "array", "items": {"type": "dict"}}`, `["", [{"a": [1]}]]`, `["s"]`, errorNestedType},
	} {
		entry := oneEntry(t, "simple_python", functionOf(test.property), `{"a.f": {"x": `+test.allowed+`}}`)
		if have := judgeNative(t, entry, true, `a_f {"x": `+test.value+`}`); have.ErrorType != test.want {
			t.Errorf("%s of %s as %s: have %q %q, want %q", test.value, test.allowed, test.property, have.ErrorType, have.Errors(), test.want)
		}
	}
}

// Tuples come from text alone.
func TestCheckTuples(t *testing.T) {
	for _, test := range []struct{ property, raw, want string }{
		{`{"type": "tuple", "items": {"type": "integer"}}`, "[a.f(x=(1, 2))]", ""},
		{`{"type": "array", "items": {"type": "integer"}}`, "[a.f(x=(1, 2))]", errorSimpleType},
		{`{"type": "array", "items": {"type": "integer"}}`, "[a.f(x=[1, 2])]", ""},
		{`{"type": "tuple", "items": {"type": "integer"}}`, "[a.f([1, 2])]", errorOptional}, // positional arguments vanish
		{`{"type": "tuple", "items": {"type": "integer"}}`, "[a.f(**{'x': 1})]", errorUnexpected},
		{`{"type": "tuple", "items": {"type": "integer"}}`, "[a_f(x=[1, 2])]", errorName},
	} {
		entry := oneEntry(t, "simple_python", functionOf(test.property), `{"a.f": {"x": [[1, 2]]}}`)
		have, err := entry.JudgeSingle(ModePrompt, test.raw, false)
		if err != nil || have.ErrorType != test.want {
			t.Errorf("%s as %s: have %q %v, want %q", test.raw, test.property, have.ErrorType, err, test.want)
		}
	}
}

func TestCheckCall(t *testing.T) {
	simple := oneEntry(t, "simple_python", functionOf(`{"type": "integer"}`, "x", "y"), `{"a.f": {"x": [1], "y": [2, ""]}}`)
	for _, test := range []struct {
		calls       []string
		underscores bool
		want        string
	}{
		{[]string{`a_f {"x": 1, "y": 2}`}, true, ""},
		{[]string{`a.f {"x": 1, "y": 2}`}, false, ""},
		{[]string{`a.f {"x": 1, "y": 2}`}, true, errorName},
		{[]string{`a_f {"x": 1}`}, true, errorRequired},
		{[]string{`a_f {"x": 5}`}, true, errorRequired}, // before any value
		{[]string{`a_f {"z": 1, "x": 1, "y": 3}`}, true, errorUnexpected},
		{[]string{`a_f {"x": 1, "y": 3}`}, true, errorOtherValue},
		{[]string{}, true, errorSingleCount},
		{[]string{`a_f {}`, `a_f {}`}, true, errorSingleCount},
		{[]string{`a_f [1]`}, true, ErrorWrongOutputFormat},
		{[]string{`a_f {"x": 1,}`}, true, ErrorDecoderFailed},
	} {
		if have := judgeNative(t, simple, test.underscores, test.calls...); have.ErrorType != test.want {
			t.Errorf("%q: have %q, want %q", test.calls, have.ErrorType, test.want)
		}
	}
	// An empty text in native mode decodes to no calls.
	for raw, want := range map[python.Value]string{"": errorSingleCount, "text": ErrorDecoderFailed, nil: ErrorDecoderFailed} {
		if have, err := simple.JudgeSingle(ModeNative, raw, true); err != nil || have.ErrorType != want {
			t.Errorf("%v: have %q %v, want %q", raw, have.ErrorType, err, want)
		}
	}
	optional := oneEntry(t, "simple_python", functionOf(`{"type": "integer"}`), `{"a.f": {"x": [1, ""], "y": [2]}}`)
	if have := judgeNative(t, optional, true, `a_f {"x": 1}`); have.ErrorType != errorOptional {
		t.Errorf("%+v", have)
	}
}

// Calls are matched in order and never given back.
func TestParallelIsGreedy(t *testing.T) {
	entry := oneEntry(t, "parallel", functionOf(`{"type": "integer"}`), `{"a.f": {"x": [1, 2]}}, {"a.f": {"x": [1]}}`)
	for _, test := range []struct {
		calls []string
		want  string
	}{
		{[]string{`a_f {"x": 2}`, `a_f {"x": 1}`}, ""},
		{[]string{`a_f {"x": 1}`, `a_f {"x": 2}`}, errorNoMatch}, // another assignment would pass
		{[]string{`a_f {"x": 1}`}, errorParallelCount},
	} {
		if have := judgeNative(t, entry, true, test.calls...); have.ErrorType != test.want {
			t.Errorf("%q: have %q %q, want %q", test.calls, have.ErrorType, have.Errors(), test.want)
		}
	}
	second := strings.Replace(functionOf(`{"type": "integer"}`), "a.f", "g", 1)
	multiple := oneEntry(t, "multiple", second+", "+functionOf(`{"type": "integer"}`), `{"a.f": {"x": [1]}}`)
	for call, want := range map[string]string{`a_f {"x": 1}`: "", `g {"x": 1}`: errorName} {
		if have := judgeNative(t, multiple, true, call); have.ErrorType != want {
			t.Errorf("%q: have %q, want %q", call, have.ErrorType, want)
		}
	}
}

func TestForeignCalls(t *testing.T) {
	java := oneEntry(t, "simple_java", functionOf(`{"type": "long"}`), `{"a.f": {"x": [5]}}`)
	script := oneEntry(t, "simple_javascript", functionOf(`{"type": "Bigint"}`), `{"a.f": {"x": [5]}}`)
	for _, test := range []struct {
		entry *Entry
		raw   string
		want  string
	}{
		{java, "[a.f(x=5L)]", ErrorDecoderFailed}, // nine bytes are cheaper to give up than a semicolon
		{java, "a.f(x = 5L, y = 1);", errorUnexpected},
		{java, "[a.f(x=5L);]", ""},
		{java, "[]", ErrorWrongOutputFormat},
		{java, "[a.f(x=]", ErrorDecoderFailed},
		{script, "[a.f(x=5n)]", ""},
		{script, "[a.f(x=5)]", errorSimpleType},
		{script, "x = a.f(x=5n)", ErrorWrongOutputFormat},
	} {
		have, err := test.entry.JudgeSingle(ModePrompt, test.raw, false)
		if err != nil || have.ErrorType != test.want {
			t.Errorf("%s: have %q %v, want %q", test.raw, have.ErrorType, err, test.want)
		}
	}
	if have := judgeNative(t, java, true, `a_f {"x": 5}`); have.ErrorType != errorJava {
		t.Errorf("%+v", have)
	}
	if have := judgeNative(t, script, true, `a_f {"x": 5}`); have.ErrorType != errorJavaScript {
		t.Errorf("%+v", have)
	}
}

// The data's faults are the data's, with their place.
func TestFaultyEntries(t *testing.T) {
	for _, test := range []struct{ functions, truth, want string }{
		{functionOf(`{"type": "colour"}`), `{"a.f": {"x": [1]}}`, `BFCL_v4_simple_python.json:1: function: the parameter "x" has the unknown type "colour"`},
		{functionOf(`{"type": "array"}`), `{"a.f": {"x": [1]}}`, `the elements of the parameter "x" have the unknown type ""`},
		{functionOf(`{"type": "integer"}`), `{"a.f": {"x": 1}}`, `possible_answer/BFCL_v4_simple_python.json:1: ground_truth: a.f: x: want a list, have int`},
		{functionOf(`{"type": "integer"}`), `{"a.f": {}, "g": {}}`, `want an object with one function's name`},
		{functionOf(`{"type": "integer"}`), ``, `1 functions and 0 expected calls`},
	} {
		entry := oneEntry(t, "simple_python", test.functions, test.truth)
		_, err := entry.JudgeSingle(ModePrompt, "[]", false)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("have %v, want %q", err, test.want)
		}
	}
}
