package world

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/buttonbench/button"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// speakers draws many speakers.
func speakers(n int) []Style {
	random := button.NewRandom(11)
	styles := make([]Style, n)
	for i := range styles {
		styles[i] = NewStyle(random)
	}
	return styles
}

// surfaces collects what many speakers make of a value.
func allSurfaces(t *Type, v Value, today string) map[string]bool {
	all := map[string]bool{}
	for _, style := range speakers(3000) {
		all[t.Surface(v, style, today)] = true
	}
	return all
}

func TestSurfaceVariety(t *testing.T) {
	const today = "2026-03-12" // a Thursday
	w := wordsWorld("EUR")
	for _, c := range []struct {
		kind  string
		value Value
		want  []string // all of it
	}{
		{Date, "2026-03-12", []string{"today"}},
		{Date, "2026-03-13", []string{"tomorrow"}},
		{Date, "2026-03-11", []string{"yesterday"}},
		{Date, "2026-03-10", []string{"10 March", "March 10th", "the 10th of March", "March 10", "2026-03-10"}},
		{Date, "2026-03-18", []string{"Wednesday", "this Wednesday", "the 18th", "18 March", "March 18th", "the 18th of March", "March 18", "2026-03-18"}},
		{Date, "2026-03-19", []string{"the 19th", "19 March", "March 19th", "the 19th of March", "March 19", "2026-03-19"}},
		{Date, "2027-02-01", []string{"1 February 2027", "February 1st, 2027", "the 1st of February 2027", "February 1, 2027", "2027-02-01"}},
		{Time, "15:30", []string{"15:30", "3:30pm", "3.30 pm", "half past three in the afternoon"}},
		{Time, "12:00", []string{"12:00", "noon"}},
		{Time, "08:05", []string{"08:05", "8:05am", "8.05 am"}},
		{Money, int64(2000), []string{"20 euros", "€20", "EUR 20"}},
		{Money, int64(1450), []string{"€14.50", "EUR 14.50"}},
		{Money, int64(500), []string{"5 euros", "five euros", "€5", "EUR 5"}},
		{"Days", int64(3), []string{"3 days", "three days"}},
		{"Days", int64(1), []string{"1 day", "one day"}},
		{"Days", int64(14), []string{"14 days"}},
		{"Weight", int64(125), []string{"12.5 kg", "12.5 kilos"}},
		{"Weight", int64(10), []string{"1 kg", "1 kilo", "one kilo"}},
		{Percent, int64(40), []string{"40%", "40 percent", "40 per cent"}},
		{"Class", "standard", []string{"second class", "standard"}},
		{"LoanNo", "L12345", []string{"loan L12345", "my booking L12345", "L12345"}},
		{"Shed", "Harbour", []string{"Harbour", "the Harbour shed", "my shed at Harbour", "our shed at Harbour"}},
		{"Title", "Low Tide", []string{`"Low Tide"`, "“Low Tide”", "'Low Tide'", `the book "Low Tide"`, "the book “Low Tide”", "the book 'Low Tide'", "Low Tide"}},
	} {
		want := map[string]bool{}
		for _, surface := range c.want {
			want[surface] = true
		}
		if diff := cmp.Diff(want, allSurfaces(w.Types[c.kind], c.value, today)); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", c.kind, c.value, diff)
		}
	}
}

func TestPhrase(t *testing.T) {
	const today = "2026-03-12"
	w := wordsWorld("EUR")
	plain := Style{Number: NumberDigits}
	for style := range 200 { // a speaker who says "this Friday"
		if s := (Style{Seed: uint64(style)}); w.Types[Date].Surface("2026-03-16", s, today) == "this Monday" {
			plain = s
			break
		}
	}
	for _, c := range []struct {
		kind, preposition, want string
		value                   Value
	}{
		{Date, "on", "tomorrow", "2026-03-13"}, {Date, "on", "this Monday", "2026-03-16"}, {Date, "from", "from tomorrow", "2026-03-13"},
		{Date, "by", "by this Monday", "2026-03-16"}, {Date, "", "tomorrow", "2026-03-13"}, {Date, "on", "on 14 May", "2026-05-14"},
		{Time, "at", "at 15:30", "15:30"}, {"Days", "for", "for 3 days", int64(3)}, {"Days", "bare", "3", int64(3)}, {"Weight", "bare", "12.5", int64(125)},
		{"Card", "on", "on G-3415", "G-3415"}, {"Kind", "on", "on this side", "this side"}, {DateTime, "on", "this Monday at 09:30", "2026-03-16T09:30"},
	} {
		if got := w.Types[c.kind].Phrase(c.value, c.preposition, plain, today); got != c.want {
			t.Errorf("%s %v with %q: %q, want %q", c.kind, c.value, c.preposition, got, c.want)
		}
	}
}

