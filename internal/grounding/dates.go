package grounding

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// day is a date; year 0 is not said.
type day struct {
	year, month, date int
}

func (d day) valid() bool {
	year := d.year
	if year == 0 {
		year = 2024 // a leap year
	}
	when := time.Date(year, time.Month(d.month), d.date, 0, 0, 0, 0, time.UTC)
	return d.month >= 1 && d.month <= 12 && d.date >= 1 && when.Day() == d.date
}

func (d day) time() time.Time {
	return time.Date(d.year, time.Month(d.month), d.date, 0, 0, 0, 0, time.UTC)
}

func dayOf(when time.Time) day { return day{when.Year(), int(when.Month()), when.Day()} }

func (d day) String() string   { return fmt.Sprintf("%04d-%02d-%02d", d.year, d.month, d.date) }
func (d day) yearless() string { return fmt.Sprintf("%02d-%02d", d.month, d.date) }
func weekdayKey(when time.Time) string {
	return keyWeekday + strings.ToLower(when.Weekday().String())
}

// date reads a date in any form, with the weekday before it if that is right.
func (t *Text) date(i int) (reading, bool) {
	if t.tokens[i].kind == signToken || t.glued(i) && t.tokens[i-1].kind != signToken {
		return reading{}, false
	}
	if one, ok := t.weekday(i); ok {
		return one, true
	}
	if when, next, ok := t.calendar(i); ok {
		return t.dated(when, next), true
	}
	if month, next, ok := t.month(i); ok {
		return reading{next: next, kind: Date, keys: []string{keyMonth + month, keyInMonth + month}, asks: []string{keyInMonth + month}}, true
	}
	return t.relative(i)
}

// dated is the reading of a date.
func (t *Text) dated(when day, next int) reading {
	one := reading{next: next, kind: Date}
	if when.year != 0 {
		one.keys = []string{keyDate + when.String(), keyYearless + when.yearless(), weekdayKey(when.time()), keyInMonth + when.String()[:7]}
		one.asks = []string{keyDate + when.String(), keyAnyYear + when.yearless()}
		return one
	}
	one.asks = []string{keyYearless + when.yearless()}
	one.keys = slices.Clone(one.asks)
	if t.reader.Today.IsZero() {
		one.keys = append(one.keys, keyAnyYear+when.yearless())
		return one
	}
	for _, in := range t.reader.years(when) {
		one.keys = append(one.keys, keyDate+in.String(), weekdayKey(in.time()))
	}
	return one
}

// years are the dates that a date without a year can be: the next one, today
// included, and the last one if that is nearer.
func (r Reader) years(when day) []day {
	today := dayOf(r.Today).time()
	var next, last day
	for year := today.Year() - 4; year <= today.Year()+4; year++ { // for a leap day
		in := day{year, when.month, when.date}
		switch {
		case !in.valid():
		case in.time().Before(today):
			last = in
		case next.year == 0:
			next = in
		}
	}
	switch {
	case next.year == 0:
		return nil
	case last.year != 0 && today.Sub(last.time()) < next.time().Sub(today):
		return []day{next, last}
	}
	return []day{next}
}

// calendar reads a date that names its day and month.
func (t *Text) calendar(i int) (day, int, bool) {
	for _, reader := range [...]func(*Text, int) (day, int, bool){(*Text).numericDate, (*Text).dayMonth, (*Text).monthDay} {
		if when, next, ok := reader(t, i); ok && when.valid() {
			return when, next, true
		}
	}
	return day{}, 0, false
}

