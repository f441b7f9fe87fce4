package seeds

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// MaxFunctions is the most function names of a seed.
	MaxFunctions    = 64
	maxFunctionName = 128 // bytes; what is longer is no name
	minTextLimit    = 100
	// The parts of the text limit that one turn may take: what people say counts for
	// more than what machines do.
	spokenPart, machinePart = 4, 10
	ellipsis                = "…"
)

// excerpt gathers what a seed keeps of an item.
type excerpt struct {
	limit     int // of text and of request, bytes
	text      []byte
	request   []byte
	functions []string
}

// speaker is who has a turn in an excerpt.
type speaker string

const (
	user      speaker = "User"
	assistant speaker = "Assistant"
	call      speaker = "Call"
	result    speaker = "Result"
)

// say adds a turn. Empty ones are left out.
func (e *excerpt) say(who speaker, text string) {
	part := spokenPart
	if who == call || who == result {
		part = machinePart
	}
	if text = tidy(text, e.limit/part); text == "" {
		return
	}
	if who == user {
		e.request = appendBounded(e.request, text, e.limit)
	}
	e.text = appendBounded(e.text, string(who)+": "+text, e.limit)
}

// whole makes the user's text all there is.
func (e *excerpt) whole(text string) {
	e.text = append(e.text, tidy(text, e.limit)...)
	e.request = e.text
}

// function adds a name that is not there yet.
func (e *excerpt) function(name string) {
	name = tidy(name, maxFunctionName+1)
	if name == "" || len(name) > maxFunctionName || len(e.functions) == MaxFunctions || slices.Contains(e.functions, name) {
		return
	}
	e.functions = append(e.functions, name)
}

// appendBounded adds a line while there is room; what does not fit becomes an
// ellipsis, and nothing follows that.
func appendBounded(text []byte, line string, limit int) []byte {
	if bytes.HasSuffix(text, []byte("\n"+ellipsis)) {
		return text
	}
	room := limit - len(text) - len("\n"+ellipsis)
	if len(text) > 0 {
		room--
	}
	switch {
	case len(text) == 0:
		return append(text, cut(line, limit)...)
	case len(line) > room:
		return append(text, "\n"+ellipsis...)
	}
	return append(append(text, '\n'), line...)
}

// tidy makes one line of a text: white space becomes single blanks, control and
// format characters go, and no more than limit bytes are left.
func tidy(text string, limit int) string {
	out := make([]byte, 0, min(len(text), limit+utf8.UTFMax))
	blank := false
	for _, r := range text {
		switch {
		case ' ' < r && r < 0x7f: // most are
		case unicode.IsSpace(r):
			blank = len(out) > 0
			continue
		case unicode.Is(unicode.C, r) || r == utf8.RuneError:
			continue
		}
		if blank {
			out = append(out, ' ')
			blank = false
		}
		out = utf8.AppendRune(out, r)
		if len(out) > limit {
			break
		}
	}
	return cut(string(out), limit)
}

// cut shortens a text to a limit in bytes, at a character, and marks that.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	end := max(0, limit-len(ellipsis))
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return strings.TrimRight(text[:end], " ") + ellipsis
}
