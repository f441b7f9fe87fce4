package pythontest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Generator makes Python expressions as models write them, and others, some then
// damaged. It is not for concurrent use.
type Generator struct {
	random *rand.Rand
	out    strings.Builder
	inside int // open brackets, within which line breaks are blank
}

// NewGenerator returns a generator; the same seed gives the same inputs.
func NewGenerator(seed uint64) *Generator {
	return &Generator{random: rand.New(rand.NewPCG(seed, 0))}
}

// Next returns the next input.
func (g *Generator) Next() string {
	g.out.Reset()
	g.inside = 0
	switch g.random.IntN(8) {
	case 0:
		g.expression(4)
	case 1, 2:
		g.separated(0, 3, func() { g.call(4) })
	default:
		g.bracket("[", "]", func() { g.separated(0, 3, func() { g.call(4) }) })
	}
	text := g.out.String()
	if g.random.IntN(400) == 0 {
		text = g.deep()
	}
	for g.random.IntN(3) == 0 {
		text = g.damage(text)
	}
	return text
}

// Damaged returns a text of somebody else's with some damage.
func (g *Generator) Damaged(text string) string {
	for ok := true; ok; ok = g.random.IntN(2) == 0 {
		text = g.damage(text)
	}
	return text
}

// deep is an expression around the depths at which CPython gives up.
func (g *Generator) deep() string {
	shapes := [][3]string{
		{"[", "1", "]"}, {"(", "1", ")"}, {"{1:", "1", "}"}, {"{", "1", "}"}, {"f(", "", ")"}, {"f(a=", "1", ")"}, {"x[", "0", "]"}, {"(", "", ",)"},
		{"-", "1", ""}, {"not ", "1", ""}, {"1**", "1", ""}, {"", "1", "+1"}, {"", "x", ".x"}, {"", "f", "()"}, {"", "x", "[0]"}, {"lambda:", "1", ""}, {"1 if 1 else ", "1", ""},
	}
	shape := shapes[g.random.IntN(len(shapes))]
	count := 190 + g.random.IntN(20)
	if shape[0] == "" || shape[2] == "" {
		count = []int{300 + g.random.IntN(20), 340 + g.random.IntN(20), 2900 + g.random.IntN(50), 3100}[g.random.IntN(4)]
	}
	text := strings.Repeat(shape[0], count) + shape[1] + strings.Repeat(shape[2], count)
	if g.random.IntN(2) == 0 {
		return "f(a=" + g.pick("", "g(") + text + g.pick(")", "))")
	}
	return text
}

func (g *Generator) pick(words ...string) string { return words[g.random.IntN(len(words))] }

func (g *Generator) put(text string) {
	g.out.WriteString(text)
	switch g.random.IntN(60) {
	case 0, 1, 2:
		g.out.WriteByte(' ')
	case 3:
		if g.inside > 0 {
			g.out.WriteString(g.pick("\n", "  ", "\t", " # x\n", "\r\n", "\\\n", "\f"))
		}
	}
}

func (g *Generator) bracket(opening, closing string, inner func()) {
	g.inside++
	g.put(opening)
	inner()
	g.inside--
	g.put(closing)
}

func (g *Generator) separated(least, most int, element func()) {
	count := least + g.random.IntN(most-least+1)
	for i := range count {
		if i > 0 {
			g.put(", ")
		}
		element()
	}
	if count > 0 && g.random.IntN(15) == 0 {
		g.put(",")
	}
}

func (g *Generator) name() {
	g.put(g.pick("a", "b", "x", "f", "g", "true", "null", "value", "_x1", "ünï", "ﬁx", "名前", "match", "print", "ℌ", "os", "type", "ª", "x·"))
}

func (g *Generator) call(depth int) {
	g.name()
	for g.random.IntN(6) == 0 {
		switch g.random.IntN(6) {
		case 0:
			g.bracket("(", ")", func() {})
		case 1:
			g.bracket("[", "]", func() { g.expression(1) })
		default:
			g.put(".")
			g.name()
		}
	}
	g.arguments(depth)
}

func (g *Generator) arguments(depth int) {
	g.bracket("(", ")", func() {
		g.separated(0, 3, func() {
			switch g.random.IntN(24) {
			case 0, 1, 2:
				g.expression(depth - 1)
			case 3:
				g.put("*")
				g.expression(depth - 1)
			case 4:
				g.put("**")
				g.expression(depth - 1)
			case 5:
				g.name()
				g.put(g.pick(":=", "==", " = "))
				g.expression(depth - 1)
			default:
				g.name()
				g.put("=")
				g.value(depth - 1)
			}
		})
	})
}

