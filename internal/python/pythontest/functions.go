package pythontest

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// NextCall returns a call of one of the interpreter's functions, on literals.
func (g *Generator) NextCall() string {
	quote := func(text string) string {
		quoted, _ := python.Repr(text)
		return quoted
	}
	switch g.random.IntN(16) {
	case 0:
		return "float(" + quote(g.numeric()) + ")"
	case 1:
		return "int(" + quote(g.numeric()) + ")"
	case 2:
		return fmt.Sprintf("round(%s, %d)", g.float(), g.random.IntN(12)-5)
	case 3:
		return fmt.Sprintf("fixed(%s, %d)", g.float(), g.random.IntN(5))
	case 4:
		return g.float() + " ** " + g.pick(g.float(), strconv.Itoa(g.random.IntN(40)-20), "0.5", "2", "3")
	case 5:
		return g.float() + g.pick(" // ", " % ", " / ", " * ", " - ", " + ") + g.float()
	case 6:
		return g.integer() + g.pick(" // ", " % ", " / ", " * ", " - ", " + ", " & ", " | ", " ^ ", " < ", " == ", " >= ") + g.pick(g.integer(), g.float())
	case 7:
		return g.pick("splitlines", "split", "lower", "length", "items") + "(" + quote(g.anyText(12)) + ")"
	case 8:
		return g.pick("isspace", "isword", "isprintable", "isidentifier", "lower", "str", "dumps") + "(" + quote(string(g.rune())) + ")"
	case 9:
		return fmt.Sprintf("%s[%s:%s:%s]", g.container(quote), g.bound(), g.bound(), g.pick("", "", "1", "2", "-1", "-2", "0"))
	case 10:
		return fmt.Sprintf("%s[%s]", g.container(quote), g.pick(g.bound(), "'a'", "None", "1.0", "True", "(1, 2)", "[1]"))
	case 11:
		return "contains(" + g.container(quote) + ", " + g.small(quote, 1) + ")"
	case 12, 13:
		return g.pick("dumps", "str", "truth", "items", "length", "float", "int") + "(" + g.small(quote, 3) + ")"
	case 14:
		return g.small(quote, 2) + g.pick(" < ", " <= ", " > ", " == ", " != ", " + ", " - ", " * ", " / ", " // ", " in ", " | ", " & ") + g.small(quote, 2)
	}
	return "loads(" + quote(g.json()) + ")"
}

// numeric is a text that is a number, or nearly.
func (g *Generator) numeric() string {
	text := g.pick("", "", " ", "\t", "\u00a0", "\x1c") + g.pick("", "", "+", "-", "--", "+ ") + g.pick("1", "12", "0", "00", "1_0", "1__0", "_1", "٣", "१२", "1e5", ".5", "5.", ".", "1e", "e5", "1.5E+3",
		"inf", "Infinity", "NaN", "nan", "INF", "infinit", "0x10", "1,000", "1 2", "१.५", "1_0.0_1", "1_.0", "1e1_0", "1e400", "12345678901234567890", "1p3", "1.e", "½", "²", "", "1e-400", "0b1", "1j", "𝟗") +
		g.pick("", "", " ", "\n", "_", "\u3000", "\x1f")
	if g.random.IntN(4) == 0 {
		text = g.damage(text)
	}
	return text
}

func (g *Generator) float() string {
	switch g.random.IntN(6) {
	case 0:
		return g.pick("0.5", "1.5", "2.5", "2.675", "0.125", "-0.0", "0.0", "1e16", "1e15", "1e-5", "1e308", "5e-324", "1e400", "-1e400", "(1e400-1e400)", "25.0", "-0.4", "1e22", "123456789.125")
	case 1:
		return strconv.FormatFloat(g.random.NormFloat64()*100, 'f', 3, 64)
	case 2:
		return strconv.FormatFloat(g.random.ExpFloat64(), 'g', -1, 64)
	case 3:
		return strconv.FormatFloat(g.random.NormFloat64()*1e10, 'e', 5, 64)
	}
	return strconv.FormatFloat(float64(g.random.IntN(100000)-20000)/100, 'f', 2, 64)
}

func (g *Generator) integer() string {
	switch g.random.IntN(5) {
	case 0:
		return g.pick("0", "1", "-1", "True", "False", "9007199254740993", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "10**30", "-(3**50)", "2**1024", "10**400")
	case 1:
		return strconv.FormatInt(int64(g.random.Uint64()), 10)
	}
	return strconv.Itoa(g.random.IntN(2000) - 1000)
}

