package toolcall

import (
	"slices"
	"strings"
)

// tagGrammar is a language of tags in which a call is an element and each
// argument an element inside it, whose value is bare text: nothing in it is
// escaped, "<" and "<![CDATA[" are themselves.
type tagGrammar struct {
	call, argument tag
	// block stands around one call or several, other are marks that may stand
	// beside them and mean nothing more.
	block tag
	other []string
	// bare says that the grammar itself takes calls without the block.
	bare bool
	// alike is the repair told of each call where the marks only look right.
	alike string
	// newlines says which line breaks around a value are not part of it.
	newlines newlines
}

// inner are the marks that stand only inside a call or behind it.
func (g *tagGrammar) inner() []string {
	return []string{g.argument.open, g.argument.close, g.call.close, g.block.close}
}

// tag is an element: the fixed part of its opening and its closing.
type tag struct{ open, close string }

// newlines is a rule for the line breaks just inside an argument's tags.
type newlines uint8

const (
	newlinesKept   newlines = iota
	newlinesEach            // one on each side, if it is there
	newlinesPaired          // one on each side, if both are there
)

func (rule newlines) strip(s string) string {
	inner := s
	if rest, ok := strings.CutPrefix(inner, "\r\n"); ok {
		inner = rest
	} else {
		inner = strings.TrimPrefix(inner, "\n")
	}
	front := len(inner) < len(s)
	trimmed := strings.TrimSuffix(strings.TrimSuffix(inner, "\n"), "\r")
	if !strings.HasSuffix(inner, "\n") {
		trimmed = inner
	}
	if rule == newlinesEach || rule == newlinesPaired && front && len(trimmed) < len(inner) {
		return trimmed
	}
	return s
}

// parse reads all calls of a text.
func (g *tagGrammar) parse(in *input) Result {
	pairs := in.tagPairs(g.argument)
	marks := append([]string{g.call.open, g.block.open, g.block.close}, g.other...)
	inside, empty := false, false // of a block; of one that no call was in yet
	block := 0                    // where it opened
	for in.spend(0) && !in.tooMany {
		from := in.at
		mark := in.between(marks)
		start := in.at - len(mark)
		if empty && mark != g.call.open && !slices.Contains(g.other, mark) {
			g.emptyBlock(in, block, in.text[from:start], mark)
		}
		switch mark {
		case "":
			return in.finish()
		case g.block.open:
			inside, empty, block = true, true, start
		case g.block.close:
			inside, empty = false, false
		case g.call.open:
			if !inside && !g.bare {
				in.note("no %s", g.block.open)
			}
			empty = false
			if g.alike != "" {
				in.note("%s", g.alike)
			}
			if err := g.element(in, pairs); err != nil {
				in.problem(start, err)
				in.at = start + len(mark)
			}
		}
	}
	return in.finish()
}

// emptyBlock tells of a block, open since an offset, in which something other
// than a call stands up to a mark. The opening of a call may be cut off itself.
func (g *tagGrammar) emptyBlock(in *input, block int, text, mark string) {
	at := in.at
	if mark != "" || !strings.HasPrefix(g.call.open, strings.TrimSpace(text)) {
		in.at = block + len(g.block.open)
	}
	in.problem(block, in.failf("want %s", g.call.open))
	in.at = at
}

// element reads a call behind its opening.
func (g *tagGrammar) element(in *input, pairs map[int]int) error {
	name, _, err := in.tagHead(g.call)
	if err != nil {
		return err
	}
	var arguments members
	for {
		in.skipSpace()
		switch {
		case in.literal(g.call.close):
			return in.accept("", name, arguments.value())
		case in.literal(g.argument.open):
			if err := g.member(in, name, pairs, &arguments); err != nil {
				return err
			}
		case in.peek() == '{' && len(arguments.list) == 0:
			v, err := in.readArguments()
			if err != nil {
				return err
			}
			in.note("the arguments as one JSON object")
			if in.skipSpace(); !in.literal(g.call.close) {
				in.note("no %s", g.call.close)
			}
			return in.accept("", name, v)
		case in.atEnd():
			return errEnd // more arguments may be cut off
		case g.ends(in, in.at) && (len(arguments.list) > 0 || strings.HasPrefix(in.rest(), g.block.close)):
			in.note("no %s", g.call.close)
			return in.accept("", name, arguments.value())
		default:
			return in.failf("want %s or %s", g.argument.open, g.call.close)
		}
	}
}

