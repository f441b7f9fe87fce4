package world

import (
	"math/rand/v2"
	"testing"

	"github.com/buttonbench/button"
	"go.starlark.net/starlark"
	"pgregory.net/rapid"
)

// wordsWorld is a world with a type of every base, made by hand so that the
// tests of words depend on no file.
func wordsWorld(currency string) *World {
	w := &World{Name: "words", Currency: currency, Types: Builtins(currency), Fixed: map[string]bool{}}
	add := func(t Type) {
		t.World = w
		if len(t.Forms) == 0 {
			t.Forms = []string{"{x}"}
		}
		if t.Told == "" {
			t.Told = ToldFree
		}
		w.Types[t.Name] = &t
	}
	add(Type{Name: "Days", Base: Count, Unit: Noun{"day", "days"}, Range: [2]int{1, 30}})
	add(Type{Name: "Party", Base: Count, Unit: Noun{"person", "people"}, Range: [2]int{1, 12}})
	add(Type{Name: "Weight", Base: Quantity, Unit: Noun{"kg", "kgs"}, UnitWords: Noun{"kilo", "kilos"}, Range: [2]int{1, 400}})
	add(Type{Name: "Fee", Base: Money, Range: [2]int{5, 3000000}, Step: 5})
	add(Type{Name: "Platform", Base: Number, Forms: []string{"platform {x}", "{x}"}})
	add(Type{Name: "Shed", Base: Named, Table: "sheds", Column: "name", Place: true, Forms: []string{"{x}", "the {x} shed", "{my} shed at {x}"}})
	add(Type{Name: "Kind", Base: Named, Values: []string{"lawnmower", "hedge trimmer", "drill", "wheelbarrow"}})
	add(Type{Name: "Title", Base: Named, Values: []string{"Low Tide", "Small Hours", "The Ash Road"}, Forms: []string{`"{x}"`, `the book "{x}"`, "{x}"}})
	add(Type{Name: "Class", Base: Enum, Codes: []EnumCode{{"standard", []string{"second class", "standard"}}, {"first", []string{"first class"}}}})
	add(Type{Name: "LoanNo", Base: Code, Pattern: "L99999", Table: "loans", Column: "id", Told: ToldPrinted, Forms: []string{"loan {x}", "my booking {x}", "{x}"}})
	add(Type{Name: "Card", Base: Code, Pattern: "G-9999", Told: ToldPrinted})
	add(Type{Name: "Ticket", Base: Code, Pattern: "AA999A", Told: ToldPrinted})
	return w
}

// wordsStart is a start state of that world.
func wordsStart(t testing.TB, w *World, today string) *Start {
	t.Helper()
	tables := map[string][]map[string]string{
		"sheds": {
			{"name": "Mill Lane", "aliases": "the mill, Miller's"}, {"name": "Harbour"}, {"name": "Harbour Lane"}, {"name": "St Anne's"},
			{"name": "North"}, {"name": "Écluse"}, {"name": "Twin", "aliases": "the pair"}, {"name": "Double", "aliases": "the pair"},
		},
		"loans": {{"id": "L12345"}, {"id": "L20007"}, {"id": "L99120"}},
	}
	start := &Start{World: w, Today: today, tables: map[string]*table{}}
	for name, rows := range tables {
		list := starlark.NewList(nil)
		for _, row := range rows {
			dict := starlark.NewDict(len(row))
			for key, cell := range row {
				_ = dict.SetKey(starlark.String(key), starlark.String(cell))
			}
			_ = list.Append(dict)
		}
		made, err := newTable(name, list)
		if err != nil {
			t.Fatal(err)
		}
		start.tables[name] = made
	}
	return start
}

// wordsCase is a value of a type, a speaker and a day.
type wordsCase struct {
	kind  *Type
	value Value
	style Style
	today string
	start *Start
}

// drawCases draws one for each type of a world.
func drawCases(t *rapid.T, tb testing.TB, worlds []*World) []wordsCase {
	w := rapid.SampledFrom(worlds).Draw(t, "world")
	random := button.NewRandom(rapid.Uint64().Draw(t, "seed"))
	today := dayText(firstToday + rapid.IntRange(0, todayCount).Draw(t, "today"))
	start := wordsStart(tb, w, today)
	var cases []wordsCase
	for _, name := range sortedKeys(w.Types) {
		kind := w.Types[name]
		cases = append(cases, wordsCase{kind, anyValue(kind, random, start), NewStyle(random), today, start})
	}
	return cases
}

// anyValue draws any value that a result might hold, not only literals.
func anyValue(t *Type, random *rand.Rand, start *Start) Value {
	today, _ := dayNumber(start.Today)
	day := dayText(today - 400 + random.IntN(800))
	if random.IntN(2) == 0 {
		day = dayText(today - 3 + random.IntN(40))
	}
	clock := clockText(random.IntN(dayMinutes))
	if random.IntN(2) == 0 {
		clock = clockText(15 * random.IntN(96))
	}
	switch t.Base {
	case Text:
		return "some words about it"
	case Bool:
		return random.IntN(2) == 0
	case Date:
		return day
	case Time:
		return clock
	case DateTime:
		return day + "T" + clock
	case Money, Minutes, Count, Percent, Number, Quantity:
		return []int64{random.Int64N(13), random.Int64N(200), random.Int64N(30000), 100 * random.Int64N(300), random.Int64N(1e9)}[random.IntN(5)]
	case Code:
		return drawCode(random, t.Pattern)
	}
	v, ok := t.Draw(random, start)
	if !ok {
		panic("no value of " + t.Name)
	}
	return v
}
