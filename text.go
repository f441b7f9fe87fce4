package button

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

const hexDigits = "0123456789abcdef"

// AppendString writes a JSON string. Unlike encoding/json it leaves <, > and &
// as they are: the text of a message must survive a round trip byte for byte.
// What is no UTF-8 becomes U+FFFD.
func AppendString(out []byte, text string) []byte {
	out = append(out, '"')
	start := 0
	for i := 0; i < len(text); {
		c := text[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(text[i:])
			if r == utf8.RuneError && size == 1 {
				out = append(out, text[start:i]...)
				out = utf8.AppendRune(out, utf8.RuneError)
				start = i + 1
			}
			i += size
			continue
		}
		if c >= 0x20 && c != '"' && c != '\\' {
			i++
			continue
		}
		out = append(out, text[start:i]...)
		switch c {
		case '"', '\\':
			out = append(out, '\\', c)
		case '\n':
			out = append(out, '\\', 'n')
		case '\r':
			out = append(out, '\\', 'r')
		case '\t':
			out = append(out, '\\', 't')
		default:
			out = append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i++
		start = i
	}
	out = append(out, text[start:]...)
	return append(out, '"')
}

// objectWriter writes the known members of a type in their canonical order.
type objectWriter struct {
	out   []byte
	count int
}

func (w *objectWriter) name(name string) {
	if w.count == 0 {
		w.out = append(w.out, '{')
	} else {
		w.out = append(w.out, ',')
	}
	w.count++
	w.out = AppendString(w.out, name)
	w.out = append(w.out, ':')
}

func (w *objectWriter) text(name, value string) {
	w.name(name)
	w.out = AppendString(w.out, value)
}

func (w *objectWriter) optionalText(name, value string) {
	if value != "" {
		w.text(name, value)
	}
}

func (w *objectWriter) boolean(name string, value bool) {
	w.name(name)
	w.out = strconv.AppendBool(w.out, value)
}

func (w *objectWriter) raw(name string, value json.RawMessage) {
	w.name(name)
	w.out = append(w.out, value...)
}

func (w *objectWriter) value(name string, value any) error {
	text, err := encode(value)
	if err == nil {
		w.raw(name, text)
	}
	return err
}

func (w *objectWriter) extra(members Members) {
	for _, member := range members {
		w.raw(member.Name, member.Value)
	}
}

func (w *objectWriter) end() []byte {
	if w.count == 0 {
		return append(w.out, '{', '}')
	}
	return append(w.out, '}')
}

// readKnown hands each member to known; what known does not take is returned.
func readKnown(data []byte, known func(name string, value json.RawMessage) (bool, error)) (Members, error) {
	members, err := parseMembers(data)
	if err != nil {
		return nil, err
	}
	var extra Members
	for _, member := range members {
		taken, err := known(member.Name, member.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", member.Name, err)
		}
		if !taken {
			extra = append(extra, member)
		}
	}
	return extra, nil
}
