package buttonbench

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/buttonbench/button/internal/world"
)

// speech is what a model told the user, made ready for being searched.
type speech struct {
	text, lower string
	start       *world.Start
	known       string // what the user said himself: a day need not be said again
}

// typography are signs that models write in the place of plainer ones, and marks
// of emphasis that stand in the way of words.
var typography = strings.NewReplacer(
	"\u00a0", " ", "\u202f", " ", "\u2009", " ", "\u2010", "-", "\u2011", "-", "\u2012", "-", "\u2013", "-", "\u2014", " - ", "\u2212", "-",
	"\u2018", "'", "\u2019", "'", "\u201c", `"`, "\u201d", `"`, "**", "", "`", "", "\u200b", "",
)

func newSpeech(text, known string, start *world.Start) *speech {
	text = typography.Replace(text)
	return &speech{text: text, lower: fold(text), start: start, known: typography.Replace(known)}
}

// fold ignores case letter by letter, which keeps the offsets of ASCII text.
func fold(text string) string { return strings.Map(unicode.ToLower, text) }

// states reports whether a value is stated in any of the ways in which it can be
// said. It is lenient with forms (14.5 or "EUR 14.50", "2 June" or 2026-06-02) and
// strict with edges: a value inside a longer word or number is not stated.
//
// What it cannot see: whether a sentence denies what it names, which of several
// named things it calls the cheapest, and whether a yes or no is the right one.
func (s *speech) states(kind *world.Type, raw json.RawMessage) bool {
	want, err := kind.Decode(raw)
	if err != nil {
		return false
	}
	return s.statesValue(kind, want)
}

func (s *speech) statesValue(kind *world.Type, want world.Value) bool {
	if s.holds(kind.Show(want, s.start.Today, s.start.World)) || s.scans(s.text, kind, want) {
		return true
	}
	switch value := want.(type) {
	case string:
		return s.statesText(kind, value)
	case int64:
		return s.statesNumber(kind, value)
	}
	return false
}

func (s *speech) scans(text string, kind *world.Type, want world.Value) bool {
	return slices.ContainsFunc(world.Scan(text, []*world.Type{kind}, s.start.Today, s.start), func(found world.Found) bool {
		// A bare number may be a part of something that its unit does not show.
		bare := kind.Numeric() && strings.Trim(text[found.Span[0]:found.Span[1]], "0123456789.,-") == ""
		return found.Value == want && !bare
	})
}

func (s *speech) statesText(kind *world.Type, value string) bool {
	switch kind.Base {
	case world.DateTime:
		return s.statesMoment(kind, value)
	case world.Date:
		return s.statesDay(value)
	case world.Time:
		return s.statesClock(value)
	case world.Code, world.Phone:
		return s.holdsSpaced(value)
	case world.Enum:
		for _, code := range kind.Codes {
			if code.Code == value && slices.ContainsFunc(code.Surfaces, s.holdsLoosely) {
				return true
			}
		}
		return s.holds(value) || s.holds(strings.ReplaceAll(value, "_", " "))
	case world.Text:
		return s.holdsWords(value)
	}
	return s.holds(value)
}

// statesMoment accepts a date-time whose day and time stand apart, or whose day
// the user named, or which is today.
func (s *speech) statesMoment(kind *world.Type, value string) bool {
	day, clock, ok := strings.Cut(value, "T")
	if !ok {
		return false
	}
	if s.holds(day+" "+clock) || s.holds(day+"t"+clock) {
		return true
	}
	types := world.Builtins("EUR")
	dated := day == s.start.Today || s.statesValue(types[world.Date], day) || s.scans(s.known, types[world.Date], day)
	return dated && s.statesValue(types[world.Time], clock)
}

var months = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}

// statesDay accepts orders and spellings beyond those that the worlds speak.
func (s *speech) statesDay(value string) bool {
	if len(value) != len("2006-01-02") {
		return false
	}
	year, month, day := value[:4], int(value[5]-'0')*10+int(value[6]-'0'), strings.TrimPrefix(value[8:], "0")
	if month < 1 || month > 12 {
		return false
	}
	name := "(" + months[month-1] + "|" + months[month-1][:3] + `\.?|sept\.?)`
	if month != 9 {
		name = "(" + months[month-1] + "|" + months[month-1][:3] + `\.?)`
	}
	number := "0?" + day + "(st|nd|rd|th)?"
	tail := `(,? ` + year + `)?`
	digits := strings.Join([]string{"0?" + day, value[5:7], year}, `[./-]`)
	return s.matches(`(the )?`+number+`( day)?( of)?[ -]`+name+tail, year) || s.matches(name+` (the )?`+number+tail, year) ||
		s.matches(year+`[./]`+value[5:7]+`[./]`+value[8:], "") || s.matches(digits, "")
}

