// Package crashfs is a file system in memory for tests, that treats programs
// as badly as a real one may: what was not synced can be lost when the power
// fails, in any combination, and any step can fail.
//
// Every call that changes something, syncs or locks is a step, numbered from 0.
package crashfs

import (
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/buttonbench/button/internal/runstore"
)

// ErrStopped is what every step returns once the power has failed or the
// process was killed.
var ErrStopped = errors.New("crashfs: stopped")

// FS implements runstore.FS. The root folder exists.
type FS struct {
	mu     sync.Mutex
	root   *node
	links  []*link // changes of folders that are not durable, oldest first
	steps  int
	stopAt int // negative: never
	fail   func(step int, operation, name string) error
	locks  map[string]bool
	life   int // counts kills; handles of an earlier life are dead
}

// node is a file or a folder.
type node struct {
	folder  bool
	entries map[string]*node // as seen
	durable map[string]*node // after a crash, at least

	data    []byte   // as seen
	synced  []byte   // after a crash, at least
	pending []change // between synced and data, oldest first
}

// change is a write of bytes at an offset, or a truncation to it.
type change struct {
	offset   int64
	data     []byte
	truncate bool
}

// link is one change of folders, which happens as a whole.
type link struct{ entries []entry }

type entry struct {
	folder *node
	name   string
	to     *node // nil: removed
}

// New makes an empty file system.
func New() *FS { return newFS(newFolder()) }

func newFS(root *node) *FS {
	return &FS{root: root, stopAt: -1, locks: make(map[string]bool)}
}

func newFolder() *node {
	return &node{folder: true, entries: make(map[string]*node), durable: make(map[string]*node)}
}

// Steps is the number of steps so far.
func (f *FS) Steps() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.steps
}

// StopAt makes the power fail before that step.
func (f *FS) StopAt(step int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.stopAt = step
}

// Inject makes a step fail with the error that fail returns for it, if any.
// The operations are create, append, mkdir, rename, remove, write, truncate,
// sync, syncdir and lock. A failed write leaves the first half of its data; a
// failed sync loses what it was to make durable, as on Linux, though it can
// still be read until a crash.
func (f *FS) Inject(fail func(step int, operation, name string) error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

// Kill ends the process that used the file system: its handles and locks are
// void, the data is there.
func (f *FS) Kill() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.life++
	f.stopAt = -1
	f.fail = nil
	f.locks = make(map[string]bool)
}

// step counts a step and tells what goes wrong with it. The lock must be held.
func (f *FS) step(operation, name string) error {
	step := f.steps
	f.steps++
	if f.stopAt >= 0 && step >= f.stopAt {
		return ErrStopped
	}
	if f.fail != nil {
		return f.fail(step, operation, name)
	}
	return nil
}

func pathError(operation, name string, err error) error {
	return &fs.PathError{Op: operation, Path: name, Err: err}
}

func clean(name string) string { return path.Clean("/" + filepath.ToSlash(name)) }

// find gives the node of that name, or nil.
func (f *FS) find(name string) *node {
	at := f.root
	for part := range strings.SplitSeq(clean(name), "/") {
		if part != "" && at != nil {
			at = at.entries[part]
		}
	}
	return at
}

// parent gives the folder that name lies in, and its last part.
func (f *FS) parent(operation, name string) (*node, string, error) {
	dir, base := path.Split(clean(name))
	folder := f.find(dir)
	if folder == nil || !folder.folder || base == "" {
		return nil, "", pathError(operation, name, fs.ErrNotExist)
	}
	return folder, base, nil
}

// relink changes entries of folders.
func (f *FS) relink(entries ...entry) {
	for _, e := range entries {
		e.apply(e.folder.entries)
	}
	f.links = append(f.links, &link{entries})
}

func (e entry) apply(entries map[string]*node) {
	if e.to == nil {
		delete(entries, e.name)
	} else {
		entries[e.name] = e.to
	}
}

// Open opens a file for reading.
func (f *FS) Open(name string) (runstore.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.find(name)
	if n == nil {
		return nil, pathError("open", name, fs.ErrNotExist)
	}
	return &file{fs: f, node: n, name: name, life: f.life}, nil
}

// Create makes a file that must not exist.
func (f *FS) Create(name string) (runstore.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.create("create", name)
}

func (f *FS) create(operation, name string) (runstore.File, error) {
	folder, base, err := f.parent(operation, name)
	if err == nil && folder.entries[base] != nil {
		err = pathError(operation, name, fs.ErrExist)
	}
	if err == nil {
		err = f.step(operation, name)
	}
	if err != nil {
		return nil, err
	}
	n := &node{}
	f.relink(entry{folder, base, n})
	return &file{fs: f, node: n, name: name, life: f.life, writable: true}, nil
}

// Append opens a file, made when missing, for reading and for writing at its end.
func (f *FS) Append(name string) (runstore.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.find(name)
	if n == nil {
		return f.create("append", name)
	}
	if n.folder {
		return nil, pathError("append", name, errors.New("is a directory"))
	}
	if err := f.step("append", name); err != nil {
		return nil, err
	}
	return &file{fs: f, node: n, name: name, life: f.life, writable: true}, nil
}

