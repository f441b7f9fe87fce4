package runstore

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

const (
	rowsName = "rows.jsonl"
	lockName = ".lock"
)

// ErrDecided is returned for a row whose task and repeat have a verdict.
var ErrDecided = errors.New("task and repeat are decided already")

// Resume says what to do with a run that was begun with another configuration.
type Resume int

const (
	// ResumeSame refuses with a *ConfigError.
	ResumeSame Resume = iota
	// ResumeAlways goes on; the manifest keeps the former configuration too.
	ResumeAlways
	// ResumeNever begins anew, whatever the configuration: former rows stay in
	// the folder as rows.jsonl.1, with their manifest.json.1.
	ResumeNever
)

// Run is a run folder open for writing, by this process alone. Its methods are
// safe for concurrent use.
type Run struct {
	dir      string
	manifest Manifest
	lock     io.Closer
	file     File
	journal  *journal

	mu      sync.Mutex
	index   *index
	writing map[Key]bool // decided by rows that are on their way
}

// OpenRun opens a run folder, made when missing, takes its lock and puts right
// what a killed process left, which the warnings tell. Only Tool and Config of
// the manifest are used. Errors that a user can act on: *LockedError,
// *ConfigError, a folder that holds something else.
func OpenRun(fsys FS, dir string, wanted Manifest, resume Resume) (*Run, []Warning, error) {
	run, warnings, err := openRun(fsys, dir, wanted, resume)
	if err != nil {
		return nil, nil, fmt.Errorf("opening run %s: %w", dir, err)
	}
	return run, warnings, nil
}

func openRun(fsys FS, dir string, wanted Manifest, resume Resume) (_ *Run, _ []Warning, err error) {
	if err := makeFolder(fsys, dir); err != nil {
		return nil, nil, err
	}
	if err := checkRunFolder(fsys, dir); err != nil {
		return nil, nil, err
	}
	lock, err := fsys.Lock(filepath.Join(dir, lockName))
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.Close())
		}
	}()
	if err := removeTemporaries(fsys, dir); err != nil {
		return nil, nil, err
	}
	manifest, err := settleManifest(fsys, dir, wanted, resume)
	if err != nil {
		return nil, nil, err
	}
	file, x, warnings, err := openRows(fsys, dir)
	if err != nil {
		return nil, nil, err
	}
	return &Run{
		dir:      dir,
		manifest: manifest,
		lock:     lock,
		file:     file,
		journal:  newJournal(file, x.size),
		index:    x,
		writing:  make(map[Key]bool),
	}, warnings, nil
}

// checkRunFolder refuses a folder with anything in it that is no run.
func checkRunFolder(fsys FS, dir string) error {
	m, err := ReadManifest(fsys, dir)
	if err == nil && m.Kind != KindRun {
		return fmt.Errorf("it holds a %s; name another folder", m.Kind)
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if name := entry.Name(); name != lockName && !isTemporary(name) {
			return fmt.Errorf("it holds no run but %s; name another folder", name)
		}
	}
	return nil
}

// removeTemporaries removes what writers of this folder left when they were
// killed. The lock must be held.
func removeTemporaries(fsys FS, dir string) error {
	entries, err := fsys.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if name := entry.Name(); isTemporary(name) && (strings.HasPrefix(name, "."+manifestName) || strings.HasPrefix(name, "."+rowsName)) {
			if err := fsys.Remove(filepath.Join(dir, name)); err != nil {
				return err
			}
		}
	}
	return nil
}

// settleManifest makes the folder's manifest fit the wanted one, or refuses.
func settleManifest(fsys FS, dir string, wanted Manifest, resume Resume) (Manifest, error) {
	fresh := Manifest{Format: manifestFormat, Kind: KindRun, Tool: wanted.Tool, Config: wanted.Config}
	former, err := ReadManifest(fsys, dir)
	if errors.Is(err, fs.ErrNotExist) {
		return fresh, writeManifest(fsys, dir, fresh)
	}
	if err != nil {
		return Manifest{}, err
	}
	changes, err := Diff(former.Config, wanted.Config)
	if err != nil {
		return Manifest{}, err
	}
	if len(changes) == 0 && resume != ResumeNever {
		return former, nil
	}
	empty, err := noRows(fsys, dir)
	if err != nil {
		return Manifest{}, err
	}
	switch {
	case empty: // nothing depends on the former configuration
	case resume == ResumeNever:
		if err := setAside(fsys, dir, former); err != nil {
			return Manifest{}, err
		}
	case resume == ResumeAlways:
		fresh.Earlier = append(slices.Clone(former.Earlier), former.Config)
	default:
		return Manifest{}, &ConfigError{changes}
	}
	return fresh, writeManifest(fsys, dir, fresh)
}

