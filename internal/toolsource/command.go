package toolsource

import (
	"errors"
	"strings"
)

// splitCommand splits a command line into words as a shell does: at blanks
// outside of quotes; a backslash takes the next character as it is, except
// within single quotes. There are no variables, patterns or pipes.
func splitCommand(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord, quoted, escaped := false, rune(0), false
	for _, r := range line {
		switch {
		case escaped:
			word.WriteRune(r)
			escaped = false
		case r == '\\' && quoted != '\'':
			inWord, escaped = true, true
		case quoted != 0 && r == quoted:
			quoted = 0
		case quoted != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			inWord, quoted = true, r
		case r == ' ' || r == '\t' || r == '\n':
			if inWord {
				words = append(words, word.String())
				word.Reset()
			}
			inWord = false
		default:
			inWord = true
			word.WriteRune(r)
		}
	}
	if quoted != 0 || escaped {
		return nil, errors.New("a quote or backslash is left open")
	}
	if inWord {
		words = append(words, word.String())
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("it names no program")
	}
	return words, nil
}
