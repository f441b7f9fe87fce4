package grounding

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The kinds of token.
const (
	wordToken = iota
	digitToken
	signToken
)

// token is a run of letters, a run of ASCII digits, or one other character.
type token struct {
	Span
	kind  int
	text  string // lower case, apostrophes straight
	glued bool   // nothing stands between it and the token before it
	upper int    // how many of its letters are upper case
	first bool   // its first letter is upper case
}

// tokenise splits a text; space stands in no token.
func tokenise(text string) []token {
	tokens := make([]token, 0, len(text)/4+1)
	end := -1
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if unicode.IsSpace(r) || r == '\u200b' || r == '\ufeff' {
			i += size
			continue
		}
		one := token{Span: Span{i, i + size}, kind: signToken, glued: end == i}
		switch {
		case '0' <= r && r <= '9':
			one.kind = digitToken
			for one.Span[1] < len(text) && '0' <= text[one.Span[1]] && text[one.Span[1]] <= '9' {
				one.Span[1]++
			}
			one.text = text[i:one.Span[1]]
		case unicode.IsLetter(r):
			one.kind = wordToken
			one.word(text)
		default:
			one.text = text[i:one.Span[1]]
		}
		tokens = append(tokens, one)
		i = one.Span[1]
		end = i
	}
	return tokens
}

// word takes letters, marks, and apostrophes between letters.
func (t *token) word(text string) {
	start := t.Span[0]
	at, curly := start, false
	for at < len(text) {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == '\'' || r == '’' {
			next, _ := utf8.DecodeRuneInString(text[at+size:])
			if !unicode.IsLetter(next) {
				break
			}
			curly = curly || r == '’'
		} else if !unicode.IsLetter(r) && !unicode.IsMark(r) {
			break
		}
		if unicode.IsUpper(r) {
			t.upper++
			t.first = t.first || at == start
		}
		at += size
	}
	t.Span[1] = at
	t.text = strings.ToLower(text[start:at])
	if curly {
		t.text = strings.ReplaceAll(t.text, "’", "'")
	}
}

// stem takes plural and possessive endings off a word.
func stem(word string) string {
	word = strings.TrimSuffix(word, "'s")
	if len(word) < 4 || !strings.HasSuffix(word, "s") {
		return word
	}
	switch {
	case strings.HasSuffix(word, "ss"), strings.HasSuffix(word, "us"), strings.HasSuffix(word, "is"):
		return word
	case strings.HasSuffix(word, "ies") && len(word) > 4:
		return word[:len(word)-3] + "y"
	case strings.HasSuffix(word, "ches"), strings.HasSuffix(word, "shes"), strings.HasSuffix(word, "sses"), strings.HasSuffix(word, "xes"), strings.HasSuffix(word, "zes"):
		return word[:len(word)-2]
	}
	return word[:len(word)-1]
}

// sequence is the words of a text in the form in which they are compared, joined,
// with the places where a token begins and ends.
type sequence struct {
	joined       string
	begins, ends []int // offsets into joined, ascending
	tokens       []int // the indexes of the tokens there
}

func sequenceOf(tokens []token) sequence {
	var s sequence
	var joined strings.Builder
	digits := false
	for i := range tokens {
		one := &tokens[i]
		if one.kind == signToken {
			continue
		}
		text := one.text
		if one.kind == wordToken {
			text = stem(text)
			if number, ok := smallNumbers[text]; ok {
				text = number
			}
		}
		numeric := text[0] >= '0' && text[0] <= '9'
		if digits && numeric {
			joined.WriteByte(' ') // 1 2 is not 12
		}
		digits = numeric
		s.begins = append(s.begins, joined.Len())
		joined.WriteString(text)
		s.ends, s.tokens = append(s.ends, joined.Len()), append(s.tokens, i)
	}
	s.joined = joined.String()
	return s
}

// words finds the words of a value, in linear time.
func (t *Text) words(value string) []Span {
	want := sequenceOf(tokenise(value)).joined
	if want == "" {
		return t.signs(value)
	}
	var spans []Span
	matches(t.key.joined, want, func(start int) {
		from, begins := slices.BinarySearch(t.key.begins, start)
		to, ends := slices.BinarySearch(t.key.ends, start+len(want))
		if !begins || !ends {
			return
		}
		if first, last := t.key.tokens[from], t.key.tokens[to]; t.bounded(first, last) {
			spans = append(spans, Span{t.tokens[first].Span[0], t.tokens[last].Span[1]})
		}
	})
	return spans
}

// signs finds a value that has no letter or digit, such as "+".
func (t *Text) signs(value string) []Span {
	var spans []Span
	for from := 0; from < len(t.source); {
		at := strings.Index(t.source[from:], value)
		if at < 0 {
			break
		}
		spans = append(spans, Span{from + at, from + at + len(value)})
		from += at + len(value)
	}
	return spans
}

// matches calls back for every place of a text in a longer one (Knuth, Morris,
// Pratt).
func matches(text, want string, found func(start int)) {
	fall := make([]int, len(want))
	for i, k := 1, 0; i < len(want); i++ {
		for k > 0 && want[i] != want[k] {
			k = fall[k-1]
		}
		if want[i] == want[k] {
			k++
		}
		fall[i] = k
	}
	for i, k := 0, 0; i < len(text); i++ {
		for k > 0 && (k == len(want) || text[i] != want[k]) {
			k = fall[k-1]
		}
		if text[i] == want[k] {
			k++
		}
		if k == len(want) {
			found(i + 1 - k)
		}
	}
}

// bounded reports whether the tokens from first to last are not a part of a longer
// number or code.
func (t *Text) bounded(first, last int) bool {
	return !t.joins(first-1, first) && !t.joins(last, last+1)
}

// joins reports whether two neighbouring tokens belong together as in KX492 or
// 12.5, but not 5kg.
func (t *Text) joins(a, b int) bool {
	if a < 0 || b >= len(t.tokens) || !t.tokens[b].glued {
		return false
	}
	left, right := &t.tokens[a], &t.tokens[b]
	switch {
	case left.kind == signToken:
		return right.kind == digitToken && isPoint(left.text) && left.glued && a > 0 && t.tokens[a-1].kind == digitToken
	case right.kind == signToken:
		return left.kind == digitToken && isPoint(right.text) && b+1 < len(t.tokens) && t.tokens[b+1].glued && t.tokens[b+1].kind == digitToken
	case left.kind == digitToken && right.kind == wordToken:
		return !units[right.text]
	}
	return true
}

func isPoint(sign string) bool { return sign == "." || sign == "," || sign == ":" }
