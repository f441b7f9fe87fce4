package grounding

import (
	"encoding/json"
	"testing"
)

// today is a Wednesday.
const today = "2025-03-12"

func TestFind(t *testing.T) {
	for _, one := range []struct {
		text, value string
		want        string // what the first span covers; "" for nothing
	}{
		{"A table for 4, please", `4`, "4"},
		{"A table for four, please", `4`, "four"},
		{"It is 1,234.50 in all", `1234.5`, "1,234.50"},
		{"It is 1,234.50 in all", `234`, ""},
		{"It is 12.5 km", `12`, ""},
		{"It is 12.5 km", `5`, ""},
		{"version 1.2.3", `1.2`, ""},
		{"5kg of rice", `5`, "5"},
		{"order KX492", `492`, ""},
		{"order KX492", `"kx492"`, "KX492"},
		{"room 12", `"12"`, "12"},
		{"room 12.5", `"room 12"`, ""},
		{"it is -3 outside", `-3`, "-3"},
		{"minus five degrees", `-5`, "minus five"},
		{"floors 3-5", `5`, "5"},
		{"floors 3-5", `-5`, ""},
		{"twenty-five people", `25`, "twenty-five"},
		{"two hundred and fifty grams", `250`, "two hundred and fifty"},
		{"a dozen eggs", `12`, "a dozen"},
		{"two dozen eggs", `24`, "two dozen"},
		{"3 million people", `3000000`, "3 million"},
		{"1.2k followers", `1200`, ""},
		{"a 15% tip", `15`, "15%"},
		{"a 15% tip", `0.15`, "15%"},
		{"a tip of 15 percent", `0.15`, "15 percent"},
		{"about $20", `20`, "$20"},
		{"about $20", `"USD"`, "$20"},
		{"about 20 euros", `"€20"`, "20 euros"},
		{"about 20 euros", `"$20"`, ""},
		{"about 20", `"$20"`, "20"},
		{"US$ 1,500", `1500`, "US$ 1,500"},
		{"on the 3rd floor", `3`, "3rd"},
		{"1e3 or 1000", `1e3`, "1000"},
		{"007", `7`, ""},
		{"on 12 March 2025", `"2025-03-12"`, "12 March 2025"},
		{"on the 12th of March, 2025", `"2025-03-12"`, "12th of March, 2025"},
		{"on March 14th", `"2025-03-14"`, "March 14th"},
		{"on March 14th", `"2027-03-14"`, ""},
		{"on Mar. 14, 2026", `"2026-03-14"`, "Mar. 14, 2026"},
		{"march 14 people home", `"2025-03-14"`, ""},
		{"on 13/04/2025", `"2025-04-13"`, "13/04/2025"},
		{"on 03/04/2025", `"2025-04-03"`, ""},
		{"on 03.04.2025", `"2025-04-03"`, "03.04.2025"},
		{"2025-03-12 is it", `"2025-03-12"`, "2025-03-12"},
		{"tomorrow then", `"2025-03-13"`, "tomorrow"},
		{"the day after tomorrow", `"2025-03-14"`, "day after tomorrow"},
		{"in three days", `"2025-03-15"`, "in three days"},
		{"in a week", `"2025-03-19"`, "in a week"},
		{"this Friday", `"2025-03-14"`, "this Friday"},
		{"on Friday", `"2025-03-14"`, "Friday"},
		{"on Friday", `"2025-03-21"`, ""},
		{"next Friday", `"2025-03-21"`, "next Friday"},
		{"last Friday", `"2025-03-07"`, "last Friday"},
		{"on Friday, 14 March", `"2025-03-14"`, "Friday, 14 March"},
		{"on the 20th", `"2025-03-20"`, "20th"},
		{"in March 2025", `"2025-03"`, "March 2025"},
		{"at 3 pm", `"15:00"`, "3 pm"},
		{"at 3 p.m.", `"15:00"`, "3 p.m."},
		{"at 3 am", `"15:00"`, ""},
		{"at 3:30pm", `"15:30"`, "3:30pm"},
		{"at 12 am", `"00:00"`, "12 am"},
		{"at 15:30", `"15:30:00"`, "15:30"},
		{"at noon", `"12:00"`, "noon"},
		{"half past three", `"15:30"`, "half past three"},
		{"quarter to four", `"15:45"`, "quarter to four"},
		{"quarter to one", `"12:45"`, "quarter to one"},
		{"nine o'clock", `"09:00"`, "nine o'clock"},
		{"nine in the evening", `"09:00"`, ""},
		{"nine in the evening", `"21:00"`, "nine in the evening"},
		{"at 9 then", `"09:00"`, "9"},
		{"at nine tomorrow", `"2025-03-13T09:00"`, "nine tomorrow"},
		{"2025-03-13T09:00:00Z", `"2025-03-13 09:00"`, "2025-03-13T09:00:00Z"},
		{"on 13 March from 9:00 am", `"2025-03-13T09:00:00+01:00"`, "13 March from 9:00 am"},
		{"a window seat", `"window_seat"`, "window seat"},
		{"Window-seats!", `"window seat"`, "Window-seats"},
		{"the wifi", `"Wi-Fi"`, "wifi"},
		{"a party", `"art"`, ""},
		{"Jane Doe's flight", `"jane doe"`, "Jane Doe's"},
		{"two cities", `"city"`, "cities"},
		{"write to ann.lee@mail.org.", `"Ann.Lee@mail.org"`, "ann.lee@mail.org"},
		{"call (020) 7946-0018", `"02079460018"`, "(020) 7946-0018"},
		{"call +44 20 7946 0018.", `"+442079460018"`, "+44 20 7946 0018"},
		{"yes please", `true`, "yes"},
		{"yes please", `false`, ""},
		{"whatever", `null`, ""},
		{"whatever", `""`, ""},
		{"from Oslo to Bergen", `["Bergen","Oslo"]`, "Oslo"},
		{"from Oslo to Bergen", `["Bergen","Rome"]`, ""},
		{"from Oslo to Bergen for 2", `{"a":"Oslo","b":{"c":2}}`, "Oslo"},
		{"whatever", `[]`, ""},
		{"a + b", `"+"`, "+"},
		{"10am-2pm", `"14:00"`, "2pm"},
		{"10am-2pm", `"10:00"`, "10am"},
		{"1 2 buckle", `"12"`, ""},
		{"the 2-bedroom flat", `2`, "2"},
	} {
		spans := On(today).Find(one.text, json.RawMessage(one.value))
		have := ""
		if len(spans) > 0 {
			have = one.text[spans[0][0]:spans[0][1]]
		}
		if have != one.want {
			t.Errorf("%q in %q: have %q, want %q", one.value, one.text, have, one.want)
		}
	}
}
