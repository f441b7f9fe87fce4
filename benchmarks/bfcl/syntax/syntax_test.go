package syntax

import (
	"fmt"
	"strings"
	"testing"
)

// shown writes what was read: name(key=value; value) or why there is nothing.
func shown(read func(string) (Call, bool, error), source string) string {
	call, found, err := read(source)
	switch {
	case err != nil:
		return "error"
	case !found:
		return "none"
	}
	var all []string
	for _, a := range call.Arguments {
		if a.Named {
			all = append(all, a.Name+"="+a.Value)
		} else {
			all = append(all, a.Value)
		}
	}
	return call.Name + "(" + strings.Join(all, "; ") + ")"
}

// The wanted values are those of the leaderboard's own parser.
func TestJava(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`Some.method(first="abc", second=mapArea, third=5L)`, "Some.method(first=abc; second=mapArea; third=5L)"},
		{`some.method(a='x"y', b="q\"r", c='', d=1)`, "error"}, // no empty character
		{`some.method(a='x"y', b="q\"r")`, `some.method(a=x"y; b=q\"r)`},
		{`some.method(a=b.C::d, e=x -> x + 1, f=() -> { return 1; })`, "some.method(a=b.C::d; e=x->x+1; f=()->{return1;})"},
		{`some.method(a="x" + y, b=(int) z, c=p ? q : r, d=!u && v)`, `some.method(a="x"+y; b=(int)z; c=p?q:r; d=!u&&v)`},
		{`some.method(a=new int[] { 1, 2, }, b=new String[][]{{"a"}})`, `some.method(a=new int[]{1,2,}; b=new String[]{{"a"}})`},
		{`some.method(a=new HashMap<String, Object>() {{ put("a", 1); }}, b=2)`, "some.method(a=new HashMap<String,Object>(); b=2)"},
		{`some.method(a=new A.B<>(1,  g( 2 ), new C("x y")))`, `some.method(a=new A.B<>(1, g( 2 ), new C("x y")))`},
		{`some.method(a=new Foo[2])`, "error"},
		{`some.method(a=Foo.bar( 1 ), b=int.class, c=Foo [ ] . class)`, "some.method(a=Foo.bar( 1 ); b=int.class; c=Foo [ ] . class)"},
		{`some.method(x, 5, "y", this, p.q, a=1)`, "some.method(x; a=1)"},
		{`some.method(Foo.class, x=1)`, "some.method(Foo.class; x=1)"},
		{`some.method(x, y)`, "error"}, // two without a name
		{`some.method(a=1, a=2)`, "error"},
		{`some.method(a.b = 1, c[0] = 2, d += 3, e >>= 4)`, "some.method(a.b=1; c[0]=2; d=3; e=4)"},
		{`some.method(a=b=c, x == 1, p-q = 1)`, "some.method(a=b=c)"},
		{`some.method(default=1, class=2, package=3)`, "some.method(default=1; class=2; package=3)"},
		{`some.method(int=1, default=2)`, "error"},
		{`some.default(a=1, b="long enough")`, "some.default(a=1; b=long enough)"},
		{`f(a=1).g(b="long enough")`, "f(a=1).g(b=long enough)"},
		{`print(some.method(a="long enough"))`, "print()"},
		{`String x = some.method(a=1);`, "some.method(a=1)"},
		{`Map<String, List<Integer>> x = some.method(a=1);`, "some.method(a=1)"},
		{`some-method(a="long enough")`, "method(a=long enough)"},
		{`some.method(a=List<String> x, b=2)`, "some.method(a=List<String>x; b=2)"},
		{`some.method(a=2023-01-01, b=5 > 3 >> 1 >= 2)`, "some.method(a=2023-01-01; b=5>3>>1>=2)"},
		{`some.method(a=08)`, "error"},
		{`some.method(a=0x1FL, b=.5e-3f, c=1_000, d=1., e=0b1, f=017)`, "some.method(a=0x1FL; b=.5e-3f; c=1_000; d=1.; e=0b1; f=017)"},
		{`some.method(a=[1, 2], b=3)`, "error"},
		{`some.method(a={"x": 1}, b=3)`, "error"},
		{`some.method(a=http://x.org, b=3)`, "error"},
		{`some.method(a=/* one */ 5, b=6)`, "some.method(a=/* one */; b=6)"},
		{`some.method(a=1 /* five */ + 2, b=3) // done`, "some.method(a=1/* five */+2; b=3)"},
		{"some.method(a=\"\"\"x\ny\"\"\", b=3)", "some.method(a=\"\"x\ny\"\"; b=3)"},
		{`some.method(a=switch (x) { case 1 -> 2; default -> 3; }, b=3)`, "some.method(a=switch(x){case1->2;default->3;}; b=3)"},
		{"", "none"},
		{"{}", "none"},
		{`{"name": "f"}`, "error"},
		// Non-ASCII text shifts what is cut behind it.
		{`some.method(a="é", b=12)`, `some.method(a=é"; ==2))`},
		{`[some.method(a=5, b=6)]`, "some.method(a=5; b=6)"},
		{`[some.method(a=5, b=6)];`, "some.method(a=5; b=6)"},
		{`[aa.b(a=1)]`, "aa.b(a=1)"},
		{`[a.b(a=1)]`, "error"},
		{`[some.method(a=5)], [some.method(a=6)]`, "error"},
		{`["x"]`, "error"},
		// What is repaired, and when the whole is given up instead.
		{`f(a="ab")`, "error"},
		{`f(a="abcdef")`, "f(a=abcdef)"},
		{`f(a=1);`, "f(a=1)"},
		{"first.method(a=1);\nsecond.method(b=2)", "first.method(a=1)"},
		{"first.method(a=1)\nsecond.method(b=2)", "error"},
		{"first.method(a=1)\nsecondmethod.x(b=2)", "first.method(a=1)"},
		{"first.method(a=1), second.method(b=2)", "error"},
		{`some.method(a="abc", b="x",)`, "some.method(a=abc; b=x; )"},
		{`some.method(a="abc",)`, "error"},
		{`some.method(put("a", ["b"]), c=3)`, "some.method(c=3)"},
		{`some.method(a=x[1, b=2)`, "some.method(a=x[1; b=2)"},
		{`some.method(a="abc"`, "error"},
		{"some.method(a=1)\nThat is", "some.method(a=1)"},
		{"some.method(a=1)\nThat is what was asked", "error"},
		{`No function`, "none"},
		{`No function needed`, "error"},
		{`No function is needed`, "none"},
		{`I cannot do this.`, "error"},
		{`java foo.bar(a=1)`, "error"},
	} {
		if have := shown(Java, test.source); have != test.want {
			_, _, err := Java(test.source)
			t.Errorf("%s\nhave %s (%v)\nwant %s", test.source, have, err, test.want)
		}
	}
}