// statesClock accepts a time in either clock.
func (s *speech) statesClock(value string) bool {
	if len(value) != len("15:04") {
		return false
	}
	hour, minute := int(value[0]-'0')*10+int(value[1]-'0'), value[3:]
	plain := func(h int) string { return "0?" + string(appendInt(nil, h)) }
	if s.matches(plain(hour)+`[:.h]`+minute+`(:00)?( ?h(rs?|ours)?| o'clock)?`, "") {
		return true
	}
	half, twelve := `a\.?m\.?`, hour%12
	if hour >= 12 {
		half = `p\.?m\.?`
	}
	if twelve == 0 {
		twelve = 12
	}
	minutes := `[:.]` + minute
	if minute == "00" {
		minutes = `([:.]00)?`
	}
	if s.matches(plain(twelve)+minutes+` ?`+half, "") {
		return true
	}
	return minute == "00" && (hour == 12 && s.holds("noon") || hour == 0 && s.holds("midnight"))
}

// matches finds a pattern between word edges. If it is followed by another year
// than the one given, it is another day.
func (s *speech) matches(pattern, year string) bool {
	compiled, err := regexp.Compile(`(?:^|[^\pL\pN.:/-])(?:` + pattern + `)`)
	if err != nil {
		return false
	}
	for from := 0; from < len(s.lower); {
		at := compiled.FindStringIndex(s.lower[from:])
		if at == nil {
			return false
		}
		end := from + at[1]
		if endsHere(s.lower, end) && (year == "" || !otherYear(s.lower[end:], year)) {
			return true
		}
		from += at[0] + 1
	}
	return false
}

var followingYear = regexp.MustCompile(`^,? ([0-9]{4})\b`)

func otherYear(rest, year string) bool {
	found := followingYear.FindStringSubmatch(rest)
	return found != nil && found[1] != year
}

// endsHere reports whether a word or number ends at a place: what follows is no
// letter or digit, and no sign that joins another digit.
func endsHere(text string, at int) bool {
	r, size := utf8.DecodeRuneInString(text[at:])
	if size == 0 {
		return true
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
		return false
	}
	next, _ := utf8.DecodeRuneInString(text[at+size:])
	return !(strings.ContainsRune(".,:/", r) && unicode.IsDigit(next))
}

func startsHere(text string, at int) bool {
	r, size := utf8.DecodeLastRuneInString(text[:at])
	if size == 0 {
		return true
	}
	if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' {
		return false
	}
	before, _ := utf8.DecodeLastRuneInString(text[:at-size])
	return !(strings.ContainsRune(".,:/", r) && unicode.IsDigit(before))
}

// holds finds words as a whole, whatever their case.
func (s *speech) holds(words string) bool {
	words = fold(typography.Replace(words))
	if words == "" {
		return false
	}
	for from := 0; ; {
		at := strings.Index(s.lower[from:], words)
		if at < 0 {
			return false
		}
		at += from
		if startsHere(s.lower, at) && endsHere(s.lower, at+len(words)) {
			return true
		}
		from = at + 1
	}
}

// holdsLoosely is holds without a leading article: "a slow start" of "the slow start".
func (s *speech) holdsLoosely(words string) bool {
	for _, article := range []string{"a ", "an ", "the ", "my ", "our "} {
		words = strings.TrimPrefix(words, article)
	}
	return s.holds(words)
}

// holdsSpaced finds a code or number whose groups are joined by other signs.
func (s *speech) holdsSpaced(code string) bool {
	var pattern strings.Builder
	for _, r := range fold(code) {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			continue
		}
		if pattern.Len() > 0 {
			pattern.WriteString(`[ -]?`)
		}
		pattern.WriteString(regexp.QuoteMeta(string(r)))
	}
	return pattern.Len() > 0 && s.matches(pattern.String(), "")
}

// small words may be missing where a free text is said in other words.
var small = map[string]bool{
	"a": true, "an": true, "the": true, "and": true, "or": true, "of": true, "in": true, "on": true, "at": true, "to": true, "by": true,
	"for": true, "with": true, "from": true, "is": true, "are": true, "it": true, "its": true,
}

// holdsWords finds a free text, or all its words of weight in any order.
func (s *speech) holdsWords(text string) bool {
	if s.holds(text) {
		return true
	}
	words := strings.FieldsFunc(fold(typography.Replace(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	weighty := 0
	for _, word := range words {
		if small[word] && len(word) > 1 {
			continue
		}
		weighty++
		if !s.holds(word) {
			return false
		}
	}
	return weighty > 0
}
