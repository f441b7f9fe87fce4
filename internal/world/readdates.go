package world

import (
	"strings"
	"time"
)

// Months and weekdays in lower case, in their order from January and Sunday.
var (
	monthNames = [...]string{"january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"}
	weekdays   = [...]string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
)

// calendar reads dates and times as they are meant on one day.
type calendar struct {
	today int // days since 1970-01-01
	known bool
	date  time.Time
}

func newCalendar(today string) calendar {
	number, err := dayNumber(today)
	return calendar{today: number, known: err == nil, date: time.Unix(int64(number)*86400, 0).UTC()}
}

// readDate reads a date at i as days since 1970-01-01. A text that looks like a
// date but leaves open which ("next Friday", "Friday 13 March" on a Saturday)
// has an end and is not ok, so that no part of it is taken for a date.
func (c calendar) readDate(s string, i int) (day, end int, ok bool) {
	if i >= len(s) {
		return 0, noMatch, false
	}
	if isDigit(s[i]) {
		return c.readNumericDate(s, i)
	}
	if day, end, ok = c.readNamedDay(s, i); end != noMatch {
		return day, end, ok
	}
	if weekday, end := readWeekday(s, i); end != noMatch {
		return c.readFromWeekday(s, weekday, end)
	}
	if end = readVagueWeekday(s, i); end != noMatch {
		return 0, end, false
	}
	if end = folded(s, i, "this "); end != noMatch && end < len(s) {
		if weekday, after := readWeekday(s, end); after != noMatch {
			return c.readFromWeekday(s, weekday, after)
		}
		return 0, noMatch, false
	}
	if end = wordIs(s, i, "the"); end != noMatch {
		if end = gap(s, end); end == noMatch {
			return 0, noMatch, false
		}
		return c.readThe(s, end)
	}
	return c.readMonthFirst(s, i)
}

// readNamedDay reads "today", "the day after tomorrow" and the like.
func (c calendar) readNamedDay(s string, i int) (day, end int, ok bool) {
	which, end := oneOf(s, i, "today", "tomorrow", "yesterday", "the day after tomorrow", "the day before yesterday")
	if end == noMatch {
		return 0, noMatch, false
	}
	if which < 2 {
		if after := maybeGap(s, end); after != end {
			if _, vague := oneOf(s, after, "week", "fortnight"); vague != noMatch {
				return 0, vague, false
			}
		}
	}
	return c.today + [...]int{0, 1, -1, 2, -2}[which], end, c.known
}

func readWeekday(s string, i int) (weekday time.Weekday, end int) {
	for weekday, name := range weekdays {
		if lower(s[i]) != name[0] {
			continue
		}
		if end := wordIs(s, i, name); end != noMatch {
			return time.Weekday(weekday), end
		}
	}
	return 0, noMatch
}

// readVagueWeekday reads what names a weekday but no one day: "next Friday" is
// two different days to two speakers, "every Friday" is many. The end of "this
// Friday" comes from readFromWeekday.
func readVagueWeekday(s string, i int) (end int) {
	if end = folded(s, i, "a week "); end != noMatch {
		for _, word := range [...]string{"on ", "from "} {
			if after := folded(s, end, word); after != noMatch {
				end = after
			}
		}
		if _, after := oneOf(s, end, "today", "tomorrow"); after != noMatch {
			return after
		}
	} else if _, end = oneOf(s, i, "next", "last", "every", "each", "any", "most"); end == noMatch {
		return noMatch
	} else if end = gap(s, end); end == noMatch {
		return noMatch
	}
	if end >= len(s) {
		return noMatch
	}
	_, end = readWeekday(s, end)
	return end
}

// readFromWeekday reads on after a weekday: the next such day, unless that is a
// day of today's name, or the date that follows, if it falls on that weekday.
func (c calendar) readFromWeekday(s string, weekday time.Weekday, end int) (int, int, bool) {
	after := end
	if after < len(s) && s[after] == ',' {
		after++
	}
	if after = gap(s, after); after != noMatch && after < len(s) {
		if _, vague := oneOf(s, after, "week", "fortnight", "after next", "next"); vague != noMatch && s[end] != ',' {
			return 0, vague, false
		}
		if day, dateEnd, ok := c.readCalendarDate(s, after); dateEnd != noMatch {
			return day, dateEnd, ok && time.Weekday((day%7+11)%7) == weekday
		}
	}
	ahead := (int(weekday) - int(c.date.Weekday()) + 7) % 7
	return c.today + ahead, end, c.known && ahead != 0
}

// readCalendarDate reads a date by its day and month, in any order.
func (c calendar) readCalendarDate(s string, i int) (day, end int, ok bool) {
	if isDigit(s[i]) {
		return c.readNumericDate(s, i)
	}
	if end = wordIs(s, i, "the"); end != noMatch {
		if end = gap(s, end); end == noMatch {
			return 0, noMatch, false
		}
		return c.readThe(s, end)
	}
	return c.readMonthFirst(s, i)
}

// readNumericDate reads a date that begins with a digit: "2026-03-14", "14
// March 2026", "14th of March", and "14/03/2026" where that can mean one day only.
func (c calendar) readNumericDate(s string, i int) (day, end int, ok bool) {
	if len(s)-i >= len(dayLayout) && s[i+4] == '-' {
		if day, err := dayNumber(s[i : i+len(dayLayout)]); err == nil {
			return day, i + len(dayLayout), true
		}
	}
	of, end, suffixed := readDayOfMonth(s, i)
	if end == noMatch {
		return 0, noMatch, false
	}
	if !suffixed && end < len(s) && s[end] == '/' {
		return readSlashed(s, of, end+1)
	}
	return c.readMonthAfter(s, of, end)
}

