package scriptedteacher

import (
	_ "embed" // the table of tasks
	"fmt"
	"strings"
)

//go:embed tasks.txt
var taskTable string

// world is what the teacher knows: kinds of values, and steps that take and bring
// them, by domain.
type world struct {
	types   map[string]*valueType
	coded   []*valueType // those whose values are codes
	domains []*domain
	any     *domain // steps that continue any other
	steps   []*step
	verbs   map[string][]string // what a step may begin with, by its own first word
}

// domain is a field of life. Each of its steps from the second on takes what the
// one before it brings.
type domain struct {
	name         string
	actors, aims []string
	steps        []*step
}

// valueType is a kind of value.
type valueType struct {
	name, noun, plural string
	kind               string   // "code", "list", "count", "city", ...
	words              []string // the kind's own: a prefix, the values of a list, bounds
}

// step is something that a function can do.
type step struct {
	domain      *domain
	function    string // its name in snake case
	parts       []part // its words after the verb
	verb        string
	description string
	brings      *valueType
	fields      []field // further parts of its result
	effect      string
	collects    bool // takes several codes of any kind
}

// part is a piece of a step's words: text, or a place for a value.
type part struct {
	text string
	slot *slot
}

// slot is a place for a value. A nil type takes any code; many takes several.
type slot struct {
	typ   *valueType
	param string
	many  bool
}

type field struct {
	name string
	typ  *valueType
}

// slots are the places of a step's words in their order.
func (s *step) slots() []*slot {
	var slots []*slot
	for _, part := range s.parts {
		if part.slot != nil {
			slots = append(slots, part.slot)
		}
	}
	return slots
}

// takes returns the slot that takes a code of a type, or nil.
func (s *step) takes(t *valueType) *slot {
	for _, slot := range s.slots() {
		if !slot.many && (slot.typ == t || slot.typ == nil && t.kind == "code") {
			return slot
		}
	}
	return nil
}

// results are all parts of what a step brings, the main one first.
func (s *step) results() []field {
	return append([]field{{s.brings.name, s.brings}}, s.fields...)
}

// loadWorld reads the table of tasks. An error is a mistake in this program.
func loadWorld() (*world, error) {
	w := &world{types: map[string]*valueType{}, verbs: map[string][]string{}}
	var current *domain
	for number, line := range strings.Split(taskTable, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		keyword, rest, _ := strings.Cut(line, " ")
		columns := strings.Split(rest, " | ")
		var err error
		switch {
		case keyword == "type" && len(columns) == 4:
			w.addType(columns)
		case keyword == "domain":
			name, actors, _ := strings.Cut(rest, " |")
			current = &domain{name: name, actors: list(actors, ";")}
			if name == "any" {
				w.any = current
			} else {
				w.domains = append(w.domains, current)
			}
		case keyword == "aim":
			current.aims = list(rest, ";")
		case keyword == "step" && len(columns) == 5:
			err = w.addStep(current, columns)
		case keyword == "verb" && len(columns) == 2:
			w.verbs[columns[0]] = list(columns[1], ";")
		default:
			err = fmt.Errorf("cannot be read")
		}
		if err != nil {
			return nil, fmt.Errorf("tasks.txt:%d: %w", number+1, err)
		}
	}
	return w, nil
}

func list(text, separator string) []string {
	var items []string
	for _, item := range strings.Split(text, separator) {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func (w *world) addType(columns []string) {
	kind, rest, _ := strings.Cut(columns[3], " ")
	t := &valueType{name: columns[0], noun: columns[1], plural: columns[2], kind: kind}
	switch kind {
	case "list":
		t.words = list(rest, ",")
	default:
		t.words = strings.Fields(rest)
	}
	if kind == "code" {
		w.coded = append(w.coded, t)
	}
	w.types[t.name] = t
}

func (w *world) addStep(d *domain, columns []string) error {
	s := &step{domain: d, function: columns[0], description: columns[2], effect: columns[4]}
	verb, words, _ := strings.Cut(columns[1], " ")
	s.verb = verb
	for words != "" {
		text, rest, found := strings.Cut(words, "{")
		if text != "" {
			s.parts = append(s.parts, part{text: text})
		}
		if !found {
			break
		}
		place, after, _ := strings.Cut(rest, "}")
		slot, err := w.slot(place)
		if err != nil {
			return err
		}
		s.collects = s.collects || slot.many
		s.parts = append(s.parts, part{slot: slot})
		words = after
	}
	for i, name := range strings.Fields(columns[3]) {
		name, typ, _ := strings.Cut(name, ":")
		if i == 0 {
			typ = name
		}
		t := w.types[typ]
		switch {
		case t == nil:
			return fmt.Errorf("there is no type %q", typ)
		case i == 0:
			s.brings = t
		default:
			s.fields = append(s.fields, field{name, t})
		}
	}
	d.steps = append(d.steps, s)
	w.steps = append(w.steps, s)
	return nil
}

// slot reads "TYPE", "TYPE:PARAMETER", "*" or "**".
func (w *world) slot(place string) (*slot, error) {
	switch place {
	case "*":
		return &slot{param: "item"}, nil
	case "**":
		return &slot{param: "items", many: true}, nil
	}
	name, param, named := strings.Cut(place, ":")
	if !named {
		param = name
	}
	t := w.types[name]
	if t == nil {
		return nil, fmt.Errorf("there is no type %q", name)
	}
	return &slot{typ: t, param: param}, nil
}

// stepDescribed finds the step whose function has a description, which may go on
// with more than the step's own.
func (w *world) stepDescribed(description string) *step {
	for _, s := range w.steps {
		if strings.HasPrefix(description, s.description) {
			return s
		}
	}
	return nil
}
