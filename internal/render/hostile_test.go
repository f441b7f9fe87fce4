package render

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// hostileNames are what a model, a file or a server might call itself.
func hostileNames() []string {
	return []string{
		"a|b||c\\|d",
		"<script>alert(1)</script>",
		`" onmouseover="alert(1)`,
		"</td></table><img src=x onerror=alert(1)>",
		"& &amp; &#60;",
		"line\nbreak\r\nand\ttab",
		"\x1b[31mred\x1b]0;title\x07 \x9b2J bell\a nul\x00 del\x7f",
		"\u202eevil\u202c \u2066isolate\u2069 \u200bzero\ufeff\u00ad",
		"broken \xff\xfe utf-8 \xc3",
		"=HYPERLINK(\"http://x\",\"y\")", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "'quoted", "＝1",
		"-5", "+3.5e10",
		"\\end{tabular}\\input{/etc/passwd} $x^2$ 50% #1 a_b {c} ~ [d] -- \"q\"",
		"![image](http://x) [link](javascript:alert(1)) **bold** _it_ `code` $math$ snake_case",
		"模型名称很长很长", "نموذج", "👩‍👩‍👧‍👦", "e\u0301" + strings.Repeat("\u0301", 500),
		strings.Repeat("very long ", 2000),
		"\u2028\u2029", "\ue000private", "", " ", "|", "\\", "`", ",", ";", "\"",
	}
}

func hostileTables() []Table {
	names := hostileNames()
	table := Table{Name: "hostile\n|<b>", Title: names[1] + names[6] + names[0]}
	for _, name := range names {
		table.Columns = append(table.Columns, Column{Name: name})
		table.Notes = append(table.Notes, name)
	}
	for shift := range names {
		var row []Cell
		for i := range names {
			row = append(row, TextCell(names[(i+shift)%len(names)]))
		}
		table.Rows = append(table.Rows, row)
	}
	return []Table{table}
}

func rendered(t *testing.T, format Format) string {
	t.Helper()
	var out bytes.Buffer
	if err := Write(&out, format, hostileTables(), Options{Title: hostileNames()[1]}); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Nothing that could steer a terminal leaves any renderer.
func TestHostileNamesStayPrintable(t *testing.T) {
	for _, format := range Formats() {
		text := rendered(t, format)
		if !utf8.ValidString(text) {
			t.Errorf("%s: not UTF-8", format)
		}
		for i, r := range strings.TrimPrefix(text, "\ufeff") {
			if r != '\n' && hidden(r) {
				t.Errorf("%s: character %U at byte %d", format, r, i)
				break
			}
		}
	}
}

func TestHostileMarkdown(t *testing.T) {
	text := rendered(t, Markdown)
	rows := 0
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		rows++
		if got, want := countPipes(line), len(hostileNames())+1; got != want {
			t.Errorf("a row has %d borders, want %d: %.200s", got, want, line)
		}
	}
	if want := len(hostileNames()) + 2; rows != want {
		t.Errorf("%d lines of table, want %d", rows, want)
	}
	if strings.Contains(text, "<") {
		t.Error("a raw < in Markdown")
	}
}

func countPipes(line string) int {
	count, escaped := 0, false
	for _, r := range line {
		if r == '|' && !escaped {
			count++
		}
		escaped = r == '\\' && !escaped
	}
	return count
}

func TestHostileHTML(t *testing.T) {
	text := rendered(t, HTML)
	tags := regexp.MustCompile(`<[^>]*>`)
	allowed := regexp.MustCompile(`^<(!DOCTYPE html|html lang="en"|meta [^<>]*|(th|td)( scope="(col|row)")?( class="[a-z ]+")?|div class="scroll"|/?(html|head|body|main|style|title|h1|h2|section|table|thead|tbody|tr|bdi|small|ul|li)|/(th|td|div))>$`)
	for _, tag := range tags.FindAllString(text, -1) {
		if !allowed.MatchString(tag) {
			t.Errorf("tag from data: %q", tag)
		}
	}
	if strings.Count(text, "<td") != strings.Count(text, "</td>") {
		t.Error("cells do not close")
	}
}

