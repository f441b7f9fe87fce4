package scriptedteacher

import (
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Requests, tasks and messages are made of clauses: a step in words, one clause to
// a sentence or between semicolons. The teacher reads them back out of whatever it
// is shown, so that it needs to remember nothing.

// clause is a step with its values.
type clause struct {
	step   *step
	verb   string  // one of those the step may begin with
	values []value // one for each slot of the step
}

// value fills a slot: by a literal, by what earlier clauses bring, or by the id of
// a fact that is not said ("f2").
type value struct {
	typ     *valueType // what a code is of; the slot's type otherwise
	literal json.RawMessage
	refs    []reference
	fact    string // "?" where the words do not say which
}

// reference means what the nth clause that brings a type brings, counted from 0, or
// all of those clauses.
type reference struct {
	typ *valueType
	nth int
	all bool
}

// said is how a value stands in a clause.
func (v *value) said(plural bool) string {
	switch {
	case len(v.refs) > 0:
		var names []string
		for _, ref := range v.refs {
			names = append(names, ref.said())
		}
		return join(names)
	case v.literal != nil && v.typ.kind == "code":
		return v.typ.noun + " " + spoken(v.literal)
	case v.literal != nil:
		return spoken(v.literal)
	case v.typ.kind == "code" && v.fact != "?":
		return v.typ.noun + " [" + v.fact + "]"
	case v.fact != "?":
		return "[" + v.fact + "]"
	case v.typ.kind == "count":
		return "a certain number of"
	}
	return "a certain " + v.typ.noun
}

func (r reference) said() string {
	switch {
	case r.all:
		return "those " + r.typ.plural
	case r.nth == 0:
		return "that " + r.typ.noun
	}
	return "the " + others(r.nth) + "other " + r.typ.noun
}

// others counts without numbers, which would be values of their own: the other
// train, the very other train, the very very other train.
func others(nth int) string { return strings.Repeat("very ", nth-1) }

func join(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// words writes a clause.
func (c *clause) words() string {
	var out strings.Builder
	out.WriteString(c.verb + " ")
	i := 0
	for _, part := range c.step.parts {
		if part.slot == nil {
			out.WriteString(part.text)
			continue
		}
		out.WriteString(c.values[i].said(part.slot.many))
		i++
	}
	return out.String()
}

// reader finds clauses in texts.
type reader struct {
	world    *world
	patterns []pattern
	nouns    map[string]*valueType // "train" and "trains"
}

type pattern struct {
	step    *step
	must    string // a text that a match holds, to look for first
	regular *regexp.Regexp
}

func newReader(w *world) *reader {
	r := &reader{world: w, nouns: map[string]*valueType{}}
	for _, t := range w.types {
		r.nouns[t.noun], r.nouns[t.plural] = t, t
	}
	for _, s := range w.steps {
		p := pattern{step: s}
		expression := `(?i:(?:^|\b)(` + strings.Join(quoted(w.verbsOf(s)), "|") + `)) `
		for _, part := range s.parts {
			if part.slot != nil {
				expression += `(.+?)`
				continue
			}
			expression += regexp.QuoteMeta(part.text)
			if len(part.text) > len(p.must) {
				p.must = part.text
			}
		}
		p.regular = regexp.MustCompile(expression + `$`)
		r.patterns = append(r.patterns, p)
	}
	return r
}

func quoted(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, regexp.QuoteMeta(text))
	}
	return all
}

// verbsOf are the words that a step may begin with.
func (w *world) verbsOf(s *step) []string {
	if verbs := w.verbs[s.verb]; verbs != nil {
		return verbs
	}
	return []string{s.verb}
}

// sentences cuts a text where sentences end and at semicolons.
func sentences(text string) []string {
	var all []string
	start := 0
	for i := 0; i < len(text); i++ {
		if !strings.ContainsRune(".;!?\n", rune(text[i])) || i+1 < len(text) && text[i] != '\n' && text[i+1] != ' ' && text[i+1] != '\n' {
			continue
		}
		if sentence := strings.TrimSpace(text[start:i]); sentence != "" {
			all = append(all, sentence)
		}
		start = i + 1
	}
	if sentence := strings.TrimSpace(text[start:]); sentence != "" {
		all = append(all, sentence)
	}
	return all
}

// clauses reads the clauses of a text.
func (r *reader) clauses(text string) []clause {
	var found []clause
	for _, sentence := range sentences(text) {
		if c, ok := r.clause(sentence); ok {
			found = append(found, c)
		}
	}
	return found
}