// member reads an argument behind its opening.
func (g *tagGrammar) member(in *input, function string, pairs map[int]int, arguments *members) error {
	end, paired := pairs[in.at]
	key, kind, err := in.tagHead(g.argument)
	if err != nil {
		return err
	}
	start := in.at
	if paired && end >= start && g.goesOn(in, end+len(g.argument.close)) {
		in.spend(end - start)
		in.at = end + len(g.argument.close)
	} else if end, err = g.valueEnd(in, function); err != nil {
		return err
	}
	raw := g.newlines.strip(in.text[start:end])
	// It may be meant so, or a tag before it was broken and the value goes on too far.
	if in.spend(len(raw)); containsAny(raw, []string{g.argument.open, strings.TrimSuffix(g.argument.close, ">"), g.call.open, g.call.close}) {
		in.note("a value that holds tags of its own kind")
	}
	if arguments.set(key, in.tagValue(function, key, kind, raw)) {
		in.note("%q given twice, the last one counts", key)
	}
	return nil
}

// tagHead reads the rest of an opening tag: the name itself where the tag's fixed
// part ends in "=", else attributes. Of those name is wanted; the value of
// "string", which says whether the argument is text, is returned too.
func (in *input) tagHead(of tag) (name, kind string, err error) {
	const longest = 1024
	end := strings.IndexByte(in.text[in.at:min(len(in.text), in.at+longest)], '>')
	if end < 0 {
		if in.at+longest >= len(in.text) {
			return "", "", errEnd
		}
		return "", "", in.failf("want a tag that closes")
	}
	head := strings.TrimSpace(in.text[in.at : in.at+end])
	in.spend(end)
	if strings.HasSuffix(of.open, "=") {
		if name = strings.Trim(head, `"'`); name != head {
			in.note("the name %s in quotes", head)
		}
	} else if attributes, ok := readAttributes(head); ok {
		name, kind = attributes["name"], attributes["string"]
	}
	if name == "" || strings.ContainsAny(name, "<=\"\n") {
		return "", "", in.failf("want a name in the tag")
	}
	in.at += end + 1
	return name, kind, nil
}

// readAttributes reads name="value" pairs, in either quotes or without; false if
// anything else stands between them.
func readAttributes(head string) (map[string]string, bool) {
	attributes := map[string]string{}
	for head = strings.TrimSpace(head); head != ""; head = strings.TrimSpace(head) {
		name, rest, ok := strings.Cut(head, "=")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t\n\"'") {
			return nil, false
		}
		rest = strings.TrimLeft(rest, " \t\n")
		switch {
		case rest == "":
			return nil, false
		case rest[0] == '"' || rest[0] == '\'':
			end := strings.IndexByte(rest[1:], rest[0])
			if end < 0 {
				return nil, false
			}
			attributes[name], head = rest[1:1+end], rest[end+2:]
		default:
			bare := rest
			if end := strings.IndexAny(rest, " \t\n"); end >= 0 {
				bare = rest[:end]
			}
			if strings.ContainsAny(bare, "\"'=") {
				return nil, false
			}
			attributes[name], head = bare, rest[len(bare):]
		}
	}
	return attributes, true
}

// tagValue types the bare text of an argument: by the tag, if that says so, or
// by the schema.
func (in *input) tagValue(function, key, kind, raw string) value {
	switch kind {
	case "true":
		return textValue(raw)
	case "false":
		if v, repairs, err := decodeText(raw); err == nil {
			for _, repair := range repairs {
				in.note("%s", repair)
			}
			return v
		}
		in.note("%q is no JSON, though its tag says so", key)
	}
	return in.rawArgument(function, key, raw)
}

