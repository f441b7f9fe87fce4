package players

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/buttonbench/button"
)

// The kinds of value that a text can hold.
const (
	kindQuoted = "quoted"
	kindEmail  = "email"
	kindDate   = "date"
	kindTime   = "time"
	kindCode   = "code"
	kindNumber = "number"
	kindName   = "name"
)

// found is a value in a text; text is its canonical form: dates as 2026-01-31,
// times as 15:04, numbers without thousands separators.
type found struct {
	kind       string
	text       string
	start, end int
}

const monthNames = `(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)`

var (
	quotedPattern   = regexp.MustCompile(`"([^"\n]{1,200})"|“([^”\n]{1,200})”|(?:^|[\s(])'([^'\n]{1,200})'`)
	emailPattern    = regexp.MustCompile(`[\w.+-]+@[\w-]+(?:\.[\w-]+)+`)
	isoPattern      = regexp.MustCompile(`\b(\d{4})-(\d{2})-(\d{2})\b`)
	dayMonthPattern = regexp.MustCompile(`(?i)\b(\d{1,2})(?:st|nd|rd|th)?(?: of)? ` + monthNames + `\b\.?,?(?: (\d{4})\b)?`)
	monthDayPattern = regexp.MustCompile(`(?i)\b` + monthNames + `\b\.? (\d{1,2})(?:st|nd|rd|th)?\b(?:,? (\d{4})\b)?`)
	relativePattern = regexp.MustCompile(`(?i)\b(today|tomorrow|yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b`)
	clockPattern    = regexp.MustCompile(`(?i)\b(\d{1,2}):(\d{2})(?: ?([ap])\.?m\b\.?)?`)
	hourPattern     = regexp.MustCompile(`(?i)\b(\d{1,2}) ?([ap])\.?m\b\.?|\b(noon|midnight)\b`)
	codePattern     = regexp.MustCompile(`\b(?:[A-Za-z]+[-_]?\d|\d+[-_]?[A-Za-z])[A-Za-z0-9_-]*\b|\b[A-Z]{2,}(?:-[A-Z0-9]+)+\b`)
	numberPattern   = regexp.MustCompile(`-?\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|-?\b\d+(?:\.\d+)?\b`)
	countPattern    = regexp.MustCompile(`(?i)\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b`)
	namePattern     = regexp.MustCompile(`\p{Lu}[\p{L}'’-]+(?:(?: (?:of|de|la|du|van|von|am|the))? \p{Lu}[\p{L}'’-]*)*`)
)

// extract finds values in a text, by position. Every stretch of text is one
// value at most: what a date has taken is no number. Days without a year and
// words such as "tomorrow" need today, which may be zero.
func extract(text string, today time.Time) []found {
	if len(text) > maxTextBytes {
		text = text[:maxTextBytes]
	}
	x := &extraction{text: text, today: today}
	x.each(quotedPattern, kindQuoted, func(groups []string) string { return firstOf(groups[1:]...) })
	x.each(emailPattern, kindEmail, whole)
	x.each(isoPattern, kindDate, func(g []string) string { return x.date(g[3], g[2], g[1]) })
	x.each(dayMonthPattern, kindDate, func(g []string) string { return x.date(g[1], g[2], g[3]) })
	x.each(monthDayPattern, kindDate, func(g []string) string { return x.date(g[2], g[1], g[3]) })
	x.each(relativePattern, kindDate, func(g []string) string { return x.relative(strings.ToLower(g[1])) })
	x.each(clockPattern, kindTime, func(g []string) string { return clock(g[1], g[2], g[3]) })
	x.each(hourPattern, kindTime, func(g []string) string {
		switch strings.ToLower(g[3]) {
		case "noon":
			return "12:00"
		case "midnight":
			return "00:00"
		}
		return clock(g[1], "00", g[2])
	})
	x.each(codePattern, kindCode, whole)
	x.each(numberPattern, kindNumber, func(g []string) string { return strings.ReplaceAll(g[0], ",", "") })
	x.each(countPattern, kindNumber, func(g []string) string {
		words := []string{"two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}
		return strconv.Itoa(2 + slices.Index(words, strings.ToLower(g[1])))
	})
	for _, name := range capitalised(text) {
		x.add(name)
	}
	slices.SortFunc(x.all, func(a, b found) int { return a.start - b.start })
	return x.all
}

type extraction struct {
	text  string
	today time.Time
	all   []found
}

// each adds what a pattern matches, unless read finds no value in it.
func (x *extraction) each(pattern *regexp.Regexp, kind string, read func(groups []string) string) {
	for _, at := range pattern.FindAllStringSubmatchIndex(x.text, -1) {
		groups := make([]string, len(at)/2)
		for i := range groups {
			if at[2*i] >= 0 {
				groups[i] = x.text[at[2*i]:at[2*i+1]]
			}
		}
		if value := read(groups); value != "" {
			x.add(found{kind, value, at[0], at[1]})
		}
	}
}

func (x *extraction) add(value found) {
	for _, other := range x.all {
		if value.start < other.end && other.start < value.end {
			return
		}
	}
	x.all = append(x.all, value)
}

// date reads a day, a month as number or name, and a year that may be missing.
func (x *extraction) date(day, month, year string) string {
	if year == "" {
		if x.today.IsZero() {
			return ""
		}
		year = strconv.Itoa(x.today.Year())
	}
	number, err := strconv.Atoi(month)
	if err != nil {
		months := []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}
		number = 1 + slices.Index(months, strings.ToLower(month[:3]))
	}
	moment, err := time.Parse("2006-1-2", year+"-"+strconv.Itoa(number)+"-"+strings.TrimLeft(day, "0"))
	if err != nil {
		return ""
	}
	return moment.Format(time.DateOnly)
}

