package world

import (
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

// hit is a value of types[kind]; nil for what looks like one and is none.
type hit struct {
	kind  int
	value Value
}

// scan is the state of one pass over one text.
type scan struct {
	*Scanner
	reader
	text string
	key  wordKey

	// The longest matches at the current place, their end, and whether all of
	// them are bare numbers.
	hits []hit
	end  int
	bare bool
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
				all = append(all, Found{Span: button.Span{i, end}, Type: s.types[h.kind], Value: h.value})
			}
		}
		i = end
	}
	return all
}

// mayStart reports whether a value may begin at i.
func (p *scan) mayStart(i int) bool {
	c := p.text[i]
	switch {
	case isDigit(c), 'a' <= lower(c) && lower(c) <= 'z', c == '$', c == '+', c == '(':
	case c == '"', c == '\'':
		if !p.quoting {
			return false
		}
	case c == '-':
		return i+1 < len(p.text) && startsSigned(p.text, i)
	case c >= utf8.RuneSelf:
		switch r := firstRune(p.text[i:]); {
		case wordRune(r), r == '€', r == '£':
		case r != '“' || !p.quoting:
			return false
		}
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
	p.hits, p.end, p.bare = p.hits[:0], noMatch, false
	length := p.key.read(p.text, i)
	opens := opensAt(p.text, i, p.key[:length])
	for kind, t := range p.types {
		if opens&needs(t.Base) != 0 {
			if m := p.reader.at(t, p.text, i); m.end != noMatch && p.counts(t, m, i) {
				p.keep(kind, m)
			}
		}
		for _, form := range p.forms[kind] {
			p.inForm(kind, t, form, i)
		}
	}
	p.key.read(p.text, i) // a form may have read another word
	for _, n := range p.names[string(p.key[:length])] {
		if m := p.name(n, i); m.end != noMatch && endsWord(p.text, m.end) {
			p.keep(n.kind, m)
		}
	}
	if p.bare || p.end == noMatch && p.counting && opens&opensMoney != 0 {
		if hidden := p.hiddenBy(i); hidden > p.end {
			p.hits = p.hits[:0]
			return hidden
		}
	}
	return p.end
}

// inForm matches a value in the fixed words of a form at i.
func (p *scan) inForm(kind int, t *Type, form scanForm, i int) {
	at := folded(p.text, i, form.before)
	if at == noMatch || at >= len(p.text) {
		return
	}
	try := func(m match) {
		if m.end == noMatch || m.value == nil {
			return
		}
		if m.end = folded(p.text, m.end, form.after); m.end != noMatch && endsWord(p.text, m.end) {
			m.bare = false
			p.keep(kind, m)
		}
	}
	if t.Base != Named && t.Base != Enum {
		try(p.reader.at(t, p.text, at))
		return
	}
	length := p.key.read(p.text, at)
	for _, n := range p.names[string(p.key[:length])] {
		if n.kind == kind {
			try(p.name(n, at))
		}
	}
}

// keep adds a match at the current place if none is longer, and drops the
// shorter ones.
func (p *scan) keep(kind int, m match) {
	if m.end < p.end {
		return
	}
	if m.end > p.end {
		p.hits, p.end, p.bare = p.hits[:0], m.end, true
	}
	p.hits = append(p.hits, hit{kind, m.value})
	p.bare = p.bare && m.bare
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

// name matches a name at i, with its capital if it has one.
func (p *scan) name(n scanName, i int) match {
	if c := n.name[0]; 'A' <= c && c <= 'Z' && p.text[i] != c {
		return match{end: noMatch}
	}
	m := match{end: nameEnd(p.text, i, n.name)}
	if m.end != noMatch && !n.clash {
		m.value = n.value
	}
	return m
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
