// Package wording reads plans aloud: it turns an executed plan into what a user
// would write, what the assistant thinks before each step, and what it answers.
// Grammar, politeness, order and reference live here; nouns and verbs come from
// the world. Every value and every choice that the plan needs is written between
// invisible marks, so that its span in the final text is known exactly.
package wording

import (
	"fmt"
	"strings"
)

// Pattern is a parsed fragment of a world's wording; see docs/worlds.md for the
// five signs of the language.
type Pattern struct {
	Source string
	parts  []part
}

type partKind int

const (
	partText     partKind = iota
	partSlot              // {name} or {name:mode}
	partAgree             // {one/many}
	partCompare           // {two|more}
	partChoice            // (a|b)
	partOptional          // [ ... ]
	partSpeaker           // {I}, {my}, ...
)

type part struct {
	kind     partKind
	text     string // text, slot name, first alternative, speaker word
	other    string // mode, second alternative
	children []*Pattern
}

// speakerWords maps the words that follow the speaker to their forms for one
// speaker and for several.
var speakerWords = map[string][2]string{
	"I": {"I", "we"}, "I'm": {"I'm", "we're"}, "I've": {"I've", "we've"}, "I'd": {"I'd", "we'd"}, "I'll": {"I'll", "we'll"},
	"me": {"me", "us"}, "my": {"my", "our"}, "My": {"My", "Our"}, "mine": {"mine", "ours"}, "myself": {"myself", "ourselves"},
	"am": {"am", "are"}, "was": {"was", "were"}, "forme": {forMe, forMe},
}

// ParsePattern reads one fragment. Errors name the position.
func ParsePattern(source string) (*Pattern, error) {
	p := &patternParser{source: source}
	pattern, err := p.sequence("")
	if err != nil {
		return nil, fmt.Errorf("pattern %q: %w", source, err)
	}
	return pattern, nil
}

type patternParser struct {
	source string
	at     int
	depth  int
}

// sequence reads parts up to one of the closing signs, which it leaves.
func (p *patternParser) sequence(until string) (*Pattern, error) {
	if p.depth++; p.depth > 8 {
		return nil, fmt.Errorf("nested too deep at %d", p.at)
	}
	defer func() { p.depth-- }()
	pattern := &Pattern{Source: p.source}
	var text strings.Builder
	flush := func() {
		if text.Len() > 0 {
			pattern.parts = append(pattern.parts, part{kind: partText, text: text.String()})
			text.Reset()
		}
	}
	for p.at < len(p.source) {
		c := p.source[p.at]
		switch {
		case strings.IndexByte(until, c) >= 0:
			flush()
			return pattern, nil
		case c == '{':
			flush()
			one, err := p.brace()
			if err != nil {
				return nil, err
			}
			pattern.parts = append(pattern.parts, one)
		case c == '[':
			flush()
			p.at++
			inner, err := p.sequence("]")
			if err != nil {
				return nil, err
			}
			if p.at >= len(p.source) {
				return nil, fmt.Errorf("a [ is not closed")
			}
			p.at++
			pattern.parts = append(pattern.parts, part{kind: partOptional, children: []*Pattern{inner}})
		case c == '(' && p.isChoice():
			flush()
			one, err := p.choice()
			if err != nil {
				return nil, err
			}
			pattern.parts = append(pattern.parts, one)
		case c == '}' || c == ']':
			return nil, fmt.Errorf("a stray %q at %d", c, p.at)
		default:
			text.WriteByte(c)
			p.at++
		}
	}
	flush()
	return pattern, nil
}

