package grounding

import "time"

// The tables are read only.
var (
	smallNumbers = map[string]string{
		"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9",
		"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15", "sixteen": "16",
		"seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50",
		"sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
	}
	ordinals = map[string]int{
		"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10,
		"eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17,
		"eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30,
	}
	scales = map[string]int{"dozen": 1, "hundred": 2, "thousand": 3, "million": 6, "billion": 9}
	months = map[string]int{
		"january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8, "september": 9, "october": 10,
		"november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
		"oct": 10, "nov": 11, "dec": 12,
	}
	weekdays = map[string]time.Weekday{
		"monday": time.Monday, "tuesday": time.Tuesday, "wednesday": time.Wednesday, "thursday": time.Thursday, "friday": time.Friday,
		"saturday": time.Saturday, "sunday": time.Sunday,
	}
	// units are what may be glued to a number without making it a code.
	units = set("am", "pm", "st", "nd", "rd", "th", "mm", "cm", "m", "km", "mi", "ft", "in", "mg", "g", "kg", "t", "oz", "lb", "lbs", "ml",
		"cl", "l", "s", "sec", "min", "mins", "h", "hr", "hrs", "d", "ms", "kb", "mb", "gb", "tb", "w", "kw", "kwh", "v", "hz", "mhz", "ghz",
		"mph", "kmh", "c", "f", "x", "px", "usd", "eur", "gbp", "chf", "jpy")
	currencies = set("usd", "eur", "gbp", "jpy", "cny", "inr", "chf", "cad", "aud", "nzd", "sek", "nok", "dkk", "pln", "czk", "huf", "brl",
		"mxn", "zar", "krw", "sgd", "hkd", "try", "thb", "ils", "aed")
	currencySigns = map[string]string{"$": "usd", "€": "eur", "£": "gbp", "¥": "jpy", "₹": "inr"}
	currencyNames = map[string]string{"dollar": "usd", "euro": "eur", "pound": "gbp", "yen": "jpy", "rupee": "inr", "franc": "chf"}
	negations     = set("no", "not", "without", "never", "none", "neither", "nor", "cannot", "skip", "except", "excluding", "exclude", "non",
		"off", "disable", "disabled", "unless", "avoid", "nope", "nothing", "false", "rather")
	// abbreviations are capitals that name nothing, titles those before a name.
	abbreviations = set("id", "ok", "am", "pm", "tv", "pdf", "url", "gps", "faq", "fyi", "eta", "asap", "api", "pin", "vip", "ac", "wi", "fi",
		"wifi", "wi-fi", "i", "a", "it", "rsvp", "pos", "usb", "cv", "diy", "hr", "uv", "sms", "atm", "cpu", "ram", "ssd", "utc", "gmt")
	titles = set("mr", "mrs", "ms", "dr", "prof", "st")
)

func set(words ...string) map[string]bool {
	all := make(map[string]bool, len(words))
	for _, word := range words {
		all[word] = true
	}
	return all
}
