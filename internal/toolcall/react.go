package toolcall

import (
	"fmt"
	"strings"
)

// reactDialects is the family that alternates thoughts, actions and observations.
func reactDialects() []Dialect {
	return []Dialect{{
		Name: "react", Number: 28, Aliases: []string{"react_en"},
		Markers: []string{"Action:", "Final Answer:"},
		Inner:   []string{reactInput},
		Render:  reactRenderer(),
		parse:   parseReact,
	}}
}

const (
	reactAction      = "Action:"
	reactInput       = "Action Input:"
	reactObservation = "Observation:"
	reactFinal       = "Final Answer:"
	reactThought     = "Thought:"
)

// parseReact reads actions up to an observation, which only the environment can
// make, or to the final answer. Labels count at the start of a line.
func parseReact(in *input) Result {
	for in.spend(0) && !in.tooMany {
		text, label := in.labelled(reactAction, reactFinal, reactObservation)
		if len(in.problems) == 0 {
			in.aside(strings.TrimPrefix(strings.TrimSpace(text), reactThought))
		}
		if label == reactFinal && len(in.calls) == 0 && len(in.problems) == 0 {
			return Result{Outcome: NotACall, Content: strings.TrimSpace(in.rest()), Reasoning: strings.Join(in.asides, "\n")}
		}
		if label != reactAction {
			break
		}
		start := in.at
		if err := in.reactCall(); err != nil {
			in.problem(start-len(reactAction), err)
			in.at = start
		}
	}
	return in.finish()
}

// labelled returns the text before the first of the labels that stands at the
// start of a line, and moves behind it.
func (in *input) labelled(labels ...string) (text, label string) {
	start := in.at
	for in.spend(0) {
		_, label = in.until(labels...)
		if label == "" {
			break
		}
		at := in.at - len(label)
		before := strings.TrimRight(in.text[max(start, at-16):at], " \t*#")
		if before == "" && at-start <= 16 || strings.HasSuffix(before, "\n") {
			return strings.TrimRight(in.text[start:at], " \t*#"), label
		}
	}
	return in.text[start:in.at], ""
}

// reactCall reads a name and the input behind its label. A name that no tool has
// and no input follows is taken for words.
func (in *input) reactCall() error {
	line, _ := in.before("\n")
	in.at += len(line)
	name := strings.TrimSpace(line)
	if bare := strings.Trim(name, "`*\"'[] "); bare != name {
		in.note("marks around the name of the function")
		name = bare
	}
	name = strings.TrimSuffix(name, "()")
	if rest, ok := strings.CutPrefix(name, reactAction); ok {
		in.note("%s twice", reactAction)
		name = strings.TrimSpace(rest)
	}
	text, label := in.labelled(reactInput, reactAction, reactObservation, reactFinal)
	if label != reactInput {
		in.at -= len(label)
		if !in.has(name) {
			in.notes = nil
			in.aside(line + "\n" + text)
			return nil
		}
		if label == "" {
			return errEnd
		}
		if strings.TrimSpace(text) != "" || len(in.parameters(name).names) > 0 {
			return in.failf("want %s", reactInput)
		}
		in.note("no %s", reactInput)
		return in.accept("", name, objectValue())
	}
	if strings.TrimSpace(text) != "" {
		return in.failf("want %s", reactInput)
	}
	arguments, err := in.reactArguments(name)
	if err != nil {
		return err
	}
	return in.accept("", name, arguments)
}

// reactArguments reads a JSON object or a Python dict, which may be fenced; also
// nothing, for no arguments, and the bare value of a tool's only parameter.
func (in *input) reactArguments(function string) (value, error) {
	in.spaced("**") // of a label in bold
	fenced := in.spaced("```")
	if fenced {
		in.note("a code fence around the arguments")
		if word := in.jsonWord(); word != "json" && word != "python" && word != "" {
			return value{}, in.failf("want a fence of JSON")
		}
	}
	in.skipSpace()
	if in.peek() == '{' {
		arguments, err := in.dictionary()
		if fenced && err == nil && !in.spaced("```") {
			in.note("the code fence is not closed")
		}
		return arguments, err
	}
	text, label := in.labelled(reactAction, reactThought, reactObservation, reactFinal)
	in.at -= len(label)
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(text), "```"))
	names := in.parameters(function).names
	if text == "" && label == "" && (len(names) > 0 || !in.has(function)) {
		return value{}, errEnd
	}
	if text == "" || text == "None" || text == "null" {
		in.note("nothing for no arguments")
		return objectValue(), nil
	}
	if len(names) != 1 {
		return value{}, fmt.Errorf("the arguments of %q are no object", function)
	}
	in.note("a bare value for the only parameter")
	return objectValue(member{names[0], in.rawArgument(function, names[0], text)}), nil
}

// dictionary reads an object in JSON or a dict in Python, whichever the text is
// without a repair, and JSON where it is neither.
func (in *input) dictionary() (value, error) {
	start, notes := in.at, in.notes
	read := func(reader func() (value, error)) (value, int, []string, error) {
		in.at, in.notes = start, nil
		v, err := reader()
		return v, in.at, in.notes, err
	}
	v, end, repairs, err := read(in.readArguments)
	if err != nil || len(repairs) > 0 {
		python, pythonEnd, pythonRepairs, pythonErr := read(in.readPythonValue)
		if pythonErr == nil && python.kind == objectKind && !in.goesOn() && (err != nil || len(pythonRepairs) == 0) {
			v, end, repairs, err = python, pythonEnd, pythonRepairs, nil
		}
	}
	in.at, in.notes = end, append(notes, repairs...)
	return v, err
}
