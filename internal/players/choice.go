package players

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	jsonschema "github.com/buttonbench/button/internal/schema"
)

// choice is what tool_choice says of the next message.
type choice struct {
	none bool
	must bool   // it has to hold a call
	name string // of this function, and no other call; "" for any
}

// choiceOf reads tool_choice: "auto", "none", "required", or a named function.
func choiceOf(raw json.RawMessage, tools []button.Tool) (choice, *apiError) {
	c := choice{}
	var word string
	var named struct {
		Type     string `json:"type"`
		Function struct {
			Name string `json:"name"`
		} `json:"function"`
	}
	switch {
	case len(raw) == 0 || string(raw) == "null":
		return c, nil
	case json.Unmarshal(raw, &word) == nil && (word == "auto" || word == "none"):
		c.none = word == "none"
		return c, nil
	case word == "required":
		c.must = true
	case word == "" && json.Unmarshal(raw, &named) == nil && named.Type == "function" && named.Function.Name != "":
		c.must, c.name = true, named.Function.Name
	default:
		return c, badRequest("tool_choice", "unknown tool_choice %.60s: want auto, none, required or a function", raw)
	}
	switch {
	case len(tools) == 0:
		return c, badRequest("tool_choice", "tool_choice wants a call, but there are no tools")
	case c.name != "" && !slices.ContainsFunc(tools, func(tool button.Tool) bool { return tool.Name == c.name }):
		return c, badRequest("tool_choice", "tool_choice names no function %.60q of the tools", c.name)
	}
	return c, nil
}

// heed makes a message hold the call that tool_choice wants, as a server does that
// constrains its model: one that the player makes anyway, or one to the function
// that the user's words are nearest to.
func (c choice) heed(ask *request, next step) step {
	if !c.must {
		return next
	}
	if c.name != "" {
		next.calls = slices.DeleteFunc(slices.Clone(next.calls), func(made call) bool { return made.name != c.name })
		next.calls = next.calls[:min(len(next.calls), 1)]
	}
	if len(next.calls) == 0 {
		next = step{calls: []call{c.forced(ask)}}
	}
	return next
}

// forced is a call that no player would have made.
func (c choice) forced(ask *request) call {
	tools := slices.Clone(ask.tools)
	if c.name != "" {
		tools = slices.DeleteFunc(tools, func(tool button.Tool) bool { return tool.Name != c.name })
	}
	last := lastUser(ask.messages)
	said := ask.messages[last].Content
	profiles := profilesOf(tools)
	rated := scores(said, profiles)
	fill := newFiller(said, extract(said, todayOf(ask.messages)), resultsOf(ask.messages))
	best := 0
	for i := range profiles {
		if rated[i] > rated[best] {
			best = i
		}
	}
	tool := profiles[best].tool
	if arguments, ok := fill.arguments(profiles[best]); ok && allowed(tool, arguments) {
		return call{tool.Name, encodeValue(arguments)}
	}
	arguments, _ := profiles[best].schema.least(0).(map[string]any)
	if arguments == nil {
		arguments = map[string]any{}
	}
	return call{tool.Name, encodeValue(arguments)}
}

// allowed reports whether a tool's schema has nothing against arguments.
func allowed(tool button.Tool, arguments map[string]any) bool {
	if len(tool.Parameters) == 0 {
		return true
	}
	compiled, err := new(jsonschema.Compiler).Compile(tool.Parameters)
	if err != nil {
		return true // there is nothing to hold them against
	}
	violations, err := compiled.Validate([]byte(encodeValue(arguments)))
	return err == nil && len(violations) == 0
}

// least is a small value that the schema allows, as far as a player reads it.
func (s schema) least(depth int) any {
	if standard, ok := s["default"]; ok {
		return standard
	}
	if list := s.enum(); len(list) > 0 {
		return list[0]
	}
	kind := "object"
	if types := s.types(); len(types) > 0 {
		kind = types[0]
	} else if depth > 0 {
		kind = "string"
	}
	switch {
	case kind == "boolean":
		return false
	case kind == "integer" || kind == "number":
		return s.leastNumber(kind)
	case kind == "null" || depth > maxSchemaDepth:
		return nil
	case kind == "array":
		few, _ := s.bound("minItems")
		list := []any{}
		for range int(min(max(few, 0), lexicalWidth)) {
			list = append(list, s.items().least(depth+1))
		}
		return list
	case kind == "object":
		filled := map[string]any{}
		for _, name := range s.properties() {
			if s.required(name) {
				filled[name] = s.property(name).least(depth + 1)
			}
		}
		return filled
	}
	const word = "unknown"
	few, _ := s.bound("minLength")
	return strings.Repeat(word, 1+int(min(max(few, 0), maxPattern))/len(word))
}

// leastNumber is 0, or the number nearest to it that the bounds allow.
func (s schema) leastNumber(kind string) any {
	value := 0.0
	raise := func(least float64) { value = max(value, least) }
	lower := func(most float64) { value = min(value, most) }
	if most, ok := s.bound("maximum"); ok {
		lower(math.Floor(most))
	}
	if most, ok := s.bound("exclusiveMaximum"); ok {
		lower(math.Ceil(most) - 1)
	}
	if least, ok := s.bound("minimum"); ok {
		raise(math.Ceil(least))
	}
	if least, ok := s.bound("exclusiveMinimum"); ok {
		raise(math.Floor(least) + 1)
	}
	return value
}
