package render

import (
	"bytes"
	_ "embed"
	"html"
	"io"
)

//go:embed page.css
var pageStyle string

// writeHTML writes one page that needs nothing but itself: no script, no font,
// no request. Its policy forbids all of them, should an escape ever fail.
func writeHTML(w io.Writer, tables []Table, options Options) error {
	title := options.Title
	if title == "" && len(tables) > 0 {
		title = tables[0].Title
	}
	var out bytes.Buffer
	out.WriteString("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
		"<title>" + htmlText(title) + "</title>\n<style>\n" + pageStyle + "</style>\n</head>\n<body>\n<main>\n")
	if options.Title != "" {
		out.WriteString("<h1>" + htmlText(options.Title) + "</h1>\n")
	}
	for i := range tables {
		writeHTMLTable(&out, &tables[i])
	}
	out.WriteString("</main>\n</body>\n</html>\n")
	_, err := w.Write(out.Bytes())
	return err
}

func writeHTMLTable(out *bytes.Buffer, table *Table) {
	out.WriteString("<section>\n")
	if table.Title != "" {
		out.WriteString("<h2>" + htmlText(table.Title) + "</h2>\n")
	}
	out.WriteString("<div class=\"scroll\"><table>\n<thead><tr>")
	for _, column := range table.Columns {
		out.WriteString("<th scope=\"col\"" + htmlClass(column, Plain) + ">" + htmlCell(column.Name) + "</th>")
	}
	out.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range table.Rows {
		out.WriteString("<tr>")
		for i, column := range table.Columns {
			value, interval := column.figures(row[i])
			open, end := "<td", "</td>"
			if i == 0 {
				open, end = "<th scope=\"row\"", "</th>"
			}
			out.WriteString(open + htmlClass(column, row[i].Tone) + "><bdi>" + htmlCell(value) + "</bdi>")
			if interval != "" {
				out.WriteString(" <small>" + htmlText(interval) + "</small>")
			}
			out.WriteString(end)
		}
		out.WriteString("</tr>\n")
	}
	out.WriteString("</tbody>\n</table></div>\n")
	if len(table.Notes) > 0 {
		out.WriteString("<ul>\n")
		for _, note := range table.Notes {
			out.WriteString("<li>" + htmlText(note) + "</li>\n")
		}
		out.WriteString("</ul>\n")
	}
	out.WriteString("</section>\n")
}

func htmlText(text string) string { return html.EscapeString(Visible(text)) }

func htmlCell(text string) string { return html.EscapeString(Shorten(Visible(text), documentCell)) }

func htmlClass(column Column, tone Tone) string {
	class := ""
	if column.rightAligned() {
		class = "figure"
	}
	switch tone {
	case Good:
		class += " good"
	case Bad:
		class += " bad"
	case Unsure:
		class += " unsure"
	}
	if class == "" {
		return ""
	}
	return ` class="` + class + `"`
}
