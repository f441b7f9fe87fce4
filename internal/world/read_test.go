package world

import (
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"pgregory.net/rapid"
)

func allCurrencies() []*World {
	return []*World{wordsWorld("EUR"), wordsWorld("GBP"), wordsWorld("USD")}
}

func TestReadIsTheInverseOfSurfaceAndShow(t *testing.T) {
	worlds := allCurrencies()
	rapid.Check(t, func(r *rapid.T) {
		for _, c := range drawCases(r, t, worlds) {
			texts := []string{c.kind.Surface(c.value, c.style, c.today), c.kind.Show(c.value, c.today, c.start.World)}
			if c.kind.Numeric() {
				texts = append(texts, c.kind.Phrase(c.value, "bare", c.style, c.today))
			}
			for _, text := range texts {
				if got, ok := c.kind.Read(text, c.today, c.start); !ok || got != c.value {
					r.Fatalf("%s %v on %s is said as %q, read as %v, %v", c.kind.Name, c.value, c.today, text, got, ok)
				}
			}
		}
	})
}

func TestReadBoundIsTheInverseOfBound(t *testing.T) {
	worlds := allCurrencies()
	rapid.Check(t, func(r *rapid.T) {
		for _, c := range drawCases(r, t, worlds) {
			if !c.kind.Rankable() {
				continue
			}
			for _, op := range []string{opAtMost, opAtLeast} {
				text := c.kind.Bound(op, c.value, c.style, c.today)
				gotOp, got, ok := c.kind.ReadBound(text, c.today, c.start)
				if !ok || gotOp != op || got != c.value {
					r.Fatalf("%s %s %v on %s is %q, read as %s %v, %v", c.kind.Name, op, c.value, c.today, text, gotOp, got, ok)
				}
			}
		}
	})
}

// TestReadOfChangedBytes changes each byte of a surface: the result must not read
// as the same value, unless the change is of a kind that makes no difference.
func TestReadOfChangedBytes(t *testing.T) {
	const others = "0123456789 -.,:/'\"abmpstE%x@+(\x00"
	worlds := allCurrencies()
	rapid.Check(t, func(r *rapid.T) {
		random := button.NewRandom(rapid.Uint64().Draw(r, "changes"))
		for _, c := range drawCases(r, t, worlds) {
			bare := c.kind.Phrase(c.value, "bare", Style{}, c.today)
			for _, text := range []string{c.kind.Surface(c.value, c.style, c.today), c.kind.Show(c.value, c.today, c.start.World)} {
				for at := range len(text) {
					to := others[random.IntN(len(others))]
					changed := text[:at] + string([]byte{to}) + text[at+1:]
					if harmless(text[at], to) || tidy(changed) == tidy(text) || tidy(changed) == bare || sameAnyway(changed) {
						continue // a change of "9%" to "9 " leaves a bare number
					}
					if got, ok := c.kind.Read(changed, c.today, c.start); ok && got == c.value {
						r.Fatalf("%s %v on %s: %q still reads as it after a change to %q", c.kind.Name, c.value, c.today, text, changed)
					}
				}
			}
		}
	})
}

