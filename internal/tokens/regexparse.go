package tokens

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds on an expression.
const (
	maxExpression = 1 << 14 // bytes
	maxProgram    = 1 << 14 // instructions
	maxNesting    = 64
)

// compile reads an expression in Oniguruma's syntax, as far as tokenizers use it.
func compile(expression string) (*regex, error) {
	if len(expression) > maxExpression || !utf8.ValidString(expression) {
		return nil, fmt.Errorf("an expression of %d bytes is not read", len(expression))
	}
	p := &compiler{source: expression}
	program, err := p.alternatives(0)
	if err == nil && p.at < len(p.source) {
		err = fmt.Errorf("%q is not expected", p.source[p.at:])
	}
	if err != nil {
		return nil, fmt.Errorf("expression at byte %d: %w", p.at, err)
	}
	return &regex{program: append(program, instruction{op: opMatch})}, nil
}

type compiler struct {
	source string
	at     int
	fold   bool // letters match both cases
}

func (p *compiler) accept(s string) bool {
	if strings.HasPrefix(p.source[p.at:], s) {
		p.at += len(s)
		return true
	}
	return false
}

func (p *compiler) more() bool { return p.at < len(p.source) }

// shifted is a program moved to a place behind others.
func shifted(program []instruction, by int) []instruction {
	out := make([]instruction, len(program))
	for i, in := range program {
		in.a, in.b = in.a+by, in.b+by
		out[i] = in
	}
	return out
}

func (p *compiler) alternatives(depth int) ([]instruction, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("nested too deeply")
	}
	left, err := p.sequence(depth)
	if err != nil || !p.accept("|") {
		return left, err
	}
	right, err := p.alternatives(depth + 1)
	if err != nil {
		return nil, err
	}
	// split 1, len+2; left; jump end; right
	out := []instruction{{op: opSplit, a: 1, b: len(left) + 2}}
	out = append(out, shifted(left, 1)...)
	out = append(out, instruction{op: opJump, a: len(left) + 2 + len(right)})
	return p.checked(append(out, shifted(right, len(left)+2)...))
}

func (p *compiler) checked(program []instruction) ([]instruction, error) {
	if len(program) > maxProgram {
		return nil, fmt.Errorf("the expression is too large")
	}
	return program, nil
}