// tagPairs finds, for each opening tag of an argument, the closing tag that
// balances it: from the offset behind the opening to that of the closing. A value
// may so hold whole elements of the same kind as text.
func (in *input) tagPairs(argument tag) map[int]int {
	pairs := map[int]int{}
	var open []int
	for at := 0; at < len(in.text); {
		next := strings.IndexByte(in.text[at:], argument.open[0])
		if next < 0 {
			break
		}
		at += next
		switch {
		case strings.HasPrefix(in.text[at:], argument.open):
			at += len(argument.open)
			open = append(open, at)
		case strings.HasPrefix(in.text[at:], argument.close):
			if n := len(open); n > 0 {
				pairs[open[n-1]] = at
				open = open[:n-1]
			}
			at += len(argument.close)
		default:
			at++
		}
	}
	in.spend(len(in.text))
	return pairs
}

// valueEnd finds the end of a value whose tags do not balance and moves behind
// its closing tag. That counts where the call goes on or ends behind it. Where it
// is missing, the value ends before a tag at the start of a line, before an
// argument that the tool has, or before the end of the call.
func (g *tagGrammar) valueEnd(in *input, function string) (int, error) {
	closed, called := false, false // a closing tag went by, the start of a call went by
	for in.spend(0) {
		_, mark := in.until(g.argument.close, g.argument.open, g.call.close, g.call.open)
		at := in.at - len(mark)
		switch {
		case mark == "":
			return at, errEnd
		case mark == g.argument.close && in.closes(g.argument.close, func(at int) bool { return g.goesOn(in, at) }):
			return at, nil
		case mark == g.argument.close:
			closed = true
		case mark == g.call.open && !closed:
			called = true
		case mark == g.call.open,
			called && mark == g.argument.open && g.startsArgument(in, function, at):
			return at, in.failf("a call in the middle of an argument")
		case mark == g.argument.open && g.startsArgument(in, function, at), mark == g.call.close && g.ends(in, in.at):
			in.note("no %s", g.argument.close)
			in.at = at
			return at, nil
		}
	}
	return in.at, errBudget
}

// closes reports whether the closing tag of an argument, just read, ends its
// value. One that stands there several times is read once.
func (in *input) closes(closing string, goesOn func(at int) bool) bool {
	if goesOn(in.at) {
		return true
	}
	start := in.at
	for in.spaced(closing) {
		if goesOn(in.at) {
			in.note("%s several times", closing)
			return true
		}
	}
	in.at = start
	return false
}

// startsArgument reports whether an opening tag at an offset, whose fixed part
// was read, rather begins the next argument than belongs to a value.
func (g *tagGrammar) startsArgument(in *input, function string, at int) bool {
	if startsLine(in.text, at) {
		return true
	}
	start := in.at
	key, _, err := in.tagHead(g.argument)
	in.at = start
	return err == nil && in.parameters(function).known[key]
}

// goesOn reports whether behind an offset another argument begins, or the call
// or the text ends.
func (g *tagGrammar) goesOn(in *input, at int) bool {
	rest := strings.TrimLeft(in.text[at:], " \t\r\n")
	return strings.HasPrefix(rest, g.argument.open) || strings.HasPrefix(rest, g.call.close) || g.ends(in, at)
}

// ends reports whether behind an offset the text or the call's block ends, or
// another call begins.
func (g *tagGrammar) ends(in *input, at int) bool {
	rest := strings.TrimLeft(in.text[at:], " \t\r\n")
	if rest == "" {
		return true
	}
	for _, mark := range append([]string{g.call.open, g.block.open, g.block.close}, g.other...) {
		if strings.HasPrefix(rest, mark) {
			return true
		}
	}
	return false
}
