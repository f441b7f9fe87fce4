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
			{Name: "world", Key: "world"}, countColumn("functions", "functions"), {Name: "most called", Key: "most_called"}, percentColumn("%", "most_called_share"),
			{Name: "least called", Key: "least_called"}, percentColumn("%", "least_called_share"), meanColumn("Gini", "gini"), countColumn("edges", "edges"),
		},
		Notes: []string{
			"Functions: called at least once. Shares are of the world's calls; Gini is 0 where all functions are called alike, towards 1 where one has every call.",
			"Edges: distinct pairs of an output and the parameter that it feeds.",
		},
	}
	for _, name := range byRecords(d.worlds, func(w *worldCounts) int { return w.records }) {
		world := d.worlds[name]
		cells := []render.Cell{render.TextCell(name), countCell(len(world.functions)), render.TextCell("-"), render.MissingCell(), render.TextCell("-"), render.MissingCell()}
		if ranked := world.functions.ranked(); len(ranked) > 0 {
			most, least, calls := ranked[0], ranked[len(ranked)-1], world.functions.sum()
			cells[2], cells[3] = render.TextCell(most.name), shareCell(most.count, calls)
			cells[4], cells[5] = render.TextCell(least.name), shareCell(least.count, calls)
		}
		table.Rows = append(table.Rows, append(cells, render.NumberCell(world.functions.gini()), countCell(len(world.edges))))
	}
	uncalled := 0
	for name := range d.offered {
		if _, called := d.called[name]; !called {
			uncalled++
		}
	}
	if uncalled > 0 {
		table.Notes = append(table.Notes, fmt.Sprintf("%s offered somewhere but never called.", plural(uncalled, "function")))
	}
	return table
}

// functionTable lists every function with its share of its world's calls.
func (d *Dataset) functionTable() render.Table {
	table := render.Table{Name: "functions", Title: "Calls by function", Columns: []render.Column{
		{Name: "world", Key: "world"}, {Name: "function", Key: "function"}, countColumn("calls", "calls"), percentColumn("of the world's calls %", "share"),
	}}
	for _, name := range byRecords(d.worlds, func(w *worldCounts) int { return w.records }) {
		functions := d.worlds[name].functions
		calls := functions.sum()
		for _, function := range functions.ranked() {
			table.Rows = append(table.Rows, []render.Cell{render.TextCell(name), render.TextCell(function.name), countCell(function.count), shareCell(function.count, calls)})
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
		counts   tally
		say      func(string) string
	}{
		{"goal", "goals", d.goals, nil},
		{"effect of a call", "calls", d.effects, nil},
		{"yes/no answer", "yes/no answers", d.answers, nil},
		{"condition", "conditions", d.conditions, sayCondition},
	} {
		whole := part.counts.sum()
		for _, one := range part.counts.ranked() {
			value := one.name
			if part.say != nil {
				value = part.say(value)
			}
			addShare(&table, part.what, value, one.count, whole, part.of)
		}
	}
	if met := d.conditions["bound:met"] + d.conditions["yes_no:met"]; d.conditions.sum() > 0 {
		addShare(&table, "condition", "any, met", met, d.conditions.sum(), "conditions")
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
			countColumn("arguments", "arguments"), percentColumn("%", "arguments_share"), countColumn("stated values", "stated"), percentColumn("%", "stated_share"),
		},
		Notes: []string{"Source user: a span of the user's text; result: an earlier result, through the transform named; call: an argument of an earlier call; default: the schema's default. Stated values stand in answers."},
	}
	arguments, statements := sumOf(d.arguments), sumOf(d.statements)
	for _, from := range d.origins() {
		transform := from.op
		if transform == "" && from.from == button.FromResult {
			transform = "as it is"
		}
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(cmp.Or(from.from, ungrouped)), render.TextCell(transform),
			countCell(d.arguments[from]), shareCell(d.arguments[from], arguments), countCell(d.statements[from]), shareCell(d.statements[from], statements),
		})
	}
	return table, len(table.Rows) > 0
}

// origins lists the origins by source, the usual ones first, then by how common
// they are.
func (d *Dataset) origins() []origin {
	seen := map[origin]int{}
	for _, counts := range []map[origin]int{d.arguments, d.statements} {
		for from, count := range counts {
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

func sumOf[K comparable](counts map[K]int) (sum int) {
	for _, count := range counts {
		sum += count
	}
	return sum
}
