package render

import (
	"bytes"
	"html"
	"image/color"
	"math"
	"strconv"
	"unicode/utf8"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A picture is as wide as a column of a paper, in points of 1/72 inch.
const (
	pictureWidth  = 260
	columnsHeight = 132 // of the axes of standing columns
	rowHeight     = 12  // of a bar or a line of dots
	axesRoom      = 34  // what axis and label of lying figures take
	letterSize    = 8
	titleSize     = 9.5
	lineStep      = 11 // from one line of the heading to the next
	edge          = 4

	labelRunes  = 26 // of a group's name
	titleRunes  = 56
	legendRunes = 24
)

// inks are colours that people with any colour vision tell apart (Okabe and Ito,
// Color Universal Design, 2008); they differ in lightness too.
func inks() [mostSeries]color.Color {
	return [mostSeries]color.Color{
		color.RGBA{R: 0x00, G: 0x72, B: 0xb2, A: 0xff}, // blue
		color.RGBA{R: 0xe6, G: 0x9f, B: 0x00, A: 0xff}, // orange
		color.RGBA{R: 0x00, G: 0x9e, B: 0x73, A: 0xff}, // green
		color.RGBA{R: 0xcc, G: 0x79, B: 0xa7, A: 0xff}, // purple
	}
}

func darkLine(width float64) draw.LineStyle {
	return draw.LineStyle{Color: color.Gray{Y: 0x30}, Width: vg.Points(width)}
}

func letters(size float64, ink color.Color, x text.XAlignment) text.Style {
	return text.Style{
		Color: ink, XAlign: x, YAlign: text.YTop, Handler: plot.DefaultTextHandler,
		Font: font.Font{Typeface: plot.DefaultFont.Typeface, Variant: "Sans", Size: vg.Points(size)},
	}
}

// drawFigure lays a figure out: heading, legend, axes.
func drawFigure(f *Figure) *vgsvg.Canvas {
	heading := 2 // lines: title and note
	if len(f.Series) > 1 {
		heading++
	}
	height := columnsHeight + axesRoom
	if f.Kind != Columns {
		rows := len(f.Labels)
		if f.Kind == Bars {
			rows *= len(f.Series)
		}
		height = axesRoom + rowHeight*max(rows, 3)
	}
	top := heading*lineStep + 2*edge
	canvas := vgsvg.New(pictureWidth, vg.Length(height+top))
	area := draw.New(canvas)
	area.SetColor(color.White)
	area.Fill(area.Rectangle.Path())
	f.heading(&area)
	p := f.axes()
	p.Draw(draw.Crop(area, edge, -2*edge, edge, -vg.Length(top)))
	return canvas
}

// heading writes title, note and, of several series, which is which.
func (f *Figure) heading(area *draw.Canvas) {
	at := vg.Point{X: edge, Y: area.Max.Y - edge}
	area.FillText(letters(titleSize, color.Black, text.XLeft), at, shown(f.Title, titleRunes))
	at.Y -= lineStep + 1
	area.FillText(letters(letterSize, color.Gray{Y: 0x50}, text.XLeft), at, shown(f.Note, titleRunes))
	if len(f.Series) < 2 {
		return
	}
	at.Y -= lineStep
	name := letters(letterSize, color.Black, text.XLeft)
	for i, series := range f.Series {
		middle := at.Y - letterSize/2
		f.key(area, i, vg.Point{X: at.X, Y: middle})
		label := shown(series.Name, legendRunes)
		area.FillText(name, vg.Point{X: at.X + 10, Y: at.Y}, label)
		at.X += 10 + name.Width(label) + 10
	}
}

// key draws the mark of a series in the legend; at is the middle of its left edge.
func (f *Figure) key(area *draw.Canvas, series int, at vg.Point) {
	if f.Kind == Dots {
		mark(area, series, vg.Point{X: at.X + 4, Y: at.Y})
		return
	}
	box(area, inks()[series], at.X, at.Y-3, at.X+7, at.Y+3)
}

func box(area *draw.Canvas, ink color.Color, left, bottom, right, top vg.Length) {
	area.FillPolygon(ink, []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}})
}

// mark is a series' sign among dots: filled for what was measured, a hollow diamond
// for the reference, so that neither colour nor place alone tells them apart.
func mark(area *draw.Canvas, series int, at vg.Point) {
	if series == 0 {
		area.DrawGlyphNoClip(draw.GlyphStyle{Color: inks()[0], Radius: 2.6, Shape: draw.CircleGlyph{}}, at)
		return
	}
	area.SetLineStyle(draw.LineStyle{Color: color.RGBA{R: 0xd5, G: 0x5e, B: 0x00, A: 0xff}, Width: 1.1})
	var path vg.Path
	path.Move(vg.Point{X: at.X, Y: at.Y + 3.4})
	path.Line(vg.Point{X: at.X + 3.4, Y: at.Y})
	path.Line(vg.Point{X: at.X, Y: at.Y - 3.4})
	path.Line(vg.Point{X: at.X - 3.4, Y: at.Y})
	path.Close()
	area.Stroke(path)
}

