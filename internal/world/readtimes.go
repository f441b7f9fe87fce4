package world

import "strings"

// readTime reads a time of day at i in minutes from midnight. A text that looks
// like a time but leaves open which ("half past three", "8 o'clock") has an end
// and is not ok.
func readTime(s string, i int) (minute, end int, ok bool) {
	if i >= len(s) {
		return 0, noMatch, false
	}
	if isDigit(s[i]) {
		if minute, end, ok = readClock(s, i); end != noMatch {
			return minute, end, ok
		}
	}
	if which, end := oneOf(s, i, "noon", "midday", "midnight", "12 noon", "12 midnight", "twelve noon"); end != noMatch {
		return [...]int{noonMinute, noonMinute, 0, noonMinute, 0, noonMinute}[which], end, true
	}
	return readTimeWords(s, i)
}

// readClock reads "15:30", and with am or pm "3:30pm", "3.30 pm", "3 pm".
func readClock(s string, i int) (minute, end int, ok bool) {
	hour, end := readTwoDigits(s, i)
	if end == noMatch {
		return 0, noMatch, false
	}
	digits := end - i
	colon := end < len(s) && s[end] == ':'
	minutes := 0
	if end < len(s) && (colon || s[end] == '.') {
		value, after := readTwoDigits(s, end+1)
		if after != end+3 || value > 59 {
			return 0, noMatch, false
		}
		minutes, end = value, after
	}
	if pm, after := readHalfOfDay(s, end); after != noMatch {
		if hour < 1 || hour > 12 {
			return 0, after, false
		}
		return hour%12*60 + minutes + pm*noonMinute, after, true
	}
	if !colon {
		return 0, noMatch, false
	}
	return 60*hour + minutes, end, digits == 2 && hour < 24
}

func readTwoDigits(s string, i int) (n, end int) {
	for end = i; end < len(s) && end-i < 2 && isDigit(s[end]); end++ {
		n = 10*n + int(s[end]-'0')
	}
	if end == i {
		return 0, noMatch
	}
	return n, end
}

// readHalfOfDay reads "am" or "pm", pm being 1.
func readHalfOfDay(s string, i int) (pm, end int) {
	i = maybeGap(s, i)
	if i >= len(s) || lower(s[i]) != 'a' && lower(s[i]) != 'p' {
		return 0, noMatch
	}
	which, end := oneOf(s, i, "am", "pm", "a.m", "p.m")
	if end == noMatch {
		return 0, noMatch
	}
	if which >= 2 && end < len(s) && s[end] == '.' {
		end++
	}
	return which % 2, end
}

// readTimeWords reads "half past three in the afternoon", "quarter to 4 in the
// afternoon", "nine o'clock in the morning", "nine in the morning".
func readTimeWords(s string, i int) (minute, end int, ok bool) {
	offset, end := readPast(s, i)
	start := i
	if end != noMatch {
		start = end
	}
	hour, hourEnd := readNumber(s, start)
	if hourEnd == noMatch || hour < 1 || hour > 12 {
		return 0, noMatch, false
	}
	said := end != noMatch
	end = hourEnd
	if after := gap(s, end); after != noMatch {
		if after = wordIs(s, after, "o'clock"); after != noMatch {
			said, end = true, after
		}
	}
	from, to, after := readDayPart(s, end)
	if after == noMatch {
		if said {
			return 0, end, false
		}
		return 0, noMatch, false
	}
	for _, half := range [...]int{0, noonMinute} {
		minute := (int(hour)%12*60 + offset + half + dayMinutes) % dayMinutes
		if from <= minute && minute < to || from <= minute+dayMinutes && minute+dayMinutes < to {
			return minute, after, true
		}
	}
	return 0, after, false
}

// readPast reads "half past", "ten to" and the like as minutes from the hour.
func readPast(s string, i int) (offset, end int) {
	after := noMatch
	for _, part := range [...]struct {
		words   string
		minutes int
	}{{"half", 30}, {"a quarter", 15}, {"quarter", 15}, {"five", 5}, {"ten", 10}, {"twenty-five", 25}, {"twenty", 20}} {
		if after = wordIs(s, i, part.words); after != noMatch {
			offset = part.minutes
			break
		}
	}
	if after == noMatch {
		return 0, noMatch
	}
	if end = folded(s, after, " past "); end != noMatch {
		return offset, end
	}
	if end = folded(s, after, " to "); end != noMatch && offset != 30 {
		return -offset, end
	}
	return 0, noMatch
}

// readDayPart reads a part of the day as the minutes that it spans. The parts
// overlap where people differ ("six in the evening"), and none is longer than
// twelve hours, so a spoken hour has one meaning in each.
func readDayPart(s string, i int) (from, to, end int) {
	if i = gap(s, i); i == noMatch {
		return 0, 0, noMatch
	}
	which, end := oneOf(s, i, "in the morning", "in the afternoon", "in the evening", "at night")
	switch which {
	case 0:
		return 30, noonMinute, end
	case 1:
		return noonMinute, 19 * 60, end
	case 2:
		return 16 * 60, dayMinutes, end
	case 3:
		return 19 * 60, dayMinutes + 4*60, end
	}
	return 0, 0, noMatch
}

// readDateTime reads a date with a time behind it as "2006-01-02T15:04".
func (c calendar) readDateTime(s string, i int) (moment string, end int, ok bool) {
	day, end, ok := c.readDate(s, i)
	if end == noMatch || !ok {
		return "", noMatch, false
	}
	if end < len(s) && s[end] == ',' {
		end++
	}
	if end = gap(s, end); end == noMatch {
		return "", noMatch, false
	}
	if at := folded(s, end, "at "); at != noMatch {
		end = at
	}
	minute, end, ok := readTime(s, end)
	if end == noMatch || !ok {
		return "", noMatch, false
	}
	var b strings.Builder
	b.WriteString(dayText(day))
	b.WriteByte('T')
	b.WriteString(clockText(minute))
	return b.String(), end, true
}