// value is mostly a literal.
func (g *Generator) value(depth int) {
	if depth <= 0 || g.random.IntN(3) > 0 {
		g.literal(depth)
		return
	}
	g.expression(depth)
}

func (g *Generator) literal(depth int) {
	kind := g.random.IntN(10)
	if depth <= 0 {
		kind %= 5
	}
	switch kind {
	case 0, 1:
		g.put(g.text())
	case 2, 3:
		g.put(g.number())
	case 4:
		g.put(g.pick("True", "False", "None", "...", "true", "null"))
	case 5, 6:
		g.bracket("[", "]", func() { g.separated(0, 3, func() { g.value(depth - 1) }) })
	case 7, 8:
		g.bracket("{", "}", func() {
			g.separated(0, 3, func() {
				g.literal(0)
				g.put(": ")
				g.value(depth - 1)
			})
		})
	default:
		g.bracket("(", ")", func() { g.separated(0, 3, func() { g.value(depth - 1) }) })
	}
}

func (g *Generator) number() string {
	switch g.random.IntN(12) {
	case 0:
		return g.pick("0x1F", "0o17", "0b101", "1_000", "0_0", "00", "0x_f", "0XFF", "012", "1__0", "0b12", "0o8", "0x", "1_", "0xfor", "1if", "0_7")
	case 1:
		return g.pick("1e5", "1.5E-3", ".5", "5.", "1e400", "0.1", "1e16", "1e15", "1e-5", "1e-4", "1.e2", "012.5", "09e1", "1e", "1e+", "1_0.0_1", "3.14159265358979", "1e22", "123456789.123456789", "1._5", "0e0", "5e-324")
	case 2:
		return g.pick("2j", "1.5j", "0j", "1e3J", "07j", "1jx")
	case 3:
		return g.pick("12345678901234567890", "9007199254740993", "18446744073709551616", "-1", "9223372036854775807", "9223372036854775808")
	case 4:
		return fmt.Sprintf("%g", float64(g.random.IntN(100000))/1000)
	}
	return fmt.Sprint(g.random.IntN(100))
}

func (g *Generator) text() string {
	quote := g.pick("'", "'", `"`, `"`, "'''", `"""`)
	var body strings.Builder
	for range g.random.IntN(6) {
		body.WriteString(g.pick("a", "b c", "it's", `"`, "x=1", "(", ")", "é", "😀", "#", "{", "}", "{{", "\u00a0", "\u200b", "1.5", ", ", "\\n", "\\t",
			"\\\\", "\\'", "\\\"", "\\x41", "\\u00e9", "\\U0001F600", "\\101", "\\400", "\\0", "\\d", "\\", "\\ud83d\\ude00", "\\x4", "\\N", "\\é", "\n", "\\\n", "\t", "\\a", "\\8"))
	}
	prefix := ""
	if g.random.IntN(8) == 0 {
		prefix = g.pick("r", "u", "b", "R", "rb", "Br", "U", "B", "ur", "bu")
	}
	text := prefix + quote + body.String() + quote
	if g.random.IntN(12) == 0 {
		text += g.pick(" ", "") + g.text()
	}
	return text
}

func (g *Generator) formatted(depth int) {
	quote := g.pick("'", `"`, "'''")
	outer := g.out.String()
	g.out.Reset()
	for range g.random.IntN(4) {
		g.out.WriteString(g.pick("a", "{{", "}}", "\\n", " ", "é", "\\{", ":", "'", `"`))
		if g.random.IntN(2) == 0 {
			g.out.WriteString("{")
			g.expression(depth - 2)
			g.out.WriteString(g.pick("", "", "", "=", "!r", "!s", "!x", ":>5", ":{x}", " = ", "!a:b", ":", ":{x:{y}}"))
			g.out.WriteString("}")
		}
	}
	body := g.out.String()
	g.out.Reset()
	g.out.WriteString(outer)
	g.put(g.pick("f", "F", "rf", "fr") + quote + body + quote)
}

