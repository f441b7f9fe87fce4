package render

import (
	"bytes"
	"io"
	"strings"
)

func writeLaTeX(w io.Writer, tables []Table) error {
	var out bytes.Buffer
	out.WriteString("% needs \\usepackage{booktabs}; text beyond Latin letters needs XeLaTeX or LuaLaTeX\n")
	for i := range tables {
		writeLaTeXTable(&out, &tables[i])
	}
	_, err := w.Write(out.Bytes())
	return err
}

func writeLaTeXTable(out *bytes.Buffer, table *Table) {
	out.WriteString("\\begin{table}[t]\n\\centering\n")
	if table.Title != "" {
		out.WriteString("\\caption{" + latexText(Visible(table.Title)) + "}\n")
	}
	out.WriteString("\\begin{tabular}{")
	for _, column := range table.Columns {
		switch {
		case column.Align == Center:
			out.WriteByte('c')
		case column.rightAligned():
			out.WriteByte('r')
		default:
			out.WriteByte('l')
		}
	}
	out.WriteString("}\n\\toprule\n")
	for i, column := range table.Columns {
		separateLaTeX(out, i)
		out.WriteString(latexCell(column.Name))
	}
	out.WriteString(" \\\\\n\\midrule\n")
	for _, row := range table.Rows {
		for i, column := range table.Columns {
			separateLaTeX(out, i)
			value, interval := column.figures(row[i])
			if column.Kind != Text {
				value = latexFigure(value)
			} else {
				value = latexCell(value)
			}
			out.WriteString(value)
			if interval != "" {
				out.WriteString(" {\\scriptsize " + latexFigure(interval) + "}")
			}
		}
		out.WriteString(" \\\\\n")
	}
	out.WriteString("\\bottomrule\n\\end{tabular}\n")
	if len(table.Notes) > 0 {
		out.WriteString("\n\\smallskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n")
		for _, note := range table.Notes {
			out.WriteString(latexText(Visible(note)) + "\\par\n")
		}
		out.WriteString("\\end{minipage}\n")
	}
	out.WriteString("\\end{table}\n")
}

func separateLaTeX(out *bytes.Buffer, column int) {
	if column > 0 {
		out.WriteString(" & ")
	}
}

func latexCell(text string) string { return latexText(Shorten(Visible(text), documentCell)) }

// latexFigure sets the minus of a figure as a minus.
func latexFigure(text string) string {
	if text == missing {
		return "--"
	}
	return strings.NewReplacer("-", "$-$", "<", `\textless{}`).Replace(text)
}

// latexText escapes marks, guards a first character that would read as an
// option of the row's end before it, and keeps doubled hyphens, commas and
// quotes from melting into one sign.
func latexText(text string) string {
	var out strings.Builder
	previous := rune(-1)
	for i, r := range text {
		switch {
		case i == 0 && (r == '[' || r == '*'):
			out.WriteString("{" + string(r) + "}")
		case r == previous && (r == '-' || r == ',' || r == '\''):
			out.WriteString("{}" + string(r))
		default:
			out.WriteString(latexRune(r))
		}
		previous = r
	}
	return out.String()
}

func latexRune(r rune) string {
	switch r {
	case '\\':
		return `\textbackslash{}`
	case '{', '}', '$', '&', '%', '#', '_':
		return `\` + string(r)
	case '~':
		return `\textasciitilde{}`
	case '^':
		return `\textasciicircum{}`
	case '<':
		return `\textless{}`
	case '>':
		return `\textgreater{}`
	case '|':
		return `\textbar{}`
	case '"':
		return `{\char34}` // in every font encoding, and no shorthand of a language package
	case '`':
		return `\textasciigrave{}`
	}
	return string(r)
}
