package toolcall

import "strings"

// thinkingMarks are the pairs that families put around their thoughts.
var thinkingMarks = [...]struct{ open, close string }{
	{"<think>", "</think>"},
	{"<seed:think>", "</seed:think>"},
	{"[THINK]", "[/THINK]"},
	{"<|START_THINKING|>", "<|END_THINKING|>"},
	{"<|inner_prefix|>", "<|inner_suffix|>"},
}

// splitThinking takes the thoughts out of a text. A mark counts where prose
// stands before it on its line, not inside a value of a call, where it is data.
// A thought that does not end takes the rest; a lone closing mark ends a thought
// that began before the text did, as servers hand it out when the template
// itself opens the thought.
func splitThinking(text string) (content, reasoning string) {
	var kept, thoughts []string
	rest := text
	if i, size := loneClose(rest); i >= 0 {
		thoughts = append(thoughts, strings.TrimSpace(rest[:i]))
		rest = rest[i+size:]
	}
	for {
		i, open, closing := nextThought(rest)
		if i < 0 {
			break
		}
		kept = append(kept, rest[:i])
		rest = rest[i+len(open):]
		thought, after, ok := strings.Cut(rest, closing)
		thoughts = append(thoughts, strings.TrimSpace(thought))
		rest = after
		if !ok {
			break
		}
	}
	kept = append(kept, rest)
	return strings.TrimSpace(strings.Join(kept, "")), strings.TrimSpace(strings.Join(thoughts, "\n"))
}

// nextThought finds the first opening mark that counts.
func nextThought(text string) (at int, open, closing string) {
	prose := true // the line so far is nothing but prose
	for i := range len(text) {
		switch text[i] {
		case '\n':
			prose = true
		case '<', '[':
			for _, mark := range thinkingMarks {
				if prose && strings.HasPrefix(text[i:], mark.open) {
					return i, mark.open, mark.close
				}
			}
			prose = false
		case '"', '\'', '{', '>':
			prose = false
		}
	}
	return -1, "", ""
}

// loneClose finds a closing mark before any opening one.
func loneClose(text string) (at, size int) {
	for _, mark := range thinkingMarks {
		i := strings.Index(text, mark.close)
		if i < 0 {
			continue
		}
		if open := strings.Index(text, mark.open); open >= 0 && open < i {
			continue
		}
		line := text[strings.LastIndexByte(text[:i], '\n')+1 : i]
		after := strings.TrimLeft(text[i+len(mark.close):], " \t\r")
		if !strings.ContainsAny(line, "\"'") || after == "" || strings.IndexByte("\n<[{", after[0]) >= 0 {
			return i, len(mark.close)
		}
	}
	return -1, 0
}
