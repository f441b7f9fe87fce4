package world

import (
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// Found is a value that stands in a text.
type Found struct {
	Span  button.Span
	Type  *Type
	Value Value
}

// Scan finds every span of a text that reads as a value of one of the types, in
// the order of the text: the longest at each place, on word boundaries, none
// overlapping another. The same span is reported once for each type that it
// reads as. With it go the fixed words of a form ("loan L12345"), where they stand.
//
// Beside what Read refuses, Scan passes over numbers that are a part of
// something else (a date, an amount, a code, a range "3-4"), the word "one"
// without a unit, bare numbers of any base but Count and Number, and names with
// a capital that the text writes small. Persons are found if they are among the
// invented ones.
//
// Scan indexes the names anew at each call: who scans often keeps a Scanner.
func Scan(text string, types []*Type, today string, start *Start) []Found {
	return NewScanner(types, start).Scan(text, today)
}

// hit is a match for types[kind].
type hit struct {
	kind  int
	value Value // nil: looks like a value, is none
	begin int
	end   int
}

// scan is the state of one pass over one text.
type scan struct {
	*Scanner
	reader
	text string
	last int // end of what was found last
	hits []hit
	key  wordKey
}

// Scan finds the values of the scanner's types in a text.
func (s *Scanner) Scan(text, today string) []Found {
	pass := scan{Scanner: s, reader: reader{day: newCalendar(today), start: s.start}, text: text, hits: make([]hit, 0, 8)}
	var all []Found
	for i := 0; i < len(text); {
		end := noMatch
		if pass.mayStart(i) {
			end = pass.at(i)
		}
		if end == noMatch {
			i = skipWord(text, i)
			continue
		}
		for _, h := range pass.hits {
			if h.value != nil {
				all = append(all, Found{Span: button.Span{h.begin, h.end}, Type: s.types[h.kind], Value: h.value})
			}
		}
		pass.last, i = end, end
	}
	return all
}

// mayStart reports whether a value may begin at i.
func (p *scan) mayStart(i int) bool {
	c := p.text[i]
	switch {
	case isDigit(c), 'a' <= lower(c) && lower(c) <= 'z':
	case c == '$', c == '+', c == '(', c == 0xC2, c == 0xE2: // £ is C2 A3, € is E2 82 AC
	case c == '-':
		return i+1 < len(p.text) && startsSigned(p.text, i)
	case c >= utf8.RuneSelf:
	default:
		return false
	}
	return startsWord(p.text, i)
}

// startsSigned reports whether a minus at i has room before it and a number behind it.
func startsSigned(s string, i int) bool {
	return (i == 0 || s[i-1] == ' ' || s[i-1] == '(') && (isDigit(s[i+1]) || s[i+1] >= utf8.RuneSelf || s[i+1] == '$')
}

// skipWord goes on to the next place where a value might begin.
func skipWord(s string, i int) int {
	r, size := utf8.DecodeRuneInString(s[i:])
	if !wordRune(r) {
		return i + size
	}
	for i < len(s) && wordRune(r) {
		i += size
		r, size = utf8.DecodeRuneInString(s[i:])
	}
	return i
}

// at collects the longest matches at i in p.hits and returns their end.
func (p *scan) at(i int) (end int) {
	p.hits = p.hits[:0]
	end = noMatch
	first := p.key.read(p.text, i)
	opens := opensAll
	if c := lower(p.text[i]); 'a' <= c && c <= 'z' {
		opens = opening(first)
	}
	bare := false
	for kind, t := range p.types {
		if opens&needs(t.Base) == 0 {
			continue
		}
		m := p.reader.at(t, p.text, i)
		if m.end == noMatch || !p.counts(t, m, i) {
			continue
		}
		if m.end >= end {
			bare = m.bare && (bare || m.end > end)
		}
		end = p.keep(hit{kind, m.value, i, m.end}, end)
	}
	for _, n := range p.names[first] {
		nameEnd := p.nameAt(i, n)
		if nameEnd == noMatch {
			continue
		}
		h := hit{n.kind, n.value, i, nameEnd}
		if n.clash {
			h.value = nil
		}
		if nameEnd > end {
			bare = false
		}
		end = p.keep(h, end)
	}
	if end == noMatch {
		return noMatch
	}
	if bare {
		if hidden := p.hiddenBy(i); hidden > end {
			p.hits = p.hits[:0]
			return hidden
		}
	}
	return p.widen(end)
}

// keep adds a hit if none is longer, and drops the shorter ones.
func (p *scan) keep(h hit, end int) int {
	if h.end < end {
		return end
	}
	if h.end > end {
		p.hits = p.hits[:0]
	}
	p.hits = append(p.hits, h)
	return h.end
}

// counts reports whether a match stands for itself in a running text.
func (p *scan) counts(t *Type, m match, i int) bool {
	if !endsWord(p.text, m.end) {
		return false
	}
	if !m.bare {
		return true
	}
	if t.Base != Count && t.Base != Number && !(t.Base == Quantity && t.Unit.One == "") {
		return false
	}
	if isDigit(p.text[i]) || p.text[i] == '-' {
		return true
	}
	// "the cheapest one", "two things."
	if n, _ := m.value.(int64); n == 1 {
		return false
	}
	after := gap(p.text, m.end)
	return after == noMatch || wordIs(p.text, after, "things") == noMatch
}

// nameAt matches a name at i, with its capital if it has one.
func (p *scan) nameAt(i int, n scanName) int {
	if c := n.name[0]; 'A' <= c && c <= 'Z' && p.text[i] != c {
		return noMatch
	}
	end := nameEnd(p.text, i, n.name)
	if end == noMatch || !endsWord(p.text, end) {
		return noMatch
	}
	return end
}

// hiddenBy returns the end of what a bare number at i is only the beginning of.
func (p *scan) hiddenBy(i int) (end int) {
	see := func(at int) {
		if at > end && endsWord(p.text, at) {
			end = at
		}
	}
	end = noMatch
	_, at, _ := p.day.readDate(p.text, i)
	see(at)
	_, at, _ = readTime(p.text, i)
	see(at)
	_, _, at = readMoney(p.text, i)
	see(at)
	_, at = readMinutes(p.text, i)
	see(at)
	_, at, _ = readPercent(p.text, i)
	see(at)
	see(readPhone(p.text, i))
	for _, t := range p.hiders {
		see(p.reader.at(t, p.text, i).end)
	}
	return end
}

// widen takes the fixed words of forms into the spans, and keeps the types whose
// span is then the longest. It returns where the longest ends.
func (p *scan) widen(end int) int {
	widest, width := end, 0
	for k := range p.hits {
		h := &p.hits[k]
		for _, form := range p.forms[h.kind] {
			begin, formEnd := p.formAround(form, p.hits[k])
			if formEnd != noMatch && formEnd-begin > h.end-h.begin {
				h.begin, h.end = begin, formEnd
			}
		}
		width = max(width, h.end-h.begin)
	}
	kept := p.hits[:0]
	for _, h := range p.hits {
		if h.end-h.begin == width {
			kept = append(kept, h)
			widest = max(widest, h.end)
		}
	}
	p.hits = kept
	return widest
}

// formAround looks for the words of a form around a match.
func (p *scan) formAround(form scanForm, h hit) (begin, end int) {
	begin = h.begin - len(form.before)
	if begin < p.last || !strings.EqualFold(p.text[begin:h.begin], form.before) || !startsWord(p.text, begin) {
		return 0, noMatch
	}
	end = folded(p.text, h.end, form.after)
	if end == noMatch || !endsWord(p.text, end) {
		return 0, noMatch
	}
	return begin, end
}
