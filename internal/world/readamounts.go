package world

// readMoney reads an amount in cents with its currency: "€20", "EUR 14.50", "20
// euros", "twenty euros", "50 cents", "14 euros 50".
func readMoney(s string, i int) (cents int64, code string, end int) {
	sign, at := readMinus(s, i)
	if code, after := readSign(s, at); after != noMatch {
		cents, end = readDecimal(s, maybeGap(s, after), 2)
		return sign * cents, code, end
	}
	if at >= len(s) {
		return 0, "", noMatch
	}
	var after int
	if isDigit(s[at]) {
		cents, after = readDecimal(s, at, 2)
	} else if cents, after = readWords(s, i); after != noMatch {
		cents *= 100
	}
	if after == noMatch {
		return 0, "", noMatch
	}
	if code, end = readSign(s, maybeGap(s, after)); end != noMatch {
		return sign * cents, code, end
	}
	return readMoneyUnit(s, sign*cents, after)
}

// readSign reads a currency's sign or code.
func readSign(s string, i int) (code string, end int) {
	for _, money := range [...]currency{currencyOf("EUR"), currencyOf("GBP"), currencyOf("USD")} {
		if end := folded(s, i, money.sign); end != noMatch {
			return money.code, end
		}
		if end := folded(s, i, money.code); end != noMatch && (end == len(s) || lower(s[end]) < 'a' || lower(s[end]) > 'z') {
			return money.code, end
		}
	}
	return "", noMatch
}

// readMoneyUnit reads the noun behind an amount, which must agree with it.
func readMoneyUnit(s string, cents int64, i int) (int64, string, int) {
	if i < len(s) && lower(s[i]) == 'p' && endsWord(s, i+1) && cents%100 == 0 {
		return cents / 100, "GBP", i + 1
	}
	if i = gap(s, i); i == noMatch {
		return 0, "", noMatch
	}
	for _, code := range [...]string{"EUR", "GBP", "USD"} {
		money := currencyOf(code)
		unit := money.unit.Many
		if cents == 100 || cents == -100 {
			unit = money.unit.One
		}
		if end := wordIs(s, i, unit); end != noMatch {
			cents, end = readCentsAfter(s, cents, end)
			return cents, code, end
		}
		if small := money.hundredth.For(cents / 100); cents%100 == 0 {
			if end := wordIs(s, i, small); end != noMatch {
				return cents / 100, centsCode(code), end
			}
		}
	}
	if end := wordIs(s, i, "quid"); end != noMatch {
		return cents, "GBP", end
	}
	return 0, "", noMatch
}

// anyCents stands for a currency that has cents: EUR or USD.
const anyCents = "cents"

func centsCode(code string) string {
	if code == "GBP" {
		return code
	}
	return anyCents
}

// readCentsAfter reads "50" or "and 50 cents" behind whole euros.
func readCentsAfter(s string, cents int64, end int) (int64, int) {
	if cents%100 != 0 || cents < 0 {
		return cents, end
	}
	at := gap(s, end)
	if at == noMatch {
		return cents, end
	}
	and := folded(s, at, "and ")
	if and != noMatch {
		at = and
	}
	n, after := readDigits(s, at)
	if after == noMatch || n < 1 || n > 99 {
		return cents, end
	}
	if gapEnd := gap(s, after); gapEnd != noMatch {
		if _, unitEnd := oneOf(s, gapEnd, "cents", "pence", "cent", "penny"); unitEnd != noMatch {
			return cents + n, unitEnd
		}
	}
	if and != noMatch || after-at != 2 || after != len(s) {
		return cents, end
	}
	return cents + n, after
}

// readMoneyAs reads an amount in one currency. An amount in another one has an
// end and is not ok.
func readMoneyAs(s string, i int, want string) (cents int64, end int, ok bool) {
	cents, code, end := readMoney(s, i)
	return cents, end, code == want || code == anyCents && want != "GBP"
}

// readCount reads a count with its unit in the right number, "no seats", or a
// bare number.
func readCount(s string, i int, unit Noun) (n int64, end int, bare bool) {
	if none := wordIs(s, i, "no"); none != noMatch && unit.One != "" {
		if at := gap(s, none); at != noMatch {
			return 0, wordIs(s, at, unit.For(0)), false
		}
		return 0, noMatch, false
	}
	n, end = readNumber(s, i)
	if end == noMatch || unit.One == "" {
		return n, end, true
	}
	if at := gap(s, end); at != noMatch {
		if after := wordIs(s, at, unit.For(n)); after != noMatch {
			return n, after, false
		}
	}
	return n, end, true
}

