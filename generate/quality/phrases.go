package quality

import (
	"strings"
)

// phrase is a fragment of a world's wording as its fixed words: what any text
// made from the fragment must contain, in this order. Slots, agreement words,
// words for the speaker and optional parts are gaps, which anything may fill.
type phrase struct {
	chunks []chunk
	// open tells whether a gap stands before the first chunk, and behind the last.
	openStart, openEnd bool
	fixed              int // bytes of all chunks
	negations          int // negating words in them
}

// chunk is a run of fixed words. Left and right tell whether a word may go on
// beyond it ("lift" in "lift{/s}").
type chunk struct {
	text        string
	left, right bool
}

// mostVariants bounds the expansion of choices in one fragment.
const mostVariants = 32

// phrases compiles fragments; each choice makes a phrase of its own. Empty
// fragments give none.
func phrases(sources ...string) []phrase {
	var out []phrase
	for _, source := range sources {
		if source == "" {
			continue
		}
		for _, variant := range expand(source) {
			out = append(out, newPhrase(variant))
		}
	}
	return out
}

// gap marks a place in an expanded fragment that anything may fill.
const gap = "\x00"

// expand resolves the choices of a fragment and turns everything else that
// varies into gaps.
func expand(source string) []string {
	variants := []string{""}
	for i := 0; i < len(source); {
		options, end := piece(source, i)
		var longer []string
		for _, start := range variants {
			for _, option := range options {
				if len(longer) < mostVariants {
					longer = append(longer, start+option)
				}
			}
		}
		variants, i = longer, end
	}
	return variants
}

// piece reads one sign, or the text up to the next, as the ways to fill it.
func piece(source string, i int) (options []string, end int) {
	c := source[i]
	if strings.IndexByte("{[(", c) < 0 {
		next := strings.IndexAny(source[i+1:], "{[(")
		if next < 0 {
			return []string{source[i:]}, len(source)
		}
		return []string{source[i : i+1+next]}, i + 1 + next
	}
	end = closing(source, i)
	if end < 0 {
		return []string{string(c)}, i + 1 // never closed: a sign like any other
	}
	inner := source[i+1 : end]
	switch c {
	case '{':
		if two, more, ok := strings.Cut(inner, "|"); ok {
			return []string{two, more}, end + 1
		}
		return []string{gap}, end + 1
	case '[':
		return []string{gap}, end + 1
	}
	choices := alternatives(inner)
	if len(choices) < 2 {
		return []string{"("}, i + 1
	}
	for _, choice := range choices {
		options = append(options, expand(choice)...)
	}
	return options, end + 1
}

// closing returns the place of the sign that closes the one at i, or -1.
func closing(source string, i int) int {
	open := source[i]
	shut := map[byte]byte{'{': '}', '[': ']', '(': ')'}[open]
	level := 0
	for j := i; j < len(source); j++ {
		switch source[j] {
		case open:
			level++
		case shut:
			if level--; level == 0 {
				return j
			}
		}
	}
	return -1
}

// alternatives splits at bars outside braces and parentheses.
func alternatives(inner string) []string {
	var options []string
	level, start := 0, 0
	for i := range len(inner) {
		switch inner[i] {
		case '{', '(', '[':
			level++
		case '}', ')', ']':
			level--
		case '|':
			if level == 0 {
				options = append(options, inner[start:i])
				start = i + 1
			}
		}
	}
	return append(options, inner[start:])
}

func newPhrase(variant string) phrase {
	var p phrase
	parts := strings.Split(strings.TrimRight(variant, "?. "), gap)
	p.openStart, p.openEnd = parts[0] == "", parts[len(parts)-1] == ""
	for i, part := range parts {
		one := chunk{text: normalise(part)}
		one.left = i > 0 && part != "" && isWord(part[0])
		one.right = i < len(parts)-1 && part != "" && isWord(part[len(part)-1])
		if i < len(parts)-1 && !one.right {
			one.text = dropLeaning(one.text)
		}
		if one.text == "" {
			p.openStart = p.openStart || i == 0
			continue
		}
		p.chunks = append(p.chunks, one)
		p.fixed += len(one.text)
		p.negations += negations(one.text)
	}
	return p
}

