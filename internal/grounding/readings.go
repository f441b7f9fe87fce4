package grounding

import (
	"slices"
	"strings"
)

// reading is what a run of tokens says. Its keys say where else the same is said:
// keys are what the text says, asks is what to look for in another text.
type reading struct {
	span    Span
	next    int // the index of the token after it
	kind    Kind
	keys    []string
	asks    []string
	spelled bool // a number in words
	weak    bool // so common a word that it is no literal
}

// The beginnings of keys.
const (
	keyNumber   = "n:"
	keyMoney    = "$:" // number, then the currency or nothing
	keyCurrency = "c:"
	keyDate     = "d:"
	keyYearless = "y:" // month and day of any date
	keyAnyYear  = "--" // month and day of a date without a year, on an unknown day
	keyMonth    = "m:" // said as a month
	keyInMonth  = "i:" // the month of any date
	keyWeekday  = "w:"
	keyTime     = "t:"
	keyPhone    = "p:"
	keyBool     = "b:"
)

// read fills the readings: at each place the first of the readers that can read
// there.
func (t *Text) read() {
	for i := 0; i < len(t.tokens); {
		one, ok := t.at(i)
		if !ok {
			i++
			continue
		}
		one.span = Span{t.tokens[i].Span[0], t.tokens[one.next-1].Span[1]}
		if one.asks == nil {
			one.asks = one.keys
		}
		t.readings = append(t.readings, one)
		i = one.next
		if t.word(i) == "t" && t.tokens[i].glued && one.kind == Date { // 2025-03-12T15:00
			i++
		}
	}
}

func (t *Text) at(i int) (reading, bool) {
	for _, reader := range [...]func(*Text, int) (reading, bool){(*Text).address, (*Text).date, (*Text).clock, (*Text).code, (*Text).phone, (*Text).money, (*Text).number, (*Text).common} {
		if one, ok := reader(t, i); ok {
			return one, true
		}
	}
	return reading{}, false
}

// keysOf reads a value as a whole: keys to look for, or, for a date-time, the keys of
// its date and of its time of day. Exact says that looking for its words as well
// would find what is not meant.
func (r Reader) keysOf(value string) (keys, times []string, exact bool) {
	const longest = 64 // bytes of a value that can be a date or a number
	if len(value) > longest {
		return nil, nil, false
	}
	t := &Text{reader: r, source: value, tokens: tokenise(value)}
	t.read()
	switch len(t.readings) {
	case 1:
		if one := t.readings[0]; one.span == (Span{0, len(value)}) {
			inDigits := strings.ContainsAny(value, "0123456789")
			return one.asks, nil, inDigits && (one.kind == Number || one.kind == Date || one.kind == Time)
		}
	case 2:
		day, clock := t.readings[0], t.readings[1]
		if day.kind == Date && clock.kind == Time && day.span[0] == 0 && clock.span[1] == len(value) && clock.span[0]-day.span[1] <= 1 {
			return day.asks, clock.asks, true
		}
	}
	return nil, nil, false
}

// word returns the lower-case word at a token, "" if there is none.
func (t *Text) word(i int) string {
	if i < 0 || i >= len(t.tokens) || t.tokens[i].kind != wordToken {
		return ""
	}
	return t.tokens[i].text
}

// sign reports whether one of the given signs stands at a token.
func (t *Text) sign(i int, signs string) bool {
	return i >= 0 && i < len(t.tokens) && t.tokens[i].kind == signToken && strings.Contains(signs, t.tokens[i].text)
}

// digits returns the digits at a token, "" if there are none.
func (t *Text) digits(i int) string {
	if i < 0 || i >= len(t.tokens) || t.tokens[i].kind != digitToken {
		return ""
	}
	return t.tokens[i].text
}

// glued reports whether a token is there and follows the one before it directly.
func (t *Text) glued(i int) bool { return i > 0 && i < len(t.tokens) && t.tokens[i].glued }

// alone reports whether no letter or digit is glued to the token before i.
func (t *Text) alone(i int) bool { return !t.glued(i) || t.tokens[i].kind == signToken }

// address reads e-mail addresses and URLs. They say nothing but themselves.
func (t *Text) address(i int) (reading, bool) {
	if t.glued(i) && t.tokens[i-1].kind != signToken || t.tokens[i].kind == signToken {
		return reading{}, false
	}
	end, mail, dots := i, -1, 0
	scheme := t.sign(i+1, ":") && t.sign(i+2, "/") && t.sign(i+3, "/") && t.glued(i+1) && t.glued(i+2) && t.glued(i+3)
	for k := i + 1; t.glued(k) && k < i+longestRun; k++ {
		switch {
		case t.tokens[k].kind != signToken:
			end = k
		case t.sign(k, "@") && mail < 0 && !scheme:
			mail = k
		case t.sign(k, "."):
			if mail >= 0 {
				dots++
			}
		case !strings.Contains("-_+%", t.tokens[k].text) && (!scheme || !strings.Contains(":/?#[]@!$&*+,;=~'()", t.tokens[k].text)):
			k = len(t.tokens) // ends here
		case scheme && t.sign(k, "/"):
			end = k
		}
	}
	switch {
	case scheme && end > i+3:
		return reading{next: end + 1, kind: URL}, true
	case mail > i && end > mail && dots > 0:
		return reading{next: end + 1, kind: Email}, true
	}
	return reading{}, false
}

