package world

import (
	"strconv"
	"strings"
	"time"
)

// A date from pastDays before today to futureDays after it is said without its
// year. Together they are less than a year, so the date that is meant is the
// only one of its name.
const (
	pastDays   = 90
	futureDays = 270
)

// far reports whether a day so many days from today needs its year.
func far(ahead int) bool { return ahead < -pastDays || ahead > futureDays }

// sayDate says a date as a speaker would, seen from today.
func (s Style) sayDate(date, today string) string {
	number, err := dayNumber(date)
	base, todayErr := dayNumber(today)
	if err != nil || todayErr != nil {
		return date
	}
	ahead := number - base
	switch ahead {
	case -1:
		return "yesterday"
	case 0:
		return "today"
	case 1:
		return "tomorrow"
	}
	day := time.Unix(int64(number)*86400, 0).UTC()
	if 2 <= ahead && ahead <= 6 {
		if ahead == 2 && s.choose("date.overmorrow", 12) == 0 {
			return "the day after tomorrow"
		}
		if habit := s.choose("date.weekday", 10); habit < 6 {
			return day.Weekday().String()
		} else if habit < 8 {
			return "this " + day.Weekday().String()
		}
	}
	if ahead > 1 && date[:7] == today[:7] && s.Date != DateISO && s.choose("date.nth", 4) == 0 {
		return "the " + nth(day.Day())
	}
	return s.calendarDate(day, far(ahead))
}

// calendarDate names a day by day and month, with the year where it is wanted.
func (s Style) calendarDate(day time.Time, withYear bool) string {
	month, year, comma := day.Month().String(), "", ""
	if withYear {
		year, comma = " "+strconv.Itoa(day.Year()), ","
	}
	switch s.Date {
	case DateMonthNth:
		return month + " " + nth(day.Day()) + comma + year
	case DateNthMonth:
		return "the " + nth(day.Day()) + " of " + month + year
	case DateMonthDay:
		return month + " " + strconv.Itoa(day.Day()) + comma + year
	case DateISO:
		return day.Format(dayLayout)
	}
	return strconv.Itoa(day.Day()) + " " + month + year
}

// showDate shows a date in an answer: "Friday 14 March", with the year where
// today leaves it open.
func showDate(date, today string) string {
	number, err := dayNumber(date)
	if err != nil {
		return date
	}
	day := time.Unix(int64(number)*86400, 0).UTC()
	base, err := dayNumber(today)
	return day.Weekday().String() + " " + Style{}.calendarDate(day, err != nil || far(number-base))
}

// standsAlone reports whether a said date, or moment, takes no "on".
func standsAlone(said string) bool {
	for _, word := range [...]string{"today", "tomorrow", "yesterday", "the day after tomorrow", "this "} {
		if strings.HasPrefix(said, word) {
			return true
		}
	}
	return false
}