func (x *extraction) relative(word string) string {
	if x.today.IsZero() {
		return ""
	}
	ahead := 0
	switch word {
	case "today":
	case "tomorrow":
		ahead = 1
	case "yesterday":
		ahead = -1
	default:
		days := []string{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}
		ahead = (slices.Index(days, word)-int(x.today.Weekday())+6)%7 + 1 // the next one, never today
	}
	return x.today.AddDate(0, 0, ahead).Format(time.DateOnly)
}

func clock(hour, minute, half string) string {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	switch strings.ToLower(half) {
	case "a":
		h %= 12
	case "p":
		h = h%12 + 12
	}
	if h > 23 || m > 59 {
		return ""
	}
	return time.Date(1, 1, 1, h, m, 0, 0, time.UTC).Format("15:04")
}

// capitalised finds names: runs of words with a capital letter. The first word
// of a sentence has one anyway, so alone it is no name.
func capitalised(text string) []found {
	var all []found
	for _, at := range namePattern.FindAllStringIndex(text, -1) {
		start, end := at[0], at[1]
		before := strings.TrimRight(text[:start], " \t\n\"'“(")
		first := before == "" || strings.ContainsAny(before[len(before)-1:], ".!?:")
		head, rest, several := strings.Cut(text[start:end], " ")
		if first || pronoun(head) {
			if !several {
				continue
			}
			if first && !stopWord(strings.ToLower(head)) && !pronoun(head) && !verb(head) {
				rest = text[start:end]
			}
			rest = strings.TrimLeftFunc(rest, func(r rune) bool { return !unicode.IsUpper(r) })
			if rest == "" {
				continue
			}
			start = end - len(rest)
		}
		all = append(all, found{kindName, strings.TrimSuffix(strings.TrimSuffix(text[start:end], "'s"), "’s"), start, end})
	}
	return all
}

func pronoun(word string) bool {
	switch word {
	case "I'm", "I'd", "I'll", "I've", "I’m", "I’d", "I’ll", "I’ve", "OK":
		return true
	}
	return false
}

// verb knows the words that requests begin with.
func verb(word string) bool {
	switch strings.ToLower(word) {
	case "book", "find", "check", "cancel", "order", "look", "search", "list", "compare", "add", "remove", "change", "move",
		"send", "call", "reserve", "schedule", "set", "start", "stop", "update", "buy", "pay", "transfer", "compute",
		"calculate", "convert", "tell", "show", "give", "get", "put", "take", "see", "track", "does", "is", "are", "can":
		return true
	}
	return false
}

func whole(groups []string) string { return groups[0] }

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

// todayOf is the first full date in the system messages, zero without one.
func todayOf(messages []button.Message) time.Time {
	for i := range messages {
		if messages[i].Role != button.RoleSystem {
			continue
		}
		for _, value := range extract(messages[i].Content, time.Time{}) {
			if moment, err := time.Parse(time.DateOnly, value.text); err == nil && value.kind == kindDate {
				return moment
			}
		}
	}
	return time.Time{}
}
