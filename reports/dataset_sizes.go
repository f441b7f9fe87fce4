package reports

import (
	"fmt"
	"math"
	"strconv"

	"github.com/buttonbench/button/internal/render"
)

// sizeTable shows how large records are.
func (d *Dataset) sizeTable() render.Table {
	table := render.Table{Name: "sizes", Title: "Sizes per record", Columns: []render.Column{{Name: "size", Key: "size"}, {Name: "mean", Key: "mean", Kind: render.Number, Decimals: 1}}}
	for _, name := range []string{"p5", "p25", "p50", "p75", "p95", "max"} {
		table.Columns = append(table.Columns, countColumn(name, name))
	}
	for _, one := range []struct {
		name   string
		values histogram
	}{
		{"user turns", d.userTurns}, {"calls", d.calls}, {"turns with calls", d.turns}, {"plan depth", d.depth}, {"plan width", d.width},
		{"tools offered", d.tools}, {"distractors", d.distractors}, {"tokens, approximate", d.tokens}, {"words, first request", d.wording.words},
	} {
		if one.values.total() == 0 {
			continue
		}
		cells := []render.Cell{render.TextCell(one.name), render.NumberCell(one.values.mean())}
		for _, quantile := range one.values.quantiles(0.05, 0.25, 0.5, 0.75, 0.95, 1) {
			cells = append(cells, render.NumberCell(quantile))
		}
		table.Rows = append(table.Rows, cells)
	}
	if d.tokens.total() > 0 {
		table.Notes = []string{"Tokens: of what a model sees, tools and messages, estimated at generation at four bytes a token."}
	}
	return table
}

// distributionEnd is the size from which on records are counted together.
const distributionEnd = 6

// distributionTable shows calls, depth and width by how many there are.
func (d *Dataset) distributionTable() render.Table {
	table := render.Table{
		Name: "distribution", Title: "Records by number of calls, plan depth and plan width",
		Columns: []render.Column{
			{Name: "number", Key: "number", Align: render.Right}, intervalColumn("calls %", "calls", false), intervalColumn("depth %", "depth", false), intervalColumn("width %", "width", false),
		},
	}
	sizes := []histogram{d.calls, d.depth, d.width}
	for number := range distributionEnd + 1 {
		name, high := strconv.Itoa(number), number
		if number == distributionEnd {
			name, high = name+" or more", math.MaxInt
		}
		cells, any := []render.Cell{render.TextCell(name)}, false
		for _, size := range sizes {
			count := size.between(number, high)
			any = any || count > 0
			cells = append(cells, shareCell(count, d.records))
		}
		if any {
			table.Rows = append(table.Rows, cells)
		}
	}
	return table
}

// toolTable shows the lengths of the tool lists.
func (d *Dataset) toolTable() render.Table {
	table := render.Table{
		Name: "tools", Title: "Records by length of the tool list",
		Columns: []render.Column{
			{Name: "tools", Key: "tools", Align: render.Right}, countColumn("records", "records"), intervalColumn("share %", "share", false), intervalColumn("distractors among tools %", "distractors", false),
		},
		Notes: []string{"A distractor is neither called nor the function of a goal; the write that an unmet condition forbade is none."},
	}
	var all toolBand
	for i, band := range d.toolBands {
		name := fmt.Sprintf("%d-%d", i*toolBandSize+1, (i+1)*toolBandSize)
		switch i {
		case 0:
			name = fmt.Sprintf("up to %d", toolBandSize)
		case toolBands - 1:
			name = fmt.Sprintf("%d or more", i*toolBandSize+1)
		}
		all.records += band.records
		all.distractors.AddAll(band.distractors)
		if band.records > 0 {
			table.Rows = append(table.Rows, d.toolRow(name, band))
		}
	}
	table.Rows = append(table.Rows, d.toolRow(totalRow, all))
	return table
}

func (d *Dataset) toolRow(name string, band toolBand) []render.Cell {
	return []render.Cell{render.TextCell(name), countCell(band.records), shareCell(band.records, d.records), estimateCell(band.distractors.Estimate(true, confidence))}
}
