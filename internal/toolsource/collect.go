package toolsource

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/schema"
)

const (
	maxDescription = 4000     // characters
	maxSchemas     = 64 << 20 // bytes of all schemas of a source
	maxReturns     = 64 << 10 // bytes of the schema of one result
	maxWarnings    = 200      // further ones are only counted
	emptyObject    = `{"type":"object","properties":{}}`
)

// draft is a tool as a source has it, not yet checked.
type draft struct {
	name        string // as the source has it
	origin      string
	description string
	parameters  json.RawMessage // JSON Schema, nil where the tool takes none
	returns     json.RawMessage // JSON Schema or nil
	errors      []Failure
	effect      string // "" if the source does not say
	guessed     bool
	extra       button.Members // further members of "function"
}

// collector checks drafts and makes a source of them.
type collector struct {
	compiler schema.Compiler
	drafts   []draft
	skipped  []Skipped
	warnings []string
	unsaid   int // warnings beyond maxWarnings
	size     int // bytes of schemas
}

func (c *collector) skip(name, origin string, reason error) {
	c.skipped = append(c.skipped, Skipped{label(name), label(origin), plain(reason.Error())})
}

func (c *collector) warn(format string, values ...any) {
	if len(c.warnings) == maxWarnings {
		c.unsaid++
		return
	}
	c.warnings = append(c.warnings, plain(fmt.Sprintf(format, values...)))
}

// full says that no further tool is taken.
func (c *collector) full() error {
	if len(c.drafts)+len(c.skipped) >= MaxTools {
		return fmt.Errorf("it has more than %d tools", MaxTools)
	}
	return nil
}

// add takes a draft whose schemas hold; others are skipped with the reason.
func (c *collector) add(d draft) {
	if err := c.check(&d); err != nil {
		c.skip(d.name, d.origin, err)
		return
	}
	if d.effect == "" {
		d.effect, d.guessed = guessEffect(d.name), true
	}
	d.description = plain(d.description)
	if utf8.RuneCountInString(d.description) > maxDescription {
		d.description = string([]rune(d.description)[:maxDescription-1]) + "…"
		c.warn("%s: its description is cut to %d characters", d.label(), maxDescription)
	}
	c.drafts = append(c.drafts, d)
}

func (d *draft) label() string {
	if d.name == "" {
		return label(d.origin)
	}
	return label(d.name)
}

// label is a foreign name for people.
func label(name string) string { return shorten(plain(name), 200) }

func (c *collector) check(d *draft) error {
	if strings.TrimSpace(d.name) == "" {
		return errors.New("it has no name")
	}
	if len(d.returns) > maxReturns {
		c.warn("%s: what it returns is taken as unknown: its schema has %d bytes, allowed are %d", d.label(), len(d.returns), maxReturns)
		d.returns = nil
	}
	if c.size += len(d.parameters) + len(d.returns); c.size > maxSchemas {
		return fmt.Errorf("the schemas of the tools before it and its own have more than %d MiB together", maxSchemas>>20)
	}
	parameters, err := objectSchema(d.parameters)
	if err == nil {
		d.parameters, err = c.compile(d, "parameters", parameters)
	}
	if err != nil {
		return fmt.Errorf("its parameters: %w", err)
	}
	if len(d.returns) == 0 {
		return nil
	}
	if d.returns, err = c.compile(d, "result", d.returns); err != nil {
		c.warn("%s: what it returns is taken as unknown: %v", d.label(), err)
		d.returns = nil
	}
	return nil
}

