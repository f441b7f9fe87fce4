package reports

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/buttonbench/button/internal/render"
	"github.com/buttonbench/button/internal/stats"
)

// Options steer a comparison. Zero fields take the defaults named here.
type Options struct {
	Baseline   string   // label, path or folder of a run; the first run of each suite
	Metric     string   // compared in pairs and by group; "success"
	By         []string // names of groups, each giving a table
	Confidence float64  // 0.95
	Resamples  int      // 10,000
	Seed       uint64   // 1
	// SideBySide shows runs of different versions in one table, with a note and
	// without comparing them. Otherwise they are an error.
	SideBySide bool
}

func (o Options) withDefaults() Options {
	o.Metric = cmp.Or(o.Metric, metricSuccess)
	o.Confidence = cmp.Or(o.Confidence, 0.95)
	o.Resamples = cmp.Or(o.Resamples, 10_000)
	o.Seed = cmp.Or(o.Seed, 1)
	return o
}

// Compare makes the tables of a report, suite by suite in the order of the runs:
// "scores", "difference" where there are two runs or more, "parallel" where runs
// count turns, one "by_NAME" per group asked for, and "faults" where there are
// any. Two suites never share a table.
func Compare(runs []Run, options Options) ([]render.Table, error) {
	options = options.withDefaults()
	if options.Confidence <= 0 || options.Confidence >= 1 || options.Resamples < 100 {
		return nil, errors.New("comparing runs: the confidence must lie between 0 and 1, and there must be 100 resamples or more")
	}
	if len(runs) == 0 {
		return nil, errors.New("comparing runs: no runs given")
	}
	suites := bySuite(runs)
	if err := checkOptions(runs, options); err != nil {
		return nil, err
	}
	var tables []render.Table
	for _, suite := range suites {
		if err := suite.settle(options); err != nil {
			return nil, err
		}
		tables = append(tables, suite.scores())
		if suite.baseline != nil && len(suite.runs) > 1 {
			tables = append(tables, suite.difference())
		}
		if table, any := suite.parallel(); any {
			tables = append(tables, table)
		}
		for _, name := range options.By {
			if table, any := suite.byGroup(name); any {
				tables = append(tables, table)
			}
		}
		if table, any := suite.faults(); any {
			tables = append(tables, table)
		}
	}
	return tables, nil
}

// suite is the runs of one suite, and how they are to be compared.
type suite struct {
	name     string
	runs     []*Run
	options  Options
	metrics  []metric
	baseline *Run
	mixed    bool // versions differ and are shown side by side
}

func bySuite(runs []Run) []*suite {
	var suites []*suite
	for i := range runs {
		run := &runs[i]
		place := slices.IndexFunc(suites, func(s *suite) bool { return s.name == run.Suite })
		if place < 0 {
			place = len(suites)
			suites = append(suites, &suite{name: run.Suite})
		}
		suites[place].runs = append(suites[place].runs, run)
	}
	return suites
}

// checkOptions refuses names that no run knows, and says which are known.
func checkOptions(runs []Run, options Options) error {
	var all []*Run
	var labels []string
	groups, metrics := map[string]bool{}, map[string]bool{}
	for i := range runs {
		all = append(all, &runs[i])
		labels = append(labels, runs[i].Label)
		for _, row := range runs[i].rows {
			for name := range row.group {
				groups[name] = true
			}
		}
		for name := range runs[i].columns {
			metrics[name] = true
		}
	}
	if options.Baseline != "" && find(all, options.Baseline) == nil {
		return fmt.Errorf("comparing runs: no run is called %q; there are: %s", options.Baseline, strings.Join(labels, ", "))
	}
	if !metrics[options.Metric] {
		return fmt.Errorf("comparing runs: no run has the metric %q; there are: %s", options.Metric, sortedNames(metrics))
	}
	for _, name := range options.By {
		if !groups[name] {
			return fmt.Errorf("comparing runs: no row has the group %q; there are: %s", name, sortedNames(groups))
		}
	}
	return nil
}

func sortedNames(names map[string]bool) string {
	if len(names) == 0 {
		return "none"
	}
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	slices.Sort(list)
	return strings.Join(list, ", ")
}

