package grounding

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestLiterals(t *testing.T) {
	for _, one := range []struct {
		text string
		want []string // "kind text"
	}{
		{"", nil},
		{"Your train leaves soon.", nil},
		{"It costs $12.50, or 10% less on Fridays after 3 pm.", []string{"number $12.50", "number 10%", "time 3 pm"}},
		{"Booking QF7K2M for Jane Doe on 12 March.", []string{"code QF7K2M", "name Jane Doe", "date 12 March"}},
		{"Jane called. Then Bob wrote to ann.lee@mail.org, see https://a.example/b?c=1.", []string{"name Bob", "email ann.lee@mail.org", "url https://a.example/b?c=1"}},
		{`The film "The Long Way 2" is on.`, []string{"quoted The Long Way 2"}},
		{"It is “done” and \"so is this", []string{"quoted done"}},
		{"There are two trains and one bus; the first is best.", []string{"number two"}},
		{"Your booking ID is OK, see the FAQ.", nil},
		{"I'm told I've to wait until Monday in May.", []string{"date Monday"}},
		{"Dr. Smith lives in Baden-Baden near St. Gallen.", []string{"name Smith", "name Baden-Baden", "name Gallen"}},
		{"LHR is open.", []string{"name LHR"}},
		{"Call +44 20 7946 0018 or 555-0134.", []string{"code +44 20 7946 0018", "code 555-0134"}},
		{"From 9:00 to half past five, rooms 3-12.", []string{"time 9:00", "time half past five", "number 3", "number 12"}},
		{"- Oslo\n- Bergen and Voss", []string{"name Voss"}},
		{"It weighs 5kg and is 2-sided, in version 1.2.3.", []string{"number 5", "number 2", "code 1.2.3"}},
		{"Meet at 2025-03-12T15:00:00Z.", []string{"date 2025-03-12", "time 15:00:00Z"}},
		{"The order ord_4711 has 007 items.", []string{"code ord_4711"}},
		{"No, yes, true.", nil},
		{"The ABCs of Go", []string{"name ABCs", "name Go"}},
	} {
		var have []string
		for _, literal := range On(today).Literals(one.text) {
			have = append(have, fmt.Sprintf("%s %s", literal.Kind, literal.Text))
			if literal.Kind != Quoted && one.text[literal.Span[0]:literal.Span[1]] != literal.Text {
				t.Errorf("%q: the span of %q holds %q", one.text, literal.Text, one.text[literal.Span[0]:literal.Span[1]])
			}
		}
		if diff := cmp.Diff(one.want, have); diff != "" {
			t.Errorf("%q (-want +have):\n%s", one.text, diff)
		}
	}
}

func TestHolds(t *testing.T) {
	for _, one := range []struct {
		text, literal string
		want          bool
	}{
		{`{"fare":1234.5,"currency":"EUR"}`, "€1,234.50", true},
		{`{"fare":1234.5}`, "1,235", false},
		{`{"at":"2025-03-14T15:30:00Z"}`, "3:30 pm", true},
		{`{"at":"2025-03-14T15:30:00Z"}`, "on Friday", true},
		{`{"at":"2025-03-14T15:30:00Z"}`, "on Monday", false},
		{`{"at":"2025-03-14T15:30:00Z"}`, "March 14th", true},
		{`{"at":"2027-03-14T15:30:00Z"}`, "March 14th", true},
		{`{"at":"2025-03-14T15:30:00Z"}`, "in March 2025", true},
		{`{"rate":0.15}`, "15%", true},
		{`{"rate":15}`, "15%", true},
		{`{"rate":0.15}`, "16%", false},
		{"it costs 20 dollars", "$20", true},
		{"it costs 20 euros", "$20", false},
		{"see you tomorrow", "13 March 2025", true},
		{`{"opens":"09:00"}`, "from 9", true},
		{`{"name":"jane doe"}`, "for Jane Doe", true},
		{`{"phone":"+442079460018"}`, "+44 20 7946 0018", true},
		{`{"a":{"b":["KX-1"]}}`, "the KX-1", true},
	} {
		literals := On(today).Literals(one.literal)
		if len(literals) != 1 {
			t.Fatalf("%q has the literals %v", one.literal, literals)
		}
		if have := On(today).Read(Flatten([]byte(one.text))).Holds(literals[0]); have != one.want {
			t.Errorf("%s holds %q: %v", one.text, one.literal, have)
		}
	}
}