// readDayOfMonth reads 1 to 31, with or without its ordinal ending.
func readDayOfMonth(s string, i int) (of, end int, suffixed bool) {
	end = i
	for end < len(s) && end-i < 3 && isDigit(s[end]) {
		of = 10*of + int(s[end]-'0')
		end++
	}
	if end == i || end-i > 2 || of > 31 || of == 0 {
		return 0, noMatch, false
	}
	if end+2 <= len(s) && strings.EqualFold(s[end:end+2], nthEnding(of)) {
		return of, end + 2, true
	}
	return of, end, false
}

// readSlashed reads the rest of "14/03/2026" after its first slash.
func readSlashed(s string, first, i int) (day, end int, ok bool) {
	second, end, suffixed := readDayOfMonth(s, i)
	if suffixed || end == noMatch || end >= len(s) || s[end] != '/' {
		return 0, noMatch, false
	}
	year, end := readYear(s, end+1)
	if end == noMatch {
		return 0, noMatch, false
	}
	dayFirst, dayOK := dateNumber(year, second, first)
	monthFirst, monthOK := dateNumber(year, first, second)
	switch {
	case dayOK && (!monthOK || first == second):
		return dayFirst, end, true
	case monthOK && !dayOK:
		return monthFirst, end, true
	}
	return 0, end, false
}

// readMonthAfter reads "[of] March [2026]" after the day of the month.
func (c calendar) readMonthAfter(s string, of, i int) (day, end int, ok bool) {
	if end = gap(s, i); end == noMatch {
		return 0, noMatch, false
	}
	if after := folded(s, end, "of "); after != noMatch {
		end = after
	}
	month, end := readMonth(s, end)
	if end == noMatch {
		return 0, noMatch, false
	}
	return c.readYearAfter(s, month, of, end)
}

// readMonthFirst reads "March 14th[, 2026]" and "March the 14th".
func (c calendar) readMonthFirst(s string, i int) (day, end int, ok bool) {
	month, end := readMonth(s, i)
	if end == noMatch {
		return 0, noMatch, false
	}
	if end = gap(s, end); end == noMatch {
		return 0, noMatch, false
	}
	the := folded(s, end, "the ")
	if the != noMatch {
		end = the
	}
	of, end, suffixed := readDayOfMonth(s, end)
	if end == noMatch || !endsWord(s, end) || the != noMatch && !suffixed {
		return 0, noMatch, false
	}
	return c.readYearAfter(s, month, of, end)
}

// readThe reads on after "the": "14th of March", or "14th" alone, which means a
// later day of today's month.
func (c calendar) readThe(s string, i int) (day, end int, ok bool) {
	of, nthEnd, suffixed := readDayOfMonth(s, i)
	if nthEnd == noMatch || !suffixed {
		return 0, noMatch, false
	}
	if day, end, ok = c.readMonthAfter(s, of, nthEnd); end != noMatch {
		return day, end, ok
	}
	if after := gap(s, nthEnd); after != noMatch {
		if _, other := oneOf(s, after, "one", "floor", "time"); other != noMatch {
			return 0, other, false
		}
	}
	day, exists := dateNumber(c.date.Year(), int(c.date.Month()), of)
	return day, nthEnd, c.known && exists && day > c.today
}

// readMonth reads a month's name, or its first three letters.
func readMonth(s string, i int) (month, end int) {
	if len(s)-i < 3 {
		return 0, noMatch
	}
	for month, name := range monthNames {
		if folded(s, i, name[:3]) == noMatch {
			continue
		}
		if end := wordIs(s, i, name); end != noMatch {
			return month + 1, end
		}
		end := i + 3
		if lower(name[0]) == 's' && end < len(s) && lower(s[end]) == 't' {
			end++
		}
		if !endsWord(s, end) {
			return 0, noMatch
		}
		if end < len(s) && s[end] == '.' {
			end++
		}
		return month + 1, end
	}
	return 0, noMatch
}

// readYear reads a year of this or the next century.
func readYear(s string, i int) (year, end int) {
	if len(s)-i < 4 {
		return 0, noMatch
	}
	for _, digit := range []byte(s[i : i+4]) {
		if !isDigit(digit) {
			return 0, noMatch
		}
		year = 10*year + int(digit-'0')
	}
	if year < 1900 || year > 2199 || !endsWord(s, i+4) {
		return 0, noMatch
	}
	return year, i + 4
}

// readYearAfter finishes a day and month: with the year that follows, else as
// the one such day that is near enough to go without its year.
func (c calendar) readYearAfter(s string, month, of, end int) (int, int, bool) {
	after := end
	if after < len(s) && s[after] == ',' {
		after++
	}
	if after = gap(s, after); after != noMatch {
		if year, yearEnd := readYear(s, after); yearEnd != noMatch {
			day, ok := dateNumber(year, month, of)
			return day, yearEnd, ok
		}
	}
	if !c.known {
		return 0, end, false
	}
	for _, year := range [...]int{c.date.Year(), c.date.Year() + 1, c.date.Year() - 1} {
		day, ok := dateNumber(year, month, of)
		if ok && !far(day-c.today) {
			return day, end, true
		}
	}
	return 0, end, false
}

// dateNumber is the day number of a date that exists.
func dateNumber(year, month, of int) (day int, ok bool) {
	date := time.Date(year, time.Month(month), of, 0, 0, 0, 0, time.UTC)
	return int(date.Unix() / 86400), month <= 12 && date.Day() == of
}
