package reports

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// Figures draws a dataset: its kinds, sizes, tool lists, requests and sources. What it
// has nothing of is left out.
func (d *Dataset) Figures() []render.Figure {
	figures := []render.Figure{d.shapeFigure(), d.sizeFigure(), d.toolFigure()}
	if d.wording.words.total() > 0 {
		figures = append(figures, d.lengthFigure())
	}
	if d.arguments.sum() > 0 {
		figures = append(figures, d.sourceFigure())
	}
	return figures
}

func withCommas(n int) string { return render.Thousands(strconv.Itoa(n)) }

func (d *Dataset) ofRecords() string {
	return fmt.Sprintf("n = %s records; 95 %% intervals", withCommas(d.records))
}

// valueOf is an estimate as figures take it.
func valueOf(e stats.Estimate) render.Value {
	return render.Value{Value: e.Value, Low: e.Interval.Low, High: e.Interval.High}
}

func (d *Dataset) shareOf(count int) render.Value {
	return valueOf(stats.Wilson(count, d.records, confidence))
}

// shapesDrawn is how many kinds are drawn by name.
const shapesDrawn = 20

func (d *Dataset) shapeFigure() render.Figure {
	figure := render.Figure{
		Name: "kinds", Title: "Records by kind: the shape of the plan", Kind: render.Bars, Percent: true,
		Axis: "share of records, %", Note: d.ofRecords(), Series: []render.Series{{Name: "share"}},
	}
	add := func(name string, count int) {
		figure.Labels = append(figure.Labels, name)
		figure.Series[0].Values = append(figure.Series[0].Values, d.shareOf(count))
	}
	others := 0
	for i, name := range byRecords(d.shapes, func(s *shapeCounts) int { return s.records }) {
		if i >= shapesDrawn {
			others += d.shapes[name].records
			continue
		}
		add(name, d.shapes[name].records)
	}
	if others > 0 {
		add(otherNames, others)
	}
	return figure
}

func (d *Dataset) sizeFigure() render.Figure {
	figure := render.Figure{
		Name: "sizes", Title: "Calls, depth and width of records", Kind: render.Columns, Percent: true,
		Axis: "share of records, %", Groups: "number of calls; waves; calls in the widest wave", Note: d.ofRecords(),
		Series: []render.Series{{Name: "calls"}, {Name: "depth"}, {Name: "width"}},
	}
	for number := range distributionEnd + 1 {
		name, high := strconv.Itoa(number), number
		if number == distributionEnd {
			name, high = name+"+", math.MaxInt
		}
		figure.Labels = append(figure.Labels, name)
		for i, size := range []histogram{d.calls, d.depth, d.width} {
			figure.Series[i].Values = append(figure.Series[i].Values, d.shareOf(size.between(number, high)))
		}
	}
	return figure
}

func (d *Dataset) toolFigure() render.Figure {
	figure := render.Figure{
		Name: "tool-lists", Title: "Length of the tool list", Kind: render.Columns, Percent: true,
		Axis: "share of records, %", Groups: "tools offered", Note: d.ofRecords(), Series: []render.Series{{Name: "share"}},
	}
	for i := range d.toolBands {
		figure.Labels = append(figure.Labels, bandName(i))
		figure.Series[0].Values = append(figure.Series[0].Values, d.shareOf(d.toolBands[i].records))
	}
	return figure
}

// bandName is a band of tool lists, short.
func bandName(band int) string {
	if band == toolBands-1 {
		return fmt.Sprintf("%d+", band*toolBandSize+1)
	}
	return fmt.Sprintf("%d-%d", band*toolBandSize+1, (band+1)*toolBandSize)
}

// lengthColumns is into how many columns requests are sorted by length.
const lengthColumns = 20

// lengthFigure draws lengths up to the 99th percentile in columns of equal width; the
// last one holds what is longer.
func (d *Dataset) lengthFigure() render.Figure {
	words := d.wording.words
	longest := int(words.quantiles(0.99)[0])
	width := max(1, (longest+lengthColumns)/lengthColumns)
	figure := render.Figure{
		Name: "request-lengths", Title: "Length of first requests", Kind: render.Columns, Percent: true,
		Axis: "share of requests, %", Groups: "words", Note: fmt.Sprintf("n = %s requests; 95 %% intervals", withCommas(d.wording.requests)),
		Series: []render.Series{{Name: "share"}},
	}
	for from := 0; from <= longest; from += width {
		name, to := strconv.Itoa(from), from+width-1
		if from+width > longest {
			name, to = name+"+", math.MaxInt
		} else if width > 1 {
			name = fmt.Sprintf("%d-%d", from, to)
		}
		figure.Labels = append(figure.Labels, name)
		figure.Series[0].Values = append(figure.Series[0].Values, valueOf(stats.Wilson(words.between(from, to), d.wording.requests, confidence)))
	}
	return figure
}

// sourcesDrawn is how many sources of values are drawn.
const sourcesDrawn = 12

func (d *Dataset) sourceFigure() render.Figure {
	figure := render.Figure{
		Name: "sources", Title: "Where argument values come from", Kind: render.Bars, Percent: true,
		Axis: "share of arguments, %", Note: fmt.Sprintf("n = %s arguments in %s records; 95 %% intervals", withCommas(d.arguments.sum()), withCommas(d.records)),
		Series: []render.Series{{Name: "share"}},
	}
	for _, from := range d.origins() {
		if d.arguments.count(from) == 0 || len(figure.Labels) == sourcesDrawn {
			continue
		}
		name := cmp.Or(from.from, ungrouped)
		if from.op != "" {
			name += ", " + from.op
		}
		figure.Labels = append(figure.Labels, name)
		figure.Series[0].Values = append(figure.Series[0].Values, valueOf(d.arguments.share(from)))
	}
	return figure
}