// compile returns the schema if it can be checked against. A pattern that this
// program's expressions cannot say costs only itself.
func (c *collector) compile(d *draft, what string, text json.RawMessage) (json.RawMessage, error) {
	compiled, err := c.compiler.Compile(text)
	if err != nil {
		values, parsing := parseJSON(text)
		if parsing != nil {
			return nil, err
		}
		dropped := c.dropPatterns(values[0].value)
		if len(dropped) == 0 {
			return nil, err
		}
		text = appendJSON(nil, values[0].value)
		if compiled, err = c.compiler.Compile(text); err != nil {
			return nil, err
		}
		c.warn("%s: %s: patterns that cannot be checked are left out: %s", d.label(), what, strings.Join(firstFew(dropped), ", "))
	}
	for _, place := range compiled.Unchecked() {
		// Formats are notes to the reader, the unknown ones among them too.
		if !strings.Contains(place, ": format ") {
			c.warn("%s: %s: not checked: %s", d.label(), what, place)
		}
	}
	return text, nil
}

// dropPatterns takes the patterns out of a schema that do not compile and
// returns them.
func (c *collector) dropPatterns(schema any) []string {
	var dropped []string
	switch schema := schema.(type) {
	case []any:
		for _, item := range schema {
			dropped = append(dropped, c.dropPatterns(item)...)
		}
	case *object:
		if pattern, ok := schema.get("pattern").(string); ok {
			alone := newObject()
			alone.set("pattern", pattern)
			if _, err := c.compiler.Compile(appendJSON(nil, alone)); err != nil {
				schema.remove("pattern")
				dropped = append(dropped, quote(pattern))
			}
		}
		for _, name := range schema.names {
			switch name {
			case "enum", "const", "default", "examples", "example":
			default:
				dropped = append(dropped, c.dropPatterns(schema.get(name))...)
			}
		}
	}
	return dropped
}

// objectSchema returns the schema of an object of arguments: none at all means
// no arguments, a missing type means an object.
func objectSchema(parameters json.RawMessage) (json.RawMessage, error) {
	if text := bytes.TrimSpace(parameters); len(text) == 0 || string(text) == "null" || string(text) == "{}" {
		return json.RawMessage(emptyObject), nil
	}
	members, err := button.ParseMembers(parameters)
	if err != nil {
		return nil, err
	}
	switch kind := members.Get("type"); string(kind) {
	case "":
		members = append(button.Members{{Name: "type", Value: json.RawMessage(`"object"`)}}, members...)
	case `"object"`, `"dict"`, `["object"]`:
	default:
		return nil, fmt.Errorf("they are of type %s and must be an object", shorten(string(kind), 80))
	}
	return members.AppendJSON(nil), nil
}

// source gives the tools their names: first those that keep theirs, then, each
// in its order, those that get another.
func (c *collector) source() *Source {
	s := &Source{Skipped: c.skipped, names: map[string]string{}}
	names := make([]string, len(c.drafts))
	taken := func(name string) bool { _, found := s.names[name]; return found }
	for i, d := range c.drafts {
		if usableName.MatchString(d.name) && !taken(d.name) {
			names[i] = d.name
			s.names[d.name] = d.name
		}
	}
	var renamed []string
	numbers := numbering{}
	for i, d := range c.drafts {
		if names[i] != "" {
			continue
		}
		names[i] = numbers.unused(safeName(d.name), taken)
		s.names[names[i]] = d.name
		renamed = append(renamed, names[i]+" for "+quote(d.name))
	}
	if len(renamed) > 0 {
		c.warnings = append(c.warnings, plain("names are unique and of letters, digits and underscores here: "+strings.Join(firstFew(renamed), ", ")))
	}
	for i, d := range c.drafts {
		s.Tools = append(s.Tools, Tool{
			Tool:    button.Tool{Name: names[i], Description: d.description, Parameters: d.parameters, FunctionExtra: d.extra},
			Returns: d.returns, Errors: d.errors, Effect: d.effect, EffectGuessed: d.guessed, Origin: label(d.origin),
		})
	}
	s.Warnings = slices.Clone(c.warnings)
	if c.unsaid > 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("and %d warnings more", c.unsaid))
	}
	return s
}

// firstFew are the first of many texts and their number.
func firstFew(texts []string) []string {
	const few = 8
	if len(texts) <= few {
		return texts
	}
	return append(slices.Clone(texts[:few]), fmt.Sprintf("and %d more", len(texts)-few))
}
