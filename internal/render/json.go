package render

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"strconv"
	"unicode/utf8"
)

// writeJSON writes {"tables":[{name,title,columns,rows,notes}]}. A row is an
// object by column key; a figure with an interval is {"value","low","high"}, a
// missing figure null, a share a fraction. Characters that a reader could not
// see are written as \u escapes, so the text is lossless and safe to print.
func writeJSON(w io.Writer, tables []Table) error {
	out := []byte(`{"tables":[`)
	for i := range tables {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendTable(out, &tables[i])
	}
	out = append(out, "]}"...)
	var indented bytes.Buffer
	if err := json.Indent(&indented, out, "", "  "); err != nil {
		return err
	}
	indented.WriteByte('\n')
	_, err := w.Write(indented.Bytes())
	return err
}

func appendTable(out []byte, table *Table) []byte {
	keys := table.keys()
	out = appendString(append(out, `{"name":`...), table.Name)
	out = appendString(append(out, `,"title":`...), table.Title)
	out = append(out, `,"columns":[`...)
	for i, column := range table.Columns {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(append(out, `{"key":`...), keys[i])
		out = appendString(append(out, `,"name":`...), column.Name)
		out = appendString(append(out, `,"kind":`...), column.Kind.String())
		out = strconv.AppendBool(append(out, `,"interval":`...), column.Interval)
		out = append(out, '}')
	}
	out = append(out, `],"rows":[`...)
	for r, row := range table.Rows {
		if r > 0 {
			out = append(out, ',')
		}
		out = append(out, '{')
		for i, column := range table.Columns {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(appendString(out, keys[i]), ':')
			out = appendCell(out, column, row[i])
		}
		out = append(out, '}')
	}
	out = append(out, `],"notes":[`...)
	for i, note := range table.Notes {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendString(out, note)
	}
	return append(out, "]}"...)
}

func appendCell(out []byte, column Column, cell Cell) []byte {
	switch {
	case column.Kind == Text:
		return appendString(out, cell.Text)
	case !column.Interval:
		return appendNumber(out, cell.Value)
	}
	out = appendNumber(append(out, `{"value":`...), cell.Value)
	out = appendNumber(append(out, `,"low":`...), cell.Low)
	out = appendNumber(append(out, `,"high":`...), cell.High)
	return append(out, '}')
}

func appendNumber(out []byte, value float64) []byte {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return append(out, "null"...)
	}
	return strconv.AppendFloat(out, value, 'g', -1, 64)
}

func appendString(out []byte, text string) []byte {
	const hex = "0123456789abcdef"
	unit := func(u uint16) {
		out = append(out, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
	}
	out = append(out, '"')
	for _, r := range text { // broken bytes become U+FFFD: JSON cannot hold them
		switch {
		case r == '"' || r == '\\':
			out = append(out, '\\', byte(r))
		case r == '\n':
			out = append(out, `\n`...)
		case r == '\t':
			out = append(out, `\t`...)
		case !hidden(r):
			out = utf8.AppendRune(out, r)
		case r >= 0x10000:
			r -= 0x10000
			unit(uint16(0xd800 + r>>10))
			unit(uint16(0xdc00 + r&0x3ff))
		default:
			unit(uint16(r))
		}
	}
	return append(out, '"')
}

// String names the kind in JSON.
func (k Kind) String() string {
	switch k {
	case Number:
		return "number"
	case Percent:
		return "share"
	case Probability:
		return "probability"
	}
	return "text"
}
