package buttonbench

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/world"
)

func appendInt(out []byte, n int) []byte { return strconv.AppendInt(out, int64(n), 10) }

// spelled are the numbers that people write as words.
var spelled = [...]string{"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"}

// none are the words for nothing of a kind.
var none = map[string][]string{
	world.Money: {"free", "no charge", "no fee", "no cost", "nothing", "no extra charge", "no extra cost", "without charge", "waived"},
	world.Count: {"no", "none", "nobody", "no one", "not any"},
}

// statesNumber accepts a number without its unit, in words, or in another way of
// writing durations; zero also by the words for nothing.
func (s *speech) statesNumber(kind *world.Type, value int64) bool {
	text := strings.Trim(string(kind.Encode(value)), `"`)
	if s.holdsNumber(text) {
		return true
	}
	if value == 0 {
		for _, words := range none[kind.Base] {
			if s.holds(words) {
				return true
			}
		}
	}
	switch kind.Base {
	case world.Count, world.Number, world.Minutes, world.Percent:
		if 0 <= value && value < int64(len(spelled)) && s.holds(spelled[value]) {
			return true
		}
	}
	return kind.Base == world.Minutes && s.statesDuration(int(value))
}

// statesDuration accepts hours and minutes in the ways that the worlds do not speak.
func (s *speech) statesDuration(minutes int) bool {
	hours, rest := minutes/60, minutes%60
	if hours == 0 {
		return false
	}
	number := string(appendInt(nil, hours))
	unit := ` ?-?(hours?|hrs?|h)`
	word := number
	if hours < len(spelled) {
		word = "(" + number + "|" + spelled[hours] + ")"
	}
	if hours == 1 {
		word = "(1|one|an)"
	}
	switch rest {
	case 0:
		return s.matches(word+unit, "")
	case 30:
		if s.matches(word+unit+` and a half`, "") || s.matches(word+` and a half`+unit, "") || s.matches(number+`\.5`+unit, "") {
			return true
		}
	case 15, 45:
		if s.matches(number+map[int]string{15: `\.25`, 45: `\.75`}[rest]+unit, "") {
			return true
		}
	}
	left := string(appendInt(nil, rest))
	return s.matches(word+unit+`,?( and)? ?0?`+left+`( ?-?(minutes?|mins?|m))?`, "") || s.matches(number+`:0?`+left+unit, "")
}

// inNumber is a number as people write it: grouped by commas, with a point or,
// before one or two digits at its end, a comma for the fraction.
var inNumber = regexp.MustCompile(`[0-9]+(?:,[0-9]{3})*(?:[.,][0-9]+)?`)

// besides are the words that make a number part of a date or a time.
var besides = regexp.MustCompile(`^(?:st|nd|rd|th)?(?: of)? (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|o'clock|am|pm|a\.m|p\.m)`)

// beforehand are the words in front of a number that make it part of a date or a time.
var beforehand = regexp.MustCompile(`(?:january|february|march|april|may|june|july|august|september|october|november|december|jan\.?|feb\.?|mar\.?|apr\.?|jun\.?|jul\.?|aug\.?|sept?\.?|oct\.?|nov\.?|dec\.?) (?:the )?$`)

// holdsNumber finds a number that stands for itself: no part of a date, a time, a
// code or a range.
func (s *speech) holdsNumber(want string) bool {
	want = plain(want)
	for _, at := range inNumber.FindAllStringIndex(s.lower, -1) {
		start, end := at[0], at[1]
		text := s.lower[start:end]
		if start > 0 && s.lower[start-1] == '-' && (start == 1 || !isWordByte(s.lower[start-2])) {
			start, text = start-1, "-"+text
		}
		if plain(text) != want || joined(s.lower, start, end) {
			continue
		}
		if besides.MatchString(s.lower[end:]) || beforehand.MatchString(s.lower[:start]) {
			continue
		}
		return true
	}
	return false
}

// joined reports whether a number is glued to what makes it something else. A
// unit may follow directly ("12kg", "5€"), and a currency may stand in front.
func joined(text string, start, end int) bool {
	if start > 0 && (isWordByte(text[start-1]) || strings.IndexByte(".,:/-#", text[start-1]) >= 0) {
		return true
	}
	rest := text[end:]
	if rest == "" {
		return false
	}
	if strings.IndexByte("-:/.,", rest[0]) >= 0 && len(rest) > 1 && isDigit(rest[1]) {
		return true
	}
	for _, ordinal := range []string{"st", "nd", "rd", "th", "am", "pm"} {
		if strings.HasPrefix(rest, ordinal) && (len(rest) == 2 || !isWordByte(rest[2])) {
			return true
		}
	}
	return false
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWordByte(c byte) bool { return isDigit(c) || c >= 'a' && c <= 'z' || c == '_' }

// plain writes a number without groups, needless zeros and signs.
func plain(text string) string {
	if at := strings.LastIndexByte(text, ','); at >= 0 && !strings.Contains(text, ".") && len(text)-at-1 <= 2 {
		text = text[:at] + "." + text[at+1:]
	}
	text = strings.ReplaceAll(text, ",", "")
	sign := ""
	if strings.HasPrefix(text, "-") {
		sign, text = "-", text[1:]
	}
	whole, fraction, _ := strings.Cut(text, ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		return sign + whole + "." + fraction
	}
	if whole == "0" {
		sign = ""
	}
	return sign + whole
}
