package toolcall

import "strings"

// mistralDialects is Mistral's: an array behind the mark up to version 7 of its
// tokenizer, name and arguments behind one mark each from version 11 on.
func mistralDialects() []Dialect {
	return []Dialect{{
		Name: "mistral", Number: 5,
		Markers: []string{mistralCalls},
		Inner:   []string{mistralID, mistralArguments},
		parse:   parseMistral,
		Render:  mistralRenderer(),
	}}
}

const (
	mistralCalls     = "[TOOL_CALLS]"
	mistralID        = "[CALL_ID]"
	mistralArguments = "[ARGS]"
)

func parseMistral(in *input) Result {
	in.blocks([]string{mistralCalls}, func(string) error {
		in.skipSpace()
		if c := in.peek(); c == '[' && !strings.HasPrefix(in.rest(), mistralArguments) || c == '{' {
			return in.arrayOrObject()
		}
		for {
			if err := in.mistralCall(); err != nil {
				return err
			}
			if !in.mistralAgain() {
				return nil
			}
		}
	})
	return in.finish()
}

// mistralCall reads "name [CALL_ID] id [ARGS] {...}", of which the two marks may
// be missing.
func (in *input) mistralCall() error {
	name, mark := in.near(mistralID, mistralArguments, "{", "\n", mistralCalls)
	if mark == "" || mark == "\n" || mark == mistralCalls {
		in.at += len(name)
		return in.failf("want a name and its arguments")
	}
	// A name with anything else in it is no name, so the mark stands in other text.
	probe := input{text: strings.TrimSpace(name), meter: in.meter, limit: in.limit}
	if probe.readIdentifier(); !probe.atEnd() {
		return in.failf("want a function's name")
	}
	in.at += len(name)
	id := ""
	if in.literal(mistralID) {
		id, mark = in.near(mistralArguments, "{")
		if mark == "" {
			return in.failf("want %s", mistralArguments)
		}
		in.at += len(id)
	}
	in.literal(mistralArguments)
	v, err := in.readArguments()
	if err != nil {
		return err
	}
	return in.accept(strings.TrimSpace(id), name, v)
}

// mistralAgain reports whether another call follows without its own mark.
func (in *input) mistralAgain() bool {
	start := in.at
	in.skipSpace()
	name := in.readIdentifier()
	next := in.rest()
	follows := name != "" && (strings.HasPrefix(next, mistralArguments) || strings.HasPrefix(next, mistralID) || strings.HasPrefix(next, "{"))
	if in.at = start; follows {
		in.skipSpace()
	}
	return follows
}
