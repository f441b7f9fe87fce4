package toolcall

import "strings"

// glmDialects is the family that writes a name and pairs of key and value tags.
func glmDialects() []Dialect {
	return []Dialect{{
		Name: "glm45", Number: 18, Aliases: []string{"glm47", "glm4_moe"},
		Markers: []string{"<tool_call>"},
		Inner:   []string{glmCallEnd, glmKey, glmKeyEnd, glmValue, glmValueEnd},
		Render:  glmRenderer(),
		parse:   parseGLM,
	}}
}

const (
	glmCall       = "<tool_call>"
	glmCallEnd    = "</tool_call>"
	glmKey        = "<arg_key>"
	glmKeyEnd     = "</arg_key>"
	glmValue      = "<arg_value>"
	glmValueEnd   = "</arg_value>"
	glmLongestKey = 256
)

func parseGLM(in *input) Result {
	in.blocks([]string{glmCall}, func(string) error {
		in.skipSpace()
		name := in.readIdentifier()
		if name == "" {
			return in.failf("want the name of a function")
		}
		in.skipSpace()
		var arguments members
		for in.literal(glmKey) {
			if err := in.glmArgument(name, &arguments); err != nil {
				return err
			}
			in.skipSpace()
		}
		if !in.literal(glmCallEnd) {
			if !strings.HasPrefix(in.rest(), glmCall) {
				return in.failf("want %s or %s", glmKey, glmCallEnd) // at the end more may be cut off
			}
			in.note("no %s", glmCallEnd)
		}
		return in.accept("", name, arguments.value())
	})
	return in.finish()
}

// glmArgument reads a key, behind its opening tag, and its value.
func (in *input) glmArgument(function string, arguments *members) error {
	key, mark := in.until(glmKeyEnd, glmKey, glmValue, glmCallEnd)
	switch {
	case mark == "":
		return errEnd
	case mark != glmKeyEnd || len(key) > glmLongestKey:
		return in.failf("want %s", glmKeyEnd)
	}
	if in.skipSpace(); !in.literal(glmValue) {
		return in.failf("want %s", glmValue)
	}
	start := in.at
	end, err := in.glmValueEnd()
	if err != nil {
		return err
	}
	key = strings.TrimSpace(key)
	if arguments.set(key, in.rawArgument(function, key, in.text[start:end])) {
		in.note("%q given twice, the last one counts", key)
	}
	return nil
}

// glmValueEnd finds the end of a value and moves behind its closing tag. That
// counts where another key, the end of the call or of the text follows.
func (in *input) glmValueEnd() (int, error) {
	for in.spend(0) {
		_, mark := in.until(glmValueEnd, glmKey, glmCallEnd)
		at := in.at - len(mark)
		rest := strings.TrimLeft(in.rest(), " \t\r\n")
		switch mark {
		case "":
			return at, errEnd
		case glmValueEnd:
			if rest == "" || strings.HasPrefix(rest, glmKey) || strings.HasPrefix(rest, glmCallEnd) || strings.HasPrefix(rest, glmCall) {
				return at, nil
			}
		case glmKey:
			if strings.HasSuffix(strings.TrimRight(in.text[max(0, at-64):at], " \t"), "\n") {
				in.note("no %s", glmValueEnd)
				in.at = at
				return at, nil
			}
		case glmCallEnd:
			if rest == "" || strings.HasPrefix(rest, glmCall) {
				in.note("no %s", glmValueEnd)
				in.at = at
				return at, nil
			}
		}
	}
	return in.at, errBudget
}
