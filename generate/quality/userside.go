package quality

import (
	"slices"
	"strings"
	"unicode"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/world"
)

// resultText is a text value that a result tells, and the earliest call that
// does.
type resultText struct {
	text string
	call *call
}

// ambiguity looks for a further value of a type that a call takes from the user,
// and, where no model has reworded the request, for values said unmarked.
func (c *check) ambiguity() error {
	for _, turn := range c.turns {
		for _, found := range c.scan(turn.request) {
			if !guessable(found.Type) || c.mentioned(turn.request, found.Span) {
				continue
			}
			taken, same := false, false
			for i := range c.values {
				if used := &c.values[i]; c.index.reads[used.kind] == found.Type {
					taken, same = true, same || used.value == found.Value
				}
			}
			text := c.record.Messages[turn.request].Content[found.Span[0]:found.Span[1]]
			switch {
			case taken && !same:
				c.report("second_value", turn.request, text, "a further value of type %s, which the plan does not use", found.Type.Name)
			case (taken || c.unusedType(found.Type, turn.request)) && c.record.Mode == button.ModeConstructed:
				c.report("unmarked", turn.request, text, "a literal that is said here as well, without a mention")
			}
		}
	}
	return nil
}

// unusedType reports whether a write that was not carried out takes values of a type.
func (c *check) unusedType(t *world.Type, message int) bool {
	for _, write := range c.forbidden(message) {
		for name := range write.serves {
			if c.index.reads[c.index.types[name]] == t {
				return true
			}
		}
	}
	return false
}

// guessable reports whether a reader could take one value of the type for another.
func guessable(t *world.Type) bool {
	switch t.Base {
	case world.Code, world.Date, world.Time, world.Money, world.Person, world.Email, world.Phone:
		return true
	case world.Named:
		return t.Table != "" || t.Place || t.Entity.One != ""
	}
	return false
}

// mentioned reports whether a span of a request shares bytes with a literal or a
// bound.
func (c *check) mentioned(message int, span button.Span) bool {
	return slices.ContainsFunc(c.plan.Mentions, func(m button.Mention) bool {
		return m.Turn == message && (m.Kind == button.MentionLiteral || m.Kind == button.MentionBound) && m.Span[0] < span[1] && span[0] < m.Span[1]
	})
}

// leakage looks in the requests for what a user cannot know.
func (c *check) leakage() error {
	for i := range c.values {
		if used := &c.values[i]; used.kind.Told == world.ToldNever {
			c.report("told", used.message, c.spanText(used.message, used.span), "users cannot know a %s", used.kind.Name)
		}
	}
	for i := range c.plan.Mentions {
		mention := &c.plan.Mentions[i]
		if kind := c.index.types[mention.Type]; mention.Kind == button.MentionLiteral && kind != nil && kind.Told == world.ToldNever {
			c.report("told", mention.Turn, c.spanText(mention.Turn, mention.Span), "users cannot know a %s", kind.Name)
		}
	}
	c.collectTold()
	for _, turn := range c.turns {
		c.identifiers(turn.request)
		for i := range c.told {
			one := &c.told[i]
			if at := c.outside(turn.request, one.text); at >= 0 && !c.knownTo(one.text, turn.request) {
				c.report("result", turn.request, one.text, "only %s tells this", one.call.Name)
			}
		}
	}
	return nil
}

// identifiers looks for names that only the interface uses.
func (c *check) identifiers(message int) {
	content := c.record.Messages[message].Content
	for _, code := range c.index.codes {
		if c.outside(message, code) >= 0 {
			c.report("code", message, code, "a code of the interface")
		}
	}
	for at := strings.IndexByte(content, '_'); at >= 0; {
		word := strings.Trim(around(content, at), ".,;:!?()\"'")
		if c.isIdentifier(word) {
			c.report("name", message, word, "a name of the interface")
		}
		next := strings.IndexByte(content[at+1:], '_')
		if next < 0 {
			break
		}
		at += 1 + next
	}
}

func (c *check) isIdentifier(word string) bool {
	if c.verifier.tools[word] != nil {
		return true
	}
	for i := range c.record.Tools {
		for _, function := range c.verifier.tools[c.record.Tools[i].Name] {
			for _, param := range function.Params {
				if slices.Contains(strings.Split(param.Path, "."), word) {
					return true
				}
			}
		}
	}
	return false
}

// outside returns a place where a word stands in a message outside its literals
// and bounds, or -1.
func (c *check) outside(message int, word string) int {
	content := c.record.Messages[message].Content
	for from := 0; ; {
		at := wordAt(content, word, from)
		if at < 0 || !c.mentioned(message, button.Span{at, at + len(word)}) {
			return at
		}
		from = at + 1
	}
}

// knownTo reports whether a user could know a text before a message: a literal
// of his own has it, or an earlier answer did.
func (c *check) knownTo(text string, message int) bool {
	for i := range c.values {
		if c.values[i].value == text {
			return true
		}
	}
	for _, turn := range c.turns {
		if turn.answer >= 0 && turn.answer < message && wordAt(c.record.Messages[turn.answer].Content, text, 0) >= 0 {
			return true
		}
	}
	return false
}

// The shortest text of a result, in bytes, that is looked for elsewhere, and the
// most of them.
const (
	shortestTold = 4
	mostTold     = 4000
)

// collectTold lists the texts of all results, each once.
func (c *check) collectTold() {
	seen := map[string]bool{}
	add := func(from *call, fields []*world.Field, values map[string]world.Value) {
		for _, field := range fields {
			text, ok := values[field.Path].(string)
			if !ok || len(text) < shortestTold || seen[text] || len(c.told) >= mostTold || !telling(field.Type, text) {
				continue
			}
			seen[text] = true
			c.told = append(c.told, resultText{text, from})
		}
	}
	for i := range c.calls {
		from := &c.calls[i]
		add(from, from.function.Fields, from.outcome.Fields)
		for _, item := range from.outcome.Items {
			add(from, from.function.Items, item)
		}
	}
}

// telling reports whether a value can be told from the words around it: a single
// small word ("gluten") cannot.
func telling(t *world.Type, text string) bool {
	switch t.Base {
	case world.Code, world.Named, world.Person, world.Email, world.Phone:
		return true
	case world.Text:
		return strings.ContainsFunc(text, func(r rune) bool { return r == ' ' || unicode.IsUpper(r) || unicode.IsDigit(r) })
	}
	return false
}

// wordAt returns the first place from which on a word stands in a text, or -1.
func wordAt(text, word string, from int) int {
	for from <= len(text)-len(word) {
		at := strings.Index(text[from:], word)
		if at < 0 {
			return -1
		}
		at += from
		end := at + len(word)
		if (at == 0 || !isWord(text[at-1]) || !isWord(word[0])) && (end == len(text) || !isWord(text[end]) || !isWord(word[len(word)-1])) {
			return at
		}
		from = at + 1
	}
	return -1
}