func (g *Generator) rune() rune {
	r := rune(g.random.IntN(0x33000))
	if g.random.IntN(2) == 0 {
		r %= 0x3000
	}
	if 0xd800 <= r && r < 0xe000 {
		r -= 0x800
	}
	return r
}

func (g *Generator) anyText(most int) string {
	var out strings.Builder
	for range g.random.IntN(most) {
		out.WriteString(g.pick("a", "B", " ", "\n", "\r", "\r\n", "\v", "\f", "\x1c", "\x1d", "\x1e", "\x1f", "\u0085", "\u2028", "\u2029", "\u00a0", "\u3000", "Σ", "ΑΣ", "ς", ".", "'", "İ", "É", "\u0301", "ǅ", "😀", "ß", string(g.rune())))
	}
	return out.String()
}

func (g *Generator) bound() string {
	return g.pick("", "0", "1", "2", "-1", "-3", "5", "100", "-100", "True", "10**30", "-10**30", "None", "1.5")
}

func (g *Generator) container(quote func(string) string) string {
	switch g.random.IntN(6) {
	case 0, 1:
		return quote(g.anyText(6))
	case 2:
		return "b'ab\\xff'"
	case 3:
		return "[1, 'a', 2.0, None]"
	case 4:
		return "(1, 'a', True)"
	}
	return g.small(quote, 1)
}

// small is a literal of any kind.
func (g *Generator) small(quote func(string) string, depth int) string {
	kind := g.random.IntN(14)
	if depth <= 0 {
		kind %= 8
	}
	several := func() string {
		var items []string
		for range g.random.IntN(3) {
			items = append(items, g.small(quote, depth-1))
		}
		return strings.Join(items, ", ")
	}
	switch kind {
	case 0:
		return "None"
	case 1:
		return g.pick("True", "False", "...")
	case 2, 3:
		return g.pick("0", "1", "2", "-1", "3", g.integer())
	case 4:
		return g.pick("0.0", "1.0", "2.0", "1.5", g.float())
	case 5, 6:
		return g.pick("''", "'a'", "'1'", "'ab'", quote(g.anyText(4)))
	case 7:
		return g.pick("b''", "b'a'", "1j", "2j")
	case 8, 9:
		return "[" + several() + "]"
	case 10, 11:
		inner := several()
		if inner == "" {
			return "()"
		}
		return "(" + inner + ",)"
	case 12:
		return "{" + g.small(quote, depth-2) + ": " + g.small(quote, depth-1) + "}"
	}
	return "{" + g.small(quote, depth-2) + "}"
}

// json is a JSON text, or nearly.
func (g *Generator) json() string {
	text := g.jsonValue(3)
	for g.random.IntN(2) == 0 {
		text = g.damage(text)
	}
	return text
}

func (g *Generator) jsonValue(depth int) string {
	blank := func() string { return g.pick("", "", "", " ", "\n", "\t") }
	kind := g.random.IntN(9)
	if depth <= 0 {
		kind %= 5
	}
	switch kind {
	case 0:
		return g.pick("null", "true", "false", "NaN", "Infinity", "-Infinity", "nul", "True")
	case 1, 2:
		return g.pick("0", "1", "-1", "10", "1.5", "1e5", "1E+2", "-0", "-0.0", "1e400", "01", "1.", ".5", "1e", "-", "123456789012345678901234567890", "0.1", "1e16", g.float())
	case 3, 4:
		var out strings.Builder
		for range g.random.IntN(4) {
			out.WriteString(g.pick("a", "é", "\\n", "\\u00e9", "\\ud83d\\ude00", "\\ud83d", "\\ude00", "\\\"", "\\/", "\\x", "\\u12", "\n", "\u007f", "😀", "\\b\\f"))
		}
		return `"` + out.String() + `"`
	}
	var items []string
	for range g.random.IntN(4) {
		item := blank() + g.jsonValue(depth-1) + blank()
		if kind > 6 {
			item = blank() + g.pick(`"a"`, `"b"`, `"a"`, `"\u0061"`, `"é"`) + blank() + ":" + item
		}
		items = append(items, item)
	}
	if kind > 6 {
		return "{" + blank() + strings.Join(items, ",") + "}"
	}
	return "[" + blank() + strings.Join(items, ",") + "]"
}
