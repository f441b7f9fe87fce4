// Package spelling finds what was probably meant by a name that nobody knows, for
// the readers of files and of calls that have to say so.
package spelling

import (
	"strings"
	"unicode/utf8"
)

// The bounds of a search: of the names looked at, and of the letters of a name.
const (
	mostNames   = 1000
	mostLetters = 120
)

// Nearest returns the name that differs from given by the fewest letters, upper and
// lower case aside: the first of several, and "" where none is near. Near is a
// third of the letters of given and one more, but at most half of them.
func Nearest(given string, names []string) string {
	length := utf8.RuneCountInString(given)
	if length > mostLetters {
		return ""
	}
	best, least := "", 1+min(1+length/3, length/2)
	for _, name := range names[:min(len(names), mostNames)] {
		if utf8.RuneCountInString(name) > mostLetters {
			continue
		}
		if d := distance(strings.ToLower(given), strings.ToLower(name)); d < least {
			best, least = name, d
		}
	}
	return best
}

// distance is how many letters must be put in, left out or replaced (Levenshtein).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i := range from {
		diagonal := row[0]
		row[0] = i + 1
		for j := range to {
			cost := 1
			if from[i] == to[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(to)]
}
