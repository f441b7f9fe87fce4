package toolcall

import (
	"strings"
	"testing"
)

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
		{`'a' b'a'`, `error: cannot mix bytes and nonbytes literals`},
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
		{`012`, `error: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers`},
		{`1__0`, `error: invalid decimal literal`},
		{`1e999`, `error: a number beyond all bounds`},
		{`'abc`, `error: ` + errEnd.Error()},
		{`[1, 2`, `error: ` + errEnd.Error()},
		{`$`, `error: unexpected "$"`},
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
