package toolcall

import (
	"fmt"
	"strings"
)

// pythonCall is a call in Python spelling whose arguments are literals.
type pythonCall struct {
	name string
	// positional are the values without a name, in order.
	positional []value
	named      members
	repairs    []string
}

// readPythonCall reads name(k=literal, ...) at an offset of a text, where order
// is that of writing, and returns the offset behind it. Nothing is ever run: what
// is not a literal is an error; of prefixes r and u are taken, b and f refused.
// Taken beyond Python: reserved words as names of arguments, "-", "." and ":"
// inside the function's name, and, noted as repairs, line breaks in quoted
// strings, JSON's \/ escape, bare words as text.
func (in *input) readPythonCall() (pythonCall, error) {
	start := in.at
	call := pythonCall{name: in.readIdentifier()}
	if call.name == "" {
		return call, in.failf("want the name of a function")
	}
	in.skipSpace()
	if in.peek() != '(' {
		return call, in.failf("want ( after %q", call.name)
	}
	repairs, err := in.python(func(r *pythonReader) (int, *PythonError) { return r.call(&call, in.at) })
	if err != nil {
		in.at = start
		return call, err
	}
	call.repairs = repairs
	return call, nil
}

// readPythonValue reads one Python literal at the position.
func (in *input) readPythonValue() (result value, err error) {
	repairs, err := in.python(func(r *pythonReader) (end int, err *PythonError) {
		result, end, err = r.value(in.at)
		return end, err
	})
	for _, repair := range repairs {
		in.note("%s", repair)
	}
	return result, err
}

// python runs a reader of Python over the text, moves behind what it read, and
// returns the repairs.
func (in *input) python(read func(*pythonReader) (end int, err *PythonError)) ([]string, error) {
	reader := &pythonReader{parser: pythonParser{lexer: pythonLexer{text: in.text, lenient: true}}}
	end, err := read(reader)
	switch {
	case !in.spend(reader.parser.lexer.steps):
		return nil, errBudget
	case err != nil && err.Truncated:
		return nil, errEnd
	case err != nil:
		return nil, fmt.Errorf("%s at byte %d", err.Message, err.Offset)
	}
	in.at = end
	return reader.parser.lexer.repairs, nil
}

// pythonReader turns Python literals into JSON values.
type pythonReader struct{ parser pythonParser }

// call reads the arguments of a call from the offset of "(" and returns the
// offset behind ")".
func (r *pythonReader) call(call *pythonCall, at int) (int, *PythonError) {
	if err := r.parser.begin(at); err != nil {
		return at, err
	}
	arguments, err := r.parser.arguments()
	if err != nil {
		return at, err
	}
	for _, argument := range arguments {
		converted, err := r.convert(argument.Value)
		if err != nil {
			return at, err
		}
		switch {
		case argument.Star == 2 && converted.kind == objectKind:
			for _, member := range converted.members {
				r.set(&call.named, member.name, member.value)
			}
		case argument.Star == 1 && converted.kind == arrayKind:
			r.parser.lexer.repair("a * list among the arguments spread")
			call.positional = append(call.positional, converted.items...)
		case argument.Star > 0:
			return at, r.parser.lexer.fail(argument.Value.Start, "a starred argument of the wrong type")
		case argument.Name != "":
			r.set(&call.named, argument.Name, converted)
		default:
			call.positional = append(call.positional, converted)
		}
	}
	return r.parser.end, nil
}

func (r *pythonReader) set(members *members, name string, to value) {
	if members.set(name, to) {
		r.parser.lexer.repair(fmt.Sprintf("%q given twice, the last one counts", name))
	}
}

// value reads one literal and returns the offset behind it.
func (r *pythonReader) value(at int) (value, int, *PythonError) {
	// Inside one bracket more, so that line breaks are blank.
	r.parser.lexer.depth = 1
	if err := r.parser.begin(at); err != nil {
		return value{}, at, err
	}
	node, err := r.parser.expression()
	if err != nil {
		return value{}, at, err
	}
	result, err := r.convert(node)
	return result, r.parser.end, err
}

// convert turns a literal into its JSON value: tuples and sets become arrays,
// keys become text as Python's json module writes them.
func (r *pythonReader) convert(node *PythonNode) (value, *PythonError) {
	switch node.Kind {
	case PythonString:
		return textValue(node.Text), nil
	case PythonInt, PythonFloat:
		return r.number(node.Start, node.Text)
	case PythonConstant, PythonName:
		return r.word(node)
	case PythonUnary:
		return r.signed(node)
	case PythonList, PythonTuple, PythonSet:
		list := value{kind: arrayKind, items: make([]value, 0, len(node.Items))}
		for _, item := range node.Items {
			converted, err := r.convert(item)
			if err != nil {
				return list, err
			}
			list.items = append(list.items, converted)
		}
		return list, nil
	case PythonDict:
		return r.dict(node)
	}
	return value{}, &PythonError{Offset: node.Start, Message: node.Kind.String() + " where a literal is wanted"}
}

func (r *pythonReader) word(node *PythonNode) (value, *PythonError) {
	switch node.Text {
	case "True", "true", "False", "false":
		return value{kind: booleanKind, text: strings.ToLower(node.Text)}, nil
	case "None", "null":
		return value{}, nil
	case "...":
		return value{}, &PythonError{Offset: node.Start, Message: "... where a literal is wanted"}
	}
	r.parser.lexer.repair("a bare word read as text")
	return textValue(node.Text), nil
}

func (r *pythonReader) signed(node *PythonNode) (value, *PythonError) {
	operand := node.Items[0]
	if operand.Kind == PythonInt || operand.Kind == PythonFloat {
		switch node.Text {
		case "-":
			return r.number(node.Start, "-"+operand.Text)
		case "+":
			return r.number(node.Start, operand.Text)
		}
	}
	return value{}, &PythonError{Offset: node.Start, Message: "an operation where a literal is wanted"}
}

func (r *pythonReader) number(at int, digits string) (value, *PythonError) {
	clean, ok := cleanNumber(digits)
	if !ok {
		return value{}, &PythonError{Offset: at, Message: "a number beyond all bounds"}
	}
	return value{kind: numberKind, text: clean}, nil
}

func (r *pythonReader) dict(node *PythonNode) (value, *PythonError) {
	var result members
	for i := 0; i < len(node.Items); i += 2 {
		if node.Items[i] == nil {
			return value{}, &PythonError{Offset: node.Start, Message: "** inside a dict"}
		}
		key, err := r.convert(node.Items[i])
		if err != nil {
			return value{}, err
		}
		name := key.text
		if key.kind != textKind {
			r.parser.lexer.repair("a key that is no string written as one")
		}
		switch key.kind {
		case nullKind:
			name = "null"
		case arrayKind, objectKind:
			return value{}, &PythonError{Offset: node.Items[i].Start, Message: "a key that is neither text nor a number"}
		}
		member, err := r.convert(node.Items[i+1])
		if err != nil {
			return value{}, err
		}
		r.set(&result, name, member)
	}
	return result.value(), nil
}

// String names the kind in words, for messages.
func (k PythonKind) String() string {
	return [...]string{
		"a name", "a constant", "a number", "a number", "a complex number", "a string", "bytes", "an f-string",
		"a list", "a tuple", "a set", "a dict", "a call", "an attribute", "a subscript", "a slice",
		"an operation", "an operation", "a comparison", "an operation", "a condition", "a lambda",
		"a comprehension", "a clause", "a starred value", "an assignment", "an await", "a yield",
	}[k]
}
