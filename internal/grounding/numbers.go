package grounding

import (
	"slices"
	"strconv"
	"strings"
)

// number reads a number that may have a unit or a currency behind it.
func (t *Text) number(i int) (reading, bool) {
	one, ok := t.figure(i)
	if !ok {
		return reading{}, false
	}
	return t.measured(i, one), true
}

// money reads a currency before a number.
func (t *Text) money(i int) (reading, bool) {
	currency, k := "", i
	switch {
	case t.word(i) == "us" && t.sign(i+1, "$"):
		currency, k = "usd", i+2
	case t.sign(i, "$€£¥₹"):
		currency, k = currencySigns[t.tokens[i].text], i+1
	case t.word(i) != "" && t.tokens[i].upper == 3 && currencies[t.word(i)]:
		currency, k = t.word(i), i+1
	default:
		return reading{}, false
	}
	one, ok := t.figure(k)
	if !ok || one.spelled {
		return reading{}, false
	}
	return pay(one, currency), true
}

// figure is a number as it stands in a text.
type figure struct {
	value   string // canonical
	next    int
	spelled bool
	ordinal bool
}

// figure reads a number without what surrounds it.
func (t *Text) figure(i int) (figure, bool) {
	k, minus := i, ""
	switch {
	case t.sign(i, "-−") && t.glued(i+1) && (!t.glued(i) || t.sign(i-1, "([:=$€£")):
		k, minus = i+1, "-"
	case t.word(i) == "minus":
		k, minus = i+1, "-"
	}
	one, ok := t.plainDigits(k)
	if !ok {
		one, ok = t.numberWords(k)
	}
	if !ok {
		return figure{}, false
	}
	if zeros, has := scales[t.word(one.next)]; has && !one.ordinal {
		one = t.scaled(one, zeros)
	}
	if minus != "" && one.value != "0" {
		one.value = minus + one.value
	}
	return one, true
}

// scaled multiplies by "hundred" and the like, and adds "and fifty".
func (t *Text) scaled(one figure, zeros int) figure {
	word := t.word(one.next)
	one.next++
	if word == "dozen" {
		if n, err := strconv.Atoi(one.value); err == nil && n < 1000 {
			one.value = strconv.Itoa(12 * n)
		}
		return one
	}
	one.value = shift(one.value, zeros)
	next := one.next
	if t.word(next) == "and" {
		next++
	}
	if rest, ok := t.numberWords(next); ok && !rest.ordinal && !strings.Contains(one.value, ".") && strings.HasSuffix(one.value, strings.Repeat("0", min(zeros, 2))) {
		if scale, more := scales[t.word(rest.next)]; more && scale < zeros {
			rest = t.scaled(rest, scale)
		}
		a, errA := strconv.Atoi(one.value)
		b, errB := strconv.Atoi(rest.value)
		if errA == nil && errB == nil {
			one.value, one.next = strconv.Itoa(a+b), rest.next
		}
	}
	return one
}

// plainDigits reads 1234.5, 1,234.50 and 3rd. Digits that go on as in 1.2.3 or 5x7a
// are none.
func (t *Text) plainDigits(i int) (figure, bool) {
	whole := t.digits(i)
	if whole == "" || t.glued(i) && (t.tokens[i-1].kind == wordToken && !currencies[t.word(i-1)] || t.sign(i-1, ".") && t.digits(i-2) != "" && t.glued(i-1)) {
		return figure{}, false
	}
	k := i + 1
	for len(whole) <= 30 && (k > i+1 || len(whole) <= 3) && t.sign(k, ",") && t.glued(k) && t.glued(k+1) && len(t.digits(k+1)) == 3 {
		whole += t.digits(k + 1)
		k += 2
	}
	if len(whole) > 1 && whole[0] == '0' || len(whole) > 40 {
		return figure{}, false // 007 is a code
	}
	value := whole
	if t.sign(k, ".") && t.glued(k) && t.glued(k+1) && t.digits(k+1) != "" {
		value += "." + t.digits(k+1)
		k += 2
		if t.sign(k, ".") && t.glued(k) && t.glued(k+1) && t.digits(k+1) != "" {
			return figure{}, false
		}
	}
	one := figure{next: k}
	one.value, _ = CanonicalNumber(value)
	if t.glued(k) && t.tokens[k].kind == wordToken {
		suffix := t.word(k)
		switch {
		case slices.Contains([]string{"st", "nd", "rd", "th"}, suffix):
			one.next, one.ordinal = k+1, true
		case units[suffix]:
			one.next = k
		default:
			return figure{}, false
		}
	}
	return one, true
}

// numberWords reads "seven", "twenty-five" and "third". A word with digits behind it
// ("five6") is part of a code.
func (t *Text) numberWords(i int) (figure, bool) {
	one, ok := t.spelledOut(i)
	if ok && t.glued(one.next) && t.tokens[one.next].kind == digitToken {
		return figure{}, false
	}
	return one, ok
}

