package toolcall

import (
	"fmt"
	"strings"
)

// pythonicDialects are the families that write calls as Python does.
func pythonicDialects() []Dialect {
	return []Dialect{
		{Name: "pythonic", Number: 3, Whole: true, parse: parsePythonic, Render: pythonicRenderer()},
		{Name: "llama4_pythonic", Number: 3, Whole: true, Markers: []string{"<|python_start|>"}, Inner: []string{"<|python_end|>"},
			parse: func(in *input) Result { return parseMarkedPython(in, "<|python_start|>", "<|python_end|>") }},
		{Name: "lfm2", Number: 3, Whole: true, Markers: []string{"<|tool_call_start|>"}, Inner: []string{"<|tool_call_end|>"},
			parse: func(in *input) Result { return parseMarkedPython(in, "<|tool_call_start|>", "<|tool_call_end|>") }},
		{Name: "olmo3", Number: 4, Markers: []string{"<function_calls>"}, Inner: []string{"</function_calls>"}, parse: parseOlmo},
	}
}

// parsePythonic reads an output that begins with a list of calls. A text beside
// it, and a lone call or calls one a line without the brackets, are repairs; as
// nothing marks them they count by a known name alone.
func parsePythonic(in *input) Result {
	in.markerless = true
	in.skipSpace()
	start, bracket := in.at, in.peek() == '['
	if err := in.pythonCalls(); err != nil {
		if bracket && in.namesTool(start+1) {
			in.markerless = false // an attempt at a call beyond doubt
		}
		in.calls = nil
		in.problem(start, err)
		return in.finish()
	}
	if !bracket {
		in.noteLast("no brackets around the calls")
	}
	if rest := strings.TrimSpace(in.rest()); rest != "" {
		if !bracket {
			return in.answer(in.text)
		}
		in.noteLast("text after the calls")
		in.aside(rest)
	}
	return in.finish()
}

// namesTool reports whether name( with the name of a tool stands at an offset.
func (in *input) namesTool(at int) bool {
	probe := input{text: in.text, at: at, offer: in.offer, meter: in.meter, limit: in.limit}
	probe.skipSpace()
	name := probe.readIdentifier()
	return in.has(in.functionName(name)) && probe.peek() == '('
}

// parseMarkedPython reads lists of calls between marks, in Python or in JSON;
// without any mark the whole output is read.
func parseMarkedPython(in *input, open, closing string) Result {
	if !strings.Contains(in.text, open) {
		return parsePythonic(in)
	}
	in.blocks([]string{open}, func(string) error {
		in.skipSpace()
		if strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(in.rest(), "["), " \n"), "{") {
			if err := in.arrayOrObject(); err != nil {
				return err
			}
			in.closeTag(closing)
			return nil
		}
		if c := in.peek(); c != '[' && !in.namesCall() {
			// Llama 4 marks words in the same way.
			text, _ := in.until(closing)
			in.aside(text)
			return nil
		}
		if err := in.pythonCalls(); err != nil {
			return err
		}
		in.closeTag(closing)
		return nil
	})
	result := in.finish()
	if result.Outcome == NotACall {
		result.Content = strings.Join(in.asides, "\n") // the words without their marks
	}
	return result
}

// namesCall reports whether name( stands at the position.
func (in *input) namesCall() bool {
	start := in.at
	name := in.readIdentifier()
	call := name != "" && in.peek() == '('
	in.at = start
	return call
}

func parseOlmo(in *input) Result {
	in.blocks([]string{"<function_calls>"}, func(string) error {
		in.skipSpace()
		if err := in.pythonCalls(); err != nil {
			return err
		}
		in.closeTag("</function_calls>")
		return nil
	})
	return in.finish()
}

// pythonCalls reads [call, call] or calls one after another, on lines of their
// own or with commas or semicolons between them. All are accepted or none.
func (in *input) pythonCalls() error {
	list := in.literal("[")
	var calls []pythonCall
	for {
		in.skipComments()
		if list && in.literal("]") {
			break
		}
		call, err := in.readPythonCall()
		if err != nil {
			return err
		}
		if calls = append(calls, call); len(calls) > MaxCalls {
			in.tooMany = true
			return fmt.Errorf("more than %d calls", MaxCalls)
		}
		end := in.at
		in.skipComments()
		comma := in.spaced(",") || !list && in.spaced(";")
		if list && !comma {
			if !in.spaced("]") {
				in.skipSpace()
				return in.failf("want a comma or the end of the list")
			}
			break
		}
		if !list {
			if in.skipComments(); !in.namesCall() {
				in.at = end
				break
			}
		}
	}
	for _, call := range calls {
		if err := in.acceptPython(call); err != nil {
			return err
		}
	}
	return nil
}

// skipComments moves over white space and comments.
func (in *input) skipComments() {
	for in.skipSpace(); in.peek() == '#'; in.skipSpace() {
		line, _ := in.before("\n")
		in.at += len(line)
	}
}

// acceptPython takes a call in Python spelling. A positional argument gets the
// name that stands at its place in the tool's schema; where there is none it is
// kept under a name that says its place.
func (in *input) acceptPython(call pythonCall) error {
	for _, repair := range call.repairs {
		in.note("%s", repair)
	}
	name := call.name
	// The tools built into Llama 3 are called by a method.
	if short, ok := strings.CutSuffix(name, ".call"); ok && !in.has(name) && in.has(short) {
		in.note("called by the method .call")
		name = short
	}
	if len(call.positional) == 0 {
		return in.accept("", name, call.named.value())
	}
	var arguments members
	names := in.parameters(name).names
	for i, positional := range call.positional {
		key := fmt.Sprintf("argument %d", i+1)
		if i < len(names) {
			key = names[i]
		}
		arguments.set(key, positional)
	}
	in.note("arguments without names")
	for _, named := range call.named.list {
		if arguments.set(named.name, named.value) {
			return fmt.Errorf("%q is given by its place and by its name", named.name)
		}
	}
	return in.accept("", name, arguments.value())
}
