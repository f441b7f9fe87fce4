package quality

import "strings"

// consistency wants a simulated world that does not change by itself.
func (c *check) consistency() error {
	c.sameAnswers()
	c.contradictions()
	return nil
}

// sameAnswers compares calls that are the same.
func (c *check) sameAnswers() {
	for i := range c.calls {
		made := &c.calls[i]
		if made.invented.failed || made.result < 0 || made.changes() {
			continue
		}
		for k := i - 1; k >= 0; k-- {
			before := &c.calls[k]
			if before.invented.failed || !before.sameCall(made) || c.wroteBetween(k, i) {
				continue
			}
			if !equalJSON(before.invented.result, made.invented.result) {
				c.report("answer", made.result, c.record.Messages[made.result].Content, "the same call of %s had another result", made.Name)
			}
			break
		}
	}
}

func (made *call) sameCall(other *call) bool {
	return made.Name == other.Name && equalJSON(made.invented.arguments, other.invented.arguments)
}

// wroteBetween reports whether a write that did not fail stands between two calls,
// or is the earlier one's.
func (c *check) wroteBetween(before, after int) bool {
	for i := before; i < after; i++ {
		if c.calls[i].changes() && !c.calls[i].invented.failed {
			return true
		}
	}
	return c.calls[after].changes()
}

// thing is what a result says of one thing.
type thing struct {
	identity string         // its identifying members with their values
	object   map[string]any // all of its members
}

// contradictions compares what results say of the same thing.
func (c *check) contradictions() {
	things := make([][]thing, len(c.calls))
	for i := range c.calls {
		if c.calls[i].result >= 0 {
			things[i] = thingsIn(c.calls[i].invented.result)
		}
	}
	for i := range c.calls {
		known := map[string]map[string]any{}
		for k := i - 1; k >= 0; k-- {
			if c.wroteBetween(k, i) {
				break
			}
			if !c.alike(k, i) {
				continue
			}
			for _, one := range things[k] {
				known[one.identity] = one.object
			}
		}
		for _, one := range things[i] {
			if before := known[one.identity]; before != nil {
				c.contradicted(i, one, before)
			}
		}
	}
}

func (c *check) contradicted(i int, one thing, before map[string]any) {
	made := &c.calls[i]
	for _, name := range sortedNames(one.object) {
		now, then := one.object[name], before[name]
		if scalarText(now) == "" && !isBool(now) || scalarText(then) == "" && !isBool(then) {
			continue
		}
		if !equalJSON(now, then) {
			c.report("fact", made.result, name, "%s of %s is %s, an earlier result says %s", name, one.identity, compact(encode(now)), compact(encode(then)))
		}
	}
}

func isBool(value any) bool { _, ok := value.(bool); return ok }

// alike reports whether two calls were asked under the same circumstances: what both
// take, they take in the same value. A flight's fare on another day is another fare.
func (c *check) alike(before, after int) bool {
	a, _ := c.calls[before].invented.arguments.(map[string]any)
	b, _ := c.calls[after].invented.arguments.(map[string]any)
	for name, value := range a {
		if other, both := b[name]; both && !equalJSON(value, other) {
			return false
		}
	}
	return true
}

// thingsIn lists the objects of a result that say what they are about.
func thingsIn(value any) []thing {
	var found []thing
	var walk func(value any)
	walk = func(value any) {
		switch value := value.(type) {
		case map[string]any:
			if identity := identityOf(value); identity != "" {
				found = append(found, thing{identity, value})
			}
			for _, name := range sortedNames(value) {
				walk(value[name])
			}
		case []any:
			for _, item := range value {
				walk(item)
			}
		}
	}
	walk(value)
	return found
}

// identityOf joins the members of an object that say what it is about: ids, codes
// and numbers of things, or else a name; and the units in which the rest is given.
func identityOf(object map[string]any) string {
	var ids, names, units []string
	for _, name := range sortedNames(object) {
		text := scalarText(object[name])
		if text == "" {
			continue
		}
		pair := name + " " + text
		switch last := lastWord(name); last {
		case "id", "code", "number", "no", "sku", "isbn", "iban", "reference", "ref", "key", "uuid":
			ids = append(ids, pair)
		case "name", "title":
			names = append(names, pair)
		case "currency", "unit", "units", "date", "day", "time", "month", "year", "period", "language":
			units = append(units, pair)
		}
	}
	if len(ids) == 0 {
		ids = names
	}
	if len(ids) == 0 {
		return ""
	}
	return strings.Join(append(ids, units...), ", ")
}

// lastWord is the last part of a member's name, in small letters: "id" of "trainId"
// and "train_id".
func lastWord(name string) string {
	at := strings.LastIndexByte(name, '_') + 1
	for i := len(name) - 1; i > at; i-- {
		if 'A' <= name[i] && name[i] <= 'Z' && 'a' <= name[i-1] && name[i-1] <= 'z' {
			at = i
			break
		}
	}
	return strings.ToLower(name[at:])
}
