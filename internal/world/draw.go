package world

import (
	"math/rand/v2"
	"strings"
)

// limits are the bounds of a numeric literal and the distance between two of
// them, in the smallest unit.
type limits struct{ low, high, step int }

// limits returns the type's own bounds, else those that suit its base.
func (t *Type) limits() limits {
	l := limits{1, 6, 1}
	switch t.Base {
	case Time:
		l = limits{8 * 60, 20 * 60, 30}
	case Money:
		l = limits{1000, 10000, 500}
	case Minutes:
		l = limits{15, 120, 15}
	case Quantity:
		l = limits{10, 200, 5}
	case Percent:
		l = limits{5, 50, 5}
	case Number:
		l = limits{1, 20, 1}
	case Date:
		l = limits{1, 14, 1}
		if t.Days != ([2]int{}) {
			l.low, l.high = t.Days[0], t.Days[1]
		}
		return l
	}
	if t.Range != ([2]int{}) {
		l.low, l.high = t.Range[0], t.Range[1]
		if t.Base != Time && t.Base != Money {
			l.step = 1
		}
	}
	if t.Step > 0 {
		l.step = t.Step
	}
	l.high = max(l.low, l.high)
	return l
}

// Draw returns a literal that a user could supply: within Range, Step and Days,
// from the type's values, or from its table. It is false if the user can never
// know a value of the type, if the base is never a literal (Text, Bool,
// DateTime), and if the table is empty. Start may be nil for types that need
// neither a table nor today.
func (t *Type) Draw(random *rand.Rand, start *Start) (Value, bool) {
	if t.Told == ToldNever {
		return nil, false
	}
	switch t.Base {
	case Date:
		l := t.limits()
		return dayFrom(start, l.low+random.IntN(l.high-l.low+1))
	case Time:
		return clockText(t.drawNumber(random)), true
	case Money, Count, Minutes, Quantity, Percent, Number:
		return int64(t.drawNumber(random)), true
	case Person:
		return personName(random), true
	case Email:
		address, err := mailAddress(personName(random), random)
		return address, err == nil
	case Phone:
		return phoneNumber(random), true
	case Code:
		if t.Table == "" {
			return drawCode(random, t.Pattern), true
		}
		return pickText(t.known(start), random)
	case Named, Enum:
		return pickText(t.known(start), random)
	}
	return nil, false
}

func (t *Type) drawNumber(random *rand.Rand) int {
	l := t.limits()
	return l.low + l.step*random.IntN((l.high-l.low)/l.step+1)
}

// dayFrom is the date so many days from today.
func dayFrom(start *Start, ahead int) (Value, bool) {
	if start == nil {
		return nil, false
	}
	today, err := dayNumber(start.Today)
	if err != nil {
		return nil, false
	}
	return dayText(today + ahead), true
}

// known lists the values of a Named, Enum or table-bound Code type, in the order
// of their source. Rows without a text in the column are left out.
func (t *Type) known(start *Start) []string {
	switch {
	case t.Base == Enum:
		codes := make([]string, len(t.Codes))
		for i, c := range t.Codes {
			codes[i] = c.Code
		}
		return codes
	case t.Table == "":
		return t.Values
	case start == nil:
		return nil
	}
	rows := start.Rows(t.Table)
	values := make([]string, 0, len(rows))
	for _, row := range rows {
		if text, ok := row[t.column()].(string); ok && text != "" {
			values = append(values, text)
		}
	}
	return values
}

// column is the column of the type's table that holds its values.
func (t *Type) column() string {
	if t.Column == "" {
		return "name"
	}
	return t.Column
}

func pickText(values []string, random *rand.Rand) (Value, bool) {
	if len(values) == 0 {
		return nil, false
	}
	return values[random.IntN(len(values))], true
}