// dropLeaning drops the words before a slot that depend on what fills it: a
// place's preposition becomes "there", and "a" may become "an".
func dropLeaning(text string) string {
	for {
		cut := strings.LastIndexByte(text, ' ') + 1
		switch text[cut:] {
		case "at", "in", "to", "a", "an", "on":
			text = strings.TrimSpace(text[:cut])
			if cut == 0 {
				return ""
			}
		default:
			return text
		}
	}
}

// in reports whether a normalised text contains the phrase; whole wants the
// text to be nothing else.
func (p *phrase) in(text string, whole bool) bool {
	from := 0
	for i, one := range p.chunks {
		last := i == len(p.chunks)-1
		at := one.find(text, from)
		if whole && last && !p.openEnd {
			if at = len(text) - len(one.text); at < from || !strings.HasSuffix(text, one.text) || !one.bounded(text, at) {
				return false
			}
		}
		if at < 0 || whole && i == 0 && !p.openStart && at != 0 {
			return false
		}
		from = at + len(one.text)
	}
	return len(p.chunks) > 0 || p.openStart || !whole
}

// find returns the first place at or behind from where the chunk stands, or -1.
func (o *chunk) find(text string, from int) int {
	for from <= len(text)-len(o.text) {
		at := strings.Index(text[from:], o.text)
		if at < 0 {
			return -1
		}
		if at += from; o.bounded(text, at) {
			return at
		}
		from = at + 1
	}
	return -1
}

// bounded reports whether the chunk at a place begins and ends with words.
func (o *chunk) bounded(text string, at int) bool {
	end := at + len(o.text)
	return (o.left || at == 0 || !isWord(text[at-1]) || !isWord(o.text[0])) &&
		(o.right || end == len(text) || !isWord(text[end]) || !isWord(o.text[len(o.text)-1]))
}

// anyIn reports whether a text contains one of the phrases.
func anyIn(phrases []phrase, text string, whole bool) bool {
	for i := range phrases {
		if phrases[i].in(text, whole) {
			return true
		}
	}
	return false
}

// mostFixed is the length of the fixed words of the most telling phrase that a
// text is made from, -1 if there is none. No gap may hide a negation.
func mostFixed(phrases []phrase, text string) int {
	most, negated := -1, negations(text)
	for i := range phrases {
		if phrases[i].fixed > most && phrases[i].negations == negated && phrases[i].in(text, true) {
			most = phrases[i].fixed
		}
	}
	return most
}

// negations counts the negating words of a normalised text.
func negations(text string) int {
	count := 0
	for word := range strings.FieldsSeq(text) {
		switch word {
		case "not", "no", "never", "nothing", "nobody", "without", "neither", "nor":
			count++
		}
	}
	return count
}

// isWord reports whether a byte belongs to a word; letters outside ASCII do.
func isWord(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c >= 0x80
}

// contractions are written out before texts are compared: formal speakers do so
// themselves.
var contractions = strings.NewReplacer(
	"can't", "can not", "cannot", "can not", "won't", "will not", "shan't", "will not", "shall", "will", "n't", " not",
	"'m ", " am ", "'re ", " are ", "'ve ", " have ", "'ll ", " will ", "'d ", " would ", "'s ", " is ")

// normalise brings a text into the form in which phrases are looked for: small
// letters, straight apostrophes, single blanks, no contractions.
func normalise(text string) string {
	text = strings.ToLower(text)
	if strings.Contains(text, "’") {
		text = strings.ReplaceAll(text, "’", "'")
	}
	if strings.Contains(text, "'") || strings.Contains(text, "cannot") || strings.Contains(text, "shall") {
		text = contractions.Replace(text)
	}
	return strings.Join(strings.Fields(text), " ")
}

// slots is the set of slot names in fragments.
func slots(sources ...string) map[string]bool {
	names := map[string]bool{}
	for _, source := range sources {
		for _, part := range strings.Split(source, "{")[1:] {
			inner, _, _ := strings.Cut(part, "}")
			if strings.ContainsAny(inner, "/|") {
				continue
			}
			name, _, _ := strings.Cut(inner, ":")
			names[strings.TrimSpace(name)] = true
		}
	}
	return names
}