func TestMeansAndIs(t *testing.T) {
	for _, one := range []struct {
		text, value string
		means, is   bool
	}{
		{"3 pm", `"15:00"`, true, true},
		{"at 3 pm", `"15:00"`, true, false},
		{"3 or 4 pm", `"16:00"`, false, false},
		{"12 or 13", `12`, false, false},
		{"€18.40", `18.4`, true, true},
		{"€18.40", `"EUR"`, false, true},
		{"149.50 SEX", `149.5`, true, false},
		{"Oslo and Bergen", `["Oslo","Bergen"]`, true, true},
		{"Oslo, Bergen and 3 more", `["Oslo","Bergen"]`, false, false},
		{"5 March", `"2026-03-05"`, true, true},
	} {
		if have := On(today).Means(one.text, []byte(one.value)); have != one.means {
			t.Errorf("%q means %s: %v", one.text, one.value, have)
		}
		if have := On(today).Is(one.text, []byte(one.value)); have != one.is {
			t.Errorf("%q is %s: %v", one.text, one.value, have)
		}
	}
}

func TestUnsaid(t *testing.T) {
	have := On(today).Read("two tickets for Ann").Unsaid([]byte(`{"guests":[{"name":"Ann"},{"name":"Bob"}],"count":2,"day":"2025-03-13"}`))
	if diff := cmp.Diff([]string{"guests[1].name", "day"}, have); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	for value, paths := range map[string]int{`5`: 1, `2`: 0, `{}`: 0, `{"a":[`: 1, `null`: 1} {
		if have := On(today).Read("two tickets for Ann").Unsaid([]byte(value)); len(have) != paths {
			t.Errorf("%s: %q", value, have)
		}
	}
}

func TestCurrencies(t *testing.T) {
	for text, want := range map[string][]string{
		"$5, 7 euros and CHF 9": {"CHF", "EUR", "USD"}, "20 pounds or £3": {"GBP"}, "try 20": nil, "": nil,
	} {
		if diff := cmp.Diff(want, On(today).Read(text).Currencies()); diff != "" {
			t.Errorf("%q (-want +have):\n%s", text, diff)
		}
	}
}

func TestNegated(t *testing.T) {
	for text, want := range map[string]bool{
		"with breakfast": false, "without breakfast": true, "I don't want it": true, "not outdoors": true, "noted": false, "no": true, "non-smoking": true, "": false,
	} {
		if have := Negated(text); have != want {
			t.Errorf("%q: %v", text, have)
		}
	}
}

func TestOrders(t *testing.T) {
	for _, one := range []struct {
		order Order
		text  string
		want  string
	}{
		{Unambiguous, "03/04/2025", ""}, {DayFirst, "03/04/2025", "2025-04-03"}, {MonthFirst, "03/04/2025", "2025-03-04"},
		{MonthFirst, "13/04/2025", "2025-04-13"}, {DayFirst, "04/13/2025", "2025-04-13"}, {Unambiguous, "04/04/2025", "2025-04-04"},
		{MonthFirst, "03.04.2025", "2025-04-03"}, {DayFirst, "31/02/2025", ""},
	} {
		reader := Reader{Order: one.order}
		for _, date := range []string{"2025-04-03", "2025-03-04", "2025-04-13", "2025-04-04", "2025-02-31"} {
			if have := reader.Says(one.text, []byte(`"`+date+`"`)); have != (date == one.want) {
				t.Errorf("order %d: %s says %s: %v", one.order, one.text, date, have)
			}
		}
	}
}

// A text that is made to be slow.
func TestLinearTime(t *testing.T) {
	for _, piece := range []string{"a", "a ", "1", "1,", "1.", "1-", "\"", "(1", "May ", "one hundred and ", "A-", "a@", "http://", "$", "1 2 ", "half past ", "ä", "+1 ", "12/", "_1"} {
		text := strings.Repeat(piece, (32<<10)/len(piece))
		reader := On(today)
		read := reader.Read(text)
		read.Literals()
		read.Find([]byte(`"` + strings.Repeat("a", 1000) + `"`))
		read.Find([]byte(`"` + strings.Repeat("a ", 1000) + `b"`))
	}
}
