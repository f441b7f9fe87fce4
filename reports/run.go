// Package reports reads the rows of evaluation runs and compares them: scores
// with intervals, paired differences, parallel use, groups and faults. It reads
// the records of datasets and describes them: shapes, sizes, wording, yields. Rows
// go in, neutral tables come out; package render gives them a form. Every figure
// is recomputed from rows, never read from a saved total.
package reports

import (
	"cmp"
	"slices"

	"github.com/buttonbench/button/internal/stats"
)

// Run is one evaluation run: one model on one suite. Load makes it.
type Run struct {
	Path  string // the folder
	Label string // what tables call it, unique within a suite
	Identity
	// rows are sorted by task and repeat, so that the order in which a run
	// happened to finish its tasks changes nothing.
	rows []row
	// columns holds one value per row for each metric; 0 of 0 where a row has none.
	columns map[string][]stats.Fraction
}

// Identity says what was measured and how it was scored. Only runs that share
// it may be compared.
type Identity struct {
	Suite         string
	SuiteVersion  string
	ScorerVersion string
	ContentHash   string // of the suite's tasks, where the manifest has one
}

// row is what a report needs of one line; transcripts are never kept.
type row struct {
	task    string
	repeat  int
	outcome string
	class   string // why there is no verdict
	group   map[string]string
	faults  []string // kinds, each once
}

// The outcomes of a row, as evaluation writes them.
const (
	outcomePass      = "pass"
	outcomeFail      = "fail"
	outcomeNoVerdict = "no_verdict"
)

func (r row) judged() bool { return r.outcome != outcomeNoVerdict }

// Tasks counts the tasks with at least one verdict.
func (r *Run) Tasks() int {
	count, last := 0, ""
	for i, row := range r.rows {
		if row.judged() && (count == 0 || r.rows[i].task != last) {
			count, last = count+1, row.task
		}
	}
	return count
}

// Rows counts the rows, and those of them without a verdict.
func (r *Run) Rows() (all, withoutVerdict int) {
	for _, row := range r.rows {
		if !row.judged() {
			withoutVerdict++
		}
	}
	return len(r.rows), withoutVerdict
}

// repeats is the largest number of rows that one task has.
func (r *Run) repeats() int {
	most, here := 0, 0
	for i := range r.rows {
		if i > 0 && r.rows[i].task == r.rows[i-1].task {
			here++
		} else {
			here = 1
		}
		most = max(most, here)
	}
	return most
}

func (r *Run) has(metric string) bool {
	_, found := r.columns[metric]
	return found
}

// finish brings rows and columns into their lasting order and adds the success
// of every verdict where the scorer named none.
func (r *Run) finish() {
	order := make([]int, len(r.rows))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(r.rows[a].task, r.rows[b].task), cmp.Compare(r.rows[a].repeat, r.rows[b].repeat))
	})
	rows := make([]row, len(order))
	for place, i := range order {
		rows[place] = r.rows[i]
	}
	r.rows = rows
	for metric, column := range r.columns {
		sorted := make([]stats.Fraction, len(order))
		for place, i := range order {
			if i < len(column) {
				sorted[place] = column[i]
			}
		}
		r.columns[metric] = sorted
	}
	if r.has(metricSuccess) {
		return
	}
	column := make([]stats.Fraction, len(r.rows))
	for i, row := range r.rows {
		if row.judged() {
			column[i].Den = 1
		}
		if row.outcome == outcomePass {
			column[i].Num = 1
		}
	}
	r.columns[metricSuccess] = column
}
