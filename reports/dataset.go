package reports

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/buttonbench/button/internal/stats"
)

// Dataset is what the records and rejects of a dataset add up to. ReadDataset
// makes it.
type Dataset struct {
	Name string // of the folder or file

	records, planless int
	worlds            map[string]*worldCounts
	shapes            map[string]*shapeCounts
	registers         tally
	modes             tally
	parallelOn        int             // records that allow parallel calls
	parallelWave      int             // records whose plan has a wave of several calls
	silent            int             // records without a call
	failing           int             // records with a call that came back as an error
	parallelTurns     stats.RatioSums // assistant turns with several calls, of those with any

	userTurns, calls, turns, depth, width, tools, distractors, tokens histogram
	toolBands                                                         [toolBands]toolBand
	offered, called                                                   distinct // functions

	effects, goals, answers, conditions shares[string]
	arguments, statements               shares[origin]
	properties                          tally // as generation names them

	requests  distinct
	skeletons map[skeleton]int // records, while there is room
	wording   wording
	near      nearRequests

	hasRejects bool
	rejects    map[reason]int
	facts      *generationFacts
}

// worldCounts are the counts of one world.
type worldCounts struct {
	records                    int
	requests, skeletons, edges distinct
	functions                  shares[string] // calls
}

// shapeCounts are the counts of one kind of plan; the sums are over its records.
type shapeCounts struct {
	records, calls, depth, width, parallelWave int
	graphs                                     distinct
}

// skeleton is a request with its literals blanked, in one world.
type skeleton struct {
	world string
	hash  uint64
}

// origin is where values come from: a source and the operation of its transform.
type origin struct{ from, op string }

// reason is why a candidate was rejected.
type reason struct{ stage, rule string }

// ReadDataset reads a dataset's folder or a single file of records. Lines are
// streamed: memory holds counts and sketches and does not grow with the records. Of
// more than nearSample records the file is read once more, for near-duplicates.
// A line that is no record or no reject is an error with file and line, and so
// is a file without records. A single file has no rejects and no manifest beside
// it. Progress, which may be nil, is told the number of records read so far.
func ReadDataset(ctx context.Context, path string, progress func(records int)) (*Dataset, []Warning, error) {
	path = filepath.Clean(path)
	info, err := os.Stat(path)
	if err != nil {
		return nil, nil, fmt.Errorf("reading dataset %s: %w", path, errors.Unwrap(err))
	}
	d := newDataset(filepath.Base(path))
	records := path
	if info.IsDir() {
		records = filepath.Join(path, recordsFile)
	}
	if progress == nil {
		progress = func(int) {}
	}
	err = eachLine(ctx, records, decodeRecord, func(_ int, record *recordLine) {
		d.add(record)
		progress(d.records)
	})
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("reading dataset %s: no %s in it; give the folder that generation wrote, or a file of records", path, recordsFile)
	case err != nil:
		return nil, nil, err
	case d.records == 0:
		return nil, nil, fmt.Errorf("reading %s: it holds no records", records)
	}
	if err := d.near.finish(ctx, records, d.records); err != nil {
		return nil, nil, err
	}
	if !info.IsDir() {
		return d, nil, nil
	}
	warnings, err := d.readGeneration(ctx, path)
	return d, warnings, err
}

// readGeneration reads what lies beside the records and compares it with them.
func (d *Dataset) readGeneration(ctx context.Context, folder string) ([]Warning, error) {
	var warnings []Warning
	warn := func(format string, values ...any) {
		warnings = append(warnings, Warning{Path: folder, Text: fmt.Sprintf(format, values...)})
	}
	err := eachLine(ctx, filepath.Join(folder, rejectsFile), decodeReject, func(_ int, reject rejectLine) {
		countUpTo(d.rejects, reason{clip(reject.Stage, nameBytes), clip(reject.Rule, nameBytes)}, reason{otherNames, otherNames})
	})
	switch {
	case err == nil:
		d.hasRejects = true
	case errors.Is(err, fs.ErrNotExist):
		warn("no %s: yields are not known", rejectsFile)
	default:
		return nil, err
	}
	if d.facts, err = readFacts(folder); err != nil {
		return nil, err
	}
	if d.facts == nil {
		warn("no counts of candidates in %s: what rejection does to their properties is not known", manifestFile)
		return warnings, nil
	}
	if d.facts.Accepted != d.records {
		warn("%s counts %d records, %s holds %d; the figures are of the file", manifestFile, d.facts.Accepted, recordsFile, d.records)
	}
	if candidates := d.candidates(); d.hasRejects && d.facts.Candidates > 0 && d.facts.Candidates != candidates {
		warn("%s counts %d candidates, records and rejects are %d; the figures are of the files", manifestFile, d.facts.Candidates, candidates)
	}
	const told = 3
	miscounted := d.miscounted()
	for _, name := range miscounted[:min(told, len(miscounted))] {
		warn("%s counts %d records with %s, %s holds %d; the figures are of the file", manifestFile, d.facts.Properties[name].Accepted, name, recordsFile, d.properties[name])
	}
	if more := len(miscounted) - told; more > 0 {
		warn("%d more properties are counted differently", more)
	}
	return warnings, nil
}

// candidates counts the records and the rejects.
func (d *Dataset) candidates() int {
	candidates := d.records
	for _, count := range d.rejects {
		candidates += count
	}
	return candidates
}

func newDataset(name string) *Dataset {
	return &Dataset{
		Name: name, worlds: map[string]*worldCounts{}, shapes: map[string]*shapeCounts{}, registers: tally{},
		userTurns: histogram{}, calls: histogram{}, turns: histogram{}, depth: histogram{}, width: histogram{}, tools: histogram{}, distractors: histogram{}, tokens: histogram{},
		offered: newDistinct(), called: newDistinct(), modes: tally{},
		effects: newShares(otherNames), goals: newShares(otherNames), answers: newShares(otherNames), conditions: newShares(otherNames),
		arguments: newShares(origin{from: otherNames}), statements: newShares(origin{from: otherNames}), properties: tally{},
		requests: newDistinct(), skeletons: map[skeleton]int{}, wording: newWording(), near: newNearRequests(), rejects: map[reason]int{},
	}
}

// groupLimit is the most worlds, or plan shapes, that are told apart.
const groupLimit = 200

// group returns the counts of a name, made at first sight.
func group[T any](groups map[string]*T, name string, fresh func() *T) (string, *T) {
	name = clip(cmp.Or(name, ungrouped), nameBytes)
	if groups[name] == nil && len(groups) >= groupLimit {
		name = otherNames
	}
	if groups[name] == nil {
		groups[name] = fresh()
	}
	return name, groups[name]
}

// byRecords lists names, the one with the most records first.
func byRecords[T any](groups map[string]*T, records func(*T) int) []string {
	counts := tally{}
	for name, group := range groups {
		counts[name] = records(group)
	}
	var names []string
	for _, one := range counts.ranked() {
		names = append(names, one.name)
	}
	return slices.Clip(names)
}

// Records is how many records there are.
func (d *Dataset) Records() int { return d.records }

// Modes lists the modes of the records, the commonest first; the records that name
// none are left out.
func (d *Dataset) Modes() (modes []string) {
	for _, mode := range d.modes.ranked() {
		if mode.name != ungrouped {
			modes = append(modes, mode.name)
		}
	}
	return modes
}
