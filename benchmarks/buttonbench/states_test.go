package buttonbench

import (
	"encoding/json"
	"maps"
	"strings"
	"testing"

	"github.com/buttonbench/button/internal/world"
	"github.com/buttonbench/button/worlds"
)

func loadAll(t testing.TB) map[string]*world.World {
	t.Helper()
	all := map[string]*world.World{}
	for _, name := range worlds.Names() {
		w, err := world.Load(worlds.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = w
	}
	return all
}

// Each value is stated by the texts on the left and not by those on the right.
func TestStates(t *testing.T) {
	all := loadAll(t)
	starts := map[string]*world.Start{}
	for _, test := range []struct {
		world, kind, value string
		yes, no            []string
	}{
		{"rail", "Fare", `14.5`, []string{
			"It is EUR 14.50.", "€14.50", "14.50 €", "It costs 14.5.", "14.50 EUR in all", "14,50 euros", "14.50 euros", "**€14.50**", "| 14.50 |", "the price: €14.50, paid already",
		}, []string{
			"EUR 114.50", "14.505", "EUR 14.5.2026", "1450", "14:50", "EUR 14", "14-50", "A14.5", "v14.5.1", "15.50",
		}},
		{"rail", "Fare", `1450`, []string{"EUR 1,450.00", "1450 euros", "1,450", "€1450"}, []string{"11,450", "1,450,000", "14.50", "1.450.000"}},
		{"rail", "Fare", `0`, []string{"EUR 0.00", "It is free of charge.", "There is no fee."}, []string{"EUR 10.00", "freedom"}},
		{"restaurant", "Deposit", `40`, []string{"EUR 40.00", "40 euros", "€40"}, []string{"140 euros", "40 May", "May 40", "40:00"}},
		{"vet", "Doses", `3`, []string{"3 doses", "three doses", "3", "You need three."}, []string{"13 doses", "3 June", "June 3", "thirteen", "3:30", "3 pm", "room #3", "B3", "3-4", "2026-03-03", "3rd"}},
		{"vet", "Doses", `1`, []string{"1 dose", "one dose", "a single dose: 1"}, []string{"11 doses", "1 am"}},
		{"vet", "Weight", `22.5`, []string{"22.5 kg", "22.5kg", "22,5 kg", "22.5 kilograms", "22.5"}, []string{"122.5 kg", "22.55 kg", "22 kg"}},
		{"vet", "Minutes", `95`, []string{"95 minutes", "1 hour 35 minutes", "1 hour and 35 minutes", "an hour and 35 minutes", "1h 35m", "1 h 35 min", "95 min", "1h35", "one hour, 35 minutes"}, []string{"195 minutes", "1 hour 30 minutes", "1:35 pm"}},
		{"vet", "Minutes", `90`, []string{"1 hour 30 minutes", "an hour and a half", "1.5 hours", "one and a half hours", "90-minute"}, []string{"1 hour", "11.5 hours"}},
		{"vet", "Minutes", `10`, []string{"10 minutes", "ten minutes"}, []string{"10:00", "10 am", "110 minutes"}},
		{"helpdesk", "Percent", `86`, []string{"86%", "86 %", "86 percent", "86 per cent"}, []string{"186%", "86th", "8.6%"}},
		{"library", "Date", `"2026-03-14"`, []string{
			"2026-03-14", "14 March", "March 14", "14 March 2026", "March 14, 2026", "March 14th, 2026", "the 14th of March", "Saturday 14 March", "Saturday, March 14", "14.03.2026", "14/03/2026", "2026/03/14", "Mar 14", "14 Mar 2026", "Sat, 14 Mar",
		}, []string{
			"2026-03-15", "14 May", "March 140", "14 March 2027", "March 14, 2025", "114 March", "14 March 1999", "13 March", "12026-03-14",
		}},
		{"library", "Time", `"14:30"`, []string{"14:30", "2:30 pm", "2:30 PM", "2:30 p.m.", "02:30 PM", "2.30 pm", "14.30", "14:30:00"}, []string{"14:35", "2:30 am", "114:30", "14:300", "12:30 pm", "4:30"}},
		{"library", "Time", `"09:00"`, []string{"9:00", "09:00", "9 am", "9:00 a.m.", "9AM"}, []string{"19:00", "9 pm", "9:05", "9"}},
		{"library", "Time", `"12:00"`, []string{"12:00", "12 pm", "noon", "12:00 PM"}, []string{"12 am", "2:00"}},
		{"library", "Time", `"00:15"`, []string{"00:15", "0:15", "12:15 am"}, []string{"12:15 pm", "10:15"}},
		{"rail", "DateTime", `"2026-06-02T15:44"`, []string{
			"Tuesday 2 June at 15:44", "2026-06-02T15:44", "2026-06-02 15:44", "It departs on 2 June at 3:44 PM.", "at 15:44 on June 2nd", "**Departure:** 2 June 2026, 15:44", "On June 2 there is one train. It leaves at 15:44.",
		}, []string{"2 June", "15:44", "3 June at 15:44", "2 June at 5:44", "2026-06-02T15:45"}},
		{"rail", "BookingNo", `"LR7852"`, []string{"Booking LR7852", "`LR7852`", "lr7852", "LR 7852", "LR-7852"}, []string{"LR78521", "XLR7852", "LR785"}},
		{"parcels", "ClaimNo", `"CL-09597"`, []string{"CL-09597", "CL\u201109597", "CL09597", "claim number CL-09597."}, []string{"CL-095971", "L-09597"}},
		{"rail", "Station", `"Olvera"`, []string{"at Olvera.", "Olvera", "OLVERA", "from Olvera, then"}, []string{"Olverado", "Olver"}},
		{"vet", "Vet", `"Dr Prosser"`, []string{"Dr Prosser", "dr prosser"}, []string{"Dr Prossers"}},
		{"rail", "Text", `"21 and 22 in coach A"`, []string{"21 and 22 in coach A", "coach A, seats 21 and 22", "Coach A: 21, 22"}, []string{"21 in coach A", "121 and 22 in coach A", "21 and 22 in coach B"}},
		{"library", "Text", `"The Restless Sonata"`, []string{`"The Restless Sonata"`, "*The Restless Sonata*", "\u201cThe Restless Sonata\u201d", "Restless Sonata"}, []string{"Restless", "The Restless Sonatas"}},
		{"restaurant", "Wish", `"high_chair"`, []string{"a high chair", "high chair", "the high chair", "high_chair"}, []string{"chair", "high chairs"}},
	} {
		w := all[test.world]
		kind := typeOf(w, test.kind)
		if kind == nil {
			t.Errorf("%s has no type %s", test.world, test.kind)
			continue
		}
		if starts[w.Name] == nil {
			start, err := w.Start(1)
			if err != nil {
				t.Fatal(err)
			}
			starts[w.Name] = start
		}
		check := func(text string, want bool) {
			if have := newSpeech(text, "", starts[w.Name]).states(kind, json.RawMessage(test.value)); have != want {
				t.Errorf("%s %s in %q: %t (today is %s)", test.kind, test.value, text, have, starts[w.Name].Today)
			}
		}
		for _, text := range test.yes {
			check(text, true)
			check("Well, "+strings.TrimSuffix(text, ".")+".", true)
		}
		for _, text := range test.no {
			check(text, false)
		}
		check("", false)
		check("I am sorry, I cannot help with that right now.", false)
	}
}

// What a world shows in its own answers is always found.
func TestStatesWhatWorldsShow(t *testing.T) {
	for _, w := range loadAll(t) {
		start, err := w.Start(3)
		if err != nil {
			t.Fatal(err)
		}
		kinds := world.Builtins(w.Currency)
		maps.Copy(kinds, w.Types)
		for name, kind := range kinds {
			values := map[string][]world.Value{
				world.Date: {"2026-02-28", "2027-12-01"}, world.Time: {"07:05", "23:59", "12:00"}, world.DateTime: {"2026-11-30T08:00"},
				world.Money: {int64(5), int64(1450), int64(123456700)}, world.Count: {int64(0), int64(1), int64(12), int64(20000)}, world.Number: {int64(7)},
				world.Minutes: {int64(1), int64(60), int64(135)}, world.Quantity: {int64(5), int64(125)}, world.Percent: {int64(0), int64(55)},
				world.Text: {"a blue door", "Ms B. O'Neil"}, world.Person: {"Leila Zeller"}, world.Email: {"a.b@example.org"}, world.Phone: {"020 7946 0018"},
			}[kind.Base]
			for _, code := range kind.Codes {
				values = append(values, code.Code)
			}
			for _, value := range values {
				shown := kind.Show(value, start.Today, w)
				if !newSpeech("That is "+shown+".", "", start).statesValue(kind, value) {
					t.Errorf("%s, %s: %v is not found in %q", w.Name, name, value, shown)
				}
			}
		}
	}
}
