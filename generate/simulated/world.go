package simulated

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

// world is what the invented world holds to be true: what the tools noted, and
// what their results say about things that have an id.
type world struct {
	noted []NotedFact
	// told are the statements of results, by subject and field.
	told map[string][]statement
}

// statement is a value that a result gave for a field of a thing. Two statements
// can only contradict one another if no parameter that their calls share has two
// values: a price for one day and for another are two prices.
type statement struct {
	value     json.RawMessage
	arguments []leaf
}

func newWorld() world { return world{told: map[string][]statement{}} }

func factKey(subject, field string) string {
	return strings.Join(words(strings.ToLower(subject)), " ") + "\x00" + strings.Join(nameParts(field), " ")
}

// conflict is a fact that a reply contradicts.
type conflict struct {
	Subject, Field string
	have, want     json.RawMessage
}

// conflicts compares what a call says with what is held to be true.
func (w *world) conflicts(call ToolCall, reply *ToolReply) []conflict {
	var found []conflict
	for _, fact := range reply.Facts {
		key := factKey(fact.Subject, fact.Field)
		for _, held := range w.noted {
			if factKey(held.Subject, held.Field) == key && !same(held.Value, fact.Value) {
				found = append(found, conflict{fact.Subject, fact.Field, fact.Value, held.Value})
			}
		}
	}
	arguments := leaves(call.Arguments)
	for _, told := range statementsOf(reply.Result) {
		for _, held := range w.noted {
			if told.thing != "" && factKey(held.Subject, held.Field) == factKey(told.thing, told.field) && !same(held.Value, told.value) {
				found = append(found, conflict{told.thing, told.field, told.value, held.Value})
			}
		}
		for _, held := range w.told[factKey(told.key, told.field)] {
			if !same(held.value, told.value) && compatible(held.arguments, arguments) {
				found = append(found, conflict{told.key, told.field, told.value, held.value})
			}
		}
	}
	return found
}

// compatible reports whether two calls give no parameter different values.
func compatible(a, b []leaf) bool {
	for _, one := range a {
		for _, other := range b {
			if one.path == other.path && !same(one.value, other.value) {
				return false
			}
		}
	}
	return true
}

// learn takes over what a call says. A function that writes changes facts, and
// what results said before need not hold any more.
func (w *world) learn(call ToolCall, reply *ToolReply, effect string) {
	if effect == button.EffectWrite {
		clear(w.told)
	}
	for _, fact := range reply.Facts {
		key := factKey(fact.Subject, fact.Field)
		at := slices.IndexFunc(w.noted, func(held NotedFact) bool { return factKey(held.Subject, held.Field) == key })
		if at < 0 {
			w.noted = append(w.noted, fact)
		} else {
			w.noted[at] = fact
		}
	}
	arguments := leaves(call.Arguments)
	for _, told := range statementsOf(reply.Result) {
		key := factKey(told.key, told.field)
		w.told[key] = append(w.told[key], statement{told.value, arguments})
	}
}

// said is what a result says of one thing.
type said struct {
	// key is the members that say what the thing is, with their values; thing is
	// the value alone where it is one member.
	key, thing string
	field      string
	value      json.RawMessage
}

// statementsOf lists what a result says about things: for each object that says
// what it is about, its other plain members.
func statementsOf(result json.RawMessage) []said {
	var found []said
	walkObjects(result, 0, func(members button.Members) {
		key, thing := identityOf(members)
		if key == "" {
			return
		}
		for _, member := range members {
			plain := len(member.Value) > 0 && member.Value[0] != '{' && member.Value[0] != '['
			if plain && !isNull(member.Value) {
				found = append(found, said{key, thing, member.Name, member.Value})
			}
		}
	})
	return found
}

// identityOf joins the members of an object that say what it is about: ids, codes and
// numbers of things, or else its name; and the day, the unit and the like, under
// which the rest holds.
func identityOf(members button.Members) (key, thing string) {
	var ids, names, circumstances []string
	for _, member := range members {
		parts := nameParts(member.Name)
		value := textOf(member.Value)
		if len(parts) == 0 || value == "" || isNull(member.Value) || isBool(member.Value) || strings.ContainsAny(value[:1], "{[") {
			continue
		}
		pair := strings.Join(parts, " ") + " " + value
		switch parts[len(parts)-1] {
		case "id", "code", "number", "no", "sku", "isbn", "iban", "reference", "ref", "key", "uuid":
			ids, thing = append(ids, pair), value
		case "name", "title":
			names = append(names, pair)
			if len(ids) == 0 {
				thing = value
			}
		case "currency", "unit", "units", "date", "day", "time", "month", "year", "period", "language":
			circumstances = append(circumstances, pair)
		}
	}
	if len(ids) == 0 {
		ids = names
	}
	if len(ids) == 0 {
		return "", ""
	}
	if len(ids)+len(circumstances) > 1 {
		thing = ""
	}
	slices.Sort(circumstances)
	return strings.Join(append(slices.Sorted(slices.Values(ids)), circumstances...), ", "), thing
}

// walkObjects calls back for every object within a JSON value.
func walkObjects(value json.RawMessage, depth int, visit func(button.Members)) {
	if len(value) == 0 || depth > button.MaxDepth {
		return
	}
	switch value[0] {
	case '{':
		members, err := button.ParseMembers(value)
		if err != nil {
			return
		}
		visit(members)
		for _, member := range members {
			walkObjects(member.Value, depth+1, visit)
		}
	case '[':
		var items []json.RawMessage
		if json.Unmarshal(value, &items) == nil {
			for _, item := range items {
				walkObjects(item, depth+1, visit)
			}
		}
	}
}