func TestHostileLaTeX(t *testing.T) {
	text := rendered(t, LaTeX)
	body := text[strings.Index(text, "\\midrule\n")+len("\\midrule\n") : strings.Index(text, "\\bottomrule")]
	for line := range strings.Lines(body) {
		cells := regexp.MustCompile(`(^|[^\\])&`).FindAllString(line, -1)
		if len(cells) != len(hostileNames())-1 {
			t.Errorf("a row has %d separators, want %d", len(cells), len(hostileNames())-1)
		}
		if strings.Count(line, `\\`) != 1 || !strings.HasSuffix(line, " \\\\\n") {
			t.Errorf("a row ends early: %.100s", line)
		}
	}
	if mark := regexp.MustCompile(`(^|[^\\])[$%#_~^]`).FindString(body); mark != "" {
		t.Errorf("a mark without its escape: %q", mark)
	}
	command := regexp.MustCompile(`\\[a-zA-Z]+`)
	known := map[string]bool{}
	for _, name := range []string{"begin", "end", "centering", "caption", "toprule", "midrule", "bottomrule", "smallskip", "linewidth",
		"footnotesize", "par", "usepackage", "textbackslash", "textasciitilde", "textasciicircum", "textless", "textgreater", "textbar",
		"char", "textasciigrave", "scriptsize"} {
		known["\\"+name] = true
	}
	for _, name := range command.FindAllString(text, -1) {
		if !known[name] {
			t.Errorf("command from data: %s", name)
		}
	}
	depth := 0
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '\\':
			i++
		case text[i] == '{':
			depth++
		case text[i] == '}':
			depth--
		}
	}
	if depth != 0 {
		t.Errorf("braces do not balance: %d", depth)
	}
}

// csvBack is what a careful reader does: one apostrophe off.
func csvBack(field string) string { return strings.TrimPrefix(field, "'") }

// csvExpected is what CSV keeps: all but hidden characters and kinds of line end.
func csvExpected(text string) string {
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for i := range lines {
		lines[i] = Visible(lines[i])
	}
	return strings.Join(lines, "\n")
}

func readCSV(t interface{ Fatal(...any) }, data string) [][]string {
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(data, "\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return records
}

func TestHostileCSV(t *testing.T) {
	records := readCSV(t, rendered(t, CSV))
	for r, row := range hostileTables()[0].Rows {
		for i, cell := range row {
			field := records[r+1][i]
			if csvBack(field) != csvExpected(cell.Text) {
				t.Errorf("%q reads back as %q", cell.Text, field)
			}
			first, _ := utf8.DecodeRuneInString(strings.TrimSpace(field))
			if strings.ContainsRune("=+-@＝＋－＠", first) && first != utf8.RuneError && !plainNumber.MatchString(field) {
				t.Errorf("a spreadsheet would run %q", field)
			}
		}
	}
}

// What goes in comes out, whatever the text.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(2, 4).Draw(t, "columns")
		table := Table{Name: "t"}
		for range width {
			table.Columns = append(table.Columns, Column{Name: rapid.String().Draw(t, "column")})
		}
		numbers := Column{Name: "figure", Kind: Number, Interval: true}
		table.Columns = append(table.Columns, numbers)
		for range rapid.IntRange(0, 4).Draw(t, "rows") {
			var row []Cell
			for range width {
				row = append(row, TextCell(rapid.OneOf(rapid.String(), rapid.SampledFrom(hostileNames())).Draw(t, "cell")))
			}
			value := rapid.Float64().Draw(t, "value")
			table.Rows = append(table.Rows, append(row, IntervalCell(value, -value, value/3)))
		}
		checkCSV(t, table, width)
		checkJSON(t, table, width)
	})
}

