package world

import "strings"

// Scanner finds values of some types in texts about one start state. Making it
// indexes the names of the state's tables, which takes as long as many scans:
// make one for each set of types and start state and keep it. It is immutable
// and safe for concurrent use.
type Scanner struct {
	types []*Type
	start *Start
	names map[string][]scanName // by first word, in lower case
	forms [][]scanForm          // by type
	// hiders are the other types of the world that have units or codes: "5 kg"
	// hides the 5 from a count of days.
	hiders []*Type
}

// scanName is one name of a value of types[kind].
type scanName struct {
	kind        int
	name, value string
	clash       bool // it names another value of the type as well
}

// scanForm is the fixed words on both sides of a value.
type scanForm struct{ before, after string }

// NewScanner prepares to find values of the types. Start may be nil if no type
// has a table.
func NewScanner(types []*Type, start *Start) *Scanner {
	s := &Scanner{types: types, start: start, names: map[string][]scanName{}, forms: make([][]scanForm, len(types))}
	wanted := map[*Type]bool{}
	for kind, t := range types {
		wanted[t] = true
		s.forms[kind] = scanForms(t)
		if t.Base == Named || t.Base == Enum {
			s.addNames(kind, t)
		}
	}
	s.addHiders(wanted)
	return s
}

func (s *Scanner) addHiders(wanted map[*Type]bool) {
	world := (*World)(nil)
	if s.start != nil {
		world = s.start.World
	}
	for _, t := range s.types {
		if world == nil {
			world = t.World
		}
	}
	if world == nil {
		return
	}
	for _, name := range sortedKeys(world.Types) {
		t := world.Types[name]
		switch t.Base {
		case Count, Quantity, Code:
			if !wanted[t] {
				s.hiders = append(s.hiders, t)
			}
		}
	}
}

func (s *Scanner) addNames(kind int, t *Type) {
	of := map[string]string{} // name in lower case -> value
	clashes := map[string]bool{}
	var all []scanName
	t.eachName(s.start, func(name, value string) bool {
		folded := strings.ToLower(name)
		earlier, known := of[folded]
		if known && earlier != value {
			clashes[folded] = true
		}
		if !known {
			of[folded] = value
			all = append(all, scanName{kind: kind, name: name, value: value})
		}
		return true
	})
	for _, n := range all {
		var key wordKey
		first := key.read(n.name, 0)
		if first == "" {
			continue // begins with a mark: only Read knows it
		}
		n.clash = clashes[strings.ToLower(n.name)]
		s.names[first] = append(s.names[first], n)
	}
}

// scanForms are the fixed words of a type's forms, in every speaker's version.
func scanForms(t *Type) []scanForm {
	var forms []scanForm
	seen := map[scanForm]bool{{}: true}
	for _, form := range t.Forms {
		before, after, ok := strings.Cut(form, "{x}")
		if !ok {
			continue
		}
		for _, we := range [...]bool{false, true} {
			for quote := range quoteStyles {
				style := Style{Quote: quote, We: we}
				opening, closing := style.quotes()
				made := scanForm{style.formWords(before, opening), style.formWords(after, closing)}
				if !seen[made] {
					seen[made] = true
					forms = append(forms, made)
				}
			}
		}
	}
	return forms
}

// wordKey holds a first word in lower case without allocating.
type wordKey [24]byte

// read returns the letters and digits at i, small, as far as the key is long.
// The string is valid until the next read.
func (k *wordKey) read(s string, i int) string {
	n := 0
	for n < len(k) && i+n < len(s) {
		c := lower(s[i+n])
		// Bytes from 0x80 on are letters, but for those that begin a blank or an
		// apostrophe outside ASCII.
		if c < 0x80 && !isDigit(c) && (c < 'a' || c > 'z') || c == 0xC2 || c == 0xE2 {
			break
		}
		k[n] = c
		n++
	}
	return string(k[:n])
}
