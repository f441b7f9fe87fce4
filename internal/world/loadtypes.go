package world

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/config"
)

// typeFile is one type as world.yaml has it.
type typeFile struct {
	Base      string
	Values    []string
	Enum      config.Ordered[[]string]
	Table     string
	Column    string
	Code      string
	Told      string
	Forms     []string
	States    []string
	Tag       []string
	Again     []string
	Entity    nounFile
	Pronoun   string
	Place     bool
	Unit      nounFile
	UnitWords nounFile `yaml:"unit_words"`
	Range     []limitFile
	Step      int
	Days      []int
	Compare   map[string]string
}

// nounFile is "machine/machines", or "tool" with a regular plural.
type nounFile struct {
	Noun
	given bool
}

// UnmarshalNode implements config.Unmarshaler.
func (n *nounFile) UnmarshalNode(node *config.Node) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	one, many, both := strings.Cut(text, "/")
	if !both {
		many = plural(one)
	}
	if strings.TrimSpace(one) == "" || strings.TrimSpace(many) == "" || strings.Contains(many, "/") {
		return node.Errorf("want a noun as one/many, such as person/people, have %q", clip(text))
	}
	n.One, n.Many, n.given = one, many, true
	return nil
}

// plural forms a regular English plural.
func plural(noun string) string {
	switch {
	case strings.HasSuffix(noun, "s"), strings.HasSuffix(noun, "x"), strings.HasSuffix(noun, "ch"), strings.HasSuffix(noun, "sh"):
		return noun + "es"
	case len(noun) > 1 && strings.HasSuffix(noun, "y") && !strings.ContainsAny(noun[len(noun)-2:len(noun)-1], "aeiou"):
		return noun[:len(noun)-1] + "ies"
	}
	return noun + "s"
}

// limitFile is a limit of literals: a whole number in the smallest unit, or a
// time of day.
type limitFile struct {
	value  int
	isTime bool
}

// UnmarshalNode implements config.Unmarshaler.
func (l *limitFile) UnmarshalNode(node *config.Node) error {
	if node.Kind == config.Text {
		minutes, err := clockMinutes(node.Text)
		if err != nil {
			return node.Errorf("%v", err)
		}
		l.value, l.isTime = minutes, true
		return nil
	}
	return node.Decode(&l.value)
}

func (l *loader) types(files config.Ordered[typeFile]) error {
	for i := range files {
		entry := &files[i]
		at := steps("types", entry.Name)
		if !typeName.MatchString(entry.Name) {
			return l.errorAt(at, "type %q: want a name such as LoanNo: a capital letter, then letters and digits", clip(entry.Name))
		}
		if l.builtins[entry.Name] != nil || entry.Name == Code || entry.Name == Named || entry.Name == Enum {
			return l.errorAt(at, "type %s: the name is taken by a built-in type", entry.Name)
		}
		made, err := l.oneType(entry.Name, &entry.Value, at)
		if err != nil {
			return err
		}
		l.world.Types[entry.Name] = made
	}
	return nil
}

func (l *loader) oneType(name string, file *typeFile, at []string) (*Type, error) {
	t := &Type{
		Name: name, World: l.world, Told: file.Told, Values: file.Values,
		Table: file.Table, Column: file.Column, Pattern: file.Code,
		Forms: file.Forms, States: file.States, Tag: file.Tag, Again: file.Again,
		Entity: file.Entity.Noun, Pronoun: file.Pronoun, Place: file.Place,
		Unit: file.Unit.Noun, UnitWords: file.UnitWords.Noun, Step: file.Step, Compare: file.Compare,
	}
	if err := l.typeSource(t, file, at); err != nil {
		return nil, err
	}
	if err := l.typeLimits(t, file, at); err != nil {
		return nil, err
	}
	l.inherit(t)
	switch t.Told {
	case ToldFree, ToldPrinted, ToldNever:
	default:
		return nil, l.errorAt(append(at, "told"), "type %s: told: want free, printed or never, have %q", name, clip(t.Told))
	}
	switch t.Pronoun {
	case "it", "they", "he", "she":
	default:
		return nil, l.errorAt(append(at, "pronoun"), "type %s: pronoun: want it, they, he or she, have %q", name, clip(t.Pronoun))
	}
	return t, l.typeForms(t, at)
}

