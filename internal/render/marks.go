package render

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// marks draws the values of a figure on its axes.
type marks struct{ figure *Figure }

// Plot implements plot.Plotter.
func (m marks) Plot(area draw.Canvas, p *plot.Plot) {
	x, y := p.Transforms(&area)
	m.grid(&area, p, x, y)
	f := m.figure
	for series := range f.Series {
		for group, value := range f.Series[series].Values {
			if math.IsNaN(value.Value) {
				continue
			}
			at := f.place(group)
			switch f.Kind {
			case Columns:
				left, right := x(at+f.offset(series)), x(at+f.offset(series+1))
				box(&area, inks()[series], left, y(0), right, y(value.Value))
				m.whisker(&area, value, func(v float64) vg.Point { return vg.Point{X: (left + right) / 2, Y: y(v)} })
			case Bars:
				top, bottom := y(at-f.offset(series)), y(at-f.offset(series+1))
				box(&area, inks()[series], x(0), bottom, x(value.Value), top)
				m.whisker(&area, value, func(v float64) vg.Point { return vg.Point{X: x(v), Y: (top + bottom) / 2} })
			case Dots:
				point := func(v float64) vg.Point { return vg.Point{X: x(v), Y: y(at)} }
				m.whisker(&area, value, point)
				mark(&area, series, point(value.Value))
			}
		}
	}
}

// offset is where the bar of a series begins, from the middle of its group.
func (f *Figure) offset(series int) float64 {
	const filled = 0.76 // of a group's room
	return filled * (float64(series)/float64(len(f.Series)) - 0.5)
}

// grid draws faint lines at the ticks of the values and, for dots, along each name.
func (m marks) grid(area *draw.Canvas, p *plot.Plot, x, y func(float64) vg.Length) {
	faint := draw.LineStyle{Color: color.Gray{Y: 0xdd}, Width: 0.5}
	values := p.X
	if m.figure.Kind == Columns {
		values = p.Y
	}
	for _, tick := range values.Tick.Marker.Ticks(values.Min, values.Max) {
		if m.figure.Kind == Columns {
			area.StrokeLine2(faint, area.Min.X, y(tick.Value), area.Max.X, y(tick.Value))
		} else {
			area.StrokeLine2(faint, x(tick.Value), area.Min.Y, x(tick.Value), area.Max.Y)
		}
	}
	if m.figure.Kind != Dots {
		return
	}
	for group := range m.figure.Labels {
		at := y(m.figure.place(group))
		area.StrokeLine2(faint, area.Min.X, at, area.Max.X, at)
	}
}

// whisker draws the interval of a value as a line with ends across it.
func (m marks) whisker(area *draw.Canvas, value Value, point func(float64) vg.Point) {
	if math.IsNaN(value.Low) || math.IsNaN(value.High) {
		return
	}
	const half = 1.6
	low, high := point(value.Low), point(value.High)
	style := darkLine(0.7)
	area.StrokeLine2(style, low.X, low.Y, high.X, high.Y)
	for _, end := range []vg.Point{low, high} {
		if low.X == high.X {
			area.StrokeLine2(style, end.X-half, end.Y, end.X+half, end.Y)
		} else {
			area.StrokeLine2(style, end.X, end.Y-half, end.X, end.Y+half)
		}
	}
}
