package services

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/python"
)

// rewrite puts the instance's name and a dot before the name of every known
// method that "(" follows, and takes away the white space between a name and
// "(", whether the name is known or not. Upstream does so with a regular
// expression over the whole text, strings in quotes included, so what a call
// says can change by it. A name starts with an ASCII letter or "_" where no word
// goes on. What is put in counts as work.
func (s *Session) rewrite(text string) (string, error) {
	var out strings.Builder
	written := 0
	inWord := false
	for i := 0; i < len(text); {
		if inWord || !startsName(text[i]) {
			r, size := utf8.DecodeRuneInString(text[i:])
			inWord = python.IsWord(r)
			i += size
			continue
		}
		end := wordEnd(text, i)
		open := spaceEnd(text, end)
		if open == len(text) || text[open] != '(' {
			i, inWord = end, true
			continue
		}
		on, _ := s.method(text[i:end])
		if on != nil || open > end {
			out.WriteString(text[written:i])
			if on != nil {
				name := s.name(on)
				if err := s.environment.spend(putInWork * len(name)); err != nil {
					return "", err
				}
				out.WriteString(name)
				out.WriteByte('.')
			}
			out.WriteString(text[i:end])
			written = open
		}
		i = open
	}
	if written == 0 {
		return text, nil
	}
	out.WriteString(text[written:])
	return out.String(), nil
}

func startsName(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_'
}

// wordEnd is where the word that starts at a place ends.
func wordEnd(text string, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !python.IsWord(r) {
			break
		}
		at += size
	}
	return at
}

// spaceEnd is where white space that starts at a place ends.
func spaceEnd(text string, at int) int {
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if !python.IsSpace(r) {
			break
		}
		at += size
	}
	return at
}
