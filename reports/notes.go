package reports

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// percent writes a share such as 0.95 as "95 %".
func percent(share float64) string { return strconv.FormatFloat(share*100, 'g', 4, 64) + " %" }

func (s *suite) scoreNotes(columns []render.Column, estimates [][]stats.Estimate) []string {
	var notes []string
	if s.mixed {
		notes = append(notes, "These runs differ in version or content: read them side by side, do not subtract one from another.")
	}
	if s.baseline == nil {
		notes = append(notes, fmt.Sprintf("The baseline %s has no run on this suite, so nothing is compared here.", s.options.Baseline))
	}
	for _, metric := range s.metrics {
		switch {
		case metric.explainedFor != "":
			notes = append(notes, fmt.Sprintf("%s: a variant of %s.", metric.title, metric.explainedFor))
		case metric.explanation != "":
			notes = append(notes, fmt.Sprintf("%s: %s.", metric.title, metric.explanation))
		}
	}
	notes = append(notes, s.intervalNotes(columns, estimates)...)
	var missing []string
	for _, run := range s.runs {
		if classes := missingClasses(run); classes != "" {
			missing = append(missing, run.Label+" "+classes)
		}
	}
	if len(missing) > 0 {
		notes = append(notes, "Rows without a verdict count in no score: "+strings.Join(missing, "; ")+".")
	}
	return notes
}

// intervalNotes says how the brackets were made, for the methods that were used.
func (s *suite) intervalNotes(columns []render.Column, estimates [][]stats.Estimate) []string {
	used := map[stats.Method][]string{}
	few := false
	for k := range s.metrics {
		title := strings.TrimSuffix(columns[k].Name, " %")
		for i := range s.runs {
			estimate := estimates[i][k]
			if !slices.Contains(used[estimate.Method], title) {
				used[estimate.Method] = append(used[estimate.Method], title)
			}
			for _, warning := range estimate.Warnings {
				few = few || warning.Code == stats.WarnFew
			}
		}
	}
	var notes []string
	say := func(method stats.Method, text string) {
		if titles := used[method]; len(titles) > 0 {
			notes = append(notes, fmt.Sprintf("%s intervals of %s: %s.", percent(s.options.Confidence), strings.Join(titles, ", "), text))
		}
	}
	say(stats.MethodWilson, "Wilson score")
	say(stats.MethodBootstrap, fmt.Sprintf("BCa bootstrap over tasks, %d resamples, seed %d", s.options.Resamples, s.options.Seed))
	say(stats.MethodDelta, "linearised with tasks as clusters, Student's t")
	if len(used[stats.MethodBound]) > 0 {
		notes = append(notes, "Where every task lies at 0 or at 100 %, the interval is Wilson's over tasks.")
	}
	if few {
		notes = append(notes, "Fewer than 20 tasks stand behind some figures: read their intervals as a rough guide.")
	}
	return notes
}

// missingClasses counts the reasons for rows without a verdict.
func missingClasses(run *Run) string {
	counts := map[string]int{}
	for _, row := range run.rows {
		if !row.judged() {
			class := row.class
			if class == "" {
				class = "no reason given"
			}
			counts[class]++
		}
	}
	var parts []string
	for _, class := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%d %s", counts[class], class))
	}
	return strings.Join(parts, ", ")
}

func (s *suite) differenceNotes(shown metric, pairings []pairing, comparable []bool, binary bool) []string {
	level := strconv.FormatFloat(1-s.options.Confidence, 'g', 3, 64)
	var notes []string
	if binary {
		notes = append(notes,
			"Pairs are tasks with a verdict in both runs; only run and only baseline count those that just one of the two solved.",
			fmt.Sprintf("Difference: run minus baseline, in points, with Tango's %s score interval; p: exact McNemar test, two-sided.", percent(s.options.Confidence)))
	} else {
		notes = append(notes,
			"Pairs are tasks with a verdict in both runs, on the repeats that both have.",
			fmt.Sprintf("Difference: run minus baseline, with a %s BCa bootstrap interval over tasks; p: sign-flip permutation of the two runs of a task; %d draws, seed %d. Above %d tasks both are linearised.",
				percent(s.options.Confidence), s.options.Resamples, s.options.Seed, stats.BootstrapLimit))
	}
	direction := "more"
	if shown.lowerBetter {
		direction = "less"
	}
	notes = append(notes,
		fmt.Sprintf("Verdict: better or worse when p Holm (adjusted for the %d comparisons of this table) is below %s, %s being better; otherwise cannot tell. The interval is not adjusted.",
			countTrue(comparable), level, direction),
		"Detectable: the smallest true difference that as many pairs with as much disagreement show with 80 % power.")
	noVerdict, unshared := 0, 0
	for _, p := range pairings {
		noVerdict, unshared = noVerdict+p.noVerdict, unshared+p.unshared
	}
	if noVerdict+unshared > 0 {
		notes = append(notes, fmt.Sprintf("Left out over all rows of this table: %d tasks without a verdict in one of the two runs, %d that only one of them has.", noVerdict, unshared))
	}
	return notes
}

func countTrue(values []bool) (count int) {
	for _, value := range values {
		if value {
			count++
		}
	}
	return count
}

func (s *suite) parallelNotes() []string {
	notes := []string{"Turns, solved: over the tasks that the run solved; a run that gives up early takes few turns too."}
	for _, name := range []string{metricTurns, metricDepth, metricParallelUse, metricSuccess} {
		if metric, known := s.metric(name); known && metric.explanation != "" {
			notes = append(notes, fmt.Sprintf("%s: %s.", metric.title, metric.explanation))
		}
	}
	return append(notes, fmt.Sprintf("%s intervals as in the table of scores.", percent(s.options.Confidence)))
}

func (s *suite) groupNotes(shown metric) []string {
	explanation := shown.explanation
	if explanation == "" {
		explanation = "as the scorer counts it"
	}
	return []string{
		fmt.Sprintf("%s: %s; %s intervals, not adjusted for the number of groups.", shown.title, explanation, percent(s.options.Confidence)),
		"Tasks counts the tasks of the group over all runs; a run's figure is over those to which it has a verdict.",
	}
}
