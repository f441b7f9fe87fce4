package gta

import (
	"regexp"
	"strings"
)

// The keywords of upstream's text protocol.
const (
	reactFinalKey  = "Final Answer:"
	reactActionKey = "Action:"
	reactInputKey  = "Action Input:"
)

// parseReAct reads one step as upstream's parser does, slips included. Everything
// behind the last "Final Answer:" is the answer, wherever it stands. Otherwise the
// last line that holds "Action:" and ends in a line break names the tool, also
// where that line belongs to the arguments; and everything behind the first
// "Action Input:" is the arguments, which takes in whatever the model wrote after
// them.
func parseReAct(text string) step {
	if at := strings.LastIndex(text, reactFinalKey); at >= 0 {
		return step{answer: strings.TrimSpace(text[at+len(reactFinalKey):])}
	}
	name, found := lastAction(text)
	input := strings.Index(text, reactInputKey)
	if !found || input < 0 {
		return step{called: true, fault: faultNoAction, detail: limit("neither an action with its input nor a final answer: " + text)}
	}
	arguments := strings.TrimSpace(text[input+len(reactInputKey):])
	return step{called: true, name: name, raw: unfence(strings.Trim(arguments, `"`))}
}

// lastAction is the rest of the last whole line that holds "Action:", from the
// first of them on that line.
func lastAction(text string) (name string, found bool) {
	for {
		line, rest, whole := strings.Cut(text, "\n")
		if !whole {
			return name, found
		}
		if _, after, holds := strings.Cut(line, reactActionKey); holds {
			name, found = strings.TrimSpace(after), true
		}
		text = rest
	}
}

// fenced is upstream's pattern for arguments in a code block: the closing fence
// stands on a line of its own, the opening one may be missing but must say json.
var fenced = regexp.MustCompile("(?s)^\\s*(?:```json\n)?(.*)\n```\\s*$")

func unfence(text string) string {
	if found := fenced.FindStringSubmatch(text); found != nil {
		return strings.TrimSpace(found[1])
	}
	return text
}
