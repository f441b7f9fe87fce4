package world

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/buttonbench/button"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scanned shows what Scan finds as "text = Type value".
func scanned(text string, found []Found) []string {
	var lines []string
	for _, f := range found {
		lines = append(lines, fmt.Sprintf("%s = %s %v", text[f.Span[0]:f.Span[1]], f.Type.Name, f.Value))
	}
	return lines
}

func typesNamed(w *World, names string) []*Type {
	var types []*Type
	for _, name := range strings.Fields(names) {
		types = append(types, w.Types[name])
	}
	return types
}

func TestScan(t *testing.T) {
	w := wordsWorld("EUR")
	start := wordsStart(t, w, "2026-03-12")
	for _, c := range []struct {
		types, text string
		want        []string
	}{
		{"Date Time Days", "Could you book it from Friday for three days, before 3:30pm?", []string{"Friday = Date 2026-03-13", "three days = Days 3", "3:30pm = Time 15:30"}},
		{"Days Date", "It's for 14 March, 2 days please.", []string{"14 March = Date 2026-03-14", "2 days = Days 2"}},
		{"Days", "On 14 March at 15:30 I paid EUR 20 and 35 minutes later 40% for 5 kg.", nil},
		{"Days", "Code G-3415 or L12345 or XN485B, call 07700 900123, 3-4 or 3/4 or 3.5 times", nil},
		{"Days Party", "Make that 3, or four people", []string{"3 = Days 3", "3 = Party 3", "four people = Party 4"}},
		{"Days", "The cheapest one. Two things: no one has one.", nil},
		{"Days", "one day, no days", []string{"one day = Days 1", "no days = Days 0"}},
		{"Shed", "Harbour Lane or Harbour, not Northbound nor North-East; North's hours", []string{"Harbour Lane = Shed Harbour Lane", "Harbour = Shed Harbour", "North = Shed North"}},
		{"Shed", "down at the harbour, the Mill Lane shed or my shed at St Anne’s.", []string{"the Mill Lane shed = Shed Mill Lane", "my shed at St Anne’s = Shed St Anne's"}},
		{"Shed", "the pair, Écluse", []string{"Écluse = Shed Écluse"}},
		{"Kind", "Two lawnmowers and a hedge trimmer, drilling", []string{"lawnmowers = Kind lawnmower", "hedge trimmer = Kind hedge trimmer"}},
		{"LoanNo Card", "About loan L12345: my card is G-3415.", []string{"loan L12345 = LoanNo L12345", "G-3415 = Card G-3415"}},
		{"Date", "next Friday, Friday week, every Monday, a week on Tuesday, Friday 14 March", nil},
		{"Date", "today's fare, this Friday; (tomorrow) and the 14th", []string{"today = Date 2026-03-12", "this Friday = Date 2026-03-13", "tomorrow = Date 2026-03-13", "the 14th = Date 2026-03-14"}},
		{"Date", "I may march on, in March.", nil},
		{"Time", "half past three, 9:30, 8 o'clock", nil},
		{"Time", "at noon or 3.30 pm or half past three in the afternoon", []string{"noon = Time 12:00", "3.30 pm = Time 15:30", "half past three in the afternoon = Time 15:30"}},
		{"Time Date DateTime", "Saturday 14 March at 15:30.", []string{"Saturday 14 March at 15:30 = DateTime 2026-03-14T15:30"}},
		{"Money", "€20, 20 euros, EUR 14.50 a day, $5, twenty euros", []string{"€20 = Money 2000", "20 euros = Money 2000", "EUR 14.50 = Money 1450", "twenty euros = Money 2000"}},
		{"Person", "Ask Ines Holm or Could You", []string{"Ines Holm = Person Ines Holm"}},
		{"Email Phone", "Mail a.b@example.org. Or ring 0113 496 0123, please", []string{"a.b@example.org = Email a.b@example.org", "0113 496 0123 = Phone 0113 496 0123"}},
		{"Platform", "from platform 3 at 15:30", []string{"platform 3 = Platform 3"}},
		{"Class", "in second class, First class or standard", []string{"second class = Class standard", "First class = Class first", "standard = Class standard"}},
		{"Title", `is "Low Tide" or the book 'Small Hours' in`, []string{`"Low Tide" = Title Low Tide`, `the book 'Small Hours' = Title Small Hours`}},
		{"Weight Minutes Percent", "12.5 kg, an hour and a half, 40 per cent, 7", []string{"12.5 kg = Weight 125", "an hour and a half = Minutes 90", "40 per cent = Percent 40"}},
		{"Weight", "2-3 kg, −3 kg", []string{"3 kg = Weight 30"}},
		{"Date Days", "", nil},
	} {
		if diff := cmp.Diff(c.want, scanned(c.text, Scan(c.text, typesNamed(w, c.types), start.Today, start))); diff != "" {
			t.Errorf("%s in %q (-want +got):\n%s", c.types, c.text, diff)
		}
	}
}

