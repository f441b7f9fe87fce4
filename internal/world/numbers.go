package world

import (
	"strconv"
	"strings"
)

var smallNumbers = [...]string{
	"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
	"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
}

var tensNumbers = [...]string{"twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}

// spell writes 0 to 999 in words, "two hundred and forty-one"; other numbers in digits.
func spell(n int64) string {
	switch {
	case n < 0 || n > 999:
		return strconv.FormatInt(n, 10)
	case n < 20:
		return smallNumbers[n]
	case n < 100:
		tens := tensNumbers[n/10-2]
		if n%10 == 0 {
			return tens
		}
		return tens + "-" + smallNumbers[n%10]
	}
	hundreds := smallNumbers[n/100] + " hundred"
	if n%100 == 0 {
		return hundreds
	}
	return hundreds + " and " + spell(n%100)
}

// grouped writes a whole number in digits, in groups of three from 10,000 on.
func grouped(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	if len(digits) < 5 {
		return sign + digits
	}
	var b strings.Builder
	b.WriteString(sign)
	for i := range len(digits) {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digits[i])
	}
	return b.String()
}

// decimal writes a number of tenths or hundredths: places is 1 or 2. The
// fraction is left out if it is zero.
func decimal(n int64, places int) string {
	unit := int64(10)
	if places == 2 {
		unit = 100
	}
	whole, rest, sign := n/unit, n%unit, ""
	if n < 0 {
		whole, rest, sign = -whole, -rest, "-"
	}
	text := sign + grouped(whole)
	if rest == 0 {
		return text
	}
	fraction := strconv.FormatInt(rest+unit, 10)[1:]
	return text + "." + fraction
}

// nth writes an ordinal: 1st, 2nd, 3rd, 4th, 11th.
func nth(n int) string { return strconv.Itoa(n) + nthEnding(n) }

func nthEnding(n int) string {
	if n/10%10 != 1 {
		switch n % 10 {
		case 1:
			return "st"
		case 2:
			return "nd"
		case 3:
			return "rd"
		}
	}
	return "th"
}

// number writes a count in a speaker's way: small numbers in words if that is
// the habit.
func (s Style) number(n int64) string {
	if s.Number == NumberWords && n >= 1 && n <= 12 {
		return spell(n)
	}
	return grouped(n)
}

// maxDigits bounds the whole numbers that are read: far above any honest amount,
// far below an overflow of cents.
const maxDigits = 12

// readDigits reads a whole number in digits: no leading zero, commas only
// between groups of three.
func readDigits(s string, i int) (n int64, end int) {
	start := i
	for i < len(s) && isDigit(s[i]) && i-start <= maxDigits {
		n = 10*n + int64(s[i]-'0')
		i++
	}
	if i == start || i-start > maxDigits || s[start] == '0' && i-start > 1 {
		return 0, noMatch
	}
	if i-start > 3 || n == 0 {
		return n, i
	}
	for groups := 1; groups < maxDigits/3 && i+3 < len(s) && s[i] == ',' && isDigit(s[i+1]) && isDigit(s[i+2]) && isDigit(s[i+3]); groups++ {
		n = 1000*n + 100*int64(s[i+1]-'0') + 10*int64(s[i+2]-'0') + int64(s[i+3]-'0')
		i += 4
	}
	return n, i
}

// readDecimal reads a number in digits, with a fraction of exactly so many
// places (1 or 2) or with none, as a count of tenths or hundredths.
func readDecimal(s string, i, places int) (n int64, end int) {
	if n, i = readDigits(s, i); i == noMatch {
		return 0, noMatch
	}
	unit := int64(10)
	if places == 2 {
		unit = 100
	}
	if i+places >= len(s) || s[i] != '.' {
		return n * unit, i
	}
	fraction := int64(0)
	for _, digit := range []byte(s[i+1 : i+1+places]) {
		if !isDigit(digit) {
			return n * unit, i
		}
		fraction = 10*fraction + int64(digit-'0')
	}
	return n*unit + fraction, i + 1 + places
}

// readMinus skips a minus sign in front of a number.
func readMinus(s string, i int) (sign int64, end int) {
	if i < len(s) && s[i] == '-' {
		return -1, i + 1
	}
	return 1, i
}

// readNumber reads a whole number in digits, which may have a minus sign, or in
// words.
func readNumber(s string, i int) (n int64, end int) {
	if i >= len(s) {
		return 0, noMatch
	}
	if sign, at := readMinus(s, i); at < len(s) && isDigit(s[at]) {
		n, end = readDigits(s, at)
		return sign * n, end
	}
	return readWords(s, i)
}

// readWords reads zero to nine hundred and ninety-nine in words.
func readWords(s string, i int) (n int64, end int) {
	n, end = readBelowHundred(s, i)
	if end == noMatch {
		after := wordIs(s, i, "a")
		if after == noMatch {
			return 0, noMatch
		}
		n, end = 1, after
		if hundred := wordIs(s, maybeGap(s, end), "hundred"); hundred == noMatch {
			return 0, noMatch
		}
	}
	if n < 1 || n > 9 {
		return n, end
	}
	hundred := gap(s, end)
	if hundred == noMatch {
		return n, end
	}
	if hundred = wordIs(s, hundred, "hundred"); hundred == noMatch {
		return n, end
	}
	n, end = 100*n, hundred
	rest := gap(s, end)
	if rest == noMatch {
		return n, end
	}
	if rest = wordIs(s, rest, "and"); rest == noMatch {
		return n, end
	}
	if rest = gap(s, rest); rest == noMatch {
		return n, end
	}
	if small, after := readBelowHundred(s, rest); after != noMatch && small > 0 {
		return n + small, after
	}
	return n, end
}

// readBelowHundred reads zero to ninety-nine in words.
func readBelowHundred(s string, i int) (n int64, end int) {
	if i >= len(s) {
		return 0, noMatch
	}
	first := lower(s[i])
	for tens, word := range tensNumbers {
		if word[0] != first {
			continue
		}
		end := folded(s, i, word)
		if end == noMatch {
			continue
		}
		n := int64(10 * (tens + 2))
		if end < len(s) && (s[end] == '-' || s[end] == ' ') {
			if one, after := readSmall(s, end+1); after != noMatch && 1 <= one && one <= 9 {
				return n + one, after
			}
		}
		if endsWord(s, end) {
			return n, end
		}
		return 0, noMatch
	}
	return readSmall(s, i)
}

func readSmall(s string, i int) (n int64, end int) {
	if i >= len(s) {
		return 0, noMatch
	}
	first := lower(s[i])
	for n, word := range smallNumbers {
		if word[0] != first {
			continue
		}
		if end := wordIs(s, i, word); end != noMatch {
			return int64(n), end
		}
	}
	return 0, noMatch
}
