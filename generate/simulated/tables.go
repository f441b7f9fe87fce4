package simulated

import (
	"bytes"
	_ "embed" // the tables
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

//go:embed data/domains.txt
var domainTable string

//go:embed data/locales.json
var localeTable []byte

// Tables hold what code draws from, so that a teacher's favourites do not dominate.
type Tables struct {
	Domains []string // fields of daily life, each at most 40 characters
	regions []region
}

// region is a row of the table of locales.
type region struct {
	Country  string   `json:"country"`
	Currency string   `json:"currency"`
	Places   []string `json:"places"`
	People   []string `json:"people"`
}

// LoadTables reads the tables of this program.
func LoadTables() (*Tables, error) {
	t := &Tables{Domains: strings.Split(strings.TrimSpace(domainTable), "\n")}
	decoder := json.NewDecoder(bytes.NewReader(localeTable))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&t.regions); err != nil {
		return nil, fmt.Errorf("reading the table of locales: %w", err)
	}
	return t, nil
}

// What a locale shows of its region.
const (
	placesShown = 4
	peopleShown = 3
	datesShown  = 4
	// farthestDay is how many days after today the last date can be.
	farthestDay = 90
)

// firstDay is the earliest today, and todays how many days there are to draw from:
// three years.
var firstDay = time.Date(2025, time.January, 1, 0, 0, 0, 0, time.UTC)

const todays = 3 * 365

// Locale draws a locale.
func (t *Tables) Locale(random *rand.Rand) Locale {
	from := t.regions[random.IntN(len(t.regions))]
	today := firstDay.AddDate(0, 0, random.IntN(todays))
	locale := Locale{
		Country: from.Country, Currency: from.Currency, Today: today.Format(time.DateOnly),
		Places: some(random, from.Places, placesShown), People: some(random, from.People, peopleShown),
	}
	days := random.Perm(farthestDay)[:datesShown]
	slices.Sort(days)
	for _, day := range days {
		locale.Dates = append(locale.Dates, today.AddDate(0, 0, day+1).Format(time.DateOnly))
	}
	return locale
}

// some draws n of the texts without repeating one.
func some(random *rand.Rand, texts []string, n int) []string {
	var drawn []string
	for _, i := range random.Perm(len(texts))[:min(n, len(texts))] {
		drawn = append(drawn, texts[i])
	}
	return drawn
}
