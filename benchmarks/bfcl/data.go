// Package bfcl judges the results of the Berkeley Function Calling Leaderboard,
// version 4, as its official evaluator does: the calls of single-turn tasks against
// allowed values, conversations by executing their calls, agents by their answer.
// The benchmark's data is not part of this project; Load reads it where it is.
package bfcl

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/buttonbench/button/internal/python"
)

// maxFileBytes bounds one file of the data; the largest real one has 4 MB.
const maxFileBytes = 256 << 20

// Warning tells about a part of the data that is not as it was when this program's
// figures were checked.
type Warning struct {
	// File is the file's path inside the data folder.
	File    string
	Message string
}

func (w Warning) String() string { return w.File + ": " + w.Message }

// Data is the benchmark's data in a folder. Each category is read when it is first
// asked for. All methods may be called from many goroutines.
type Data struct {
	folder string
	// version is the number in the files' names.
	version string

	categories map[string]func() (*categoryData, error)
	classes    map[string]func() ([]*python.Dict, error)
	constants  func() (*python.Dict, error)
	formats    func() ([]FormatEntry, error)

	mu       sync.Mutex
	warnings map[string]Warning // by file
	hashes   map[string]string  // of the files that were read
}

// Load finds the benchmark's data in a folder: its own data folder, or a checkout
// of the project that publishes it, of the present or the older layout. Files are
// read when they are needed.
func Load(folder string) (*Data, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("reading BFCL: %s is no folder: name the folder that holds BFCL_v4_*.json, or a checkout of gorilla", folder)
	}
	data, version, err := locate(folder)
	if err != nil {
		return nil, err
	}
	d := &Data{
		folder: data, version: version, warnings: map[string]Warning{}, hashes: map[string]string{},
		categories: map[string]func() (*categoryData, error){}, classes: map[string]func() ([]*python.Dict, error){},
	}
	for _, c := range Categories() {
		d.categories[c.Name] = sync.OnceValues(func() (*categoryData, error) { return d.readCategory(c) })
	}
	for class, file := range classFiles() {
		d.classes[class] = sync.OnceValues(func() ([]*python.Dict, error) { return d.readClass(file) })
	}
	d.constants = sync.OnceValues(d.readConstants)
	d.formats = sync.OnceValues(d.readFormats)
	return d, nil
}

// locate finds the folder of the data files and the version in their names.
func locate(folder string) (data, version string, err error) {
	for _, inner := range []string{
		".", "bfcl_eval/data", "data", "berkeley-function-call-leaderboard/bfcl_eval/data", "berkeley-function-call-leaderboard/data",
	} {
		candidate := filepath.Join(folder, filepath.FromSlash(inner))
		for _, version := range []string{"4", "3"} {
			found, err := filepath.Glob(filepath.Join(escapeGlob(candidate), "BFCL_v"+version+"_*.json"))
			if err == nil && len(found) > 0 {
				return candidate, version, nil
			}
		}
	}
	return "", "", fmt.Errorf("reading BFCL: %s holds no BFCL_v4_*.json, neither itself nor in bfcl_eval/data: name the benchmark's data folder or a checkout of gorilla", folder)
}

// escapeGlob makes a path that a glob pattern takes literally.
func escapeGlob(path string) string {
	if filepath.Separator == '\\' {
		return path // no escapes there
	}
	var escaped []byte
	for _, c := range []byte(path) {
		if c == '*' || c == '?' || c == '[' || c == '\\' {
			escaped = append(escaped, '\\')
		}
		escaped = append(escaped, c)
	}
	return string(escaped)
}

// Folder is where the data files lie.
func (d *Data) Folder() string { return d.folder }

// Version is the number in the files' names: 4, or 3 for the older benchmark.
func (d *Data) Version() string { return d.version }

// Warnings returns what was found changed in the files read so far, by file.
func (d *Data) Warnings() []Warning {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := make([]Warning, 0, len(d.warnings))
	for _, w := range d.warnings {
		all = append(all, w)
	}
	slices.SortFunc(all, func(a, b Warning) int { return strings.Compare(a.File, b.File) })
	return all
}

// Changed tells in one line which of the files read so far are not as they were when
// this program was checked, empty if none.
func (d *Data) Changed() string {
	if changes := d.Warnings(); len(changes) > 0 {
		return summary(changes)
	}
	return ""
}

// Hash is the SHA-256 over the names and contents of the files read so far.
func (d *Data) Hash() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	files := make([]string, 0, len(d.hashes))
	for file := range d.hashes {
		files = append(files, file)
	}
	slices.Sort(files)
	sum := sha256.New()
	for _, file := range files {
		fmt.Fprintf(sum, "%s %s\n", d.hashes[file], file)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// fileName is the name of a category's file.
func (d *Data) fileName(category string) string {
	if d.version != "4" {
		category = olderName(category)
	}
	return "BFCL_v" + d.version + "_" + category + ".json"
}

// read reads one file, path inside the data folder with slashes, and compares its
// content with the pinned version's.
func (d *Data) read(path string) ([]byte, error) {
	content, err := readBounded(filepath.Join(d.folder, filepath.FromSlash(path)))
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hashes[path] = hash
	known, listed := pinnedHashes()[path]
	switch {
	case !listed:
		d.warnings[path] = Warning{path, "is not part of the version that this program was checked with (" + pinnedCommit + ")"}
	case known != hash:
		d.warnings[path] = Warning{path, "differs from the version that this program was checked with (" + pinnedCommit + "): verdicts follow the file, official figures may not"}
	}
	return content, nil
}

func readBounded(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("reading BFCL: %s is missing", path)
	case err != nil:
		return nil, fmt.Errorf("reading BFCL: %w", err)
	case info.Size() > maxFileBytes:
		return nil, fmt.Errorf("reading BFCL: %s has %d bytes, more than the %d allowed", path, info.Size(), maxFileBytes)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading BFCL: %w", err)
	}
	return content, nil
}