// clause reads a sentence that ends with a clause.
func (r *reader) clause(sentence string) (clause, bool) {
	for _, p := range r.patterns {
		if !strings.Contains(sentence, p.must) {
			continue
		}
		match := p.regular.FindStringSubmatch(sentence)
		if match == nil {
			continue
		}
		c := clause{step: p.step, verb: strings.ToLower(match[1])}
		whole := true
		for i, slot := range p.step.slots() {
			v, ok := r.value(slot, match[i+2])
			whole = whole && ok
			c.values = append(c.values, v)
		}
		if whole {
			return c, true
		}
	}
	return clause{}, false
}

var factID = regexp.MustCompile(`^\[(f\d+)\]$`)

// value reads what stands in a slot.
func (r *reader) value(slot *slot, said string) (value, bool) {
	if refs, ok := r.references(said); ok {
		return value{typ: refs[0].typ, refs: refs}, slot.many || len(refs) == 1 && (slot.typ == nil || slot.typ == refs[0].typ)
	}
	if slot.many {
		return value{}, false
	}
	if slot.typ == nil || slot.typ.kind == "code" {
		return r.code(slot, said)
	}
	v := value{typ: slot.typ}
	if id := factID.FindStringSubmatch(said); id != nil {
		v.fact = id[1]
		return v, true
	}
	if said == "a certain number of" || said == "a certain "+slot.typ.noun {
		v.fact = "?"
		return v, true
	}
	var ok bool
	v.literal, ok = slot.typ.read(said)
	return v, ok
}

// code reads "train TR-12345", "train [f2]" and "a certain train".
func (r *reader) code(slot *slot, said string) (value, bool) {
	if noun, open := strings.CutPrefix(said, "a certain "); open {
		t := r.nouns[noun]
		return value{typ: t, fact: "?"}, t != nil && (slot.typ == nil || slot.typ == t)
	}
	cut := strings.LastIndexByte(said, ' ')
	if cut < 0 {
		return value{}, false
	}
	t := r.nouns[said[:cut]]
	if t == nil || slot.typ != nil && slot.typ != t {
		return value{}, false
	}
	if id := factID.FindStringSubmatch(said[cut+1:]); id != nil {
		return value{typ: t, fact: id[1]}, true
	}
	literal, ok := t.read(said[cut+1:])
	return value{typ: t, literal: literal}, ok && t.kind == "code"
}

// references reads "that train, the other carriage and those tickets".
func (r *reader) references(said string) ([]reference, bool) {
	var refs []reference
	for _, name := range strings.Split(strings.ReplaceAll(said, " and ", ", "), ", ") {
		ref, ok := r.reference(name)
		if !ok {
			return nil, false
		}
		refs = append(refs, ref)
	}
	return refs, true
}

func (r *reader) reference(said string) (reference, bool) {
	word, noun, _ := strings.Cut(said, " ")
	ref := reference{all: word == "those"}
	if word == "the" {
		for ref.nth = 1; strings.HasPrefix(noun, "very "); ref.nth++ {
			noun = noun[len("very "):]
		}
		after, other := strings.CutPrefix(noun, "other ")
		if !other {
			return ref, false
		}
		noun = after
	} else if word != "that" && word != "those" {
		return ref, false
	}
	ref.typ = r.nouns[noun]
	return ref, ref.typ != nil && ref.typ.kind == "code"
}

// meant resolves a reference to the positions of the clauses that it means.
func meant(ref reference, clauses []clause) []int {
	var positions []int
	for i := range clauses {
		if clauses[i].step.brings == ref.typ {
			positions = append(positions, i)
		}
	}
	switch {
	case ref.all:
		return positions
	case ref.nth < len(positions):
		return positions[ref.nth : ref.nth+1]
	}
	return nil
}

// refer makes references to what clauses at some positions bring.
func refer(positions []int, before []clause) []reference {
	var refs []reference
	byType := map[*valueType][]int{}
	var order []*valueType
	for _, at := range positions {
		t := before[at].step.brings
		if byType[t] == nil {
			order = append(order, t)
		}
		byType[t] = append(byType[t], at)
	}
	for _, t := range order {
		all := meant(reference{typ: t, all: true}, before)
		if len(byType[t]) > 1 && slices.Equal(all, byType[t]) {
			refs = append(refs, reference{typ: t, all: true})
			continue
		}
		for _, at := range byType[t] {
			refs = append(refs, reference{typ: t, nth: slices.Index(all, at)})
		}
	}
	return refs
}

// capital makes the first letter of a text a capital.
func capital(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

func itoa(n int) string { return strconv.Itoa(n) }