func TestJavaScript(t *testing.T) {
	for _, test := range []struct{ source, want string }{
		{`f(a=[1, 2)`, "f(a=[1, 2)"},
		{`f(a={x: 1)`, "f(a={x: 1)"},
		{`f(a={)`, "f(a={)"},
		{`f(a=[1, b=2)`, "f(a=[1, b=2)"},
		{`f(a=[1), b=2)`, "error"},
		{"f(a=/* one */ 5, b= // two\n6)", "f(a=/* one */; b=// two)"},
		{`someMethod(a="é", b=12)`, `someMethod(a=é; b=12)`},
		{`someMethod(a='日本', b={c: "ü"})`, `someMethod(a=日本; b={c: "ü"})`},
		{`f(a="x", b='y', c=z, d=5n)`, "f(a=x; b=y; c=z; d=5n)"},
		{`f(a="x" + 'y', b="x" + "y")`, `f(a="x" + 'y'; b=x" + "y)`},
		{`f(a={"x": 1, y, ...z, get q() { return 1; }}, b=[1, , 2])`, `f(a={"x": 1, y, ...z, get q() { return 1; }}; b=[1, , 2])`},
		{`f(a=x => x, b=async (y) => { await y; }, c=function(p, {q}) { return p; })`, "f(a=x => x; b=async (y) => { await y; }; c=function(p, {q}) { return p; })"},
		{"f(a=`t ${x + `${y}`}`, b=/re,[/]g/gi, c=d / e)", "f(a=`t ${x + `${y}`}`; b=/re,[/]g/gi; c=d / e)"},
		{`f(a=new Map([[1, 2]]), b=typeof x, c=p ? q : r, d=-1)`, "f(a=new Map([[1, 2]]); b=typeof x; c=p ? q : r; d=-1)"},
		{`f(x, true=1)`, "error"},
		{`f(x, 5, false, null, undefined, this)`, "f(x)"},
		{`f(true)`, "f(true)"},
		{`f(x, true)`, "error"},
		{`f(a=1, a=2)`, "error"},
		{`f(a += 1, b == 2, c.d = 3, "e" + g)`, "f(c.d=3)"},
		{`f(default=1, in=2, get=3)`, "f(default=1; in=2; get=3)"},
		{`f(class=1)`, "error"},
		{`a.b["c"](d=1)`, `a.b["c"](d=1)`},
		{`f(a=1)(b=2)`, "f(a=1)(b=2)"},
		{`f?.(a=1)`, "f(a=1)"},
		{`f(a=1,)`, "f(a=1)"},
		{`f(a=1); g(b=2)`, "f(a=1)"},
		{"f(a=1)\ng(b=2)", "f(a=1)"},
		{`f(a=1) g(b=2)`, "error"},
		{`f(a=1) ggggggggggg(b=2)`, "error"},
		{`ffffffff(a=1) ggggggggggg(b=2)`, "ffffffff(a=1)"},
		{`ffffffff(a=1) done`, "ffffffff(a=1)"},
		{"javascript\nI cannot", "none"},
		{"I cannot", "error"},
		{`f(a=1), g(b=2)`, "none"},
		{"x = 5\nf(a=1)", "f(a=1)"},
		{`x = f(a=1)`, "none"},
		{`const {x} = f(a=1)`, "none"},
		{`if (x) f(a=1); else { y: for (;;) break y }`, "none"},
		{`class A extends B { m() {} }`, "none"},
		{`new F(a=1)`, "none"},
		{`(f(a=1))`, "none"},
		{`{"name": "f", "arguments": {}}`, "none"},
		{`{f(a=1)}`, "none"},
		{``, "none"},
		{`I`, "none"},
		{`I need`, "error"},
		{`f(a: 1)`, "error"},
		{`f(a=12ab)`, "error"},
		{"f(a=\"x\ny\")", "error"},
		{"f(a=\"x\\\ny\")", "f(a=x\\\ny)"},
		{`f(a=“x”)`, "f(a=“x”)"},
		{`f(a=1) // done`, "f(a=1)"},
		{`f(a={x=1})`, "error"},
		{`f(a=1`, "error"},
		{`f(a=1))`, "error"},
	} {
		if have := shown(JavaScript, test.source); have != test.want {
			_, _, err := JavaScript(test.source)
			t.Errorf("%s\nhave %s (%v)\nwant %s", test.source, have, err, test.want)
		}
	}
}

