package grounding

import (
	"slices"
	"strings"
	"time"
)

// weekday reads a weekday, alone or before a date that falls on it.
func (t *Text) weekday(i int) (reading, bool) {
	at, word := i, ""
	if word = t.word(i); word == "next" || word == "last" || word == "this" {
		at++
	} else {
		word = ""
	}
	weekday, ok := weekdays[t.word(at)]
	if !ok {
		return reading{}, false
	}
	key := keyWeekday + strings.ToLower(weekday.String())
	next := at + 1
	if t.sign(next, ",") {
		next++
	}
	if t.word(next) == "the" {
		next++
	}
	if when, end, ok := t.calendar(next); ok {
		one := t.dated(when, end)
		if slices.Contains(one.keys, key) || when.year == 0 && t.reader.Today.IsZero() {
			return one, true
		}
	}
	one := reading{next: at + 1, kind: Date, keys: []string{key}, asks: []string{key}}
	if t.reader.Today.IsZero() {
		return one, true
	}
	ahead := (int(weekday) - int(t.reader.Today.Weekday()) + 7) % 7
	for _, days := range map[string][]int{"": {ahead, ahead + 7}, "this": {ahead}, "next": {ahead, ahead + 7, ahead + 14}, "last": {ahead - 7, ahead - 14}}[word] {
		if word == "next" && (days == 0 || days > 13) || word == "" && days > 7 {
			continue
		}
		one.keys = append(one.keys, keyDate+dayOf(t.reader.Today.AddDate(0, 0, days)).String())
	}
	return one, true
}

// relative reads "tomorrow", "in three days" and the like.
func (t *Text) relative(i int) (reading, bool) {
	if t.reader.Today.IsZero() {
		return reading{}, false
	}
	days, next := 0, i+1
	switch word := t.word(i); word {
	case "today", "tonight":
	case "tomorrow":
		days = 1
	case "yesterday":
		days = -1
	case "day":
		if t.word(i+1) == "after" && t.word(i+2) == "tomorrow" {
			days, next = 2, i+3
			break
		}
		return reading{}, false
	default:
		var ok bool
		if days, next, ok = t.daysAhead(i); !ok {
			return reading{}, false
		}
	}
	when := dayOf(t.reader.Today.AddDate(0, 0, days))
	return t.dated(when, next), true
}

// daysAhead reads "in three days", "in a week", "two weeks from now".
func (t *Text) daysAhead(i int) (days, next int, ok bool) {
	at, in := i, t.word(i) == "in"
	if in {
		at++
	}
	n := 1
	if word := t.word(at); word == "a" || word == "one" {
		at++
	} else if one, ok := t.figure(at); ok && !one.ordinal && len(one.value) <= 3 && atoi(one.value) > 0 {
		n, at = atoi(one.value), one.next
	} else {
		return 0, 0, false
	}
	switch t.word(at) {
	case "day", "days":
	case "week", "weeks":
		n *= 7
	default:
		return 0, 0, false
	}
	at++
	from := t.word(at) == "from" && (t.word(at+1) == "now" || t.word(at+1) == "today")
	if from {
		at += 2
	}
	return n, at, in || from
}

// dayOfMonth are the dates that "the 12th" can mean around today.
func (r Reader) dayOfMonth(number string) []string {
	date := atoi(number)
	if r.Today.IsZero() || date < 1 || date > 31 {
		return nil
	}
	var keys []string
	first := time.Date(r.Today.Year(), r.Today.Month(), 1, 0, 0, 0, 0, time.UTC)
	for months := -1; months <= 1; months++ {
		when := dayOf(first.AddDate(0, months, 0))
		when.date = date
		if when.valid() {
			keys = append(keys, keyDate+when.String())
		}
	}
	return keys
}
