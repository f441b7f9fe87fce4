// Package render turns a neutral table into text for terminals, Markdown,
// LaTeX, CSV, JSON and HTML, shows one record as a readable conversation, and
// draws a progress line.
//
// Names and texts come from strangers. No renderer lets them leave their cell:
// each format escapes its own marks, and control characters, invisible and
// direction-changing characters are shown as escapes.
package render

import (
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Kind says what the cells of a column hold.
type Kind int

// The kinds of column.
const (
	Text        Kind = iota // Cell.Text
	Number                  // Cell.Value as it is
	Percent                 // Cell.Value is a share; people read it times 100
	Probability             // Cell.Value is a p-value
)

// Align is a column's alignment. Auto puts text left and figures right.
type Align int

// The alignments.
const (
	Auto Align = iota
	Left
	Right
	Center
)

// Column describes one column.
type Column struct {
	Name string // what people read
	Key  string // the name in CSV and JSON; Name where empty
	Kind Kind
	Align
	Decimals int
	Signed   bool // figures carry their sign always
	Interval bool // cells carry Low and High
}

// Tone is the meaning that colour may underline; it never carries it alone.
type Tone int

// The tones.
const (
	Plain Tone = iota
	Good
	Bad
	Unsure
)

// Cell is one entry. Figures use Value, Low and High; NaN is a missing figure.
type Cell struct {
	Text             string
	Value, Low, High float64
	Tone             Tone
}

// Table is what reports hand over.
type Table struct {
	Name    string // short and stable: "scores"
	Title   string
	Columns []Column
	Rows    [][]Cell
	Notes   []string
}

// TextCell holds words.
func TextCell(text string) Cell { return Cell{Text: text} }

// NumberCell holds a figure without an interval.
func NumberCell(value float64) Cell { return Cell{Value: value, Low: math.NaN(), High: math.NaN()} }

// IntervalCell holds a figure with its interval; NaN ends mean that it has none.
func IntervalCell(value, low, high float64) Cell { return Cell{Value: value, Low: low, High: high} }

// MissingCell holds no figure.
func MissingCell() Cell { return NumberCell(math.NaN()) }

// Format names an output format.
type Format string

// The formats.
const (
	Terminal Format = "table"
	Markdown Format = "markdown"
	LaTeX    Format = "latex"
	CSV      Format = "csv"
	JSON     Format = "json"
	HTML     Format = "html"
)

// Formats lists the formats in the order in which help names them.
func Formats() []Format { return []Format{Terminal, Markdown, LaTeX, CSV, JSON, HTML} }

// ParseFormat reads the name of a format.
func ParseFormat(name string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, format := range Formats() {
		if name == string(format) {
			return format, nil
		}
		names = append(names, string(format))
	}
	return "", fmt.Errorf("choosing an output format: no format %q; use one of %s", name, strings.Join(names, ", "))
}

// Options steer what does not change the content.
type Options struct {
	Colour bool   // terminal only
	Width  int    // terminal columns; wider tables are split, 0 never splits
	Title  string // of the HTML page
}

// Write renders tables in a format. A ragged row is an error of the caller and
// is refused before anything is written.
func Write(w io.Writer, format Format, tables []Table, options Options) error {
	for i := range tables {
		if err := tables[i].check(); err != nil {
			return err
		}
	}
	switch format {
	case Terminal:
		return writeTerminal(w, tables, options)
	case Markdown:
		return writeMarkdown(w, tables)
	case LaTeX:
		return writeLaTeX(w, tables)
	case CSV:
		return writeCSV(w, tables)
	case JSON:
		return writeJSON(w, tables)
	case HTML:
		return writeHTML(w, tables, options)
	}
	_, err := ParseFormat(string(format))
	return err
}

func (t *Table) check() error {
	if len(t.Columns) == 0 {
		return fmt.Errorf("rendering table %q: it has no columns", t.Name)
	}
	for i, row := range t.Rows {
		if len(row) != len(t.Columns) {
			return fmt.Errorf("rendering table %q: row %d has %d cells, want %d", t.Name, i, len(row), len(t.Columns))
		}
	}
	return nil
}

// keys returns one name per column for CSV and JSON. Names from data may
// collide; a later one then gets a number.
func (t *Table) keys() []string {
	keys := make([]string, len(t.Columns))
	taken := map[string]bool{}
	for i, column := range t.Columns {
		base := column.Key
		if base == "" {
			base = column.Name
		}
		key := base
		for n := 2; taken[key]; n++ {
			key = base + "_" + strconv.Itoa(n)
		}
		taken[key] = true
		keys[i] = key
	}
	return keys
}

func (c Column) rightAligned() bool { return c.Align == Right || c.Align == Auto && c.Kind != Text }

// missing is what people read where there is no figure.
const missing = "-"

// figures formats a cell for people: the figure and, in brackets, its interval
// where it has one. Text cells come back as they are, not escaped.
func (c Column) figures(cell Cell) (value, interval string) {
	if c.Kind == Text {
		return cell.Text, ""
	}
	value = c.figure(cell.Value)
	if c.Interval && !math.IsNaN(cell.Low) && !math.IsNaN(cell.High) {
		interval = "[" + c.figure(cell.Low) + ", " + c.figure(cell.High) + "]"
	}
	return value, interval
}

func (c Column) figure(value float64) string {
	switch {
	case math.IsNaN(value):
		return missing
	case c.Kind == Probability:
		if value < 0.0001 {
			return "<0.0001"
		}
		return strconv.FormatFloat(value, 'f', 4, 64)
	case c.Kind == Percent:
		value *= 100
	}
	text := strconv.FormatFloat(value, 'f', c.Decimals, 64)
	if strings.Trim(text, "-0.") == "" {
		return strings.TrimPrefix(text, "-") // no negative zero, and zero has no sign
	}
	if c.Signed && value > 0 {
		text = "+" + text
	}
	return text
}

// plain joins figure and interval.
func (c Column) plain(cell Cell) string {
	value, interval := c.figures(cell)
	if interval == "" {
		return value
	}
	return value + " " + interval
}
