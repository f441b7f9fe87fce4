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
		key := factKey(told.Subject, told.Field)
		for _, held := range w.noted {
			if factKey(held.Subject, held.Field) == key && !same(held.Value, told.Value) && !isNull(told.Value) {
				found = append(found, conflict{told.Subject, told.Field, told.Value, held.Value})
			}
		}
		for _, held := range w.told[key] {
			if !same(held.value, told.Value) && compatible(held.arguments, arguments) {
				found = append(found, conflict{told.Subject, told.Field, told.Value, held.value})
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
		key := factKey(told.Subject, told.Field)
		w.told[key] = append(w.told[key], statement{told.Value, arguments})
	}
}

// statementsOf lists what a result says about things that have an id: for each
// object with exactly one member that is called an id, its other plain members.
func statementsOf(result json.RawMessage) []NotedFact {
	var found []NotedFact
	walkObjects(result, 0, func(members button.Members) {
		id := ""
		for _, member := range members {
			if !isID(member.Name) || isNull(member.Value) {
				continue
			}
			if id != "" {
				return // two ids: which of them the object is about is not known
			}
			id = member.Name
		}
		if id == "" {
			return
		}
		subject := textOf(members.Get(id))
		for _, member := range members {
			plain := len(member.Value) > 0 && member.Value[0] != '{' && member.Value[0] != '['
			if member.Name != id && plain && !isNull(member.Value) {
				found = append(found, NotedFact{subject, member.Name, member.Value})
			}
		}
	})
	return found
}

func isID(name string) bool {
	parts := nameParts(name)
	if len(parts) == 0 {
		return false
	}
	switch parts[len(parts)-1] {
	case "id", "reference", "sku", "isbn":
		return true
	}
	return false
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
