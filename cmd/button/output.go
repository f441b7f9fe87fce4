package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
)

// colour reports whether stdout takes colours.
func (p *process) colour() bool {
	switch p.colourMode {
	case "always":
		return true
	case "never":
		return false
	}
	return p.terminal() && p.env("NO_COLOR") == ""
}

// print writes a line of what was asked for. With --json machines get theirs
// from result.
func (p *process) print(format string, values ...any) {
	if !p.json {
		fmt.Fprintf(p.stdout, format+"\n", values...)
	}
}

// say writes a remark; with --json or --quiet it is left out.
func (p *process) say(format string, values ...any) {
	if !p.quiet {
		p.print(format, values...)
	}
}

// warn writes to stderr what a user should know though nothing failed; with --json
// as an event.
func (p *process) warn(format string, values ...any) {
	if p.json {
		writeEvent(p.stderr, map[string]any{"event": "warning", "text": fmt.Sprintf(format, values...)})
		return
	}
	fmt.Fprintf(p.stderr, "warning: "+format+"\n", values...)
}

// result writes a line for machines; the last one says how the verb ended.
func (p *process) result(value any) error {
	if !p.json {
		return nil
	}
	line, err := json.Marshal(value)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "%s\n", line)
	return err
}

// progressLine tells on stderr how far a piece of work is.
func (p *process) progressLine(label string, total, done int) teller {
	return p.progressWith(label, total, done, nil)
}

// progressWith is progressLine with figures of its own for machines.
func (p *process) progressWith(label string, total, done int, details func() map[string]any) teller {
	to := p.stderr
	if p.quiet {
		to = io.Discard
	}
	if p.json {
		return newProgressEvents(to, label, total, done, time.Now, details)
	}
	return render.NewProgress(to, render.ProgressConfig{Label: label, Total: total, Done: done, Terminal: p.progress(), Clock: time.Now})
}

// formatNames are the formats of tables.
func formatNames() []string {
	var names []string
	for _, one := range render.Formats() {
		names = append(names, string(one))
	}
	return names
}

// writeTables renders tables to stdout or into a file. With --json, stdout gets
// them as one line.
func (p *process) writeTables(tables []render.Table, form render.Format, out, title string) error {
	options := render.Options{Title: title}
	if out == "" {
		options.Colour, options.Width = p.colour(), p.width()
	}
	if out == "" && p.json {
		form = render.JSON
	}
	var text bytes.Buffer
	if err := render.Write(&text, form, tables, options); err != nil {
		return err
	}
	switch {
	case out != "":
		if err := runstore.WriteAtomic(runstore.OS{}, out, text.Bytes()); err != nil {
			return err
		}
		p.say("%s in %s", form, out)
		return p.result(map[string]string{"file": out, "format": string(form)})
	case p.json:
		return p.result(json.RawMessage(text.Bytes()))
	}
	_, err := p.stdout.Write(text.Bytes())
	return err
}
