package world

import "testing"

func TestSpelledNumbersReadBack(t *testing.T) {
	for n := range int64(1000) {
		for _, text := range []string{spell(n), grouped(n)} {
			if got, end := readNumber(text, 0); got != n || end != len(text) {
				t.Fatalf("%q is read as %d up to %d of %d", text, got, end, len(text))
			}
		}
	}
	for n, want := range map[int64]string{0: "zero", 12: "twelve", 21: "twenty-one", 100: "one hundred", 241: "two hundred and forty-one", 1000: "1000"} {
		if got := spell(n); got != want {
			t.Errorf("%d is spelled %q, want %q", n, got, want)
		}
	}
}

func TestDigitsReadBack(t *testing.T) {
	for _, n := range []int64{0, 9, 1000, 9999, 10000, 1234567, 999999999999} {
		if got, end := readNumber(grouped(n), 0); got != n || end != len(grouped(n)) {
			t.Errorf("%q is read as %d", grouped(n), got)
		}
		for places := 1; places <= 2; places++ {
			text := decimal(n, places)
			if got, end := readDecimal(text, 0, places); got != n || end != len(text) {
				t.Errorf("%q is read as %d", text, got)
			}
		}
	}
	for text, want := range map[string]int{"007": noMatch, "1,2345": 5, "12,34": 2, "1234,567": 4, "0,500": 1, "9999999999999": noMatch, "": noMatch, "x": noMatch} {
		if _, end := readDigits(text, 0); end != want {
			t.Errorf("%q is read up to %d, want %d", text, end, want)
		}
	}
}

func TestNth(t *testing.T) {
	for n, want := range map[int]string{1: "1st", 2: "2nd", 3: "3rd", 4: "4th", 11: "11th", 12: "12th", 13: "13th", 21: "21st", 22: "22nd", 31: "31st", 111: "111th"} {
		if got := nth(n); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}
