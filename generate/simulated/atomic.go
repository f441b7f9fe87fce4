package simulated

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/buttonbench/button/generate/teach"
	"github.com/buttonbench/button/internal/grounding"
)

// mostTaskWords bounds an atomic task.
const mostTaskWords = 40

// WriteAtomicTask has a task written that fits a scenario and takes one step
// (paper section 2.2). What it needs of names, places, dates and money comes from
// the locale. The error is a *teach.Refusal, or as teach.Ask has it.
func WriteAtomicTask(ctx context.Context, asker *teach.Asker, scenario Scenario, locale Locale) (*AtomicTask, error) {
	material := AtomicTaskMaterial{Scenario: scenario.text(), Locale: locale, Tools: forms(scenario.Tools)}
	check := checker{locale: locale, reader: grounding.On(locale.Today)}
	return teach.Ask(ctx, asker, StageAtomicTask, material, func(task *AtomicTask) []teach.Violation {
		return check.task("", task)
	})
}

// checker checks tasks and requests of one locale.
type checker struct {
	locale Locale
	reader grounding.Reader
}

// task checks one task; place says which one it is, for people, where a reply
// holds several.
func (c *checker) task(place string, task *AtomicTask) []teach.Violation {
	faults := c.text(task.Task, mostTaskWords, []AtomicTask{*task}, nil)
	if found := severalSteps.FindString(task.Task); found != "" {
		faults = append(faults, broken(RuleCompound, found, "a task takes exactly one step"))
	} else if strings.Count(task.Task, "?") > 1 {
		faults = append(faults, broken(RuleCompound, task.Task, "a task asks one question"))
	}
	names, fields := map[string]bool{}, map[string]bool{}
	for _, value := range task.KnownValues {
		if names[value.Name] {
			faults = append(faults, broken(RuleNameRepeated, value.Name, "two known values have the same name"))
		}
		names[value.Name] = true
		if !c.dateGiven(value) {
			faults = append(faults, broken(RuleDate, textOf(value.Value), "take dates from the locale, or tell them from today"))
		}
	}
	for _, field := range task.Result.Fields {
		if fields[field.Name] {
			faults = append(faults, broken(RuleNameRepeated, field.Name, "two fields of the result have the same name"))
		}
		fields[field.Name] = true
	}
	if place != "" {
		for i := range faults {
			faults[i].Text = place + ": " + faults[i].Text
		}
	}
	return faults
}

// text checks a task's or a request's words against the tasks that it holds. plain
// are further texts whose literals may stand in it.
func (c *checker) text(text string, mostWords int, tasks []AtomicTask, plain []string) []teach.Violation {
	var values []json.RawMessage
	var allowed []string
	for _, task := range tasks {
		for _, value := range task.KnownValues {
			values = append(values, value.Value)
			allowed = append(allowed, textOf(value.Value))
		}
	}
	faults := textFaults(text, allowed...)
	if n := len(strings.Fields(text)); n > mostWords {
		faults = append(faults, broken(RuleWordLimit, "", "it has %d words, and at most %d are allowed", n, mostWords))
	}
	if found := fileWords.FindString(text); found != "" {
		faults = append(faults, broken(RuleNeedsFile, found, "it must not take a file, a picture or a password"))
	}
	if found := c.otherCurrency(text); found != "" {
		faults = append(faults, broken(RuleCurrency, found, "the currency here is %s", c.locale.Currency))
	}
	said := c.reader.Read(text)
	for i, task := range tasks {
		for _, value := range task.KnownValues {
			if !said.Says(value.Value) {
				faults = append(faults, broken(RuleValueMissing, textOf(value.Value), "the known value %q of task %d must stand in %q", value.Name, i, shorten(text)))
			}
		}
	}
	for _, other := range plain {
		values = append(values, json.RawMessage(other))
	}
	for _, found := range unlisted(c.reader, text, values) {
		faults = append(faults, broken(RuleValueUnlisted, found, "it is no known value: list it if the person knows it, and leave it out if it is still to be found"))
	}
	return faults
}

