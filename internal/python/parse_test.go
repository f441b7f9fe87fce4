package python

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestAgainstCPython compares with testdata/expressions.jsonl: pairs of an
// expression and what ast.unparse of CPython 3.11 prints for it, null where
// CPython refuses it. The expressions were made by a random grammar, some then
// damaged.
func TestAgainstCPython(t *testing.T) {
	file, err := os.Open("testdata/expressions.jsonl")
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
		node, err := ParseExpression(*pair[0])
		if (err == nil) != (pair[1] != nil) {
			t.Errorf("%q: %v, and CPython takes it: %v", *pair[0], err, pair[1] != nil)
		}
		if err != nil || pair[1] == nil {
			continue
		}
		if source, err := Unparse(node); err != nil || source != *pair[1] {
			t.Errorf("%q prints as %q, %v, want %q", *pair[0], source, err, *pair[1])
		}
	}
	if lines.Err() != nil {
		t.Fatal(lines.Err())
	}
}

func TestUnparse(t *testing.T) {
	for text, want := range map[string]string{
		"(2**3)**4": "(2 ** 3) ** 4", "2**(3**4)": "2 ** 3 ** 4", "-2**-1": "-2 ** (-1)", "(-2)**2": "(-2) ** 2", "1-(2-3)": "1 - (2 - 3)",
		"(a or b) or c": "(a or b) or c", "x[(0, 1)]": "x[0, 1]", "f( 'a' ,\"it's\",k = 1e16)": `f('a', "it's", k=1e+16)`, "(1).real": "1 .real",
		"u'a'": "u'a'", "f'{ a !r:>{w}}\\n'": "f'{a!r:>{w}}\\n'", "f'{x = }'": "f'x = {x!r}'", "f(a=1, *b)": "f(*b, a=1)", "0x1F": "31", "1e999": "1e309",
		"[x for x, in y if z]": "[x for x, in y if z]", "(x := 1)": "(x := 1)", "x[1:2, ::3]": "x[1:2, ::3]", "lambda x, /, *, y=1: x": "lambda x, /, *, y=1: x",
	} {
		node, err := ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if have, err := Unparse(node); err != nil || have != want {
			t.Errorf("%s prints as %s, %v, want %s", text, have, err, want)
		}
	}
}

