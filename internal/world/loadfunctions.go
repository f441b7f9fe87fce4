package world

import (
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/config"
)

// functionFile is one function as world.yaml has it.
type functionFile struct {
	Does     []string
	Effect   string
	Takes    *config.Node
	MayTake  *config.Node `yaml:"may_take"`
	Gives    *config.Node
	Fails    map[string]string
	Describe map[string]string
	Fan      []string
	Adds     []string
	Gate     map[string]map[string][]string
	Excludes []string
	NotFrom  map[string][]string `yaml:"not_from"`
	Resolves map[string]string
	Alone    *bool
	Say      sayFile
}

// Bounds on one function.
const (
	maxFunctions = 64
	maxLeaves    = 40
	maxObject    = 2 // levels of nested objects
)

func (l *loader) functions(files config.Ordered[functionFile]) error {
	if len(files) == 0 || len(files) > maxFunctions {
		return l.errorAt(steps("functions"), "functions: want 1 to %d, have %d", maxFunctions, len(files))
	}
	for i := range files {
		entry := &files[i]
		f, err := l.function(entry.Name, &entry.Value)
		if err != nil {
			return err
		}
		f.Line = entry.Line
		l.world.Functions = append(l.world.Functions, f)
		l.world.byName[f.Name] = f
	}
	for i := range files {
		if err := l.references(l.world.Functions[i]); err != nil {
			return err
		}
	}
	return nil
}

func (l *loader) function(name string, file *functionFile) (*Function, error) {
	at := steps("functions", name)
	if !codeName.MatchString(name) || name == makeName {
		return nil, l.errorAt(at, "function %q: want a name of lower case letters, digits and underscores other than make", clip(name))
	}
	f := &Function{
		World: l.world, Name: name, Does: file.Does, Effect: file.Effect, Fails: file.Fails,
		Fan: file.Fan, Adds: file.Adds, Gate: file.Gate, Excludes: file.Excludes, NotFrom: file.NotFrom,
		Resolves: file.Resolves, Alone: file.Alone == nil || *file.Alone, Say: file.Say.say(),
	}
	if f.Effect == "" {
		f.Effect = button.EffectRead
	}
	if f.Effect != button.EffectPure && f.Effect != button.EffectRead && f.Effect != button.EffectWrite {
		return nil, l.errorAt(append(at, "effect"), "%s: effect: want pure, read or write, have %q", name, clip(f.Effect))
	}
	if err := l.distinct(f.Does, append(at, "does"), name+": does"); err != nil {
		return nil, err
	}
	for _, code := range sortedKeys(f.Fails) {
		if !codeName.MatchString(code) || code == InvalidArguments || code == UnknownFunction || strings.TrimSpace(f.Fails[code]) == "" {
			return nil, l.errorAt(append(at, "fails", code), "%s: fails: want a code of lower case letters, digits and underscores with its meaning", name)
		}
	}
	if err := l.takes(f, file, at); err != nil {
		return nil, err
	}
	if err := l.gives(f, file, at); err != nil {
		return nil, err
	}
	f.deriveSchemas()
	return f, nil
}

func (l *loader) takes(f *Function, file *functionFile, at []string) error {
	descriptions := map[string]bool{}
	for _, part := range []struct {
		node     *config.Node
		key      string
		required bool
	}{{file.Takes, "takes", true}, {file.MayTake, "may_take", false}} {
		if part.node == nil || part.node.Kind == config.Null {
			continue
		}
		shapes, err := l.members(part.node, f.Name+": "+part.key, "", 0)
		if err != nil {
			return err
		}
		for _, made := range shapes {
			if made.kind == shapeItems {
				return part.node.Errorf("%s: %s: %s: a list of objects cannot be a parameter", f.Name, part.key, made.name)
			}
			if slices.ContainsFunc(f.input, func(other *shape) bool { return other.name == made.name }) {
				return part.node.Errorf("%s: parameter %q stands in takes and in may_take", f.Name, made.name)
			}
			l.describe(made, file.Describe, descriptions)
			made.require(part.required)
			f.input = append(f.input, made)
			f.addParams(made, part.required)
		}
	}
	for _, path := range sortedKeys(file.Describe) {
		if !descriptions[path] {
			return l.errorAt(append(at, "describe", path), "%s: describe: no parameter %q", f.Name, clip(path))
		}
	}
	if len(f.Params) > maxLeaves {
		return l.errorAt(append(at, "takes"), "%s: %d parameters are more than the allowed %d", f.Name, len(f.Params), maxLeaves)
	}
	return nil
}

