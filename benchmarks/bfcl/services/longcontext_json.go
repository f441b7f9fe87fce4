package services

import "github.com/buttonbench/button/internal/python"

// The long lists of long context make up most of what their results say. They are
// written as JSON once and found again in results by comparing their items, which
// costs a twentieth of writing them.

// writtenList is a long list of texts, numbers or maps with its JSON, without the
// bracket before it. Nothing changes such a list or the maps in it.
type writtenList struct {
	items []python.Value
	json  string
}

// longList is the number of items from which a list is worth it.
const longList = 100

// write prepares the long lists among the constants, and those of all flight costs.
func (c *Constants) write() {
	for _, value := range c.values {
		if list, isList := value.(*python.List); isList {
			c.writeList(list)
		}
	}
	for _, costs := range routeCosts {
		c.writeList(&python.List{Items: costs})
	}
}

func (c *Constants) writeList(list *python.List) {
	if len(list.Items) < longList || !comparableItems(list.Items) {
		return
	}
	if text, err := python.DumpJSON(list); err == nil {
		c.written = append(c.written, writtenList{items: list.Items, json: text[1:]})
	}
}

// comparableItems reports whether equality of items, as Go has it, means the same
// text: zero has two.
func comparableItems(items []python.Value) bool {
	for _, item := range items {
		switch item := item.(type) {
		case string, *python.Dict:
		case float64:
			if item == 0 {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// appendJSON is python.AppendJSON of a result.
func (c *Constants) appendJSON(out []byte, result *python.Dict) ([]byte, error) {
	if c == nil || !hasLongList(result) {
		return python.AppendJSON(out, result)
	}
	var err error
	out = append(out, '{')
	for i := range result.Len() {
		key, value := result.At(i)
		if i > 0 {
			out = append(out, ", "...)
		}
		if out, err = python.AppendJSON(out, key); err != nil {
			return out, err
		}
		out = append(out, ": "...)
		if list, isList := value.(*python.List); isList {
			out, err = c.appendList(out, list)
		} else {
			out, err = python.AppendJSON(out, value)
		}
		if err != nil {
			return out, err
		}
	}
	return append(out, '}'), nil
}

// hasLongList reports whether a result of text keys has a long list as a member.
func hasLongList(result *python.Dict) bool {
	long := false
	for i := range result.Len() {
		key, value := result.At(i)
		if _, isText := key.(string); !isText {
			return false
		}
		list, isList := value.(*python.List)
		long = long || isList && len(list.Items) >= longList
	}
	return long
}

// appendList writes a list, of which a written one may be the end.
func (c *Constants) appendList(out []byte, list *python.List) ([]byte, error) {
	for _, w := range c.written {
		own := len(list.Items) - len(w.items)
		if own < 0 || !sameItems(list.Items[own:], w.items) {
			continue
		}
		out = append(out, '[')
		var err error
		for _, item := range list.Items[:own] {
			if out, err = python.AppendJSON(out, item); err != nil {
				return out, err
			}
			out = append(out, ", "...)
		}
		return append(out, w.json...), nil
	}
	return python.AppendJSON(out, list)
}

// sameItems compares items of which the second ones are comparable.
func sameItems(a, b []python.Value) bool {
	if &a[0] == &b[0] {
		return true
	}
	for i := len(b) - 1; i >= 0; i-- {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