// readMinutes reads a duration: "95 minutes", "35 min", "1 hour 35 minutes",
// "1h35", "half an hour", "an hour and a half", "two and a half hours".
func readMinutes(s string, i int) (n int64, end int) {
	if n, end := readNamedMinutes(s, i); end != noMatch {
		return n, end
	}
	n, end = readNumber(s, i)
	if end == noMatch || n < 0 {
		return 0, noMatch
	}
	if half := folded(s, end, " and a half hours"); half != noMatch && n > 0 {
		return 60*n + 30, half
	}
	if half := folded(s, end, ".5 hours"); half != noMatch {
		return 60*n + 30, half
	}
	at := maybeGap(s, end)
	hour := readUnitWord(s, at, n, hourNoun, "h", "hr", "hrs")
	if hour == noMatch {
		return n, readUnitWord(s, at, n, minuteNoun, "min", "mins")
	}
	return readRestOfHour(s, 60*n, hour, n == 1)
}

// readNamedMinutes reads the durations that have a name.
func readNamedMinutes(s string, i int) (n int64, end int) {
	if i >= len(s) {
		return 0, noMatch
	}
	switch lower(s[i]) {
	case 'a', 'h', 't':
	default:
		return 0, noMatch
	}
	which, end := oneOf(s, i, "a quarter of an hour", "half an hour", "three quarters of an hour", "an hour")
	switch which {
	case 0, 1, 2:
		return int64(15 * (which + 1)), end
	case 3:
		return readRestOfHour(s, 60, end, true)
	}
	return 0, noMatch
}

// readRestOfHour reads the minutes behind whole hours.
func readRestOfHour(s string, hours int64, end int, single bool) (int64, int) {
	if half := wordIs(s, end, " and a half"); half != noMatch && single {
		return hours + 30, half
	}
	at := maybeGap(s, end)
	if and := folded(s, at, "and "); and != noMatch {
		at = and
	}
	n, after := readNumber(s, at)
	if after == noMatch || n < 1 || n > 59 {
		return hours, end
	}
	if unit := readUnitWord(s, maybeGap(s, after), n, minuteNoun, "min", "mins", "m"); unit != noMatch {
		return hours + n, unit
	}
	if at == end && after-at == 2 && isDigit(s[at]) { // "1h35"
		return hours + n, after
	}
	return hours, end
}

// readUnitWord reads a noun that agrees with n, or one of its short forms.
func readUnitWord(s string, i int, n int64, unit Noun, short ...string) (end int) {
	if end = wordIs(s, i, unit.For(n)); end != noMatch {
		return end
	}
	for _, word := range short {
		if end = folded(s, i, word); end != noMatch && (endsWord(s, end) || word == "h" && end < len(s) && isDigit(s[end])) {
			return end
		}
	}
	return noMatch
}

// readQuantity reads tenths of a unit by symbol or by word; bare without either.
func readQuantity(s string, i int, symbol string, words Noun) (tenths int64, end int, bare bool) {
	sign, at := readMinus(s, i)
	if at < len(s) && isDigit(s[at]) {
		tenths, end = readDecimal(s, at, 1)
		tenths *= sign
	} else if tenths, end = readWords(s, i); end != noMatch {
		tenths *= 10
	}
	if end == noMatch {
		return 0, noMatch, false
	}
	at = maybeGap(s, end)
	if symbol != "" {
		if after := wordIs(s, at, symbol); after != noMatch {
			return tenths, after, false
		}
	}
	if words.One == "" || at == end {
		return tenths, end, true
	}
	word := words.For(2)
	if tenths == 10 {
		word = words.One
	}
	if after := wordIs(s, at, word); after != noMatch {
		return tenths, after, false
	}
	return tenths, end, true
}

// readPercent reads "40%", "40 percent" and "40 per cent"; bare without any.
func readPercent(s string, i int) (n int64, end int, bare bool) {
	n, end = readNumber(s, i)
	if end == noMatch {
		return 0, noMatch, false
	}
	at := maybeGap(s, end)
	if at < len(s) && s[at] == '%' {
		return n, at + 1, false
	}
	if at != end {
		if _, after := oneOf(s, at, "percent", "per cent"); after != noMatch {
			return n, after, false
		}
	}
	return n, end, true
}
