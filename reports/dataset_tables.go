package reports

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// AllTables asks Tables for every table.
const AllTables = "all"

// described is a table by name. A long one is made only when it is asked for.
type described struct {
	name string
	long bool
	make func(*Dataset) (table render.Table, any bool)
}

// tableList lists the tables in the order in which they are shown.
func tableList() []described {
	always := func(table func(*Dataset) render.Table) func(*Dataset) (render.Table, bool) {
		return func(d *Dataset) (render.Table, bool) { return table(d), true }
	}
	return []described{
		{"worlds", false, always((*Dataset).worldTable)},
		{"shapes", false, always((*Dataset).shapeTable)},
		{"conversations", false, always((*Dataset).conversationTable)},
		{"sizes", false, always((*Dataset).sizeTable)},
		{"distribution", false, always((*Dataset).distributionTable)},
		{"tools", false, always((*Dataset).toolTable)},
		{"coverage", false, always((*Dataset).coverageTable)},
		{"functions", true, always((*Dataset).functionTable)},
		{"requests", false, always((*Dataset).requestTable)},
		{"openings", false, always((*Dataset).openingTable)},
		{"near_duplicates", false, always((*Dataset).nearTable)},
		{"goals", false, (*Dataset).goalTable},
		{"sources", false, (*Dataset).sourceTable},
		{"yields", false, (*Dataset).yieldTable},
		{"rejects", false, (*Dataset).rejectTable},
		{"cost", false, (*Dataset).costTable},
		{"moved", false, (*Dataset).movedTable},
		{"properties", true, (*Dataset).propertyTable},
	}
}

// TableNames lists the names that Tables knows; long tables are shown only by
// name or with AllTables.
func TableNames() (names, long []string) {
	for _, one := range tableList() {
		names = append(names, one.name)
		if one.long {
			long = append(long, one.name)
		}
	}
	return names, long
}

// CheckTables refuses a name that Tables does not know.
func CheckTables(names []string) error {
	known, _ := TableNames()
	for _, name := range names {
		if name != AllTables && !slices.Contains(known, name) {
			return fmt.Errorf("no table %.60q; there are: %s, %s", name, strings.Join(known, ", "), AllTables)
		}
	}
	return nil
}

// Tables describes a dataset. Without names it makes every table but the long
// ones; tables for which the dataset has nothing are left out.
func (d *Dataset) Tables(names ...string) []render.Table {
	var tables []render.Table
	for _, one := range tableList() {
		wanted := slices.Contains(names, one.name) || slices.Contains(names, AllTables) || len(names) == 0 && !one.long
		if !wanted {
			continue
		}
		if table, any := one.make(d); any {
			tables = append(tables, table)
		}
	}
	return tables
}

func countColumn(name, key string) render.Column {
	return render.Column{Name: name, Key: key, Kind: render.Number}
}

func meanColumn(name, key string) render.Column {
	return render.Column{Name: name, Key: key, Kind: render.Number, Decimals: 2}
}

func percentColumn(name, key string) render.Column {
	return render.Column{Name: name, Key: key, Kind: render.Percent, Decimals: 1}
}

func countCell(count int) render.Cell       { return render.NumberCell(float64(count)) }
func meanCell(sum, records int) render.Cell { return render.NumberCell(share(sum, records)) }

// intervalNote explains the intervals of shares of what records hold several of.
const intervalNote = "Shares have 95 % intervals: Wilson's of records; of calls, values and the like with each record as one cluster."

func plural(count int, noun string) string {
	if count == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(count) + " " + noun + "s"
}

// total is the name of a row that covers all rows above it.
const totalRow = "(all)"

// worldTable counts records and how much they repeat one another, world by world.
func (d *Dataset) worldTable() render.Table {
	table := render.Table{
		Name: "worlds", Title: fmt.Sprintf("%s: %s from %s", d.Name, plural(d.records, "record"), plural(len(d.worlds), "world")),
		Columns: []render.Column{
			{Name: "world", Key: "world"}, countColumn("records", "records"), intervalColumn("share %", "share", false),
			percentColumn("distinct requests %", "distinct_requests"), percentColumn("distinct skeletons %", "distinct_skeletons"),
			{Name: "largest skeleton %", Key: "largest_skeleton", Kind: render.Percent, Decimals: 2},
		},
		Notes: []string{
			"A skeleton is the first request with its literals blanked, within its world. Quote the skeletons: requests that differ in a name alone are distinct too.",
			"Largest skeleton: the share of the world's records that have the commonest one.",
		},
	}
	skeletons := d.skeletonsByWorld()
	var all skeletonCounts
	for _, name := range byRecords(d.worlds, func(w *worldCounts) int { return w.records }) {
		world, own := d.worlds[name], skeletons[name]
		all.distinct, all.records, all.largest = all.distinct+own.distinct, all.records+own.records, max(all.largest, own.largest)
		table.Rows = append(table.Rows, d.worldRow(name, world.records, world.requests.len(), own))
	}
	if len(d.worlds) > 1 {
		table.Rows = append(table.Rows, d.worldRow(totalRow, d.records, d.requests.len(), all))
	}
	return table
}

