package toolcall

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// build makes a call of a name and its arguments and takes the repairs noted so
// far.
func (in *input) build(id, name string, arguments value) (Call, error) {
	name = in.functionName(name)
	if name == "" {
		return Call{}, errors.New("the call has no function name")
	}
	if len(name) > maxName || !in.has(name) && !nameLike(name) {
		return Call{}, fmt.Errorf("%.40q is no function name", name)
	}
	arguments, err := in.argumentObject(arguments)
	if err != nil {
		return Call{}, fmt.Errorf("call of %q: %w", name, err)
	}
	c := in.coercer(name)
	arguments = c.coerce(arguments)
	for _, repair := range c.repairs {
		in.note("%s", repair)
	}
	call := Call{ID: id, Name: name, Arguments: arguments.json(), Known: in.has(name), Repairs: in.notes}
	in.notes = nil
	return call, nil
}

// nameLike reports whether a name that no tool has may be one all the same: it
// starts like a word and holds nothing of the marks and brackets around it.
func nameLike(name string) bool {
	first, _ := utf8.DecodeRuneInString(name)
	return (first == '_' || unicode.IsLetter(first) || unicode.IsDigit(first)) &&
		!strings.ContainsAny(name, "<>{}[]()=|｜\"'`,;\n\r\x00") && !strings.HasSuffix(name, ":") && !strings.Contains(name, ": ")
}

// functionName takes the name-space away that some families put before a name.
func (in *input) functionName(name string) string {
	name = strings.TrimSpace(name)
	if in.has(name) {
		return name
	}
	return strings.TrimPrefix(name, "functions.")
}

// argumentObject unwraps arguments that were encoded twice.
func (in *input) argumentObject(arguments value) (value, error) {
	switch arguments.kind {
	case objectKind:
		return arguments, nil
	case nullKind:
		in.note("null for no arguments")
		return objectValue(), nil
	case textKind:
		if strings.TrimSpace(arguments.text) == "" {
			in.note("an empty string for no arguments")
			return objectValue(), nil
		}
		inner, repairs, err := decodeText(arguments.text)
		if err != nil || inner.kind != objectKind {
			return value{}, errors.New("the arguments are a string that holds no object")
		}
		in.note("arguments encoded twice")
		for _, repair := range repairs {
			in.note("%s", repair)
		}
		return inner, nil
	}
	return value{}, fmt.Errorf("the arguments are %s, want an object", arguments.kind)
}

// decodeText reads a string that holds one JSON value and nothing else.
func decodeText(s string) (value, []string, error) {
	in := &input{text: s, meter: &meter{}, limit: 16*len(s) + 1024}
	v, err := in.readJSON()
	if err != nil {
		return v, nil, err
	}
	if in.skipSpace(); !in.atEnd() {
		return v, nil, in.failf("text after the value")
	}
	return v, in.notes, nil
}

// errNoCall is of an object that names a function and yet was not meant as a call.
var errNoCall = errors.New("not meant as a call")

// acceptObject takes a call written as one JSON object with a name and
// arguments, also in the wrapping of the OpenAI interface.
func (in *input) acceptObject(v value) error {
	if v.kind != objectKind {
		return fmt.Errorf("the call is %s, want an object", v.kind)
	}
	o := callObject{members: v.members}
	id, _ := o.take("id", "tool_call_id")
	if inner, ok := v.get("function"); ok && inner.kind == objectKind {
		in.note("the call wrapped in \"function\"")
		o.take("function")
		o.members = append(slices.Clip(inner.members), o.members...)
	}
	name, ok := o.take("name", "tool_name", "function")
	if !ok || name.kind != textKind {
		return errors.New("the call has no member \"name\"")
	}
	if kind, ok := v.get("type"); ok && kind.text == "function" {
		o.take("type")
	}
	arguments, ok := o.take("arguments", "parameters", "args")
	if !ok {
		if len(o.members) > 0 {
			return fmt.Errorf("the call of %.40q has no member \"arguments\"", name.text)
		}
		if in.markerless {
			return fmt.Errorf("a name alone: %w", errNoCall)
		}
		in.note("a call without arguments")
		arguments = objectValue()
	}
	if in.declares(name.text, arguments) {
		return fmt.Errorf("a declaration of %.40q, no call: %w", name.text, errNoCall)
	}
	for _, left := range o.members {
		switch left.name {
		case "result", "results", "output", "response":
			if in.markerless {
				return fmt.Errorf("a call of %.40q with its result: %w", name.text, errNoCall)
			}
		}
		in.note("the member %.40q beside the arguments left out", left.name)
	}
	return in.accept(idText(id), name.text, arguments)
}

// declares reports whether arguments are rather the schema of a tool's
// parameters, which models repeat from their prompt.
func (in *input) declares(name string, arguments value) bool {
	kind, _ := arguments.get("type")
	properties, _ := arguments.get("properties")
	return kind.text == "object" && properties.kind == objectKind &&
		!in.parameters(name).known["properties"]
}

// callObject is the members of a call that nothing was made of yet.
type callObject struct{ members []member }

// take removes the first member that has one of the names, best first.
func (o *callObject) take(names ...string) (value, bool) {
	for _, name := range names {
		for i, m := range o.members {
			if m.name == name {
				o.members = slices.Concat(o.members[:i], o.members[i+1:])
				return m.value, true
			}
		}
	}
	return value{}, false
}

func idText(id value) string {
	if id.kind == textKind || id.kind == numberKind {
		return id.text
	}
	return ""
}

// acceptArray reads calls written as one array, each taken as soon as it was
// read: what goes wrong behind it does not undo it.
func (in *input) acceptArray(take func(element value) error) error {
	if in.skipSpace(); in.peek() != '[' {
		return in.failf("want %s", arrayKind)
	}
	in.at++
	for i := 0; ; i++ {
		if in.skipSpace(); in.literal("]") {
			if i > 0 {
				in.noteLast("a comma before a closing bracket")
			}
			return nil
		}
		start := in.at
		element, err := in.jsonValue(1)
		if !in.spend(in.at - start) {
			return errBudget
		}
		if err == nil {
			err = take(element)
		}
		if err != nil {
			return fmt.Errorf("element %d: %w", i, err)
		}
		if done, err := in.jsonNext(']', 1); done || err != nil {
			in.notesToLast()
			return err
		}
	}
}
