package bfcl

import (
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// callJudge is an entry's answer prepared for judging many results.
type callJudge struct {
	parallel   bool
	count      int
	countError string
	answers    []answer
}

// answer is one expected call.
type answer struct {
	name, underscored string
	required          []string
	// parameters are those that both the document and the answer have.
	parameters map[string]*parameter
	// mandatory are the answer's parameters that may not be left out, in order.
	mandatory []string
}

// parameter is what is allowed for one parameter.
type parameter struct {
	language Language
	// word and elementWord are the document's type words.
	word, elementWord string
	expected          kind
	// element is the elements' kind, where the type comes with one.
	element kind
	allowed []python.Value
	answer  kind
	// listAnswers are the answer kinds of those allowed values that are lists.
	listAnswers []kind

	// The allowed values as the checks compare them, by what the type calls for.
	texts    map[string]bool
	lists    []*python.List
	maps     []*allowedMap
	listMaps [][]*allowedMap
}

// allowedMap is one allowed map: for each key what is allowed for it.
type allowedMap struct {
	members   map[string][]python.Value
	mandatory []string // keys that may not be left out, in order
}

// compile prepares the entry's answer. Errors name the file and line.
func (e *Entry) compile() (*callJudge, error) {
	documents, err := e.Functions()
	if err != nil {
		return nil, err
	}
	allowed, err := e.AllowedCalls()
	if err != nil {
		return nil, err
	}
	c := &callJudge{count: 1, countError: errorSingleCount}
	multiple := strings.Contains(e.Category.Name, "multiple")
	switch c.parallel = strings.Contains(e.Category.Name, "parallel"); {
	case c.parallel:
		c.count, c.countError = len(allowed), errorParallelCount
	case multiple:
		c.count, c.countError = len(allowed), errorMultipleCount
	}
	if len(allowed) == 0 || len(documents) == 0 {
		return nil, e.answer.fail("the entry has %d functions and %d expected calls, want at least one of each", len(documents), len(allowed))
	}
	for i, call := range allowed {
		if call.Len() != 1 {
			return nil, e.answer.fail("ground_truth[%d]: want an object with one function's name", i)
		}
		document := documents[0]
		if c.parallel || multiple {
			name, _ := call.At(0)
			if document = documentOf(documents, name); document == nil {
				return nil, e.answer.fail("ground_truth[%d]: no function is called %v", i, name)
			}
		}
		a, err := e.compileAnswer(document, call)
		if err != nil {
			return nil, err
		}
		c.answers = append(c.answers, a)
	}
	return c, nil
}

func documentOf(documents []*python.Dict, name python.Value) *python.Dict {
	for _, d := range documents {
		if have, ok := d.GetText("name"); ok && have == name {
			return d
		}
	}
	return nil
}

func (e *Entry) compileAnswer(document, call *python.Dict) (answer, error) {
	name, _ := document.GetText("name")
	text, ok := name.(string)
	if !ok {
		return answer{}, e.question.fail("function: the name is no text")
	}
	a := answer{name: text, underscored: strings.ReplaceAll(text, ".", "_"), parameters: map[string]*parameter{}}
	schema, _ := document.GetText("parameters")
	parameters, ok := schema.(*python.Dict)
	if !ok {
		return answer{}, e.question.fail("function %s: parameters: want an object, have %s", text, python.KindName(schema))
	}
	if required, ok := parameters.GetText("required"); ok {
		var err error
		if a.required, err = e.question.texts("required", required); err != nil {
			return answer{}, err
		}
	}
	_, value := call.At(0)
	expected, ok := value.(*python.Dict)
	if !ok {
		return answer{}, e.answer.fail("ground_truth: %s: want an object, have %s", text, python.KindName(value))
	}
	properties, _ := parameters.GetText("properties")
	documented, _ := properties.(*python.Dict)
	for i := range expected.Len() {
		key, value := expected.At(i)
		name := key.(string) // a key of JSON
		list, ok := value.(*python.List)
		if !ok {
			return answer{}, e.answer.fail("ground_truth: %s: %s: want a list, have %s", text, name, python.KindName(value))
		}
		if !containsEmpty(list.Items) {
			a.mandatory = append(a.mandatory, name)
		}
		if documented == nil {
			continue
		}
		if property, ok := documented.GetText(name); ok {
			var err error
			if a.parameters[name], err = e.compileParameter(name, property, list.Items); err != nil {
				return answer{}, err
			}
		}
	}
	return a, nil
}

func containsEmpty(values []python.Value) bool {
	for _, v := range values {
		if v == "" {
			return true
		}
	}
	return false
}

// typeWord reads the member "type" of a property or of its items.
func typeWord(property python.Value) string {
	object, ok := property.(*python.Dict)
	if !ok {
		return ""
	}
	value, _ := object.GetText("type")
	word, _ := value.(string)
	return word
}

func (e *Entry) compileParameter(name string, property python.Value, allowed []python.Value) (*parameter, error) {
	p := &parameter{language: e.Category.Language, word: typeWord(property), allowed: allowed, answer: answerKind(allowed)}
	if p.expected = expectedKind(p.language, p.word); p.expected == kindUndefined {
		return nil, e.question.fail("function: the parameter %q has the unknown type %q", name, p.word)
	}
	if hasElements(p.language, p.word) {
		items, _ := property.(*python.Dict).GetText("items")
		p.elementWord = typeWord(items)
		if p.element = expectedKind(p.language, p.elementWord); p.element == kindUndefined {
			return nil, e.question.fail("function: the elements of the parameter %q have the unknown type %q", name, p.elementWord)
		}
	}
	for _, v := range allowed {
		k := kindUndefined
		if list, ok := v.(*python.List); ok {
			k = answerKind(list.Items)
		}
		p.listAnswers = append(p.listAnswers, k)
	}
	p.prepareValues()
	return p, nil
}

// prepareValues puts the allowed values into the form in which they are compared.
func (p *parameter) prepareValues() {
	switch {
	case p.expected == kindMap:
		for _, v := range p.allowed {
			if v != "" {
				p.maps = append(p.maps, newAllowedMap(v))
			}
		}
	case p.expected == kindList && p.element == kindMap:
		for _, v := range p.allowed {
			var list []*allowedMap
			if items, ok := v.(*python.List); ok {
				for _, item := range items.Items {
					list = append(list, newAllowedMap(item))
				}
			}
			p.listMaps = append(p.listMaps, list)
		}
	case p.expected == kindText:
		p.texts = map[string]bool{}
		for _, v := range p.allowed {
			if text, ok := v.(string); ok {
				p.texts[standardise(text)] = true
			}
		}
	case p.expected == kindList:
		for _, v := range p.allowed {
			p.lists = append(p.lists, standardiseItems(v))
		}
	}
}

// newAllowedMap prepares one allowed map; for a value that is no map, one that has
// no keys.
func newAllowedMap(v python.Value) *allowedMap {
	m := &allowedMap{members: map[string][]python.Value{}}
	object, ok := v.(*python.Dict)
	if !ok {
		return m
	}
	for i := range object.Len() {
		key, value := object.At(i)
		name, _ := key.(string)
		m.members[name] = standardiseItems(value).Items
		// A text holds "" at every place, so its key may be left out.
		if _, isText := value.(string); !isText && !containsEmpty(rawItems(value)) {
			m.mandatory = append(m.mandatory, name)
		}
	}
	return m
}

func rawItems(v python.Value) []python.Value {
	if list, ok := v.(*python.List); ok {
		return list.Items
	}
	return nil
}
