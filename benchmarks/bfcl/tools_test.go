package bfcl

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/buttonbench/button/internal/python"
)

func document(t *testing.T, text string) *python.Dict {
	t.Helper()
	value, err := python.ParseJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	return value.(*python.Dict)
}

// Types become those of JSON Schema as deep as upstream walks; what is nested
// deeper, and every other member, stays.
func TestNativeTool(t *testing.T) {
	const text = `{"name": "shop.find", "description": "Finds.", "parameters": {"type": "dict", "required": ["q"], "properties": {
		"q": {"type": "string", "description": "What."},
		"most": {"type": "float", "description": "Price.", "default": 1.5},
		"where": {"type": "dict", "properties": {"lat": {"type": "float"}, "box": {"type": "tuple", "items": {"type": "float"}}}},
		"rows": {"type": "array", "items": {"type": "array", "items": {"type": "long"}}},
		"parts": {"type": "array", "items": {"type": "dict", "properties": {"n": {"type": "Bigint"}}}},
		"odd": {"description": "No type."}, "any": {"type": "any", "enum": [1, "a"]}}},
		"response": {"type": "dict", "properties": {"id": {"type": "integer"}}}}`
	original := document(t, text)
	tool, err := nativeTool(annotate(original, Python))
	if err != nil {
		t.Fatal(err)
	}
	if tool.Name != "shop_find" || !strings.HasPrefix(tool.Description, "Finds. ") || !strings.Contains(tool.Description, "Python 3") {
		t.Errorf("name %q, description %q", tool.Name, tool.Description)
	}
	const want = `{"type":"object","required":["q"],"properties":{
		"q":{"type":"string","description":"What."},
		"most":{"type":"number","description":"Price. This is a float value.","default":1.5,"format":"float"},
		"where":{"type":"object","properties":{"lat":{"type":"number","format":"float","description":"This is a float value."},"box":{"type":"array","items":{"type":"number"}}}},
		"rows":{"type":"array","items":{"type":"array","items":{"type":"integer"}}},
		"parts":{"type":"array","items":{"type":"object","properties":{"n":{"type":"integer"}}}},
		"odd":{"description":"No type.","type":"string"},"any":{"type":"string","enum":[1,"a"]}}}`
	if diff := cmp.Diff(parsed(t, want), parsed(t, string(tool.Parameters))); diff != "" {
		t.Error(diff)
	}
	if response := tool.FunctionExtra.Get("response"); !strings.Contains(string(response), `"dict"`) {
		t.Errorf("the response is %s", response)
	}
	if !python.Equal(original, document(t, text)) {
		t.Error("the data's own document was changed")
	}
}

func parsed(t *testing.T, text string) (value any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// Of other languages every top-level value is asked for as a text.
func TestOtherLanguagesAreSpelledAsText(t *testing.T) {
	const text = `{"name": "f", "description": "F.", "parameters": {"type": "dict", "properties": {
		"list": {"type": "ArrayList", "description": "L.", "items": {"type": "String"}},
		"js": {"type": "array", "description": "A.", "items": {"type": "integer"}},
		"map": {"type": "dict", "description": "M.", "properties": {"k": {"type": "String"}}},
		"any": {"type": "any", "description": "X."}}}}`
	for _, test := range []struct {
		language    Language
		property    string
		say, gone   string
		notSaid     string
		staysMember string
	}{
		{Java, "list", "Java type ArrayList", "items", "", ""},
		{Java, "list", "elements are of type String", "items", "", ""},
		{Java, "js", "Java type array", "", "elements", "items"},
		{Java, "map", "Java type dict", "", "Its properties", "properties"},
		{Java, "any", "Any Java object", "", "", ""},
		{JavaScript, "js", "elements are of type integer", "items", "", ""},
		{JavaScript, "list", "JavaScript type ArrayList", "", "elements", "items"},
		{JavaScript, "map", `{"k": {"type": "String"}}`, "properties", "", ""},
		{JavaScript, "any", "Any JavaScript object", "", "", ""},
	} {
		told := annotate(document(t, text), test.language)
		parameters, _ := dictMember(told, "parameters")
		all, _ := dictMember(parameters, "properties")
		property, _ := dictMember(all, test.property)
		description, _ := textMember(property, "description")
		if word, _ := textMember(property, "type"); word != "string" || !strings.Contains(description, test.say) {
			t.Errorf("%v %s: type %q, described %q, want %q in it", test.language, test.property, word, description, test.say)
		}
		if test.notSaid != "" && strings.Contains(description, test.notSaid) {
			t.Errorf("%v %s: described %q", test.language, test.property, description)
		}
		if _, there := property.GetText(test.gone); test.gone != "" && there {
			t.Errorf("%v %s: %s is still there", test.language, test.property, test.gone)
		}
		if _, there := property.GetText(test.staysMember); test.staysMember != "" && !there {
			t.Errorf("%v %s: %s is gone", test.language, test.property, test.staysMember)
		}
	}
}

// The system prompt shows the functions as JSON indented by four, and goes before
// a system message that is there.
func TestSystemPrompt(t *testing.T) {
	text, err := systemPrompt([]*python.Dict{document(t, `{"name": "f", "parameters": {"type": "dict", "properties": {}}, "ü": [1]}`)})
	if err != nil {
		t.Fatal(err)
	}
	const shown = "[\n    {\n        \"name\": \"f\",\n        \"parameters\": {\n            \"type\": \"dict\",\n            \"properties\": {}\n        },\n        \"\\u00fc\": [\n            1\n        ]\n    }\n]"
	for _, want := range []string{shown, callForm} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	messages := withSystem(text, []Message{{"system", "Be brief."}, {"user", "Hello"}})
	if len(messages) != 2 || messages[0].Content != text+"\n\nBe brief." || messages[1].Content != "Hello" {
		t.Errorf("messages: %v", messages)
	}
	if messages = withSystem(text, []Message{{"user", "Hello"}}); len(messages) != 2 || messages[0].Content != text {
		t.Errorf("messages: %v", messages)
	}
}