// harmless lists the changes that leave a value as it is: letter case, one
// white space for another, and the signs between the parts of a time or date.
func harmless(from, to byte) bool {
	if lower(from) == lower(to) {
		return true
	}
	space := func(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' }
	pair := string([]byte{from, to})
	return space(from) && space(to) || pair == ":." || pair == ".:" || pair == "- " || pair == " -" || pair == ", "
}

// sameAnyway reports whether a change made "Jun" of "June", "Jul" of "July" or
// "a quarter" of "at quarter".
func sameAnyway(text string) bool {
	if strings.Contains(text, " a  quarter") {
		return true
	}
	for _, month := range []string{"Jun", "Jul"} {
		if _, after, ok := strings.Cut(text, month); ok && (after == "" || strings.ContainsAny(after[:1], " .,")) {
			return true
		}
	}
	return false
}

func TestRead(t *testing.T) {
	const today = "2026-03-12" // a Thursday
	w := wordsWorld("EUR")
	start := wordsStart(t, w, today)
	for _, c := range []struct {
		kind, text string
		want       Value // nil: refused
	}{
		{Date, "today", "2026-03-12"}, {Date, "Tomorrow", "2026-03-13"}, {Date, "yesterday", "2026-03-11"},
		{Date, "the day after tomorrow", "2026-03-14"}, {Date, "friday", "2026-03-13"}, {Date, "this Friday", "2026-03-13"},
		{Date, "Wednesday", "2026-03-18"}, {Date, "Thursday", nil}, {Date, "this Thursday", nil}, {Date, "next Friday", nil},
		{Date, "every Friday", nil}, {Date, "Friday week", nil}, {Date, "a week on Friday", nil}, {Date, "14 March", "2026-03-14"},
		{Date, "14th of March", "2026-03-14"}, {Date, "the 14th of March", "2026-03-14"}, {Date, "March 14th", "2026-03-14"},
		{Date, "March the 14th", "2026-03-14"}, {Date, "14 Mar", "2026-03-14"}, {Date, "Sept. 5", "2026-09-05"},
		{Date, "Saturday 14 March", "2026-03-14"}, {Date, "Saturday, 14 March 2026", "2026-03-14"}, {Date, "Friday 14 March", nil},
		{Date, "the 14th", "2026-03-14"}, {Date, "the 11th", nil}, {Date, "the 12th", nil}, {Date, "the 32nd", nil}, {Date, "the 14rd", nil},
		{Date, "Saturday the 14th", "2026-03-14"}, {Date, "14", nil}, {Date, "14th", nil}, {Date, "2026-03-14", "2026-03-14"},
		{Date, "2026-02-29", nil}, {Date, "14/03/2026", "2026-03-14"}, {Date, "03/14/2026", "2026-03-14"}, {Date, "03/04/2026", nil},
		{Date, "14/03/26", nil}, {Date, "31 April", nil}, {Date, "29 February", nil}, {Date, "9 December", nil}, {Date, "10 December", nil},
		{Date, "7 December", "2026-12-07"}, {Date, "20 December", "2025-12-20"}, {Date, "1 January 2031", "2031-01-01"}, {Date, "on Friday", nil},
		{Date, "March 14, 2027", "2027-03-14"}, {Date, "14 March 26", nil},

		{Time, "15:30", "15:30"}, {Time, "3:30pm", "15:30"}, {Time, "3.30 pm", "15:30"}, {Time, "3:30 p.m.", "15:30"}, {Time, "3pm", "15:00"},
		{Time, "3 PM", "15:00"}, {Time, "12pm", "12:00"}, {Time, "12:15am", "00:15"}, {Time, "noon", "12:00"}, {Time, "midnight", "00:00"},
		{Time, "half past three in the afternoon", "15:30"}, {Time, "quarter to six in the evening", "17:45"}, {Time, "a quarter past 9 in the morning", "09:15"},
		{Time, "quarter to twelve in the morning", "11:45"}, {Time, "quarter to twelve at night", "23:45"}, {Time, "twelve o'clock at night", "00:00"},
		{Time, "nine o’clock in the morning", "09:00"}, {Time, "nine in the morning", "09:00"}, {Time, "twenty-five past three in the afternoon", "15:25"},
		{Time, "8", nil}, {Time, "8 o'clock", nil}, {Time, "half past three", nil}, {Time, "9:30", nil}, {Time, "24:00", nil}, {Time, "15:60", nil},
		{Time, "15:30pm", nil}, {Time, "3.30", nil}, {Time, "15:30:00", nil}, {Time, "nine in the evening or so", nil},

		{Money, "20 euros", int64(2000)}, {Money, "€20", int64(2000)}, {Money, "EUR 20", int64(2000)}, {Money, "20 EUR", int64(2000)},
		{Money, "EUR20", int64(2000)}, {Money, "14.50 euros", int64(1450)}, {Money, "€14.5", nil}, {Money, "€14.505", nil}, {Money, "14 euros 50", int64(1450)},
		{Money, "14 euros and 50 cents", int64(1450)}, {Money, "one euro", int64(100)}, {Money, "1 euros", nil}, {Money, "fifty cents", int64(50)},
		{Money, "€12,500", int64(1250000)}, {Money, "€12,50", nil}, {Money, "$20", nil}, {Money, "£20", nil}, {Money, "20 pounds", nil},
		{Money, "20", nil}, {Money, "a hundred euros", int64(10000)}, {Money, "€020", nil}, {Money, "-EUR 5", int64(-500)}, {Money, "20p", nil},

		{"Days", "3 days", int64(3)}, {"Days", "three days", int64(3)}, {"Days", "1 day", int64(1)}, {"Days", "one day", int64(1)}, {"Days", "1 days", nil},
		{"Days", "3 day", nil}, {"Days", "3", int64(3)}, {"Days", "no days", int64(0)}, {"Days", "0 days", int64(0)}, {"Days", "03 days", nil},
		{"Days", "3 people", nil}, {"Party", "two people", int64(2)}, {"Party", "one person", int64(1)}, {"Party", "a hundred people", int64(100)},
		{"Days", "one hundred and twenty-one days", int64(121)}, {"Days", "twenty one days", int64(21)}, {"Days", "twenty-zero days", nil},
		{"Days", "999999999999999999999 days", nil}, {"Days", "3-4 days", nil}, {"Days", "3.5 days", nil},

		{Minutes, "35 minutes", int64(35)}, {Minutes, "35 min", int64(35)}, {Minutes, "1 hour 35 minutes", int64(95)}, {Minutes, "1 hour and 35 minutes", int64(95)},
		{Minutes, "an hour and a half", int64(90)}, {Minutes, "half an hour", int64(30)}, {Minutes, "two and a half hours", int64(150)},
		{Minutes, "1h35", int64(95)}, {Minutes, "1 h 35 min", int64(95)}, {Minutes, "an hour and five minutes", int64(65)}, {Minutes, "1.5 hours", int64(90)},
		{Minutes, "three quarters of an hour", int64(45)}, {Minutes, "1 hours", nil}, {Minutes, "1 hour 75 minutes", nil}, {Minutes, "two hours", int64(120)},

		{"Weight", "12.5 kg", int64(125)}, {"Weight", "12.5kg", int64(125)}, {"Weight", "12.5 kilos", int64(125)}, {"Weight", "one kilo", int64(10)},
		{"Weight", "1 kilos", nil}, {"Weight", "12.55 kg", nil}, {"Weight", "12 lb", nil}, {"Weight", "-2.5 kg", int64(-25)},
		{Percent, "40%", int64(40)}, {Percent, "40 per cent", int64(40)}, {Percent, "forty percent", int64(40)},
		{"Platform", "platform 3", int64(3)}, {"Platform", "Platform three", int64(3)}, {"Platform", "3", int64(3)}, {"Platform", "platform", nil},

		{"Shed", "Mill Lane", "Mill Lane"}, {"Shed", "the mill lane shed", "Mill Lane"}, {"Shed", "my shed at St Anne’s", "St Anne's"},
		{"Shed", "our shed at North", "North"}, {"Shed", "the mill", "Mill Lane"}, {"Shed", "Miller's", "Mill Lane"}, {"Shed", "the pair", nil},
		{"Shed", "Northbound", nil}, {"Shed", "Mill", nil}, {"Shed", "écluse", "Écluse"}, {"Shed", "the Mill Lane", nil},
		{"Kind", "hedge trimmers", "hedge trimmer"}, {"Kind", "Lawnmower", "lawnmower"}, {"Kind", "lawn mower", nil},
		{"Title", `"Low Tide"`, "Low Tide"}, {"Title", "“Low Tide”", "Low Tide"}, {"Title", "the book 'Low Tide'", "Low Tide"}, {"Title", `"Low Tide'`, nil},
		{"Class", "second class", "standard"}, {"Class", "standard", "standard"}, {"Class", "First Class", "first"}, {"Class", "first", nil},
		{"LoanNo", "loan L12345", "L12345"}, {"LoanNo", "my booking l12345", "L12345"}, {"LoanNo", "L1234", nil}, {"LoanNo", "L123456", nil},
		{"Card", "G-3415", "G-3415"}, {"Card", "G3415", nil}, {"Ticket", "xn485b", "XN485B"},

		{Person, "Ines Holm", "Ines Holm"}, {Person, "Anna-Lena O'Brien", "Anna-Lena O'Brien"}, {Person, "Ines", nil}, {Person, "ines holm", nil},
		{Email, "a.b@example.org", "a.b@example.org"}, {Email, "a.b@example", nil}, {Email, "a b@example.org", nil}, {Email, "a@b@c.org", nil},
		{Phone, "07700 900123", "07700 900123"}, {Phone, "+44 20 7946 0123", "+44 20 7946 0123"}, {Phone, "12345", nil}, {Phone, "(020) 7946 0123", "(020) 7946 0123"},
		{DateTime, "Saturday 14 March at 15:30", "2026-03-14T15:30"}, {DateTime, "tomorrow at 3pm", "2026-03-13T15:00"}, {DateTime, "tomorrow", nil},
	} {
		got, ok := w.Types[c.kind].Read(c.text, today, start)
		if ok != (c.want != nil) || ok && got != c.want {
			t.Errorf("%s: %q is read as %v, %v; want %v", c.kind, c.text, got, ok, c.want)
		}
	}
}

func TestReadBound(t *testing.T) {
	w := wordsWorld("EUR")
	for _, c := range []struct {
		kind, text, op string
		want           Value
	}{
		{Money, "no more than 20 euros", opAtMost, int64(2000)}, {Money, "€20 or less", opAtMost, int64(2000)}, {"Days", "At least 3 days", opAtLeast, int64(3)},
		{Time, "no later than 15:30", opAtMost, "15:30"}, {Date, "no earlier than Friday", opAtLeast, "2026-03-13"}, {Minutes, "no longer than 35 minutes", opAtMost, int64(35)},
		{Money, "20 euros", "", nil}, {Money, "no more than", "", nil}, {Money, "at least at most €3", "", nil}, {"Days", " or more", "", nil},
	} {
		op, got, ok := w.Types[c.kind].ReadBound(c.text, "2026-03-12", nil)
		if op != c.op || got != c.want || ok != (c.want != nil) {
			t.Errorf("%s: %q is read as %s %v, %v", c.kind, c.text, op, got, ok)
		}
	}
}

func FuzzRead(f *testing.F) {
	w := wordsWorld("EUR")
	names := sortedKeys(w.Types)
	for i, seed := range []string{
		"the 14th of March 2026", "Friday, 14 March", "half past three in the afternoon", "EUR 14.50", "14 euros 50", "an hour and a half", "1h35",
		"no seats", "twenty-one days", "12.5 kg", "(020) 7946 0123", "a.b@example.org", "my booking L12345", "“Low Tide”", "\xff\xfe", "’", "the \u00a0 14th", "-", "€", "2026-03-1",
		strings.Repeat("9", 300), strings.Repeat("a ", 200),
	} {
		f.Add(uint(i), seed)
	}
	f.Fuzz(func(t *testing.T, kind uint, text string) {
		const today = "2026-03-12"
		start := wordsStart(t, w, today)
		for _, name := range []string{names[kind%uint(len(names))], Date, Time, Money} {
			kind := w.Types[name]
			v, ok := kind.Read(text, today, start)
			kind.ReadBound(text, today, start)
			if !ok {
				continue
			}
			// What was read can be said, and reads back as itself.
			if again, ok := kind.Read(kind.Show(v, today, w), today, start); !ok || again != v {
				t.Fatalf("%s: %q is read as %v, which is shown as %q and read as %v, %v", name, text, v, kind.Show(v, today, w), again, ok)
			}
		}
	})
}
