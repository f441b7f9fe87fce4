package world

import (
	"strings"
	"unicode/utf8"
)

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
	// counting says that bare numbers are values; quoting that values may stand in
	// quotation marks.
	counting, quoting bool
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
		for _, form := range s.forms[kind] {
			s.quoting = s.quoting || strings.HasPrefix(form.before, `"`)
		}
		switch t.Base {
		case Named, Enum:
			s.addNames(kind, t)
		case Count, Number:
			s.counting = true
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
		first := string(key[:key.read(n.name, 0)])
		if first == "" {
			continue // begins with a mark: only Read knows it
		}
		n.clash = clashes[strings.ToLower(n.name)]
		s.names[first] = append(s.names[first], n)
		if first == n.name { // a common noun of one word may be in the plural
			s.names[first+"s"] = append(s.names[first+"s"], n)
			s.names[first+"es"] = append(s.names[first+"es"], n)
		}
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

// read puts the letters and digits at i, small, into the key, as far as it is
// long, and returns how many bytes they are.
func (k *wordKey) read(s string, i int) (length int) {
	for length < len(k) && i+length < len(s) {
		c := lower(s[i+length])
		// Bytes from 0x80 on are letters, but for those that begin a blank or an
		// apostrophe outside ASCII.
		if c < utf8.RuneSelf && !isDigit(c) && (c < 'a' || c > 'z') || c == 0xC2 || c == 0xE2 {
			break
		}
		k[length] = c
		length++
	}
	return length
}
