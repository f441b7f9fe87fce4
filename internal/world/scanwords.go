package world

// What a word can be the beginning of.
const (
	opensDate = 1 << iota
	opensTime
	opensNumber
	opensMoney
	opensCode // codes, mail addresses and persons, which no word announces
	opensAll  = 1<<iota - 1
)

// opening tells what a word in lower case can begin.
func opening(word string) int {
	switch word {
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
	if len(word) > 3 && (word[:3] == "eur" || word[:3] == "gbp" || word[:3] == "usd") && isDigit(word[3]) {
		return opensMoney | opensCode
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
