package scriptedteacher

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/buttonbench/button"
)

func ownForms() []functionForm {
	return []functionForm{
		{Name: "listDogs", Description: "Lists dogs.", Effect: "read",
			Parameters: json.RawMessage(`{"type":"object","properties":{"city":{"type":"string"},"after":{"type":"string","format":"date"}},"required":["city","after"]}`),
			Returns:    json.RawMessage(`{"$defs":{"Dog":{"type":"object","properties":{"dogId":{"type":"integer"},"mother":{"$ref":"#/$defs/Dog"}},"required":["dogId"]}},"type":"object","properties":{"dogs":{"type":"array","items":{"$ref":"#/$defs/Dog"}}},"required":["dogs"]}`)},
		{Name: "book_visit", Description: "Books a visit.", Effect: "write",
			Parameters: json.RawMessage(`{"type":"object","properties":{"dogId":{"type":"integer"},"visitor":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}},"required":["dogId","visitor"]}`)},
	}
}

// What is said of tools is read back as it was meant.
func TestOwnClauses(t *testing.T) {
	tools := ownTools(ownForms())
	random := button.NewRandom(3)
	for range 50 {
		for _, tool := range tools {
			linked, field := tool.link(tools[0])
			if (linked == nil) != (tool == tools[0]) || field != nil && field.words != "dog id" {
				t.Fatalf("%s takes %+v", tool.name, field)
			}
			c := tool.clause(random, locale{}, map[string]bool{}, linked)
			task := c.task()
			read := ownClauses(task.Task, tools)
			if len(read) != 1 || read[0].said() != c.said() || read[0].tool != tool {
				t.Fatalf("%q is read as %+v", task.Task, read)
			}
			for i, arg := range read[0].args {
				if string(arg.literal) != string(c.args[i].literal) {
					t.Errorf("%s is read as %s", c.args[i].literal, arg.literal)
				}
			}
		}
	}
	for _, text := range []string{"do the", "do the listDogs", "do the list dogs with", "do the list dogs with weight 3", "do the list dogsx", "Do the book visit with dog id"} {
		ownClauses(text, tools) // nothing to find, and no panic
	}
}

func TestOwnArgumentsByPath(t *testing.T) {
	tools := ownTools(ownForms())
	turns := []turnForm{{From: "user", Text: "Please do the list dogs with after 1 June 2025 and city Graz. Then do the book visit with dog id from the dog id of that list dogs and visitor name Mira Kovac."}}
	agenda, _ := ownAgenda(turns, tools)
	if len(agenda) != 2 || string(agenda[0].call.Arguments) != `{"after":"2025-06-01","city":"Graz"}` || !agenda[1].waits {
		t.Fatalf("got %+v", agenda)
	}
	turns = append(turns, turnForm{From: "assistant", Calls: []toolCall{agenda[0].call}},
		turnForm{From: "tool", Results: []toolResultForm{{Result: json.RawMessage(`{"dogs":[{"dogId":31,"mother":{"dogId":4}}]}`)}}})
	agenda, _ = ownAgenda(turns, tools)
	if agenda[1].waits || string(agenda[1].call.Arguments) != `{"dogId":31,"visitor":{"name":"Mira Kovac"}}` {
		t.Errorf("got %+v", agenda[1].call)
	}
}

func TestFitting(t *testing.T) {
	random := button.NewRandom(1)
	for _, pattern := range []string{`^[A-Z]{2}[0-9]{4}$`, `^(ab|cd)-\d+x?$`, `^G-[0-9]{4}$`, `^[0-9]{4}-[0-9]{2}-[0-9]{2}$`} {
		for range 30 {
			if made := ofPattern(random, pattern, locale{}, map[string]bool{}); !regexp.MustCompile(pattern).MatchString(made) {
				t.Errorf("%q does not fit %s", made, pattern)
			}
		}
	}
	for _, pattern := range []string{`(`, `^\s+$`, `^$`, strings.Repeat(`[a-z]{9}`, 12)} {
		if made := ofPattern(random, pattern, locale{}, map[string]bool{}); made != "" {
			t.Errorf("%q is made of %s", made, pattern)
		}
	}
}

func FuzzOwnStages(f *testing.F) {
	handler, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(stageAtomic, `{"scenario":{},"locale":{},"tools":[{"name":"a","parameters":{"properties":{"x":{"type":"integer","minimum":5,"maximum":1}},"required":["x"]}}]}`)
	f.Add(stageTool, `{"function":{"name":"a","returns":{"$ref":"#"}},"arguments":{}}`)
	f.Add(stageAssistant, `{"tools":[{"name":"a","parameters":{}}],"dialogue":[{"from":"user","text":"do the a"},{"from":"tool","results":[{}]}]}`)
	f.Fuzz(func(t *testing.T, name, material string) {
		turn := &turn{world: handler.world, reader: handler.reader, stage: name}
		turn.own(json.RawMessage(material))
	})
}
