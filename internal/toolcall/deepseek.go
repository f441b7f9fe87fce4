package toolcall

import (
	"slices"
	"strings"
)

// deepseekDialects is DeepSeek's family of bracket tokens. They are written with
// U+FF5C (full-width bar) and U+2581 (lower one-eighth block); distilled models
// and some servers write ASCII look-alikes, which are mended.
func deepseekDialects() []Dialect {
	marks := deepseekMarks()
	markers := append(marks.variants["calls begin"], marks.variants["call begin"]...)
	inner := slices.Concat(marks.variants["call end"], marks.variants["calls end"], marks.variants["sep"])
	return []Dialect{
		{
			Name: "deepseek_v3", Number: 12,
			Aliases: []string{"deepseek_r1"},
			Markers: markers,
			Inner:   inner,
			parse: func(in *input) Result {
				return in.deepseek(marks, in.deepseekFenced)
			},
		},
		{
			Name: "deepseek_v31", Number: 13,
			Markers: markers,
			Inner:   inner,
			parse: func(in *input) Result {
				return in.deepseek(marks, in.deepseekPlain)
			},
		},
	}
}

// tokenMarks is the spellings of the bracket tokens, the right one first.
type tokenMarks struct{ variants map[string][]string }

func deepseekMarks() tokenMarks {
	marks := tokenMarks{map[string][]string{}}
	for _, name := range []string{"calls begin", "calls end", "call begin", "call end", "sep"} {
		for _, bar := range []string{"\uFF5C", "|"} {
			for _, gap := range []string{"\u2581", "_", " "} {
				marks.variants[name] = append(marks.variants[name], "<"+bar+"tool"+gap+strings.ReplaceAll(name, " ", gap)+bar+">")
			}
		}
	}
	return marks
}

// read moves over a token at the position, white space before it included.
func (m tokenMarks) read(in *input, name string) bool {
	for i, variant := range m.variants[name] {
		if in.spaced(variant) {
			if i > 0 {
				in.note("the mark %s for %s", variant, m.variants[name][0])
			}
			return true
		}
	}
	return false
}

// deepseek reads the calls between their brackets; body reads what stands inside
// one pair.
func (in *input) deepseek(marks tokenMarks, body func(marks tokenMarks) (string, value, error)) Result {
	begin := marks.variants["call begin"]
	outer := append(append([]string{}, marks.variants["calls begin"]...), marks.variants["calls end"]...)
	seen := false
	in.blocks(append(outer, begin...), func(mark string) error {
		for _, variant := range outer {
			if variant == mark {
				seen = true
				return nil
			}
		}
		seen = false
		if mark != begin[0] {
			in.note("the mark %s for %s", mark, begin[0])
		}
		name, arguments, err := body(marks)
		if err != nil {
			return err
		}
		if !marks.read(in, "call end") {
			in.note("no %s", marks.variants["call end"][0])
		}
		return in.accept("", name, arguments)
	})
	if seen && len(in.calls) == 0 && len(in.problems) == 0 {
		in.problem(in.at, in.failf("want %s", begin[0]))
	}
	return in.finish()
}

// deepseekFenced reads "function<sep>name", a line break, and arguments in a code
// fence.
func (in *input) deepseekFenced(marks tokenMarks) (name string, arguments value, err error) {
	if kind, _ := in.near(marks.variants["sep"]...); strings.TrimSpace(kind) == "function" {
		in.at += len(kind)
	} else {
		return "", value{}, in.failf("want the word \"function\"")
	}
	if !marks.read(in, "sep") {
		return "", value{}, in.failf("want %s", marks.variants["sep"][0])
	}
	name, _ = in.near("\n", "```", "{")
	in.at += len(name)
	if name = strings.TrimSpace(name); name == "" {
		return "", value{}, in.failf("want a function's name")
	}
	fenced := in.fenceOpening()
	if !fenced {
		in.note("arguments without a code fence")
	}
	arguments, err = in.readArguments()
	if err == nil && fenced && !in.spaced("```") {
		in.note("no closing fence")
	}
	return name, arguments, err
}

// deepseekPlain reads "name<sep>{...}".
func (in *input) deepseekPlain(marks tokenMarks) (name string, arguments value, err error) {
	name, mark := in.near(append([]string{"\n", "{"}, marks.variants["sep"]...)...)
	in.at += len(name)
	if mark == "" || mark == "\n" || mark == "{" || !marks.read(in, "sep") {
		return "", value{}, in.failf("want a name and %s", marks.variants["sep"][0])
	}
	arguments, err = in.readArguments()
	return name, arguments, err
}