func (p *patternParser) brace() (part, error) {
	end := strings.IndexByte(p.source[p.at:], '}')
	if end < 0 {
		return part{}, fmt.Errorf("a { at %d is not closed", p.at)
	}
	inner := p.source[p.at+1 : p.at+end]
	p.at += end + 1
	if _, ok := speakerWords[inner]; ok {
		return part{kind: partSpeaker, text: inner}, nil
	}
	if one, many, ok := strings.Cut(inner, "/"); ok {
		return part{kind: partAgree, text: one, other: many}, nil
	}
	if two, more, ok := strings.Cut(inner, "|"); ok {
		return part{kind: partCompare, text: two, other: more}, nil
	}
	name, mode, _ := strings.Cut(inner, ":")
	if name == "" || strings.ContainsAny(name, " {(") {
		return part{}, fmt.Errorf("{%s} is not a slot", inner)
	}
	return part{kind: partSlot, text: name, other: mode}, nil
}

// isChoice reports whether the parenthesis at the cursor holds a bar outside
// braces: without one it is literal.
func (p *patternParser) isChoice() bool {
	braces, level := 0, 0
	for i := p.at; i < len(p.source); i++ {
		switch p.source[i] {
		case '{':
			braces++
		case '}':
			braces--
		case '(':
			level++
		case ')':
			if level--; level == 0 {
				return false
			}
		case '|':
			if braces == 0 && level == 1 {
				return true
			}
		}
	}
	return false
}

func (p *patternParser) choice() (part, error) {
	one := part{kind: partChoice}
	for {
		p.at++ // the ( or |
		inner, err := p.sequence("|)")
		if err != nil {
			return part{}, err
		}
		one.children = append(one.children, inner)
		if p.at >= len(p.source) {
			return part{}, fmt.Errorf("a ( is not closed")
		}
		if p.source[p.at] == ')' {
			p.at++
			return one, nil
		}
	}
}

// Slots lists the slot names of the pattern, with repeats.
func (p *Pattern) Slots() []string {
	var names []string
	for _, one := range p.parts {
		if one.kind == partSlot {
			names = append(names, one.text)
		}
		for _, child := range one.children {
			names = append(names, child.Slots()...)
		}
	}
	return names
}

// lastSlot is the name of the pattern's last part if that is a slot, the only
// place where a long phrase may stand.
func (p *Pattern) lastSlot() string {
	for i := len(p.parts) - 1; i >= 0; i-- {
		switch one := p.parts[i]; one.kind {
		case partSlot:
			return one.text
		case partText:
			if strings.Trim(one.text, " ?.!") != "" {
				return ""
			}
		case partOptional:
			continue
		default:
			return ""
		}
	}
	return ""
}

// filler supplies what a pattern leaves open.
type filler struct {
	slot   func(name, mode string) (string, error)
	has    func(name string) bool
	choose func(n int) int
	plural bool // number of the subject
	two    bool // exactly two candidates are compared
	we     bool
}

// errUnfilled says that a pattern needs a slot that the call does not fill.
type errUnfilled struct{ slot string }

func (e errUnfilled) Error() string { return "nothing fills {" + e.slot + "}" }

// fill renders the pattern.
func (p *Pattern) fill(f *filler) (string, error) {
	var out strings.Builder
	for _, one := range p.parts {
		switch one.kind {
		case partText:
			out.WriteString(one.text)
		case partSpeaker:
			out.WriteString(speakerWords[one.text][index(f.we)])
		case partAgree:
			out.WriteString([2]string{one.text, one.other}[index(f.plural)])
		case partCompare:
			out.WriteString([2]string{one.other, one.text}[index(f.two)])
		case partChoice:
			text, err := one.children[f.choose(len(one.children))].fill(f)
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		case partOptional:
			inner := one.children[0]
			filled := true
			for _, name := range inner.Slots() {
				filled = filled && f.has(name)
			}
			if filled {
				text, err := inner.fill(f)
				if err != nil {
					return "", err
				}
				out.WriteString(text)
			}
		case partSlot:
			if !f.has(one.text) {
				return "", errUnfilled{one.text}
			}
			text, err := f.slot(one.text, one.other)
			if err != nil {
				return "", err
			}
			out.WriteString(text)
		}
	}
	return out.String(), nil
}

func index(b bool) int {
	if b {
		return 1
	}
	return 0
}
