package render

import (
	"bytes"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

func writeMarkdown(w io.Writer, tables []Table) error {
	var out bytes.Buffer
	for i := range tables {
		table := &tables[i]
		if i > 0 {
			out.WriteByte('\n')
		}
		if table.Title != "" {
			out.WriteString("### " + markdownText(Visible(table.Title)) + "\n\n")
		}
		headers, aligns := make([]string, len(table.Columns)), make([]tw.Align, len(table.Columns))
		for k, column := range table.Columns {
			headers[k], aligns[k] = markdownCell(column.Name), tw.AlignLeft
			if column.rightAligned() {
				aligns[k] = tw.AlignRight
			}
		}
		rows := make([][]string, len(table.Rows))
		for r, row := range table.Rows {
			for k, column := range table.Columns {
				text := markdownCell(row[k].Text)
				if column.Kind != Text {
					text = strings.ReplaceAll(column.plain(row[k]), "<", "&lt;")
				}
				rows[r] = append(rows[r], text)
			}
		}
		if err := drawTable(&out, renderer.NewMarkdown(), headers, rows, aligns); err != nil {
			return err
		}
		if len(table.Notes) > 0 {
			out.WriteByte('\n')
		}
		for _, note := range table.Notes {
			out.WriteString("- " + markdownText(Visible(note)) + "\n")
		}
	}
	_, err := w.Write(out.Bytes())
	return err
}

func markdownCell(text string) string { return markdownText(Shorten(Visible(text), documentCell)) }

// markdownText escapes what Markdown, or HTML inside it, would read as a mark.
// An underscore between letters or digits marks nothing and stays readable.
func markdownText(text string) string {
	var out strings.Builder
	previous := ' '
	for i, r := range text {
		switch r {
		case '<':
			out.WriteString("&lt;")
		case '>':
			out.WriteString("&gt;")
		case '&':
			out.WriteString("&amp;")
		case '_':
			next, _ := utf8.DecodeRuneInString(text[i+1:])
			if !wordRune(previous) || !wordRune(next) {
				out.WriteByte('\\')
			}
			out.WriteByte('_')
		case '\\', '|', '`', '*', '[', ']', '~', '$', '#':
			out.WriteByte('\\')
			out.WriteRune(r)
		default:
			out.WriteRune(r)
		}
		previous = r
	}
	return out.String()
}

func wordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
