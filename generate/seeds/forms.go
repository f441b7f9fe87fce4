package seeds

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/runstore"
)

// object is a JSON object whose members are not looked into yet.
type object map[string]json.RawMessage

// seed reads an item in whatever form it has.
func (it item) seed(name string, limit int) (Seed, error) {
	e := &excerpt{limit: limit}
	kind, err := it.read(e)
	if err != nil {
		line := it.line
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			line += bytes.Count(it.text[:min(int(syntax.Offset), len(it.text))], []byte{'\n'})
		}
		return Seed{}, &runstore.LineError{File: name, Line: line, Err: fmt.Errorf("item %d: %w", it.index, err)}
	}
	functions := e.functions
	if functions == nil {
		functions = []string{}
	}
	return Seed{Kind: kind, Text: string(e.text), Request: string(e.request), Functions: functions}, nil
}

func (it item) read(e *excerpt) (Kind, error) {
	if it.plain {
		e.whole(string(it.text))
		return KindList, nil
	}
	if it.text[0] == '"' {
		var text string
		err := json.Unmarshal(it.text, &text)
		e.whole(text)
		return KindList, err
	}
	var members object
	if err := json.Unmarshal(it.text, &members); err != nil {
		if it.text[0] == '[' {
			return "", errors.New("want an object or a text, have a list")
		}
		return "", err
	}
	return members.read(e)
}

// read tells the form by the members that only it has.
func (o object) read(e *excerpt) (Kind, error) {
	switch {
	case o.has("chat", '"'):
		return KindGlaive, readGlaive(o, e)
	case o.has("conversations", '['):
		return readConversations(o, e)
	case o.has("messages", '['):
		return KindOpenAI, readMessages(o, e)
	case o.has("answer_generation", '{'):
		return KindAnswer, readAnswer(o, e)
	case o.has("query", '"'):
		return KindToolBench, readQuery(o, e)
	}
	names := slices.Sorted(maps.Keys(o))
	if len(names) > 12 {
		names = append(names[:12], ellipsis)
	}
	return "", fmt.Errorf("no known form of seed: its members are %s; wanted is a text or an object with chat (glaive), conversations (ShareGPT, ToolLLaMA), messages (OpenAI), query or answer_generation (ToolBench)", tidy(strings.Join(names, ", "), 300))
}

// has tells whether a member is there with a value that begins so.
func (o object) has(name string, with byte) bool { return len(o[name]) > 0 && o[name][0] == with }

// textOf is the text of a value: a string, the text parts of a list, nothing of
// null, and of anything else its JSON.
func textOf(value json.RawMessage) string {
	if len(value) == 0 {
		return ""
	}
	switch value[0] {
	case 'n':
		return ""
	case '"':
		var text string
		if json.Unmarshal(value, &text) == nil {
			return text
		}
	case '[':
		var parts []struct {
			Text json.RawMessage `json:"text"`
		}
		if json.Unmarshal(value, &parts) == nil {
			var texts []string
			for _, part := range parts {
				if len(part.Text) > 0 && part.Text[0] == '"' {
					texts = append(texts, textOf(part.Text))
				}
			}
			return strings.Join(texts, "\n")
		}
	}
	return string(value)
}

// list reads the objects of a JSON list, which may itself be a text; one object
// counts as a list of one. What is no object is left out.
func list(value json.RawMessage) []object {
	value = bytes.TrimSpace(value)
	if len(value) > 0 && value[0] == '"' {
		value = bytes.TrimSpace([]byte(textOf(value)))
	}
	if len(value) == 0 {
		return nil
	}
	if value[0] == '{' {
		value = slices.Concat([]byte{'['}, value, []byte{']'})
	}
	var elements []json.RawMessage
	if json.Unmarshal(value, &elements) != nil {
		return nil
	}
	var objects []object
	for _, element := range elements {
		var one object
		if json.Unmarshal(element, &one) == nil && one != nil {
			objects = append(objects, one)
		}
	}
	return objects
}

// tools adds the names of function definitions: with a name, or with a function
// that has one.
func (e *excerpt) tools(value json.RawMessage) {
	for _, tool := range list(value) {
		if tool.has("function", '{') {
			for _, inner := range list(tool["function"]) {
				tool = inner
			}
		}
		if tool.has("name", '"') {
			e.function(textOf(tool["name"]))
		}
	}
}

// calls adds function calls: a list or one, each with name and arguments, perhaps
// inside a function member. It tells whether there was one.
func (e *excerpt) calls(value json.RawMessage) (found bool) {
	for _, one := range list(value) {
		if one.has("function", '{') {
			for _, inner := range list(one["function"]) {
				one = inner
			}
		}
		if one.has("name", '"') {
			found = true
			name := textOf(one["name"])
			e.function(name)
			e.say(call, name+" "+textOf(one["arguments"]))
		}
	}
	return found
}
