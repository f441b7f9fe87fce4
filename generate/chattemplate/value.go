package chattemplate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/toolcall"
)

// kind is what a JSON value is.
type kind byte

const (
	null kind = iota
	boolean
	number
	text
	list
	object
)

// value is a JSON value as a template sees it: read by Python, so that a real
// number is a float64 and of two members of one name the last one counts, but with
// the order of members kept. The source of a number is kept beside it.
type value struct {
	kind    kind
	text    string // of a string; the source of a number; "true" or "false"
	items   []*value
	members []member
}

type member struct {
	name  string
	value *value
}

// maxInteger is the longest whole number, in digits, that Python reads.
const maxInteger = 4300

// parseValue reads one JSON value.
func parseValue(data []byte) (*value, error) {
	if !json.Valid(data) {
		return nil, fmt.Errorf("not valid JSON: %.40s", data)
	}
	p := parser{data: data}
	v, err := p.value(0)
	return v, err
}

// parser reads JSON that is known to be valid.
type parser struct {
	data []byte
	at   int
}

func (p *parser) space() {
	for p.at < len(p.data) && (p.data[p.at] == ' ' || p.data[p.at] == '\n' || p.data[p.at] == '\t' || p.data[p.at] == '\r') {
		p.at++
	}
}

func (p *parser) value(depth int) (*value, error) {
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", button.MaxDepth)
	}
	p.space()
	switch c := p.data[p.at]; c {
	case '{':
		return p.object(depth)
	case '[':
		return p.list(depth)
	case '"':
		s, err := p.text()
		return &value{kind: text, text: s}, err
	case 't', 'f', 'n':
		word := map[byte]string{'t': "true", 'f': "false", 'n': "null"}[c]
		p.at += len(word)
		if c == 'n' {
			return &value{kind: null}, nil
		}
		return &value{kind: boolean, text: word}, nil
	}
	start := p.at
	for p.at < len(p.data) && strings.IndexByte("+-.0123456789eE", p.data[p.at]) >= 0 {
		p.at++
	}
	v := &value{kind: number, text: string(p.data[start:p.at])}
	if len(v.text) > maxInteger && !isReal(v.text) {
		return nil, fmt.Errorf("a whole number of %d digits: Python reads at most %d", len(v.text), maxInteger)
	}
	return v, nil
}

