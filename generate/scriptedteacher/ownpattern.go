package scriptedteacher

import (
	"math/rand/v2"
	"regexp"
	"regexp/syntax"
	"strings"
)

// mostFitting bounds a text that is made of a pattern.
const mostFitting = 60

// fitting makes a text that fits a pattern of plain pieces; false for one that is
// anything beyond.
func fitting(random *rand.Rand, pattern string) (string, bool) {
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return "", false
	}
	var out strings.Builder
	ok := write(random, parsed.Simplify(), &out)
	return out.String(), ok && out.Len() > 0
}

// ofPattern is a day or a time where the pattern is of such, or any text that fits and
// is not used; "" where there is none.
func ofPattern(random *rand.Rand, pattern string, from locale, used map[string]bool) string {
	expression, err := regexp.Compile(pattern)
	if err != nil {
		return ""
	}
	for _, kind := range []string{"date", "time"} {
		if made := plain((&valueType{kind: kind}).value(random, from, used)); expression.MatchString(made) {
			return made
		}
	}
	for range 20 {
		if made, can := fitting(random, pattern); can && !used[made] && expression.MatchString(made) {
			return made
		}
	}
	return ""
}

func write(random *rand.Rand, node *syntax.Regexp, out *strings.Builder) bool {
	if out.Len() > mostFitting {
		return false
	}
	times := 1
	switch node.Op {
	case syntax.OpEmptyMatch, syntax.OpBeginText, syntax.OpEndText, syntax.OpBeginLine, syntax.OpEndLine:
		return true
	case syntax.OpLiteral:
		out.WriteString(string(node.Rune))
		return true
	case syntax.OpCharClass:
		if len(node.Rune) == 0 {
			return false
		}
		at := 2 * random.IntN(len(node.Rune)/2)
		low, high := node.Rune[at], min(node.Rune[at+1], 126)
		if low < 33 || high < low {
			return false
		}
		out.WriteRune(low + rune(random.IntN(int(high-low)+1)))
		return true
	case syntax.OpAlternate:
		return write(random, node.Sub[random.IntN(len(node.Sub))], out)
	case syntax.OpStar, syntax.OpQuest:
		times = random.IntN(2)
	case syntax.OpPlus:
		times = 1 + random.IntN(3)
	case syntax.OpConcat, syntax.OpCapture:
	default:
		return false
	}
	for range times {
		for _, part := range node.Sub {
			if !write(random, part, out) {
				return false
			}
		}
	}
	return true
}
