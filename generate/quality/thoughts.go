package quality

import (
	"github.com/buttonbench/button/internal/world"
)

// thoughts wants every value in a thought to be known by then.
func (c *check) thoughts() error {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if message.Reasoning == "" {
			continue
		}
		for _, found := range c.start.scanner.Scan(message.Reasoning, c.today) {
			text := message.Reasoning[found.Span[0]:found.Span[1]]
			if !c.knownBy(found.Type, found.Value, i) && !c.heard(text, i) {
				c.report("unknown", i, text, "nobody has said this %s before", found.Type.Name)
			}
		}
		for k := range c.told {
			one := &c.told[k]
			if one.call.result > i && wordAt(message.Reasoning, one.text, 0) >= 0 && !c.heard(one.text, i) {
				c.report("future", i, one.text, "only the result of %s tells this, later", one.call.Name)
			}
		}
	}
	return nil
}

// knownBy reports whether a value was known before a message: the user said it,
// a result told it, or the calls of the message take it, whose own sources are
// proven elsewhere.
func (c *check) knownBy(kind *world.Type, value world.Value, message int) bool {
	for i := range c.calls {
		made := &c.calls[i]
		if made.message <= message {
			for _, param := range made.function.Params {
				if param.Type.Base == kind.Base && contains(made.arguments[param.Path], value) {
					return true
				}
			}
		}
		if made.result >= 0 && made.result < message && returns(made, kind, value) {
			return true
		}
	}
	for i := range c.values {
		if used := &c.values[i]; used.message < message && used.kind.Base == kind.Base && used.value == value {
			return true
		}
	}
	return false
}

func contains(have, value world.Value) bool {
	if list, ok := have.([]world.Value); ok {
		for _, one := range list {
			if one == value {
				return true
			}
		}
		return false
	}
	return have == value
}

// returns reports whether a result holds a value of a base, or a date-time that
// it is a part of.
func returns(made *call, kind *world.Type, value world.Value) bool {
	among := func(fields []*world.Field, values map[string]world.Value) bool {
		for _, field := range fields {
			have := values[field.Path]
			if field.Type.Base == kind.Base && have == value {
				return true
			}
			if moment, ok := have.(string); ok && field.Type.Base == world.DateTime && len(moment) == len("2006-01-02T15:04") &&
				(kind.Base == world.Date && value == moment[:10] || kind.Base == world.Time && value == moment[11:]) {
				return true
			}
		}
		return false
	}
	if among(made.function.Fields, made.outcome.Fields) {
		return true
	}
	for _, item := range made.outcome.Items {
		if among(made.function.Items, item) {
			return true
		}
	}
	return false
}

// heard reports whether a text stands in what was said or returned before a
// message.
func (c *check) heard(text string, message int) bool {
	for i := range message {
		if wordAt(c.record.Messages[i].Content, text, 0) >= 0 {
			return true
		}
	}
	return false
}
