package world

import "fmt"

const dayLayout = "2006-01-02" // of package time

// dayNumber turns a date "2006-01-02" into days since 1970-01-01. Only that
// spelling of a date that exists is accepted.
func dayNumber(date string) (int, error) {
	if len(date) == 10 && date[4] == '-' && date[7] == '-' {
		year, month, day := digitsOnly(date[:4]), digitsOnly(date[5:7]), digitsOnly(date[8:])
		if year >= 0 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) {
			return daysFromCivil(year, month, day), nil
		}
	}
	return 0, fmt.Errorf("%q is not a date of the form 2026-03-14", clip(date))
}

// digitsOnly reads a text of digits alone, or gives -1.
func digitsOnly(text string) int {
	number := 0
	for i := range len(text) {
		digit := int(text[i]) - '0'
		if digit < 0 || digit > 9 {
			return -1
		}
		number = 10*number + digit
	}
	return number
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// daysFromCivil counts the days from 1970-01-01 in the Gregorian calendar. Years
// begin in March here, so that the leap day is a year's last.
func daysFromCivil(year, month, day int) int {
	if month <= 2 {
		year, month = year-1, month+12
	}
	leapDays := floorDiv(year, 4) - floorDiv(year, 100) + floorDiv(year, 400)
	return 365*year + leapDays + (153*(month-3)+2)/5 + day - 719469
}

func floorDiv(a, b int) int {
	quotient := a / b
	if a%b < 0 {
		quotient--
	}
	return quotient
}

// dayText is the inverse of dayNumber for the years 0 to 9999.
func dayText(number int) string {
	days := number + 719468
	era := floorDiv(days, 146097)
	ofEra := days - 146097*era
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	year, month := yearOfEra+400*era, (5*ofYear+2)/153
	day := ofYear - (153*month+2)/5 + 1
	if month += 3; month > 12 {
		year, month = year+1, month-12
	}
	out := [10]byte{4: '-', 7: '-'}
	for i, place := range [...]int{3, 2, 1, 0} {
		out[place] = byte('0' + year/[...]int{1, 10, 100, 1000}[i]%10)
	}
	out[5], out[6] = byte('0'+month/10), byte('0'+month%10)
	out[8], out[9] = byte('0'+day/10), byte('0'+day%10)
	return string(out[:])
}

// clockMinutes turns a time "15:04" into minutes since midnight.
func clockMinutes(clock string) (int, error) {
	digit := func(i int) int { return int(clock[i]) - '0' }
	if len(clock) == 5 && clock[2] == ':' {
		for _, i := range [...]int{0, 1, 3, 4} {
			if digit(i) < 0 || digit(i) > 9 {
				return 0, clockError(clock)
			}
		}
		hours, minutes := 10*digit(0)+digit(1), 10*digit(3)+digit(4)
		if hours < 24 && minutes < 60 {
			return 60*hours + minutes, nil
		}
	}
	return 0, clockError(clock)
}

func clockError(clock string) error {
	return fmt.Errorf("%q is not a time of the form 15:30", clip(clock))
}

// clockText is the inverse of clockMinutes.
func clockText(minutes int) string {
	hours, rest := minutes/60, minutes%60
	return string([]byte{byte('0' + hours/10), byte('0' + hours%10), ':', byte('0' + rest/10), byte('0' + rest%10)})
}

// clip keeps foreign text in a message short.
func clip(text string) string {
	const limit = 60
	runes := []rune(text)
	if len(runes) <= limit {
		return text
	}
	return string(runes[:limit]) + "..."
}
