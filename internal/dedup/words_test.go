package dedup

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestNormalise(t *testing.T) {
	for _, test := range []struct{ text, want, blanked string }{
		{"", "", ""},
		{" \t\n!?", "", ""},
		{"Book a Flight, please!", "book a flight please", "book a flight please"},
		{"a\u00a0b\u2003c\r\nd", "a b c d", "a b c d"},
		{"Room 101 at 9:30", "room 101 at 9 30", "room 0 at 0 0"},
		{"A1B22", "a1b22", "a0b0"},
		{"STRASSE ÀÉ Σίσυφος ΣΊΣΥΦΟΣ", "strasse àé σίσυφοσ σίσυφοσ", "strasse àé σίσυφοσ σίσυφοσ"},
		{"\u212a \u017f K k S s", "k s k k s s", "k s k k s s"}, // Kelvin sign, long s
		{"get_weather v2", "get weather v2", "get weather v0"},
		{"東京の天気", "東 京 の 天 気", "東 京 の 天 気"},
		{"気温20度", "気 温 20 度", "気 温 0 度"},
		{"سعر ٤٢", "سعر ٤٢", "سعر 0"},
		{"bad\xffbyte", "bad byte", "bad byte"},
	} {
		if have := Normalise(test.text, false); have != test.want {
			t.Errorf("Normalise(%q) = %q, want %q", test.text, have, test.want)
		}
		if have := Normalise(test.text, true); have != test.blanked {
			t.Errorf("Normalise(%q) without digits = %q, want %q", test.text, have, test.blanked)
		}
	}
}

func TestNormaliseIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text, blank := rapid.String().Draw(t, "text"), rapid.Bool().Draw(t, "blank")
		once := Normalise(text, blank)
		if twice := Normalise(once, blank); twice != once {
			t.Fatalf("%q becomes %q, then %q", text, once, twice)
		}
		if !utf8.ValidString(once) {
			t.Fatalf("%q is not UTF-8", once)
		}
		if padded := Normalise("  "+strings.ReplaceAll(text, " ", "\n\t")+" ", blank); padded != once {
			t.Fatalf("white space matters: %q and %q", padded, once)
		}
	})
}

// plainJaccard is the definition, with shingles as strings in maps.
func plainJaccard(a, b string, o Options) float64 {
	shingles := func(text string) map[string]bool {
		words, out := strings.Fields(Normalise(text, o.BlankDigits)), map[string]bool{}
		width := min(o.ShingleWords, len(words))
		for i := 0; i+width <= len(words); i++ {
			out[fmt.Sprint(words[i:i+width])] = true
		}
		return out
	}
	first, second := shingles(a), shingles(b)
	both := 0
	for shingle := range first {
		if second[shingle] {
			both++
		}
	}
	return float64(both) / float64(len(first)+len(second)-both)
}

func TestSimilarityIsJaccard(t *testing.T) {
	text := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom([]string{"a", "B", "b", "c", "12", "7", "d!", "東京"}), 0, 30).Draw(t, "words"), " ")
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b := text.Draw(t, "a"), text.Draw(t, "b")
		o := Options{ShingleWords: rapid.IntRange(1, 5).Draw(t, "words"), BlankDigits: rapid.Bool().Draw(t, "blank")}
		have, want := Similarity(a, b, o), plainJaccard(a, b, o)
		if have != want || Similarity(b, a, o) != want {
			t.Fatalf("%q and %q: %v, want %v", a, b, have, want)
		}
		if Similarity(a, a, o) != 1 {
			t.Fatalf("%q is not like itself", a)
		}
	})
}

func FuzzSimilarity(f *testing.F) {
	f.Add("Book a flight", "book a FLIGHT 2", 3, true)
	f.Add("\xff\u0301東", "", 0, false)
	f.Fuzz(func(t *testing.T, a, b string, words int, blank bool) {
		o := Options{ShingleWords: words, BlankDigits: blank}
		if o.withDefaults().check() != nil {
			return
		}
		if s := Similarity(a, b, o); !(s >= 0 && s <= 1) || s != Similarity(b, a, o) {
			t.Errorf("similarity %v, the other way %v", s, Similarity(b, a, o))
		}
		x, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		x.Add(a)
		if match, found := x.Find(a); !found || match.Similarity != 1 {
			t.Errorf("%q is not found again: %v", a, match)
		}
	})
}
