package toolcall

import (
	"strconv"
	"strings"
)

// kimiDialects is Kimi-K2's, whose call ids hold the function's name.
func kimiDialects() []Dialect {
	return []Dialect{{
		Name: "kimi_k2", Number: 15,
		Markers: []string{kimiSection, kimiSectionAlike, kimiBegin},
		Inner:   []string{kimiArguments, kimiEnd, kimiSectionEnd, kimiSectionEndAlike},
		parse:   parseKimi,
	}}
}

const (
	kimiSection    = "<|tool_calls_section_begin|>"
	kimiSectionEnd = "<|tool_calls_section_end|>"
	// Some checkpoints write these two in their stead.
	kimiSectionAlike    = "<|tool_call_section_begin|>"
	kimiSectionEndAlike = "<|tool_call_section_end|>"
	kimiBegin           = "<|tool_call_begin|>"
	kimiArguments       = "<|tool_call_argument_begin|>"
	kimiEnd             = "<|tool_call_end|>"
)

func parseKimi(in *input) Result {
	empty := false
	in.blocks([]string{kimiSection, kimiSectionEnd, kimiSectionAlike, kimiSectionEndAlike, kimiBegin}, func(mark string) error {
		if mark != kimiBegin {
			empty = len(in.calls)+len(in.problems) == 0
			return nil
		}
		id, mark := in.near(kimiArguments, kimiBegin, kimiEnd)
		if mark != kimiArguments {
			in.at += len(id)
			return in.failf("want %s", kimiArguments)
		}
		in.until(kimiArguments)
		v, err := in.readArguments()
		if err != nil {
			return err
		}
		id = strings.TrimSpace(id)
		if err := in.accept(id, in.kimiName(id), v); err != nil {
			return err
		}
		if !in.spaced(kimiEnd) {
			in.noteLast("no %s", kimiEnd)
		}
		in.skipSpace()
		return nil
	})
	if empty && len(in.calls)+len(in.problems) == 0 {
		in.problem(in.at, in.failf("want %s", kimiBegin))
	}
	return in.finish()
}

// kimiName is the function's name in an id such as "functions.find_room:0".
func (in *input) kimiName(id string) string {
	if i := strings.LastIndexByte(id, ':'); i >= 0 {
		if _, err := strconv.ParseUint(id[i+1:], 10, 32); err == nil {
			return id[:i]
		}
	}
	in.note("an id without the call's number")
	return strings.TrimRight(id, ":")
}
