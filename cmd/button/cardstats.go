package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/runstore"
	"github.com/buttonbench/button/reports"
)

// cardMark begins what 'button stats --card' writes; what stands above it is kept.
const cardMark = "<!-- What follows is written by 'button stats DIR --card'. -->"

// cardLimit bounds a card that is read.
const cardLimit = 4 << 20

// writeCard puts statistics, figures and the shortcut audit into a dataset's card.
func (p *process) writeCard(ctx context.Context, folder string, dataset *reports.Dataset) error {
	info, err := os.Stat(folder)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return usage("--card wants a dataset's folder, not the file %s", folder)
	}
	above, err := cardAbove(folder, dataset)
	if err != nil {
		return err
	}
	audit, err := p.readAudit(ctx, folder, reports.AuditOptions{})
	if err != nil {
		return err
	}
	figures := dataset.Figures()
	if figure, any := audit.Figure(); any {
		figures = append(figures, figure)
	}
	files := map[string][]byte{}
	var card bytes.Buffer
	card.WriteString(above + "\n\n" + cardMark + "\n\n## Figures\n\n")
	for i := range figures {
		name := "figures/" + figures[i].Name + ".svg"
		var drawn bytes.Buffer
		if err := render.WriteFigure(&drawn, &figures[i]); err != nil {
			return err
		}
		files[name] = drawn.Bytes()
		fmt.Fprintf(&card, "![%s; %s](%s)\n", figures[i].Title, figures[i].Note, name)
	}
	card.WriteString("\n## Statistics\n\n")
	if err := render.Write(&card, render.Markdown, dataset.Tables(), render.Options{}); err != nil {
		return err
	}
	card.WriteString("\n## Shortcut audit\n\n")
	if err := render.Write(&card, render.Markdown, audit.Tables(), render.Options{}); err != nil {
		return err
	}
	files[cardFile] = card.Bytes()
	if err := runstore.Amend(runstore.OS{}, folder, files); err != nil {
		return err
	}
	p.say("statistics and %d figures in %s", len(figures), filepath.Join(folder, cardFile))
	return p.result(map[string]any{"card": filepath.Join(folder, cardFile), "figures": len(figures), "records": dataset.Records()})
}

const cardFile = "card.md"

// cardAbove is what a card says above the statistics: what its maker wrote, with a
// head for the hub put before it where it has none.
func cardAbove(folder string, dataset *reports.Dataset) (string, error) {
	text, err := readCard(filepath.Join(folder, cardFile))
	if err != nil {
		return "", err
	}
	text, _, _ = strings.Cut(text, cardMark)
	text = strings.TrimSpace(text)
	if text == "" {
		text = "# Function-calling dataset " + dataset.Name
	}
	if strings.HasPrefix(text, "---\n") {
		return text, nil
	}
	title, _, _ := strings.Cut(text, "\n")
	modes := dataset.Modes()
	licence := ""
	if len(modes) == 1 {
		licence = licenceOf(modes[0])
	}
	return cardHead{strings.TrimSpace(strings.TrimLeft(title, "# ")), dataset.Records(), modes, licence}.String() + text, nil
}

// readCard reads a card; nothing where there is none.
func readCard(name string) (string, error) {
	info, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if info.Size() > cardLimit {
		return "", fmt.Errorf("reading %s: larger than %d MB", name, cardLimit>>20)
	}
	text, err := os.ReadFile(name)
	return strings.ReplaceAll(string(text), "\r\n", "\n"), err
}
