package runstore

import (
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"path/filepath"
)

// Reader is a run folder open for reading. It sees the rows that were there
// when it was opened, also while another process goes on writing.
type Reader struct {
	manifest Manifest
	name     string
	file     File // nil when there are no rows yet
	index    *index
}

// ReadRun opens a run folder without taking its lock or changing anything. The
// warnings tell of lines that are no rows.
func ReadRun(fsys FS, dir string) (*Reader, []Warning, error) {
	manifest, err := ReadManifest(fsys, dir)
	if err != nil {
		return nil, nil, err
	}
	if manifest.Kind != KindRun {
		return nil, nil, fmt.Errorf("%s holds a %s, not a run", dir, manifest.Kind)
	}
	r := &Reader{manifest: manifest, name: filepath.Join(dir, rowsName)}
	r.file, err = fsys.Open(r.name)
	if errors.Is(err, fs.ErrNotExist) {
		r.index = &index{}
		return r, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	if r.index, err = scan(r.file); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("reading %s: %w", r.name, err), r.file.Close())
	}
	return r, r.index.warnings(r.name, "the last line is torn and left out", "not a row, left out"), nil
}

// Manifest is the run's manifest.
func (r *Reader) Manifest() Manifest { return r.manifest }

// Counts gives the number of keys by the outcome of their winning row.
func (r *Reader) Counts() map[string]int { return r.index.counts() }

// Rows yields the winning row of each key, by task and repeat.
func (r *Reader) Rows() iter.Seq2[Row, error] {
	return rows(r.file, r.name, r.index.keys(), func(key Key) place { return r.index.places[key] })
}

// Close closes the file.
func (r *Reader) Close() error {
	if r.file == nil {
		return nil
	}
	return r.file.Close()
}
