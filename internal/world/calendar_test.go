package world

import (
	"testing"
	"time"
)

// Every day of four centuries, against the standard library.
func TestCalendar(t *testing.T) {
	day := time.Date(1800, 1, 1, 0, 0, 0, 0, time.UTC)
	for range 400 * 366 {
		want := int(day.Unix() / 86400)
		text := day.Format("2006-01-02")
		if got, err := dayNumber(text); err != nil || got != want {
			t.Fatalf("dayNumber(%s) = %d, %v; want %d", text, got, err, want)
		}
		if got := dayText(want); got != text {
			t.Fatalf("dayText(%d) = %s, want %s", want, got, text)
		}
		day = day.AddDate(0, 0, 1)
	}
}

func TestDateSpelling(t *testing.T) {
	for _, text := range []string{"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", "2026-01-32", "+026-01-01", "2026/01/01", "2026-01-01 ", "２026-01-01"} {
		if _, err := dayNumber(text); err == nil {
			t.Errorf("dayNumber(%q): want an error", text)
		}
	}
	for _, text := range []string{"", "24:00", "9:30", "09:60", "0930", "09:3x", "-9:30", "09:30 "} {
		if _, err := clockMinutes(text); err == nil {
			t.Errorf("clockMinutes(%q): want an error", text)
		}
	}
}
