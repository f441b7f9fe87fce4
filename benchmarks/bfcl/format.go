package bfcl

import (
	"encoding/xml"
	"errors"
	"io"
	"net/url"
	"strings"

	"github.com/buttonbench/button/internal/python"
)

// DecodeFormatted decodes a message in the form that a prompt format of
// format_sensitivity asks for. Errors are *DecodeError.
func DecodeFormatted(configuration string, raw python.Value) (python.Value, error) {
	text, ok := raw.(string)
	if !ok {
		return nil, undecodable("a result that is no text: %s", python.KindName(raw))
	}
	options, err := url.ParseQuery(configuration)
	if err != nil {
		return nil, because("reading the prompt format", err)
	}
	text = bracketed(text)
	if options.Get("tool_call_tag") == "True" {
		if text, ok = between(text, "<TOOLCALL>", "</TOOLCALL>"); !ok {
			return nil, undecodable("no text between <TOOLCALL> and </TOOLCALL>")
		}
		text = strip(text)
	}
	switch form := options.Get("ret_fmt"); form {
	case "python":
		calls, err := decodeExpression(strings.Trim(strip(text), "'"))
		if err != nil {
			return nil, err // no typed nil
		}
		return calls, nil
	case "json":
		return decodeObjects(text)
	case "verbose_xml", "concise_xml":
		return decodeElements(text, form == "verbose_xml")
	default:
		return nil, undecodable("an unknown prompt format %q", form)
	}
}

// between is the shortest text between the first start and the end after it.
func between(text, start, end string) (string, bool) {
	_, after, ok := strings.Cut(text, start)
	if !ok {
		return "", false
	}
	inside, _, ok := strings.Cut(after, end)
	return inside, ok
}

// decodeObjects reads a list of objects with a function and parameters. A text that
// is no JSON decodes to no calls.
func decodeObjects(text string) (python.Value, error) {
	first, last := strings.IndexByte(text, '['), strings.LastIndexByte(text, ']')
	if first >= 0 && last > first {
		text = text[first : last+1]
	}
	calls := &python.List{}
	value, err := python.ParseJSON(text)
	if exception := (*python.Exception)(nil); errors.As(err, &exception) && exception.Kind == "JSONDecodeError" {
		return calls, nil
	}
	if err != nil {
		return nil, because("reading calls", err)
	}
	items, err := python.Iterate(value)
	if err != nil {
		return nil, because("reading calls", err)
	}
	for _, item := range items {
		object, ok := item.(*python.Dict)
		if !ok {
			continue
		}
		name, named := object.GetText("function")
		arguments, given := object.GetText("parameters")
		if !named || !given {
			return nil, undecodable("a call without function or parameters")
		}
		call := python.NewDict()
		if err := call.Set(name, arguments); err != nil {
			return nil, because("naming a call", err)
		}
		calls.Items = append(calls.Items, call)
	}
	return calls, nil
}

// element is an XML element with its attributes, text and children.
type element struct {
	name     string
	values   map[string]string
	text     string
	children []*element
}

func (e *element) named(name string) []*element {
	var all []*element
	for _, child := range e.children {
		if child.name == name {
			all = append(all, child)
		}
	}
	return all
}

// maxElementDepth bounds elements inside one another; a call needs four levels.
const maxElementDepth = 100

func parseElements(text string) (*element, error) {
	decoder := xml.NewDecoder(strings.NewReader(text))
	root := &element{}
	open := []*element{root}
	for {
		token, err := decoder.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		last := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if len(open) > maxElementDepth {
				return nil, errors.New("too many elements inside one another")
			}
			e := &element{name: t.Name.Local, values: map[string]string{}}
			for _, a := range t.Attr {
				e.values[a.Name.Local] = a.Value
			}
			last.children = append(last.children, e)
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(last.children) == 0 { // what follows a child is not the element's text
				last.text += string(t)
			}
		}
	}
	return root, nil
}

// decodeElements reads the first <functions> element. A verbose parameter has its
// name, value and type as attributes, a concise one its value as text.
func decodeElements(text string, verbose bool) (python.Value, error) {
	inside, ok := between(text, "<functions>", "</functions>")
	if !ok {
		return nil, undecodable("no <functions> element")
	}
	root, err := parseElements("<functions>" + inside + "</functions>")
	if err != nil {
		return nil, because("reading XML", err)
	}
	calls := &python.List{}
	for _, functions := range root.children {
		for _, function := range functions.named("function") {
			name, ok := function.values["name"]
			if !ok {
				return nil, undecodable("a function without a name")
			}
			holder := function
			if params := function.named("params"); len(params) > 0 {
				holder = params[0]
			}
			arguments := python.NewDict()
			for _, param := range holder.named("param") {
				key, ok := param.values["name"]
				if !ok {
					return nil, undecodable("a parameter without a name")
				}
				value := strip(param.text)
				if verbose {
					value = param.values["value"]
				}
				converted, err := typedText(value, param.values["type"])
				if err != nil {
					return nil, because("reading "+key, err)
				}
				arguments.SetText(key, converted)
			}
			call := python.NewDict()
			call.SetText(name, arguments)
			calls.Items = append(calls.Items, call)
		}
	}
	return calls, nil
}

// literal is the value of a Python expression without names and calls.
func literal(text string) (python.Value, error) {
	expression, err := python.ParseExpression(strip(text))
	if err != nil {
		return nil, err
	}
	return python.Evaluator{Known: func(string) bool { return false }}.Evaluate(expression)
}

// typedText is the value of a parameter's text.
func typedText(text, word string) (python.Value, error) {
	switch word {
	case "integer":
		return python.ToInt(text)
	case "float":
		return python.ToFloat(text)
	case "boolean":
		return python.Lower(text) == "true", nil
	case "null":
		return nil, nil
	case "array", "tuple", "dict", "object":
		return literal(text)
	}
	return text, nil
}
