package reports

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
)

// coverageTable shows how evenly each world's functions are called.
func (d *Dataset) coverageTable() render.Table {
	table := render.Table{
		Name: "coverage", Title: "Functions by world",
		Columns: []render.Column{
			{Name: "world", Key: "world"}, countColumn("functions", "functions"), {Name: "most called", Key: "most_called"}, intervalColumn("%", "most_called_share", false),
			{Name: "least called", Key: "least_called"}, intervalColumn("%", "least_called_share", false), meanColumn("Gini", "gini"), countColumn("edges", "edges"),
		},
		Notes: []string{
			"Functions: called at least once. Shares are of the world's calls; Gini is 0 where all functions are called alike, towards 1 where one has every call.",
			"Edges: distinct pairs of an output and the parameter that it feeds.",
		},
	}
	for _, name := range byRecords(d.worlds, func(w *worldCounts) int { return w.records }) {
		world := d.worlds[name]
		cells := []render.Cell{render.TextCell(name), countCell(len(world.functions.keys)), render.TextCell("-"), render.MissingCell(), render.TextCell("-"), render.MissingCell()}
		if ranked := world.functions.ranked(strings.Compare); len(ranked) > 0 {
			most, least := ranked[0], ranked[len(ranked)-1]
			cells[2], cells[3] = render.TextCell(most), estimateCell(world.functions.share(most))
			cells[4], cells[5] = render.TextCell(least), estimateCell(world.functions.share(least))
		}
		table.Rows = append(table.Rows, append(cells, render.NumberCell(gini(world.functions.counts())), countCell(world.edges.len())))
	}
	if uncalled := d.offered.missingFrom(&d.called); uncalled > 0 {
		table.Notes = append(table.Notes, fmt.Sprintf("%s offered somewhere but never called.", plural(uncalled, "function")))
	}
	return table
}

// functionTable lists every function with its share of its world's calls.
func (d *Dataset) functionTable() render.Table {
	table := render.Table{Name: "functions", Title: "Calls by function", Columns: []render.Column{
		{Name: "world", Key: "world"}, {Name: "function", Key: "function"}, countColumn("calls", "calls"), intervalColumn("of the world's calls %", "share", false),
	}}
	for _, name := range byRecords(d.worlds, func(w *worldCounts) int { return w.records }) {
		functions := &d.worlds[name].functions
		for _, function := range functions.ranked(strings.Compare) {
			table.Rows = append(table.Rows, []render.Cell{render.TextCell(name), render.TextCell(function), countCell(functions.count(function)), estimateCell(functions.share(function))})
		}
	}
	return table
}

// goalTable counts what users want, what calls do, and how yes/no questions and
// conditions come out.
func (d *Dataset) goalTable() (render.Table, bool) {
	table := shareTable("goals", "Goals, effects and outcomes")
	for _, part := range []struct {
		what, of string
		counts   *shares[string]
		say      func(string) string
	}{
		{"goal", "goals", &d.goals, nil},
		{"effect of a call", "calls", &d.effects, nil},
		{"yes/no answer", "yes/no answers", &d.answers, nil},
		{"condition", "conditions", &d.conditions, sayCondition},
	} {
		for _, name := range part.counts.ranked(strings.Compare) {
			value := name
			if part.say != nil {
				value = part.say(value)
			}
			addEstimate(&table, part.what, value, part.counts.count(name), part.counts.share(name), part.counts.sum(), part.of)
		}
	}
	if met := []string{"bound:met", "yes_no:met"}; d.conditions.sum() > 0 {
		addEstimate(&table, "condition", "any, met", d.conditions.count(met[0])+d.conditions.count(met[1]), d.conditions.share(met...), d.conditions.sum(), "conditions")
	}
	return table, len(table.Rows) > 0
}

func sayCondition(name string) string {
	kind, outcome, _ := strings.Cut(name, ":")
	if kind == "yes_no" {
		kind = "yes/no"
	}
	return kind + ", " + strings.ReplaceAll(outcome, "_", " ")
}

// sourceTable shows where argument values and the values stated in answers come
// from, and by which transform.
func (d *Dataset) sourceTable() (render.Table, bool) {
	table := render.Table{
		Name: "sources", Title: "Where values come from",
		Columns: []render.Column{
			{Name: "source", Key: "source"}, {Name: "transform", Key: "transform"},
			countColumn("arguments", "arguments"), intervalColumn("%", "arguments_share", false), countColumn("stated values", "stated"), intervalColumn("%", "stated_share", false),
		},
		Notes: []string{"Source user: a span of the user's text; result: an earlier result, through the transform named; call: an argument of an earlier call; default: the schema's default. Stated values stand in answers.", intervalNote},
	}
	for _, from := range d.origins() {
		transform := from.op
		if transform == "" && from.from == button.FromResult {
			transform = "as it is"
		}
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(cmp.Or(from.from, ungrouped)), render.TextCell(transform),
			countCell(d.arguments.count(from)), estimateCell(d.arguments.share(from)), countCell(d.statements.count(from)), estimateCell(d.statements.share(from)),
		})
	}
	return table, len(table.Rows) > 0
}

// origins lists the origins by source, the usual ones first, then by how common
// they are.
func (d *Dataset) origins() []origin {
	seen := map[origin]int{}
	for _, counts := range []*shares[origin]{&d.arguments, &d.statements} {
		for from, count := range counts.counts() {
			seen[from] += count
		}
	}
	usual := []string{button.FromUser, button.FromResult, button.FromCall, button.FromDefault}
	place := func(from string) int {
		if i := slices.Index(usual, from); i >= 0 {
			return i
		}
		return len(usual)
	}
	return slices.SortedFunc(maps.Keys(seen), func(a, b origin) int {
		return cmp.Or(cmp.Compare(place(a.from), place(b.from)), cmp.Compare(a.from, b.from), cmp.Compare(seen[b], seen[a]), cmp.Compare(a.op, b.op))
	})
}