// axes makes the plot: values run along x for bars and dots, along y for columns.
func (f *Figure) axes() *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	values, groups := &p.X, &p.Y
	if f.Kind == Columns {
		values, groups = &p.Y, &p.X
	}
	for _, axis := range []*plot.Axis{values, groups} {
		axis.Padding, axis.LineStyle, axis.Tick.LineStyle = 0, darkLine(0.6), darkLine(0.6)
		for _, style := range []*text.Style{&axis.Label.TextStyle, &axis.Tick.Label} {
			style.Font = letters(letterSize, color.Black, 0).Font
		}
		axis.Tick.Length = 3
	}
	values.Label.Text, groups.Label.Text = shown(f.Axis, titleRunes), shown(f.Groups, titleRunes)
	low, high := f.span()
	values.Min, values.Max = low, high
	values.Tick.Marker = plot.ConstantTicks(f.ticks(low, high))
	groups.Min, groups.Max = -0.5, float64(len(f.Labels))-0.5
	groups.Tick.Marker, groups.Tick.Length = plot.ConstantTicks(f.names()), 0
	p.Add(marks{f})
	return p
}

// span is the range of the values' axis: from 0, or below where a value is, to a
// little beyond the largest; the whole range of shares for dots.
func (f *Figure) span() (low, high float64) {
	for _, series := range f.Series {
		for _, value := range series.Values {
			for _, end := range []float64{value.Value, value.Low, value.High} {
				if !math.IsNaN(end) {
					low, high = min(low, end), max(high, end)
				}
			}
		}
	}
	if f.Kind == Dots && f.Percent {
		return min(low, 0), max(high, 1)
	}
	if high == low {
		high = low + 1
	}
	return low, high + 0.04*(high-low)
}

// mostTicks keeps tick labels apart.
const mostTicks = 6

// ticks puts labels at round values: 1, 2 or 5 times a power of ten.
func (f *Figure) ticks(low, high float64) []plot.Tick {
	scale := 1.0
	if f.Percent {
		scale = 100
	}
	low, high = low*scale, high*scale
	step := math.Pow(10, math.Floor(math.Log10((high-low)/mostTicks)))
	for _, times := range []float64{1, 2, 5, 10} {
		if (high-low)/(step*times) <= mostTicks {
			step *= times
			break
		}
	}
	decimals := max(0, int(-math.Floor(math.Log10(step)+1e-9)))
	var ticks []plot.Tick
	for at := math.Ceil(low/step - 1e-9); at*step <= high*(1+1e-9); at++ {
		ticks = append(ticks, plot.Tick{Value: at * step / scale, Label: Thousands(strconv.FormatFloat(at*step+0, 'f', decimals, 64))})
	}
	return ticks
}

// names are the labels of the groups, a little away from the axis. Where columns
// stand close, only some are named.
func (f *Figure) names() []plot.Tick {
	every := 1
	if f.Kind == Columns {
		const room = 44 // characters along the axis
		longest := 0
		for _, label := range f.Labels {
			longest = max(longest, utf8.RuneCountInString(shown(label, labelRunes)))
		}
		every = max(1, (len(f.Labels)*(longest+1)+room-1)/room)
	}
	var ticks []plot.Tick
	for i := 0; i < len(f.Labels); i += every {
		label := shown(f.Labels[i], labelRunes)
		if f.Kind != Columns {
			label += "    "
		}
		ticks = append(ticks, plot.Tick{Value: f.place(i), Label: label})
	}
	return ticks
}

// place is where a group lies on its axis: the first one on top, or to the left.
func (f *Figure) place(group int) float64 {
	if f.Kind == Columns {
		return float64(group)
	}
	return float64(len(f.Labels) - 1 - group)
}

func shown(label string, runes int) string { return Shorten(Visible(label), runes) }

// finish gives the picture a title for those who cannot see it, and letters that
// other machines have: the families are alike in width.
func finish(svg []byte, f *Figure) []byte {
	svg = bytes.ReplaceAll(svg, []byte("font-family:Liberation Sans;"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;"))
	start := bytes.Index(svg, []byte("<svg"))
	end := start + bytes.IndexByte(svg[start:], '>') + 1
	title := "\n<title>" + html.EscapeString(Visible(f.Title)+"; "+Visible(f.Note)) + "</title>"
	out := append(bytes.Clone(svg[start:end]), title...)
	return append(out, svg[end:]...)
}