// Near returns a plausible other value: the next day, the neighbouring row,
// another code. It pays no heed to Told, as a value that only a call gives can
// be mistaken as well. It is false if there is no other value.
func (t *Type) Near(v Value, random *rand.Rand, start *Start) (Value, bool) {
	switch v := v.(type) {
	case int64:
		return t.nearNumber(v, random)
	case bool:
		return !v, true
	case string:
		return t.nearText(v, random, start)
	}
	return nil, false
}

// nearNumber goes one step up or down, within the limits where v is within them.
func (t *Type) nearNumber(v int64, random *rand.Rand) (Value, bool) {
	l := t.limits()
	step, low, high := int64(l.step), int64(l.low), int64(l.high)
	up := random.IntN(2) == 0
	if v+step > high && v <= high {
		up = false
	}
	if v-step < low && v >= low || v-step < 0 {
		up = true
	}
	if up {
		return v + step, true
	}
	return v - step, true
}

func (t *Type) nearText(v string, random *rand.Rand, start *Start) (Value, bool) {
	switch t.Base {
	case Date:
		return t.nearDay(v, random, start)
	case DateTime:
		date, clock, _ := strings.Cut(v, "T")
		near, ok := t.nearDay(date, random, start)
		if !ok {
			return nil, false
		}
		return near.(string) + "T" + clock, true
	case Time:
		minute, err := clockMinutes(v)
		if err != nil {
			return nil, false
		}
		near, ok := t.nearNumber(int64(minute), random)
		return clockText((int(near.(int64)) + dayMinutes) % dayMinutes), ok
	case Person:
		return nearPerson(v, random), true
	case Phone:
		return changeDigit(v, random)
	case Email:
		local, host, ok := strings.Cut(v, "@")
		if !ok {
			return nil, false
		}
		return local + string(rune('1'+random.IntN(9))) + "@" + host, true
	case Text:
		return nil, false
	}
	if near, ok := neighbour(v, t.known(start), random); ok || t.Base != Code {
		return near, ok
	}
	return changeDigit(v, random)
}

// nearDay is the next day, or the day before where the next one is out of range.
func (t *Type) nearDay(date string, random *rand.Rand, start *Start) (Value, bool) {
	number, err := dayNumber(date)
	if err != nil {
		return nil, false
	}
	step := 1
	if start != nil {
		if today, err := dayNumber(start.Today); err == nil {
			ahead, l := number-today, t.limits()
			switch {
			case ahead >= l.high && ahead-1 >= l.low:
				step = -1
			case ahead > l.low && random.IntN(3) == 0:
				step = -1
			}
		}
	}
	return dayText(number + step), true
}

// neighbour is the next or the previous other value of a list.
func neighbour(v string, values []string, random *rand.Rand) (Value, bool) {
	at := 0
	for i, value := range values {
		if value == v {
			at = i
			break
		}
	}
	step := 1
	if random.IntN(2) == 0 {
		step = len(values) - 1
	}
	for n := 1; n <= len(values); n++ {
		if other := values[(at+n*step)%len(values)]; other != v {
			return other, true
		}
	}
	return nil, false
}

// nearPerson keeps the last name and takes another first name.
func nearPerson(name string, random *rand.Rand) string {
	first, last, ok := strings.Cut(name, " ")
	if !ok {
		return personName(random)
	}
	at := random.IntN(len(firstNames))
	if firstNames[at] == first {
		at = (at + 1) % len(firstNames)
	}
	return firstNames[at] + " " + last
}

// changeDigit changes one of the last three digits of a code.
func changeDigit(code string, random *rand.Rand) (Value, bool) {
	changed := []byte(code)
	var places []int
	for i := len(changed) - 1; i >= 0 && len(places) < 3; i-- {
		if '0' <= changed[i] && changed[i] <= '9' {
			places = append(places, i)
		}
	}
	if len(places) == 0 {
		return nil, false
	}
	at := places[random.IntN(len(places))]
	changed[at] = '0' + (changed[at]-'0'+byte(1+random.IntN(9)))%10
	return string(changed), true
}
