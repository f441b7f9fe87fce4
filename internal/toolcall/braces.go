package toolcall

import "strings"

// braceGrammar is a language of calls call:NAME{key:value,...} between marks,
// with a mark of its own around strings.
type braceGrammar struct{ open, close, quote, after string }

// braceDialects are the families of Gemma.
func braceDialects() []Dialect {
	function := braceGrammar{"<start_function_call>", "<end_function_call>", "<escape>", "<start_function_response>"}
	gemma := braceGrammar{"<|tool_call>", "<tool_call|>", `<|"|>`, "<|tool_response>"}
	return []Dialect{
		{Name: "functiongemma", Number: 23, Markers: []string{function.open}, Inner: []string{function.close}, parse: function.parse},
		{Name: "gemma4", Number: 24, Markers: []string{gemma.open}, Inner: []string{gemma.close}, parse: gemma.parse},
	}
}

func (g braceGrammar) parse(in *input) Result {
	in.text = strings.TrimSuffix(in.text, g.after)
	in.blocks([]string{g.open}, func(string) error {
		for first := true; first || in.spaced("call:"); first = false {
			if first && !in.spaced("call:") {
				in.skipSpace()
				return in.failf("want call:")
			}
			name := in.readIdentifier()
			if name == "" {
				return in.failf("want the name of a function")
			}
			if in.skipSpace(); in.peek() != '{' {
				return in.failf("want {")
			}
			arguments, err := g.object(in, 1)
			if err != nil {
				return err
			}
			if in.spaced(",") {
				return in.failf("the arguments go on behind their end")
			}
			if err := in.accept("", name, arguments); err != nil {
				return err
			}
		}
		in.closeTag(g.close)
		return nil
	})
	return in.finish()
}

// object reads from { to }.
func (g braceGrammar) object(in *input, depth int) (value, error) {
	var result members
	in.at++
	for {
		if in.spaced("}") {
			return result.value(), nil
		}
		key, err := g.key(in)
		if err != nil {
			return value{}, err
		}
		if !in.spaced(":") {
			return value{}, in.failf("want a colon after %q", key)
		}
		member, err := g.value(in, depth)
		if err != nil {
			return value{}, err
		}
		if result.set(key, member) {
			in.note("%q given twice, the last one counts", key)
		}
		if in.spaced(",") {
			continue
		}
		if !in.spaced("}") {
			in.skipSpace()
			return value{}, in.failf("want a comma or }")
		}
		return result.value(), nil
	}
}

func (g braceGrammar) key(in *input) (string, error) {
	in.skipSpace()
	switch {
	case in.literal(g.quote):
		return g.string(in)
	case in.peek() == '"':
		in.note("a key in JSON's quotes")
		key, err := in.jsonString()
		return key.text, err
	}
	key, mark := in.before(":", ",", "{", "}", "[", "]", "<")
	if mark == "" {
		return "", errEnd
	}
	if mark != ":" || strings.TrimSpace(key) == "" {
		return "", in.failf("want a key")
	}
	in.at += len(key)
	return strings.TrimSpace(key), nil
}

// string reads up to the mark that closes a string.
func (g braceGrammar) string(in *input) (string, error) {
	text, mark := in.until(g.quote)
	if mark == "" {
		return "", errEnd
	}
	return text, nil
}

func (g braceGrammar) value(in *input, depth int) (value, error) {
	in.skipSpace()
	if in.values++; in.values > maxValues {
		return value{}, in.failf("too many values")
	}
	switch c := in.peek(); {
	case in.literal(g.quote):
		text, err := g.string(in)
		return textValue(text), err
	case c == '"':
		in.note("a string in JSON's quotes")
		return in.jsonString()
	case c == '{' || c == '[':
		if depth == MaxDepth {
			return value{}, in.failf("nested deeper than %d levels", MaxDepth)
		}
		if c == '{' {
			return g.object(in, depth+1)
		}
		return g.array(in, depth+1)
	}
	return g.bare(in)
}

func (g braceGrammar) array(in *input, depth int) (value, error) {
	result := value{kind: arrayKind}
	in.at++
	for {
		if in.spaced("]") {
			return result, nil
		}
		item, err := g.value(in, depth)
		if err != nil {
			return value{}, err
		}
		result.items = append(result.items, item)
		if in.spaced(",") {
			continue
		}
		if !in.spaced("]") {
			in.skipSpace()
			return value{}, in.failf("want a comma or ]")
		}
		return result, nil
	}
}

// bare reads a number, a truth, null, or a string whose marks are missing.
func (g braceGrammar) bare(in *input) (value, error) {
	word, mark := in.before(",", "}", "]", "<", "\n")
	if mark == "" {
		return value{}, errEnd
	}
	word = strings.TrimSpace(word)
	if word == "" || mark == "<" || strings.HasPrefix(word, ":") || strings.ContainsAny(word, "{[") {
		return value{}, in.failf("want a value")
	}
	in.at += len(word)
	switch lower := strings.ToLower(word); lower {
	case "true", "false":
		return value{kind: booleanKind, text: lower}, nil
	case "null", "none":
		return value{}, nil
	}
	if digits, ok := cleanNumber(word); ok {
		return value{kind: numberKind, text: digits}, nil
	}
	in.note("a bare word read as text")
	return textValue(word), nil
}
