package world

import (
	"strings"

	"github.com/buttonbench/button/internal/config"
)

// sayFile is the words of a function as world.yaml has them.
type sayFile struct {
	Things []string
	Thing  nounFile
	Label  string
	Item   string
	Pick   map[string]pickFile
	Filter map[string]filterFile
	Scene  []string
	Ask    map[string][]string
	Tell   map[string]tellFile
	As     map[string][]string
	Do     []string
	Want   []string
	Done   []string
	Why    []string
	Doing  []string
}

type pickFile struct{ Min, Max []string }

type filterFile struct{ Holds, Fails []string }

// tellFile is a pattern, or {holds: pattern, fails: pattern}.
type tellFile struct{ Tell }

// UnmarshalNode implements config.Unmarshaler.
func (t *tellFile) UnmarshalNode(node *config.Node) error {
	if node.Kind == config.Text {
		t.Text = node.Text
		return nil
	}
	var both struct{ Holds, Fails string }
	if err := node.Decode(&both); err != nil {
		return err
	}
	if both.Holds == "" || both.Fails == "" {
		return node.Errorf("want both holds and fails")
	}
	t.Holds, t.Fails = both.Holds, both.Fails
	return nil
}

func (s *sayFile) say() Say {
	say := Say{
		Things: s.Things, Thing: s.Thing.Noun, Label: s.Label, Item: s.Item, Scene: s.Scene, Ask: s.Ask, As: s.As,
		Do: s.Do, Want: s.Want, Done: s.Done, Why: s.Why, Doing: s.Doing,
		Pick: map[string]Pick{}, Filter: map[string]Filter{}, Tell: map[string]Tell{},
	}
	for field, words := range s.Pick {
		say.Pick[field] = Pick(words)
	}
	for field, words := range s.Filter {
		say.Filter[field] = Filter(words)
	}
	for field, words := range s.Tell {
		say.Tell[field] = words.Tell
	}
	return say
}

// anyField returns a field of the result, beside the list or of its items.
func (f *Function) anyField(path string) *Field {
	if field := f.Field(path); field != nil {
		return field
	}
	return f.Item(path)
}

// references checks every name by which a function speaks of parameters,
// fields and other functions.
func (l *loader) references(f *Function) error {
	at := func(more ...string) []string { return append(steps("functions", f.Name), more...) }
	for _, path := range f.Fan {
		if param := f.Param(path); param == nil || param.Many {
			return l.errorAt(at("fan"), "%s: fan: no parameter %q that takes one value", f.Name, clip(path))
		}
	}
	for _, path := range f.Adds {
		if field := f.Field(path); field == nil || !field.Type.Numeric() || field.Type.Base == Number {
			return l.errorAt(at("adds"), "%s: adds: no field %q that can be added up", f.Name, clip(path))
		}
	}
	if len(f.Adds) > 0 && len(f.Fan) == 0 {
		return l.errorAt(at("adds"), "%s: adds without fan: there is nothing to add up", f.Name)
	}
	for _, path := range sortedKeys(f.Gate) {
		if err := l.gate(f, path, at("gate", path)); err != nil {
			return err
		}
	}
	for _, name := range f.Excludes {
		if l.world.byName[name] == nil {
			return l.errorAt(at("excludes"), "%s: excludes: no function %q", f.Name, clip(name))
		}
	}
	for _, path := range sortedKeys(f.NotFrom) {
		if f.Param(path) == nil {
			return l.errorAt(at("not_from", path), "%s: not_from: no parameter %q", f.Name, clip(path))
		}
		for _, name := range f.NotFrom[path] {
			if l.world.byName[name] == nil {
				return l.errorAt(at("not_from", path), "%s: not_from: no function %q", f.Name, clip(name))
			}
		}
	}
	for _, path := range sortedKeys(f.Resolves) {
		field := f.Resolves[path]
		if f.Param(path) == nil || f.anyField(field) == nil {
			return l.errorAt(at("resolves", path), "%s: resolves: want a parameter and a field, have %q and %q", f.Name, clip(path), clip(field))
		}
	}
	return l.sayReferences(f, at)
}

func (l *loader) gate(f *Function, path string, at []string) error {
	field := f.Field(path)
	if field == nil {
		field = f.Item(path) // of the item that is picked
	}
	if field == nil {
		return l.errorAt(at, "%s: gate: no field %q", f.Name, clip(path))
	}
	for _, kind := range sortedKeys(f.Gate[path]) {
		here := append(at[:len(at):len(at)], kind)
		isBool := field.Type.Base == Bool
		switch kind {
		case "at_most", "at_least":
			if isBool || !field.Type.Rankable() {
				return l.errorAt(here, "%s: gate: %s: a %s cannot be %s; a Bool has holds and fails", f.Name, path, field.Type.Base, kind)
			}
		case "holds", "fails":
			if !isBool {
				return l.errorAt(here, "%s: gate: %s: only a Bool %s", f.Name, path, kind)
			}
		default:
			return l.errorAt(here, "%s: gate: %s: want at_most, at_least, holds or fails, have %q", f.Name, path, clip(kind))
		}
		for _, name := range f.Gate[path][kind] {
			if other := l.world.byName[name]; other == nil || !other.Writes() {
				return l.errorAt(here, "%s: gate: %s: no write %q", f.Name, path, clip(name))
			}
		}
	}
	return nil
}

func (l *loader) sayReferences(f *Function, at func(...string) []string) error {
	known := func(path string) bool { return f.anyField(path) != nil || f.List != "" && path == f.List }
	for _, path := range sortedKeys(f.Say.Ask) {
		if !known(path) {
			return l.errorAt(at("say", "ask", path), "%s: ask: no field %q", f.Name, clip(path))
		}
	}
	for _, path := range sortedKeys(f.Say.Tell) {
		tell := f.Say.Tell[path]
		field := f.anyField(path)
		if !known(path) {
			return l.errorAt(at("say", "tell", path), "%s: tell: no field %q", f.Name, clip(path))
		}
		if isBool := field != nil && field.Type.Base == Bool; isBool != (tell.Holds != "") {
			return l.errorAt(at("say", "tell", path), "%s: tell: %s: a Bool takes {holds, fails}, any other field one pattern", f.Name, path)
		}
	}
	for _, path := range sortedKeys(f.Say.Pick) {
		if field := f.anyField(path); field == nil || !field.Type.Rankable() {
			return l.errorAt(at("say", "pick", path), "%s: pick: no field %q of a type that can be ranked", f.Name, clip(path))
		}
	}
	for _, path := range sortedKeys(f.Say.Filter) {
		if field := f.Item(path); field == nil || field.Type.Base != Bool {
			return l.errorAt(at("say", "filter", path), "%s: filter: no Bool field %q of the items", f.Name, clip(path))
		}
	}
	for _, path := range sortedKeys(f.Say.As) {
		if !l.knownAs(f, path) {
			return l.errorAt(at("say", "as", path), "%s: as: no field %q", f.Name, clip(path))
		}
	}
	return nil
}

// knownAs accepts a field, or a DateTime field with .date or .time behind it.
func (l *loader) knownAs(f *Function, path string) bool {
	if f.anyField(path) != nil {
		return true
	}
	for _, part := range []string{".date", ".time"} {
		if whole, cut := strings.CutSuffix(path, part); cut {
			field := f.anyField(whole)
			return field != nil && field.Type.Base == DateTime
		}
	}
	return false
}