// What CPython refuses, in its words where they are short.
func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                        "unexpected EOF while parsing (<string>, line 1)",
		"f(a=1":                   "'(' was never closed (<string>, line 1)",
		"f(a=1,\n  b=$)":          "invalid syntax (<string>, line 2)",
		" 1":                      "unexpected indent (<string>, line 1)",
		"012":                     "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers (<string>, line 1)",
		"1__0":                    "invalid decimal literal (<string>, line 1)",
		"0b12":                    "invalid digit '2' in binary literal (<string>, line 1)",
		"'a":                      "unterminated string literal (<string>, line 1)",
		"'a\nb'":                  "unterminated string literal (<string>, line 1)",
		"'a' b'a'":                "cannot mix bytes and nonbytes literals (<string>, line 1)",
		"b'é'":                    "bytes can only contain ASCII literal characters (<string>, line 1)",
		"f(a=1, 2)":               "positional argument follows keyword argument (<string>, line 1)",
		"f(**a, 2)":               "positional argument follows keyword argument unpacking (<string>, line 1)",
		"f(a, x for x in y)":      "Generator expression must be parenthesized (<string>, line 1)",
		"(*a)":                    "cannot use starred expression here (<string>, line 1)",
		"f(class=1)":              "invalid syntax (<string>, line 1)",
		"f'{a b}'":                "f-string: invalid syntax (<string>, line 1)",
		"f'{}'":                   "f-string: empty expression not allowed (<string>, line 1)",
		"a\u00a0":                 "invalid non-printable character U+00A0 (<string>, line 1)",
		"“a”":                     "invalid character '“' (U+201C) (<string>, line 1)",
		strings.Repeat("[", 201):  "too many nested parentheses (<string>, line 1)",
		strings.Repeat("-", 3100): "nested more than 3000 deep (<string>, line 1)",
		"\x00":                    "source code string cannot contain null bytes (<string>, line 1)",
		"'\xed\xa0\x80'":          "'utf-8' codec can't encode the text: surrogates not allowed (<string>, line 1)",
	} {
		if _, err := ParseExpression(text); err == nil || err.Error() != want {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
}

func TestParseBounds(t *testing.T) {
	for name, text := range map[string]string{
		"lists":     strings.Repeat("[", 100000),
		"groups":    strings.Repeat("(", 1000) + "1" + strings.Repeat(")", 1000),
		"dicts":     strings.Repeat("{1:", 1000),
		"minus":     strings.Repeat("-", 100000) + "1",
		"not":       strings.Repeat("not ", 100000) + "1",
		"powers":    strings.Repeat("2**", 100000) + "1",
		"lambdas":   strings.Repeat("lambda:", 100000) + "1",
		"choices":   strings.Repeat("1 if 1 else ", 100000) + "1",
		"calls":     strings.Repeat("f(", 1000),
		"links":     "a" + strings.Repeat(".a", 100000),
		"sums":      "1" + strings.Repeat("+1", 100000),
		"digits":    strings.Repeat("9", 5000),
		"subscript": "a" + strings.Repeat("[0", 1000),
		"formats":   strings.Repeat("f'{", 1000),
	} {
		if _, err := ParseExpression(text); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	full := parser{lexer: lexer{text: "[" + strings.Repeat("1,", 1000) + "]"}, maxNesting: maxNesting, made: maxNodes - 500}
	if full.whole(); full.failure == nil {
		t.Error("more parts than may be were taken")
	}
	for name, text := range map[string]string{
		"lists": strings.Repeat("[", 200) + strings.Repeat("]", 200),
		"sums":  "1" + strings.Repeat("+1", 2900),
		"text":  "'" + strings.Repeat("a", 1<<20) + "'",
		"items": "[" + strings.Repeat("1,", 1<<16) + "]",
		"bits":  "0x" + strings.Repeat("f", 1<<20),
		"any":   "1" + strings.Repeat(" or 1", 100000),
	} {
		if _, err := ParseExpression(text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestFunctionName(t *testing.T) {
	for text, want := range map[string]string{
		"f(x=1)": "f", "a.b.c(x=1)": "a.b.c", "f()(x=1)": "", "m['k'].f(x=1)": "f", "m['k'].f.g()": "f.g", "x": "",
	} {
		node, err := ParseExpression(text)
		if err != nil {
			t.Fatal(err)
		}
		if have := node.FunctionName(); have != want {
			t.Errorf("%s: %q, want %q", text, have, want)
		}
	}
}

func TestTolerant(t *testing.T) {
	for _, test := range []struct{ text, want, repairs string }{
		{"see f(a='x\ny', class=1, 2)] 'and", "('x\\ny', 1; 2)", "a line break inside a quoted string kept"},
		{`f(a='C:\xyz\/')`, `('C:\\xyz/')`, `a backslash that starts no escape kept, the escape \/ read as in JSON`},
		{`f(a='\ud83d\ude82')`, `('🚂')`, ""},
	} {
		tolerant := Tolerant{MaxNesting: 64}
		call, end, err := tolerant.Arguments(test.text, strings.Index(test.text, "("))
		if err != nil {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		var parts []string
		for _, argument := range call.Arguments {
			part, _ := Unparse(argument.Value)
			parts = append(parts, part)
		}
		have := "(" + strings.Join(parts, ", ")
		for _, positional := range call.Items[1:] {
			part, _ := Unparse(positional)
			have += "; " + part
		}
		if have += ")"; have != test.want || end != strings.LastIndex(test.text, ")")+1 || strings.Join(tolerant.Repairs, ", ") != test.repairs {
			t.Errorf("%q: %s up to %d, repairs %q", test.text, have, end, tolerant.Repairs)
		}
	}
	_, _, err := (&Tolerant{MaxNesting: 64}).Arguments("f(a=1", 1)
	if err == nil || !err.Truncated {
		t.Errorf("a call cut off: %v", err)
	}
	_, _, err = (&Tolerant{MaxNesting: 64}).Arguments("f(a=$)", 1)
	if err == nil || err.Truncated || err.Offset != 4 {
		t.Errorf("a call with a wrong character: %v", err)
	}
}

// FuzzParse: no text makes the parser panic or look at bytes more than a few
// times, and what is printed reads back as the same expression.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"f(a=1, b='x')", "[f(a={'k': (1,)}), g.h(*[1], **{})]", "'''\n'''\"\"", "0x1F+1_0.5e-3j", "lambda x, /, *, y=1: x[1:2, ::3]",
		"{**a, 'b': [x async for x in y if z]}", "(yield from a)", "a if b else not -c ** ~d", "f'{x!r:>{y}}' b'\\x00' r'\\", "x := 1", "#\n\\\n1",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p := parser{lexer: lexer{text: text}, maxNesting: maxNesting}
		node := p.whole()
		if limit := 8*len(text) + 64; p.steps > limit {
			t.Fatalf("%d steps for %d bytes", p.steps, len(text))
		}
		if p.failure != nil {
			if p.failure.Offset < 0 || p.failure.Offset > len(text) {
				t.Fatalf("error outside the text: %v", p.failure)
			}
			return
		}
		_, _ = Evaluate(node, nil)
		printed, err := Unparse(node)
		if err != nil {
			return
		}
		again, err := ParseExpression(printed)
		if err != nil {
			if strings.Contains(err.Error(), "nested") || strings.Contains(err.Error(), "f-string") {
				return // the normal form may need more brackets, and CPython's own spoils some f-strings
			}
			t.Fatalf("%q printed as %q: %v", text, printed, err)
		}
		if twice, err := Unparse(again); err == nil && twice != printed && !strings.Contains(printed, "f'") && !strings.Contains(printed, `f"`) {
			t.Fatalf("%q printed as %q, then as %q", text, printed, twice)
		}
	})
}
