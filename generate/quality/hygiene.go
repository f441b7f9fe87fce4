package quality

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// hygiene wants clean texts.
func (c *check) hygiene() error {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		switch {
		case message.Role == button.RoleUser, message.Role == button.RoleAssistant && len(message.ToolCalls) == 0:
			c.clean(i, message.Content)
		case message.Role == button.RoleAssistant && message.Content != "":
			c.clean(i, message.Content)
		}
		if message.Reasoning != "" {
			c.clean(i, message.Reasoning)
		}
	}
	return nil
}

func (c *check) clean(message int, text string) {
	if flaw, at := untidy(text); flaw != "" {
		c.report(flaw, message, around(text, min(at, len(text)-1)), "at byte %d", at)
	}
}

// untidy names the first flaw of a text and its place; "" for a clean text.
func untidy(text string) (flaw string, at int) {
	if text == "" || !strings.ContainsFunc(text, unicode.IsLetter) {
		return "empty", 0
	}
	var opened []rune
	straight := false
	before := ' '
	word, last := "", ""
	for i, r := range text {
		if flaw := joint(before, r); flaw != "" {
			return flaw, i
		}
		switch r {
		case '"':
			straight = !straight
		case '(', '“':
			opened = append(opened, r)
		case ')', '”':
			if len(opened) == 0 || opened[len(opened)-1] != map[rune]rune{')': '(', '”': '“'}[r] {
				return "unbalanced", i
			}
			opened = opened[:len(opened)-1]
		}
		if isWordRune(r) {
			if word == "" {
				start := i
				word = wordFrom(text, start)
				if last != "" && before == ' ' && strings.EqualFold(word, last) && !unicode.IsDigit(r) {
					return "doubled_word", i
				}
			}
		} else {
			if word != "" {
				last = word
			}
			if r != ' ' {
				last = ""
			}
			word = ""
		}
		before = r
	}
	switch {
	case before == ' ':
		return "space", len(text) - 1
	case straight || len(opened) > 0:
		return "unbalanced", len(text) - 1
	}
	return "", 0
}

// joint judges a character by the one before it.
func joint(before, r rune) string {
	switch {
	case r == utf8.RuneError, r < ' ', r >= 0x7F && r < 0xA0, unicode.Is(unicode.Co, r), unicode.Is(unicode.Cf, r), strings.ContainsRune("{}[]|_<>\\", r):
		return "sign"
	case r == ' ' && before == ' ':
		return "space"
	case strings.ContainsRune(",.;:!?)", r) && before == ' ':
		return "stop"
	case strings.ContainsRune(",;:.", r) && strings.ContainsRune(",;:.!?(", before), strings.ContainsRune("!?", r) && strings.ContainsRune(",;:.(", before):
		return "stop"
	case r == ' ' && before == '(':
		return "space"
	}
	return ""
}

// wordFrom returns the word that begins at a place.
func wordFrom(text string, start int) string {
	end := start
	for end < len(text) {
		r, size := utf8.DecodeRuneInString(text[end:])
		if !isWordRune(r) {
			break
		}
		end += size
	}
	return text[start:end]
}

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
}
