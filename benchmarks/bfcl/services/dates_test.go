package services

import "testing"

// What is expected is what CPython 3.11's datetime.strptime says.
func TestParseTime(t *testing.T) {
	for _, test := range []struct{ format, text, want string }{
		{dateFormat, "2024-1-5", "2024-01-05 00:00:00"},
		{dateFormat, "2024-1- 5", "2024-01-05 00:00:00"},
		{dateFormat, "2024-01-1٥", "2024-01-15 00:00:00"},
		{dateFormat, "2024-01-32", "unconverted data remains: 2"},
		{dateFormat, "2024-01-01 ", "unconverted data remains:  "},
		{dateFormat, "2024-01-3٠", "unconverted data remains: ٠"},
		{dateFormat, "2024-02-29", "2024-02-29 00:00:00"},
		{dateFormat, "2023-02-29", "day is out of range for month"},
		{dateFormat, "0000-01-01", "year 0 is out of range"},
		{dateFormat, "2024-13-01", "time data '2024-13-01' does not match format '%Y-%m-%d'"},
		{dateFormat, "2024-00-01", "time data '2024-00-01' does not match format '%Y-%m-%d'"},
		{dateFormat, "2024-1-0", "time data '2024-1-0' does not match format '%Y-%m-%d'"},
		{dateFormat, "24-01-01", "time data '24-01-01' does not match format '%Y-%m-%d'"},
		{dateFormat, "it's", `time data "it's" does not match format '%Y-%m-%d'`},
		{dateFormat, "", "time data '' does not match format '%Y-%m-%d'"},
		{timeFormat, "2024-1-5\t\n 23:59:59", "2024-01-05 23:59:59"},
		{timeFormat, "2024-1-5 1:2:3", "2024-01-05 01:02:03"},
		{timeFormat, "2024-02-30 10:00:61", "day is out of range for month"},
		{timeFormat, "2024-02-28 10:00:61", "second must be in 0..59"},
		{timeFormat, "0000-02-28 10:00:61", "year 0 is out of range"},
		{timeFormat, "2024-02-28 1٠:00:62", "unconverted data remains: 2"},
		{timeFormat, "2024-02-28 24:00:00", "time data '2024-02-28 24:00:00' does not match format '%Y-%m-%d %H:%M:%S'"},
		{timeFormat, "2024-02-28 9:60:00", "time data '2024-02-28 9:60:00' does not match format '%Y-%m-%d %H:%M:%S'"},
	} {
		read, err := parseTime(test.text, test.format)
		have := read.Format("2006-01-02 15:04:05")
		if err != nil {
			have = messageOf(err)
		}
		if have != test.want {
			t.Errorf("%q: have %q, want %q", test.text, have, test.want)
		}
	}
	for want, value := range map[string]any{
		"strptime() argument 1 must be str, not None":  nil,
		"strptime() argument 1 must be str, not float": 2.5,
	} {
		if _, err := parseTime(value, dateFormat); err == nil || messageOf(err) != want {
			t.Errorf("%v: have %v, want %q", value, err, want)
		}
	}
}
