package render

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"testing"
)

func value(v, low, high float64) Value { return Value{v, low, high} }

func sampleFigures() []Figure {
	nothing := Plainly(math.NaN())
	var lengths []string
	var counts []Value
	for i := range 24 {
		lengths = append(lengths, strconv.Itoa(2*i+1)+"-"+strconv.Itoa(2*i+2))
		counts = append(counts, Plainly(float64(40*i*(24-i))))
	}
	return []Figure{
		{
			Name: "shapes", Title: "Plans by shape", Kind: Bars, Axis: "share of records, %", Percent: true, Note: "n = 8,000 records; 95 % intervals",
			Labels: []string{"chain", "fan_out", "parallel_then_sequential_and_more_of_it", "single"},
			Series: []Series{{"share", []Value{value(0.199, 0.19, 0.208), value(0.161, 0.153, 0.169), value(0.099, 0.09, 0.106), nothing}}},
		},
		{
			Name: "sizes", Title: "Calls, depth and width", Kind: Columns, Axis: "share of records, %", Groups: "number", Percent: true, Note: "n = 8,000 records",
			Labels: []string{"1", "2", "3", "4", "5", "6+"},
			Series: []Series{
				{"calls", []Value{Plainly(.166), Plainly(.356), Plainly(.33), Plainly(.119), Plainly(.025), Plainly(.004)}},
				{"depth", []Value{Plainly(.313), Plainly(.492), Plainly(.186), Plainly(.008), nothing, nothing}},
				{"width", []Value{value(.574, .56, .59), Plainly(.288), Plainly(.107), Plainly(.031), nothing, nothing}},
			},
		},
		{Name: "lengths", Title: "Length of first requests", Kind: Columns, Axis: "records", Groups: "words", Note: "n = 91,400 requests", Labels: lengths, Series: []Series{{"requests", counts}}},
		{
			Name: "shortcuts", Title: "Shortcuts against chance", Kind: Dots, Axis: "accuracy, %", Percent: true, Note: "95 % intervals; n from 1,274 to 11,160",
			Labels: []string{"most words in common", "first tools", "last number"},
			Series: []Series{{"shortcut", []Value{value(.345, .33, .36), value(.183, .17, .2), value(.224, .1, .35)}}, {"chance", []Value{Plainly(.185), Plainly(.181), Plainly(.251)}}},
		},
	}
}

func TestFigureGolden(t *testing.T) {
	for _, figure := range sampleFigures() {
		var first, second bytes.Buffer
		if err := WriteFigure(&first, &figure); err != nil {
			t.Fatal(err)
		}
		if err := WriteFigure(&second, &figure); err != nil || !bytes.Equal(first.Bytes(), second.Bytes()) {
			t.Errorf("%s: the same figure gave other bytes (%v)", figure.Name, err)
		}
		golden(t, "figure_"+figure.Name+".svg", first.Bytes())
	}
}

// Names from strangers stay text: no element of theirs, nothing that hides.
func TestFigureOfHostileNames(t *testing.T) {
	hostile := "</text><script>x()</script>\u202e\x00&\"'" + strings.Repeat("long", 2000)
	for _, figure := range sampleFigures() {
		figure.Title, figure.Axis, figure.Groups, figure.Note = hostile, hostile, hostile, hostile
		for i := range figure.Labels {
			figure.Labels[i] = hostile
		}
		for i := range figure.Series {
			figure.Series[i].Name = hostile
		}
		var out bytes.Buffer
		if err := WriteFigure(&out, &figure); err != nil {
			t.Fatal(err)
		}
		decoder := xml.NewDecoder(bytes.NewReader(out.Bytes()))
		for {
			token, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", figure.Name, err)
			}
			if element, ok := token.(xml.StartElement); ok && element.Name.Local == "script" {
				t.Errorf("%s: a name became an element", figure.Name)
			}
		}
	}
}

func TestFigureRefusesWhatCannotBeRead(t *testing.T) {
	for name, spoil := range map[string]func(*Figure){
		"no axis":      func(f *Figure) { f.Axis = "" },
		"no note":      func(f *Figure) { f.Note = "" },
		"no groups":    func(f *Figure) { f.Labels = nil },
		"many groups":  func(f *Figure) { f.Labels = make([]string, MostGroups+1) },
		"no series":    func(f *Figure) { f.Series = nil },
		"ragged":       func(f *Figure) { f.Series[0].Values = f.Series[0].Values[1:] },
		"without end":  func(f *Figure) { f.Series[0].Values[0].High = math.Inf(1) },
		"many series":  func(f *Figure) { f.Series = append(f.Series, f.Series[0], f.Series[0], f.Series[0], f.Series[0]) },
		"endless low":  func(f *Figure) { f.Series[0].Values[0].Low = math.Inf(-1) },
		"endless mean": func(f *Figure) { f.Series[0].Values[0].Value = math.Inf(1) },
	} {
		figure := sampleFigures()[0]
		spoil(&figure)
		var out bytes.Buffer
		if err := WriteFigure(&out, &figure); err == nil || out.Len() > 0 {
			t.Errorf("%s: %v, %d bytes", name, err, out.Len())
		}
	}
}

// Figures of one value, of none, and of values below 0 are drawn too.
func TestFigureOfExtremes(t *testing.T) {
	for _, values := range [][]Value{{Plainly(0)}, {Plainly(math.NaN())}, {Plainly(-3)}, {Plainly(1e12)}, {Plainly(1e-9)}, {value(0.5, -0.2, 1.4)}} {
		for _, kind := range []FigureKind{Bars, Columns, Dots} {
			figure := Figure{Name: "one", Title: "One", Kind: kind, Axis: "count", Note: "n = 1", Labels: []string{"a"}, Series: []Series{{"s", values}}}
			var out bytes.Buffer
			if err := WriteFigure(&out, &figure); err != nil {
				t.Errorf("%v: %v", values, err)
			}
			if strings.Contains(out.String(), "NaN") || strings.Contains(out.String(), "Inf") {
				t.Errorf("%v, kind %d: a place without a number", values, kind)
			}
		}
	}
}
