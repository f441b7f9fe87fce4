package reports

import (
	"cmp"
	"maps"
	"slices"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// parallel sets turns beside plan depth, parallel use and success, for the runs
// that count turns.
func (s *suite) parallel() (render.Table, bool) {
	var runs []*Run
	for _, run := range s.runs {
		if run.has(metricTurns) {
			runs = append(runs, run)
		}
	}
	if len(runs) == 0 {
		return render.Table{}, false
	}
	names := []string{metricTurns, metricTurns, metricDepth, metricParallelUse, metricSuccess}
	columns := []render.Column{{Name: "run", Key: "run"}, {Name: "tasks", Key: "tasks", Kind: render.Number}}
	shown := make([]metric, len(names))
	for i, name := range names {
		shown[i], _ = s.metric(name)
		column := shown[i].column(true)
		if i == 1 {
			column.Name, column.Key = column.Name+", solved", column.Key+"_solved"
		}
		columns = append(columns, column)
	}
	table := render.Table{Name: "parallel", Title: "Parallel and serial calling on " + s.title(), Columns: columns, Notes: s.parallelNotes()}
	for _, run := range runs {
		cells := []render.Cell{render.TextCell(run.Label), render.NumberCell(float64(run.Tasks()))}
		estimates := make([]stats.Estimate, len(names))
		each(len(names), func(i int) {
			var keep func(int) bool
			if i == 1 {
				keep = func(place int) bool { return run.rows[place].outcome == outcomePass }
			}
			estimates[i] = s.options.estimate(run, shown[i], keep)
		})
		for _, estimate := range estimates {
			cells = append(cells, estimateCell(estimate))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table, true
}

// ungrouped is the value of rows that do not have a group.
const ungrouped = "(none)"

// byGroup splits the compared metric by the values of one group.
func (s *suite) byGroup(name string) (render.Table, bool) {
	shown, _ := s.metric(s.options.Metric)
	tasks, found := s.tasksByGroup(name)
	if !found {
		return render.Table{}, false
	}
	groups := slices.Sorted(maps.Keys(tasks))
	table := render.Table{
		Name: "by_" + name, Title: shown.title + " by " + name + " on " + s.title(),
		Columns: []render.Column{{Name: name, Key: "group"}, {Name: "tasks", Key: "tasks", Kind: render.Number}},
		Notes:   s.groupNotes(shown),
	}
	for _, run := range s.runs {
		column := shown.column(true)
		column.Name, column.Key = run.Label, run.Label
		if shown.kind == render.Percent {
			column.Name += " %"
		}
		table.Columns = append(table.Columns, column)
	}
	estimates := make([]stats.Estimate, len(groups)*len(s.runs))
	each(len(estimates), func(i int) {
		group, run := groups[i/len(s.runs)], s.runs[i%len(s.runs)]
		estimates[i] = s.options.estimate(run, shown, func(place int) bool {
			value, _ := groupOf(run.rows[place], name)
			return value == group
		})
	})
	for i, group := range groups {
		cells := []render.Cell{render.TextCell(group), render.NumberCell(float64(len(tasks[group])))}
		for k := range s.runs {
			cells = append(cells, estimateCell(estimates[i*len(s.runs)+k]))
		}
		table.Rows = append(table.Rows, cells)
	}
	return table, true
}

func groupOf(row row, name string) (value string, has bool) {
	if value, has = row.group[name]; has {
		return value, true
	}
	return ungrouped, false
}

// tasksByGroup collects the tasks behind each value of a group, and whether any
// row has that group.
func (s *suite) tasksByGroup(name string) (tasks map[string]map[string]bool, found bool) {
	tasks = map[string]map[string]bool{}
	for _, run := range s.runs {
		for _, row := range run.rows {
			group, has := groupOf(row, name)
			found = found || has
			if tasks[group] == nil {
				tasks[group] = map[string]bool{}
			}
			tasks[group][row.task] = true
		}
	}
	return tasks, found
}

// faults counts, per run, the judged rows that show a kind of fault.
func (s *suite) faults() (render.Table, bool) {
	counts := map[string][]int{}
	faulty, judged := make([]int, len(s.runs)), make([]int, len(s.runs))
	for i, run := range s.runs {
		for _, row := range run.rows {
			if row.judged() {
				judged[i]++
			}
			if len(row.faults) > 0 {
				faulty[i]++
			}
			for _, kind := range row.faults {
				if counts[kind] == nil {
					counts[kind] = make([]int, len(s.runs))
				}
				counts[kind][i]++
			}
		}
	}
	if len(counts) == 0 {
		return render.Table{}, false
	}
	table := render.Table{Name: "faults", Title: "Faults on " + s.title(), Columns: []render.Column{{Name: "fault", Key: "fault"}},
		Notes: []string{"Counts are rows with a verdict that show the fault at least once; a row may show several."}}
	for _, run := range s.runs {
		table.Columns = append(table.Columns, render.Column{Name: run.Label, Kind: render.Number})
	}
	kinds := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(cmp.Compare(total(counts[b]), total(counts[a])), cmp.Compare(a, b))
	})
	for _, kind := range kinds {
		table.Rows = append(table.Rows, countRow(kind, counts[kind]))
	}
	table.Rows = append(table.Rows, countRow("(rows with any fault)", faulty), countRow("(rows with a verdict)", judged))
	return table, true
}

func total(counts []int) (sum int) {
	for _, count := range counts {
		sum += count
	}
	return sum
}

func countRow(name string, counts []int) []render.Cell {
	cells := []render.Cell{render.TextCell(name)}
	for _, count := range counts {
		cells = append(cells, render.NumberCell(float64(count)))
	}
	return cells
}
