package bfcl

import (
	"bufio"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/python"
)

// recordedCases reads a file of cases with official verdicts, where the benchmark's
// data is.
func recordedCases(t testing.TB, name string) []*python.Dict {
	t.Helper()
	root := os.Getenv("BUTTON_BENCHMARKS")
	if root == "" {
		root = "../../../shared/benchmarks"
	}
	file, err := os.Open(filepath.Join(root, "bfcl_v4", "parity", name))
	if os.IsNotExist(err) {
		t.Skipf("the benchmark's data, which is not part of this project, is not in %s: set BUTTON_BENCHMARKS", root)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var cases []*python.Dict
	for lines := bufio.NewReader(file); ; {
		line, err := lines.ReadString('\n')
		if line != "" {
			value, err := python.ParseJSON(line)
			if err != nil {
				t.Fatal(err)
			}
			cases = append(cases, value.(*python.Dict))
		}
		if err == io.EOF {
			return cases
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func textOf(one *python.Dict, name string) string {
	value, _ := one.GetText(name)
	text, _ := value.(string)
	return text
}

// asRecorded is a decoded value as the cases record it: tuples as lists, numbers
// that JSON lacks as texts.
func asRecorded(v python.Value) python.Value {
	switch v := v.(type) {
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			text, _ := python.Str(v)
			return text
		}
	case *python.List:
		return &python.List{Items: recordedItems(v.Items)}
	case python.Tuple:
		return &python.List{Items: recordedItems(v)}
	case *python.Dict:
		dict := python.NewDict()
		for i := range v.Len() {
			key, member := v.At(i)
			_ = dict.Set(key, asRecorded(member))
		}
		return dict
	}
	return v
}

func recordedItems(items []python.Value) []python.Value {
	recorded := make([]python.Value, len(items))
	for i, item := range items {
		recorded[i] = asRecorded(item)
	}
	return recorded
}

func shown(t testing.TB, v python.Value) string {
	t.Helper()
	text, err := python.DumpJSON(v)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// Every visible case of the Python categories decodes as the official decoder
// decodes it, or fails where that fails.
func TestDecodeParity(t *testing.T) {
	for _, one := range recordedCases(t, "single_turn.jsonl") {
		if category := textOf(one, "category"); category == "simple_java" || category == "simple_javascript" {
			continue
		}
		raw, _ := one.GetText("raw")
		decoded, err := Decode(Mode(textOf(one, "mode")), raw)
		want, _ := one.GetText("decoded")
		failure, _ := one.GetText("decode_error")
		if (err != nil) != (failure != nil) {
			t.Errorf("%s: %v, want %v", shown(t, raw), err, failure)
		} else if have := asRecorded(decoded); err == nil && shown(t, have) != shown(t, want) {
			t.Errorf("%s: have %s, want %s", shown(t, raw), shown(t, have), shown(t, want))
		}
	}
}

// Every visible step of a conversation decodes to the official call texts.
func TestDecodeExecutionParity(t *testing.T) {
	steps := 0
	for _, one := range recordedCases(t, "multi_turn.jsonl") {
		mode := Mode(textOf(one, "mode"))
		if mode != ModeNative && mode != ModePrompt {
			continue
		}
		raw, _ := one.GetText("raw")
		want, _ := one.GetText("calls")
		turns, ok := raw.(*python.List)
		if !ok {
			continue
		}
		for i, turn := range turns.Items {
			for j, step := range turn.(*python.List).Items {
				steps++
				wanted := want.(*python.List).Items[i].(*python.List).Items[j]
				texts, err := DecodeExecution(mode, step)
				have := python.Value(nil)
				if err == nil {
					list := python.NewList()
					for _, text := range texts {
						list.Items = append(list.Items, text)
					}
					have = list
				}
				if shown(t, have) != shown(t, wanted) {
					t.Errorf("%s: have %s, %v, want %s", shown(t, step), shown(t, have), err, shown(t, wanted))
				}
			}
		}
	}
	t.Logf("%d steps", steps)
}

func TestDecodePrompt(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "[]",
		"f(a=1)":                          `[{"f": {"a": 1}}]`,
		"` [f(a=1)]\n`":                   `[{"f": {"a": 1}}]`,
		"f(3)":                            `[{"f": {}}]`,
		"f()(x=1)":                        `[{"": {"x": 1}}]`,
		"m['k'].f(x=1)":                   `[{"f": {"x": 1}}]`,
		"f(a=1, a=2, b=0)":                `[{"f": {"a": 2, "b": 0}}]`,
		"f(a=+1, b=not True, c=-True)":    `[{"f": {"a": -1, "b": -1, "c": -1}}]`,
		"f(a=..., b=x, c=(1, [2]))":       `[{"f": {"a": "...", "b": "x", "c": [1, [2]]}}]`,
		"f(a=2*3.5, b='a'+'b', c=[1]*2)":  `[{"f": {"a": 7.0, "b": "ab", "c": [1, 1]}}]`,
		"f(a=abs(-2)*3, b='a'+str(2.0))":  `[{"f": {"a": 6, "b": "a2.0"}}]`,
		"f(a=g(1,  'x'), b=g(y=1))":       `[{"f": {"a": "g(1, 'x')", "b": {"g": {"y": 1}}}}]`,
		"f(a=x['k'], b=y[1:2], c=z[1,2])": `[{"f": {"a": "x['k']", "b": "y[1:2]", "c": "z[(1, 2)]"}}]`,
		"f(a=r'\\n' \"b\", b=0x1F)":       `[{"f": {"a": "\\nb", "b": 31}}]`,
		"f(a={'k': {1: None}})":           `[{"f": {"a": {"k": {"1": null}}}}]`,
		"f(\ufb01=1)":                     `[{"f": {"fi": 1}}]`,
		"f(**{'a': 1})":                   `[{"f": {"null": {"a": 1}}}]`,
		"{f(a=1)}":                        `[{"f": {"a": 1}}]`,
	} {
		if text == "{f(a=1)}" {
			want = "" // a set inside the brackets that are put around it
		}
		decoded, err := Decode(ModePrompt, text)
		if err != nil {
			if want != "" {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if have := shown(t, asRecorded(decoded)); have != want {
			t.Errorf("%q: have %s, want %s", text, have, want)
		}
	}
}

func TestDecodePromptRefuses(t *testing.T) {
	for _, text := range []string{
		"Sure: f(a=1)", "```python\nf(a=1)\n```", "f(a=lambda: 1)", "f(a={1, 2})", "f(a=f'x')", "f(a=x.y)", "f(a=1<2)", "f(a=1 or 2)",
		"f(a=1 if b else 2)", "f(a=[x for x in y])", "f(a=[*b])", "f(a=--1)", "f(a=-x)", "f(a=-'a')", "f(a=b+1)", "f(a=open('x')+1)", "f(a=__import__('os').system('x')+1)", "f(a=1/0)", "f(a={**b})",
		"f(a={[1]: 2})", "f(a=012)", "f(class=1)", "f(a='x\ny')", "f(a=1) g(b=2)", "f(a=(yield))", "f(a=await b)", "f(a=9**9**9)",
		"f(a='a'*10**12)", "f(a='\\x')", "f(a='C:\\New')", "f", "'f(a=1)'", "f(a=1, 2)", "f(a='\xed\xa0\x80')", "f(a=1)\x00",
		"f(a=" + strings.Repeat("[", 100000), "f(a=" + strings.Repeat("-", 100000) + "1)", "f(a='" + strings.Repeat("x", 10<<20),
		"f(a=" + strings.Repeat("9", 5000) + ")", "f(a=1" + strings.Repeat("+1", 5000) + ")",
	} {
		if decoded, err := Decode(ModePrompt, text); err == nil {
			t.Errorf("%.80q: %s", text, shown(t, asRecorded(decoded)))
		}
	}
}

func TestDecodeNative(t *testing.T) {
	for raw, want := range map[string]string{
		`[{"f": "{\"a\": 1.0}"}, {"g": "3", "h": 4}]`: `[{"f": {"a": 1.0}}, {"g": 3}]`,
		`""`: `[]`, `[]`: `[]`, `{}`: `[]`,
		`"text"`: "", `null`: "", `[{}]`: "", `[["f"]]`: "", `[{"f": {"a": 1}}]`: "", `[{"f": "{'a': 1}"}]`: "", `{"f": "{}"}`: "", `[{"f": "{} x"}]`: "", `3`: "",
	} {
		value, err := python.ParseJSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		decoded, err := Decode(ModeNative, value)
		if (err != nil) != (want == "") {
			t.Errorf("%s: %v", raw, err)
		} else if err == nil && shown(t, decoded) != want {
			t.Errorf("%s: have %s, want %s", raw, shown(t, decoded), want)
		}
	}
}

func TestDecodeExecution(t *testing.T) {
	for _, test := range []struct {
		mode      Mode
		raw, want string
	}{
		{ModeNative, `[{"f": "{\"a\": \"it's\", \"b\": [1.0, null]}", "g": {"c": true}}]`, `["f(a=\"it's\",b=[1.0, None])", "g(c=True)"]`},
		{ModeNative, `{"f": {}}`, `["f()"]`},
		{ModeNative, `""`, `[]`},
		{ModeNative, `{}`, `[]`},
		{ModeNative, `"f(a=1)"`, ""},
		{ModeNative, `null`, ""},
		{ModeNative, `[{"f": "[1]"}]`, ""},
		{ModePrompt, `"[f(a='x', b=g(c=(1,)), d={'k': 1, 'm': h()})]"`, `["f(a='x', b=g(c=(1,)), d={'k': 1, 'm': 'h()'})"]`},
		{ModePrompt, `"f(a={'k': {'b': 1}, 'm': {}})"`, `["f(a=k(b=1))"]`},
		{ModePrompt, `"f(a={})"`, ""},
		{ModePrompt, `"f(a=[{}, {'k': 'v'}])"`, `["f(a=[{}, {'k': 'v'}])"]`},
		{ModePrompt, `"f(a={1: 'x', None: {}, 'z': 1})"`, ""},
		{ModePrompt, `"f(a={1: 'x', 'z': 1e400})"`, `["f(a={'1': 'x', 'z': inf})"]`},
		{ModePrompt, `"Done."`, ""},
		{ModePrompt, `""`, `[]`},
	} {
		raw, err := python.ParseJSON(test.raw)
		if err != nil {
			t.Fatal(err)
		}
		texts, err := DecodeExecution(test.mode, raw)
		list := python.NewList()
		for _, text := range texts {
			list.Items = append(list.Items, text)
		}
		if (err != nil) != (test.want == "") {
			t.Errorf("%s: %v", test.raw, err)
		} else if err == nil && shown(t, list) != test.want {
			t.Errorf("%s: have %s, want %s", test.raw, shown(t, list), test.want)
		}
	}
}

// FuzzDecode: no text makes the decoders panic, and what decodes for execution
// decodes for the checkers too.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{"[f(a=1)]", "f(a={'k': [1, 2.5, -3]}), g(b='x' * 3)", "a.b(c=x[1:2], **{})", `[{"f": "{\"a\": 1}"}]`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Decode(ModePrompt, text)
		texts, executionErr := DecodeExecution(ModePrompt, text)
		if err != nil && executionErr == nil {
			t.Fatalf("%q decodes to %q and not to values: %v", text, texts, err)
		}
		if raw, err := python.ParseJSON(text); err == nil {
			_, _ = Decode(ModeNative, raw)
			_, _ = DecodeExecution(ModeNative, raw)
		}
	})
}

// BenchmarkDecode decodes the visible cases of the Python categories.
func BenchmarkDecode(b *testing.B) {
	type one struct {
		mode Mode
		raw  python.Value
	}
	var cases []one
	for _, c := range recordedCases(b, "single_turn.jsonl") {
		raw, _ := c.GetText("raw")
		cases = append(cases, one{Mode(textOf(c, "mode")), raw})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c := cases[i%len(cases)]
		_, _ = Decode(c.mode, c.raw)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "cases/s")
}
