package world

import "math/rand/v2"

// Style is one speaker's habits. Everything that the speaker says follows them,
// so that no request mixes "this Friday" with "March 14th, 2026". The zero value
// is a plain speaker.
type Style struct {
	// Seed settles the habits that have no field of their own: which of a type's
	// forms, "20 euros" or "€20", "Friday" or "this Friday".
	Seed   uint64
	Date   int // one of the Date... constants
	Time   int // one of the Time... constants
	Number int // NumberDigits or NumberWords
	Quote  int // one of the Quote... constants
	We     bool
}

// How a speaker says dates beyond the next six days.
const (
	DateDayMonth = iota // 14 March
	DateMonthNth        // March 14th
	DateNthMonth        // the 14th of March
	DateMonthDay        // March 14
	DateISO             // 2026-03-14
	dateStyles          // how many there are
)

// How a speaker says times of day.
const (
	TimeClock   = iota // 15:30
	TimeCompact        // 3:30pm
	TimeDotted         // 3.30 pm
	TimeWords          // half past three in the afternoon
	timeStyles
)

// How a speaker says small whole numbers.
const (
	NumberDigits = iota // 3 days
	NumberWords         // three days
	numberStyles
)

// How a speaker quotes a title, in types whose form has quotation marks.
const (
	QuoteDouble = iota // "Low Tide"
	QuoteCurly         // “Low Tide”
	QuoteSingle        // 'Low Tide'
	quoteStyles
)

// NewStyle draws a speaker. The caller decides whether "we" suits the world and
// the task, and clears We if it does not.
func NewStyle(random *rand.Rand) Style {
	return Style{
		Seed:   random.Uint64(),
		Date:   weighted(random, 36, 22, 20, 17, 5),
		Time:   weighted(random, 44, 36, 14, 6),
		Number: weighted(random, 50, 50),
		Quote:  weighted(random, 60, 25, 15),
		We:     random.IntN(5) == 0,
	}
}

// weighted draws an index with probability in proportion to its weight.
func weighted(random *rand.Rand, weights ...int) int {
	total := 0
	for _, weight := range weights {
		total += weight
	}
	draw := random.IntN(total)
	for i, weight := range weights {
		if draw -= weight; draw < 0 {
			return i
		}
	}
	return 0
}

// choose settles a habit: one of n, the same whenever the same speaker is asked
// for the same purpose.
func (s Style) choose(purpose string, n int) int {
	if n <= 1 {
		return 0
	}
	// FNV-1a over the purpose, then the finisher of SplitMix64: a cheap hash is
	// enough, it only has to spread.
	hash := uint64(14695981039346656037) ^ s.Seed
	for i := range len(purpose) {
		hash = (hash ^ uint64(purpose[i])) * 1099511628211
	}
	hash = (hash ^ hash>>30) * 0xbf58476d1ce4e5b9
	hash = (hash ^ hash>>27) * 0x94d049bb133111eb
	return int((hash ^ hash>>31) % uint64(n))
}
