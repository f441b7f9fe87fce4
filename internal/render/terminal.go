package render

import (
	"bytes"
	"io"
	"strings"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// The widest a cell gets before its middle is left out.
const (
	terminalCell = 44
	documentCell = 160
	notesColumns = 100
)

func writeTerminal(w io.Writer, tables []Table, options Options) error {
	paint := painter{options.Colour}
	for i := range tables {
		var out bytes.Buffer
		if i > 0 {
			out.WriteByte('\n')
		}
		table := &tables[i]
		if table.Title != "" {
			out.WriteString(paint.bold(Visible(table.Title)) + "\n")
		}
		columns := terminalColumns(table, paint)
		for block, chosen := range splitColumns(columns, options.Width) {
			if block > 0 {
				out.WriteByte('\n')
			}
			if err := writeGrid(&out, chosen); err != nil {
				return err
			}
		}
		width := notesColumns
		if options.Width > 0 {
			width = max(20, min(width, options.Width))
		}
		for _, note := range table.Notes {
			for k, line := range wrap(Visible(note), width-2) {
				indent := "  "
				if k == 0 {
					indent = "* "
				}
				out.WriteString(paint.dim(indent+line) + "\n")
			}
		}
		if _, err := w.Write(out.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// shownColumn is a column ready for the grid: escaped, padded, painted.
type shownColumn struct {
	header string
	cells  []string
	width  int
	right  bool
}

func terminalColumns(table *Table, paint painter) []shownColumn {
	shown := make([]shownColumn, len(table.Columns))
	for i, column := range table.Columns {
		header := Shorten(Visible(column.Name), terminalCell)
		shown[i] = shownColumn{header: paint.bold(header), width: displayWidth(header), right: column.rightAligned()}
		values, intervals := make([]string, len(table.Rows)), make([]string, len(table.Rows))
		valueWidth, intervalWidth := 0, 0
		for k, row := range table.Rows {
			value, interval := column.figures(row[i])
			values[k], intervals[k] = Shorten(Visible(value), terminalCell), interval
			valueWidth = max(valueWidth, displayWidth(values[k]))
			intervalWidth = max(intervalWidth, len(interval))
		}
		for k, row := range table.Rows {
			text := paint.tone(row[i].Tone, values[k])
			if intervalWidth > 0 {
				// Figures stand under figures, intervals under intervals.
				text = strings.Repeat(" ", valueWidth-displayWidth(values[k])) + text + " " +
					paint.dim(intervals[k]) + strings.Repeat(" ", intervalWidth-len(intervals[k]))
			}
			shown[i].cells = append(shown[i].cells, text)
		}
		if intervalWidth > 0 {
			valueWidth += 1 + intervalWidth
		}
		shown[i].width = max(shown[i].width, valueWidth)
	}
	return shown
}

// splitColumns cuts a wide table into as few blocks as fit, as even as they can
// be; each repeats the first column. A block holds at least one column beside it.
func splitColumns(columns []shownColumn, width int) [][]shownColumn {
	if width <= 0 || len(columns) < 3 {
		return [][]shownColumn{columns}
	}
	blocks := splitAt(columns, width)
	for narrower := width - 1; narrower > 0; narrower-- {
		evener := splitAt(columns, narrower)
		if len(evener) > len(blocks) {
			break
		}
		blocks = evener
	}
	return blocks
}

func splitAt(columns []shownColumn, width int) [][]shownColumn {
	const perColumn, borders = 3, 1 // padding and a line beside each column, one line at the end
	start := borders + columns[0].width + perColumn
	blocks := [][]shownColumn{{columns[0]}}
	used := start
	for _, column := range columns[1:] {
		last := len(blocks) - 1
		if used+column.width+perColumn > width && len(blocks[last]) > 1 {
			blocks = append(blocks, []shownColumn{columns[0]})
			last, used = last+1, start
		}
		blocks[last] = append(blocks[last], column)
		used += column.width + perColumn
	}
	return blocks
}

func writeGrid(out io.Writer, columns []shownColumn) error {
	headers, aligns := make([]string, len(columns)), make([]tw.Align, len(columns))
	for i, column := range columns {
		headers[i], aligns[i] = column.header, tw.AlignLeft
		if column.right {
			aligns[i] = tw.AlignRight
		}
	}
	rows := make([][]string, len(columns[0].cells))
	for k := range rows {
		rows[k] = make([]string, len(columns)) // the library keeps the slice
		for i, column := range columns {
			rows[k][i] = column.cells[k]
		}
	}
	return drawTable(out, renderer.NewBlueprint(tw.Rendition{Symbols: tw.NewSymbols(tw.StyleLight)}), headers, rows, aligns)
}

// drawTable holds the settings without which the library changes what it is
// given: no upper-casing of headers, no wrapping, no trimming, and alignment
// said for each part. Ambiguous characters are narrow whatever the locale.
func drawTable(out io.Writer, how tw.Renderer, headers []string, rows [][]string, aligns []tw.Align) error {
	alignment := tw.CellAlignment{Global: tw.AlignLeft, PerColumn: aligns}
	table := tablewriter.NewTable(out,
		tablewriter.WithRenderer(how),
		tablewriter.WithHeaderAutoFormat(tw.Off),
		tablewriter.WithHeaderAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoWrap(tw.WrapNone),
		tablewriter.WithRowAutoFormat(tw.Off),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithHeaderAlignmentConfig(alignment),
		tablewriter.WithRowAlignmentConfig(alignment),
		tablewriter.WithFooterAlignmentConfig(alignment),
		tablewriter.WithEastAsian(tw.Off),
	)
	table.Header(headers)
	if err := table.Bulk(rows); err != nil {
		return err
	}
	return table.Render()
}

// painter adds colour only where it was asked for.
type painter struct{ on bool }

func (p painter) wrap(code, text string) string {
	if !p.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (p painter) bold(text string) string { return p.wrap("1", text) }
func (p painter) dim(text string) string  { return p.wrap("2", text) }

func (p painter) tone(tone Tone, text string) string {
	switch tone {
	case Good:
		return p.wrap("32", text)
	case Bad:
		return p.wrap("31", text)
	case Unsure:
		return p.wrap("33", text)
	}
	return text
}
