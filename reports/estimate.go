package reports

import (
	"math"
	"runtime"
	"sync"

	"github.com/buttonbench/button"
	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// sampling returns the seeded sampling for one figure. All runs share the draws
// of a metric, so that runs on the same tasks are resampled alike.
func (o Options) sampling(purpose string) stats.Sampling {
	return stats.Sampling{Confidence: o.Confidence, Resamples: o.Resamples, Seed: button.Seed(o.Seed, purpose, 0)}
}

// estimate is a metric over the judged rows that keep admits. A share of tasks,
// one row each, gets Wilson's interval; every other metric is a ratio of sums
// with tasks as clusters.
func (o Options) estimate(run *Run, shown metric, keep func(i int) bool) stats.Estimate {
	var items []stats.Fraction
	column := run.columns[shown.name]
	binary, successes, last := shown.kind == render.Percent, 0, -1
	for i := range column {
		if !run.rows[i].judged() || column[i] == (stats.Fraction{}) || keep != nil && !keep(i) {
			continue
		}
		value := column[i]
		binary = binary && isBinary(value)
		if value.Num == 1 {
			successes++
		}
		if last >= 0 && run.rows[last].task == run.rows[i].task {
			binary = false
			items[len(items)-1].Num += value.Num
			items[len(items)-1].Den += value.Den
		} else {
			items = append(items, value)
		}
		last = i
	}
	if binary && len(items) > 0 {
		return stats.Wilson(successes, len(items), o.Confidence)
	}
	return stats.RatioOfSums(items, shown.kind == render.Percent, o.sampling("interval "+shown.name))
}

func isBinary(value stats.Fraction) bool { return value.Den == 1 && (value.Num == 0 || value.Num == 1) }

func estimateCell(estimate stats.Estimate) render.Cell {
	if math.IsInf(estimate.Value, 0) {
		return render.MissingCell()
	}
	return render.IntervalCell(estimate.Value, estimate.Interval.Low, estimate.Interval.High)
}

// pairing is one run beside its baseline on the rows that both judged.
type pairing struct {
	difference stats.PairedDifference
	counts     stats.PairedCounts
	binary     bool // counts are meant: one row a task, passed or failed
	noVerdict  int  // tasks left out because a run has no verdict
	unshared   int  // tasks left out because only one run has them
}

// pair walks both runs in their common order. A task is left out when none of
// its repeats has a verdict in both runs.
func (o Options) pair(run, baseline *Run, metric string) pairing {
	result := pairing{binary: true}
	var items []stats.PairedItem
	mine, theirs := run.columns[metric], baseline.columns[metric]
	byTask(run, baseline, func(a, b []int) {
		if len(a) == 0 || len(b) == 0 {
			result.unshared++
			return
		}
		var item stats.PairedItem
		joined := 0
		for _, i := range a {
			for _, j := range b {
				if run.rows[i].repeat != baseline.rows[j].repeat || !run.rows[i].judged() || !baseline.rows[j].judged() {
					continue
				}
				joined++
				result.binary = result.binary && isBinary(mine[i]) && isBinary(theirs[j])
				item.A.Num, item.A.Den = item.A.Num+mine[i].Num, item.A.Den+mine[i].Den
				item.B.Num, item.B.Den = item.B.Num+theirs[j].Num, item.B.Den+theirs[j].Den
			}
		}
		if joined == 0 {
			result.noVerdict++
			return
		}
		result.binary = result.binary && joined == 1
		items = append(items, item)
	})
	if !result.binary {
		result.difference = stats.CompareRatios(items, o.sampling("difference "+metric))
		return result
	}
	result.counts = count(items)
	result.difference = stats.ComparePairs(result.counts, o.Confidence)
	return result
}

func count(items []stats.PairedItem) (counts stats.PairedCounts) {
	for _, item := range items {
		switch {
		case item.A.Num == 1 && item.B.Num == 1:
			counts.Both++
		case item.A.Num == 1:
			counts.OnlyA++
		case item.B.Num == 1:
			counts.OnlyB++
		default:
			counts.Neither++
		}
	}
	return counts
}

// byTask merges two sorted runs and hands over the rows of each task.
func byTask(run, baseline *Run, visit func(mine, theirs []int)) {
	take := func(rows []row, from int, task string) (places []int, next int) {
		for from < len(rows) && rows[from].task == task {
			places = append(places, from)
			from++
		}
		return places, from
	}
	for i, j := 0, 0; i < len(run.rows) || j < len(baseline.rows); {
		task := ""
		switch {
		case i == len(run.rows):
			task = baseline.rows[j].task
		case j == len(baseline.rows):
			task = run.rows[i].task
		default:
			task = min(run.rows[i].task, baseline.rows[j].task)
		}
		var mine, theirs []int
		mine, i = take(run.rows, i, task)
		theirs, j = take(baseline.rows, j, task)
		visit(mine, theirs)
	}
}

// each runs independent computations on all processors. Their results do not
// depend on the order: every figure has a seed of its own.
func each(n int, compute func(i int)) {
	next := make(chan int)
	var group sync.WaitGroup
	for range min(n, runtime.GOMAXPROCS(0)) {
		group.Go(func() {
			for i := range next {
				compute(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	group.Wait()
}
