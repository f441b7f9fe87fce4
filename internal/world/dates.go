package world

import (
	"strconv"
	"time"
)

// farDays is how far a date may be from today, either way, and still be said
// without its year: under half a year, so that the nearest date of that name is
// the one meant.
const farDays = 180

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
	return s.calendarDate(day, ahead < -farDays || ahead > farDays)
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
	far := err != nil || number-base > farDays || base-number > farDays
	return day.Weekday().String() + " " + Style{}.calendarDate(day, far)
}

// standsAlone reports whether a said date takes no "on".
func standsAlone(said string) bool {
	switch said {
	case "today", "tomorrow", "yesterday", "the day after tomorrow":
		return true
	}
	return len(said) > 5 && said[:5] == "this "
}
