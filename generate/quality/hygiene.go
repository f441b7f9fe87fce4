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

// chatMarkers begin or end turns and calls in the formats that models are trained in.
var chatMarkers = []string{"<|", "|>", "tool_call>", "[TOOL_CALLS]", "[INST]", "</s>", "<start_of_turn>", "<end_of_turn>"}

// placeholders stand for values that nobody has thought up.
var placeholders = []string{"john doe", "jane doe", "example.com", "example.org", "lorem ipsum", "123-456", "xxx", "placeholder"}

// simulatedHygiene wants clean texts, no markers of chat formats anywhere, and results
// of values that somebody thought up.
func (c *check) simulatedHygiene() error {
	if err := c.hygiene(); err != nil {
		return err
	}
	c.markers()
	c.placeholders()
	return nil
}

func (c *check) markers() {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		for _, marker := range chatMarkers {
			if strings.Contains(message.Content, marker) || strings.Contains(message.Reasoning, marker) {
				c.report("marker", i, marker, "a marker of a chat format")
			}
		}
	}
}

func (c *check) placeholders() {
	for i := range c.record.Messages {
		message := &c.record.Messages[i]
		if message.Role != button.RoleTool {
			continue
		}
		small := strings.ToLower(message.Content)
		for _, placeholder := range placeholders {
			if wordAt(small, placeholder, 0) >= 0 && !c.userSaid(placeholder, i) {
				c.report("placeholder", i, placeholder, "a placeholder for a value")
			}
		}
	}
}

func (c *check) clean(message int, text string) {
	if flaw, at := untidy(text, c.record.Mode == button.ModeSimulated); flaw != "" {
		c.report(flaw, message, around(text, min(at, len(text)-1)), "at byte %d", at)
	}
}

// userSaid reports whether the user said a text, in any case, before a message.
func (c *check) userSaid(text string, message int) bool {
	for i := range message {
		if c.record.Messages[i].Role == button.RoleUser && wordAt(strings.ToLower(c.record.Messages[i].Content), text, 0) >= 0 {
			return true
		}
	}
	return false
}

// Flaw names the first thing that makes a text untidy which a model wrote freely,
// and its place in bytes; "" for a clean text.
func Flaw(text string) (flaw string, at int) { return untidy(text, true) }

// untidy names the first flaw of a text and its place; "" for a clean text. What a
// model writes freely may have lines, an ellipsis, and underscores inside words.
func untidy(text string, free bool) (flaw string, at int) {
	if text == "" || !strings.ContainsFunc(text, unicode.IsLetter) {
		return "empty", 0
	}
	var pairs pairing
	before := ' '
	begin, word := -1, "" // of the word that runs, and the word before it
	for i, r := range text {
		if flaw := joint(before, r); flaw != "" && !(free && mayStand(text, i, before, r)) {
			return flaw, i
		}
		if !pairs.take(r) {
			return "unbalanced", i
		}
		switch {
		case isWordRune(r) && begin < 0:
			begin = i
		case !isWordRune(r) && begin >= 0:
			if doubled(word, text[begin:i]) && !beginsCode(text[i:]) {
				return "doubled_word", begin
			}
			word, begin = text[begin:i], -1
		}
		if r != ' ' && begin < 0 {
			word = "" // a stop stands between
		}
		before = r
	}
	switch {
	case begin >= 0 && doubled(word, text[begin:]):
		return "doubled_word", begin
	case before == ' ':
		return "space", len(text) - 1
	case pairs.straight || len(pairs.opened) > 0:
		return "unbalanced", len(text) - 1
	}
	return "", 0
}

// doubled reports whether a word repeats the one before it; numbers may.
func doubled(before, word string) bool {
	return strings.EqualFold(before, word) && !(word[0] >= '0' && word[0] <= '9')
}

// beginsCode reports whether what follows a word makes a code of it, as in "is
// IS-79847".
func beginsCode(rest string) bool {
	if !strings.ContainsRune("-/_", rune(rest[0])) {
		return false
	}
	end := strings.IndexFunc(rest[1:], func(r rune) bool { return !isWordRune(r) && r != '-' && r != '/' && r != '_' })
	if end < 0 {
		end = len(rest) - 1
	}
	return strings.ContainsAny(rest[1:1+end], "0123456789")
}

// pairing follows quotation marks and brackets.
type pairing struct {
	opened   []rune
	straight bool // a straight quotation mark is open
}

// take reads one character; false if it closes what is not open.
func (p *pairing) take(r rune) bool {
	switch r {
	case '"':
		p.straight = !p.straight
	case '(', '“':
		p.opened = append(p.opened, r)
	case ')', '”':
		last := len(p.opened) - 1
		if last < 0 || (p.opened[last] == '(') != (r == ')') {
			return false
		}
		p.opened = p.opened[:last]
	}
	return true
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

// mayStand reports whether a flaw of constructed prose is none in free prose.
func mayStand(text string, i int, before, r rune) bool {
	switch r {
	case '\n':
		return true
	case '.':
		return before == '.'
	case '_':
		return i > 0 && i+1 < len(text) && isWord(text[i-1]) && isWord(text[i+1])
	}
	return false
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

func isWordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '\'' || r == '’'
}