// noRows tells whether the folder's journal is missing or empty.
func noRows(fsys FS, dir string) (bool, error) {
	info, err := fsys.Stat(filepath.Join(dir, rowsName))
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil
	}
	return err == nil && info.Size() == 0, err
}

// setAside gives the folder's rows and a copy of their manifest the first free
// number. The rows go last, so that they never lack their manifest.
func setAside(fsys FS, dir string, former Manifest) error {
	for n := 1; ; n++ {
		rows := filepath.Join(dir, fmt.Sprintf("%s.%d", rowsName, n))
		if taken, err := exists(fsys, rows); err != nil {
			return err
		} else if taken {
			continue
		}
		data, err := former.encode()
		if err != nil {
			return err
		}
		if err := WriteAtomic(fsys, filepath.Join(dir, fmt.Sprintf("%s.%d", manifestName, n)), data); err != nil {
			return err
		}
		if err := fsys.Rename(filepath.Join(dir, rowsName), rows); err != nil {
			return err
		}
		return fsys.SyncDir(dir)
	}
}

// Manifest is the run's manifest as it lies in the folder.
func (r *Run) Manifest() Manifest { return r.manifest }

// Decided tells whether the key has a row with a verdict.
func (r *Run) Decided(key Key) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.decided(key)
}

func (r *Run) decided(key Key) bool {
	p, known := r.index.places[key]
	return known && p.outcome != NoVerdict
}

// Counts gives the number of keys by the outcome of their winning row.
func (r *Run) Counts() map[string]int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.index.counts()
}

// Append adds a row and returns when it is durable: on an error it may or may
// not be found by the next OpenRun. The row is one JSON object with "task",
// "repeat" and "outcome". Call it from many goroutines: those that wait at the
// same time share one fsync. After a write has failed (a full disk) all further
// calls fail; what they returned nil for is safe.
func (r *Run) Append(row json.RawMessage) error {
	key, outcome, err := parseHead(row)
	if err != nil {
		return fmt.Errorf("appending a row: %w", err)
	}
	if len(row) > LineLimit {
		return fmt.Errorf("appending the row of %s, repeat %d: longer than %d bytes", key.Task, key.Repeat, LineLimit)
	}
	if bytes.IndexByte(row, '\n') >= 0 { // only between tokens, JSON has it so
		row = bytes.ReplaceAll(row, []byte{'\n'}, []byte{' '})
	}
	if err := r.reserve(key, outcome); err != nil {
		return err
	}
	offset, err := r.journal.append(row)
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.writing, key)
	if err != nil {
		return fmt.Errorf("appending the row of %s, repeat %d: %w", key.Task, key.Repeat, err)
	}
	r.index.places[key] = place{offset, len(row), outcome}
	return nil
}

// reserve sees to it that a key is decided once, also by rows on their way.
func (r *Run) reserve(key Key, outcome string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.decided(key) || r.writing[key] {
		return fmt.Errorf("appending the row of %s, repeat %d: %w", key.Task, key.Repeat, ErrDecided)
	}
	r.writing[key] = true
	return nil
}

// Rows yields the winning row of each key, by task and repeat. Rows appended
// meanwhile may be missing.
func (r *Run) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r.mu.Lock()
		keys := r.index.keys()
		r.mu.Unlock()
		rows(r.file, filepath.Join(r.dir, rowsName), keys, func(key Key) place {
			r.mu.Lock()
			defer r.mu.Unlock()
			return r.index.places[key]
		})(yield)
	}
}

// Close waits for rows on their way and gives up the lock.
func (r *Run) Close() error {
	err := r.journal.close()
	if errors.Is(err, fs.ErrClosed) {
		return err
	}
	return errors.Join(err, r.lock.Close())
}