func TestShow(t *testing.T) {
	const today = "2026-03-12"
	w, pounds := wordsWorld("EUR"), wordsWorld("GBP")
	for _, c := range []struct {
		world *World
		kind  string
		value Value
		want  string
	}{
		{w, Date, "2026-03-13", "Friday 13 March"}, {w, Date, "2025-06-02", "Monday 2 June 2025"}, {w, DateTime, "2026-03-13T09:05", "Friday 13 March at 09:05"},
		{w, Time, "09:05", "09:05"}, {w, Money, int64(1450), "EUR 14.50"}, {w, Money, int64(2000), "EUR 20"}, {w, Money, int64(5), "EUR 0.05"},
		{w, Money, int64(-1205), "-EUR 12.05"}, {w, Money, int64(123456700), "EUR 1,234,567"}, {pounds, "Fee", int64(1450), "£14.50"}, {wordsWorld("USD"), Money, int64(700), "$7"},
		{w, "Days", int64(3), "3 days"}, {w, "Days", int64(1), "1 day"}, {w, "Days", int64(0), "no days"}, {w, Minutes, int64(95), "1 hour 35 minutes"},
		{w, Minutes, int64(120), "2 hours"}, {w, Minutes, int64(35), "35 minutes"}, {w, Minutes, int64(0), "0 minutes"}, {w, "Weight", int64(125), "12.5 kg"},
		{w, "Weight", int64(-5), "-0.5 kg"}, {w, Percent, int64(40), "40%"}, {w, "Platform", int64(3), "3"}, {w, "Class", "standard", "second class"},
		{w, "Shed", "Harbour", "Harbour"}, {w, "LoanNo", "L12345", "L12345"}, {w, Bool, true, "yes"},
		{w, Date, "soon", "soon"}, {w, Time, "later", "later"}, {w, "Class", "third", "third"}, {w, "Days", "many", "many"}, {w, "Days", 2.5, "2.5"},
	} {
		if got := c.world.Types[c.kind].Show(c.value, today, c.world); got != c.want {
			t.Errorf("%s %v is shown as %q, want %q", c.kind, c.value, got, c.want)
		}
	}
}

func TestBoundVariety(t *testing.T) {
	w := wordsWorld("EUR")
	for _, c := range []struct {
		kind, op string
		value    Value
		want     string // of the plain speakers, joined
	}{
		{Money, opAtMost, int64(1450), "at most €14.50|no more than €14.50|€14.50 or less"},
		{"Days", opAtLeast, int64(14), "14 days or more|at least 14 days|no fewer than 14 days"},
		{Time, opAtMost, "15:30", "no later than 15:30"}, {Time, opAtLeast, "15:30", "no earlier than 15:30"},
		{Date, "is", "2026-03-13", "tomorrow"},
	} {
		all := map[string]bool{}
		for seed := range 400 {
			text := w.Types[c.kind].Bound(c.op, c.value, Style{Seed: uint64(seed)}, "2026-03-12")
			if !strings.Contains(text, "EUR") {
				all[text] = true
			}
		}
		if got := strings.Join(sortedKeys(all), "|"); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.kind, c.op, got, c.want)
		}
	}
}

// TestSpeakerKeepsHabits draws two dates, two amounts and two times of day for one
// speaker: they are said alike.
func TestSpeakerKeepsHabits(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		style := NewStyle(button.NewRandom(rapid.Uint64().Draw(r, "seed")))
		random := rand.New(rand.NewPCG(rapid.Uint64().Draw(r, "values"), 1))
		w := wordsWorld("EUR")
		shape := func(kind, from string, v Value) string {
			text := w.Types[kind].Surface(v, style, from)
			var b strings.Builder
			for _, c := range text {
				switch {
				case c >= '0' && c <= '9':
				case strings.ContainsRune("€ .:-", c):
					b.WriteRune(c)
				}
			}
			return b.String()
		}
		today := dayText(20000)
		for kind, draw := range map[string]func() Value{
			Date:  func() Value { return dayText(20000 + 40 + random.IntN(100)) },
			Money: func() Value { return int64(100*random.IntN(100) + 2000) },
		} {
			if a, b := shape(kind, today, draw()), shape(kind, today, draw()); a != b {
				r.Fatalf("%s: %q and %q of one speaker", kind, a, b)
			}
		}
	})
}