// longestRun bounds how many tokens without space between them are looked at as one
// code or address, so that reading stays linear.
const longestRun = 100

// code reads letters and digits that belong together: KX492, AB-1234, ord_17.
func (t *Text) code(i int) (reading, bool) {
	if t.tokens[i].kind == signToken {
		return reading{}, false
	}
	if end, ok := t.version(i); ok {
		return reading{next: end, kind: Code}, true
	}
	end, close := i+1, false
	for t.glued(end) {
		if end > i+longestRun {
			return reading{}, false
		}
		joint := end
		if t.tokens[joint].kind == signToken {
			if !t.sign(joint, "-_/.") || !t.glued(joint+1) || t.tokens[joint+1].kind == signToken {
				break
			}
			close = close || t.bonds(end-1, end+1, t.tokens[joint].text)
			end = joint + 2
			continue
		}
		close = close || t.bonds(end-1, end, "")
		end++
	}
	if !close {
		return reading{}, false
	}
	return reading{next: end, kind: Code}, true
}

// version reads digits with several points between them: 1.2.3, 10.0.0.1.
func (t *Text) version(i int) (next int, ok bool) {
	groups := 1
	for next = i + 1; groups < longestRun && t.digits(next-1) != "" && t.sign(next, ".") && t.glued(next) && t.glued(next+1) && t.digits(next+1) != ""; next += 2 {
		groups++
	}
	return next, t.digits(i) != "" && groups > 2
}

// bonds reports whether two tokens, joined by a sign or none, make a code of the run
// that they stand in.
func (t *Text) bonds(a, b int, sign string) bool {
	left, right := &t.tokens[a], &t.tokens[b]
	if left.kind == right.kind {
		return false
	}
	if left.kind == digitToken {
		capitals := right.upper == len(right.text)
		return sign == "" && !units[right.text] || sign == "_" || sign == "-" && capitals
	}
	if sign != "" && (units[left.text] && t.glued(a) && t.digits(a-1) != "" || months[left.text] > 0) {
		return false // 10am-2pm, Mar-12
	}
	return sign != "."
}

// phone reads a telephone number: at least seven digits in groups.
func (t *Text) phone(i int) (reading, bool) {
	k, plus, open := i, t.sign(i, "+"), false
	if plus {
		k++
	}
	if !plus && !t.sign(k, "(") && t.digits(k) == "" || t.glued(i) && t.tokens[i-1].kind != signToken {
		return reading{}, false
	}
	if t.sign(k, "(") {
		k, open = k+1, true
	}
	var all strings.Builder
	groups, end := 0, k
	for t.digits(k) != "" && groups < longestRun {
		all.WriteString(t.digits(k))
		groups++
		k++
		end = k
		if open && t.sign(k, ")") {
			k, open = k+1, false
			continue
		}
		switch {
		case t.sign(k, "-.") && t.glued(k) && t.glued(k+1):
			k++
		case plus && t.sign(k, "("):
			k, open = k+1, true
		case !plus && !t.glued(k) && groups > 0 && !t.sign(i, "("):
			k = len(t.tokens) // spaces only in what begins as a telephone number
		}
	}
	number := all.String()
	marked := plus || t.sign(i, "(")
	short := groups == 2 && len(t.digits(i)) == 3 && t.sign(i+1, "-") && len(t.digits(i+2)) == 4 // 555-0134, but not 2019-2024
	if !isTelephone(number) || !marked && groups < 3 && !short || !t.alone(end) {
		return reading{}, false
	}
	return reading{next: end, kind: Code, keys: []string{keyPhone + number}}, true
}

func isTelephone(number string) bool {
	return len(number) >= 7 && len(number) <= 15 && !strings.ContainsFunc(number, func(r rune) bool { return r < '0' || r > '9' })
}

// common reads words that say a boolean or a currency.
func (t *Text) common(i int) (reading, bool) {
	if t.sign(i, "$€£¥₹") {
		return reading{next: i + 1, keys: []string{keyCurrency + currencySigns[t.tokens[i].text]}, weak: true}, true
	}
	word := t.word(i)
	if currency := t.currencyWord(i); currency != "" {
		return reading{next: i + 1, keys: []string{keyCurrency + currency}, weak: true}, true
	}
	switch {
	case slices.Contains([]string{"yes", "yeah", "yep", "true"}, word):
		return reading{next: i + 1, keys: []string{keyBool + "true"}, weak: true}, true
	case slices.Contains([]string{"no", "nope", "false"}, word):
		return reading{next: i + 1, keys: []string{keyBool + "false"}, weak: true}, true
	}
	return reading{}, false
}

// Negated reports whether a text denies or excludes something: "no", "not",
// "without", "don't", "never", "none", "neither", "skip", "except" and their like.
func Negated(text string) bool {
	for _, one := range tokenise(text) {
		if one.kind == wordToken && (negations[one.text] || strings.HasSuffix(one.text, "n't")) {
			return true
		}
	}
	return false
}
