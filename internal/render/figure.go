package render

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"strings"
)

// FigureKind says how a figure is drawn.
type FigureKind int

// The kinds of figure.
const (
	// Bars lie on their side, one to a name, with the interval as a whisker. Of
	// several series the bars of a name lie below one another.
	Bars FigureKind = iota
	// Columns stand over whole numbers, or over bands of them, in their order.
	Columns
	// Dots are values with their intervals, one line to a name; the second series is
	// a reference, such as chance, drawn as a hollow mark.
	Dots
)

// Figure is a picture's content. WriteFigure draws it.
type Figure struct {
	Name  string // short and stable, of letters, digits and hyphens: "plan-shapes"
	Title string
	Kind  FigureKind
	// Axis is the label of the axis that carries values, with its unit; Groups that
	// of the other one, which may be empty where the names speak for themselves.
	Axis, Groups string
	// Labels name the groups: bars and dots from top to bottom, columns from left to
	// right.
	Labels []string
	Series []Series
	// Note says what was counted and how many: "n = 8,000 records".
	Note string
	// Percent says that values are shares, which are shown times 100.
	Percent bool
}

// Series are one value for each label, NaN where there is none.
type Series struct {
	Name   string
	Values []Value
}

// Value is a figure with its interval; NaN ends mean that it has none.
type Value struct{ Value, Low, High float64 }

// Plainly is a value without an interval.
func Plainly(value float64) Value { return Value{value, math.NaN(), math.NaN()} }

// Bounds on what is drawn: more could not be read at a column's width.
const (
	MostGroups = 40
	mostSeries = 4
)

// check refuses what a reader could not read: a caller's mistake.
func (f *Figure) check() error {
	wrong := func(format string, values ...any) error {
		return fmt.Errorf("drawing figure %q: "+format, append([]any{f.Name}, values...)...)
	}
	switch {
	case f.Axis == "" || f.Note == "":
		return wrong("it does not say what its axis shows, or of how many")
	case len(f.Labels) == 0 || len(f.Labels) > MostGroups:
		return wrong("it has %d groups, want 1 to %d", len(f.Labels), MostGroups)
	case len(f.Series) == 0 || len(f.Series) > mostSeries:
		return wrong("it has %d series, want 1 to %d", len(f.Series), mostSeries)
	}
	for _, series := range f.Series {
		if len(series.Values) != len(f.Labels) {
			return wrong("series %q has %d values for %d groups", series.Name, len(series.Values), len(f.Labels))
		}
		for _, value := range series.Values {
			if math.IsInf(value.Value, 0) || math.IsInf(value.Low, 0) || math.IsInf(value.High, 0) {
				return wrong("series %q has a value without end", series.Name)
			}
		}
	}
	return nil
}

// WriteFigure draws a figure as SVG, as wide as a text column. The same figure gives
// the same bytes. Texts are shown as Visible shows them, and cut.
func WriteFigure(w io.Writer, figure *Figure) error {
	if err := figure.check(); err != nil {
		return err
	}
	var out bytes.Buffer
	if _, err := drawFigure(figure).WriteTo(&out); err != nil {
		return fmt.Errorf("drawing figure %q: %w", figure.Name, err)
	}
	_, err := w.Write(finish(out.Bytes(), figure))
	return err
}

// Thousands sets commas into the whole part of a decimal number: "1,234.5".
func Thousands(number string) string {
	whole, rest := number, ""
	if point := strings.IndexByte(number, '.'); point >= 0 {
		whole, rest = number[:point], number[point:]
	}
	start := len(whole) - len(strings.TrimLeft(whole, "-"))
	for at := len(whole) - 3; at > start; at -= 3 {
		whole = whole[:at] + "," + whole[at:]
	}
	return whole + rest
}