// numericDate reads 2025-03-12, 2025/03/12, 12.03.2025, 12/03/2025 and 12-03-2025.
func (t *Text) numericDate(i int) (day, int, bool) {
	if len(t.digits(i)) == 0 || t.digits(i+2) == "" || t.digits(i+4) == "" || !t.sign(i+1, "-/.") || !t.glued(i+1) ||
		!t.sign(i+3, t.tokens[i+1].text) || !t.glued(i+2) || !t.glued(i+3) || !t.glued(i+4) || t.continues(i+5) {
		return day{}, 0, false
	}
	a, b, c := t.digits(i), t.digits(i+2), t.digits(i+4)
	sign := t.tokens[i+1].text
	switch {
	case len(a) == 4 && len(b) <= 2 && len(c) <= 2 && sign != ".":
		return day{atoi(a), atoi(b), atoi(c)}, i + 5, true
	case len(a) > 2 || len(b) > 2 || len(c) != 4:
		return day{}, 0, false
	case sign == ".":
		return day{atoi(c), atoi(b), atoi(a)}, i + 5, true
	}
	dayFirst, monthFirst := day{atoi(c), atoi(b), atoi(a)}, day{atoi(c), atoi(a), atoi(b)}
	switch {
	case dayFirst.valid() && (t.reader.Order == DayFirst || !monthFirst.valid()):
		return dayFirst, i + 5, true
	case monthFirst.valid() && (t.reader.Order == MonthFirst || !dayFirst.valid() || dayFirst == monthFirst):
		return monthFirst, i + 5, true
	}
	return day{}, 0, false
}

// continues reports whether digits or letters go on at a token, but for the time of
// day in 2025-03-12T15:00.
func (t *Text) continues(i int) bool {
	if !t.glued(i) {
		return false
	}
	if t.tokens[i].kind == signToken {
		return t.sign(i, "-/") && t.glued(i+1) && t.tokens[i+1].kind != signToken
	}
	return !(t.word(i) == "t" && t.glued(i+1) && t.digits(i+1) != "")
}

func atoi(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return -1
	}
	return n
}

// dayNumber reads 12, 12th, "twelfth" or "twelve".
func (t *Text) dayNumber(i int) (int, int, bool) {
	one, ok := t.figure(i)
	if !ok || one.spelled && !one.ordinal {
		return 0, 0, false
	}
	n, err := strconv.Atoi(one.value)
	return n, one.next, err == nil && n >= 1 && n <= 31
}

// dayMonth reads "12 March 2025" and "12th of March".
func (t *Text) dayMonth(i int) (day, int, bool) {
	date, next, ok := t.dayNumber(i)
	if !ok {
		return day{}, 0, false
	}
	if t.word(next) == "of" {
		next++
	}
	month := t.monthName(next)
	if month == 0 {
		return day{}, 0, false
	}
	year, next := t.year(next + 1)
	return day{year, month, date}, next, true
}

// monthDay reads "March 12, 2025" and "March 12th".
func (t *Text) monthDay(i int) (day, int, bool) {
	month := t.monthName(i)
	if month == 0 {
		return day{}, 0, false
	}
	next := i + 1
	if t.sign(next, ".") && t.glued(next) {
		next++
	}
	if t.word(next) == "the" {
		next++
	}
	date, next, ok := t.dayNumber(next)
	if !ok {
		return day{}, 0, false
	}
	year, next := t.year(next)
	return day{year, month, date}, next, true
}

// month reads "March 2025" and 2025-03 as 2025-03.
func (t *Text) month(i int) (string, int, bool) {
	if month := t.monthName(i); month > 0 {
		if year, next := t.year(i + 1); year > 0 {
			return fmt.Sprintf("%04d-%02d", year, month), next, true
		}
	}
	if len(t.digits(i)) == 4 && t.sign(i+1, "-") && t.glued(i+1) && t.glued(i+2) && len(t.digits(i+2)) == 2 && !t.glued(i+3) {
		if month := atoi(t.digits(i + 2)); month >= 1 && month <= 12 && plausible(t.digits(i)) {
			return t.digits(i) + "-" + t.digits(i+2), i + 3, true
		}
	}
	return "", 0, false
}

// monthName is the number of the month named at a token, or 0. The months that are
// also verbs want a capital.
func (t *Text) monthName(i int) int {
	word := t.word(i)
	if (word == "may" || word == "march" || word == "mar" || word == "sep" || word == "dec" || word == "jan") && !t.tokens[i].first {
		return 0
	}
	return months[word]
}

// year reads a year, with a comma before it or not; 0 if there is none.
func (t *Text) year(i int) (year, next int) {
	at := i
	if t.sign(at, ",") || t.word(at) == "of" {
		at++
	}
	if plausible(t.digits(at)) && t.alone(at+1) && !(t.sign(at+1, ":.,") && t.glued(at+2) && t.digits(at+2) != "") {
		return atoi(t.digits(at)), at + 1
	}
	return 0, i
}

func plausible(year string) bool { return len(year) == 4 && (year[:2] == "19" || year[:2] == "20") }
