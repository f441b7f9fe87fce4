package python

import (
	"math"
	"strconv"
)

// DumpJSON is Python's json.dumps(v): ", " and ": " between, only ASCII, keys in
// their order. What JSON cannot carry is a TypeError.
func DumpJSON(v Value) (string, error) {
	var p printer
	if err := p.json(v); err != nil {
		return "", err
	}
	return string(p.out), nil
}

func (p *printer) json(v Value) error {
	if err := p.check(" while encoding a JSON object"); err != nil {
		return err
	}
	switch v := v.(type) {
	case nil:
		p.out = append(p.out, "null"...)
	case bool:
		p.out = strconv.AppendBool(p.out, v)
	case Int:
		return p.int(v)
	case float64:
		p.out = appendJSONFloat(p.out, v)
	case string:
		p.out = appendJSONText(p.out, v)
	case *List:
		return p.jsonArray(v, v.Items)
	case Tuple:
		return p.jsonArray(nil, v)
	case *Dict:
		return p.jsonObject(v)
	default:
		return Raise("TypeError", "Object of type %s is not JSON serializable", KindName(v))
	}
	return nil
}

func (p *printer) jsonArray(container any, items []Value) error {
	if container == nil {
		p.inside = append(p.inside, nil)
	} else if !p.enter(container) {
		return circular()
	}
	p.out = append(p.out, '[')
	for i, item := range items {
		if i > 0 {
			p.out = append(p.out, ", "...)
		}
		if err := p.json(item); err != nil {
			return err
		}
	}
	p.out = append(p.out, ']')
	p.leave()
	return nil
}

func circular() error { return Raise("ValueError", "Circular reference detected") }

func (p *printer) jsonObject(d *Dict) error {
	if !p.enter(d) {
		return circular()
	}
	p.out = append(p.out, '{')
	for i := range d.entries {
		if i > 0 {
			p.out = append(p.out, ", "...)
		}
		if err := p.jsonKey(d.entries[i].key); err != nil {
			return err
		}
		p.out = append(p.out, ": "...)
		if err := p.json(d.entries[i].value); err != nil {
			return err
		}
	}
	p.out = append(p.out, '}')
	p.leave()
	return nil
}

func (p *printer) jsonKey(key Value) error {
	switch key := key.(type) {
	case string:
		p.out = appendJSONText(p.out, key)
		return nil
	case nil, bool, Int, float64:
		p.out = append(p.out, '"')
		err := p.json(key)
		p.out = append(p.out, '"')
		return err
	}
	return Raise("TypeError", "keys must be str, int, float, bool or None, not %s", KindName(key))
}

func appendJSONFloat(out []byte, x float64) []byte {
	switch {
	case math.IsNaN(x):
		return append(out, "NaN"...)
	case math.IsInf(x, 1):
		return append(out, "Infinity"...)
	case math.IsInf(x, -1):
		return append(out, "-Infinity"...)
	}
	return appendFloat(out, x)
}

func appendJSONText(out []byte, text string) []byte {
	out = append(out, '"')
	plain := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			i++
			continue
		}
		out = append(out, text[plain:i]...)
		r, size := DecodeRune(text[i:])
		out = appendJSONEscape(out, r)
		i += size
		plain = i
	}
	return append(append(out, text[plain:]...), '"')
}

func appendJSONEscape(out []byte, r rune) []byte {
	switch r {
	case '"', '\\':
		return append(out, '\\', byte(r))
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	case '\f':
		return append(out, `\f`...)
	case '\b':
		return append(out, `\b`...)
	}
	if r < 0x10000 {
		return appendHex(append(out, `\u`...), r, 4)
	}
	r -= 0x10000
	out = appendHex(append(out, `\u`...), 0xd800|r>>10, 4)
	return appendHex(append(out, `\u`...), 0xdc00|r&0x3ff, 4)
}
