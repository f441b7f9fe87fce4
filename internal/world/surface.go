package world

import (
	"fmt"
	"strings"
)

// Surface is a value as a user with these habits would say it on the day today
// ("2006-01-02"): "this Friday", "three seats", "my booking L12345". Read is its
// inverse.
func (t *Type) Surface(v Value, style Style, today string) string {
	return t.dress(t.say(v, style, today), style)
}

// Phrase is a surface behind a preposition. "on" falls away before "today" and
// its like ("book it tomorrow"), every other preposition stays. The preposition
// "bare" gives a number without its unit and without the words of a form; ""
// gives the surface.
func (t *Type) Phrase(v Value, preposition string, style Style, today string) string {
	if preposition == "bare" {
		return t.bare(v, style, today)
	}
	surface := t.Surface(v, style, today)
	isDate := t.Base == Date || t.Base == DateTime
	if preposition == "" || preposition == "on" && isDate && standsAlone(surface) {
		return surface
	}
	return preposition + " " + surface
}

// say is a value in a speaker's words, without the words of a form.
func (t *Type) say(v Value, style Style, today string) string {
	switch v := v.(type) {
	case int64:
		return t.sayNumber(v, style)
	case string:
		switch t.Base {
		case Date:
			return style.sayDate(v, today)
		case Time:
			return style.sayTime(v)
		case DateTime:
			if date, clock, ok := strings.Cut(v, "T"); ok {
				return style.sayDate(date, today) + " at " + style.sayTime(clock)
			}
		case Enum:
			if surfaces := t.surfaces(v); len(surfaces) > 0 {
				return surfaces[style.choose("enum:"+t.Name+":"+v, len(surfaces))]
			}
		}
		return v
	case bool:
		return yesNo(v)
	}
	return fmt.Sprint(v)
}

func (t *Type) sayNumber(n int64, style Style) string {
	switch t.Base {
	case Money:
		return style.sayMoney(n, t.currency())
	case Count:
		return counted(style.number(n), n, t.Unit)
	case Minutes:
		return style.sayMinutes(n)
	case Quantity:
		return style.sayQuantity(n, t)
	case Percent:
		return style.sayPercent(n)
	}
	return grouped(n)
}

// bare is a number without its unit. What has no unit is said as it is.
func (t *Type) bare(v Value, style Style, today string) string {
	if n, ok := v.(int64); ok {
		switch t.Base {
		case Count, Minutes, Percent:
			return style.number(n)
		case Quantity:
			return decimal(n, 1)
		}
	}
	return t.say(v, style, today)
}

// Show is a value as an answer shows it, the same for every speaker: "Friday 14
// March", "EUR 14.50", "14:30", "3 days", "1 hour 35 minutes", "12.5 kg". World
// gives the currency of a built-in Money type; it may be nil.
func (t *Type) Show(v Value, today string, world *World) string {
	switch v := v.(type) {
	case int64:
		switch t.Base {
		case Money:
			if world != nil && t.World == nil && world.Currency != "" {
				return showMoney(v, currencyOf(world.Currency))
			}
			return showMoney(v, t.currency())
		case Count:
			return showCount(v, t.Unit)
		case Minutes:
			return hoursAndMinutes(v, grouped)
		case Quantity:
			return showQuantity(v, t.Unit.One)
		case Percent:
			return grouped(v) + "%"
		}
		return grouped(v)
	case string:
		switch t.Base {
		case Date:
			return showDate(v, today)
		case DateTime:
			if date, clock, ok := strings.Cut(v, "T"); ok {
				return showDate(date, today) + " at " + clock
			}
		case Enum:
			if surfaces := t.surfaces(v); len(surfaces) > 0 {
				return surfaces[0]
			}
		}
		return v
	case bool:
		return yesNo(v)
	}
	return fmt.Sprint(v)
}

// surfaces are the words for one code of an Enum.
func (t *Type) surfaces(code string) []string {
	for _, c := range t.Codes {
		if c.Code == code {
			return c.Surfaces
		}
	}
	return nil
}

func yesNo(v bool) string {
	if v {
		return "yes"
	}
	return "no"
}

// dress puts what is said into the form that the speaker uses for the type.
func (t *Type) dress(said string, style Style) string {
	if len(t.Forms) == 0 {
		return said
	}
	form := t.Forms[style.choose("form:"+t.Name, len(t.Forms))]
	if form == "{x}" {
		return said
	}
	before, after, ok := strings.Cut(form, "{x}")
	if !ok {
		return said
	}
	opening, closing := style.quotes()
	return style.formWords(before, opening) + said + style.formWords(after, closing)
}

// formWords settles what depends on the speaker in the fixed words of a form on
// one side of the value: the quotation mark and "my" or "our".
func (s Style) formWords(words, mark string) string {
	if strings.Contains(words, "{") {
		words = speakerWords(words, s.We)
	}
	return strings.ReplaceAll(words, `"`, mark)
}

// quotes are the speaker's quotation marks.
func (s Style) quotes() (opening, closing string) {
	switch s.Quote {
	case QuoteCurly:
		return "“", "”"
	case QuoteSingle:
		return "'", "'"
	}
	return `"`, `"`
}

// speakerWords settles the words for the speaker in a pattern.
func speakerWords(words string, we bool) string {
	for _, word := range [...]struct{ slot, single, plural string }{
		{"{my}", "my", "our"}, {"{My}", "My", "Our"}, {"{me}", "me", "us"}, {"{mine}", "mine", "ours"},
		{"{I}", "I", "we"}, {"{I'm}", "I'm", "we're"}, {"{I've}", "I've", "we've"}, {"{I'd}", "I'd", "we'd"},
	} {
		if we {
			words = strings.ReplaceAll(words, word.slot, word.plural)
		} else {
			words = strings.ReplaceAll(words, word.slot, word.single)
		}
	}
	return words
}
