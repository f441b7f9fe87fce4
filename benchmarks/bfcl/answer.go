package bfcl

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// The error types of the agentic categories, as upstream writes them.
const (
	ErrorAgenticInference = "agentic:inference_error"
	ErrorNoLastMessage    = "agentic:no_last_message"
	ErrorAnswerNotFound   = "agentic:answer_not_found"
)

// JudgeAnswer judges the result of an agentic entry: one turn of raw steps, of which
// the last that does not decode to calls is the final message. It is right when any
// of the answers stands in it as words of its own (bfcl.md section 9). The error is
// one of the data, not of the result.
func (e *Entry) JudgeAnswer(mode Mode, raw python.Value) (Judgement, error) {
	if e.Category.Checker != CheckAnswer {
		return Judgement{}, fmt.Errorf("the category %s is not judged by a final answer", e.Category.Name)
	}
	turns, ok := raw.(*python.List)
	if !ok || len(turns.Items) != 1 {
		return invalid(failure{errorType: ErrorAgenticInference, wanted: "the result is no list of one turn"}), nil
	}
	steps, ok := turns.Items[0].(*python.List)
	if !ok {
		return invalid(failure{errorType: ErrorAgenticInference, wanted: "the turn is no list of steps"}), nil
	}
	for i := len(steps.Items) - 1; i >= 0; i-- {
		texts, err := DecodeExecution(mode, steps.Items[i])
		if err == nil && len(texts) > 0 {
			continue
		}
		return e.judgeMessage(steps.Items[i])
	}
	return invalid(failure{errorType: ErrorNoLastMessage, wanted: "there is no message without calls"}), nil
}

// judgeMessage judges a final message.
func (e *Entry) judgeMessage(message python.Value) (Judgement, error) {
	answers, err := e.Answers()
	if err != nil {
		return Judgement{}, err
	}
	if list, ok := message.(*python.List); ok && len(list.Items) > 0 {
		message = list.Items[0]
	}
	text, err := python.Str(message)
	if err != nil {
		return invalid(failure{errorType: ErrorAnswerNotFound, wanted: "the final message has no text"}), nil
	}
	said := plainAnswer(text)
	for _, answer := range answers {
		if standsIn(said, plainAnswer(answer)) {
			return Judgement{Valid: true}, nil
		}
	}
	return invalid(failure{errorType: ErrorAnswerNotFound, wanted: "none of the answers stands in the final message"}), nil
}

// plainAnswer is a text without the signs that do not count, in lower case.
func plainAnswer(text string) string {
	return strings.ReplaceAll(python.Lower(strings.Map(func(r rune) rune {
		if strings.ContainsRune(",./-_*^()", r) {
			return -1
		}
		return r
	}, text)), "'", `"`)
}

// standsIn is re.search(r"\b" + re.escape(words) + r"\b", text).
func standsIn(text, words string) bool {
	for from := 0; from <= len(text); {
		at := strings.Index(text[from:], words)
		if at < 0 {
			return false
		}
		at += from
		if isBoundary(text, at) && isBoundary(text, at+len(words)) {
			return true
		}
		_, size := utf8.DecodeRuneInString(text[at:])
		from = at + max(1, size)
	}
	return false
}

// isBoundary reports whether a word begins or ends at a place of a text.
func isBoundary(text string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(text[:at])
	after, _ := utf8.DecodeRuneInString(text[at:])
	return (at > 0 && python.IsWord(before)) != (at < len(text) && python.IsWord(after))
}
