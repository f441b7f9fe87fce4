package bfcl

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/python"
)

// repr shows a value as Python does, which tells all kinds apart.
func repr(t testing.TB, v python.Value) string {
	t.Helper()
	text, err := python.Repr(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestJavaValues(t *testing.T) {
	for _, test := range []struct{ text, word, element, want string }{
		{"5", "integer", "", "5"},
		{"-5\n", "integer", "", "-5"}, // $ matches before one last newline
		{"5\n\n", "integer", "", `'5\n\n'`},
		{"+5", "integer", "", "'+5'"},
		{"٣", "integer", "", "3"}, // digits of all scripts
		{"5L", "integer", "", "'5L'"},
		{"5L", "long", "", "5"},
		{"5", "long", "", "'5'"},
		{"99999999999999999999l", "long", "", "99999999999999999999"},
		{"5f", "float", "", "5.0"},
		{"1.5e-3F", "float", "", "0.0015"},
		{"5.f", "float", "", "'5.f'"},
		{"1.5", "float", "", "'1.5'"},
		{"1.5", "double", "", "1.5"},
		{"15", "double", "", "15.0"},
		{"1.5d", "double", "", "'1.5d'"},
		{"true", "boolean", "", "True"},
		{"True", "boolean", "", "'True'"},
		{`"a"`, "String", "", `'"a"'`},
		{"a", "any", "", "'a'"},
		// A list of texts loses its quotes, an array keeps them: it equals no answer.
		{`new ArrayList<>(Arrays.asList("a", "b"))`, "ArrayList", "String", "['a', 'b']"},
		{`new ArrayList<String>(Arrays.asList(abc, d))`, "ArrayList", "String", "['b', '']"},
		{`new String[]{"a", "b"}`, "Array", "String", `['"a"', '"b"']`},
		{`new int[] { 1, 2, }`, "Array", "integer", "[1, 2]"},
		{`new int[]{}`, "Array", "integer", "[]"},
		{"new ArrayList<Integer>() {{\n add(1);\n add(2); }}", "ArrayList", "integer", "[1, 2]"},
		{`new ArrayList<>()`, "ArrayList", "integer", "[]"},
		{`new ArrayList<>(List.of(1))`, "ArrayList", "integer", "'new ArrayList<>(List.of(1))'"},
		{`new ArrayList<>(Arrays.asList(1L, 2.5f, true, "x", y, 3, 4.5))`, "ArrayList", "", "[1, 2.5, True, 'x', 'y', 3, 4.5]"},
		{`new HashMap<String, Object>() {{ put("a", 1); put("b", "c"); }}`, "HashMap", "", "{'a': 1, 'b': 'c'}"},
		{`new HashMap<>()`, "HashMap", "", "{}"},
		{`new HashMap<>() {{ }}`, "HashMap", "", "{}"},
		{`Map.of("a", 1)`, "HashMap", "", `'Map.of("a", 1)'`},
	} {
		if have := repr(t, javaValue(test.text, test.word, test.element)); have != test.want {
			t.Errorf("%q as %s of %q: have %s, want %s", test.text, test.word, test.element, have, test.want)
		}
	}
}

func TestJavaScriptValues(t *testing.T) {
	for _, test := range []struct{ text, word, element, want string }{
		{`"a"`, "String", "", "'a'"},
		{`'a'`, "String", "", "'a'"},
		{`"a'`, "String", "", `'"a\''`},
		{`"`, "String", "", "''"},
		{"5", "integer", "", "5"},
		{"5.0", "integer", "", "'5.0'"},
		{"5", "float", "", "5.0"},
		{"1e5", "float", "", "'1e5'"},
		{"5n", "Bigint", "", "5"},
		{"true", "Boolean", "", "True"},
		{"[1, 2]", "array", "integer", "[1, 2]"},
		{` ["a", 'b'] `, "array", "String", "['a', 'b']"},
		{"[]", "array", "String", "[]"},
		{"new Array(1, x)", "array", "", "[1, 'x']"},
		{"[[1, 2], [3]]", "array", "array", "[[1, 2], [3]]"},
		{"[1, [2]]", "array", "integer", "[1, '[2']"}, // up to the first closing bracket
		{"x", "array", "", "'x'"},
		{"{}", "dict", "", "{}"},
		{`{"a": "5", 'b': [1, 2], c: true}`, "dict", "", "{'a': 5, 'b': [1, 2], 'c': True}"},
		{"{a: 1, 2, b: 3}", "dict", "", "{'a': '1, 2', 'b': 3}"},
		{"{a: {b: 1}}", "dict", "", "{'a': '{b: 1'}"},
		{"{a: 1, : 2}", "dict", "", "{'a': 1, '': 2}"},
		{"{a: x::y, b: 1}", "dict", "", "{'a': 'x::y', 'b': 1}"},
		{"{\n a: 1\n}", "dict", "", `'{\n a: 1\n}'`}, // a dot matches no newline
	} {
		if have := repr(t, javaScriptValue(test.text, test.word, test.element)); have != test.want {
			t.Errorf("%q as %s of %q: have %s, want %s", test.text, test.word, test.element, have, test.want)
		}
	}
}

// No text breaks the conversions, and what stays a text is the text.
func FuzzForeignValues(f *testing.F) {
	f.Add(`new HashMap<>() {{ put("a", 1); }}`)
	f.Add("{a: 1, b: [2, 3]}")
	f.Add("[[1], [2]]")
	f.Add("-٣.5e7F\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, word := range []string{"integer", "long", "float", "double", "boolean", "ArrayList", "Array", "HashMap", "any"} {
			for _, element := range []string{"", "String", "integer"} {
				javaValue(text, word, element)
			}
		}
		for _, word := range []string{"String", "integer", "float", "Bigint", "Boolean", "array", "dict"} {
			if v, ok := javaScriptValue(text, word, "").(string); ok && word != "String" && strip(v) != strip(text) {
				t.Errorf("%s: %q became the text %q", word, text, v)
			}
		}
	})
}

