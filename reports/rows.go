package reports

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/buttonbench/button/internal/stats"
)

// rowLine is the part of a row's line that reports read. Its names are those
// that evaluation writes.
type rowLine struct {
	Suite         string `json:"suite"`
	SuiteVersion  string `json:"suite_version"`
	ScorerVersion string `json:"scorer_version"`
	Task          string `json:"task"`
	Repeat        int    `json:"repeat"`
	Model         string `json:"model"`
	Outcome       string `json:"outcome"`
	Error         *struct {
		Class string `json:"class"`
	} `json:"error"`
	Group  map[string]string `json:"group"`
	Scores map[string]struct {
		Num float64 `json:"num"`
		Den float64 `json:"den"`
	} `json:"scores"`
	Faults []struct {
		Kind string `json:"kind"`
	} `json:"faults"`
}

type rowReader struct {
	name     string
	run      *Run
	model    string
	line     int
	short    []byte // the line without its bulk
	warnings []Warning
	places   map[attempt]int
	broken   int // lines that are not JSON
	more     int // of them, those not told one by one
	ignored  int // rows for a task and repeat that has its verdict already
	known    map[string]string
	groups   map[string]map[string]string
}

type attempt struct {
	task   string
	repeat int
}

func newRowReader(name string) *rowReader {
	return &rowReader{name: name, places: map[attempt]int{}, known: map[string]string{}, groups: map[string]map[string]string{}}
}

func (r *rowReader) read(from io.Reader) error {
	r.run.columns = map[string][]stats.Fraction{}
	input := bufio.NewReaderSize(from, 1<<20)
	var line []byte
	for {
		var err error
		line, err = readLine(input, line[:0])
		if err == io.EOF {
			break
		}
		r.line++
		if err != nil {
			return r.fail(err)
		}
		if len(line) == 0 {
			continue
		}
		var broken *brokenLineError
		switch err := r.take(line); {
		case errors.As(err, &broken):
			r.leaveOut(broken)
		case err != nil:
			return r.fail(err)
		}
	}
	return r.close()
}

// brokenLineError is a line that is not JSON.
type brokenLineError struct{ cause error }

func (e *brokenLineError) Error() string {
	return "the line is not JSON and was left out: " + e.cause.Error()
}

// leaveOut warns of the first broken lines; close counts the rest.
func (r *rowReader) leaveOut(broken *brokenLineError) {
	const told = 3
	if r.broken++; r.broken <= told {
		r.warn("%v", broken)
	}
	r.more = max(0, r.broken-told)
}

// close tells what concerns the whole file. A file that holds broken lines alone
// is no journal of rows.
func (r *rowReader) close() error {
	if len(r.run.rows) == 0 && r.broken > 0 {
		return fmt.Errorf("reading %s: none of its %d lines is a row", r.name, r.line)
	}
	r.line = 0
	if r.more > 0 {
		r.warn("%d more lines are not JSON and were left out", r.more)
	}
	if r.ignored > 0 {
		r.warn("%d rows repeat a task that has its verdict already; the first verdict counts", r.ignored)
	}
	if len(r.run.rows) == 0 {
		r.warn("there are no rows yet")
	}
	return nil
}

func (r *rowReader) fail(err error) error {
	return fmt.Errorf("reading %s:%d: %w", r.name, r.line, err)
}

func (r *rowReader) warn(format string, values ...any) {
	r.warnings = append(r.warnings, Warning{r.run.Path, r.line, fmt.Sprintf(format, values...)})
}

func (r *rowReader) take(line []byte) error {
	var read rowLine
	r.short = skim(r.short[:0], line)
	err := json.Unmarshal(r.short, &read)
	if syntax := (*json.SyntaxError)(nil); errors.As(err, &syntax) {
		return &brokenLineError{err}
	}
	if err != nil {
		return fmt.Errorf("not a row: %w", err)
	}
	if read.Task == "" {
		return errors.New("the row names no task")
	}
	switch read.Outcome {
	case outcomePass, outcomeFail, outcomeNoVerdict:
	default:
		return fmt.Errorf("unknown outcome %.40q", read.Outcome)
	}
	for name, score := range read.Scores {
		if score.Den < 0 || math.Abs(score.Num) > 1e15 || score.Den > 1e15 {
			return fmt.Errorf("score %.40q is out of range: %g of %g", name, score.Num, score.Den)
		}
	}
	if err := r.identify(&read); err != nil {
		return err
	}
	key := attempt{r.intern(read.Task), read.Repeat}
	place, again := r.places[key]
	if again && r.run.rows[place].judged() {
		r.ignored++
		return nil
	}
	if !again {
		place = len(r.run.rows)
		r.places[key] = place
		r.run.rows = append(r.run.rows, row{})
	}
	r.store(place, key, &read)
	return nil
}

// identify makes sure that one run holds one suite, version, scorer and model.
func (r *rowReader) identify(read *rowLine) error {
	run := r.run
	if len(run.rows) == 0 {
		if run.Suite != "" && read.Suite != run.Suite {
			return fmt.Errorf("the row is of suite %.60q, the manifest of %.60q", read.Suite, run.Suite)
		}
		run.Suite, run.SuiteVersion, run.ScorerVersion, r.model = read.Suite, read.SuiteVersion, read.ScorerVersion, read.Model
		return nil
	}
	for _, c := range []struct{ what, first, now string }{
		{"suite", run.Suite, read.Suite},
		{"suite version", run.SuiteVersion, read.SuiteVersion},
		{"scorer version", run.ScorerVersion, read.ScorerVersion},
		{"model", r.model, read.Model},
	} {
		if c.first != c.now {
			return fmt.Errorf("one run mixes %s %.60q and %.60q; keep them in runs of their own", c.what, c.first, c.now)
		}
	}
	return nil
}

func (r *rowReader) store(place int, key attempt, read *rowLine) {
	kept := row{task: key.task, repeat: key.repeat, outcome: r.intern(read.Outcome), group: r.internGroup(read.Group)}
	if read.Error != nil {
		kept.class = r.intern(read.Error.Class)
	}
	if kept.judged() {
		for _, fault := range read.Faults {
			if kind := r.intern(fault.Kind); !slices.Contains(kept.faults, kind) {
				kept.faults = append(kept.faults, kind)
			}
		}
		for name, score := range read.Scores {
			column := r.run.columns[name]
			for len(column) <= place {
				column = append(column, stats.Fraction{})
			}
			column[place] = stats.Fraction{Num: score.Num, Den: score.Den}
			r.run.columns[name] = column
		}
	}
	r.run.rows[place] = kept
}

// intern keeps one copy of a text that many rows share.
func (r *rowReader) intern(text string) string {
	if known, found := r.known[text]; found {
		return known
	}
	r.known[text] = text
	return text
}

func (r *rowReader) internGroup(group map[string]string) map[string]string {
	if len(group) == 0 {
		return nil
	}
	key := fmt.Sprintf("%q", group) // fmt sorts the keys of a map
	if known, found := r.groups[key]; found {
		return known
	}
	r.groups[key] = group
	return group
}
