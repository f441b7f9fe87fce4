package simulated

import (
	"fmt"
	"time"
)

// MoveTo makes a day, 2006-01-02, the locale's today; its dates stay as far ahead.
func (l *Locale) MoveTo(today string) error {
	from, err := time.Parse(time.DateOnly, l.Today)
	if err != nil {
		return fmt.Errorf("the day of a locale: %w", err)
	}
	to, err := time.Parse(time.DateOnly, today)
	if err != nil {
		return fmt.Errorf("the day to move to: %w", err)
	}
	dates := make([]string, len(l.Dates)) // the old ones may be shared
	for i, date := range l.Dates {
		day, err := time.Parse(time.DateOnly, date)
		if err != nil {
			return fmt.Errorf("a date of a locale: %w", err)
		}
		dates[i] = to.Add(day.Sub(from)).Format(time.DateOnly)
	}
	l.Today, l.Dates = today, dates
	return nil
}
