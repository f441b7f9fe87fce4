package scriptedteacher

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/buttonbench/button"
)

// locale is what texts may draw on.
type locale struct {
	Today  string   `json:"today"`
	Dates  []string `json:"dates"`
	Places []string `json:"places"`
	People []string `json:"people"`
}

// value draws a value of a type, as JSON. Drawn from a locale, values of texts that
// are used already come last.
func (t *valueType) value(random *rand.Rand, from locale, used map[string]bool) json.RawMessage {
	switch t.kind {
	case "code":
		return text(fmt.Sprintf("%s-%05d", t.words[0], 10000+random.IntN(90000)))
	case "list":
		return text(unused(random, t.words, used))
	case "count":
		low, high := atoi(t.words[0]), atoi(t.words[1])
		return number(low+random.IntN(high-low+1), used, low, high)
	case "amount":
		return json.RawMessage(strconv.Itoa(10 * (3 + random.IntN(90))))
	case "rating":
		return json.RawMessage(fmt.Sprintf("%d.%d", 3+random.IntN(2), 1+random.IntN(9)))
	case "time":
		return text(fmt.Sprintf("%02d:%02d", 8+random.IntN(12), 5*random.IntN(12)))
	case "date":
		if len(from.Dates) > 0 {
			return text(unused(random, from.Dates, used))
		}
		return text(someDay(random, from.Today))
	case "city":
		return text(unused(random, orElse(from.Places, cities()), used))
	case "person":
		return text(unused(random, orElse(from.People, people()), used))
	case "street":
		return text(fmt.Sprintf("%s %d", streets()[random.IntN(len(streets()))], 1+random.IntN(120)))
	}
	return text(t.noun)
}

// number keeps a count that is not used already, where there is one near.
func number(n int, used map[string]bool, low, high int) json.RawMessage {
	for range high - low {
		if !used[strconv.Itoa(n)] {
			break
		}
		if n++; n > high {
			n = low
		}
	}
	return json.RawMessage(strconv.Itoa(n))
}

func unused(random *rand.Rand, from []string, used map[string]bool) string {
	order := random.Perm(len(from))
	for _, i := range order {
		if !used[from[i]] {
			return from[i]
		}
	}
	return from[order[0]]
}

func orElse(some, otherwise []string) []string {
	if len(some) > 0 {
		return some
	}
	return otherwise
}

// someDay is a day in the ninety after today.
func someDay(random *rand.Rand, today string) string {
	from, err := time.Parse(time.DateOnly, today)
	if err != nil {
		from = time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	}
	return from.AddDate(0, 0, 1+random.IntN(90)).Format(time.DateOnly)
}

func text(value string) json.RawMessage { return encode(value) }

func atoi(digits string) int {
	n, _ := strconv.Atoi(digits)
	return n
}

// plain is a JSON value as text.
func plain(value json.RawMessage) string {
	var text string
	if json.Unmarshal(value, &text) == nil {
		return text
	}
	return strings.TrimSpace(string(value))
}

// spoken is a value as people say it: dates in words, all else as it is.
func spoken(value json.RawMessage) string {
	said := plain(value)
	if day, err := time.Parse(time.DateOnly, said); err == nil {
		return day.Format("2 January 2006")
	}
	return said
}

var spokenDate = regexp.MustCompile(`^\d{1,2} [A-Z][a-z]+ \d{4}$`)

// read is the JSON value that words of a text say, as a type wants it.
func (t *valueType) read(said string) (json.RawMessage, bool) {
	switch t.kind {
	case "date":
		if spokenDate.MatchString(said) {
			if day, err := time.Parse("2 January 2006", said); err == nil {
				return text(day.Format(time.DateOnly)), true
			}
		}
		_, err := time.Parse(time.DateOnly, said)
		return text(said), err == nil
	case "count", "amount", "rating":
		_, err := strconv.ParseFloat(said, 64)
		return json.RawMessage(said), err == nil && json.Valid([]byte(said))
	case "time":
		_, err := time.Parse("15:04", said)
		return text(said), err == nil
	case "list":
		return text(said), slices.Contains(t.words, said)
	case "code":
		return text(said), strings.HasPrefix(said, t.words[0]+"-")
	}
	return text(said), said != "" && len(said) < 80
}

// schema is the JSON Schema of a type, with a description.
func (t *valueType) schema(description string) map[string]any {
	switch t.kind {
	case "date":
		return map[string]any{"type": "string", "format": "date", "description": description}
	case "count":
		return map[string]any{"type": "integer", "description": description, "minimum": 0}
	case "amount":
		return map[string]any{"type": "number", "description": description, "minimum": 0}
	case "rating":
		return map[string]any{"type": "number", "description": description, "minimum": 0, "maximum": 5}
	}
	return map[string]any{"type": "string", "description": description}
}

// describe says what a parameter or a part of a result is.
func (t *valueType) describe(name string) string {
	words := strings.ReplaceAll(name, "_", " ")
	switch t.kind {
	case "code":
		return "The code of the " + t.noun + "."
	case "time":
		return "The time of day (" + words + "), as hours and minutes."
	case "date":
		return "The day (" + words + "), as year, month and day."
	case "amount":
		return "The amount of money (" + words + ")."
	}
	return "The " + words + "."
}

func cities() []string {
	return strings.Split("Porto,Tampere,Graz,Lublin,Bergen,Verona,Gent,Aarhus,Brno,Split,Cork,Leiden,Basel,Toledo,Rennes,Uppsala", ",")
}

func people() []string {
	return strings.Split("Ines Moreau,Jonas Aalto,Mira Kovac,Tomas Ribeiro,Leila Haddad,Oskar Lind,Petra Novak,Samir Aziz,Greta Holm,Davide Conti", ",")
}

func streets() []string {
	return strings.Split("Mill Lane,Canal Street,Chestnut Road,Harbour Row,Abbey Close,Station Parade,Orchard Way,Castle Hill", ",")
}

// hashed is a generator whose draws follow from the parts alone.
func hashed(seed uint64, parts ...string) *rand.Rand {
	return button.NewRandom(button.Seed(seed, strings.Join(parts, "\x00"), 0))
}