// shorten cuts a text that is quoted for people.
func shorten(text string) string {
	const most = 60
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "..."
}

// signs of currencies that name one currency alone, or a few.
var signs = map[string][]string{
	"$": {"USD", "CAD", "AUD", "NZD", "SGD", "MXN"}, "€": {"EUR"}, "£": {"GBP"}, "₹": {"INR"}, "₦": {"NGN"}, "₱": {"PHP"},
}

var (
	currencyCode = regexp.MustCompile(`\b(GBP|EUR|USD|CAD|AUD|NZD|INR|ZAR|KES|NGN|PLN|SEK|CHF|JPY|SGD|PHP|MXN|BRL)\b`)
	currencyWord = regexp.MustCompile(`(?i)[0-9] ?(dollars?|euros?|pounds?|rupees?|yen|zloty|francs?)\b`)
	wordsFor     = map[string][]string{
		"dollar": signs["$"], "euro": {"EUR"}, "pound": {"GBP"}, "rupee": {"INR"}, "yen": {"JPY"}, "zloty": {"PLN"}, "franc": {"CHF"},
	}
)

// otherCurrency returns a foreign currency in a text that does not speak of the
// local one too, as a question of exchange does.
func (c *checker) otherCurrency(text string) string {
	other := ""
	note := func(found string, currencies []string) (local bool) {
		if other == "" {
			other = found
		}
		return slices.Contains(currencies, c.locale.Currency)
	}
	for _, code := range currencyCode.FindAllString(text, -1) {
		if note(code, []string{code}) {
			return ""
		}
	}
	for _, sign := range []string{"$", "€", "£", "₹", "₦", "₱"} {
		if strings.Contains(text, sign) && note(sign, signs[sign]) {
			return ""
		}
	}
	for _, match := range currencyWord.FindAllStringSubmatch(text, -1) {
		word := strings.TrimSuffix(strings.ToLower(match[1]), "s")
		if note(match[1], wordsFor[word]) {
			return ""
		}
	}
	return other
}

// dateGiven reports whether a known value is no date, or one of the locale, or one
// told from today.
func (c *checker) dateGiven(value KnownValue) bool {
	if !slices.Contains(strings.Split(value.SemanticType, "_"), "date") {
		return true
	}
	day, hasYear, ok := readDay(textOf(value.Value))
	if !ok {
		return true
	}
	return slices.ContainsFunc(append([]string{c.locale.Today}, c.locale.Dates...), func(given string) bool {
		if hasYear {
			return given == day.Format(time.DateOnly)
		}
		return strings.HasSuffix(given, day.Format("-01-02"))
	})
}

var ordinal = regexp.MustCompile(`\b([0-9]{1,2})(st|nd|rd|th)\b`)

// readDay reads a date as people write it in letters, or as 2006-01-02.
func readDay(text string) (day time.Time, hasYear, ok bool) {
	text = ordinal.ReplaceAllString(strings.ReplaceAll(text, ",", ""), "$1")
	for _, layout := range []string{time.DateOnly, "2 January 2006", "January 2 2006", "2 Jan 2006", "Jan 2 2006"} {
		if day, err := time.Parse(layout, text); err == nil {
			return day, true, true
		}
	}
	for _, layout := range []string{"2 January", "January 2", "2 Jan", "Jan 2"} {
		if day, err := time.Parse(layout, text); err == nil {
			return day, false, true
		}
	}
	return time.Time{}, false, false
}

// numbered gives tasks their numbers.
func numbered(tasks []AtomicTask) []NumberedTask {
	list := make([]NumberedTask, 0, len(tasks))
	for i, task := range tasks {
		task.KnownValues, task.Result.Fields = notNil(task.KnownValues), notNil(task.Result.Fields)
		list = append(list, NumberedTask{i, task})
	}
	return list
}

func taskPlace(number int) string { return fmt.Sprintf("task %d", number) }