// Mkdir makes a folder whose parent exists.
func (f *FS) Mkdir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	folder, base, err := f.parent("mkdir", name)
	if err != nil {
		return err
	}
	if folder.entries[base] != nil {
		return pathError("mkdir", name, fs.ErrExist)
	}
	if err := f.step("mkdir", name); err != nil {
		return err
	}
	f.relink(entry{folder, base, newFolder()})
	return nil
}

// Rename moves a file or folder. A file in the way of a file is replaced; a
// folder in the way is refused, empty or not, as some systems do.
func (f *FS) Rename(from, to string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	source, sourceName, err := f.parent("rename", from)
	if err != nil {
		return err
	}
	target, targetName, err := f.parent("rename", to)
	if err != nil {
		return err
	}
	moved, there := source.entries[sourceName], target.entries[targetName]
	if moved == nil {
		return pathError("rename", from, fs.ErrNotExist)
	}
	if there != nil && (there.folder || moved.folder) {
		return pathError("rename", to, fs.ErrExist)
	}
	if err := f.step("rename", from); err != nil {
		return err
	}
	f.relink(entry{source, sourceName, nil}, entry{target, targetName, moved})
	return nil
}

// Remove removes a file or an empty folder.
func (f *FS) Remove(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	folder, base, err := f.parent("remove", name)
	if err != nil {
		return err
	}
	return f.remove(name, folder, base)
}

func (f *FS) remove(name string, folder *node, base string) error {
	n := folder.entries[base]
	if n == nil {
		return pathError("remove", name, fs.ErrNotExist)
	}
	if len(n.entries) > 0 {
		return pathError("remove", name, errors.New("directory not empty"))
	}
	if err := f.step("remove", name); err != nil {
		return err
	}
	f.relink(entry{folder, base, nil})
	return nil
}

// RemoveAll removes entry by entry, so a crash can leave a part.
func (f *FS) RemoveAll(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	folder, base, err := f.parent("remove", name)
	if err != nil || folder.entries[base] == nil {
		return nil
	}
	return f.removeAll(name, folder, base)
}

func (f *FS) removeAll(name string, folder *node, base string) error {
	n := folder.entries[base]
	for _, child := range n.names() {
		if err := f.removeAll(path.Join(name, child), n, child); err != nil {
			return err
		}
	}
	return f.remove(name, folder, base)
}

func (n *node) names() []string { return slices.Sorted(maps.Keys(n.entries)) }

// ReadDir lists a folder in the order of the names.
func (f *FS) ReadDir(name string) ([]fs.DirEntry, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.find(name)
	if n == nil {
		return nil, pathError("readdir", name, fs.ErrNotExist)
	}
	if !n.folder {
		return nil, pathError("readdir", name, errors.New("not a directory"))
	}
	var list []fs.DirEntry
	for _, child := range n.names() {
		list = append(list, fs.FileInfoToDirEntry(n.entries[child].info(child)))
	}
	return list, nil
}

// Stat describes a file or folder.
func (f *FS) Stat(name string) (fs.FileInfo, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.find(name)
	if n == nil {
		return nil, pathError("stat", name, fs.ErrNotExist)
	}
	return n.info(path.Base(clean(name))), nil
}

// SyncDir makes the entries of a folder durable.
func (f *FS) SyncDir(name string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.find(name)
	if n == nil || !n.folder {
		return pathError("syncdir", name, fs.ErrNotExist)
	}
	if err := f.step("syncdir", name); err != nil {
		return err
	}
	f.links = slices.DeleteFunc(f.links, func(l *link) bool {
		touches := slices.ContainsFunc(l.entries, func(e entry) bool { return e.folder == n })
		if touches {
			l.settle()
		}
		return touches
	})
	return nil
}

// settle makes the change durable.
func (l *link) settle() {
	for _, e := range l.entries {
		e.apply(e.folder.durable)
	}
}

// Lock takes a lock file, which appears and goes like any file.
func (f *FS) Lock(name string) (io.Closer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	name = clean(name)
	folder, base, err := f.parent("lock", name)
	if err != nil {
		return nil, err
	}
	if f.locks[name] {
		return nil, &runstore.LockedError{Name: name}
	}
	if err := f.step("lock", name); err != nil {
		return nil, err
	}
	f.locks[name] = true
	if folder.entries[base] == nil {
		f.relink(entry{folder, base, &node{}})
	}
	return &lock{f, name, f.life}, nil
}

type lock struct {
	fs   *FS
	name string
	life int
}

func (l *lock) Close() error {
	l.fs.mu.Lock()
	defer l.fs.mu.Unlock()
	if l.life != l.fs.life {
		return ErrStopped
	}
	delete(l.fs.locks, l.name)
	folder, base, err := l.fs.parent("remove", l.name)
	if err != nil {
		return err
	}
	return l.fs.remove(l.name, folder, base)
}

// info implements fs.FileInfo. There are no times.
type info struct {
	name   string
	size   int64
	folder bool
}

func (n *node) info(name string) info { return info{name, int64(len(n.data)), n.folder} }

func (i info) Name() string       { return i.name }
func (i info) Size() int64        { return i.size }
func (i info) IsDir() bool        { return i.folder }
func (i info) ModTime() time.Time { return time.Time{} }
func (i info) Sys() any           { return nil }
func (i info) Mode() fs.FileMode {
	if i.folder {
		return fs.ModeDir | 0o755
	}
	return 0o644
}