// Deep and long texts end in bounded time, with a refusal.
func TestHostileTexts(t *testing.T) {
	const n = 5_000
	for _, piece := range []string{
		"(", "[", "{", "f(", "f(a=", "-", "!", "a<", "a.b<", "x -> ", "() -> {", "new A(){{", "(a)", "a ? ", "`${", "{a:", "async ", "function f(){", "class A{", "a:", "if(a)", "do ", "try{",
		"@a", "\"", "'", "\\", "/*", "a,", "f(a=1) ", "new ", "x = () => {", "a x = () -> {", "case 1:", "switch(a){", "é", "\xff",
	} {
		for _, read := range []func(string) (Call, bool, error){Java, JavaScript} {
			source := strings.Repeat(piece, n)
			_, _, _ = read(source)
			_, _, _ = read("f(a=" + source[:len(piece)*1000] + ")")
		}
	}
	if _, _, err := Java(strings.Repeat(" ", maxSource+1)); err == nil || err.Error() != fmt.Sprintf("the text has more than %d bytes", maxSource) {
		t.Error(err)
	}
}

func FuzzCalls(f *testing.F) {
	for _, seed := range []string{
		`some.method(a=new HashMap<>() {{ put("a", 1); }}, b=new int[]{1}, c=x -> y)`, "f(a={x: [1, `${y}`]}, b=/z/g, c=async () => {})",
		"class A { int x = 1; void f(int a, B<C> b) throws D { try { g(); } catch (E e) { } } }", `a.b(c="é", d='x')`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, read := range []func(string) (Call, bool, error){Java, JavaScript} {
			call, found, err := read(source)
			if found && err != nil || !found && call.Name != "" {
				t.Errorf("%q: %+v %v %v", source, call, found, err)
			}
		}
	})
}