func (g *Generator) expression(depth int) {
	if depth <= 0 {
		if g.random.IntN(3) == 0 {
			g.name()
		} else {
			g.literal(0)
		}
		return
	}
	next := func() { g.expression(depth - 1) }
	switch g.random.IntN(30) {
	case 0, 1, 2, 3:
		g.literal(depth)
	case 4:
		g.put(g.pick("abs", "float", "int", "len", "max", "min", "pow", "round", "str", "sum"))
		g.bracket("(", ")", func() { g.separated(0, 2, func() { g.literal(1) }) })
		g.put(g.pick("+", "*", " - "))
		g.literal(0)
	case 5, 6:
		g.call(depth)
	case 7:
		g.name()
		g.put(".")
		g.name()
	case 8, 9:
		next()
		g.bracket("[", "]", func() { g.separated(1, 2, func() { g.index(depth - 1) }) })
	case 10, 11, 12:
		g.put(g.pick("-", "+", "~", "not ", "-", "- "))
		next()
	case 13, 14, 15, 16, 17:
		next()
		g.put(g.pick("+", "-", "*", "/", "//", "%", " + ", " * ", "@", "&", "|", "^", "+", "*"))
		next()
	case 18:
		g.literal(0)
		g.put(g.pick("**", "<<", ">>"))
		g.put(g.pick("2", "3", "0", "-1", "0.5", "x", "True", "7"))
	case 19:
		next()
		g.put(g.pick("<", ">", "==", "!=", " in ", " not in ", " is ", " is not ", "<=", ">=", "<>"))
		next()
	case 20:
		next()
		g.put(g.pick(" and ", " or "))
		next()
	case 21:
		next()
		g.put(" if ")
		next()
		g.put(" else ")
		next()
	case 22:
		g.put(g.pick("lambda: ", "lambda x: ", "lambda x, *y, z=1, **k: ", "lambda *, a: ", "lambda a=1, b: ", "lambda a, /, b: ", "lambda *: ", "lambda **k, a: ", "lambda *a, b, c=1, d: "))
		next()
	case 23:
		g.comprehension(depth)
	case 24:
		g.formatted(depth)
	case 25:
		g.bracket("(", ")", next)
	case 26:
		g.bracket("(", ")", func() {
			g.put(g.pick("x := ", "yield ", "yield", "yield from ", "*", "await ", "a, *", "x := y, "))
			next()
		})
	case 27:
		g.bracket("{", "}", func() { g.separated(1, 3, next) })
	case 28:
		g.bracket(g.pick("[", "{"), g.pick("]", "}"), func() { g.put(g.pick("*", "**", "x:=", "1:2, **", "1: ")); next() })
	default:
		g.put("await ")
		next()
	}
}

func (g *Generator) index(depth int) {
	switch g.random.IntN(6) {
	case 0:
		g.put(g.pick(":", "::", "1:", ":2", "1:2", "::2", "1:2:3", "-1:", ":=1", "x:=1", "x:=1:2", "*a", "*a, 1", "::-1"))
	default:
		g.expression(depth)
	}
}

func (g *Generator) comprehension(depth int) {
	opening := g.random.IntN(3)
	g.bracket([]string{"(", "[", "{"}[opening], []string{")", "]", "}"}[opening], func() {
		g.expression(depth - 1)
		if opening == 2 && g.random.IntN(2) == 0 {
			g.put(": ")
			g.expression(depth - 2)
		}
		for ok := true; ok; ok = g.random.IntN(5) == 0 {
			g.put(g.pick(" for x in ", " for x, y in ", " for *x, in ", " async for x in ", " for (x, [y]) in ", " for x.y in ", " for x[0] in ", " for f() in ", " for *x in ", " for x if "))
			g.expression(depth - 2)
			if g.random.IntN(4) == 0 {
				g.put(" if ")
				g.expression(depth - 2)
			}
		}
	})
}

// damage changes a text at one place.
func (g *Generator) damage(text string) string {
	if text == "" {
		return g.pick("", "(", "'", "a")
	}
	runes := []rune(text)
	at := g.random.IntN(len(runes))
	before, after := string(runes[:at]), string(runes[at:])
	switch g.random.IntN(7) {
	case 0:
		return before // cut off
	case 1:
		return before + string(runes[at+1:])
	case 2:
		return before + string(runes[at:at+1]) + after
	case 3:
		return after
	case 4:
		end := at + g.random.IntN(len(runes)-at)
		return before + string(runes[end:])
	}
	return before + g.pick("(", ")", "[", "]", "{", "}", "'", `"`, ",", ":", "=", ".", "*", "**", "-", " ", "\n", "\\", "#", "1", "0", "_", "e", "j", "x", "f'", "b'", "for ",
		" if ", " else ", " in ", "not ", "lambda", "None", "é", "$", "?", "!", ";", "`", "@", ":=", "==", "\t", "\r", "\f", "\v", "\u00a0", "“", "%", "&", "|", "~", "<", ">", "->", "+=", "await ",
		"class", "'''", `"""`, "\\n", "\\x", "🙂", "٣", "½", "²") + after
}
