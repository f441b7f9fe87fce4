package scriptedteacher

import (
	"slices"
	"strings"
	"testing"
)

// TestWords reads every clause back that the teacher can write, and sees that no two
// things have the same name.
func TestWords(t *testing.T) {
	t.Parallel()
	w, err := loadWorld()
	if err != nil {
		t.Fatal(err)
	}
	r := newReader(w)
	if len(w.domains) < 15 || len(w.steps) < 130 {
		t.Errorf("%d domains and %d steps: the table was not read whole", len(w.domains), len(w.steps))
	}
	from := locale{Today: "2026-03-01", Dates: []string{"2026-03-07"}, Places: []string{"New Orleans"}, People: []string{"Ana de la Cruz"}}
	names, nouns := map[string]bool{}, map[string]bool{}
	for _, typ := range w.types {
		if nouns[typ.noun] || nouns[typ.plural] {
			t.Errorf("two types are called %s", typ.noun)
		}
		nouns[typ.noun], nouns[typ.plural] = true, true
	}
	for _, s := range w.steps {
		if names[s.function] || names[s.description] || !strings.Contains(s.function, "_") {
			t.Errorf("%s: the name or the description is there twice, or is an everyday word", s.function)
		}
		names[s.function], names[s.description] = true, true
		for _, f := range s.fields {
			if slices.ContainsFunc(s.slots(), func(slot *slot) bool { return slot.param == f.name }) {
				t.Errorf("%s returns %s, which it also takes: it would have to repeat it", s.function, f.name)
			}
		}
		for seed := range 6 {
			random := hashed(uint64(seed), s.function)
			readBack(t, r, w.fill(random, s, from, map[string]bool{}, nil))
		}
	}
}

// readBack reads a clause out of its words: as it is, with a value held back, and
// with a reference in the place of a code.
func readBack(t *testing.T, r *reader, c clause) {
	t.Helper()
	coded := func(v *value) bool { return v.typ != nil && v.typ.kind == "code" }
	for i := range c.values {
		if c.step.slots()[i].many {
			c.values[i].refs = []reference{{typ: r.nouns["train"], all: true}, {typ: r.nouns["branch"], nth: 2}, {typ: r.nouns["loan"]}}
		}
	}
	for way := range 3 {
		changed := c
		changed.values = slices.Clone(c.values)
		for i := range changed.values {
			v := &changed.values[i]
			switch {
			case way == 1 && v.literal != nil:
				v.literal, v.fact = nil, "?"
			case way == 2 && coded(v):
				v.literal, v.refs = nil, []reference{{typ: v.typ, nth: i}}
			}
		}
		for _, frame := range []string{"%.", "Please %.", "Hello! Could you %? Thanks.", "Besides, %."} {
			found := r.clauses(capital(strings.Replace(frame, "%", changed.words(), 1)))
			if len(found) != 1 || found[0].step != c.step || found[0].words() != changed.words() {
				t.Fatalf("%q is read back as %+v", changed.words(), found)
			}
		}
	}
}