func (t *Text) spelledOut(i int) (figure, bool) {
	word := t.word(i)
	if word == "" || t.glued(i) && t.tokens[i-1].kind == digitToken {
		return figure{}, false
	}
	if n, ok := ordinals[word]; ok {
		return figure{value: strconv.Itoa(n), next: i + 1, spelled: true, ordinal: true}, true
	}
	if (word == "a" || word == "an" || word == "dozen") && t.scaleAt(i+1, word) {
		next := i + 1
		if word == "dozen" {
			next = i
		}
		return figure{value: "1", next: next, spelled: true}, true
	}
	value, ok := smallNumbers[word]
	if !ok {
		return figure{}, false
	}
	one := figure{value: value, next: i + 1, spelled: true}
	if len(value) == 2 && value[1] == '0' && value[0] >= '2' {
		k := i + 1
		if t.sign(k, "-") && t.glued(k) && t.glued(k+1) {
			k++
		}
		if unit, ok := smallNumbers[t.word(k)]; ok && len(unit) == 1 && unit != "0" {
			return figure{value: value[:1] + unit, next: k + 1, spelled: true}, true
		}
		if n, ok := ordinals[t.word(k)]; ok && n < 10 {
			return figure{value: value[:1] + strconv.Itoa(n), next: k + 1, spelled: true, ordinal: true}, true
		}
	}
	return one, true
}

// scaleAt reports whether "hundred" and the like stand at a token, or, for a bare
// "dozen", before it.
func (t *Text) scaleAt(i int, word string) bool {
	_, ok := scales[t.word(i)]
	return ok || word == "dozen"
}

// measured adds what stands behind a number, and the time of day that it may be.
func (t *Text) measured(i int, one figure) reading {
	currency, next := "", one.next
	switch {
	case t.sign(next, "%"), t.word(next) == "percent":
		read := plain(one)
		read.next = next + 1
		read.keys = append(read.keys, keyNumber+shift(one.value, -2))
		read.asks = read.keys
		return read
	case t.word(next) == "per" && t.word(next+1) == "cent":
		one.next = next + 2
		read := plain(one)
		read.keys = append(read.keys, keyNumber+shift(one.value, -2))
		return read
	case t.sign(next, "$€£¥₹"):
		currency = currencySigns[t.tokens[next].text]
	case one.ordinal:
	default:
		currency = t.currencyWord(next)
	}
	if currency != "" {
		one.next++
		return pay(one, currency)
	}
	read := plain(one)
	read.asks = slices.Clone(read.keys)
	if one.ordinal {
		read.keys = append(read.keys, t.reader.dayOfMonth(one.value)...)
		return read
	}
	if slices.Contains([]string{"at", "by", "before", "after", "until", "till", "from", "around", "between", "to"}, t.word(i-1)) {
		if hour, err := strconv.Atoi(one.value); err == nil && hour >= 0 && hour <= 24 {
			read.keys = append(read.keys, hours(hour, 0, "")...)
			read.asks = append(read.asks, hours(hour, 0, "")...)
		}
	}
	return read
}

func plain(one figure) reading {
	return reading{next: one.next, kind: Number, spelled: one.spelled, weak: one.spelled && (one.ordinal || one.value == "1"),
		keys: []string{keyNumber + one.value, keyMoney + one.value + " "}}
}

// pay is a number with a currency. It is the same sum where no currency is said.
func pay(one figure, currency string) reading {
	sum := keyMoney + one.value + " "
	return reading{next: one.next, kind: Number, spelled: one.spelled,
		keys: []string{keyNumber + one.value, sum + currency, keyCurrency + currency},
		asks: []string{sum + currency, sum}}
}

// currencyWord is the currency that a word names: its code in capitals, or a name.
func (t *Text) currencyWord(i int) string {
	word := t.word(i)
	if word == "" {
		return ""
	}
	if t.tokens[i].upper == 3 && currencies[word] {
		return word
	}
	return currencyNames[stem(word)]
}

// CanonicalNumber writes a JSON number without exponent, sign of zero and needless
// zeros; false for one beyond 1e40.
func CanonicalNumber(text string) (string, bool) {
	if strings.ContainsAny(text, "eE") {
		value, err := strconv.ParseFloat(text, 64)
		if err != nil || value > 1e40 || value < -1e40 {
			return "", false
		}
		text = strconv.FormatFloat(value, 'f', -1, 64)
	}
	minus := strings.HasPrefix(text, "-")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	if minus && whole != "0" {
		whole = "-" + whole
	}
	return whole, true
}

// shift moves the point of a canonical number to the right, or, for negative places,
// to the left.
func shift(value string, places int) string {
	minus := strings.HasPrefix(value, "-")
	whole, fraction, _ := strings.Cut(strings.TrimPrefix(value, "-"), ".")
	if places >= 0 {
		fraction += strings.Repeat("0", max(0, places-len(fraction)))
		whole, fraction = whole+fraction[:places], fraction[places:]
	} else {
		whole = strings.Repeat("0", max(0, 1-places-len(whole))) + whole
		cut := len(whole) + places
		whole, fraction = whole[:cut], whole[cut:]+fraction
	}
	moved, _ := CanonicalNumber(whole + "." + fraction)
	if minus && moved != "0" {
		moved = "-" + moved
	}
	return moved
}
