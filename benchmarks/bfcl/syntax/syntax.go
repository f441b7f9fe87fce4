// Package syntax reads the first function call in a text of Java or JavaScript, as
// the Berkeley Function Calling Leaderboard does with two generated parsers
// (tree-sitter-java 0.21.0, tree-sitter-javascript 0.21.4). Nothing is run.
//
// The parsers here are written for these languages' grammars as those parsers see
// them: words like default or class are names where no keyword may stand, and
// checks beyond the grammar are not made. A text that is not in the grammar is an
// error. What those parsers repair without an error mark is repaired here too: in
// Java a missing semicolon and an argument missing after a last comma, in
// JavaScript a missing semicolon at a line's end. Their other repairs always or
// nearly always leave an error mark, and are errors here.
package syntax

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Argument is one argument of a call. Named tells that it is an assignment; the
// others, which stand for themselves, have no name.
type Argument struct {
	Name  string
	Named bool
	Value string
}

// Call is a function's name and its arguments in order.
type Call struct {
	Name      string
	Arguments []Argument
}

// maxSource bounds a text, maxDepth what stands inside one another in it.
const (
	maxSource = 1 << 20
	maxDepth  = 800
	// workPerToken bounds the readings that are tried.
	workPerToken = 100
)

var (
	errTooLong = fmt.Errorf("the text has more than %d bytes", maxSource)
	errTooDeep = errors.New("too much stands inside one another")
	errNoValue = errors.New("an array is created without its elements")
	errTwice   = errors.New("two arguments have the same name")
)

// unexpected is the error at a place of the source.
func unexpected(source string, at int, wanted string) error {
	if at >= len(source) {
		return fmt.Errorf("the text ends where %s is wanted", wanted)
	}
	r, _ := utf8.DecodeRuneInString(source[at:])
	return fmt.Errorf("%q at byte %d where %s is wanted", r, at, wanted)
}

// cutter cuts texts of Java by byte offsets out of the characters of the source, as
// the leaderboard does: where a source is not all ASCII, what stands behind the first
// other character is cut too far behind. Of JavaScript it cuts right.
type cutter struct {
	source     string
	characters []rune // nil when all is ASCII
}

func newCutter(source string) cutter {
	for i := 0; i < len(source); i++ {
		if source[i] >= utf8.RuneSelf {
			return cutter{source, []rune(source)}
		}
	}
	return cutter{source: source}
}

func (c cutter) cut(start, end int) string {
	if c.characters == nil {
		return c.source[start:end]
	}
	return string(c.characters[min(start, len(c.characters)):min(end, len(c.characters))])
}

// firstComment is the comment that stands between two tokens first, if there is one.
// The leaderboard takes one between an assignment's operator and its value for the
// value.
func firstComment(between string) (string, bool) {
	between = strings.TrimLeft(between, " \t\r\n\f")
	end := -1
	switch {
	case strings.HasPrefix(between, "/*"):
		if end = strings.Index(between[2:], "*/"); end >= 0 {
			end += 4
		}
	case strings.HasPrefix(between, "//"):
		end = strings.IndexByte(between+"\n", '\n')
	}
	if end < 0 {
		return "", false
	}
	return between[:end], true
}

// withoutEnds is Python's text[1:-1].
func withoutEnds(text string) string {
	_, first := utf8.DecodeRuneInString(text)
	text = text[first:]
	_, last := utf8.DecodeLastRuneInString(text)
	return text[:len(text)-last]
}

// checkNames refuses two arguments of one name, or two that have none.
func checkNames(arguments []Argument) error {
	seen := make(map[string]bool, len(arguments))
	for _, a := range arguments {
		key := "n" + a.Name
		if !a.Named {
			key = ""
		}
		if seen[key] {
			return errTwice
		}
		seen[key] = true
	}
	return nil
}
