package gta

import (
	"strings"
)

// The keywords of upstream's text protocol.
const (
	reactFinalKey  = "Final Answer:"
	reactActionKey = "Action:"
	reactInputKey  = "Action Input:"
)

// parseReAct reads one step as upstream's parser does: everything behind the last
// "Final Answer:" is the answer; otherwise the last "Action:" line names the tool
// and everything behind "Action Input:" is its arguments, blanks, double quotes
// and a JSON fence stripped.
func parseReAct(text string) step {
	if at := strings.LastIndex(text, reactFinalKey); at >= 0 {
		return step{answer: strings.TrimSpace(text[at+len(reactFinalKey):])}
	}
	name, found := lastAction(text)
	input := lastInput(text)
	if !found || input < 0 {
		return step{called: true, fault: faultNoAction, detail: limit("neither an action with its input nor a final answer: " + text)}
	}
	return step{called: true, name: name, raw: unfence(strings.Trim(text[input:], " \t\r\n\""))}
}

// lastAction is the rest of the last line that holds "Action:". The input's own
// keyword does not count.
func lastAction(text string) (string, bool) {
	name, found := "", false
	for _, line := range strings.Split(text, "\n") {
		if at := strings.LastIndex(line, reactActionKey); at >= 0 {
			name, found = strings.Trim(line[at+len(reactActionKey):], " \t\r\""), true
		}
	}
	return name, found
}

// lastInput is where the arguments begin, or -1. The pattern is greedy towards
// the end of the text, so it starts at the first keyword.
func lastInput(text string) int {
	at := strings.Index(text, reactInputKey)
	if at < 0 {
		return -1
	}
	return at + len(reactInputKey)
}

func unfence(text string) string {
	if rest, ok := strings.CutPrefix(text, "```json"); ok {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "```"))
	}
	if rest, ok := strings.CutPrefix(text, "```"); ok {
		return strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "```"))
	}
	return text
}
