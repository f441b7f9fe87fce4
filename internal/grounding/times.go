package grounding

import (
	"fmt"
	"strconv"
)

// clock reads a time of day.
func (t *Text) clock(i int) (reading, bool) {
	if t.tokens[i].kind == signToken || t.glued(i) && t.tokens[i-1].kind != signToken && t.word(i-1) != "t" {
		return reading{}, false
	}
	for _, reader := range [...]func(*Text, int) (reading, bool){(*Text).colonTime, (*Text).spokenTime, (*Text).hourTime} {
		if one, ok := reader(t, i); ok {
			one.kind = Time
			return one, true
		}
	}
	return reading{}, false
}

// colonTime reads 15:00, 09:30:00, 3:30 pm, with a UTC offset glued on.
func (t *Text) colonTime(i int) (reading, bool) {
	if n := len(t.digits(i)); n == 0 || n > 2 || !t.sign(i+1, ":") || len(t.digits(i+2)) != 2 || !t.glued(i+1) || !t.glued(i+2) {
		return reading{}, false
	}
	hour, minute, next, seconds := atoi(t.digits(i)), atoi(t.digits(i+2)), i+3, ""
	if t.sign(next, ":") && t.glued(next) && t.glued(next+1) && len(t.digits(next+1)) == 2 {
		if seconds = ":" + t.digits(next+1); seconds == ":00" {
			seconds = ""
		}
		next += 2
	}
	next = t.offset(next)
	if hour > 24 || minute > 59 || t.glued(next) && t.tokens[next].kind == digitToken {
		return reading{}, false
	}
	if half, end := t.halfOfDay(next); half != "" && hour <= 12 {
		return reading{next: end, keys: hours(hour, minute, half)}, true
	}
	key := fmt.Sprintf("%s%02d:%02d%s", keyTime, hour%24, minute, seconds)
	one := reading{next: next, keys: []string{key}}
	if len(t.digits(i)) == 1 && hour > 0 && hour < 12 { // 3:30 may be in the afternoon
		one.keys, one.asks = hours(hour, minute, ""), []string{key}
	}
	return one, true
}

// offset skips Z, +01:00 or fractions of zero behind a time.
func (t *Text) offset(i int) int {
	if t.sign(i, ".") && t.glued(i) && t.glued(i+1) && t.digits(i+1) != "" {
		i += 2
	}
	if t.word(i) == "z" && t.glued(i) {
		return i + 1
	}
	if t.sign(i, "+-") && t.glued(i) && t.glued(i+1) && len(t.digits(i+1)) == 2 && t.sign(i+2, ":") && len(t.digits(i+3)) == 2 {
		return i + 4
	}
	return i
}

// halfOfDay reads am, p.m., "in the evening" and the like; "" if there is nothing.
func (t *Text) halfOfDay(i int) (half string, next int) {
	switch word := t.word(i); word {
	case "am", "pm":
		return word, i + 1
	case "a", "p":
		if t.sign(i+1, ".") && t.word(i+2) == "m" && t.glued(i+1) && t.glued(i+2) {
			if t.sign(i+3, ".") && t.glued(i+3) {
				return word + "m", i + 4
			}
			return word + "m", i + 3
		}
	case "in":
		if t.word(i+1) == "the" {
			switch t.word(i + 2) {
			case "morning":
				return "am", i + 3
			case "afternoon", "evening":
				return "pm", i + 3
			}
		}
	case "at":
		if t.word(i+1) == "night" {
			return "pm", i + 2
		}
	}
	return "", i
}

// hourTime reads "3 pm", "nine o'clock" and "9 in the morning".
func (t *Text) hourTime(i int) (reading, bool) {
	hour, next, ok := t.hour(i)
	if !ok {
		return reading{}, false
	}
	clock := t.word(next) == "o'clock"
	if clock {
		next++
	}
	half, end := t.halfOfDay(next)
	if half == "" && !clock {
		return reading{}, false
	}
	return reading{next: end, keys: hours(hour, 0, half)}, true
}

// spokenTime reads noon, midnight, "half past three" and "quarter to four".
func (t *Text) spokenTime(i int) (reading, bool) {
	minute := 0
	switch t.word(i) {
	case "noon", "midday":
		return reading{next: i + 1, keys: []string{keyTime + "12:00"}}, true
	case "midnight":
		return reading{next: i + 1, keys: []string{keyTime + "00:00"}}, true
	case "half":
		minute = 30
	case "quarter":
		minute = 15
	default:
		return reading{}, false
	}
	back := t.word(i+1) == "to" && minute == 15
	hour, next, ok := t.hour(i + 2)
	if !ok || !back && t.word(i+1) != "past" {
		return reading{}, false
	}
	if back {
		hour, minute = (hour+11)%12, 45
	}
	if hour == 0 {
		hour = 12
	}
	half, end := t.halfOfDay(next)
	return reading{next: end, keys: hours(hour, minute, half)}, true
}

// hour reads a number from 1 to 12 in digits or words.
func (t *Text) hour(i int) (hour, next int, ok bool) {
	if len(t.digits(i)) > 0 && len(t.digits(i)) <= 2 {
		hour, next = atoi(t.digits(i)), i+1
	} else if value, named := smallNumbers[t.word(i)]; named {
		hour, next = atoi(value), i+1
	}
	return hour, next, hour >= 1 && hour <= 12
}

// hours are the keys of a time of day; without am or pm both of its readings.
func hours(hour, minute int, half string) []string {
	key := func(hour int) string { return keyTime + twoDigits(hour%24) + ":" + twoDigits(minute) }
	switch {
	case half == "am":
		return []string{key(hour % 12)}
	case half == "pm":
		return []string{key(hour%12 + 12)}
	case hour > 12 || hour == 0:
		return []string{key(hour)}
	}
	return []string{key(hour % 12), key(hour%12 + 12)}
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}
