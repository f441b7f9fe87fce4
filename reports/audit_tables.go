package reports

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// Tables shows what the audit found.
func (a *AuditReport) Tables() []render.Table {
	tables := []render.Table{a.shortcutTable()}
	if len(a.values) > 0 {
		tables = append(tables, a.valueTable())
	}
	if a.overlaps == nil {
		return tables
	}
	tables = append(tables, a.overlapTable())
	if len(a.overlaps.pairs) > 0 {
		tables = append(tables, a.pairTable())
	}
	if len(a.overlaps.functions) > 0 {
		tables = append(tables, a.functionTable())
	}
	return append(tables, a.fileTable())
}

// verdictCell says whether a figure is within its limit.
func verdictCell(over, known bool) render.Cell {
	cell := render.TextCell("within")
	switch {
	case !known:
		cell = render.TextCell("no cases")
		cell.Tone = render.Unsure
	case over:
		cell = render.TextCell("above")
		cell.Tone = render.Bad
	}
	return cell
}

func intervalColumn(name, key string, signed bool) render.Column {
	return render.Column{Name: name, Key: key, Kind: render.Percent, Decimals: 1, Interval: true, Signed: signed}
}

func (a *AuditReport) shortcutTable() render.Table {
	table := render.Table{
		Name: "shortcuts", Title: fmt.Sprintf("Shortcuts in %s: %s", a.Name, plural(a.Records, "record")),
		Columns: []render.Column{
			{Name: "name", Key: "name"}, {Name: "shortcut", Key: "shortcut"}, countColumn("n", "n"), {Name: "of", Key: "of"}, countColumn("clusters", "clusters"),
			intervalColumn("right %", "accuracy", false), percentColumn("chance %", "chance"), intervalColumn("gain %", "gain", true),
			percentColumn("limit %", "limit"), {Name: "verdict", Key: "verdict"},
		},
		Notes: []string{
			"Gain: what a shortcut has beyond chance, of what there is to have: (right - chance) / (1 - chance). Above: the whole 95 % interval is above the limit.",
			"Intervals treat records with the same world, scenario and kind as one cluster, others each as its own.",
			"usual_tool, list_length, usual_value and usual_outcome learn on one half of the records, drawn by hash of the id, and are measured on the other.",
		},
	}
	var chances []string
	for _, one := range a.shortcuts {
		chances = append(chances, one.name+": "+one.chance)
		chance := render.MissingCell()
		if one.cases > 0 {
			chance = render.NumberCell(one.chanceShare)
		}
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(one.name), render.TextCell(one.claim), countCell(one.cases), render.TextCell(one.unit), countCell(one.clusters),
			estimateCell(one.accuracy), chance, estimateCell(one.gain), render.NumberCell(one.limit), verdictCell(one.over(), one.cases > 0),
		})
	}
	table.Notes = append(table.Notes, "Chance: "+strings.Join(chances, "; ")+".")
	return table
}

// shownParameters is how many parameters are listed.
const shownParameters = 10

func (a *AuditReport) valueTable() render.Table {
	table := render.Table{
		Name: "usual_values", Title: "Parameters that their usual value guesses best",
		Columns: []render.Column{
			{Name: "function", Key: "function"}, {Name: "parameter", Key: "parameter"}, countColumn("n", "n"),
			intervalColumn("right %", "accuracy", false), percentColumn("chance %", "chance"),
		},
		Notes: []string{fmt.Sprintf("Of %s with %d cases or more, by the lower end of the interval beyond chance. The best of many is flattered.", plural(len(a.values), "parameter"), leastGuesses)},
	}
	for _, one := range a.values[:min(shownParameters, len(a.values))] {
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(one.function), render.TextCell(one.path), countCell(one.n), estimateCell(one.accuracy), render.NumberCell(one.chance)})
	}
	return table
}

func (a *AuditReport) overlapTable() render.Table {
	v := a.overlaps
	table := render.Table{
		Name: "overlap", Title: fmt.Sprintf("Overlap of %s with %s", a.Name, plural(len(a.against.files), "file")),
		Columns: []render.Column{
			{Name: "name", Key: "name"}, {Name: "measure", Key: "measure"}, countColumn("records", "records"), countColumn("of", "of"),
			intervalColumn("share %", "share", false), percentColumn("limit %", "limit"), {Name: "verdict", Key: "verdict"},
		},
		Notes: []string{
			fmt.Sprintf("Compared with %s and %s. Texts are compared in lower case, as words; those of fewer than %d words are left out.", plural(len(a.against.texts), "different text"), plural(len(a.against.functions), "function name"), wholeWords),
			"Nearly the same: Jaccard similarity of runs of three words, found by MinHash. Names and parameters are compared without case and separators.",
			fmt.Sprintf("Of %s in the dataset, %d are called and have a namesake.", plural(v.offered.len(), "different function name"), len(v.functions)),
		},
	}
	for _, one := range v.measures {
		share := stats.Wilson(one.records, a.Records, confidence)
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(one.name), render.TextCell(v.measureName(a.against, one.name)), countCell(one.records), countCell(a.Records),
			estimateCell(share), render.NumberCell(one.limit), verdictCell(share.Value > one.limit, true),
		})
	}
	return table
}

