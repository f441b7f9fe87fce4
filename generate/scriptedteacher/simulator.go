package scriptedteacher

import (
	"encoding/json"
	"math/rand/v2"
	"sort"
	"strings"
)

type notedFact struct {
	Subject string          `json:"subject"`
	Field   string          `json:"field"`
	Value   json.RawMessage `json:"value"`
}

type madeCall struct {
	Name      string          `json:"name"`
	Arguments json.RawMessage `json:"arguments"`
	Result    json.RawMessage `json:"result"`
}

type toolMaterial struct {
	Function  functionForm    `json:"function"`
	Arguments json.RawMessage `json:"arguments"`
	Earlier   []madeCall      `json:"earlier_calls"`
	Facts     []notedFact     `json:"facts"`
	Today     string          `json:"today"`
	Failure   *functionError  `json:"failure"`
	FailsOf   string          `json:"fails_of"`
}

type toolReply struct {
	Result json.RawMessage `json:"result"`
	Error  *toolError      `json:"error"`
	Facts  []notedFact     `json:"facts"`
}

// badValue is how an error begins that another value can mend.
const badValue = "The value of the "

// tool answers a call. The result is a function of the call alone, but for facts
// about the things that the call names.
func (t *turn) tool(material toolMaterial) any {
	reply := toolReply{Result: json.RawMessage("null"), Facts: []notedFact{}}
	if material.Failure != nil {
		message := cut(strings.TrimSuffix(material.Failure.When, "."), 250) + "."
		if material.FailsOf != "" {
			message = badValue + strings.ReplaceAll(material.FailsOf, "_", " ") + " cannot be used."
		}
		reply.Error = &toolError{material.Failure.Code, message}
		return &reply
	}
	reply.Result = t.result(&material.Function, material.Arguments, material.Facts)
	if s := t.world.stepDescribed(material.Function.Description); s != nil {
		for _, f := range s.fields {
			if value := member(reply.Result, f.name); value != nil {
				reply.Facts = append(reply.Facts, notedFact{plain(member(reply.Result, s.brings.name)), f.name, value})
			}
		}
	}
	return &reply
}

// result makes up what a function returns, by its schema.
func (t *turn) result(f *functionForm, arguments json.RawMessage, facts []notedFact) json.RawMessage {
	var schema map[string]any
	if json.Unmarshal(f.Returns, &schema) != nil {
		return json.RawMessage("{}")
	}
	m := &maker{turn: t, key: callKey(f.Description, arguments), step: t.world.stepDescribed(f.Description), facts: facts}
	_ = json.Unmarshal(arguments, &m.arguments)
	return encode(m.make("", schema, 0))
}

// maker makes values that fit schemas.
type maker struct {
	turn      *turn
	key       string // what everything follows from
	step      *step
	facts     []notedFact
	arguments map[string]json.RawMessage
}

func (m *maker) random(path string) *rand.Rand { return hashed(m.turn.seed, "result", m.key, path) }

func (m *maker) make(path string, schema map[string]any, depth int) any {
	if depth > 8 {
		return nil
	}
	if all, ok := schema["enum"].([]any); ok && len(all) > 0 {
		return all[m.random(path).IntN(len(all))]
	}
	if value, ok := schema["const"]; ok {
		return value
	}
	switch schema["type"] {
	case "object":
		return m.object(path, schema, depth)
	case "array":
		items, _ := schema["items"].(map[string]any)
		list := []any{}
		for i := range m.count(path, schema) {
			list = append(list, m.make(path+"["+itoa(i)+"]", items, depth+1))
		}
		return list
	}
	return m.leaf(path, schema)
}

// count is how many items a list gets.
func (m *maker) count(path string, schema map[string]any) int {
	n := 1 + m.random(path).IntN(3)
	if low, ok := schema["minItems"].(float64); ok {
		n = max(n, int(min(low, 20)))
	}
	if high, ok := schema["maxItems"].(float64); ok {
		n = min(n, int(max(high, 0)))
	}
	return n
}

func (m *maker) object(path string, schema map[string]any, depth int) any {
	properties, _ := schema["properties"].(map[string]any)
	names := make([]string, 0, len(properties))
	for name := range properties {
		names = append(names, name)
	}
	sort.Strings(names)
	object := map[string]any{}
	for _, name := range names {
		if property, ok := properties[name].(map[string]any); ok {
			object[name] = m.make(strings.TrimPrefix(path+"."+name, "."), property, depth+1)
		}
	}
	return object
}

// leaf makes a plain value: one of the type that the step declares, the argument of
// the same name, what is known of the things that the call names, or a guess.
func (m *maker) leaf(path string, schema map[string]any) any {
	name := path[strings.LastIndexByte(path, '.')+1:]
	if m.step != nil {
		for _, f := range m.step.results() {
			if f.name == name {
				return f.typ.value(m.random(name), locale{}, map[string]bool{})
			}
		}
	}
	if argument, ok := m.arguments[name]; ok {
		return argument
	}
	for _, fact := range m.facts {
		for _, argument := range m.arguments {
			if fact.Field == name && plain(argument) == fact.Subject {
				return fact.Value
			}
		}
	}
	return m.guess(name, path, schema)
}

// guess makes a value for a function that the teacher does not know.
func (m *maker) guess(name, path string, schema map[string]any) any {
	random := m.random(path)
	low, high := 1.0, 99.0
	if bound, ok := schema["minimum"].(float64); ok {
		low, high = bound, bound+90
	}
	if bound, ok := schema["maximum"].(float64); ok {
		high = bound
		low = min(low, high)
	}
	switch schema["type"] {
	case "integer":
		return int(low) + random.IntN(max(int(high-low), 1))
	case "number":
		return float64(int((low+(high-low)*random.Float64())*10)) / 10
	case "boolean":
		return random.IntN(2) == 0
	case "null":
		return nil
	}
	if typ := m.turn.world.types[name]; typ != nil {
		return typ.value(random, locale{}, map[string]bool{})
	}
	switch schema["format"] {
	case "date":
		return someDay(random, "")
	case "time":
		return m.turn.world.types["time"].value(random, locale{}, nil)
	case "date-time":
		return someDay(random, "") + "T09:30:00Z"
	case "email":
		return strings.ToLower(strings.ReplaceAll(draw(random, people()...), " ", ".")) + "@post.net"
	case "uri":
		return "https://www.service.net/" + itoa(1000+random.IntN(9000))
	}
	if strings.HasSuffix(name, "name") || strings.HasSuffix(name, "person") {
		return draw(random, people()...)
	}
	if strings.HasSuffix(name, "city") || strings.HasSuffix(name, "place") {
		return draw(random, cities()...)
	}
	letters := strings.ToUpper(strings.ReplaceAll(name, "_", ""))
	return letters[:min(2, len(letters))] + "-" + itoa(10000+random.IntN(90000))
}
