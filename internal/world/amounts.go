package world

import "strconv"

// sayMoney says an amount of cents: "20 euros", "€20" or "EUR 20" by habit.
func (s Style) sayMoney(cents int64, money currency) string {
	habit := s.choose("money", 10)
	whole := cents%100 == 0
	switch {
	case habit < 5 && whole:
		return s.number(cents/100) + " " + money.unit.For(cents/100)
	case habit < 5 && 0 < cents && cents < 100:
		return s.number(cents) + " " + money.hundredth.For(cents)
	case habit == 9 && money.code == "EUR":
		return signed(cents, "EUR ")
	}
	return signed(cents, money.sign)
}

// showMoney shows an amount in an answer: "EUR 14.50", "£14.50", "$14.50".
func showMoney(cents int64, money currency) string {
	if money.code == "EUR" {
		return signed(cents, "EUR ")
	}
	return signed(cents, money.sign)
}

// signed puts a currency's sign in front of an amount, and a minus before both.
func signed(cents int64, sign string) string {
	if cents < 0 {
		return "-" + sign + decimal(-cents, 2)
	}
	return sign + decimal(cents, 2)
}

// counted joins a number in words or digits with its unit, if there is one.
func counted(number string, n int64, unit Noun) string {
	if unit.One == "" {
		return number
	}
	return number + " " + unit.For(n)
}

// showCount shows a count in an answer: "3 days", "no changes", "7".
func showCount(n int64, unit Noun) string {
	if n == 0 && unit.One != "" {
		return "no " + unit.For(0)
	}
	return counted(grouped(n), n, unit)
}

var (
	hourNoun   = Noun{"hour", "hours"}
	minuteNoun = Noun{"minute", "minutes"}
)

// sayMinutes says a duration: "95 minutes", "1 hour 35 minutes", "an hour and a half".
func (s Style) sayMinutes(n int64) string {
	switch habit := s.choose("minutes", 10); {
	case n <= 0 || habit < 3 && n <= 120:
		return counted(s.number(n), n, minuteNoun)
	case habit == 3 && n < 60:
		return strconv.FormatInt(n, 10) + " min"
	case habit == 4 || habit == 5:
		if said := spokenMinutes(n); said != "" {
			return said
		}
	case habit == 6 && n > 60 && n%60 != 0:
		return counted(s.number(n/60), n/60, hourNoun) + " and " + counted(s.number(n%60), n%60, minuteNoun)
	}
	return hoursAndMinutes(n, s.number)
}

// spokenMinutes says the durations that have a name, or "".
func spokenMinutes(n int64) string {
	switch {
	case n == 15:
		return "a quarter of an hour"
	case n == 30:
		return "half an hour"
	case n == 45:
		return "three quarters of an hour"
	case n == 60:
		return "an hour"
	case n == 90:
		return "an hour and a half"
	case n > 90 && n <= 12*60 && n%60 == 30:
		return spell(n/60) + " and a half hours"
	}
	return ""
}

// hoursAndMinutes splits a duration from an hour on.
func hoursAndMinutes(n int64, number func(int64) string) string {
	if n < 60 {
		return counted(number(n), n, minuteNoun)
	}
	hours := counted(number(n/60), n/60, hourNoun)
	if n%60 == 0 {
		return hours
	}
	return hours + " " + counted(number(n%60), n%60, minuteNoun)
}

// sayQuantity says tenths of a unit, by its symbol or in its spoken words.
func (s Style) sayQuantity(tenths int64, t *Type) string {
	if t.UnitWords.One == "" || s.choose("quantity", 2) == 0 {
		return showQuantity(tenths, t.Unit.One)
	}
	if tenths%10 == 0 {
		return s.number(tenths/10) + " " + t.UnitWords.For(tenths/10)
	}
	return decimal(tenths, 1) + " " + t.UnitWords.For(2)
}

// showQuantity shows tenths of a unit in an answer: "12.5 kg".
func showQuantity(tenths int64, symbol string) string {
	if symbol == "" {
		return decimal(tenths, 1)
	}
	return decimal(tenths, 1) + " " + symbol
}

// sayPercent says a share: "40%", "40 percent", "40 per cent".
func (s Style) sayPercent(n int64) string {
	switch s.choose("percent", 5) {
	case 0:
		return grouped(n) + " percent"
	case 1:
		return grouped(n) + " per cent"
	}
	return grouped(n) + "%"
}
