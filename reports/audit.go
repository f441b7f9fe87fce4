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
	"strings"

	"github.com/buttonbench/button/internal/dedup"
)

// AuditOptions say what a dataset is compared with, and what is too much. The zero
// value of a figure asks for its default.
type AuditOptions struct {
	// Against are files and folders of JSON: benchmarks, runs, other datasets.
	Against []string
	// Ngram is how many words in a row count as copied; by default 13.
	Ngram int
	// Similarity is the Jaccard similarity of word shingles from which two requests
	// count as nearly the same; by default 0.8.
	Similarity float64
	// AllTexts compares with every text of the files, not with requests alone.
	AllTexts bool
	// Limits replaces limits by name: the gain over chance that a shortcut may have,
	// the share of records that may overlap.
	Limits map[string]float64
	// Pairs is how many offending pairs are kept; by default 20.
	Pairs int
}

func (o AuditOptions) withDefaults() AuditOptions {
	o.Ngram, o.Similarity, o.Pairs = cmp.Or(o.Ngram, 13), cmp.Or(o.Similarity, 0.8), cmp.Or(o.Pairs, 20)
	return o
}

// LimitNames lists what AuditOptions.Limits may name, with the defaults.
func LimitNames() (names []string, defaults map[string]float64) {
	defaults = map[string]float64{}
	for _, one := range shortcutList() {
		names, defaults[one.name] = append(names, one.name), one.limit
	}
	for _, one := range overlapList() {
		names, defaults[one.name] = append(names, one.name), one.limit
	}
	return names, defaults
}

// Check refuses options without a meaning.
func (o AuditOptions) Check() error {
	o = o.withDefaults()
	names, _ := LimitNames()
	for name, limit := range o.Limits {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no limit is called %.60q; there are: %s", name, strings.Join(names, ", "))
		}
		if !(limit >= 0 && limit <= 1) {
			return fmt.Errorf("the limit of %s must lie between 0 and 1, not %v", name, limit)
		}
	}
	if o.Ngram < leastNgram || o.Ngram > mostNgram {
		return fmt.Errorf("a copied run has %d to %d words, not %d", leastNgram, mostNgram, o.Ngram)
	}
	_, err := dedup.New(dedup.Options{Threshold: o.Similarity})
	return err
}

// AuditReport is what an audit found. Audit makes it.
type AuditReport struct {
	Name    string
	Records int
	options AuditOptions

	shortcuts []*shortcut
	values    []parameterGuess
	against   *benchmark // nil where nothing was compared
	overlaps  *overlaps
}

// Audit reads the records of a dataset's folder or file twice: once for the
// predictors that learn, once to measure, so that memory does not grow with the
// number of records. What is compared with is read first and held as hashes.
// Progress, which may be nil, is told how many records have been read in all.
func Audit(ctx context.Context, path string, o AuditOptions, progress func(records int)) (*AuditReport, []Warning, error) {
	if err := o.Check(); err != nil {
		return nil, nil, err
	}
	a := &AuditReport{Name: filepath.Base(filepath.Clean(path)), options: o.withDefaults()}
	file, err := recordsOf(path)
	if err != nil {
		return nil, nil, err
	}
	var warnings []Warning
	if len(o.Against) > 0 {
		if a.against, warnings, err = readBenchmark(ctx, a.options); err != nil {
			return nil, nil, err
		}
		a.overlaps = newOverlaps(a.options)
	}
	told := 0
	tell := func() {
		if told++; progress != nil {
			progress(told)
		}
	}
	learned := newLearned()
	err = eachLine(ctx, file, decodeAudited, func(_ int, record *auditedLine) {
		tell()
		if record.half == fittedHalf {
			learned.fit(record)
		}
	})
	if err == nil {
		measured := newMeasured(learned)
		err = eachLine(ctx, file, decodeAudited, func(line int, record *auditedLine) {
			tell()
			a.Records++
			measured.measure(record)
			if a.against != nil {
				a.overlaps.compare(a.against, line, record)
			}
		})
		a.shortcuts, a.values = measured.results(a.options)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil, fmt.Errorf("auditing %s: no %s in it; give the folder that generation wrote, or a file of records", path, recordsFile)
	case err != nil:
		return nil, nil, err
	case a.Records == 0:
		return nil, nil, fmt.Errorf("auditing %s: it holds no records", file)
	}
	return a, warnings, nil
}

// recordsOf is the file of records behind a dataset's folder or a file's name.
func recordsOf(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", fmt.Errorf("auditing %s: %w", path, errors.Unwrap(err))
	}
	if info.IsDir() {
		return filepath.Join(path, recordsFile), nil
	}
	return path, nil
}

// Breach is a figure above its limit.
type Breach struct {
	Name  string
	Value float64 // of the dataset, as Limits counts it
	Limit float64
}

// Breaches lists what is above its limit, certainly: the whole interval of a
// shortcut's gain must be, and any share of overlapping records.
func (a *AuditReport) Breaches() []Breach {
	var breaches []Breach
	for _, one := range a.shortcuts {
		if one.over() {
			breaches = append(breaches, Breach{one.name, one.gain.Value, one.limit})
		}
	}
	if a.overlaps != nil {
		for _, one := range a.overlaps.measures {
			if share := share(one.records, a.Records); share > one.limit {
				breaches = append(breaches, Breach{one.name, share, one.limit})
			}
		}
	}
	return breaches
}

func limitOf(o AuditOptions, name string, usual float64) float64 {
	if limit, set := o.Limits[name]; set {
		return limit
	}
	return usual
}
