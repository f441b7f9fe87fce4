package grounding

import (
	"sort"
	"strings"
	"unicode"
)

// Kind says what a literal is.
type Kind string

// The kinds of literal.
const (
	Number Kind = "number"
	Date   Kind = "date"
	Time   Kind = "time"
	// Code is letters and digits that belong together, or a telephone number.
	Code   Kind = "code"
	Email  Kind = "email"
	URL    Kind = "url"
	Quoted Kind = "quoted"
	// Name is a capitalised word, or several in a row, inside a sentence.
	Name Kind = "name"
)

// Literal is what a text states.
type Literal struct {
	Kind Kind
	Span Span
	Text string // as it stands in the text; of a quotation what is inside
	// Spelled says that a number stands in words ("three"), often a mere count.
	Spelled bool
	keys    []string
}

// Literals is as Reader.Literals. The first word of a sentence is no name, nor are
// "I", months, weekdays and common abbreviations. "One" and ordinals in words are no
// numbers.
func (t *Text) Literals() []Literal {
	quoted := t.quotations()
	var found []Literal
	for i := range t.readings {
		one := &t.readings[i]
		if one.weak {
			continue
		}
		found = append(found, Literal{Kind: one.kind, Span: one.span, Text: t.source[one.span[0]:one.span[1]], Spelled: one.spelled, keys: one.asks})
	}
	found = append(found, t.names()...)
	sort.SliceStable(found, func(a, b int) bool { return found[a].Span[0] < found[b].Span[0] })
	all := make([]Literal, 0, len(found)+len(quoted))
	for _, one := range found {
		for len(quoted) > 0 && quoted[0].Span[1] <= one.Span[0] {
			all, quoted = append(all, quoted[0]), quoted[1:]
		}
		if len(quoted) > 0 && one.Span[1] > quoted[0].Span[0] && one.Span[0] < quoted[0].Span[1] {
			continue // inside a quotation
		}
		all = append(all, one)
	}
	return append(all, quoted...)
}

// quotations are the texts between quotation marks of one line.
func (t *Text) quotations() []Literal {
	var found []Literal
	start, closing := -1, '"'
	for i, r := range t.source {
		switch {
		case r == '\n':
			start = -1
		case start >= 0 && r == closing:
			if inside := strings.TrimSpace(t.source[start:i]); strings.ContainsFunc(inside, alphanumeric) {
				begin := start + strings.Index(t.source[start:i], inside)
				found = append(found, Literal{Kind: Quoted, Span: Span{begin, begin + len(inside)}, Text: inside})
			}
			start = -1
		case start >= 0:
		case r == '"':
			start, closing = i+1, '"'
		case r == '“':
			start, closing = i+len("“"), '”'
		case r == '«':
			start, closing = i+len("«"), '»'
		}
	}
	return found
}

func alphanumeric(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// names are runs of capitalised words inside sentences that no reading covers, and
// words all in capitals anywhere.
func (t *Text) names() []Literal {
	var found []Literal
	begins, taken := true, 0 // whether a sentence begins; the next reading
	open := -1               // the first token of the name that runs
	closeAt := func(i int) {
		if open >= 0 {
			span := Span{t.tokens[open].Span[0], t.tokens[i-1].Span[1]}
			found = append(found, Literal{Kind: Name, Span: span, Text: t.source[span[0]:span[1]]})
			open = -1
		}
	}
	for i := range t.tokens {
		one := &t.tokens[i]
		for taken < len(t.readings) && t.readings[taken].span[1] <= one.Span[0] {
			taken++
		}
		covered := taken < len(t.readings) && t.readings[taken].span[0] <= one.Span[0]
		switch {
		case one.kind == wordToken && !covered && t.isName(i, begins):
			if open >= 0 && t.lineBreak(i) {
				closeAt(i)
			}
			if open < 0 {
				open = i
			}
		case one.kind == signToken && open >= 0 && t.sign(i, "-&") && i+1 < len(t.tokens) && t.tokens[i+1].first && t.glued(i+1):
			continue // Baden-Baden
		default:
			closeAt(i)
		}
		begins = t.endsSentence(i)
	}
	closeAt(len(t.tokens))
	return found
}

func (t *Text) isName(i int, begins bool) bool {
	one := &t.tokens[i]
	if begins || t.lineBreak(i) {
		return one.upper >= 2 && one.upper == len(one.text) && !abbreviations[one.text]
	}
	_, weekday := weekdays[stem(one.text)]
	joined := t.glued(i) && t.tokens[i-1].kind == digitToken || t.glued(i+1) && t.tokens[i+1].kind == digitToken
	return one.first && !joined && !abbreviations[one.text] && !titles[one.text] && months[one.text] == 0 && !weekday && !strings.HasPrefix(one.text, "i'")
}

// lineBreak reports whether a line ends before a token.
func (t *Text) lineBreak(i int) bool {
	return i > 0 && strings.ContainsRune(t.source[t.tokens[i-1].Span[1]:t.tokens[i].Span[0]], '\n')
}

// endsSentence reports whether a sentence can begin after a token.
func (t *Text) endsSentence(i int) bool {
	if t.tokens[i].kind != signToken {
		return false
	}
	switch t.tokens[i].text {
	case ".":
		return !(t.glued(i) && titles[t.word(i-1)])
	case "!", "?", ":", "…", "\"", "“", "(", "*", "•":
		return true
	case "-", "–", "—":
		return !t.glued(i) // the sign of a list
	}
	return false
}