// TestScanFindsSurfaces puts a surface into a sentence: Scan finds it, whole.
func TestScanFindsSurfaces(t *testing.T) {
	worlds := allCurrencies()
	frames := []string{"%s", "Could you book it for %s, please?", "It's (%s).", "%s please", "What about %s?", "From %s to the end", "\u201c%s\u201d", "%s's"}
	rapid.Check(t, func(r *rapid.T) {
		for _, c := range drawCases(r, t, worlds) {
			frame := rapid.SampledFrom(frames).Draw(r, "frame")
			surface := c.kind.Surface(c.value, c.style, c.today)
			if n, ok := c.value.(int64); ok && n == 1 && surface == "one" || c.kind.Base == Text || c.kind.Base == Bool {
				continue
			}
			text := fmt.Sprintf(frame, surface)
			found := Scan(text, []*Type{c.kind}, c.today, c.start)
			at := strings.Index(text, surface)
			if len(found) != 1 || found[0].Value != c.value || found[0].Span[0] > at || found[0].Span[1] < at+len(surface) {
				r.Fatalf("%s %v on %s in %q: found %v", c.kind.Name, c.value, c.today, text, scanned(text, found))
			}
		}
	})
}

// checkScan wants spans in order that do not overlap and read as their values.
func checkScan(t *testing.T, text, today string, start *Start, found []Found) {
	t.Helper()
	last := button.Span{}
	for _, f := range found {
		if f.Span != last && f.Span[0] < last[1] || f.Span[0] >= f.Span[1] || f.Span[1] > len(text) {
			t.Fatalf("%q: span %v after %v", text, f.Span, last)
		}
		last = f.Span
		if v, ok := f.Type.Read(text[f.Span[0]:f.Span[1]], today, start); !ok || v != f.Value {
			t.Fatalf("%q: %s %v at %q is read as %v, %v", text, f.Type.Name, f.Value, text[f.Span[0]:f.Span[1]], v, ok)
		}
	}
}

func FuzzScan(f *testing.F) {
	w := wordsWorld("EUR")
	var types []*Type
	for _, name := range sortedKeys(w.Types) {
		types = append(types, w.Types[name])
	}
	for _, seed := range []string{
		benchText, "Friday, 14 March at half past three in the afternoon", "3-4 days 3.5.6 €€20 -5 kg (020) 7946 0123 a@b.c.", "one hundred and one hundred and",
		strings.Repeat("the ", 300), strings.Repeat("9", 500), strings.Repeat("(", 200), strings.Repeat("a.", 300), "\xe2\x82\xe2\x80\x99 \xff€\xff", "’’’s Mill  \n Lane’s",
		strings.Repeat("twenty-", 100), strings.Repeat("+1 ", 100),
	} {
		f.Add(seed)
	}
	start := wordsStart(f, w, "2026-03-12")
	scanner := NewScanner(types, start)
	f.Fuzz(func(t *testing.T, text string) {
		checkScan(t, text, start.Today, start, scanner.Scan(text, start.Today))
	})
}

// TestScanTakesLinearTime doubles hostile texts: the time for each byte must not
// grow with the length.
func TestScanTakesLinearTime(t *testing.T) {
	w := wordsWorld("EUR")
	start := wordsStart(t, w, "2026-03-12")
	var types []*Type
	for _, name := range sortedKeys(w.Types) {
		types = append(types, w.Types[name])
	}
	scanner := NewScanner(types, start)
	for _, unit := range []string{"the ", "9", "(", "a.", "a@", "+1 ", "twenty-", "Mill ", "one hundred and ", "\xff", "€", "- ", "12 "} {
		text := strings.Repeat(unit, 50_000/len(unit))
		began := time.Now()
		scanner.Scan(text, start.Today)
		// A linear pass takes a tenth of a second, a quadratic one far longer than this.
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("%q repeated to %d bytes took %v", unit, len(text), took)
		}
	}
}

const benchText = "Hello! I'm looking for a hedge trimmer at Mill Lane from this Friday for three days. Could you see which one is the cheapest, and book it for " +
	"me on my card G-3415 if the deposit comes to no more than 50 euros?"

func BenchmarkScan(b *testing.B) {
	w := wordsWorld("EUR")
	start := wordsStart(b, w, "2026-03-12")
	scanner := NewScanner(typesNamed(w, "Date Shed Kind Days Card Money"), start)
	b.ReportAllocs()
	b.SetBytes(int64(len(benchText)))
	for b.Loop() {
		scanner.Scan(benchText, start.Today)
	}
}

func BenchmarkNewScanner(b *testing.B) {
	w := wordsWorld("EUR")
	start := wordsStart(b, w, "2026-03-12")
	types := typesNamed(w, "Date Shed Kind Days Card Money")
	b.ReportAllocs()
	for b.Loop() {
		NewScanner(types, start)
	}
}

func BenchmarkRead(b *testing.B) {
	w := wordsWorld("EUR")
	start := wordsStart(b, w, "2026-03-12")
	for _, c := range [][2]string{{Date, "the 14th of March"}, {Time, "half past three in the afternoon"}, {Money, "14.50 euros"}, {"Days", "three days"}, {"Shed", "the Harbour Lane shed"}, {"LoanNo", "my booking L12345"}} {
		b.Run(c[0], func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.Types[c[0]].Read(c[1], start.Today, start)
			}
		})
	}
}

func BenchmarkSurface(b *testing.B) {
	w := wordsWorld("EUR")
	style := NewStyle(button.NewRandom(3))
	for _, c := range []struct {
		kind  string
		value Value
	}{{Date, "2026-04-14"}, {Time, "15:30"}, {Money, int64(1450)}, {"Days", int64(3)}, {"LoanNo", "L12345"}} {
		b.Run(c.kind, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				w.Types[c.kind].Surface(c.value, style, "2026-03-12")
			}
		})
	}
}