func checkCSV(t *rapid.T, table Table, width int) {
	var out bytes.Buffer
	if err := Write(&out, CSV, []Table{table}, Options{}); err != nil {
		t.Fatal(err)
	}
	records := readCSV(t, out.String())
	if len(records) != len(table.Rows)+1 {
		t.Fatalf("%d records of %d rows", len(records), len(table.Rows))
	}
	for r, row := range table.Rows {
		for i := range width {
			if got := csvBack(records[r+1][i]); got != csvExpected(row[i].Text) {
				t.Fatalf("CSV: %q came back as %q", row[i].Text, got)
			}
		}
		for i, want := range []float64{row[width].Value, row[width].Low, row[width].High} {
			var got float64
			if err := json.Unmarshal([]byte(records[r+1][width+i]), &got); err != nil || got != want {
				t.Fatalf("CSV: %v came back as %s (%v)", want, records[r+1][width+i], err)
			}
		}
	}
}

func checkJSON(t *rapid.T, table Table, width int) {
	var out bytes.Buffer
	if err := Write(&out, JSON, []Table{table}, Options{}); err != nil {
		t.Fatal(err)
	}
	var page struct {
		Tables []struct {
			Columns []struct{ Key string }
			Rows    []map[string]any
		}
	}
	if err := json.Unmarshal(out.Bytes(), &page); err != nil {
		t.Fatal(err)
	}
	back := page.Tables[0]
	for r, row := range table.Rows {
		for i := range width {
			got := back.Rows[r][back.Columns[i].Key]
			if want := strings.ToValidUTF8(row[i].Text, "\ufffd"); got != want && !hasBrokenRun(row[i].Text) {
				t.Fatalf("JSON: %q came back as %q", row[i].Text, got)
			}
		}
		figure := back.Rows[r][back.Columns[width].Key].(map[string]any)
		if figure["value"] != row[width].Value || figure["high"] != row[width].High {
			t.Fatalf("JSON: %v came back as %v", row[width], figure)
		}
	}
}

// hasBrokenRun reports broken UTF-8, of which JSON can only keep the place.
func hasBrokenRun(text string) bool { return !utf8.ValidString(text) }

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 模":     "plain é 模",
		"a\nb\tc\r":     `a\nb\tc\r`,
		"\x1b[2J\x00":   `\x1b[2J\x00`,
		"\u202ex\ufeff": `\u202ex\ufeff`,
		"\xffz\ufffd":   `\xffz` + "\ufffd",
		"👩\u200d👧":      "👩\u200d👧",
		"\U000e0041":    `\U000e0041`,
	} {
		if got := Visible(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		shown := Visible(string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")))
		for _, r := range shown {
			if r < 0x20 || r == 0x7f || unicode.Is(unicode.Bidi_Control, r) {
				t.Fatalf("%U left in %q", r, shown)
			}
		}
	})
}

func TestShortenAndWrapFit(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := Visible(rapid.OneOf(rapid.String(), rapid.SampledFrom(hostileNames())).Draw(t, "text"))
		columns := rapid.IntRange(4, 60).Draw(t, "columns")
		if got := displayWidth(Shorten(text, columns)); got > columns {
			t.Fatalf("%q is %d wide, want at most %d", Shorten(text, columns), got, columns)
		}
		for _, line := range wrap(text, columns) {
			if displayWidth(line) > columns {
				t.Fatalf("line %q is wider than %d", line, columns)
			}
		}
		if got := strings.Join(strings.Fields(strings.Join(wrap(text, columns), "")), ""); got != strings.Join(strings.Fields(text), "") {
			t.Fatalf("wrapping lost something: %q of %q", got, text)
		}
	})
	if a, b := Shorten(strings.Repeat("x", 90)+"1", 20), Shorten(strings.Repeat("x", 90)+"2", 20); a == b {
		t.Error("names that differ at the end became one")
	}
}
