package toolsource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// A document is read into a tree of *object, []any, string, json.Number, bool and
// nil, whether it was JSON or YAML.

// object is a JSON object that keeps the order of its members.
type object struct {
	names  []string
	values map[string]any
}

func newObject() *object { return &object{values: map[string]any{}} }

func (o *object) get(name string) any { return o.values[name] }

func (o *object) has(name string) bool {
	_, found := o.values[name]
	return found
}

func (o *object) set(name string, value any) {
	if !o.has(name) {
		o.names = append(o.names, name)
	}
	o.values[name] = value
}

func (o *object) text(name string) string {
	text, _ := o.values[name].(string)
	return text
}

func (o *object) object(name string) *object {
	inner, _ := o.values[name].(*object)
	return inner
}

func (o *object) list(name string) []any {
	inner, _ := o.values[name].([]any)
	return inner
}

// located is a value of a document that may hold several.
type located struct {
	value any
	line  int
}

// parseJSON reads the JSON values of a text, one behind the other.
func parseJSON(data []byte) ([]located, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("not valid UTF-8")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	lines := lineCounter{data: data, line: 1}
	var values []located
	for {
		token, err := decoder.Token()
		if err == io.EOF && len(values) > 0 {
			return values, nil
		}
		line := lines.at(decoder.InputOffset())
		if err == io.EOF {
			return nil, errors.New("the document is empty")
		}
		if err == nil {
			var value any
			if value, err = jsonValue(decoder, token, 0); err == nil {
				values = append(values, located{value, line})
				continue
			}
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			err = errors.New("the JSON text ends too early")
		}
		return nil, fmt.Errorf("line %d: %w", lines.at(decoder.InputOffset()), err)
	}
}

// lineCounter turns growing offsets into lines.
type lineCounter struct {
	data []byte
	done int64
	line int
}

func (c *lineCounter) at(offset int64) int {
	if offset > c.done {
		c.line += bytes.Count(c.data[c.done:offset], []byte("\n"))
		c.done = offset
	}
	return c.line
}

func jsonValue(decoder *json.Decoder, token json.Token, depth int) (any, error) {
	if depth > button.MaxDepth {
		return nil, fmt.Errorf("nested deeper than %d levels", button.MaxDepth)
	}
	delimiter, ok := token.(json.Delim)
	if !ok {
		return token, nil
	}
	if delimiter == '[' {
		list := []any{}
		for decoder.More() {
			value, err := nextValue(decoder, depth)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		_, err := decoder.Token()
		return list, err
	}
	out := newObject()
	for decoder.More() {
		token, err := decoder.Token()
		if err != nil {
			return nil, err
		}
		name, ok := token.(string)
		if !ok {
			return nil, errors.New("want a member's name in double quotes")
		}
		if out.has(name) {
			return nil, fmt.Errorf("member %s stands twice in one object", quote(name))
		}
		value, err := nextValue(decoder, depth)
		if err != nil {
			return nil, err
		}
		out.set(name, value)
	}
	_, err := decoder.Token()
	return out, err
}

func nextValue(decoder *json.Decoder, depth int) (any, error) {
	token, err := decoder.Token()
	if err != nil {
		return nil, err
	}
	return jsonValue(decoder, token, depth+1)
}

// appendJSON writes a tree as JSON without white space.
func appendJSON(out []byte, value any) []byte {
	switch value := value.(type) {
	case *object:
		out = append(out, '{')
		for i, name := range value.names {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(button.AppendString(out, name), ':')
			out = appendJSON(out, value.values[name])
		}
		return append(out, '}')
	case []any:
		out = append(out, '[')
		for i, item := range value {
			if i > 0 {
				out = append(out, ',')
			}
			out = appendJSON(out, item)
		}
		return append(out, ']')
	case string:
		return button.AppendString(out, value)
	case json.Number:
		return append(out, value...)
	case bool:
		return strconv.AppendBool(out, value)
	}
	return append(out, "null"...)
}

// quote shows foreign text in a message, shortened and on one line.
func quote(text string) string {
	return strconv.Quote(shorten(text, 80))
}

// quoteValue shows a value of a document in a message.
func quoteValue(value any) string {
	if text, ok := value.(string); ok {
		return quote(text)
	}
	return shorten(string(appendJSON(nil, value)), 80)
}

// shorten keeps the beginning of a long text.
func shorten(text string, longest int) string {
	if len(text) <= longest {
		return text
	}
	return strings.ToValidUTF8(text[:longest], "") + "..."
}

// plain turns foreign text into text for people: control characters become
// spaces, lines end in \n alone.
func plain(text string) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r\n", "\n")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (r < 0x20 || r >= 0x7f && r < 0xa0) {
			return ' '
		}
		return r
	}, text))
}
