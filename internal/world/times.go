package world

import (
	"strconv"
)

// Parts of the day, as minutes from midnight: a spoken time is in the morning
// before noon, and so on. The night goes on past midnight.
const (
	noonMinute    = 12 * 60
	eveningMinute = 18 * 60
	nightMinute   = 21 * 60
	dayMinutes    = 24 * 60
)

// sayTime says a time of day as a speaker would; never a bare hour.
func (s Style) sayTime(clock string) string {
	minute, err := clockMinutes(clock)
	if err != nil || s.Time == TimeClock {
		return clock
	}
	if s.Time == TimeWords && minute%15 == 0 {
		return timeWords(minute)
	}
	switch minute {
	case 0:
		return "midnight"
	case noonMinute:
		return "noon"
	}
	colon, space := ":", ""
	if s.Time == TimeDotted {
		colon, space = ".", " "
	}
	half := "am"
	if minute >= noonMinute {
		half = "pm"
	}
	hour := strconv.Itoa((minute/60+11)%12 + 1)
	if minute%60 == 0 {
		return hour + space + half
	}
	return hour + colon + clock[3:] + space + half
}

// timeWords says a quarter of an hour in words.
func timeWords(minute int) string {
	switch minute {
	case 0:
		return "midnight"
	case noonMinute:
		return "noon"
	}
	hour := minute / 60
	var start string
	switch minute % 60 {
	case 15:
		start = "quarter past "
	case 30:
		start = "half past "
	case 45:
		start, hour = "quarter to ", hour+1
	}
	said := start + smallNumbers[(hour+11)%12+1]
	if minute%60 == 0 {
		said += " o'clock"
	}
	switch {
	case minute < 60 || minute >= nightMinute:
		return said + " at night"
	case minute < noonMinute:
		return said + " in the morning"
	case minute < eveningMinute:
		return said + " in the afternoon"
	}
	return said + " in the evening"
}
