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
