package render

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/buttonbench/button"
)

// The measures of a shown conversation, in terminal columns.
const (
	gutter         = 12
	lineColumns    = 100
	longestText    = 6000
	longestCall    = 800
	longestResult  = 280
	longestToolRow = 600
	longestName    = 60
)

// Trajectory shows one record as a conversation: roles in a gutter, tool calls
// and results indented, long results shortened with their length said. Nothing
// in the record can steer the terminal. The error is that of the writer.
func Trajectory(w io.Writer, record *button.Record, colour bool) error {
	view := trajectoryView{paint: painter{colour}, called: map[string]string{}}
	view.head(record)
	for i := range record.Messages {
		view.message(&record.Messages[i])
	}
	_, err := w.Write(view.out.Bytes())
	return err
}

type trajectoryView struct {
	out    bytes.Buffer
	paint  painter
	called map[string]string // the function behind a call id
}

func (v *trajectoryView) head(record *button.Record) {
	about := []string{"record " + shownName(record.ID)}
	for _, part := range []string{record.Kind, record.Mode} {
		if part != "" {
			about = append(about, shownName(part))
		}
	}
	calls := "one call a turn"
	if record.ParallelToolCalls {
		calls = "parallel calls allowed"
	}
	about = append(about, calls)
	v.out.WriteString(v.paint.bold(strings.Join(about, " | ")) + "\n")
	names := make([]string, len(record.Tools))
	for i, tool := range record.Tools {
		names[i] = shownName(tool.Name)
	}
	v.block("tools", "2", shortenTail(strings.Join(names, ", "), longestToolRow), "2")
}

func (v *trajectoryView) message(message *button.Message) {
	switch message.Role {
	case button.RoleAssistant:
		v.assistant(message)
	case button.RoleTool:
		name := message.Name
		if name == "" {
			name = v.called[message.ToolCallID]
		}
		v.block("  result", "35", shownName(name)+" "+shortenTail(spaced(message.Content), longestResult), "2")
	case button.RoleUser:
		v.out.WriteByte('\n')
		v.text("user", "1;36", message.Content, "")
	case button.RoleSystem:
		v.out.WriteByte('\n')
		v.text("system", "2", message.Content, "2")
	default:
		v.out.WriteByte('\n')
		v.text(Shorten(Visible(message.Role), gutter-2), "31", message.Content, "")
	}
}

// assistant shows the thought, the content and the calls of one turn. Content
// beside calls is the thought said aloud; without calls it is the answer.
func (v *trajectoryView) assistant(message *button.Message) {
	v.out.WriteByte('\n')
	if message.Reasoning != "" {
		v.text("reasoning", "2", message.Reasoning, "2")
	}
	if message.Content != "" {
		v.text("assistant", "1;32", message.Content, "")
	}
	for i, call := range message.ToolCalls {
		label := "  call"
		if n := len(message.ToolCalls); n > 1 {
			label = fmt.Sprintf("  call %d/%d", i+1, n)
		}
		arguments := "{}"
		if call.Arguments != nil {
			arguments = shortenTail(spaced(string(call.Arguments)), longestCall)
		}
		v.called[call.ID] = call.Name
		v.block(label, "33", shownName(call.Name)+" "+arguments, "33")
	}
}

// text keeps the line breaks of prose.
func (v *trajectoryView) text(label, labelCode, content, code string) {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	for i, line := range strings.Split(shortenTail(content, longestText), "\n") {
		if i > 0 {
			label = ""
		}
		v.block(label, labelCode, Visible(line), code)
	}
}

// block writes one paragraph beside a label.
func (v *trajectoryView) block(label, labelCode, text, code string) {
	for i, line := range wrap(text, lineColumns-gutter) {
		shown := ""
		if i == 0 {
			shown = label
		}
		// Labels of more than the gutter push the first line, never the rest.
		space := strings.Repeat(" ", max(1, gutter-displayWidth(shown)))
		v.out.WriteString(strings.TrimRight(v.paint.wrap(labelCode, shown)+space+v.paint.wrap(code, line), " ") + "\n")
	}
}

// spaced makes a JSON text breakable and readable: a space behind each comma
// and colon outside strings. Other text is only made visible.
func spaced(text string) string {
	if !json.Valid([]byte(text)) {
		return Visible(text)
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(text)); err != nil {
		return Visible(text)
	}
	var out strings.Builder
	inString, escaped := false, false
	for _, c := range compact.Bytes() {
		out.WriteByte(c)
		switch {
		case escaped:
			escaped = false
		case c == '\\':
			escaped = inString
		case c == '"':
			inString = !inString
		case !inString && (c == ',' || c == ':'):
			out.WriteByte(' ')
		}
	}
	return Visible(out.String())
}

func shownName(name string) string { return Shorten(Visible(name), longestName) }

// shortenTail cuts a long text at its end and says how long it was.
func shortenTail(text string, columns int) string {
	if displayWidth(text) <= columns && utf8.RuneCountInString(text) <= 4*columns {
		return text
	}
	runes := []rune(text)
	return fmt.Sprintf("%s... (%d characters)", string(takeColumns(runes, columns, false)), len(runes))
}
