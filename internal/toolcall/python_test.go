package toolcall

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestPythonAgainstCPython compares with testdata/python_source.jsonl: pairs of
// an expression and what ast.unparse of CPython 3.11 prints for it, null where
// CPython refuses it. The expressions were made by a random grammar, some then
// damaged.
func TestPythonAgainstCPython(t *testing.T) {
	file, err := os.Open("testdata/python_source.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		var pair [2]*string
		if err := json.Unmarshal(lines.Bytes(), &pair); err != nil {
			t.Fatal(err)
		}
		node, err := ParsePython(*pair[0])
		switch {
		case err == nil && pair[1] == nil:
			t.Errorf("%q was taken as %q", *pair[0], node.Source())
		case err != nil && pair[1] != nil:
			t.Errorf("%q: %v, want %q", *pair[0], err, *pair[1])
		case err == nil && node.Source() != *pair[1]:
			t.Errorf("%q prints as %q, want %q", *pair[0], node.Source(), *pair[1])
		}
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

func TestPythonSource(t *testing.T) {
	for text, want := range map[string]string{
		"(2**3)**4": "(2 ** 3) ** 4", "2**(3**4)": "2 ** 3 ** 4", "-2**-1": "-2 ** (-1)", "(-2)**2": "(-2) ** 2", "1-(2-3)": "1 - (2 - 3)",
		"(a or b) or c": "(a or b) or c", "x[(0, 1)]": "x[0, 1]", "f( 'a' ,\"it's\",k = 1e16)": `f('a', "it's", k=1e+16)`, "(1).real": "1 .real",
	} {
		node, err := ParsePython(text)
		if err != nil {
			t.Fatal(err)
		}
		if have := node.Source(); have != want {
			t.Errorf("%s prints as %s, want %s", text, have, want)
		}
	}
}

func TestPythonLiterals(t *testing.T) {
	cases := []struct{ text, want string }{
		{`'a'`, `"a"`},
		{`"it's"`, `"it's"`},
		{`'it\'s'`, `"it's"`},
		{`'''x "y"` + "\n" + `z'''`, `"x \"y\"\nz"`},
		{`""""q" """`, `"\"q\" "`},
		{`'a' "b" r'\n'`, `"ab\\n" ~strings side by side joined`},
		{`u'\u00e9\x41\101\N'`, `"éAA\\N"`},
		{`'\ud83d\ude82'`, `"🚂"`},
		{`'\U0001F682'`, `"🚂"`},
		{`'C:\dir'`, `"C:\\dir"`},
		{`'C:\xyz'`, `"C:\\xyz" ~a backslash that starts no escape kept`},
		{`'a\/b'`, `"a/b" ~the escape \/ read as in JSON`},
		{"'a\nb'", `"a\nb" ~a line break inside a quoted string kept`},
		{`12`, `12`},
		{`-12`, `-12`},
		{`+3`, `3`},
		{`1_000`, `1000`},
		{`0x1F`, `31`},
		{`0b101`, `5`},
		{`0o17`, `15`},
		{`123456789012345678901234567890`, `123456789012345678901234567890`},
		{`0.10`, `0.10`},
		{`5.`, `5.0`},
		{`.5`, `0.5`},
		{`1e5`, `1e5`},
		{`1.5E-3`, `1.5E-3`},
		{`012.5`, `12.5`},
		{`True`, `true`},
		{`false`, `false`},
		{`None`, `null`},
		{`null`, `null`},
		{`[1, 'a', [2,],]`, `[1,"a",[2]]`},
		{`(1, 2)`, `[1,2]`},
		{`()`, `[]`},
		{`(1)`, `1`},
		{`{1, 2}`, `[1,2]`},
		{`{'a': {'b': [True]}, "c": None}`, `{"a":{"b":[true]},"c":null}`},
		{`{1: 2, True: 3, None: 4, 1.5: 5}`, `{"1":2,"true":3,"null":4,"1.5":5} ~a key that is no string written as one`},
		{`{'a': 1, 'a': 2}`, `{"a":2} ~"a" given twice, the last one counts`},
		{"[1, # one\n 2]", `[1,2]`},
		{`celsius`, `"celsius" ~a bare word read as text`},
		{`f'a'`, `error: an f-string where a literal is wanted`},
		{`b'a'`, `error: bytes where a literal is wanted`},
		{`'a' b'a'`, `error: bytes and text side by side`},
		{`1 + 1`, `error: an operation where a literal is wanted`},
		{`--1`, `error: an operation where a literal is wanted`},
		{`-'a'`, `error: an operation where a literal is wanted`},
		{`not True`, `error: an operation where a literal is wanted`},
		{`2j`, `error: a complex number where a literal is wanted`},
		{`os.environ`, `error: an attribute where a literal is wanted`},
		{`open('/etc/passwd')`, `error: a call where a literal is wanted`},
		{`__import__('os').system('true')`, `error: a call where a literal is wanted`},
		{`[x for x in y]`, `error: a comprehension where a literal is wanted`},
		{`lambda: 1`, `error: a lambda where a literal is wanted`},
		{`{'a': 1, **b}`, `error: ** inside a dict`},
		{`{[1]: 2}`, `error: a key that is neither text nor a number`},
		{`...`, `error: ... where a literal is wanted`},
		{`012`, `error: a whole number with leading zeros`},
		{`1__0`, `error: invalid number`},
		{`1e999`, `error: a number beyond all bounds`},
		{`'abc`, `error: ` + errEnd.Error()},
		{`[1, 2`, `error: ` + errEnd.Error()},
		{`$`, `error: unexpected character '$'`},
	}
	for _, test := range cases {
		in := newInput(test.text, newOffer(nil), &meter{})
		v, err := in.readPythonValue()
		got := ""
		if err != nil {
			got, _, _ = strings.Cut("error: "+err.Error(), " at byte")
		} else {
			got = string(v.json())
			for _, note := range in.notes {
				got += " ~" + note
			}
		}
		if got != test.want {
			t.Errorf("%s reads as %s, want %s", test.text, got, test.want)
		}
	}
}

func TestPythonErrorPlace(t *testing.T) {
	_, err := ParsePython("f(a=1,\n  b=$)")
	if err == nil || err.Error() != "python: at byte 11: unexpected character '$'" {
		t.Errorf("have %v", err)
	}
	if _, err := ParsePython("f(a=1"); err == nil || !err.(*PythonError).Truncated {
		t.Errorf("a call cut off: %v", err)
	}
}

func TestPythonBounds(t *testing.T) {
	for name, text := range map[string]string{
		"lists":     strings.Repeat("[", 100000),
		"groups":    strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000),
		"dicts":     strings.Repeat("{1:", 1000),
		"minus":     strings.Repeat("-", 100000) + "1",
		"not":       strings.Repeat("not ", 1000) + "1",
		"powers":    strings.Repeat("2**", 1000) + "1",
		"lambdas":   strings.Repeat("lambda:", 1000) + "1",
		"choices":   strings.Repeat("1 if 1 else ", 1000) + "1",
		"calls":     strings.Repeat("f(", 1000),
		"links":     "a" + strings.Repeat(".a", 2000),
		"sums":      "1" + strings.Repeat("+1", 2000),
		"digits":    strings.Repeat("9", 5000),
		"bits":      "0x" + strings.Repeat("f", 5000),
		"too long":  "'" + strings.Repeat("a", maxPythonBytes) + "'",
		"subscript": "a" + strings.Repeat("[0", 1000),
	} {
		if _, err := ParsePython(text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	deep := strings.Repeat("[", 30) + strings.Repeat("]", 30)
	if _, err := ParsePython(deep); err != nil {
		t.Errorf("30 levels: %v", err)
	}
}

func TestFunctionName(t *testing.T) {
	for text, want := range map[string]string{
		"f(x=1)": "f", "a.b.c(x=1)": "a.b.c", "f()(x=1)": "", "m['k'].f(x=1)": "f", "m['k'].f.g()": "f.g", "x": "",
	} {
		node, err := ParsePython(text)
		if err != nil {
			t.Fatal(err)
		}
		if have := node.FunctionName(); have != want {
			t.Errorf("%s: %q, want %q", text, have, want)
		}
	}
}

// FuzzPython: no text makes the reader panic or look at bytes more than a few
// times, and what it prints reads back as the same expression.
func FuzzPython(f *testing.F) {
	for _, seed := range []string{
		"f(a=1, b='x')", "[f(a={'k': (1,)}), g.h(*[1], **{})]", "'''\n'''\"\"", "0x1F+1_0.5e-3j", "lambda x, /, *, y=1: x[1:2, ::3]",
		"{**a, 'b': [x async for x in y if z]}", "(yield from a)", "a if b else not -c ** ~d", "f'{x}' b'\\x00' r'\\", "x := 1", "#\n\\\n1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parser := &pythonParser{lexer: pythonLexer{text: text}}
		node, err := parser.whole()
		if limit := 8*len(text) + 64; parser.lexer.steps > limit {
			t.Fatalf("%d steps for %d bytes", parser.lexer.steps, len(text))
		}
		if err != nil {
			if err.Offset < 0 || err.Offset > len(text) {
				t.Fatalf("error outside the text: %v", err)
			}
			return
		}
		if hasFormatted(node) {
			return // what is in an f-string is printed as it came, not as Python does
		}
		printed := node.Source()
		again, err := (&pythonParser{lexer: pythonLexer{text: printed}}).whole()
		if err != nil {
			if strings.Contains(err.Message, "nested") || strings.Contains(err.Message, "digits") {
				return // the normal form may need more brackets
			}
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
		if twice := again.Source(); twice != printed {
			t.Fatalf("%q printed as %q, then as %q", text, printed, twice)
		}
	})
}

func hasFormatted(node *PythonNode) bool {
	if node == nil {
		return false
	}
	for _, item := range node.Items {
		if hasFormatted(item) {
			return true
		}
	}
	for _, argument := range node.Arguments {
		if hasFormatted(argument.Value) {
			return true
		}
	}
	return node.Kind == PythonFormatted
}
