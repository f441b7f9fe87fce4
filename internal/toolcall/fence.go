package toolcall

// fenceDialects is what models write that were only told to, or not even that:
// calls in a code fence. A fence counts only if it names an offered tool, or is
// itself called a tool call.
func fenceDialects() []Dialect {
	return []Dialect{{
		Name: "fence", Number: 30, fence: true,
		Aliases: []string{"json_fence", "markdown"},
		parse:   parseFence,
		Render:  fenceRenderer(),
	}}
}

const fenceMark = "```"

func parseFence(in *input) Result {
	in.markerless = true
	for in.spend(0) {
		text, mark := in.until(fenceMark)
		in.aside(text)
		if mark == "" {
			break
		}
		in.fence()
		if in.tooMany {
			break
		}
	}
	return in.finish()
}

// fence reads one fence, whose opening mark was read. What is no call stays text.
func (in *input) fence() {
	start, accepted := in.at, len(in.calls)
	tag := in.jsonWord()
	var read func() error
	marked := false
	switch tag {
	case "", "json", "JSON", "xml", "text":
		read = in.fencedJSON
	case "tool_call", "tool_calls", "function_call":
		read, marked = in.fencedJSON, true
	case "python", "py", "tool_code":
		read = in.fencedPython
	}
	if read != nil {
		err := read()
		if err == nil && len(in.calls) > accepted {
			in.markerless = in.markerless && !marked
			if !in.spaced(fenceMark) {
				in.noteLast("no closing fence")
			}
			return
		}
		if err != nil && marked && !in.tooMany {
			in.markerless = false
			in.problem(start, err)
		}
	}
	in.calls, in.notes = in.calls[:accepted], nil
	in.at = start
	inner, closing := in.until(fenceMark)
	in.aside(fenceMark + inner + closing)
}

// fencedJSON reads an array of calls, or objects one after another, up to the
// closing fence.
func (in *input) fencedJSON() error {
	if in.nextIs('[') {
		return in.fenceEnd(in.acceptArray(in.acceptObject))
	}
	for first := true; first || in.nextIs('{'); first = false {
		v, err := in.readObject()
		if err != nil {
			return err
		}
		if err := in.acceptObject(v); err != nil {
			return err
		}
	}
	return in.fenceEnd(nil)
}

// fenceEnd wants the end of the fence or of the text.
func (in *input) fenceEnd(err error) error {
	if in.skipSpace(); err == nil && !in.nextIs('`') && !in.atEnd() {
		err = in.failf("want the end of the code fence")
	}
	return err
}

// fencedPython reads calls in Python spelling: a list, or one a line.
func (in *input) fencedPython() error {
	in.skipSpace()
	return in.fenceEnd(in.pythonCalls())
}
