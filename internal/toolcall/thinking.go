package toolcall

import "strings"

// thinkingMarks are the pairs that families put around their thoughts.
var thinkingMarks = [...]struct{ open, close string }{
	{"<think>", "</think>"},
	{"<seed:think>", "</seed:think>"},
	{"[THINK]", "[/THINK]"},
	{"<|START_THINKING|>", "<|END_THINKING|>"},
	{"<|inner_prefix|>", "<|inner_suffix|>"},
	{"<|channel>thought", "<channel|>"}, // Gemma 4
}

// thoughtEnd is the mark that closes a thought opened by a mark; "" if that opens
// none.
func thoughtEnd(open string) string {
	for _, mark := range thinkingMarks {
		if mark.open == open {
			return mark.close
		}
	}
	return ""
}

// splitThinking takes the thoughts out of a text. Thoughts stand before the
// calls: behind the first of the given markers, and inside a quoted string, the
// same marks are data. A thought that does not end takes the rest; a lone closing
// mark ends a thought that began before the text did, as servers hand it out
// where the template itself opens the thought.
func splitThinking(text string, markers []string) (content, reasoning string) {
	var kept, thoughts []string
	if i, size := loneClose(text, markers); i >= 0 {
		thoughts = append(thoughts, strings.TrimSpace(text[:i]))
		text = text[i+size:]
	}
	starts := newPrefixes(markers)
	for text != "" {
		i, open, closing := nextThought(text, &starts)
		if i < 0 {
			break
		}
		kept = append(kept, text[:i])
		thought, after, _ := strings.Cut(text[i+len(open):], closing)
		thoughts = append(thoughts, strings.TrimSpace(thought))
		text = after
	}
	kept = append(kept, text)
	return strings.TrimSpace(strings.Join(kept, "")), strings.TrimSpace(strings.Join(thoughts, "\n"))
}

// nextThought finds the first opening mark that counts; at is -1 without one.
func nextThought(text string, markers *prefixes) (at int, open, closing string) {
	var line quoting
	for i := range len(text) {
		if c := text[i]; (c == '<' || c == '[') && !line.inside() {
			for _, mark := range thinkingMarks {
				if strings.HasPrefix(text[i:], mark.open) {
					return i, mark.open, mark.close
				}
			}
		}
		if markers.at(text[i:]) {
			break
		}
		line.step(text[i])
	}
	return -1, "", ""
}

// loneClose finds a closing mark that no opening one stands before; at is -1
// without one.
func loneClose(text string, markers []string) (at, size int) {
	for _, mark := range thinkingMarks {
		i := strings.Index(text, mark.close)
		if i < 0 {
			continue
		}
		if open := strings.Index(text, mark.open); open >= 0 && open < i {
			continue
		}
		var line quoting
		for j := strings.LastIndexByte(text[:i], '\n') + 1; j < i; j++ {
			line.step(text[j])
		}
		if !line.inside() && !(containsAny(text[:i], markers) && insideValue(text[i:], markers)) {
			return i, len(mark.close)
		}
	}
	return -1, 0
}

// valueEnds are what ends a value that grammars write without quotes.
var valueEnds = [...]string{
	"</parameter>", "</arg_value>", "</｜DSML｜parameter>", "</steptml:parameter>", "<escape>", `<|"|>`, "</tool_call>",
}

// insideValue reports whether a text, which follows the start of a call, goes on
// inside that call: a value ends before another call starts.
func insideValue(text string, markers []string) bool {
	end := len(text)
	for _, mark := range valueEnds {
		if i := strings.Index(text[:end], mark); i >= 0 {
			end = i
		}
	}
	return end < len(text) && !containsAny(text[:end], markers)
}

// quoting follows the quotes on a line: whether a position is inside a string.
// A single quote opens one only where code would, so that apostrophes do not.
type quoting struct {
	quote, last byte // last: before the position, white space left out
	escaped     bool
}

func (q *quoting) inside() bool { return q.quote != 0 }

func (q *quoting) step(c byte) {
	switch {
	case c == '\n':
		*q = quoting{}
		return
	case q.escaped:
		q.escaped = false
	case q.inside() && c == '\\':
		q.escaped = true
	case q.inside():
		if c == q.quote {
			q.quote = 0
		}
	case c == '"', c == '\'' && q.last != 0 && strings.IndexByte("=([{:,", q.last) >= 0:
		q.quote = c
	}
	if c != ' ' && c != '\t' {
		q.last = c
	}
}

// prefixes are strings by their first byte.
type prefixes [256][]string

func newPrefixes(all []string) (p prefixes) {
	for _, s := range all {
		p[s[0]] = append(p[s[0]], s)
	}
	return p
}

// at reports whether a text starts with one of the strings.
func (p *prefixes) at(text string) bool {
	for _, s := range p[text[0]] {
		if strings.HasPrefix(text, s) {
			return true
		}
	}
	return false
}
