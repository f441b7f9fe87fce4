package reports

import (
	"fmt"
	"math"
	"strings"

	"github.com/buttonbench/button/internal/render"
)

// manner is how a set of first requests is put, in figures.
type manner struct {
	name, key string
	requests  int
	words     [5]float64 // p5, p25, p50, p75, p95
	// Shares of requests, as wording counts them.
	oneSentence, question, noStop, lower, firstPerson, please float64
	opening                                                   string
	openingShare                                              float64
	variety                                                   variety
}

// realRequests are requests that people wrote for tools, measured by the rules of
// wording:
//
//   - GTA, all 229 queries: Wang et al., GTA: A Benchmark for General Tool Agents,
//     NeurIPS 2024, file dataset.json (sha256 a6ee050d7ba9...);
//   - BFCL v4, category live_simple, all 258: Berkeley Function Calling Leaderboard,
//     commit 6ea57973c7a6, file BFCL_v4_live_simple.json (sha256 1af2ac87dca4...).
func realRequests() []manner {
	return []manner{
		{
			name: "GTA, 229", key: "gta", requests: 229, words: [5]float64{5, 10, 16, 21, 36},
			oneSentence: share(154, 229), question: share(141, 229), noStop: share(13, 229), lower: share(10, 229), firstPerson: share(74, 229), please: share(25, 229),
			opening: "convert the", openingShare: share(27, 229),
			variety: variety{distinct: [3]float64{0.210, 0.515, 0.684}, selfBLEU: 0.501, deflated: 0.315, sampleSize: 229, samples: 1},
		},
		{
			name: "BFCL live simple, 258", key: "bfcl_live_simple", requests: 258, words: [5]float64{5, 11, 16, 25, 49},
			oneSentence: share(175, 258), question: share(107, 258), noStop: share(90, 258), lower: share(49, 258), firstPerson: share(146, 258), please: share(13, 258),
			opening: "can you", openingShare: share(32, 258),
			variety: variety{distinct: [3]float64{0.281, 0.674, 0.833}, selfBLEU: 0.314, deflated: 0.408, sampleSize: 229, samples: 1},
		},
	}
}

func (w *wording) manner(name string) manner {
	m := manner{
		name: name, key: "dataset", requests: w.requests, words: [5]float64(w.words.quantiles(0.05, 0.25, 0.5, 0.75, 0.95)),
		oneSentence: share(w.oneSentence, w.requests), question: share(w.question, w.requests), noStop: share(w.noStop, w.requests),
		lower: share(w.lower, w.requests), firstPerson: share(w.firstPerson, w.requests), please: share(w.please, w.requests),
		openingShare: math.NaN(),
	}
	if ranked := w.openings.ranked(); len(ranked) > 0 {
		m.opening, m.openingShare = ranked[0].name, share(ranked[0].count, w.requests)
	}
	m.variety = w.sample.variety()
	return m
}

// requestTable sets the first requests beside real ones, figure by figure.
func (d *Dataset) requestTable() render.Table {
	sets := append([]manner{d.wording.manner(d.Name)}, realRequests()...)
	table := render.Table{
		Name: "requests", Title: "First requests beside those of people",
		Columns: []render.Column{{Name: "figure", Key: "figure"}},
	}
	for _, set := range sets {
		table.Columns = append(table.Columns, render.Column{Name: set.name, Key: set.key, Kind: render.Number, Decimals: 1})
	}
	row := func(name string, scale float64, figure func(*manner) float64) {
		cells := []render.Cell{render.TextCell(name)}
		for i := range sets {
			cells = append(cells, render.NumberCell(figure(&sets[i])*scale))
		}
		table.Rows = append(table.Rows, cells)
	}
	for i, name := range []string{"p5", "p25", "p50", "p75", "p95"} {
		row("words, "+name, 1, func(m *manner) float64 { return m.words[i] })
	}
	row("one sentence, %", 100, func(m *manner) float64 { return m.oneSentence })
	row("ends in ?, %", 100, func(m *manner) float64 { return m.question })
	row("ends without a stop, %", 100, func(m *manner) float64 { return m.noStop })
	row("starts in lower case, %", 100, func(m *manner) float64 { return m.lower })
	row("first person, %", 100, func(m *manner) float64 { return m.firstPerson })
	row("says please, %", 100, func(m *manner) float64 { return m.please })
	row("commonest two-word opening, %", 100, func(m *manner) float64 { return m.openingShare })
	for i := range 3 {
		row(fmt.Sprintf("distinct-%d, %%", i+1), 100, func(m *manner) float64 { return m.variety.distinct[i] })
	}
	row("self-BLEU-4, %", 100, func(m *manner) float64 { return m.variety.selfBLEU })
	row("deflated to, %", 100, func(m *manner) float64 { return m.variety.deflated })
	table.Notes = requestNotes(sets)
	return table
}

func requestNotes(sets []manner) []string {
	own := sets[0]
	notes := []string{
		"GTA: the 229 queries of the GTA benchmark; BFCL live simple: the 258 of that category of BFCL v4. Both were measured by the rules used here.",
		"Words are runs of letters, digits and inner apostrophes. One sentence: no full stop, question or exclamation mark with text behind it; without a stop: none of them at the end. First person: I, me, my, mine or myself.",
	}
	var openings []string
	for _, set := range sets {
		if set.opening != "" {
			openings = append(openings, fmt.Sprintf("%q (%s)", set.opening, set.name))
		}
	}
	notes = append(notes, "Commonest openings: "+strings.Join(openings, ", ")+".")
	notes = append(notes, "Self-BLEU-4: how well the other requests of a sample predict one, runs of up to four words (Zhu et al., SIGIR 2018); deflated: the size after compression. Where requests vary more, self-BLEU is lower and the deflated size larger.")
	sampling := fmt.Sprintf("distinct-n: different runs of n words over all of them. It, self-BLEU and compression are of samples of %d requests, since they fall or rise as a set grows; samples are drawn by hash of record id and request", sampleSize)
	switch {
	case own.variety.samples > 1:
		sampling += fmt.Sprintf("; here the mean of %d samples without overlap.", own.variety.samples)
	case own.variety.sampleSize < sampleSize:
		sampling += fmt.Sprintf("; here there are only %d, which flatters.", own.variety.sampleSize)
	default:
		sampling += "."
	}
	return append(notes, sampling)
}

// openingCount is how many openings are shown.
const openingCount = 8

// openingTable lists the commonest openings of first requests.
func (d *Dataset) openingTable() render.Table {
	two, one := d.wording.openings.ranked(), d.wording.firstWords.ranked()
	table := render.Table{
		Name: "openings", Title: "How first requests open",
		Columns: []render.Column{
			{Name: "first two words", Key: "two_words"}, intervalColumn("%", "two_words_share", false),
			{Name: "first word", Key: "first_word"}, intervalColumn("%", "first_word_share", false),
		},
		Notes: []string{fmt.Sprintf("%d different two-word openings and %d first words, in lower case, in %d requests.", len(two), len(one), d.wording.requests)},
	}
	for i := range min(openingCount, len(two)) {
		cells := []render.Cell{render.TextCell(two[i].name), shareCell(two[i].count, d.wording.requests), render.TextCell(""), render.MissingCell()}
		if i < len(one) {
			cells[2], cells[3] = render.TextCell(one[i].name), shareCell(one[i].count, d.wording.requests)
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}
