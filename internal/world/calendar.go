package world

import (
	"fmt"
	"time"
)

const dayLayout = "2006-01-02"

// dayNumber turns a date "2006-01-02" into days since 1970-01-01. Only that
// spelling of a date that exists is accepted.
func dayNumber(date string) (int, error) {
	parsed, err := time.Parse(dayLayout, date)
	if err != nil || len(date) != len(dayLayout) {
		return 0, fmt.Errorf("%q is not a date of the form 2026-03-14", clip(date))
	}
	return int(parsed.Unix() / 86400), nil
}

// dayText is the inverse of dayNumber.
func dayText(number int) string {
	return time.Unix(int64(number)*86400, 0).UTC().Format(dayLayout)
}

// clockMinutes turns a time "15:04" into minutes since midnight.
func clockMinutes(clock string) (int, error) {
	digit := func(i int) int { return int(clock[i]) - '0' }
	if len(clock) == 5 && clock[2] == ':' {
		for _, i := range [...]int{0, 1, 3, 4} {
			if digit(i) < 0 || digit(i) > 9 {
				return 0, clockError(clock)
			}
		}
		hours, minutes := 10*digit(0)+digit(1), 10*digit(3)+digit(4)
		if hours < 24 && minutes < 60 {
			return 60*hours + minutes, nil
		}
	}
	return 0, clockError(clock)
}

func clockError(clock string) error {
	return fmt.Errorf("%q is not a time of the form 15:30", clip(clock))
}

// clockText is the inverse of clockMinutes.
func clockText(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// clip keeps foreign text in a message short.
func clip(text string) string {
	const limit = 60
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit]) + "..."
}
