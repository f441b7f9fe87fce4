package world

import "strings"

// What a word can be the beginning of.
const (
	opensDate = 1 << iota
	opensTime
	opensNumber
	opensMoney
	opensCode // codes, mail addresses and persons, which no word announces
	opensAny  = opensDate | opensTime | opensNumber | opensMoney | opensCode
)

// opensAt tells what can begin at i, where word is the first word in lower case.
func opensAt(s string, i int, word []byte) int {
	switch c := s[i]; {
	case 'a' <= lower(c) && lower(c) <= 'z':
		return opening(word)
	case isDigit(c):
		return opensAny
	case c == '-':
		return opensNumber | opensMoney
	case c == '+', c == '(':
		return opensCode
	case c == '$', strings.HasPrefix(s[i:], "€"), strings.HasPrefix(s[i:], "£"):
		return opensMoney
	}
	return 0
}

// opening tells what a word in lower case can begin.
func opening(word []byte) int {
	switch string(word) {
	case "today", "tomorrow", "yesterday", "the", "this", "next", "last", "every", "each", "any", "most",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
		"jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec":
		return opensDate | opensCode
	case "noon", "midday", "midnight", "quarter":
		return opensTime | opensCode
	case "half", "three", "five", "ten", "twenty", "twelve",
		"one", "two", "four", "six", "seven", "eight", "nine", "eleven":
		return opensTime | opensNumber | opensMoney | opensCode
	case "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
		"thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "zero":
		return opensNumber | opensMoney | opensCode
	case "a":
		return opensDate | opensTime | opensNumber | opensMoney | opensCode
	case "an", "no":
		return opensNumber | opensCode
	case "eur", "gbp", "usd":
		return opensMoney | opensCode
	}
	if len(word) > 3 && isDigit(word[3]) {
		return opening(word[:3]) | opensCode // "EUR20"
	}
	return opensCode
}

// needs tells which beginnings suit a base.
func needs(base string) int {
	switch base {
	case Date, DateTime:
		return opensDate
	case Time:
		return opensTime
	case Money:
		return opensMoney
	case Count, Minutes, Quantity, Percent, Number:
		return opensNumber
	case Code, Email, Phone, Person:
		return opensCode
	}
	return 0
}
