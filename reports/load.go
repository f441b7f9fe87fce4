package reports

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// Warning is something a reader should know about the input, without which the
// report can still be made. Line is 0 where it concerns the whole run.
type Warning struct {
	Path string
	Line int
	Text string
}

// The files of a run's folder.
const (
	rowsFile      = "rows.jsonl"
	manifestFile  = "manifest.json"
	manifestLimit = 16 << 20
)

// Load reads run folders, in the order given. Rows are streamed: memory holds
// a few dozen bytes per row and metric, whatever the transcripts weigh.
//
// A second row for a task and repeat replaces one without a verdict; a verdict
// is never replaced. A line that is not JSON, as a crash or a broken disk leaves
// it, is left out with a warning: its task then has no verdict here. JSON that is
// no row, or rows that do not belong together, are an error with file and line.
func Load(paths []string) ([]Run, []Warning, error) {
	var runs []Run
	var warnings []Warning
	for _, path := range paths {
		run, found, err := loadRun(path)
		if err != nil {
			return nil, nil, err
		}
		if slices.ContainsFunc(runs, func(other Run) bool { return other.Path == run.Path }) {
			return nil, nil, fmt.Errorf("reading run %s: it was given twice", run.Path)
		}
		runs = append(runs, *run)
		warnings = append(warnings, found...)
	}
	distinguish(runs)
	return runs, warnings, nil
}

func loadRun(path string) (*Run, []Warning, error) {
	folder := filepath.Clean(path)
	if filepath.Base(folder) == rowsFile {
		folder = filepath.Dir(folder)
	}
	reader := newRowReader(filepath.Join(folder, rowsFile))
	run, manifestWarning, err := readManifest(folder)
	if err != nil {
		return nil, nil, err
	}
	if manifestWarning != nil {
		reader.warnings = append(reader.warnings, *manifestWarning)
	}
	reader.run = run
	file, err := os.Open(reader.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("reading run %s: no %s in it; give the folder that an evaluation wrote", folder, rowsFile)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("reading run %s: %w", folder, err)
	}
	defer file.Close()
	if err := reader.read(file); err != nil {
		return nil, nil, err
	}
	if run.Label == "" {
		run.Label = reader.model
	}
	if run.Label == "" {
		run.Label = filepath.Base(folder)
	}
	run.finish()
	return run, reader.warnings, nil
}

// manifest is the part of a run's manifest that reports read.
type manifest struct {
	Kind   string `json:"kind"`
	Config struct {
		Label       string `json:"label"`
		Model       string `json:"model"`
		Suite       string `json:"suite"`
		ContentHash string `json:"content_hash"`
	} `json:"config"`
}

func readManifest(folder string) (*Run, *Warning, error) {
	run := &Run{Path: folder}
	var read manifest
	name := filepath.Join(folder, manifestFile)
	err := readJSON(name, &read)
	if errors.Is(err, fs.ErrNotExist) {
		return run, &Warning{Path: folder, Text: "no " + manifestFile + ": the label comes from the rows, and the suite's content hash is not known"}, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if read.Kind != "" && read.Kind != "run" {
		return nil, nil, fmt.Errorf("reading %s: it is of a %.40s, not of a run", name, read.Kind)
	}
	run.Label = read.Config.Label
	if run.Label == "" {
		run.Label = read.Config.Model
	}
	run.Suite, run.ContentHash = read.Config.Suite, read.Config.ContentHash
	return run, nil, nil
}

// readJSON reads a file that holds one JSON object, such as a manifest.
func readJSON(name string, into any) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, manifestLimit+1))
	if err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	if len(data) > manifestLimit {
		return fmt.Errorf("reading %s: larger than %d MB; is it a manifest?", name, manifestLimit>>20)
	}
	if err := decodeLine(data, into); err != nil {
		return fmt.Errorf("reading %s: %w", name, err)
	}
	return nil
}

// distinguish makes labels unique within a suite by adding the folder, or the
// whole path where folders are named alike too.
func distinguish(runs []Run) {
	labels := make([]string, len(runs))
	for i := range runs {
		labels[i] = runs[i].Label
	}
	for _, more := range []func(*Run) string{
		func(run *Run) string { return filepath.Base(run.Path) },
		func(run *Run) string { return run.Path },
	} {
		byLabel := map[[2]string][]int{}
		for i := range runs {
			key := [2]string{runs[i].Suite, runs[i].Label}
			byLabel[key] = append(byLabel[key], i)
		}
		for _, same := range byLabel {
			if len(same) < 2 {
				continue
			}
			for _, i := range same {
				runs[i].Label = labels[i] + " (" + more(&runs[i]) + ")"
			}
		}
	}
}

// find returns the run that a name means: its label, its path or its folder.
func find(runs []*Run, name string) *Run {
	for _, same := range []func(*Run) bool{
		func(run *Run) bool { return run.Label == name },
		func(run *Run) bool { return run.Path == filepath.Clean(name) },
		func(run *Run) bool { return filepath.Base(run.Path) == name },
	} {
		if i := slices.IndexFunc(runs, same); i >= 0 {
			return runs[i]
		}
	}
	return nil
}
