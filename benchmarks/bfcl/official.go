package bfcl

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ModelResults are the result files of one model.
type ModelResults struct {
	// Model is the name of its folder.
	Model, Folder string
	Files         []ResultFile
}

// ResultFile is a file of one category's results.
type ResultFile struct{ Path, Category string }

// FindResults finds upstream's result files: a folder for each model and in it, at
// any depth, files named BFCL_v4_<category>_result.json. The folder may also be one
// that holds a folder "result". Models come by name, files in the order of
// categories.
func FindResults(folder string) ([]ModelResults, error) {
	if inner := filepath.Join(folder, "result"); isFolder(inner) {
		folder = inner
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, fmt.Errorf("reading results: %w", err)
	}
	var models []ModelResults
	for _, entry := range entries {
		path := filepath.Join(folder, entry.Name())
		if !isFolder(path) {
			continue
		}
		files, err := resultFiles(path)
		if err != nil {
			return nil, err
		}
		if len(files) > 0 {
			models = append(models, ModelResults{Model: entry.Name(), Folder: path, Files: files})
		}
	}
	if len(models) == 0 {
		return nil, fmt.Errorf("reading results: no folder in %s holds BFCL_v4_*_result.json", folder)
	}
	return models, nil
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func resultFiles(folder string) ([]ResultFile, error) {
	form := regexp.MustCompile(`^BFCL_v[34]_(.+)_result\.json$`)
	order := map[string]int{FormatSensitivity: len(Categories())}
	for i, c := range Categories() {
		order[c.Name] = i
	}
	var files []ResultFile
	seen := map[string]string{}
	err := filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		groups := form.FindStringSubmatch(entry.Name())
		if groups == nil || entry.IsDir() || strings.Contains(groups[1], "_prereq") {
			return nil
		}
		category := currentName(groups[1])
		if _, known := order[category]; !known {
			return fmt.Errorf("%s: BFCL has no category %q", path, category)
		}
		if seen[category] != "" {
			return fmt.Errorf("%s and %s both hold results of %s", seen[category], path, category)
		}
		seen[category] = path
		files = append(files, ResultFile{Path: path, Category: category})
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("reading results: %w", err)
	}
	slices.SortFunc(files, func(a, b ResultFile) int { return cmp.Compare(order[a.Category], order[b.Category]) })
	return files, nil
}

// OfficialOptions say how a model's results are read.
type OfficialOptions struct {
	// Mode is how the model was run. Empty: ModeNative if a result has calls in the
	// API's form, else ModePrompt.
	Mode Mode
	// Underscores tells whether dots in function names had been turned into
	// underscores; nil: in native mode, unless more calls have dots than underscores.
	Underscores *bool
	// Partial takes files that lack entries; the official evaluator refuses them
	// unless it is told to.
	Partial bool
	Workers int
}

// CategoryScore is the verdict on a category's results.
type CategoryScore struct {
	Share
	// NoAnswer counts the results that tell of a failed request. Officially they are
	// judged like answers: right in the irrelevance categories, wrong in all others.
	NoAnswer Share
	// Failures are the lines of the score file, one for each wrong result.
	Failures []string
}

// Answered is the share without failed requests, which is ours.
func (c CategoryScore) Answered() Share {
	return Share{c.Correct - c.NoAnswer.Correct, c.Total - c.NoAnswer.Total}
}

// ModelScore is the verdict on a model's results.
type ModelScore struct {
	Model       string
	Mode        Mode
	Underscores bool
	Categories  map[string]CategoryScore
	// Formats are the shares of format_sensitivity by configuration.
	Formats map[string]Share
	Usage   OfficialUsage
}

// OfficialUsage sums what result files tell of tokens and times.
type OfficialUsage struct {
	InputTokens, OutputTokens float64
	// Latencies are those of requests, in seconds; zeros are left out.
	Latencies []float64
}

// Shares are the official shares by category.
func (m *ModelScore) Shares() map[string]Share {
	shares := map[string]Share{}
	for name, c := range m.Categories {
		shares[name] = c.Share
	}
	return shares
}

// errIncomplete is what results are that lack entries.
var errIncomplete = errors.New("there is no result for some entries: give --partial to judge what is there")
