package toolcall

import (
	"errors"
	"strings"
)

// arrayDialects is the family of calls that stand as one JSON array, or as
// objects line by line, between marks.
func arrayDialects() []Dialect {
	return []Dialect{
		{
			Name: "granite", Number: 6,
			Aliases: []string{"granite3"},
			Markers: []string{"<|tool_call|>", "<tool_call>"},
			Inner:   []string{"<|/tool_call|>", "</tool_call>"},
			parse:   parseGranite,
		},
		{
			Name: "jamba", Number: 9,
			Aliases: []string{"hunyuan_a13b"},
			Markers: []string{"<tool_calls>"},
			Inner:   []string{"</tool_calls>"},
			parse: func(in *input) Result {
				return in.arrays(pair{"<tool_calls>", "</tool_calls>"})
			},
		},
		{
			Name: "minimax_m1", Number: 10,
			Aliases: []string{"minimax"},
			Markers: []string{"<tool_calls>"},
			Inner:   []string{"</tool_calls>"},
			parse:   parseMiniMaxM1,
		},
		{
			Name: "phi4_mini_json", Number: 22,
			Aliases: []string{"phi4_mini"},
			Markers: []string{"functools[", "<|tool_call|>"},
			Inner:   []string{"<|/tool_call|>"},
			parse: func(in *input) Result {
				return in.arrays(pair{"functools[", ""}, pair{"<|tool_call|>", "<|/tool_call|>"})
			},
		},
		{
			Name: "cohere_command", Number: 25,
			Aliases: []string{"cohere_command3", "cohere_command4", "command_a"},
			Markers: []string{"<|START_ACTION|>", "<|START_RESPONSE|>"},
			Inner:   []string{"<|END_ACTION|>"},
			parse:   parseCohere,
		},
		{
			Name: "apertus", Number: 26,
			Markers: []string{"<|tools_prefix|>"},
			Inner:   []string{"<|tools_suffix|>"},
			parse:   parseApertus,
		},
	}
}

// pair is an opening and a closing mark; closing "" where there is none.
type pair struct{ opening, closing string }

// arrays reads blocks of one array each.
func (in *input) arrays(pairs ...pair) Result {
	var opening []string
	for _, pair := range pairs {
		opening = append(opening, pair.opening)
	}
	in.blocks(opening, func(mark string) error {
		if strings.HasSuffix(mark, "[") {
			in.at-- // the array's own bracket, without which the word is just a word
		}
		if err := in.acceptArray(in.acceptObject); err != nil {
			return err
		}
		for _, pair := range pairs {
			if pair.opening == mark && pair.closing != "" {
				in.closeTag(pair.closing, opening...)
			}
		}
		return nil
	})
	return in.finish()
}

// parseGranite reads arrays behind a mark that nothing closes. A single object
// is mended.
func parseGranite(in *input) Result {
	in.blocks([]string{"<|tool_call|>", "<tool_call>"}, func(mark string) error {
		if mark == "<tool_call>" {
			err := in.acceptArray(in.acceptObject)
			if err == nil {
				in.spaced("</tool_call>")
			}
			return err
		}
		if err := in.arrayOrObject(); err != nil {
			return err
		}
		if in.spaced("<|/tool_call|>") {
			in.noteLast("a closing mark that the dialect does not have")
		}
		return nil
	})
	return in.finish()
}

// arrayOrObject reads and accepts an array of calls; a single call in its place
// is mended.
func (in *input) arrayOrObject() error {
	if !in.nextIs('{') {
		return in.acceptArray(in.acceptObject)
	}
	v, err := in.readObject()
	if err != nil {
		return err
	}
	in.note("one call without its list")
	return in.acceptObject(v)
}

// parseMiniMaxM1 reads objects line by line between two tags.
func parseMiniMaxM1(in *input) Result {
	const opening, closing = "<tool_calls>", "</tool_calls>"
	in.blocks([]string{opening}, func(string) error {
		for first := true; first || in.nextIs('{'); first = false {
			v, err := in.readObject()
			if err != nil {
				return err
			}
			if err := in.acceptObject(v); err != nil {
				return err
			}
		}
		in.closeTag(closing, opening)
		return nil
	})
	return in.finish()
}

// parseCohere reads arrays of tool_call_id, tool_name and parameters. An answer
// in words has marks of its own, which go.
func parseCohere(in *input) Result {
	const opening, closing = "<|START_ACTION|>", "<|END_ACTION|>"
	in.blocks([]string{opening}, func(string) error {
		if err := in.arrayOrObject(); err != nil {
			return err
		}
		in.closeTag(closing, opening)
		return nil
	})
	result := in.finish()
	marks := strings.NewReplacer("<|START_RESPONSE|>", "", "<|END_RESPONSE|>", "", "<|START_TEXT|>", "", "<|END_TEXT|>", "")
	if result.Outcome != Malformed {
		result.Content = strings.TrimSpace(marks.Replace(result.Content))
	}
	return result
}

// parseApertus reads an array of objects with one member each: the function's
// name and the arguments.
func parseApertus(in *input) Result {
	const opening, closing = "<|tools_prefix|>", "<|tools_suffix|>"
	in.blocks([]string{opening}, func(string) error {
		before := len(in.calls)
		err := in.acceptArray(func(element value) error {
			if element.kind != objectKind || len(element.members) != 1 {
				return errors.New("want an object of one member, the function's name")
			}
			return in.accept("", element.members[0].name, element.members[0].value)
		})
		if err == nil && len(in.calls) == before {
			err = errors.New("no call between the marks")
		}
		if err != nil {
			return err
		}
		in.closeTag(closing, opening)
		return nil
	})
	return in.finish()
}
