package render

import (
	"bytes"
	"encoding/csv"
	"io"
	"math"
	"regexp"
	"strconv"
	"strings"
)

// writeCSV writes RFC 4180 with keys as header. Figures have full precision and
// shares are fractions; a column with intervals becomes three. Several tables
// are set apart by an empty line and a line with the table's name. Notes are
// for people and left to the other formats.
//
// A byte-order mark comes first only where a text is beyond ASCII, since
// spreadsheets then would guess the encoding.
func writeCSV(w io.Writer, tables []Table) error {
	var out bytes.Buffer
	writer := csv.NewWriter(&out)
	for i := range tables {
		if len(tables) > 1 {
			writer.Flush()
			if i > 0 {
				out.WriteByte('\n')
			}
			if err := writer.Write([]string{csvText(tables[i].Name)}); err != nil {
				return err
			}
		}
		if err := writeCSVTable(writer, &tables[i]); err != nil {
			return err
		}
	}
	writer.Flush()
	if err := writer.Error(); err != nil {
		return err
	}
	content := out.Bytes()
	for _, c := range content {
		if c >= 0x80 {
			content = append([]byte("\ufeff"), content...)
			break
		}
	}
	_, err := w.Write(content)
	return err
}

func writeCSVTable(writer *csv.Writer, table *Table) error {
	var header []string
	for i, key := range table.keys() {
		header = append(header, csvText(key))
		if table.Columns[i].Interval {
			header = append(header, csvText(key+"_low"), csvText(key+"_high"))
		}
	}
	if err := writer.Write(header); err != nil {
		return err
	}
	for _, row := range table.Rows {
		var fields []string
		for i, column := range table.Columns {
			switch {
			case column.Kind == Text:
				fields = append(fields, csvText(row[i].Text))
			case column.Interval:
				fields = append(fields, csvNumber(row[i].Value), csvNumber(row[i].Low), csvNumber(row[i].High))
			default:
				fields = append(fields, csvNumber(row[i].Value))
			}
		}
		if err := writer.Write(fields); err != nil {
			return err
		}
	}
	return nil
}

func csvNumber(value float64) string {
	if math.IsNaN(value) {
		return ""
	}
	return strconv.FormatFloat(value, 'g', -1, 64)
}

var plainNumber = regexp.MustCompile(`^[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?$`)

// csvText keeps a spreadsheet from running a text as a formula: a text that
// begins with one of = + - @, of their wide forms, or with an apostrophe gets an
// apostrophe before it, unless it is a plain number. A reader who takes one
// leading apostrophe off again has the text back. Characters that could steer a terminal are shown as
// escapes; line breaks stay, inside quotes.
func csvText(text string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for i, line := range lines {
		lines[i] = Visible(line)
	}
	text = strings.Join(lines, "\n")
	if guarded(text) {
		return "'" + text
	}
	return text
}

func guarded(text string) bool {
	for _, first := range []string{"=", "+", "-", "@", "'", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(text, " \n"), first) {
			return !plainNumber.MatchString(text)
		}
	}
	return false
}
