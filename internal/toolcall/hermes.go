package toolcall

import "strings"

// hermesDialects is the family of JSON objects that stand one by one behind a tag.
func hermesDialects() []Dialect {
	return []Dialect{
		{
			Name: "hermes", Number: 1,
			Aliases: []string{"qwen2_5", "qwen3", "exaone4", "longcat", "granite4"},
			Markers: []string{"<tool_call>", "<longcat_tool_call>"},
			Inner:   []string{"</tool_call>", "</longcat_tool_call>"},
			parse: func(in *input) Result {
				return in.tagged("<tool_call>", "<longcat_tool_call>")
			},
			Render: hermesRenderer(),
		},
		{
			Name: "granite_20b_fc", Number: 7,
			Aliases: []string{"granite-20b-fc"},
			Markers: []string{"<function_call>"},
			Inner:   []string{"</function_call>"},
			parse:   parseGranite20b,
		},
		{
			Name: "internlm", Number: 8,
			Aliases: []string{"internlm2_5"},
			Markers: []string{"<|action_start|>"},
			Inner:   []string{"<|plugin|>", "<|action_end|>"},
			parse:   parseInternLM,
		},
	}
}

// tagged reads blocks of objects between an opening tag and its closing one.
func (in *input) tagged(opening ...string) Result {
	in.blocks(opening, func(mark string) error {
		return in.objectsUntil("</"+mark[1:], opening)
	})
	return in.finish()
}

// objectsUntil reads the objects before a closing tag. One is right; more, and a
// code fence around them, are mended.
func (in *input) objectsUntil(closing string, opening []string) error {
	fenced := in.fenceOpening()
	for first := true; first || in.nextIs('{'); first = false {
		v, err := in.readObject()
		if err != nil {
			return err
		}
		if !first {
			in.note("several calls in one tag")
		}
		if err := in.acceptObject(v); err != nil {
			return err
		}
	}
	if fenced {
		in.noteLast("a code fence inside the tag")
		in.spaced("```")
	}
	in.closeTag(closing, opening...)
	return nil
}

// nextIs reports whether a byte comes next, white space aside.
func (in *input) nextIs(c byte) bool {
	start := in.at
	in.skipSpace()
	found := in.peek() == c
	in.at = start
	return found
}

// fenceOpening moves over the opening line of a code fence, if one stands there.
func (in *input) fenceOpening() bool {
	if !in.spaced("```") {
		return false
	}
	in.jsonWord()
	return true
}

// closeTag reads a closing tag. Text before it, and a tag that is missing, are
// repairs of the last call; the text is kept. opening are the tags that start
// the next call, where the search ends.
func (in *input) closeTag(closing string, opening ...string) {
	text, mark := in.before(append([]string{closing}, opening...)...)
	if mark != closing {
		in.noteLast("no %s", closing)
		return
	}
	in.until(closing)
	switch {
	case strings.TrimSpace(text) == "":
	case strings.Trim(text, " \t\r\n}])") == "":
		in.noteLast("needless brackets before %s", closing)
	default:
		in.noteLast("text before %s", closing)
		in.aside(text)
	}
}

// parseGranite20b reads objects that each stand behind a mark without a closing
// one.
func parseGranite20b(in *input) Result {
	in.blocks([]string{"<function_call>"}, func(string) error {
		v, err := in.readObject()
		if err != nil {
			return err
		}
		in.spaced("</function_call>")
		return in.acceptObject(v)
	})
	return in.finish()
}

func parseInternLM(in *input) Result {
	const opening, closing = "<|action_start|>", "<|action_end|>"
	in.blocks([]string{opening}, func(string) error {
		if !in.spaced("<|plugin|>") {
			return in.failf("want <|plugin|>")
		}
		return in.objectsUntil(closing, []string{opening})
	})
	return in.finish()
}
