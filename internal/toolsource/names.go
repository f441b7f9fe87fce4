package toolsource

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/buttonbench/button"
)

const maxName = 64

var usableName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]{0,63}$`)

// safeName makes a usable name of any text.
func safeName(text string) string {
	if usableName.MatchString(text) {
		return text
	}
	var out strings.Builder
	for _, r := range text {
		switch {
		case r < 0x80 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'):
			out.WriteRune(r)
		case out.Len() > 0 && !strings.HasSuffix(out.String(), "_"):
			out.WriteByte('_')
		}
		if out.Len() == maxName {
			break
		}
	}
	name := strings.TrimRight(out.String(), "_")
	switch {
	case name == "":
		return "tool"
	case name[0] >= '0' && name[0] <= '9':
		name = "_" + name
	}
	return name[:min(len(name), maxName)]
}

// numbering makes names unique by a number behind them. It remembers how far it
// has counted for a name, for lists that have one name thousands of times.
type numbering map[string]int

// unused returns the name, or the name with the next number that makes it
// another than those taken.
func (n numbering) unused(name string, taken func(string) bool) string {
	candidate := name
	for taken(candidate) {
		n[name] = max(n[name], 1) + 1
		suffix := fmt.Sprintf("_%d", n[name])
		candidate = name[:min(len(name), maxName-len(suffix))] + suffix
	}
	return candidate
}

// guessEffect guesses from a function's name whether it only reads: the first
// word that is a verb decides. Without one it counts as writing.
func guessEffect(name string) string {
	for _, word := range words(name) {
		switch {
		case slices.Contains(readingVerbs, word):
			return button.EffectRead
		case slices.Contains(writingVerbs, word):
			return button.EffectWrite
		}
	}
	return button.EffectWrite
}

var (
	readingVerbs = strings.Fields("get list read search find fetch lookup look show view query check describe count retrieve " +
		"calculate compute convert compare estimate validate verify is has can inspect browse filter select download summarize summarise translate predict detect resolve")
	writingVerbs = strings.Fields("create add insert new post put set update edit change modify patch replace rename move copy delete remove " +
		"clear cancel send write save store upload book reserve order buy pay transfer start stop run execute open close enable disable register submit " +
		"schedule publish share invite assign archive restore reset approve reject trigger deploy install")
)

// words splits a name at underscores, other marks and capitals, in lower case.
func words(name string) []string {
	var out []string
	start := 0
	cut := func(end int) {
		if end > start {
			out = append(out, strings.ToLower(name[start:end]))
		}
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		upper := c >= 'A' && c <= 'Z'
		letter := upper || c >= 'a' && c <= 'z' || c >= '0' && c <= '9'
		switch {
		case !letter:
			cut(i)
			start = i + 1
		case upper && i > start && name[i-1] >= 'a' && name[i-1] <= 'z':
			cut(i)
			start = i
		}
	}
	cut(len(name))
	return out
}
