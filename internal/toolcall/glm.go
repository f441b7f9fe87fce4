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
	pairs := in.tagPairs(tag{glmValue, glmValueEnd})
	in.blocks([]string{glmCall}, func(string) error {
		blank := in.peek() == ' '
		in.skipSpace()
		name := in.readIdentifier()
		if name == "" {
			return in.failf("want the name of a function")
		}
		in.skipSpace()
		if blank && !in.has(name) && !strings.HasPrefix(in.rest(), glmKey) {
			return in.failf("want %s", glmKey) // a word between two tags that are talked of
		}
		var arguments members
		for in.literal(glmKey) {
			if err := in.glmArgument(name, pairs, &arguments); err != nil {
				return err
			}
			in.skipSpace()
		}
		if !in.literal(glmCallEnd) {
			if len(arguments.list) == 0 || !strings.HasPrefix(in.rest(), glmCall) {
				return in.failf("want %s or %s", glmKey, glmCallEnd) // at the end more may be cut off
			}
			in.note("no %s", glmCallEnd)
		}
		return in.accept("", name, arguments.value())
	})
	return in.finish()
}

// glmArgument reads a key, behind its opening tag, and its value.
func (in *input) glmArgument(function string, pairs map[int]int, arguments *members) error {
	key, mark := in.until(glmKeyEnd, glmKey, glmValue, glmCallEnd)
	switch {
	case mark == "":
		return errEnd
	case mark != glmKeyEnd || len(key) > glmLongestKey || strings.ContainsAny(key, "<>"):
		return in.failf("want %s", glmKeyEnd)
	}
	if in.skipSpace(); !in.literal(glmValue) {
		return in.failf("want %s", glmValue)
	}
	start := in.at
	end, paired := pairs[start]
	if paired && in.glmGoesOn(end+len(glmValueEnd)) {
		in.spend(end - start)
		in.at = end + len(glmValueEnd)
	} else {
		var err error
		if end, err = in.glmValueEnd(); err != nil {
			return err
		}
	}
	key = strings.TrimSpace(key)
	raw := in.text[start:end]
	// It may be meant so, or a tag before it was broken and the value goes on too far.
	if in.spend(len(raw)); containsAny(raw, []string{glmKey, glmKeyEnd, glmValue, strings.TrimSuffix(glmValueEnd, ">"), glmCall, glmCallEnd}) {
		in.note("a value that holds tags of its own kind")
	}
	if arguments.set(key, in.rawArgument(function, key, raw)) {
		in.note("%q given twice, the last one counts", key)
	}
	return nil
}

// glmGoesOn reports whether behind an offset another key, the end of the call or
// of the text follows.
func (in *input) glmGoesOn(at int) bool {
	rest := strings.TrimLeft(in.text[at:], " \t\r\n")
	return rest == "" || strings.HasPrefix(rest, glmKey) || strings.HasPrefix(rest, glmCallEnd) || strings.HasPrefix(rest, glmCall)
}

// glmValueEnd finds the end of a value whose tags do not balance and moves behind
// its closing tag. That counts where the call goes on or ends behind it.
func (in *input) glmValueEnd() (int, error) {
	closed, called := false, false // a closing tag went by, the start of a call went by
	for in.spend(0) {
		_, mark := in.until(glmValueEnd, glmKey, glmCallEnd, glmCall)
		at := in.at - len(mark)
		rest := strings.TrimLeft(in.rest(), " \t\r\n")
		switch {
		case mark == "":
			return at, errEnd
		case mark == glmValueEnd && in.closes(glmValueEnd, in.glmGoesOn):
			return at, nil
		case mark == glmValueEnd:
			closed = true
		case mark == glmCall && !closed:
			called = true
		case mark == glmCall,
			called && mark == glmKey && startsLine(in.text, at):
			return at, in.failf("a call in the middle of an argument")
		case mark == glmKey && startsLine(in.text, at),
			mark == glmCallEnd && (rest == "" || strings.HasPrefix(rest, glmCall)):
			in.note("no %s", glmValueEnd)
			in.at = at
			return at, nil
		}
	}
	return in.at, errBudget
}

// startsLine reports whether only blanks stand before an offset on its line.
func startsLine(text string, at int) bool {
	return strings.HasSuffix(strings.TrimRight(text[max(0, at-64):at], " \t"), "\n")
}