func (p *compiler) sequence(depth int) ([]instruction, error) {
	var out []instruction
	outer := p.fold
	defer func() { p.fold = outer }()
	for p.more() && p.source[p.at] != '|' && p.source[p.at] != ')' {
		part, err := p.quantified(depth)
		if err != nil {
			return nil, err
		}
		if out, err = p.checked(append(out, shifted(part, len(out))...)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *compiler) quantified(depth int) ([]instruction, error) {
	atom, err := p.atom(depth)
	if err != nil || !p.more() {
		return atom, err
	}
	least, most, ok, err := p.quantifier()
	if err != nil || !ok {
		return atom, err
	}
	lazy := p.accept("?")
	possessive := !lazy && p.accept("+")
	var out []instruction
	if len(atom) == 1 && atom[0].op == opSet {
		out = []instruction{{op: opRepeat, set: atom[0].set, least: least, most: most, lazy: lazy}}
	} else if out, err = p.repeated(atom, least, most, lazy); err != nil {
		return nil, err
	}
	if possessive {
		out = []instruction{{op: opAtomic, program: append(out, instruction{op: opMatch})}}
	}
	return out, nil
}

func (p *compiler) quantifier() (least, most int, ok bool, err error) {
	switch {
	case p.accept("*"):
		return 0, -1, true, nil
	case p.accept("+"):
		return 1, -1, true, nil
	case p.accept("?"):
		return 0, 1, true, nil
	case p.source[p.at] != '{':
		return 0, 0, false, nil
	}
	end := strings.IndexByte(p.source[p.at:], '}')
	if end < 0 {
		return 0, 0, false, fmt.Errorf("a brace without its end")
	}
	low, high, ranged := strings.Cut(p.source[p.at+1:p.at+end], ",")
	p.at += end + 1
	if least, err = strconv.Atoi(low); err != nil && low != "" {
		return 0, 0, false, err
	}
	switch {
	case !ranged:
		most = least
	case high == "":
		most = -1
	default:
		if most, err = strconv.Atoi(high); err != nil {
			return 0, 0, false, err
		}
	}
	if least < 0 || least > 1000 || most > 1000 || most >= 0 && most < least {
		return 0, 0, false, fmt.Errorf("a repeat of %d to %d", least, most)
	}
	return least, most, true, nil
}

// repeated writes a part out several times.
func (p *compiler) repeated(atom []instruction, least, most int, lazy bool) ([]instruction, error) {
	var out []instruction
	var err error
	for range least {
		if out, err = p.checked(append(out, shifted(atom, len(out))...)); err != nil {
			return nil, err
		}
	}
	choose := func(here, there int) instruction {
		if lazy {
			return instruction{op: opSplit, a: there, b: here}
		}
		return instruction{op: opSplit, a: here, b: there}
	}
	if most < 0 {
		start := len(out)
		out = append(out, choose(start+1, start+len(atom)+2))
		out = append(out, shifted(atom, start+1)...)
		return p.checked(append(out, instruction{op: opJump, a: start}))
	}
	for range most - least {
		start := len(out)
		out = append(out, choose(start+1, start+1+len(atom)))
		if out, err = p.checked(append(out, shifted(atom, start+1)...)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (p *compiler) atom(depth int) ([]instruction, error) {
	switch c := p.source[p.at]; c {
	case '(':
		p.at++
		return p.group(depth)
	case '[':
		p.at++
		s, err := p.class(depth)
		return []instruction{{op: opSet, set: s}}, err
	case '.':
		p.at++
		return []instruction{{op: opSet, set: (&set{items: []item{{low: '\n', high: '\n'}}, negate: true}).seal()}}, nil
	case '^':
		p.at++
		return []instruction{{op: opBegin}}, nil
	case '$':
		p.at++
		return []instruction{{op: opEnd}}, nil
	case '*', '+', '?':
		return nil, fmt.Errorf("nothing to repeat")
	case '\\':
		i, err := p.escape()
		return []instruction{{op: opSet, set: (&set{items: p.folded(i)}).seal()}}, err
	}
	r, size := utf8.DecodeRuneInString(p.source[p.at:])
	p.at += size
	return []instruction{{op: opSet, set: (&set{items: p.folded(item{low: r, high: r})}).seal()}}, nil
}

// folded adds the other cases of a letter where case does not count.
func (p *compiler) folded(i item) []item {
	items := []item{i}
	if p.fold && i.table == nil && i.inner == nil && i.low == i.high {
		for r := unicode.SimpleFold(i.low); r != i.low; r = unicode.SimpleFold(r) {
			items = append(items, item{low: r, high: r})
		}
	}
	return items
}

func (p *compiler) group(depth int) ([]instruction, error) {
	outer := p.fold
	defer func() { p.fold = outer }()
	look, not, atomic := false, false, false
	switch {
	case p.accept("?:"):
	case p.accept("?i:"):
		p.fold = true
	case p.accept("?i)"):
		p.fold = true
		// It holds for the rest of the group around it.
		rest, err := p.alternatives(depth + 1)
		return rest, err
	case p.accept("?="):
		look = true
	case p.accept("?!"):
		look, not = true, true
	case p.accept("?>"):
		atomic = true
	case p.accept("?"):
		return nil, fmt.Errorf("a group of this kind is not read")
	}
	inner, err := p.alternatives(depth + 1)
	if err == nil && !p.accept(")") {
		err = fmt.Errorf("a group without its end")
	}
	if err != nil {
		return nil, err
	}
	switch {
	case look:
		return []instruction{{op: opLook, not: not, program: append(inner, instruction{op: opMatch})}}, nil
	case atomic:
		return []instruction{{op: opAtomic, program: append(inner, instruction{op: opMatch})}}, nil
	}
	return inner, nil
}

func (p *compiler) class(depth int) (*set, error) {
	if depth > maxNesting {
		return nil, fmt.Errorf("nested too deeply")
	}
	s := &set{negate: p.accept("^")}
	for first := true; ; first = false {
		if !p.more() {
			return nil, fmt.Errorf("a class without its end")
		}
		if !first && p.accept("]") {
			return s.seal(), nil
		}
		if strings.HasPrefix(p.source[p.at:], "&&") {
			return nil, fmt.Errorf("classes are not intersected")
		}
		if p.accept("[") {
			inner, err := p.class(depth + 1)
			if err != nil {
				return nil, err
			}
			s.items = append(s.items, item{inner: inner})
			continue
		}
		low, err := p.member()
		if err != nil {
			return nil, err
		}
		if low.table == nil && low.inner == nil && strings.HasPrefix(p.source[p.at:], "-") && !strings.HasPrefix(p.source[p.at:], "-]") {
			p.at++
			high, err := p.member()
			if err != nil {
				return nil, err
			}
			if high.table != nil || high.inner != nil || high.low < low.low {
				return nil, fmt.Errorf("a range that is none")
			}
			low.high = high.low
		}
		s.items = append(s.items, p.folded(low)...)
	}
}

func (p *compiler) member() (item, error) {
	if !p.more() {
		return item{}, fmt.Errorf("a class without its end")
	}
	if p.source[p.at] == '\\' {
		return p.escape()
	}
	r, size := utf8.DecodeRuneInString(p.source[p.at:])
	p.at += size
	return item{low: r, high: r}, nil
}

// escape reads what a backslash begins.
func (p *compiler) escape() (item, error) {
	p.at++
	if !p.more() {
		return item{}, fmt.Errorf("a backslash at the end")
	}
	r, size := utf8.DecodeRuneInString(p.source[p.at:])
	p.at += size
	switch r {
	case 's', 'S':
		return item{table: unicode.White_Space, not: r == 'S'}, nil
	case 'd', 'D':
		return item{table: unicode.Nd, not: r == 'D'}, nil
	case 'w', 'W':
		return item{inner: (&set{items: []item{{table: unicode.L}, {table: unicode.M}, {table: unicode.Nd}, {table: unicode.Pc}}}).seal(), not: r == 'W'}, nil
	case 'p', 'P':
		return p.property(r == 'P')
	case 'n':
		return item{low: '\n', high: '\n'}, nil
	case 'r':
		return item{low: '\r', high: '\r'}, nil
	case 't':
		return item{low: '\t', high: '\t'}, nil
	case 'f':
		return item{low: '\f', high: '\f'}, nil
	case 'v':
		return item{low: '\v', high: '\v'}, nil
	case 'x', 'u':
		return p.codePoint(r)
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) {
		return item{}, fmt.Errorf(`\%c is not read`, r)
	}
	return item{low: r, high: r}, nil
}

func (p *compiler) codePoint(kind rune) (item, error) {
	digits := ""
	if p.accept("{") {
		end := strings.IndexByte(p.source[p.at:], '}')
		if end < 0 {
			return item{}, fmt.Errorf("a code without its end")
		}
		digits = p.source[p.at : p.at+end]
		p.at += end + 1
	} else {
		width := map[rune]int{'x': 2, 'u': 4}[kind]
		if len(p.source)-p.at < width {
			return item{}, fmt.Errorf("a code without its end")
		}
		digits = p.source[p.at : p.at+width]
		p.at += width
	}
	code, err := strconv.ParseUint(digits, 16, 21)
	return item{low: rune(code), high: rune(code)}, err
}

// property reads \p{L}, \pL, \p{^L} and \p{Script=Han}.
func (p *compiler) property(not bool) (item, error) {
	name := ""
	if p.accept("{") {
		end := strings.IndexByte(p.source[p.at:], '}')
		if end < 0 {
			return item{}, fmt.Errorf("a property without its end")
		}
		name = p.source[p.at : p.at+end]
		p.at += end + 1
	} else if p.more() {
		name = p.source[p.at : p.at+1]
		p.at++
	}
	if rest, ok := strings.CutPrefix(name, "^"); ok {
		name, not = rest, !not
	}
	for _, prefix := range []string{"Script=", "sc=", "gc=", "General_Category="} {
		name = strings.TrimPrefix(name, prefix)
	}
	for _, tables := range []map[string]*unicode.RangeTable{unicode.Categories, unicode.Scripts, unicode.Properties} {
		if table, ok := tables[name]; ok {
			return item{table: table, not: not}, nil
		}
	}
	return item{}, fmt.Errorf("property %q is not known", name)
}
