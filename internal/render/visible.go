package render

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/pkg/twwidth"
)

// Visible shows what a reader could not see or what could steer a terminal:
// control characters, direction overrides, invisible and private characters and
// broken UTF-8 become escapes such as \n, \x1b and \u202e. The two joiners that
// scripts and emoji need stay.
func Visible(text string) string {
	clean := true
	for i, r := range text {
		if hidden(r) || r == utf8.RuneError && broken(text[i:]) {
			clean = false
			break
		}
	}
	if clean {
		return text
	}
	var out strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError && broken(text[i:]):
			fmt.Fprintf(&out, `\x%02x`, text[i])
		case hidden(r):
			out.WriteString(escape(r))
		default:
			out.WriteRune(r)
		}
	}
	return out.String()
}

func broken(text string) bool {
	_, size := utf8.DecodeRuneInString(text)
	return size == 1
}

func hidden(r rune) bool {
	const joiner, nonJoiner = '\u200d', '\u200c'
	return !unicode.IsGraphic(r) && r != joiner && r != nonJoiner
}

func escape(r rune) string {
	switch {
	case r == '\n':
		return `\n`
	case r == '\r':
		return `\r`
	case r == '\t':
		return `\t`
	case r < 0x100:
		return fmt.Sprintf(`\x%02x`, r)
	case r < 0x10000:
		return fmt.Sprintf(`\u%04x`, r)
	default:
		return fmt.Sprintf(`\U%08x`, r)
	}
}

// displayWidth counts terminal columns. Ambiguous characters count one: the
// locale of a machine must not change the bytes of a report.
func displayWidth(text string) int {
	return twwidth.WidthWithOptions(text, twwidth.Options{})
}

// Shorten keeps a text within a number of terminal columns by leaving out its
// middle, so that names which differ only at one end stay apart.
func Shorten(text string, columns int) string {
	// Combining marks take no column: the count of characters is bounded too.
	if displayWidth(text) <= columns && utf8.RuneCountInString(text) <= 4*columns {
		return text
	}
	const dots = "..."
	room := columns - len(dots)
	if room < 2 {
		return dots[:max(0, min(columns, len(dots)))]
	}
	runes := []rune(text)
	tail := room / 3
	return string(takeColumns(runes, room-tail, false)) + dots + string(takeColumns(runes, tail, true))
}

// takeColumns takes runes from one end until the columns are used up.
func takeColumns(runes []rune, columns int, fromEnd bool) []rune {
	used, count := 0, 0
	for count < len(runes) && count < 2*columns {
		r := runes[count]
		if fromEnd {
			r = runes[len(runes)-1-count]
		}
		if used += displayWidth(string(r)); used > columns {
			break
		}
		count++
	}
	if fromEnd {
		return runes[len(runes)-count:]
	}
	return runes[:count]
}

// wrap breaks text at spaces into lines of at most the given columns; a word
// that is longer is broken where it has to be.
func wrap(text string, columns int) []string {
	var lines []string
	line, width := "", 0
	for _, word := range strings.Fields(text) {
		wide := displayWidth(word)
		if line != "" && width+1+wide > columns {
			lines = append(lines, line)
			line, width = "", 0
		}
		if line != "" {
			line, width = line+" ", width+1
		}
		for wide > columns {
			head := takeColumns([]rune(word), columns, false)
			if len(head) == 0 {
				break
			}
			lines = append(lines, string(head))
			word = word[len(string(head)):]
			wide = displayWidth(word)
		}
		line, width = line+word, width+wide
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	return lines
}
