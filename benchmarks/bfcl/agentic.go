package bfcl

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// The error types of agentic categories, as upstream writes them.
const (
	ErrorAgentInference = "agentic:inference_error"
	errorNoLastMessage  = "agentic:no_last_message"
	errorNoAnswer       = "agentic:answer_not_found"
)

// JudgeAgent judges the raw result of an agentic entry, a list of one turn: its
// last step that does not decode to calls is the final message, which must hold one
// of the accepted answers.
func (e *Entry) JudgeAgent(mode Mode, raw python.Value) (Judgement, error) {
	answers, err := e.Answers()
	if err != nil {
		return Judgement{}, err
	}
	turns, ok := raw.(*python.List)
	if !ok || len(turns.Items) != 1 {
		return invalid(failure{errorType: ErrorAgentInference, wanted: "the result is no list of one turn"}), nil
	}
	var message python.Value
	if steps, ok := turns.Items[0].(*python.List); ok {
		for _, step := range steps.Items {
			if calls, err := DecodeExecution(mode, step); err != nil || len(calls) == 0 {
				message = step
			}
		}
	}
	if !python.Truth(message) {
		return invalid(failure{errorType: errorNoLastMessage, wanted: "there is no final message"}), nil
	}
	if HoldsAnswer(message, answers) {
		return Judgement{Valid: true}, nil
	}
	return invalid(failure{errorType: errorNoAnswer, wanted: "the final message holds none of the accepted answers"}), nil
}

// HoldsAnswer reports whether a final message holds one of the answers as whole
// words, whatever the case and the signs , . / - _ * ^ ( ). A list counts by its
// first element, another value by its text.
func HoldsAnswer(message python.Value, answers []string) bool {
	if list, ok := message.(*python.List); ok && len(list.Items) > 0 {
		message = list.Items[0]
	}
	text, err := python.Str(message)
	if err != nil {
		return false
	}
	text = standardiseAnswer(text)
	for _, answer := range answers {
		if holdsWords(text, standardiseAnswer(answer)) {
			return true
		}
	}
	return false
}

func standardiseAnswer(text string) string {
	kept := make([]byte, 0, len(text))
	for i := 0; i < len(text); i++ {
		switch c := text[i]; c {
		case ',', '.', '/', '-', '_', '*', '^', '(', ')':
		default:
			kept = append(kept, c)
		}
	}
	return strings.ReplaceAll(python.Lower(string(kept)), "'", `"`)
}

// holdsWords searches for words with a word boundary on both sides.
func holdsWords(text, words string) bool {
	for from := 0; from <= len(text); from++ {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return false
		}
		from += at
		if isBoundary(text, from) && isBoundary(text, from+len(words)) {
			return true
		}
	}
	return false
}

// isBoundary is Python's \b: a word character on exactly one side.
func isBoundary(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return (at > 0 && python.IsWord(before)) != (at < len(text) && python.IsWord(after))
}
