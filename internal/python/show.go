package python

import (
	"math"
	"strconv"
)

// Repr is Python's repr(v). It fails for a whole number of more than 4300 digits,
// for values over 990 deep and for a result over 64 MiB.
func Repr(v Value) (string, error) {
	var p printer
	if err := p.repr(v); err != nil {
		return "", err
	}
	return string(p.out), nil
}

// Str is Python's str(v): a text itself, anything else as Repr.
func Str(v Value) (string, error) {
	if text, ok := v.(string); ok {
		return text, nil
	}
	return Repr(v)
}

// printer writes values; inside are the containers it is in, which tells the one
// that holds itself.
type printer struct {
	out    []byte
	inside []any
}

// enter reports whether a container is new on the way down.
func (p *printer) enter(container any) (isNew bool) {
	for _, outer := range p.inside {
		if outer == container {
			return false
		}
	}
	p.inside = append(p.inside, container)
	return true
}

func (p *printer) leave() { p.inside = p.inside[:len(p.inside)-1] }

func (p *printer) check(doing string) error {
	if len(p.inside) > maxDepth {
		return tooDeep(doing)
	}
	if len(p.out) > maxText {
		return tooLarge("a text over 64 MiB")
	}
	return nil
}

func (p *printer) repr(v Value) error {
	if err := p.check(" while getting the repr of an object"); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		p.out = append(p.out, "None"...)
	case bool:
		if v {
			p.out = append(p.out, "True"...)
		} else {
			p.out = append(p.out, "False"...)
		}
	case Int:
		return p.int(v)
	case float64:
		p.out = appendFloat(p.out, v)
	case string:
		p.out = appendQuoted(p.out, v)
	case Bytes:
		p.out = appendQuotedBytes(p.out, string(v))
	case Complex:
		p.out = appendComplex(p.out, complex128(v))
	case EllipsisType:
		p.out = append(p.out, "Ellipsis"...)
	case Opaque:
		p.out = append(p.out, v.Text...)
	case *List:
		return p.sequence(v, "[", v.Items, "]")
	case Tuple:
		if len(v) == 1 {
			return p.sequence(nil, "(", v, ",)")
		}
		return p.sequence(nil, "(", v, ")")
	case *Dict:
		return p.dict(v)
	case *Set:
		if v.Len() == 0 {
			p.out = append(p.out, "set()"...)
			return nil
		}
		members := make([]Value, v.Len())
		for i := range members {
			members[i] = v.At(i)
		}
		return p.sequence(v, "{", members, "}")
	case Slice:
		return p.sequence(nil, "slice(", []Value{v.Lower, v.Upper, v.Step}, ")")
	}
	return nil
}

func (p *printer) int(n Int) error {
	if bits := n.bits(); bits > 14280 { // the least number of 4300 digits has 14281 bits, the greatest 14285
		if bits > 14285 {
			return tooManyDigits()
		}
		digits := n.digits()
		if len(digits) > maxDigits && (digits[0] != '-' || len(digits) > maxDigits+1) {
			return tooManyDigits()
		}
		p.out = append(p.out, digits...)
		return nil
	}
	if n.big == nil {
		p.out = strconv.AppendInt(p.out, n.small, 10)
	} else {
		p.out = n.big.Append(p.out, 10)
	}
	return nil
}

func tooManyDigits() error {
	return Raise("ValueError", "Exceeds the limit (%d digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit", maxDigits)
}

// sequence writes items; container is nil for what cannot hold itself.
func (p *printer) sequence(container any, before string, items []Value, after string) error {
	if container == nil {
		p.inside = append(p.inside, nil)
	} else if !p.enter(container) {
		p.out = append(append(append(p.out, before...), "..."...), after...)
		return nil
	}
	p.out = append(p.out, before...)
	for i, item := range items {
		if i > 0 {
			p.out = append(p.out, ", "...)
		}
		if err := p.repr(item); err != nil {
			return err
		}
	}
	p.out = append(p.out, after...)
	p.leave()
	return nil
}

func (p *printer) dict(d *Dict) error {
	if !p.enter(d) {
		p.out = append(p.out, "{...}"...)
		return nil
	}
	p.out = append(p.out, '{')
	for i := range d.entries {
		if i > 0 {
			p.out = append(p.out, ", "...)
		}
		if err := p.repr(d.entries[i].key); err != nil {
			return err
		}
		p.out = append(p.out, ": "...)
		if err := p.repr(d.entries[i].value); err != nil {
			return err
		}
	}
	p.out = append(p.out, '}')
	p.leave()
	return nil
}

// appendFloat writes the shortest digits that read back, in exponents below 1e-4
// and from 1e16 on.
func appendFloat(out []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(out, "nan"...)
	case math.IsInf(x, 1):
		return append(out, "inf"...)
	case math.IsInf(x, -1):
		return append(out, "-inf"...)
	}
	if size := math.Abs(x); size != 0 && (size < 1e-4 || size >= 1e16) {
		return strconv.AppendFloat(out, x, 'e', -1, 64)
	}
	if short, done := appendHundredths(out, x); done {
		return short
	}
	before := len(out)
	out = strconv.AppendFloat(out, x, 'f', -1, 64)
	for _, c := range out[before:] {
		if c == '.' {
			return out
		}
	}
	return append(out, ".0"...)
}

func appendComplex(out []byte, c complex128) []byte {
	part := func(x float64) []byte {
		text := appendFloat(nil, x)
		if n := len(text); n > 2 && text[n-2] == '.' && text[n-1] == '0' {
			text = text[:n-2]
		}
		return text
	}
	if real(c) == 0 && !math.Signbit(real(c)) {
		return append(append(out, part(imag(c))...), 'j')
	}
	out = append(append(out, '('), part(real(c))...)
	if !math.Signbit(imag(c)) || math.IsNaN(imag(c)) {
		out = append(out, '+')
	}
	return append(append(out, part(imag(c))...), "j)"...)
}
