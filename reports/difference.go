package reports

import (
	"fmt"
	"math"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// difference compares every other run with the baseline on the tasks that both
// judged.
func (s *suite) difference() render.Table {
	shown, _ := s.metric(s.options.Metric)
	var others []*Run
	for _, run := range s.runs {
		if run != s.baseline {
			others = append(others, run)
		}
	}
	pairings := make([]pairing, len(others))
	comparable := make([]bool, len(others))
	each(len(others), func(i int) {
		comparable[i] = mismatch(s.baseline.Identity, others[i].Identity) == "" && others[i].has(shown.name) && s.baseline.has(shown.name)
		if comparable[i] {
			pairings[i] = s.options.pair(others[i], s.baseline, shown.name)
		}
	})
	pValues, binary := make([]float64, len(others)), true
	for i := range pairings {
		pValues[i] = math.NaN()
		if comparable[i] {
			pValues[i] = pairings[i].difference.P
			binary = binary && pairings[i].binary
		}
	}
	holm := stats.Holm(pValues)
	table := render.Table{
		Name:    "difference",
		Title:   fmt.Sprintf("Difference in %s to %s on %s", shown.title, s.baseline.Label, s.title()),
		Columns: differenceColumns(shown, binary),
	}
	for i, run := range others {
		table.Rows = append(table.Rows, s.differenceRow(run, shown, pairings[i], comparable[i], binary, holm[i]))
	}
	table.Notes = s.differenceNotes(shown, pairings, comparable, binary)
	return table
}

// metric is how a metric is shown, and whether any run of the suite has it.
func (s *suite) metric(name string) (metric, bool) {
	for _, metric := range s.metrics {
		if metric.name == name {
			return metric, true
		}
	}
	if known, place := lookUp(knownMetrics(s.name), name); place >= 0 {
		return known, false
	}
	return metric{name: name, title: name, kind: render.Percent}, false
}

func differenceColumns(shown metric, binary bool) []render.Column {
	difference := shown.column(true)
	difference.Name, difference.Key, difference.Signed = "difference", "difference", true
	detectable := shown.column(false)
	detectable.Name, detectable.Key = "detectable", "detectable"
	if shown.kind == render.Percent {
		difference.Name, detectable.Name = "difference, points", "detectable, points"
	}
	columns := []render.Column{
		{Name: "run", Key: "run"},
		{Name: "pairs", Key: "pairs", Kind: render.Number},
		{Name: "left out", Key: "left_out", Kind: render.Number},
	}
	if binary {
		columns = append(columns, render.Column{Name: "only run", Key: "only_run", Kind: render.Number},
			render.Column{Name: "only baseline", Key: "only_baseline", Kind: render.Number})
	}
	return append(columns, difference,
		render.Column{Name: "p", Key: "p", Kind: render.Probability},
		render.Column{Name: "p Holm", Key: "p_holm", Kind: render.Probability},
		render.Column{Name: "verdict", Key: "verdict"},
		detectable)
}

func (s *suite) differenceRow(run *Run, shown metric, p pairing, comparable, binary bool, holm float64) []render.Cell {
	figure := func(value float64) render.Cell {
		if !comparable {
			return render.MissingCell()
		}
		return render.NumberCell(value)
	}
	cells := []render.Cell{
		render.TextCell(run.Label),
		figure(float64(p.difference.N)),
		figure(float64(p.noVerdict + p.unshared)),
	}
	if binary {
		cells = append(cells, figure(float64(p.counts.OnlyA)), figure(float64(p.counts.OnlyB)))
	}
	difference, verdict := render.MissingCell(), render.TextCell("not comparable")
	if comparable {
		difference = estimateCell(p.difference.Estimate)
		verdict = s.verdict(shown, p, holm)
	}
	return append(cells, difference, figure(p.difference.P), render.NumberCell(holm), verdict, figure(p.difference.Detectable))
}

// verdict follows one rule: a run is better or worse than the baseline when its
// Holm-adjusted p lies below 1 - confidence; the sign of the difference says
// which. Otherwise one cannot tell.
func (s *suite) verdict(shown metric, p pairing, holm float64) render.Cell {
	if !(holm < 1-s.options.Confidence) || p.difference.Value == 0 {
		return render.Cell{Text: "cannot tell", Tone: render.Unsure}
	}
	if p.difference.Value > 0 != shown.lowerBetter {
		return render.Cell{Text: "better", Tone: render.Good}
	}
	return render.Cell{Text: "worse", Tone: render.Bad}
}