// typeSource finds out where values come from: exactly one of base, values,
// enum, table and code, where code may add table and column.
func (l *loader) typeSource(t *Type, file *typeFile, at []string) error {
	sources := []string{}
	add := func(given bool, key string) {
		if given {
			sources = append(sources, key)
		}
	}
	add(file.Base != "", "base")
	add(file.Values != nil, "values")
	add(file.Enum != nil, "enum")
	add(file.Code != "", "code")
	add(file.Table != "" && file.Code == "", "table")
	if len(sources) != 1 {
		return l.errorAt(at, "type %s: want exactly one of base, values, enum, table and code, have %d of them", t.Name, len(sources))
	}
	if file.Column != "" && file.Table == "" {
		return l.errorAt(append(at, "column"), "type %s: column without table", t.Name)
	}
	switch sources[0] {
	case "base":
		base := l.builtins[file.Base]
		if base == nil {
			return l.errorAt(append(at, "base"), "type %s: unknown base %q: want one of %s", t.Name, clip(file.Base), strings.Join(sortedKeys(l.builtins), ", "))
		}
		t.Base = base.Base
	case "values":
		t.Base = Named
		return l.distinct(file.Values, append(at, "values"), "type "+t.Name)
	case "enum":
		return l.typeEnum(t, file, at)
	case "code":
		t.Base = Code
		if err := checkCodePattern(file.Code); err != nil {
			return l.errorAt(append(at, "code"), "type %s: %v", t.Name, err)
		}
		if file.Table != "" && file.Column == "" {
			return l.errorAt(append(at, "table"), "type %s: code with a table needs column as well", t.Name)
		}
	case "table":
		t.Base = Named
		if t.Column == "" {
			t.Column = "name"
		}
	}
	return nil
}

func (l *loader) typeEnum(t *Type, file *typeFile, at []string) error {
	t.Base = Enum
	for _, entry := range file.Enum {
		here := append(at[:len(at):len(at)], "enum", entry.Name)
		if !enumName.MatchString(entry.Name) {
			return l.errorAt(here, "type %s: code %q must be letters, digits, - and _", t.Name, clip(entry.Name))
		}
		if err := l.distinct(entry.Value, here, "type "+t.Name+": "+entry.Name); err != nil {
			return err
		}
		t.Codes = append(t.Codes, EnumCode{Code: entry.Name, Surfaces: entry.Value})
	}
	if len(t.Codes) < 2 {
		return l.errorAt(append(at, "enum"), "type %s: enum: want at least two codes", t.Name)
	}
	seen := map[string]string{}
	for _, code := range t.Codes {
		for _, surface := range code.Surfaces {
			folded := strings.ToLower(surface)
			if other, taken := seen[folded]; taken {
				return l.errorAt(append(at, "enum", code.Code), "type %s: %q stands for both %s and %s", t.Name, surface, other, code.Code)
			}
			seen[folded] = code.Code
		}
	}
	return nil
}

// distinct wants a list of different, non-empty texts.
func (l *loader) distinct(values []string, at []string, what string) error {
	if len(values) == 0 {
		return l.errorAt(at, "%s: the list is empty", what)
	}
	seen := map[string]bool{}
	for i, value := range values {
		if strings.TrimSpace(value) != value || value == "" || len(value) > 200 {
			return l.errorAt(append(at[:len(at):len(at)], fmt.Sprint(i)), "%s: %q is empty, too long or has white space around it", what, clip(value))
		}
		if seen[strings.ToLower(value)] {
			return l.errorAt(append(at[:len(at):len(at)], fmt.Sprint(i)), "%s: %q stands twice", what, clip(value))
		}
		seen[strings.ToLower(value)] = true
	}
	return nil
}

