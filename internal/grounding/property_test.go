package grounding

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// form is a value with a way to say it.
type form struct {
	value any
	words string
}

var (
	forms = rapid.OneOf(numberForms(), dateForms(), timeForms(), codeForms(), nameForms())
	// fillers hold no value of any kind, so that what is found is what was put there.
	fillers = rapid.SampledFrom([]string{"please look it up", "so that we see how it goes", "and tell us more", "thank you", "that would be good"})
)

func numberForms() *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		cents := rapid.IntRange(0, 99_999_999).Draw(t, "cents")
		whole, fraction := strconv.Itoa(cents/100), fmt.Sprintf("%02d", cents%100)
		text := whole + "." + fraction
		grouped := whole
		for at := len(whole) - 3; at > 0; at -= 3 {
			grouped = grouped[:at] + "," + grouped[at:]
		}
		shown := rapid.SampledFrom([]string{text, grouped + "." + fraction, "$" + grouped + "." + fraction, text + " EUR", text + "%", text + " kg", text + "kg"}).Draw(t, "form")
		return form{json.Number(text), shown}
	})
}

func dateForms() *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		when := time.Date(2025, 3, 12, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(1, 360).Draw(t, "days"))
		layout := rapid.SampledFrom([]string{"2006-01-02", "2 January 2006", "January 2, 2006", "2 Jan", "January 2", "Monday, 2 January", "02.01.2006", "Mon"}).Draw(t, "layout")
		if layout == "Mon" {
			layout = "Monday, January 2"
		}
		return form{when.Format(time.DateOnly), when.Format(layout)}
	})
}

func timeForms() *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		when := time.Date(2025, 1, 1, rapid.IntRange(0, 23).Draw(t, "hour"), rapid.IntRange(0, 59).Draw(t, "minute"), 0, 0, time.UTC)
		layout := rapid.SampledFrom([]string{"15:04", "3:04 pm", "3:04 PM", "15:04:05"}).Draw(t, "layout")
		return form{when.Format("15:04"), when.Format(layout)}
	})
}

func codeForms() *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		code := rapid.StringMatching(`[A-Z]{2,3}-?[1-9][0-9]{2,5}`).Draw(t, "code")
		return form{code, rapid.SampledFrom([]string{code, strings.ToLower(code), "(" + code + ")"}).Draw(t, "form")}
	})
}

func nameForms() *rapid.Generator[form] {
	return rapid.Custom(func(t *rapid.T) form {
		name := rapid.StringMatching(`[A-Z][b-df-hj-np-rt-z]{4,7} [A-Z][b-df-hj-np-rt-z]{4,7}`).Draw(t, "name")
		return form{name, rapid.SampledFrom([]string{name, strings.ToLower(name), name + "'s", strings.ReplaceAll(name, " ", "-"), "“" + name + "”"}).Draw(t, "form")}
	})
}

func encoded(value any) json.RawMessage {
	raw, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return raw
}

// A value is found where it is said, and only there.
func TestFindsWhatIsSaid(t *testing.T) {
	reader := On(today)
	rapid.Check(t, func(t *rapid.T) {
		one := forms.Draw(t, "value")
		before, after := fillers.Draw(t, "before"), fillers.Draw(t, "after")
		text := before + " " + one.words + " " + after
		spans := reader.Find(text, encoded(one.value))
		if len(spans) != 1 {
			t.Fatalf("%s in %q: %v", encoded(one.value), text, spans)
		}
		if found := text[spans[0][0]:spans[0][1]]; !strings.Contains(one.words, found) {
			t.Fatalf("%s in %q: found in %q", encoded(one.value), text, found)
		}
		if !reader.Says(text, encoded([]any{one.value, one.value})) {
			t.Fatalf("%q does not say a list of %s", text, encoded(one.value))
		}
		if silent := before + ", " + after; len(reader.Find(silent, encoded(one.value))) > 0 {
			t.Fatalf("%s in %q", encoded(one.value), silent)
		}
	})
}

// Every literal of a text is held by the text and by the value that it says, and by
// no text without it.
func TestLiteralsAreHeld(t *testing.T) {
	reader := On(today)
	rapid.Check(t, func(t *rapid.T) {
		one := forms.Draw(t, "value")
		text := "we take " + one.words + " then"
		literals := reader.Literals(text)
		if len(literals) == 0 && one.words != strings.ToLower(one.words) {
			t.Fatalf("%q has no literal", text)
		}
		value := reader.Read(Flatten(encoded(map[string]any{"a": []any{one.value}})))
		empty := reader.Read(fillers.Draw(t, "filler"))
		for _, literal := range literals {
			if !reader.Read(text).Holds(literal) || !value.Holds(literal) {
				t.Fatalf("%q: %s %q is not held", text, literal.Kind, literal.Text)
			}
			if empty.Holds(literal) {
				t.Fatalf("%q is held by %q", literal.Text, empty.source)
			}
		}
	})
}

func FuzzFind(f *testing.F) {
	f.Add("at 9 on 12/03/2025, for $1,234.50 or KX-12 (\"x\")", `{"a":["2025-03-12T09:00",1234.5,"KX-12",true]}`)
	f.Add("half past three in the afternoon, two hundred and five dozen", `"15:30"`)
	f.Add("call +44 (20) 7946-0018, a.b@c.de or https://x.y/z", `1e-400`)
	f.Fuzz(func(t *testing.T, text, value string) {
		for _, reader := range []Reader{{}, On(today), {Order: DayFirst}} {
			read := reader.Read(text)
			last := 0
			for _, span := range read.Find(json.RawMessage(value)) {
				if span[0] < last || span[0] >= span[1] || span[1] > len(text) {
					t.Errorf("span %v of %d bytes", span, len(text))
				}
				last = span[0]
			}
			end := 0
			for _, literal := range read.Literals() {
				if literal.Span[0] < end || literal.Span[0] >= literal.Span[1] || literal.Span[1] > len(text) {
					t.Errorf("%s literal %v of %d bytes, behind %d", literal.Kind, literal.Span, len(text), end)
				}
				end = literal.Span[1]
				// What is glued to other signs may be read together with them.
				spaced := strings.Contains(" "+text+" ", " "+literal.Text+" ")
				if literal.Kind != Quoted && spaced && !read.Holds(literal) {
					t.Errorf("%q does not hold its own %s %q", text, literal.Kind, literal.Text)
				}
			}
			reader.Means(text, json.RawMessage(value))
			reader.Is(text, json.RawMessage(value))
			Negated(text)
		}
	})
}
