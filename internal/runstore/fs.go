// Package runstore keeps what a run has paid for: folders of runs and datasets
// that survive a killed process, a full disk and a cut in power.
//
// A run is a folder with manifest.json and rows.jsonl. Rows are appended one
// per task and repeat; Run.Append returns when the row is durable, and many
// callers share one fsync. A second run of the same command opens the folder
// again and does what is missing. A dataset is a folder of files that appears
// complete or not at all.
//
// The store knows of a row only its task, repeat and outcome.
package runstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
)

// FS is the file system below the store. Names are paths as in package os, and
// errors match fs.ErrNotExist and fs.ErrExist where they mean that.
// Implementations are safe for concurrent use.
type FS interface {
	// Open opens a file for reading.
	Open(name string) (File, error)
	// Create makes a file that must not exist.
	Create(name string) (File, error)
	// Append opens a file, made when missing, for reading anywhere and writing
	// at its end.
	Append(name string) (File, error)
	// Mkdir makes a folder whose parent exists.
	Mkdir(name string) error
	// Rename moves a file or folder; a file in the way is replaced at once.
	Rename(from, to string) error
	// Remove removes a file or an empty folder.
	Remove(name string) error
	// RemoveAll removes a file or folder with all it holds, if it is there.
	RemoveAll(name string) error
	// ReadDir lists a folder in the order of the names.
	ReadDir(name string) ([]fs.DirEntry, error)
	// Stat describes name itself, not what a link points to.
	Stat(name string) (fs.FileInfo, error)
	// SyncDir makes the entries of a folder durable: files made, renamed and
	// removed in it.
	SyncDir(name string) error
	// Lock takes the lock file of that name until the returned Closer is
	// closed or the process ends, however it ends. Where it is taken the error
	// is a *LockedError.
	Lock(name string) (io.Closer, error)
}

// File is an open file. Data is durable only after Sync, and the file's name
// only after SyncDir of its folder.
type File interface {
	io.Reader
	io.ReaderAt
	io.Writer
	io.Closer
	Sync() error
	Truncate(size int64) error
}

// LockedError says that another process is at work.
type LockedError struct {
	Name  string // the lock file
	Owner string // who holds it, where that is known
}

func (e *LockedError) Error() string {
	owner := e.Owner
	if owner == "" {
		owner = "another process"
	}
	return fmt.Sprintf("it is in use by %s; wait until that ends, or name another folder", owner)
}

// Warning is something that was put right on the way and should be told.
type Warning struct {
	File string
	Line int // from 1; 0 when the whole file is meant
	Text string
}

func (w Warning) String() string {
	if w.Line == 0 {
		return w.File + ": " + w.Text
	}
	return fmt.Sprintf("%s:%d: %s", w.File, w.Line, w.Text)
}

// exists tells whether anything has that name.
func exists(fsys FS, name string) (bool, error) {
	_, err := fsys.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// makeFolder makes dir and its missing parents, durably: also what a killed
// process has made and not synced, which can only be the deepest one there.
func makeFolder(fsys FS, dir string) error {
	info, err := fsys.Stat(dir)
	if err == nil {
		// A link counts as a folder when it leads to one.
		if !info.IsDir() {
			if _, err := fsys.ReadDir(dir); err != nil {
				return fmt.Errorf("%s is not a folder", dir)
			}
		}
		err := fsys.SyncDir(filepath.Dir(dir))
		if errors.Is(err, fs.ErrPermission) { // not ours, so not made by us
			return nil
		}
		return err
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	parent := filepath.Dir(dir)
	if parent == dir {
		return err
	}
	if err := makeFolder(fsys, parent); err != nil {
		return err
	}
	if err := fsys.Mkdir(dir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsys.SyncDir(parent)
}