func (p *parser) text() (string, error) {
	start := p.at
	escaped := false
	for p.at++; p.data[p.at] != '"'; p.at++ {
		if p.data[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	if !escaped {
		return string(p.data[start+1 : p.at-1]), nil
	}
	var s string
	err := json.Unmarshal(p.data[start:p.at], &s)
	return s, err
}

func (p *parser) list(depth int) (*value, error) {
	v := &value{kind: list}
	for p.at++; ; p.at++ {
		p.space()
		if p.data[p.at] == ']' {
			break
		}
		item, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		v.items = append(v.items, item)
		if p.space(); p.data[p.at] == ']' {
			break
		}
	}
	p.at++
	return v, nil
}

func (p *parser) object(depth int) (*value, error) {
	v := &value{kind: object}
	places := map[string]int{} // of two members of one name the later one counts, in the earlier one's place
	for p.at++; ; p.at++ {
		p.space()
		if p.data[p.at] == '}' {
			break
		}
		name, err := p.text()
		if err != nil {
			return nil, err
		}
		p.space()
		p.at++ // the colon
		inner, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		if at, twice := places[name]; twice {
			v.members[at].value = inner
		} else {
			places[name] = len(v.members)
			v.members = append(v.members, member{name, inner})
		}
		if p.space(); p.data[p.at] == '}' {
			break
		}
	}
	p.at++
	return v, nil
}

// get is a member's value, nil without it or of what is no object.
func (v *value) get(name string) *value {
	if v == nil || v.kind != object {
		return nil
	}
	for i := range v.members {
		if v.members[i].name == name {
			return v.members[i].value
		}
	}
	return nil
}

// str is a string's text, "" of everything else.
func (v *value) str() string {
	if v == nil || v.kind != text {
		return ""
	}
	return v.text
}

// truthy is whether Python takes the value for true.
func (v *value) truthy() bool {
	if v == nil {
		return false
	}
	switch v.kind {
	case null:
		return false
	case boolean:
		return v.text == "true"
	case number:
		f, _ := strconv.ParseFloat(v.text, 64)
		return f != 0
	case text:
		return v.text != ""
	case list:
		return len(v.items) > 0
	}
	return len(v.members) > 0
}

func isReal(source string) bool { return strings.ContainsAny(source, ".eE") }

// pythonNumber is a number as Python prints it after reading it; infinity is what
// it writes for a real number beyond float64.
func pythonNumber(source, infinity string) string {
	if !isReal(source) {
		if source == "-0" {
			return "0"
		}
		return source
	}
	f, err := strconv.ParseFloat(source, 64)
	if err != nil && (f > 1 || f < -1) {
		return strings.Repeat("-", len(source)-len(strings.TrimPrefix(source, "-"))) + infinity
	}
	return toolcall.PythonFloatRepr(source)
}

// appendJSON writes the value as Python's json.dumps(ensure_ascii=False) does.
// indent 0 puts all on one line.
func (v *value) appendJSON(out []byte, indent, level int) []byte {
	switch v.kind {
	case null:
		return append(out, "null"...)
	case boolean:
		return append(out, v.text...)
	case number:
		return append(out, pythonNumber(v.text, "Infinity")...)
	case text:
		return appendQuoted(out, v.text)
	case list:
		if len(v.items) == 0 {
			return append(out, "[]"...)
		}
		out = append(out, '[')
		for i, item := range v.items {
			out = item.appendJSON(appendBreak(out, i, indent, level+1), indent, level+1)
		}
		return append(appendBreak(out, 0, indent, level), ']')
	}
	if len(v.members) == 0 {
		return append(out, "{}"...)
	}
	out = append(out, '{')
	for i := range v.members {
		out = appendQuoted(appendBreak(out, i, indent, level+1), v.members[i].name)
		out = v.members[i].value.appendJSON(append(out, ": "...), indent, level+1)
	}
	return append(appendBreak(out, 0, indent, level), '}')
}

// appendBreak writes what stands before an element or, with index 0, before a
// closing bracket.
func appendBreak(out []byte, index, indent, level int) []byte {
	if index > 0 {
		out = append(out, ',')
	}
	if indent > 0 {
		out = append(out, '\n')
		return append(out, strings.Repeat(" ", indent*level)...)
	}
	if index > 0 {
		out = append(out, ' ')
	}
	return out
}

// appendQuoted writes a string as Python's json.dumps(ensure_ascii=False) does.
func appendQuoted(out []byte, s string) []byte {
	out = append(out, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c >= ' ':
			out = append(out, c)
		case c == '\n':
			out = append(out, `\n`...)
		case c == '\r':
			out = append(out, `\r`...)
		case c == '\t':
			out = append(out, `\t`...)
		case c == '\b':
			out = append(out, `\b`...)
		case c == '\f':
			out = append(out, `\f`...)
		default:
			out = fmt.Appendf(out, `\u%04x`, c)
		}
	}
	return append(out, '"')
}

func quoted(s string) string { return string(appendQuoted(nil, s)) }

// json is the value on one line.
func (v *value) json() string { return string(v.appendJSON(nil, 0, 0)) }

// indented is the value over several lines, four spaces a level.
func (v *value) indented() string { return string(v.appendJSON(nil, 4, 0)) }

// python is Python's str of the value: a string as it is, everything else as repr.
func (v *value) python() string {
	if v.kind == text {
		return v.text
	}
	var out strings.Builder
	v.repr(&out)
	return out.String()
}

func (v *value) repr(out *strings.Builder) {
	switch v.kind {
	case null:
		out.WriteString("None")
	case boolean:
		out.WriteString(strings.ToUpper(v.text[:1]) + v.text[1:])
	case number:
		out.WriteString(pythonNumber(v.text, "inf"))
	case text:
		out.WriteString(toolcall.PythonRepr(v.text))
	case list:
		out.WriteByte('[')
		for i, item := range v.items {
			if i > 0 {
				out.WriteString(", ")
			}
			item.repr(out)
		}
		out.WriteByte(']')
	case object:
		out.WriteByte('{')
		for i := range v.members {
			if i > 0 {
				out.WriteString(", ")
			}
			out.WriteString(toolcall.PythonRepr(v.members[i].name) + ": ")
			v.members[i].value.repr(out)
		}
		out.WriteByte('}')
	}
}

// sorted is the members in the order of Jinja's dictsort: by lower-case name.
func (v *value) sorted() []member {
	if v == nil || v.kind != object {
		return nil
	}
	members := slices.Clone(v.members)
	slices.SortStableFunc(members, func(a, b member) int {
		return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
	})
	return members
}

// sameValue compares what a record says with what was read back. respelled tells
// of a number that is equal but written otherwise.
func sameValue(want, have *value) (same, respelled bool) {
	if want.kind != have.kind {
		return false, false
	}
	switch want.kind {
	case null:
		return true, false
	case boolean, text:
		return want.text == have.text, false
	case number:
		if want.text == have.text {
			return true, false
		}
		return sameNumber(want.text, have.text), true
	case list:
		if len(want.items) != len(have.items) {
			return false, false
		}
		for i := range want.items {
			ok, other := sameValue(want.items[i], have.items[i])
			if respelled = respelled || other; !ok {
				return false, false
			}
		}
		return true, respelled
	}
	if len(want.members) != len(have.members) {
		return false, false
	}
	members := make(map[string]*value, len(have.members))
	for _, m := range have.members {
		members[m.name] = m.value
	}
	for _, m := range want.members {
		inner := members[m.name]
		if inner == nil {
			return false, false
		}
		ok, other := sameValue(m.value, inner)
		if respelled = respelled || other; !ok {
			return false, false
		}
	}
	return true, respelled
}

// sameNumber compares two JSON numbers by value, exactly.
func sameNumber(a, b string) bool {
	digitsA, powerA, okA := decimal(a)
	digitsB, powerB, okB := decimal(b)
	return okA && okB && digitsA == digitsB && (powerA == powerB || digitsA == "" || digitsA == "-")
}

// decimal is a number as its significant digits, with a sign, and a power of ten.
func decimal(s string) (digits string, power int, ok bool) {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		n, err := strconv.Atoi(strings.TrimPrefix(exponent, "+"))
		if err != nil {
			return "", 0, false
		}
		power = n
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	power -= len(fraction)
	all := strings.TrimLeft(whole+fraction, "0")
	trimmed := strings.TrimRight(all, "0")
	if trimmed == "" {
		return "", 0, all == "" && mantissa != ""
	}
	for _, c := range []byte(trimmed) {
		if c < '0' || c > '9' {
			return "", 0, false
		}
	}
	return sign + trimmed, power + len(all) - len(trimmed), true
}

// leading reads one JSON value at the start of a text and returns what follows.
func leading(s string) (*value, string, error) {
	decoder := json.NewDecoder(strings.NewReader(s))
	var raw json.RawMessage
	if err := decoder.Decode(&raw); err != nil {
		return nil, s, err
	}
	v, err := parseValue(raw)
	return v, s[decoder.InputOffset():], err
}