func (a *AuditReport) pairTable() render.Table {
	v := a.overlaps
	table := render.Table{
		Name: "pairs", Title: fmt.Sprintf("Overlapping requests: %d of %s", len(v.pairs), plural(v.pairCount, "pair")),
		Columns: []render.Column{
			{Name: "record", Key: "record"}, countColumn("line", "line"), {Name: "also in", Key: "also_in"}, {Name: "by", Key: "by"},
			countColumn("words", "words"), meanColumn("similarity", "similarity"), {Name: "shared", Key: "shared"},
		},
		Notes: []string{"Of a record's requests the one that shares most; of near requests the record's own text. A request that is the same is listed once."},
	}
	for _, one := range v.pairs {
		words := render.MissingCell()
		if one.words > 0 {
			words = countCell(one.words)
		}
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(one.record), countCell(one.line), render.TextCell(a.against.where(one.at)), render.TextCell(one.measure), words, render.NumberCell(one.similarity), render.TextCell(one.span),
		})
	}
	return table
}

// shownFunctions is how many functions with a namesake are listed.
const shownFunctions = 20

func (a *AuditReport) functionTable() render.Table {
	table := render.Table{
		Name: "functions", Title: fmt.Sprintf("Functions with a namesake: %d", len(a.overlaps.functions)),
		Columns: []render.Column{{Name: "function", Key: "function"}, {Name: "also in", Key: "also_in"}, {Name: "same parameters", Key: "same_parameters"}, countColumn("records", "records"), percentColumn("%", "share")},
	}
	var list []*sharedFunction
	for _, one := range a.overlaps.functions {
		list = append(list, one)
	}
	slices.SortFunc(list, func(x, y *sharedFunction) int {
		return cmp.Or(cmp.Compare(y.calling, x.calling), cmp.Compare(x.name, y.name))
	})
	for _, one := range list[:min(shownFunctions, len(list))] {
		same := "no"
		if one.sameSchemas {
			same = "yes"
		}
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(one.name), render.TextCell(a.against.where(one.at)), render.TextCell(same), countCell(one.calling), shareCell(one.calling, a.Records)})
	}
	return table
}

func (a *AuditReport) fileTable() render.Table {
	table := render.Table{
		Name: "compared_with", Title: "What was compared with",
		Columns: []render.Column{{Name: "file", Key: "file"}, {Name: "texts taken", Key: "taken"}, countColumn("texts", "texts"), countColumn("functions", "functions")},
		Notes:   []string{"Requests: messages of a user, and members such as question, query or instruction. All texts: where there are neither requests nor functions, or when asked for."},
	}
	for _, file := range a.against.files {
		taken := "requests"
		if file.all {
			taken = "all texts"
		}
		table.Rows = append(table.Rows, []render.Cell{render.TextCell(file.name), render.TextCell(taken), countCell(file.texts), countCell(file.functions)})
	}
	return table
}

// Figure draws the shortcuts beside chance; false where there is no case of any.
func (a *AuditReport) Figure() (render.Figure, bool) {
	figure := render.Figure{
		Name: "shortcuts", Title: "What shortcuts get right", Kind: render.Dots, Percent: true, Axis: "right, %",
		Series: []render.Series{{Name: "shortcut"}, {Name: "chance"}},
	}
	least, most := math.MaxInt, 0
	for _, one := range a.shortcuts {
		if one.cases == 0 {
			continue
		}
		least, most = min(least, one.cases), max(most, one.cases)
		figure.Labels = append(figure.Labels, one.name)
		figure.Series[0].Values = append(figure.Series[0].Values, valueOf(one.accuracy))
		figure.Series[1].Values = append(figure.Series[1].Values, render.Plainly(one.chanceShare))
	}
	figure.Note = fmt.Sprintf("n = %s to %s cases in %s records; 95 %% intervals", withCommas(least), withCommas(most), withCommas(a.Records))
	return figure, len(figure.Labels) > 0
}