func (l *loader) typeLimits(t *Type, file *typeFile, at []string) error {
	if file.Range != nil {
		here := append(at[:len(at):len(at)], "range")
		if len(file.Range) != 2 || file.Range[0].value > file.Range[1].value {
			return l.errorAt(here, "type %s: range: want two limits, the lower one first", t.Name)
		}
		if !t.Numeric() && t.Base != Time {
			return l.errorAt(here, "type %s: range: a %s has none", t.Name, t.Base)
		}
		for _, limit := range file.Range {
			if limit.isTime != (t.Base == Time) {
				return l.errorAt(here, "type %s: range: want times such as \"09:00\" for a Time, whole numbers for the others", t.Name)
			}
		}
		if file.Range[0].value < 0 && t.Base != Quantity {
			return l.errorAt(here, "type %s: range: below 0", t.Name)
		}
		t.Range = [2]int{file.Range[0].value, file.Range[1].value}
	}
	if file.Days != nil {
		if len(file.Days) != 2 || file.Days[0] > file.Days[1] || t.Base != Date {
			return l.errorAt(append(at[:len(at):len(at)], "days"), "type %s: days: want two limits, the lower one first, on a Date", t.Name)
		}
		t.Days = [2]int{file.Days[0], file.Days[1]}
	}
	if file.Step < 0 || file.Step > 0 && t.Base != Time && !t.Numeric() {
		return l.errorAt(append(at[:len(at):len(at)], "step"), "type %s: step: want a positive step of a numeric type or a Time", t.Name)
	}
	if file.Unit.given && t.Base != Count && t.Base != Quantity {
		return l.errorAt(append(at[:len(at):len(at)], "unit"), "type %s: unit: only a Count or Quantity has one", t.Name)
	}
	if (t.Base == Count || t.Base == Quantity) && !file.Unit.given {
		return l.errorAt(at, "type %s: a %s needs unit", t.Name, t.Base)
	}
	if t.Base == Quantity && !file.UnitWords.given {
		return l.errorAt(at, "type %s: a Quantity needs unit_words, such as kilo/kilos", t.Name)
	}
	return nil
}

// inherit fills what the file leaves out from the base type.
func (l *loader) inherit(t *Type) {
	if base := l.builtins[t.Base]; base != nil {
		t.Told = orElse(t.Told, base.Told)
		t.Pronoun = orElse(t.Pronoun, base.Pronoun)
		t.Entity = orElse(t.Entity, base.Entity)
		t.Forms, t.States, t.Tag, t.Again = orList(t.Forms, base.Forms), orList(t.States, base.States), orList(t.Tag, base.Tag), orList(t.Again, base.Again)
		t.Range, t.Days, t.Step = orElse(t.Range, base.Range), orElse(t.Days, base.Days), orElse(t.Step, base.Step)
		if t.Compare == nil {
			t.Compare = base.Compare
		}
	}
	t.Told = orElse(t.Told, ToldFree)
	t.Pronoun = orElse(t.Pronoun, "it")
	t.Forms = orList(t.Forms, []string{"{x}"})
}

func orElse[T comparable](value, other T) T {
	var zero T
	if value == zero {
		return other
	}
	return value
}

func orList(value, other []string) []string {
	if len(value) == 0 {
		return other
	}
	return value
}

// typeForms wants the value's slot in every pattern that must carry it.
func (l *loader) typeForms(t *Type, at []string) error {
	for _, part := range []struct {
		key      string
		patterns []string
	}{{"forms", t.Forms}, {"states", t.States}, {"tag", t.Tag}} {
		for i, pattern := range part.patterns {
			if !strings.Contains(pattern, "{x") {
				return l.errorAt(append(at[:len(at):len(at)], part.key, fmt.Sprint(i)), "type %s: %s: %q lacks the slot {x}", t.Name, part.key, clip(pattern))
			}
		}
	}
	return nil
}
