package scriptedteacher

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// functionForm is a function as materials and replies have it.
type functionForm struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	Parameters  json.RawMessage `json:"parameters"`
	Returns     json.RawMessage `json:"returns"`
	Errors      []functionError `json:"errors"`
	Effect      string          `json:"effect"`
	// Examples are the values of parameters that there are, of somebody's own tools.
	Examples map[string][]json.RawMessage `json:"examples,omitempty"`
}

type functionError struct {
	Code string `json:"code"`
	When string `json:"when"`
}

type mapping struct {
	Task      int        `json:"atom"`
	Function  string     `json:"function"`
	Arguments []argument `json:"arguments"`
}

type argument struct {
	Param  string `json:"param"`
	Source string `json:"source"`
	Ref    string `json:"ref"`
}

type functionsMaterial struct {
	Request  string         `json:"request"`
	Tasks    []numberedTask `json:"tasks"`
	Links    []link         `json:"links"`
	Style    string         `json:"style"`
	Existing []functionForm `json:"existing"`
}

type functionsReply struct {
	Functions []functionForm `json:"functions"`
	Mapping   []mapping      `json:"mapping"`
}

func (t *turn) functions(material functionsMaterial) any {
	c, ok := t.reader.read(material.Tasks, material.Links)
	if !ok {
		return nil
	}
	functions, mappings := c.functions(material.Style, material.Existing)
	return &functionsReply{functions, mappings}
}

// functions defines what the clauses take, but for what exists, and says how they
// are done.
func (c *composition) functions(style string, existing []functionForm) ([]functionForm, []mapping) {
	functions, mappings := []functionForm{}, []mapping{}
	names := map[*step]string{}
	for i := range c.clauses {
		s := c.clauses[i].step
		if names[s] == "" {
			at := slices.IndexFunc(existing, func(f functionForm) bool { return f.Description == s.description })
			if at >= 0 {
				names[s] = existing[at].Name
			} else {
				form := s.form(style)
				names[s], functions = form.Name, append(functions, form)
			}
		}
		mappings = append(mappings, mapping{i, names[s], c.arguments(i)})
	}
	return functions, mappings
}

// arguments says where the arguments of the clause at a position come from.
func (c *composition) arguments(at int) []argument {
	arguments := []argument{}
	clause := &c.clauses[at]
	for i, slot := range clause.step.slots() {
		if clause.values[i].literal != nil {
			arguments = append(arguments, argument{slot.param, "user", clause.factName(slot)})
		}
	}
	for _, l := range c.links {
		if l.To == at {
			arguments = append(arguments, argument{l.Input, "result", strconv.Itoa(l.From) + "." + strings.TrimPrefix(l.Field, "result.")})
		}
	}
	return arguments
}

// form is the function that does a step.
func (s *step) form(style string) functionForm {
	parameters, required := map[string]any{}, []string{}
	for _, p := range s.parameters() {
		parameters[p.name] = p.schema
		if p.required {
			required = append(required, p.name)
		}
	}
	returns, returned := map[string]any{}, []string{}
	for _, f := range s.results() {
		returns[f.name] = f.typ.schema(f.typ.describe(f.name))
		returned = append(returned, f.name)
	}
	return functionForm{
		Name: named(s.function, style), Description: s.description, Effect: s.effect,
		Parameters: objectSchema(parameters, required), Returns: objectSchema(returns, returned),
		Errors: []functionError{
			{"service_busy", "The service is overloaded for a moment; the same call may pass a little later."},
			{"invalid_value", "A value that was given is not known or cannot be used."},
		},
	}
}

type parameter struct {
	name     string
	slot     *slot
	schema   map[string]any
	required bool
}

// parameters lists a step's parameters.
func (s *step) parameters() []parameter {
	var all []parameter
	for _, slot := range s.slots() {
		switch {
		case slot.many:
			for i, name := range manyParameters() {
				all = append(all, parameter{name, slot, map[string]any{"type": "string", "description": "The code of an item."}, i < 2})
			}
		case slot.typ == nil:
			all = append(all, parameter{slot.param, slot, map[string]any{"type": "string", "description": "The code of the item."}, true})
		default:
			all = append(all, parameter{slot.param, slot, slot.typ.schema(slot.typ.describe(slot.param)), true})
		}
	}
	return all
}

func objectSchema(properties map[string]any, required []string) json.RawMessage {
	return encode(map[string]any{"type": "object", "properties": properties, "required": required})
}

// named writes a name in snake case in another style.
func named(snake, style string) string {
	if style != "camelCase" && style != "PascalCase" {
		return snake
	}
	parts := strings.Split(snake, "_")
	for i := range parts {
		if i > 0 || style == "PascalCase" {
			parts[i] = capital(parts[i])
		}
	}
	return strings.Join(parts, "")
}

type distractorMaterial struct {
	Function functionForm `json:"function"`
	Respect  string       `json:"differs_in"`
	Taken    []string     `json:"names_taken"`
}

type distractorReply struct {
	Function   functionForm `json:"function"`
	Difference string       `json:"difference"`
}

// distractor writes a sibling that needs one more thing and returns another: the
// history, the statistics or the cancellation of what the function does.
func (t *turn) distractor(material distractorMaterial) any {
	kinds := []struct{ verb, noun, param, describes, returns string }{
		{"list", "history", "since_date", "The first day to be listed.", "entry_count"},
		{"cancel", "request", "cancellation_reason", "Why it is cancelled.", "cancellation_number"},
		{"estimate", "demand", "reference_month", "The month that is estimated.", "expected_count"},
		{"compare", "providers", "provider_group", "The group of providers to compare.", "best_provider"},
		{"export", "archive", "archive_year", "The year of the archive.", "archive_size"},
		{"audit", "records", "auditor_code", "Who audits.", "audit_number"},
		{"subscribe", "alerts", "alert_channel", "Where alerts are sent.", "subscription_number"},
		{"rate", "experience", "stars_given", "How many stars are given.", "new_average"},
	}
	f := material.Function
	style, object := styleOf(f.Name)
	start := t.random("distractor").IntN(len(kinds))
	var form functionForm
	for i := range kinds {
		kind := kinds[(start+i)%len(kinds)]
		// The original's own words without its verb keep the two confusable.
		name := named(kind.verb+"_"+object+"_"+kind.noun, style)
		form = functionForm{
			Name: name, Effect: "read", Errors: []functionError{{"not_permitted", "The caller may not do this."}},
			Description: capital(kind.verb) + "s the " + kind.noun + " of " + strings.ReplaceAll(object, "_", " ") + " by " + strings.ReplaceAll(kind.param, "_", " ") + ".",
			Parameters:  objectSchema(map[string]any{kind.param: map[string]any{"type": "string", "description": kind.describes}}, []string{kind.param}),
			Returns:     objectSchema(map[string]any{kind.returns: map[string]any{"type": "string", "description": "What came out."}}, []string{kind.returns}),
		}
		if !slices.Contains(material.Taken, name) {
			break
		}
	}
	return &distractorReply{form, "In " + orText(material.Respect, "its object") + ": it cannot do what the other function does, and takes and returns other things."}
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// styleOf tells how a name is written, and gives it in snake case without its verb.
func styleOf(name string) (style, object string) {
	style = "snake_case"
	var snake strings.Builder
	for i, r := range name {
		if r >= 'A' && r <= 'Z' {
			if i == 0 {
				style = "PascalCase"
			} else {
				if style == "snake_case" {
					style = "camelCase"
				}
				snake.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		snake.WriteRune(r)
	}
	_, object, found := strings.Cut(snake.String(), "_")
	if !found {
		object = snake.String()
	}
	return style, object
}