func (d *Dataset) worldRow(name string, records, requests int, skeletons skeletonCounts) []render.Cell {
	return []render.Cell{
		render.TextCell(name), countCell(records), shareCell(records, d.records), render.NumberCell(share(requests, records)),
		render.NumberCell(share(skeletons.distinct, skeletons.records)), render.NumberCell(share(skeletons.largest, skeletons.records)),
	}
}

// skeletonCounts are the skeletons of a world: how many, in how many records, and
// in how many of them the commonest.
type skeletonCounts struct{ distinct, records, largest int }

func (d *Dataset) skeletonsByWorld() map[string]skeletonCounts {
	counts := map[string]skeletonCounts{}
	for key, records := range d.skeletons {
		own := counts[key.world]
		own.distinct, own.records = d.worlds[key.world].skeletons.len(), own.records+records
		if key.hash != 0 { // not those that there was no room for
			own.largest = max(own.largest, records)
		}
		counts[key.world] = own
	}
	return counts
}

// shapeTable counts the kinds of plan.
func (d *Dataset) shapeTable() render.Table {
	table := render.Table{
		Name: "shapes", Title: "Kinds: the shapes of the plans",
		Columns: []render.Column{
			{Name: "kind", Key: "kind"}, countColumn("records", "records"), intervalColumn("share %", "share", false),
			meanColumn("calls", "calls"), meanColumn("depth", "depth"), meanColumn("width", "width"), intervalColumn("with a parallel wave %", "parallel_wave", false),
			countColumn("graphs", "graphs"),
		},
		Notes: []string{
			"Calls, depth (waves of calls) and width (calls in the widest wave) are means over records.",
			"Graphs: different graphs of functions and of the outputs that feed their parameters; without a plan, different sequences of turns.",
		},
	}
	if d.planless > 0 {
		table.Notes = append(table.Notes, fmt.Sprintf("Without a plan (%s), depth and width are those of the calls as they were made.", plural(d.planless, "record")))
	}
	for _, name := range byRecords(d.shapes, func(s *shapeCounts) int { return s.records }) {
		shape := d.shapes[name]
		table.Rows = append(table.Rows, []render.Cell{
			render.TextCell(name), countCell(shape.records), shareCell(shape.records, d.records),
			meanCell(shape.calls, shape.records), meanCell(shape.depth, shape.records), meanCell(shape.width, shape.records), shareCell(shape.parallelWave, shape.records),
			countCell(shape.graphs.len()),
		})
	}
	return table
}

// shareTable is a table of counts with their shares of something named.
func shareTable(name, title string) render.Table {
	return render.Table{Name: name, Title: title, Columns: []render.Column{
		{Name: "what", Key: "what"}, {Name: "value", Key: "value"}, countColumn("count", "count"), countColumn("n", "n"), {Name: "of", Key: "of"}, intervalColumn("share %", "share", false),
	}, Notes: []string{intervalNote}}
}

// addShare adds a share of independent cases.
func addShare(table *render.Table, what, value string, count, whole int, of string) {
	addEstimate(table, what, value, count, stats.Wilson(count, whole, confidence), whole, of)
}

func addEstimate(table *render.Table, what, value string, count int, share stats.Estimate, whole int, of string) {
	table.Rows = append(table.Rows, []render.Cell{render.TextCell(what), render.TextCell(value), countCell(count), countCell(whole), render.TextCell(of), estimateCell(share)})
}

// conversationTable counts registers, user turns and parallel calling.
func (d *Dataset) conversationTable() render.Table {
	table := shareTable("conversations", "Conversations")
	for _, mode := range d.modes.ranked() {
		addShare(&table, "mode", mode.name, mode.count, d.records, "records")
	}
	for _, register := range d.registers.ranked() {
		addShare(&table, "register", register.name, register.count, d.records, "records")
	}
	for turns := 1; turns < 4; turns++ {
		if count := d.userTurns[turns]; count > 0 {
			addShare(&table, "user turns", strconv.Itoa(turns), count, d.records, "records")
		}
	}
	if count := d.userTurns.between(4, math.MaxInt); count > 0 {
		addShare(&table, "user turns", "4 or more", count, d.records, "records")
	}
	addShare(&table, "follow-up", "two user turns or more", d.records-d.userTurns[1], d.records, "records")
	addShare(&table, "parallel_tool_calls", "true", d.parallelOn, d.records, "records")
	addShare(&table, "parallel_tool_calls", "false", d.records-d.parallelOn, d.records, "records")
	addShare(&table, "parallel wave", "in the plan", d.parallelWave, d.records, "records")
	addEstimate(&table, "parallel turn", "several calls", int(d.parallelTurns.Num), d.parallelTurns.Estimate(true, confidence), int(d.parallelTurns.Den), "turns with calls")
	addShare(&table, "calls", "none at all", d.silent, d.records, "records")
	addShare(&table, "results", "an error among them", d.failing, d.records, "records")
	table.Notes = []string{intervalNote, "A parallel wave is carried by one turn where parallel_tool_calls is true, else by one turn a call."}
	return table
}