// describe sets descriptions; used collects the paths that exist.
func (l *loader) describe(s *shape, given map[string]string, used map[string]bool) {
	used[s.path] = true
	s.description = given[s.path]
	if s.kind == shapeObject {
		for _, member := range s.members {
			l.describe(member, given, used)
		}
	} else if s.description == "" {
		s.description = s.leaf.defaultDescription(s.name, l.world.Currency)
	}
}

// require marks a member; the members of an object that is given are all required.
func (s *shape) require(required bool) {
	s.required = required
	for _, member := range s.members {
		member.require(true)
	}
}

func (f *Function) addParams(s *shape, required bool) {
	if s.kind == shapeObject {
		for _, member := range s.members {
			f.addParams(member, required)
		}
		return
	}
	f.Params = append(f.Params, &Param{Path: s.path, Type: s.leaf, Required: required, Many: s.kind == shapeValues, Description: s.description})
}

func (l *loader) gives(f *Function, file *functionFile, at []string) error {
	if file.Gives == nil || file.Gives.Kind != config.Map || len(file.Gives.Members) == 0 {
		return l.errorAt(append(at, "gives"), "%s: gives: want a mapping of at least one field", f.Name)
	}
	shapes, err := l.members(file.Gives, f.Name+": gives", "", 0)
	if err != nil {
		return err
	}
	f.output = shapes
	for _, made := range shapes {
		if made.kind == shapeItems {
			if f.List != "" {
				return file.Gives.Errorf("%s: gives: two lists; a function gives at most one", f.Name)
			}
			f.List = made.name
			for _, member := range made.members {
				f.Items = addFields(f.Items, member)
			}
			continue
		}
		if made.kind == shapeValues {
			return file.Gives.Errorf("%s: gives: %s: a list holds objects: \"%s[]\": {name: Type}", f.Name, made.name, made.name)
		}
		f.Fields = addFields(f.Fields, made)
	}
	if len(f.Items)+len(f.Fields) > maxLeaves {
		return file.Gives.Errorf("%s: gives: more than the allowed %d fields", f.Name, maxLeaves)
	}
	return nil
}

func addFields(fields []*Field, s *shape) []*Field {
	if s.kind == shapeObject {
		for _, member := range s.members {
			fields = addFields(fields, member)
		}
		return fields
	}
	return append(fields, &Field{Path: s.path, Type: s.leaf})
}

// members reads the members of takes, may_take or gives. Paths of a list's
// items start anew, for they are relative to the item.
func (l *loader) members(node *config.Node, what, prefix string, depth int) ([]*shape, error) {
	if node.Kind != config.Map {
		return nil, node.Errorf("%s: want a mapping of names to types, have %s", what, node.Kind)
	}
	if depth > maxObject {
		return nil, node.Errorf("%s: nested deeper than %d levels", what, maxObject)
	}
	var shapes []*shape
	for _, member := range node.Members {
		name, isList := strings.CutSuffix(member.Name, "[]")
		at := &config.Node{File: node.File, Line: member.Line, Column: member.Column}
		if !codeName.MatchString(name) {
			return nil, at.Errorf("%s: %q: want a name of lower case letters, digits and underscores", what, clip(member.Name))
		}
		made := &shape{name: name, path: prefix + name, required: true}
		var err error
		switch {
		case isList && (depth > 0 || member.Value.Kind != config.Map):
			err = at.Errorf("%s: %s: only a result has a list of objects, and only at its top; a list of values is \"Type[]\"", what, name)
		case isList:
			made.kind = shapeItems
			made.members, err = l.members(member.Value, what+": "+name, "", depth+1)
		case member.Value.Kind == config.Map:
			made.kind = shapeObject
			made.members, err = l.members(member.Value, what+": "+name, made.path+".", depth+1)
		default:
			err = l.leafType(made, member.Value, what+": "+name)
		}
		if err != nil {
			return nil, err
		}
		shapes = append(shapes, made)
	}
	if len(shapes) == 0 && depth > 0 {
		return nil, node.Errorf("%s: want at least one member", what)
	}
	return shapes, nil
}

func (l *loader) leafType(made *shape, node *config.Node, what string) error {
	var text string
	if err := node.Decode(&text); err != nil {
		return err
	}
	name, many := strings.CutSuffix(text, "[]")
	made.leaf = l.typeByName(name)
	if made.leaf == nil {
		return node.Errorf("%s: unknown type %q", what, clip(name))
	}
	if !many {
		return nil
	}
	if base := made.leaf.Base; base != Enum && base != Named {
		return node.Errorf("%s: a list parameter takes values of an enum, values or table type, not of a %s", what, base)
	}
	made.kind = shapeValues
	return nil
}

func (l *loader) typeByName(name string) *Type {
	if t := l.world.Types[name]; t != nil {
		return t
	}
	return l.builtins[name]
}
