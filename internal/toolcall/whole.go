package toolcall

import (
	"errors"
	"strings"
)

// wholeDialects is the family of outputs that are calls and nothing else. Without
// a marker they count only if they name an offered tool.
func wholeDialects() []Dialect {
	return []Dialect{
		{
			Name: "llama3_json", Number: 2, Whole: true,
			Aliases: []string{"llama4_json"},
			Markers: []string{pythonTag},
			parse:   parseLlamaJSON,
			Render:  llamaRenderer(),
		},
		{
			Name: "xlam", Number: 11, Whole: true,
			Aliases: []string{"hammer"},
			Markers: []string{"[TOOL_CALLS]", "<tool_call>"},
			parse:   parseXLAM,
		},
		{
			Name: "glm4", Number: 19, Whole: true,
			Aliases: []string{"glm4_9b"},
			parse:   parseGLM4,
		},
	}
}

const pythonTag = "<|python_tag|>"

// parseLlamaJSON reads objects one after another, with semicolons between them
// or nothing. Llama-4 puts its words between two marks before them.
func parseLlamaJSON(in *input) Result {
	in.markerless = true
	if in.spaced("<|python_start|>") {
		text, _ := in.until("<|python_end|>")
		in.aside(text)
	}
	if text, mark := in.before(pythonTag); mark != "" && !in.nextIs('{') {
		in.markerless = false
		in.aside(text)
		in.until(pythonTag)
	}
	if !in.nextIs('{') {
		return in.finishWhole()
	}
	for in.nextIs('{') {
		in.skipSpace()
		start := in.at
		v, err := in.readObject()
		if err == nil {
			err = in.acceptObject(v)
		}
		if err != nil {
			return in.broken(start, err)
		}
		if !in.spaced(";") && !in.spaced(pythonTag) && in.nextIs(',') {
			in.spaced(",")
			in.noteLast("a comma between calls")
		}
	}
	return in.finishWhole()
}

// finishWhole keeps what is left behind the calls as content.
func (in *input) finishWhole() Result {
	if rest := strings.TrimSpace(in.rest()); rest != "" {
		if len(in.calls) == 0 && !in.markerless {
			in.problem(in.at, in.failf("want a JSON object"))
		}
		in.noteLast("text behind the calls")
		in.aside(rest)
	}
	return in.finish()
}

// broken ends an output that cannot be read further. Without a marker it was
// meant as a call if it begins with the name of a tool.
func (in *input) broken(start int, err error) Result {
	in.problem(start, err)
	if errors.Is(err, errNoCall) {
		return in.finish()
	}
	probe := input{text: in.text, at: start, offer: in.offer, meter: in.meter, limit: in.limit}
	if probe.literal("["); probe.spaced("{") {
		probe.skipSpace()
		if name, err := probe.jsonName(); err == nil && name == "name" && probe.spaced(":") {
			probe.skipSpace()
			if name, err := probe.jsonName(); err == nil && in.has(in.functionName(name)) {
				if !in.anyKnown() {
					in.calls = nil // what stands before was no call either
				}
				in.markerless = false
			}
		}
	}
	return in.finish()
}

// parseXLAM reads one array: bare, in a code fence, or behind another family's
// mark.
func parseXLAM(in *input) Result {
	text, mark := "", ""
	if !in.startsArray() {
		if text, mark = in.until(mistralCalls, "<tool_call>"); mark == "" {
			return in.answer(in.text)
		}
		in.aside(text)
	}
	in.markerless = mark == ""
	fenced := in.fenceOpening()
	if !in.nextIs('[') {
		if !in.markerless {
			in.problem(in.at, in.failf("want an array"))
		}
		return in.finish()
	}
	start := in.at
	if err := in.acceptArray(in.acceptObject); err != nil {
		return in.broken(start, err)
	}
	if fenced && !in.spaced("```") {
		in.noteLast("no closing fence")
	}
	if mark == "<tool_call>" {
		in.closeTag("</tool_call>")
	}
	return in.finishWhole()
}

// startsArray reports whether an array comes next, be it in a code fence: marks
// are data inside it.
func (in *input) startsArray() bool {
	start := in.at
	in.fenceOpening()
	in.skipSpace()
	found := in.peek() == '[' && !strings.HasPrefix(in.rest(), mistralCalls)
	in.at = start
	return found
}

// parseGLM4 reads a function's name on the first line and its arguments below it.
func parseGLM4(in *input) Result {
	in.markerless = true
	for {
		in.skipSpace()
		start := in.at
		name := in.readIdentifier()
		if name == "" || !in.nextIs('{') {
			in.at = start
			break
		}
		line := in.at
		if in.skipSpace(); !containsAny(in.text[line:in.at], []string{"\n"}) {
			in.note("no line break behind the name")
		}
		v, err := in.readArguments()
		if err == nil {
			err = in.accept("", name, v)
		}
		if err != nil {
			in.problem(start, err)
			return in.finish()
		}
	}
	if len(in.calls) == 0 {
		return in.finish()
	}
	return in.finishWhole()
}