// settle finds the baseline and checks that the runs measured the same thing in
// the same way.
func (s *suite) settle(options Options) error {
	s.options, s.metrics = options, describeMetrics(s.runs)
	s.baseline = s.runs[0]
	if options.Baseline != "" {
		s.baseline = find(s.runs, options.Baseline)
	}
	for _, run := range s.runs[1:] {
		what := mismatch(s.runs[0].Identity, run.Identity)
		if what == "" {
			continue
		}
		if !options.SideBySide {
			return fmt.Errorf("comparing runs of suite %q: %s and %s differ in %s, so their scores do not measure the same thing; run one again, or show them side by side",
				s.name, s.runs[0].Label, run.Label, what)
		}
		s.mixed = true
	}
	return nil
}

// mismatch names the first thing in which two identities differ. A content hash
// that only one run has says nothing.
func mismatch(a, b Identity) string {
	switch {
	case a.SuiteVersion != b.SuiteVersion:
		return fmt.Sprintf("suite version (%s, %s)", a.SuiteVersion, b.SuiteVersion)
	case a.ScorerVersion != b.ScorerVersion:
		return fmt.Sprintf("scorer version (%s, %s)", a.ScorerVersion, b.ScorerVersion)
	case a.ContentHash != b.ContentHash && a.ContentHash != "" && b.ContentHash != "":
		return fmt.Sprintf("content hash (%.12s, %.12s)", a.ContentHash, b.ContentHash)
	}
	return ""
}

// scores is the table of one row per run with every metric.
func (s *suite) scores() render.Table {
	repeats := 1
	for _, run := range s.runs {
		repeats = max(repeats, run.repeats())
	}
	columns := []render.Column{{Name: "run", Key: "run"}, {Name: "tasks", Key: "tasks", Kind: render.Number}}
	if repeats > 1 {
		columns = append(columns, render.Column{Name: "repeats", Key: "repeats", Kind: render.Number})
	}
	if s.mixed {
		columns = append(columns, render.Column{Name: "suite", Key: "suite_version"}, render.Column{Name: "scorer", Key: "scorer_version"})
	}
	columns = append(columns, render.Column{Name: "no verdict %", Key: "no_verdict", Kind: render.Percent, Decimals: 1})
	fixed := len(columns)
	for _, metric := range s.metrics {
		columns = append(columns, metric.column(true))
	}
	estimates := s.allEstimates()
	table := render.Table{Name: "scores", Title: "Scores on " + s.title(), Columns: columns}
	for i, run := range s.runs {
		all, without := run.Rows()
		cells := []render.Cell{render.TextCell(run.Label), render.NumberCell(float64(run.Tasks()))}
		if repeats > 1 {
			cells = append(cells, render.NumberCell(float64(run.repeats())))
		}
		if s.mixed {
			cells = append(cells, render.TextCell(run.SuiteVersion), render.TextCell(run.ScorerVersion))
		}
		share := render.MissingCell()
		if all > 0 {
			share = render.NumberCell(float64(without) / float64(all))
		}
		cells = append(cells, share)
		for k := range s.metrics {
			cells = append(cells, estimateCell(estimates[i][k]))
		}
		table.Rows = append(table.Rows, cells)
	}
	table.Notes = s.scoreNotes(table.Columns[fixed:], estimates)
	return table
}

func (s *suite) title() string {
	if s.name == "" {
		return "a suite without a name"
	}
	if version := s.runs[0].SuiteVersion; version != "" && !s.mixed {
		return s.name + " " + version
	}
	return s.name
}

// allEstimates holds one estimate per run and metric.
func (s *suite) allEstimates() [][]stats.Estimate {
	estimates := make([][]stats.Estimate, len(s.runs))
	for i := range estimates {
		estimates[i] = make([]stats.Estimate, len(s.metrics))
	}
	each(len(s.runs)*len(s.metrics), func(i int) {
		run, metric := i/len(s.metrics), i%len(s.metrics)
		estimates[run][metric] = s.options.estimate(s.runs[run], s.metrics[metric], nil)
	})
	return estimates
}
