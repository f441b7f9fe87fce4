package bfcl

import (
	"fmt"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// referenceCall is a call that the answer of an entry allows.
type referenceCall struct {
	name      string
	arguments *python.Dict // of other languages than Python, texts in that language
}

// reference builds calls that the entry's answer allows: of each parameter the first
// allowed value, those that may be left out are.
func (e *Entry) reference() ([]referenceCall, error) {
	documents, err := e.Functions()
	if err != nil {
		return nil, err
	}
	if e.Category.Checker != CheckCalls {
		// Any call is relevant; where none is, there is none.
		if e.Category.Checker != CheckRelevance || len(documents) == 0 {
			return nil, nil
		}
		name, _ := textMember(documents[0], "name")
		return []referenceCall{{name, python.NewDict()}}, nil
	}
	allowed, err := e.AllowedCalls()
	if err != nil {
		return nil, err
	}
	var calls []referenceCall
	for i, one := range allowed {
		if one.Len() != 1 {
			return nil, e.answer.fail("ground_truth[%d]: want an object with one function's name", i)
		}
		name, value := one.At(0)
		parameters, ok := value.(*python.Dict)
		if !ok {
			return nil, e.answer.fail("ground_truth[%d]: want an object of parameters, have %s", i, python.KindName(value))
		}
		document := documentOf(documents, name)
		if document == nil {
			return nil, e.answer.fail("ground_truth[%d]: no function is called %v", i, name)
		}
		calls = append(calls, referenceCall{fmt.Sprint(name), e.referenceArguments(document, parameters)})
	}
	return calls, nil
}

func (e *Entry) referenceArguments(document, parameters *python.Dict) *python.Dict {
	schema, _ := dictMember(document, "parameters")
	required := map[python.Value]bool{}
	all := python.NewDict()
	if schema != nil {
		if names, ok := schema.GetText("required"); ok {
			for _, name := range listed(names) {
				if text, ok := name.(string); ok {
					required[text] = true
				}
			}
		}
		if known, ok := dictMember(schema, "properties"); ok {
			all = known
		}
	}
	arguments := python.NewDict()
	for i := range parameters.Len() {
		key, allowed := parameters.At(i)
		name := fmt.Sprint(key)
		value, any := choice(listed(allowed), required[name])
		if !any {
			continue
		}
		value = chosen(value)
		if e.Category.Language != Python {
			property, _ := all.GetText(name)
			items := python.Value(nil)
			if object, ok := property.(*python.Dict); ok {
				items, _ = object.GetText("items")
			}
			value = spelled(value, e.Category.Language, typeWord(property), typeWord(items))
		}
		arguments.SetText(name, value)
	}
	return arguments
}

func listed(value python.Value) []python.Value {
	if list, ok := value.(*python.List); ok {
		return list.Items
	}
	return nil
}

// choice is the first allowed value, none where it may be left out and need not be
// there.
func choice(allowed []python.Value, required bool) (value python.Value, any bool) {
	optional := containsEmpty(allowed)
	if optional && !required {
		return nil, false
	}
	for _, value := range allowed {
		if value != python.Value("") {
			return value, true
		}
	}
	return "", optional
}

// chosen makes a value of an allowed value: in a map, or the maps of a list, each
// key holds what is allowed for it. What is nested deeper is compared as it is.
func chosen(value python.Value) python.Value {
	switch value := value.(type) {
	case *python.Dict:
		object := python.NewDict()
		for i := range value.Len() {
			key, allowed := value.At(i)
			if member, any := choice(listed(allowed), false); any {
				object.SetText(fmt.Sprint(key), member)
			}
		}
		return object
	case *python.List:
		list := python.NewList()
		for _, item := range value.Items {
			list.Items = append(list.Items, chosen(item))
		}
		return list
	}
	return value
}

// spelled writes a value as the text of another language that the checker reads
// back, as far as there is one. word and element are the document's type words.
func spelled(value python.Value, language Language, word, element string) python.Value {
	switch value := value.(type) {
	case string:
		return value
	case *python.List:
		return spelledList(value, language, word, element)
	case *python.Dict:
		return spelledMap(value, language)
	}
	return scalar(value, language, word)
}

// scalar is a number, truth value, null or quoted text.
func scalar(value python.Value, language Language, word string) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return fmt.Sprint(value)
	case string:
		return `"` + value + `"`
	}
	text, err := python.Repr(value)
	if err != nil {
		return ""
	}
	switch {
	case word == "long":
		text += "L"
	case word == "float" && language == Java:
		text += "f"
	case word == "Bigint":
		text += "n"
	}
	return text
}

func spelledList(list *python.List, language Language, word, element string) string {
	var items []string
	for _, item := range list.Items {
		if inner, ok := item.(*python.List); ok {
			items = append(items, spelledList(inner, language, element, ""))
		} else {
			items = append(items, scalar(item, language, element))
		}
	}
	text := strings.Join(items, ", ")
	switch {
	case language == JavaScript:
		return "[" + text + "]"
	case word == "Array":
		return "new " + javaName(element) + "[]{" + text + "}"
	case len(items) == 0:
		return "new ArrayList<" + javaName(element) + ">()"
	}
	return "new ArrayList<" + javaName(element) + ">(Arrays.asList(" + text + "))"
}

func javaName(word string) string {
	if word == "" || word == "any" {
		return "Object"
	}
	return word
}

func spelledMap(object *python.Dict, language Language) string {
	var members []string
	for i := range object.Len() {
		key, value := object.At(i)
		text := ""
		switch value := value.(type) {
		case *python.List:
			text = spelledList(value, language, "", "")
		case *python.Dict:
			text = spelledMap(value, language)
		default:
			text = scalar(value, language, "")
		}
		if language == Java {
			members = append(members, fmt.Sprintf(`put("%v", %s);`, key, text))
		} else {
			members = append(members, fmt.Sprintf("%v: %s", key, text))
		}
	}
	switch {
	case language == JavaScript:
		return "{" + strings.Join(members, ", ") + "}"
	case len(members) == 0:
		return "new HashMap<String, Object>()"
	}
	return "new HashMap<String, Object>() {{ " + strings.Join(members, " ") + " }}"
}