func TestStandardise(t *testing.T) {
	for text, want := range map[string]string{
		"": "", "abc1": "abc1", "A, B.c/d-e_f*g^h": "abcdefgh", "it's\t\n": "it\"s\t\n", "ÀΣ Σ": "àσς", "İ": "i̇", "\xed\xa0\x80A": "\xed\xa0\x80a",
	} {
		if have := standardise(text); have != want {
			t.Errorf("%q: have %q, want %q", text, have, want)
		}
	}
}

func TestAggregate(t *testing.T) {
	shares := map[string]Share{
		"simple_python": {30, 40}, "simple_java": {5, 10}, "simple_javascript": {1, 4}, "multiple": {1, 2}, "parallel": {1, 4}, "parallel_multiple": {3, 4},
		"irrelevance": {8, 10}, "live_irrelevance": {6, 10}, "live_relevance": {1, 2},
		"live_simple": {10, 20}, "live_multiple": {60, 80}, "live_parallel": {0, 10}, "live_parallel_multiple": {5, 10},
		"multi_turn_base": {1, 2}, "multi_turn_miss_func": {0, 2}, "multi_turn_miss_param": {1, 4}, "multi_turn_long_context": {1, 4},
		"memory_kv": {1, 2}, "memory_vector": {1, 4}, "memory_rec_sum": {0, 3}, "web_search_base": {1, 2}, "web_search_no_snippet": {0, 2},
	}
	near := cmp.Comparer(func(a, b float64) bool { return a-b < 1e-12 && b-a < 1e-12 })
	v4 := Aggregate(shares)
	want := Figures{
		Simple: Figure{Value: 0.5}, NonLive: Figure{Value: (0.5 + 0.5 + 0.25 + 0.75) / 4}, Live: Figure{Value: 75.0 / 120}, Irrelevance: Figure{Value: 0.7},
		Relevance: Figure{Value: 0.5}, MultiTurn: Figure{Value: 0.25}, WebSearch: Figure{Value: 0.25}, Memory: Figure{Value: 0.25}, Agentic: Figure{Value: 0.25},
		Overall: Figure{Value: 0.1*0.5 + 0.1*75.0/120 + 0.1*0.7 + 0.3*0.25 + 0.4*0.25},
	}
	if diff := cmp.Diff(want, v4, near); diff != "" {
		t.Errorf("version 4 (-want +have):\n%s", diff)
	}
	v3 := AggregateV3(shares)
	nonLive, live := (0.5+0.5+0.25+0.75+0.8)/5, 82.0/132
	if diff := cmp.Diff([]float64{nonLive, live, (nonLive + live + 0.25) / 3}, []float64{v3.NonLive.Value, v3.Live.Value, v3.Overall.Value}, near); diff != "" {
		t.Errorf("version 3 (-want +have):\n%s", diff)
	}
}

// What was not run counts as wrong, with its entries where they weigh, and is told.
func TestAggregateOfSome(t *testing.T) {
	f := Aggregate(map[string]Share{"live_simple": {258, 258}, "multi_turn_base": {1, 1}})
	if have, want := f.Live.Value, 258.0/(258+1053+16+24); have != want {
		t.Errorf("live: have %v, want %v", have, want)
	}
	if f.MultiTurn.Value != 0.25 || f.Overall.Complete() || len(f.Overall.NotRun) != 19 {
		t.Errorf("%+v", f)
	}
	if diff := cmp.Diff([]string{"multi_turn_miss_func", "multi_turn_miss_param", "multi_turn_long_context"}, f.MultiTurn.NotRun); diff != "" {
		t.Error(diff)
	}
}
