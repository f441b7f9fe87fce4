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
			if len(opened) == 0 || (opened[len(opened)-1] == '(') != (r == ')') {
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
	case 'a' <= r && r <= 'z':
		return ""
	case r == ' ':
		if before == ' ' || before == '(' {
			return "space"
		}
	case isStop(r) || r == ')':
		if before == ' ' || r != ')' && (before == '(' || isStop(before) && (isPause(r) || isPause(before))) {
			return "stop"
		}
	case isSign(r):
		return "sign"
	}
	return ""
}

func isStop(r rune) bool { return r == '.' || r == '!' || r == '?' || r == ',' || r == ';' || r == ':' }

// isPause reports whether a stop stands alone, unlike those of "?!".
func isPause(r rune) bool { return r == '.' || r == ',' || r == ';' || r == ':' }

// isSign reports whether a character has no place in plain prose.
func isSign(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7F || strings.IndexByte("{}[]|_<>\\", byte(r)) >= 0
	}
	return r == utf8.RuneError || r < 0xA0 || unicode.In(r, unicode.Co, unicode.Cf)
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
